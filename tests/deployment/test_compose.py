"""One machine: what Compose itself would accept, each instance once, each flow a network of its own, no secret in clear."""

from __future__ import annotations

import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from shutil import which
from socket import socket
from subprocess import run
from threading import Thread
from typing import Any

import pytest
import yaml
from compose_spec import PyCompose
from tests.deployment.plans import BLUEPRINTS, blueprint
from tests.deployment.test_kubernetes import site_of

from egide.deployment import Target, build


def compose(name: str) -> tuple[str, dict[str, Any]]:
    content = build(site_of(blueprint(name)), Target.COMPOSE).files["compose.yaml"].decode()
    return content, yaml.safe_load(content)


@pytest.mark.parametrize("name", BLUEPRINTS)
def test_another_reader_of_compose_takes_every_service(name: str) -> None:
    content, plain = compose(name)
    assert set(PyCompose.from_yaml(content).service_names()) == plain["services"].keys()


def test_the_other_reader_would_see_what_is_wrong() -> None:
    content, _ = compose("online-service")
    with pytest.raises(ValueError, match="restart"):
        PyCompose.from_yaml(content.replace("restart: unless-stopped", "restart: sometimes"))


@pytest.mark.parametrize("name", BLUEPRINTS)
def test_each_instance_stands_once_and_speaks_only_along_flows(name: str) -> None:
    site, (_, plain) = site_of(blueprint(name)), compose(name)
    services = {key: one for key, one in plain["services"].items() if "profiles" not in one}
    running = [one for one in site.stands if one.component.run]
    assert services.keys() == {f"{one.name}-{number + 1}" for one in running for number in range(one.component.count)}
    together: dict[str, set[str]] = {}
    for one in services.values():
        for network in one.get("networks", {}):
            together.setdefault(network, set()).add(one["labels"]["egide.component"])
    flows = {(flow.source, flow.target) for flow in site.flows}
    for network, ends in together.items():
        assert plain["networks"][network] == ({} if network == "outside" else {"internal": True})
        assert network in {"outside", *(f"{end}-peers" for end in ends)} or any(ends == set(flow) for flow in flows)
    spoken = {frozenset(flow) for flow in flows if all(site.by_id[end].component.run for end in flow if end in site.by_id)
              and set(flow) <= site.by_id.keys()}  # fmt: skip
    assert spoken == {frozenset(ends) for network, ends in together.items() if network != "outside" and len(ends) > 1}
    for key, one in services.items():
        stand = next(stand for stand in running if key.rpartition("-")[0] == stand.name)
        limits = one["deploy"]["resources"]["limits"]
        assert (limits["cpus"], limits["memory"]) == (str(stand.component.vcpus), f"{stand.component.ram_mib}m")


@pytest.mark.parametrize("name", BLUEPRINTS)
def test_secrets_are_asked_for_and_never_written(name: str) -> None:
    site, (content, plain) = site_of(blueprint(name)), compose(name)
    for stand in site.stands:
        for variable, secret in stand.component.run.secrets if stand.component.run else ():
            asked = secret.upper().replace("-", "_")
            assert plain["services"][f"{stand.name}-1"]["environment"][variable] == f"${{{asked}:?}}"
    assert not re.search(r"(?i)password: [^$\n\"]", content.replace('"', ""))


@pytest.fixture(scope="module")
def answering() -> Iterator[int]:
    """A page that answers on `/well?a=1&b=2` and nowhere else."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/well?a=1&b=2" else 503)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Nothing is printed."""

    with HTTPServer(("127.0.0.1", 0), Page) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


@pytest.mark.parametrize(("path", "well"), [("/well?a=1&b=2", True), ("/ill", False), (None, True)])
def test_a_health_check_sees_who_is_well_with_no_more_than_debian_has(path: str | None, well: bool, answering: int, tmp_path: Path) -> None:
    """Debian's slim images have neither wget, curl nor nc: bash speaks for itself. Nobody answers on another port."""
    for name in ("bash", "sh", "head", "grep"):
        (tmp_path / name).symlink_to(str(which(name)))
    probe = f"{{path: '{path}', port: http}}" if path else "{port: http}"
    service = blueprint("online-service").replace(b"ready: {path: /health, port: http}", f"ready: {probe}".encode())
    for port, expected in ((answering, well), (closed_port(), False)):
        changed = service.replace(b"ports: {http: 8000}", f"ports: {{http: {port}}}".encode())
        plain = yaml.safe_load(build(site_of(changed), Target.COMPOSE).files["compose.yaml"])
        kind, command = plain["services"]["application-1"]["healthcheck"]["test"]
        done = run(["/bin/sh", "-c", command.replace("$$", "$")], env={"PATH": str(tmp_path)}, capture_output=True, check=False)
        assert (kind, done.returncode == 0) == ("CMD-SHELL", expected)


def closed_port() -> int:
    with socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def test_ports_of_the_host_are_never_taken_twice() -> None:
    _, plain = compose("collaborative-suite")
    taken = [port["published"] for one in plain["services"].values() for port in one.get("ports", [])]
    assert len(taken) == len(set(taken))
    assert {"7880", "7881"} <= set(taken)


def test_no_service_is_root_or_privileged() -> None:
    _, plain = compose("ai-platform")
    for one in plain["services"].values():
        assert not one["user"].startswith("0")
        assert (one["read_only"], one["cap_drop"], one["security_opt"]) == (True, ["ALL"], ["no-new-privileges:true"])


def test_a_dollar_in_a_command_stays_a_dollar() -> None:
    _, plain = compose("online-service")
    assert "$$BACKUP_HOST" in plain["services"]["base-dump"]["entrypoint"][2]
    assert plain["services"]["base-dump"]["environment"]["BACKUP_HOST"] == "base"
    assert plain["services"]["base-backup"]["depends_on"] == {"base-dump": {"condition": "service_completed_successfully"}}
