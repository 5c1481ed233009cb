"""Two files that may be of one person, side by side. The portal joins nothing: somebody looks and decides."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.db import day_of
from portal.domain import cases, spelling
from portal.domain.applying import application
from portal.domain.cases import Case
from portal.domain.desk import same
from portal.domain.people import Person
from portal.pages.counsellor.room import NUMBER, bp, find_case
from portal.web import current
from portal.web.filters import country, day
from portal.web.htmx import moved
from portal.web.spoken import language_named
from portal.web.words import say
from portal.web.words.desk import stands

NAMES = 4
"""So many of what a file tells, the first ones, are names."""


@dataclass(frozen=True)
class Fact:
    """One thing that both files tell, or one of them."""

    name: str
    here: str
    there: str
    is_name: bool = False

    @property
    def is_same(self) -> bool:
        """Whether both say the same."""
        return bool(self.here) and self.here.casefold() == self.there.casefold()

    @property
    def sounds_same(self) -> bool:
        """Whether it is a name that sounds alike in both, perhaps in other letters."""
        heard = spelling.sounds(self.here) if self.is_name else []
        return any(heard) and heard == spelling.sounds(self.there)


@bp.get(f"/cases/<reference>/same/<{NUMBER}:person_id>/<{NUMBER}:other_id>")
def compare(reference: str, person_id: int, other_id: int) -> ResponseReturnValue:
    """Both people, fact by fact. Looking at it is a look at both files."""
    session, viewer = current.db_session(writing=True), current.viewer()
    case = find_case(reference)
    pair = same.find(session, case, person_id, other_id, viewer=viewer)
    for one in (case, pair.other_case):
        cases.opened(session, one, by=viewer)
    current.write_down()
    facts = list(_facts(_told(case, pair.person), _told(pair.other_case, pair.other)))
    return render_template("counsellor/compare.html", case=case, pair=pair, facts=facts)


@bp.post(f"/cases/<reference>/same/<{NUMBER}:person_id>/<{NUMBER}:other_id>/apart")
def tell_apart(reference: str, person_id: int, other_id: int) -> ResponseReturnValue:
    """They are two people: the files do not point at each other any more."""
    session, viewer = current.db_session(), current.viewer()
    case = find_case(reference)
    pair = same.find(session, case, person_id, other_id, viewer=viewer)
    same.tell_apart(session, case, pair, by=viewer)
    session.commit()
    flash(_("It is noted in both files that this is not the same person."), "success")
    return moved(url_for(".show_case", reference=case.reference))


def _told(case: Case, person: Person) -> dict[str, str]:
    """What a file tells of one of its people, by the name of the fact."""
    said = application.answers(current.db_session(), case).application
    return {
        _("Family name"): person.family_name or "",
        _("First names"): person.given_names or "",
        _("Name in own letters"): person.original_name or "",
        _("Other names"): person.other_names or "",
        _("Date of birth"): day(person.born_on),
        _("Place of birth"): ", ".join(filter(None, (person.birth_place, country(person.birth_country)))),
        _("Gender"): str(say(person.gender)) if person.gender else "",
        _("Citizenship"): ", ".join(country(one) for one in person.citizenships),
        _("Number of the travel document"): person.paper_number or "",
        _("In the case as"): str(say(person.relation)) if person.relation else _("Applicant"),
        _("Phone"): said.phone or "",
        _("E-mail"): said.email or "",
        _("Language"): language_named(said.language),
        _("Returns to"): country(said.country),
        _("State"): str(stands(case.state)),
        _("Application sent"): day(day_of(case.submitted_at)) if case.submitted_at else "",
    }


def _facts(here: dict[str, str], there: dict[str, str]) -> Iterator[Fact]:
    for number, (name, value) in enumerate(here.items()):
        if value or there[name]:
            yield Fact(name, value, there[name], is_name=number < NAMES)
