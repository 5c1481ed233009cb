"""The rooms of the account: who is here, and in which browser."""

from flask import Blueprint
from flask_login import current_user

from portal.domain.access.sign_in import SignIn

bp = Blueprint("account", __name__, url_prefix="/<language>/account")


def here() -> SignIn:
    """The sign-in of this browser."""
    found: SignIn = current_user.sign_in
    return found
