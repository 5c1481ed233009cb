"""Where somebody is signed in: end one device, or all others."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.domain import accounts
from portal.domain.access import sign_in
from portal.domain.permissions import Act
from portal.pages.account.room import bp, here
from portal.web import current


@bp.post("/devices/<int(max=9223372036854775807):number>/end")
def end_device(number: int) -> ResponseReturnValue:
    """Sign one other device out."""
    viewer, database = current.viewer(), current.db_session()
    sign_in.end_device(database, viewer, number)
    database.commit()
    flash(_("The device is signed out."), "success")
    return redirect(url_for(".overview"), 303)


@bp.post("/devices/end-others")
def end_others() -> ResponseReturnValue:
    """Sign every other device out."""
    viewer, database = current.viewer(), current.db_session()
    sign_in.end_all(database, viewer, but=here())
    accounts.write_down(database, Act.ACCOUNT_DEVICE_ENDED, viewer)
    database.commit()
    flash(_("All other devices are signed out."), "success")
    return redirect(url_for(".overview"), 303)
