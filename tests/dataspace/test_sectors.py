"""Energy, mobility, banking and geodata: each example is shared with who has the label, and refused to who has not, with the reason."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.dataspace.serving import Served, free_port
from tests.dataspace.test_two_connectors import egide

from egide.app.dataspace.folder import FILE, Settings, init
from egide.dataspace.offering.dcat import described
from egide.vocabulary.errors import InputError
from egide.vocabulary.yaml import read_yaml, write_yaml

EXAMPLES = Path(__file__).parents[2] / "examples" / "dataspace"
SECTORS = {"energie": "courbes.csv", "mobilite": "comptages.csv", "banque": "registre.csv", "geodonnees": "arrets.geojson"}
PRODUCER, LABELLED, PLAIN = "urn:example:producer", "urn:example:labelled", "urn:example:plain"


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Served, Served]]:
    """The owner of the data; one of whom the owner knows the label; one of whom it knows another."""
    folder = tmp_path_factory.mktemp("three")
    folder.chmod(0o700)
    for at, name in enumerate((PRODUCER, LABELLED, PLAIN)):
        port = free_port()
        made = Settings(participant=name, address=f"http://127.0.0.1:{port}", port=port, private=True, management_port=free_port())
        init(folder / name[12:], made, folder / "producer" if at else None, example=False)
    path = folder / "producer" / FILE
    said = read_yaml(path.read_bytes(), str(path))
    for peer in said["peers"]:
        peer["facts"] = {"partyLabel": "secnumcloud" if peer["participant"] == LABELLED else "hds"}
    path.write_bytes(write_yaml(said))
    with Served(folder / "producer") as producer, Served(folder / "labelled") as labelled, Served(folder / "plain") as plain:
        yield producer, labelled, plain


@pytest.mark.parametrize("sector", SECTORS)
def test_the_label_opens_it_and_its_lack_is_the_reason_on_both_sides(
    three: tuple[Served, Served, Served], sector: str, tmp_path: Path,
) -> None:
    producer, labelled, plain = three
    data, terms = EXAMPLES / sector / SECTORS[sector], EXAMPLES / sector / "politique.yaml"
    name = f"urn:example:{sector}"
    if sector == "geodonnees":
        said = egide("offer", "--dcat", EXAMPLES / sector / "catalogue.jsonld", "--policy", terms, "--at", producer.folder, "--json",
                     code=3)  # fmt: skip
        found = json.loads(said)
        name = found["datasets"][0]["dataset"]
        assert found["without_data"] == ["urn:example:donnees:plan-papier"]
    else:
        egide("offer", data, "--policy", terms, "--id", name, "--at", producer.folder)
    agreed = json.loads(egide("negotiate", name, "--at", labelled.folder, "--json"))
    got = json.loads(egide("fetch", agreed["agreement"], "--to", tmp_path, "--at", labelled.folder, "--json"))
    assert Path(got["place"]).read_bytes() == data.read_bytes()
    assert "purpose" in str(labelled.named(agreed["pid"]).body["agreement"])
    refused = json.loads(egide("negotiate", name, "--at", plain.folder, "--json", code=1))
    assert refused["state"] == "TERMINATED"
    theirs = producer.named(refused["pid"])
    for reasons in (refused["reason"], theirs.reason):
        assert any("partyLabel" in str(one) and "hds" in str(one) for one in reasons or ()), reasons


def test_the_same_metadata_in_turtle_says_the_same() -> None:
    folder = EXAMPLES / "geodonnees"
    in_json, in_turtle = (described((folder / name).read_bytes(), name, "file:///x/") for name in ("catalogue.jsonld", "catalogue.ttl"))
    assert in_turtle == [one for one in in_json if one.source]
    assert in_turtle[0].source == "file:///x/arrets.geojson"
    assert (in_turtle[0].title, in_turtle[0].media_type) == ("Arrêts du territoire fictif", "application/geo+json")


@pytest.mark.parametrize(("content", "name"), [
    (b"{", "a.jsonld"), (b"<a> <b", "a.ttl"), (b"", "a.csv"), (b'{"@context": "https://example.org/context", "@id": "urn:a"}', "a.json"),
])  # fmt: skip
def test_metadata_that_cannot_be_read_without_a_network_is_refused(content: bytes, name: str) -> None:
    with pytest.raises(InputError):
        described(content, name, "file:///x/")


def test_metadata_leads_to_no_file_outside_its_folder(three: tuple[Served, Served, Served], folder: Path) -> None:
    (folder / "in").mkdir()
    (folder / "secret").write_text("s")
    line = "@prefix dcat: <http://www.w3.org/ns/dcat#> . <urn:a> a dcat:Dataset ; dcat:distribution [ dcat:downloadURL <../secret> ] ."
    (folder / "in" / "m.ttl").write_text(line)
    said = egide("offer", "--dcat", folder / "in" / "m.ttl", "--policy", EXAMPLES / "energie" / "politique.yaml", "--at", three[0].folder,
                 "--json", code=3)  # fmt: skip
    assert json.loads(said) == {"datasets": [], "without_data": ["urn:a"]}
