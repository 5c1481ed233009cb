"""Price offers for what a plan buys: sent while the plan is written, read beside its line by all three."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.accounts import Account
from portal.domain.cases import Case
from portal.domain.documents import Document
from portal.domain.permissions import Act, require
from portal.domain.support import drafting, parts, proofs
from portal.domain.support.parts import Line


def to_quote(session: Session, case: Case, line_id: int, *, by: Account) -> Line:
    """A line for which this person sends a price offer now.

    Raises NotAllowed, NotFound, and Refused when the plan is not being written.
    """
    require(by.role, Act.PLAN_DRAFT)
    return parts.find_line(session, drafting.open_draft(session, case), line_id)


def sent(session: Session, case: Case, line_id: int, document: Document, *, by: Account) -> None:
    """The line is bought at this offer from now on. Raises what `to_quote` does."""
    to_quote(session, case, line_id, by=by).quotation_id = document.id


def of_lines(session: Session, lines: Sequence[Line]) -> Mapping[int, Document]:
    """The offer for each line that has one which still counts."""
    numbers = [one.quotation_id for one in lines if one.quotation_id is not None]
    if not numbers:
        return {}
    found = select(Document).where(Document.id.in_(numbers), Document.state.not_in(proofs.USELESS))
    by_number = {document.id: document for document in session.scalars(found)}
    return {one.id: by_number[one.quotation_id] for one in lines if one.quotation_id in by_number}
