"""The guide in ten commands, as written: a file and a stream for who bears the label, the reason on both sides for who doesn't."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.dataspace.serving import Served, free_port
from tests.dataspace.test_planes import running
from tests.dataspace.test_two_connectors import egide, eventually

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "guides" / "share-under-terms.md"


def commands() -> list[str]:
    found = re.search(r"^```sh\n(make demo.*?)^```", GUIDE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert found
    return found[1].splitlines()


def test_a_file_and_a_stream_are_shared_in_ten_commands_and_who_lacks_the_label_is_told_why(
    folder: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    lines, ports = commands(), {name: str(free_port()) for name in ("8181", "8182", "8183", "1883")}
    assert len(lines) <= 10
    shutil.copytree(ROOT / "examples" / "dataspace", folder / "examples" / "dataspace")
    monkeypatch.chdir(folder)
    served: dict[str, Served] = {}
    with ExitStack() as stack:
        for line in lines[1:]:
            here = re.sub("|".join(ports), lambda found: ports[found[0]], line)
            if here.startswith("mosquitto "):
                broker, retained = here.split(" && ")
                stack.enter_context(running(int(ports["1883"]), "/usr/sbin/mosquitto", *shlex.split(broker.replace("-d ", ""))[1:]))
                subprocess.run(shlex.split(retained), check=True)
            elif here.startswith("for one in "):
                for name in here.removeprefix("for one in ").partition(";")[0].split():
                    served[name] = stack.enter_context(Served(folder / name, "--management-port", "0"))
            else:
                words = shlex.split(here)
                refused = "--at club" in here
                said = egide(*words[2:], code=1 if refused else 0)
                assert not refused or "partyLabel eq secnumcloud is asked, and it is hds" in said
        assert (folder / "got" / "courbes.csv").read_bytes() == (ROOT / "examples/dataspace/energie/courbes.csv").read_bytes()
        (stream,) = [one for one in (folder / "got").iterdir() if one.name != "courbes.csv"]
        assert "12.5" in stream.read_text("utf-8")
        said = "urn:example:club", "partyLabel eq secnumcloud is asked, and it is hds"
        eventually(lambda: all(one in served["grid"].said() for one in said), True)
        theirs = next(one for one in served["grid"].processes() if one.peer == "urn:example:club")
        assert "condition-not-met" in [one["code"] for one in theirs.reason or ()]


def test_what_another_is_to_know_of_us_is_said_to_a_peer_and_in_its_own_words(folder: Path) -> None:
    new = ("init", folder / "x", "--participant", "urn:example:x", "--fact")
    assert "--peer" in egide(*new, "partyLabel=hds", code=2)
    assert "unheard" in egide(*new, "unheard=1", "--peer", folder, code=2)
    two = ("offer", __file__, __file__, "--policy", __file__, "--at", folder)
    assert "several" in egide(*two, "--id", "urn:a", code=2)
