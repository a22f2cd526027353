"""Offers made of a cloud's own answers keep to the shapes of Gaia-X, say what was said, and invent nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.catalogue.openstack.clouds import answers, changed, files, provider

from egide.catalogue.gaia_x import statements_of
from egide.catalogue.openstack import Made, make_offers
from egide.catalogue.openstack.offers import SHAPES
from egide.trust.linked import LinkedData, claims, read_bundle
from egide.trust.shapes import Focus, Report, Shapes, classes_stated, compile_shapes
from egide.vocabulary.findings import Answer

NORTH = "fictif-nord"
SERVER = "server-fictif-nord-fictif-petit"


@cache
def standard(shared: Path) -> tuple[LinkedData, Shapes]:
    held = {path.name: path.read_bytes() for folder in ("contexts", "shapes") for path in (shared / "data/gaia-x" / folder).iterdir()}
    bundle = read_bundle(held, "gaia-x")
    return LinkedData(bundle.contexts), compile_shapes(bundle.shapes[SHAPES], SHAPES)


def made(held: dict[str, bytes] | None = None, **change: Any) -> Made:
    return make_offers(answers(held).cloud, provider(**change), "provider.yaml")


def graphs(documents: Mapping[str, Mapping[str, Any]], shared: Path) -> dict[str, Any]:
    linked, _ = standard(shared)
    found = {}
    for name, document in documents.items():
        reading = linked.read({**document, "issuer": "did:web:x.example"})
        assert reading.answer is Answer.MET, (name, reading.because)
        found[name] = claims(reading)
    return found


def reports(documents: Mapping[str, Mapping[str, Any]], shared: Path) -> dict[str, Report]:
    said = graphs(documents, shared)
    beside = classes_stated([one.graph for one in said.values()])
    return {name: standard(shared)[1].validate(one.graph, Focus(one.subjects), beside) for name, one in said.items()}


def test_every_document_keeps_to_the_shapes(shared: Path) -> None:
    documents = made().documents
    for name, report in reports(documents, shared).items():
        assert (report.conforms, report.results, report.unseen) == (Answer.MET, (), ()), name
    assert sum(report.focus_nodes for report in reports(documents, shared).values()) > 200


def test_one_offering_is_one_size_in_one_region() -> None:
    found = made()
    servers = [name for name in found.documents if name.startswith("server-")]
    assert len(servers) == 5 + 2
    assert found.counts["VirtualMachineServiceOffering"] == 7
    assert found.problems == ()
    subject = found.documents[SERVER]["credentialSubject"]
    assert subject["id"] == f"https://nuage-fictif.example/gaia-x/{SERVER}.json#cs"
    assert [one["id"].rpartition("/")[2] for one in subject["gx:codeArtifact"]] == [
        "image-fictif-nord-debian-13.json#cs", "image-fictif-nord-rocky-linux-9.json#cs",
    ]  # fmt: skip
    assert len(subject["gx:hostedOn"]) == 2


def test_a_catalogue_reads_the_size_that_the_cloud_states() -> None:
    document = made().documents[SERVER]
    said = {one.property: one.value for one in statements_of(document)[document["credentialSubject"]["id"]]}
    assert (said["vcpu"], said["memory_gb"], said["disk_gb"], said["architecture"]) == (2, pytest.approx(4.294967), 21.47483648, "x86-64")
    assert said["functions"] == frozenset({"compute"})


def test_what_the_api_documents_is_translated_and_what_it_does_not_say_is_not_said() -> None:
    documents = made().documents
    flavors = {name: documents[f"server-fictif-nord-fictif-{name}"]["credentialSubject"]["gx:instantiationReq"][0]
               for name in ("petit", "moyen", "volume", "discret", "calcul")}  # fmt: skip
    assert flavors["moyen"]["gx:cpu"]["gx:overProvisioningRatio"] == 1
    assert "gx:overProvisioningRatio" not in flavors["petit"]["gx:cpu"]
    assert flavors["discret"]["gx:confidentialComputing"]["gx:technology"] == "AMD SEV"
    assert flavors["volume"]["gx:bootVolume"]["gx:diskSize"]["qudt:quantityValue"]["@value"] == "50"
    assert flavors["calcul"]["gx:gpu"]["gx:vendor"] == "Fabricant fictif"
    assert len(flavors["calcul"]["gx:additionalVolume"]) == 1
    assert not {"gx:gpu", "gx:additionalVolume", "gx:confidentialComputing", "description"} & flavors["petit"].keys()
    rocky = documents["image-fictif-nord-rocky-linux-9"]["credentialSubject"]
    assert (rocky["gx:vmImageDiskFormat"], rocky["gx:firmwareType"], rocky["gx:secureBoot"]) == ("QCOW2", "UEFI", True)
    assert rocky["gx:checkSum"]["gx:checkSumCalculation"] == "sha-512"
    assert "gx:operatingSystem" not in rocky, "nobody states whose the system is"
    debian = documents["image-fictif-nord-debian-13"]["credentialSubject"]
    assert debian["gx:operatingSystem"]["gx:osDistribution"] == "Debian"
    assert "gx:secureBoot" not in debian


def without(text: str, start: str, end: str) -> str:
    first = text.index(start)
    return text[:first] + text[text.index(end, first):]


@pytest.mark.parametrize(("start", "end", "said", "left"), [
    ("  fictif-sud:", "flavors:", "nothing says where this region is",
     {f"{kind}-fictif-sud" for kind in ("server", "region", "volumes", "image", "network")}),
    ("  - match: \"Rocky", "volumes:", "nothing says whose image", {"image-fictif-nord-rocky", "image-fictif-sud-rocky"}),
    ("  - {match: fictif.volume", "  - {match: fictif.calcul", "how large the boot disk", {"server-fictif-nord-fictif-volume"}),
    ("volumes:", "objects:", "how volumes of type", {"volumes-"}),
    ("objects:", "\n", "the object store is left out", {"objects-"}),
])  # fmt: skip
def test_what_nobody_states_is_left_out_and_told(shared: Path, start: str, end: str, said: str, left: set[str]) -> None:
    found = made(change=lambda text: without(text, start, end))
    assert said in found.problems[0].message
    assert all(one.rejected and one.at.file == "provider.yaml" for one in found.problems)
    gone = made().documents.keys() - found.documents.keys()
    assert gone
    assert all(any(name.startswith(part) for part in left) for name in gone)
    assert all(report.conforms is Answer.MET for report in reports(found.documents, shared).values())


def test_without_any_image_no_server_is_offered() -> None:
    found = made(change=lambda text: without(text, "images:", "volumes:"))
    assert not [name for name in found.documents if name.startswith("server-")]
    assert any("a server needs one" in one.message for one in found.problems)


def test_a_rule_may_leave_out_what_is_not_offered() -> None:
    def change(text: str) -> str:
        return (text.replace('match: "Rocky *"', 'match: "Rocky *"\n    leave_out: true')
                .replace("{match: fictif.volume, ", "{match: fictif.*, leave_out: true, ")
                .replace("{match: rapide, ", "{match: rapide, leave_out: true, "))  # fmt: skip

    found = made(change=change)
    assert found.problems == ()
    assert not [name for name in found.documents if name.startswith(("server-", "volumes-", "image-fictif-nord-rocky"))]


def test_a_zone_in_no_building_and_a_building_of_no_zone_are_told() -> None:
    found = made(change=lambda text: text.replace("zones: [nord-2]", "zones: [nord-3]"))
    assert [(one.message[:30], one.rejected) for one in found.problems] == [
        ("nothing says in which building", False), ("the cloud has no zone «{name}»", True),
    ]  # fmt: skip
    found = made(change=lambda text: text.replace("  fictif-sud:", "  fictif-est:"))
    assert {one.message[:24] for one in found.problems} == {"the cloud has no region ", "nothing says where this "}


def test_names_that_differ_in_signs_alone_have_documents_of_their_own() -> None:
    found = made(changed(f"{NORTH}/flavors.json", lambda body: body["flavors"][1].update(name="fictif petit")))
    assert {SERVER, f"{SERVER}-2"} <= found.documents.keys()


def strings(document: Any) -> Iterator[str]:
    if isinstance(document, dict):
        for value in document.values():
            yield from strings(value)
    elif isinstance(document, list):
        for value in document:
            yield from strings(value)
    else:
        yield str(document)


def test_nothing_is_said_that_nobody_said() -> None:
    """Every text of every document is in the cloud's answers, in the provider's statement, or is a word of the vocabulary."""
    known = "\n".join([*(content.decode() for content in files().values()), str(provider()), *vocabulary()])
    known = json.dumps(known, ensure_ascii=False)
    for name, document in made().documents.items():
        for text in strings(document["credentialSubject"]):
            parts = [text] if "nuage-fictif.example/gaia-x/" not in text else []
            for part in parts:
                assert all(json.dumps(word, ensure_ascii=False)[1:-1] in known for word in part.split(", ")), (name, text)


def vocabulary() -> set[str]:
    from egide.catalogue.openstack import describing, nodes

    tables = [getattr(describing, name) for name in dir(describing) if name.isupper()]
    words = {str(value) for table in tables if isinstance(table, Mapping) for value in table.values()}
    classes = {text for document in made().documents.values() for text in strings(document["credentialSubject"]) if text.startswith("gx:")}
    units = {nodes.MEBIBYTE, nodes.GIBIBYTE, nodes.BYTE}
    return words | classes | units | {"xsd:anyURI", "xsd:float", "xsd:date", "AMD SEV", "floating", "IPv4", "1", "True"}


FLAVORS = st.builds(
    lambda name, vcpus, ram, disk, ephemeral, specs: {
        "id": name, "name": name, "vcpus": vcpus, "ram": ram, "disk": disk, "OS-FLV-EXT-DATA:ephemeral": ephemeral, "extra_specs": specs,
    },
    st.text(min_size=1, max_size=12), st.integers(1, 512), st.integers(1, 2**24), st.integers(0, 2**16), st.integers(0, 2**16),
    st.dictionaries(st.sampled_from(["hw:cpu_policy", "hw:mem_encryption", "resources:VGPU", "x"]),
                    st.sampled_from(["dedicated", "shared", "true", "1", "0", "?"])),
)  # fmt: skip


@settings(max_examples=25)
@given(flavors=st.lists(FLAVORS, max_size=4))
def test_whatever_flavours_a_cloud_has_its_offers_keep_to_the_shapes(shared: Path, flavors: list[dict[str, Any]]) -> None:
    found = made(changed(f"{NORTH}/flavors.json", lambda body: body.update(flavors=flavors)))
    servers = {name: one for name, one in found.documents.items() if name.startswith(("server-fictif-nord", "image", "region", "legal"))}
    told = [one for one in found.problems if "boot disk" in one.message]
    assert sum(name.startswith("server") for name in servers) + len(told) == len(flavors)
    assert [name for name, report in reports(servers, shared).items() if report.conforms is not Answer.MET] == []
