"""What was searched for, as a sign that an address may carry: sealed, and for one viewer only.

A name never stands in an address or a log. This sign does: one can go back to what was found, and read it
in another language.
"""

from portal.domain.accounts import Account
from portal.domain.desk import signs
from portal.domain.errors import NotFound
from portal.sealing import Unsealable


def write(text: str, *, by: Account) -> str:
    """The sign for what was typed."""
    return signs.write(text, context=_context(by))


def read(sign: str, *, viewer: Account) -> str:
    """What was typed. Raises NotFound for a sign that is not this viewer's."""
    try:
        return signs.read(sign, context=_context(viewer))
    except Unsealable:
        raise NotFound("search") from None


def _context(account: Account) -> str:
    return f"search of {account.id}"
