"""Talks after the return, as partner and counsellor handle them: the forms, and what each of them does."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from portal.db import latest_day, today
from portal.domain import steps
from portal.domain.cases import Case
from portal.domain.errors import NotFound, Reason, Refused
from portal.domain.permissions import Act
from portal.domain.support import monitoring
from portal.domain.support.monitoring import FOLLOW_UP_STEPS, FollowUp, FollowUpMode, Held
from portal.web import current
from portal.web.forms import Choice, Day, Form, Paragraph, Text, chosen, needed
from portal.web.words import say


class PlanForm(Form):
    """When to talk, and how."""

    mode = Choice(_l("How do you talk?"), FollowUpMode, [chosen()])
    on = Day(_l("On which day?"), [needed()], future=True)


class HeldForm(Form):
    """What came of a talk, and when the next one is."""

    mode = Choice(_l("How did you talk?"), FollowUpMode, [chosen()])
    on = Day(_l("On which day?"), [needed()], until=latest_day, default=today)
    seen = Text(
        _l("Who was seen?"), [needed()], description=_l("For example: the returnee and her older son.")
    )
    findings = Paragraph(
        _l("What did you find out?"),
        [needed()],
        description=_l("The returnee can read it in the copy of her or his data."),
    )
    next_on = Day(_l("When is the next talk?"), future=True)
    is_last = BooleanField(_l("No further talk is planned"))


class MissedForm(Form):
    """Why a talk did not take place, and perhaps another day for it."""

    note = Paragraph(_l("What happened?"), [needed()], most=1000)
    to = Day(_l("Another day for this talk"), future=True)


class MovedForm(Form):
    """Why a talk is moved, and to which day."""

    note = Paragraph(_l("Why is it moved?"), [needed()], most=1000)
    to = Day(_l("To which day?"), [needed()], future=True)


class CancelForm(Form):
    """Why there is no talk."""

    note = Paragraph(_l("Why is it cancelled?"), [needed()], most=1000)


FORMS: dict[Act, type[Form]] = {
    Act.FOLLOW_UP_HOLD: HeldForm,
    Act.FOLLOW_UP_MISS: MissedForm,
    Act.FOLLOW_UP_POSTPONE: MovedForm,
    Act.FOLLOW_UP_CANCEL: CancelForm,
}
FIELDS = {Reason.DATE_IN_FUTURE: "on", Reason.DATE_PAST: "to", Reason.NEXT_TALK_OPEN: "next_on"}
"""The field in which a person mends what was refused."""


def act_of(step: str) -> Act:
    """The act that an address names. Raises NotFound."""
    found = next((act for act in FORMS if act == f"follow_up.{step}"), None)
    if found is None:
        raise NotFound(step)
    return found


def ways(follow_up: FollowUp) -> Sequence[tuple[Act, str]]:
    """What the viewer can say of a talk now, each with the last part of its address."""
    viewer = current.viewer()
    if follow_up.organisation_id != viewer.organisation_id:
        return ()
    found = steps.open_to(follow_up, FOLLOW_UP_STEPS, viewer)
    return [(act, act.partition(".")[2]) for act in found]


def form_of(follow_up: FollowUp, act: Act) -> Form:
    """The form of a step. Raises Refused when it cannot be taken now."""
    if act not in [one for one, _step in ways(follow_up)]:
        raise Refused([Reason.WRONG_STATE])
    return FORMS[act](mode=follow_up.mode) if act is Act.FOLLOW_UP_HOLD else FORMS[act]()


def plan(case: Case, form: PlanForm) -> bool:
    """Plan a talk, if what was typed can be used. The caller commits."""
    if not form.validate_on_submit():
        return False
    monitoring.plan(current.db_session(), case, form.mode.data, form.on.data, by=current.viewer())
    return True


def take(case: Case, follow_up: FollowUp, act: Act, form: Form) -> bool:
    """Take the step, if what was typed can be used; else say beside the field why not. The caller commits."""
    if not form.validate_on_submit():
        return False
    try:
        _take(case, follow_up, act, form.values())
    except Refused as refused:
        if not all(FIELDS.get(reason, "") in form for reason in refused.reasons):
            raise
        current.db_session().rollback()
        form.accept(**{FIELDS[reason]: str(say(reason)) for reason in refused.reasons})
        return False
    return True


def _take(case: Case, follow_up: FollowUp, act: Act, typed: dict[str, Any]) -> None:
    session, viewer = current.db_session(), current.viewer()
    if act is Act.FOLLOW_UP_HOLD:
        monitoring.hold(session, case, follow_up, Held(**typed), by=viewer)
    else:
        note, to = typed["note"], typed.get("to")
        monitoring.put_off(session, case, follow_up, act, by=viewer, note=note, to=to)
