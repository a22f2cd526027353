"""`egide catalogue publish openstack`: a provider publishes in one command, and anyone can check what it published."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.app.openstack_server import Cloud, running
from tests.app.test_openstack_asking import configure
from tests.catalogue.openstack.clouds import EXAMPLE, STATEMENT
from tests.cli.conftest import Said

from egide.app.trust.bundle import compiled, kept, take_in

Typed = Callable[..., Said]
ANSWERS = EXAMPLE / "answers"


@pytest.fixture(scope="session")
def gaia_x(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the contexts and shapes of Gaia-X, compiled once."""
    folder = tmp_path_factory.mktemp("gaia-x")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EGIDE_HOME", str(folder))
        for part in ("contexts", "shapes"):
            take_in(shared / "data/gaia-x" / part)
        compiled(kept())
    return folder


@pytest.fixture
def trusted(gaia_x: Path, egide: Typed, tmp_path: Path) -> None:
    """The same on this machine."""
    shutil.copytree(gaia_x, tmp_path / "home")


def publish(egide: Typed, *words: object) -> Said:
    return egide("catalogue", "publish", "openstack", *words)


@pytest.mark.usefixtures("trusted")
def test_a_provider_publishes_in_one_command_and_a_buyer_checks_and_takes_it_in(egide: Typed, tmp_path: Path) -> None:
    egide("trust", "key", "new", "--name", "fictif")
    out = tmp_path / "out"
    said = publish(egide, ANSWERS, "--provider", STATEMENT, "--out", out, "--key", "fictif", "--valid-for", 90, "--json")
    assert said.code == 0, said
    made = json.loads(said.out)
    assert (made["counts"]["VirtualMachineServiceOffering"], made["shapes"], made["problems"], made["faults"]) == (7, "met", [], [])
    assert len(made["written"]) == 19 * 2 + 1
    verified = egide("trust", "verify", out / "presentation.jwt", "--json")
    assert verified.code == 0, verified
    assert json.loads(verified.out)["verdict"] == "verified"
    taken = egide("catalogue", "import", out / "presentation.jwt", "--json")
    assert (taken.code, json.loads(taken.out)["taken"]) == (0, 1)
    assert publish(egide, ANSWERS, "--provider", STATEMENT, "--out", out, "--key", "fictif").code == 2, "there already"
    assert publish(egide, ANSWERS, "--provider", STATEMENT, "--out", out, "--key", "fictif", "--force").code == 0


@pytest.mark.usefixtures("trusted")
def test_the_claims_can_be_signed_by_hand(egide: Typed, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert "--key" in publish(egide, ANSWERS, "--provider", STATEMENT, "--out", out).out
    egide("trust", "key", "new", "--name", "fictif")
    files = sorted((out / "claims").glob("*.json"))
    assert not list(out.glob("*.jwt"))
    signed = egide("trust", "issue", *files, "--key", "fictif", "--format", "vp+jwt", "--out", tmp_path / "all.jwt")
    assert signed.code == 0, signed
    assert json.loads(egide("trust", "verify", tmp_path / "all.jwt", "--json").out)["verdict"] == "verified"


def test_without_the_shapes_it_is_said_that_nothing_was_held_to_them(egide: Typed, tmp_path: Path) -> None:
    said = publish(egide, ANSWERS, "--provider", STATEMENT, "--out", tmp_path / "out")
    assert said.code == 0
    assert "non confronté aux formes" in said.out


@pytest.mark.usefixtures("trusted")
def test_what_does_not_keep_to_the_shapes_is_not_written(egide: Typed, tmp_path: Path) -> None:
    shutil.copytree(EXAMPLE, tmp_path / "example")
    statement = tmp_path / "example/provider.yaml"
    statement.write_text(STATEMENT.read_text("utf-8").replace("country: FR, locality: Port", "country: XX, locality: Port"), "utf-8")
    said = publish(egide, ANSWERS, "--provider", statement, "--out", tmp_path / "out", "--lang", "en")
    assert said.code == 1
    assert "region-fictif-sud" in said.out
    assert not (tmp_path / "out").exists()


def test_what_is_left_out_is_told_and_ends_with_3(egide: Typed, tmp_path: Path) -> None:
    shutil.copytree(EXAMPLE, tmp_path / "example")
    statement = tmp_path / "example/provider.yaml"
    statement.write_text(STATEMENT.read_text("utf-8").replace('match: "Rocky *"', 'match: "Autre *"'), "utf-8")
    said = publish(egide, ANSWERS, "--provider", statement, "--out", tmp_path / "out")
    assert said.code == 3
    assert "rien ne dit à qui est l’image «\u00a0Rocky Linux 9\u00a0»" in said.out
    assert (tmp_path / "out/claims/image-fictif-nord-debian-13.json").is_file()


@pytest.mark.parametrize(("words", "said"), [
    ((), "name a folder of answers"), ((ANSWERS, "--cloud", "x"), "name a folder of answers"),
    ((ANSWERS,), "name the provider's statement"), ((ANSWERS, "--provider", STATEMENT), "name the provider's statement"),
    ((EXAMPLE / "absent", "--provider", STATEMENT, "--out", "x"), "a folder with the answers"),
    ((EXAMPLE, "--provider", EXAMPLE / "absent.yaml", "--out", "x"), "no region is named"),
    ((ANSWERS, "--provider", EXAMPLE / "absent.yaml", "--out", "x"), "no such file"),
    ((ANSWERS, "--provider", EXAMPLE / "conditions.md", "--out", "x"), "conditions.md"),
    ((ANSWERS, "--provider", STATEMENT, "--out", "x", "--key", "absent"), "no key is named `absent`"),
    (("--cloud", "absent", "--save", "x"), "could not be asked"),
])  # fmt: skip
def test_what_cannot_be_done_is_said(
    egide: Typed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[object, ...], said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(tmp_path / "clouds.yaml"))
    refused = publish(egide, *words, "--lang", "en")
    assert refused.code == 2
    assert said in refused.err
    assert not (tmp_path / "x").exists()


@pytest.fixture
def cloud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    with running() as made:
        configure(made, tmp_path, monkeypatch)
        yield made


@pytest.mark.filterwarnings("ignore::openstack.warnings.RemovedInSDK50Warning", "ignore::openstack.warnings.RemovedInSDK60Warning")
@pytest.mark.usefixtures("cloud")
def test_a_cloud_is_asked_once_and_published_from_what_was_saved(egide: Typed, tmp_path: Path) -> None:
    said = publish(egide, "--cloud", "fictif", "--save", tmp_path / "saved", "--template", tmp_path / "mine.yaml")
    assert said.code == 0, said
    assert "maintained_by: self" in (tmp_path / "mine.yaml").read_text("utf-8")
    out = publish(egide, tmp_path / "saved", "--provider", STATEMENT, "--out", tmp_path / "out", "--json")
    assert json.loads(out.out)["counts"]["VirtualMachineServiceOffering"] == 7
    assert publish(egide, "--cloud", "fictif", "--save", tmp_path / "saved").code == 2, "saved already"
    assert publish(egide, "--cloud", "fictif", "--region", "fictif-sud", "--save", tmp_path / "south").code == 0
    assert [path.name for path in (tmp_path / "south").iterdir() if path.is_dir()] == ["fictif-sud"]
