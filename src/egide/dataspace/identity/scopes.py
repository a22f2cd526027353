"""Scopes and definitions: which credentials a verifier asks for (DCP 1.0.1, §5.4.1; Presentation Exchange 2, the part that is met).

Of definitions, `input_descriptors` with `fields` are read: paths of plain names, filters with `const`, `enum`, `pattern` or `contains`.
What is not read is refused by name and never ignored: an ignored condition would show too much.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from egide.vocabulary.errors import EgideError
from egide.vocabulary.language import N_

TYPE_SCOPE = "org.eclipse.dspace.dcp.vc.type:"
ID_SCOPE = "org.eclipse.dspace.dcp.vc.id:"
MOST_DESCRIPTORS = 50
MAX_PATTERN = 200
_PATH = re.compile(r"\$(?:\.[A-Za-z_@][\w@-]*|\['[^'\\]+'\])+")
_STEP = re.compile(r"\.([A-Za-z_@][\w@-]*)|\['([^'\\]+)'\]")
_PLAIN = re.compile(r"\^?[\w .:/#@%+-]*\$?")
"""Patterns of plain letters: whatever could take long to match is refused."""


class UnsupportedDefinitionError(EgideError):
    """A presentation definition that asks for what is not read here."""

    def __init__(self, what: str) -> None:
        super().__init__(N_("the presentation definition asks for `{what}`, which is not supported"), {"what": what[:200]})


@dataclass(frozen=True, slots=True)
class Held:
    """A credential that a holder keeps, as it was issued, with what a query may ask of it."""

    token: str
    profile: str
    document: Mapping[str, Any]
    """The credential itself, whichever envelope it came in."""

    @property
    def types(self) -> frozenset[str]:
        """Its types."""
        found = self.document.get("type", [])
        return frozenset(one for one in (found if isinstance(found, list) else [found]) if isinstance(one, str))

    @property
    def id(self) -> str | None:
        """Its identifier, when it has one."""
        found = self.document.get("id")
        return found if isinstance(found, str) else None


def named_by(scope: str, held: Sequence[Held]) -> tuple[Held, ...]:
    """The credentials that a scope names; none for a scope of another kind."""
    if scope.startswith(TYPE_SCOPE):
        wanted = _bare(scope.removeprefix(TYPE_SCOPE))
        return tuple(one for one in held if wanted in one.types)
    if scope.startswith(ID_SCOPE):
        wanted = scope.removeprefix(ID_SCOPE)
        return tuple(one for one in held if one.id == wanted)
    return ()


def _bare(wanted: str) -> str:
    """Some write the permission behind the type: `MembershipCredential:read`."""
    return wanted.rpartition(":")[0] if wanted.endswith((":read", ":*", ":all")) else wanted


def selected(scopes: Sequence[str], leave: Sequence[str], held: Sequence[Held]) -> tuple[Held, ...]:
    """What the scopes ask for, less what the access token doesn't give leave to see."""
    allowed = {one.token for scope in leave for one in named_by(scope, held)}
    asked = {one.token: one for scope in scopes for one in named_by(scope, held) if one.token in allowed}
    return tuple(asked.values())


def defined(definition: Mapping[str, Any], leave: Sequence[str], held: Sequence[Held]) -> tuple[tuple[str, Held], ...]:
    """What a definition asks for, each with its descriptor's identifier. Raises `UnsupportedDefinitionError`."""
    for name in definition:
        if name not in ("id", "name", "purpose", "input_descriptors"):
            raise UnsupportedDefinitionError(name)
    descriptors = definition.get("input_descriptors")
    if not isinstance(descriptors, list) or not 1 <= len(descriptors) <= MOST_DESCRIPTORS:
        raise UnsupportedDefinitionError("input_descriptors")
    allowed = {one.token for scope in leave for one in named_by(scope, held)}
    found = []
    for descriptor in descriptors:
        if not isinstance(descriptor, dict) or not isinstance(descriptor.get("id"), str):
            raise UnsupportedDefinitionError("input_descriptors")
        fields = _fields(descriptor)
        found += [(descriptor["id"], one) for one in held if one.token in allowed and all(_fits(field, one) for field in fields)]
    return tuple(found)


def _fields(descriptor: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    for name in descriptor:
        if name not in ("id", "name", "purpose", "format", "constraints"):
            raise UnsupportedDefinitionError(name)
    constraints = descriptor.get("constraints", {})
    if not isinstance(constraints, dict) or constraints.keys() - {"fields"}:
        raise UnsupportedDefinitionError("constraints")
    fields = constraints.get("fields", [])
    if not isinstance(fields, list) or not all(isinstance(one, dict) for one in fields):
        raise UnsupportedDefinitionError("fields")
    return fields


def _fits(field: Mapping[str, Any], held: Held) -> bool:
    if unknown := field.keys() - {"id", "name", "purpose", "path", "filter", "optional"}:
        raise UnsupportedDefinitionError(min(unknown))
    paths = field.get("path")
    if not isinstance(paths, list) or not paths:
        raise UnsupportedDefinitionError("path")
    found = [value for path in paths for value in _at(path, held.document)]
    if field.get("optional") is True and not found:
        return True
    return any(_passes(field.get("filter", {}), value) for value in found)


def _at(path: object, document: Mapping[str, Any]) -> list[Any]:
    """What lies at a path; `$.vc.…` of the older envelope is the credential itself."""
    if not isinstance(path, str) or not _PATH.fullmatch(path):
        raise UnsupportedDefinitionError(str(path))
    names = [dotted or quoted for dotted, quoted in _STEP.findall(path)]
    value: Any = document
    for name in names[1:] if names[0] == "vc" else names:
        if not isinstance(value, dict) or name not in value:
            return []
        value = value[name]
    return [value]


def _passes(wanted: object, value: Any) -> bool:
    """Whether a value passes a filter; a list passes when one of its values does."""
    if not isinstance(wanted, dict):
        raise UnsupportedDefinitionError("filter")
    if unknown := wanted.keys() - {"type", "const", "enum", "pattern", "contains"}:
        raise UnsupportedDefinitionError(min(unknown))
    if "contains" in wanted:
        return isinstance(value, list) and any(_passes(wanted["contains"], one) for one in value)
    if isinstance(value, list):
        return any(_passes(wanted, one) for one in value)
    return _passes_pattern(wanted, value) and wanted.get("const", value) == value and value in wanted.get("enum", [value])


def _passes_pattern(wanted: Mapping[str, Any], value: Any) -> bool:
    if "pattern" not in wanted:
        return True
    pattern = wanted["pattern"]
    if not isinstance(pattern, str) or len(pattern) > MAX_PATTERN or not _PLAIN.fullmatch(pattern):
        raise UnsupportedDefinitionError(f"pattern {pattern}")
    return isinstance(value, str) and re.search(pattern, value) is not None
