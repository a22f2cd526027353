"""What a service declares of its recovery. Nothing is inferred: what is not said is None, and an answer that needs it is unknown.

A component with an entry has the copies and backups that the entry lists, and no other; one without an entry is not known at all.
Times are whole seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Disruption(StrEnum):
    """What may be lost, from the smallest to the law."""

    SOFTWARE = "software"
    HARDWARE = "hardware"
    ZONE = "zone"
    REGION = "region"
    PROVIDER = "provider"
    LEGAL = "legal"


class DependencyKind(StrEnum):
    """What a service leans on without running it."""

    DNS = "dns"
    IDENTITY = "identity"
    REGISTRY = "registry"
    KEYS = "keys"
    MAIL = "mail"
    CDN = "cdn"
    MONITORING = "monitoring"
    OTHER = "other"


class Architecture(StrEnum):
    """The five, from the one that costs most to none."""

    MULTI_SITE = "multi-site"
    WARM_STANDBY = "warm-standby"
    PILOT_LIGHT = "pilot-light"
    BACKUP_AND_RESTORE = "backup-and-restore"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class At:
    """Where something is: as much of provider, region, zone as is said."""

    provider: str | None = None
    region: str | None = None
    zone: str | None = None

    def __str__(self) -> str:
        return "/".join(part for part in (self.provider, self.region, self.zone) if part) or "?"


@dataclass(frozen=True, slots=True)
class Tested:
    """When it was last tried, and how long it then took."""

    on: date | None = None
    took: int | None = None


@dataclass(frozen=True, slots=True)
class Standby:
    """A second copy."""

    at: At
    serves: bool | None = None
    """It carries traffic now."""
    runs: bool | None = None
    """Its machines run, even if too few."""
    lag: int | None = None
    """How far its data stand behind; None is not said."""
    takes: int | None = None
    """From the decision to the service."""
    automatic: bool = False
    """It takes over without anybody deciding: only what it takes itself is counted."""
    tested: Tested = field(default_factory=Tested)


@dataclass(frozen=True, slots=True)
class Backup:
    """A copy at a point in time."""

    at: At
    every: int | None = None
    restore_at: At | None = None
    """Where it is restored when its own place is lost; None is not said."""
    takes: int | None = None
    offline: bool | None = None
    tested: Tested = field(default_factory=Tested)


@dataclass(frozen=True, slots=True)
class Rebuild:
    """Making it again from code and images, without data."""

    takes: int | None = None
    at: At | None = None
    tested: Tested = field(default_factory=Tested)


@dataclass(frozen=True, slots=True)
class Entry:
    """One component."""

    at: At = At()
    offer: str | None = None
    """Of the catalogue."""
    keeps_data: bool | None = None
    essential: bool = True
    """Without it the service does not run."""
    needs: tuple[str, ...] | None = None
    """What must run before it; None: what its flows go to."""
    machines: int = 1
    balanced: bool = False
    """A load balancer stands before its machines."""
    standbys: tuple[Standby, ...] = ()
    backups: tuple[Backup, ...] = ()
    rebuild: Rebuild | None = None
    stated: bool = True
    """False: no entry was written, so that nothing is known of it."""


@dataclass(frozen=True, slots=True)
class Dependency:
    """Something of somebody else's that the service leans on."""

    name: str
    kind: DependencyKind
    at: At
    used_by: tuple[str, ...] | None = None
    """None: by all."""
    goes_on_for: int = 0
    """How long those that use it go on without it (the time to live of a record, of a token)."""
    alternative: Standby | None = None


@dataclass(frozen=True, slots=True)
class Provider:
    """What is said of a provider, beside what the catalogue and the registers say."""

    controlled_by: tuple[str, ...] | None = None
    """None: not said."""
    controlled_from: str | None = None
    rests_on: tuple[str, ...] | None = None
    offer: str | None = None
    regions: Mapping[str, str] = field(default_factory=dict)
    """Region to country, where the catalogue does not know it."""
    contract_end: date | None = None
    exit_terms: bool | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """What can be borne, in seconds; None: nobody set it."""

    rto: int | None = None
    rpo: int | None = None


@dataclass(frozen=True, slots=True)
class Exercise:
    """A rehearsal that took place."""

    on: date
    what: str
    """A disruption."""
    passed: bool | None = None
    took: int | None = None


@dataclass(frozen=True, slots=True)
class Declared:
    """The whole declaration."""

    name: str
    components: Mapping[str, Entry]
    flows: tuple[tuple[str, str], ...] = ()
    """Who calls whom."""
    targets: Mapping[Disruption, Target] = field(default_factory=dict)
    dependencies: tuple[Dependency, ...] = ()
    providers: Mapping[str, Provider] = field(default_factory=dict)
    detection: int | None = None
    decision: int | None = None
    exercises: tuple[Exercise, ...] = ()
    roles: Mapping[str, str] = field(default_factory=dict)
    """Function to who holds it: an office, never a person's name by obligation."""
    parameters: Mapping[str, int] = field(default_factory=dict)
    """Those that replace ours (`egide.continuity.parameters`)."""
    file: str = "service.yaml"

    def needs(self, name: str) -> tuple[str, ...]:
        """What a component needs to run: what it says, else what its flows go to; and every dependency that it uses."""
        entry = self.components[name]
        called = entry.needs if entry.needs is not None else tuple(target for source, target in self.flows if source == name)
        outside = tuple(one.name for one in self.dependencies if one.used_by is None or name in one.used_by)
        return tuple(dict.fromkeys((*called, *outside)))
