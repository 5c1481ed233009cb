"""With what a plan begins: who is given which package, and what the returnee wants to reach."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from wtforms.fields import SelectChoice

from portal.domain import people
from portal.domain.cases import Case
from portal.domain.errors import Reason, Refused
from portal.domain.people import Person
from portal.domain.support import drafting, packages, shared
from portal.domain.support.field_rights import Field
from portal.domain.support.packages import Package
from portal.pages.partner.plan import to_plan
from portal.pages.partner.room import bp, open_case
from portal.web import current
from portal.web.filters import money
from portal.web.forms import Form, Listed, Paragraph, needed
from portal.web.htmx import again
from portal.web.words import say

NOTHING = SelectChoice("", lazy_pgettext("kind of support", "None"))
ABOUT_PACKAGES = (Reason.PACKAGE_MISSING, Reason.PACKAGE_CURRENCIES)

Kinds = Mapping[str, tuple[Person, Sequence[Package]]]
"""By the name of a field: a person, and what they may be given."""


class StartForm(Form):
    """What the returnee wants to reach; above it, one list for each person."""

    objectives = Paragraph(_l("What does the returnee want to reach?"), [needed()])


def _kinds(case: Case) -> Kinds:
    session = current.db_session()
    found = {}
    for person in people.of_case(session, case):
        if may_have := packages.for_person(session, person):
            found["package" if person.is_principal else f"package_{person.id}"] = (person, may_have)
    return found


def _form(case: Case, kinds: Kinds) -> StartForm:
    is_named = Field.NAMES in shared.fields(current.db_session(), case)
    fields = {
        name: Listed(_label(person, is_named), partial(map, _choice, may_have), before=NOTHING)
        for name, (person, may_have) in kinds.items()
    }
    made: StartForm = type("StartForm", (StartForm,), fields)()
    return made


def _label(person: Person, is_named: bool) -> str:
    if is_named:
        return str(_("Kind of support for %(name)s", name=person.full_name))
    if person.relation:
        return str(_("Kind of support: %(who)s", who=say(person.relation)))
    return str(_("Kind of support for the returnee"))


def _choice(package: Package) -> tuple[str, str]:
    most = money(package.ceiling, package.currency)
    words = _("%(name)s – up to %(most)s", name=package.name[current.language()], most=most)
    return package.key, str(words)


@bp.get("/cases/<reference>/plan/new")
def new_plan(reference: str) -> ResponseReturnValue:
    """Ask with what the plan begins."""
    case = open_case(reference)
    kinds = _kinds(case)
    return render_template("partner/new_plan.html", **_page(case, kinds, _form(case, kinds)))


@bp.post("/cases/<reference>/plan/new")
def start_plan(reference: str) -> ResponseReturnValue:
    """Begin the plan."""
    case = open_case(reference)
    viewer, session, kinds = current.viewer(), current.db_session(), _kinds(case)
    form = _form(case, kinds)
    if not form.validate():
        return again("partner/new_plan.html", **_page(case, kinds, form))
    try:
        drafting.draft(session, case, _chosen(form, kinds), objectives=form.objectives.data, by=viewer)
    except Refused as refused:
        if refused.reasons[0] not in ABOUT_PACKAGES:
            raise
        form.accept(**{name: say(refused.reasons[0]) for name in list(kinds)[:1]})
        return again("partner/new_plan.html", **_page(case, kinds, form))
    session.commit()
    return to_plan(case)


def _chosen(form: StartForm, kinds: Kinds) -> dict[Person, Package]:
    return {
        person: package
        for name, (person, may_have) in kinds.items()
        for package in may_have
        if package.key == form[name].data
    }


def _page(case: Case, kinds: Kinds, form: StartForm) -> dict[str, Any]:
    return {
        "case": case,
        "form": form,
        "fields": [form[name] for name in kinds],
        "to": url_for(".start_plan", reference=case.reference),
    }
