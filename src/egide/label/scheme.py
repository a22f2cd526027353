"""Schemes: what a label asks, as dated and sourced data.

A scheme is a folder of YAML like a rulebook: `scheme.yaml` (who issues it, how it was read, since when) and files of
requirements. The text of a requirement is its author's; what ships is its number and a short title of our own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from egide.label.dossier import EvidenceKind
    from egide.rules.book import Dated
    from egide.vocabulary.findings import Source
    from egide.vocabulary.language import Text
    from egide.vocabulary.offers import Period


@dataclass(frozen=True, slots=True)
class Requirement:
    """One numbered requirement or criterion."""

    id: str
    title: Text
    chapter: str
    binding: str
    """``mandatory``, ``recommended``, or ``apart``: shown, and no part of the answer (what comes after the qualification)."""
    kinds: frozenset[str]
    """Scope types that it concerns: IaaS, CaaS, PaaS, SaaS."""
    evidence: frozenset[EvidenceKind]
    """The kinds of evidence that it accepts; each kind listed in `needs_all` must be there, else one is enough."""
    needs_all: bool
    fresh_months: int | None
    """Evidence older than this no longer counts; None: as long as the document says."""
    computed: tuple[str, ...]
    """Checks of `egide.label.checks` that must all be met; empty: evidence alone answers."""
    limits: Mapping[str, tuple[Dated, ...]]
    levels: Mapping[str, str]
    """Level to ``declaration`` or ``certification``, where the scheme has levels; a level that is absent does not ask for it."""
    standards: tuple[str, ...]
    """Standards whose certificate is accepted as evidence, by token."""
    stands_on: tuple[str, ...]
    """Requirements that must be there first: the order of work, not of law."""
    effort: str
    """``small``, ``medium`` or ``large``: our own order of work, said to be ours."""
    role: str
    """Who answers for it unless the dossier says otherwise: a token of `vocabulary.facts.Role`."""
    source: Source
    remedy: Text | None = None
    computed_in_part: bool = False
    """The checks settle a part of it only: evidence must show the rest as well."""


@dataclass(frozen=True, slots=True)
class Objective:
    """One weighted objective of the European framework."""

    id: str
    title: Text
    weight: int


@dataclass(frozen=True, slots=True)
class Correspondence:
    """Evidence for one requirement says something about another's: how far, and where it stops.

    What shows `other` (of `scheme`) answers, supports or differs from `requirement` (of the scheme that holds this).
    """

    requirement: str
    """In this scheme: its number, or ``prefix.*``."""
    scheme: str
    """Another scheme, or a standard by its token."""
    other: str
    """There: its number, ``prefix.*``, or ``*`` for the whole (a certificate, a qualification)."""
    relation: str
    """``answers``: the same evidence is enough; ``supports``: it helps; ``differs``: it looks alike and is not."""
    limits: Text | None = None
    together_with: tuple[str, ...] = ()
    """What must be shown beside `other` for the relation to hold; empty: it is enough alone."""
    source: Source | None = None
    """Who says so."""


@dataclass(frozen=True, slots=True)
class Equivalence:
    """A recognition that another scheme equals this one, from a dated source; the register is empty until one is imported."""

    scheme: str
    level: str
    recognised_as: str
    period: Period
    source: Source
    read_on: date


@dataclass(frozen=True, slots=True)
class Scheme:
    """A label scheme in one version."""

    id: str
    version: str
    title: Text
    authority: Text
    source: Source
    url: str | None
    read_on: date
    in_force: Period
    kind: str
    """``requirements``, ``levels`` or ``weighted``."""
    simulation: bool
    """A draft or a proposal: nothing follows from it."""
    chapters: Mapping[str, Text]
    levels: tuple[str, ...]
    """Lowest first; empty where the scheme has none."""
    requirements: tuple[Requirement, ...]
    objectives: tuple[Objective, ...]
    correspondences: tuple[Correspondence, ...]
    digest: str
    standards: Mapping[str, Text] = field(default_factory=dict)
    """The standards that its requirements name: token to name."""
    by_id: dict[str, Requirement] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        self.by_id.update({one.id: one for one in self.requirements})
