"""Signs that an address may carry: sealed text, which nobody else reads or makes."""

import base64
import binascii

from portal.sealing import Unsealable, in_use


def write(text: str, *, context: str) -> str:
    """The sign for this text, good in this context only."""
    sealed = in_use().seal(text.encode(), context=context)
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def read(sign: str, *, context: str) -> str:
    """The text. Raises Unsealable for anything that was not written here in this context."""
    try:
        sealed = base64.urlsafe_b64decode(sign + "=" * (-len(sign) % 4))
    except (binascii.Error, ValueError) as strange:
        raise Unsealable(str(strange)) from None
    return in_use().unseal(sealed, context=context).decode()
