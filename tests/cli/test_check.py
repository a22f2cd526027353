"""`egide check`, as a product team types it: on the example, on real plans, on wrong input."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from tests.cli.conftest import EXAMPLES, Said
from tests.papers.golden import same_as_golden

from egide.papers.infrastructure.schema import check_schema, declaration_schema
from egide.vocabulary.yaml import read_yaml

Egide = Callable[..., Said]
BOTH = pytest.mark.parametrize("lang", ["fr", "en"])
BUCKET = 'resource "scaleway_object_bucket" "b" {\n  name   = "b"\n  region = "fr-par"\n}\n'
SENSITIVE = ("--data", "sensitive", "--body", "state")


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The example, in a folder of its own from which the command is typed."""
    shutil.copytree(EXAMPLES / "infrastructure", tmp_path / "infrastructure")
    monkeypatch.chdir(tmp_path)
    return Path("infrastructure")


@pytest.fixture
def bucket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "main.tf").write_text(BUCKET, "utf-8")
    return tmp_path / "main.tf"


@BOTH
def test_the_example_reads_as_it_was_reviewed(egide: Egide, example: Path, lang: str) -> None:
    said = egide("check", example, "--lang", lang)
    assert said.code == 1
    same_as_golden(f"check-example.{lang}.txt", "".join(f"{line.rstrip()}\n" for line in said.out.splitlines()))


@BOTH
def test_the_example_makes_a_comment_as_it_was_reviewed(egide: Egide, example: Path, lang: str) -> None:
    said = egide("check", example, "--markdown", "-", "--lang", lang)
    assert said.code == 1
    same_as_golden(f"check-example.{lang}.md", said.out)


def test_the_example_finds_what_was_planted_with_its_line(egide: Egide, example: Path) -> None:
    document = json.loads(egide("check", example, "--json").out)
    found = {(one["rule"], one["address"].rpartition("/")[2], one["level"]) for one in document["findings"]}
    assert found >= {
        ("reach-telemetry", "outscale_vm.teleservice", "forbidden"), ("reach-cdn", "aws_cloudfront_distribution.site", "forbidden"),
        ("hosting", "scaleway_rdb_instance.essai", "forbidden"), ("reach-identity", "teleservice", "forbidden"),
        ("reach-mail", "envoi-des-courriels", "forbidden"), ("reach-unknown", "envoi-des-courriels", "undetermined"),
        ("reach-registry", "teleservice", "conditional"), ("EXI-ARCH-27", "teleservice", "advise"),
        ("EXI-ARCH-18", "teleservice", "advise"), ("backup-off", "scaleway_rdb_instance.essai", "advise"),
    }  # fmt: skip
    assert {(one["rule"], one["suppressed_by"]) for one in document["suppressed"]} == {("hosting", "waiver"), ("reach-registry", "waiver")}
    site = next(one for one in document["findings"] if one["rule"] == "reach-cdn")
    written = (example / "terraform/main.tf").read_text("utf-8").splitlines()
    assert written[site["line"] - 1].startswith('resource "aws_cloudfront_distribution"')
    assert any("2026-09-30" in one["text"] or "30 sept. 2026" in one["text"] for one in document["problems"])
    assert not list(Draft202012Validator(check_schema()).iter_errors(document))


def test_the_declaration_of_the_example_is_what_its_schema_says(example: Path) -> None:
    written = read_yaml((example / "egide.yaml").read_bytes(), "egide.yaml")
    plain = json.loads(json.dumps(written, default=str))
    Draft202012Validator.check_schema(declaration_schema())
    assert not list(Draft202012Validator(declaration_schema()).iter_errors(plain))
    assert list(Draft202012Validator(declaration_schema()).iter_errors({"data": "secret"}))


def test_every_form_is_written_whole_and_never_over_another(egide: Egide, example: Path) -> None:
    forms = ("--sarif", "e.sarif", "--junit", "e.xml", "--markdown", "e.md")
    assert egide("check", example, *forms).code == 1
    before = {name: Path(name).read_bytes() for name in ("e.sarif", "e.xml", "e.md")}
    Path("e.md").unlink()
    assert egide("check", example, *forms).code == 2
    assert not Path("e.md").exists(), "nothing is written when one would go over another"
    assert egide("check", example, *forms, "--force").code == 1
    assert {name: Path(name).read_bytes() for name in before} == before


def test_the_shared_plans_are_read_and_none_passes_by_default(egide: Egide, shared: Path) -> None:
    codes = {}
    for plan in sorted((shared / "data/plans").glob("*.json")):
        said = egide("check", plan, *SENSITIVE, "--json")
        document = json.loads(said.out)
        codes[plan.name] = said.code
        told = {one["address"] for one in document["findings"]}
        assert document["resources"] > 0
        assert document["unplaced"] == 0 or any(one["rule"] == "standing" for one in document["findings"]), plan.name
        assert len(told - {"*"}) + document["nowhere"] >= document["resources"], plan.name
    assert codes == {"aws-example.json": 1, "exoscale.json": 1, "scaleway.json": 1, "utf16.json": 1}


def test_the_order_of_paths_changes_no_finding(egide: Egide, example: Path) -> None:
    parts = [example / "terraform", example / "kubernetes", example / "compose.yaml"]
    one, other = (json.loads(egide("check", *paths, *SENSITIVE, "--json").out) for paths in (parts, reversed(parts)))
    assert one["findings"] == other["findings"]
    assert one["counts"] == other["counts"]


def test_without_a_word_on_the_data_the_data_are_asked_for(egide: Egide, bucket: Path) -> None:
    document = json.loads(egide("check", bucket, "--json", "--lang", "en").out)
    (asked,) = [one for one in document["findings"] if one["rule"] == "hosting"]
    assert asked["declare"] == "data"
    assert "--data and --body" in asked["to_do"]


def test_a_baseline_is_accepted_until_it_changes(egide: Egide, bucket: Path) -> None:
    check = ("check", bucket.parent, *SENSITIVE, "--baseline", "known.json")
    assert egide(*check).code == 2, "it does not exist yet"
    assert egide(*check, "--write-baseline").code == 0
    assert egide(*check, "--write-baseline").code == 2, "never over an existing one"
    assert egide(*check).code == 0
    bucket.write_text("# a line more\n" + BUCKET, "utf-8")
    assert egide(*check).code == 0
    bucket.write_text(BUCKET.replace("fr-par", "nl-ams"), "utf-8")
    assert egide(*check).code == 1


def test_a_file_keeps_its_name_however_it_is_given(egide: Egide, bucket: Path) -> None:
    assert egide("check", "main.tf", *SENSITIVE, "--baseline", "known.json", "--write-baseline").code == 0
    for given in (bucket, Path("main.tf"), Path("./main.tf"), bucket.parent, Path()):
        assert egide("check", given, *SENSITIVE, "--baseline", "known.json").code == 0, given


def test_a_waiver_in_the_code_holds_until_its_day(egide: Egide, bucket: Path) -> None:
    bucket.write_text('# egide:allow hosting reason="sortie en cours" until=2026-11-30\n' + BUCKET, "utf-8")
    assert egide("check", bucket, *SENSITIVE).code == 0
    late = egide("check", bucket, *SENSITIVE, "--on", "2026-12-01", "--lang", "en")
    assert late.code == 1
    assert "ended on 30 Nov 2026" in " ".join(late.out.split())


@pytest.mark.parametrize("above", [True, False])
def test_a_waiver_in_a_manifest_is_about_its_own_workload(egide: Egide, bucket: Path, above: bool) -> None:
    waiver = '# egide:allow reach-registry reason="miroir en cours" until=2027-01-31\n'
    text = ""
    for name in ("un", "deux"):
        head = waiver if name == "deux" and above else ""
        inside = f"      {waiver}" if name == "deux" and not above else ""
        text += f"""---
{head}apiVersion: v1
kind: Pod
metadata: {{name: {name}}}
spec:
  containers:
{inside}    - name: app
      image: ghcr.io/acme-fictif/app:1
"""
    bucket.with_name("pods.yaml").write_text(text, "utf-8")
    document = json.loads(egide("check", "pods.yaml", *SENSITIVE, "--json").out)
    of_rule = {kind: [one["address"].rpartition("/")[2] for one in document[kind] if one["rule"] == "reach-registry"]
               for kind in ("findings", "suppressed")}  # fmt: skip
    assert of_rule == {"findings": ["un"], "suppressed": ["deux"]}


def test_a_malformed_waiver_is_refused_with_its_line(egide: Egide, bucket: Path) -> None:
    bucket.write_text("# a\n# egide:allow hosting until=2026-11-30\n" + BUCKET, "utf-8")
    said = egide("check", bucket, *SENSITIVE, "--lang", "en")
    assert said.code == 2
    assert "row 2" in said.err and "gives no reason" in said.err


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--data", "public", "--body", "company"), 0), (("--data", "sensitive", "--body", "state"), 1), ((), 3),
        (("--data", "sensitive,personal", "--body", "state"), 1), (("--data", "secret"), 2), (("--body", "ministry"), 2),
        (("--write-baseline",), 2), (("--data", "public", "--service", "x.yaml"), 2), (("--declare", "nowhere.yaml"), 2),
        (("--on", "someday"), 2),
    ],
)  # fmt: skip
def test_the_exit_code_is_that_of_assess(egide: Egide, bucket: Path, words: tuple[str, ...], code: int) -> None:
    assert egide("check", bucket, *words).code == code


def test_the_service_that_is_planned_says_what_its_data_are(egide: Egide, bucket: Path) -> None:
    document = json.loads(egide("check", bucket, "--service", EXAMPLES / "plan/service.yaml", "--json").out)
    assert document["data"] == ["personal", "sensitive"]
    assert document["body"] == "state"
    assert [one["level"] for one in document["findings"] if one["rule"] == "hosting"] == ["forbidden"]
    Path("public.yaml").write_text("name: a\nfacts: {data.personal: false}\ncomponents: {a: {facts: {data.harm: 3}}}\n", "utf-8")
    assert egide("check", bucket, "--service", "public.yaml").code == 2


def test_the_service_of_a_list_says_what_its_data_are(egide: Egide, bucket: Path) -> None:
    services = Path("service.csv")
    services.write_text("Nom du service;Hébergement;Données personnelles\nTéléservice fictif;Scaleway;oui\n", "utf-8")
    document = json.loads(egide("check", bucket, "--service", services, "--json", "--body", "state").out)
    assert document["data"] == ["personal"]
    services.write_text("Nom du service;Hébergement\nUn;Scaleway\nDeux;OVH\n", "utf-8")
    assert egide("check", bucket, "--service", services).code == 2


def test_wrong_input_says_what_is_wrong(egide: Egide, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "prose").mkdir()
    (tmp_path / "prose/README.md").write_text("# Rien\n", "utf-8")
    (tmp_path / "cut.json").write_text('{"format_version": "1.2", "resource_changes": [{"address": "a', "utf-8")
    (tmp_path / "binary.tf").write_bytes(bytes(range(256)) * 20)
    for path in ("empty", "prose", "cut.json", "binary.tf", "absent"):
        said = egide("check", path, *SENSITIVE)
        assert said.code == 2, (path, said.out)
        assert path in said.err, said.err
        assert not said.out


def test_a_provider_never_seen_is_undetermined_and_not_forgotten(egide: Egide, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("main.tf").write_text('resource "nuagefictif_server" "a" {\n  size = 2\n}\n', "utf-8")
    document = json.loads(egide("check", "main.tf", "--data", "public", "--body", "state", "--json").out)
    assert [(one["rule"], one["level"]) for one in document["findings"]] == [("standing", "undetermined")]
    assert document["findings"][0]["to_do"]


UNUSABLE = [b"- a\n", b"\xff\xfe\x00", b"body: [state]\n", b"data: 3\n", b"infrastructure: {cluster: 3}\n", b"a: &b c\n"]


@pytest.mark.parametrize("written", UNUSABLE)
def test_a_declaration_that_cannot_be_used_stops_the_check(egide: Egide, bucket: Path, written: bytes) -> None:
    bucket.with_name("egide.yaml").write_bytes(written)
    said = egide("check", bucket, *SENSITIVE)
    assert said.code == 2
    assert "egide.yaml" in said.err


def test_a_declaration_with_nothing_in_it_says_nothing(egide: Egide, bucket: Path) -> None:
    bucket.with_name("egide.yaml").write_text("# plus tard\n", "utf-8")
    assert egide("check", bucket, *SENSITIVE).code == 1


def test_the_schema_is_printed(egide: Egide) -> None:
    assert json.loads(egide("check", "--schema").out) == check_schema()


IMPORTED = """
as_of: 2026-11-20
source: Liste fictive
sources: {page: {issuer: Prestataire fictif, read_on: 2026-11-19, read: primary, text: page fictive}}
offers:
  - id: nuage-fictif
    name: Nuage fictif
    provider: Prestataire fictif
    kinds: [IaaS]
    region_source: page
    regions: [{id: par, name: Paris, country: FR}]
    claims: [{source: page, says: {offer.controlled_from: FR, offer.model: commercial, offer.provider_nature: private, offer.immune: true}}]
    qualifications: [{status: qualified, source: page, from: 2026-01-01, to: 2029-01-01, decision: fictif-1}]
"""
ON_IT = "infrastructure:\n  resources: [{match: 'nuagefictif_*', offer: nuage-fictif, region: par}]\n"


def test_an_offer_that_only_the_database_holds_is_identified_and_judged_and_no_word_of_its_own_qualifies_it(egide, bucket, tmp_path):
    bucket.write_text('resource "nuagefictif_server" "s" {\n  name = "s"\n}\n', "utf-8")
    (tmp_path / "egide.yaml").write_text(ON_IT, "utf-8")
    (tmp_path / "offres.yaml").write_text(IMPORTED, "utf-8")
    words = ("check", "main.tf", *SENSITIVE, "--on", "2026-11-23", "--db", tmp_path / "egide.db", "--json")
    before = egide(*words)
    assert (before.code, {one["party"] for one in json.loads(before.out)["findings"]}) == (3, {None})
    assert egide("catalogue", "import", "offres.yaml", "--db", tmp_path / "egide.db").code == 0
    after = egide(*words)
    (found,) = [one for one in json.loads(after.out)["findings"] if one["rule"] == "hosting"]
    assert (after.code, found["level"], found["place"], found["party"]) == (1, "forbidden", "nuage-fictif/par", "Prestataire fictif")
    assert "Nuage fictif (par)" in after.out


@pytest.mark.parametrize("given", [("here",), ("here/main.tf", "here/plan.json")])
def test_a_plan_that_is_cut_off_is_unusable_input_by_its_name_and_the_rest_is_judged(egide, bucket, tmp_path, given):
    (tmp_path / "here").mkdir()
    bucket.rename(tmp_path / "here" / "main.tf")
    (tmp_path / "here" / "plan.json").write_text('{"format_version": "1.2", "resource_changes": [{"address": "a.b", "type"', "utf-8")
    said = egide("check", *given, *SENSITIVE, "--lang", "en")
    assert said.code == 2
    assert "scaleway_object_bucket.b" in said.out
    assert "here/plan.json" in (said.out + said.err).replace("\\", "/")
    alone = egide("check", "here/plan.json", *SENSITIVE, "--lang", "en")
    assert (alone.code, alone.out) == (2, "")
