"""What a cloud says of itself, read as its API documents it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from tests.catalogue.openstack.clouds import answers, changed, files

from egide.catalogue.openstack import read_answers
from egide.catalogue.openstack.cloud import Flavor
from egide.vocabulary.errors import InputError

NORTH = "fictif-nord"


def test_each_region_has_its_own_answers() -> None:
    found = answers()
    assert found.problems == ()
    north, south = found.cloud.regions
    assert (north.id, north.description, north.zones) == (NORTH, "Région fictive du nord", ("nord-1", "nord-2"))
    assert [one.name for one in south.flavors] == ["fictif.petit", "fictif.moyen"]
    assert north.flavors[3] == Flavor("4", "fictif.discret", 4, 8192, 40, 0, None, {"hw:mem_encryption": "true"})
    assert (north.external_ip_versions, [one.name for one in north.volume_types]) == (frozenset({4}), ["rapide"])


def test_what_is_not_offered_to_everyone_is_counted_and_not_taken() -> None:
    def hide(body: dict[str, list[dict[str, object]]]) -> None:
        body["images"][0]["os_hidden"] = True
        body["images"][1]["status"] = "deactivated"

    found = answers(changed(f"{NORTH}/images.json", hide))
    assert found.cloud.regions[0].images == ()
    assert found.left_out == {"flavors": 2, "images": 4, "volume-types": 2}
    disabled = changed(f"{NORTH}/flavors.json", lambda body: body["flavors"][0].update({"OS-FLV-DISABLED:disabled": True}))
    assert "fictif.petit" not in [one.name for one in answers(disabled).cloud.regions[0].flavors]


def test_addresses_do_not_name_the_project() -> None:
    endpoints = answers().cloud.regions[0].endpoints
    assert endpoints["block-storage"] == "https://volumes.fictif-nord.nuage-fictif.example/v3"
    assert endpoints["object-store"] == "https://objects.fictif-nord.nuage-fictif.example/v1"
    assert not any("-int." in url for url in endpoints.values()), "only public ones"
    for path in ("/v2.1/%(tenant_id)s", "/v2.1/$(project_id)s", "/v2.1/0123456789ABCDEF0123456789abcdef/", "/v2.1"):
        held = changed("catalog.json", lambda body, path=path: body["catalog"][0]["endpoints"][0].update(  # type: ignore[misc]
            url=f"https://user:secret@compute.example{path}"))
        assert answers(held).cloud.regions[0].endpoints["compute"] == "https://compute.example/v2.1"


def test_one_region_may_lie_at_the_top() -> None:
    held = {name.removeprefix(f"{NORTH}/"): content for name, content in files().items() if not name.startswith("fictif-sud")}
    alone = {**held, "regions.json": json.dumps({"regions": [{"id": NORTH}]}).encode()}
    del alone["catalog.json"]
    (region,) = read_answers(alone, "answers").cloud.regions
    assert region == replace(answers().cloud.regions[0], description=None, endpoints={})
    with pytest.raises(InputError, match="put each region's answers into a folder"):
        read_answers(held, "answers")


def test_regions_are_told_by_the_catalogue_or_by_folders_when_no_list_says_them() -> None:
    held = files()
    del held["regions.json"]
    assert [one.id for one in answers(held).cloud.regions] == [NORTH, "fictif-sud"]
    del held["catalog.json"]
    assert [one.id for one in answers(held).cloud.regions] == [NORTH, "fictif-sud"]
    with pytest.raises(InputError, match="no region is named"):
        answers({"flavors.json": b'{"flavors": []}'})


def test_a_token_holds_a_catalogue_too() -> None:
    held = files()
    held["catalog.json"] = json.dumps({"token": json.loads(held["catalog.json"])}).encode()
    assert answers(held) == answers()


def test_an_answer_in_pages_is_read_whole_and_one_that_is_cut_is_told() -> None:
    held = files()
    body = json.loads(held[f"{NORTH}/flavors.json"])
    held[f"{NORTH}/flavors.json"] = json.dumps({"flavors": body["flavors"][:2], "flavors_links": [{"rel": "next", "href": "x"}]}).encode()
    (problem,) = answers(held).problems
    assert ("goes on" in problem.message, problem.rejected) == (True, False)
    held[f"{NORTH}/flavors-2.json"] = json.dumps({"flavors": body["flavors"][2:]}).encode()
    assert answers(held) == answers()
    cut = changed(f"{NORTH}/images.json", lambda body: body.update(next="/v2/images?marker=x"))
    assert "goes on" in answers(cut).problems[0].message


@pytest.mark.parametrize(("name", "entry", "member", "value", "path"), [
    ("flavors.json", "flavors", "ram", "4 GB", "$.flavors[1].ram"),
    ("flavors.json", "flavors", "vcpus", None, "$.flavors[1].vcpus"),
    ("flavors.json", "flavors", "extra_specs", {"a": 1}, "$.flavors[1].extra_specs[...]"),
    ("images.json", "images", "size", "large", "$.images[1].size"),
    ("images.json", "images", "id", 7, "$.images[1].id"),
])  # fmt: skip
def test_an_entry_that_is_not_as_documented_is_a_problem_and_the_others_go_on(
    name: str, entry: str, member: str, value: object, path: str,
) -> None:
    found = answers(changed(f"{NORTH}/{name}", lambda body: body[entry][1].update({member: value})))
    (problem,) = found.problems
    assert (problem.at.file, problem.at.path, problem.rejected) == (f"answers/{NORTH}/{name}", path, True)
    assert len(getattr(found.cloud.regions[0], entry)) == len(getattr(answers().cloud.regions[0], entry)) - 1


@pytest.mark.parametrize(("content", "said"), [
    (b"not JSON", "not readable as JSON"), (b"[]", "an object was expected"), (b"{}", "`flavors` is missing"),
    (b'{"flavors": {}}', "`flavors` is missing"), (b"[" * 100_000, "not readable as JSON"), (b'{"flavors": [', "not readable as JSON"),
])  # fmt: skip
def test_what_is_no_such_answer_is_refused_with_its_file(content: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said) as refused:
        answers({**files(), f"{NORTH}/flavors.json": content})
    assert refused.value.at is not None
    assert refused.value.at.file == f"answers/{NORTH}/flavors.json"


def test_a_file_that_nothing_reads_is_told() -> None:
    found = answers({**files(), "servers.json": b"{}", f"{NORTH}/catalog.json": b"{}"})
    assert sorted((problem.at.file, problem.rejected) for problem in found.problems) == [
        (f"answers/{NORTH}/catalog.json", False), ("answers/servers.json", False),
    ]  # fmt: skip
