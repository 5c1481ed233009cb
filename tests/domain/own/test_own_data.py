"""What a person gets of what is kept: each sealed column is given, or kept back for a reason."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.db import Base, now, today
from portal.domain import cases, corrections
from portal.domain.access import factors
from portal.domain.access.factors import FactorKind
from portal.domain.access.held import HeldForm
from portal.domain.accounts import Account
from portal.domain.applying import application
from portal.domain.applying.application import Question
from portal.domain.applying.consents import How
from portal.domain.care import agreements, care, supporters
from portal.domain.care.by_themselves import FamilyAccess
from portal.domain.cases import CaseState, NoteKind
from portal.domain.corrections import Correction, CorrectionReason, Section
from portal.domain.course import notes
from portal.domain.course.appointments import Appointment, Slot
from portal.domain.course.case_tasks import CaseTask
from portal.domain.course.counselling import CounsellingSession, Topic
from portal.domain.course.inquiries import Inquiry
from portal.domain.course.journey import Leg, Meeting, NotDeparted
from portal.domain.documents import DocumentState
from portal.domain.journal import Event
from portal.domain.own import data_requests, own_data, own_json
from portal.domain.own.data_requests import RequestKind, RequestState
from portal.domain.people import Person, Relation
from portal.domain.permissions import Act, Role
from portal.domain.support import parts, plans
from portal.domain.support.monitoring import FollowUp, FollowUpMode, Opinion
from portal.domain.support.plans import PlanState
from portal.domain.support.reports import Report, ReportState
from portal.domain.support.surveys import Survey
from portal.domain.telling import contacts, notices
from portal.domain.telling.notices import Notice
from portal.programme import DocumentKind
from portal.sealing import Sealed, SealedDate

MIGRANT = Role.MIGRANT

GIVEN_TEXT = """
    accounts.login accounts.name contacts.phone contacts.email factors.name
    persons.family_name persons.given_names
    applications.phone applications.email applications.other_contact applications.place
    applications.needs_words applications.ideas_words
    applications.guardian_name applications.guardian_phone applications.fear_words applications.forced_words
    consents.present consents.interpreter agreements.present agreements.interpreter
    supporters.name supporters.phone signatures.name signatures.place
    corrections.words corrections.answer documents.file_name
    data_requests.words data_requests.wish data_requests.answer referrals.instruction
    plans.objectives plan_lines.description plan_lines.supplier
    plans.needs plans.skills plans.family plans.risks plans.contribution plans.reason plans.change_words
    milestones.proof
    follow_ups.seen follow_ups.findings follow_ups.words opinions.words
    final_reports.contributed final_reports.situation final_reports.assessment
    milestones.description milestones.report milestones.words payments.words journal_events.note
    inquiries.words inquiries.answer travel_legs.origin travel_legs.destination travel_legs.carrier
    travel_legs.number travel_meetings.place travel_meetings.who travel_meetings.phone
    counselling_sessions.interpreter counselling_sessions.evidence appointment_slots.place
"""
GIVEN = set(GIVEN_TEXT.split())
"""What was given, said or written by the person, or to them."""

KEPT_BACK_TEXT = """
    notes.words travel_checks.note referrals.words payments.pay_reference factors.secret notices.address
    care_tasks.note final_reports.words plans.words documents.words verifications.note
    assessments.words assessment_findings.evidence case_openings.words
    case_tasks.words bulk_runs.why journeys_missed.note counselling_sessions.notes
"""
KEPT_BACK = set(KEPT_BACK_TEXT.split())
"""Words between colleagues (the last two in most states), secrets, an address erased after use."""

ELSEWHERE = {
    *("letters.written", "letters.code"),  # they go along as PDF
    *("uploads.file_name", "held_forms.fields", "sign_ins.pending_secret"),  # on the way, for days at most
    *("sheets.refusal", "sheets.words", "recoveries.words", "recoveries.refusal"),  # between colleagues
    *("care_tasks.kind", "care_tasks.outcome"),  # between the two who talk
    "plans.content",  # what stood in a version: given part by part
    "plans.content_before",  # what stood in it when it was first asked about
    *("surveys.answers", "surveys.scores", "opinions.score"),  # numbers and keys, see below
    *("answer_versions.was", "answer_versions.became"),  # given column by column, see below
    "departure_questions.answer",  # given with the event: it tells the same words
    *("supplier_links.supplier", "supplier_links.wanted", "supplier_links.words"),  # given as the report
    "saved_views.name",  # of staff, for nobody but themselves
    *("recoveries.stop_word", "invitations.email", "invitations.name"),
}


def sealed(table: type[Base]) -> Iterator[str]:
    """The sealed texts of a table."""
    for name, column in vars(table).items():
        if isinstance(column, Sealed) and not isinstance(column, SealedDate):
            yield name


def mark(session, whose: str) -> None:
    """Write into every sealed text that is not marked yet where it stands, and whose it is."""
    session.flush()
    for mapper in Base.registry.mappers:
        table = mapper.class_
        names = {name: f"{table.__tablename__}.{name}" for name in sealed(table)}
        rows = [row for row in session.scalars(select(table)) if getattr(row, "role", MIGRANT) is MIGRANT]
        for row in rows:
            for name, column in names.items():
                if column in GIVEN | KEPT_BACK and not str(getattr(row, name)).startswith("<"):
                    setattr(row, name, f"<{whose} {column}>")
    session.commit()


def _afterwards(case, cast):
    """What is kept of the time after the return."""
    yield FollowUp(case_id=case.id, mode=FollowUpMode.PHONE, planned_on=today(), planned_by_id=cast.clara.id)
    yield Opinion(case_id=case.id, score=4)
    yield Survey(
        case_id=case.id,
        instrument="after-return",
        instrument_version=1,
        by_id=case.migrant_id,
        answers='{"income": "steady"}',
        scores='{"economic": "1.00"}',
    )
    yield Report(case_id=case.id, state=ReportState.SENT)


def everything(session, cast, account: Account) -> None:
    """A case with a row of every kind that can be in one, and an account with the rest."""
    case = cast.case(CaseState.MONITORING, migrant=account)
    cast.document(case, DocumentKind.PASSPORT)
    session.add_all(
        [
            Person(case_id=case.id, relation=Relation.CHILD),
            contacts.Contact(account_id=account.id, phone="+372", email="a@b"),
            factors.Factor(account_id=account.id, kind=FactorKind.SHEET),
            HeldForm(account_id=account.id, address="/", fields="[]"),
            Correction(
                case_id=case.id,
                section=Section.NEEDS,
                reason=CorrectionReason.MISSING,
                asked_by_id=cast.clara.id,
                answered_at=now(),
            ),
            agreements.Agreement(
                case_id=case.id, how=How.SIGNED_PAPER, language="en", by_id=cast.clara.id, present="-"
            ),
            *_afterwards(case, cast),
            supporters.Supporter(case_id=case.id, kind=supporters.SupporterKind.LAWYER, name="-", phone="-"),
        ]
    )
    care.ask(session, case, care.CareKind.OTHER, by=cast.aino)
    on_the_way(session, cast, case)
    cases.note(session, case, "Between us", by=cast.clara)
    asked = data_requests.ask(session, account, RequestKind.CORRECT, words="wrong", wish="right")
    data_requests.answer(session, asked, RequestState.PARTLY, "In part.", by=cast.clara)
    event = session.scalars(select(Event).where(Event.case_id == case.id)).first()
    session.add(
        Notice(
            event_id=event.id, account_id=account.id, act=event.act, channel="sms", address="+372", number=1
        )
    )


def on_the_way(session, cast, case) -> None:
    """A row of everything that comes beside the answers."""
    zone = {"departs_zone": "Europe/Tallinn", "arrives_zone": "Asia/Tashkent"}
    slot = Slot(
        counsellor_id=cast.clara.id, starts_at=now(), minutes=30, way="phone", language="ru", place="-"
    )
    session.add_all(
        [
            slot,
            Inquiry(case_id=case.id, due_on=today(), words="-", answer="-"),
            CaseTask(
                case_id=case.id, owner_id=cast.clara.id, made_by_id=cast.clara.id, due_on=today(), words="-"
            ),
            Leg(case_id=case.id, departs_at=now(), arrives_at=now(), **zone),
            Meeting(case_id=case.id, side="arrival", at=now(), zone="Asia/Tashkent"),
            NotDeparted(case_id=case.id, on=today(), reason="ill", by_id=cast.clara.id),
            CounsellingSession(
                case_id=case.id,
                held_on=today(),
                way="phone",
                language="uz",
                topics=frozenset({Topic.RIGHTS}),
                by_id=cast.clara.id,
            ),
        ]
    )
    session.flush()
    session.add(Appointment(case_id=case.id, slot_id=slot.id))


def given(session, account: Account) -> str:
    found = own_data.gather(session, account)
    every = (
        own_json.my_file(found, made_at=now(), programme="P"),
        own_json.history(found),
        own_json.who_looked(found),
    )
    return "\n".join(own_json.written(one).decode() for one in every)


@pytest.fixture
def told(session, cast) -> str:
    """All that Amina gets, beside a Giorgi about whom as much is kept."""
    for who in ("giorgi", "amina"):
        everything(session, cast, getattr(cast, who))
        mark(session, who)
    return given(session, cast.amina)


def test_what_is_hers_is_given_and_what_is_between_colleagues_is_not(told):
    columns = {column for column in GIVEN | KEPT_BACK if f"<amina {column}>" in told}

    assert columns == GIVEN


def test_of_notes_a_summary_is_hers_and_no_other(session, cast):
    case = cast.case(CaseState.IN_REVIEW)
    for kind in NoteKind:
        notes.write(session, case, kind, f"<{kind}>", by=cast.clara)
    session.commit()

    told = given(session, cast.amina)

    assert [f"<{kind}>" in told for kind in NoteKind] == [False, False, True]


def test_nothing_of_another_person_is_in_it(told):
    assert "giorgi" not in told


def test_nobody_who_works_on_the_case_is_named(session, cast):
    everything(session, cast, cast.amina)
    session.commit()

    told = given(session, cast.amina)

    people = (cast.clara, cast.aino, cast.petros)
    assert [one for each in people for one in (each.login, each.name) if one in told] == []
    # As the page about helpers says it: by the first name, and only who did something with the account.
    assert '"who": "Clara"' in told


@pytest.mark.parametrize("act", [Act.CASE_PROPOSE, Act.PLAN_APPROVE, Act.PAYMENT_RETURN, Act.REFERRAL_END])
def test_what_colleagues_said_with_a_step_stays_between_them(session, cast, act):
    everything(session, cast, cast.amina)
    case = cases.of_migrant(session, cast.amina)
    session.add(Event(chain="x", number=1, at=now(), act=act, case_id=case.id, hash=b"", note="Between us"))
    session.commit()

    assert "Between us" not in given(session, cast.amina)


def test_what_is_said_about_a_plan_or_payment_is_hers_when_it_was_said_to_her(session, cast):
    case = cast.case(CaseState.REINTEGRATION)
    plan = plans.latest(session, case)
    (first, second) = parts.payments(session, plan)
    plan.words, first.words, second.words = "Seen by two", "Wrong invoice", "It is on its way"
    second.state = parts.PaymentState.PAID
    session.commit()

    told = given(session, cast.amina)

    assert [words in told for words in (plan.words, first.words, second.words)] == [False, False, True]
    plan.state, plan.words = PlanState.REJECTED, "Too much"
    assert "Too much" in given(session, cast.amina)


def test_a_plan_that_is_only_a_draft_is_the_partners_own(session, cast):
    case = cast.case(CaseState.ARRIVED)
    cast.plan(case, approved=False)

    assert "sewing" not in given(session, cast.amina)


@pytest.mark.parametrize(
    ("state", "is_given"),
    [(DocumentState.REJECTED, True), (DocumentState.SUPERSEDED, True), (DocumentState.ACCEPTED, False)],
)
def test_words_beside_a_document_are_for_her_when_they_say_why_not(session, cast, state, is_given):
    document = cast.document(cast.case(CaseState.IN_REVIEW))
    document.state, document.words = state, "Between us"
    document.reject_reason = None if state is DocumentState.ACCEPTED else "unreadable"
    session.commit()

    assert ("Between us" in given(session, cast.amina)) is is_given


def test_a_list_of_changes_is_hers_when_it_is_sent(session, cast):
    case = cast.case(CaseState.IN_REVIEW)
    cast.players().ask(case)
    session.commit()
    before = given(session, cast.amina)

    cast.step(case, Act.CASE_ASK, cast.clara)

    assert ["as it is in your passport" in told for told in (before, given(session, cast.amina))] == [
        False,
        True,
    ]


def test_documents_have_plain_names_that_say_nothing_of_a_fate(session, cast):
    case = cast.case(CaseState.IN_REVIEW)
    for kind in (DocumentKind.EXPULSION_ORDER, DocumentKind.MEDICAL_REPORT, DocumentKind.INVOICE):
        cast.document(case, kind)
    infected = cast.document(case, DocumentKind.OTHER)
    infected.state = DocumentState.QUARANTINED
    session.commit()

    (found,) = own_data.gather(session, cast.amina).cases

    today = f"{now():%Y-%m-%d}"
    assert [paper.name for paper in found.papers] == [
        f"documents/01-paper-{today}.jpg",
        f"documents/02-health-{today}.jpg",
        f"documents/03-support-{today}.jpg",
        "",
    ]
    assert len({own_data.file_word(kind) for kind in DocumentKind}) == 4


def test_files_of_two_cases_have_names_of_their_own(session, cast):
    first = cast.case(CaseState.WITHDRAWN)
    first.opened_at -= timedelta(days=100)
    cast.document(first)
    second = cast.case(CaseState.IN_REVIEW)
    cast.document(second)
    session.commit()

    found = own_data.gather(session, cast.amina)

    assert [paper.name[:12] for paper in found.papers] == ["documents/01", "documents/02"]
    assert [post.name[:10] for post in found.post] == ["letters/01", "letters/02"]
    assert [one.case for one in found.cases] == [first, second]


@pytest.mark.parametrize("who", ["clara", "aino", "petros", "mart", "olga"])
def test_staff_and_partners_get_their_account_and_no_case(session, cast, who):
    cast.case(CaseState.REINTEGRATION)
    someone = getattr(cast, who)

    found = own_data.gather(session, someone)
    content = json.loads(own_json.written(own_json.my_file(found, made_at=now(), programme="P")))

    assert (content["account"]["login"], content["cases"], content["requests"]) == (someone.login, [], [])
    assert content["account"]["organisation"] == ("Mission in Tashkent" if who == "petros" else "")


def test_everything_that_happened_with_an_account_is_told_however_much_it_is(session, cast):
    for _ in range(120):
        notices.note(session, Act.ACCOUNT_SIGN_IN, cast.amina)

    assert len(own_data.gather(session, cast.amina).news) == 120


def test_every_sealed_column_is_given_or_kept_back(session):
    """Whoever adds one says here which; answers to questions are given by themselves (own_json.answered)."""
    answers = {"persons", "applications"}
    found = {
        f"{mapper.class_.__tablename__}.{name}"
        for mapper in Base.registry.mappers
        for name in sealed(mapper.class_)
        if mapper.class_.__tablename__ not in answers
    }

    assert found - GIVEN - KEPT_BACK - ELSEWHERE == set()


def test_a_changed_answer_is_given_as_it_stood_and_as_it_stands(session, cast):
    case = cast.case(CaseState.IN_REVIEW)
    corrections.ask(
        session, case, Section.WHERE_TO, CorrectionReason.OUTDATED, "Where exactly?", by=cast.clara
    )
    cast.step(case, Act.CASE_ASK, cast.clara)
    place = {"country": "GE", "place": "Kutaisi"}
    application.answer(session, case, Question.COUNTRY, place, by=cast.amina)

    [found] = own_data.gather(session, cast.amina).cases
    told = own_json.my_file(own_data.gather(session, cast.amina), made_at=now(), programme="P")["cases"][0]

    assert [one.after.application.place for one in found.changes] == ["Kutaisi"]
    [change], [asked] = told["changes"], told["corrections"]
    after = [{"about": "application", "person": None, "answers": place}]
    assert (change["question"], change["after"]) == ("country", after)
    assert (asked["words"], asked["sent_at"] is not None) == ("Where exactly?", True)


def test_what_a_counsellor_is_still_writing_down_is_not_given(session, cast):
    case = cast.case(CaseState.IN_REVIEW)
    corrections.ask(session, case, Section.NEEDS, CorrectionReason.MISSING, "What else?", by=cast.clara)

    [found] = own_data.gather(session, cast.amina).cases

    assert found.corrections == []


def test_who_travels_along_gets_their_own_and_nothing_of_the_case(session, cast):
    everything(session, cast, cast.amina)
    case = cases.of_migrant(session, cast.amina)
    sister = Person(case_id=case.id, relation=Relation.SIBLING, given_names="Gulnora")
    session.add(sister)
    session.flush()
    session.add(
        FamilyAccess(
            case_id=case.id, person_id=sister.id, account_id=cast.laylo.id, given_by_id=cast.amina.id
        )
    )
    mark(session, "amina")
    found = own_data.gather(session, cast.laylo)

    made = own_json.my_file(found, made_at=now(), programme="P")

    told, names = own_json.written(made["traveller"]).decode(), ["persons.family_name", "persons.given_names"]
    assert sorted(column for column in GIVEN | KEPT_BACK if f"<amina {column}>" in told) == names
    assert told.count("<amina") == len(names)
    assert made["cases"] == []
    assert case.reference not in own_json.written(made).decode()


def test_the_answers_after_the_return_are_given_with_what_they_came_to(session, cast):
    everything(session, cast, cast.amina)
    session.commit()

    found = own_json.my_file(own_data.gather(session, cast.amina), made_at=now(), programme="P")

    one = found["cases"][0]
    assert [(given["answers"], given["scores"]) for given in one["surveys"]] == [
        ({"income": "steady"}, {"economic": 1.0})
    ]
    assert [opinion["score"] for opinion in one["opinions"]] == [4]
