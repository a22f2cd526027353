"""A cloud asked by its own client gives what its answers on file give."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from tests.app.openstack_server import PASSWORD, TOKEN, Cloud, running
from tests.catalogue.openstack.clouds import answers

from egide.app.catalogue.openstack_asking import CloudError, ask
from egide.catalogue.openstack import read_answers

pytestmark = [pytest.mark.filterwarnings(f"ignore::openstack.warnings.RemovedInSDK{number}Warning") for number in (50, 60)]
"""The client warns of itself."""


@pytest.fixture
def cloud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    with running() as made:
        configure(made, tmp_path, monkeypatch)
        yield made


def configure(cloud: Cloud, folder: Path, monkeypatch: pytest.MonkeyPatch, password: str = PASSWORD) -> None:
    (folder / "clouds.yaml").write_text(f"""
clouds:
  fictif:
    auth:
      auth_url: {cloud.base}/identity/v3
      username: lecteur
      password: {password}
      project_name: vitrine
      user_domain_name: Default
      project_domain_name: Default
""", "utf-8")  # fmt: skip
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(folder / "clouds.yaml"))


def test_a_cloud_that_is_asked_says_what_its_answers_on_file_say(cloud: Cloud) -> None:
    told: list[tuple[int, int]] = []
    found = read_answers(ask("fictif", progress=lambda *far: told.append(far)), "fictif")
    wanted = answers()
    assert [replace(one, endpoints={}) for one in found.cloud.regions] == [replace(one, endpoints={}) for one in wanted.cloud.regions]
    assert (found.problems, found.left_out, told) == ((), wanted.left_out, [(1, 2), (2, 2)])
    north = found.cloud.regions[0]
    assert north.endpoints["block-storage"] == f"{cloud.base}/fictif-nord/volume/v3", "without the project"


def test_only_the_regions_named_are_asked(cloud: Cloud) -> None:
    found = read_answers(ask("fictif", ["fictif-sud"]), "fictif")
    assert [one.id for one in found.cloud.regions] == ["fictif-sud"]
    assert not [path for _, path, _ in cloud.asked if path.startswith("/fictif-nord/compute")]


def test_nothing_is_written_to_a_cloud(cloud: Cloud) -> None:
    ask("fictif", ["fictif-sud"])
    assert {(method, urlsplit(path).path) for method, path, _ in cloud.asked if method != "GET"} == {("POST", "/identity/v3/auth/tokens")}


def test_an_answer_leads_the_token_nowhere_else(cloud: Cloud) -> None:
    with running() as stranger:
        cloud.elsewhere = stranger.base
        found = read_answers(ask("fictif"), "fictif")
        assert stranger.asked == []
    assert len(found.cloud.regions[0].flavors) == 5
    assert any(token == TOKEN for _, _, token in cloud.asked)


def test_a_cloud_without_volumes_networks_and_regions_of_its_own_is_read_all_the_same(cloud: Cloud) -> None:
    cloud.without = {"block-storage", "network"}
    paths = ("/fictif-nord/identity/v3/regions", "/identity/v3/regions", "/fictif-nord/compute/v2.1/os-availability-zone")
    cloud.refuses = dict.fromkeys(paths, 403)
    found = read_answers(ask("fictif"), "fictif")
    north = found.cloud.regions[0]
    assert (north.id, north.zones, north.volume_types, north.external_ip_versions) == ("fictif-nord", (), (), None)
    assert len(north.flavors) == 5


def test_what_a_cloud_refuses_is_said_without_its_secrets(cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cloud.refuses = {"/fictif-nord/image/v2/images": 403}
    with pytest.raises(CloudError, match=r"/images: HTTP 403"):
        ask("fictif")
    with pytest.raises(CloudError, match="absent"):
        ask("absent")
    configure(cloud, tmp_path, monkeypatch, "un-autre-secret")
    with pytest.raises(CloudError, match="fictif") as refused:
        ask("fictif")
    assert "un-autre-secret" not in str(refused.value)


def test_a_cloud_that_is_not_there_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with running() as gone:
        configure(gone, tmp_path, monkeypatch)
    with pytest.raises(CloudError, match="could not be asked"):
        ask("fictif")
