"""`egide data import`: signed updates are told first, taken only from whom is trusted, and used from then on."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.conftest import Said
from tests.updates import BOOK, CATALOGUE, altered, law, publisher, scheme, written

from egide.trust.dids.identifiers import did_key
from egide.trust.keys import Kind
from egide.trust.signing import PrivateKey, new_key

Typed = Callable[..., Said]


@pytest.fixture
def key(egide: Typed, tmp_path: Path) -> PrivateKey:
    """The key of a publisher that is pinned."""
    made = publisher()
    (tmp_path / "dinum.pem").write_bytes(made.public.pem())
    assert egide("data", "pin", tmp_path / "dinum.pem").code == 0
    return made


@pytest.fixture
def bundle(key: PrivateKey, tmp_path: Path) -> Path:
    return written(tmp_path / "new.egide", key, 2)


def imported(egide: Typed, path: Path, *options: str) -> tuple[int, dict[str, object]]:
    said = egide("data", "import", path, "--json", *options)
    return said.code, json.loads(said.out) if said.out else {"because": said.err}


def in_use(egide: Typed) -> tuple[str, str]:
    """The day of the catalogue, and the version of the rulebook."""
    books = {one["id"]: one["version"] for one in json.loads(egide("rules", "list", "--json").out)}
    return json.loads(egide("doctor", "--json").out)["catalogue_as_of"], books[BOOK]


SHIPPED = ("2026-09-15", "2023-05-31")
UPDATED = ("2026-11-20", "2026-11-21")


def test_an_update_is_told_first_and_kept_only_when_accepted(egide: Typed, bundle: Path, tmp_path: Path) -> None:
    code, told = imported(egide, bundle)
    assert (code, told["answer"], told["accepted"]) == (0, "met", False)
    assert told["rulebooks"] == [
        {"id": BOOK, "becomes": "replaced", "before": "2023-05-31", "after": "2026-11-21", "added": [], "gone": [], "changed": []},
    ]
    listed = told["catalogue"]
    assert isinstance(listed, dict)
    assert (listed["becomes"], listed["before"], listed["after"]) == ("replaced", "2026-09-15", "2026-11-20")
    assert "nuage-fictif" in listed["offers_added"]
    assert "outscale" in listed["offers_gone"]
    assert in_use(egide) == SHIPPED
    assert not (tmp_path / "home" / "egide.db").exists()
    assert imported(egide, bundle, "--accept")[0] == 0
    assert in_use(egide) == UPDATED


def test_what_was_imported_decides(egide: Typed, bundle: Path, portfolio: Path) -> None:
    imported(egide, bundle, "--accept")
    run = json.loads(egide("assess", portfolio, "--json").out)
    assert run["catalogue"]["as_of"] == "2026-11-20"
    assert {one["id"]: one["version"] for one in run["rulebooks"]}[BOOK] == "2026-11-21"
    offers = {one["offer"] for one in json.loads(egide("catalogue", "list", "--json").out)}
    assert offers == {"nuage-fictif"}


def test_in_french_and_in_english_a_person_reads_what_changes(egide: Typed, bundle: Path) -> None:
    french = egide("data", "import", bundle).out
    assert "Catalogue du 20 nov. 2026 à la place de celui du 15 sept. 2026" in french
    assert "version 2023-05-31 → 2026-11-21" in french
    assert "--accept" in french
    assert "In use from now on." in egide("data", "import", bundle, "--accept", "--lang", "en").out


def test_a_rule_that_an_update_changes_is_named(egide: Typed, key: PrivateKey, tmp_path: Path) -> None:
    files = law()
    rules = f"rulebooks/{BOOK}/rules.yaml"
    ids = [line.split("id:")[1].strip() for line in files[rules].decode().splitlines() if line.lstrip().startswith("- id:")]
    files[rules] = files[rules].replace(b"read: secondary", b"read: primary", 1)
    (found,) = imported(egide, written(tmp_path / "rule.egide", key, 1, files))[1]["rulebooks"]  # type: ignore[misc]
    assert [found["added"], found["gone"]] == [[], []]
    assert len(found["changed"]) == 1
    assert found["changed"][0] in [one.strip('"') for one in ids]


@pytest.mark.parametrize(("change", "path", "said"), [
    (lambda held: held.update({"catalogue/new.yaml": held["catalogue/new.yaml"].replace(b"2029", b"2039")}), "catalogue/new.yaml",
     "not the one that was signed"),
    (lambda held: held.update({"rulebooks/extra/book.yaml": b""}), "manifest.json", "manifest lists"),
    (lambda held: held.pop("catalogue/new.yaml"), "manifest.json", "manifest lists"),
    (lambda held: held.update({"manifest.json": held["manifest.json"].replace(b'"edition":2', b'"edition":3')}), None, "altered"),
])  # fmt: skip
def test_an_altered_bundle_is_refused_and_says_where(
    egide: Typed, bundle: Path, change: Callable[[dict[str, bytes]], object], path: str | None, said: str,
) -> None:
    code, found = imported(egide, altered(bundle, change), "--accept", "--lang", "en")
    assert (code, found["answer"], found["path"], found["accepted"]) == (1, "not-met", path, False)
    assert said in str(found["because"])
    assert in_use(egide) == SHIPPED


def test_a_bundle_of_an_unknown_publisher_is_not_evaluated_and_says_what_to_do(egide: Typed, tmp_path: Path) -> None:
    stranger = publisher()
    path = written(tmp_path / "new.egide", stranger)
    assert imported(egide, path, "--accept")[0] == 3
    assert f"egide data pin {did_key(stranger.public)}" in egide("data", "import", path, "--lang", "en").out
    assert imported(egide, path, "--accept", "--key", did_key(stranger.public))[0] == 0
    assert in_use(egide) == UPDATED


def test_a_bundle_signed_by_another_in_the_name_of_a_publisher_is_refused(egide: Typed, key: PrivateKey, tmp_path: Path) -> None:
    code, found = imported(egide, written(tmp_path / "forged.egide", key, signer=publisher()), "--accept")
    assert (code, found["code"]) == (1, "signature-wrong")


def test_an_older_edition_is_refused_even_when_the_database_was_lost(egide: Typed, bundle: Path, key: PrivateKey, tmp_path: Path) -> None:
    imported(egide, bundle, "--accept")
    older = written(tmp_path / "old.egide", key, 1)
    assert imported(egide, older, "--accept")[1]["code"] == "edition-older"
    for file in (tmp_path / "home").glob("egide.db*"):
        file.unlink()
    code, found = imported(egide, older, "--accept")
    assert (code, found["code"], in_use(egide)) == (1, "edition-older", UPDATED)
    assert imported(egide, bundle, "--accept")[0] == 0


def test_an_older_edition_is_refused_even_when_the_data_folder_was_emptied(
    egide: Typed, bundle: Path, key: PrivateKey, tmp_path: Path,
) -> None:
    imported(egide, bundle, "--accept", "--db", str(tmp_path / "shared.db"))
    (tmp_path / "home" / "installed.json").unlink()
    older = written(tmp_path / "old.egide", key, 1)
    assert imported(egide, older, "--accept", "--db", str(tmp_path / "shared.db"))[1]["code"] == "edition-older"


def test_another_bundle_of_the_same_edition_is_refused(egide: Typed, bundle: Path, key: PrivateKey, tmp_path: Path) -> None:
    imported(egide, bundle, "--accept")
    assert imported(egide, written(tmp_path / "other.egide", key, 2, law()), "--accept")[1]["code"] == "edition-differs"


def test_another_pinned_key_does_not_take_over_a_series_unless_somebody_says_so(egide: Typed, bundle: Path, tmp_path: Path) -> None:
    imported(egide, bundle, "--accept")
    other = publisher()
    egide("data", "pin", did_key(other.public), "--name", "other")
    path = written(tmp_path / "other.egide", other, 3)
    assert imported(egide, path, "--accept")[1]["code"] == "edition-of-another-key"
    assert imported(egide, path, "--accept", "--from-new-key")[0] == 0


def test_a_newer_scheme_is_what_a_label_is_computed_for(egide: Typed, key: PrivateKey, tmp_path: Path) -> None:
    files = scheme("eucs-draft", "essai-fictif", "2026-11-24")
    told = imported(egide, written(tmp_path / "scheme.egide", key, 1, files), "--accept")[1]
    assert [(one["id"], one["becomes"], one["after"]) for one in told["schemes"]] == [  # type: ignore[attr-defined]
        ("eucs-draft", "replaced", "essai-fictif"),
    ]  # fmt: skip
    listed = {one["id"]: one["version"] for one in json.loads(egide("label", "scheme", "list", "--json").out)}
    assert listed["eucs-draft"] == "essai-fictif"
    egide("data", "drop", "egide")
    assert json.loads(egide("label", "scheme", "list", "--json").out) != listed


def test_two_publishers_each_have_their_series(egide: Typed, key: PrivateKey, tmp_path: Path) -> None:
    imported(egide, written(tmp_path / "law.egide", key, 7, law(), "law"), "--accept")
    imported(egide, written(tmp_path / "list.egide", key, 1, CATALOGUE, "list"), "--accept")
    assert in_use(egide) == UPDATED
    bundles = json.loads(egide("data", "status", "--json").out)["bundles"]
    assert [(one["name"], one["edition"]) for one in bundles] == [("law", 7), ("list", 1)]


@pytest.mark.parametrize(("files", "said"), [
    ({"catalogue/new.yaml": b"offers: 3\n"}, "new.yaml"),
    ({"catalogue/new.txt": b""}, "nothing here reads it"),
    ({"keys/new.yaml": b""}, "nothing here reads it"),
    ({"rulebooks/book.yaml": b""}, "nothing here reads it"),
    ({}, "without any file"),
    ({path.replace(BOOK, "another"): content for path, content in law().items()}, "the folder is named `another`"),
    ({path: content.replace(b"body_is_bound\n", b"body_is_blue\n") for path, content in law().items()}, "body_is_blue"),
])  # fmt: skip
def test_a_well_signed_bundle_that_cannot_be_used_changes_nothing(
    egide: Typed, key: PrivateKey, tmp_path: Path, files: dict[str, bytes], said: str,
) -> None:
    code, found = imported(egide, written(tmp_path / "bad.egide", key, 1, files), "--accept", "--lang", "en")
    assert code == 2
    assert said in str(found["because"])
    assert in_use(egide) == SHIPPED
    assert json.loads(egide("data", "status", "--json").out)["bundles"] == []


def test_a_name_that_could_lead_elsewhere_is_refused(egide: Typed, key: PrivateKey, tmp_path: Path) -> None:
    assert imported(egide, written(tmp_path / "bad.egide", key, 1, name="../up"), "--accept")[0] == 2


def test_what_is_no_bundle_is_unusable(egide: Typed, key: PrivateKey, tmp_path: Path) -> None:
    (tmp_path / "letter.egide").write_text("Madame, Monsieur,")
    for path in (tmp_path / "letter.egide", tmp_path / "absent.egide", tmp_path):
        assert imported(egide, path)[0] == 2


def test_what_was_read_later_here_stays(egide: Typed, key: PrivateKey, tmp_path: Path) -> None:
    early = {path: content.replace(b"2026-11-20", b"2026-09-01") for path, content in CATALOGUE.items()}
    path = written(tmp_path / "early.egide", key, 1, early | law(read_on="2026-01-01"))
    told = imported(egide, path, "--accept")[1]
    assert told["catalogue"]["becomes"] == "older"  # type: ignore[index]
    assert told["rulebooks"][0]["becomes"] == "older"  # type: ignore[index]
    assert in_use(egide) == SHIPPED


LIST = (
    "provider,service,kind,qualified_from,qualified_to,anssi_decision,status,note\n"
    "Outscale,IaaS Cloud on Demand,IaaS,2026-11-30,2029-11-30,4001,qualified,\n"
)


@pytest.mark.parametrize(("day", "after"), [("2026-11-15", "2026-11-20"), ("2026-11-22", "2026-11-22")])
def test_a_list_accepted_here_gives_way_to_a_later_one_only(
    egide: Typed, bundle: Path, tmp_path: Path, day: str, after: str,
) -> None:
    (tmp_path / "list.csv").write_text(LIST)
    egide("catalogue", "import", tmp_path / "list.csv", "--as-of", day, "--accept")
    told = imported(egide, bundle, "--accept")[1]["catalogue"]
    assert in_use(egide)[0] == after
    assert told["lists_lost"] == (["2026-09-15", day] if after != day else [])  # type: ignore[index]
    (tmp_path / "later.csv").write_text(LIST)
    egide("catalogue", "import", tmp_path / "later.csv", "--as-of", "2026-11-23", "--accept")
    assert in_use(egide)[0] == "2026-11-23"


def test_without_a_bundle_what_shipped_and_what_was_accepted_here_decide_again(egide: Typed, bundle: Path, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(LIST)
    egide("catalogue", "import", tmp_path / "list.csv", "--as-of", "2026-11-15", "--accept")
    imported(egide, bundle, "--accept")
    assert egide("data", "drop", "egide").code == 0
    assert in_use(egide) == ("2026-11-15", "2023-05-31")
    assert egide("data", "drop", "egide").code == 2
    assert imported(egide, bundle, "--accept")[0] == 0
    assert in_use(egide) == UPDATED


def test_a_file_changed_after_it_was_accepted_is_not_used(egide: Typed, bundle: Path, tmp_path: Path) -> None:
    imported(egide, bundle, "--accept")
    (path,) = (tmp_path / "home" / "bundles").rglob("new.yaml")
    path.write_bytes(path.read_bytes().replace(b"2029", b"2039"))
    refused = egide("catalogue", "list", "--lang", "en")
    assert refused.code == 2
    assert "new.yaml is not what was accepted" in refused.err
    assert "data drop" in refused.err
    assert imported(egide, bundle, "--accept")[0] == 2, "what is compared with can't be read"
    assert egide("data", "drop", "egide").code == 0
    assert imported(egide, bundle, "--accept")[0] == 0
    assert in_use(egide) == UPDATED


def test_only_the_edition_in_use_and_the_one_before_are_kept(egide: Typed, key: PrivateKey, tmp_path: Path) -> None:
    for edition in range(1, 5):
        imported(egide, written(tmp_path / f"{edition}.egide", key, edition), "--accept")
    kept = sorted(path.name.split("-")[0] for path in (tmp_path / "home" / "bundles" / "egide").iterdir())
    assert kept == ["3", "4"]


def test_a_publisher_hands_on_what_is_in_use(egide: Typed, bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    imported(egide, bundle, "--accept")
    egide("trust", "key", "new", "--algorithm", "EdDSA", "--name", "ours")
    made = json.loads(egide("data", "export", tmp_path / "ours.egide", "--key", "ours", "--name", "ours", "--json").out)
    assert made["edition"] == 20261123
    assert egide("data", "export", tmp_path / "ours.egide", "--key", "ours").code == 2, "there is one already"
    monkeypatch.setenv("EGIDE_HOME", str(tmp_path / "elsewhere"))
    egide("data", "pin", made["key"])
    assert imported(egide, tmp_path / "ours.egide", "--accept")[0] == 0
    assert in_use(egide) == UPDATED
    told = imported(egide, tmp_path / "ours.egide")[1]
    assert {one["becomes"] for one in (*told["rulebooks"], *told["schemes"])} == {"same"}  # type: ignore[misc]
    assert len(told["schemes"]) == 5  # type: ignore[arg-type]
    assert told["catalogue"]["becomes"] == "same"  # type: ignore[index]


def test_a_publisher_makes_a_bundle_of_a_folder_that_can_be_used(egide: Typed, tmp_path: Path) -> None:
    egide("trust", "key", "new", "--algorithm", "EdDSA", "--name", "ours")
    egide("trust", "key", "new", "--algorithm", "ES256", "--name", "p256")
    for path, content in (CATALOGUE | law()).items():
        (tmp_path / "source" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "source" / path).write_bytes(content)
    made = egide("data", "export", tmp_path / "a.egide", "--key", "ours", "--from", tmp_path / "source", "--edition", 12, "--json")
    assert json.loads(made.out)["files"] == 3
    assert egide("data", "export", tmp_path / "b.egide", "--key", "p256", "--from", tmp_path / "source").code == 2
    assert egide("data", "export", tmp_path / "b.egide", "--key", "ours", "--from", tmp_path / "absent").code == 2
    (tmp_path / "source" / "catalogue" / "new.yaml").write_text("offers: 3")
    assert egide("data", "export", tmp_path / "b.egide", "--key", "ours", "--from", tmp_path / "source").code == 2
    assert not (tmp_path / "b.egide").exists()


def test_publishers_are_pinned_listed_and_let_go(egide: Typed, tmp_path: Path) -> None:
    one, other = publisher(), new_key(Kind.P256)
    jwk = tmp_path / "Jwk.json"
    jwk.write_text(json.dumps(one.public.jwk()))
    assert egide("data", "pin", jwk).code == 0
    assert json.loads(egide("data", "pin", "--json").out) == [{"name": "jwk", "key": did_key(one.public)}]
    assert egide("data", "pin", jwk).code == 2, "the name is taken"
    (tmp_path / "p256.pem").write_bytes(other.public.pem())
    assert "Ed25519" in egide("data", "pin", tmp_path / "p256.pem").err
    (tmp_path / "letter.pem").write_text("Madame, Monsieur,")
    for bad in (tmp_path / "letter.pem", "did:key:z6Mk", tmp_path / "absent.pem"):
        assert egide("data", "pin", bad).code == 2
    assert egide("data", "pin", jwk, "--name", "../up").code == 2
    assert egide("data", "unpin", "jwk").code == 0
    assert egide("data", "unpin", "jwk").code == 2
    assert "Aucun éditeur" in egide("data", "pin").out
