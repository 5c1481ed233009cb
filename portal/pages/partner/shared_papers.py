"""The documents that the migrant chose to share with the organisation, as pictures of their pages."""

from flask import render_template
from flask.typing import ResponseReturnValue

from portal.domain import documents
from portal.domain.support import receipts
from portal.pages.partner.room import NUMBER, bp, open_case
from portal.web import current
from portal.web.parts import answer_part


@bp.get(f"/cases/<reference>/shared/<{NUMBER}:document_id>")
def show_shared(reference: str, document_id: int) -> ResponseReturnValue:
    """One of them, in the page."""
    case, session = open_case(reference), current.db_session()
    document = receipts.shared_document(session, case, document_id)
    pages = [part.number for part in documents.parts(session, document) if part.number]
    return render_template("partner/shared.html", case=case, document=document, pages=pages)


@bp.get(f"/cases/<reference>/shared/<{NUMBER}:document_id>/pages/<{NUMBER}:number>")
def shared_page(reference: str, document_id: int, number: int) -> ResponseReturnValue:
    """One page as a picture. That it was opened is written down."""
    case, viewer, session = open_case(reference), current.viewer(), current.db_session(writing=True)
    document = receipts.shared_document(session, case, document_id)
    part = documents.open_part(session, document, number, by=viewer)
    session.commit()
    return answer_part(document, part)
