"""Several photos for one document: adding, ordering, taking again, and sending them together."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from portal.domain.papers import gathering as papers
from portal.domain.papers import uploads
from portal.pages.migrant.documents import NUMBER, after, bp
from portal.pages.migrant.rooms import my_case
from portal.web import current, gathered
from portal.web.gathered import Gathered


def _found(gathering_id: int) -> Gathered:
    case = my_case()
    gathering = papers.find(current.db_session(), case, gathering_id, by=current.viewer())
    return Gathered(case, gathering, "migrant/documents/pages.html", after(gathering.milestone_id))


@bp.get(f"/pages/<{NUMBER}:gathering_id>")
def pages(gathering_id: int) -> ResponseReturnValue:
    """The pages so far; `instead` names one that is taken again."""
    found = _found(gathering_id)
    if found.gathering.document_id is not None:
        return redirect(url_for(".show", document_id=found.gathering.document_id), 303)
    return found.show()


@bp.post(f"/pages/<{NUMBER}:gathering_id>")
def add_page(gathering_id: int) -> ResponseReturnValue:
    """Without a script a photo comes whole, one at a time."""
    return _found(gathering_id).add()


@bp.post(f"/pages/<{NUMBER}:gathering_id>/<{NUMBER}:page_id>/<where>")
def move_page(gathering_id: int, page_id: int, where: str) -> ResponseReturnValue:
    """One place up or down."""
    return _found(gathering_id).move(page_id, where)


@bp.post(f"/pages/<{NUMBER}:gathering_id>/<{NUMBER}:page_id>/remove")
def remove_page(gathering_id: int, page_id: int) -> ResponseReturnValue:
    """Without this page."""
    return _found(gathering_id).remove(page_id)


@bp.post(f"/pages/<{NUMBER}:gathering_id>/send")
def send_pages(gathering_id: int) -> ResponseReturnValue:
    """All pages are here: they are one document now."""
    return _found(gathering_id).send()


@bp.post(f"/pages/<{NUMBER}:gathering_id>/drop")
def drop_pages(gathering_id: int) -> ResponseReturnValue:
    """Give all of it up."""
    return _found(gathering_id).drop()


@bp.post(f"/unfinished/<{NUMBER}:upload_id>/drop")
def drop_unfinished(upload_id: int) -> ResponseReturnValue:
    """Give up a file that did not come completely."""
    session = current.db_session()
    upload = uploads.own(session, my_case(), upload_id, by=current.viewer())
    names = uploads.forget(session, upload)
    session.commit()
    gathered.delete(names)
    return redirect(url_for(".overview"), 303)
