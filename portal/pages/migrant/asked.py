"""One thing that a counsellor asked for: why, in which words, where it is changed, or what to say instead."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.domain import corrections, documents
from portal.domain.cases import Case, CaseState
from portal.domain.corrections import Correction
from portal.pages.migrant.rooms import my_case
from portal.pages.migrant.standing import bp
from portal.web import current
from portal.web.forms import Form, Paragraph, needed
from portal.web.htmx import again

ASKED = f"/asked/<int(max={2**63 - 1}):correction_id>"


class AnswerForm(Form):
    """What somebody says who changes nothing."""

    words = Paragraph(
        _l("What should your counsellor know?"),
        [needed()],
        description=_l("For example why you do not have it, or that it is right as it is."),
        render_kw={"dir": "auto"},
    )


@bp.get(ASKED)
def asked(correction_id: int) -> ResponseReturnValue:
    """What is asked, and what to do about it."""
    session, case = current.db_session(), my_case()
    found = corrections.find_asked(session, case, correction_id)
    return render_template("migrant/asked.html", form=AnswerForm(), **_page(case, found))


@bp.post(ASKED)
def answer_asked(correction_id: int) -> ResponseReturnValue:
    """Tell the counsellor instead of changing anything."""
    session, case, form = current.db_session(), my_case(), AnswerForm()
    found = corrections.find_asked(session, case, correction_id)
    if not form.validate_on_submit():
        return again("migrant/asked.html", form=form, **_page(case, found))
    corrections.answer_in_words(session, case, found, form.words.data, by=current.viewer())
    session.commit()
    flash(_("Your counsellor will read this when you send your application again."), "success")
    return redirect(url_for("application.overview"), 303)


def _page(case: Case, correction: Correction) -> dict[str, object]:
    session, viewer = current.db_session(), current.viewer()
    sent = correction.document_id and documents.find(session, case, correction.document_id, viewer=viewer)
    return {
        "case": case,
        "one": correction,
        "document": sent or None,
        "may_answer": case.state is CaseState.NEEDS_INFO,
        "left": [one for one in corrections.open_of(session, case) if one.id != correction.id],
    }
