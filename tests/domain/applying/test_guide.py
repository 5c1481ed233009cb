"""Whatever somebody answers, they are led to a person, and never to a refusal."""

from itertools import product

import pytest

from portal.domain.applying import guide
from portal.domain.applying.application import LegalStatus, Precept
from portal.domain.applying.guide import (
    AFRAID_OF_A_STATE,
    CHOICES,
    Answers,
    Bearer,
    Citizenship,
    Destination,
    Fear,
    Help,
    Household,
    Passport,
    Pending,
    Point,
    Talk,
    Topic,
    Unsaid,
    Use,
)
from portal.programme import DocumentKind, Programme, Situation, WantedBy, WantedDocument, Who
from portal.settings import PROJECT

DOCUMENTS = Programme.load(PROJECT / "programme.toml").documents

# What leads to a talk and to independent advice before anything else.
SENSITIVE: set[tuple[Topic, str]] = {
    (Topic.STATUS, LegalStatus.ASYLUM_SEEKER),
    (Topic.STATUS, LegalStatus.ASYLUM_REFUSED),
    (Topic.STATUS, LegalStatus.PROTECTION),
    (Topic.STATUS, LegalStatus.TEMPORARY_PROTECTION),
    (Topic.PRECEPT, Precept.EXPULSION_ORDER),
    (Topic.PRECEPT, Precept.AT_ONCE),
    (Topic.PENDING, Pending.COURT),
    (Topic.PENDING, Pending.POLICE),
    (Topic.FAMILY, Household.UNDER_AGE),
    (Topic.PASSPORT, Passport.HELD),
    (Topic.FEAR, Fear.YES),
    *((topic, Unsaid.IN_PERSON) for topic in Topic),
}
PEOPLE_AND_ADVICE = {Talk.COUNSELLOR, Talk.ADVISER}
EASY: Answers = {
    Topic.STATUS: LegalStatus.NO_PAPERS,
    Topic.PRECEPT: Precept.NONE,
    Topic.PENDING: Pending.NOTHING,
    Topic.CITIZENSHIP: Citizenship.OTHER,
    Topic.COUNTRY: Destination.OWN,
    Topic.PASSPORT: Passport.WITH_ME,
    Topic.FAMILY: Household.ALONE,
    Topic.FEAR: Fear.NO,
}


def faults_of(answers: Answers) -> list[str]:
    """What is wrong with the outcome of these answers."""
    found = guide.outcome(answers)
    given = set(answers.items())
    is_sensitive, is_european = (
        not given.isdisjoint(SENSITIVE),
        (Topic.CITIZENSHIP, Citizenship.EUROPEAN) in given,
    )
    is_careful = not given.isdisjoint(AFRAID_OF_A_STATE)
    checks = {
        "nobody to talk to": set(found.people) >= PEOPLE_AND_ADVICE,
        "somebody twice": len(set(found.people)) == len(found.people),
        "a talk comes first, or not": found.advice_first is is_sensitive,
        "the first is not a person or advice": found.people[0] in PEOPLE_AND_ADVICE,
        "no information": found.helps[0] is Help.ADVICE,
        "not told whom the programme is for": (Point.EUROPEAN in found.points) is is_european,
        "a journey is spoken of": not is_european or found.helps == (Help.ADVICE,),
        "the embassy of a feared state": (Talk.EMBASSY in found.people) is (is_european and not is_careful),
    }
    return [fault for fault, holds in checks.items() if not holds]


@pytest.mark.parametrize("status", CHOICES[Topic.STATUS])
def test_every_combination_of_answers_leads_to_a_person_and_what_weighs_leads_there_first(status):
    others = [topic for topic in Topic if topic is not Topic.STATUS]
    faults = {
        (tuple(answers), fault)
        for answers in product(*(CHOICES[topic] for topic in others))
        for fault in faults_of({Topic.STATUS: status, **dict(zip(others, answers, strict=True))})
    }

    assert faults == set()


def test_there_are_all_answers_of_the_application_and_two_more_to_every_question():
    assert {topic: choices[-2:] for topic, choices in CHOICES.items()} == dict.fromkeys(Topic, tuple(Unsaid))
    assert set(CHOICES[Topic.STATUS]) == {*LegalStatus, Unsaid.IN_PERSON}
    assert set(CHOICES[Topic.PRECEPT]) == {*Precept, Unsaid.IN_PERSON}


def test_every_rule_asks_for_answers_that_can_be_given_and_every_point_has_a_rule():
    impossible = [rule for rule in guide.RULES if not rule.answers <= set(CHOICES[rule.topic])]

    assert impossible == []
    assert {rule.point for rule in guide.RULES} == set(Point)


def test_who_answers_nothing_is_led_to_a_counsellor():
    assert guide.outcome({}) == guide.outcome(dict.fromkeys(Topic, Unsaid.DONT_KNOW))
    assert guide.outcome({}).people == (Talk.COUNSELLOR, Talk.ADVISER)
    assert guide.outcome({}).points == (Point.WHICH_PAPER,)


def test_an_easy_situation_is_told_of_the_whole_help():
    found = guide.outcome(EASY)

    assert (found.points, found.advice_first) == ((), False)
    assert found.helps == (Help.ADVICE, Help.JOURNEY, Help.AIRPORT, Help.FRESH_START)


@pytest.mark.parametrize(
    ("topic", "answer", "people"),
    [
        (Topic.STATUS, LegalStatus.ASYLUM_SEEKER, (Talk.ADVISER, Talk.COUNSELLOR)),
        (Topic.STATUS, LegalStatus.PROTECTION, (Talk.ADVISER, Talk.COUNSELLOR)),
        (Topic.PRECEPT, Precept.EXPULSION_ORDER, (Talk.ADVISER, Talk.COUNSELLOR)),
        (Topic.PENDING, Pending.COURT, (Talk.ADVISER, Talk.COUNSELLOR)),
        (Topic.FEAR, Fear.YES, (Talk.COUNSELLOR, Talk.ADVISER, Talk.HELP_LINE)),
        (
            Topic.FAMILY,
            Household.UNDER_AGE,
            (Talk.COUNSELLOR, Talk.GUARDIAN, Talk.ADVISER, Talk.HELP_LINE),
        ),
        (Topic.CITIZENSHIP, Citizenship.EUROPEAN, (Talk.COUNSELLOR, Talk.EMBASSY, Talk.ADVISER)),
    ],
)
def test_an_answer_decides_who_is_named_first(topic, answer, people):
    assert guide.outcome({**EASY, topic: answer}).people == people


def test_who_has_no_passport_hears_of_a_travel_document():
    told = {
        one
        for one in CHOICES[Topic.PASSPORT]
        if Help.TRAVEL_DOCUMENT in guide.outcome({**EASY, Topic.PASSPORT: one}).helps
    }

    assert told == set(CHOICES[Topic.PASSPORT]) - {Passport.WITH_ME, Passport.ELSEWHERE}


def test_the_next_question_is_the_one_after_the_last_answer():
    assert guide.following({}) is Topic.STATUS
    assert guide.following({Topic.PENDING: Pending.COURT}) is Topic.CITIZENSHIP
    assert guide.following(EASY) is None


# --- What to bring ---------------------------------------------------------------------------------


def kinds_of(answers: Answers) -> dict[Bearer, list[DocumentKind]]:
    return {each.bearer: [one.wanted.kind for one in each.papers] for each in guide.bring(DOCUMENTS, answers)}


PASSPORT, BIRTH = DocumentKind.PASSPORT, DocumentKind.BIRTH_CERTIFICATE
FIT, PRESCRIPTION = DocumentKind.FIT_TO_TRAVEL_CERTIFICATE, DocumentKind.PRESCRIPTION
GUARDIAN = DocumentKind.GUARDIAN_CONSENT
HEALTH = [FIT, PRESCRIPTION]
GROWN_UP = [PASSPORT]
CHILD = [PASSPORT, BIRTH, GUARDIAN]


@pytest.mark.parametrize(
    ("family", "expected"),
    [
        (Household.ALONE, {Bearer.YOU: GROWN_UP + HEALTH}),
        (Household.UNDER_AGE, {Bearer.YOU: CHILD + HEALTH}),
        (Household.ADULTS, {Bearer.YOU: GROWN_UP + HEALTH, Bearer.ADULT: GROWN_UP}),
        (Household.CHILDREN, {Bearer.YOU: GROWN_UP + HEALTH, Bearer.CHILD: CHILD}),
        (Household.BOTH, {Bearer.YOU: GROWN_UP + HEALTH, Bearer.ADULT: GROWN_UP, Bearer.CHILD: CHILD}),
    ],
)
def test_each_kind_of_family_member_has_a_list(family, expected):
    assert kinds_of({Topic.FAMILY: family}) == expected


@pytest.mark.parametrize("answers", [{}, {Topic.FAMILY: Unsaid.DONT_KNOW}, {Topic.FAMILY: Unsaid.IN_PERSON}])
def test_what_was_not_said_is_listed_for_everybody(answers):
    assert kinds_of(answers) == kinds_of({Topic.FAMILY: Household.BOTH})


def test_a_paper_of_the_applicant_alone_is_asked_of_nobody_else():
    wanted = WantedDocument(DocumentKind.MEDICAL_REPORT, Who.PRINCIPAL, WantedBy.SUBMITTED)

    assert [each.bearer for each in guide.bring([wanted], {})] == [Bearer.YOU]


def test_a_passport_shows_who_somebody_is_and_later_opens_the_border():
    passports = [one for one in DOCUMENTS if one.kind is PASSPORT]

    assert [guide.use(one) for one in passports] == [Use.IDENTITY, Use.JOURNEY]


def test_a_paper_asked_for_at_two_steps_stands_there_once_with_what_it_must_be_in_the_end():
    (bundle,) = guide.bring(DOCUMENTS, {Topic.FAMILY: Household.ALONE})

    named = [(one.wanted.kind, one.later and one.later.kinds) for one in bundle.papers]
    assert named[0] == (PASSPORT, (PASSPORT, DocumentKind.LAISSEZ_PASSER))
    assert len(named) == len({kind for kind, _later in named})


def test_every_situation_of_the_programme_is_known_to_the_guide():
    assert set(guide.LIKELY) == set(Situation)


def test_what_to_do_without_a_paper_is_said_once():
    bundles = guide.bring(DOCUMENTS, {})

    assert guide.lost(bundles) == {
        Use.IDENTITY: (PASSPORT,),
        Use.HEALTH: (FIT, PRESCRIPTION),
        Use.FAMILY: (BIRTH,),
        Use.GUARDIAN: (GUARDIAN,),
    }


@pytest.mark.parametrize(
    ("answers", "kinds"),
    [
        (EASY, ()),
        ({**EASY, Topic.PRECEPT: Precept.WITH_DEADLINE}, (DocumentKind.PRECEPT_TO_LEAVE,)),
        ({**EASY, Topic.PRECEPT: Precept.EXPULSION_ORDER}, (DocumentKind.EXPULSION_ORDER,)),
        ({**EASY, Topic.STATUS: LegalStatus.ASYLUM_REFUSED}, (DocumentKind.ASYLUM_DECISION,)),
        ({**EASY, Topic.STATUS: LegalStatus.PERMIT_VALID}, (DocumentKind.RESIDENCE_PERMIT,)),
        ({**EASY, Topic.FAMILY: Household.UNDER_AGE}, (DocumentKind.COURT_OR_BID_DECISION,)),
    ],
)
def test_a_situation_has_papers_that_help_in_a_talk(answers, kinds):
    assert guide.good_to_have(DOCUMENTS, answers) == kinds
