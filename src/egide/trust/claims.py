"""Claims as people write them (YAML or JSON) to a credential that can be signed, or the place of what can't.

The names are those of VC Data Model 2.0. What can be told from the rest is filled in: the context, the type `VerifiableCredential`, the
issuer, the dates. A day is a whole day: `validFrom: 2026-11-01` begins with it, `validUntil: 2027-01-31` ends with it, in UTC.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from egide.trust.credentials.model import CONTEXT, CONTEXT_1, EXTENSIONS
from egide.trust.credentials.times import stamped
from egide.trust.jose_json import MAX_DEPTH, MAX_WHOLE, read_json
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_
from egide.vocabulary.yaml import read_yaml

GAIA_X_CONTEXT = "https://w3id.org/gaia-x/development#"
GAIA_X_DAYS = 90
"""How long a Gaia-X credential counts when nobody says, as in the labels that clearing houses give."""
MEMBERS = frozenset({
    "@context", "id", "type", "name", "description", "issuer", "validFrom", "validUntil", "credentialSubject", "proof", *EXTENSIONS,
})  # fmt: skip
OWN_TYPE = "VerifiableCredential"


class Profile(StrEnum):
    """How a credential looks on the wire: as the W3C has it, or as Gaia-X's services of 2026 write it."""

    W3C = "w3c"
    GAIA_X = "gaia-x"


@dataclass(frozen=True, slots=True)
class Claims:
    """One credential to be."""

    file: str
    document: Mapping[str, Any]


def read_claims(content: bytes, file: str) -> tuple[Claims, ...]:
    """The credentials of a file, one or a list. Raises `InputError` with the place of the first thing that can't be signed."""
    said = _parsed(content, file)
    listed = said if isinstance(said, list) else [said]
    if not listed:
        raise InputError(N_("a file of claims without any"), Location(file))
    return tuple(_claims(one, file, f"$[{at}]" if isinstance(said, list) else "$") for at, one in enumerate(listed))


def completed(claims: Claims, profile: Profile, now: datetime, days: int | None = None) -> dict[str, Any]:
    """The credential with what the claims leave out, but for its issuer and its status.

    ``days`` is how long it counts from now when the claims don't say.
    """
    document = dict(claims.document)
    document["@context"] = _contexts(document.get("@context"), profile)
    document["type"] = _types(document.get("type"))
    document.setdefault("validFrom", stamped(now))
    days = GAIA_X_DAYS if days is None and profile is Profile.GAIA_X else days
    if days is not None and "validUntil" not in document:
        document["validUntil"] = stamped(now + timedelta(days=days))
    return document


def _parsed(content: bytes, file: str) -> Any:
    if content.lstrip()[:1] in (b"{", b"["):
        value, reason = read_json(content)
        if reason is not None:
            raise InputError(reason.message, Location(file), values=reason.args)
        return value
    return read_yaml(content, file)


def _claims(said: object, file: str, path: str) -> Claims:
    if not isinstance(said, dict):
        raise InputError(N_("claims are written as names with their values; this is none"), Location(file, path=path))
    plain = dict(_pairs({name: _day(name, value) for name, value in said.items()}, file, path, 0))
    _known(plain, file, path)
    return Claims(file, plain)


def _known(document: Mapping[str, Any], file: str, path: str) -> None:
    """Refuse a name that is one of the model's but for its case or a sign: it would be signed, and mean nothing."""
    meant = {_loose(name): name for name in MEMBERS}
    for name in document:
        near = meant.get(_loose(name))
        if near is not None and near != name and name not in ("@id", "@type"):
            raise InputError(N_("`{name}` is not `{near}`, which is probably meant"), Location(file, path=f"{path}.{name}"),
                             values={"name": name, "near": near})
    if document.get("proof") is not None:
        raise InputError(N_("the claims carry a proof already; what is issued here gets its own"), Location(file, path=f"{path}.proof"))
    if CONTEXT_1 in _listed(document.get("@context")):
        raise InputError(N_("the context is that of version 1.1; version 2.0 is issued"), Location(file, path=f"{path}.@context"))
    if not isinstance(document.get("credentialSubject"), (dict, list)) or not document["credentialSubject"]:
        raise InputError(N_("`credentialSubject` is missing: what is claimed, of whom"), Location(file, path=path))


def _day(name: object, value: object) -> object:
    """A day at the two places where the model wants a moment."""
    if name in ("validFrom", "validUntil") and isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time(23, 59, 59) if name == "validUntil" else time(), UTC)
    return value


def _plain(value: object, file: str, path: str, depth: int) -> Any:
    """The value as JSON carries it: everybody who reads it must read the same."""
    if depth > MAX_DEPTH:
        raise InputError(N_("more than {limit} levels"), Location(file, path=path), values={"limit": MAX_DEPTH})
    if isinstance(value, dict):
        return dict(_pairs(value, file, path, depth))
    if isinstance(value, list):
        return [_plain(one, file, f"{path}[{at}]", depth + 1) for at, one in enumerate(value)]
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise InputError(N_("a date and time without its zone: write 2026-11-23T12:00:00Z"), Location(file, path=path))
        return stamped(value)
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, (str, int, float)) and value is not None:
        raise InputError(N_("a value that JSON does not have"), Location(file, path=path))
    if wrong := _unsafe(value):
        raise InputError(wrong, Location(file, path=path), values={"number": str(value)[:40]})
    return value


def _pairs(value: dict[Any, Any], file: str, path: str, depth: int) -> Iterator[tuple[str, Any]]:
    for name, inner in value.items():
        if not isinstance(name, str):
            raise InputError(N_("a name must be a text: put it between quotation marks"), Location(file, path=path))
        yield name, _plain(inner, file, f"{path}.{name}", depth + 1)


def _unsafe(value: object) -> str | None:
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            return N_("a character is only half written (a lone surrogate)")
    elif isinstance(value, int):
        return N_("the number {number} is beyond what JSON carries safely (RFC 7493, 2.2)") if abs(value) > MAX_WHOLE else None
    elif isinstance(value, float) and not math.isfinite(value):
        return N_("{number} is not a number of JSON")
    return None


def _contexts(said: object, profile: Profile) -> list[Any]:
    """The context of version 2.0 first, then what the claims name, then Gaia-X's where that is the profile and none is named."""
    listed = _listed(said)
    if CONTEXT not in listed:
        listed = [CONTEXT, *listed]
    if profile is Profile.GAIA_X and not any(isinstance(one, str) and "/gaia-x/" in one for one in listed):
        listed = [*listed, GAIA_X_CONTEXT]
    return listed


def _types(said: object) -> list[Any]:
    listed = _listed(said)
    return listed if OWN_TYPE in listed else [OWN_TYPE, *listed]


def _loose(name: object) -> str:
    return str(name).lower().replace("_", "").replace("-", "").replace(" ", "").removeprefix("@")


def _listed(said: object) -> list[Any]:
    return list(said) if isinstance(said, list) else [] if said is None else [said]
