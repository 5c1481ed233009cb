"""Take over an account in which a counsellor filled in an application: with the code on paper."""

from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from portal.domain.access import claims
from portal.domain.errors import Reason, Refused, TooMany
from portal.pages.entrance import half
from portal.pages.entrance.half import bp
from portal.pages.entrance.joining import RegisterForm
from portal.web import current
from portal.web.forms import Text, needed
from portal.web.words import say


class ClaimForm(RegisterForm):
    """The code on the paper, a name to sign in with from now on, and a password."""

    code = Text(_l("The code on your paper"), [needed()], most=60)


@bp.get("/claim")
def claim() -> ResponseReturnValue:
    """Ask for the code, a name and a password."""
    return half.page("entrance/claim.html", ClaimForm())


@bp.post("/claim")
def use_claim() -> ResponseReturnValue:
    """Take the account over, and go straight on to the second factor."""
    form, database = ClaimForm(), current.db_session()
    if not form.validate():
        return half.page("entrance/claim.html", form)
    try:
        account = claims.use(
            database,
            form.code.data,
            name=form.name.data,
            password=form.password.data,
            language=current.language(),
        )
    except TooMany:
        database.commit()
        raise
    except Refused as refused:
        database.commit()
        field = "code" if refused.reasons == [Reason.CLAIM_WRONG] else "password"
        form.accept(**{field: say(refused.reasons[0])})
        return half.page("entrance/claim.html", form)
    return half.begin(database, account)
