"""A case in my file: where it stands, what was answered, sent, agreed and paid, and who saw it."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import pgettext

from portal.domain.accounts import Account
from portal.domain.applying.application import Question
from portal.domain.applying.consents import Consent, How
from portal.domain.applying.signing import Signature
from portal.domain.care.agreements import Agreement
from portal.domain.care.supporters import Supporter
from portal.domain.corrections import Correction
from portal.domain.own import own_data
from portal.domain.own.own_data import Agreed, CaseFile, Paper, PlanFile, Traveller
from portal.domain.own.own_json import payment_words, plan_words
from portal.domain.people import Person
from portal.domain.support.parts import Line, Milestone, Payment
from portal.domain.support.plans import Plan
from portal.domain.support.receipts import Share
from portal.domain.support.referrals import Referral
from portal.web.answers import all_told, changes, number, paper_lines
from portal.web.filters import country, day, moment, money
from portal.web.my_file import afterwards, course
from portal.web.my_file.parts import Entry, Part, lines, named, told
from portal.web.words import closure, say, short


def parts(one: CaseFile, account: Account, lost: Collection[str]) -> Iterator[Part]:
    """All of one case."""
    yield _stands(one)
    yield Part(
        _("The people"), entries=[_person(each) for each in (one.answers.principal, *one.answers.family)]
    )
    yield from _answers(one)
    yield Part(_("What you agreed to"), entries=[_consent(each) for each in one.consents])
    yield Part(_("What you signed"), entries=[_signature(each) for each in one.signatures])
    if one.corrections:
        yield Part(
            _("What you were asked to change"), entries=[_correction(each, one) for each in one.corrections]
        )
    if one.changes:
        yield Part(_("What you changed afterwards"), entries=list(_changes(one)))
    if one.agreements:
        yield Part(_("Who else agreed"), entries=[_agreement(each) for each in one.agreements])
    if one.supporter:
        yield Part(_("Who helps"), entries=[_supporter(one.supporter)])
    yield Part(_("Documents"), entries=[_paper(each, lost) for each in one.papers])
    yield Part(
        _("Letters"),
        entries=[
            Entry(str(say(post.letter.kind)), moment(post.letter.made_at), lines(named(_("File"), post.name)))
            for post in one.post
        ],
    )
    if one.travel:
        yield Part(_("For the journey"), entries=list(_travel(one)))
    yield from course.parts(one.course)
    if one.sharing:
        yield Part(_("Partner organisations"), entries=[_sharing(*each) for each in one.sharing])
    for plan in one.plans:
        yield from _plan(plan)
    yield from afterwards.parts(one.afterwards)
    yield Part(_("What happened"), entries=told(one.happened, account))
    yield Part(
        _("Who opened your file"),
        entries=told(one.looked, account),
        none=_("Nobody has opened your file yet."),
    )


def as_traveller(one: Traveller) -> Iterator[Part]:
    """What there is of somebody who travels along in the case of another."""
    yield Part(_("What is written about you"), entries=[_person(one.mine.person)])
    said = [
        Entry(str(say(each.how)), moment(each.at), lines(*_witnessed(each), _taken_back(each.ended_at)))
        for each in one.agreements
    ]
    refused = one.mine.access.refused_at
    facts = [
        (_("Country"), country(one.mine.country)),
        (_("You said that you do not agree"), moment(refused)),
    ]
    yield Part(_("What you agreed to"), facts=facts, entries=said)


def _stands(one: CaseFile) -> Part:
    case = one.case
    facts = [
        (_("Case number"), case.reference),
        (_("State"), str(say(case.state))),
        (_("Since"), moment(case.since)),
        (_("Started"), moment(case.opened_at)),
        (_("Sent"), moment(case.submitted_at)),
        (_("Left Estonia"), day(case.departed_on)),
        (_("Arrived"), day(case.arrived_on)),
        (_("Contact the local office by"), day(case.contact_by)),
        (_("Partner organisation"), one.partner),
        (_("A counsellor talks with you by"), day(one.talk_on)),
        (_("Why it was closed"), str(closure(case.closure_reason)) if case.closure_reason else ""),
    ]
    return Part(_("Your case"), facts=facts)


def _person(person: Person) -> Entry:
    return Entry(
        person.full_name or _("No name yet"),
        str(say(person.relation)) if person.relation else _("You"),
        lines(
            named(_("Date of birth"), day(person.born_on)),
            person.gender and named(_("Gender"), say(person.gender)),
            named(_("Citizenship"), country(person.citizenship)),
            named(_("Travel document"), ", ".join(paper_lines(person))),
        ),
    )


def _answers(one: CaseFile) -> Iterator[Part]:
    for part in all_told(one.answers):
        facts = [(str(short(question)), words) for question, words in part.answers]
        yield Part(str(say(part.section)), facts=facts, none=_("Not answered yet"))


def _consent(one: Consent) -> Entry:
    return Entry(
        str(say(one.purpose)),
        moment(one.given_at),
        lines(
            *_witnessed(one), one.withdrawn_at and _("Taken back: %(when)s", when=moment(one.withdrawn_at))
        ),
    )


def _signature(one: Signature) -> Entry:
    how = one.how is not How.OWN_SIGN_IN and say(one.how)
    return Entry(str(one.name), moment(one.signed_at), lines(named(_("Place"), one.place), how))


def _taken_back(when: datetime | None) -> object:
    return when and _("Taken back: %(when)s", when=moment(when))


def _witnessed(one: Consent | Agreement) -> Iterator[object]:
    """How somebody said yes without a sign-in of their own."""
    if one.how is not How.OWN_SIGN_IN:
        yield say(one.how)
        yield named(_("Who was there?"), one.present)
        yield named(_("Name of the interpreter"), one.interpreter)


def _correction(asked: Correction, one: CaseFile) -> Entry:
    return Entry(
        _asked_about(asked, one),
        moment(asked.asked_at),
        lines(
            say(asked.reason),
            asked.words,
            asked.answered_at and _("Changed: %(when)s", when=moment(asked.answered_at)),
            named(_("You"), asked.answer),
            _taken_back(asked.taken_back_at),
        ),
    )


def _asked_about(asked: Correction, one: CaseFile) -> str:
    if asked.kind:
        return str(say(asked.kind))
    if asked.section is None:
        return str(_("A document to send"))
    person = next((each for each in one.answers.family if each.id == asked.person_id), None)
    if person:
        return str(_("Travel document: %(name)s", name=person.full_name))
    return str(short(Question(asked.question)) if asked.question else say(asked.section))


def _changes(one: CaseFile) -> Iterator[Entry]:
    for each in one.changes:
        touched = (Question(each.version.question),)
        for question, before, now in changes(each.before, each.after, touched):
            yield Entry(
                str(short(question)),
                moment(each.version.changed_at),
                lines(
                    named(_("Before"), before or _("Not answered")),
                    named(pgettext("what stands there", "Now"), now or _("Not answered")),
                ),
            )


def _agreement(one: Agreed) -> Entry:
    given = one.agreement
    return Entry(
        one.person.full_name if one.person else _("Guardian"),
        moment(given.at),
        lines(*_witnessed(given), _taken_back(given.ended_at)),
    )


def _supporter(one: Supporter) -> Entry:
    may = one.may_be_told and _("You may talk with this person about my case")
    return Entry(one.name, str(say(one.kind)), lines(one.phone and number(one.phone), may))


def _paper(paper: Paper, lost: Collection[str]) -> Entry:
    document = paper.document
    is_lost = paper.name in lost and bool(paper.name)
    return Entry(
        str(say(document.kind)),
        " · ".join(lines(moment(document.sent_at), say(document.state))),
        lines(
            document.reject_reason and say(document.reject_reason),
            document.words if own_data.is_told(document) else "",
            named(_("File"), "" if is_lost else paper.name),
            is_lost and _("This file could not be read. Please tell us."),
        ),
    )


def _travel(one: CaseFile) -> Iterator[Entry]:
    for tick in one.travel:
        yield Entry(str(say(tick.item)), tick.person.full_name, lines(say(tick.result)))


def _sharing(referral: Referral, name: str, shares: Sequence[Share]) -> Entry:
    held = dict.fromkeys(str(say(one.field)) for one in shares if one.withdrawn_at is None)
    return Entry(
        name,
        " · ".join(lines(moment(referral.proposed_at), say(referral.state))),
        lines(
            referral.consented_at and _("You agreed: %(when)s", when=moment(referral.consented_at)),
            referral.decided_at and _("Answered or ended: %(when)s", when=moment(referral.decided_at)),
            held and named(_("What I share"), ", ".join(held)),
            referral.instruction and named(_("Needed on the journey"), referral.instruction),
        ),
    )


# --- The plan -------------------------------------------------------------------------------------


def _plan(one: PlanFile) -> Iterator[Part]:
    plan = one.plan
    facts = [
        (_("State"), str(say(plan.state))),
        (_("What you want to reach"), plan.objectives),
        (_("Needs"), plan.needs),
        (_("Skills"), plan.skills),
        (_("Family"), plan.family),
        (_("Risks"), plan.risks),
        (_("Own contribution"), plan.contribution),
        (_("Why it is changed"), plan.reason),
        (_("You asked for"), plan.change_words),
        (_("You agreed"), moment(plan.agreed_at)),
        (_("What was said"), plan_words(plan)),
    ]
    yield Part(_("Reintegration plan %(number)d", number=plan.number), facts=facts)
    yield Part(_("What is in the plan"), entries=[_line(line, plan) for line in one.lines])
    yield Part(_("Steps of the plan"), entries=[_step(step) for step in one.milestones])
    things = {line.id: line.description for line in one.lines}
    yield Part(
        _("Payments"), entries=[_payment(each, plan, things.get(each.line_id, "")) for each in one.payments]
    )


def _line(line: Line, plan: Plan) -> Entry:
    return Entry(
        line.description or str(say(line.category)),
        money(line.amount, plan.currency),
        lines(say(line.category), say(line.modality), named(pgettext("of goods", "From"), line.supplier)),
    )


def _step(step: Milestone) -> Entry:
    return Entry(
        step.description or str(say(step.type)),
        " · ".join(lines(day(step.due_on), say(step.state))),
        lines(step.proof, step.report, step.words),
    )


def _payment(payment: Payment, plan: Plan, thing: str) -> Entry:
    return Entry(
        " · ".join(lines(thing, money(payment.amount, plan.currency))),
        " · ".join(lines(day(payment.paid_on), say(payment.state))),
        lines(payment_words(payment)),
    )
