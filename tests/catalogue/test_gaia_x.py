"""What a credential states is read by what its own contexts make of its words, each with its JSON path."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egide.catalogue.gaia_x import MOST_SAID, TooMuchSaidError, statements_of
from egide.vocabulary.properties import PROPERTIES

GX = "https://w3id.org/gaia-x/development#"
CREDENTIALS = "https://www.w3.org/ns/credentials/v2"
ID = "https://nuage-fictif.example/offers/1#cs"


def stated(subject, context=(CREDENTIALS, GX), kind="gx:ServiceOffering", **more):
    return statements_of({"@context": list(context), "id": "https://nuage-fictif.example/c/1", "type": ["VerifiableCredential", kind],
                          "credentialSubject": {"id": ID, **subject}, **more})


def values(said, subject=ID):
    return {one.property: one.value for one in said[subject]}


OFFER = {
    "name": "Offre fictive", "providedBy": {"id": "https://nuage-fictif.example/p#cs"}, "dependsOn": [{"id": "urn:a"}, "urn:b"],
    "dataPortability": {"formats": ["JSON", "CSV"], "means": "API", "deletionTimeframe": "P30D"},
    "instantiationReq": {"cpu": {"numberOfCores": 4, "cpuArchitecture": "x86_64"},
                         "memory": {"memorySize": {"quantityValue": 16, "applicableUnit": "https://qudt.org/vocab/unit/GibiBYTE"}},
                         "bootVolume": {"diskSize": {"quantityValue": "100", "applicableUnit": "GB"}}},
}  # fmt: skip
MEANT = {
    "gaia_x_type": "VirtualMachineServiceOffering", "functions": frozenset({"compute"}), "kinds": frozenset({"IaaS"}),
    "name": "Offre fictive", "provided_by": frozenset({"https://nuage-fictif.example/p#cs"}), "depends_on": frozenset({"urn:a", "urn:b"}),
    "export_formats": frozenset({"JSON", "CSV"}), "export_means": frozenset({"API"}), "deletion_days": 30, "vcpu": 4,
    "architecture": "x86-64", "memory_gb": 17.179869184, "disk_gb": 100,
}  # fmt: skip


def prefixed(node, prefix):
    if isinstance(node, dict):
        return {key if key in {"id", "type"} else prefix(key): prefixed(value, prefix) for key, value in node.items()}
    return [prefixed(one, prefix) for one in node] if isinstance(node, list) else node


@pytest.mark.parametrize("prefix", [
    lambda key: key, lambda key: f"gx:{key}", lambda key: f"https://w3id.org/gaia-x/2511#{key}",
    lambda key: f"https://w3id.org/gaia-x/development#{key}", lambda key: f"httpsschema:{key}" if key == "name" else f"gx:{key}",
])  # fmt: skip
def test_a_term_means_the_same_bare_prefixed_and_in_either_release(prefix):
    said = stated(prefixed(OFFER, prefix), kind="gx:VirtualMachineServiceOffering")
    assert values(said) == MEANT


def test_a_prefix_that_the_document_defines_otherwise_means_something_else():
    said = stated({"gx:name": "x", "gx:providedBy": {"id": "urn:p"}}, (CREDENTIALS, GX, {"gx": "https://autre-fictif.example/terms#"}))
    assert "provided_by" not in values(said)
    assert "name" not in values(said)


def test_a_word_is_no_term_of_gaia_x_without_its_context_and_one_of_its_own_may_be_made_one():
    assert values(stated({"providedBy": "urn:p", "offeredBy": "urn:q"}, (CREDENTIALS,))) == {}
    own = (CREDENTIALS, {"offeredBy": {"@id": f"{GX}providedBy", "@type": "@id"}})
    assert values(stated({"providedBy": "urn:p", "offeredBy": "urn:q"}, own))["provided_by"] == frozenset({"urn:q"})


def test_the_type_of_the_credential_serves_a_subject_that_has_none():
    assert values(stated({"name": "x"}, kind="gx:ObjectStorageServiceOffering"))["functions"] == frozenset({"object-storage"})


def test_what_is_described_in_place_is_a_subject_of_its_own():
    said = stated({"hostedOn": {"id": "urn:dc", "type": "gx:Datacenter", "location": {"countryCode": "DE-HH"},
                                "energyUsageEfficiency": {"powerUsageEffectiveness": 1.2}, "energyMix": {"renewableEnergy": 80}},
                   "subContractors": [{"type": "gx:SubContractor", "legalName": "Sous-traitant fictif", "applicableJurisdiction": "US"}]})
    assert values(said)["hosted_on"] == frozenset({"urn:dc"})
    assert values(said)["sub_contractors"] == frozenset({"provider:sous-traitant-fictif"})
    assert values(said, "urn:dc") == {"gaia_x_type": "Datacenter", "countries": frozenset({"DE"}), "pue": 1.2, "renewable_percent": 80}
    assert values(said, "provider:sous-traitant-fictif")["jurisdictions"] == frozenset({"US"})


def test_a_company_has_as_many_numbers_of_registration_as_it_states():
    person = {"registrationNumber": {"id": "urn:n", "vatID": "FR00000000000", "leiCode": "969500FICTIF00000000"}}
    said = stated(person, kind="gx:LegalPerson")
    numbers = frozenset({"FR00000000000", "969500FICTIF00000000"})
    assert values(said)["registration"] == numbers
    assert [one.property for one in said[ID]].count("registration") == 1


def test_what_cannot_be_read_keeps_its_text_and_has_no_value():
    (one,) = [one for one in stated({"instantiationReq": {"memory": {"memorySize": {"quantityValue": 16}}},
                                     "dataPortability": {"deletionTimeframe": "soon"}})[ID] if one.property == "deletion_days"]
    assert (one.value, one.text) == (None, "soon")
    assert one.unread is not None


def test_each_statement_says_where_it_stands():
    found = {one.property: one.at for one in stated({"gx:dataPortability": [{"gx:formats": ["JSON", "CSV"]}]})[ID]}
    assert found["export_formats"] == "$.credentialSubject['gx:dataPortability'][0]['gx:formats'][0]"


def test_a_subject_without_identifier_states_nothing_of_anybody():
    assert statements_of({"@context": [CREDENTIALS, GX], "id": "urn:c", "type": ["VerifiableCredential"],
                          "credentialSubject": {"gx:dependsOn": {"id": "urn:x"}}}) == {}


def test_a_credential_that_says_too_much_is_refused():
    with pytest.raises(TooMuchSaidError):
        stated({"keyword": [f"k{number}" for number in range(MOST_SAID + 1)]})


def test_circles_in_place_end():
    node: dict[str, object] = {"id": "urn:0"}
    for number in range(1, 60):
        node = {"id": f"urn:{number}", "dependsOn": node}
    assert len(stated({"dependsOn": node})) < 20


def test_the_shared_examples_state_what_a_person_reads_in_them(shared):
    document = json.loads((shared / "data/gaia-x/loire-examples/serviceElasticSearch.jsonld").read_text())
    said = statements_of(document)
    assert values(said, "https://www.example.org/service-offerings/elasticsearch") == {
        "gaia_x_type": "ServiceOffering", "name": "Elastic Search DB",
        "description": "Managed Elasticsearch instance exposed as a gx:ServiceOffering.",
        "provided_by": frozenset({"https://www.example.org/participants/test-issuer-1"}),
        "terms": "https://www.example.org/elasticsearch/terms.html", "keywords": frozenset({"database"}),
        "depends_on": frozenset({"https://www.example.org/service-offerings/service-1"}),
    }  # fmt: skip


KEYS = st.sampled_from(["id", "type", "@id", "@value", *OFFER, "cpu", "memory", "countryCode", "location", "labelLevel"])
JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
                    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12)  # fmt: skip


@given(st.dictionaries(st.sampled_from(["id", *OFFER, "hostedOn", "subContractors", "location", "labelLevel"]), JSON, max_size=6))
def test_no_json_breaks_the_reading_and_every_value_has_the_form_of_its_property(subject):
    for said in stated(subject).values():
        for one in said:
            assert one.property in PROPERTIES
            if one.value is not None:
                assert isinstance(one.value, frozenset) == PROPERTIES[one.property].many


def test_what_is_read_is_what_json_ld_makes_of_the_same_bytes(shared):
    """Two readers that understood the same bytes differently would judge one thing and keep another."""
    from tests.trust.linked.world import bundle_of, documents_of
    from tests.trust.pipeline.world import SUBJECTS, claims

    from egide.catalogue.gaia_x_terms import MEMBERS, Refers, To
    from egide.trust.credentials.results import Mode
    from egide.trust.linked import LinkedData
    from egide.trust.linked import claims as graph_of_claims

    linked = LinkedData(bundle_of(shared).contexts)
    documents = [claims(name) for name in SUBJECTS]
    for document in documents_of(shared).values():
        documents += [one for one in document.get("verifiableCredential", [document]) if CREDENTIALS in one.get("@context", [])]
    compared = 0
    for document in documents:
        reading = linked.read(document, Mode.COMPATIBLE)
        graph = graph_of_claims(reading).graph
        for subject, said in statements_of(document).items():
            texts = {part for one in said for part in (one.text, *(one.value if isinstance(one.value, frozenset) else ()))}
            for predicate, objects in graph.nodes.get(subject, {}).items():
                meant = MEMBERS.get(predicate.rsplit("#", 1)[-1].rsplit("/", 1)[-1])
                if not isinstance(meant, (To, Refers)):
                    continue
                for value in objects:
                    compared += 1
                    lexical = value if isinstance(value, str) else value[0]
                    assert lexical in texts, (subject, predicate)
    assert compared > 20
