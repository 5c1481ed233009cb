"""Before and around the journey: the checklist of every person, and the partner organisation after it."""

from collections.abc import Mapping

from flask import flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice

from portal.domain import accounts, people
from portal.domain.accounts import Organisation
from portal.domain.applying import application
from portal.domain.cases import Case, CaseState
from portal.domain.course import departures, travel
from portal.domain.course.travel import FOR_EVERYONE, MAY_BE_NOT_NEEDED, Check, Item, Result
from portal.domain.desk import desk
from portal.domain.people import Person
from portal.domain.permissions import Act
from portal.domain.support import referrals
from portal.domain.support.referrals import Referral
from portal.pages.counsellor.case import case_ways
from portal.pages.counsellor.room import NUMBER, bp, find_case, open_case, show
from portal.pages.counsellor.ways import Way, act_of, walk, ways
from portal.web import current
from portal.web.filters import country
from portal.web.forms import Choice, Form, Paragraph, Text, chosen, needed
from portal.web.htmx import done, moved

JOURNEY = (Act.CASE_CLEAR, Act.CASE_UNCLEAR, Act.CASE_DEPART, Act.CASE_NOT_DEPARTED, Act.CASE_ARRIVE)
ITEM = f"any({','.join(FOR_EVERYONE)})"


class Tick(Form):
    """How one thing stands for one person."""

    result = Choice(_l("Result"), Result, [chosen()])
    note = Text(_l("Note"))


class NotLeftForm(Form):
    """Why the person has not left, and what is planned now."""

    words = Paragraph(
        _l("Why not, and what is planned now?"),
        [needed()],
        most=1000,
        description=_l("The partner organisation and the applicant read this."),
    )


class Suggestion(Form):
    """Which organisation is to take part."""

    organisation = RadioField(_l("Partner organisation"), [chosen()])
    instruction = Text(_l("What is needed on the journey and at the arrival?"), most=300)

    def __init__(self, known: list[Organisation]) -> None:
        super().__init__()
        self.organisation.choices = [
            SelectChoice(str(one.id), f"{one.name}, {country(one.country)}") for one in known
        ]


@bp.get("/cases/<reference>/travel")
def show_travel(reference: str) -> ResponseReturnValue:
    """What everybody still needs, and who helps after the journey."""
    return _page(open_case(reference))


@bp.post(f"/cases/<reference>/travel/<{NUMBER}:person_id>/<{ITEM}:item>")
def tick(reference: str, person_id: int, item: str) -> ResponseReturnValue:
    """Set how one thing stands for one person."""
    session, form = current.db_session(), Tick()
    case = find_case(reference)
    person = people.find(session, case, person_id)
    if not form.validate_on_submit():
        return _page(case, wrong=form), 422
    travel.tick(
        session, case, person, Item(item), form.result.data, note=form.note.data or "", by=current.viewer()
    )
    session.commit()
    checklist = travel.checklist(session, case)
    return done(
        "counsellor/_ticked.html",
        to=f"{url_for('.show_travel', reference=case.reference)}#person-{person.id}",
        case=case,
        person=person,
        item=Item(item),
        check=checklist[person][Item(item)],
        case_ways=_journey_ways(case),
        names=_names(checklist),
        **_WORDS,
    )


@bp.post("/cases/<reference>/departure-answer")
def answer_departure(reference: str) -> ResponseReturnValue:
    """Tell the partner organisation, which asked, that the person has not left."""
    session, case, form = current.db_session(), find_case(reference), NotLeftForm()
    if not form.validate_on_submit():
        return _page(case, not_left=form), 422
    departures.answer(session, case, form.words.data, by=current.viewer())
    session.commit()
    flash(_("The partner organisation can read your answer."), "success")
    return moved(url_for(".show_travel", reference=case.reference))


@bp.post("/cases/<reference>/referrals")
def refer(reference: str) -> ResponseReturnValue:
    """Ask the applicant whether an organisation may take part."""
    session, case = current.db_session(), find_case(reference)
    known = _known(case)
    form = Suggestion(known)
    if not form.validate_on_submit():
        return _page(case, form), 422
    chosen_one = next(one for one in known if str(one.id) == form.organisation.data)
    words = form.instruction.data or ""
    referrals.propose(session, case, chosen_one, instruction=words, by=current.viewer())
    session.commit()
    flash(_("The applicant is asked for agreement. Nothing is shared before that."), "success")
    return moved(url_for(".show_travel", reference=case.reference))


@bp.route(f"/cases/<reference>/referrals/<{NUMBER}:referral_id>/<step>", methods=["GET", "POST"])
def take_referral_step(reference: str, referral_id: int, step: str) -> ResponseReturnValue:
    """End the sharing with an organisation."""
    case, act = open_case(reference), act_of("referral", step)
    viewer, session = current.viewer(), current.db_session()
    referral = referrals.find(session, case, referral_id)
    return walk(
        case,
        referral,
        referrals.REFERRAL_STEPS,
        act,
        lambda form: referrals.advance(session, referral, act, note=form.note.data, by=viewer),
        part="show_travel",
        back=url_for(".show_travel", reference=case.reference),
        about=session.get_one(Organisation, referral.organisation_id).name,
    )


_WORDS = {"may_be_not_needed": MAY_BE_NOT_NEEDED, "results": Result, "preparing": CaseState.PREPARING}


def _names(checklist: Mapping[Person, Mapping[Item, Check | None]]) -> Mapping[int, str]:
    """Who set how something stands, by number."""
    found = [check.by_id for items in checklist.values() for check in items.values() if check]
    return accounts.names(current.db_session(), found)


def _known(case: Case) -> list[Organisation]:
    session = current.db_session()
    return list(desk.partners(session, application.answers(session, case).application.country))


def _page(
    case: Case,
    form: Suggestion | None = None,
    *,
    wrong: Form | None = None,
    not_left: NotLeftForm | None = None,
) -> str:
    session = current.db_session()
    known, live = _known(case), referrals.live(session, case)
    checklist = travel.checklist(session, case)
    return show(
        "counsellor/travel.html",
        case,
        part="show_travel",
        checklist=checklist,
        names=_names(checklist),
        of_children=travel.of_children(session, case),
        open_items=len(travel.open_items(session, case)),
        referrals=referrals.of_case(session, case),
        organisations={one.id: one for one in known},
        may_refer=case.state in referrals.REACHABLE and live is None,
        form=form or Suggestion(known),
        wrong=wrong,
        not_left=not_left or NotLeftForm(formdata=None),
        question=departures.open_in(session, case),
        case_ways=_journey_ways(case),
        end_ways=_end_ways(case, live) if live else [],
        **_WORDS,
    )


def _journey_ways(case: Case) -> list[Way]:
    return [way for way in case_ways(case) if way.act in JOURNEY]


def _end_ways(case: Case, live: Referral) -> list[Way]:
    return ways(
        live,
        referrals.REFERRAL_STEPS,
        lambda step: url_for(".take_referral_step", reference=case.reference, referral_id=live.id, step=step),
    )
