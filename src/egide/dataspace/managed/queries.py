"""Query specs of the common management API: a filter, an order, a page.

Every criterion is judged or refused: a filter that were ignored would look like an answer to it. There is no silent limit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from egide.dataspace.managed.reading import UnfitError, bare, listed, single
from egide.vocabulary.language import N_

MOST_CRITERIA = 50


def _same(left: Any, right: Any) -> bool:
    return str(left) == str(right)


def _like(left: Any, right: Any, flags: int = 0) -> bool:
    pattern = "".join(".*" if sign == "%" else "." if sign == "_" else re.escape(sign) for sign in str(right))
    return re.fullmatch(pattern, str(left), flags | re.DOTALL) is not None


def _ordered(test: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def compare(left: Any, right: Any) -> bool:
        try:
            return test(float(left), float(right))
        except (TypeError, ValueError):
            return test(str(left), str(right))

    return compare


OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": _same, "!=": lambda left, right: not _same(left, right),
    "in": lambda left, right: any(_same(left, one) for one in (right if isinstance(right, list) else [right])),
    "like": _like, "ilike": lambda left, right: _like(left, right, re.IGNORECASE),
    "contains": lambda left, right: any(_same(one, right) for one in (left if isinstance(left, list) else [left])),
    "<": _ordered(lambda left, right: left < right), "<=": _ordered(lambda left, right: left <= right),
    ">": _ordered(lambda left, right: left > right), ">=": _ordered(lambda left, right: left >= right),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Criterion:
    """``left``: a path of bare terms."""

    left: str
    operator: str
    right: Any

    def holds(self, document: Mapping[str, Any]) -> bool:
        """Whether a document meets it; one that lacks the member does not."""
        found = valued(document, self.left)
        return found is not None and OPERATORS[self.operator](found, self.right)


@dataclass(frozen=True, slots=True)
class Query:
    """``limit``: None gives everything."""

    criteria: tuple[Criterion, ...] = ()
    offset: int = 0
    limit: int | None = None
    sort: str | None = None
    descending: bool = False

    def of(self, documents: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """The documents that meet it, in its order, its page."""
        found = [one for one in documents if all(each.holds(one) for each in self.criteria)]
        if self.sort is not None:
            found.sort(key=lambda one: _key(valued(one, str(self.sort))), reverse=self.descending)
        return found[self.offset :] if self.limit is None else found[self.offset : self.offset + self.limit]


def valued(document: Mapping[str, Any], path: str) -> Any:
    """What a document holds under a path: a member, `@id` for `id`, or a property."""
    named = document.get("@id") if path == "id" else document.get(path)
    if named is not None:
        return named
    for inside in ("properties", "privateProperties"):
        held = document.get(inside)
        if isinstance(held, Mapping) and (found := held.get(path.removeprefix(f"{inside}."))) is not None:
            return found
    head, dot, rest = path.partition(".")
    below = document.get(head)
    return valued(below, rest) if dot and isinstance(below, Mapping) else None


def _key(value: Any) -> tuple[int, float, str]:
    if value is None:
        return (2, 0.0, "")
    return (0, float(value), "") if isinstance(value, (int, float)) else (1, 0.0, str(value))


def read_query(body: Mapping[str, Any]) -> Query:
    """The query spec in a document. Raises `UnfitError`."""
    order = single(body.get("sortOrder", "ASC"))
    if order not in {"ASC", "DESC"}:
        raise UnfitError("sortOrder", N_("`{name}` must be one of: {known}"), {"name": "sortOrder", "known": "ASC, DESC"})
    sort = single(body.get("sortField"))
    if sort is not None and not isinstance(sort, str):
        raise UnfitError("sortField", N_("`{name}` must be a text"), {"name": "sortField"})
    limit = _count(body, "limit", None)
    return Query(criteria(listed(body, "filterExpression"), "filterExpression"), _count(body, "offset", 0) or 0, limit,
                 _path(sort) if sort else None, order == "DESC")  # fmt: skip


def criteria(given: Sequence[Any], path: str) -> tuple[Criterion, ...]:
    """A filter. Raises `UnfitError`."""
    if len(given) > MOST_CRITERIA:
        raise UnfitError(path, N_("at most {most} criteria are judged"), {"most": MOST_CRITERIA})
    return tuple(_criterion(one, f"{path}[{at}]") for at, one in enumerate(given))


def _criterion(one: Any, path: str) -> Criterion:
    if not isinstance(one, dict):
        raise UnfitError(path, N_("`{name}` must be an object"), {"name": path})
    left, operator, right = single(one.get("operandLeft")), single(one.get("operator")), one.get("operandRight")
    if not isinstance(left, str) or not left:
        raise UnfitError(f"{path}.operandLeft", N_("`{name}` must be a text"), {"name": "operandLeft"})
    if operator not in OPERATORS:
        raise UnfitError(f"{path}.operator", N_("`{name}` must be one of: {known}"), {"name": "operator", "known": ", ".join(OPERATORS)})
    if right is None:
        raise UnfitError(f"{path}.operandRight", N_("`{name}` is missing"), {"name": "operandRight"})
    return Criterion(_path(left), operator, right if operator == "in" else single(right))


def _path(left: str) -> str:
    """`'https://w3id.org/edc/v0.0.1/ns/name'`, `edc:name`, `properties.name`: the same place, in bare terms."""
    return ".".join(bare(part.strip("'")) for part in re.findall(r"'[^']*'|https?://[^']+|[^.]+", left)) or left


def _count(body: Mapping[str, Any], name: str, default: int | None) -> int | None:
    found = single(body.get(name, default))
    if found is not None and (not isinstance(found, int) or isinstance(found, bool) or found < 0):
        raise UnfitError(name, N_("`{name}` must be a whole number, not below 0"), {"name": name})
    return found
