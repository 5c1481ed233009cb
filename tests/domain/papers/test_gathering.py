"""Two at once on one gathering: nobody waits in a circle, and nothing is sent half."""

import threading

import pytest

from portal.domain.errors import Refused
from portal.domain.papers import gathering as papers
from portal.domain.papers import uploads
from portal.domain.papers.uploads import CHUNK_BYTES
from portal.programme import DocumentKind

ROUNDS = 10


@pytest.fixture
def case(cast):
    return cast.case()


def _page(cast, case, gathering, wiring, *, data: bytes = b"\xff\xd8\xff page"):
    upload, _token = papers.add(
        cast.session, gathering, case, length=len(data), file_name="page.jpg", by=cast.amina
    )
    uploads.append(cast.session, upload, uploads.store(wiring.vault, upload, [data]))
    uploads.complete(cast.session, upload, case, by=cast.amina)
    cast.session.commit()
    return upload


def test_pieces_that_arrive_while_pages_are_moved_neither_wait_in_a_circle_nor_are_lost(
    cast, case, session, wiring
):
    gathering = papers.begin(session, case, DocumentKind.PASSPORT, by=cast.amina)
    first = _page(cast, case, gathering, wiring)
    length = ROUNDS * 1000
    coming, _token = papers.add(session, gathering, case, length=length, file_name="b.jpg", by=cast.amina)
    session.commit()
    faults: list[Exception] = []

    def bring(own) -> None:
        mine = own.get_one(uploads.Upload, coming.id)
        uploads.append(own, mine, uploads.store(wiring.vault, mine, [bytes(1000)]))

    def shuffle(own) -> None:
        papers.move(own, own.get_one(uploads.Gathering, gathering.id), first.id, 1, by=cast.amina)

    def again_and_again(work) -> None:
        try:
            for _ in range(ROUNDS):
                with wiring.writing() as own:
                    work(own)
                    own.commit()
        except Exception as fault:
            faults.append(fault)

    both = [threading.Thread(target=again_and_again, args=[work]) for work in (bring, shuffle)]
    for one in both:
        one.start()
    for one in both:
        one.join(60)

    session.expire_all()
    assert (faults, coming.received) == ([], length)


def test_pages_together_are_not_more_than_one_check_takes_in_hand(cast, case, session):
    gathering = papers.begin(session, case, DocumentKind.PASSPORT, by=cast.amina)
    about = {"file_name": "page.jpg", "by": cast.amina}
    for _ in range(2):
        papers.add(session, gathering, case, length=uploads.MOST_BYTES, **about)

    with pytest.raises(Refused):
        papers.add(session, gathering, case, length=CHUNK_BYTES, **about)


def test_several_gatherings_of_other_kinds_stand_side_by_side(cast, case, session, wiring):
    kinds = (DocumentKind.PASSPORT, DocumentKind.BIRTH_CERTIFICATE)
    both = [papers.begin(session, case, kind, by=cast.amina) for kind in kinds]
    _page(cast, case, both[0], wiring)

    assert list(papers.open_of(session, case, by=cast.amina)) == both[::-1]
    assert papers.counted(session, both) == {both[0].id: 1}
