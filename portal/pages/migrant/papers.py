"""The travel document of a family member, when only that is asked about."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.domain import corrections
from portal.domain.applying import application
from portal.domain.cases import Case
from portal.domain.people import Person
from portal.pages.migrant import saving
from portal.pages.migrant.asking import bp, mine, mine_alone, with_family
from portal.pages.migrant.family import PERSON, find_member
from portal.pages.migrant.questions import PaperForm
from portal.pages.migrant.saving import Sent
from portal.web import current, kept
from portal.web.answers import member_told

PAGE = "migrant/application/paper.html"


@bp.get(f"/papers/{PERSON}")
def paper(person_id: int) -> ResponseReturnValue:
    """Which travel document a family member has, and what stands in it."""
    case, _found = with_family(*mine())
    person = find_member(case, person_id)
    if not application.is_paper_open(current.db_session(), case, person):
        return redirect(url_for(".overview"))
    typed, now = kept.typed(), PaperForm.filled(person)
    form = PaperForm(formdata=typed) if typed else now
    is_old = typed and saving.is_behind(form, now, typed.get("seen"))
    page = _page(case, person, form, member_told(person) if is_old else "")
    return render_template(PAGE, **page, is_kept=bool(typed), seen=saving.stamp(now))


@bp.post(f"/papers/{PERSON}")
def keep_paper(person_id: int) -> ResponseReturnValue:
    """Keep it, and back to looking everything over."""
    case, _found = with_family(*mine_alone())
    session, viewer = current.db_session(), current.viewer()
    person, form = find_member(case, person_id), PaperForm()
    is_good = form.validate()

    def show(status: int, stands: str = "", **more: object) -> ResponseReturnValue:
        return render_template(PAGE, **_page(case, person, form, stands), **more), status

    return saving.take(
        Sent(
            form=form,
            is_good=is_good,
            read=lambda: PaperForm.filled(person),
            stands=member_told(person),
            show=show,
            keep=lambda: application.put_paper(session, case, person, form.answers(), by=viewer),
            keep_some=lambda some: application.put_paper(session, case, person, some, by=viewer),
            to=lambda: url_for(".check"),
        ),
        case,
    )


def _page(case: Case, person: Person, form: PaperForm, stands: str) -> dict[str, object]:
    every = corrections.open_of(current.db_session(), case)
    return {
        "form": form,
        "person": person,
        "stands": stands,
        "back": url_for(".check"),
        "asked": [one for one in every if one.person_id == person.id],
    }
