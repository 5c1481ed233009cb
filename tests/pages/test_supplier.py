"""A supplier's link from end to end: made by the partner, used by somebody without an account, confirmed."""

import io
import re

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from portal.checking import check_document
from portal.domain import documents
from portal.domain.cases import CaseState
from portal.domain.papers import supplier_links
from portal.domain.support import parts, plans
from portal.domain.support.parts import MilestoneState
from tests.samples import photo

NUMBER = "number-of-the-form"
WRONG = "This link and this code do not work together."


@pytest.fixture
def case(cast):
    """A case whose plan is approved."""
    return cast.case(CaseState.REINTEGRATION)


@pytest.fixture
def step(session, case):
    """The first step of its plan."""
    found = parts.milestones(session, plans.approved(session, case))[0]
    session.commit()
    return found


@pytest.fixture
def made(petros, case, step):
    """The path of a link and its code, as Petros reads them."""
    page = petros.post(links(case, step), data={"supplier": "Usta LLC", "wanted": "The machine in the shop"})
    path = re.search(r"https?://[^/]+(/en/photo/[\w-]+/)", page.text)
    code = re.search(r">(\d{4} \d{4})<", page.text)
    assert (page.status_code, bool(path), bool(code)) == (200, True, True)
    return path[1], code[1]


def links(case, step):
    return f"/en/partner/cases/{case.reference}/steps/{step.id}/links"


def proof(code, *, data=None, number=NUMBER):
    return {
        "code": code,
        "file": (io.BytesIO(data or photo()), "shop.jpg"),
        "words": "Delivered on Monday",
        "number": number,
    }


def link_of(session, step):
    found = supplier_links.of_milestone(session, step)[0]
    session.refresh(found)
    session.commit()
    return found


def check(wiring, session, link):
    """The worker looks at the file."""
    check_document(wiring, link.document_id)(session)
    session.commit()


def test_the_first_page_is_the_same_for_every_link_and_tells_nothing(client, made, case):
    good, unknown = client.get(made[0]), client.get("/en/photo/unknown/")

    without_tokens = [re.sub(r'/photo/[\w-]+/|value="[^"]+"', "", page.text) for page in (good, unknown)]
    assert without_tokens[0] == without_tokens[1]
    assert [word for word in ("VARRE", "Uzbekistan", "return", "Estonia") if word in good.text] == []
    assert "<title>Send a photo</title>" in good.text
    assert good.headers["Cache-Control"] == "no-store"


def test_with_the_code_the_supplier_reads_the_kind_of_the_step_and_what_to_show(client, made, case, step):
    page = client.post(made[0], data={"code": made[1]})

    assert page.status_code == 200
    assert "The machine in the shop" in page.text
    hidden = (case.reference, "Amina", "Юсупова", "Uzbekistan", "Usta", "Petros", "VARRE", step.description)
    assert [word for word in hidden if word in page.text] == []


def test_a_photo_is_sent_confirmed_and_only_then_the_report(
    client, petros, session, wiring, case, step, made
):
    sent = client.post(f"{made[0]}file", data=proof(made[1]))
    link = link_of(session, step)
    before = documents.of_milestone(session, step.id)
    session.commit()
    check(wiring, session, link)
    desk, shown = (
        petros.get(f"/en/partner/{part}") for part in ("", f"cases/{case.reference}/links/{link.id}")
    )
    picture = petros.get(f"/en/partner/cases/{case.reference}/links/{link.id}/pages/1")
    done = petros.post(
        f"/en/partner/cases/{case.reference}/links/{link.id}/confirmation",
        data={"words": "I saw it too"},
        follow_redirects=True,
    )

    session.expire_all()
    assert (sent.status_code, before) == (303, [])
    assert "Thank you" in client.get(sent.location).text
    assert "Usta LLC" in desk.text
    assert "Delivered on Monday" in shown.text
    assert (picture.status_code, picture.mimetype) == (200, "image/jpeg")
    assert "Sent by Usta LLC with a link of" in done.text
    assert (step.state, step.report) == (MilestoneState.REPORTED, "I saw it too")


def test_counsellor_and_returnee_read_whose_photo_it_is(
    cast, client, enter, petros, session, wiring, case, step, made
):
    client.post(f"{made[0]}file", data=proof(made[1]))
    link = link_of(session, step)
    check(wiring, session, link)
    petros.post(f"/en/partner/cases/{case.reference}/links/{link.id}/confirmation", data={"words": "-"})

    page = enter(cast.clara).get(f"/en/counsellor/cases/{case.reference}/plan")
    own = enter(cast.amina).get(f"/en/my/plan/steps/{step.id}")

    assert f"Sent by Usta LLC with a link of {cast.petros.name}" in page.text
    assert "Sent by Usta LLC" in own.text


def test_sent_twice_it_is_thanked_twice_and_used_once(client, session, made, step):
    answers = [client.post(f"{made[0]}file", data=proof(made[1])) for _ in range(2)]
    other = client.post(f"{made[0]}file", data=proof(made[1], number="another-form-number"))

    assert [answer.status_code for answer in (*answers, other)] == [303, 303, 422]
    assert WRONG in other.text


@pytest.mark.parametrize("way", ["wrong code", "unknown link", "taken back"])
def test_whatever_is_wrong_the_answer_is_the_same(client, petros, session, case, step, made, way):
    path, code = made
    if way == "taken back":
        petros.post(f"/en/partner/cases/{case.reference}/links/{link_of(session, step).id}/end")
    path = "/en/photo/unknown/" if way == "unknown link" else path
    code = "1234" if way == "wrong code" else code

    answers = [client.post(path, data={"code": code}), client.post(f"{path}file", data=proof(code))]

    assert [(answer.status_code, WRONG in answer.text) for answer in answers] == [(422, True)] * 2
    assert link_of(session, step).used_at is None


def test_after_five_wrong_codes_one_must_wait(client, made):
    answers = [client.post(made[0], data={"code": "1"}) for _ in range(5)]
    late = client.post(made[0], data={"code": made[1]})

    assert {answer.status_code for answer in answers} == {422}
    assert (late.status_code, "Retry-After" in late.headers) == (429, True)
    assert "VARRE" not in late.text


@pytest.mark.parametrize(
    ("data", "status", "words"),
    [(b"MZ program", 415, "We cannot use this kind of file."), (b"", 422, "Choose a file.")],
    ids=["program", "nothing"],
)
def test_a_file_that_cannot_be_used_is_told_and_the_link_stays_good(
    client, session, step, made, data, status, words
):
    sent = proof(made[1], data=data or b"x")
    if not data:
        del sent["file"]

    page = client.post(f"{made[0]}file", data=sent)

    assert (page.status_code, words in page.text) == (status, True)
    assert "Delivered on Monday" in page.text
    assert link_of(session, step).is_open


def test_a_body_that_is_too_large_is_told_without_the_name_of_the_programme(client, made):
    file = FileStorage(io.BytesIO(b"\xff\xd8\xff" + bytes(27 * 2**20)), "large.jpg")
    boundary, body = encode_multipart({"file": file, "number": NUMBER})

    page = client.post(f"{made[0]}file", data=body, content_type=f"multipart/form-data; boundary={boundary}")

    assert (page.status_code, "VARRE" in page.text) == (413, False)


def test_a_form_without_its_number_is_not_read(client, made):
    assert client.post(f"{made[0]}file", data=proof(made[1], number="")).status_code == 400


def test_a_name_and_what_to_show_must_be_given(petros, case, step):
    page = petros.post(links(case, step), data={"supplier": "", "wanted": ""})

    assert (page.status_code, page.text.count("Fill this in.")) == (422, 4)


def test_what_is_not_taken_makes_room_for_a_new_link(client, petros, session, wiring, case, step, made):
    client.post(f"{made[0]}file", data=proof(made[1]))
    link = link_of(session, step)
    check(wiring, session, link)

    page = petros.post(f"/en/partner/cases/{case.reference}/links/{link.id}/refusal", follow_redirects=True)

    assert (page.status_code, "Not used" in page.text, "New link" in page.text) == (200, True, True)


def test_for_another_organisation_nothing_of_it_exists(cast, client, enter, session, case, step, made):
    client.post(f"{made[0]}file", data=proof(made[1]))
    link, nino = link_of(session, step), enter(cast.nino)
    room = f"/en/partner/cases/{case.reference}/links/{link.id}"

    answers = [
        nino.get(links(case, step)),
        nino.post(links(case, step), data={"supplier": "-", "wanted": "-"}),
        nino.get(room),
        nino.get(f"{room}/pages/1"),
        *(nino.post(f"{room}/{verb}") for verb in ("end", "confirmation", "refusal")),
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert "Usta" not in nino.get("/en/partner/").text
