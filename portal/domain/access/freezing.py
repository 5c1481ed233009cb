"""Accounts that were stopped because of somebody else: whom the counsellor of a case must help back in."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import cases
from portal.domain.accounts import Account, AccountState
from portal.domain.cases import Case


def frozen_for(session: Session, viewer: Account) -> list[tuple[Account, Case]]:
    """The stopped accounts of migrants whose case exists for this viewer, each with the case."""
    rows = session.execute(
        select(Account, Case)
        .join(Case, Case.migrant_id == Account.id)
        .where(Account.state == AccountState.FROZEN, cases.visible_to(viewer))
        .order_by(Case.opened_at)
    ).all()
    return [(row[0], row[1]) for row in rows]
