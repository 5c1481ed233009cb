"""The queue: which cases wait, for whom, and until when."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import Length

from portal.domain import accounts, search
from portal.domain.course import lifecycle
from portal.domain.desk import desk, filters, openings, piles, searched, views
from portal.domain.desk.cursors import Stale, Strange
from portal.domain.desk.filters import Filters, Menus, Sort
from portal.domain.desk.piles import Page, Pile
from portal.domain.errors import NotFound, Refused
from portal.domain.own import data_requests
from portal.domain.permissions import Act
from portal.pages.access import room as access
from portal.pages.counsellor.chosen import in_words
from portal.pages.counsellor.room import Tab, bp, last_search, remember_list
from portal.web import current
from portal.web.filters import country
from portal.web.forms import Form, Text, needed
from portal.web.htmx import again, is_part_wanted, moved
from portal.web.spoken import language_named
from portal.web.words import say
from portal.web.words.desk import empty, task
from portal.web.words.queue import FILTERS


class Search(Form):
    """A reference, a name or a number. Sent by POST: a name does not belong into an address or a log."""

    text = Text(
        _l("Name, reference, phone or document number"),
        [needed(), Length(min=2, message=_l("Type at least two letters."))],
    )

    def validate(self, extra_validators: object = None) -> bool:
        """Signs alone name nobody."""
        if not super().validate(extra_validators):
            return False
        if not search.reads(self.text.data):
            self.accept(text=_("Type letters or digits. Signs alone name nobody."))
        return not self.errors


@dataclass(frozen=True)
class Choice:
    """One filter: what can be chosen from, and what is."""

    name: str
    label: str
    options: list[tuple[str, str]]
    chosen: str
    unsaid: str = ""
    """What is chosen when the address says nothing: it is sent as nothing, and follows the other filters."""

    @property
    def said(self) -> str:
        """What is chosen, in words."""
        return dict(self.options).get(self.chosen, "")


@dataclass(frozen=True)
class Asked:
    """What the address of a list says: the pile and the filters; and what else could be chosen."""

    pile: Pile
    filters: Filters
    menus: Menus
    strange: list[str]

    def address(self, **more: str) -> str:
        """The address of this list, of another part of it, or with another filter (empty: without it)."""
        values: dict[str, Any] = {"pile": self.pile.value, **self.filters.values, **more}
        return url_for(".queue", **{name: one for name, one in values.items() if one})


@bp.get("/")
def queue() -> ResponseReturnValue:
    """One pile of cases, the most urgent first; only the list, when a page looks whether it changed."""
    asked = asked_for()
    found, notices = part_of(asked, request.args.get("at", ""))
    shown = _list(asked, found)
    if is_part_wanted():
        if request.args.get("seen") == shown["seen"]:
            return "", 204
        return render_template("counsellor/_list.html", **shown, **_piles(asked.pile), alone=True)
    notices = [*_left_out(asked), *notices]
    remember_list({"pile": asked.pile.value, **asked.filters.values, "at": request.args.get("at", "")})
    return render_template("counsellor/queue.html", **{**around(asked, found), **shown}, notices=notices)


@bp.post("/take/<reference>")
def take_from_queue(reference: str) -> ResponseReturnValue:
    """Take a case without leaving the list; whoever comes second is told who was quicker."""
    asked, viewer, session = asked_for(), current.viewer(), current.db_session()
    case = desk.to_take(session, reference, viewer=viewer)
    status, tone, words = 200, "success", _("%(reference)s is your case now.", reference=case.reference)
    if case.counsellor_id not in (None, viewer.id):
        colleague = accounts.names(session, [case.counsellor_id])[case.counsellor_id or 0]
        status, tone = 409, "warning"
        words = _("%(name)s has taken on the case %(reference)s.", name=colleague, reference=case.reference)
    else:
        try:
            lifecycle.advance(session, case, Act.CASE_TAKE, by=viewer)
            session.commit()
        except Refused as refused:
            session.rollback()
            status, tone, words = 409, "warning", " ".join(str(say(reason)) for reason in refused.reasons)
    if not is_part_wanted():
        flash(words, tone)
        return moved(asked.address(at=request.args.get("at", "")))
    found, _notices = part_of(asked, request.args.get("at", ""))
    return render_template(
        "counsellor/_list.html",
        **_list(asked, found),
        **_piles(asked.pile),
        alone=True,
        said=words,
        tone=tone,
    ), status


@bp.post("/search")
def search_cases() -> ResponseReturnValue:
    """Go to what fits what was typed: by a sealed address, which a browser can go back to."""
    form = Search()
    if not form.validate_on_submit():
        return again("counsellor/found.html", **{**around(), "search": form}, found=None)
    return moved(url_for(".show_found", sign=searched.write(form.text.data, by=current.viewer())))


@bp.get("/search/<sign>")
def show_found(sign: str) -> ResponseReturnValue:
    """The cases that fit what was typed; straight to the case when there is but one."""
    session, viewer = current.db_session(), current.viewer()
    text = searched.read(sign, viewer=viewer)
    found = piles.find(session, text, viewer=viewer)
    is_sure = len(found.rows) == 1 and not (found.is_similar or found.later)
    if is_sure and sign != last_search():  # who was shown others before comes back to what is left
        return moved(url_for(".show_case", reference=found.rows[0].case.reference))
    remember_list({"found": sign})
    return render_template(
        "counsellor/found.html",
        **{**around(), "search": Search(formdata=None, text=text)},
        found=found,
        closed=None if found.rows else openings.named(session, text, viewer=viewer),
    )


def asked_for(first: Pile | None = None) -> Asked:
    """What the address asks for; the pile `first` if it does not say. Raises NotFound for a strange pile."""
    session = current.db_session()
    pile = _pile(request.args.get("pile") or first or piles.piles_of(current.viewer())[0])
    chosen, strange, menus = filters.read(session, request.args)
    return Asked(pile, chosen, menus, list(strange))


def _pile(name: str) -> Pile:
    if name not in piles.piles_of(current.viewer()):
        raise NotFound(name)
    return Pile(name)


def part_of(asked: Asked, at: str) -> tuple[Page, list[str]]:
    """The part of the list from a cursor on; of a cursor that leads nowhere the beginning, and why."""
    session, viewer = current.db_session(), current.viewer()
    try:
        return piles.queue(session, asked.pile, asked.filters, viewer=viewer, at=at), []
    except Stale:
        words = _("This part of the list is from another day. Here is the list from its beginning.")
    except Strange:
        words = _("This address belongs to another list. Here is this list from its beginning.")
    return piles.queue(session, asked.pile, asked.filters, viewer=viewer), [words]


def _left_out(asked: Asked) -> list[str]:
    """Of an old bookmark: what it asks for and nothing can be chosen by any more."""
    names = ", ".join(str(FILTERS[name]) for name in asked.strange)
    return [
        _("The address asks for something that is not here (any more). Left out: %(what)s.", what=names)
    ] * bool(names)


def _list(asked: Asked, found: Page) -> dict[str, object]:
    """What the list itself needs; `seen` changes when anything in it does, and says nothing."""
    at = request.args.get("at", "")
    stand = [
        (row.case.reference, row.case.version, str(row.due_on), sorted(row.tasks.items()))
        for row in found.rows
    ]
    seen = hashlib.sha256(repr((stand, bool(found.later))).encode()).hexdigest()[:16]
    return {
        "asked": asked,
        "pile": asked.pile,
        "found": found,
        "seen": seen,
        "again": asked.address(at=at, checking="1", seen=seen),
        "take": {**asked.filters.values, "pile": asked.pile.value, "at": at},
        "later": found.later and asked.address(at=found.later),
        "earlier": found.earlier and asked.address(at=found.earlier),
        "task": task,
        "empty": empty,
    }


def around(asked: Asked | None = None, found: Page | None = None) -> dict[str, object]:
    """What stands around a list on the desk: piles, rooms next door, the search, filters and saved views."""
    session, viewer = current.db_session(), current.viewer()
    more: dict[str, object] = {}
    if asked:
        more = {
            "choices": _choices(asked),
            "number": _counted(_number(asked, found), asked.pile) if asked.filters.is_narrow else None,
            "views": _views(asked),
        }
    return {
        **_piles(asked.pile if asked else None),
        "to_help": access.waiting(),
        "to_answer": data_requests.count_for(session, viewer=viewer),
        "search": Search(formdata=None),
        "task": task,
        "empty": empty,
        **more,
    }


def _piles(here: Pile | None) -> dict[str, object]:
    """The piles as tabs, each with how much lies in it."""
    counts = piles.counts(current.db_session(), viewer=current.viewer())
    return {
        "piles": [
            (Tab(str(say(pile)), url_for(".queue", pile=pile), here=pile is here), _counted(count, pile))
            for pile, count in counts.items()
        ]
    }


def _number(asked: Asked, found: Page | None) -> int:
    """How many cases the filters leave: the first part of a list knows, another one asks."""
    if found is not None and found.number is not None:
        return found.number
    return piles.count(current.db_session(), asked.pile, asked.filters, viewer=current.viewer())


def _counted(number: int, pile: Pile) -> str:
    most = piles.most_counted(pile)
    return f"{most - 1}+" if number == most else str(number)


def _views(asked: Asked) -> list[Tab]:
    here = {"pile": asked.pile.value, **asked.filters.values}
    return [
        Tab(view.name, _address(view.values), here=view.values == here)
        for view in views.of_account(current.db_session(), current.viewer())
    ]


def _address(values: Mapping[str, Any]) -> str:
    return url_for(".queue", **values)


def _choices(asked: Asked) -> list[Choice]:
    """The filters with their words, those from lists sorted as people look for them."""
    menus = asked.menus
    values: dict[str, Iterable[object]] = {
        "state": filters.STATES,
        "country": [code for _name, code in sorted((country(code), code) for code in menus.countries)],
        "speaks": [code for _name, code in sorted((language_named(code), code) for code in menus.languages)],
        "careful": filters.Careful,
        "leave": filters.Leave,
        "partner": menus.partners,
        "silence": filters.Silence,
        "sort": Sort,
    }
    chosen = replace(asked.filters, sort=asked.filters.order).values
    natural = asked.filters.natural.value
    return [
        Choice(
            name,
            str(words),
            [(text, in_words(name, text, menus.partners)) for text in map(str, values[name])],
            chosen.get(name, ""),
            unsaid=natural if name == "sort" else "",
        )
        for name, words in FILTERS.items()
    ]
