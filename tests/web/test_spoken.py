"""The names of languages, as those who speak them look for them."""

import unicodedata

from portal.web.spoken import SPOKEN, language_name


def test_no_language_begins_with_a_letter_that_an_older_phone_has_no_picture_of(app):
    """Georgian has no capital letters in use: those of Unicode 11 are empty boxes on many phones."""
    with app.test_request_context("/en/"):
        firsts = {code: language_name(code)[0] for code in SPOKEN}

    assert [code for code, one in firsts.items() if "MTAVRULI" in unicodedata.name(one)] == []
    assert (firsts["ka"], firsts["ru"], firsts["ar"]) == ("ქ", "Р", "ا")
