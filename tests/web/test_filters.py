"""What a page says depends on who reads it, also where the template names it outright."""

from flask_babel import lazy_gettext as _l

from portal.web.filters import in_order, within


def read(app, template, language):
    with app.test_request_context(f"/{language}/"):
        app.preprocess_request()
        return template.render()


def test_a_word_that_a_template_names_outright_is_said_in_the_language_of_each_reader(app):
    template = app.jinja_env.from_string("{{ 'document.reject' | button }}")

    said = [read(app, template, language) for language in ("en", "ru", "en")]

    assert said == ["Do not accept document", "Не принять документ", "Do not accept document"]


def test_within_a_sentence_a_name_begins_small_and_a_short_form_stays():
    assert [within(name) for name in ("Identity card", "ID card", "Паспорт", "")] == [
        "identity card",
        "ID card",
        "паспорт",
        "",
    ]


def test_a_number_in_groups_stays_together_and_in_its_order_and_nothing_else_is_touched(app):
    with app.test_request_context("/en/"):
        said = [
            in_order(words) for words in (_l("like +372 5123 4567."), "27 3 1998, <b>", "18 years", "in 2027")
        ]

    assert said == [
        'like <bdi dir="ltr">+372\xa05123\xa04567</bdi>.',
        '<bdi dir="ltr">27\xa03\xa01998</bdi>, &lt;b&gt;',
        "18 years",
        "in 2027",
    ]
