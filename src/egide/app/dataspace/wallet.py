"""Credentials of a data space in files: issued by one connector's key, taken in by another; what a connector holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from egide.app import files
from egide.app.dataspace.folder import Settings, open_database, settings
from egide.vocabulary.errors import EgideError, InputError, Location
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_


class NoClaimsError(EgideError):
    """Identity is by tokens in that folder."""

    hint = N_("egide dataspace init --identity dcp makes a connector with credentials")

    def __init__(self, folder: Path) -> None:
        super().__init__(N_("the connector in {folder} knows its peers by tokens, not by credentials"), {"folder": str(folder)})


class UntakenError(EgideError):
    """A credential that is not taken in."""


def issue(folder: Path, holder: str, kind: str, said: list[str], days: int) -> str:
    """A credential about a participant, signed by the key of the folder. ``said``: `NAME=VALUE`, of its subject. Raises `InputError`."""
    from egide.app.dataspace.claims import ByClaims
    from egide.trust.credentials.issuing import issue as signed
    from egide.trust.dids.identifiers import read_did

    found = by_claims_in(folder)
    if isinstance(wrong := read_did(holder), Reason):
        raise InputError(wrong.message, values=dict(wrong.args))
    subject = subject_of(holder, said)
    now = datetime.now(UTC)
    claims = {
        "id": uuid4().urn, "type": ["VerifiableCredential", kind], "credentialSubject": subject,
        "validUntil": (now + timedelta(days=days)).isoformat(timespec="seconds").replace("+00:00", "Z"),
    }  # fmt: skip
    with open_database(folder) as store:
        speaker = ByClaims(folder, found, store).around.speaker
        return signed(claims, speaker.signer, speaker.kid, now)


def subject_of(holder: str, said: list[str]) -> dict[str, Any]:
    """Whom a credential is about, and what it says: each `NAME=VALUE`. Raises `InputError`."""
    subject: dict[str, Any] = {"id": holder}
    for pair in said:
        name, equals, value = pair.partition("=")
        if not equals or not name or name == "id":
            raise InputError(N_("`{pair}` is not NAME=VALUE"), values={"pair": pair})
        subject[name] = {"true": True, "false": False}.get(value, value)
    return subject


def take(folder: Path, file: Path, database: str | None) -> tuple[str, list[str]]:
    """Take in a credential about us: its issuer and types. The issuer's key is asked for. Raises `UntakenError`, `InputError`."""
    from egide.app.dataspace.claims import ByClaims

    found = by_claims_in(folder)
    try:
        token = files.read(file).decode("ascii").strip()
    except UnicodeDecodeError as error:
        raise InputError(N_("not a credential"), Location(str(file))) from error
    with open_database(folder, database) as store:
        taken = ByClaims(folder, found, store).wallet.take(token)
    if isinstance(taken, Reason):
        raise UntakenError(taken.message, dict(taken.args))
    issuer, types = taken
    return issuer, sorted(types - {"VerifiableCredential"})


def held(folder: Path, database: str | None) -> list[dict[str, Any]]:
    """What the folder can show: types, issuer, what is said, until when."""
    from egide.app.dataspace.claims import ByClaims

    found = by_claims_in(folder)
    with open_database(folder, database) as store:
        kept = ByClaims(folder, found, store).wallet.holder().held
    return [_line(one.document) for one in kept]


def _line(document: Any) -> dict[str, Any]:
    issuer, subject = document.get("issuer"), document.get("credentialSubject", {})
    return {
        "types": [one for one in document.get("type", []) if one != "VerifiableCredential"],
        "issuer": issuer.get("id") if isinstance(issuer, dict) else issuer,
        "says": {name: value for name, value in subject.items() if name != "id"} if isinstance(subject, dict) else {},
        "until": document.get("validUntil") or document.get("expirationDate"),
    }  # fmt: skip


def by_claims_in(folder: Path) -> Settings:
    """The settings of a folder whose identity is by credentials. Raises `NoClaimsError`."""
    found = settings(folder)
    if found.identity != "dcp":
        raise NoClaimsError(folder)
    return found
