"""The status lists that the VC API publishes: who has which entry, what was decided, and the lists as credentials.

One list for each issuer, way of securing and purpose. An entry is drawn at random and never given twice; a revocation is not taken back.
What happens counts once it is kept; the lists follow from what was kept, so that a server that is started again goes on with them.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING, Any

import msgspec

from egide.trust.status import free_index, no_status
from egide.trust.status_lists import Purpose, changed, entry, list_credential
from egide.vocabulary.errors import EgideError, InputError
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.app.trust.vc_api import Key, Securing

PURPOSES = (Purpose.REVOCATION, Purpose.SUSPENSION, Purpose.REFRESH)
"""Those that one bit can say."""
VALID_FOR = timedelta(days=1)
TTL_SECONDS = 60
PATH = "/status/"


class UnknownCredentialError(EgideError):
    """No credential by that name was issued here with a status for that purpose."""

    def __init__(self, name: str, purpose: str) -> None:
        super().__init__(N_("no credential {name} was issued here with a status for «{purpose}»"),
                         {"name": name[:200], "purpose": purpose[:80]})


class Given(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="what", tag="given"):
    """A credential got an entry."""

    name: str
    purpose: str
    address: str
    index: int
    method: str
    way: str


class Put(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="what", tag="put"):
    """The status of a credential was set or cleared."""

    name: str
    purpose: str
    on: bool


Event = Given | Put
Keep = Callable[[Sequence[Event]], None]


@dataclass
class Listed:
    """One list as it stands."""

    address: str
    key: Key
    way: Securing
    purpose: str
    bits: bytes = field(default_factory=no_status)
    taken: set[int] = field(default_factory=set)
    secured: tuple[datetime, dict[str, Any]] | None = None
    """When it was last secured, and as what; nothing once it changed."""


@dataclass
class Lists:
    """All lists of one server, and which entries belong to which credential."""

    base: str
    clock: Callable[[], datetime]
    secure: Callable[[Mapping[str, Any], Key, Securing], dict[str, Any]]
    keep: Keep = lambda _: None
    """Called with what is about to count, all of it or nothing; by default nothing lasts."""
    by_address: dict[str, Listed] = field(default_factory=dict)
    by_use: dict[tuple[str, str, str], Listed] = field(default_factory=dict)
    entries: dict[tuple[str, str], tuple[Listed, int]] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def enter(self, document: Mapping[str, Any], purposes: Sequence[str], key: Key, way: Securing, name: str | None) -> dict[str, Any]:
        """The document with an entry for each purpose. ``name`` or its `id` is how the status can be set.

        Raises `InputError` when it has neither, has had an entry already, or a purpose is none of ours.
        """
        known = name or document.get("id")
        if not isinstance(known, str):
            raise InputError(N_("a status can only be given to a credential with an `id` or an `options.credentialId`"))
        unknown = [one for one in purposes if one not in PURPOSES]
        if unknown or len(set(purposes)) != len(purposes):
            raise InputError(N_("the purposes of a status are among {known}, each once"), values={"known": tuple(map(str, PURPOSES))})
        with self.lock:
            if any((known, purpose) in self.entries for purpose in PURPOSES):
                raise InputError(N_("a credential {name} with a status was issued before"), values={"name": known[:200]})
            given = [self._new(known, purpose, key, way) for purpose in purposes]
            self.keep(given)
            for one in given:
                self._give(one, key, way)
        made = [entry(one.address, one.index, one.purpose) for one in given]
        before = document.get("credentialStatus", [])
        every = [*(before if isinstance(before, list) else [before]), *made]
        return {**document, "credentialStatus": every[0] if len(every) == 1 else every}

    def put(self, name: str, purpose: str, *, on: bool) -> None:
        """Set or clear the status of a credential.

        Raises `UnknownCredentialError`; `InputError` when it would take back what can't be.
        """
        with self.lock:
            if (name, purpose) not in self.entries:
                raise UnknownCredentialError(name, purpose)
            listed, index = self.entries[name, purpose]
            try:
                bits = changed(listed.bits, index, purpose, int(on))
            except ValueError as error:
                raise InputError(N_("what is set for «{purpose}» is not taken back"), values={"purpose": purpose}) from error
            self.keep([Put(name, purpose, on)])
            listed.bits, listed.secured = bits, None

    def again(self, events: Iterable[Event], keys: Mapping[str, Key], ways: Callable[[str], Securing]) -> None:
        """Take what was kept by an earlier run.

        Raises `InputError` when a list was signed with a key that is not here: nobody could be told of its entries any more.
        """
        for event in events:
            if isinstance(event, Put):
                listed, index = self.entries[event.name, event.purpose]
                listed.bits = changed(listed.bits, index, event.purpose, int(event.on))
            elif event.method in keys:
                self._give(event, keys[event.method], ways(event.way))
            else:
                raise InputError(N_("a status list that is kept is signed with {method}, which is none of the keys given"),
                                 values={"method": event.method[:200]})

    def at(self, address: str) -> dict[str, Any] | None:
        """The list at that address as a credential; nothing when there is none."""
        with self.lock:
            listed = self.by_address.get(address)
            if listed is None:
                return None
            now = self.clock()
            if listed.secured is None or now - listed.secured[0] > VALID_FOR / 2:
                document = list_credential(
                    listed.address, listed.key.did, [listed.purpose], listed.bits, now, now + VALID_FOR, TTL_SECONDS * 1000,
                )  # fmt: skip
                listed.secured = now, self.secure(document, listed.key, listed.way)
            return listed.secured[1]

    def _new(self, name: str, purpose: str, key: Key, way: Securing) -> Given:
        listed = self._list(f"{self.base}{PATH}{len(self.by_address) + 1}", purpose, key, way)
        return Given(name, purpose, listed.address, free_index(listed.taken, secrets.randbelow), key.method, way.value)

    def _give(self, given: Given, key: Key, way: Securing) -> None:
        listed = self._list(given.address, given.purpose, key, way)
        listed.taken.add(given.index)
        self.entries[given.name, given.purpose] = listed, given.index

    def _list(self, address: str, purpose: str, key: Key, way: Securing) -> Listed:
        """The list for that use, begun at the address when there is none."""
        use = key.method, way.value, purpose
        if use not in self.by_use:
            self.by_use[use] = self.by_address[address] = Listed(address, key, way, purpose)
        return self.by_use[use]
