"""`egide label issue` and `recompute`: a label is what the dossier supports, the same for whoever computes it, and ends when it turns."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import EXAMPLES, Said, typed
from cli.test_trust_issue import NOW, done, payload
from egide.papers.label.credential import report_digest
from egide.trust.credentials.opening import digest_of
from egide.trust.credentials.results import Mode, Outcome
from egide.trust.credentials.verifying import verify
from egide.trust.credentials.world import World
from egide.trust.dids.identifiers import Fetched, NotAtHand, offline

Egide = Callable[..., Said]
OFFER = EXAMPLES / "fournisseur" / "offer-stockage.yaml"
GAIA_X = ("--scheme", "gaia-x-24.11")
ADDRESS = "https://label-fictif.example/status/"
CLAIMS = {
    name: {"id": f"https://nuage-fictif.example/c/{name}", "type": kind, "credentialSubject": {"id": subject, "a": 1}}
    for name, kind, subject in (
        ("societe", "gx:LegalPerson", "urn:societe"), ("offre", "gx:ServiceOffering", "https://nuage-fictif.example/stockage"),
    )
}  # fmt: skip


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An issuer of labels with its log and lists, and a provider's presentation."""
    place = tmp_path_factory.mktemp("office")
    for name, did in (("provider", "did:key"), ("label", "did:web:label-fictif.example")):
        typed(place, "trust", "key", "new", "--did", did, "--name", name)
    for name, said in CLAIMS.items():
        (place / f"{name}.json").write_text(json.dumps(said), "utf-8")
    files = [place / f"{name}.json" for name in CLAIMS]
    typed(place, "trust", "issue", *files, "--key", "provider", "--format", "vp+jwt", "--out", place / "presentation.jwt")
    typed(place, "trust", "log", "init", place / "journal", "--origin", "registre.example/labels")
    lists = ("--key", "label", "--address", ADDRESS, "--log", place / "journal")
    typed(place, "trust", "status", "new", place / "desk", *lists)
    return place


@pytest.fixture(scope="module")
def built_with_a_label(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, once the example has its label."""
    place = tmp_path_factory.mktemp("labelled")
    shutil.copytree(built, place, dirs_exist_ok=True)
    typed(place, "label", "issue", OFFER, *GAIA_X, *words(place, "--out", place / "label.jwt"))
    return place


@pytest.fixture
def office(egide: Egide, built: Path, tmp_path: Path) -> Path:
    """An office of its own for each test."""
    shutil.copytree(built, tmp_path, dirs_exist_ok=True)
    return tmp_path


@pytest.fixture
def labelled(egide: Egide, built_with_a_label: Path, tmp_path: Path) -> Path:
    """An office of its own that has given a label: `label.jwt`."""
    shutil.copytree(built_with_a_label, tmp_path, dirs_exist_ok=True)
    return tmp_path


def words(office: Path, *more: object) -> tuple[object, ...]:
    return ("--for", office / "presentation.jwt", "--key", "label", "--status-list", office / "desk", "--log", office / "journal", *more)


def issued(egide: Egide, office: Path, dossier: Path = OFFER, *more: object) -> Path:
    out = office / "label.jwt"
    done(egide("label", "issue", dossier, *GAIA_X, *words(office, "--out", out, *more)))
    return out


def copied(office: Path) -> Path:
    """The dossier, to be changed."""
    shutil.copytree(EXAMPLES / "fournisseur", office / "dossier")
    return office / "dossier" / "offer-stockage.yaml"


def test_a_label_says_what_was_computed_and_that_it_is_no_qualification(egide: Egide, labelled: Path) -> None:
    said = payload((labelled / "label.jwt").read_text("utf-8"))
    subject, proof = said["credentialSubject"], said["evidence"]
    assert said["type"] == ["VerifiableCredential", "gx:LabelCredential"]
    assert (subject["gx:labelLevel"], subject["gx:rulesVersion"], subject["gx:engineVersion"]) == ("L2", "24.11", "egide 0.1.0")
    assert len(subject["gx:validatedCriteria"]) == 54
    assert {name.partition(":")[0] for name in subject} == {"id", "type", "gx"}
    bound = {one["id"]: one for one in subject["gx:compliantCredentials"]}
    assert bound.keys() == {one["id"] for one in CLAIMS.values()}
    assert bound["https://nuage-fictif.example/c/offre"]["gx:credentialType"] == "gx:ServiceOffering"
    texts = {one["@language"]: one["@value"] for one in said["description"]}
    assert "no qualification" in texts["en"]
    assert "annexe 2 c" in texts["fr"]
    assessed = json.loads(egide("label", "assess", OFFER, *GAIA_X, "--on", "2026-11-23", "--json").out)
    assert proof["egide:factsDigest"] == f"sha256-{assessed['offer']['digest']}"
    assert proof["egide:rulesDigest"] == f"sha256-{assessed['scheme']['digest']}"
    assert proof["egide:reportDigest"] == report_digest(assessed)
    assert (said["validFrom"], said["validUntil"]) == ("2026-11-23T12:00:00Z", "2027-02-21T12:00:00Z")


def test_a_label_never_outlives_what_it_stands_on(egide: Egide, office: Path) -> None:
    assert payload(issued(egide, office, OFFER, "--valid-for", "300").read_text("utf-8"))["validUntil"] == "2027-02-28T23:59:59Z"


def test_the_report_is_the_same_in_both_languages_and_wherever_it_lies(egide: Egide, office: Path) -> None:
    digests = set()
    for dossier in (OFFER, copied(office)):
        for lang in ("fr", "en"):
            digests.add(report_digest(json.loads(egide("label", "assess", dossier, *GAIA_X, "--json", "--lang", lang).out)))
    assert len(digests) == 1


def test_whoever_has_the_dossier_computes_the_same_bytes(egide: Egide, labelled: Path) -> None:
    label = labelled / "label.jwt"
    for lang in ("fr", "en"):
        said = egide("label", "recompute", label, copied(labelled) if lang == "fr" else OFFER, "--lang", lang)
        assert said.code == 0, said.out


@pytest.mark.parametrize(("level", "code"), [("SC", 0), ("L1", 0), ("L2", 0), ("L3", 1)])
def test_only_a_level_that_is_reached_is_labelled(egide: Egide, office: Path, level: str, code: int) -> None:
    said = egide("label", "issue", OFFER, *GAIA_X, "--level", level, *words(office), "--lang", "en", "--json")
    assert said.code == code
    if code:
        assert {one["args"]["requirement"] for one in json.loads(said.out)["because"]} == {"P5.1.3", "P5.1.5", "P5.1.6"}
        assert json.loads(egide("trust", "status", "show", office / "desk", "--json").out)["credentials"] == []
    else:
        assert json.loads(said.out)["level"] == level


@pytest.mark.parametrize("scheme", ["secnumcloud-3.2", "eu-csf-1.2.1", "eucs-draft", "cada-proposal"])
def test_no_other_scheme_is_met_by_the_example_and_none_is_labelled(egide: Egide, office: Path, scheme: str) -> None:
    said = egide("label", "issue", OFFER, "--scheme", scheme, *words(office), "--lang", "en")
    assert said.code == 1
    assert "No label is issued" in said.err
    if scheme in ("eucs-draft", "cada-proposal"):
        assert "is a draft" in said.err


def test_an_earlier_assessment_is_taken_as_it_is_or_computed_again(egide: Egide, office: Path) -> None:
    done(egide("label", "assess", OFFER, *GAIA_X, "--out", office / "report"))
    report = office / "report" / "label.json"
    said = done(egide("label", "issue", report, *words(office, "--out", office / "taken.jwt"), "--lang", "en"))
    assert "taken as it is" in said.out
    assert payload((office / "taken.jwt").read_text("utf-8"))["evidence"]["egide:recomputedByIssuer"] is False
    assert egide("label", "recompute", office / "taken.jwt", OFFER).code == 0
    done(egide("label", "issue", report, "--dossier", OFFER, *words(office, "--out", office / "again.jwt")))
    forged = json.loads(report.read_text("utf-8"))
    forged["levels"] = [{"level": one["level"], "answer": "met", "missing": []} for one in forged["levels"]]
    forged["level"] = "L3"
    for one in forged["requirements"]:
        one["answer"] = "met"
    report.write_text(json.dumps(forged), "utf-8")
    said = egide("label", "issue", report, "--dossier", OFFER, *words(office), "--lang", "en")
    assert said.code == 2
    assert "does not give this assessment" in said.err
    done(egide("label", "issue", report, *words(office, "--out", office / "forged.jwt")))
    said = egide("label", "recompute", office / "forged.jwt", OFFER, "--lang", "en")
    assert said.code == 1
    assert "no longer supports the label at that level" in said.out


def test_a_label_is_given_to_credentials_that_verify_and_to_no_other(egide: Egide, office: Path) -> None:
    """Altered: refused. Of an issuer whose key is not at hand: not evaluated, until a bundle brings it. Nothing is issued."""
    done(egide("trust", "issue", office / "offre.json", "--key", "label", "--out", office / "offre.jwt"))
    places = ("--key", "label", "--status-list", office / "desk", "--for", office / "offre.jwt")
    asked = ("label", "issue", OFFER, *GAIA_X, *places, "--lang", "en")
    said = egide(*asked)
    assert said.code == 3
    assert "is not at hand" in said.err
    done(egide("trust", "did", "show", "label", "--out", office / "bundle" / "did.json"))
    done(egide(*asked, "--trust", office / "bundle"))
    head, body, tail = (office / "offre.jwt").read_text("utf-8").split(".")
    (office / "offre.jwt").write_text(f"{head}.{body}.{tail[::-1]}", "utf-8")
    assert egide(*asked, "--trust", office / "bundle").code == 1
    assert len(json.loads(egide("trust", "status", "show", office / "desk", "--json").out)["credentials"]) == 1


@pytest.mark.parametrize(("files", "subject", "kind", "code"), [
    ((), "https://nuage-fictif.example/calcul", "gx:VirtualMachineServiceOffering", "another-offer"),
    ((), "https://autre-fictif.example/nuage-fictif-stockage", "gx:ServiceOffering", "another-offer"),
    (("presentation.jwt",), "https://nuage-fictif.example/calcul", "gx:DataProduct", "another-offer"),
    ((), "urn:societe", "gx:LegalPerson", "no-offer"),
])  # fmt: skip
def test_a_good_assessment_gives_no_label_to_the_credentials_of_another_offer(
    egide: Egide, office: Path, files: tuple[str, ...], subject: str, kind: str, code: str,
) -> None:  # fmt: skip
    said = {"id": "urn:c:autre", "type": kind, "credentialSubject": {"id": subject, "a": 1}}
    (office / "autre.json").write_text(json.dumps(said), "utf-8")
    done(egide("trust", "issue", office / "autre.json", "--key", "provider", "--out", office / "autre.jwt"))
    given = [word for name in (*files, "autre.jwt") for word in ("--for", office / name)]
    asked = ("label", "issue", OFFER, *GAIA_X, *given, "--key", "label", "--status-list", office / "desk")
    refused = egide(*asked, "--json", "--lang", "en")
    assert refused.code == 1
    assert [one["code"] for one in json.loads(refused.out)["because"]] == [code]
    assert "are not those of the offer that was assessed" in refused.err
    assert subject in json.loads(refused.out)["because"][0]["text"]
    assert json.loads(egide("trust", "status", "show", office / "desk", "--json").out)["credentials"] == []


def test_the_identifier_of_the_dossier_is_proof_enough(egide: Egide, office: Path) -> None:
    """Of an offer that names itself so, and of an earlier assessment too."""
    dossier = copied(office)
    lines = [line for line in dossier.read_text("utf-8").splitlines(keepends=True) if "same_as" not in line]
    dossier.write_text("".join(lines).replace("id: nuage-fictif-stockage", "id: urn:offre:stockage-fictif", 1), "utf-8")
    said = {"id": "urn:c:stockage", "type": "gx:ServiceOffering", "credentialSubject": {"id": "urn:offre:stockage-fictif", "a": 1}}
    (office / "stockage.json").write_text(json.dumps(said), "utf-8")
    done(egide("trust", "issue", office / "stockage.json", "--key", "provider", "--out", office / "stockage.jwt"))
    places = ("--key", "label", "--status-list", office / "desk")
    done(egide("label", "issue", dossier, *GAIA_X, "--for", office / "stockage.jwt", *places))
    done(egide("label", "assess", dossier, *GAIA_X, "--out", office / "report"))
    report = office / "report" / "label.json"
    done(egide("label", "issue", report, "--for", office / "stockage.jwt", *places))
    assert egide("label", "issue", report, "--for", office / "presentation.jwt", *places).code == 1


def change_evidence(dossier: Path) -> None:
    path = dossier.parent / "preuves" / "certificat-27001.md"
    path.write_text(path.read_text("utf-8") + "\n", "utf-8")


def change_a_fact(dossier: Path) -> None:
    dossier.write_text(dossier.read_text("utf-8").replace("contract.law: {value: FR", "contract.law: {value: DE"), "utf-8")


@pytest.mark.parametrize(("change", "codes"), [
    (change_evidence, {"facts", "withheld", "requirement"}), (change_a_fact, {"facts", "report"}),
])  # fmt: skip
def test_what_differs_is_said(egide: Egide, office: Path, change: Callable[[Path], None], codes: set[str]) -> None:
    dossier = copied(office)
    label = issued(egide, office, dossier)
    change(dossier)
    said = egide("label", "recompute", label, dossier, "--json")
    assert said.code == 1
    assert codes <= {one["code"] for one in json.loads(said.out)["differences"]}


def resigned(egide: Egide, office: Path, label: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    said = payload(label.read_text("utf-8"))
    change(said)
    said.pop("credentialStatus")
    (office / "changed.json").write_text(json.dumps(said), "utf-8")
    done(egide("trust", "issue", office / "changed.json", "--key", "label", "--out", office / "changed.jwt"))
    return office / "changed.jwt"


@pytest.mark.parametrize(("change", "codes", "code"), [
    (lambda said: (said["credentialSubject"].update({"gx:engineVersion": "egide 0.0.9"}),
                   said["evidence"].update({"egide:engineVersion": "egide 0.0.9"})), ["engine"], 3),
    (lambda said: said["evidence"].update({"egide:rulesDigest": "sha256-0"}), ["rules"], 1),
    (lambda said: said["credentialSubject"]["gx:validatedCriteria"].append("P5.1.3"), ["criteria"], 1),
    (lambda said: said["credentialSubject"].update({"gx:labelLevel": "L3"}), ["withheld", *["requirement"] * 3], 1),
    (lambda said: said.update({"description": "A qualification."}), ["words"], 1),
    (lambda said: said["evidence"].update({"egide:reportDigest": "sha256-0"}), ["report"], 1),
])  # fmt: skip
def test_a_label_that_says_something_else_is_found_out(
    egide: Egide, labelled: Path, change: Callable[[dict[str, Any]], None], codes: list[str], code: int,
) -> None:  # fmt: skip
    label = resigned(egide, labelled, labelled / "label.jwt", change)
    said = egide("label", "recompute", label, OFFER, "--json")
    assert [one["code"] for one in json.loads(said.out)["differences"]] == codes
    assert said.code == code


def published(egide: Egide, office: Path) -> World:
    document = egide("trust", "did", "show", "label", "--json").out.encode()

    def fetch(address: str) -> Fetched | NotAtHand:
        if address == "https://label-fictif.example/.well-known/did.json":
            return Fetched(document)
        path = office / "desk" / "public" / address.removeprefix(ADDRESS)
        return Fetched(path.read_bytes()) if path.is_file() else offline(address)

    beside = {one["id"]: str(digest_of(payload(token))) for one, token in _presented(office)}
    return World(fetch=fetch, beside=beside)


def _presented(office: Path) -> list[tuple[dict[str, Any], str]]:
    carried = payload((office / "presentation.jwt").read_text("utf-8"))["verifiableCredential"]
    tokens = [one["id"].partition(",")[2] for one in carried]
    return [(payload(token), token) for token in tokens]


def test_a_label_whose_evidence_fell_is_suspended_with_the_reason(egide: Egide, office: Path) -> None:
    dossier = copied(office)
    label = issued(egide, office, dossier)
    world = published(egide, office)
    assert verify(label.read_bytes(), "label", Mode.STRICT, NOW, world).outcome is Outcome.VERIFIED
    held = ("label", "assess", dossier, *GAIA_X, "--credential", label, "--status-list", office / "desk", "--lang", "en")
    assert egide(*held).code == 0
    change_evidence(dossier)
    said = egide(*held)
    assert said.code == 1
    assert "is suspended" in said.out
    assert verify(label.read_bytes(), "label", Mode.STRICT, NOW, world).outcome is Outcome.REFUSED
    shown = json.loads(egide("trust", "status", "show", office / "desk", "--json").out)["credentials"][0]
    assert shown["standing"] == "suspended"
    assert "P1.1.1 is unknown" in shown["decisions"][0]["because"]
    entries = json.loads(egide("trust", "log", "show", office / "journal", "--json").out)["entries"]
    assert [one["kind"] for one in entries] == ["credential", "status-statement"]
    assert egide(*held).code == 1
    assert len(json.loads(egide("trust", "status", "show", office / "desk", "--json").out)["credentials"][0]["decisions"]) == 1


def simulated(label: Path, office: Path, change: str) -> tuple[object, ...]:
    held = ("--credential", label, "--status-list", office / "desk", "--lang", "en")
    return ("label", "simulate", OFFER, "--change", EXAMPLES / "fournisseur" / change, *GAIA_X, *held)


def standing(egide: Egide, office: Path) -> str:
    shown = json.loads(egide("trust", "status", "show", office / "desk", "--json").out)
    return str(shown["credentials"][0]["standing"])


def test_what_has_not_happened_suspends_nothing(egide: Egide, labelled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    label = labelled / "label.jwt"
    said = egide(*simulated(label, labelled, "change-certificat.yaml"))
    assert said.code == 1
    assert "Nothing is suspended for what has not happened" in said.out
    said = egide(*simulated(label, labelled, "change-certificat.yaml"), "--suspend")
    assert said.code == 2
    assert "which has not come" in said.err
    later = ("--on", "2027-03-15", "--credential", label, "--status-list", labelled / "desk")
    assert egide("label", "assess", OFFER, *GAIA_X, *later).code == 1
    assert standing(egide, labelled) == "valid"
    monkeypatch.setenv("EGIDE_TODAY", "2026-12-16")
    assert egide(*simulated(label, labelled, "change-certificat.yaml"), "--suspend").code == 1
    assert standing(egide, labelled) == "suspended"


def test_a_change_that_turns_nothing_of_the_label_leaves_it(egide: Egide, labelled: Path) -> None:
    said = egide(*simulated(labelled / "label.jwt", labelled, "change-site.yaml"))
    assert said.code == 0
    assert "still holds" in said.out


FOR = ("--for", "{office}/presentation.jwt")
DESK = ("--status-list", "{office}/desk")
KEY = ("--key", "label")


@pytest.mark.parametrize(("command", "complaint"), [
    (("issue", OFFER, *GAIA_X, *DESK, *KEY), "name them with --for"),
    (("issue", OFFER, *GAIA_X, "--for", OFFER, *DESK, *KEY), "neither a token"),
    (("issue", OFFER, *GAIA_X, "--for", "{office}/absent", *DESK, *KEY), "no such file"),
    (("issue", OFFER, *GAIA_X, *FOR, *KEY), "no status list is kept"),
    (("issue", OFFER, *GAIA_X, *FOR, *DESK, "--key", "provider"), "are those of"),
    (("issue", OFFER, *GAIA_X, *FOR, *DESK, *KEY, "--log", "x"), "another log"),
    (("issue", OFFER, *GAIA_X, *FOR, *DESK, *KEY, "--level", "L9"), "has no level `L9`; it has"),
    (("issue", OFFER, *GAIA_X, *FOR, *DESK, *KEY, "--valid-for", "0"), "1 to 366 days"),
    (("issue", OFFER, *FOR, *DESK, *KEY, "--level", "L1"), "has no level"),
    (("issue", "{office}/offre.json", *FOR, *DESK, *KEY), "not a document"),
    (("issue", "{office}/absent.json", *FOR, *DESK, *KEY), "no such file"),
    (("recompute", "{office}/presentation.jwt", OFFER), "not one computed label"),
    (("recompute", OFFER, OFFER), "neither a token"),
    (("assess", OFFER, *GAIA_X, "--credential", "{office}/presentation.jwt"), "not one computed label"),
])  # fmt: skip
def test_what_cannot_be_asked_is_said(egide: Egide, office: Path, command: tuple[object, ...], complaint: str) -> None:
    said = egide("label", *(str(word).format(office=office) for word in command), "--lang", "en")
    assert said.code == 2, said.out
    assert complaint in said.err


def test_a_label_of_another_scheme_or_offer_is_not_held_against_this_one(egide: Egide, labelled: Path) -> None:
    label = labelled / "label.jwt"
    desk = ("--credential", label, "--status-list", labelled / "desk", "--lang", "en")
    assert "assess with --scheme gaia-x-24.11" in egide("label", "assess", OFFER, *desk).err
    other = EXAMPLES / "fournisseur"
    assert "is of the offer nuage-fictif-stockage" in egide("label", "assess", other, *GAIA_X, *desk).err

