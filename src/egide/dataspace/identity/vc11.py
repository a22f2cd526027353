"""The profile `vc11-sl2021/jwt`: credentials and presentations of VC Data Model 1.1 as JWT (§6.3.1), with StatusList2021.

It is the older of the protocol's two profiles, and what many data spaces still issue. The newer, `vc20-bssl/jwt`, is `egide.trust`'s own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from egide.dataspace.identity.tokens import SKEW, Speaker, key_of
from egide.trust.dids.documents import Purpose
from egide.trust.dids.identifiers import Fetch, Fetched, NotAtHand
from egide.trust.jose import read_compact, sign_compact
from egide.trust.jose_json import read_object
from egide.trust.signing import usual_algorithm
from egide.trust.status import expanded, value_at
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.trust.jose import Compact

PROFILE = "vc11-sl2021/jwt"
V1 = "https://www.w3.org/2018/credentials/v1"
SL2021 = "https://w3id.org/vc/status-list/2021/v1"
ENTRY, LIST = "StatusList2021Entry", "StatusList2021"
PRESENTED_FOR = timedelta(minutes=5)
MOST_CREDENTIALS = 100
Fault = Reason | NotAtHand


@dataclass(frozen=True, slots=True)
class Read:
    """A credential whose signature, dates and status were checked."""

    issuer: str
    document: Mapping[str, Any]


def issue_old(claims: Mapping[str, Any], speaker: Speaker, now: datetime, *, lasts: timedelta | None = None) -> str:
    """A credential of version 1.1 in a JWT: the claims under `vc`, what they share with the JWT beside it (§6.3.1)."""
    document: dict[str, Any] = {"@context": [V1], "type": ["VerifiableCredential"], **claims, "issuer": speaker.did}
    document.setdefault("issuanceDate", _stamp(now))
    body: dict[str, Any] = {"iss": speaker.did, "nbf": int(now.timestamp())}
    subject = document.get("credentialSubject")
    if isinstance(subject, dict) and isinstance(subject.get("id"), str):
        body["sub"] = subject["id"]
    if isinstance(document.get("id"), str):
        body["jti"] = document["id"]
    if lasts is not None:
        document.setdefault("expirationDate", _stamp(now + lasts))
        body["exp"] = int((now + lasts).timestamp())
    return _sign(speaker, body | {"vc": document})


def present_old(tokens: Sequence[str], speaker: Speaker, audience: str, now: datetime, jti: str) -> str:
    """Credentials of version 1.1 in a presentation for one verifier."""
    presentation = {"@context": [V1], "type": ["VerifiablePresentation"], "verifiableCredential": list(tokens)}
    times = {"iat": int(now.timestamp()), "nbf": int(now.timestamp()), "exp": int((now + PRESENTED_FOR).timestamp())}
    return _sign(speaker, {"iss": speaker.did, "sub": speaker.did, "aud": audience, "jti": jti, **times, "vp": presentation})


def _sign(speaker: Speaker, body: Mapping[str, Any]) -> str:
    header = {"typ": "JWT", "kid": speaker.kid}
    return sign_compact(header, json.dumps(body, ensure_ascii=False).encode(), speaker.signer, usual_algorithm(speaker.signer.public))


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def document_in(token: str) -> Mapping[str, Any] | None:
    """The credential of version 1.1 in a token, not yet believed; nothing when there is none."""
    opened = _opened(token)
    found = None if isinstance(opened, Reason) else opened[1].get("vc")
    return found if isinstance(found, dict) else None


def is_old(token: str) -> bool:
    """Whether a token is of this profile: a JWT with `vc` or `vp` inside."""
    opened = _opened(token)
    return not isinstance(opened, Reason) and ("vc" in opened[1] or "vp" in opened[1])


@dataclass(slots=True)
class OldReader:
    """Reads presentations and credentials of version 1.1 at a moment; each status list is fetched once."""

    now: datetime
    fetch: Fetch
    lists: dict[str, tuple[str, bytes, str] | Fault] = field(default_factory=dict)

    def presentation(self, token: str, holder: str, audience: str) -> tuple[str, ...] | Fault:
        """The credentials in a presentation that the holder made for us; or why it isn't that."""
        opened = _opened(token)
        if isinstance(opened, Reason):
            return opened
        compact, body = opened
        if body.get("iss") != holder:
            return Reason("presented-by-another", {"holder": holder}, N_("the presentation is not that of {holder}"))
        if body.get("aud") not in (audience, [audience]):
            return Reason("other-audience", {"audience": audience}, N_("the token is not addressed to {audience} alone"))
        if fault := self._dated(body) or key_of(compact, holder, self.fetch, Purpose.AUTHENTICATION):
            return fault
        if not isinstance(body.get("exp"), (int, float)):
            return _malformed("exp")
        presentation = body.get("vp")
        inside = presentation.get("verifiableCredential") if isinstance(presentation, dict) else None
        inside = [inside] if isinstance(inside, str) else inside
        if not isinstance(inside, list) or len(inside) > MOST_CREDENTIALS or not all(isinstance(one, str) for one in inside):
            return _malformed("vp.verifiableCredential")
        return tuple(inside)

    def credential(self, token: str, *, status: bool = True) -> Read | Fault:
        """A credential, signed by its issuer, in its dates, and neither revoked nor suspended."""
        opened = _opened(token)
        if isinstance(opened, Reason):
            return opened
        compact, body = opened
        document, issuer = body.get("vc"), body.get("iss")
        if not isinstance(document, dict) or not isinstance(issuer, str):
            return _malformed("vc")
        if wrong := _disagreement(document, body, issuer):
            return wrong
        if fault := self._dated(body) or self._period(document) or key_of(compact, issuer, self.fetch, Purpose.ASSERTION):
            return fault
        if status and (fault := self._status(document, issuer)):
            return fault
        return Read(issuer, document)

    def _dated(self, body: Mapping[str, Any]) -> Reason | None:
        moment, skew = self.now.timestamp(), SKEW.total_seconds()
        for name in ("nbf", "exp", "iat"):
            if name in body and (isinstance(body[name], bool) or not isinstance(body[name], (int, float))):
                return _malformed(name)
        if body.get("exp", moment + 1) + skew <= moment:
            return Reason("token-ended", {}, N_("the token has ended"))
        if body.get("nbf", 0) > moment + skew:
            return Reason("token-of-the-future", {}, N_("the token is not valid yet"))
        return None

    def _period(self, document: Mapping[str, Any]) -> Reason | None:
        for name, late in (("issuanceDate", False), ("expirationDate", True)):
            if name not in document:
                continue
            try:
                moment = datetime.fromisoformat(document[name])
                outside = moment + SKEW <= self.now if late else moment - SKEW > self.now
            except (TypeError, ValueError, OverflowError):
                return _malformed(name)
            if outside:
                return Reason("outside-its-period", {"name": name, "moment": str(document[name])[:40]},
                              N_("the credential is outside its period: {name} {moment}"))
        return None

    def _status(self, document: Mapping[str, Any], issuer: str) -> Fault | None:
        entries = document.get("credentialStatus", [])
        for entry in entries if isinstance(entries, list) else [entries]:
            if not isinstance(entry, dict) or entry.get("type") != ENTRY:
                return Reason("status-unreadable", {}, N_("the credential has a status that is not read here"))
            if fault := self._entry(entry, issuer):
                return fault
        return None

    def _entry(self, entry: Mapping[str, Any], issuer: str) -> Fault | None:
        address, index, purpose = (entry.get(name) for name in ("statusListCredential", "statusListIndex", "statusPurpose"))
        if not isinstance(address, str) or not isinstance(index, (str, int)) or not str(index).isdecimal() or len(str(index)) > 9:
            return _malformed("credentialStatus")
        if address not in self.lists:
            self.lists[address] = self._list(address)
        listed = self.lists[address]
        if isinstance(listed, (Reason, NotAtHand)):
            return listed
        by, bits, serves = listed
        if by != issuer or serves != purpose:
            return Reason("status-of-another", {"address": address}, N_("the status list at {address} is not the one for this credential"))
        value = value_at(bits, int(index))
        if isinstance(value, Reason):
            return value
        said = Reason("status-set", {"purpose": str(purpose)}, N_("the issuer has set the credential’s status: {purpose}"))
        return said if value else None

    def _list(self, address: str) -> tuple[str, bytes, str] | Fault:
        fetched = self.fetch(address)
        if not isinstance(fetched, Fetched):
            return fetched
        try:
            read = self.credential(fetched.content.decode("ascii").strip(), status=False)
        except UnicodeDecodeError:
            return _malformed("statusListCredential")
        if not isinstance(read, Read):
            return read
        subject = read.document.get("credentialSubject")
        if not isinstance(subject, dict) or subject.get("type") != LIST or not isinstance(subject.get("encodedList"), str):
            return _malformed("encodedList")
        bits = expanded("u" + subject["encodedList"].rstrip("="))
        return bits if isinstance(bits, Reason) else (read.issuer, bits, str(subject.get("statusPurpose")))


def _opened(token: str) -> tuple[Compact, dict[str, Any]] | Reason:
    compact = read_compact(token.encode("utf-8", "replace"))
    if isinstance(compact, Reason):
        return compact
    body = read_object(compact.payload)
    return body if isinstance(body, Reason) else (compact, dict(body))


def _disagreement(document: Mapping[str, Any], body: Mapping[str, Any], issuer: str) -> Reason | None:
    """Where the JWT and the credential say different things, neither is believed."""
    said = document.get("issuer", issuer)
    said = said.get("id") if isinstance(said, dict) else said
    subject = document.get("credentialSubject")
    about = subject.get("id", body.get("sub")) if isinstance(subject, dict) else body.get("sub")
    contexts = document.get("@context")
    if said != issuer or about != body.get("sub", about) or document.get("id", body.get("jti")) != body.get("jti", document.get("id")):
        return Reason("token-disagrees", {}, N_("the token and the credential inside disagree"))
    if not isinstance(contexts, list) or not contexts or contexts[0] != V1:
        return _malformed("@context")
    return None


def _malformed(name: str) -> Reason:
    return Reason("claim-malformed", {"name": name}, N_("the claim `{name}` of the token is absent or malformed"))
