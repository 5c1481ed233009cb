"""What was asked of the applicant and what came of it: what stood there before, and what stands there now."""

from dataclasses import dataclass

from flask.typing import ResponseReturnValue

from portal.domain import accounts, corrections, documents
from portal.domain.applying import application, versions
from portal.domain.applying.application import Question
from portal.domain.applying.versions import Seen, Version
from portal.domain.cases import Case
from portal.domain.corrections import Correction
from portal.domain.documents import Document
from portal.pages.counsellor.room import bp, open_case, show
from portal.web import current
from portal.web.answers import changes


@dataclass(frozen=True)
class Change:
    """One answer in words, before and now."""

    question: Question
    before: str
    now: str


@dataclass(frozen=True)
class Asked:
    """One correction: who asked, what changed because of it, and which document came in place of which."""

    correction: Correction
    asked_by: str
    changes: list[Change]
    document_before: Document | None
    document_now: Document | None


@dataclass(frozen=True)
class Edge:
    """What stood on both sides of one or several changes."""

    version: Version
    before: Seen
    after: Seen


@bp.get("/cases/<reference>/changes")
def show_changes(reference: str) -> ResponseReturnValue:
    """Everything ever asked, with both versions side by side."""
    case = open_case(reference)
    session, viewer = current.db_session(), current.viewer()
    every = corrections.of_case(session, case)
    names = accounts.names(session, [one.asked_by_id for one in every])
    sent = {one.id: one for one in documents.of_case(session, case, viewer=viewer)}
    edges = _edges(case)
    return show(
        "counsellor/changes.html",
        case,
        part="show_application",
        asked=[
            Asked(
                one,
                names.get(one.asked_by_id, ""),
                _changes(case, [edge for edge in edges if edge.version.correction_id == one.id]),
                sent.get(one.document_id or 0),
                sent.get(one.answered_with_id or 0),
            )
            for one in every
        ],
        others=[
            (edge.version, _changes(case, [edge])) for edge in edges if edge.version.correction_id is None
        ],
    )


def _edges(case: Case) -> list[Edge]:
    """Every change with what stood on both sides of it, the newest first."""
    session, found = current.db_session(), []
    stood = application.stood(session, case)
    for version in versions.of_case(session, case):
        earlier = versions.before(stood, version)
        found.append(Edge(version, earlier, stood))
        stood = earlier
    return found


def _changes(case: Case, edges: list[Edge]) -> list[Change]:
    """What is told differently before the first of these changes and after the last."""
    if not edges:
        return []
    before = application.as_it_stood(case, edges[-1].before)
    after = application.as_it_stood(case, edges[0].after)
    touched = {Question(edge.version.question) for edge in edges}
    return [Change(*one) for one in changes(before, after, touched)]
