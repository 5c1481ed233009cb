"""When tries cannot be counted nobody guesses: the portal says so and lets nobody in."""

import pytest
from sqlalchemy import text

from tests.cast import PASSWORD


@pytest.fixture
def uncounted(cast, session) -> None:
    """The table of tries is gone."""
    session.add(cast.amina)
    session.execute(text("DROP TABLE tries"))
    session.commit()


@pytest.mark.usefixtures("uncounted")
def test_without_counting_no_password_is_looked_at(client, cast):
    answers = [
        client.post("/en/sign-in", data={"login": cast.amina.login, "password": password}).status_code
        for password in (PASSWORD, "not my password")
    ]

    assert answers == [503, 503]


def test_without_counting_no_code_is_looked_at(client, cast, session):
    client.post("/en/sign-in", data={"login": cast.amina.login, "password": PASSWORD})
    session.execute(text("DROP TABLE tries"))
    session.commit()

    answer = client.post("/en/sign-in/code", data={"code": cast.code_of(cast.amina)})

    assert answer.status_code == 503
    assert client.get("/en/account/").location == "/en/sign-in?next=/en/account/"
