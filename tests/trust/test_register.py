"""The register: what its lines say follows from them alone, in any order of events that may be, and however its end was cut."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egide.trust.register import NEXT, Register, RegisterError, Standing, read_register
from egide.trust.status import LEAST_ENTRIES, value_at
from egide.trust.status_lists import Purpose

AT = "2026-11-23T12:00:00Z"


def issued(number: int, register: Register, rng: Random, **more: Any) -> bytes:
    series, index = register.draw(rng.randrange)
    return register.lines([{"what": "issued", "at": AT, "digest": f"sha256-{number}", "series": series, "index": index, **more}])


def decided(number: int, register: Register, to: Standing, **more: Any) -> bytes:
    return register.lines([{"what": "decided", "at": AT, "digest": f"sha256-{number}", "to": to.value, "because": "essai", **more}])


@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from(Standing)), max_size=30), st.integers(0, 2**32))
@settings(max_examples=60)
def test_standings_move_as_their_table_says_and_bits_follow(moves: list[tuple[int, Standing]], seed: int) -> None:
    register, rng = Register(), Random(seed)  # noqa: S311
    journal = b"".join(issued(number, register, rng, id=f"urn:{number}") for number in range(6))
    stands = dict.fromkeys(range(6), Standing.VALID)
    for number, to in moves:
        if to in NEXT[stands[number]]:
            journal += decided(number, register, to)
            stands[number] = to
        else:
            with pytest.raises(RegisterError):
                decided(number, Register(register.count, register.last, register.entries, register.taken, register.owed), to)
    again, accepted = read_register(journal)
    assert accepted == len(journal)
    assert again == register
    assert len({(entry.series, entry.index) for entry in again.entries.values()}) == 6
    for number, standing in stands.items():
        entry = again.entries[f"sha256-{number}"]
        assert entry.standing is standing
        for purpose, setting in ((Purpose.REVOCATION, Standing.REVOKED), (Purpose.SUSPENSION, Standing.SUSPENDED)):
            assert value_at(again.bits(1, purpose), entry.index) == int(standing is setting)
            assert sum(one.bit_count() for one in again.bits(1, purpose)) == sum(one is setting for one in stands.values())


def journal_of(count: int) -> bytes:
    register, rng = Register(), Random(1)  # noqa: S311
    lines = b"".join(issued(number, register, rng, entry=f"token-{number}") for number in range(count))
    return lines + decided(0, register, Standing.REVOKED) + register.lines([{"what": "logged", "at": AT, "of": 0, "number": 7}])


@given(st.integers(0, 10_000))
def test_a_journal_cut_anywhere_is_what_its_whole_lines_say(cut: int) -> None:
    journal = journal_of(4)
    kept = journal[: cut % (len(journal) + 1)]
    register, accepted = read_register(kept)
    assert kept[:accepted].count(b"\n") == register.count
    assert not kept[accepted:].count(b"\n")
    assert register == read_register(kept[:accepted])[0]


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_a_journal_that_somebody_changed_is_not_used(at: int, by: int) -> None:
    journal = bytearray(journal_of(4))
    before = bytes(journal).rfind(b"\n", 0, -1)
    place = at % before
    if journal[place] == 10 or journal[place] ^ by == 10:
        return
    journal[place] ^= by
    with pytest.raises(RegisterError, match=r"line \d+ of the register"):
        read_register(bytes(journal))


@pytest.mark.parametrize("take", [0, 1, 2])
def test_a_line_that_was_taken_out_is_missed(take: int) -> None:
    lines = journal_of(4).splitlines(keepends=True)
    with pytest.raises(RegisterError):
        read_register(b"".join(lines[:take] + lines[take + 1 :]))


@pytest.mark.parametrize("event", [
    {"what": "issued", "digest": "sha256-9", "series": 1, "index": LEAST_ENTRIES},
    {"what": "issued", "digest": "sha256-9", "series": 0, "index": 1},
    {"what": "issued", "digest": "sha256-9", "series": 1, "index": "2"},
    {"what": "issued", "digest": "sha256-9", "series": 1, "index": 2, "more": 1},
    {"what": "issued", "digest": "sha256-0", "series": 1, "index": 3},
    {"what": "decided", "digest": "sha256-9", "to": "revoked", "because": "x"},
    {"what": "decided", "digest": "sha256-0", "to": "lost", "because": "x"},
    {"what": "logged", "of": 99, "number": 1},
    {"what": "forgotten"},
])  # fmt: skip
def test_what_cannot_be_is_no_line(event: dict[str, Any]) -> None:
    register = Register()
    issued(0, register, Random(1))  # noqa: S311
    with pytest.raises(RegisterError):
        register.lines([event | {"at": AT}])


def test_a_place_is_given_once_and_a_new_series_begins_at_the_half() -> None:
    register, rng = Register(), Random(3)  # noqa: S311
    register.taken[1] = set(range(LEAST_ENTRIES // 2 - 1))
    assert register.draw(rng.randrange)[0] == 1
    register.taken[1].add(LEAST_ENTRIES - 1)
    assert register.draw(rng.randrange)[0] == 2
    index = register.draw(lambda _: 0)[1]
    register.taken[2] = {index}
    answers = iter([0, 0, 5])
    assert register.draw(lambda _: next(answers)) == (2, 5)


def test_the_log_is_owed_what_the_lines_say_until_it_has_it() -> None:
    register = read_register(journal_of(3))[0]
    assert {line: text for line, (text, _) in register.owed.items()} == {1: "token-1", 2: "token-2"}
    assert register.entries["sha256-0"].logged == [7]


def test_a_line_is_canonical_json() -> None:
    line = journal_of(1).splitlines()[0]
    assert json.dumps(json.loads(line), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() == line
