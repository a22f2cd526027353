"""Step 5, the status: each `credentialStatus` looked up in its list, once the list itself is verified.

A list of somebody else than the issuer counts only when whoever verifies named its publisher: else anybody who answers at the address
could give back what was revoked. A list read long ago says what was so then; past its age the question is open again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from egide.trust.credentials.model import party_of
from egide.trust.credentials.opening import open_file
from egide.trust.credentials.results import Opened, Step, StepName, What
from egide.trust.dids.identifiers import Fetched, NotAtHand
from egide.trust.status_lists import ENTRY_TYPE, StatusList, read_entry, read_list, says
from egide.vocabulary.errors import InputError
from egide.vocabulary.findings import Answer, Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.trust.credentials.world import Asked

USUAL_AGE_SECONDS = 86_400
WORST_FIRST = (Answer.NOT_MET, Answer.UNKNOWN, Answer.MET)
Said = tuple[Answer, tuple[Reason, ...]]


@dataclass(frozen=True, slots=True)
class Published:
    """A list that passed its own verification, and who published it."""

    listed: StatusList
    publisher: str | None


Verify = Callable[[Opened], tuple[Step, ...]]
"""The steps of a credential without its status: what a list must pass before it is believed."""


class Lists(msgspec.Struct):
    """The status lists of one verification, each fetched and verified once."""

    asked: Asked
    known: dict[str, Published | Said] = msgspec.field(default_factory=dict)

    def status(self, opened: Opened, issuer: str | None, verify: Verify) -> Step | None:
        """What its lists say of a credential; no step when it has no status."""
        found = opened.document.get("credentialStatus")
        if found is None:
            return None
        answers = [self._entry(one, issuer, verify) for one in (found if isinstance(found, list) else [found])]
        for worst in WORST_FIRST:
            if any(answer is worst for answer, _ in answers):
                because = tuple(reason for answer, reasons in answers if answer is worst for reason in reasons)
                return Step(StepName.STATUS, worst, because, opened.at)
        return None

    def _entry(self, one: Mapping[str, Any], issuer: str | None, verify: Verify) -> Said:
        types = one.get("type")
        if ENTRY_TYPE not in (types if isinstance(types, list) else [types]):
            return Answer.UNKNOWN, (Reason("status-type", {"type": str(types)[:80]}, N_("a status of the type {type} is not read here")),)
        entry = read_entry(one)
        if isinstance(entry, Reason):
            return Answer.NOT_MET, (entry,)
        if entry.address not in self.known:
            self.known[entry.address] = self._list(entry.address, verify)
        known = self.known[entry.address]
        if not isinstance(known, Published):
            return known
        if known.publisher != issuer and known.publisher not in self.asked.world.status_issuers:
            return Answer.UNKNOWN, (Reason("status-publisher", {"publisher": known.publisher, "address": entry.address},
                                           N_("the list at {address} is published by {publisher}, who was not named for that")),)
        return says(entry, known.listed)

    def _list(self, address: str, verify: Verify) -> Published | Said:
        fetched = self.asked.fetch(address)
        if isinstance(fetched, NotAtHand):
            return Answer.UNKNOWN, (fetched.reason,)
        try:
            parts = open_file(fetched.content, address, self.asked.mode)
        except InputError:
            return _unusable(address, "not-a-credential")
        if len(parts) != 1 or parts[0].what is not What.CREDENTIAL:
            return _unusable(address, "not-a-credential")
        document = parts[0].document
        if failed := _failed(parts[0], address, verify(parts[0])):
            return failed
        if document.get("id", address) != address:
            return _unusable(address, "of-another-address")
        listed = read_list(document)
        if isinstance(listed, Reason):
            return Answer.NOT_MET, (listed,)
        stale = self._stale(address, fetched, listed)
        return (Answer.UNKNOWN, (stale,)) if stale else Published(listed, party_of(document, What.CREDENTIAL))

    def _stale(self, address: str, fetched: Fetched, listed: StatusList) -> Reason | None:
        if fetched.at is None:
            return None
        allowed = self.asked.world.status_age_seconds
        if allowed is None:
            allowed = USUAL_AGE_SECONDS if listed.ttl_milliseconds is None else listed.ttl_milliseconds // 1000
        if self.asked.now - fetched.at <= timedelta(seconds=allowed):
            return None
        return Reason("status-stale", {"address": address, "read": fetched.at.isoformat(), "seconds": allowed},
                      N_("the list at {address} was read on {read}, and counts for {seconds} seconds"))


def _failed(part: Opened, address: str, steps: tuple[Step, ...]) -> Said | None:
    for answer in (Answer.NOT_MET, Answer.UNKNOWN):
        failed = [step for step in steps if step.answer is answer]
        if failed:
            codes = tuple(reason.code for step in failed for reason in step.because)
            return answer, (Reason("status-list-not-verified", {"address": address, "step": failed[0].name, "why": codes},
                                   N_("the list at {address} does not pass its own verification ({step}: {why})")),)
    if "credentialStatus" in part.document:
        return Answer.UNKNOWN, (Reason("status-of-a-list", {"address": address},
                                       N_("the list at {address} has a status of its own, which is not looked up")),)
    return None


def _unusable(address: str, why: str) -> Said:
    return Answer.NOT_MET, (Reason("status-list-unusable", {"address": address, "why": why},
                                   N_("what lies at {address} is not the status list that it should be ({why})")),)
