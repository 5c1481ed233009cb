"""What was typed into a page before its reader's sign-in lapsed: kept at the door, given back after it."""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from flask import Response, flash, g, request, session
from flask_babel import gettext as _
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from portal.domain.access import held, sign_in
from portal.domain.accounts import Account
from portal.domain.permissions import COUNSEL, Role
from portal.web import current

SAVING = "Saving"
"""The header of a form that a page sends while somebody writes in it: pages/migrant/saving.py."""
PAGE = "page"
"""What it says there when its button was pressed."""
ANEW = "kept_anew"
"""The field of a form that was kept and is only to be shown once more: nothing is done with it."""
NOT_KEPT = frozenset({"csrf_token", "password", ANEW})
NOT_TYPED = frozenset({"seen", "send", "sure", "then", "version"})
"""Fields that a page fills in by itself: a form that has nothing else is a button."""
MACHINE = re.compile(r"[\w.:+/?=&%-]*", re.ASCII)
"""What a page writes: a choice, a number, a mark, an address. A person may write one such word, too."""
SEE_OTHER = 303
ONLY_KEEP = "Only-Keep"
"""The header of a form that a page sends by itself when its time is nearly over: nobody pressed a button."""


WRITERS = {"counsellor": COUNSEL, "partner": frozenset({Role.PARTNER})}
"""Who writes in these parts of the house."""
GIVEN_BACK = frozenset(
    {
        "counsellor.add_note",
        "counsellor.add_task",
        "counsellor.answer_care_task",
        "counsellor.answer_departure",
        "counsellor.answer_inquiry",
        "counsellor.answer_request",
        "counsellor.ask_correction",
        "counsellor.break_glass",
        "counsellor.change_correction",
        "counsellor.hand_over",
        "counsellor.note_talk",
        "counsellor.record_session",
        "counsellor.save_assessment",
        "counsellor.take_milestone_step",
        "counsellor.take_payment_step",
        "counsellor.take_plan_step",
        "counsellor.take_referral_step",
        "counsellor.take_report_step",
        "counsellor.take_step",
        "counsellor.take_talk_step",
        "counsellor.write_note",
        "partner.add_line",
        "partner.add_step",
        "partner.amend",
        "partner.change_line",
        "partner.change_step",
        "partner.confirm_proof",
        "partner.decline",
        "partner.report",
        "partner.save_objectives",
        "partner.save_report",
        "partner.start_plan",
        "partner.take_talk_step",
    }
)
"""Where somebody writes. Each answers a form that cannot be used with its own page and all that was typed:
so what was kept is sent there once more to be shown (account/kept.html), and not to be done."""


def is_page_turned() -> bool:
    """Whether the page saves itself with its button, and turns to the next one without loading it anew."""
    return request.headers.get(SAVING) == PAGE


def is_all_that_is_wanted() -> bool:
    """Whether the form of this request is to be kept, and nothing else done with it."""
    return ONLY_KEEP in request.headers


def keep() -> bool:
    """Keep a form that somebody writes in, for who is signed in or was until lately; whether it is kept."""
    is_written = request.blueprint == "application" or request.endpoint in GIVEN_BACK
    if not is_written or request.method != "POST":
        return False
    token = session.get("_user_id")
    typed = _typed_now()
    if request.endpoint in GIVEN_BACK and not _longest(typed)[1]:
        return False
    if not token or not typed:
        return False
    with current.wiring().writing() as database:
        account = _writer(database, token)
        is_kept = account is not None and held.hold(database, account, _address(), typed)
        database.commit()
    return is_kept


def hold() -> None:
    """Keep what the viewer typed into this page, which cannot be saved as it is. The page commits."""
    held.hold(current.db_session(), current.viewer(), _address(), _typed_now())


def _typed_now() -> held.Fields:
    return [(name, text) for name, text in request.form.items(multi=True) if name not in NOT_KEPT]


def _writer(database: Session, token: str) -> Account | None:
    found = current.signed_in()
    return found.account if found else sign_in.lapsed(database, token)


def is_shown_anew() -> bool:
    """Whether this form was kept and is only to be shown once more."""
    return ANEW in request.form and request.endpoint in GIVEN_BACK


def say_so() -> None:
    """Tell, once, that the form of this page was kept."""
    if "is_told" not in g:
        g.is_told = True
        flash(_("We kept what you wrote. Check it and save it."), "success")


@dataclass(frozen=True)
class Kept:
    """A form that was kept: its key, where it goes to, about which case, where most is written, and what."""

    key: str
    address: str
    fields: held.Fields
    reference: str
    field: str
    words: str


def waiting(database: Session, account: Account) -> Sequence[Kept]:
    """What was kept of somebody of the programme or of a partner, and is not saved yet; the last one first.

    Nothing of what they wrote in another role, in a part of the house that they enter no more.
    """
    if not any(account.role in writers for writers in WRITERS.values()):
        return []
    every = [_kept(account, key, fields) for key, fields in held.of_account(database, account)]
    return [one for one in every if one]


def _kept(account: Account, key: str, fields: held.Fields) -> Kept | None:
    address = f"/{current.language()}/{key}"
    endpoint, given = current.page_at(address, method="POST") or ("", {})
    if endpoint not in GIVEN_BACK or account.role not in WRITERS[endpoint.partition(".")[0]]:
        return None
    return Kept(key, address, fields, str(given.get("reference", "")), *_longest(fields))


def _longest(fields: held.Fields) -> tuple[str, str]:
    """The field in which most was written, and what: words, and not what a page or a list put there."""
    typed = [(name, words.strip()) for name, words in fields if not words.isdigit()]
    typed = [(name, words) for name, words in typed if not (name in NOT_TYPED and MACHINE.fullmatch(words))]
    written = [one for one in typed if not MACHINE.fullmatch(one[1])] or typed
    return max(written, key=lambda one: len(one[1]), default=("", ""))


def let_in() -> None:
    """Remember that this request passed the door: what it asks for is done."""
    g.is_let_in = True


def led_elsewhere() -> None:
    """Remember that what this request asks for is not done: its answer leads to another page first."""
    g.pop("is_let_in", None)


def forget_saved(answer: Response) -> Response:
    """What was kept of a form is saved now: the answer leads on."""
    leads_on = answer.status_code == SEE_OTHER or "HX-Redirect" in answer.headers
    is_done = request.method == "POST" and request.endpoint in GIVEN_BACK and leads_on
    found = current.signed_in() if is_done and "is_let_in" in g else None
    if found is None:
        return answer
    # In the session of the page, which has committed what it did: another one would wait for this one.
    # When nothing can be written just now, it is saved all the same, and stays kept for a day.
    with suppress(OperationalError):
        database = current.db_session()
        if held.held(database, found.account, _address()) is not None:
            held.drop(database, found.account, _address())
            database.commit()
    return answer


def typed() -> MultiDict[str, str] | None:
    """What the viewer typed into this page before, as a form is posted; None when there is nothing."""
    found = held.held(current.db_session(), current.viewer(), _address())
    return MultiDict(found) if found else None


def drop() -> None:
    """What was kept of this page is saved now. The page commits."""
    held.drop(current.db_session(), current.viewer(), _address())


def _address() -> str:
    # Without the language: the page may be read in another one next time.
    return request.path.split("/", 2)[-1][:200]
