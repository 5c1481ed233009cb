"""The manager's packages: seen, added, changed version by version."""

import pytest

from portal.domain.support import packages

GOOD = {
    "name_en": "A start at home",
    "name_et": "Algus kodus",
    "name_ru": "Начало дома",
    "programme": "VARRE",
    "funding": "AMIF, project 7",
    "who": "principal",
    "ceiling": "1 500,50",
    "currency": "eur",
    "modality": "in_kind",
    "use_by_days": "365",
    "contact_days": "٨٩",
    "is_offered": "y",
}


@pytest.fixture
def key(cast, session):
    """The sample package for a principal."""
    cast.package  # noqa: B018 - it comes in when first asked for
    session.commit()
    return "example_start"


def test_a_package_is_added(mart, session):
    answer = mart.post("/en/manage/packages/new", data=GOOD)

    [added] = packages.latest(session)
    told = added.key, added.number, added.ceiling, added.currency, added.contact_days, added.name["ru"]
    session.commit()
    assert (answer.status_code, answer.location) == (303, "/en/manage/packages")
    assert told == ("a_start_at_home", 1, 150_050, "EUR", 89, "Начало дома")
    assert "€1,500.50" in mart.get(answer.location).text


def test_a_change_makes_the_next_version_and_both_are_told(mart, session, key):
    page = mart.get(f"/en/manage/packages/{key}")

    answer = mart.post(f"/en/manage/packages/{key}/1", data=GOOD | {"ceiling": "2000"})

    numbers = [one.number for one in packages.versions(session, key)]
    session.commit()
    assert 'value="1500.00"' in page.text
    assert (answer.status_code, numbers) == (303, [2, 1])
    assert "Version 2" in mart.get(f"/en/manage/packages/{key}").text


def test_a_package_that_is_not_offered_cannot_be_chosen_any_more(mart, session, key):
    mart.post(
        f"/en/manage/packages/{key}/1", data={name: GOOD[name] for name in GOOD if name != "is_offered"}
    )

    assert [one.key for one in packages.offered(session)] == ["example_child", "example_family"]


def test_what_a_colleague_changed_meanwhile_is_not_overwritten(mart, session, key):
    mart.post(f"/en/manage/packages/{key}/1", data=GOOD)

    late = mart.post(f"/en/manage/packages/{key}/1", data=GOOD | {"funding": "Another fund"})

    assert late.status_code == 422
    assert "Another fund" in late.text
    assert len(packages.versions(session, key)) == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"name_et": ""},
        {"who": "everybody"},
        {"ceiling": "0"},
        {"ceiling": "-5"},
        {"ceiling": "999999999999999"},
        {"currency": "EURO"},
        {"currency": "QQQ"},
        {"modality": "gold"},
        {"use_by_days": "0"},
        {"use_by_days": "a year"},
        {"contact_days": "99999"},
    ],
    ids=str,
)
def test_what_cannot_be_read_is_asked_again_and_kept(mart, session, wrong):
    answer = mart.post("/en/manage/packages/new", data=GOOD | wrong)

    assert answer.status_code == 422
    assert "AMIF, project 7" in answer.text
    assert packages.latest(session) == []


def test_a_package_of_nobody_does_not_exist(mart):
    told = [mart.get("/en/manage/packages/nothing"), mart.post("/en/manage/packages/nothing/1", data=GOOD)]

    assert [answer.status_code for answer in told] == [404, 404]
