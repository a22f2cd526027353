"""Our own short form of a policy, in YAML, which people write: `allow`, `forbid`, `oblige`, each with what is done, by whom and when.

```yaml
policy: urn:example:meter-curves
about: https://data.example/meters/2026
allow:
  - do: use
    when:
      - purpose: [research, billing]
      - partyControlledFromOutsideTheUnion: false
      - dateTime: {lt: 2027-01-01}
forbid:
  - do: distribute
```

A condition is a left operand with a value (`eq`), a list (`isAnyOf`) or operators with theirs; `all`, `any`, `one` and `in-order` join
conditions; `{left:, is:, right:}` spells everything out. Whatever the short form has no word for goes under `also`, so that ODRL comes
back as it was. Unknown keys are refused with their path.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from egide.dataspace.policies.model import (
    Action,
    Condition,
    Conflict,
    Constraint,
    Joined,
    Logic,
    Operator,
    Policy,
    PolicyKind,
    Rule,
    RuleKind,
    Who,
)
from egide.dataspace.policies.reading import WrongPolicyError, bounded, mapping, right_operand, token, word_of
from egide.dataspace.policies.terms import short
from egide.vocabulary.language import N_

RULES = {RuleKind.PERMISSION: "allow", RuleKind.PROHIBITION: "forbid", RuleKind.OBLIGATION: "oblige"}
JOINS = {Logic.AND: "all", Logic.OR: "any", Logic.XONE: "one", Logic.AND_SEQUENCE: "in-order"}
WITHIN = {"owing": RuleKind.PERMISSION, "otherwise": RuleKind.OBLIGATION, "repair": RuleKind.PROHIBITION}
"""What a rule may bring with it: duties, consequences, remedies."""
CONFLICTS = {"permit": Conflict.PERMIT, "prohibit": Conflict.PROHIBIT, "invalid": Conflict.INVALID}
_POLICY = {"policy", "kind", "context", "profile", "conflict", "inherits", "about", "from", "to", "do", *RULES.values(), "also"}
_RULE = {"id", "do", "about", "from", "to", "when", *WITHIN, "also"}
_WHO, _ACTION = {"id", "kind", "source", "where", "also"}, {"do", "where", "also"}
_FULL, _JOINED = {"left", "is", "right", "id", "also"}, {*JOINS.values(), "id", "also"}
RESERVED = _FULL | _JOINED


def read_short(document: Any) -> Policy:
    """The policy in a document of the short form. Raises `WrongPolicyError`."""
    said = _known(bounded(_plain(document)), "$", _POLICY)
    kind = word_of(said["kind"], "$.kind").capitalize() if "kind" in said else PolicyKind.SET.value
    more = _also(said, "$") | ({"@context": said["context"]} if "context" in said else {})
    rules = tuple(_rule(one, kind, at) for kind, name in RULES.items() for one, at in _list(said, name, "$"))
    conflict = None
    if "conflict" in said:
        word = word_of(said["conflict"], "$.conflict")
        if word not in CONFLICTS:
            raise WrongPolicyError("$.conflict", N_("`{word}` is none of {wanted}"), {"word": word, "wanted": " | ".join(CONFLICTS)})
        conflict = CONFLICTS[word]
    return Policy(
        _id(said, "policy", "$"), token(kind, PolicyKind, "$.kind"), rules,
        tuple(word_of(one, at) for one, at in _list(said, "profile", "$")), conflict,
        tuple(word_of(one, at) for one, at in _list(said, "inherits", "$")), _whos(said, "about", "$"), _whos(said, "from", "$"),
        _whos(said, "to", "$"), tuple(_action(one, at) for one, at in _list(said, "do", "$")), more,
    )  # fmt: skip


def is_short(document: Any) -> bool:
    """Whether a document is of the short form: it has no word of ODRL's own."""
    words = {"@context", "@id", "@type", "uid", *(kind.value for kind in RuleKind)}
    return isinstance(document, dict) and not any(name in words or name.startswith("odrl:") for name in map(str, document))


def _plain(value: Any) -> Any:
    """Days and moments as the text that JSON has for them."""
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {name if isinstance(name, str) else str(name): _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list) else value


def _known(value: Any, path: str, keys: set[str]) -> Mapping[str, Any]:
    said = mapping(value, path)
    if unknown := [name for name in said if name not in keys]:
        raise WrongPolicyError(f"{path}.{unknown[0]}", N_("`{name}` is not known here; expected {wanted}"),
                               {"name": unknown[0], "wanted": ", ".join(sorted(keys))})
    return said


def _also(said: Mapping[str, Any], path: str) -> dict[str, Any]:
    return dict(mapping(said.get("also", {}), f"{path}.also"))


def _id(said: Mapping[str, Any], name: str, path: str) -> str | None:
    return word_of(said[name], f"{path}.{name}") if name in said else None


def _list(said: Mapping[str, Any], name: str, path: str) -> list[tuple[Any, str]]:
    given = said.get(name, [])
    if not isinstance(given, list):
        return [(given, f"{path}.{name}")]
    return [(one, f"{path}.{name}[{index}]") for index, one in enumerate(given)]


def _rule(value: Any, kind: RuleKind, path: str) -> Rule:
    said = _known({"do": value} if isinstance(value, str) else value, path, _RULE)
    for name, wanted in WITHIN.items():
        if name in said and kind is not wanted:
            raise WrongPolicyError(f"{path}.{name}", N_("`{name}` has its place in a {rule} only"), {"name": name, "rule": wanted.value})
    duties, consequences, remedies = (
        tuple(_rule(one, RuleKind.OBLIGATION, at) for one, at in _list(said, name, path)) for name in WITHIN
    )
    return Rule(
        kind, tuple(_action(one, at) for one, at in _list(said, "do", path)), _whos(said, "about", path), _whos(said, "from", path),
        _whos(said, "to", path), _conditions(said, "when", path), duties, consequences, remedies, _id(said, "id", path), _also(said, path),
    )  # fmt: skip


def _action(value: Any, path: str) -> Action:
    if isinstance(value, str):
        return Action(short(word_of(value, path)))
    said = _known(value, path, _ACTION)
    return Action(short(word_of(said.get("do"), f"{path}.do")), _conditions(said, "where", path), _also(said, path))


def _whos(said: Mapping[str, Any], name: str, path: str) -> tuple[Who, ...]:
    return tuple(_who(one, at) for one, at in _list(said, name, path))


def _who(value: Any, path: str) -> Who:
    if isinstance(value, str):
        return Who(word_of(value, path))
    said = _known(value, path, _WHO)
    kind = _id(said, "kind", path)
    return Who(_id(said, "id", path), kind and short(kind), _id(said, "source", path), _conditions(said, "where", path), _also(said, path))


def _conditions(said: Mapping[str, Any], name: str, path: str) -> tuple[Condition, ...]:
    return tuple(one for value, at in _list(said, name, path) for one in _condition(value, at))


def _condition(value: Any, path: str) -> list[Condition]:
    """One condition, or as many as there are operands and operators side by side."""
    said = mapping(value, path)
    joins = [how for how, name in JOINS.items() if name in said]
    if joins:
        return [_joined(_known(said, path, _JOINED), joins, path)]
    if "left" in said:
        return [_full(_known(said, path, _FULL), path)]
    return [one for left, right in said.items() for one in _compared(short(word_of(left, path)), right, f"{path}.{left}")]


def _joined(said: Mapping[str, Any], joins: list[Logic], path: str) -> Joined:
    if len(joins) > 1:
        raise WrongPolicyError(path, N_("a logical constraint has exactly one of {wanted}"), {"wanted": " | ".join(JOINS.values())})
    how, parts = joins[0], list[Condition]()
    for value, at in _list(said, JOINS[how], path):
        found = _condition(value, at)
        if len(found) != 1 and how is not Logic.AND:
            raise WrongPolicyError(at, N_("one condition is expected here; `all` joins several"))
        parts += found
    return Joined(how, tuple(parts), _id(said, "id", path), _also(said, path))


def _full(said: Mapping[str, Any], path: str) -> Constraint:
    also = _also(said, path)
    if "right" not in said and "rightOperandReference" not in also:
        raise WrongPolicyError(path, N_("a constraint lacks {names}"), {"names": "`right`"})
    operator = token(word_of(said.get("is"), f"{path}.is"), Operator, f"{path}.is")
    right = right_operand(said["right"], f"{path}.right") if "right" in said else None
    return Constraint(short(word_of(said["left"], f"{path}.left")), operator, right, _id(said, "id", path), also)


def _compared(left: str, right: Any, path: str) -> list[Condition]:
    if isinstance(right, list):
        return [Constraint(left, Operator.IS_ANY_OF, right_operand(right, path))]
    if not isinstance(right, dict):
        return [Constraint(left, Operator.EQ, right_operand(right, path))]
    if not right:
        raise WrongPolicyError(path, N_("a constraint lacks {names}"), {"names": "`right`"})
    return [Constraint(left, token(name, Operator, f"{path}.{name}"), right_operand(one, f"{path}.{name}")) for name, one in right.items()]
