"""The one page of an adult who travels along: what they are asked, and their own word."""

from collections.abc import Iterator

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.domain.care import by_themselves
from portal.domain.people import Person
from portal.domain.permissions import Act
from portal.web import current
from portal.web.answers import paper_details, paper_lines
from portal.web.filters import country, day
from portal.web.words import say

bp = Blueprint("family", __name__, url_prefix="/<language>/family")
BLUEPRINTS = (bp,)


@bp.get("/")
def show() -> ResponseReturnValue:
    """What they are asked, what is written about them, and what they said."""
    mine = by_themselves.mine(current.db_session(), viewer=current.viewer())
    items = [{"name": name, "value": words} for name, words in _written(mine.person)] if mine else []
    return render_template("family/show.html", mine=mine, items=items)


def _written(person: Person) -> Iterator[tuple[str, str]]:
    """Who somebody is, as their family entered it."""
    yield _("First names"), person.given_names or ""
    yield _("Family name"), person.family_name or ""
    yield _("Date of birth"), day(person.born_on)
    yield _("Gender"), str(say(person.gender)) if person.gender else ""
    yield _("Citizenship"), ", ".join(country(one) for one in person.citizenships)
    yield _("You are to the applicant"), str(say(person.relation)) if person.relation else ""
    yield _("Travel document"), "\n".join((*paper_lines(person), *paper_details(person)))


@bp.post("/agree")
def agree() -> ResponseReturnValue:
    """They agree to travel along."""
    by_themselves.agree(current.db_session(), language=current.language(), by=current.viewer())
    return _said(Act.AGREEMENT_GIVE)


@bp.post("/refuse")
def refuse() -> ResponseReturnValue:
    """They do not."""
    by_themselves.refuse(current.db_session(), by=current.viewer())
    return _said(Act.AGREEMENT_REFUSE)


@bp.post("/take-back")
def take_back() -> ResponseReturnValue:
    """They do not agree any more."""
    by_themselves.take_back(current.db_session(), by=current.viewer())
    return _said(Act.AGREEMENT_TAKE_BACK)


def _said(act: Act) -> ResponseReturnValue:
    current.db_session().commit()
    words = {
        Act.AGREEMENT_GIVE: _("Saved: you agree."),
        Act.AGREEMENT_REFUSE: _("Saved: you do not agree."),
        Act.AGREEMENT_TAKE_BACK: _("Saved: you do not agree any more."),
    }
    flash(words[act], "success")
    return redirect(url_for(".show"), 303)
