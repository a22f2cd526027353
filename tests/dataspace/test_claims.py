"""Two connectors that know each other by credentials: with the label, without it, with one of an issuer that nobody trusts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.dataspace.serving import DATASET, Served, Speaker, free_port, message
from tests.dataspace.test_two_connectors import egide, eventually

from egide.app.dataspace.folder import EXAMPLE

TERMS = """
allow:
- do: use
  when:
  - purpose: research
  - partyLabel: secnumcloud
"""
LABELLED = "urn:example:labelled"


@dataclass(frozen=True)
class Space:
    """A provider, a consumer, and who issues labels; each is its own connector."""

    provider: Served
    consumer: Served
    issuer: Served
    folder: Path

    def credential(self, by: Served, label: str = "secnumcloud", about: Served | None = None) -> Path:
        file = self.folder / f"{by.folder.name}-{label}.jwt"
        holder = (about or self.consumer).settings.participant
        says = ("--type", "PartyLabelCredential", "--says", f"label={label}")
        egide("claims", "issue", holder, *says, "--to", file, "--force", "--at", by.folder)
        return file


@pytest.fixture(scope="module")
def space(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Space]:
    folder = tmp_path_factory.mktemp("claims")
    folder.chmod(0o700)
    ports = {name: free_port() for name in ("provider", "consumer", "issuer")}
    dids = {name: f"did:web:{name}.localhost%3A{port}" for name, port in ports.items()}
    for name, port in ports.items():
        egide("init", folder / name, "--participant", dids[name], "--port", port, "--private", "--identity", "dcp",
              "--trust", f"PartyLabelCredential={dids['issuer']}")  # fmt: skip
    (folder / "terms.yaml").write_text(TERMS)
    egide("offer", folder / "provider" / EXAMPLE, "--policy", folder / "terms.yaml", "--id", LABELLED, "--at", folder / "provider")
    with Served(folder / "provider") as provider, Served(folder / "consumer") as consumer, Served(folder / "issuer") as issuer:
        yield Space(provider, consumer, issuer, folder)


def negotiated(space: Space, dataset: str, code: int) -> dict[str, object]:
    peer = space.provider.settings.participant
    found: dict[str, object] = json.loads(egide("negotiate", dataset, "--with", peer, "--at", space.consumer.folder, "--json", code=code))
    return found


def reasons(space: Space, dataset: str) -> tuple[list[str], list[str]]:
    """Why the last negotiation ended, as the consumer and as the provider keep it."""
    ours = next(one for one in space.consumer.processes() if one.subject == dataset)
    return [one["text"] for one in ours.reason or []], [one["text"] for one in space.provider.named(ours.pid).reason or []]


def test_a_stranger_finds_the_catalogue_by_the_did_alone_and_without_the_label_is_refused_on_both_sides(space: Space) -> None:
    peer = space.provider.settings.participant
    assert LABELLED in egide("browse", peer, "--at", space.consumer.folder, "--json")
    assert negotiated(space, LABELLED, 1)["state"] == "TERMINATED"
    said, kept = reasons(space, LABELLED)
    assert said == kept == ["partyLabel eq secnumcloud is asked, and partyLabel of the one who asks is not known"]


def test_a_label_of_an_issuer_whom_the_provider_does_not_trust_is_set_aside_with_its_reason(space: Space) -> None:
    egide("claims", "take", space.credential(space.consumer), "--at", space.consumer.folder)
    assert negotiated(space, LABELLED, 1)["state"] == "TERMINATED"
    said, kept = reasons(space, LABELLED)
    assert said == kept
    assert said[1] == f"{space.consumer.settings.participant} is not trusted for PartyLabelCredential"


def test_with_the_label_the_data_is_agreed_and_fetched(space: Space, tmp_path: Path) -> None:
    said = egide("claims", "take", space.credential(space.issuer), "--at", space.consumer.folder)
    assert space.issuer.settings.participant in said
    held = json.loads(egide("claims", "list", "--at", space.consumer.folder, "--json"))
    assert {"label": "secnumcloud"} in [one["says"] for one in held if one["issuer"] == space.issuer.settings.participant]
    agreement = negotiated(space, LABELLED, 0)["agreement"]
    got = json.loads(egide("fetch", agreement, "--to", tmp_path, "--at", space.consumer.folder, "--json"))
    assert Path(got["place"]).read_bytes() == (space.provider.folder / EXAMPLE).read_bytes()
    eventually(lambda: [one.state.value for one in space.provider.processes() if one.subject == agreement], ["COMPLETED"])


def test_a_credential_about_another_or_changed_is_not_taken_in(space: Space, tmp_path: Path) -> None:
    other = space.credential(space.issuer, about=space.provider)
    assert "not about" in egide("claims", "take", other, "--at", space.consumer.folder, code=2)
    changed = tmp_path / "changed.jwt"
    token = space.credential(space.issuer, label="hds").read_text()
    changed.write_text(token[:-6] + ("AAAAAA" if token[-6:] != "AAAAAA" else "BBBBBB"))
    egide("claims", "take", changed, "--at", space.consumer.folder, code=2)
    wrong = ("--type", "PartyLabelCredential", "--says", "LABEL", "--to", tmp_path / "x", "--at", space.issuer.folder)
    assert "LABEL" in egide("claims", "issue", space.consumer.settings.participant, *wrong, code=2)


def test_no_token_or_anothers_opens_nothing_and_says_why(space: Space) -> None:
    for token, code in ((None, "unauthorized"), ("a.b.c", None)):
        status, _, body = Speaker(space.provider, token).say("POST", "/catalog/request", message("CatalogRequestMessage"))
        assert (status, body["@type"]) == (401, "CatalogError")
        assert code in {None, body["code"]}
        assert body["reason"][0]


def test_what_everybody_must_prove_is_demanded_at_the_door(tmp_path: Path, space: Space) -> None:
    port = free_port()
    did = f"did:web:closed.localhost%3A{port}"
    folder = tmp_path / "closed"
    tmp_path.chmod(0o700)
    egide("init", folder, "--participant", did, "--port", port, "--private", "--identity", "dcp",
          "--trust", f"MembershipCredential={space.issuer.settings.participant}")  # fmt: skip
    path = folder / "connector.yaml"
    path.write_text(path.read_text("utf-8").replace("demands: []", "demands: [MembershipCredential]"), "utf-8")
    with Served(folder):
        refused = egide("browse", did, "--at", space.consumer.folder, code=2)
        assert "MembershipCredential" in refused
        member = tmp_path / "member.jwt"
        holder = space.consumer.settings.participant
        egide("claims", "issue", holder, "--type", "MembershipCredential", "--to", member, "--at", space.issuer.folder)
        egide("claims", "take", member, "--at", space.consumer.folder)
        assert DATASET in egide("browse", did, "--at", space.consumer.folder, "--json")


def test_settings_that_contradict_themselves_are_refused(tmp_path: Path, space: Space) -> None:
    tmp_path.chmod(0o700)
    assert "did:web" in egide("init", tmp_path / "a", "--participant", "urn:example:a", "--identity", "dcp", code=2)
    assert "TYPE=DID" in egide("init", tmp_path / "b", "--participant", "did:web:b.example", "--identity", "dcp", "--trust", "x", code=2)
    said = egide("init", tmp_path / "c", "--participant", "urn:example:c", "--peer", space.provider.folder, code=2)
    assert "dcp" in said
