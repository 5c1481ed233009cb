"""Nothing is changed by a form that another site made up."""

import pytest

from portal.domain.cases import CaseState
from tests.browsers import Answer


@pytest.fixture
def guarded(app):
    """The portal as it runs: forms need their token."""
    app.config["WTF_CSRF_ENABLED"] = True
    return app


POSTS = [
    "/en/sign-in",
    "/en/register",
    "/en/sign-out",
    "/en/my/application/start",
    "/en/my/application/send",
    "/en/my/application/name",
    "/en/my/stop",
    "/en/account/password",
]


def token_of(browser, page: str) -> str:
    answer = browser.get(page)
    return Answer(answer.status_code, {}, answer.data).form_token


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("token", [None, "", "made up"])
def test_a_form_without_its_token_changes_nothing(guarded, cast, session, enter, path, token):
    case = cast.case(CaseState.DRAFT)
    browser = enter(cast.amina)

    answer = browser.post(path, data={} if token is None else {"csrf_token": token})

    session.expire_all()
    assert answer.status_code == 400
    assert case.state is CaseState.DRAFT


def test_the_token_of_another_browser_is_refused(guarded, cast, session, enter):
    case = cast.case(CaseState.DRAFT)
    stranger, amina = enter(cast.giorgi), enter(cast.amina)

    answer = amina.post("/en/my/stop", data={"csrf_token": token_of(stranger, "/en/my/")})

    session.expire_all()
    assert answer.status_code == 400
    assert case.state is CaseState.DRAFT


def test_with_its_own_token_the_form_works(guarded, cast, session, enter):
    case = cast.case(CaseState.DRAFT)
    amina = enter(cast.amina)

    answer = amina.post("/en/my/stop", data={"csrf_token": token_of(amina, "/en/my/stop")})

    session.expire_all()
    assert answer.status_code == 303
    assert case.state is CaseState.WITHDRAWN


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_an_upload_without_the_protocols_header_is_refused(guarded, cast, session, enter, method):
    cast.case(CaseState.DRAFT)
    path = "/uploads/" if method == "POST" else "/uploads/unknown"

    answer = enter(cast.amina).open(path, method=method, headers={"Upload-Length": "10"})

    assert answer.status_code == 412
