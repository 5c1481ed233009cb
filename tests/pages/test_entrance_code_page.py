"""The second factor asks for nothing a person must remember or solve (WCAG 2.2, 3.3.8)."""

import re

import pyotp
import pytest

from tests.cast import PASSWORD

PASTED = {
    "as the app shows it": "{0}{1}",
    "with a space": "{0} {1}",
    "with a hyphen": "{0}-{1}",
    "with blanks around": "  {0}{1} \n",
    "with a no-break space": "{0}\u00a0{1}",
}
ZEROS = {"Arabic": "٠", "Persian": "۰", "full-width": "０", "Devanagari": "०"}


@pytest.fixture
def database_kind() -> str:
    """A page is the same on both."""
    return "sqlite"


@pytest.fixture
def half(client, cast):
    """A browser of Amina's in which the password was given."""
    client.post("/en/sign-in", data={"login": cast.amina.login, "password": PASSWORD})
    return client


def field_of(page: str) -> dict[str, str]:
    """The attributes of the field for the code."""
    [field] = re.findall(r'<input[^>]*\bname="code"[^>]*>', page)
    return dict(re.findall(r'([\w-]+)="([^"]*)"', field))


def test_the_code_may_be_filled_in_by_the_phone_and_pasted(half):
    page = half.get("/en/sign-in/code").text
    field = field_of(page)

    assert (field["type"], field["inputmode"], field["autocomplete"]) == ("text", "numeric", "one-time-code")
    assert int(field.get("maxlength", 60)) >= 60  # a code in groups fits, whatever stands between
    assert "pattern" not in field
    assert re.findall(r"onpaste|captcha|<canvas", page) == []
    assert page.count("<label") == len(re.findall(r'<input(?![^>]*type="hidden")', page)) == 1


def test_a_password_manager_knows_both_fields_of_the_first_step(client):
    page = client.get("/en/sign-in").text

    assert re.findall(r'autocomplete="([^"]+)"', page) == ["username webauthn", "current-password"]


@pytest.mark.parametrize("form", PASTED.values(), ids=PASTED)
def test_a_code_is_read_however_it_was_copied(half, cast, form):
    code = pyotp.TOTP(cast.secret_of(cast.amina)).now()
    cast.session.commit()

    answer = half.post("/en/sign-in/code", data={"code": form.format(code[:3], code[3:])})

    assert (answer.status_code, answer.location) == (303, "/en/my/")


@pytest.mark.parametrize("zero", ZEROS.values(), ids=ZEROS)
def test_a_code_is_read_in_the_digits_of_the_reader(half, cast, zero):
    code = pyotp.TOTP(cast.secret_of(cast.amina)).now()
    cast.session.commit()
    typed = code.translate({ord("0") + one: ord(zero) + one for one in range(10)})

    assert half.post("/en/sign-in/code", data={"code": f"{typed[:3]} {typed[3:]}"}).status_code == 303


def test_what_was_typed_wrong_is_kept_to_be_mended(half):
    page = half.post("/en/sign-in/code", data={"code": "12345"})

    assert page.status_code == 422
    assert field_of(page.text)["value"] == "12345"
