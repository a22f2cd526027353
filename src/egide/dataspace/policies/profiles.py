"""The profiles that are known, and the vocabulary that they make together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from egide.dataspace.policies.model import Policy
from egide.dataspace.policies.operands import LeftOperand, Profile
from egide.dataspace.policies.profile_catena_x import CATENA
from egide.dataspace.policies.profile_core import CORE, DSP
from egide.dataspace.policies.profile_own import OWN
from egide.dataspace.policies.terms import INCLUDED_IN, TRANSFER, USE, widening

PROFILES: Mapping[str, Profile] = {one.name: one for one in (CORE, DSP, CATENA, OWN)}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What a processor understands: left operands, and actions with what they are part of and what they imply."""

    operands: Mapping[str, LeftOperand]
    wider: Mapping[str, str]
    implies: Mapping[str, frozenset[str]]
    actions: frozenset[str]
    iris: frozenset[str]
    """The profiles by which a policy may say that it was written."""

    def within(self, action: str) -> frozenset[str]:
        """The action and all that it is part of."""
        return frozenset(widening(action, self.wider))

    def implied(self, action: str) -> frozenset[str]:
        """All that must not be prohibited for the action to be done: what it implies, over and over, and the wider actions of that."""
        found, ahead = set[str](), [action]
        while ahead:
            for one in self.implies.get(ahead.pop(), frozenset()) - found:
                found.add(one)
                ahead.append(one)
        return frozenset().union(*(self.within(one) for one in found))


def vocabulary(profiles: Iterable[Profile]) -> Vocabulary:
    """The profiles together with ODRL's own actions; later ones win where two declare the same name."""
    every = tuple(profiles)
    wider = {name: one for profile in every for name, one in profile.wider.items()}
    actions = frozenset({USE, TRANSFER, *INCLUDED_IN, *wider}).union(*(one.actions for one in every))
    return Vocabulary(
        {name: one for profile in every for name, one in profile.operands.items()}, wider,
        {name: one for profile in every for name, one in profile.implies.items()}, actions,
        frozenset(iri for one in every for iri in (one.iri, one.iri.rstrip("/#"), one.name)),
    )  # fmt: skip


@cache
def known() -> Vocabulary:
    """All profiles that ship."""
    return vocabulary(PROFILES.values())


def followed(policy: Policy) -> tuple[Profile, ...]:
    """The known profiles that the policy says it follows, by its `profile` or its `@context`."""
    contexts = policy.more.get("@context", ())
    named = {contexts} if isinstance(contexts, str) else {one for one in contexts if isinstance(one, str)}
    said = named | set(policy.profiles)
    return tuple(one for one in PROFILES.values() if said & ({one.iri, one.iri.rstrip("/#"), one.name} | one.contexts))
