"""What the programme wrote to a migrant, and how she says that she has heard nothing."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.domain.cases import Case
from portal.domain.course import inquiries, notes
from portal.domain.course import standing as standings
from portal.domain.course.standing import Standing
from portal.pages.migrant.rooms import my_case
from portal.pages.migrant.standing import SHOWN_BESIDE, bp
from portal.web import current
from portal.web.forms import Form, Paragraph
from portal.web.htmx import again


class HeardNothing(Form):
    """A few words may come with it."""

    words = Paragraph(_l("What do you want to know?"), most=1000, render_kw={"dir": "auto"})


def beside(case: Case, stands: Standing) -> dict[str, object]:
    """What the first page shows of it: whether one may ask, what waits, and the newest words."""
    session = current.db_session()
    asked, written = inquiries.of_case(session, case), notes.summaries(session, case)
    return {
        "silence": inquiries.silence(session, case, stands),
        "heard_form": HeardNothing(formdata=None),
        "answered": next((one for one in asked if one.answered_at), None),
        "summary": next(iter(written), None),
        "more_words": sum(one.answered_at is not None for one in asked) + len(written) > 1,
    }


SHOWN_BESIDE.append(beside)


@bp.post("/heard-nothing")
def heard_nothing() -> ResponseReturnValue:
    """Say that one has heard nothing: a counsellor must answer by a day."""
    session, case, form = current.db_session(), my_case(), HeardNothing()
    if not form.validate_on_submit():
        stands = standings.standing(session, case)
        around = {**beside(case, stands), "heard_form": form}
        return again("migrant/words.html", case=case, inquiries=(), summaries=(), **around)
    inquiries.ask(session, case, words=form.words.data or "", by=current.viewer())
    session.commit()
    flash(_("Thank you for telling us. Your counsellor must answer you."), "success")
    return redirect(url_for(".standing"), 303)


@bp.get("/words")
def words() -> ResponseReturnValue:
    """Everything that was written to the migrant, and what she asked."""
    session, case = current.db_session(), my_case()
    return render_template(
        "migrant/words.html",
        case=case,
        inquiries=inquiries.of_case(session, case),
        summaries=notes.summaries(session, case),
        **beside(case, standings.standing(session, case)),
    )
