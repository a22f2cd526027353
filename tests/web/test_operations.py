"""What is told of requests, how a site is set, and what is written down for those who run it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from litestar.testing import TestClient
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from egide.api.observing import Observed, Traces
from egide.app.site.serving import DESCRIBED, Serving, serving
from egide.vocabulary.errors import InputError
from egide.web.application import application

from .conftest import BASE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .conftest import World

ROOT = Path(__file__).parents[2]
TOKEN = "un-jeton-d-au-moins-seize-signes"  # noqa: S105 - of nobody
SECRET = "jamais-dans-le-journal"  # noqa: S105


ROUTES = (
    (f"/join/{SECRET}", "/join/{secret}"), (f"/q/{SECRET}", "/q/{secret}"),
    (f"/feeds/{SECRET}/fr/egide.ics", "/feeds/{secret}/{lang}/egide.ics"),
    (f"/b/{SECRET}/portfolio?find={SECRET}", "/b/{body_id}/portfolio"), (f"/{SECRET}", "-"),
)  # fmt: skip


def observed(world: World, *, log: str = "json", traces: Traces | None = None) -> tuple[Any, Sequence[str]]:
    said: list[str] = []
    settings = Serving(metrics_token=TOKEN)
    made = application(world.site, ("egide.test",), settings)
    return Observed(made.app if isinstance(made, Observed) else made, log, made.figures if isinstance(made, Observed) else None, traces,
                    said.append), said  # fmt: skip


def test_a_line_for_each_request_holds_the_route_and_no_secret(world: World) -> None:
    app, said = observed(world)
    with TestClient(app, base_url=BASE, cookies={"egide_session": SECRET}) as client:
        for path, _ in ROUTES:
            answer = client.get(path, headers={"Authorization": f"Bearer {SECRET}"}, follow_redirects=False)
            assert len(answer.headers["x-request-id"]) == 16
    lines = [json.loads(line) for line in said]
    assert [line["route"] for line in lines] == [route for _, route in ROUTES]
    assert [line["status"] for line in lines] == [410, 410, 404, 303, 404]
    assert SECRET not in "".join(said)


def test_figures_are_for_whoever_has_their_token(world: World) -> None:
    app, _ = observed(world, log="none")
    with TestClient(app, base_url=BASE) as client:
        client.get("/login")
        assert client.get("/metrics").status_code == 404
        assert client.get("/metrics", headers={"Authorization": "Bearer faux"}).status_code == 404
        told = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).text
        assert re.search(r'egide_requests_total\{method="GET",route="/login",status="200"\} 1\.0', told)
        assert 'egide_request_seconds_count{method="GET",route="/login"} 1.0' in told
    with TestClient(world.app, base_url=BASE) as without:
        assert without.get("/metrics").status_code == 404


def test_a_trace_goes_on_from_the_callers(world: World) -> None:
    spans = InMemorySpanExporter()
    traces = Traces(None, spans)
    app, _ = observed(world, traces=traces)
    with TestClient(app, base_url=BASE) as client:
        client.get(f"/join/{SECRET}", headers={"traceparent": f"00-{'a' * 32}-{'b' * 16}-01"})
    traces.close()
    (span,) = spans.get_finished_spans()
    assert span.name == "GET /join/{secret}"
    assert format(span.context.trace_id, "032x") == "a" * 32  # type: ignore[union-attr]
    assert SECRET not in str(span.attributes)


def test_options_go_before_the_environment_and_the_environment_before_the_file(tmp_path: Path) -> None:
    file = tmp_path / "egide.toml"
    file.write_text('port = 1\nhost = "::1"\nlog = "json"\n')
    said = serving(file, {"EGIDE_SERVE_PORT": "2", "EGIDE_SERVE_LOG": "text", "AUTRE": "3"}, port=3, host=None)
    assert (said.port, said.host, said.log) == (3, "::1", "text")
    assert serving(None, {}) == Serving()


@pytest.mark.parametrize(("written", "named"), [
    ("prot = 1", "prot"), ("port = 70000", "port"), ('log = "xml"', "log"), ("at_once = 0", "at_once"),
    ('metrics_token = "court-secret"', "metrics_token"), ("port = ", "TOML"), ("\x00", "TOML"),
    ('conformity = "partial"', "statement"), ('contact = "javascript:alert(1)"', "contact"), ('statement = "http://a.b"', "statement"),
])  # fmt: skip
def test_a_setting_that_is_wrong_is_named_and_its_value_is_not_told(tmp_path: Path, written: str, named: str) -> None:
    file = tmp_path / "egide.toml"
    file.write_text(written)
    with pytest.raises(InputError) as refused:
        serving(file, {})
    assert named in str(refused.value)
    assert "court-secret" not in str(refused.value)


def test_every_setting_is_described() -> None:
    from msgspec.structs import fields

    assert {name.removeprefix("EGIDE_SERVE_").lower() for name in DESCRIBED} == {one.name for one in fields(Serving)}


def test_what_is_deployed_uses_settings_that_exist() -> None:
    known = set(DESCRIBED) | {"EGIDE_HOME", "EGIDE_DB"}
    for path in (ROOT / "deploy").iterdir():
        assert set(re.findall(r"\bEGIDE_[A-Z_]*[A-Z]", path.read_text("utf-8"))) <= known, path
    objects = {one["kind"]: one for one in yaml.safe_load_all((ROOT / "deploy" / "kubernetes.yaml").read_text("utf-8"))}
    config = objects["ConfigMap"]["data"]["egide.toml"]
    assert "base" in config
    (pod,) = objects["Deployment"]["spec"]["template"]["spec"]["containers"]
    assert pod["securityContext"] == {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}
    assert {pod[probe]["httpGet"]["path"] for probe in ("readinessProbe", "livenessProbe")} == {"/ready", "/health"}


def test_it_answers_to_its_own_names_only(world: World) -> None:
    with TestClient(world.app, base_url="http://ailleurs.example") as client:
        assert client.get("/login").status_code == 421


def test_every_test_that_the_page_of_threats_names_is_there() -> None:
    page = (ROOT / "docs" / "ideas" / "threats.md").read_text("utf-8")
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", page)
    assert len(named) > 20
    for file, test in named:
        assert (ROOT / file).is_file(), file
        assert not test or f"def {test}(" in (ROOT / file).read_text("utf-8"), test
