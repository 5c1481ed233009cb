"""What belongs to the request being answered: its language, its database session, its viewer."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import current_app, g, request
from flask_login import UserMixin, current_user
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException

from portal.db import is_reading, only_reads
from portal.domain.access.arriving import Arrival
from portal.domain.access.sign_in import SignIn
from portal.domain.accounts import Account, Organisation
from portal.programme import Programme
from portal.wiring import Wiring

WRITING_METHODS = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class SignedIn(UserMixin):
    """Flask-Login's view of a whole sign-in: known by the token of its row, so that it can be ended."""

    def __init__(self, token: str, arrival: Arrival) -> None:
        self.token = token
        self.arrival = arrival

    @property
    def sign_in(self) -> SignIn:
        """The browser."""
        return self.arrival.sign_in

    @property
    def account(self) -> Account:
        """Whose it is."""
        return self.arrival.account

    def get_id(self) -> str:
        """The secret that the browser keeps in its signed cookie."""
        return self.token


def wiring() -> Wiring:
    """What the portal is plugged into."""
    found: Wiring = current_app.extensions["wiring"]
    return found


def programme() -> Programme:
    """The programme as its owner set it."""
    return wiring().programme


def language() -> str:
    """The code of the language this page speaks."""
    return str(g.get("language", "en"))


def page_at(path: str, *, method: str) -> tuple[str, dict[str, Any]] | None:
    """What answers at this path of the portal: endpoint and arguments; None when nothing does."""
    try:
        endpoint, values = current_app.create_url_adapter(request).match(path, method=method)  # type: ignore[union-attr]
    except HTTPException:
        return None
    return endpoint, dict(values)


def db_session(*, writing: bool | None = None) -> Session:
    """The session of this request, opened when first asked for; the page commits it.

    A GET reads and does not queue behind writers. A GET that writes the journal of reads
    says `writing=True` at its first line, before anything is loaded; and once more if it writes after
    `write_down`.
    """
    if "db_session" not in g:
        wants = request.method in WRITING_METHODS if writing is None else writing
        g.db_session = wiring().writing() if wants else wiring().reading()
        g.db_writes = wants
    if writing and not g.db_writes:
        raise RuntimeError("this request already reads; ask for a writing session first")
    session: Session = g.db_session
    if writing and is_reading(session):
        session.commit()  # the end of what `write_down` began: nothing was changed in it
    return session


def write_down() -> None:
    """Commit what a page has written down about its reader; one that is only shown reads from here on.

    So nobody who writes waits until it is shown.
    """
    session = db_session()
    session.commit()
    if request.method not in WRITING_METHODS:
        only_reads(session)


@contextmanager
def reading() -> Iterator[Session]:
    """A session to read with: the page's own while it only reads, else another one.

    A page that tells of a fault has none any more, and one that has just committed does not begin anew.
    """
    own: Session | None = g.get("db_session")
    if own is not None and not g.db_writes:
        yield own
        return
    with wiring().reading() as session:
        yield session


def close_session(_error: BaseException | None = None) -> None:
    """At the end of a request: what was not committed is undone."""
    session = g.pop("db_session", None)
    if session is not None:
        session.close()


def signed_in() -> SignedIn | None:
    """The sign-in of this request, if there is one."""
    found = current_user._get_current_object()
    return found if found.is_authenticated else None


def is_phone_shared() -> bool:
    """Whether others may pick up the phone on which this page is read."""
    found = signed_in()
    return found is not None and found.sign_in.is_shared


def viewer() -> Account:
    """The person who looks at this page; doors.py has let them in."""
    found = signed_in()
    if found is None:
        raise RuntimeError("no viewer: this page is missing from doors.py")
    session = db_session()
    account: Account | None = session.info.get("viewer")
    if account is None:
        # The door's own copy stays as it was read: it is what an error page still knows once this session
        # broke. Who only reads has another copy of it; who writes asks who they are now.
        by = found.account
        account = session.get_one(Account, by.id) if g.db_writes else session.merge(by, load=False)
        # Held, so that a session that forgets what nobody holds need not ask for them again.
        session.info["viewer"] = account
    return account


_ORGANISATION = select(Organisation).where(Organisation.id == bindparam("number"))


def organisation() -> Organisation:
    """The viewer's organisation; for partners only."""
    return db_session().scalars(_ORGANISATION, {"number": viewer().organisation_id}).one()
