"""Assisted applications: a counsellor fills in for somebody who is here, or from paper."""

import enum
import secrets

from sqlalchemy.orm import Session

from portal.domain import accounts, clocks, documents, journal
from portal.domain.accounts import Account
from portal.domain.applying import application
from portal.domain.applying.application import Application, Question
from portal.domain.applying.consents import How, Purpose, Witnessed
from portal.domain.cases import Case, CaseState
from portal.domain.errors import Reason, Refused
from portal.domain.people import Person
from portal.domain.permissions import Act, Role, require
from portal.programme import DocumentKind

PAPERS = {
    Question.PRIVACY: DocumentKind.CONSENT_SIGNED,
    Question.DECISION: DocumentKind.VOLUNTARY_DECLARATION,
    Question.CONSENTS: DocumentKind.CONSENT_SIGNED,
}
"""The signed paper from which a counsellor may take what only the person can give."""


class Source(enum.StrEnum):
    """From where a counsellor has the answers."""

    PRESENT = "present"
    PAPER = "paper"


def begin(session: Session, source: Source, *, language: str, by: Account) -> Case:
    """A draft of this counsellor's, for somebody who cannot sign in before they claim it.

    The caller commits.
    """
    require(by.role, Act.ASSIST_BEGIN)
    # Nobody knows this password, and nobody this name: the way in is the code on paper (claims.py).
    hashed = accounts.hash_password(secrets.token_urlsafe(32))
    login = f"assisted-{secrets.token_hex(12)}"
    account = accounts.add(session, Role.MIGRANT, login=login, password_hash=hashed, language=language)
    if account is None:
        raise Refused([Reason.CHANGED_MEANWHILE])
    due = clocks.due(session, "draft_expiry")
    case = Case(migrant_id=account.id, counsellor_id=by.id, assisted=True, due_on=due, state=CaseState.DRAFT)
    session.add(case)
    session.flush()
    session.add_all([Application(case_id=case.id), Person(case_id=case.id)])
    session.flush()
    accounts.write_down(session, Act.ASSIST_BEGIN, account, by=by)
    journal.record(session, Act.ASSIST_BEGIN, actor=by.actor, case_id=case.id, about=f"assisted:{source}")
    return case


def consent(
    session: Session,
    case: Case,
    question: Question,
    wanted: frozenset[Purpose],
    witnessed: Witnessed,
    *,
    language: str,
    by: Account,
) -> None:
    """Write down what the person declared or permitted: said before witnesses, or signed on paper.

    Raises Refused without a word who was there, and for a signed paper that nobody sent.
    """
    if not witnessed.present.strip() or witnessed.how is How.OWN_SIGN_IN:
        raise Refused([Reason.REASON_MISSING])
    if witnessed.how is How.SIGNED_PAPER and not documents.is_there(session, case, PAPERS[question]):
        raise Refused([Reason.EVIDENCE_MISSING])
    application.consent(session, case, question, wanted, language=language, by=by, witnessed=witnessed)
