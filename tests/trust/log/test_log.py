"""One writer, many readers: what a log accepts, shows and refuses, in a folder and in an object store alike."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from obstore.store import MemoryStore, S3Store

from egide.trust.log import (
    Checkpoint,
    Folder,
    HeldError,
    Log,
    MalformedError,
    Objects,
    Policy,
    Reader,
    Storage,
    TamperedError,
    check,
    follow,
    read_policy,
)  # fmt: skip
from egide.trust.log.checkpoint import sign
from egide.trust.log.merkle import EMPTY_ROOT, leaf_hash
from egide.trust.log.tiles import tile_at
from egide.vocabulary.errors import InputError
from egide.vocabulary.findings import Answer

from .naive import Naive
from .world import NOW, ORIGIN, entry, lasting_key, log_key, policy_text, published, trusting, witness_key

Place = Callable[[], Storage]


@pytest.fixture(params=["folder", "objects"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """The same place each time it is asked for, as another process would find it."""
    if request.param == "folder":
        return lambda: Folder(tmp_path / "log")
    store = MemoryStore()
    return lambda: Objects(store, "public/log")


def test_entries_have_their_numbers_at_once_and_their_proofs_once_published(place: Place) -> None:
    with Log(place(), log_key()) as log:
        assert [log.add(b"a"), log.add(b""), *log.add_all([b"c", b"d"])] == [0, 1, 2, 3]
        assert (log.size, log.accepted) == (0, 4)
        assert log.add_all([]) == range(4, 4)
        with pytest.raises(MalformedError, match="no checkpoint yet"):
            log.reader.prove(0)
        shown = log.publish(NOW)
        assert (log.size, log.accepted) == (4, 4)
        assert shown.checkpoint == Checkpoint(ORIGIN, 4, Naive([b"a", b"", b"c", b"d"]).mth(0, 4))
        assert check(bytes(shown), bytes(log.reader.prove(1)), trusting(), entry=b"").answer is Answer.MET
    assert Reader(place()).audit().answer is Answer.MET


def test_an_empty_log_can_be_published(place: Place) -> None:
    with Log(place(), log_key()) as log:
        assert log.publish(NOW).checkpoint == Checkpoint(ORIGIN, 0, EMPTY_ROOT)
    with Log(place(), log_key()) as log:
        assert log.add(b"first") == 0
        log.publish(NOW)
    assert Reader(place()).entry(0) == b"first"
    assert Reader(place()).audit().answer is Answer.MET


def test_what_was_accepted_and_not_published_is_there_the_next_time(place: Place) -> None:
    with Log(place(), log_key()) as log:
        log.add_all([entry(n) for n in range(3)])
    with Log(place(), log_key()) as log:
        assert log.accepted == 3
        assert log.add(entry(3)) == 3
        assert log.publish(NOW).checkpoint.root == Naive([entry(n) for n in range(4)]).mth(0, 4)


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 300), st.booleans()), max_size=6))
def test_however_it_is_filled_a_log_is_that_of_its_entries(steps: list[tuple[int, bool]]) -> None:
    storage, count, heads = Objects(MemoryStore()), 0, []
    for batch, publishes in steps:
        with Log(storage, log_key()) as log:
            log.add_all([entry(n) for n in range(count, count + batch)])
            count += batch
            if publishes:
                heads.append(log.publish(NOW).checkpoint)
    with Log(storage, log_key()) as log:
        heads.append(log.publish(NOW).checkpoint)
        reader = log.reader
        naive = Naive([entry(n) for n in range(count)])
        assert reader.audit().answer is Answer.MET
        for head in heads:
            assert head.root == naive.mth(0, head.size) == reader.root_at(head.size)
            assert follow(head, bytes(reader.continue_from(head.size)), trusting()).signed is not None
        for index in {0, count // 2, count - 1} if count else ():
            assert check(None, bytes(reader.prove(index)), trusting(), entry=entry(index)).answer is Answer.MET


def test_a_folder_and_an_object_store_hold_the_same_files(tmp_path: Path) -> None:
    store = MemoryStore()
    for storage in (Folder(tmp_path), Objects(store)):
        for start in (0, 250, 600):
            with Log(storage, log_key()) as log:
                log.add_all([entry(n) for n in range(start, start + 300)][: 250 if start == 0 else 350])
                log.publish(NOW)
    under = MemoryStore()
    with Log(Objects(under, "public/log/"), log_key()) as log:
        log.publish(NOW)
        assert [one["path"] for batch in under.list() for one in batch] == ["public/log/.lock", "public/log/checkpoint"]
    files = {one.relative_to(tmp_path).as_posix(): one.read_bytes() for one in tmp_path.rglob("*") if one.is_file()}
    del files[".lock"]
    objects = {one["path"]: bytes(store.get(one["path"]).bytes()) for batch in store.list() for one in batch}
    assert files == objects
    assert "checkpoint" in files
    assert all(tile_at(path) for path in files if path != "checkpoint")


def test_partial_tiles_go_when_the_full_one_is_there_and_older_proofs_still_hold(place: Place) -> None:
    storage = place()
    with Log(storage, log_key()) as log:
        for start in range(0, 500, 100):
            log.add_all([entry(n) for n in range(start, start + 100)])
            log.publish(NOW)
    assert storage.names("tile/0/000.p") == storage.names("tile/entries/000.p") == []
    assert storage.names("tile/0/001.p") == ["tile/0/001.p/144", "tile/0/001.p/244", "tile/0/001.p/44"]
    assert Reader(storage).root_at(100) == Naive([entry(n) for n in range(100)]).mth(0, 100)


def test_partial_tiles_of_the_levels_above_go_too() -> None:
    storage = Objects(MemoryStore())
    with Log(storage, log_key()) as log:
        for count in (65_000, 5_000):
            log.add_all([b"x"] * count)
            log.publish(NOW)
    assert storage.names("tile/1/000.p") == []
    assert storage.names("tile/1/001.p") == ["tile/1/001.p/17"]
    assert storage.names("tile/2/000.p") == ["tile/2/000.p/1"]
    assert Reader(storage).audit().answer is Answer.MET


def test_an_entry_that_is_too_long_is_refused_and_so_are_those_with_it(place: Place) -> None:
    with Log(place(), log_key()) as log:
        with pytest.raises(MalformedError):
            log.add_all([b"short", bytes(65_536)])
        assert log.accepted == 0
        assert log.add(bytes(65_535)) == 0
        log.publish(NOW)
        assert check(None, bytes(log.reader.prove(0)), trusting()).answer is Answer.MET


def test_a_second_writer_is_refused_and_takes_its_turn_afterwards(place: Place) -> None:
    with Log(place(), log_key()) as log:
        log.add(b"a")
        with pytest.raises(HeldError), Log(place(), log_key()):
            pass
        assert log.add(b"b") == 1
    with Log(place(), log_key()) as log:
        assert log.accepted == 2


def test_a_writer_in_another_process_is_refused(tmp_path: Path) -> None:
    other = "import sys; from pathlib import Path; from egide.trust.log import Folder\nwith Folder(Path(sys.argv[1])).held(): pass"
    with Log(Folder(tmp_path), log_key()):
        ran = subprocess.run([sys.executable, "-c", other, str(tmp_path)], capture_output=True, text=True, check=False)
    assert "HeldError" in ran.stderr


def test_a_lock_object_that_a_crash_has_left_can_be_taken_over_and_stops_who_had_it() -> None:
    store = MemoryStore()
    first = Log(Objects(store), log_key())
    first.__enter__()
    first.add(b"a")
    with pytest.raises(HeldError), Log(Objects(store), log_key()):
        pass
    with Log(Objects(store, take_over=True), log_key()) as second:
        assert second.add(b"b") == 1
        with pytest.raises(TamperedError, match="taken the log over"):
            first.add(b"c")
        with pytest.raises(TamperedError):
            first.publish(NOW)
        first.__exit__(None, None, None)
        second.publish(NOW)
    assert [Reader(Objects(store)).entry(n) for n in range(2)] == [b"a", b"b"]


def test_a_checkpoint_that_somebody_else_has_put_there_is_not_written_over(place: Place) -> None:
    storage = place()
    with Log(storage, log_key()) as log:
        log.add(b"a")
        log.publish(NOW)
        log.add(b"b")
        other = sign(Checkpoint(ORIGIN, 1, leaf_hash(b"other")), [log_key()], NOW)
        storage.replace("checkpoint", bytes(other))
        with pytest.raises(TamperedError, match="checkpoint does not hold"):
            log.publish(NOW)
    with pytest.raises(TamperedError, match="do not give the root"), Log(storage, log_key()):
        pass


def test_publishing_nothing_new_shows_the_same_head_with_its_cosignatures(place: Place) -> None:
    policy = read_policy(policy_text(2, "all"))
    with Log(place(), log_key()) as log:
        log.add(b"a")
        head = log.publish(NOW).checkpoint
        lines = "".join(str(witness_key(n).signature(head, NOW)) for n in range(2)).encode()
        shown, steps = log.cosigned(lines, policy)
        assert [step.answer for step in steps] == [Answer.MET, Answer.MET]
        assert log.publish(NOW.replace(hour=13)) == shown
        assert check(None, bytes(log.reader.prove(0)), policy, now=NOW).answer is Answer.MET
    with Log(place(), log_key(), lasting_key()) as log:
        again = log.publish(NOW)
        assert len(again.signatures) == 4
        both = Policy.trusting(str(lasting_key().key), str(log_key().key))
        assert check(None, bytes(log.reader.prove(0)), both).answer is Answer.MET
        log.add(b"b")
        assert len(log.publish(NOW).signatures) == 2


def test_a_log_is_not_gone_on_with_under_another_key(place: Place) -> None:
    with Log(place(), log_key()) as log:
        log.publish(NOW)
    with pytest.raises(TamperedError), Log(place(), lasting_key()):
        pass
    with Log(place(), log_key()):
        pass


def test_a_log_is_written_within_its_with_and_not_after() -> None:
    log = Log(Objects(MemoryStore()), log_key())
    with pytest.raises(RuntimeError):
        log.add(b"a")
    with log:
        log.add(b"a")
    with pytest.raises(RuntimeError):
        log.publish(NOW)
    with pytest.raises(RuntimeError):
        log.cosigned(b"", trusting())


@pytest.mark.parametrize("name", ["", "two words", "a+b", "x" * 256])
def test_a_log_has_a_name_that_its_notes_can_bear(name: str) -> None:
    with pytest.raises(MalformedError):
        Log(Objects(MemoryStore()), replace(log_key(), key=replace(log_key().key, name=name)))


def test_a_folder_where_a_file_should_be_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "checkpoint").mkdir()
    with pytest.raises(InputError, match="checkpoint"):
        Reader(Folder(tmp_path)).head()


def test_an_object_store_that_cannot_be_reached_is_an_error_of_ours() -> None:
    nowhere = S3Store("bucket", endpoint="http://127.0.0.1:1", region="x", skip_signature=True,
                      client_options={"allow_http": True}, retry_config={"max_retries": 0})  # fmt: skip
    storage = Objects(nowhere)
    with pytest.raises(InputError, match="the object store"):
        Reader(storage).head()
    with pytest.raises(InputError), Log(storage, log_key()):
        pass
    with pytest.raises(InputError):
        storage.names("tile")
    with pytest.raises(InputError):
        storage.remove(["checkpoint"])


def test_the_signers_of_a_log_have_its_name() -> None:
    with pytest.raises(MalformedError):
        Log(Objects(MemoryStore()))
    with pytest.raises(MalformedError):
        Log(Objects(MemoryStore()), log_key(), witness_key(1))


def test_a_storage_put_back_to_an_older_state_is_not_gone_on_with() -> None:
    remembered = bytes(Reader(published(5)).shown())
    with pytest.raises(TamperedError, match="rolled back"), Log(published(3), log_key(), remembered=remembered):
        pass
    forked = Objects(MemoryStore())
    with Log(forked, log_key()) as log:
        log.add_all([b"other"] * 7)
        log.publish(NOW)
    with pytest.raises(TamperedError, match="does not continue"), Log(forked, log_key(), remembered=remembered):
        pass
    with Log(published(7), log_key(), remembered=remembered) as log:
        assert (log.size, log.reader.root_at(0)) == (7, EMPTY_ROOT)
        with pytest.raises(MalformedError):
            log.reader.root_at(8)


@pytest.mark.parametrize(("path", "step"), [
    ("tile/entries/000", "tiles"), ("tile/entries/001.p/44", "tiles"), ("tile/0/000", "tiles"), ("tile/0/001.p/44", "tiles"),
    ("tile/1/000.p/1", "tiles"),
])  # fmt: skip
def test_an_audit_finds_a_changed_byte_wherever_it_is(path: str, step: str) -> None:
    store = MemoryStore()
    published(300, store)
    content = bytearray(store.get(path).bytes())
    content[-1] ^= 1
    store.put(path, bytes(content))
    found = Reader(Objects(store)).audit()
    assert (found.answer, found.steps[-1].name) == (Answer.NOT_MET, step)


def test_an_audit_finds_what_is_missing_cut_or_of_another_root() -> None:
    for path, content, code in (
        ("tile/entries/000", None, "tile-missing"),
        ("tile/entries/000", b"\x00\x01", "bundle-cut"),
        ("tile/0/001.p/44", b"", "tile-differs"),
        ("checkpoint", None, "no-checkpoint"),
        ("checkpoint", bytes(sign(Checkpoint(ORIGIN, 300, leaf_hash(b"x")), [log_key()], NOW)), "root-differs"),
        ("checkpoint", b"nothing", "no-signatures"),
    ):
        store = MemoryStore()
        published(300, store)
        if content is None:
            store.delete(path)
        else:
            store.put(path, content)
        assert Reader(Objects(store)).audit().steps[-1].because.code == code


@pytest.mark.parametrize("content", [b"\x00", b"\x00\x05abc"])
def test_what_waits_is_refused_when_it_was_cut(content: bytes) -> None:
    store = MemoryStore()
    published(3, store)
    store.put("pending/00000000000000000003", content)
    with pytest.raises((MalformedError, TamperedError)), Log(Objects(store), log_key()):
        pass


@pytest.mark.parametrize("name", ["00000000000000000004", "x"])
def test_what_waits_is_refused_when_something_is_missing_before_it(name: str) -> None:
    store = MemoryStore()
    published(3, store)
    store.put(f"pending/{name}", b"\x00\x01a")
    with pytest.raises(TamperedError), Log(Objects(store), log_key()):
        pass


def test_an_entry_already_accepted_is_not_written_over(place: Place) -> None:
    storage = place()
    with Log(storage, log_key()) as log:
        storage.create({"pending/00000000000000000000": b"\x00\x01b"})
        with pytest.raises(TamperedError):
            log.add(b"a")


def test_what_is_not_in_the_log_is_not_found(place: Place) -> None:
    assert Reader(place()).index_of(b"a") is None
    with Log(place(), log_key()) as log:
        log.add_all([b"a", b"b", b"a"])
        log.publish(NOW)
        assert [log.reader.index_of(one) for one in (b"a", b"b", b"c")] == [0, 1, None]
        for index in (-1, 3):
            with pytest.raises(MalformedError, match="not in a tree of size 3"):
                log.reader.entry(index)
            with pytest.raises(MalformedError):
                log.reader.prove(index)


def test_a_leaf_hash_is_found_at_its_place_and_not_across_two() -> None:
    storage = published(3)
    assert Reader(storage).index_of(entry(2)) == 2


def test_a_place_that_cannot_be_written_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(InputError, match="file"), Log(Folder(tmp_path / "file" / "log"), log_key()):
        pass
