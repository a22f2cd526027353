"""Presentations that others can read: none larger than what a verifier takes, each with all that its offerings refer to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def packed(documents: Mapping[str, Mapping[str, Any]], sizes: Mapping[str, int], most: int) -> list[list[str]]:
    """The names of the documents, in presentations of at most ``most`` of the unit of ``sizes``; one when all fit.

    What several presentations refer to is in each of them. A document that is too large with what it refers to stands alone with it.
    """
    names = list(documents)
    if sum(sizes[name] for name in names) <= most:
        return [names]
    of_subject = {subject: name for name, document in documents.items() for subject in _described(document["credentialSubject"])}
    needs = {name: _closure(name, documents, of_subject) for name in names}
    referred = {other for name, all_of in needs.items() for other in all_of if other != name}
    parts: list[dict[str, None]] = [{}]
    for name in names:
        if name in referred:
            continue
        together = parts[-1] | needs[name]
        if parts[-1] and sum(sizes[one] for one in together) > most:
            parts.append({})
            together = needs[name]
        parts[-1] = together
    return [[name for name in names if name in part] for part in parts]


def _closure(name: str, documents: Mapping[str, Mapping[str, Any]], of_subject: Mapping[str, str]) -> dict[str, None]:
    """A document and all those that it leads to."""
    found: dict[str, None] = {}
    waiting = [name]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found[one] = None
            waiting += [of_subject[id_] for id_ in _named(documents[one]["credentialSubject"]) if id_ in of_subject]
    return found


def _described(node: Any) -> Iterator[str]:
    """The identifiers of nodes that are described, at any depth."""
    for inner in _nodes(node):
        if "id" in inner and len(inner) > 1:
            yield inner["id"]


def _named(node: Any) -> Iterator[str]:
    """The identifiers of nodes that are only named."""
    for inner in _nodes(node):
        if "id" in inner and len(inner) == 1:
            yield inner["id"]


def _nodes(node: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(node, Mapping):
        yield node
        for value in node.values():
            yield from _nodes(value)
    elif isinstance(node, list):
        for value in node:
            yield from _nodes(value)
