"""A large cloud is presented in several files, each of which stands by itself."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tests.catalogue.openstack.test_offers import made

from egide.catalogue.openstack.packing import packed

DOCUMENTS = made().documents
SEVERAL = {"image-fictif-nord-debian-13", "image-fictif-nord-rocky-linux-9", "region-fictif-nord", "legal-person"}


def test_what_fits_is_presented_at_once() -> None:
    assert packed(DOCUMENTS, dict.fromkeys(DOCUMENTS, 1), len(DOCUMENTS)) == [list(DOCUMENTS)]


@given(st.integers(1, 19), st.lists(st.integers(1, 5), min_size=len(DOCUMENTS), max_size=len(DOCUMENTS)))
def test_every_document_is_presented_with_all_that_it_refers_to_and_within_the_limit_where_it_can_be(most: int, given_: list[int]) -> None:
    sizes = dict(zip(DOCUMENTS, given_, strict=True))
    parts = packed(DOCUMENTS, sizes, most)
    assert {name for part in parts for name in part} == set(DOCUMENTS)
    for part in parts:
        servers = [name for name in part if name.startswith("server-fictif-nord")]
        assert not servers or set(part) >= SEVERAL
        offerings = [name for name in part if name.split("-")[0] in {"server", "volumes", "network", "objects"}]
        assert sum(sizes[name] for name in part) <= most or len(offerings) <= 1
