"""Small lies told of a rulebook, one at a time: another operator, effect, date or number, a part left out.

A mutant is a change of what is written, so that it goes through the same loading as the book; one that the loader
refuses is as good as found out.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from egide.vocabulary.facts import BODY_STATUSES
from egide.vocabulary.findings import Effect
from egide.vocabulary.yaml import read_yaml

Written = dict[str, Any]
Lie = Callable[[Written], None]
LONG_LIST = 12
"""Longer lists (countries) are compared whole with the list they must be, in `test_sources`."""
DAY = timedelta(days=1)


def written(files: Mapping[str, bytes]) -> Written:
    """The book's files as plain values, by name."""
    return {name: read_yaml(content, name) for name, content in files.items()}


def told(book: Written, lie: Lie) -> Mapping[str, bytes]:
    """The files with that lie in them (JSON is YAML too)."""
    mutant = copy.deepcopy(book)
    lie(mutant)
    return {name: json.dumps(content, default=str).encode() for name, content in mutant.items()}


def lies(book: Written) -> Iterator[tuple[str, Lie]]:
    """Every lie about a book, with a name to recognise it by."""
    yield from _expression("binds", ("book.yaml", "binds"), book["book.yaml"].get("binds"))
    yield from _limits("book", ("book.yaml",), book["book.yaml"])
    for name in (name for name in book if name != "book.yaml"):
        for index, rule in enumerate(book[name]["rules"]):
            yield from _rule((name, "rules", index), rule)


def _rule(at: tuple[Any, ...], rule: Written) -> Iterator[tuple[str, Lie]]:
    label = str(rule["id"])
    for key in ("applies", "demands"):
        yield from _expression(f"{label}.{key}", (*at, key), rule.get(key))
    if "applies" in rule:
        yield f"{label} applies to all", _without(at, "applies")
    for effect in Effect:
        if effect != rule["effect"]:
            yield f"{label}: {rule['effect']} → {effect}", _set((*at, "effect"), str(effect))
    for edge, day in rule["in_force"].items():
        for delta in (-DAY, DAY):
            yield f"{label} in force {edge} {day + delta}", _moved(at, edge, day + delta)
    for number, one in enumerate(rule.get("unless", ())):
        here = (*at, "unless", number)
        yield from _expression(f"{label}.unless", (*here, "when"), one["when"])
        yield f"{label} without its exception", _without(at, "unless")
        yield f"{label} exception gives", _set((*here, "gives"), "exempt" if one["gives"] == "derogation" else "derogation")
    yield from _limits(label, at, rule)
    for number, clock in enumerate(rule.get("clocks", ())):
        yield from _clock(f"{label}.{clock['kind']}", (*at, "clocks", number), clock)


def _clock(label: str, at: tuple[Any, ...], clock: Written) -> Iterator[tuple[str, Lie]]:
    for unit in ("months", "days"):
        for delta in (-1, 1):
            yield f"{label} {unit} {delta:+}", _set((*at, unit), clock.get(unit, 0) + delta)
    if "when" in clock:
        yield f"{label} always", _without(at, "when")
        yield from _expression(f"{label}.when", (*at, "when"), clock["when"])
        yield f"{label} when not", _set((*at, "when"), {"not": clock["when"]})


def _limits(label: str, at: tuple[Any, ...], holder: Written) -> Iterator[tuple[str, Lie]]:
    for name, values in holder.get("limits", {}).items():
        for index, dated in enumerate(values):
            here = (*at, "limits", name, index)
            for value in _other_values(name, dated["value"], holder["limits"]):
                yield f"{label}.{name} {dated['from']}: {dated['value']} → {value}", _set((*here, "value"), value)
            for delta in (-DAY, DAY) if index else (DAY,):
                yield f"{label}.{name} from {dated['from'] + delta}", _set((*here, "from"), dated["from"] + delta)


def _other_values(name: str, value: Any, beside: Written) -> list[Any]:
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value - 1, value + 1]
    if len(value) > LONG_LIST:
        return [[], [one for one in value if one != "FR"]]
    fewer = [[one for one in value if one != gone] for gone in value]
    if name in ("bound_bodies", "bodies_bound_when_supervised"):
        bound = {status for dated in beside["bound_bodies"] for status in dated["value"]} if name != "bound_bodies" else set()
        return fewer + [[*value, status] for status in BODY_STATUSES if status not in bound | set(value)]
    if name in ("frameworks_covering_immunity", "reference_frameworks"):
        return [*fewer, [*value, "3.1"]]
    return fewer or [["anything"]]


def _expression(label: str, at: tuple[Any, ...], expression: Any) -> Iterator[tuple[str, Lie]]:
    if expression is None:
        return
    if isinstance(expression, str):
        yield f"{label}: not {expression}", _set(at, {"not": expression})
        return
    ((op, body),) = expression.items()
    if op == "not":
        yield f"{label}: without not", _set(at, body)
        yield from _expression(label, (*at, "not"), body)
        return
    if len(body) > 1:
        yield f"{label}: {op} → {'any' if op == 'all' else 'all'} {body}", _set(at, {"any" if op == "all" else "all": body})
        for index, part in enumerate(body):
            yield f"{label}: {op} without {part}", _set((*at, op), body[:index] + body[index + 1 :])
    for index, part in enumerate(body):
        yield from _expression(label, (*at, op, index), part)


def _set(at: tuple[Any, ...], value: Any) -> Lie:
    def lie(book: Written) -> None:
        holder: Any = book
        for key in at[:-1]:
            holder = holder[key]
        holder[at[-1]] = copy.deepcopy(value)

    return lie


def _without(at: tuple[Any, ...], key: str) -> Lie:
    def lie(book: Written) -> None:
        holder: Any = book
        for one in at:
            holder = holder[one]
        del holder[key]

    return lie


def _moved(at: tuple[Any, ...], edge: str, day: date) -> Lie:
    """The rule's date alone moves; its book and its limits make room, else the loader would find it out."""

    def lie(book: Written) -> None:
        _set((*at, "in_force", edge), day)(book)
        force = book["book.yaml"]["in_force"]
        if edge == "from":
            force["from"] = min(force["from"], day)
            _earlier(book["book.yaml"], day)
            for content in book.values():
                for rule in content.get("rules", ()):
                    _earlier(rule, day)
        elif "to" in force:
            force["to"] = max(force["to"], day)

    return lie


def _earlier(holder: Written, day: date) -> None:
    for values in holder.get("limits", {}).values():
        values[0]["from"] = min(values[0]["from"], day)
