"""ODRL in JSON-LD compact form to a policy (the shapes of ODRL's and the Dataspace Protocol's contexts; no expansion, nothing fetched).

A single value stands for a list of one; a term may be short, prefixed or in full. Every error names the path. Limits: 1 MiB, 40 levels,
20,000 nodes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from egide.dataspace.policies.model import (
    Action,
    Condition,
    Conflict,
    Constraint,
    Joined,
    Logic,
    Operator,
    Policy,
    PolicyError,
    PolicyKind,
    Right,
    Rule,
    RuleKind,
    Who,
)
from egide.dataspace.policies.terms import short
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 40
MAX_NODES = 20_000
T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)
_IDS = ("@id", "uid", "id")
_TYPES = ("@type", "type")
_RULE = {*_IDS, *_TYPES, "action", "target", "assigner", "assignee", "constraint", "duty", "consequence", "remedy"}
_POLICY = {*_IDS, *_TYPES, "profile", "conflict", "inheritFrom", "target", "assigner", "assignee", "action",
           *(kind.value for kind in RuleKind)}  # fmt: skip
_CONSTRAINT = {"leftOperand", "operator", "rightOperand", *_IDS}
_SCALARS = (str, int, float, bool)


class WrongPolicyError(PolicyError):
    """What stands there cannot be read as a policy."""

    def __init__(self, path: str, message: str, values: Mapping[str, object] | None = None) -> None:
        super().__init__(message, values)
        self.path = path


def parse(content: bytes, file: str) -> Any:
    """JSON, bounded. Raises `InputError`."""
    if len(content) > MAX_BYTES:
        raise InputError(N_("the policy is larger than {limit} KiB, the most that is read"), Location(file),
                         values={"limit": MAX_BYTES // 1024})
    try:
        return json.loads(content, object_pairs_hook=_distinct, parse_constant=_refused)
    except (ValueError, RecursionError) as error:
        raise InputError(N_("not readable as JSON: {problem}"), Location(file), values={"problem": error}) from error


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found


def _refused(word: str) -> Any:
    raise ValueError(f"{word} is not JSON")


def read_odrl(document: Any) -> Policy:
    """The policy in a JSON document. Raises `WrongPolicyError`."""
    return _Reader().policy(bounded(document))


def bounded(document: Any) -> Any:
    """The same document, once it is known to be neither too deep nor too large."""
    nodes, ahead = 0, [(document, 0)]
    while ahead:
        value, depth = ahead.pop()
        nodes += 1
        if depth > MAX_DEPTH:
            raise WrongPolicyError("$", N_("more than {limit} levels"), {"limit": MAX_DEPTH})
        if nodes > MAX_NODES:
            raise WrongPolicyError("$", N_("more than {limit} values"), {"limit": MAX_NODES})
        if isinstance(value, (dict, list)):
            ahead += [(one, depth + 1) for one in (value.values() if isinstance(value, dict) else value)]
    return document


class _Reader:
    """One document."""

    def policy(self, document: Any) -> Policy:
        said = _short_keys(mapping(document, "$"), "$")
        rules = tuple(rule for kind in RuleKind for rule in _each(said, kind.value, "$", lambda one, at, k=kind: self.rule(one, k, at)))  # type: ignore[misc]
        return Policy(
            _identifier(said, "$"), self.kind(said), rules, tuple(_words(said, "profile", "$")), self.conflict(said),
            tuple(_words(said, "inheritFrom", "$")), *self.whom(said, "$"), _each(said, "action", "$", self.action),
            {name: one for name, one in said.items() if name not in _POLICY},
        )  # fmt: skip

    def kind(self, said: Mapping[str, Any]) -> PolicyKind:
        types = [short(one) for one in _types(said, "$")]
        named = [one for one in types if one in set(PolicyKind)]
        if types and len(named) != 1:
            raise WrongPolicyError("$.@type", N_("`{type}` is no kind of policy; expected {wanted}"),
                                   {"type": ", ".join(types), "wanted": " | ".join(PolicyKind)})
        return PolicyKind(named[0]) if named else PolicyKind.SET

    def conflict(self, said: Mapping[str, Any]) -> Conflict | None:
        word = word_of(said["conflict"], "$.conflict") if "conflict" in said else None
        return None if word is None else token(short(word), Conflict, "$.conflict")

    def whom(self, said: Mapping[str, Any], path: str) -> tuple[tuple[Who, ...], tuple[Who, ...], tuple[Who, ...]]:
        target, assigner, assignee = (_each(said, name, path, self.who) for name in ("target", "assigner", "assignee"))
        return target, assigner, assignee

    def rule(self, document: Any, kind: RuleKind, path: str) -> Rule:
        said = _short_keys(mapping(document, path), path)
        within = {
            "duty": (RuleKind.PERMISSION, "permission"), "consequence": (RuleKind.OBLIGATION, "obligation"),
            "remedy": (RuleKind.PROHIBITION, "prohibition"),
        }  # fmt: skip
        for name, (wanted, word) in within.items():
            if name in said and kind is not wanted:
                raise WrongPolicyError(f"{path}.{name}", N_("`{name}` has its place in a {rule} only"), {"name": name, "rule": word})
        duties, consequences, remedies = (
            _each(said, name, path, lambda one, at: self.rule(one, RuleKind.OBLIGATION, at)) for name in within
        )
        return Rule(
            kind, _each(said, "action", path, self.action), *self.whom(said, path), _each(said, "constraint", path, self.condition),
            duties, consequences, remedies, _identifier(said, path), _rest(said, _RULE, kind, path),
        )  # fmt: skip

    def action(self, document: Any, path: str) -> Action:
        if isinstance(document, str):
            return Action(short(document))
        said = _short_keys(mapping(document, path), path)
        named = next((name for name in ("rdf:value", "value", *_IDS) if name in said), None)
        if named is None:
            raise WrongPolicyError(path, N_("an action has a name (`rdf:value`)"))
        inner = said[named]
        word = inner.get("@id") if isinstance(inner, dict) else inner
        more = {name: one for name, one in said.items() if name not in (named, "refinement")}
        return Action(short(word_of(word, f"{path}.{named}")), _each(said, "refinement", path, self.condition), more)

    def who(self, document: Any, path: str) -> Who:
        if isinstance(document, str):
            return Who(document)
        said = _short_keys(mapping(document, path), path)
        types = _types(said, path)
        if len(types) > 1:
            raise WrongPolicyError(f"{path}.@type", N_("one type at most"))
        source = word_of(said["source"], f"{path}.source") if "source" in said else None
        more = {name: one for name, one in said.items() if name not in (*_IDS, *_TYPES, "source", "refinement")}
        kind = short(types[0]) if types else None
        return Who(_identifier(said, path), kind, source, _each(said, "refinement", path, self.condition), more)

    def condition(self, document: Any, path: str) -> Condition:
        said = _short_keys(mapping(document, path), path)
        joins = [how for how in Logic if how.value in said]
        if not joins:
            return self.constraint(said, path)
        if len(joins) > 1 or "leftOperand" in said:
            raise WrongPolicyError(path, N_("a logical constraint has exactly one of {wanted}"), {"wanted": " | ".join(Logic)})
        how = joins[0]
        given = said[how.value]
        if isinstance(given, dict) and set(given) == {"@list"}:
            given = given["@list"]
        parts = _each({how.value: given}, how.value, path, self.condition)
        types = _types(said, path)
        if any(short(one) != "LogicalConstraint" for one in types):
            raise WrongPolicyError(f"{path}.@type", N_("`{type}` where a constraint was expected"), {"type": ", ".join(types)})
        more = {name: one for name, one in said.items() if name not in (how.value, *_IDS, *_TYPES)}
        return Joined(how, parts, _identifier(said, path), more)

    def constraint(self, said: Mapping[str, Any], path: str) -> Constraint:
        missing = [name for name in ("leftOperand", "operator") if name not in said]
        if "rightOperand" not in said and "rightOperandReference" not in said:
            missing.append("rightOperand")
        if missing:
            raise WrongPolicyError(path, N_("a constraint lacks {names}"), {"names": ", ".join(f"`{name}`" for name in missing)})
        operator = token(short(_term(said["operator"], f"{path}.operator")), Operator, f"{path}.operator")
        left = short(_term(said["leftOperand"], f"{path}.leftOperand"))
        types = _types(said, path)
        if any(short(one) != "Constraint" for one in types):
            raise WrongPolicyError(f"{path}.@type", N_("`{type}` where a constraint was expected"), {"type": ", ".join(types)})
        more = {name: one for name, one in said.items() if name not in _CONSTRAINT and name not in _TYPES}
        right = right_operand(said["rightOperand"], f"{path}.rightOperand") if "rightOperand" in said else None
        return Constraint(left, operator, right, _identifier(said, path), more)


def _rest(said: Mapping[str, Any], known: set[str], kind: RuleKind, path: str) -> dict[str, Any]:
    usual = {RuleKind.PERMISSION: {"Permission"}, RuleKind.PROHIBITION: {"Prohibition"}, RuleKind.OBLIGATION: {"Duty", "Obligation"}}
    types = {short(one) for one in _types(said, path)}
    if wrong := types - usual[kind] - {"Rule"}:
        raise WrongPolicyError(f"{path}.@type", N_("`{type}` where a {rule} was expected"),
                               {"type": ", ".join(sorted(wrong)), "rule": kind.value})
    return {name: one for name, one in said.items() if name not in known}


def _short_keys(said: Mapping[str, Any], path: str) -> dict[str, Any]:
    """Keys in full or with ODRL's prefix are the short ones; two spellings of one key are refused."""
    found: dict[str, Any] = {}
    for name, value in said.items():
        key = short(name) if name.startswith(("odrl:", "http://www.w3.org/ns/odrl/2/")) else name
        if key in found:
            raise WrongPolicyError(f"{path}.{key}", N_("`{name}` stands twice"), {"name": key})
        found[key] = value
    return found


def mapping(value: Any, path: str) -> Mapping[str, Any]:
    """The value, which is an object."""
    if not isinstance(value, dict):
        raise WrongPolicyError(path, N_("an object was expected, not {found}"), {"found": _named(value)})
    return value


def _named(value: object) -> str:
    """The kind of a JSON value, as the standard calls it."""
    return {dict: "object", list: "array", str: "string", bool: "boolean", int: "number", float: "number"}.get(type(value), "null")


def word_of(value: Any, path: str) -> str:
    """The value, which is text and not empty."""
    if not isinstance(value, str) or not value:
        raise WrongPolicyError(path, N_("text was expected, not {found}"), {"found": _named(value)})
    return value


def _term(value: Any, path: str) -> str:
    """A term, by name or as a reference."""
    return word_of(value.get("@id") if isinstance(value, dict) else value, path)


def token(word: str, tokens: type[E], path: str) -> E:
    """The token of that name."""
    try:
        return tokens(word)
    except ValueError:
        raise WrongPolicyError(path, N_("`{word}` is none of {wanted}"), {"word": word, "wanted": " | ".join(tokens)}) from None


def right_operand(value: Any, path: str) -> Right:
    """The value, which is one that constraints compare with, or a list of such."""
    if isinstance(value, list):
        wrong = next((index for index, one in enumerate(value) if not isinstance(one, (*_SCALARS, dict))), None)
        if wrong is not None:
            raise WrongPolicyError(f"{path}[{wrong}]", N_("a right operand is a value or a list of values"))
        return value
    if not isinstance(value, (*_SCALARS, dict)):
        raise WrongPolicyError(path, N_("a right operand is a value or a list of values"))
    return value


def _types(said: Mapping[str, Any], path: str) -> list[str]:
    given = said.get("@type", said.get("type", []))
    return [word_of(one, f"{path}.@type") for one in (given if isinstance(given, list) else [given])]


def _identifier(said: Mapping[str, Any], path: str) -> str | None:
    found = {name: word_of(said[name], f"{path}.{name}") for name in _IDS if name in said}
    if len(set(found.values())) > 1:
        raise WrongPolicyError(path, N_("it has two identifiers: {names}"), {"names": ", ".join(sorted(set(found.values())))})
    return next(iter(found.values()), None)


def _words(said: Mapping[str, Any], name: str, path: str) -> list[str]:
    given = said.get(name, [])
    return [_term(one, f"{path}.{name}") for one in (given if isinstance(given, list) else [given])]


def _each(said: Mapping[str, Any], name: str, path: str, read: Callable[[Any, str], T]) -> tuple[T, ...]:
    """One value, or each of a list, with its path."""
    given = said.get(name, [])
    if not isinstance(given, list):
        return (read(given, f"{path}.{name}"),)
    return tuple(read(one, f"{path}.{name}[{index}]") for index, one in enumerate(given))
