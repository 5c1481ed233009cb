"""Family members: a list, and pages for each."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.domain import people
from portal.domain.applying import application
from portal.domain.applying.application import MEMBER_PAGES, Answers, MemberPage, Question
from portal.domain.care import agreements
from portal.domain.cases import Case
from portal.domain.errors import NotFound
from portal.domain.people import Person
from portal.pages.migrant import saving
from portal.pages.migrant.asking import (
    address,
    bp,
    came_from,
    is_open,
    mine,
    mine_alone,
    onward,
    place,
    promise,
    with_family,
)
from portal.pages.migrant.questions import MEMBER_FORMS, MemberForm, PageForm
from portal.pages.migrant.saving import Sent
from portal.web import current, kept
from portal.web.answers import member_lines, member_told, paper_lines

PERSON = f"<int(max={2**63 - 1}):person_id>"
PAGE = "<any({}):about>".format(",".join(f'"{one}"' for one in MEMBER_FORMS))


@bp.get("/family")
def family() -> ResponseReturnValue:
    """Who travels along."""
    case, found = with_family(*mine())
    if not is_open(case, Question.FAMILY):
        return redirect(url_for(".overview"))
    return render_template(
        "migrant/application/family.html",
        **place(case, found, Question.FAMILY),
        people=found.family,
        adults=agreements.adults(current.db_session(), case),
        onward=onward(case, Question.FAMILY),
        lines=lambda person: (*paper_lines(person), *member_lines(person)),
    )


@bp.get("/family/new")
def new_member() -> ResponseReturnValue:
    """An empty page for one more person."""
    case, found = with_family(*mine())
    return _show(case, found, None, MemberForm)


@bp.post("/family/new")
def add_member() -> ResponseReturnValue:
    """One more person. The same one sent again, over a bad line, is not one more."""
    case, found = with_family(*mine_alone())
    return _keep(case, found, None, MemberForm)


@bp.get(f"/family/{PERSON}")
def member(person_id: int) -> ResponseReturnValue:
    """One family member, to be changed or removed."""
    case, found = with_family(*mine())
    return _show(case, found, find_member(case, person_id), MemberForm)


@bp.post(f"/family/{PERSON}")
def change_member(person_id: int) -> ResponseReturnValue:
    """Keep what is changed about one family member."""
    case, found = with_family(*mine_alone())
    return _keep(case, found, find_member(case, person_id), MemberForm)


@bp.get(f"/family/{PERSON}/{PAGE}")
def ask_member(person_id: int, about: str) -> ResponseReturnValue:
    """One more question about a family member."""
    case, found = with_family(*mine())
    person = find_member(case, person_id)
    if not MEMBER_PAGES[MemberPage(about)](person):
        return redirect(address(Question.FAMILY))
    return _show(case, found, person, MEMBER_FORMS[MemberPage(about)])


@bp.post(f"/family/{PERSON}/{PAGE}")
def keep_member(person_id: int, about: str) -> ResponseReturnValue:
    """Keep the answer to it."""
    case, found = with_family(*mine_alone())
    return _keep(case, found, find_member(case, person_id), MEMBER_FORMS[MemberPage(about)])


@bp.post(f"/family/{PERSON}/remove")
def remove_member(person_id: int) -> ResponseReturnValue:
    """Take one family member off the list again."""
    case, _found = with_family(*mine())
    session, person = current.db_session(), find_member(case, person_id)
    application.remove_family_member(session, case, person, by=current.viewer())
    session.commit()
    flash(_("Removed from the list."), "success")
    return redirect(address(Question.FAMILY), 303)


def find_member(case: Case, person_id: int) -> Person:
    """One family member of this case. Raises NotFound."""
    person = people.find(current.db_session(), case, person_id)
    if person.is_principal:
        raise NotFound(str(person_id))
    return person


def _show(case: Case, found: Answers, person: Person | None, kind: type[Any]) -> ResponseReturnValue:
    if not is_open(case, Question.FAMILY):
        return redirect(url_for(".overview"))
    typed, now = kept.typed(), kind.filled(person)
    form = kind(formdata=typed) if typed else now
    is_old = typed and saving.is_behind(form, now, typed.get("seen"))
    stands = member_told(person) if person and is_old else ""
    page = _page(case, found, person, form, stands)
    return render_template(_template(form), **page, is_kept=bool(typed), seen=saving.stamp(now))


def _keep(case: Case, found: Answers, person: Person | None, kind: type[Any]) -> ResponseReturnValue:
    form, session, viewer = kind(), current.db_session(), current.viewer()
    is_good = form.validate()
    is_same = form.is_about if isinstance(form, MemberForm) and is_good else lambda _one: False
    target = person or next((one for one in found.family if is_same(one)), None)
    put: Callable[[dict[str, Any]], Person] = lambda values: application.put_family_member(  # noqa: E731
        session, case, target, values, by=viewer
    )
    saved: list[Person] = []

    def store() -> None:
        saved.append(put(form.answers()))
        if isinstance(form, MEMBER_FORMS[MemberPage.OTHER_PARENT]):
            promise(case, Question.FAMILY)

    def show(status: int, stands: str = "", **more: object) -> ResponseReturnValue:
        page = _page(case, found, person, form, stands)
        return render_template(_template(form), **page, **more), status

    return saving.take(
        Sent(
            form=form,
            is_good=is_good,
            read=lambda: kind.filled(person),
            stands=member_told(person) if person else "",
            show=show,
            keep=store,
            keep_some=put if person else None,
            to=lambda: _then(next(iter(saved), person), form),
        ),
        case,
    )


def _then(person: Person | None, form: PageForm) -> str:
    """The next page about this person that applies; behind the last one, the list."""
    pages = list(MEMBER_FORMS)
    here = getattr(form, "page", None)
    later = pages[pages.index(here) + 1 :] if here else pages
    for page in later:
        if person and MEMBER_PAGES[page](person):
            return url_for(".ask_member", person_id=person.id, about=page, **_from())
    return address(Question.FAMILY)


def _from() -> dict[str, Any]:
    return {"from": came_from()}


def _template(form: PageForm) -> str:
    return f"migrant/application/member{'' if isinstance(form, MemberForm) else '_page'}.html"


def _page(
    case: Case, found: Answers, person: Person | None, form: PageForm, stands: str
) -> dict[str, object]:
    return {
        **place(case, found, Question.FAMILY),
        "form": form,
        "person": person,
        "stands": stands,
        "back": address(Question.FAMILY),
    }
