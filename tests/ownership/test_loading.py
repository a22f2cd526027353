"""Long files are read with little memory, and what was switched off for speed is switched on again."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest
from tests.ownership.statements import as_lines, company, interest, relation

from egide.ownership.bods import read_bods
from egide.vocabulary.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator


class Repeated:
    """A stream of many lines that is nowhere whole."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self.lines, self.most = lines, 0

    def read(self, size: int = -1) -> bytes:
        found = b""
        while len(found) < size and (line := next(self.lines, b"")):
            found += line
        self.most = max(self.most, len(found))
        return found


def lines(count: int) -> Iterator[bytes]:
    yield as_lines(company("nuage")) + b"\n"
    one = as_lines(relation("r", "alpha", "nuage", interest(share=5.0)))
    for number in range(count):
        name = b"%040d" % number
        yield one.replace(b'"recordId": "r"', b'"recordId": "r%d"' % number).replace(b'"alpha"', b'"a%d"' % number).replace(
            b'"statementId": "', b'"statementId": "' + name
        ) + b"\n"


def test_a_long_stream_is_asked_for_in_small_pieces() -> None:
    stream = Repeated(lines(5_000))
    register = read_bods(stream, "long.jsonl")  # type: ignore[arg-type]
    assert len(register.holdings) == 5_000
    assert len(register.parties) == 5_001
    assert stream.most < 2**18


def test_pieces_that_cut_a_line_anywhere_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    content = b"".join(lines(6)) + b"{bad\n\n" + as_lines(company("alpha"))
    whole = read_bods(content, "x")
    for size in (7, 64, 101, 1000):
        monkeypatch.setattr("egide.ownership.bods._CHUNK", size)
        cut = read_bods(content, "x")
        assert (cut.parties, cut.holdings, cut.problems) == (whole.parties, whole.holdings, whole.problems)


def test_collection_is_as_it_was_even_after_an_error() -> None:
    assert gc.isenabled()
    read_bods(as_lines(company("nuage")), "x")
    assert gc.isenabled()
    with pytest.raises(InputError):
        read_bods(b"{}", "x")
    assert gc.isenabled()
