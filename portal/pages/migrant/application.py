"""The application: its parts as a list of tasks, one question to a page, looking it over, sending it."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.domain import cases, corrections
from portal.domain.applying import application
from portal.domain.applying import signing as signatures
from portal.domain.applying.application import QUESTIONS, Answers, Question
from portal.domain.care import agreements, care, supporters
from portal.domain.cases import OVER, Case, CaseState
from portal.domain.course import letters, lifecycle
from portal.domain.course import standing as standings
from portal.domain.course.letters import Kind
from portal.domain.papers import required
from portal.domain.permissions import Act
from portal.pages.migrant import saving, signing
from portal.pages.migrant.asking import address, bp, is_open, mine, mine_alone, onward, place, promise
from portal.pages.migrant.parts import STATES, WRITABLE, all_parts, next_question
from portal.pages.migrant.questions import FORMS
from portal.pages.migrant.rooms import may
from portal.pages.migrant.saving import Sent
from portal.pages.migrant.signing import SignForm
from portal.web import current, kept
from portal.web.answers import all_told, told

QUESTION = "<any({}):question>".format(",".join(f'"{one}"' for one in FORMS))
QUESTION_PAGE = "migrant/application/question.html"
# After a decision against it there is a review first; see the page where the case stands.
AGAIN = frozenset(OVER) - {CaseState.NOT_ELIGIBLE}


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
            signed=signatures.holding(session, case),
            now=standings.standing(session, case),
            may_start_again=case.state in AGAIN,
            may_take_up=may(case, Act.CASE_TAKE_UP),
            adults=agreements.adults(session, case),
        )
    order = application.asked_of(found)
    return render_template(
        "migrant/application/overview.html",
        case=case,
        parts=all_parts(session, case, found),
        states=STATES,
        address=address,
        next=next_question(found),
        supporter=supporters.of_case(session, case),
        adults=agreements.adults(session, case),
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
    """One question, with the answer so far, or with what was typed and could not be saved."""
    case, found = mine()
    asked, typed = Question(question), kept.typed()
    if not is_open(case, asked) or asked not in application.asked_of(found):
        return redirect(url_for(".overview"))
    now = FORMS[asked].filled(found)
    form = FORMS[asked](formdata=typed) if typed else now
    return render_template(
        QUESTION_PAGE,
        **place(case, found, asked),
        form=form,
        is_kept=bool(typed),
        seen=saving.stamp(now),
        stands=told(found, asked) if typed and saving.is_behind(form, now, typed.get("seen")) else "",
    )


@bp.post(f"/{QUESTION}")
def keep(question: str) -> ResponseReturnValue:
    """Keep an answer and go on; or, when the page sends it by itself, keep what can be kept."""
    case, found = mine_alone()
    asked, kind = Question(question), FORMS[Question(question)]
    session, viewer = current.db_session(), current.viewer()
    # What may wait is kept also when another device made it not apply; but only a child names a guardian.
    if QUESTIONS[asked].required and asked not in application.asked_of(found):
        return redirect(url_for(".overview"), 303)
    form = kind()
    is_good = form.validate() and form.fits(found)

    def store() -> None:
        form.keep(session, case, asked, by=viewer)
        promise(case, asked)

    def show(status: int, stands: str = "", **more: object) -> ResponseReturnValue:
        page = place(case, found, asked)
        return render_template(QUESTION_PAGE, **page, form=form, stands=stands, **more), status

    return saving.take(
        Sent(
            form=form,
            is_good=is_good,
            read=lambda: kind.filled(application.answers(session, case)),
            stands=told(found, asked),
            show=show,
            keep=store,
            keep_some=lambda some: application.answer(session, case, asked, some, by=viewer),
            to=lambda: onward(case, asked),
        ),
        case,
    )


# --- Looking it over, sending it -------------------------------------------------------------------


@bp.get("/check")
def check() -> ResponseReturnValue:
    """All answers to look over, what is missing, and the name under them that sends them."""
    case, found = mine()
    if case.state not in WRITABLE:
        return redirect(url_for(".overview"))
    return _to_check(case, found, SignForm(formdata=kept.typed()))


def _to_check(case: Case, found: Answers, form: SignForm) -> str:
    session = current.db_session()
    return render_template(
        "migrant/application/check.html",
        case=case,
        told=all_told(found),
        editable=application.open_questions(session, case),
        missing=application.missing(found),
        asked=corrections.open_of(session, case),
        **signing.ready(case),
        form=form,
        change=lambda question: address(question, come_from="check"),
    )


@bp.post("/check")
def sign() -> ResponseReturnValue:
    """Sign it and send it. Two taps, or a bad line: it is signed and sent once."""
    case, found = mine_alone()
    form = SignForm()
    if case.state in WRITABLE:
        if not signing.take(form, case, language=current.language()):
            return _to_check(case, found, form), 422
        kept.drop()
        _send(case)
    return redirect(url_for(".receipt"), 303)


@bp.post("/send")
def send() -> ResponseReturnValue:
    """Send what is signed. Sent twice, it is sent once and the receipt is shown again."""
    # Two taps at once: the second one waits, and then finds it sent.
    case, _found = mine_alone()
    if case.state in (*WRITABLE, *OVER):
        _send(case)
    return redirect(url_for(".receipt"), 303)


def _send(case: Case) -> None:
    session = current.db_session()
    lifecycle.advance(session, case, Act.CASE_SUBMIT, by=current.viewer())
    letters.receipt(session, case, language=current.language())
    session.commit()


@bp.get("/receipt")
def receipt() -> ResponseReturnValue:
    """That it was sent, when, and what happens next; and the same as a letter."""
    session, (case, _found) = current.db_session(), mine()
    if case.state in WRITABLE or case.submitted_at is None:
        return redirect(url_for(".overview"))
    return render_template(
        "migrant/application/receipt.html",
        case=case,
        now=standings.standing(session, case),
        wanted=required.wanted_now(session, case),
        talk_on=care.promised(session, case),
        letter=letters.newest(session, case, Kind.RECEIPT, viewer=current.viewer()),
    )
