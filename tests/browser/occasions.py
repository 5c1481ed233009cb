"""Pages for an occasion only: a saved view, a changed plan, a colleague's case, a time that is offered."""

from datetime import timedelta

from portal.db import now
from portal.domain import documents
from portal.domain.access import held
from portal.domain.accounts import Account
from portal.domain.cases import Case, CaseState, NoteKind
from portal.domain.course import appointments, notes
from portal.domain.course.counselling import TalkWay
from portal.domain.desk import bulk, views
from portal.domain.desk.bulk import BulkKind
from portal.domain.desk.filters import Filters
from portal.domain.desk.piles import Pile
from portal.domain.papers import gathering
from portal.domain.permissions import Act, Role
from portal.domain.support import amending, approval, parts, receipts, referrals
from portal.domain.support.receipts import EVERYTHING, Chosen
from portal.programme import DocumentKind
from tests.cast import Cast

Places = dict[str, list[tuple[str, str]]]
"""(login, address), by the group of who meets them."""


def occasions(cast: Cast, kalle: Account) -> Places:
    """Make them happen, and say where they are met. The caller commits."""
    buyer, asker = (cast.account(Role.MIGRANT, login) for login in ("dilnoza", "madina"))
    changed, waiting = _changed_plan(cast, buyer), cast.case(CaseState.IN_REVIEW, migrant=asker)
    desk, field = (f"/en/{who}/cases/{changed.reference}" for who in ("counsellor", "partner"))
    views.save(cast.session, "All mine", Pile.MINE, Filters(), by=cast.clara)
    run = bulk.begin(cast.session, BulkKind.EXPORT, [changed.reference], by=cast.clara)
    _times_and_words(cast, waiting)
    note = f"counsellor/cases/{waiting.reference}/to-do/notes"
    held.hold(cast.session, cast.clara, note, [("kind", "case"), ("words", "She wants to see her mother.")])
    return {
        "migrants": [
            (buyer.login, "/en/my/plan/versions/2"),
            (asker.login, "/en/my/appointments"),
            (asker.login, "/en/my/words"),
            (asker.login, f"/en/my/documents/pages/{_photos(cast, waiting, asker)}"),
        ],
        "counsellors": [
            (kalle.login, f"{desk}/break-glass"),
            (cast.clara.login, f"{desk}/plan/versions/2"),
            (cast.clara.login, f"/en/counsellor/bulk/{run.id}"),
            (cast.clara.login, "/en/counsellor/views"),
            (cast.clara.login, "/en/account/kept"),
        ],
        "partners": [
            (cast.petros.login, f"{field}/plan/versions/2"),
            (cast.petros.login, f"{field}/shared/{_shared(cast, changed, buyer)}"),
        ],
    }


def _changed_plan(cast: Cast, migrant: Account) -> Case:
    """A case whose plan that holds was changed: the returnee agrees, the programme reads it."""
    session, case = cast.session, cast.case(CaseState.REINTEGRATION, migrant=migrant)
    change = amending.begin(session, case, note="The machine costs less now", by=cast.petros)
    parts.lines(session, change)[0].supplier = "Another shop"
    for act, by in (
        (Act.PLAN_OFFER, cast.petros),
        (Act.PLAN_AGREE, migrant),
        (Act.PLAN_SUBMIT, cast.petros),
    ):
        approval.advance(session, change, act, by=by)
    return case


def _shared(cast: Cast, case: Case, migrant: Account) -> int:
    """The number of a document that the partner may open."""
    document, referral = cast.document(case), referrals.live(cast.session, case)
    for part in documents.parts(cast.session, document):
        cast.session.delete(part)  # there is no picture of it
    chosen = Chosen(EVERYTHING.fields, frozenset({document.id}))
    receipts.change(cast.session, referral, chosen, language="en", by=migrant)
    return document.id


def _times_and_words(cast: Cast, case: Case) -> None:
    """A time to choose, and what was written to the reader."""
    for day in (3, 4):
        appointments.offer(
            cast.session,
            now() + timedelta(days=day),
            45,
            TalkWay.PLACE,
            place="Room 4",
            language="ru",
            by=cast.clara,
        )
    for words in ("We talked about the ticket.", "Your paper came."):
        notes.write(cast.session, case, NoteKind.SUMMARY, words, by=cast.clara)


def _photos(cast: Cast, case: Case, migrant: Account) -> int:
    """The number of a document of which two pages were photographed."""
    begun = gathering.begin(cast.session, case, DocumentKind.BIRTH_CERTIFICATE, by=migrant)
    for name in ("first.jpg", "second.jpg"):
        page, _token = gathering.add(cast.session, begun, case, length=9, file_name=name, by=migrant)
        page.received = page.length
    return begun.id
