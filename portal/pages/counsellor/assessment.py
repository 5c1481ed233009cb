"""The assessment: every condition weighed, with what shows it, and what is proposed."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.domain import accounts, documents
from portal.domain.applying import application
from portal.domain.applying.application import Answers, Question
from portal.domain.cases import Case, CaseState
from portal.domain.course import assessment
from portal.domain.course.assessment import Assessment, Found, Met, Recommendation, Weighed
from portal.domain.documents import UNSEEN, Document
from portal.pages.counsellor.checks import proposals
from portal.pages.counsellor.room import bp, find_case, open_case, show
from portal.pages.counsellor.ways import WHERE
from portal.programme import Criterion
from portal.web import current
from portal.web.answers import told
from portal.web.filters import day
from portal.web.forms import Choice, Form, Listed, Paragraph
from portal.web.htmx import moved
from portal.web.words import say, short

LONGEST_EVIDENCE = 1000


class _Summary(Form):
    """What is proposed, and why in short."""

    recommends = Choice(
        _l("What do you propose?"), Recommendation, description=_l("Needed before you can propose it.")
    )
    words = Paragraph(
        _l("Your assessment in short"),
        description=_l("The senior counsellor who decides reads it. The applicant does not."),
    )


def form_of(case: Case) -> Any:
    """The form for the programme's conditions: of each whether it is met, the words, and what shows it."""
    fields: dict[str, Any] = {}
    for one in current.programme().criteria:
        name = one.name[current.language()]
        fields[f"met-{one.key}"] = Choice(name, Met)
        fields[f"evidence-{one.key}"] = Paragraph(_l("How do we know?"), most=LONGEST_EVIDENCE)
        fields[f"shown-{one.key}"] = Listed(_l("Shown by"), lambda: _proofs(case))
    return type("AssessmentForm", (_Summary,), fields)


@bp.get("/cases/<reference>/assessment")
def show_assessment(reference: str) -> ResponseReturnValue:
    """What was found so far, or what was proposed."""
    case = open_case(reference)
    session = current.db_session()
    found = assessment.latest(session, case)
    form = form_of(case)(formdata=None, data=_written(found, assessment.weighed(session, found)))
    return _page(case, form)


@bp.post("/cases/<reference>/assessment")
def save_assessment(reference: str) -> ResponseReturnValue:
    """Keep what was found; nothing has to be complete before it is proposed."""
    session, case = current.db_session(), find_case(reference)
    form = form_of(case)()
    is_stale = request.form.get("seen") not in (None, assessment.mark(assessment.latest(session, case)))
    if not form.validate_on_submit():
        return _page(case, form, is_stale=is_stale), 422
    if is_stale:
        return _page(case, form, is_stale=True), 409
    found = {one.key: _found(form, one) for one in current.programme().criteria}
    assessment.save(session, case, form.recommends.data, form.words.data or "", found, by=current.viewer())
    session.commit()
    if request.form.get("then") == "propose":
        return moved(url_for(".take_step", reference=case.reference, step="propose"))
    flash(_("The assessment is saved."), "success")
    return moved(url_for(".show_assessment", reference=case.reference))


def _proofs(case: Case) -> Iterator[tuple[str, str, dict[str, str], str]]:
    """Documents and answers that can show something, each under its heading."""
    session = current.db_session()
    for one in documents.of_case(session, case, viewer=current.viewer()):
        if one.state not in UNSEEN and one.milestone_id is None:
            yield f"document:{one.id}", f"{say(one.kind)}, {day(one.sent_at)}", {}, str(_("Documents"))
    for question in application.asked_of(application.answers(session, case)):
        yield f"answer:{question}", str(short(question)), {}, str(_("Answers"))


def _found(form: Any, criterion: Criterion) -> Found:
    noun, _colon, value = (form[f"shown-{criterion.key}"].data or "").partition(":")
    return Found(
        form[f"met-{criterion.key}"].data,
        form[f"evidence-{criterion.key}"].data or "",
        document_id=int(value) if noun == "document" else None,
        question=Question(value) if noun == "answer" else None,
    )


def _written(found: Assessment | None, rows: Mapping[str, Weighed]) -> dict[str, object]:
    """What stands in the form."""
    if found is None:
        return {}
    written: dict[str, object] = {"recommends": found.recommends, "words": found.words}
    for key, row in rows.items():
        written[f"met-{key}"], written[f"evidence-{key}"] = row.met, row.evidence
        if row.document_id:
            written[f"shown-{key}"] = f"document:{row.document_id}"
        elif row.question:
            written[f"shown-{key}"] = f"answer:{row.question}"
    return written


def _page(case: Case, form: Form, *, is_stale: bool = False) -> str:
    """The form; `is_stale`: somebody saved something else since, and nothing of this is kept yet."""
    found = weighing(case)
    return show(
        "counsellor/assessment.html",
        case,
        part="show_assessment",
        form=form,
        may_assess=case.state is CaseState.IN_REVIEW,
        propose_ways=proposals(case),
        where=WHERE,
        language_of=current.language(),
        is_stale=is_stale,
        seen=assessment.mark(found["assessment"]),
        **found,
    )


def weighing(case: Case) -> dict[str, Any]:
    """The assessment as it stands, each condition with what shows it."""
    session = current.db_session()
    found = assessment.latest(session, case)
    rows = assessment.weighed(session, found)
    sent = {one.id: one for one in documents.of_case(session, case, viewer=current.viewer())}
    answers = application.answers(session, case)
    return {
        "criteria": current.programme().criteria,
        "assessment": found,
        "weighed": rows,
        "shown_by": {key: _shown(row, sent, answers) for key, row in rows.items()},
        "assessor": accounts.names(session, [found.by_id]).get(found.by_id, "") if found else "",
        "earlier": [one for one in assessment.of_case(session, case) if found is None or one.id != found.id],
        "pictured": documents.with_pictures(session, sent.values()),
    }


def _shown(
    row: Weighed, sent: Mapping[int, Document], answers: Answers
) -> tuple[Document | None, Question | None, str]:
    """The document that shows it, or the question and what was answered."""
    question = row.question
    return sent.get(row.document_id or 0), question, told(answers, question) if question else ""
