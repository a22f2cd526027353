"""How a scheme is written: the shapes of its YAML, and the JSON Schema published from them.

Unknown keys are refused by the shapes themselves; what a key means is `egide.label.loading`'s.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

import msgspec

from egide.label.dossier import EvidenceKind
from egide.rules.written import BookSourceFile, ForceFile, LimitFile, TextFile
from egide.vocabulary.facts import Role

Kind = Literal["IaaS", "CaaS", "PaaS", "SaaS"]
Effort = Literal["small", "medium", "large"]
Read = Literal["primary", "secondary"]


class DefaultsFile(msgspec.Struct, forbid_unknown_fields=True):
    """What requirements share unless they say otherwise: those of a scheme, or of one file of it."""

    kinds: list[Kind] | msgspec.UnsetType = msgspec.UNSET
    evidence: list[EvidenceKind] | msgspec.UnsetType = msgspec.UNSET
    needs_all: bool | msgspec.UnsetType = msgspec.UNSET
    fresh_months: int | msgspec.UnsetType | None = msgspec.UNSET
    effort: Effort | msgspec.UnsetType = msgspec.UNSET
    role: Role | msgspec.UnsetType = msgspec.UNSET
    read: Read | msgspec.UnsetType = msgspec.UNSET


class PlaceFile(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Where a requirement stands in the text, when that is not its own number, and how it was read."""

    at: str | None = None
    read: Read | msgspec.UnsetType = msgspec.UNSET
    note: TextFile | None = None


class RequirementFile(DefaultsFile, forbid_unknown_fields=True, kw_only=True):
    """One requirement as written."""

    id: str
    title: TextFile
    binding: Literal["mandatory", "recommended", "apart"] = "mandatory"
    chapter: str | None = None
    """The number up to its first full stop unless it says otherwise."""
    computed: list[str] = []
    computed_in_part: bool = False
    limits: dict[str, list[LimitFile]] = {}
    levels: dict[str, Literal["declaration", "certification"]] = {}
    standards: list[str] = []
    stands_on: list[str] = []
    source: PlaceFile = PlaceFile()
    remedy: TextFile | None = None


class ObjectiveFile(msgspec.Struct, forbid_unknown_fields=True):
    """One weighted objective."""

    id: str
    title: TextFile
    weight: int


class SchemeFile(msgspec.Struct, forbid_unknown_fields=True):
    """``scheme.yaml``."""

    id: str
    version: str
    title: TextFile
    authority: TextFile
    source: BookSourceFile
    read_on: date
    in_force: ForceFile
    kind: Literal["requirements", "levels", "weighted"]
    chapters: dict[str, TextFile] = {}
    simulation: bool = False
    levels: list[str] = []
    standards: dict[str, TextFile] = {}
    defaults: DefaultsFile = msgspec.field(default_factory=DefaultsFile)
    limits: dict[str, list[LimitFile]] = {}
    objectives: list[ObjectiveFile] = []


class RequirementsFile(msgspec.Struct, forbid_unknown_fields=True):
    """A file of requirements."""

    requirements: list[RequirementFile]
    defaults: DefaultsFile = msgspec.field(default_factory=DefaultsFile)


class CorrespondenceFile(msgspec.Struct, forbid_unknown_fields=True):
    """Evidence for all of `others` together says this of `requirement`."""

    requirement: str
    others: list[str]
    relation: Literal["answers", "supports", "differs"]
    limits: TextFile | None = None


class MappingSourceFile(msgspec.Struct, forbid_unknown_fields=True):
    """Who says that they correspond: a text, or ourselves."""

    text: str
    at: str
    read: Read
    note: TextFile | None = None


class MappingFile(msgspec.Struct, forbid_unknown_fields=True):
    """A file of correspondences with one other scheme or standard."""

    scheme: str
    source: MappingSourceFile
    correspondences: list[CorrespondenceFile]


def schema() -> dict[str, Any]:
    """The published JSON Schema of ``scheme.yaml``, of the files of requirements and of those of correspondences."""
    shapes, components = msgspec.json.schema_components((SchemeFile, RequirementsFile, MappingFile), ref_template="#/$defs/{name}")
    components["LimitFile"]["properties"]["value"] = {
        "anyOf": [{"type": ["boolean", "integer", "string"]}, {"type": "array", "items": {"type": "string"}}]
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "egide/scheme/1",
        "oneOf": list(shapes),
        "$defs": components,
    }
