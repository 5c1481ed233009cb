"""The scrub finds every object that is not what it should be."""

import os

import pytest

from portal import doctor
from portal.domain import documents, objects
from portal.domain.cases import CaseState
from portal.domain.documents import Document, Part, StoredPart, part_context
from portal.domain.papers import scrubs
from portal.domain.papers.keeping import keep, original_context
from portal.scrubbing import What, scrub
from portal.sealing import CHUNK, new_key
from portal.settings import Settings
from tests.samples import flipped

OLD = "00000000000000aa-0123456789abcdef"


@pytest.fixture
def shelf(cast, wiring, session, tmp_path):
    """shelf(n): n parts of documents that lie sound in a store of this test; and its raw files."""
    settings = Settings(**{**vars(wiring.settings), "store_url": (tmp_path / "store").as_uri()})
    own = wiring.__class__(**{**vars(wiring), "settings": settings, "vault": type(wiring.vault)(settings)})
    case = cast.case(CaseState.IN_REVIEW)

    def fill(number):
        kept = []
        for _ in range(number // 2):
            document = cast.document(case)
            for part in documents.parts(session, document):
                data, part.store_name = os.urandom(3 * CHUNK), objects.new_name("documents")
                stored = own.vault.put(
                    part.store_name, [data], key=document.key, context=part_context(document.id, part.number)
                )
                part.size, part.sha256 = stored.size, stored.sha256
                kept.append(part)
        session.commit()
        return kept

    return own, fill, tmp_path / "store"


def _found(wiring):
    faults = []
    seen = scrub(wiring, told=faults.append)
    return sorted((fault.what, fault.name) for fault in faults), seen


def test_a_sound_store_has_no_faults(shelf):
    wiring, fill, _ = shelf
    fill(4)

    faults, seen = _found(wiring)

    assert (faults, seen.objects, seen.size, seen.lost) == ([], 4, 4 * 3 * CHUNK, 0)


def test_twenty_of_twenty_planted_faults_are_found(shelf, session, figure):
    wiring, fill, folder = shelf
    parts = fill(18)
    planted = []

    def plant(what, name):
        planted.append((what, name))

    def rewrite(part, change):
        path = folder / part.store_name
        path.write_bytes(change(path.read_bytes()))
        plant(What.CHANGED, part.store_name)

    flips = (0, 3, 9, CHUNK, -1)
    for part, at in zip(parts, flips, strict=False):
        rewrite(part, lambda data, at=at: flipped(data, at))
    rewrite(parts[5], lambda data: data[:-1])
    rewrite(parts[6], lambda data: data[: CHUNK + 24])
    rewrite(parts[7], lambda data: b"")
    rewrite(parts[8], lambda data: data + b"more")
    rewrite(parts[9], lambda _: (folder / parts[17].store_name).read_bytes())
    document = session.get_one(documents.Document, parts[10].document_id)
    for part in parts[10:12]:  # sealed with the right key, and yet another content
        context = part_context(document.id, part.number)
        wiring.vault.put(part.store_name, [b"older"], key=document.key, context=context)
        plant(What.CHANGED, part.store_name)
    session.get_one(Part, parts[12].id).sha256 = "0" * 64
    plant(What.CHANGED, parts[12].store_name)
    for part in parts[13:17]:
        (folder / part.store_name).unlink()
        plant(What.MISSING, part.store_name)
    session.commit()
    for name in (f"documents/{OLD}", f"uploads/{OLD}", "documents/put-by-hand"):
        wiring.vault.put(name, [b"?"], key=new_key(), context="?")
        plant(What.ORPHAN, name)

    faults, seen = _found(wiring)

    assert len(planted) == 20
    assert faults == sorted(planted)
    assert (seen.changed, seen.missing, seen.orphans) == (13, 4, 3)
    figure(f"R7: {len(faults)} of {len(planted)} planted faults in the store found")


def test_what_was_kept_as_it_was_sent_is_looked_at_too(shelf, session):
    wiring, fill, _ = shelf
    document = session.get_one(Document, fill(2)[0].document_id)
    name, context = objects.new_name("originals"), original_context(document.id, 0)
    stored = wiring.vault.put(name, [b"as it was sent"], key=document.key, context=context)
    kept = StoredPart(name, "image/jpeg", stored.size, stored.sha256)
    keep(session, document, [kept])
    session.commit()
    sound, _seen = _found(wiring)

    wiring.vault.delete(name)

    assert (sound, _found(wiring)[0]) == ([], [(What.MISSING, name)])


def test_what_was_just_put_and_has_no_row_yet_is_no_fault(shelf):
    wiring, _, _ = shelf
    wiring.vault.put(objects.new_name("documents"), [b"on its way"], key=new_key(), context="?")

    assert _found(wiring)[0] == []


def test_the_doctor_tells_of_the_last_scrub(shelf, session):
    wiring, fill, folder = shelf
    assert [str(one)[:6].strip() for one in doctor.scrubbed(wiring)] == ["ok"]

    (folder / fill(2)[0].store_name).unlink()
    scrub(wiring)

    found = list(doctor.scrubbed(wiring))
    assert [(one.is_fault, one.words) for one in found] == [
        (True, "of 2 objects 1 missing and 0 changed in the last scrub")
    ]
    assert scrubs.last(session).lost == 1


@pytest.mark.s3
def test_a_bucket_is_scrubbed_like_a_folder(cast, wiring, session, s3_server):
    settings = Settings(
        store_url=f"s3://{s3_server.bucket}/scrubbed",
        s3_endpoint=s3_server.endpoint,
        s3_key=s3_server.key,
        s3_secret=s3_server.secret,
    )
    own = wiring.__class__(**{**vars(wiring), "settings": settings, "vault": type(wiring.vault)(settings)})
    document = cast.document(cast.case(CaseState.IN_REVIEW))
    sound, gone = documents.parts(session, document)
    sound.store_name, gone.store_name = (objects.new_name("documents") for _ in range(2))
    stored = own.vault.put(
        sound.store_name, [b"page"], key=document.key, context=part_context(document.id, sound.number)
    )
    sound.size, sound.sha256 = stored.size, stored.sha256
    session.commit()

    assert _found(own)[0] == [(What.MISSING, gone.store_name)]
