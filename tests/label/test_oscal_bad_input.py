"""OSCAL from strangers: refused with the path of what is wrong, or read as far as it is understood."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.label.oscal_cases import DIGESTS, worked

from egide.label.oscal import read_oscal, write_oscal
from egide.label.oscal.carrying import NS
from egide.label.oscal.parsing import MAX_BYTES, MAX_DEPTH
from egide.vocabulary.errors import EgideError, InputError
from egide.vocabulary.findings import Answer

FILES = write_oscal(worked())


def changed(name: str, change: Any) -> dict[str, bytes]:
    document = json.loads(FILES[name])
    change(next(iter(document.values())))
    return FILES | {name: json.dumps(document).encode()}


def said(files: dict[str, bytes]) -> list[str]:
    return [f"{one.at}: {one.message}" for one in read_oscal(files, DIGESTS).problems]


@pytest.mark.parametrize(("content", "message"), [
    (b"{", "not readable as JSON"), (b"\xff\xfe", "not readable as JSON"), (b"[]", "not a document of OSCAL"),
    (b'{"system-security-plan": {}, "catalog": {}}', "not a document of OSCAL"), (b'{"dossier": {}}', "not a document of OSCAL"),
    (b'{"catalog": {}}', "does not say which version"), (b'{"catalog": []}', "does not say which version"),
    (b'{"catalog": {"metadata": {"oscal-version": "1.2.1"}}}', "not as OSCAL has it"),
    (b"[" * 100_000, "levels"), (b'{"catalog": ' + b'{"a": ' * MAX_DEPTH + b"1" + b"}" * MAX_DEPTH + b"}", "levels"),
])
def test_what_is_no_document_of_oscal_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_oscal({"x.json": content})


@pytest.mark.parametrize("version", ["1.0.4", "1.1.3", "1.20.0", "2.0.0", "", 12])
def test_another_version_is_refused_where_it_is_written(version: object) -> None:
    files = changed("ssp.json", lambda plan: plan["metadata"].update({"oscal-version": version}))
    with pytest.raises(InputError, match="OSCAL") as refused:
        read_oscal(files)
    assert refused.value.at is not None
    assert refused.value.at.path == "$.system-security-plan.metadata.oscal-version"


def test_every_document_of_version_1_2_is_read() -> None:
    files = {name: content.replace(b'"1.2.1"', b'"1.2.0"') for name, content in FILES.items()}
    assert read_oscal(files, DIGESTS) == read_oscal(FILES, DIGESTS)


def test_a_wrong_type_is_refused_with_its_path() -> None:
    files = changed("ssp.json", lambda plan: plan["system-characteristics"]["system-ids"][0].update({"id": 3}))
    with pytest.raises(InputError, match="Expected `str`, got `int`") as refused:
        read_oscal(files)
    assert refused.value.at is not None
    assert refused.value.at.path == "$.system-security-plan.system-characteristics.system-ids[0].id"


def test_a_file_that_is_too_large_is_refused_before_it_is_read() -> None:
    with pytest.raises(InputError, match="larger than 64 MiB"):
        read_oscal({"x.json": b" " * (MAX_BYTES + 1)})


def test_no_file_and_too_many_files_are_refused() -> None:
    with pytest.raises(InputError, match="none of the files"):
        read_oscal({})
    with pytest.raises(InputError, match="more than 200 documents"):
        read_oscal({f"{at}.json": b"{}" for at in range(201)})


def test_two_plans_that_do_not_name_each_other_are_refused() -> None:
    with pytest.raises(InputError, match="several security plans"):
        read_oscal({"one.json": FILES["base-1-ssp.json"], "two.json": FILES["base-1-ssp.json"]})


def test_plans_in_a_circle_are_refused() -> None:
    def point_up(plan: Any) -> None:
        plan["system-implementation"]["components"].append({
            "uuid": "5b3a0f1e-0000-5000-8000-000000000000", "type": "system", "title": "Cercle", "description": "",
            "status": {"state": "other"},
            "props": [{"name": "record", "ns": NS, "value": "base"}, {"name": "offer", "ns": NS, "value": "x"},
                      {"name": "provides", "ns": NS, "value": "IaaS"}],
            "links": [{"href": "base-1-ssp.json", "rel": "system-security-plan"}]})
    with pytest.raises(InputError, match="leads back to itself"):
        read_oscal(changed("base-1-ssp.json", point_up))


def test_a_bad_record_never_stops_the_good_ones() -> None:
    def spoil(plan: Any) -> None:
        first = plan["back-matter"]["resources"][0]
        next(one for one in first["props"] if one["name"] == "on")["value"] = "hier"
    read = read_oscal(changed("ssp.json", spoil), DIGESTS)
    assert read.dossier is not None
    assert [one.id for one in read.dossier.documents] == ["E-002"]
    (problem,) = read.problems
    assert (problem.at.path, problem.args) == ("$.system-security-plan.back-matter.resources[0]", {"name": "on"})


def test_what_is_not_understood_is_named_once_with_its_number() -> None:
    def add(plan: Any) -> None:
        for one in plan["system-implementation"]["components"]:
            one["protocols"] = []
    assert said(changed("ssp.json", add)) == [
        "ssp.json at $.system-security-plan.system-implementation.components[].protocols: {times} × `{path}`: not understood, so left out"]


def test_documents_of_other_kinds_are_left_out_and_said_to_be() -> None:
    profile = {"profile": {"metadata": {"oscal-version": "1.2.1"}}}
    assert said(FILES | {"p.json": json.dumps(profile).encode()}) == ["p.json: documents of the kind «{root}» are not read"]


def test_a_file_outside_the_folder_is_never_looked_for() -> None:
    def escape(plan: Any) -> None:
        first = plan["back-matter"]["resources"][0]
        first["rlinks"][0]["href"] = "../secret"
        first["props"].append({"name": "file", "ns": NS, "value": "../secret"})
    read = read_oscal(changed("ssp.json", escape), {"../secret": "e" * 64})
    assert read.dossier is not None
    assert (read.dossier.documents[0].file, read.dossier.documents[0].found) == (None, None)
    assert [one.args["name"] for one in read.problems] == ["Politique de sécurité"]


@pytest.mark.parametrize(("file", "where", "name"), [
    ("ssp.json", ("back-matter", "resources", 0), "found"),
    ("assessment-results.json", ("results", 0), "ownership.answer"),
    ("assessment-results.json", ("results", 0, "findings", 0), "layers.1.layer"),
])
def test_nobody_else_says_what_is_found_or_computed_here(file: str, where: tuple[str | int, ...], name: str) -> None:
    def forge(document: Any) -> None:
        for step in where:
            document = document[step]
        document["props"].append({"name": name, "ns": NS, "value": "met"})
    assert read_oscal(changed(file, forge), DIGESTS).problems[0].args == {"name": name.split(".", maxsplit=1)[0]}


def test_what_is_satisfied_with_a_doubt_is_unknown() -> None:
    def doubt(results: Any) -> None:
        results["results"][0]["findings"][0]["target"]["status"] = {"state": "satisfied", "reason": "other"}
    read = read_oscal(changed("assessment-results.json", doubt), DIGESTS)
    assert read.findings[0].answer is Answer.UNKNOWN


def _places(node: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path, *(found for key, value in items for found in _places(value, (*path, key)))]


PLACES = {name: _places(json.loads(content)) for name, content in FILES.items()}
JUNK = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5), st.sampled_from([[], {}, "1e400", "9" * 40]))


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_no_document_brings_the_reader_down(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(FILES)))
    document = json.loads(FILES[name])
    for _ in range(data.draw(st.integers(1, 3))):
        *path, last = data.draw(st.sampled_from(PLACES[name][1:]))
        node = document
        try:
            for step in path:
                node = node[step]
            if data.draw(st.booleans()):
                node[last] = data.draw(JUNK)
            else:
                del node[last]
        except (KeyError, IndexError, TypeError):
            continue
    try:
        read_oscal(FILES | {name: json.dumps(document).encode()}, DIGESTS)
    except EgideError as error:
        assert error.args[0]
