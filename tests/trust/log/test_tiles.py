"""Paths, widths and bundles as C2SP tlog-tiles has them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egide.trust.log.steps import MalformedError
from egide.trust.log.tiles import ENTRIES, Tile, bundle, bundles, tile_at, tiles, unbundle, width


@pytest.mark.parametrize(("tile", "path"), [
    (Tile(0, 0), "tile/0/000"),
    (Tile(0, 1234067), "tile/0/x001/x234/067"),
    (Tile(1, 273, 112), "tile/1/273.p/112"),
    (Tile(ENTRIES, 1000, 1), "tile/entries/x001/000.p/1"),
])  # fmt: skip
def test_a_tile_has_the_path_of_the_specification(tile: Tile, path: str) -> None:
    assert tile.path == path
    assert tile_at(path) == tile


@given(st.integers(-1, 63), st.integers(0, 2**55), st.integers(1, 256))
def test_a_path_is_read_as_it_was_written(level: int, index: int, part: int) -> None:
    assert tile_at(Tile(level, index, part).path) == Tile(level, index, part)


@pytest.mark.parametrize("path", [
    "", "tile/00/000", "tile/64/000", "tile/0/0", "tile/0/1000", "tile/0/x000/001", "tile/0/001/000", "tile/0/000.p/0", "tile/0/000.p/256",
    "tile/0/000.p/01", "tile/0/000.p/999", "tile/entries/x001", "tile/data/000", "/tile/0/000", "tile/0/000/", "tile/0/../000",
    "checkpoint", "tile/0/٠٠٠", "tile/0/000\n",
])  # fmt: skip
def test_anything_else_is_not_a_tile(path: str) -> None:
    with pytest.raises(MalformedError):
        tile_at(path)


def test_a_tree_of_70_000_has_the_tiles_of_the_specification() -> None:
    found = list(tiles(70_000))
    assert [sum(1 for one in found if one.level == level and one.width == 256) for level in range(3)] == [273, 1, 0]
    assert [one for one in found if one.width < 256] == [Tile(0, 273, 112), Tile(1, 1, 17), Tile(2, 0, 1)]


def test_a_tree_of_256_has_one_full_tile_and_one_hash_above() -> None:
    assert list(tiles(256)) == [Tile(0, 0), Tile(1, 0, 1)]
    assert list(tiles(0)) == []


def test_widths_beyond_the_tree_are_none() -> None:
    assert width(300, 0, 1) == 44
    assert width(300, 0, 2) == 0
    assert width(300, ENTRIES, 1) == 44


def test_bundles_cover_the_entries_that_are_asked_for() -> None:
    assert list(bundles(300, 600)) == [Tile(ENTRIES, 1), Tile(ENTRIES, 2, 88)]
    assert list(bundles(512, 512)) == []


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_a_bundle_is_read_as_it_was_written(entries: list[bytes]) -> None:
    assert unbundle(bundle(entries)) == entries


def test_an_entry_may_have_65_535_bytes_and_no_more() -> None:
    assert unbundle(bundle([bytes(65_535), b""])) == [bytes(65_535), b""]
    with pytest.raises(MalformedError, match="65536"):
        bundle([bytes(65_536)])


@pytest.mark.parametrize("content", [b"\x00", b"\x00\x02a", b"\x00\x01ab"])
def test_a_bundle_that_ends_within_an_entry_is_refused(content: bytes) -> None:
    with pytest.raises(MalformedError):
        unbundle(content)
