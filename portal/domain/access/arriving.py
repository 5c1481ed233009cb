"""Who comes with a request: every page behind the door asks it, and it is one question, built once."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.domain.access import recovery, sign_in
from portal.domain.access.sign_in import SignIn
from portal.domain.accounts import Account, token_hash
from portal.domain.telling import notices

_ARRIVING = sign_in.ALIVE.where(SignIn.whole_at.is_not(None)).add_columns(
    notices.HAS_UNREAD, recovery.IS_ASKED_FOR
)


@dataclass(frozen=True)
class Arrival:
    """A whole sign-in, whose it is, and what every page tells its owner.

    `has_news`: something happened to the account that its owner has not seen. `is_asked_for`: somebody,
    perhaps another, asks for the way back into it.
    """

    sign_in: SignIn
    account: Account
    has_news: bool = False
    is_asked_for: bool = False


def of_token(session: Session, token: str) -> Arrival | None:
    """Who is signed in, with both factors, in the browser that keeps this token; None when nobody is."""
    row = session.execute(_ARRIVING, {"token": token_hash(token), **sign_in.times()}).first()
    return None if row is None else Arrival(*row)
