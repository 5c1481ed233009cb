"""Who helps an applicant with the application, and whether we may talk with that person."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from portal.domain.care import supporters
from portal.domain.care.supporters import Filling, SupporterKind
from portal.domain.cases import OVER, Case
from portal.pages.migrant.asking import bp
from portal.pages.migrant.rooms import my_case
from portal.web import current
from portal.web.forms import NAME_LENGTH, Choice, Form, Phone, Text, chosen, needed
from portal.web.htmx import again


class SupporterForm(Form):
    """Myself, or somebody helps: then who."""

    filling = Choice(_l("Who fills in this application?"), Filling, [chosen()])
    name = Text(_l("Name of who helps you"), [needed()], most=NAME_LENGTH, render_kw={"dir": "auto"})
    kind = Choice(_l("Who is this person?"), SupporterKind, [chosen()])
    phone = Phone(
        _l("Phone number of who helps you"),
        description=_l("With the country code, for example +372 5123 4567"),
        render_kw={"dir": "ltr"},
    )
    may_be_told = BooleanField(
        _l("You may talk with this person about my case"),
        description=_l("If you do not tick this, we talk only with you."),
    )

    OTHERS = ("name", "kind", "phone", "may_be_told")

    def validate(self, extra_validators: Any = None) -> bool:
        """Every field by itself; about nobody nothing is asked."""
        super().validate(extra_validators)
        if self.filling.data is Filling.MYSELF:
            for name in self.OTHERS:
                self[name].errors = []
        return not self.errors

    def about(self) -> dict[str, Any] | None:
        """What is said of who helps; None for nobody."""
        if self.filling.data is Filling.MYSELF:
            return None
        return {**self.values(*self.OTHERS), "phone": self.phone.data or ""}


@bp.get("/helper")
def supporter() -> ResponseReturnValue:
    """Who helps, as it was said so far."""
    case = my_case()
    if case.state in OVER:
        return redirect(url_for(".overview"))
    return render_template("migrant/application/supporter.html", form=_filled(case))


def _filled(case: Case) -> SupporterForm:
    known = supporters.of_case(current.db_session(), case)
    return SupporterForm(obj=known, filling=Filling.HELPED if known else None)


@bp.post("/helper")
def name_supporter() -> ResponseReturnValue:
    """Keep who helps, or that nobody does."""
    session, case, form = current.db_session(), my_case(), SupporterForm()
    if not form.validate():
        return again("migrant/application/supporter.html", form=form)
    supporters.put(session, case, form.about(), by=current.viewer())
    session.commit()
    flash(_("Saved."), "success")
    return redirect(url_for(".overview"), 303)
