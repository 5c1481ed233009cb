"""My file for machines: what was gathered as plain objects, by the schema that goes with it.

The schema stands in letters/my-file-1/my-file.schema.json, and is told in docs/my-file.md.
"""

import json
from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import inspect

from portal.db import Base
from portal.domain.accounts import Account
from portal.domain.applying.application import Answers
from portal.domain.corrections import Correction
from portal.domain.course.history import Entry
from portal.domain.dates import PartOfDate
from portal.domain.own import own_afterwards, own_course, own_data
from portal.domain.own.data_requests import DataRequest
from portal.domain.own.own_data import CaseFile, Changed, OwnData, Paper, PlanFile, Traveller
from portal.domain.people import Person
from portal.domain.support.grants import PAID_OUT
from portal.domain.support.parts import Payment
from portal.domain.support.plans import Plan, PlanState

FORMAT, VERSION = "kodutee-my-file", 1
AGREED = "how language at present interpreter ended_at"
INNER = frozenset({"id", "case_id", "version", "relation"})

Plain = dict[str, Any]


def written(content: Any) -> bytes:
    """`content` as JSON that people can read as well."""
    return json.dumps(content, ensure_ascii=False, indent=2, default=_plain).encode() + b"\n"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date | PartOfDate):
        return value.isoformat()
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(type(value).__name__)


def my_file(found: OwnData, *, made_at: datetime, programme: str, lost: Collection[str] = ()) -> Plain:
    """my-file.json. `lost`: names of files that the store could not give."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "made_at": made_at,
        "programme": programme,
        "account": _account(found),
        "requests": [_request(one) for one in found.requests],
        "cases": [_case(one, lost) for one in found.cases],
        "traveller": _traveller(found.traveller) if found.traveller else None,
    }


def _traveller(one: Traveller) -> Plain:
    mine = one.mine
    return {
        "relation": mine.person.relation,
        "answers": answered(mine.person),
        "country": mine.country,
        "agreements": [_columns(each, AGREED) for each in one.agreements],
        "refused_at": mine.access.refused_at,
    }


def history(found: OwnData) -> Plain:
    """history.json: what happened, in the account and in each case, the newest first."""
    account = found.account
    return {
        "format": f"{FORMAT}-history",
        "version": VERSION,
        "account": [
            {"at": one.at, "what": one.act, "by": _who(one.role, is_own=one.is_own), "words": one.words}
            for one in found.news
        ],
        "helpers": [{"at": one.at, "what": one.act, "by": one.role, "who": one.who} for one in found.helped],
        "cases": [
            {"reference": one.case.reference, "events": _entries(one.happened, account)}
            for one in found.cases
        ],
    }


def who_looked(found: OwnData) -> Plain:
    """who-looked.json: who opened the file, a document or a letter of each case, the newest first."""
    return {
        "format": f"{FORMAT}-who-looked",
        "version": VERSION,
        "cases": [
            {"reference": one.case.reference, "events": _entries(one.looked, found.account)}
            for one in found.cases
        ],
    }


# --- The account ----------------------------------------------------------------------------------


def _account(found: OwnData) -> Plain:
    account, contact = found.account, found.contact
    return {
        "login": account.login,
        "name": account.name,
        "role": account.role,
        "organisation": found.organisation,
        "language": account.language,
        "shares_phone": account.shares_phone,
        "created_at": account.created_at,
        "contact": None
        if contact is None
        else {
            "phone": contact.phone,
            "email": contact.email,
            "reach": contact.reach,
            "hour_from": contact.hour_from,
            "hour_to": contact.hour_to,
            "zone": contact.zone,
            "changed_at": contact.changed_at,
        },
        "ways_to_sign_in": [
            {"kind": one.kind, "name": one.name, **_columns(one, "made_at used_at ended_at")}
            for one in found.factors
        ],
        "devices": [_columns(one, "words first_at last_at") for one in found.devices],
        "signed_in": [_columns(one, "device began_at seen_at ends_at") for one in found.sign_ins],
        "notices": [
            {"about": one.act, **_columns(one, "channel state made_at sent_at read_at")}
            for one in found.notices
        ],
    }


def _columns(row: Any, names: str) -> Plain:
    return {name: getattr(row, name) for name in names.split()}


def _request(one: DataRequest) -> Plain:
    return _columns(one, "kind section words wish asked_at due_on state answer answered_at")


# --- A case ---------------------------------------------------------------------------------------


def _case(one: CaseFile, lost: Collection[str]) -> Plain:
    dates = "since due_on opened_at submitted_at departed_on arrived_on contact_by closure_reason"
    said = "assisted confirmed_at talk_asked_at"
    return {
        "reference": one.case.reference,
        "state": one.case.state,
        **_columns(one.case, dates),
        **_columns(one.case, said),
        "talk_on": one.talk_on,
        "partner": one.partner,
        "people": [
            {"relation": person.relation, "answers": answered(person)}
            for person in (one.answers.principal, *one.answers.family)
        ],
        "answers": answered(one.answers.application),
        "consents": [
            _columns(consent, "purpose text_version language how present interpreter given_at withdrawn_at")
            for consent in one.consents
        ],
        "signatures": [
            _columns(given, "name place how language text_version signed_at") for given in one.signatures
        ],
        "corrections": [_correction(asked, one) for asked in one.corrections],
        "changes": [_change(changed) for changed in one.changes],
        "agreements": [
            {
                "person": given.person.full_name if given.person else None,
                **_columns(given.agreement, AGREED),
            }
            for given in one.agreements
        ],
        "helper": _columns(one.supporter, "kind name phone may_be_told") if one.supporter else None,
        "documents": [_document(paper, lost) for paper in one.papers],
        "letters": [
            {"kind": post.letter.kind, "made_at": post.letter.made_at, "file": post.name} for post in one.post
        ],
        "sharing": [
            {
                "organisation": name,
                **_columns(referral, "state proposed_at consented_at consent_language decided_at"),
                **_columns(referral, "shared_until instruction"),
                "agreed": [
                    _columns(share, "field document_id given_at withdrawn_at language text_version")
                    for share in shares
                ],
            }
            for referral, name, shares in one.sharing
        ],
        "plans": [_plan(plan) for plan in one.plans],
        "travel": [
            {"person": tick.person.full_name, "item": tick.item, "result": tick.result} for tick in one.travel
        ],
        **own_course.plain(one.course),
        **own_afterwards.plain(one.afterwards),
    }


def _correction(asked: Correction, one: CaseFile) -> Plain:
    person = next((each for each in one.answers.family if each.id == asked.person_id), None)
    return {
        "document": asked.kind,
        "person": person.full_name if person else None,
        **_columns(asked, "section question reason words asked_at sent_at reminded_at"),
        **_columns(asked, "answered_at answer taken_back_at"),
    }


def _change(changed: Changed) -> Plain:
    version = changed.version
    return {
        **_columns(version, "question changed_at"),
        "before": list(_side(version.was, changed.before)),
        "after": list(_side(version.became, changed.after)),
    }


def _side(text: str, found: Answers) -> Iterator[Plain]:
    """What stood on one side of a change: only what differs; null for somebody who was not there."""
    names = {person.id: person.full_name for person in (found.principal, *found.family)}
    for row, columns in json.loads(text).items():
        table, _colon, number = row.partition(":")
        is_person = table == Person.__tablename__
        yield {
            "about": "person" if is_person else "consents" if table == "consents" else "application",
            "person": names.get(int(number)) if is_person else None,
            "answers": columns,
        }


def answered(row: Base) -> Plain:
    """Every answer in a row: all its columns, also those that come with later questions.

    Who of the staff wrote something (`..._id`) is no answer.
    """
    names = [attribute.key.removeprefix("_") for attribute in inspect(type(row)).column_attrs]
    return {name: getattr(row, name) for name in names if name not in INNER and not name.endswith("_id")}


def _document(paper: Paper, lost: Collection[str]) -> Plain:
    document = paper.document
    has_file = bool(paper.name) and paper.name not in lost
    return {
        **_columns(document, "kind state sent_at file_name size sha256 reject_reason decided_at"),
        "sent_by": document.sender_role,
        "words": document.words if own_data.is_told(document) else "",
        "file": paper.name if has_file else None,
    }


def _plan(one: PlanFile) -> Plain:
    numbers = {line.id: number for number, line in enumerate(one.lines, 1)}
    steps = {milestone.id: number for number, milestone in enumerate(one.milestones, 1)}
    return {
        **_columns(one.plan, "number state ceiling currency objectives agreed_at agreed_language"),
        **_columns(one.plan, "needs skills family risks contribution reason change_words use_by"),
        **_columns(one.plan, "local_currency rate_millionths rate_on rate_source"),
        "packages": [
            {"person": person.full_name, **_columns(package, "key number ceiling currency")}
            for person, package in one.given
        ],
        "decided_at": one.plan.decided_at,
        "words": plan_words(one.plan),
        "lines": [
            {
                "number": numbers[line.id],
                **_columns(line, "category description supplier amount modality planned_on"),
            }
            for line in one.lines
        ],
        "steps": [
            {
                "number": steps[milestone.id],
                **_columns(
                    milestone, "type state description proof due_on reported_at report verified_at words"
                ),
            }
            for milestone in one.milestones
        ],
        "payments": [
            {
                "line": numbers.get(payment.line_id),
                "step": steps.get(payment.milestone_id or 0),
                **_columns(payment, "state amount paid_on answered_at"),
                "words": payment_words(payment),
            }
            for payment in one.payments
        ],
    }


def plan_words(plan: Plan) -> str:
    """What was said about a plan that is to be changed, or was not approved."""
    return plan.words if plan.state in (PlanState.CHANGES_REQUESTED, PlanState.REJECTED) else ""


def payment_words(payment: Payment) -> str:
    """What was said about a payment; before it is made that is between colleagues."""
    return payment.words if payment.state in PAID_OUT else ""


# --- What happened --------------------------------------------------------------------------------


def _entries(entries: Iterable[Entry], account: Account) -> list[Plain]:
    return [
        {
            "at": one.at,
            "what": one.act,
            "by": _who(one.role, is_own=one.actor_id == account.id),
            "organisation": one.organisation,
            "document": one.document,
            "words": (one.note if one.purpose is None else "") or one.why or "",
            "purpose": one.purpose,
            "times": one.times,
        }
        for one in entries
    ]


def _who(role: str | None, *, is_own: bool) -> str:
    """Who did something: never a name."""
    return "you" if is_own else role or "portal"
