"""What is made sure of before a decision: a list for every person, each line with its proof."""

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.domain import accounts, people
from portal.domain.cases import Case
from portal.domain.course import verification
from portal.domain.course.verification import OPEN_STATES, Finding, Line
from portal.domain.errors import NotFound, Reason, Refused
from portal.domain.people import Person
from portal.domain.permissions import Act
from portal.pages.counsellor.case import case_ways
from portal.pages.counsellor.room import NUMBER, bp, find_case, open_case, show
from portal.pages.counsellor.ways import WHERE, Way
from portal.web import current
from portal.web.forms import Choice, Day, Form, Text
from portal.web.htmx import done, is_part_wanted
from portal.web.words import say

FIELDS = {Reason.REASON_MISSING: "note", Reason.DATE_MISSING: "until", Reason.PAPER_EXPIRED: "until"}
"""The field in which a counsellor mends what was refused."""
SAID = {Reason.REASON_MISSING: _l("Write a note that says why.")}
LONGEST_NOTE = 500


class CheckForm(Form):
    """How one thing stands for one person; without a finding it is open again."""

    finding = Choice(_l("Result"), Finding)
    note = Text(_l("Note"), most=LONGEST_NOTE)
    document = Text(_l("Shown by"))
    until = Day(_l("Valid until"))


@bp.get("/cases/<reference>/checks")
def show_checks(reference: str) -> ResponseReturnValue:
    """Everything that the programme wants to be sure of, person by person."""
    return _page(open_case(reference))


@bp.post(f"/cases/<reference>/checks/<{NUMBER}:person_id>/<item>")
def verify(reference: str, person_id: int, item: str) -> ResponseReturnValue:
    """Say how one thing stands."""
    session, form = current.db_session(), CheckForm()
    case = find_case(reference)
    person = people.find(session, case, person_id)
    line = verification.find(session, case, person, item)
    if not form.validate_on_submit() or _is_stale(line, form) or not _is_said(case, line, form):
        return _wrong(case, person, item, form), 422
    session.commit()
    to = f"{url_for('.show_checks', reference=case.reference)}#check-{person.id}-{item}"
    flash(_("The check is saved."), "success")
    return done(
        "counsellor/_verified.html",
        to=to,
        line=verification.find(session, case, person, item),
        swapped=True,
        case=case,
        **_around(case),
    )


def _wrong(case: Case, person: Person, item: str, form: CheckForm) -> str:
    """What is wrong, beside its line: the line alone to htmx, which puts it in its place."""
    if not is_part_wanted():
        return _page(case, wrong=(person.id, item, form))
    line = verification.find(current.db_session(), case, person, item)
    return render_template(
        "counsellor/_verified.html", line=line, form=form, swapped=True, case=case, **_around(case)
    )


def _is_stale(line: Line, form: CheckForm) -> bool:
    """Whether somebody said how it stands since: nobody writes over what they have not read."""
    if request.form.get("seen") in (None, line.mark):
        return False
    form.accept(note=_("A colleague has just changed this check. Look at it, then choose again."))
    return True


def _is_said(case: Case, line: Line, form: CheckForm) -> bool:
    """Write it down; what is missing is written beside its field."""
    session = current.db_session()
    try:
        verification.verify(
            session,
            case,
            line.person,
            line.item.key,
            form.finding.data,
            note=form.note.data or "",
            document_id=_number(form.document.data),
            valid_until=form.until.data if line.item.dated else None,
            by=current.viewer(),
        )
    except Refused as refused:
        if not all(reason in FIELDS for reason in refused.reasons):
            raise
        session.rollback()
        form.accept(**{FIELDS[reason]: str(SAID.get(reason) or say(reason)) for reason in refused.reasons})
        return False
    return True


def _number(typed: str | None) -> int | None:
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit()) or int(typed) >= 2**63:
        raise NotFound(typed)
    return int(typed)


def _page(case: Case, wrong: tuple[int, str, CheckForm] | None = None) -> str:
    session = current.db_session()
    return show(
        "counsellor/checks.html",
        case,
        part="show_checks",
        checklist=verification.checklist(session, case),
        wrong=wrong,
        **_around(case),
    )


def _around(case: Case) -> dict[str, object]:
    """What every line needs."""
    session = current.db_session()
    lines = [one for lines in verification.checklist(session, case).values() for one in lines]
    return {
        "findings": Finding,
        "may_verify": case.state in OPEN_STATES,
        "names": accounts.names(session, [one.found.by_id for one in lines if one.found]),
        "propose_ways": proposals(case),
        "where": WHERE,
        "language_of": current.language(),
        "left": sum(one.is_in_the_way for one in lines),
    }


def proposals(case: Case) -> list[Way]:
    """What the checks and the assessment lead to."""
    return [way for way in case_ways(case) if way.act in (Act.CASE_PROPOSE, Act.CASE_ACCEPT)]
