"""The application: its parts as a list of tasks, one question to a page, looking it over, sending it."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.domain import application, care, cases, corrections, letters, lifecycle, people, supporters
from portal.domain.application import QUESTIONS, Answers, Question
from portal.domain.cases import OVER, Case, CaseState
from portal.domain.corrections import Section
from portal.domain.errors import NotFound
from portal.domain.letters import Kind
from portal.domain.people import Person
from portal.domain.permissions import Act, Role
from portal.pages.migrant.parts import STATES, WRITABLE, all_parts, next_question
from portal.pages.migrant.questions import FORMS, MemberForm
from portal.pages.migrant.rooms import my_case
from portal.web import current, kept
from portal.web.answers import all_told, paper_lines
from portal.web.filters import day
from portal.web.htmx import again

bp = Blueprint("application", __name__, url_prefix="/<language>/my/application")

QUESTION = f"<any({','.join(FORMS)}):question>"
# After a decision against it there is a review first; see the page where the case stands.
AGAIN = frozenset(OVER) - {CaseState.NOT_ELIGIBLE}
TALKED_ABOUT = frozenset(hint.question for hint in care.HINTS) | {Question.GUARDIAN}
"""The questions below which it stands whom to talk to, whatever is answered."""
TALK_LATER = _l("A counsellor will talk with you about this after you have sent the application.")
PERSON = f"<int(max={2**63 - 1}):person_id>"


@bp.get("/")
def overview() -> ResponseReturnValue:
    """All parts and where to go on; once sent, what was sent and who has it now."""
    session = current.db_session()
    case = cases.of_migrant(session, current.viewer())
    if case is None:
        return render_template("migrant/start.html")
    found = application.answers(session, case)
    if case.state not in WRITABLE:
        return render_template(
            "migrant/application/sent.html",
            case=case,
            told=all_told(found),
            wait=lifecycle.WAITS[case.state],
            may_start_again=case.state in AGAIN,
        )
    order = application.asked_of(found)
    return render_template(
        "migrant/application/overview.html",
        case=case,
        parts=all_parts(session, case, found),
        states=STATES,
        address=_address,
        next=next_question(found),
        supporter=supporters.of_case(session, case),
        asked=corrections.open_of(session, case),
        answered=sum(application.is_answered(found, question) for question in order),
        all=len(order),
    )


@bp.post("/start")
def start() -> ResponseReturnValue:
    """Begin, or go on with what is begun."""
    session = current.db_session()
    application.start(session, by=current.viewer())
    session.commit()
    return redirect(url_for(".overview"), 303)


# --- One question to a page ----------------------------------------------------------------------


@bp.get(f"/{QUESTION}")
def ask(question: str) -> ResponseReturnValue:
    """One question, with the answer so far, or with what was typed when the sign-in had lapsed."""
    case, found = _mine()
    asked, typed = Question(question), kept.typed()
    if not _is_open(case, QUESTIONS[asked].section) or asked not in application.asked_of(found):
        return redirect(url_for(".overview"))
    form = FORMS[asked](formdata=typed) if typed else FORMS[asked].filled(found)
    page = _place(case, found, asked)
    return render_template("migrant/application/question.html", **page, form=form, is_kept=bool(typed))


@bp.post(f"/{QUESTION}")
def keep(question: str) -> ResponseReturnValue:
    """Keep an answer and go on."""
    case, found = _mine()
    asked = Question(question)
    if asked not in application.asked_of(found):
        return redirect(url_for(".overview"), 303)
    form = FORMS[asked]()
    if not (form.validate() and form.fits(found)):
        return again("migrant/application/question.html", **_place(case, found, asked), form=form)
    form.keep(current.db_session(), case, asked, by=current.viewer())
    _promise(case, asked)
    kept.drop()
    current.db_session().commit()
    return redirect(_onward(case, asked), 303)


def _promise(case: Case, question: Question) -> None:
    """Say after an answer that asks for it that somebody will talk about it; what it is about is not said."""
    session = current.db_session()
    if current.viewer().role is Role.MIGRANT and care.hinted(application.answers(session, case), question):
        talk_on = care.promised(session, case)
        by_day = _("A counsellor will talk with you about this. By: %(day)s", day=day(talk_on))
        flash(by_day if talk_on else TALK_LATER, "")


def _onward(case: Case, question: Question) -> str:
    """Behind this question: the next one, if it is open or of the same part; else the list they came from."""
    found = application.answers(current.db_session(), case)
    then = application.following(found, question)
    if then and _is_open(case, QUESTIONS[then].section):
        is_near = QUESTIONS[then].section is QUESTIONS[question].section
        is_next = is_near or not application.is_answered(found, then)
        if then in application.missing(found) if _came_from() else is_next:
            return _address(then)
    is_last = then is None and not application.missing(found)
    return url_for(".check" if is_last or _came_from() else ".overview")


# --- Family members: a list, and a page for each --------------------------------------------------


@bp.get("/family")
def family() -> ResponseReturnValue:
    """Who travels along."""
    case, found = _with_family()
    if not _is_open(case, Section.TRAVELLING_WITH):
        return redirect(url_for(".overview"))
    return render_template(
        "migrant/application/family.html",
        **_place(case, found, Question.FAMILY),
        people=found.family,
        onward=_onward(case, Question.FAMILY),
        lines=paper_lines,
    )


@bp.get("/family/new")
def new_member() -> ResponseReturnValue:
    """An empty page for one more person."""
    case, found = _with_family()
    return _show_member(case, found, None)


@bp.post("/family/new")
def add_member() -> ResponseReturnValue:
    """One more person. The same one sent again, over a bad line, is not one more."""
    case, found = _with_family()
    # Two taps at once: the second one waits and then finds the person there.
    current.db_session().refresh(case, with_for_update=True)
    found = application.answers(current.db_session(), case)
    return _keep_member(case, found, None)


@bp.get(f"/family/{PERSON}")
def member(person_id: int) -> ResponseReturnValue:
    """One family member, to be changed or removed."""
    case, found = _with_family()
    return _show_member(case, found, _member(case, person_id))


@bp.post(f"/family/{PERSON}")
def change_member(person_id: int) -> ResponseReturnValue:
    """Keep what is changed about one family member."""
    case, found = _with_family()
    return _keep_member(case, found, _member(case, person_id))


@bp.post(f"/family/{PERSON}/remove")
def remove_member(person_id: int) -> ResponseReturnValue:
    """Take one family member off the list again."""
    case, _found = _with_family()
    session, person = current.db_session(), _member(case, person_id)
    application.remove_family_member(session, case, person, by=current.viewer())
    session.commit()
    flash(_("Removed from the list."), "success")
    return redirect(_address(Question.FAMILY), 303)


def _member(case: Case, person_id: int) -> Person:
    person = people.find(current.db_session(), case, person_id)
    if person.is_principal:
        raise NotFound(str(person_id))
    return person


def _show_member(case: Case, found: Answers, person: Person | None) -> ResponseReturnValue:
    if not _is_open(case, Section.TRAVELLING_WITH):
        return redirect(url_for(".overview"))
    typed = kept.typed()
    form = MemberForm(formdata=typed) if typed else MemberForm(obj=person)
    page = _member_page(case, found, person, form)
    return render_template("migrant/application/member.html", **page, is_kept=bool(typed))


def _keep_member(case: Case, found: Answers, person: Person | None) -> ResponseReturnValue:
    form, session = MemberForm(), current.db_session()
    if not form.validate():
        return again("migrant/application/member.html", **_member_page(case, found, person, form))
    same = next((one for one in found.family if form.is_about(one)), None)
    application.put_family_member(session, case, person or same, form.values(), by=current.viewer())
    kept.drop()
    session.commit()
    return redirect(_address(Question.FAMILY), 303)


def _member_page(case: Case, found: Answers, person: Person | None, form: MemberForm) -> dict[str, object]:
    return {
        **_place(case, found, Question.FAMILY),
        "form": form,
        "person": person,
        "back": _address(Question.FAMILY),
    }


# --- Looking it over, sending it -------------------------------------------------------------------


@bp.get("/check")
def check() -> ResponseReturnValue:
    """All answers to look over, what is missing, and the button that sends them."""
    case, found = _mine()
    if case.state not in WRITABLE:
        return redirect(url_for(".overview"))
    session = current.db_session()
    return render_template(
        "migrant/application/check.html",
        case=case,
        told=all_told(found),
        editable=application.editable(session, case),
        missing=application.missing(found),
        asked=corrections.open_of(session, case),
        can_be_sent=not lifecycle.missing_for(session, case, Act.CASE_SUBMIT, by=current.viewer()),
        change=lambda question: _address(question, came_from="check"),
    )


@bp.post("/send")
def send() -> ResponseReturnValue:
    """Send it. Sent twice (two taps, a bad line), it is sent once and the receipt is shown again."""
    case, _found = _mine()
    session = current.db_session()
    # Two taps at once: the second one waits, and then finds it sent.
    session.refresh(case, with_for_update=True)
    if case.state in (*WRITABLE, *OVER):
        lifecycle.advance(session, case, Act.CASE_SUBMIT, by=current.viewer())
        letters.receipt(session, case, language=current.language())
        session.commit()
    return redirect(url_for(".receipt"), 303)


@bp.get("/receipt")
def receipt() -> ResponseReturnValue:
    """That it was sent, when, and what happens next; and the same as a letter."""
    case, _found = _mine()
    if case.state in WRITABLE or case.submitted_at is None:
        return redirect(url_for(".overview"))
    return render_template(
        "migrant/application/receipt.html",
        case=case,
        wait=lifecycle.WAITS[case.state],
        talk_on=care.promised(current.db_session(), case),
        letter=letters.newest(current.db_session(), case, Kind.RECEIPT, viewer=current.viewer()),
    )


# --- What every page needs -------------------------------------------------------------------------


def _mine() -> tuple[Case, Answers]:
    """The viewer's case and its answers. Raises NotFound when nothing is begun."""
    case = my_case()
    return case, application.answers(current.db_session(), case)


def _with_family() -> tuple[Case, Answers]:
    """The same, for one who travels with family. Raises NotFound for one who does not."""
    case, found = _mine()
    if Question.FAMILY not in application.asked_of(found):
        raise NotFound("family")
    return case, found


def _is_open(case: Case, section: Section) -> bool:
    return section in application.editable(current.db_session(), case)


def _came_from() -> str | None:
    """`check` for somebody who looks everything over and changes one thing."""
    return "check" if request.args.get("from") == "check" else None


def _address(question: Question, came_from: str | None = None) -> str:
    """Where a question is asked; whoever came from looking it over goes back there."""
    known: dict[str, Any] = {"from": came_from or _came_from()}
    if question is Question.FAMILY:
        return url_for(".family", **known)
    return url_for(".ask", question=question, **known)


def _place(case: Case, found: Answers, question: Question) -> dict[str, object]:
    """Which question of how many, of which part, and what is asked to be changed in it."""
    section, order = QUESTIONS[question].section, application.asked_of(found)
    number = order.index(question)
    to_list = url_for(".check" if _came_from() else ".overview")
    return {
        "question": question,
        "section": section,
        "asked": [one for one in corrections.open_of(current.db_session(), case) if one.section is section],
        "number": number + 1,
        "all": len(order),
        "back": to_list if _came_from() or not number else _address(order[number - 1]),
        "came_from": _came_from(),
        "talks": question in TALKED_ABOUT,
    }
