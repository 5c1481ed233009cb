"""The sharing receipt: what would go to which organisation, until when, and yes or no to each of it."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import SelectMultipleField

from portal.db import today
from portal.domain import clocks
from portal.domain.accounts import Organisation
from portal.domain.cases import Case
from portal.domain.errors import Reason, Refused
from portal.domain.permissions import Act
from portal.domain.support import receipts, referrals, shared
from portal.domain.support.field_rights import TICKED, WITHHELD, Field
from portal.domain.support.receipts import Chosen
from portal.domain.support.referrals import KNOWN, Referral, ReferralState
from portal.pages.migrant.rooms import my_case
from portal.pages.migrant.standing import bp
from portal.web import current
from portal.web.forms import Form, Several
from portal.web.htmx import again
from portal.web.spoken import language_name
from portal.web.words import say

REFERRAL = f"<int(max={2**63 - 1}):referral_id>"
ANSWERS = {"refuse": Act.REFERRAL_REFUSE, "stop": Act.REFERRAL_REVOKE}


class ReceiptForm(Form):
    """One box for each field, and one for each document."""

    fields = Several(_l("What I share"), TICKED)
    documents = SelectMultipleField(_l("Copies of documents"), coerce=int)

    def chosen(self) -> Chosen:
        """What is ticked."""
        return Chosen(frozenset(self.fields.data), frozenset(self.documents.data or ()))


@bp.get(f"/sharing/{REFERRAL}")
def sharing(referral_id: int) -> ResponseReturnValue:
    """What a partner organisation would see, does see, or saw."""
    case, referral = _referral(referral_id)
    held = receipts.chosen(current.db_session(), referral)
    form = ReceiptForm(formdata=None, fields=held.fields, documents=sorted(held.documents))
    return render_template("migrant/sharing.html", **_page(case, referral, form))


@bp.post(f"/sharing/{REFERRAL}")
def share(referral_id: int) -> ResponseReturnValue:
    """Agree to what is ticked; later: share exactly this from now on."""
    session, viewer, language = current.db_session(), current.viewer(), current.language()
    case, referral = _referral(referral_id)
    form = ReceiptForm()
    page = _page(case, referral, form)  # puts the choices into the form
    if not form.validate():
        return again("migrant/sharing.html", **page)
    answer = receipts.agree if referral.state is ReferralState.PROPOSED else receipts.change
    try:
        answer(session, referral, form.chosen(), language=language, by=viewer)
    except Refused as refused:
        if refused.reasons != [Reason.NOTHING_SHARED]:
            raise
        form.form_errors.append(say(Reason.NOTHING_SHARED))
        return again("migrant/sharing.html", **page)
    session.commit()
    return redirect(url_for(".sharing", referral_id=referral.id), 303)


@bp.post(f"/sharing/{REFERRAL}/<any({','.join(ANSWERS)}):answer>")
def decide_sharing(referral_id: int, answer: str) -> ResponseReturnValue:
    """Do not agree, or stop everything that was agreed."""
    session = current.db_session()
    _case, referral = _referral(referral_id)
    referrals.answer(session, referral, ANSWERS[answer], language=current.language(), by=current.viewer())
    session.commit()
    return redirect(url_for(".sharing", referral_id=referral.id), 303)


def _referral(referral_id: int) -> tuple[Case, Referral]:
    case = my_case()
    return case, referrals.find(current.db_session(), case, referral_id)


def _page(case: Case, referral: Referral, form: ReceiptForm) -> dict[str, Any]:
    session = current.db_session()
    seen, papers = shared.preview(session, case, referral), receipts.shareable(session, case)
    form.documents.choices = [(one.id, str(say(one.kind))) for one in papers]
    is_asked = referral.state is ReferralState.PROPOSED
    return {
        "case": case,
        "referral": referral,
        "partner": session.get_one(Organisation, referral.organisation_id),
        "form": form,
        "asked": is_asked,
        "holds": referral.state in KNOWN,
        "until": clocks.due(session, "sharing", today()) if is_asked else referral.shared_until,
        "boxes": _boxes(seen, referral),
        "papers": papers,
        "seen": seen,
        "withheld": WITHHELD,
        "spoken": lambda code: language_name(code) or code,
        "kept": [] if request.method == "POST" else receipts.of_referral(session, referral),
    }


def _boxes(seen: shared.Shared, referral: Referral) -> list[Field]:
    """What there is to agree to: nothing is asked about what this case does not have."""
    there = {Field.FAMILY: seen.people > 1, Field.JOURNEY: bool(referral.instruction)}
    return [field for field in TICKED if there.get(field, True)]
