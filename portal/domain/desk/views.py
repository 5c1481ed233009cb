"""Saved views: a pile with filters and an order, under a name of its owner's choice."""

from collections.abc import Sequence
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import ForeignKey, Index, String, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.db import Base
from portal.domain import accounts
from portal.domain.accounts import Account
from portal.domain.desk.filters import Filters
from portal.domain.desk.piles import Pile, piles_of
from portal.domain.errors import NotFound, Reason, Refused
from portal.domain.permissions import Act, require
from portal.sealing import SealedText

MOST = 20


class SavedView(Base):
    """One view of one account. What it is called may name somebody, so it is sealed."""

    __tablename__ = "saved_views"
    __table_args__ = (Index("ix_saved_views_of_account", "account_id", "place"),)

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    place: Mapped[int] = mapped_column()
    name = SealedText()
    pile: Mapped[Pile] = mapped_column()
    filters: Mapped[str] = mapped_column(String(300), default="")

    @property
    def values(self) -> dict[str, str]:
        """The pile and the filters, as they stand in an address."""
        return {"pile": self.pile.value, **dict(parse_qsl(self.filters))}


_OF_ACCOUNT = select(SavedView).where(SavedView.account_id == bindparam("account")).order_by(SavedView.place)


def of_account(session: Session, account: Account) -> Sequence[SavedView]:
    """This person's views, in their order; none of a pile that is not on their desk (any more)."""
    mine = session.scalars(_OF_ACCOUNT, {"account": account.id})
    return [view for view in mine if view.pile in piles_of(account)]


def save(session: Session, name: str, pile: Pile, filters: Filters, *, by: Account) -> SavedView:
    """Keep a view under a name; one of the same name is replaced. Raises Refused for more than MOST."""
    require(by.role, Act.VIEW_SAVE)
    if pile not in piles_of(by):
        raise NotFound(pile)
    kept = _locked(session, by)
    view = next((one for one in kept if one.name == name), None)
    if view is None:
        if len(kept) >= MOST:
            raise Refused([Reason.VIEWS_FULL])
        view = SavedView(account_id=by.id, place=1 + max((one.place for one in kept), default=0), name=name)
        session.add(view)
    view.pile, view.filters = pile, urlencode(filters.values)
    session.flush()
    accounts.write_down(session, Act.VIEW_SAVE, by)
    return view


def rename(session: Session, view: SavedView, name: str, *, by: Account) -> None:
    """Call a view otherwise. Raises Refused when another one is called so."""
    require(by.role, Act.VIEW_SAVE)
    if any(one.name == name and one.id != view.id for one in _locked(session, by)):
        raise Refused([Reason.NAME_TAKEN])
    view.name = name
    accounts.write_down(session, Act.VIEW_SAVE, by)


def move_up(session: Session, view: SavedView, *, by: Account) -> None:
    """Change places with the view before it; nothing happens to the first."""
    require(by.role, Act.VIEW_SAVE)
    kept = _locked(session, by)
    at = kept.index(view)
    if at:
        view.place, kept[at - 1].place = kept[at - 1].place, view.place
        accounts.write_down(session, Act.VIEW_SAVE, by)


def remove(session: Session, view: SavedView, *, by: Account) -> None:
    """Forget a view."""
    require(by.role, Act.VIEW_SAVE)
    session.delete(view)
    accounts.write_down(session, Act.VIEW_SAVE, by)


def find(session: Session, view_id: int, *, viewer: Account) -> SavedView:
    """One of the viewer's own views. Raises NotFound."""
    view = session.scalar(select(SavedView).where(SavedView.id == view_id, SavedView.account_id == viewer.id))
    if view is None:
        raise NotFound(str(view_id))
    return view


def _locked(session: Session, account: Account) -> list[SavedView]:
    """This person's views; nobody else adds or moves one until the end of the transaction."""
    session.refresh(account, with_for_update=True)
    mine = select(SavedView).where(SavedView.account_id == account.id).order_by(SavedView.place)
    return list(session.scalars(mine))
