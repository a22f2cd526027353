"""What a credential says of its subjects, for the shapes, and nothing of its envelope."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.trust.linked.world import DEVELOPMENT, V2, linked_data

from egide.trust.linked import claims, near_misses
from egide.trust.shapes.graph import GAIA_X, RDF_TYPE

if TYPE_CHECKING:
    from pathlib import Path

    from egide.trust.linked import LinkedData


@pytest.fixture(scope="module")
def linked(shared: Path) -> LinkedData:
    return linked_data(shared)


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
