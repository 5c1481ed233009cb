"""What goes out of the portal tells a stranger who reads it nothing, in any language (goal S11)."""

import re

import pytest
from babel.messages.pofile import read_po

from portal.domain.permissions import Act
from portal.domain.telling.notices import TOLD
from portal.programme import Programme
from portal.settings import PROJECT
from portal.web.language import LANGUAGES, MIRRORED
from portal.web.words.notices import TEXTS, told

LONGEST_SMS = 300

# Beginnings of words that say what this is about, of all languages at once.
_TELLING = r"""
    iom мом estonia eesti эстони tallinn таллин kodutee varre аврр
    return tagasipöör возвращен reintegr реинтегр migra мигр ränd asylum varjupa убежищ refug pagul беженц
    deport выдвор высыл repatr репатр depart lahku выезд выехал leave journey reis поездк
    police polit полиц border piir границ authorit ameti ведомств minist минист govern riik riig государств
    case juhtum дел[оау]\b application taotl заявлен programme program программ counsel nõusta консульт
    partner партн token login kasutajanim логин http https www link lin[gk]i ссылк visa viisa виза виз
    euro евро money raha деньг iban
"""
TELLING = re.compile(rf"\b(?:{'|'.join(_TELLING.split())})")

SAID = [(act, language.code) for act in TEXTS for language in (*LANGUAGES, MIRRORED)]


@pytest.fixture(scope="module")
def names() -> list[str]:
    """What the programme and those who run it are called, in every language."""
    programme = Programme.load(PROJECT / "programme.toml", demo=True)
    words = (programme.name, programme.short_name, programme.organisation, programme.funding)
    return [each[language.code].casefold() for each in words for language in LANGUAGES]


@pytest.mark.parametrize(("act", "language"), SAID)
def test_a_notice_tells_a_stranger_nothing(names, act, language):
    text = told(act, language)
    said = f"{text.subject} {text.body}".casefold()

    assert TELLING.findall(said) == []
    assert [name for name in names if name in said] == []
    assert re.findall(r"\d{4}|\d[\d -]{4,}|://|@|\.\w|%|\{", said) == []


@pytest.mark.parametrize("said", ["your case", "Ваше дело", "tagasipöördumine", "VARRE", "http://a", "IOM"])
def test_the_list_finds_what_it_is_for(said):
    assert TELLING.search(said.casefold())


def test_it_takes_no_word_for_another():
    assert TELLING.search("это сделали не вы") is None


@pytest.mark.parametrize(("act", "language"), SAID)
def test_a_notice_fits_into_a_text_message_and_is_whole_sentences(act, language):
    text = told(act, language)

    assert len(text.body) <= LONGEST_SMS
    assert text.body.endswith(".")
    assert len(text.subject) <= 40
    assert "\n" not in text.subject + text.body


def test_there_is_a_text_for_everything_that_is_told_and_for_nothing_else():
    assert set(TEXTS) == TOLD | {Act.ACCOUNT_CONTACT_TEST}


def test_no_two_notices_say_the_same():
    bodies = [told(act, "en").body for act in TEXTS]

    assert sorted(set(bodies)) == sorted(bodies)


@pytest.mark.parametrize("language", ["et", "ru"])
def test_a_notice_speaks_the_persons_language_without_any_page(language):
    with (PROJECT / "translations" / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalogue = read_po(file)

    subject, *sentences = TEXTS[Act.ACCOUNT_NEW_DEVICE]
    expected = [str(catalogue[sentence].string) for sentence in (subject, *sentences)]

    text = told(Act.ACCOUNT_NEW_DEVICE, language)
    assert (text.subject, text.body) == (expected[0], " ".join(expected[1:]))


@pytest.mark.parametrize("language", ["xb", "tlh", ""])
def test_who_speaks_another_language_is_told_in_english(language):
    assert told(Act.ACCOUNT_NEW_DEVICE, language).subject == "News about your account"
