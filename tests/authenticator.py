"""A phone with a passkey, in software: honest unless told to sign for a wrong origin, or without looking."""

import hashlib
import json
import secrets
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from sqlalchemy.orm import Session
from webauthn.helpers import bytes_to_base64url as text_of
from webauthn.helpers import encode_cbor

from portal.domain.access import passkeys
from portal.domain.access.passkeys import RelyingParty
from portal.domain.accounts import Account
from portal.domain.errors import Reason, Refused

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40
PORTAL = RelyingParty("localhost", "http://localhost:8000")
PHISHER = "https://kodutee.example.com"


@dataclass
class Authenticator:
    """One phone and the passkey it keeps. `counts`: synced passkeys do not, security keys do."""

    origin: str = PORTAL.origin
    counts: bool = True
    counter: int = 0
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    user_handle: str = ""

    def copied(self) -> "Authenticator":
        """The same passkey in other hands."""
        return copy(self)

    def make(self, options: dict[str, Any], *, verified: bool = True, rp_id: str = "", **client: Any) -> str:
        """What a browser sends after `navigator.credentials.create`."""
        self.user_handle = options["user"]["id"]
        data = self._data(rp_id or options["rp"]["id"], PRESENT | ATTESTED | VERIFIED * verified)
        data += bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id + self._public()
        attestation = encode_cbor({"fmt": "none", "attStmt": {}, "authData": data})
        said = self._client("webauthn.create", options, client)
        return self._sent({"clientDataJSON": text_of(said), "attestationObject": text_of(attestation)})

    def show(
        self,
        options: dict[str, Any],
        *,
        verified: bool = True,
        present: bool = True,
        rp_id: str = "",
        **client: Any,
    ) -> str:
        """What a browser sends after `navigator.credentials.get`."""
        self.counter += self.counts
        data = self._data(rp_id or options["rpId"], PRESENT * present | VERIFIED * verified)
        said = self._client("webauthn.get", options, client)
        signature = self.key.sign(data + hashlib.sha256(said).digest(), ec.ECDSA(SHA256()))
        return self._sent(
            {
                "clientDataJSON": text_of(said),
                "authenticatorData": text_of(data),
                "signature": text_of(signature),
                "userHandle": self.user_handle,
            }
        )

    def _data(self, rp_id: str, flags: int) -> bytes:
        return hashlib.sha256(rp_id.encode()).digest() + bytes([flags]) + self.counter.to_bytes(4, "big")

    def _public(self) -> bytes:
        numbers = self.key.public_key().public_numbers()
        return encode_cbor({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)})

    def _client(self, kind: str, options: dict[str, Any], other: dict[str, Any]) -> bytes:
        said = {"type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": False}
        return json.dumps(said | other).encode()

    def _sent(self, response: dict[str, str]) -> str:
        name = text_of(self.credential_id)
        sent = {"id": name, "rawId": name, "type": "public-key", "clientExtensionResults": {}}
        return json.dumps(sent | {"response": response})


def altered(credential: str, part: str) -> str:
    """The same credential with one bit of one part of its response turned."""
    said = json.loads(credential)
    text = said["response"][part]
    middle = len(text) // 2
    said["response"][part] = text[:middle] + ("A" if text[middle] != "A" else "B") + text[middle + 1 :]
    return json.dumps(said)


def give_passkey(session: Session, account: Account, **kind: Any) -> Authenticator:
    """A phone with a passkey for this account."""
    phone = Authenticator(**kind)
    passkeys.register(session, account, phone.make(options_to_make(session, account)), PORTAL, "My phone")
    session.commit()
    return phone


def options_to_make(session: Session, account: Account) -> dict[str, Any]:
    """What a browser is told before it makes a passkey."""
    return passkeys.registration_options(session, account, PORTAL)


def options_to_show(session: Session, account: Account | None = None) -> dict[str, Any]:
    """What a browser is told before it shows a passkey."""
    return passkeys.sign_in_options(session, PORTAL, account)


def reason(verb: Callable[..., object], *arguments: object, **more: object) -> Reason:
    """The one reason why this is refused."""
    with pytest.raises(Refused) as refused:
        verb(*arguments, **more)
    [found] = refused.value.reasons
    return found


def refusal(session: Session, credential: str, account: Account | None = None) -> Reason:
    """Why this passkey does not open; committed, as every caller does."""
    found = reason(passkeys.verify, session, credential, PORTAL, account)
    session.commit()
    return found
