"""What a credential says of its subjects, for the shapes, and nothing of its envelope."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.trust.linked.world import DEVELOPMENT, V2, changed, documents_of, linked_data

from egide.trust.credentials.results import Mode
from egide.trust.linked import Claims, claims, near_misses
from egide.trust.linked.subjects import graph_of
from egide.trust.shapes.graph import GAIA_X, RDF_TYPE
from egide.trust.shapes.subjects import subject_graph

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from egide.trust.linked import LinkedData


@pytest.fixture(scope="module")
def linked(shared: Path) -> LinkedData:
    return linked_data(shared)


@pytest.fixture(scope="module")
def draw(shared: Path) -> Callable[[int], dict[str, Any]]:
    """One of the examples, changed at random."""
    documents = [one for one in documents_of(shared).values() if "credentialSubject" in one]

    def drawn(seed: int) -> dict[str, Any]:
        random = Random(seed)  # noqa: S311
        return changed(random.choice(documents), random)

    return drawn


def credential(subject: Any, **more: Any) -> dict[str, Any]:
    return {
        "@context": [V2, DEVELOPMENT], "id": "urn:credential:1", "type": ["VerifiableCredential", "gx:ServiceOffering"],
        "issuer": "did:web:nuage-fictif.example", "validFrom": "2026-11-01T00:00:00Z", "credentialSubject": subject,
    } | more  # fmt: skip


def test_the_envelope_is_left_out_and_the_types_of_the_credential_are_kept_apart(linked: LinkedData) -> None:
    found = claims(linked.read(credential({"id": "urn:s:1", "gx:name": "n"})))
    assert set(found.graph.nodes) == {"urn:s:1"}
    assert found.subjects == {"urn:s:1": (GAIA_X + "ServiceOffering",)}
    assert RDF_TYPE not in found.graph.nodes["urn:s:1"]


CHANGES: list[dict[str, Any]] = [
    {}, {"credentialSubject": [{"id": "urn:s:1", "gx:name": "n"}, {"id": "urn:s:2"}]}, {"credentialSubject": {"gx:name": "unnamed"}},
    {"credentialSubject": {"id": "urn:credential:1", "gx:name": "its own name"}}, {"credentialSubject": {"id": "urn:s:1"}},
    {"issuer": {"id": "urn:i", "name": "i"}, "credentialSubject": {"id": "urn:s:1", "gx:providedBy": {"id": "urn:i"}}},
    {"issuer": {"id": "urn:s:1", "name": "i"}, "credentialSubject": {"id": "urn:s:1", "gx:name": "n"}},
    {"credentialSubject": {"id": "urn:s:1", "gx:of": {"id": "urn:credential:1"}}},
    {"credentialSubject": {"id": "urn:s:1", "gx:of": {"type": "VerifiableCredential", "id": "urn:c:2", "gx:name": "inner"}}},
    {"credentialSubject": {"id": "urn:s:1", "type": ["gx:LegalPerson", "https://w3id.org/gaia-x/2511#Thing"]}},
    {"evidence": {"id": "urn:e", "type": "Evidence"}, "credentialSubject": {"id": "urn:s:1", "gx:of": {"id": "urn:e"}}},
    {"credentialStatus": {"id": "urn:st", "type": "BitstringStatusListEntry", "statusPurpose": "revocation", "statusListIndex": "1",
                          "statusListCredential": "urn:l"}, "credentialSubject": {"id": "urn:s:1", "gx:name": "n"}},
    {"credentialSubject": [], "https://www.w3.org/2018/credentials#credentialSubject": {"id": "urn:s:2", "gx:name": "n"}},
    {"type": ["VerifiableCredential", "https://w3id.org/gaia-x/2511#LegalPerson"]},
    {"credentialSubject": {"id": "urn:s:1", "gx:a": {"id": "urn:s:1", "gx:b": {"gx:c": {"id": "urn:credential:1"}}}}},
    {"evidence": {"id": "urn:e", "type": "Evidence",
                  "https://www.w3.org/2018/credentials#credentialSubject": {"id": "urn:s:3", "gx:name": "m"}}},
    {"evidence": {"id": "urn:credential:1", "type": "gx:LegalPerson"}},
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_however_it_is_found_it_is_the_same(linked: LinkedData, change: dict[str, Any]) -> None:
    reading = linked.read(credential({"id": "urn:s:1", "gx:name": "n"}, **change), Mode.COMPATIBLE)
    graph, subjects = subject_graph(graph_of(reading.quads))
    assert claims(reading) == Claims(graph, subjects)


@given(st.integers(0, 2**40))
@settings(max_examples=200)
def test_whatever_is_changed_the_same_is_found(linked: LinkedData, draw: Callable[[int], dict[str, Any]], seed: int) -> None:
    reading = linked.read(draw(seed), Mode.COMPATIBLE)
    assert claims(reading) == Claims(*subject_graph(graph_of(reading.quads)))


def test_several_subjects_and_what_they_lead_to_are_kept(linked: LinkedData) -> None:
    found = claims(linked.read(credential([{"id": "urn:s:1", "gx:providedBy": {"id": "urn:p", "gx:name": "p"}}, {"id": "urn:s:2"}])))
    assert set(found.graph.nodes) == {"urn:s:1", "urn:p"}
    assert set(found.subjects) == {"urn:s:1", "urn:s:2"}


def test_a_subject_named_like_its_credential_keeps_what_is_not_of_the_envelope(linked: LinkedData) -> None:
    found = claims(linked.read(credential({"id": "urn:credential:1", "type": "gx:LegalPerson", "gx:name": "n"})))
    types = set(found.graph.nodes["urn:credential:1"][RDF_TYPE])
    assert GAIA_X + "LegalPerson" in types
    assert not any(str(name).startswith("https://www.w3.org/2018/credentials#") for name in types)


def test_identifiers_that_only_the_case_of_letters_tells_apart_are_two_and_told(linked: LinkedData) -> None:
    one = claims(linked.read(credential({"id": "https://nuage-fictif.example/1#CS", "gx:name": "n"})))
    two = claims(linked.read(credential({"id": "urn:s:2", "gx:dependsOn": {"id": "https://nuage-fictif.example/1#cs"}})))
    told = near_misses([one.graph, two.graph])
    assert [reason.code for reason in told] == ["identifiers-differ-in-case"]
    assert told[0].args["identifiers"] == "https://nuage-fictif.example/1#CS, https://nuage-fictif.example/1#cs"
    assert near_misses([one.graph]) == ()
