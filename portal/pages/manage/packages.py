"""The packages: what may be spent on whom. A change is a new version; running plans keep theirs."""

import re
from typing import Any

from babel.numbers import list_currencies
from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from wtforms import BooleanField
from wtforms.validators import ValidationError

from portal.domain.errors import Refused
from portal.domain.support import packages
from portal.domain.support.packages import COLUMNS, Package
from portal.pages.manage.rooms import people_bp
from portal.programme import Beneficiary, Modality
from portal.web import current
from portal.web.forms import Amount, Choice, Form, Text, Whole, chosen, needed
from portal.web.htmx import again
from portal.web.words import say

MOST_DAYS = 3650


class PackageForm(Form):
    """A package, as its next version shall be."""

    name_en = Text(_l("Name in English"), [needed()], most=80)
    name_et = Text(_l("Name in Estonian"), [needed()], most=80)
    name_ru = Text(_l("Name in Russian"), [needed()], most=80)
    programme = Text(lazy_pgettext("package", "Programme"), [needed()], most=60)
    funding = Text(_l("Where the money comes from"), [needed()], most=120)
    who = Choice(_l("For whom?"), Beneficiary, [chosen()])
    ceiling = Amount(_l("At most, for one person"), [needed()])
    currency = Text(_l("Currency"), [needed()], most=3)
    modality = Choice(_l("How is it given?"), Modality, [chosen()])
    use_by_days = Whole(_l("Days after arrival in which it is used"), [needed()], most=MOST_DAYS)
    contact_days = Whole(
        _l("Days after arrival in which the returnee makes contact"), [needed()], most=MOST_DAYS
    )
    is_offered = BooleanField(_l("New plans may use it"))

    def validate_currency(self, field: Any) -> None:
        """Three letters that stand for a currency."""
        field.data = (field.data or "").upper()
        if not re.fullmatch("[A-Z]{3}", field.data) or field.data not in list_currencies():
            raise ValidationError(_l("Write the three letters of a currency, such as EUR."))

    def columns(self) -> dict[str, Any]:
        """What the next version says."""
        typed = self.values()
        named = {name: typed[name] for name in COLUMNS if name != "name"}
        return {**named, "name": packages.words_in_all(typed), "is_offered": bool(typed["is_offered"])}


@people_bp.get("/packages")
def show_packages() -> ResponseReturnValue:
    """Every package as it is now."""
    session = current.db_session()
    return render_template(
        "manage/packages.html", packages=packages.latest(session), plans=packages.plans_under(session)
    )


@people_bp.get("/packages/new")
def new_package() -> ResponseReturnValue:
    """Ask for a new package."""
    form = PackageForm(formdata=None, currency="EUR", is_offered=True)
    return render_template("manage/package.html", form=form, versions=[], seen=0)


@people_bp.post("/packages/new")
def add_package() -> ResponseReturnValue:
    """Keep a new package."""
    session, form = current.db_session(), PackageForm()
    if not form.validate():
        return again("manage/package.html", form=form, versions=[], seen=0)
    key = packages.new_key(session, form.name_en.data)
    return _save(key, form, seen=0)


@people_bp.get("/packages/<key>")
def edit_package(key: str) -> ResponseReturnValue:
    """A package and its versions, to be changed."""
    found = packages.versions(current.db_session(), key)
    return render_template(
        "manage/package.html", form=_filled(found[0]), versions=_told(found), seen=found[0].number
    )


@people_bp.post("/packages/<key>/<int(max=9999):seen>")
def change_package(key: str, seen: int) -> ResponseReturnValue:
    """Keep the next version after the one that was seen."""
    found, form = packages.versions(current.db_session(), key), PackageForm()
    if not form.validate():
        return again("manage/package.html", form=form, versions=_told(found), seen=seen)
    return _save(key, form, seen=seen)


def _save(key: str, form: PackageForm, *, seen: int) -> ResponseReturnValue:
    session = current.db_session()
    try:
        packages.save(session, key, form.columns(), seen=seen, by=current.viewer())
    except Refused as refused:
        form.form_errors.append(say(refused.reasons[0]))
        found = packages.versions(session, key)
        return again("manage/package.html", form=form, versions=_told(found), seen=found[0].number)
    session.commit()
    flash(_("The package is saved. Plans that exist keep the version they were made under."), "success")
    return redirect(url_for(".show_packages"), 303)


def _filled(package: Package) -> PackageForm:
    names = {f"name_{language}": words for language, words in package.name.items()}
    return PackageForm(formdata=None, obj=package, **names)


def _told(found: Any) -> list[tuple[Package, list[str]]]:
    """Each version, and which columns differ from the one before."""
    older = [*found[1:], None]
    return [
        (one, packages.differences(one, before) if before else [])
        for one, before in zip(found, older, strict=True)
    ]
