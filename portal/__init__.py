"""Kodutee: one case of assisted voluntary return, shared by the migrant, the counsellor and the partner."""

from datetime import timedelta
from typing import Any

from flask import Flask, Response, redirect, url_for
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response as BaseResponse

from portal import db
from portal.pages import blueprints
from portal.settings import PROJECT, Settings, SettingsError
from portal.web import doors, errors, filters, headers, htmx, language
from portal.web.content import Content
from portal.web.page import context
from portal.web.static import Statics
from portal.wiring import Wiring, wire

MOST_BODY = 26 * 1024 * 1024


def create_app(settings: Settings, *, wiring: Wiring | None = None) -> Flask:
    """The portal as a WSGI application. Plugs things together and decides nothing.

    Raises SettingsError, ProgrammeError or KeyringError, naming what is wrong.
    """
    wiring = wiring or wire(settings)
    if not settings.demo and db.holds_accounts(wiring.engine, demo=True):
        raise SettingsError(["KODUTEE_DATABASE_URL: this database holds made-up people; use another one"])
    app = Flask("portal", template_folder=str(PROJECT / "templates"), static_folder=None)
    app.config.update(_configuration(wiring))
    app.extensions["wiring"] = wiring
    app.extensions["content"] = Content(wiring.programme)
    voices = language.voices(demo=settings.demo)
    app.extensions["statics"] = statics = Statics.build(PROJECT / "static", settings.var / "static", voices)
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}

    csrf = CSRFProtect(app)
    for module in (htmx, filters, doors, errors, headers):
        module.init(app)
    language.init(app, demo=settings.demo)
    app.context_processor(context)
    app.add_url_rule("/", "root", _root)
    for blueprint in blueprints():
        app.register_blueprint(blueprint)
    # tus clients know no form tokens; /uploads/ demands a header no foreign page can send instead.
    csrf.exempt("portal.pages.uploads.create")
    csrf.exempt("portal.pages.uploads.append")
    csrf.exempt("portal.pages.uploads.terminate")
    csrf.exempt("portal.pages.uploads.overridden")
    # The guide is for strangers, keeps nothing and changes nothing: a token would only set a cookie.
    csrf.exempt("portal.pages.guide.answer")
    csrf.exempt("portal.pages.guide.choose_papers")
    csrf.exempt("portal.pages.entrance.leaving.leave")  # says itself why

    guards = headers.guards(headers.ASIDE, secure=settings.secure)
    app.wsgi_app = statics.wrap(app.wsgi_app, guards)  # type: ignore[method-assign,assignment]
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def _configuration(wiring: Wiring) -> dict[str, Any]:
    secure = wiring.settings.secure
    return {
        "SECRET_KEY": wiring.keyring.derive("cookies"),
        "SESSION_COOKIE_NAME": "__Host-kodutee" if secure else "kodutee",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=12),
        "MAX_CONTENT_LENGTH": MOST_BODY,
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the session; its end is checked elsewhere
        "WTF_CSRF_SSL_STRICT": False,  # it reads the referrer, which our pages never send
    }


def _root() -> BaseResponse | Response:
    answer = redirect(url_for("public.home", language=language.preferred()))
    answer.vary.add("Accept-Language")
    return answer
