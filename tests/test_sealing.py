"""The keyring, sealed columns in a real database, and sealed streams."""

import multiprocessing
import os
import stat
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary, create_engine, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from portal import sealing
from portal.sealing import (
    CHUNK,
    Keyring,
    KeyringError,
    Sealed,
    SealedDate,
    SealedText,
    Unsealable,
    new_key,
    open_stream,
    seal_stream,
)


class Base(DeclarativeBase):
    """As small a copy of the portal's own base as shows what columns promise."""

    def __init_subclass__(cls) -> None:
        for name, column in list(vars(cls).items()):
            if isinstance(column, Sealed):
                setattr(cls, f"_{name}", mapped_column(name, LargeBinary, nullable=True))
        super().__init_subclass__()


class Person(Base):
    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    family_name = Sealed()
    nickname = Sealed()
    note = SealedText()
    born_on = SealedDate()


class Relative(Base):
    __tablename__ = "relatives"

    id: Mapped[int] = mapped_column(primary_key=True)
    family_name = Sealed()


@pytest.fixture(autouse=True)
def keyring(monkeypatch: pytest.MonkeyPatch) -> Keyring:
    keyring = Keyring.new()
    monkeypatch.setattr(sealing, "_in_use", keyring)
    return keyring


@pytest.fixture
def session() -> Iterator[Session]:
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        yield session
    engine.dispose()


def whole(chunks: Iterator[bytes]) -> bytes:
    return b"".join(chunks)


# The keyring: values


def test_what_was_sealed_opens_in_its_own_context(keyring: Keyring) -> None:
    blob = keyring.seal("Иванова".encode(), context="people.family_name.1")

    assert keyring.unseal(blob, context="people.family_name.1") == "Иванова".encode()


def test_sealing_twice_gives_different_bytes(keyring: Keyring) -> None:
    assert keyring.seal(b"same", context="a") != keyring.seal(b"same", context="a")


def test_another_context_is_refused(keyring: Keyring) -> None:
    blob = keyring.seal(b"secret", context="people.family_name.1")

    with pytest.raises(Unsealable):
        keyring.unseal(blob, context="people.family_name.2")


def test_another_keyring_is_refused(keyring: Keyring) -> None:
    blob = keyring.seal(b"secret", context="a")

    with pytest.raises(Unsealable):
        Keyring.new().unseal(blob, context="a")


def test_every_altered_bit_is_refused(keyring: Keyring) -> None:
    blob = keyring.seal(b"secret", context="a")

    for place in range(len(blob) * 8):
        altered = bytearray(blob)
        altered[place // 8] ^= 1 << place % 8
        with pytest.raises(Unsealable):
            keyring.unseal(bytes(altered), context="a")


def test_every_shortened_value_is_refused(keyring: Keyring) -> None:
    blob = keyring.seal(b"secret", context="a")

    for length in range(len(blob)):
        with pytest.raises(Unsealable):
            keyring.unseal(blob[:length], context="a")


def test_a_rotated_keyring_opens_the_old_and_seals_anew(keyring: Keyring) -> None:
    old = keyring.seal(b"secret", context="a")

    rotated = keyring.rotated()

    assert rotated.unseal(old, context="a") == b"secret"
    with pytest.raises(Unsealable):
        keyring.unseal(rotated.seal(b"secret", context="a"), context="a")


def test_rotation_leaves_index_journal_and_derived_keys_alone(keyring: Keyring) -> None:
    rotated = keyring.rotated()

    assert rotated.fingerprint("name", "ivanova") == keyring.fingerprint("name", "ivanova")
    assert rotated.mac("case", b"row") == keyring.mac("case", b"row")
    assert rotated.derive("cookies") == keyring.derive("cookies")


def test_a_fingerprint_is_equal_for_equal_text_and_purpose_only(keyring: Keyring) -> None:
    mark = keyring.fingerprint("name", "ivanova")

    assert len(mark) == 16
    assert mark == keyring.fingerprint("name", "ivanova")
    assert mark != keyring.fingerprint("name", "petrova")
    assert mark != keyring.fingerprint("place", "ivanova")
    assert mark != keyring.fingerprint("nam", "eivanova")
    assert mark != Keyring.new().fingerprint("name", "ivanova")


def test_every_purpose_has_its_own_mac_and_key(keyring: Keyring) -> None:
    answers = [keyring.mac("a", b"x"), keyring.mac("b", b"x"), keyring.derive("a"), keyring.derive("b")]

    assert [len(answer) for answer in answers] == [32, 32, 32, 32]
    assert len(set(answers)) == 4


def test_a_keyring_shows_no_key_in_a_log(keyring: Keyring) -> None:
    assert repr(keyring).startswith("<portal.sealing.Keyring object at ")


# The keyring: its file


def test_a_created_keyring_is_private_and_comes_back_the_same(tmp_path: Path) -> None:
    path = tmp_path / "var" / "keyring.json"

    created = Keyring.create(path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(path.parent) == ["keyring.json"]
    assert Keyring.load(path).unseal(created.seal(b"secret", context="a"), context="a") == b"secret"


def test_a_keyring_is_never_created_over_another(tmp_path: Path) -> None:
    path = tmp_path / "keyring.json"
    Keyring.create(path)
    before = path.read_bytes()

    with pytest.raises(FileExistsError):
        Keyring.create(path)

    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["keyring.json"]


def test_processes_that_start_at_once_end_with_one_keyring(tmp_path: Path) -> None:
    processes = multiprocessing.get_context("fork")
    ready, answers = processes.Barrier(4), processes.SimpleQueue()

    def start() -> None:
        ready.wait()
        answers.put(Keyring.load_or_create(tmp_path / "keyring.json").derive("test"))

    starting = [processes.Process(target=start) for _ in range(4)]
    for process in starting:
        process.start()
    for process in starting:
        process.join()

    assert [process.exitcode for process in starting] == [0, 0, 0, 0]
    assert len({answers.get() for _ in starting}) == 1
    assert os.listdir(tmp_path) == ["keyring.json"]


def test_saving_a_rotated_keyring_replaces_the_file(tmp_path: Path) -> None:
    path = tmp_path / "keyring.json"
    rotated = Keyring.create(path).rotated()

    rotated.save(path)

    assert Keyring.load(path).unseal(rotated.seal(b"secret", context="a"), context="a") == b"secret"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["keyring.json"]


def test_a_missing_keyring_is_named(tmp_path: Path) -> None:
    path = tmp_path / "keyring.json"

    with pytest.raises(KeyringError) as refusal:
        Keyring.load(path)

    assert str(refusal.value) == f"There is no keyring at {path}."


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_keyring_open_to_others_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "keyring.json"
    Keyring.create(path)
    path.chmod(mode)

    with pytest.raises(KeyringError) as refusal:
        Keyring.load(path)

    assert str(refusal.value) == f"The keyring at {path} is open to others (mode {mode:04o}): chmod 600 it."


@pytest.mark.parametrize(
    "content", [b"", b"\xff", b"[]", b"{}", b'{"keys": 1}', b'{"current": "00", "keys": {"zz": ""}}']
)
def test_a_file_that_is_no_keyring_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "keyring.json"
    path.write_bytes(content)
    path.chmod(0o600)

    with pytest.raises(KeyringError) as refusal:
        Keyring.load(path)

    assert str(refusal.value) == f"The file at {path} is not a keyring."


def test_a_keyring_with_a_short_key_is_refused() -> None:
    with pytest.raises(KeyringError):
        Keyring({b"abcd": b"short"}, current=b"abcd", index=new_key(), journal=new_key(), root=new_key())


def test_before_a_keyring_is_in_use_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "_in_use", None)

    with pytest.raises(KeyringError):
        sealing.in_use()


def test_the_keyring_in_use_is_the_one_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "_in_use", None)
    keyring = Keyring.new()

    sealing.use(keyring)

    assert sealing.in_use() is keyring


# Sealed columns


def test_personal_columns_come_back_from_the_database(session: Session) -> None:
    session.add(
        Person(id=1, family_name="Иванова", nickname="", note="Call after six", born_on=date(1990, 2, 28))
    )
    session.commit()
    session.expunge_all()

    person = session.get_one(Person, 1)

    assert (person.family_name, person.nickname) == ("Иванова", "")
    assert (person.note, person.born_on) == ("Call after six", date(1990, 2, 28))


def test_the_database_holds_no_plain_text(session: Session) -> None:
    session.add(Person(id=1, family_name="Ivanova", note="Call after six", born_on=date(1990, 2, 28)))
    session.commit()

    row = session.execute(text("SELECT family_name, note, born_on FROM people")).one()

    for column, plain in zip(row, [b"Ivanova", b"Call after six", b"1990-02-28"], strict=True):
        assert plain not in column


def test_what_was_never_said_is_null_and_reads_as_empty(session: Session) -> None:
    session.add(Person(id=1, family_name=None))
    session.commit()
    session.expunge_all()

    person = session.get_one(Person, 1)

    assert (person.family_name, person.note, person.born_on) == (None, "", None)
    row = session.execute(text("SELECT family_name, nickname, note, born_on FROM people")).one()
    assert row == (None, None, None, None)


def test_a_changed_column_is_written_and_an_emptied_one_is_erased(session: Session) -> None:
    person = Person(id=1, family_name="Ivanova", note="old")
    session.add(person)
    session.commit()

    person.family_name = None
    person.note = "new"
    session.commit()
    session.expunge_all()

    found = session.get_one(Person, 1)
    assert (found.family_name, found.note) == (None, "new")


@pytest.mark.parametrize(
    "move",
    [
        "UPDATE people SET family_name = (SELECT family_name FROM people WHERE id = 2) WHERE id = 1",
        "UPDATE people SET family_name = nickname WHERE id = 1",
        "UPDATE people SET family_name = (SELECT family_name FROM relatives WHERE id = 1) WHERE id = 1",
    ],
    ids=["from another row", "from another column", "from another table"],
)
def test_a_sealed_value_moved_elsewhere_is_refused(session: Session, move: str) -> None:
    session.add_all(
        [
            Person(id=1, family_name="Ivanova", nickname="Nina"),
            Person(id=2, family_name="Petrov"),
            Relative(id=1, family_name="Sidorov"),
        ]
    )
    session.commit()
    session.execute(text(move))
    session.commit()

    with pytest.raises(Unsealable):
        _ = session.get_one(Person, 1).family_name


def test_a_row_without_an_id_cannot_be_sealed_to() -> None:
    with pytest.raises(ValueError, match="no id yet"):
        Person(family_name="Ivanova")


def test_asked_of_the_class_a_column_is_itself() -> None:
    assert isinstance(Person.family_name, Sealed)


# Sealed streams

SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 17]


def cut(data: bytes, size: int) -> Iterator[bytes]:
    return (data[start : start + size] for start in range(0, len(data), size))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("step", [1000, CHUNK, CHUNK + 16, 10_000_000])
def test_a_stream_of_any_size_comes_back(size: int, step: int) -> None:
    plain, key = os.urandom(size), new_key()

    sealed = whole(seal_stream(cut(plain, step), key, context="documents.1"))

    assert whole(open_stream(cut(sealed, step), key, context="documents.1")) == plain
    assert len(sealed) == 8 + size + 16 * max(1, -(-size // CHUNK))


def test_a_stream_may_arrive_byte_by_byte() -> None:
    key = new_key()
    sealed = whole(seal_stream([b"", b"passport", b""], key, context="a"))

    assert whole(open_stream(cut(sealed, 1), key, context="a")) == b"passport"


PARTS = [bytes([number]) * CHUNK for number in range(4)]
HEAD, TAGGED = 8, CHUNK + 16


@pytest.fixture(scope="module")
def stream() -> tuple[bytes, bytes]:
    """A key, and a stream of four whole chunks sealed with it."""
    key = new_key()
    return key, whole(seal_stream(PARTS, key, context="documents.1"))


def nth(sealed: bytes, number: int) -> bytes:
    return sealed[HEAD + number * TAGGED : HEAD + (number + 1) * TAGGED]


@pytest.mark.parametrize("place", [0, 1, HEAD, HEAD + TAGGED - 1, HEAD + 3 * TAGGED + 5, -1])
def test_an_altered_stream_is_refused(stream: tuple[bytes, bytes], place: int) -> None:
    key, sealed = stream
    altered = bytearray(sealed)
    altered[place] ^= 1

    with pytest.raises(Unsealable):
        whole(open_stream([bytes(altered)], key, context="documents.1"))


@pytest.mark.parametrize("left", [0, 1, HEAD - 1, HEAD, HEAD + 5, HEAD + 3 * TAGGED, HEAD + 4 * TAGGED - 1])
def test_a_cut_stream_is_refused(stream: tuple[bytes, bytes], left: int) -> None:
    key, sealed = stream

    with pytest.raises(Unsealable):
        whole(open_stream([sealed[:left]], key, context="documents.1"))


@pytest.mark.parametrize("number", [0, 1, 2, 3])
def test_a_stream_without_one_of_its_chunks_is_refused(stream: tuple[bytes, bytes], number: int) -> None:
    key, sealed = stream
    kept = sealed[:HEAD] + b"".join(nth(sealed, other) for other in range(4) if other != number)

    with pytest.raises(Unsealable):
        whole(open_stream([kept], key, context="documents.1"))


def test_a_continued_stream_is_refused(stream: tuple[bytes, bytes]) -> None:
    key, sealed = stream

    for more in (b"x", nth(sealed, 3), nth(sealed, 0)):
        with pytest.raises(Unsealable):
            whole(open_stream([sealed, more], key, context="documents.1"))


def test_a_reordered_stream_is_refused(stream: tuple[bytes, bytes]) -> None:
    key, sealed = stream
    swapped = sealed[:HEAD] + nth(sealed, 1) + nth(sealed, 0) + nth(sealed, 2) + nth(sealed, 3)

    with pytest.raises(Unsealable):
        whole(open_stream([swapped], key, context="documents.1"))


def test_chunks_of_another_stream_of_the_same_document_are_refused(stream: tuple[bytes, bytes]) -> None:
    key, sealed = stream
    other = whole(seal_stream(PARTS, key, context="documents.1"))
    spliced = sealed[: HEAD + TAGGED] + other[HEAD + TAGGED :]

    with pytest.raises(Unsealable):
        whole(open_stream([spliced], key, context="documents.1"))


def test_another_document_or_key_is_refused(stream: tuple[bytes, bytes]) -> None:
    key, sealed = stream

    with pytest.raises(Unsealable):
        whole(open_stream([sealed], key, context="documents.2"))
    with pytest.raises(Unsealable):
        whole(open_stream([sealed], new_key(), context="documents.1"))


def test_what_was_given_before_a_fault_is_authentic(stream: tuple[bytes, bytes]) -> None:
    key, sealed = stream
    altered = bytearray(sealed)
    altered[HEAD + 2 * TAGGED] ^= 1
    opened = open_stream([bytes(altered)], key, context="documents.1")

    assert [next(opened), next(opened)] == PARTS[:2]
    with pytest.raises(Unsealable):
        next(opened)
