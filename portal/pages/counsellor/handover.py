"""Handing over the cases of a colleague who is away or leaves: a look at who gets what, then all at once."""

import hashlib
from collections.abc import Sequence

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms.fields import SelectChoice

from portal.domain import people
from portal.domain.accounts import Account
from portal.domain.desk import handover
from portal.domain.desk.handover import Handing
from portal.domain.errors import Reason, Refused
from portal.pages.counsellor.colleagues import Colleague, Colleagues
from portal.pages.counsellor.queue import around
from portal.pages.counsellor.room import bp
from portal.web import current
from portal.web.forms import Form, Paragraph, chosen, needed
from portal.web.htmx import moved
from portal.web.words import say

FIELDS = {Reason.NOBODY_TO_TAKE: "to", Reason.SAME_PERSON: "to", Reason.REASON_MISSING: "why"}


class HandOver(Form):
    """Whose cases, to whom, and why."""

    colleague = Colleague(_l("Whose cases?"), [chosen()])
    to = Colleagues(
        _l("Who takes them?"),
        [chosen()],
        description=_l("Several colleagues get equally many, the most urgent cases in turn."),
    )
    why = Paragraph(
        _l("Reason"),
        [needed()],
        description=_l(
            "It is written into the journal of every case. The applicant reads that there is another "
            "counsellor, not why."
        ),
    )

    def __init__(self, colleagues: Sequence[Account], takers: Sequence[Account], **more: object) -> None:
        super().__init__(**more)
        session = current.db_session()
        loads = handover.loads(session)
        self.colleague.choices = [_choice(one, loads.get(one.id, 0)) for one in colleagues]
        self.to.choices = [_choice(one, loads.get(one.id, 0)) for one in takers]


def _choice(one: Account, cases: int) -> SelectChoice:
    counted = ngettext("%(num)d open case", "%(num)d open cases", cases)
    return SelectChoice(one.id, f"{one.name} ({counted})")


@bp.get("/hand-over")
def new_hand_over() -> ResponseReturnValue:
    """Who hands over to whom."""
    return _page(_form(formdata=None))


@bp.post("/hand-over")
def hand_over() -> ResponseReturnValue:
    """Show which case would go to whom; once that was seen, do it."""
    session, viewer, form = current.db_session(), current.viewer(), _form()
    if not form.validate_on_submit():
        return _page(form), 422
    colleague = session.get_one(Account, form.colleague.data)
    to = [session.get_one(Account, number) for number in form.to.data]
    try:
        handings, sure = handover.preview(session, colleague, to, by=viewer), request.form.get("sure")
        if sure != _mark(handings):
            return _page(form, handings, is_other=sure is not None)
        handings = handover.hand_over(session, colleague, to, form.why.data, by=viewer)
    except Refused as refused:
        session.rollback()
        form.accept(**{FIELDS[reason]: str(say(reason)) for reason in refused.reasons})
        return _page(form), 422
    session.commit()
    gone = sum(one.to is not None for one in handings)
    flash(ngettext("%(num)d case was handed over.", "%(num)d cases were handed over.", gone), "success")
    if len(handings) > gone:
        flash(_("Some cases could not go to anybody you chose, and stay where they are."), "warning")
    return moved(url_for(".new_hand_over"))


def _form(**more: object) -> HandOver:
    session, viewer = current.db_session(), current.viewer()
    colleagues = handover.sources(session, viewer=viewer)
    only = colleagues[0] if len(colleagues) == 1 else None
    return HandOver(colleagues, handover.takers(session, apart_from=only), **more)


def _mark(handings: Sequence[Handing]) -> str:
    """Which cases go to whom, in few signs: what is done is what was seen, or it is shown again."""
    shared = [(one.case.id, one.to and one.to.id) for one in handings]
    return hashlib.sha256(repr(shared).encode()).hexdigest()[:16]


def _page(form: HandOver, handings: Sequence[Handing] | None = None, *, is_other: bool = False) -> str:
    """The form, and once it was filled in who would get what; `is_other`: not the same as was seen before."""
    session, shown = current.db_session(), handings or ()
    return render_template(
        "counsellor/handover.html",
        **around(),
        form=form,
        handings=handings,
        mark=_mark(shown),
        is_other=is_other,
        people=people.names(session, [one.case.id for one in shown]),
    )
