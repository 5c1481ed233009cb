"""What was searched for, as a sign that an address may carry: sealed, and for one viewer only.

A name never stands in an address or a log. With this sign the way back from a case leads to what was found.
"""

import base64
import binascii

from portal.domain.accounts import Account
from portal.domain.errors import NotFound
from portal.sealing import Unsealable, in_use


def write(text: str, *, by: Account) -> str:
    """The sign for what was typed."""
    sealed = in_use().seal(text.encode(), context=_context(by))
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def read(sign: str, *, viewer: Account) -> str:
    """What was typed. Raises NotFound for a sign that is not this viewer's."""
    try:
        sealed = base64.urlsafe_b64decode(sign + "=" * (-len(sign) % 4))
        return in_use().unseal(sealed, context=_context(viewer)).decode()
    except (binascii.Error, ValueError, Unsealable):
        raise NotFound("search") from None


def _context(account: Account) -> str:
    return f"search of {account.id}"
