"""Another key for everything that is sealed, while the portal goes on working."""

import pytest
from sqlalchemy import func, select

from portal import resealing, sealing
from portal.domain import journal, people
from portal.domain.accounts import Account, by_login
from portal.domain.cases import CaseState
from portal.domain.documents import Document
from portal.resealing import rotate
from portal.sealing import Keyring
from portal.wiring import Wiring


@pytest.fixture
def lasting(wiring, tmp_path, monkeypatch):
    """The wiring of a portal whose keyring lies in a file of its own."""
    path = tmp_path / "keyring.json"
    wiring.keyring.save(path)
    keyring = Keyring.load(path)
    monkeypatch.setattr(sealing, "_in_use", keyring)
    monkeypatch.setattr(sealing, "LOOK_EVERY", 0)
    settings = wiring.settings.__class__(**{**vars(wiring.settings), "keyring": path})
    return Wiring(**{**vars(wiring), "keyring": keyring, "settings": settings})


def _old(wiring, key_id):
    """How many values this key still seals, apart from the words of the journal."""
    table = journal.Event.__table__
    with wiring.reading() as session:
        left = session.scalar(select(func.count()).where(func.length(table.c.note) > 0))
    return resealing.counted(wiring)[key_id] - (left or 0)


def test_everything_is_sealed_anew_and_still_says_the_same(cast, lasting, session):
    case = cast.case(CaseState.IN_REVIEW)
    document = cast.document(case)
    key, before, chain = document.key, lasting.keyring.current, len(journal.of_case(session, case.id))
    session.commit()

    turned = rotate(lasting, breath=0)

    session.expire_all()
    assert (turned.values > 0, turned.lost, _old(lasting, before)) == (True, [], 0)
    assert lasting.keyring.current != before
    assert session.get_one(Document, document.id).key == key
    assert people.principal(session, case).full_name == "Amina Юсупова"
    assert by_login(session, "amina").id == cast.amina.id
    assert (list(journal.verify(session)), len(journal.of_case(session, case.id))) == ([], chain)


def test_cut_short_it_goes_on_with_the_same_key(cast, lasting, session):
    cast.case(CaseState.SUBMITTED)
    session.commit()
    before = lasting.keyring.current
    half = resealing.turning(lasting.settings).current  # the file is written, and the power goes

    rotate(lasting, breath=0)

    ring = Keyring.load(lasting.settings.keyring)
    assert (ring.current, ring.is_turning, _old(lasting, before)) == (half, False, 0)
    rotate(lasting, breath=0)
    assert len(Keyring.load(lasting.settings.keyring).known) == 3


def test_killed_between_two_batches_it_goes_on_and_ends(cast, lasting, session, monkeypatch):
    for state in (CaseState.SUBMITTED, CaseState.IN_REVIEW):
        cast.document(cast.case(state, migrant=cast.giorgi if state is CaseState.IN_REVIEW else None))
    session.commit()
    before = lasting.keyring.current
    monkeypatch.setattr(resealing, "BATCH", 2)
    batches = iter(range(5))

    def breathe(seconds):
        if seconds == 1 and next(batches, None) is None:
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(resealing.time, "sleep", breathe)
        with pytest.raises(KeyboardInterrupt):
            rotate(lasting, breath=1)
    halfway = _old(lasting, before)
    readable = [one.key for one in session.scalars(select(Document))]
    session.commit()

    rotate(lasting, breath=0)

    assert halfway > 0
    assert len(readable) == 2
    assert (_old(lasting, before), Keyring.load(lasting.settings.keyring).is_turning) == (0, False)


def test_a_process_with_the_old_keyring_reads_the_new_values_and_soon_seals_with_it(lasting, monkeypatch):
    other = Keyring.load(lasting.settings.keyring)
    monkeypatch.setattr(sealing, "LOOK_EVERY", 3600)
    turned = resealing.turning(lasting.settings)

    blob = turned.seal(b"new", context="a")

    assert other.unseal(blob, context="a") == b"new"
    assert other.is_current(blob)
    assert turned.unseal(other.seal(b"again", context="a"), context="a") == b"again"


def test_a_key_is_known_everywhere_before_it_is_used(lasting):
    here = lasting.keyring.current

    prepared = resealing.prepare(lasting.settings)
    coming = prepared.known[-1]

    assert prepared.current == here
    assert resealing.prepare(lasting.settings).known == prepared.known
    assert resealing.turning(lasting.settings).current == coming


def test_a_keyring_of_another_portal_put_in_its_place_is_not_followed(lasting):
    before = lasting.keyring.current

    Keyring.new().save(lasting.settings.keyring)

    assert lasting.keyring.current == before


def test_what_no_key_opens_is_named_and_left(cast, lasting, session):
    number = cast.amina.id
    session.get_one(Account, number)._name = b"\x01none" + bytes(40)
    session.commit()

    turned = rotate(lasting, breath=0)

    assert turned.lost == [f"accounts.name.{number}"]
