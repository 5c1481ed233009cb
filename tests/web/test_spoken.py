"""Names of languages: by those who speak them, and for staff."""

import pytest
from flask_babel import force_locale

from portal.web.spoken import SPOKEN, language_name, language_named


@pytest.mark.parametrize(
    ("code", "own", "in_estonian"),
    [
        ("ka", "ქართული", "Gruusia"),
        ("et", "Eesti", "Eesti"),
        ("ru", "Русский", "Vene"),
        ("uk", "Українська", "Ukraina"),
        ("ar", "العربية", "Araabia"),
        ("xx", "", ""),
        (None, "", ""),
    ],
)
def test_a_language_has_its_own_name_and_one_that_staff_can_read(app, code, own, in_estonian):
    with app.test_request_context("/et/"), force_locale("et"):
        assert (language_name(code), language_named(code)) == (own, in_estonian)


@pytest.mark.parametrize("page", ["en", "et", "ru"])
def test_staff_can_read_the_name_of_every_language(app, page):
    with app.test_request_context(f"/{page}/"), force_locale(page):
        assert len({language_named(code) for code in SPOKEN}) == len(SPOKEN)
