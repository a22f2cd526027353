"""Two connectors that know each other by credentials: with the label, without it, with one of an issuer that nobody trusts."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.dataspace.managing import Managing, asking, only
from tests.dataspace.serving import DATASET, Served, Speaker, free_port, message
from tests.dataspace.test_two_connectors import egide, eventually

from egide.app.dataspace.folder import EXAMPLE
from egide.cli import run

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
              "--trust", f"PartyLabelCredential={dids['issuer']}", "--trust", f"QualificationCredential={dids['issuer']}",
              "--trust", f"OwnershipCredential={dids['issuer']}",
              *(("--issues", "QualificationCredential", "--issues", "MembershipCredential", "--issues", "OwnershipCredential")
                if name == "issuer" else ()))  # fmt: skip
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


def test_a_reason_is_said_in_the_language_of_whoever_reads_it(space: Space) -> None:
    negotiated(space, LABELLED, 1) if not held_label(space) else None
    ours = next(one for one in space.consumer.processes() if one.subject == LABELLED and one.state == "TERMINATED")
    assert {"code", "text", "message", "args"} <= (ours.reason or [{}])[0].keys()
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        run(["dataspace", "log", ours.pid, "--at", str(space.consumer.folder), "--lang", "fr"])
    assert "est demandé" in " ".join(out.getvalue().split())


def held_label(space: Space) -> bool:
    held = json.loads(egide("claims", "list", "--at", space.consumer.folder, "--json"))
    return any(one["says"] == {"label": "secnumcloud"} for one in held)


def wanted_by(space: Space, name: str) -> str:
    """Ask the issuer; its own name for the request."""
    egide("claims", "ask", space.issuer.settings.participant, name, "--at", space.consumer.folder)
    made = json.loads(egide("claims", "requests", "--at", space.issuer.folder, "--json"))
    (waits,) = [one["id"] for one in made if one["status"] == "RECEIVED" and one["wanted"] == [name]]
    return str(waits)


@pytest.mark.parametrize(("name", "left", "member", "wanted"), [
    ("QualificationCredential", "partyQualification", "qualification", "secnumcloud-3.2"),
    ("OwnershipCredential.vc11", "partySeat", "seat", "FR"),
])  # fmt: skip
def test_a_credential_of_either_profile_is_asked_for_issued_kept_and_opens_what_it_proves(
    space: Space, name: str, left: str, member: str, wanted: str,
) -> None:
    provider, consumer, issuer = space.provider, space.consumer, space.issuer
    dataset, managing = f"urn:example:{name}", Managing(provider)
    managing.policy(f"seen-{name}", asking(f"urn:egide:policy:{left}", wanted))
    managing.policy(f"open-{name}")
    assert managing.asset(dataset) == 200
    assert managing.definition(f"definition-{name}", f"seen-{name}", f"open-{name}", only(dataset))[0] == 200
    peer = provider.settings.participant

    def seen() -> bool:
        return dataset in egide("browse", peer, "--at", consumer.folder, "--json")

    assert not seen(), "what a peer sees depends on what it can prove"
    request = wanted_by(space, name)
    assert wanted_by(space, name) == request, "the same request again is the same one"
    said = json.loads(egide("claims", "grant", request, "--says", f"{member}={wanted}", "--at", issuer.folder, "--json"))
    assert said == {"request": request, "holder": consumer.settings.participant, "arrived": True}
    ours = json.loads(egide("claims", "requests", "--at", consumer.folder, "--json"))
    assert [one["status"] for one in ours if one["wanted"] == [name]] == ["ISSUED"]
    held = json.loads(egide("claims", "list", "--at", consumer.folder, "--json"))
    assert {member: wanted} in [one["says"] for one in held]
    assert seen()
    assert negotiated(space, dataset, 0)["state"] == "FINALIZED"
    assert "waits for a decision" in egide("claims", "grant", request, "--at", issuer.folder, code=2)


def test_a_request_that_is_rejected_says_why_and_what_nobody_issues_is_not_asked_for(space: Space) -> None:
    request = wanted_by(space, "MembershipCredential")
    egide("claims", "reject", request, "--because", "not a member yet", "--at", space.issuer.folder)
    said = json.loads(egide("claims", "requests", "--at", space.consumer.folder, "--json"))
    stands = [(one["status"], one["because"]) for one in said if one["wanted"] == ["MembershipCredential"]]
    assert stands == [("REJECTED", "not a member yet")]
    assert "rejected" in egide("claims", "requests", "--at", space.consumer.folder)
    issuer = space.issuer.settings.participant
    assert "it issues:" in egide("claims", "ask", issuer, "UnheardCredential", "--at", space.consumer.folder, code=2)
    nobody = space.provider.settings.participant
    assert "IssuerService" in egide("claims", "ask", nobody, "MembershipCredential", "--at", space.consumer.folder, code=2)


def test_no_death_of_issuer_or_holder_loses_or_doubles_a_credential(space: Space) -> None:
    consumer, issuer = space.consumer, space.issuer
    before = len(json.loads(egide("claims", "list", "--at", consumer.folder, "--json")))
    for number in range(2):
        request = wanted_by(space, "OwnershipCredential")
        issuer.kill()
        issuer.start()
        if number % 2:
            consumer.kill()
        said = json.loads(egide("claims", "grant", request, "--says", "places=FR", "--at", issuer.folder, "--json"))
        assert said["arrived"] is not bool(number % 2)
        if number % 2:
            consumer.start()
            issuer.kill()
            issuer.start()  # what was decided is delivered again when it begins
        eventually(lambda: [one["status"] for one in json.loads(egide("claims", "requests", "--at", consumer.folder, "--json"))
                            if one["wanted"] == ["OwnershipCredential"]], ["ISSUED"] * (number + 1))  # fmt: skip
    assert len(json.loads(egide("claims", "list", "--at", consumer.folder, "--json"))) == before + 2
    eventually(lambda: [one["delivered"] for one in json.loads(egide("claims", "requests", "--at", issuer.folder, "--json"))
                        if one["wanted"] == ["OwnershipCredential"]], [True] * 2)  # fmt: skip


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
