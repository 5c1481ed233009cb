"""Erasing a document shreds it: the key goes with the row, the objects after it."""

import pytest
from sqlalchemy import select

from portal.adapters.vault import Missing
from portal.db import now
from portal.domain import corrections, documents, journal
from portal.domain.cases import Case, CaseState
from portal.domain.corrections import CorrectionReason, Narrowed
from portal.domain.documents import Document, Part
from portal.domain.papers import erasing
from portal.domain.papers import gathering as gatherings
from portal.domain.papers.keeping import Original
from portal.domain.papers.uploads import Upload
from portal.domain.support.field_rights import Field
from portal.domain.support.receipts import Share
from portal.domain.support.referrals import Referral
from portal.programme import DocumentKind
from portal.sealing import Unsealable, new_key


@pytest.fixture
def document(cast, session, wiring):
    found = cast.document(cast.case(CaseState.IN_REVIEW))
    for part in documents.parts(session, found):
        context = documents.part_context(found.id, part.number)
        wiring.vault.put(part.store_name, [b"a face"], key=found.key, context=context)
    session.commit()
    return found


def test_without_its_row_no_copy_of_an_object_opens(document, session, wiring):
    part = documents.parts(session, document)[1]
    copied, context = part.store_name, documents.part_context(document.id, 1)

    erasing.erase(session, document)
    session.commit()

    assert session.scalars(select(Document)).all() == session.scalars(select(Part)).all() == []
    with pytest.raises(Unsealable):
        next(wiring.vault.read(copied, key=new_key(), context=context))


def test_its_objects_are_removed(document, session, wiring):
    key, number = document.key, document.id

    names = erasing.erase(session, document)
    session.commit()
    erasing.clear(wiring.vault, names)

    assert len(names) == len(set(names)) == 2
    for name in names:
        with pytest.raises(Missing):
            wiring.vault.read(name, key=key, context=documents.part_context(number, 0))


def test_its_originals_go_and_whatever_pointed_at_it_stays(cast, document, session):
    case = session.get_one(Case, document.case_id)
    gathering = gatherings.begin(session, case, DocumentKind.PASSPORT, by=cast.amina)
    gathering.document_id = document.id
    original = Original(
        document_id=document.id, number=0, store_name="originals/1", size=1, sha256="0" * 64, delete_at=now()
    )
    referral = Referral(case_id=case.id, organisation_id=cast.tashkent.id, proposed_by_id=cast.clara.id)
    session.add_all([original, referral])
    session.flush()
    share = Share(
        referral_id=referral.id,
        field=Field.DOCUMENTS,
        document_id=document.id,
        text_version="1",
        language="en",
    )
    session.add(share)
    session.flush()

    names = erasing.erase(session, document)

    session.expire_all()
    assert "originals/1" in names
    assert session.scalars(select(Original)).all() == []
    assert (gathering.document_id, share.document_id) == (None, None)


def test_what_was_asked_and_what_happened_stay(cast, document, session):
    case = session.get_one(Case, document.case_id)
    corrections.ask(
        session,
        case,
        None,
        CorrectionReason.UNREADABLE,
        "Once more, please.",
        by=cast.clara,
        narrowed=Narrowed(document_id=document.id),
    )
    before = len(journal.of_case(session, document.case_id))

    erasing.erase(session, document)
    session.commit()

    assert [one.document_id for one in corrections.of_case(session, case)] == [None]
    assert len(journal.of_case(session, case.id)) == before
    assert list(journal.verify(session)) == []


def test_what_was_sent_for_it_goes_too(document, session):
    upload = Upload(
        token_hash=b"0" * 32,
        account_id=document.sender_id,
        case_id=document.case_id,
        document_id=document.id,
        kind=document.kind,
        file_name="passport.jpg",
        length=1,
        wrapped_key=b"",
        expires_at=document.sent_at,
    )
    session.add(upload)
    session.flush()

    erasing.erase(session, document)

    assert session.scalars(select(Upload)).all() == []
