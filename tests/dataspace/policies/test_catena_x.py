"""The Catena-X profile against its published schemas, constraint by constraint, on every sample and on thousands of changed ones."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.dataspace.policies.world import NOON

from egide.dataspace.policies.compiling import compile_policy
from egide.dataspace.policies.deciding import May, decide
from egide.dataspace.policies.facts import Facts, Request
from egide.dataspace.policies.model import Constraint, Operator
from egide.dataspace.policies.operands import Where
from egide.dataspace.policies.preflight import Weight, preflight
from egide.dataspace.policies.profile_catena_x import CATENA, FORMS, constraint_faults
from egide.dataspace.policies.reading import read_odrl

PLACES = {"permission": "AtomicUsagePermissionConstraint", "access": "AtomicAccessPermissionConstraint",
          "prohibition": "AtomicProhibitionConstraint", "obligation": "AtomicObligationConstraint"}  # fmt: skip


@pytest.fixture(scope="module")
def folder(shared: Path) -> Path:
    return shared / "data" / "dataspace" / "cx-odrl-profile" / "schema"


@pytest.fixture(scope="module")
def schemas(folder: Path, shared: Path) -> dict[str, Any]:
    """Every schema by its identifier, the protocol's contract schema among them."""
    paths = [*folder.glob("*schema*.json"), *folder.glob("constraint/*.json")]
    paths += (shared / "data/dataspace/dsp/artifacts/src/main/resources/negotiation").glob("contract-schema.json")
    return {one["$id"]: one for one in (json.loads(path.read_bytes()) for path in paths)}


def validator(schemas: dict[str, Any], reference: str) -> Any:
    """What one of them asks, all of them at hand."""
    return jsonschema.Draft201909Validator({"$defs": schemas, "$ref": reference})


@pytest.fixture(scope="module")
def by_left(schemas: dict[str, Any]) -> dict[str, Any]:
    """The validator of each left operand's own schema."""
    found = {}
    for name, one in schemas.items():
        for definition in one.get("definitions", {}).values():
            left = definition.get("properties", {}).get("leftOperand", {}).get("const")
            if left:
                found[left] = validator(schemas, name)
    return found


def atoms(value: Any) -> Iterator[dict[str, Any]]:
    """Every comparison in a document."""
    if isinstance(value, dict):
        if "leftOperand" in value:
            yield value
        for one in value.values():
            yield from atoms(one)
    elif isinstance(value, list):
        for one in value:
            yield from atoms(one)


def ours(atom: dict[str, Any], rule: str | None = None) -> bool:
    more = {name: one for name, one in atom.items() if name not in ("leftOperand", "operator", "rightOperand")}
    constraint = Constraint(atom["leftOperand"], Operator(atom["operator"]), atom["rightOperand"], None, more)
    return not list(constraint_faults(constraint, "$", rule))


def test_the_profile_has_the_left_operands_of_the_schemas(by_left: dict[str, Any]) -> None:
    assert set(FORMS) == set(by_left)


def test_every_constraint_of_every_sample_is_judged_as_its_schema_judges_it(folder: Path, by_left: dict[str, Any]) -> None:
    samples = [json.loads(path.read_bytes()) for path in sorted(folder.glob("samples/*.json"))]
    found = [atom for sample in samples for atom in atoms(sample)]
    assert len(found) > 60
    refused = [atom for atom in found if not ours(atom)]
    assert [ours(atom) for atom in found] == [by_left[atom["leftOperand"]].is_valid(atom) for atom in found]
    assert refused, "some samples break their own schema (cx.data.keeping, \"6\" as a number): those are refused on both sides"


VALUES = st.one_of(
    st.sampled_from(["active", "cx.region.europe:1", "BPNL012345678910", "BPNL01234567891x", "2023-10-04T12:30:00Z", "2023-10-04T12:30:00",
                     "cx.data.keeping:1", "cx.warranty.none:1", "DataExchangeGovernance:1.0", "cx.thirdParty.forbidden:1", "6", ""]),
    st.integers(-3, 40), st.just(2.0), st.just(2.5), st.booleans(),
)  # fmt: skip


@settings(max_examples=200)
@given(st.sampled_from(sorted(FORMS)), st.sampled_from(sorted(set(Operator))), VALUES | st.lists(VALUES, max_size=3),
       st.dictionaries(st.just("unit"), st.just("day"), max_size=1))  # fmt: skip
def test_any_constraint_is_judged_as_its_schema_judges_it(
    by_left: dict[str, Any], left: str, operator: Operator, right: Any, more: dict[str, str]
) -> None:
    atom = {"leftOperand": left, "operator": operator.value, "rightOperand": right, **more}
    assert ours(atom) is by_left[left].is_valid(atom)


@pytest.mark.parametrize(("rule", "definition"), sorted(PLACES.items()))
def test_each_left_operand_has_its_place_in_the_rules_that_the_schema_gives_it(
    rule: str, definition: str, folder: Path, schemas: dict[str, Any]
) -> None:
    atomic = next(name for name in schemas if name.endswith("atomic-constraint-schemas.json"))
    asked = validator(schemas, f"{atomic}#/definitions/{definition}")
    place = {"permission": "use"}.get(rule, rule)
    for path in sorted(folder.glob("samples/*constraint-sample.json")):
        atom = json.loads(path.read_bytes())
        text = atom | {"rightOperand": str(atom["rightOperand"])} if isinstance(atom["rightOperand"], int) else atom
        if text == atom:  # the protocol's schema refuses numbers, which these ones ask for: no constraint can please both
            assert ours(atom, place) is asked.is_valid(atom), path.name


def test_the_samples_of_whole_policies_are_read_and_their_slips_named(folder: Path) -> None:
    policy = read_odrl(json.loads((folder / "samples/usage-policy-comprehensive-sample.json").read_bytes()))
    found = {(one.path.partition("[")[0], one.reason.code, one.reason.args.get("value")) for one in preflight(compile_policy(policy))
             if one.weight is Weight.PROFILE}  # fmt: skip
    assert ("$.permission", "wrong-value", "6") in found
    assert ("$.prohibition", "wrong-value", "ExtraordinaryAnalyticsForbiddenRightOperand") in found
    clean = read_odrl(json.loads((folder / "samples/access-policy.json").read_bytes()))
    assert not preflight(compile_policy(clean))


def test_an_access_policy_admits_the_partner_it_names_and_no_other(folder: Path) -> None:
    compiled = compile_policy(read_odrl(json.loads((folder / "samples/access-policy.json").read_bytes())))
    partner = {"Membership": "active", "BusinessPartnerNumber": frozenset({"BPNL012345678910"})}
    assert decide(compiled, Request("access", Facts(NOON, partner))).may is May.ALLOWED
    other = partner | {"BusinessPartnerNumber": frozenset({"BPNL999999999999"})}
    assert decide(compiled, Request("access", Facts(NOON, other))).may is May.REFUSED
    assert decide(compiled, Request("access", Facts(NOON, {"Membership": "active"}))).may is May.UNDETERMINED


def test_what_credentials_show_is_enforced_at_the_door_and_the_terms_of_the_contract_by_promise() -> None:
    door = {name for name, one in CATENA.operands.items() if one.where is Where.DOOR}
    assert door == {"Membership", "FrameworkAgreement", "BusinessPartnerNumber", "BusinessPartnerGroup"}
