"""Labels and works for programs: the same answers as the command gives, each step by whom may take it, nothing done twice; and a label for
credentials that are presented, when a person has signed for it."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from litestar.testing import TestClient
from tests.cli.conftest import typed

from egide.accounts import people
from egide.accounts.roles import Act, Role
from egide.app.label import assessing as job
from egide.app.site.works import Works
from egide.trust.credentials.opening import digest_of
from egide.trust.jose import read_compact
from egide.web.application import application

from .conftest import BASE, ON, PASSWORD
from .test_api import ROOT, token
from .test_works import EXAMPLES, HCL, plan_files, zipped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .conftest import World

HERE = f"{ROOT}/bodies/un"
OFFER = EXAMPLES / "fournisseur"
SCHEME = "gaia-x-24.11"
OFFERING = "urn:offre:stockage-fictif"


@pytest.fixture(scope="module")
def dossier() -> bytes:
    """The example whose label Gaia-X's rules support, as a zip."""
    files = {path.relative_to(OFFER).as_posix(): path.read_bytes() for path in sorted(OFFER.rglob("*")) if path.is_file()}
    return zipped({**files, "offer.yaml": files["offer-stockage.yaml"]})


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An issuer of labels with its lists, and a provider's presentation."""
    place = tmp_path_factory.mktemp("office")
    (offer,) = job.dossier(OFFER / "offer-stockage.yaml", ON).same_as
    for name, did in (("provider", "did:key"), ("label", "did:web:label-fictif.example")):
        typed(place, "trust", "key", "new", "--did", did, "--name", name)
    for name, id in (("offre", offer), ("autre", "https://autre-fictif.example/stockage")):
        said = {"id": f"urn:x:{name}", "type": "gx:ServiceOffering", "credentialSubject": {"id": id, "a": 1}}
        (place / f"{name}.json").write_text(json.dumps(said), "utf-8")
        typed(place, "trust", "issue", place / f"{name}.json", "--key", "provider", "--format", "vp+jwt", "--out", place / f"{name}.jwt")
    typed(place, "trust", "status", "new", place / "desk", "--key", "label", "--address", "https://label-fictif.example/status/")
    return place


@pytest.fixture(scope="module")
def hands(world: World) -> dict[str, int]:
    """Three persons of the first body."""
    made = {}
    with world.store.write() as tx:
        for login, role in (("porteuse", Role.AUTHOR), ("juge", Role.EVALUATOR), ("plume", Role.SIGNER)):
            made[login] = people.add_person(tx, login, login.title(), PASSWORD).number
            people.grant(tx, "un", made[login], [Role.VIEWER, role])
    return made


@contextmanager
def by(world: World, login: str, app: Any = None) -> Iterator[TestClient[Any]]:
    with TestClient(app or world.app, base_url=BASE) as client:
        client.headers["Authorization"] = f"Bearer {token(world, login, 'un', [Act.READ, Act.WRITE, Act.EVALUATE, Act.SIGN])}"
        yield client


def judged(world: World, here: str) -> dict[str, Any]:
    """The dossier, once every document of its binder is accepted."""
    with by(world, "juge") as judge:
        for state in ("reviewed", "accepted"):
            for one in judge.get(here).json()["documents"]:
                assert judge.post(f"{here}/reviews", json={**one, "state": state, "why": "lu"}).status_code == 201
        made: dict[str, Any] = judge.get(here).json()
    return made


def test_a_dossier_goes_through_three_hands_and_gives_a_label(
    world: World, hands: dict[str, int], dossier: bytes, desk: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("EGIDE_HOME", str(desk / "home"))
    with by(world, "porteuse") as author:
        keyed = {"Idempotency-Key": "dossier"}
        made = author.post(f"{HERE}/dossiers", content=dossier, headers=keyed).json()
        assert author.post(f"{HERE}/dossiers", content=dossier, headers=keyed).json()["id"] == made["id"]
        here = f"{HERE}/dossiers/{made['id']}"
        run = job.run(OFFER / "offer-stockage.yaml", SCHEME, ON)
        said = author.get(f"{here}/label?scheme={SCHEME}").json()
        assert {one["id"]: one["answer"] for one in said["requirements"]} == {one.id: str(one.answer) for one in run.assessment.findings}
        assert author.get(f"{here}/gaps?scheme={SCHEME}").json()["items"] == said["gaps"]
        assert author.get(f"{here}/label?scheme=absent").status_code == 404
        change = author.post(f"{here}/simulations?scheme={SCHEME}", json={"change": "- 1"})
        assert change.status_code == 400
        assert author.post(f"{here}/records", json={"version": 1, "scheme": SCHEME}).status_code == 403
    judged(world, here)
    with by(world, "juge") as judge:
        assert judge.post(f"{here}/records", json={"version": 2, "scheme": SCHEME}).status_code == 409
        record = judge.post(f"{here}/records", json={"version": 1, "scheme": SCHEME}, headers=keyed).json()
        assert judge.post(f"{here}/records", json={"version": 1, "scheme": SCHEME}, headers=keyed).json() == record
        assert judge.post(f"{here}/records/1/signature", json={"digest": record["digest"]}).status_code == 403
        assert judge.get(f"{here}/records/1").json()["level"] == said["level"]
        assert judge.get(f"{here}/records/2").status_code == 404
    site = replace(world.site, label_desk=desk / "desk")
    app = application(site, ("egide.test",))
    level = {"SC": "standard-compliance", "L1": "label-level-1", "L2": "label-level-2", "L3": "label-level-3"}[said["level"]]
    with by(world, "plume", app) as signer:
        asked = f"/api/credential-offers/{level}?vcid=urn:label:1"
        presentation = (desk / "offre.jwt").read_bytes()
        early = signer.post(asked, content=presentation)
        assert (early.status_code, early.headers["content-type"]) == (409, "application/problem+json")
        signed = signer.post(f"{here}/records/1/signature", json={"digest": record["digest"]})
        assert signed.json()["signer"] == hands["plume"]
        label = signer.post(asked, content=presentation, headers={"Content-Type": "application/vp+jwt"})
        assert (label.status_code, label.headers["content-type"]) == (201, "application/vc+jwt"), label.text
        assert signer.post(asked, content=presentation).text == label.text
        payload = json.loads(read_compact(label.content).payload)  # type: ignore[union-attr]
        assert payload["id"] == "urn:label:1"
        assert payload["credentialSubject"]["gx:labelLevel"] == said["level"]
        assert payload["issuer"].startswith("did:web:label-fictif.example")
        (compliant,) = payload["credentialSubject"]["gx:compliantCredentials"]
        assert compliant["digestSRI"].startswith("sha256-")
        assert signer.post(f"{asked}&dossier=absent", content=presentation).status_code == 404
        for path, content, status in (
            (asked, (desk / "autre.jwt").read_bytes(), 409), (f"{asked}&dossier={made['id']}", (desk / "autre.jwt").read_bytes(), 409),
            (asked, presentation[:-9] + b"AAAAAAAA" + presentation[-1:], 409), (asked, b"", 400),
            ("/api/credential-offers/label-level-9", presentation, 404),
        ):  # fmt: skip
            answer = signer.post(path, content=content)
            assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), (path, answer.text)
    assert digest_of(payload)
    with by(world, "plume") as signer:
        assert signer.post(asked, content=presentation).status_code == 503
    with by(world, "juge", app) as judge:
        assert judge.post(asked, content=presentation).status_code == 403


def test_works_are_asked_followed_and_resumed_by_programs(world: World, hands: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Works, "wake", lambda _: None)
    with by(world, "porteuse") as client:
        keyed = {"Idempotency-Key": "check"}
        content = zipped({"depot/main.tf": HCL})
        made = client.post(f"{HERE}/works/checks?name=depot.zip&holds=personal", content=content, headers=keyed)
        assert made.status_code == 201, made.text
        here = f"{HERE}/works/{made.json()['number']}"
        assert client.post(f"{HERE}/works/checks?name=depot.zip&holds=personal", content=content, headers=keyed).json() == made.json()
        assert client.get(f"{here}/answer").status_code == 404
        assert Works(world.store).run_one()
        assert client.get(here).json()["state"] == "done"
        assert {one["file"] for one in client.get(f"{here}/answer").json()["findings"]} == {"depot/main.tf"}
        several = client.post(f"{HERE}/works/checks", files=[("file", ("a.tf", HCL)), ("file", ("b.tf", HCL))])
        assert several.json()["name"] == "a.tf, b.tf"
        waiting = f"{HERE}/works/{several.json()['number']}"
        assert client.post(f"{waiting}/cancel").json()["state"] == "cancelled"
        anew = client.post(f"{waiting}/resume", headers={"Idempotency-Key": "anew"}).json()
        assert client.post(f"{waiting}/resume", headers={"Idempotency-Key": "anew"}).json() == anew
        assert (anew["state"], anew["name"]) == ("queued", "a.tf, b.tf")
        assert anew["number"] > several.json()["number"]
        client.post(f"{HERE}/works/{anew['number']}/cancel")
        files = {field: content for field, content in plan_files().items() if field != "regions"}
        assert client.post(f"{HERE}/works/plans", files=files).json()["kind"] == "plan"
        need = zipped({"n/service.yaml": b"- 1\n", "n/prices.csv": b"x\n"})
        failing = client.post(f"{HERE}/works/plans", params={"name": "n.zip"}, content=need).json()
        unfit = ((b"", "checks"), (b"PK\x03\x04", "checks"), (zipped({"../a.tf": HCL}), "checks"), (zipped({"a.csv": b"1"}), "plans"))
        for body, path in unfit:
            assert client.post(f"{HERE}/works/{path}", params={"name": "x.zip"}, content=body).status_code == 400
        assert client.post(f"{HERE}/works/checks?name=a.tf&holds=strange", content=HCL).status_code == 400
        assert client.get(f"{HERE}/works").json()["items"][0]["number"] == failing["number"]
        client.post(f"{HERE}/works/{failing['number'] - 1}/cancel")
        assert Works(world.store).run_one()
        failed = client.get(f"{HERE}/works/{failing['number']}").json()
        assert failed["state"] == "failed"
        assert "service.yaml" in failed["error"]
        assert client.post(f"{HERE}/works/{failing['number']}/resume").json()["state"] == "queued"
        client.post(f"{HERE}/works/{failing['number']}/cancel")
