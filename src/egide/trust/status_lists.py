"""Status lists as credentials: writing one, reading an entry, and what an entry says on a day (Bitstring Status List v1.0, 2 and 3.2).

A list is a credential itself, so who verifies it is the caller; here it is read once that is done. Revoked and suspended refuse; the other
purposes inform; a purpose that nobody here knows leaves the question open.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from egide.trust.credentials.model import CONTEXT, subjects
from egide.trust.credentials.times import stamped
from egide.trust.dids.documents import is_url
from egide.trust.status import LEAST_ENTRIES, MAX_SIZE, encoded, expanded, value_at, with_value
from egide.vocabulary.findings import Answer, Reason
from egide.vocabulary.language import N_

INDEX = re.compile(r"0|[1-9][0-9]{0,39}")
ENTRY_TYPE = "BitstringStatusListEntry"
LIST_TYPE = "BitstringStatusListCredential"


class Purpose(StrEnum):
    """What an entry may say (2.1)."""

    REVOCATION = "revocation"
    SUSPENSION = "suspension"
    REFRESH = "refresh"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a credential's status stands."""

    purpose: str
    index: int
    address: str
    size: int = 1
    messages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StatusList:
    """A list as its credential has it."""

    purposes: tuple[str, ...]
    bits: bytes
    ttl_milliseconds: int | None = None


def entry(address: str, index: int, purpose: str, messages: Sequence[str] = ()) -> dict[str, Any]:
    """A `credentialStatus` to put into a credential. With messages, one for each value, an entry has more than one bit."""
    written: dict[str, Any] = {
        "id": f"{address}#{index}", "type": ENTRY_TYPE, "statusPurpose": str(purpose), "statusListIndex": str(index),
        "statusListCredential": address,
    }  # fmt: skip
    if messages:
        size = (len(messages) - 1).bit_length()
        if len(messages) != 1 << size or not 1 <= size <= MAX_SIZE:
            raise ValueError("the messages must be 2, 4, 8 …: one for each value")
        written["statusSize"] = size
        written["statusMessage"] = [{"status": hex(value), "message": said} for value, said in enumerate(messages)]
    return written


def list_credential(
    address: str, issuer: str, purposes: Sequence[str], bits: bytes, now: datetime, valid_until: datetime,
    ttl_milliseconds: int | None = None,
) -> dict[str, Any]:
    """The list as a credential to issue and publish at its address."""
    listed = [str(one) for one in purposes]
    subject = {
        "id": f"{address}#list", "type": "BitstringStatusList", "statusPurpose": listed[0] if len(listed) == 1 else listed,
        "encodedList": encoded(bits),
    }  # fmt: skip
    return {
        "@context": [CONTEXT], "id": address, "type": ["VerifiableCredential", LIST_TYPE], "issuer": issuer, "validFrom": stamped(now),
        "validUntil": stamped(valid_until), "credentialSubject": subject | ({"ttl": ttl_milliseconds} if ttl_milliseconds else {}),
    }  # fmt: skip


def changed(bits: bytes, index: int, purpose: str, value: int, size: int = 1) -> bytes:
    """The row after a decision. Raises ValueError when it would take back what can't be: a revocation, or an announced refresh (2.1)."""
    if purpose in (Purpose.REVOCATION, Purpose.REFRESH) and not value and value_at(bits, index, size):
        raise ValueError(f"a {purpose} is not taken back")
    return with_value(bits, index, value, size)


def read_entry(status: Mapping[str, Any]) -> Entry | Reason:
    """The entry of a `credentialStatus`, or the statement of section 2.1 that it breaks."""
    address, index, purpose = status.get("statusListCredential"), status.get("statusListIndex"), status.get("statusPurpose")
    if not isinstance(purpose, str) or not purpose:
        return _malformed("statusPurpose")
    if not isinstance(index, str) or not INDEX.fullmatch(index):
        return _malformed("statusListIndex")
    if not isinstance(address, str) or not is_url(address) or status.get("id") == address:
        return _malformed("statusListCredential")
    size = status.get("statusSize", 1)
    if isinstance(size, bool) or not isinstance(size, int) or not 1 <= size <= MAX_SIZE:
        return _malformed("statusSize")
    messages = _messages(status.get("statusMessage"), size)
    if messages is None:
        return _malformed("statusMessage")
    references = status.get("statusReference", [])
    for one in references if isinstance(references, list) else [references]:
        if not isinstance(one, str) or not is_url(one):
            return _malformed("statusReference")
    return Entry(purpose, int(index), address, size, messages)


def read_list(document: Mapping[str, Any]) -> StatusList | Reason:
    """The list of a `BitstringStatusListCredential`, or the statement of section 2.2 that it breaks."""
    types, found = document.get("type"), subjects(document)
    if LIST_TYPE not in (types if isinstance(types, list) else [types]) or len(found) != 1:
        return _malformed("type")
    subject = found[0]
    if subject.get("type") not in ("BitstringStatusList", ["BitstringStatusList"]):
        return _malformed("credentialSubject.type")
    said = subject.get("statusPurpose")
    purposes: list[Any] = said if isinstance(said, list) else [said]
    if not purposes or not all(isinstance(one, str) for one in purposes):
        return _malformed("credentialSubject.statusPurpose")
    ttl = subject.get("ttl")
    if ttl is not None and (isinstance(ttl, bool) or not isinstance(ttl, int) or ttl < 0):
        return _malformed("credentialSubject.ttl")
    word = subject.get("encodedList")
    if not isinstance(word, str):
        return _malformed("credentialSubject.encodedList")
    bits = expanded(word)
    return bits if isinstance(bits, Reason) else StatusList(tuple(purposes), bits, ttl)


def says(found: Entry, listed: StatusList) -> tuple[Answer, tuple[Reason, ...]]:
    """What the list says of the entry (3.2, steps 5 to 15)."""
    if found.purpose not in listed.purposes:
        return Answer.NOT_MET, (Reason("status-purpose", {"purpose": found.purpose, "address": found.address},
                                       N_("the list at {address} does not serve the purpose «{purpose}»")),)
    if len(listed.bits) * 8 // found.size < LEAST_ENTRIES:
        return Answer.NOT_MET, (Reason("status-list-short", {"least": LEAST_ENTRIES, "address": found.address},
                                       N_("the list at {address} has fewer than {least} entries")),)
    value = value_at(listed.bits, found.index, found.size)
    if isinstance(value, Reason):
        return Answer.NOT_MET, (value,)
    return (Answer.MET, ()) if not value and found.purpose != Purpose.MESSAGE else _said(found, value)


def _said(found: Entry, value: int) -> tuple[Answer, tuple[Reason, ...]]:
    """What a value means. Its message is kept for machines: it is not meant for those who read (2.1, `message`)."""
    args: dict[str, object] = {"purpose": found.purpose, "index": found.index, "address": found.address}
    if found.purpose == Purpose.REVOCATION:
        return Answer.NOT_MET, (Reason("revoked", args, N_("it was revoked (entry {index} of {address})")),)
    if found.purpose == Purpose.SUSPENSION:
        return Answer.NOT_MET, (Reason("suspended", args, N_("it is suspended (entry {index} of {address})")),)
    if found.purpose == Purpose.REFRESH:
        return Answer.MET, (Reason("refresh", args, N_("its issuer has a newer one to give")),)
    if found.purpose == Purpose.MESSAGE:
        said = found.messages[value] if found.messages else "set" if value else "unset"
        return Answer.MET, (Reason("status-message", {**args, "value": hex(value), "message": said[:200]},
                                   N_("its issuer gives it the status {value}")),)
    return Answer.UNKNOWN, (Reason("status-unknown-purpose", args,
                                   N_("its status is set for a purpose that is not known here: «{purpose}»")),)


def _messages(said: object, size: int) -> tuple[str, ...] | None:
    """The messages in the order of their values; nothing when they don't match the size (2.1)."""
    if said is None:
        return () if size == 1 else None
    if not isinstance(said, list) or len(said) != 1 << size:
        return None
    by_value: dict[int, str] = {}
    for one in said:
        status, message = (one.get("status"), one.get("message")) if isinstance(one, dict) else (None, None)
        if not isinstance(message, str) or not isinstance(status, str) or not re.fullmatch(r"0x[0-9A-Fa-f]{1,4}", status):
            return None
        by_value[int(status, 16)] = message
    return tuple(by_value[value] for value in range(1 << size)) if set(by_value) == set(range(1 << size)) else None


def _malformed(member: str) -> Reason:
    return Reason("status-malformed", {"member": member}, N_("`{member}` is absent or malformed (Bitstring Status List, 2)"))
