"""The steps of a case and of everything in it: what each asks for, how it is offered, how it is taken."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from portal.db import latest_day, today
from portal.domain import steps
from portal.domain.cases import Case, CaseState, ClosureReason
from portal.domain.course.journey import MissReason
from portal.domain.errors import NotFound, Reason, Refused
from portal.domain.permissions import Act, require
from portal.domain.steps import Movable, Step
from portal.domain.support.parts import PayMethod
from portal.pages.counsellor.room import show
from portal.web import current
from portal.web.forms import Choice, Day, Form, Paragraph, Text, chosen, needed
from portal.web.htmx import moved
from portal.web.words import say
from portal.web.words.desk import means


def _words(label: object, *, hint: object = "", wanted: bool = True) -> type[Form]:
    """A form that asks for a few words."""

    class Worded(Form):
        note = Paragraph(label, [needed()] if wanted else [], description=hint)

    return Worded


class Departure(Form):
    """When the person left, and what shows it."""

    SAID: ClassVar[Mapping[Reason, object]] = {
        Reason.REASON_MISSING: _l("Say what shows the departure, or first send a document that shows it.")
    }
    """What is missing, in words that fit this form better than those of the reason."""
    on = Day(_l("Day of departure"), [needed()], until=today, default=today)
    note = Paragraph(
        _l("Proof of departure"),
        description=_l(
            "For example: boarding pass seen, call from the gate. "
            "Not needed when a document in the case shows the departure."
        ),
    )


class Missed(Form):
    """That somebody did not leave, and why."""

    on = Day(_l("Planned day of departure"), [needed()], until=today, default=today)
    reason = Choice(_l("Why the person did not leave"), MissReason, [chosen()])
    note = Paragraph(_l("Note for the file"))


class Arrival(Form):
    """When the person arrived."""

    on = Day(_l("Day of arrival"), [needed()], until=latest_day)
    note = Paragraph(_l("Who told us, and how"))


class Closure(Form):
    """Why a case ends."""

    reason = Choice(_l("Why the case is closed"), ClosureReason, [chosen()])
    note = Paragraph(_l("Note for the file"))


class Paid(Form):
    """When and how a payment was made, and how it is found in the books."""

    on = Day(_l("Day of payment"), [needed()], until=today, default=today)
    method = Choice(_l("How was it paid?"), PayMethod, [chosen()])
    reference = Text(
        _l("Reference of the payment"), [needed()], description=_l("As the bank or the seller wrote it.")
    )


_REASON = _words(_l("Reason"))
_READ_BY_PARTNER = _words(_l("Reason"), hint=_l("The partner organisation and the returnee read this."))

# In the order in which they are offered. A bare `Form` asks for nothing: one button does it.
FORMS: dict[Act, type[Form]] = {
    Act.CASE_TAKE: Form,
    Act.CASE_PROPOSE: _words(
        _l("Note for who decides"),
        hint=_l("Needed when no identity document is accepted: say how we know who the person is."),
        wanted=False,
    ),
    Act.CASE_ASK: Form,
    Act.CASE_ACCEPT: _words(_l("Note for the file"), wanted=False),
    Act.CASE_DECLINE: _words(
        _l("Reason"),
        hint=_l(
            "The applicant reads this, in the portal and in the letter. The portal does not translate it."
        ),
    ),
    Act.CASE_SEND_BACK: _words(_l("What should the counsellor do?")),
    Act.CASE_CLEAR: Form,
    Act.CASE_DEPART: Departure,
    Act.CASE_NOT_DEPARTED: Missed,
    Act.CASE_UNCLEAR: _REASON,
    Act.CASE_ARRIVE: Arrival,
    Act.CASE_BEGIN: Form,
    Act.CASE_COMPLETE: Form,
    Act.CASE_CLOSE: Closure,
    Act.CASE_RETURN_TO_US: _words(_l("Why the case is opened again")),
    Act.REFERRAL_END: _REASON,
    Act.PLAN_APPROVE: Form,
    Act.PLAN_RETURN: _READ_BY_PARTNER,
    Act.PLAN_REJECT: _READ_BY_PARTNER,
    Act.MILESTONE_VERIFY: Form,
    Act.MILESTONE_RETURN: _READ_BY_PARTNER,
    Act.MILESTONE_MISS: _READ_BY_PARTNER,
    Act.MILESTONE_WAIVE: _REASON,
    Act.PAYMENT_VERIFY: Form,
    Act.PAYMENT_APPROVE: Form,
    Act.PAYMENT_PAY: Paid,
    Act.PAYMENT_ANSWER: _words(_l("Answer"), hint=_l("The returnee reads this.")),
    Act.PAYMENT_RETURN: _READ_BY_PARTNER,
    Act.REPORT_RETURN: _words(_l("What is missing?"), hint=_l("The partner organisation reads this.")),
}

WHERE: Mapping[Reason, str] = {
    Reason.CORRECTION_MISSING: "counsellor.new_correction",
    Reason.IDENTITY_NOT_ACCEPTED: "counsellor.show_documents",
    Reason.CHECKLIST_OPEN: "counsellor.show_travel",
    Reason.PAPER_NOT_RECEIVED: "counsellor.show_journey",
    Reason.PAPER_ENDS_EARLY: "counsellor.show_journey",
    Reason.NOT_COUNSELLED: "counsellor.show_counselling",
    Reason.VERIFICATION_OPEN: "counsellor.show_checks",
    Reason.ASSESSMENT_MISSING: "counsellor.show_assessment",
    Reason.CRITERIA_OPEN: "counsellor.show_assessment",
    Reason.DOCUMENTS_MISSING: "counsellor.show_documents",
    Reason.GUARDIAN_NOT_AGREED: "counsellor.show_care",
    Reason.BEST_INTERESTS_OPEN: "counsellor.show_care",
    Reason.AGREEMENT_MISSING: "counsellor.show_care",
    Reason.PLAN_NOT_APPROVED: "counsellor.show_plan",
    Reason.MILESTONES_OPEN: "counsellor.show_plan",
    Reason.PAYMENTS_OPEN: "counsellor.show_plan",
}
"""The page on which what is missing can be mended."""

FIELDS = {
    Reason.REASON_MISSING: "note",
    Reason.IDENTITY_NOT_ACCEPTED: "note",
    Reason.DATE_MISSING: "on",
    Reason.DATE_IN_FUTURE: "on",
    Reason.DATE_LONG_AGO: "on",
    Reason.DATE_TOO_EARLY: "on",
    Reason.BEFORE_JOURNEY: "on",
}
"""The field in which a person mends what was refused."""


PREVIEWS = {Act.CASE_ACCEPT: "accepted", Act.CASE_DECLINE: "declined"}
"""Steps that send a letter, and which; it can be looked at first."""

BACKWARD = frozenset(
    {
        Act.CASE_ASK,
        Act.CASE_DECLINE,
        Act.CASE_SEND_BACK,
        Act.CASE_NOT_DEPARTED,
        Act.CASE_UNCLEAR,
        Act.CASE_RETURN_TO_US,
        Act.REFERRAL_END,
        Act.PLAN_RETURN,
        Act.PLAN_REJECT,
        Act.MILESTONE_RETURN,
        Act.MILESTONE_MISS,
        Act.MILESTONE_WAIVE,
        Act.PAYMENT_RETURN,
        Act.REPORT_RETURN,
    }
)
"""Steps that send something back or end it: never the first button that the eye meets."""

ONWARD_AT = {Act.CASE_CLOSE: {CaseState.MONITORING}}
"""Steps that may be taken from many states, and bring a case forward from these alone."""


@dataclass(frozen=True)
class Way:
    """One step that may be offered: a button, a link to a page that asks for words, or what is missing."""

    act: Act
    to: str
    at_once: bool
    missing: Sequence[Reason]
    seen: int
    """The version of the row that the page was made from."""
    is_onward: bool
    """Whether it brings the case forward."""


def verb(act: Act) -> str:
    """The second half of an act, as it stands in addresses."""
    return act.partition(".")[2]


def act_of(noun: str, step: str) -> Act:
    """The act that an address names. Raises NotFound."""
    found = next((act for act in FORMS if act == f"{noun}.{step}"), None)
    if found is None:
        raise NotFound(step)
    return found


def ways(thing: Movable, table: Mapping[Act, Step[Any]], address: Callable[[str], str]) -> list[Way]:
    """The steps that the viewer could take with this, each with what is missing for it."""
    viewer = current.viewer()
    offered = steps.open_to(thing, table, viewer)
    found = [
        Way(
            act,
            address(verb(act)),
            form is Form,
            _missing(thing, table, act, form),
            thing.version,
            is_onward=act not in BACKWARD and thing.state in ONWARD_AT.get(act, {thing.state}),
        )
        for act, form in FORMS.items()
        if act in offered
    ]
    return [way for way in found if Reason.WRONG_STATE not in way.missing]


def _missing(thing: Movable, table: Mapping[Act, Step[Any]], act: Act, form: type[Form]) -> list[Reason]:
    """What cannot be mended by filling in the form."""
    found = steps.missing(current.db_session(), thing, table, act, by=current.viewer())
    return [reason for reason in found if not hasattr(form, FIELDS.get(reason, ""))]


def walk(
    case: Case,
    thing: Movable,
    table: Mapping[Act, Step[Any]],
    act: Act,
    take: Callable[[Any], None],
    *,
    part: str,
    back: str,
    about: str = "",
    given: Mapping[str, object] | None = None,
) -> ResponseReturnValue:
    """The page that asks for what a step needs (`given`: what stands there first); then the step itself.

    Whoever read something that was changed meanwhile is told so, and what they typed stands there still.
    """
    require(current.viewer().role, act)
    form = FORMS[act](**(given or {}))
    is_stale = steps.is_stale(thing, request.form.get("seen", type=int))
    if not is_stale and form.validate_on_submit() and _is_taken(form, take):
        current.db_session().commit()
        flash(str(say(act)), "success")
        return moved(back)
    if thing.state not in table[act].leaves:
        raise Refused([Reason.WRONG_STATE])
    missing = _missing(thing, table, act, FORMS[act])
    page = show(
        "counsellor/step.html",
        case,
        part=part,
        seen=thing.version,
        form=form,
        act=act,
        means=means(act),
        missing=missing,
        where=WHERE,
        back=back,
        about=about,
        preview=PREVIEWS.get(act),
        is_stale=is_stale,
    )
    return page, (409 if is_stale else 422) if request.method == "POST" else 200


def _is_taken(form: Form, take: Callable[[Any], None]) -> bool:
    """Take the step; what is refused for something typed is written beside its field."""
    try:
        take(form)
    except Refused as refused:
        fields = [FIELDS.get(reason) for reason in refused.reasons]
        if not all(name in form for name in fields):
            raise
        current.db_session().rollback()
        said: Mapping[Reason, object] = getattr(form, "SAID", {})
        words = [str(said.get(why) or say(why)) for why in refused.reasons]
        form.accept(**{str(name): one for name, one in zip(fields, words, strict=True)})
        return False
    return True
