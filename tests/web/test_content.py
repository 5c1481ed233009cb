"""The public pages: whole in every language, honest about what is not known, safe to show."""

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from portal.domain.errors import NotFound
from portal.programme import LANGUAGES, HelpLine, Programme, Unverified, Words
from portal.web import language as portal_language
from portal.web.content import Content
from portal.web.language import mirror

PROGRAMME = Programme.load(Path(__file__).parents[2] / "programme.toml")
CONTENT = Content(PROGRAMME)
PAGES = [page for language in LANGUAGES for page in CONTENT.pages(language)]


def in_all_languages(text: str) -> Words:
    return Words(dict.fromkeys(LANGUAGES, text))


@pytest.fixture
def written(tmp_path):
    """Pages written for one test: `written({"help/en": "## Help"})`, with a title and an order."""

    def write(files: dict[str, str], programme: Programme = PROGRAMME) -> Content:
        for name, body in files.items():
            path = tmp_path / f"{name}.md"
            path.parent.mkdir(exist_ok=True)
            path.write_text(f"---\ntitle: Title\nsummary: Summary.\norder: 1\n---\n\n{body}\n", "utf-8")
        return Content(programme, tmp_path)

    return write


def test_the_programme_is_written_in_the_languages_of_the_portal():
    assert tuple(one.code for one in portal_language.LANGUAGES) == LANGUAGES


def test_every_page_is_whole_in_every_language():
    assert CONTENT.check() == []


@pytest.mark.parametrize("language", [*LANGUAGES, "xb"])
def test_the_pages_come_in_the_order_of_the_programme(language):
    keys = [page.key for page in CONTENT.pages(language)]

    assert keys == [
        "what",
        "who",
        "help",
        "steps",
        "reintegration",
        "rights",
        "questions",
        "contact",
        "privacy",
        "traces",
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.title)
def test_headings_begin_below_the_title_and_leave_no_level_out(page):
    levels = [1, *(int(level) for level in re.findall(r"<h(\d)>", page.html))]

    assert [deeper for above, deeper in pairwise(levels) if deeper > above + 1] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.title)
def test_no_page_states_what_nobody_verified(page):
    assert re.findall(r"\{\{|€|\bEUR\b|\beuro[st]?\b|\bевро\b", page.html) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.title)
def test_no_page_speaks_of_deportation_or_repatriation(page):
    assert re.findall(r"deport|repatri|депорт|репатри", page.html, re.IGNORECASE) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_owner_states_is_shown_under_its_heading(language):
    stated = replace(PROGRAMME, unverified=Unverified(medical_help=in_all_languages("Ask a *doctor*.")))

    silent = CONTENT.page("help", language).html
    told = Content(stated).page("help", language).html

    assert "<p>Ask a <em>doctor</em>.</p>" in told
    assert told.count("<h3>") == silent.count("<h3>") + 1


def test_a_paragraph_without_its_fact_goes_and_so_does_a_heading_with_nothing_below(written):
    content = written(
        {"a/en": "## One\n\n### Two\n\n{{ cash }}\n\n## Three\n\nText.\n\n### Four\n\n{{ amounts }}"}
    )

    assert content.page("a", "en").html == "<h2>Three</h2>\n<p>Text.</p>\n"


def test_phones_and_addresses_of_the_office_are_links():
    html = CONTENT.page("contact", "et").html

    assert re.findall(r'href="((?:tel|mailto):[^"]*)" dir="ltr"', html) == [
        "tel:+3726778700",
        "tel:+37256963776",
        "mailto:iomtallinn@iom.int",
    ]


def test_a_help_line_is_a_link_with_its_note(written):
    line = HelpLine(in_all_languages("Rescue"), "112", in_all_languages("day and night"))
    content = written({"a/en": "{{ emergency }}"}, replace(PROGRAMME, emergency=(line,)))

    assert content.page("a", "en").html == (
        '<ul>\n<li><strong>Rescue</strong> <a href="tel:112" dir="ltr">112</a> day and night</li>\n</ul>\n'
    )


def test_a_link_within_the_portal_keeps_the_language(written):
    content = written({f"a/{language}": "[b](/programme/b)" for language in LANGUAGES})

    assert [str(content.page("a", each).html) for each in ("ru", "xb")] == [
        '<p><a href="/ru/programme/b">b</a></p>\n',
        f'<p><a href="/xb/programme/b">{mirror("b")}</a></p>\n',
    ]


def test_the_mirrored_language_shows_the_english_page_mirrored():
    english, mirrored = CONTENT.page("what", "en"), CONTENT.page("what", "xb")

    assert (mirrored.title, mirrored.summary) == (mirror(english.title), mirror(english.summary))
    assert mirrored.html.count("<h2>") == english.html.count("<h2>")


def test_markup_in_a_page_is_shown_and_not_obeyed(written):
    content = written(
        {"a/en": "<script>x()</script>\n\n[link](javascript:x) ![picture](https://example.org/x.png)"}
    )

    assert re.findall(r"<(?!/?p>)[^>]*>", content.page("a", "en").html) == []


def test_a_page_is_rendered_once():
    assert CONTENT.page("what", "et") is CONTENT.page("what", "et")


@pytest.mark.parametrize(
    ("key", "language"), [("nothing", "en"), ("", "en"), ("../content/what", "en"), ("what", "fi")]
)
def test_a_page_that_does_not_exist_is_not_found(key, language):
    with pytest.raises(NotFound):
        CONTENT.page(key, language)


def test_the_check_names_everything_that_is_wrong(written):
    content = written(
        {
            "a/en": "## One\n\n{{ wealth }}\n\n[b](/programme/b)",
            "a/et": "### Üks\n\n{{ wealth }}\n\n[b](/programme/b)",
            "b/et": "Tere.",
        }
    )

    assert content.check() == [
        "b/en.md: is missing",
        "a/et.md: order, headings, facts or links are not those of a/en.md",
        "a/ru.md: is missing",
        "a/en.md: there is no fact wealth",
        "a/en.md: there is no page /programme/b",
    ]


def test_a_file_without_its_front_is_refused(tmp_path):
    path = tmp_path / "a" / "en.md"
    path.parent.mkdir()
    path.write_text("## Only text\n", "utf-8")

    with pytest.raises(ValueError, match=re.escape(str(path))):
        Content(PROGRAMME, tmp_path)
