"""The way in for people without a smartphone: codes on paper, which a counsellor prints."""

from flask import flash, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from portal.domain.access import sheets
from portal.domain.access.factors import Factor
from portal.domain.errors import NotFound
from portal.domain.permissions import FOR_THEMSELVES
from portal.pages.entrance import half
from portal.pages.entrance.half import bp


@bp.get("/sign-in/sheet")
def ask_sheet() -> ResponseReturnValue:
    """Say how to get a sheet, and the name to tell the counsellor; goes on by itself once it is made."""
    _found, account = half.of_browser(has_factor=False)
    if account.role not in FOR_THEMSELVES:
        raise NotFound("sheet")
    is_early = "made" in request.args
    return render_template("entrance/sheet.html", login=account.login, is_early=is_early, closes=g.closes)


def tell_left(database: Session, shown: Factor) -> None:
    """Say at the top of the next page that the sheet is nearly used up."""
    left = sheets.last_codes(database, shown)
    if left is None:
        return
    if left == 0:
        flash(_("That was the last code on your sheet. Ask your counsellor for a new sheet now."), "danger")
        return
    words = ngettext(
        "There is %(num)d code left on your sheet. Ask your counsellor for a new sheet soon.",
        "There are %(num)d codes left on your sheet. Ask your counsellor for a new sheet soon.",
        left,
    )
    flash(words, "warning")
