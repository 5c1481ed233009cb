"""Several photos for one paper of a step or a payment, put together and sent as one document."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from portal.domain.cases import Case
from portal.domain.papers import gathering as papers
from portal.domain.papers.uploads import Gathering
from portal.pages.partner.room import NUMBER, bp, open_case
from portal.web import current
from portal.web.gathered import Gathered

PAGES = f"/cases/<reference>/pages/<{NUMBER}:gathering_id>"


def _found(reference: str, gathering_id: int) -> Gathered:
    case = open_case(reference)
    gathering = papers.find(current.db_session(), case, gathering_id, by=current.viewer())
    return Gathered(
        case, gathering, "partner/pages.html", belongs_to(gathering, case.reference), case.reference
    )


def belongs_to(gathering: Gathering, reference: str) -> str:
    """The page of the step, the payment or the line that it is for."""
    if gathering.line_id:
        return url_for(".show_quotation", reference=reference, number=gathering.line_id)
    if gathering.payment_id:
        return url_for(".show_payment", reference=reference, number=gathering.payment_id)
    return url_for(".show_milestone", reference=reference, number=gathering.milestone_id)


def unsent(
    case: Case,
    *,
    milestone_id: int | None = None,
    payment_id: int | None = None,
    line_id: int | None = None,
) -> list[tuple[Gathering, int]]:
    """What the viewer has put together for one of these and not sent, each with how many pages."""
    session = current.db_session()
    every = papers.open_of(session, case, by=current.viewer())
    place = (milestone_id, payment_id, line_id)
    mine = [one for one in every if (one.milestone_id, one.payment_id, one.line_id) == place]
    counts = papers.counted(session, mine)
    return [(one, counts.get(one.id, 0)) for one in mine]


@bp.get(PAGES)
def pages(reference: str, gathering_id: int) -> ResponseReturnValue:
    """The pages so far; `instead` names one that is taken again."""
    found = _found(reference, gathering_id)
    return redirect(found.after, 303) if found.gathering.document_id is not None else found.show()


@bp.post(PAGES)
def add_page(reference: str, gathering_id: int) -> ResponseReturnValue:
    """Without a script a photo comes whole, one at a time."""
    return _found(reference, gathering_id).add()


@bp.post(f"{PAGES}/<{NUMBER}:page_id>/<where>")
def move_page(reference: str, gathering_id: int, page_id: int, where: str) -> ResponseReturnValue:
    """One place up or down."""
    return _found(reference, gathering_id).move(page_id, where)


@bp.post(f"{PAGES}/<{NUMBER}:page_id>/remove")
def remove_page(reference: str, gathering_id: int, page_id: int) -> ResponseReturnValue:
    """Without this page."""
    return _found(reference, gathering_id).remove(page_id)


@bp.post(f"{PAGES}/send")
def send_pages(reference: str, gathering_id: int) -> ResponseReturnValue:
    """All pages are here: they are one document now."""
    return _found(reference, gathering_id).send()


@bp.post(f"{PAGES}/drop")
def drop_pages(reference: str, gathering_id: int) -> ResponseReturnValue:
    """Give all of it up."""
    return _found(reference, gathering_id).drop()
