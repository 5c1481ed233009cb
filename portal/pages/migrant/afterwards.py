"""After the return, as the returnee sees it: talks, an opinion, questions, and the plan to keep."""

from itertools import chain
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField
from wtforms.fields import SelectChoice

from portal.domain import documents
from portal.domain.accounts import Organisation
from portal.domain.applying import consents
from portal.domain.applying.consents import PHOTOS, Purpose
from portal.domain.cases import AFTER_ARRIVAL, Case
from portal.domain.course import standing as standings
from portal.domain.errors import NotFound, Reason, Refused
from portal.domain.papers import erasing
from portal.domain.support import instruments, monitoring, photos, plans, surveys
from portal.domain.support.monitoring import FollowUp, FollowUpState
from portal.pages.migrant.rooms import my_case
from portal.web import current, dossiers
from portal.web import surveys as asking
from portal.web.dossiers import plan as keeping
from portal.web.forms import Form, Paragraph, chosen
from portal.web.htmx import again
from portal.web.surveys import OneAnswer
from portal.web.words import say
from portal.web.words.monitoring import SCORES

bp = Blueprint("afterwards", __name__, url_prefix="/<language>/my/afterwards")


class OpinionForm(Form):
    """How content the returnee is with the support."""

    score = OneAnswer(
        _l("How content are you with the support?"),
        [chosen()],
        choices=[SelectChoice(str(number), words) for number, words in SCORES.items()],
    )
    words = Paragraph(_l("What would you like to say about it?"), most=2000)


@bp.get("")
def show() -> ResponseReturnValue:
    """When the next talk is, and what the returnee may say."""
    return render_template("migrant/afterwards.html", form=OpinionForm(formdata=None), **_page(_returned()))


@bp.post("/opinion")
def give_opinion() -> ResponseReturnValue:
    """Say how content one is. Nothing of the support depends on it."""
    case, form, session = _returned(), OpinionForm(), current.db_session()
    if not form.validate():
        return again("migrant/afterwards.html", form=form, **_page(case))
    monitoring.give_opinion(session, case, int(form.score.data), form.words.data or "", by=current.viewer())
    session.commit()
    flash(_("Thank you. Your counsellor can read it, and the partner organisation cannot."), "success")
    return redirect(url_for(".show"), 303)


class PhotosForm(Form):
    """Which photos may be taken, and what may be done with them."""

    talk_photos = BooleanField(_l("I allow photos at visits and talks"))
    photo = BooleanField(_l("I agree that photos and my story are published"))

    @staticmethod
    def purpose(field: BooleanField) -> Purpose:
        """What this box is about."""
        return Purpose(field.name)

    @property
    def wanted(self) -> frozenset[Purpose]:
        """What is ticked."""
        return frozenset(Purpose(name) for name, is_given in self.values().items() if is_given)


@bp.post("/photos")
def allow_photos() -> ResponseReturnValue:
    """Allow photos, or take that back. Nothing of the support depends on it."""
    case, form, session, viewer = _returned(), PhotosForm(), current.db_session(), current.viewer()
    consents.settle(session, case, form.wanted, PHOTOS, language=current.language(), by=viewer)
    session.commit()
    flash(_("What you allow is saved."), "success")
    return redirect(url_for(".show", _anchor="photos"), 303)


@bp.post(f"/photos/<int(max={2**63 - 1}):document_id>/remove")
def remove_photo(document_id: int) -> ResponseReturnValue:
    """Erase one photo of a talk for good."""
    case, session, viewer = _returned(), current.db_session(), current.viewer()
    names = erasing.remove_photo(session, case, document_id, by=viewer)
    session.commit()
    erasing.clear(current.wiring().vault, names)
    flash(_("The photo is erased."), "success")
    return redirect(url_for(".show", _anchor="photos"), 303)


@bp.route("/questions", methods=["GET", "POST"])
def questions() -> ResponseReturnValue:
    """Answer the questions about life after the return, all of them or some."""
    case, asked, session = _returned(), instruments.latest(), current.db_session()
    form = asking.form_of(asked)
    if request.method == "POST" and form.validate():
        try:
            surveys.answer(session, case, asked, form.values(), by=current.viewer())
        except Refused as refused:
            if refused.reasons != [Reason.SURVEY_EMPTY]:
                raise
            form.form_errors.append(str(say(Reason.SURVEY_EMPTY)))
        else:
            session.commit()
            flash(_("Your answers are saved."), "success")
            return redirect(url_for(".show"), 303)
    page = render_template("migrant/survey.html", asked=asked, form=form)
    return page, 422 if request.method == "POST" else 200


@bp.get("/plan.pdf")
def plan_file() -> ResponseReturnValue:
    """The plan as a file to keep, in the language of the returnee."""
    session, case = current.db_session(), my_case()
    plan = plans.shown_to_returnee(session, case)
    if plan is None:
        raise NotFound("plan")
    return dossiers.answer(keeping.printed(case, plan), "plan")


def _returned() -> Case:
    case = my_case()
    if case.state not in AFTER_ARRIVAL:
        raise NotFound("afterwards")
    return case


def _page(case: Case) -> dict[str, Any]:
    session, viewer = current.db_session(), current.viewer()
    follow_ups = monitoring.of_case(session, case, viewer=viewer)
    taken, given = photos.of_case(session, case, viewer=viewer), consents.given(session, case)
    return {
        "case": case,
        "now": standings.standing(session, case),
        "partner": session.get(Organisation, case.partner_id) if case.partner_id else None,
        "planned": [(one, _with(one)) for one in monitoring.planned(session, case)],
        "over": [(one, _with(one)) for one in follow_ups if one.state is not FollowUpState.PLANNED],
        "photos": taken,
        "pictures": documents.with_pictures(session, chain(*taken.values())),
        "photos_form": PhotosForm(formdata=None, data={one: one in given for one in PHOTOS}),
        "opinions": monitoring.opinions(session, case, viewer=viewer),
        "scores": SCORES,
        "chart": asking.chart(surveys.of_case(session, case, viewer=viewer)),
        "may_answer": surveys.may_answer(session, case, by=viewer),
    }


def _with(follow_up: FollowUp) -> str:
    """With whom a talk is: the name of an organisation, or the counsellor."""
    session = current.db_session()
    found = session.get(Organisation, follow_up.organisation_id) if follow_up.organisation_id else None
    return found.name if found else str(_("Your counsellor"))
