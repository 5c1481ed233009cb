"""Any way through the application: no path loses an answer, sends it unfinished, or breaks."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from portal.domain import people
from portal.domain.applying import application
from portal.domain.applying.application import Question
from portal.domain.cases import Case, CaseState
from portal.domain.permissions import Role
from tests.cast import Cast

HERE = "/en/my/application/"
FIELDS = {"Saving": "fields"}

DAYS = st.fixed_dictionaries(
    {},
    optional={
        "day": st.sampled_from(["", "1", "27", "31", "٢٧", "x"]),
        "month": st.sampled_from(["", "2", "3", "12", "13"]),
        "year": st.sampled_from(["1850", "1998", "2002", "2030", "2999", "02"]),
    },
)
TEXTS = st.sampled_from(
    ["", " ", "Амина", "أمينة", "Amina Yusupova", "🌸", "x" * 200, "\x00", "+998 90 123 45 67"]
)
CODES = st.sampled_from(["", "UZ", "GE", "XX", "SU", "other", "nowhere"])
REPLIES = st.sampled_from(["", "yes", "no", "dont_know", "in_person", "maybe"])


def choice(*values):
    return st.sampled_from(["", *values, "nonsense"])


# What somebody might type into each page: right, wrong, or nothing.
TYPED = {
    "language": {"language": choice("ru", "uz"), "interpreter_gender": choice("woman")},
    "name": {"given_names": TEXTS, "family_name": TEXTS},
    "other-names": {"original_name": TEXTS, "other_names": TEXTS},
    "birth": {"born_on": DAYS},
    "birthplace": {"birth_country": CODES, "birth_place": TEXTS},
    "person": {"gender": choice("female", "other"), "citizenship": CODES},
    "citizenships": {"second_citizenship": CODES, "third_citizenship": CODES},
    "marital": {"marital": choice("single")},
    "contact": {"phone": TEXTS, "email": choice("a@example.org"), "other_contact": TEXTS},
    "more-contact": {"second_phone": TEXTS, "messengers": choice("viber")},
    "safe-contact": {"safe_to_call": REPLIES, "safe_hours": TEXTS},
    "home": {"home": choice("address", "none"), "address": TEXTS},
    "emergency": {"emergency_name": TEXTS, "emergency_phone": TEXTS},
    "arrival": {"arrived_on": DAYS},
    "status": {"status": choice("asylum_refused", "permit_expired")},
    "precept": {"precept": choice("with_deadline", "none"), "precept_deadline": DAYS},
    "appeal": {"appeal": REPLIES},
    "detention": {"detained": REPLIES, "detained_at": TEXTS},
    "pending": {"pending": REPLIES},
    "earlier": {"earlier_return": REPLIES, "earlier_return_on": DAYS},
    "heard": {"heard_from": choice("police")},
    "country": {"country": CODES, "place": TEXTS},
    "right-to-live": {"right_to_live": REPLIES},
    "waiting": {"somebody_waiting": REPLIES, "waiting_words": TEXTS},
    "dates": {"travel_wish": choice("soon", "dates"), "travel_from": DAYS, "travel_until": DAYS},
    "fear": {"fear": REPLIES, "fear_words": TEXTS},
    "company": {"company": choice("alone", "family")},
    "papers": {"paper": choice("passport", "none"), "paper_place": choice("lost", "with_me")},
    "paper-details": {"paper_number": TEXTS, "paper_country": CODES, "paper_expires": DAYS},
    "loss": {"loss_reported": REPLIES},
    "needs": {"needs": choice("yes", "no"), "needs_kinds": choice("medicine"), "needs_words": TEXTS},
    "airport": {"airport_help": REPLIES, "airport_help_words": TEXTS},
    "place-to-stay": {"place_to_stay": REPLIES},
    "safe-alone": {"safe_alone": REPLIES},
    "forced": {"forced": REPLIES, "forced_words": TEXTS},
    "ideas": {"ideas": choice("job"), "ideas_words": TEXTS},
    "education": {"education": choice("none")},
    "work": {"work_words": TEXTS, "skills_words": TEXTS},
    "spoken": {"spoken": TEXTS},
    "privacy": {"notice": choice("y")},
    "decision": {"voluntary": choice("y"), "truth": choice("y")},
    "consents": {"processing": choice("y"), "photo": choice("y")},
}
# An answer that is good, to get further than guessing would.
GOOD = {
    "language": {"language": "ru"},
    "name": {"given_names": "Амина", "family_name": "Юсупова"},
    "birth": {"born_on-year": "2002"},
    "person": {"gender": "female", "citizenship": "UZ"},
    "contact": {"email": "amina@example.org"},
    "status": {"status": "dont_know"},
    "precept": {"precept": "dont_know"},
    "country": {"country": "GE"},
    "company": {"company": "alone"},
    "privacy": {"notice": "y"},
    "decision": {"voluntary": "y", "truth": "y"},
    "consents": {"processing": "y"},
}
LAYLO = {
    "given_names": "Laylo",
    "family_name": "Yusupova",
    "relation": "child",
    "born_on-year": "2022",
    "gender": "female",
    "citizenship": "UZ",
    "paper": "passport",
}


def flat(typed):
    """As a form sends it: a date is three fields."""
    fields = {}
    for name, value in typed.items():
        if isinstance(value, dict):
            fields |= {f"{name}-{part}": text for part, text in value.items()}
        else:
            fields[name] = value
    return fields


pages = st.sampled_from(sorted(TYPED)).flatmap(
    lambda page: st.tuples(st.just(page), st.fixed_dictionaries({}, optional=TYPED[page]).map(flat))
)


class AnyWay(RuleBasedStateMachine):
    """Somebody new with two devices, who goes wherever they like."""

    people_so_far = 0
    cast: Cast
    enter = None

    @initialize()
    def begin(self):
        AnyWay.people_so_far += 1
        session = self.cast.session
        account = self.cast.account(Role.MIGRANT, f"anybody-{AnyWay.people_so_far}", has_app=False)
        self.phones = [self.enter(account) for _ in range(2)]
        self.answers = [self.phones[0].post(HERE + "start")]
        session.rollback()
        self.case_id = session.query(Case.id).filter_by(migrant_id=account.id).scalar()
        self.before = None
        session.rollback()

    def post(self, phone, page, typed, **more):
        answer = self.phones[phone].post(HERE + page, data=typed, **more)
        self.answers.append(answer)
        return answer

    def saved(self):
        """Everything that is answered, by page."""
        session = self.cast.session
        session.rollback()
        session.expire_all()
        case = session.get_one(Case, self.case_id)
        found = application.answers(session, case)
        sealed = {
            column.name: application.value_of(found, column.name)
            for owner in (found.application, found.principal)
            for column in owner.__table__.columns
            if column.name not in ("id", "case_id", "version", "relation", "other_parent", "knows_must_agree")
        }
        state, missing = case.state, application.missing(found)
        session.rollback()
        return state, missing, sealed

    @rule(page_and_typed=pages, phone=st.integers(0, 1), by_itself=st.booleans())
    def type_something(self, page_and_typed, phone, by_itself):
        page, typed = page_and_typed
        state, _missing, before = self.saved()
        names = {name.partition("-")[0] for name in TYPED[page]} | {"interpreter"}

        answer = self.post(phone, page, typed, headers=FIELDS if by_itself else {})

        _state, _missing, after = self.saved()
        changed = {name for name in before if before[name] != after[name]}
        assert changed <= names, "an answer of another page was lost"
        if answer.status_code == 422 or state is not CaseState.DRAFT:
            assert not changed

    @rule(page=st.sampled_from(sorted(GOOD)), phone=st.integers(0, 1))
    def answer_well(self, page, phone):
        answer = self.post(phone, page, GOOD[page])

        state, missing, _saved = self.saved()
        if answer.status_code == 303 and state is CaseState.DRAFT:
            assert Question(page) not in missing

    @rule(phone=st.integers(0, 1))
    def answer_all_that_is_missing(self, phone):
        for question in self.saved()[1]:
            if question in GOOD:
                self.post(phone, question, GOOD[question])

    @rule(phone=st.integers(0, 1))
    def add_somebody(self, phone):
        self.post(phone, "company", {"company": "family"})
        answer = self.post(phone, "family/new", LAYLO)
        if answer.status_code == 303 and answer.location.endswith("other-parent"):
            here = answer.location.index("family/")
            self.answers.append(self.phones[phone].get(answer.location))
            self.post(phone, answer.location[here:], {"other_parent": "dont_know"})

    @rule(phone=st.integers(0, 1))
    def remove_somebody(self, phone):
        session = self.cast.session
        case = session.get_one(Case, self.case_id)
        family = [one.id for one in people.of_case(session, case) if not one.is_principal]
        session.rollback()
        if family:
            self.post(phone, f"family/{family[0]}/remove", {})

    @rule(page=st.sampled_from([*sorted(TYPED), "", "family", "family/new", "check", "receipt"]))
    def look(self, page):
        self.answers.append(self.phones[0].get(HERE + page))

    @rule(phone=st.integers(0, 1))
    def send(self, phone):
        state, missing, saved = self.saved()
        name = f"{saved['given_names']} {saved['family_name']}"[:100]

        self.post(phone, "send", {})
        unsigned = self.saved()[0]
        self.post(phone, "check", {"name": name, "place": "Narva"})

        after = self.saved()[0]
        if state is CaseState.DRAFT:
            assert unsigned is CaseState.DRAFT
            assert (after is CaseState.SUBMITTED) == (not missing)

    @invariant()
    def nothing_broke(self):
        assert [answer.status_code for answer in self.answers if answer.status_code >= 500] == []
        self.answers.clear()


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_any_way_through_the_application_is_a_good_one(cast, enter):
    """Bounded by steps, not by time: a slow machine walks the same ways."""
    machine = type("AnyWayHere", (AnyWay,), {"cast": cast, "enter": staticmethod(enter)})

    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=6,
            stateful_step_count=25,
            deadline=None,
            phases=[Phase.generate],
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
