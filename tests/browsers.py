"""Browsers for tests: one that only speaks HTTP to a running server, as a person's phone would."""

import http.client
import io
import re
import secrets
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

import pyotp
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy.orm import Session
from werkzeug.test import EnvironBuilder

from portal.db import now
from portal.domain.access.factors import FactorKind
from portal.domain.access.sign_in import SignIn
from portal.domain.accounts import Account, token_hash


def signed_cookie(app: Flask, session: Session, account: Account) -> str:
    """The value of the session cookie of a browser in which this person is signed in. Commits."""
    token = secrets.token_urlsafe(32)
    session.add(
        SignIn(
            token_hash=token_hash(token),
            account_id=account.id,
            whole_at=now(),
            fresh_at=now(),
            shown=FactorKind.TOTP,
            device="Test",
        )
    )
    session.commit()
    serializer = SecureCookieSessionInterface().get_signing_serializer(app)
    return str(serializer.dumps({"_user_id": token, "_fresh": True}))


@dataclass
class Answer:
    """What a server answered."""

    status: int
    headers: dict[str, str]
    raw: bytes

    @property
    def body(self) -> str:
        """The page as text."""
        return self.raw.decode("utf-8", "replace")

    @property
    def location(self) -> str:
        """Where it sends the browser."""
        return self.headers.get("location", "")

    @property
    def form_token(self) -> str:
        """The token of the page's first form."""
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.body)
        assert found, "the page has no form"
        return found[1]


def encode_multipart(values: dict[str, object]) -> tuple[bytes, str]:
    """A multipart body and its content type."""
    builder = EnvironBuilder(method="POST", data=values)
    try:
        environ = builder.get_environ()
        return environ["wsgi.input"].read(), environ["CONTENT_TYPE"]
    finally:
        builder.close()


@dataclass
class Phone:
    """A browser that keeps its cookies and follows nothing by itself."""

    url: str
    cookies: dict[str, str] = field(default_factory=dict)
    timeout: float = 20

    def get(self, path: str, **headers: str) -> Answer:
        """Open a page."""
        return self._ask("GET", path, None, headers)

    def post(self, path: str, **fields: str | list[str]) -> Answer:
        """Send a form."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, urlencode(fields, doseq=True).encode(), headers)

    def send_file(
        self, page: str, path: str = "", *, name: str, data: bytes, mime: str, **fields: str
    ) -> Answer:
        """Open a page and send its form with a file in the field `file`, without scripts."""
        token = self.get(page).form_token
        body, kind = encode_multipart({**fields, "csrf_token": token, "file": (io.BytesIO(data), name, mime)})
        return self._ask("POST", path or page, body, {"Content-Type": kind})

    def sign_in(self, login: str, password: str, secret: str) -> Answer:
        """Both factors."""
        self.submit("/en/sign-in", login=login, password=password)
        return self.submit("/en/sign-in/code", code=pyotp.TOTP(secret).now())

    def submit(self, page: str, path: str = "", **fields: str | list[str]) -> Answer:
        """Open a page and send its form."""
        return self.post(path or page, csrf_token=self.get(page).form_token, **fields)

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        target = urlsplit(self.url)
        connection = http.client.HTTPConnection(target.hostname or "", target.port, timeout=self.timeout)
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            connection.request(method, path, body, {**headers, "Cookie": cookie})
            answer = connection.getresponse()
            raw = answer.read()
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return Answer(answer.status, {name.lower(): value for name, value in answer.headers.items()}, raw)
