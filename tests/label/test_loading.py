"""A scheme is refused with the path of what is wrong; the published schema refuses what a schema can."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from egide.label.loading import Checks, load_scheme, matches
from egide.label.scheme import Scheme
from egide.label.written import schema
from egide.vocabulary.errors import InputError
from egide.vocabulary.yaml import read_yaml

from .shipped_schemes import SCHEMES, files_of

SHAPE = Draft202012Validator(schema(), format_checker=FormatChecker())
Written = dict[str, Any]


@dataclass(frozen=True)
class Check:
    limits: tuple[str, ...] = ()


def head(**changes: Any) -> Written:
    text = {"fr": "Petit schéma", "en": "Little scheme"}
    return {
        "id": "little", "version": "1", "title": text, "authority": text, "source": {"text": "A little scheme", "read": "secondary"},
        "read_on": "2026-11-23", "in_force": {"from": "2026-01-01"}, "kind": "requirements", "chapters": {"1": text},
        "defaults": {
            "kinds": ["SaaS"], "evidence": ["document"], "fresh_months": 12, "effort": "small", "role": "security", "read": "secondary",
        },
        **changes,
    }  # fmt: skip


def requirement(number: str = "1.a", **changes: Any) -> Written:
    return {"id": number, "title": {"fr": f"Point {number}", "en": f"Item {number}"}, **changes}


def pair(number: str = "1.a", *others: str, **changes: Any) -> Written:
    return {"requirement": number, "others": list(others or ("*",)), "relation": "supports", **changes}


def load(*requirements: Written, top: Written | None = None, checks: Checks | None = None, **files: Written) -> Scheme:
    folder = {"scheme.yaml": top or head(), "list.yaml": {"requirements": list(requirements or (requirement(),))}}
    return load_scheme({name: as_json(one) for name, one in (folder | files).items()}, checks)


def as_json(document: Written) -> bytes:
    return json.dumps(document).encode()


def refused(*requirements: Written, **others: Any) -> str:
    with pytest.raises(InputError) as caught:
        load(*requirements, **others)
    return str(caught.value)


def mapped(*pairs: Written) -> Written:
    return {"scheme": "other", "source": {"text": "Ours", "at": "1", "read": "secondary"}, "correspondences": list(pairs)}


def test_the_least_scheme_loads() -> None:
    (one,) = load().requirements
    assert (one.id, one.chapter, one.binding, one.fresh_months, one.source.at) == ("1.a", "1", "mandatory", 12, "1.a")


def test_a_requirement_wins_over_its_file_and_its_file_over_its_scheme() -> None:
    listed = {"defaults": {"effort": "medium", "fresh_months": None}, "requirements": [requirement(), requirement("1.b", effort="large")]}
    scheme = load_scheme({"scheme.yaml": as_json(head()), "list.yaml": as_json(listed)})
    assert [(one.effort, one.fresh_months) for one in scheme.requirements] == [("medium", None), ("large", None)]


def test_a_folder_without_its_head_is_no_scheme() -> None:
    with pytest.raises(InputError, match=r"a scheme needs a `scheme\.yaml`"):
        load_scheme({"list.yaml": b"requirements: []"})


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"efort": "small"}, "list.yaml at $.requirements[0]: Object contains unknown field `efort`"),
        ({"effort": "huge"}, "$.requirements[0].effort"),
        ({"role": "wizard"}, "$.requirements[0].role"),
        ({"evidence": ["rumour"]}, "$.requirements[0].evidence[0]"),
        ({"evidence": []}, "at least one kind of evidence"),
        ({"kinds": ["FaaS"]}, "$.requirements[0].kinds[0]"),
        ({"binding": "maybe"}, "$.requirements[0].binding"),
        ({"source": {"read": "hearsay"}}, "$.requirements[0].source.read"),
        ({"chapter": "2"}, "$.requirements[0].id: the scheme has no chapter `2`"),
        ({"levels": {"high": "declaration"}}, "$.requirements[0].levels: the scheme has no level `high`"),
        ({"standards": ["iso"]}, "$.requirements[0].standards: the scheme names no standard `iso`"),
        ({"stands_on": ["1.z"]}, "$.requirements[0].stands_on: no requirement is numbered `1.z`"),
        ({"limits": {"days": [{"from": 1, "value": 1}]}}, "list.yaml at $.requirements[0].limits[...][0].from"),
        ({"limits": {"days": []}}, "limits without a check that reads them"),
        ({"computed_in_part": True}, "computed in part without a check"),
    ],
)
def test_a_requirement_is_refused_with_its_path(change: Written, path: str) -> None:
    assert path in refused(requirement(**change))


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"autority": "x"}, "scheme.yaml at $: Object contains unknown field `autority`"),
        ({"kind": "stars"}, "$.kind"),
        ({"kind": "levels"}, "scheme.yaml at $.levels: levels go with"),
        ({"levels": ["low"]}, "scheme.yaml at $.levels: levels go with"),
        ({"kind": "weighted"}, "$.objectives: objectives go with"),
        ({"kind": "weighted", "objectives": [{"id": "A", "title": {"fr": "a", "en": "b"}, "weight": 99}]}, "do not make 100"),
        ({"kind": "levels", "levels": ["low", "low"]}, "`low` stands twice"),
        ({"defaults": {}}, "list.yaml at $.requirements[0]: `kinds` is said neither here nor in the defaults"),
    ],
)
def test_a_head_is_refused_with_its_path(change: Written, path: str) -> None:
    assert path in refused(top=head(**change))


def test_two_requirements_of_one_number_are_refused_across_files() -> None:
    assert "more.yaml at $.requirements[0]: two requirements are numbered `1.a`" in refused(
        **{"more.yaml": {"requirements": [requirement()]}}
    )


def test_an_order_of_work_that_turns_in_a_circle_is_refused() -> None:
    assert "these stand on each other: 1.a, 1.b" in refused(
        requirement(stands_on=["1.b"]), requirement("1.b", stands_on=["1.a"]), requirement("1.c")
    )


def test_a_check_that_nobody_knows_is_refused() -> None:
    computed = requirement(computed=["is_blue"])
    assert load(computed).requirements[0].computed == ("is_blue",)
    assert "list.yaml at $.requirements[0].computed: no check is named `is_blue`" in refused(computed, checks=["is_red"])


def test_a_limit_is_given_when_a_check_reads_it_and_only_then() -> None:
    checks = {"is_blue": Check(("shade",)), "is_red": Check()}
    shade = {"shade": [{"from": "2026-01-01", "value": 3}]}
    assert load(requirement(computed=["is_blue"], limits=shade), checks=checks).requirements[0].limits["shade"][0].value == 3
    assert "the limit `shade` is read and nowhere given" in refused(requirement(computed=["is_blue"]), checks=checks)
    assert "nothing reads the limit `shade`" in refused(requirement(computed=["is_red"], limits=shade), checks=checks)
    assert "scheme.yaml at $.limits.shade: nothing reads the limit `shade`" in refused(top=head(limits=shade), checks=checks)


def test_a_limit_without_a_value_on_some_day_is_refused() -> None:
    late = {"days": [{"from": "2026-02-01", "value": 3}]}
    assert "the limit `days` has no value on 2026-01-01" in refused(requirement(computed=["x"], limits=late))


def test_a_correspondence_names_what_is_there() -> None:
    scheme = load(**{"mapping.yaml": mapped(pair("1.*", "2.a", "2.b"))})
    assert [(one.other, one.together_with) for one in scheme.correspondences] == [("2.a", ("2.b",)), ("2.b", ("2.a",))]
    assert "mapping.yaml at $.correspondences[0].requirement: no requirement is numbered `9.a`" in refused(
        **{"mapping.yaml": mapped(pair("9.a"))}
    )
    assert "$.correspondences[0].others" in refused(**{"mapping.yaml": mapped(pair() | {"others": []})})
    assert "$.correspondences[0].relation" in refused(**{"mapping.yaml": mapped(pair(relation="equals"))})


def test_a_correspondence_may_help_an_objective() -> None:
    objective = {"id": "O-1", "title": {"fr": "a", "en": "b"}, "weight": 100}
    scheme = load(top=head(kind="weighted", objectives=[objective]), **{"mapping.yaml": mapped(pair("O-1"))})
    assert scheme.correspondences[0].requirement == "O-1"


def test_a_pattern_speaks_of_what_is_under_it() -> None:
    assert matches("1.2.*", "1.2.a")
    assert not matches("1.2.*", "1.20.a")
    assert matches("*", "1.2.a")
    assert not matches("1.2", "1.2.a")


@pytest.mark.parametrize("name", SCHEMES)
def test_the_published_schema_accepts_what_ships(name: str) -> None:
    for file, content in files_of(name).items():
        document = json.loads(json.dumps(read_yaml(content, file), default=str))
        assert SHAPE.is_valid(document), file


def test_the_published_schema_refuses_an_unknown_key() -> None:
    assert SHAPE.is_valid(head())
    assert not SHAPE.is_valid(head(autority="x"))
