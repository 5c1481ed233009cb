"""Who uses this phone: asked once, in plain words, and changed whenever that changes."""

from flask import redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.fields import SelectChoice

from portal.domain.access import sign_in
from portal.pages.account.room import bp, here
from portal.pages.entrance.half import page
from portal.web import current, device, doors
from portal.web.forms import Form, chosen

OTHERS_TOO, ONLY_ME = "others_too", "only_me"


class PhoneForm(Form):
    """Whether others may pick up this phone."""

    users = RadioField(
        _l("Who uses this phone or computer?"),
        [chosen()],
        choices=[
            SelectChoice(OTHERS_TOO, _l("Other people use it too")),
            SelectChoice(ONLY_ME, _l("Only I use it")),
        ],
    )


@bp.get("/phone")
def ask_sharing() -> ResponseReturnValue:
    """Ask who uses this phone."""
    shared = current.viewer().is_on_shared_phone
    return _page(PhoneForm(users=OTHERS_TOO if shared else ONLY_ME))


@bp.post("/phone")
def set_sharing() -> ResponseReturnValue:
    """Keep the answer; a phone of one's own is known from now on."""
    viewer, database, form = current.viewer(), current.db_session(), PhoneForm()
    if not form.validate():
        return _page(form)
    is_shared = form.users.data == OTHERS_TOO
    token = sign_in.set_sharing(database, viewer, here(), is_shared=is_shared)
    database.commit()
    if is_shared:
        device.forget()
    device.remember(token)
    return redirect(doors.safe_next(request.args.get("next")), 303)


def _page(form: PhoneForm) -> ResponseReturnValue:
    return page("account/phone.html", form, onward=request.args.get("next"))
