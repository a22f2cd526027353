"""Whom a verifier trusts: the logs, the witnesses and the quorum (C2SP tlog-policy), and what a checkpoint shows of it.

A checkpoint is good when one of the listed logs has signed it under its own origin and enough witnesses have cosigned
it. Signatures of keys that aren't listed are ignored, as they prove nothing to this verifier; a wrong one of a key that
is listed refuses the whole (C2SP signed-note, «Signatures»).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from egide.trust.log.checkpoint import timestamp_of, verifies
from egide.trust.log.note import SignatureType, VerifierKey, verifier_key
from egide.trust.log.steps import MalformedError, Step, met, not_met
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from datetime import datetime

    from egide.trust.log.checkpoint import SignedCheckpoint

MOST_BYTES = 1024 * 1024
NONE = "none"
WRONG_SIGNATURE = N_("the signature of «{name}» is not that key's on this checkpoint")
AHEAD = timedelta(minutes=5)
"""How far a witness's clock may be ahead of the verifier's."""
LOG_TYPES = frozenset({SignatureType.ED25519, SignatureType.ML_DSA_44})
WITNESS_TYPES = frozenset({SignatureType.COSIGNATURE, SignatureType.ML_DSA_44})

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Group:
    """Some witnesses or groups of which so many are enough."""

    enough: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """The logs, the witnesses and the groups by name, and which of them must have cosigned."""

    logs: tuple[VerifierKey, ...]
    witnesses: Mapping[str, VerifierKey] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    quorum: str = NONE

    @classmethod
    def trusting(cls, *keys: str) -> Policy:
        """The policy of one who has nothing but public keys: any of these logs, no witness. Raises `MalformedError`."""
        logs = tuple(verifier_key(key) for key in keys)
        for key in logs:
            _typed(key, LOG_TYPES)
        _distinct(logs)
        return cls(logs)

    def witnessed(self, name: str, cosigned: Iterable[str]) -> bool:
        """Whether the witness or group has cosigned, when these witnesses have."""
        if name in self.groups:
            group = self.groups[name]
            return sum(self.witnessed(member, cosigned) for member in group.members) >= group.enough
        return name == NONE or name in cosigned


def judge_log(policy: Policy, signed: SignedCheckpoint) -> Step:
    """Is the checkpoint of a log that the policy lists, and signed by it (C2SP tlog-checkpoint, «Signatures»)?"""
    head = signed.checkpoint
    keys = [key for key in policy.logs if key.name == head.origin]
    if not keys:
        return not_met("signature", "unknown-log", N_("the checkpoint is of the log «{origin}», for which no key was given"),
                       origin=head.origin)  # fmt: skip
    signing = [(key, signature) for key in keys if (signature := signed.by(key))]
    if not signing:
        return not_met("signature", "not-signed-by-log", N_("the checkpoint bears no signature by a key given for «{origin}»"),
                       origin=head.origin)  # fmt: skip
    if not all(verifies(key, head, signature) for key, signature in signing):
        return not_met("signature", "wrong-signature", WRONG_SIGNATURE, name=head.origin)
    if head.extensions and not any(key.type is SignatureType.ED25519 for key, _ in signing):
        return not_met("signature", "extension-not-signed", N_("the checkpoint has extension lines, which its signature doesn't cover"))
    return met("signature", "signed-by-log", N_("«{origin}» has signed its checkpoint of size {size}"),
               origin=head.origin, size=head.size)  # fmt: skip


def judge_witnesses(policy: Policy, signed: SignedCheckpoint, now: datetime | None = None) -> Step:
    """Have enough witnesses cosigned the checkpoint (C2SP tlog-proof, «Verifying a tlog proof», step 3)?

    With ``now``, a cosignature from the future is not counted (C2SP tlog-cosignature, «Format»).
    """
    cosigned = []
    for name, key in policy.witnesses.items():
        signature = signed.by(key)
        if signature is None:
            continue
        if not verifies(key, signed.checkpoint, signature):
            return not_met("witnesses", "wrong-signature", WRONG_SIGNATURE, name=key.name)
        if now is None or (timestamp_of(key, signature) or 0) <= (now + AHEAD).timestamp():
            cosigned.append(name)
    if policy.quorum == NONE:
        return met("witnesses", "no-witness-asked", N_("no witness is asked for (cosignatures: {n})"), n=len(cosigned))
    if not policy.witnessed(policy.quorum, cosigned):
        return not_met("witnesses", "too-few-witnesses", N_("too few witnesses have cosigned for «{quorum}» (cosignatures: {n})"),
                       n=len(cosigned), quorum=policy.quorum)  # fmt: skip
    return met("witnesses", "witnessed", N_("enough witnesses have cosigned for «{quorum}» (cosignatures: {n})"),
               n=len(cosigned), quorum=policy.quorum)  # fmt: skip


def read_policy(content: bytes) -> Policy:
    """The policy of a file (C2SP tlog-policy, «Policy file syntax and structure»); raises `MalformedError` with the line."""
    if len(content) > MOST_BYTES:
        raise MalformedError("policy-too-long", N_("a policy of {n} bytes, where {most} are read at most"), n=len(content), most=MOST_BYTES)
    try:
        said = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedError("not-utf-8", N_("the policy is not UTF-8")) from error
    if _CONTROL.search(said):
        raise MalformedError("control-character", N_("the policy holds a control character"))
    reading = _Reading()
    for number, line in enumerate(said.split("\n"), 1):
        words = [word for word in line.replace("\t", " ").split(" ") if word]
        if words and not words[0].startswith("#"):
            reading.take(number, words)
    return reading.policy()


class _Reading:
    """A policy as its lines come: names are defined before they are used, so that groups cannot go in circles."""

    def __init__(self) -> None:
        self._logs: list[VerifierKey] = []
        self._witnesses: dict[str, VerifierKey] = {}
        self._groups: dict[str, Group] = {}
        self._grouped: set[str] = set()
        self._quorum: str | None = None

    def take(self, number: int, words: list[str]) -> None:
        match words:
            case ["log", key] | ["log", key, _]:
                self._logs.append(_typed(verifier_key(key), LOG_TYPES))
            case ["witness", name, key] | ["witness", name, key, _]:
                self._fresh(number, name)
                self._witnesses[name] = _typed(verifier_key(key), WITNESS_TYPES)
            case ["group", name, enough, *members] if members:
                self._fresh(number, name)
                self._groups[name] = Group(_threshold(number, enough, len(members)), tuple(self._member(number, one) for one in members))
            case ["quorum", name] if self._quorum is None and (name == NONE or self._known(name)):
                self._quorum = name
            case _:
                raise _wrong(number)

    def policy(self) -> Policy:
        if self._quorum is None:
            raise MalformedError("no-quorum", N_("a policy says its quorum, were it none"))
        _distinct((*self._logs, *self._witnesses.values()))
        return Policy(tuple(self._logs), self._witnesses, self._groups, self._quorum)

    def _known(self, name: str) -> bool:
        return name in self._witnesses or name in self._groups

    def _fresh(self, number: int, name: str) -> None:
        if name == NONE or self._known(name):
            raise _wrong(number)

    def _member(self, number: int, name: str) -> str:
        """Each name is a member once, so that a witness counts in one way only."""
        if not self._known(name) or name in self._grouped:
            raise _wrong(number)
        self._grouped.add(name)
        return name


def _threshold(number: int, enough: str, members: int) -> int:
    wanted = {"any": 1, "all": members}.get(enough)
    if wanted is None:
        if not (enough.isascii() and enough.isdigit() and 1 <= int(enough[:4]) <= members and str(int(enough)) == enough):
            raise _wrong(number)
        wanted = int(enough)
    return wanted


def _typed(key: VerifierKey, types: frozenset[SignatureType]) -> VerifierKey:
    if key.type not in types:
        raise MalformedError("key-role", N_("the verifier key of «{name}» is of type {type}, which doesn't fit its role"),
                             name=key.name, type=int(key.type))  # fmt: skip
    return key


def _distinct(keys: Iterable[VerifierKey]) -> None:
    """One public key stands for one party: nobody counts twice, and no log is its own witness."""
    seen = set()
    for key in keys:
        if key.public in seen:
            raise MalformedError("key-twice", N_("the public key of «{name}» stands twice in the policy"), name=key.name)
        seen.add(key.public)


def _wrong(number: int) -> MalformedError:
    return MalformedError("policy-line", N_("line {n} of the policy cannot be read, or its name is taken or not yet known"), n=number)
