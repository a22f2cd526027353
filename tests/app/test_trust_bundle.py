"""The bundle is one file that several processes may add to: what each of them was told is kept is there afterwards."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from egide.app import locking
from egide.app.files import home
from egide.app.trust import bundle as trust_bundle

DID = """{{"@context": ["https://www.w3.org/ns/did/v1"], "id": "{did}", "verificationMethod": []}}"""
TAKE = """
import sys
from pathlib import Path
from egide.app.trust import bundle as trust_bundle
print("ready", flush=True)
trust_bundle.take_in(Path(sys.argv[1]), vouched=True)
print("kept", flush=True)
"""
ADDRESS = "https://{name}.example/.well-known/did.json"


@pytest.fixture(autouse=True)
def own_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("EGIDE_HOME", str(tmp_path / "home"))


def page(folder: Path, name: str) -> Path:
    (folder / name).mkdir()
    path = folder / name / "did.json"
    path.write_text(DID.format(did=f"did:web:{name}.example"))
    return path


def taking(path: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", TAKE, str(path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def rest(process: subprocess.Popen[str]) -> str:
    """What else it says. Read from the same buffer as the first line: `communicate` would miss what has come with it."""
    assert process.stdout is not None
    with process.stdout:
        said = process.stdout.read()
    assert process.wait(30) == 0
    return said


def names() -> set[str]:
    return {file.name for file in trust_bundle.kept().files}


def test_an_import_waits_for_another_and_adds_to_what_that_one_kept(tmp_path):
    mine = trust_bundle.brought(page(tmp_path, "un"), vouched=True)
    folder = home() / "trust"
    folder.mkdir(parents=True)
    with locking.held(folder):
        before = trust_bundle.kept()
        process = taking(page(tmp_path, "deux"))
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.3)
        trust_bundle._keep(before.joined(mine))
    assert rest(process) == "kept\n"
    assert names() == {ADDRESS.format(name="un"), ADDRESS.format(name="deux")}


def test_of_several_imports_at_once_none_is_lost(tmp_path):
    wanted = [f"fournisseur-{number}" for number in range(3)]
    processes = [taking(page(tmp_path, name)) for name in wanted]
    assert [rest(process) for process in processes] == ["kept\n"] * len(wanted)
    assert names() == {ADDRESS.format(name=name) for name in wanted}
