"""Files as they were sent: forgotten, or kept apart for some days if the programme wants it."""

import dataclasses
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.checking import check_document, sweep_uploads
from portal.db import clock_turned
from portal.domain.documents import DocumentState
from portal.domain.errors import NotFound
from portal.domain.journal import Event
from portal.domain.papers import keeping, uploads
from portal.domain.papers.keeping import Original
from portal.domain.permissions import Act
from portal.programme import DocumentKind, Originals
from tests.samples import photo

DATA = photo()


@pytest.fixture
def keeper(wiring):
    """The portal of a programme that keeps originals for ten days."""
    return dataclasses.replace(
        wiring, programme=dataclasses.replace(wiring.programme, originals=Originals(keep=True, days=10))
    )


@pytest.fixture
def checked(cast, session):
    """checked(wiring): a document that was sent to this portal and has passed its check."""

    def checked(wiring):
        case = cast.case()
        upload, _token = uploads.begin(
            session, case, kind=DocumentKind.PASSPORT, length=len(DATA), file_name="a.jpg", by=cast.amina
        )
        uploads.append(session, upload, uploads.store(wiring.vault, upload, [DATA]))
        document = uploads.complete(session, upload, case, by=cast.amina)
        session.commit()
        effect = check_document(wiring, document.id)
        with wiring.writing() as writing:
            effect(writing)
            writing.commit()
        session.refresh(document)
        return document

    return checked


def test_no_original_is_kept_unless_the_programme_says_so(checked, wiring, session):
    document = checked(wiring)

    assert document.state is DocumentState.WAITING
    assert session.scalar(select(func.count()).select_from(Original)) == 0
    assert list(wiring.vault.names(keeping.FOLDER)) == []


def test_the_keeper_takes_out_what_was_sent_and_the_journal_says_so(checked, keeper, session):
    document = checked(keeper)

    _document, (original,) = keeping.take_out(session, document.id)

    context = keeping.original_context(document.id, 0)
    assert b"".join(keeper.vault.read(original.store_name, key=document.key, context=context)) == DATA
    acts = session.scalars(
        select(Event.act).where(Event.case_id == document.case_id).order_by(Event.id)
    ).all()
    assert acts[-1] is Act.DOCUMENT_ORIGINAL


def test_of_a_document_without_original_there_is_nothing_to_take_out(checked, wiring, session):
    with pytest.raises(NotFound):
        keeping.take_out(session, checked(wiring).id)


def test_after_its_days_an_original_is_gone_and_the_document_stays(checked, keeper, session):
    document = checked(keeper)
    session.commit()

    with clock_turned(timedelta(days=9)):
        sweep_uploads(keeper)
    before = list(keeper.vault.names(keeping.FOLDER))
    with clock_turned(timedelta(days=11)):
        sweep_uploads(keeper)

    session.refresh(document)
    assert len(before) == 1
    assert session.scalar(select(func.count()).select_from(Original)) == 0
    assert document.state is DocumentState.WAITING
