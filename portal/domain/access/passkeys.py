"""Passkeys: keys that a phone or computer keeps, and uses once it has seen that it is their owner."""

import hashlib
import ipaddress
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import webauthn
from sqlalchemy import ForeignKey, LargeBinary, String, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column
from webauthn.helpers import base64url_to_bytes, parse_attestation_object, parse_authenticator_data
from webauthn.helpers.options_to_json_dict import options_to_json_dict
from webauthn.helpers.structs import (
    AuthenticatorData,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from portal.db import Base, now
from portal.domain import journal
from portal.domain.access import factors, sign_in
from portal.domain.access.factors import Factor, FactorKind
from portal.domain.access.sign_in import SignIn
from portal.domain.accounts import Account, AccountState
from portal.domain.errors import Reason, Refused
from portal.domain.permissions import Act
from portal.domain.telling import notices
from portal.sealing import in_use

NAME = "Kodutee"
"""What a phone calls the portal in its list of passkeys: not the programme's name, since it may be shared."""
LASTS = timedelta(minutes=5)
LONGEST = 32_000
"""Characters of what a browser sends; a passkey with a chain of certificates stays far below."""
LONGEST_ID = 1023  # bytes; the standard allows no more

REGISTER, SIGN_IN = "webauthn.create", "webauthn.get"
"""What a challenge is for, in the words of the standard."""


@dataclass(frozen=True)
class RelyingParty:
    """The portal as authenticators know it: a passkey works for this `id` only, at this `origin` only."""

    id: str
    origin: str
    name: str = NAME


def relying_party(public_url: str) -> RelyingParty | None:
    """The portal at this address; None where browsers have no passkeys: by number, or without https."""
    try:
        parts = urlsplit(public_url)
        host, port = (parts.hostname or "").encode("idna").decode(), parts.port
    except ValueError:  # no address at all, or no name of a host
        return None
    is_local = host == "localhost" or host.endswith(".localhost")
    if not host or _is_number(host) or not (is_local or parts.scheme == "https"):
        return None
    usual = {"https": 443, "http": 80}[parts.scheme]
    return RelyingParty(host, f"{parts.scheme}://{host}" + (f":{port}" if port not in (None, usual) else ""))


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


class Challenge(Base):
    """A random number that an authenticator must sign, good once and for a short time.

    `account_id` is empty when it is not known yet who signs in.
    """

    __tablename__ = "challenges"

    hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    purpose: Mapped[str] = mapped_column(String(16))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    ends_at: Mapped[datetime] = mapped_column(index=True)


def _hand_out(session: Session, purpose: str, account: Account | None) -> bytes:
    challenge = secrets.token_bytes(32)
    owner_id = None if account is None else account.id
    session.add(Challenge(hash=_hash(challenge), purpose=purpose, account_id=owner_id, ends_at=now() + LASTS))
    return challenge


def _take(session: Session, challenge: bytes, purpose: str, account: Account | None) -> None:
    """Use a challenge up. One statement: of many at once only the first one finds it."""
    owner = Challenge.account_id.is_(None) if account is None else Challenge.account_id == account.id
    once = (
        delete(Challenge)
        .where(Challenge.hash == _hash(challenge), Challenge.purpose == purpose, owner)
        .returning(Challenge.ends_at)
        .execution_options(synchronize_session=False)
    )
    ends_at = session.scalar(once)
    if ends_at is None or ends_at <= now():
        raise Refused([Reason.PASSKEY_LATE])


def _hash(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def sweep(session: Session) -> None:
    """Forget challenges that nobody answered in time."""
    session.execute(delete(Challenge).where(Challenge.ends_at < now()))


# --- What a browser sends --------------------------------------------------------------------------


@dataclass(frozen=True)
class _Said:
    """What a browser sent, read here before the library does: so that each refusal has its certain reason."""

    credential: dict[str, Any]
    challenge: bytes
    origin: str
    is_framed: bool
    data: AuthenticatorData

    @property
    def credential_id(self) -> bytes:
        return base64url_to_bytes(self.credential["id"])


def _read(credential_json: str, purpose: str) -> _Said:
    """Raises Refused for what no authenticator would say."""
    try:
        said = _parsed(credential_json[: LONGEST + 1], purpose)
    except Exception as error:  # whatever a stranger can do to base64, JSON, CBOR and bytes between
        raise Refused([Reason.PASSKEY_WRONG]) from error
    return said


def _parsed(credential_json: str, purpose: str) -> _Said:
    if len(credential_json) > LONGEST:
        raise ValueError("too long")
    credential = json.loads(credential_json)
    response = credential["response"]
    client = json.loads(base64url_to_bytes(response["clientDataJSON"]))
    if client["type"] != purpose:
        raise ValueError("meant for something else")
    if purpose == REGISTER:
        data = parse_attestation_object(base64url_to_bytes(response["attestationObject"])).auth_data
    else:
        data = parse_authenticator_data(base64url_to_bytes(response["authenticatorData"]))
    said = _Said(
        credential=credential,
        challenge=base64url_to_bytes(client["challenge"]),
        origin=client["origin"],
        is_framed=client.get("crossOrigin") is True,
        data=data,
    )
    if not 0 < len(said.credential_id) <= LONGEST_ID:
        raise ValueError("no number of a passkey")
    return said


def _look(said: _Said, relying_party: RelyingParty) -> None:
    """Raises Refused for another website, and for a device that did not see who holds it."""
    is_here = said.origin == relying_party.origin and not said.is_framed
    if not is_here or said.data.rp_id_hash != _hash(relying_party.id.encode()):
        raise Refused([Reason.PASSKEY_ELSEWHERE])
    if not (said.data.flags.up and said.data.flags.uv):
        raise Refused([Reason.PASSKEY_UNVERIFIED])


# --- Making one ------------------------------------------------------------------------------------


def registration_options(session: Session, account: Account, relying_party: RelyingParty) -> dict[str, Any]:
    """What a browser must know to make a passkey, ready to be sent as JSON."""
    options = webauthn.generate_registration_options(
        rp_id=relying_party.id,
        rp_name=relying_party.name,
        user_id=in_use().fingerprint("user_handle", str(account.id)),
        user_name=account.login,
        challenge=_hand_out(session, REGISTER, account),
        timeout=_milliseconds(),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            require_resident_key=True,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_descriptors(session, account),
    )
    return options_to_json_dict(options)


def register(
    session: Session, account: Account, credential_json: str, relying_party: RelyingParty, name: str
) -> Factor:
    """The new passkey of this account. Raises Refused with one reason.

    The caller commits in every case: the challenge is used up.
    """
    said = _read(credential_json, REGISTER)
    _take(session, said.challenge, REGISTER, account)
    _look(said, relying_party)
    try:
        made = webauthn.verify_registration_response(
            credential=said.credential,
            expected_challenge=said.challenge,
            expected_rp_id=relying_party.id,
            expected_origin=relying_party.origin,
            require_user_verification=True,
        )
    except Exception as error:  # the library names some faults and lets others through as they are
        raise Refused([Reason.PASSKEY_WRONG]) from error
    factor = Factor(
        account_id=account.id,
        kind=FactorKind.PASSKEY,
        name=name,
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        step=made.sign_count,
    )
    _add(session, factor)
    notices.note(session, Act.ACCOUNT_FACTOR_SET, account)
    return factor


def _add(session: Session, factor: Factor) -> None:
    if session.scalar(select(Factor.id).where(Factor.credential_id == factor.credential_id)) is not None:
        raise Refused([Reason.PASSKEY_KNOWN])
    try:
        with session.begin_nested():
            session.add(factor)
    except IntegrityError as error:  # the same one was sent twice in this very moment
        raise Refused([Reason.PASSKEY_KNOWN]) from error


def set_up(
    session: Session,
    half: SignIn,
    account: Account,
    credential_json: str,
    relying_party: RelyingParty,
    name: str,
) -> Factor:
    """Make a passkey the first second factor; every other half way in is over. Raises Refused as `register`.

    Raises Refused also when the account has got a factor meanwhile.
    """
    if factors.has_any(session, account):
        raise Refused([Reason.CHANGED_MEANWHILE])
    factor = register(session, account, credential_json, relying_party, name)
    sign_in.end_all(session, account, but=half)
    return factor


# --- Showing one -----------------------------------------------------------------------------------


def sign_in_options(
    session: Session, relying_party: RelyingParty, account: Account | None = None
) -> dict[str, Any]:
    """What a browser must know to show a passkey, ready to be sent as JSON.

    Without an account it says nothing about anybody: the device knows whose passkeys it keeps.
    """
    options = webauthn.generate_authentication_options(
        rp_id=relying_party.id,
        challenge=_hand_out(session, SIGN_IN, account),
        timeout=_milliseconds(),
        allow_credentials=_descriptors(session, account) if account is not None else None,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json_dict(options)


def verify(
    session: Session, credential_json: str, relying_party: RelyingParty, account: Account | None = None
) -> tuple[Account, Factor]:
    """Whose passkey was shown; of this account only, if it is known.

    Raises TooMany, and Refused with one reason. The caller commits in every case: the challenge is used up,
    the try is counted, a copied passkey is ended.
    """
    said = _read(credential_json, SIGN_IN)
    _take(session, said.challenge, SIGN_IN, account)
    found = _of_credential(session, said.credential_id, account)
    tried = found[0] if found else account
    if tried is not None:
        factors.count_try(session, tried)
    try:
        if found is None:
            raise Refused([Reason.PASSKEY_UNKNOWN])
        _prove(session, said, relying_party, *found)
    except Refused:
        if tried is not None:
            factors.note_try(session, tried, None)
        raise
    factors.note_try(session, *found)
    return found


def _of_credential(
    session: Session, credential_id: bytes, account: Account | None
) -> tuple[Account, Factor] | None:
    # An account that is frozen or closed answers like one that never was.
    wanted = select(Account, Factor).join(Account, Account.id == Factor.account_id)
    wanted = wanted.where(
        Factor.credential_id == credential_id,
        Factor.ended_at.is_(None),
        Account.state == AccountState.ACTIVE,
    )
    if account is not None:
        wanted = wanted.where(Account.id == account.id)
    row = session.execute(wanted).first()
    return row and (row[0], row[1])


def _prove(
    session: Session, said: _Said, relying_party: RelyingParty, account: Account, factor: Factor
) -> None:
    _look(said, relying_party)
    try:
        shown = webauthn.verify_authentication_response(
            credential=said.credential,
            expected_challenge=said.challenge,
            expected_rp_id=relying_party.id,
            expected_origin=relying_party.origin,
            credential_public_key=factor.public_key or b"",
            credential_current_sign_count=0,  # looked at below, once it is certain who counted
            require_user_verification=True,
        )
    except Exception as error:  # as above
        raise Refused([Reason.PASSKEY_WRONG]) from error
    does_count = shown.new_sign_count > 0 or factor.step > 0
    if does_count and not factors.raise_step(session, factor, shown.new_sign_count):
        _stop_copy(session, account, factor)
        raise Refused([Reason.PASSKEY_COPIED])


def _stop_copy(session: Session, account: Account, factor: Factor) -> None:
    """Two devices count on their own: one is a copy, and nobody can tell which: end it and what it opened."""
    factor.ended_at = now()
    session.flush()
    sign_in.end_all(session, account)
    notices.note(session, Act.ACCOUNT_FACTOR_COPIED, account, by=journal.NOBODY)
    if not factors.has_any(session, account):  # or the password alone would hand out a new factor
        account.state = AccountState.FROZEN
        notices.note(session, Act.ACCOUNT_FREEZE, account, by=journal.NOBODY)


def _descriptors(session: Session, account: Account) -> list[PublicKeyCredentialDescriptor]:
    mine = factors.of_account(session, account, FactorKind.PASSKEY)
    return [PublicKeyCredentialDescriptor(id=one.credential_id or b"") for one in mine]


def _milliseconds() -> int:
    return int(LASTS.total_seconds() * 1000)
