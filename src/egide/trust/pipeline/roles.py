"""Who may do what because whoever verifies said so (give labels, state registration numbers, publish others' status), and who no longer.

Kept in a file of its own (`issuers.json`) in a bundle. Nobody is trusted for any of these by default.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from egide.trust.credentials.results import Mode
from egide.trust.credentials.times import Moment, read_stamp, stamped
from egide.trust.dids.documents import is_url
from egide.trust.jose_json import read_object
from egide.trust.linked.recognising import ISSUERS_FORMAT as FORMAT
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

MAX_ISSUERS = 10_000


class Role(StrEnum):
    """What somebody may be named for."""

    LABEL = "label"
    NOTARY = "notary"
    STATUS = "status"


@dataclass(frozen=True, slots=True)
class Revoked:
    """An issuer who is no longer believed, from a moment on, or for anything ever said."""

    at: datetime | None = None
    because: str = ""


@dataclass(frozen=True, slots=True)
class Roles:
    """All that was said of issuers."""

    named: Mapping[Role, frozenset[str]] = field(default_factory=dict)
    revoked: Mapping[str, Revoked] = field(default_factory=dict)

    def of(self, role: Role) -> frozenset[str]:
        """Who was named for it."""
        return self.named.get(role, frozenset())

    def joined(self, other: Roles) -> Roles:
        """What both say. Of two moments of one revocation the earlier counts."""
        revoked = dict(self.revoked)
        for issuer, one in other.revoked.items():
            before = revoked.get(issuer)
            revoked[issuer] = one if before is None or one.at is None or (before.at is not None and one.at < before.at) else before
        return Roles({role: self.of(role) | other.of(role) for role in Role}, revoked)

    def document(self) -> dict[str, Any]:
        """The same as JSON, in one order."""
        listed: dict[str, Any] = {role.value: sorted(self.of(role)) for role in Role if self.of(role)}
        if self.revoked:
            listed["revoked"] = [
                {"issuer": issuer} | ({"from": stamped(one.at)} if one.at else {}) | ({"because": one.because} if one.because else {})
                for issuer, one in sorted(self.revoked.items())
            ]
        return {"format": FORMAT, **listed}


NO_ROLES = Roles()


def read_roles(content: bytes, file: str) -> Roles:
    """The issuers that a file names. Raises `InputError` with the place."""
    document = read_object(content)
    if isinstance(document, Reason):
        raise InputError(document.message, Location(file), values=document.args)
    if document.get("format") != FORMAT:
        raise InputError(N_("the format of the list of issuers is {found}, and {known} is read"), Location(file, path="$.format"),
                         values={"found": str(document.get("format"))[:80], "known": FORMAT})
    unknown = sorted(document.keys() - {"format", "revoked", *Role})
    if unknown:
        raise InputError(N_("a list of issuers has no member `{member}`"), Location(file, path="$"), values={"member": unknown[0][:80]})
    named = {role: frozenset(_issuers(document.get(role, []), Location(file, path=f"$.{role}"))) for role in Role}
    return Roles({role: issuers for role, issuers in named.items() if issuers}, dict(_revoked(document.get("revoked", []), file)))


def _issuers(listed: object, at: Location) -> list[str]:
    if not isinstance(listed, list) or len(listed) > MAX_ISSUERS or not all(isinstance(one, str) and is_url(one) for one in listed):
        raise InputError(N_("a list of DIDs or addresses was expected"), at)
    return listed


def _revoked(listed: object, file: str) -> list[tuple[str, Revoked]]:
    if not isinstance(listed, list) or len(listed) > MAX_ISSUERS:
        raise InputError(N_("a list of DIDs or addresses was expected"), Location(file, path="$.revoked"))
    return [_one_revoked(one, Location(file, path=f"$.revoked[{place}]")) for place, one in enumerate(listed)]


def _one_revoked(one: object, at: Location) -> tuple[str, Revoked]:
    if not isinstance(one, dict) or one.keys() - {"issuer", "from", "because"} or not is_url(str(one.get("issuer", ""))):
        raise InputError(N_("a revoked issuer has the member `issuer`, and may have `from` and `because`"), at)
    because = one.get("because", "")
    moment = read_stamp(one["from"], "from", Mode.STRICT) if "from" in one else None
    if isinstance(moment, Reason):
        raise InputError(moment.message, at, values=moment.args)
    return one["issuer"], Revoked(moment.at if isinstance(moment, Moment) else None, str(because)[:400])
