"""Saving one can believe: field by field as somebody writes, and never over what another device wrote."""

import enum
import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.domain.cases import Case, CaseState
from portal.domain.dates import PartOfDate
from portal.domain.errors import Reason, Refused
from portal.pages.migrant.questions import PageForm
from portal.sealing import in_use
from portal.web import current, kept, turning


class Saving(enum.StrEnum):
    """What a page asks for by itself, in the header `Saving`."""

    FIELDS = "fields"
    """To keep what is typed so far."""
    PAGE = kept.PAGE
    """What its button asks for; the answer is the next page, or names it, and is no redirect."""


@dataclass(frozen=True)
class Sent:
    """A page of the application as it was sent, and what may be done with it."""

    form: PageForm
    is_good: bool
    read: Callable[[], PageForm]
    """The same page as its answers stand now."""
    stands: str
    """The same in words."""
    show: Callable[..., ResponseReturnValue]
    """The page once more: with a status, and what stands there now."""
    keep: Callable[[], object]
    keep_some: Callable[[dict[str, Any]], object] | None
    """Keep some columns; None where nothing can be kept before the whole page is."""
    to: Callable[[], str]
    """The page behind it."""


def take(sent: Sent, case: Case) -> ResponseReturnValue:
    """Keep what was sent and go on; or show it again, because of a fault or of another device."""
    if "as_it_is" in request.form:
        return _leave_as_it_is(sent)
    before = sent.read()
    by_itself = request.headers.get(kept.SAVING) == Saving.FIELDS
    is_old = is_behind(sent.form, before, request.form.get("seen"))
    if is_old and (by_itself or sent.is_good):
        kept.hold()
        current.db_session().commit()
        return _changed_elsewhere() if by_itself else sent.show(409, sent.stands, seen=stamp(before))
    if by_itself:
        return _take_fields(sent, case, before)
    if not sent.is_good:
        return sent.show(422, seen=request.form.get("seen") or stamp(before))
    sent.keep()
    kept.drop()
    current.db_session().commit()
    return _go_on(sent.to())


def _leave_as_it_is(sent: Sent) -> ResponseReturnValue:
    """Somebody read both and wants what stands there."""
    kept.drop()
    current.db_session().commit()
    return redirect(sent.to(), 303)


def _go_on(address: str) -> ResponseReturnValue:
    if not kept.is_page_turned():
        return redirect(address, 303)
    return turning.turned_to(address) or ("", 204, {turning.GO_ON: address})


def _take_fields(sent: Sent, case: Case, before: PageForm) -> ResponseReturnValue:
    """What is good goes into its columns, what is not is kept as typed. Nothing is declared or sent."""
    if case.state not in (CaseState.DRAFT, CaseState.NEEDS_INFO):
        raise Refused([Reason.SECTION_LOCKED])
    may_be_kept = sent.keep_some if case.state is CaseState.DRAFT and not sent.form.is_binding else None
    old = before.answers()
    changed = {
        name: value
        for name, value in sent.form.answers().items()
        if name not in sent.form.errors and value != old[name]
    }
    if may_be_kept and changed:
        may_be_kept(changed)
    is_all_kept = may_be_kept is not None and sent.is_good
    if is_all_kept:
        kept.drop()
    else:
        kept.hold()
    current.db_session().commit()
    # The words stand in static/saving.js: a family's application brings some eighty of these answers.
    return "", 200 if is_all_kept else 202, {"Content-Type": PLAIN, "Seen": stamp(sent.read())}


PLAIN = "text/plain"


def _changed_elsewhere() -> ResponseReturnValue:
    words = _("This answer was changed on another device. Save to see both and choose.")
    return words, 409, {"Content-Type": f"{PLAIN}; charset=utf-8"}


def stamp(form: PageForm) -> str:
    """A sign for the answers of a page as they stand: another sign, and somebody changed them meanwhile."""
    values = {name: _plain(value) for name, value in form.values().items()}
    return in_use().fingerprint("seen", json.dumps(values, sort_keys=True)).hex()[:16]


def _plain(value: object) -> object:
    if isinstance(value, Collection) and not isinstance(value, str):
        return sorted(value)
    return value.isoformat() if isinstance(value, date | PartOfDate) else value


def is_behind(form: PageForm, before: PageForm, seen: str | None) -> bool:
    """Whether the answers changed since the page was shown, and not to what it says itself."""
    return bool(seen) and seen != stamp(before) and form.answers() != before.answers()
