"""An application that a counsellor fills in, on the migrant's own pages; and the code to take it over."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.db import day_of, today
from portal.domain import cases, people
from portal.domain.access import claims
from portal.domain.accounts import Account
from portal.domain.applying import application
from portal.domain.applying.application import QUESTIONS, Answers, Question
from portal.domain.applying.consents import Purpose, Witnessed
from portal.domain.care import assisted, supporters
from portal.domain.care.assisted import Source
from portal.domain.cases import Case
from portal.domain.course import letters, lifecycle, stopping
from portal.domain.errors import NotFound, Reason, Refused
from portal.domain.permissions import Act
from portal.pages.counsellor.care import Agreed
from portal.pages.counsellor.room import bp as room
from portal.pages.counsellor.room import find_case, open_case, show
from portal.pages.migrant import signing
from portal.pages.migrant.parts import STATES, WRITABLE, all_parts, next_question
from portal.pages.migrant.questions import FORMS
from portal.pages.migrant.rooms import FILLED_IN
from portal.pages.migrant.signing import SignForPerson
from portal.web import current, paper
from portal.web.answers import all_told
from portal.web.forms import Choice, Form, Listed, chosen
from portal.web.htmx import again, moved
from portal.web.language import LANGUAGES
from portal.web.words import say

bp = Blueprint("assisted", __name__, url_prefix="/<language>/counsellor/assisted/<reference>")

OWN = frozenset({"overview", "start", "check", "sign", "send", "receipt", "adults", "give_code"})
"""Pages of the migrant's that are not the counsellor's; all others are the same, at another address."""
GIVEN = tuple(application.GIVEN_IN)
"""What only the person can give, and the counsellor writes down with who was there."""
GIVEN_PAGE = f"given/<any({','.join(GIVEN)}):what>"


# --- The migrant's pages at the counsellor's address --------------------------------------------------


@bp.url_value_preprocessor
def _read(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    g.assisted = (values or {}).pop("reference", "")


@bp.url_defaults
def _write(_endpoint: str, values: dict[str, Any]) -> None:
    values.setdefault("reference", g.get("assisted"))


@bp.before_request
def _find() -> ResponseReturnValue | None:
    """The case must be one that the viewer fills in; what only the person can give has a page of its own."""
    g.filled_in = _case()
    question = (request.view_args or {}).get("question")
    if question in GIVEN and request.endpoint not in ("assisted.given", "assisted.write_given"):
        return redirect(url_for(".given", what=question), 303)
    return None


def _case() -> Case:
    case = find_case(g.assisted)
    if not cases.is_filled_in_by(case, current.viewer()):
        raise NotFound(g.assisted)
    return case


@bp.context_processor
def _context() -> dict[str, object]:
    case: Case | None = g.get("filled_in")
    return {"assisted_for": people.principal(current.db_session(), case) if case else None}


FILLED_IN.append(lambda: g.get("filled_in"))


@bp.record
def _mount(state: BlueprintSetupState) -> None:
    """Every page of the application once more, for this room."""
    app = state.app
    for rule in list(app.url_map.iter_rules()):
        where, _dot, name = rule.endpoint.partition(".")
        if where == "application" and name not in OWN:
            app.add_url_rule(
                rule.rule.replace("/my/application", "/counsellor/assisted/<reference>"),
                endpoint=f"{bp.name}.{name}",
                view_func=app.view_functions[rule.endpoint],
                methods=(rule.methods or set()) - {"HEAD", "OPTIONS"},
            )


# --- Begin --------------------------------------------------------------------------------------------


class Beginning(Form):
    """From where the answers come, and which language the person reads."""

    source = Choice(_l("How do you get the answers?"), Source, [chosen()])
    language = Listed(
        _l("Which language of this portal does the person read?"),
        lambda: ((one.code, one.name) for one in LANGUAGES),
        [chosen()],
    )


@room.get("/new-application")
def new_application() -> ResponseReturnValue:
    """Ask how the answers come."""
    return render_template("counsellor/new_application.html", form=Beginning())


@room.post("/new-application")
def begin_application() -> ResponseReturnValue:
    """A draft that this counsellor fills in."""
    session, form = current.db_session(), Beginning()
    if not form.validate_on_submit():
        return again("counsellor/new_application.html", form=form)
    case = assisted.begin(session, form.source.data, language=form.language.data, by=current.viewer())
    session.commit()
    return moved(url_for("assisted.overview", reference=case.reference))


# --- All parts, looked over and sent ------------------------------------------------------------------


@bp.get("/")
def overview() -> ResponseReturnValue:
    """All parts and where to go on."""
    session, case = current.db_session(), g.filled_in
    found = application.answers(session, case)
    return render_template(
        "counsellor/assisted.html",
        case=case,
        parts=all_parts(session, case, found),
        states=STATES,
        address=_address,
        next=next_question(found),
        supporter=supporters.of_case(session, case),
        is_writable=case.state in WRITABLE,
        may_stop=not lifecycle.missing_for(session, case, Act.CASE_WITHDRAW, by=current.viewer())
        and case.state in cases.BEFORE_DEPARTURE,
    )


def _address(question: Question, came_from: str | None = None) -> str:
    if question is Question.FAMILY:
        return url_for(".family", **{"from": came_from})  # type: ignore[arg-type]
    if question in GIVEN:
        return url_for(".given", what=question)
    return url_for(".ask", question=question, **{"from": came_from})  # type: ignore[arg-type]


@bp.get("/check")
def check() -> ResponseReturnValue:
    """All answers, to be read to the person, and the name under them that sends them."""
    if g.filled_in.state not in WRITABLE:
        return redirect(url_for(".overview"))
    return _to_check(SignForPerson(formdata=None))


def _to_check(form: SignForPerson) -> str:
    session, case = current.db_session(), g.filled_in
    found = application.answers(session, case)
    return render_template(
        "migrant/application/check.html",
        case=case,
        told=all_told(found),
        editable=application.open_questions(session, case),
        missing=application.missing(found),
        asked=(),
        **signing.ready(case),
        form=form,
        change=lambda question: _address(question, "check"),
    )


@bp.post("/check")
def sign() -> ResponseReturnValue:
    """The name of the person under it; then it is sent."""
    session, case, form = current.db_session(), g.filled_in, SignForPerson()
    session.refresh(case, with_for_update=True)
    spoken = session.get_one(Account, case.migrant_id).language
    if case.state in WRITABLE and not signing.take(form, case, language=spoken):
        return _to_check(form), 422
    return _sent(case)


@bp.post("/send")
def send() -> ResponseReturnValue:
    """Send for the person what is signed; sent twice, it is sent once."""
    case = g.filled_in
    current.db_session().refresh(case, with_for_update=True)
    return _sent(case)


def _sent(case: Case) -> ResponseReturnValue:
    session = current.db_session()
    if case.state in WRITABLE:
        lifecycle.advance(session, case, Act.CASE_SUBMIT, by=current.viewer())
        letters.receipt(session, case, language=session.get_one(Account, case.migrant_id).language)
        session.commit()
    flash(_("The application is sent. Give the person the code for their account."), "success")
    return redirect(url_for("counsellor.show_claim", reference=case.reference), 303)


@bp.post("/stop")
def stop() -> ResponseReturnValue:
    """The person does not want to go on: it ends at once, and nobody asks why."""
    session, case = current.db_session(), g.filled_in
    stopping.stop(session, case, by=current.viewer())
    session.commit()
    flash(say(Act.CASE_WITHDRAW), "success")
    return redirect(url_for("counsellor.show_case", reference=case.reference), 303)


# --- What only the person can give --------------------------------------------------------------------


def _form(question: Question) -> Any:
    """The boxes of the question, and who was there when the person said yes."""
    form: Any = type("Given", (Agreed, FORMS[question]), {})
    found = application.answers(current.db_session(), g.filled_in)
    return form(data={**_who_is_here(found), **{purpose.value: True for purpose in found.consents}})


def _who_is_here(found: Answers) -> dict[str, str | None]:
    """Who was written down a moment ago need not be written again; on another day others may be there."""
    same_day = [one for one in found.consents.values() if one.by_id and day_of(one.given_at) == today()]
    last = max(same_day, key=lambda one: one.given_at, default=None)
    if last is None:
        return {"language": found.application.language}
    return {"language": last.language, "present": last.present, "interpreter": last.interpreter}


@bp.get(f"/{GIVEN_PAGE}")
def given(what: str) -> ResponseReturnValue:
    """What the person declares or permits, each by itself, and how they said so."""
    if g.filled_in.state not in WRITABLE:
        return redirect(url_for(".overview"))
    asked = Question(what)
    return _given_page(asked, _form(asked), 200)


@bp.post(f"/{GIVEN_PAGE}")
def write_given(what: str) -> ResponseReturnValue:
    """Keep it, with who was there."""
    session, case, asked = current.db_session(), g.filled_in, Question(what)
    form = _form(asked)
    if not form.validate():
        return _given_page(asked, form, 422)
    wanted = frozenset(Purpose(name) for name, ticked in form.values().items() if ticked is True)
    witnessed = Witnessed(form.how.data, form.present.data, form.interpreter.data or "")
    try:
        assisted.consent(
            session, case, asked, wanted, witnessed, language=form.language.data, by=current.viewer()
        )
    except Refused as refused:
        if refused.reasons != [Reason.EVIDENCE_MISSING]:
            raise
        form.accept(how=say(Reason.EVIDENCE_MISSING))
        return _given_page(asked, form, 422)
    session.commit()
    then = application.following(application.answers(session, case), asked)
    return redirect(_address(then) if then else url_for(".check"), 303)


def _given_page(question: Question, form: Any, status: int) -> ResponseReturnValue:
    page = render_template(
        "counsellor/given.html",
        case=g.filled_in,
        form=form,
        question=question,
        section=QUESTIONS[question].section,
        paper=assisted.PAPERS[question],
    )
    return page, status


# --- The code with which the person takes the account over --------------------------------------------


@room.get("/cases/<reference>/claim")
def show_claim(reference: str) -> ResponseReturnValue:
    """How the code stands, and what can be done."""
    case, session = open_case(reference), current.db_session()
    return show(
        "counsellor/claim.html",
        case,
        part="show_case",
        printed=claims.printed(session, case),
        wanted=claims.wanted(session, case),
        is_mine=case.counsellor_id == current.viewer().id,
    )


@room.post("/cases/<reference>/claim")
def ask_claim(reference: str) -> ResponseReturnValue:
    """Ask for a code: the first one is printed at once, another one needs an approver."""
    session, viewer, case = current.db_session(), current.viewer(), find_case(reference)
    claim = claims.ask(session, case, by=viewer)
    if claim.approved_at is not None:
        return _made(case, viewer)
    session.commit()
    flash(_("Your request is sent. A senior counsellor must approve it."), "success")
    return redirect(url_for(".show_claim", reference=case.reference), 303)


@room.post("/cases/<reference>/claim/approve")
def approve_claim(reference: str) -> ResponseReturnValue:
    """An approver agrees to another code."""
    session, case = current.db_session(), find_case(reference)
    claims.approve(session, case, by=current.viewer())
    session.commit()
    flash(_("Approved."), "success")
    return redirect(url_for(".show_claim", reference=case.reference), 303)


def _made(case: Case, viewer: Account) -> ResponseReturnValue:
    """The page to print: the paper speaks the language of the person, the rest the counsellor's."""
    session = current.db_session()
    code = claims.make_code(session, case, by=viewer)
    spoken = session.get_one(Account, case.migrant_id).language
    reference, until = case.reference, claims.printed(session, case)
    ends_at = until.ends_at if until else None
    session.commit()
    sheet = paper.of_code(code, spoken, ends_at)
    onward = url_for(".show_case", reference=reference)
    return render_template("counsellor/claim_paper.html", paper=sheet, onward=onward)
