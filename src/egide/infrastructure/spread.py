"""Where the whole product stands: backups in an independent place, and more than one provider, region and zone.

Independent is another provider, or at least another region. What is known is judged; where a place isn't known, nothing is said to be
alone and nothing to be apart. A backup is a resource that makes one, or storage that is named for it; an attribute that turns
one off is a finding of its own. A copy is placed somewhere too: what has its backups with a second provider isn't all with one.
What is declared to stand by for something else holds a copy, and needs no backup elsewhere of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from egide.infrastructure.code_findings import PRODUCT, CodeFinding, Level
from egide.infrastructure.resources import Where, Withheld
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from egide.infrastructure.reach import Looked
    from egide.infrastructure.resources import Resource

DATA = frozenset({"database", "object-storage", "block-storage", "file-storage"})
PLACED = DATA | {"compute", "kubernetes", "function", "queue", "load-balancer"}
"""Services that make a product run; the rest follow them."""
NAMED_BACKUP = re.compile(r"(?:^|[^a-z])(?:back-?ups?|sauvegardes?|pra|drp|disaster-?recovery)(?:[^a-z]|$)", re.IGNORECASE)
BACKUP_KINDS = frozenset({
    "ScheduledBackup", "Backup", "BackupStorageLocation", "BackupSchedule", "VolumeSnapshot", "VolumeSnapshotClass", "Schedule",
    "ReplicationSource",
})  # fmt: skip
"""Kinds of Kubernetes that make or hold a backup (Velero, CloudNativePG, k8up, VolSync, snapshots)."""
BACKUP_IMAGES = re.compile(r"(?:restic|borg|kopia|pgbackrest|wal-g|barman|velero|duplicity|backup)", re.IGNORECASE)
SWITCHES: tuple[tuple[str, object], ...] = (
    ("disable_backup", True), ("backup_retention_period", 0), ("skip_backup", True), ("backup_enabled", False), ("backups", False),
)  # fmt: skip
"""Attributes that turn a backup off, and with which value."""
NONE_FOUND = N_("{n} resource holds data and no backup is found in the code")
NONE_FOUND_MANY = N_("{n} resources hold data and no backup is found in the code")
TURNED_OFF = N_("the backup is turned off ({attribute} = {value})")
SAME_PLACE = N_("the data at {place} have no backup elsewhere")
BACKUP_UNKNOWN = N_("backups are found, and where they stand is not known")
SAY_BACKUP = N_("Where do the backups go? Say it in the code, or in egide.yaml.")
ONE_PROVIDER = N_("all that is placed stands with {party}")
ONE_REGION = N_("all that is placed stands in the region {region}")
ONE_ZONE = N_("all machines stand in the zone {zone}")
ENDS_SOON = N_("its SecNumCloud qualification ends on {until}")
WARNED_DAYS = 180
"""Days before its end from which a qualification is spoken of: a move takes months, and so does a renewal."""
MACHINES = frozenset({"compute", "kubernetes"})


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something stands, as far as independence goes."""

    party: str
    region: str | None


def spread(looked: Sequence[Looked], required: bool, on: date, standbys: Sequence[str] = ()) -> Iterator[CodeFinding]:
    """Findings about the product as a whole, and backups that are turned off. ``standbys``: patterns of addresses."""
    yield from _ending([one.resource for one in looked], on)
    placed = [one for one in looked if one.resource.service in PLACED and not one.resource.standing.nowhere]
    yield from _backups(looked, required, standbys)
    if not placed:
        return
    where = _first([one.resource for one in placed])
    copies = [spot for one in looked if is_backup(one.resource) for spot in spots(one)]
    parties = {one.resource.standing.provider_party for one in placed} | {spot.party for spot in copies}
    regions = {one.resource.standing.region for one in placed} | {spot.region for spot in copies}
    if len(parties) == 1 and (party := next(iter(parties))) is not None:
        yield _whole("single-provider", Level.ADVICE, where, ONE_PROVIDER, party=party)
        if len(regions) == 1 and (region := next(iter(regions))) is not None:
            yield _whole("single-region", Level.ADVICE, where, ONE_REGION, region=region)
    zones = {one.resource.standing.zone for one in placed if one.resource.service in MACHINES}
    if len(zones) == 1 and (zone := next(iter(zones))) is not None:
        yield _whole("single-zone", Level.FORBIDDEN if required else Level.ADVICE, where, ONE_ZONE, zone=zone)


def _ending(resources: Sequence[Resource], on: date) -> Iterator[CodeFinding]:
    """Each qualified place whose qualification ends within `WARNED_DAYS`."""
    soon: dict[tuple[str, date], list[Resource]] = {}
    for resource in resources:
        standing = resource.standing
        if standing.qualification == "qualified" and standing.until is not None and (standing.until - on).days <= WARNED_DAYS:
            place = f"{standing.offer}/{standing.region}" if standing.region else str(standing.offer)
            soon.setdefault((place, standing.until), []).append(resource)
    for (place, until), those in soon.items():
        reason = Reason("qualification-ends", {"until": until}, ENDS_SOON)
        yield CodeFinding("qualification-ends", Level.ADVICE, PRODUCT, _first(those), reason, place=place, key=(until.isoformat(),))


def _whole(rule: str, level: Level, where: Where, message: str, **args: object) -> CodeFinding:
    key = tuple(str(value) for value in args.values())
    return CodeFinding(rule, level, PRODUCT, where, Reason(rule, args, message), key=key)


def _first(resources: Sequence[Resource]) -> Where:
    """A place to point at: the first file, and no line of it."""
    return Where(min(one.where.file for one in resources), None, PRODUCT)


def _backups(looked: Sequence[Looked], required: bool, standbys: Sequence[str]) -> Iterator[CodeFinding]:
    level = Level.FORBIDDEN if required else Level.ADVICE
    for one in looked:
        yield from _turned_off(one.resource, level)
    makes = [one for one in looked if is_backup(one.resource)]
    holds = [one for one in looked if holds_data(one.resource) and not is_backup(one.resource)]
    if not holds:
        return
    where = _first([one.resource for one in holds])
    if not makes:
        message = NONE_FOUND if len(holds) == 1 else NONE_FOUND_MANY
        yield CodeFinding("backup-none", level, PRODUCT, where, Reason("backup-none", {"n": len(holds)}, message))
        return
    apart = [spot for one in makes for spot in spots(one)]
    home = {spot for one in holds for spot in spots(one) if not any(fnmatchcase(one.resource.address, each) for each in standbys)}
    if not apart:
        if home:
            reason = Reason("backup-unknown", {}, BACKUP_UNKNOWN)
            ask = Reason("declare.backup", {}, SAY_BACKUP)
            yield CodeFinding("backup-same-place", Level.UNDETERMINED, PRODUCT, _first([one.resource for one in makes]), reason, ask=ask)
        return
    exposed = {own for own in home if all(_together(spot, own) for spot in apart)}
    if exposed:
        place = "; ".join(sorted(f"{spot.party} {spot.region or ''}".strip() for spot in exposed))
        yield CodeFinding("backup-same-place", level, PRODUCT, _first([one.resource for one in makes]),
                          Reason("backup-same-place", {"place": place}, SAME_PLACE), key=(place,))  # fmt: skip


def _together(one: Spot, other: Spot) -> bool:
    """The same provider, and not known to be another region."""
    return one.party == other.party and (one.region == other.region or one.region is None or other.region is None)


def _turned_off(resource: Resource, level: Level) -> Iterator[CodeFinding]:
    if resource.service not in DATA:
        return
    for attribute, off in SWITCHES:
        value = resource.attributes.get(attribute)
        if not isinstance(value, Withheld) and attribute in resource.attributes and _same(value, off):
            args: dict[str, object] = {"attribute": attribute, "value": str(value).lower()}
            reason = Reason("backup-off", args, TURNED_OFF)
            yield CodeFinding("backup-off", level, resource.address, resource.where, reason, key=(attribute,))


def _same(value: object, off: object) -> bool:
    """Booleans and numbers may be written as words."""
    return str(value).lower() == str(off).lower()


def holds_data(resource: Resource) -> bool:
    """Whether it keeps data that would be lost with it."""
    if resource.provider == "kubernetes":
        return resource.type in ("StatefulSet", "PersistentVolumeClaim", "Cluster")
    return resource.service in DATA and not resource.standing.nowhere


def is_backup(resource: Resource) -> bool:
    """Whether it makes a backup, or is storage that is named for one."""
    if resource.service == "backup":
        return True
    if resource.provider == "kubernetes":
        named = NAMED_BACKUP.search(resource.address.rpartition("/")[2]) is not None
        return resource.type in BACKUP_KINDS or (named and resource.type in ("CronJob", "Job", "Deployment"))
    if resource.provider == "compose":
        image = str(resource.attributes.get("image") or "")
        return BACKUP_IMAGES.search(image) is not None or NAMED_BACKUP.search(resource.address) is not None
    if resource.service not in ("object-storage", "file-storage", "block-storage"):
        return False
    name = resource.attributes.get("name") or resource.attributes.get("bucket") or ""
    return NAMED_BACKUP.search(str(name)) is not None or NAMED_BACKUP.search(resource.address.rpartition(".")[2]) is not None


def spots(one: Looked) -> list[Spot]:
    """Where it stands, by its own standing, or by the names that it writes to."""
    standing = one.resource.standing
    if one.resource.provider in ("kubernetes", "compose") and is_backup(one.resource):
        return [Spot(holder.party, holder.region) for name, holder, _ in one.calls if holder is not None and not name.image]
    if standing.provider_party is None:
        return []
    return [Spot(standing.provider_party, standing.region)]
