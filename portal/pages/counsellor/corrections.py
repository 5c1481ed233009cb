"""Asking the applicant for something: what is wrong, where, and what to do about it."""

from flask import flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.domain import corrections
from portal.domain.cases import Case, CaseState
from portal.domain.corrections import CorrectionReason, Section
from portal.pages.counsellor.room import bp, find_case, open_case, show
from portal.web import current
from portal.web.forms import Form, Listed, Menu, Paragraph, chosen, needed
from portal.web.htmx import moved
from portal.web.words import say

DOCUMENTS = "documents"


def _parts() -> list[tuple[str, str]]:
    sections = [(section.value, str(say(section))) for section in Section]
    return [*sections, (DOCUMENTS, _("A document to send"))]


class Request(Form):
    """One thing to be changed."""

    about = Listed(_l("What is it about?"), _parts, [chosen()])
    reason = Menu(_l("What is wrong?"), CorrectionReason, [chosen()])
    words = Paragraph(
        _l("What should the applicant do?"),
        [needed()],
        description=_l("The applicant reads exactly these words. Write short sentences, in their language."),
    )

    @property
    def section(self) -> Section | None:
        """The section it is about; None for a document."""
        return None if self.about.data == DOCUMENTS else Section(self.about.data)


@bp.get("/cases/<reference>/corrections/new")
def new_correction(reference: str) -> ResponseReturnValue:
    """What is already asked, and room for one thing more."""
    return _page(open_case(reference), Request())


@bp.post("/cases/<reference>/corrections")
def ask_correction(reference: str) -> ResponseReturnValue:
    """Put one thing on the list. The applicant gets the list when the case is sent back."""
    case, form, session = find_case(reference), Request(), current.db_session()
    if not form.validate_on_submit():
        return _page(case, form), 422
    corrections.ask(session, case, form.section, form.reason.data, form.words.data, by=current.viewer())
    session.commit()
    flash(_("It is on the list. The applicant gets the list when you send the case back."), "success")
    return moved(url_for(".new_correction", reference=case.reference))


def _page(case: Case, form: Request) -> str:
    session = current.db_session()
    return show(
        "counsellor/corrections.html",
        case,
        part="show_case",
        form=form,
        asked=corrections.open_of(session, case),
        is_open=case.state is CaseState.IN_REVIEW,
    )
