"""What is delivered of an approved plan: steps reported with evidence, payments requested and answered."""

import io

import pytest

from portal import jobs
from portal.domain import documents, journal
from portal.domain.cases import CaseState
from portal.domain.documents import DocumentState, part_context
from portal.domain.permissions import Act
from portal.domain.support import grants, parts, plans
from portal.domain.support.parts import MilestoneState
from portal.programme import DocumentKind
from tests.samples import photo


@pytest.fixture
def case(cast):
    """A case whose plan is approved."""
    return cast.case(CaseState.REINTEGRATION)


@pytest.fixture
def step(session, case):
    """The first step of its plan."""
    return in_database(session, case)[0][0]


@pytest.fixture
def payment(session, case):
    """The payment that waits for the first step."""
    return in_database(session, case)[1][0]


def in_database(session, case):
    """The steps and the payments as they stand."""
    session.expire_all()
    plan = plans.latest(session, case)
    found = parts.milestones(session, plan), parts.payments(session, plan)
    session.commit()
    return found


def sent_for(session, step):
    session.expire_all()
    found = documents.of_milestone(session, step.id)
    session.commit()
    return found


def address(case, part):
    return f"/en/partner/cases/{case.reference}{part}"


def page_of(case, step):
    return address(case, f"/steps/{step.id}")


def evidence(data=None, *, name="machine.jpg", kind="delivery_photo"):
    file = {"file": (io.BytesIO(data), name)} if data is not None else {}
    return {"kind": kind, **file}


def show(cast, session, case, step):
    """Evidence for a step lies there already."""
    found = cast.document(case, DocumentKind.DELIVERY_PHOTO, sender=cast.petros, milestone_id=step.id)
    session.commit()
    return found


def confirm(cast, session, case, step):
    """The counsellor saw that the step is done."""
    show(cast, session, case, step)
    grants.advance_milestone(session, step, Act.MILESTONE_REPORT, by=cast.petros)
    grants.advance_milestone(session, step, Act.MILESTONE_VERIFY, by=cast.clara)
    session.commit()


# --- Evidence -----------------------------------------------------------------------------------


def test_a_photo_is_kept_sealed_for_its_step_and_waits_for_its_check(case, step, petros, session, tmp_path):
    page = page_of(case, step)

    answer = petros.post(page + "/evidence", data=evidence(photo()))

    [document] = sent_for(session, step)
    stored = b"".join(file.read_bytes() for file in (tmp_path / "documents").rglob("*") if file.is_file())
    assert (answer.status_code, answer.location) == (303, page)
    assert len(stored) > len(photo())
    assert photo()[100:200] not in stored
    assert (document.kind, document.state) == (DocumentKind.DELIVERY_PHOTO, DocumentState.CHECKING)
    assert "Photo of the delivered goods" in petros.get(answer.location).text


@pytest.mark.parametrize(
    ("data", "more", "status"),
    [
        (None, {}, 422),
        (b"", {}, 422),
        (b"<svg/>", {"name": "photo.svg"}, 415),
        (photo(), {"kind": "passport"}, 422),
        (photo(), {"kind": ""}, 422),
    ],
    ids=["no file", "empty", "unknown kind of file", "passport", "no kind"],
)
def test_a_file_that_cannot_be_used_is_not_kept(case, step, petros, session, data, more, status):
    answer = petros.post(page_of(case, step) + "/evidence", data=evidence(data, **more))

    assert answer.status_code == status
    assert 'class="wrong"' in answer.text
    assert sent_for(session, step) == []


def test_a_picture_of_the_evidence_is_shown_and_the_look_written_down(
    cast, case, step, petros, session, wiring
):
    document = show(cast, session, case, step)
    part = documents.parts(session, document)[1]
    stored = wiring.vault.put(
        part.store_name, [photo()], key=document.key, context=part_context(document.id, part.number)
    )
    part.size, part.sha256 = stored.size, stored.sha256
    session.commit()

    page = petros.get(address(case, f"/documents/{document.id}"))
    picture = petros.get(address(case, f"/documents/{document.id}/pages/1"))
    whole = petros.get(address(case, f"/documents/{document.id}/pages/0"))

    session.expire_all()
    looks = [one.actor_id for one in journal.of_case(session, case.id) if one.act is Act.DOCUMENT_OPEN]
    assert f"/documents/{document.id}/pages/1" in page.text
    assert (picture.status_code, picture.data[:3], picture.mimetype) == (200, b"\xff\xd8\xff", "image/jpeg")
    assert picture.data != photo()  # who looks is burnt into it
    assert whole.status_code == 404
    assert looks == [cast.petros.id]


def test_what_is_not_evidence_of_a_step_does_not_exist(cast, case, petros, session):
    passport = cast.document(case)
    session.commit()

    for part in ("", "/pages/0", "/pages/1"):
        assert petros.get(address(case, f"/documents/{passport.id}{part}")).status_code == 404


# --- Report -------------------------------------------------------------------------------------


def test_a_step_is_reported_with_words(cast, case, step, petros, session):
    show(cast, session, case, step)

    answer = petros.post(page_of(case, step), data={"words": "Delivered on Monday"})

    [reported, _other], _payments = in_database(session, case)
    assert (answer.status_code, answer.location) == (303, page_of(case, step))
    assert (reported.state, reported.report) == (MilestoneState.REPORTED, "Delivered on Monday")


def test_a_step_without_evidence_is_not_reported_and_the_words_are_kept(case, step, petros, session):
    answer = petros.post(page_of(case, step), data={"words": "Delivered on Monday"})

    assert answer.status_code == 422
    assert [words for words in ("Proof is missing", "Delivered on Monday") if words not in answer.text] == []
    assert in_database(session, case)[0][0].state is MilestoneState.PLANNED


def test_words_that_are_too_long_are_asked_again(cast, case, step, petros, session):
    show(cast, session, case, step)

    answer = petros.post(page_of(case, step), data={"words": "x" * 2001})

    assert answer.status_code == 422
    assert "x" * 2001 in answer.text


def test_a_report_that_came_back_says_why_and_can_be_sent_again(cast, case, step, petros, session):
    show(cast, session, case, step)
    grants.advance_milestone(session, step, Act.MILESTONE_REPORT, by=cast.petros, note="Here it is")
    grants.advance_milestone(session, step, Act.MILESTONE_RETURN, by=cast.clara, note="Too dark")
    session.commit()

    page = petros.get(page_of(case, step)).text
    answer = petros.post(page_of(case, step), data={"words": "In daylight"})

    assert [words for words in ("Too dark", "Here it is") if words not in page] == []
    assert answer.status_code == 303
    assert in_database(session, case)[0][0].state is MilestoneState.REPORTED


def test_a_step_that_is_reported_takes_nothing_more(cast, case, step, petros, session):
    show(cast, session, case, step)
    petros.post(page_of(case, step), data={})

    page = petros.get(page_of(case, step))
    answers = [
        petros.post(page_of(case, step), data={"words": "Again"}),
        petros.post(page_of(case, step) + "/evidence", data=evidence(photo())),
    ]

    assert page.status_code == 200
    assert "<textarea" not in page.text
    assert [answer.status_code for answer in answers] == [409, 409]
    assert len(sent_for(session, step)) == 1


def test_before_the_plan_is_approved_nothing_is_reported(cast, petros, session):
    case = cast.case(CaseState.ARRIVED)
    cast.plan(case, approved=False)
    session.commit()
    [step, _other], [payment, _later] = in_database(session, case)

    answers = [
        petros.post(page_of(case, step), data={"words": "Done"}),
        petros.post(page_of(case, step) + "/evidence", data=evidence(photo())),
        petros.post(address(case, f"/payments/{payment.id}/request")),
    ]

    assert [answer.status_code for answer in answers] == [409, 409, 409]


# --- Strangers ----------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["nino", "clara", "amina", "mart", "olga"])
def test_nothing_of_another_organisations_case_exists(cast, case, step, payment, enter, session, who):
    document, browser = show(cast, session, case, step), enter(getattr(cast, who))
    read = (f"/steps/{step.id}", f"/documents/{document.id}", f"/documents/{document.id}/pages/1")
    sent = (f"/steps/{step.id}", f"/steps/{step.id}/evidence", f"/payments/{payment.id}/request")

    answers = [browser.get(address(case, part)) for part in read]
    answers += [browser.post(address(case, part), data={"words": "Done"}) for part in sent]

    assert {answer.status_code for answer in answers} == {404}
    assert in_database(session, case)[0][0].state is MilestoneState.PLANNED


def test_a_step_or_a_payment_of_another_case_does_not_exist_in_this_one(
    cast, case, step, payment, petros, session
):
    other = cast.case(CaseState.REINTEGRATION, migrant=cast.giorgi)
    document = show(cast, session, case, step)

    answers = [
        petros.get(page_of(other, step)),
        petros.post(page_of(other, step), data={}),
        petros.post(address(other, f"/payments/{payment.id}/request")),
        petros.get(address(other, f"/documents/{document.id}")),
        petros.get(address(other, "/steps/9223372036854775808")),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404, 404, 404]


# --- Papers of several pages ----------------------------------------------------------------------


@pytest.mark.parametrize("place", ["step", "payment"])
def test_a_paper_of_several_pages_is_sent_as_one_document(
    petros, session, cast, wiring, case, step, payment, place
):
    room = page_of(case, step) if place == "step" else address(case, f"/payments/{payment.id}")
    to = f"{room}/{'evidence' if place == 'step' else 'paper'}"
    pictures = [photo(seed=number) for number in (1, 2, 3)]

    begun = petros.post(to, data={**evidence(pictures[0], kind="invoice"), "more": "1"}).location
    for data in pictures[1:]:
        petros.post(begun, data={"file": (io.BytesIO(data), "page.jpg")})
    waiting = petros.get(room).text
    answer = petros.post(f"{begun}/send")

    assert begun.rpartition("/")[0] == address(case, "/pages")
    assert ("Pages so far: 3" in waiting, begun in waiting) == (True, True)
    assert (answer.status_code, answer.location) == (303, room)
    session.expire_all()
    found = next(one for one in documents.of_case(session, case, viewer=cast.petros))
    number = step.id if place == "step" else payment.id
    assert (found.kind, found.milestone_id or found.payment_id) == ("invoice", number)
    session.commit()
    while jobs.do_one(wiring):
        pass
    kept = [(part.number, part.mime) for part in documents.parts(session, found)]
    assert kept == [(0, "application/pdf"), *((one, "image/jpeg") for one in (1, 2, 3))]


def test_what_one_puts_together_is_nobody_elses(petros, enter, session, cast, case, step):
    begun = petros.post(f"{page_of(case, step)}/evidence", data={"kind": "invoice", "more": "1"}).location
    number = begun.rpartition("/")[2]

    statuses = [
        enter(cast.nino).get(begun).status_code,
        enter(cast.nino).post(f"{begun}/send").status_code,
        enter(cast.amina).get(f"/en/my/documents/pages/{number}").status_code,
        petros.post(f"{begun}/send").status_code,
    ]

    assert statuses == [404, 404, 404, 409]
