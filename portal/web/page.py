"""What the frame of every page shows: the programme, the links at its foot, addresses of static files."""

from dataclasses import dataclass
from functools import partial

from flask import current_app, url_for
from flask_babel import gettext as _

from portal.web import current, kept
from portal.web.content import Content
from portal.web.static import Statics


@dataclass(frozen=True)
class Link:
    """A link and its words."""

    href: str
    name: str


def content() -> Content:
    """The programme pages."""
    found: Content = current_app.extensions["content"]
    return found


def context() -> dict[str, object]:
    """What every template may use."""
    statics: Statics = current_app.extensions["statics"]
    programme, language = current.programme(), current.language()
    return {
        "programme": programme,
        "programme_name": programme.short_name[language],
        "funding_line": programme.funding[language],
        "demo": current.wiring().settings.demo,
        "static_url": partial(statics.url, language=language),
        "footer_links": _footer(),
        "programme_page": lambda key: content().page(key, language),
        "is_part": kept.is_page_turned(),
    }


def _footer() -> list[Link]:
    traces = Link(url_for("public.page", key="traces"), _("What stays on this phone"))
    return [
        *([traces] if current.signed_in() else []),
        Link(url_for("public.page", key="contact"), _("Contact")),
        Link(url_for("public.page", key="rights"), _("Your rights")),
        Link(url_for("public.page", key="privacy"), _("Your data")),
    ]
