"""Plans and checks in the site: the command's own answers, made apart, stopped and begun again; nobody else's are there."""

from __future__ import annotations

import io
import json
import os
import subprocess
import tempfile
import threading
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from egide.app.site import works as doing
from egide.app.site.given import code
from egide.app.site.kinds import KINDS
from egide.app.site.leftovers import RUNS, clear_leftovers, prefix
from egide.app.site.works import Works
from egide.store import jobs
from egide.vocabulary.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .conftest import Browser, World

EXAMPLES = Path(__file__).parents[2] / "examples"
HCL = b'provider "aws" {\n  region = "eu-west-3"\n}\nresource "aws_s3_bucket" "seau" {\n  bucket = "x"\n}\n'
TERRAFORM = json.dumps({
    "format_version": "1.2", "terraform_version": "1.9.0", "planned_values": {"root_module": {}}, "resource_changes": [{
        "address": "aws_s3_bucket.b", "mode": "managed", "type": "aws_s3_bucket", "name": "b<i>",
        "provider_name": "registry.terraform.io/hashicorp/aws", "change": {"actions": ["create"], "before": None, "after": {"bucket": "x"}},
    }], "configuration": {"provider_config": {"aws": {"name": "aws", "expressions": {"region": {"constant_value": "eu-west-3"}}}},
                          "root_module": {}},
}).encode()  # fmt: skip

ANSWER = {"headline": "fait", "lang": "fr", "on": "2026-11-23", "law_as_read": "2026-11-23", "catalogue_as_of": "2026-11-23", "counts": {},
          "data": [], "body": None, "unplaced": 0, "findings": [], "suppressed": [], "problems": []}  # fmt: skip


@pytest.fixture(autouse=True)
def by_hand(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No thread of its own: each test does the work when it wants it done."""
    monkeypatch.setattr(Works, "wake", lambda _: None)
    yield


def asked(browser: Browser, path: str, files: dict[str, Any], fields: dict[str, Any] | None = None) -> str:
    browser.get("/b/un/works")
    answer = browser.send(f"/b/un/works/{path}", fields, files=files, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def plan_files() -> dict[str, Any]:
    names = {"service": "service.yaml", "prices": "prix-2026-11-02.csv", "regions": "regions.csv"}
    return {field: (name, (EXAMPLES / "plan" / name).read_bytes()) for field, name in names.items()}


def test_a_check_says_what_the_command_says_and_nobody_else_sees_it(world: World) -> None:
    with world.browser("auteur") as browser, world.browser("autre") as other:
        here = asked(browser, "check", {"file": ("plan.json", TERRAFORM)}, {"data": "personal", "status": "state"})
        waiting = browser.get(here)
        assert waiting.headers["refresh"]
        assert "waiting its turn" in waiting.text
        assert Works(world.store).run_one()
        page = browser.get(here)
        assert "refresh" not in page.headers
        made = browser.get(f"{here}/answer.json").json()
        assert made["headline"] in page.text
        assert [one["address"] for one in made["findings"]]
        assert "<i>" not in page.text
        assert "personal data" in page.text
        assert made["headline"].partition(":")[0] in browser.get("/b/un/works").text
        for path in (here, f"{here}/answer.json", here.replace("/b/un", "/b/deux")):
            assert other.get(path).status_code == 404
    with world.browser("lecteur", "fr") as reader:
        page = reader.get(here)
        assert made["also"]["fr"]["headline"] in page.text
        assert all(one["text"] not in page.text for one in made["findings"])
        assert reader.get(f"{here}/papers/plan.xlsx").status_code == 404


def test_resources_of_which_the_same_is_said_share_a_line(world: World) -> None:
    several = json.loads(TERRAFORM)
    (one,) = several["resource_changes"]
    several["resource_changes"] = [{**one, "address": f"aws_s3_bucket.n{n}", "name": f"n{n}"} for n in range(30)]
    with world.browser("auteur") as browser:
        here = asked(browser, "check", {"file": ("plan.json", json.dumps(several).encode())}, {"data": "sensitive", "status": "state"})
        assert Works(world.store).run_one()
        page = browser.get(here).text
        assert page.count("<tr>") < 10
        assert "aws_<wbr>s3_<wbr>bucket.<wbr>n0" in page
        assert "and 18 more" in page


def test_a_plan_is_shown_with_its_tables(world: World) -> None:
    with world.browser("auteur") as browser:
        here = asked(browser, "plan", plan_files())
        assert Works(world.store).run_one()
        page = browser.get(here)
        assert page.status_code == 200
        assert len(page.content) < 100_000
        assert browser.get(f"{here}/answer.json").json()["status"] == "optimal"
        assert "style=" not in page.text
        assert "a month" in browser.get("/b/un/works").text
        for name, begins in (("plan.html", b"<!doctype html>"), ("plan.xlsx", b"PK"), ("focus.csv", b"BilledCost")):
            paper = browser.get(f"{here}/papers/{name}")
            assert paper.headers["content-disposition"].startswith("attachment")
            assert paper.content.startswith(begins), name
        assert browser.get(f"{here}/papers/absent").status_code == 404


def test_a_plan_says_which_prices_it_could_not_use_and_what_stands_in_the_way_of_none(world: World) -> None:
    given = plan_files()
    prices = given["prices"][1] + b"Nuage du Ponant;instance;pn-x;;4;16;160;;heure;-0,12\n"
    need = given["service"][1].replace(b"at_least: 2", b"at_least: 9")
    with world.browser("auteur") as browser:
        here = asked(browser, "plan", {**given, "prices": ("prices.csv", prices), "service": ("service.yaml", need)})
        assert Works(world.store).run_one()
        page = browser.get(here)
        assert page.status_code == 200
        assert "prices.csv, row " in page.text
        assert "No plan meets this need" in page.text
        assert "the least number of providers" in page.text
        assert browser.get(f"{here}/papers/focus.csv").status_code == 404
        assert "No plan meets this need" in browser.get("/b/un/works").text


def zipped(files: dict[str, bytes], **written: Any) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, **written) if written else name, content)
    return held.getvalue()


def a_link() -> bytes:
    entry, held = zipfile.ZipInfo("lien.tf"), io.BytesIO()
    entry.external_attr = 0o120777 << 16
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr(entry, b"../ailleurs.tf")
    return held.getvalue()


UNFIT = {
    "empty": [("main.tf", b"")], "noise": [("x.json", b"\x00\x01")], "list": [("x.json", b"[]")], "other": [("x.yaml", b"a: b\n")],
    "out of the folder": [("../main.tf", HCL)], "absolute": [("/etc/main.tf", HCL)], "twins": [("A.tf", HCL), ("a.tf", HCL)],
    "file and folder": [("a.tf", HCL), ("a.tf/b.tf", HCL)], "device": [("con.tf", HCL)],
    "zip that leads out": [("x.zip", zipped({"../main.tf": HCL}))], "link": [("x.zip", a_link())], "no zip": [("x.zip", b"PK\x03\x04 ")],
    "bomb": [("x.zip", zipped({"main.tf": b"#" * (9 * 2**20)}))],
    "too much": [("x.zip", zipped({f"{n}.tf": b"#" * 2**22 for n in range(7)}))],
    "too many": [("x.zip", zipped({f"{n}.tf": b"#" for n in range(1001)}))], "no code": [("x.zip", zipped({"a.py": b"print()"}))],
}  # fmt: skip


@pytest.mark.parametrize("given", UNFIT.values(), ids=UNFIT.keys())
def test_what_is_no_code_or_leads_elsewhere_or_swells_is_refused(given: list[tuple[str, bytes]]) -> None:
    with pytest.raises(InputError):
        code(given)


def test_a_folder_of_code_is_checked_whole_and_no_path_leads_out_of_it(world: World, tmp_path: Path) -> None:
    (tmp_path / "secret.tf").write_bytes(HCL.replace(b"seau", b"ailleurs"))
    (tmp_path / "compose.yaml").write_bytes(b"services: {ailleurs: {image: ailleurs.example/x}}\n")
    outside = b"../" * 12 + str(tmp_path)[1:].encode()
    files = {
        "depot/main.tf": b'module "a" {\n  source = "./parts"\n}\nmodule "b" {\n  source = "' + outside + b'"\n}\n',
        "depot/parts/s.tf": HCL,
        "depot/compose.yaml": b"include: [" + outside + b"/compose.yaml]\nservices: {a: {image: 'ici.example/x'}}\n",
        "egide/__init__.py": b"", "egide/__main__.py": b"print('taken over')",
    }  # fmt: skip
    with world.browser("auteur") as browser:
        browser.get("/b/un/works")
        sent = [("file", (name, content)) for name, content in files.items()]
        zipped_, several = [("file", ("depot.zip", zipped(files)))], sent
        found = []
        for given in (zipped_, several):
            here = browser.send("/b/un/works/check", files=given, follow_redirects=False).headers["location"]
            assert Works(world.store).run_one()
            found.append(browser.get(f"{here}/answer.json").json())
    assert {one["file"] for one in found[0]["findings"]} >= {"depot/parts/s.tf", "depot/compose.yaml"}
    assert found[0]["findings"] == found[1]["findings"]
    assert "ailleurs" not in json.dumps(found).replace(str(tmp_path), "")


def test_what_fails_says_why_and_can_be_begun_again(world: World) -> None:
    with world.browser("auteur") as browser:
        here = asked(browser, "plan", {**plan_files(), "service": ("service.yaml", b"- 1\n")})
        assert Works(world.store).run_one()
        page = browser.get(here)
        assert "service.yaml" in page.text
        assert "egide-" not in page.text.partition("<pre")[2].partition("</pre>")[0]
        assert browser.send(f"{here}/retry", follow_redirects=False).status_code == 303
        assert "waiting its turn" in browser.get(here).text
        assert browser.send(f"{here}/cancel", follow_redirects=False).status_code == 303
        assert not Works(world.store).run_one()
        assert "stopped" in browser.get(here).text
        led = browser.send(f"{here}/retry", follow_redirects=False).headers["location"]
        assert led != here  # one that was stopped begins anew, with what was given
        assert "waiting its turn" in browser.get(led).text
        assert browser.get(here).status_code == 200
        browser.send(f"{led}/cancel")


def test_what_runs_is_stopped_when_somebody_asks(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doing, "command", lambda *_: ["sleep", "60"])
    with world.browser("auteur") as browser:
        here = asked(browser, "check", {"file": ("plan.json", TERRAFORM)})
        worker = threading.Thread(target=Works(world.store).run_one)
        worker.start()
        while "being worked on" not in browser.get(here).text:
            pass
        browser.send(f"{here}/cancel", follow_redirects=False)
        worker.join(20)
        assert not worker.is_alive()
        assert "stopped" in browser.get(here).text


def test_a_server_that_ends_leaves_its_work_to_the_next(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doing, "command", lambda *_: ["sleep", "60"])
    works = Works(world.store)
    with world.browser("auteur") as browser:
        here = asked(browser, "check", {"file": ("plan.json", TERRAFORM)})
        worker = threading.Thread(target=works.run_one)
        worker.start()
        while "being worked on" not in browser.get(here).text:
            pass
        works.close()
        worker.join(20)
        monkeypatch.setattr(doing, "command", lambda *_: ["echo", json.dumps(ANSWER)])
        assert Works(world.store).run_one()
        assert "fait" in browser.get(here).text


def test_what_a_killed_server_left_on_the_machine_is_cleared_and_nobody_elses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    server = subprocess.Popen(["true"])
    server.wait()
    left, mine = (Path(tempfile.mkdtemp(prefix=prefix(pid))) for pid in (server.pid, os.getpid()))
    others = tmp_path / prefix(server.pid).replace("egide-work-", "egide-work-elsewhere")
    others.mkdir()
    command = subprocess.Popen(["sleep", "60"], cwd=left, start_new_session=True)
    (left / RUNS).write_text(str(command.pid))
    (left / "given.tf").write_text("x")
    (mine / RUNS).write_text(str(os.getpid()))
    assert clear_leftovers() == [left]
    assert command.wait(10) < 0
    assert sorted(tmp_path.iterdir()) == sorted([mine, others])


def test_a_job_whose_server_died_is_done_by_the_next(world: World) -> None:
    with world.browser("auteur") as browser:
        here = asked(browser, "check", {"file": ("plan.json", TERRAFORM)})
        with world.store.write() as tx:
            held = jobs.claim_job(tx, "dead", KINDS)
            assert held is not None
            jobs.gone(tx, held)
        assert Works(world.store).run_one()
        assert "JSON" in browser.get(here).text


def test_a_viewer_reads_and_asks_nothing(world: World) -> None:
    with world.browser("auteur") as browser:
        here = asked(browser, "check", {"file": ("plan.json", TERRAFORM)})
        browser.send(f"{here}/cancel")
    with world.browser("lecteur") as viewer:
        assert viewer.get(here).status_code == 200
        for path in ("/b/un/works/check", "/b/un/works/plan", f"{here}/cancel", f"{here}/retry"):
            viewer.get("/b/un/works")
            assert viewer.send(path).status_code == 403
        for number in ("0", "x", "9" * 30, "-1"):
            assert viewer.get(f"/b/un/works/{number}").status_code == 404
