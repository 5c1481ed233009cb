"""Before an account: which help could fit, and what to bring. Nothing is kept, no answer is in an address.

All questions come on one page, of which the style sheet shows one at a time: a phone asks once, its own way
back works, and nothing leaves it before the last question. Pages that hold answers come from POST only.
"""

import enum
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from portal.domain.applying import guide
from portal.domain.applying.guide import Answers, Talk, Topic
from portal.programme import Programme
from portal.web import current
from portal.web.forms import Choice, Form, Menu
from portal.web.htmx import again
from portal.web.words import say

bp = Blueprint("guide", __name__, url_prefix="/<language>")
BLUEPRINTS = (bp,)


def _asked(kind: type[Any], topic: Topic) -> Any:
    return kind(say(topic), enum.StrEnum, among=guide.CHOICES[topic])


class GuideForm(Form):
    """Every question; none must be answered."""

    class Meta(Form.Meta):
        """No token: there is nothing to guard, and it would set a cookie."""

        csrf = False

    status = _asked(Choice, Topic.STATUS)
    precept = _asked(Choice, Topic.PRECEPT)
    pending = _asked(Choice, Topic.PENDING)
    citizenship = _asked(Choice, Topic.CITIZENSHIP)
    country = _asked(Choice, Topic.COUNTRY)
    passport = _asked(Choice, Topic.PASSPORT)
    family = _asked(Choice, Topic.FAMILY)
    fear = _asked(Choice, Topic.FEAR)

    def answers(self) -> Answers:
        """What was answered, by question."""
        return {topic: self[topic].data for topic in Topic if self[topic].data}

    def faulty(self) -> Topic:
        """The first question whose answer cannot be read."""
        return next(topic for topic in Topic if self[topic].errors)


LISTED = (Topic.FAMILY, Topic.PASSPORT, Topic.STATUS, Topic.PRECEPT)
"""The questions that a list of papers depends on."""


class ListForm(GuideForm):
    """The same, with lists that drop down for what a list of papers depends on."""

    status = _asked(Menu, Topic.STATUS)
    precept = _asked(Menu, Topic.PRECEPT)
    passport = _asked(Menu, Topic.PASSPORT)
    family = _asked(Menu, Topic.FAMILY)


@bp.get("/check")
def ask() -> ResponseReturnValue:
    """All questions, nothing answered."""
    return _questions(GuideForm(), None)


@bp.post("/check")
def answer() -> ResponseReturnValue:
    """What the answers lead to; or the questions again, with the answers in them."""
    form = GuideForm()
    if not form.validate():
        return again("guide/questions.html", form=form, topics=list(Topic), here=form.faulty())
    found, wanted = form.answers(), request.form.get("to")
    here = guide.following(found) if wanted == "next" else None
    if here or wanted == "questions":
        return _questions(form, here)
    outcome = guide.outcome(found)
    return render_template(
        "guide/outcome.html",
        answers=found,
        topics=list(Topic),
        outcome=outcome,
        people=[one for one in outcome.people if _is_there(one, current.programme())],
    )


@bp.get("/papers")
def papers() -> ResponseReturnValue:
    """What to bring, for everybody."""
    return _list(ListForm())


@bp.post("/papers")
def choose_papers() -> ResponseReturnValue:
    """What to bring, for one situation."""
    form = ListForm()
    form.validate()
    # What the list does not depend on only travels along: what cannot be read of it is left out.
    return _list(form, 422 if any(form[topic].errors for topic in LISTED) else 200)


def _questions(form: GuideForm, here: Topic | None) -> ResponseReturnValue:
    return render_template("guide/questions.html", form=form, topics=list(Topic), here=here)


def _list(form: ListForm, status: int = 200) -> ResponseReturnValue:
    found = form.answers()
    bundles = guide.bring(current.programme().documents, found)
    page = render_template(
        "guide/papers.html",
        form=form,
        answers=found,
        listed=LISTED,
        bundles=bundles,
        use=guide.use,
        lost=guide.lost(bundles),
        good_to_have=guide.good_to_have(current.programme().documents, found),
        careful=guide.is_careful(found),
        note=guide.passport(found),
    )
    return page, status


def _is_there(talk: Talk, programme: Programme) -> bool:
    """Whether this programme can name them."""
    named = {Talk.ADVISER: programme.independent_advice, Talk.HELP_LINE: programme.emergency}
    return bool(named.get(talk, True))
