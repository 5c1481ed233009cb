"""Help with signing in: who enters, who signs, and how little they see."""

import pytest


@pytest.mark.parametrize("who", ["clara", "aino"])
def test_counsellors_enter(cast, enter, who):
    assert enter(getattr(cast, who)).get("/en/access/").status_code == 200


@pytest.mark.parametrize("who", ["amina", "petros", "mart", "olga"])
def test_for_everybody_else_the_first_page_does_not_exist(cast, enter, who):
    assert enter(getattr(cast, who)).get("/en/access/").status_code == 404
