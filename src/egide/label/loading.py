"""Schemes: a folder of YAML read strictly into values, refused with the path of what is wrong.

Nothing in a requirement has a default but what the scheme itself says that its requirements share.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import msgspec

from egide.label.scheme import Correspondence, Objective, Requirement, Scheme
from egide.label.written import CorrespondenceFile, DefaultsFile, MappingFile, RequirementFile, RequirementsFile, SchemeFile
from egide.rules.book import converted, dated_limits, day_without, digest_of, period_of
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.findings import Source
from egide.vocabulary.language import N_, Text
from egide.vocabulary.yaml import read_yaml

if TYPE_CHECKING:
    from egide.rules.book import Dated
    from egide.rules.written import BookSourceFile, TextFile
    from egide.vocabulary.offers import Period

T = TypeVar("T")
HEAD = "scheme.yaml"
SHARED = ("kinds", "evidence", "fresh_months", "effort", "role", "read")
"""What every requirement has, from itself, its file or its scheme."""


class Reads(Protocol):
    """A check, as far as loading looks at it."""

    @property
    def limits(self) -> Collection[str]:
        """The limits that it reads."""
        ...


Checks = Mapping[str, Reads] | Collection[str]


def load_scheme(files: Mapping[str, bytes], checks: Checks | None = None) -> Scheme:
    """The scheme from its files by name (``scheme.yaml`` and any others), with the checks that it may name.

    Without `checks`, names of checks are not looked at; given as a mapping, the limits that they read must be there too.
    Raises `InputError` naming the file and the path within it.
    """
    if HEAD not in files:
        raise InputError(N_("a scheme needs a `scheme.yaml`"), Location(next(iter(files), "(empty folder)")))
    head = converted(files[HEAD], HEAD, SchemeFile)
    _head_is_whole(head)
    reading = _Reading(head, period_of(head.in_force, Location(HEAD, path="$.in_force")), dated_limits(head.limits, Location(HEAD)), checks)
    for name in sorted(set(files) - {HEAD}):
        if _is_mapping(files[name], name):
            reading.mapping(converted(files[name], name, MappingFile), name)
        else:
            reading.requirements(converted(files[name], name, RequirementsFile), name)
    reading.names_are_known()
    return Scheme(
        head.id, head.version, _text(head.title), _text(head.authority), _source(head.source), head.source.url, head.read_on,
        reading.force, head.kind, head.simulation, {number: _text(title) for number, title in head.chapters.items()},
        tuple(head.levels), tuple(reading.found), tuple(Objective(one.id, _text(one.title), one.weight) for one in head.objectives),
        tuple(reading.correspondences), digest_of(files), {token: _text(name) for token, name in head.standards.items()},
    )  # fmt: skip


def matches(pattern: str, identifier: str) -> bool:
    """Whether ``*``, ``prefix.*`` or a number speaks of that requirement."""
    return pattern in ("*", identifier) or (pattern.endswith(".*") and identifier.startswith(pattern[:-1]))


@dataclass(slots=True)
class _Reading:
    """A scheme while its files are read one after the other."""

    head: SchemeFile
    force: Period
    shared: Mapping[str, tuple[Dated, ...]]
    checks: Checks | None
    found: list[Requirement] = field(default_factory=list)
    at: dict[str, Location] = field(default_factory=dict)
    correspondences: list[Correspondence] = field(default_factory=list)
    pairs: list[tuple[str, Location]] = field(default_factory=list)

    def requirements(self, written: RequirementsFile, file: str) -> None:
        """The requirements of one file."""
        for index, one in enumerate(written.requirements):
            at = Location(file, path=f"$.requirements[{index}]")
            if one.id in self.at:
                raise InputError(N_("two requirements are numbered `{identifier}`"), at, values={"identifier": one.id})
            self.at[one.id] = at
            self.found.append(self._requirement(one, written.defaults, at))

    def mapping(self, written: MappingFile, file: str) -> None:
        """The correspondences of one file, one for each of the others that a line names."""
        source = Source(written.source.text, written.source.at, written.source.read, _maybe(written.source.note))
        for index, one in enumerate(written.correspondences):
            at = Location(file, path=f"$.correspondences[{index}]")
            if not one.others:
                raise InputError(N_("names nothing on the other side"), Location(file, path=f"{at.path}.others"))
            self.pairs.append((one.requirement, Location(file, path=f"{at.path}.requirement")))
            self.correspondences += _pairs(written.scheme, one, source)

    def names_are_known(self) -> None:
        """Refuses an order of work or a correspondence that names no requirement, and an order that turns in a circle."""
        for one in self.found:
            for other in one.stands_on:
                if other not in self.at:
                    raise self._unknown(N_("no requirement is numbered `{name}`"), other, self.at[one.id], "stands_on")
        if circle := _circle({one.id: one.stands_on for one in self.found}):
            raise InputError(N_("these stand on each other: {names}"), self.at[circle[0]], values={"names": ", ".join(circle)})
        for pattern, at in self.pairs:
            if not any(matches(pattern, number) for number in (*self.at, *(one.id for one in self.head.objectives))):
                raise InputError(N_("no requirement is numbered `{name}`"), at, values={"name": pattern})
        self._shared_limits_are_read()

    def _requirement(self, one: RequirementFile, defaults: DefaultsFile, at: Location) -> Requirement:
        said = {name: self._said(name, one, defaults, at) for name in SHARED}
        chapter = one.chapter or one.id.split(".", 1)[0]
        if chapter not in self.head.chapters:
            raise self._unknown(N_("the scheme has no chapter `{name}`"), chapter, at, "id")
        if not said["evidence"] or not said["kinds"]:
            raise InputError(N_("at least one kind of evidence and one type of service"), at)
        for name in one.levels:
            if name not in self.head.levels:
                raise self._unknown(N_("the scheme has no level `{name}`"), name, at, "levels")
        for name in one.standards:
            if name not in self.head.standards:
                raise self._unknown(N_("the scheme names no standard `{name}`"), name, at, "standards")
        read = one.source.read if one.source.read is not msgspec.UNSET else said["read"]
        needs_all = next((side.needs_all for side in (one, defaults, self.head.defaults) if side.needs_all is not msgspec.UNSET), False)
        return Requirement(
            one.id, _text(one.title), chapter, one.binding, frozenset(said["kinds"]), frozenset(said["evidence"]), bool(needs_all),
            said["fresh_months"], tuple(one.computed), self._limits(one, at), one.levels, tuple(one.standards), tuple(one.stands_on),
            said["effort"], str(said["role"]), Source(self.head.source.text, one.source.at or one.id, str(read), _maybe(one.source.note)),
            _maybe(one.remedy), one.computed_in_part,
        )  # fmt: skip

    def _said(self, name: str, one: RequirementFile, defaults: DefaultsFile, at: Location) -> Any:
        """What the requirement says, else its file, else its scheme."""
        for side in (one, defaults, self.head.defaults):
            if (value := getattr(side, name)) is not msgspec.UNSET:
                return value
        raise InputError(N_("`{name}` is said neither here nor in the defaults"), at, values={"name": name})

    def _limits(self, one: RequirementFile, at: Location) -> Mapping[str, tuple[Dated, ...]]:
        if one.limits and not one.computed:
            raise InputError(N_("limits without a check that reads them"), Location(at.file, path=f"{at.path}.limits"))
        if one.computed_in_part and not one.computed:
            raise InputError(N_("computed in part without a check"), Location(at.file, path=f"{at.path}.computed_in_part"))
        own = dated_limits(one.limits, at)
        limits = {**self.shared, **own} if one.computed else {}
        for name, values in limits.items():
            if (day := day_without(values, self.force)) is not None:
                raise InputError(N_("the limit `{name}` has no value on {day}"), at, values={"name": name, "day": day})
        if self.checks is not None:
            self._checks_are_known(one, limits, set(own), at)
        return limits

    def _checks_are_known(self, one: RequirementFile, limits: Mapping[str, object], own: set[str], at: Location) -> None:
        checks = self.checks or ()
        for name in one.computed:
            if name not in checks:
                raise self._unknown(N_("no check is named `{name}`"), name, at, "computed")
        if not isinstance(checks, Mapping):
            return
        needed = {limit for name in one.computed for limit in checks[name].limits}
        for name in sorted(needed - set(limits)):
            raise InputError(N_("the limit `{name}` is read and nowhere given"), at, values={"name": name})
        for name in sorted(own - needed):
            raise self._unknown(N_("nothing reads the limit `{name}`"), name, at, "limits")

    def _shared_limits_are_read(self) -> None:
        if not isinstance(self.checks, Mapping):
            return
        read = {limit for one in self.found for name in one.computed for limit in self.checks[name].limits}
        for name in sorted(set(self.shared) - read):
            raise InputError(N_("nothing reads the limit `{name}`"), Location(HEAD, path=f"$.limits.{name}"), values={"name": name})

    @staticmethod
    def _unknown(message: str, name: str, at: Location, key: str) -> InputError:
        return InputError(message, Location(at.file, path=f"{at.path}.{key}"), values={"name": name})


def _head_is_whole(head: SchemeFile) -> None:
    """The kind of a scheme and what it carries go together."""
    if (head.kind == "levels") != bool(head.levels) and head.kind != "weighted":
        raise InputError(N_("levels go with the kind `levels` or `weighted`"), Location(HEAD, path="$.levels"))
    if (head.kind == "weighted") != bool(head.objectives):
        raise InputError(N_("objectives go with the kind `weighted`"), Location(HEAD, path="$.objectives"))
    if head.objectives and sum(one.weight for one in head.objectives) != 100:
        raise InputError(N_("the weights do not make 100"), Location(HEAD, path="$.objectives"))
    for path, names in (("$.levels", head.levels), ("$.objectives", [one.id for one in head.objectives])):
        for name in names:
            if names.count(name) > 1:
                raise InputError(N_("`{name}` stands twice"), Location(HEAD, path=path), values={"name": name})


def _is_mapping(content: bytes, file: str) -> bool:
    written = read_yaml(content, file)
    return isinstance(written, dict) and "correspondences" in written


def _pairs(scheme: str, one: CorrespondenceFile, source: Source) -> list[Correspondence]:
    limits = _maybe(one.limits)
    beside = {other: tuple(each for each in one.others if each != other) for other in one.others}
    return [Correspondence(one.requirement, scheme, other, one.relation, limits, beside[other], source) for other in one.others]


def _circle(stands_on: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Requirements of which none can be the first, in order; empty when work can begin somewhere for all."""
    left = {name: set(others) for name, others in stands_on.items()}
    while ready := {name for name, others in left.items() if not others}:
        left = {name: others - ready for name, others in left.items() if name not in ready}
    return sorted(left)


def _source(written: BookSourceFile) -> Source:
    return Source(written.text, "", written.read, _maybe(written.note))


def _text(written: TextFile) -> Text:
    return Text(written.fr, written.en)


def _maybe(written: TextFile | None) -> Text | None:
    return _text(written) if written else None
