"""Policies from files, put to what is known of a party: its owners and labels as the other rooms compute them, and what the user states."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from egide.app.files import read
from egide.dataspace.policies.compiling import Compiled, compile_policy
from egide.dataspace.policies.facts import DutyState, Facts, Request
from egide.dataspace.policies.inheriting import inherited
from egide.dataspace.policies.model import Policy
from egide.dataspace.policies.preflight import Alarm, preflight
from egide.dataspace.policies.profile_own import CONTROLLED, HELD, LABEL, SEAT
from egide.dataspace.policies.profiles import known
from egide.dataspace.policies.proving import Proved, prove
from egide.dataspace.policies.reading import MAX_BYTES, WrongPolicyError, parse, read_odrl
from egide.dataspace.policies.short_reading import is_short, read_short
from egide.dataspace.policies.short_writing import write_short
from egide.dataspace.policies.terms import short
from egide.dataspace.policies.values import Kind, Value, WrongValueError, one
from egide.dataspace.policies.writing import write_odrl
from egide.ownership.countries import EEA, EU
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.findings import Answer
from egide.vocabulary.language import N_
from egide.vocabulary.yaml import read_yaml, write_yaml

if TYPE_CHECKING:
    from egide.dataspace.policies.operands import LeftOperand

NOON = time(12)
PLACES: Mapping[str, frozenset[str]] = {
    country: frozenset({name for name, inside in (("EU", EU), ("EEA", EEA)) if country in inside}) for country in sorted(EEA)
}
"""Countries and what they are part of, for `isPartOf`."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as the command line words it."""

    at: datetime
    action: str = "use"
    party: str | None = None
    target: str | None = None
    values: Mapping[str, Value] | None = None
    duties: Mapping[str, DutyState] | None = None
    member_of: frozenset[str] = frozenset()
    """Collections that the party belongs to."""


def read_policy(path: Path) -> Policy:
    """A policy from a file, in ODRL (JSON) or in our short form (YAML). Raises `InputError` with the place."""
    return policy_in(read(path, MAX_BYTES), str(path))


def policy_in(content: bytes, name: str) -> Policy:
    """The same from what a file of that name holds."""
    is_json = name.endswith((".json", ".jsonld"))
    document = parse(content, name) if is_json else read_yaml(content, name)
    try:
        return read_short(document) if is_short(document) and not is_json else read_odrl(document)
    except WrongPolicyError as error:
        raise InputError(error.message, Location(name, path=error.path), values=error.values) from error


def load(path: Path, beside: Sequence[Path] = ()) -> Compiled:
    """A policy with what it inherits from the files beside it, ready to be asked. Raises `InputError` and `PolicyError`."""
    policy = read_policy(path)
    if not policy.inherits:
        return compile_policy(policy)
    others = {one.id: one for one in map(read_policy, beside) if one.id}
    return compile_policy(inherited(policy, others.get))


def explained(compiled: Compiled, asked: Asked) -> tuple[Proved, tuple[Alarm, ...]]:
    """The decision with its proof, and what the policy can never do."""
    within = dict(PLACES) | ({asked.party: asked.member_of} if asked.party and asked.member_of else {})
    facts = Facts(asked.at, asked.values or {}, within, asked.duties or {})
    request = Request(short(asked.action), facts, asked.target, asked.party)
    return prove(compiled, request), preflight(compiled, asked.at)


def checked(compiled: Compiled, on: datetime) -> tuple[Alarm, ...]:
    """The pre-flight check."""
    return preflight(compiled, on)


def moment(text: str | None, now: datetime) -> datetime:
    """A moment as people write it: a day is its noon in UTC; none is now. Raises `InputError`."""
    if text is None:
        return now
    try:
        found = one(text, Kind.MOMENT)
    except WrongValueError as error:
        raise InputError(error.message, values=error.values) from error
    if isinstance(found, datetime):
        return found
    assert isinstance(found, date)  # noqa: S101 - a moment is one or the other
    return datetime.combine(found, NOON, UTC)


def stated(pairs: Sequence[str]) -> dict[str, Value]:
    """`LEFT=VALUE` as the user states them; commas part several values. Raises `InputError`."""
    found: dict[str, Value] = {}
    for pair in pairs:
        left, equals, said = pair.partition("=")
        operand = known().operands.get(short(left.strip()))
        if not equals or operand is None:
            raise InputError(N_("`{pair}` is not LEFT=VALUE with a left operand that is known"), values={"pair": pair},
                             hint="egide dataspace policy operands")
        found[operand.name] = _value(said.strip(), operand)
    return found


def _value(said: str, operand: LeftOperand) -> Value:
    try:
        if operand.many:
            return frozenset(one(part.strip(), operand.kind) for part in said.split(",") if part.strip())
        return one(said, operand.kind)
    except WrongValueError as error:
        raise InputError(error.message, values=error.values) from error


def duties(pairs: Sequence[str]) -> dict[str, DutyState]:
    """`DUTY=fulfilled|violated`. Raises `InputError`."""
    found = {}
    for pair in pairs:
        name, _, state = pair.rpartition("=")
        if not name or state not in (DutyState.FULFILLED, DutyState.VIOLATED):
            raise InputError(N_("`{pair}` is not DUTY=fulfilled or DUTY=violated"), values={"pair": pair})
        found[name] = DutyState(state)
    return found


def owned(files: Sequence[Path], company: str | None, on: date) -> dict[str, Value]:
    """What files of holdings say of the party: its seat, who controls it, the share held from outside the Union.

    What they leave open is left out: it is not known.
    """
    from egide.app import ownership

    answer = ownership.show(files, company, on, ownership.readings("EU", on))
    found: dict[str, Value] = {}
    if answer.third_control is not Answer.UNKNOWN:
        found[CONTROLLED] = answer.third_control is Answer.MET
    shares = [test.together for test in answer.tests]
    if shares and all(share.exact for share in shares):
        most = max(share.high for share in shares) * 100
        found[HELD] = Decimal(most.numerator) / Decimal(most.denominator)
    if seat := answer.parties[answer.company].seat:
        found[SEAT] = seat
    return found


def labelled(files: Sequence[Path], on: date) -> dict[str, Value]:
    """The labels that were computed of what the party offers and hold on that day, as `scheme`, `scheme@version` and with the level."""
    from egide.app.label.assessing import computed_labels

    names = set[str]()
    for label in computed_labels(files):
        if label.answer is Answer.MET and not label.simulation and (label.until is None or on <= label.until):
            scheme = label.scheme.partition("@")[0]
            names |= {scheme, label.scheme, *([f"{scheme}/{label.level}"] if label.level else [])}
    return {LABEL: frozenset(names)}


def odrl(policy: Policy) -> dict[str, Any]:
    """The policy as an ODRL document."""
    return write_odrl(policy)


def in_short(policy: Policy) -> bytes:
    """The policy in our short form."""
    return write_yaml(write_short(policy))
