"""The addresses of published prices, and their pages as one answer."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egide.catalogue.prices.published import PAGES_MOST, is_published, next_address, whole
from egide.catalogue.prices.scaleway import read_scaleway
from egide.vocabulary.errors import InputError


def page(*names: object, total: int) -> bytes:
    return json.dumps({"products": [{"sku": name} for name in names], "total_count": total}).encode()


@pytest.mark.parametrize(("word", "is_one"), [
    ("ovhcloud:", True), ("ovhcloud:DE", True), ("scaleway:", True), ("ovhcloud", False), ("ovhcloud:de", False), ("scaleway:x", False),
    ("ovhcloud:FR&x=1", False), ("c:scaleway:", False),
])  # fmt: skip
def test_words_are_known_exactly(word: str, is_one: bool) -> None:
    assert is_published(word) is is_one


def test_ovhcloud_is_asked_once_for_its_subsidiary() -> None:
    assert str(next_address("ovhcloud:", ())).endswith("ovhSubsidiary=FR")
    assert str(next_address("ovhcloud:DE", ())).endswith("ovhSubsidiary=DE")
    assert next_address("ovhcloud:", (b"{}",)) is None


@given(st.lists(st.integers(), max_size=30), st.integers(1, 9))
def test_pages_are_asked_until_all_products_are_there_and_none_is_lost(skus: list[int], size: int) -> None:
    pages: list[bytes] = []
    while (address := next_address("scaleway:", pages)) is not None:
        assert address.endswith(f"&page={len(pages) + 1}")
        pages.append(page(*skus[len(pages) * size : (len(pages) + 1) * size], total=len(skus)))
    assert json.loads(whole(pages)) == {"products": [{"sku": one} for one in skus], "total_count": len(skus)}
    assert len(pages) == max(1, -(-len(skus) // size))


def test_a_server_that_never_ends_is_left() -> None:
    pages: list[bytes] = []
    while next_address("scaleway:", pages) is not None:
        pages.append(page("x", total=10**9))
    assert len(pages) == PAGES_MOST


@pytest.mark.parametrize("bad", [b"", b"<html>", b'{"products": 1}', b"[]", b"[" * 100_000])
def test_a_page_that_is_none_is_the_last_and_is_what_the_reader_sees(bad: bytes) -> None:
    pages = [page("a", total=2), bad]
    assert next_address("scaleway:", pages) is None
    assert whole(pages) == bad
    assert whole([bad]) == bad


def test_an_empty_page_too_early_ends_it_and_the_reader_tells_what_is_missing() -> None:
    pages = [page("a", total=5), page(total=5)]
    assert next_address("scaleway:", pages) is None
    with pytest.raises(InputError, match="of the 5 products"):
        read_scaleway(whole([page(total=5)]), "scaleway:", date(2026, 11, 30))
