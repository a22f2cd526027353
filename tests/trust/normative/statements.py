"""What a normative statement is here, and the documents that keep or break it, put to the library through its public faces.

A statement that does not bind an issuer's or verifier's library says why instead. The sentences are ours; the numbers are the
specification's.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from tests.trust.credential_world import CONTEXTS, HOLDER, ISSUER, NOW, asked, claims, credential, key, kid, token, web

from egide.trust.credentials.issuing import issue
from egide.trust.credentials.results import Mode, Outcome, Verification
from egide.trust.dids.identifiers import Fetched
from egide.trust.keys import b64u
from egide.trust.status import no_status
from egide.trust.status_lists import Purpose, entry, list_credential
from egide.vocabulary.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

class _Absent:
    def __repr__(self) -> str:
        return "absent"


ABSENT: Any = _Absent()
ADDRESS = "https://nuage-fictif.example/status/1"
INDEX = 42
NEARBY = "https://nuage-fictif.example/contrat-type.json"
CONTENT = b'{"un": "fichier fictif"}'


class Level(StrEnum):
    """How binding a statement is (RFC 2119)."""

    MUST = "MUST"
    SHOULD = "SHOULD"
    MAY = "MAY"


@dataclass(frozen=True)
class Case:
    """A document, how it is put to the library, and what must come of it."""

    said: str
    verify: Callable[[], Verification]
    outcome: Outcome
    why: str | None = None
    """The code of a reason, with the section that it names, when it names one."""
    issue: Callable[[], object] | None = None
    """The same claims put to the issuer, who must refuse them where the verifier does."""


@dataclass(frozen=True)
class Statement:
    """A sentence of a specification that one can keep or break."""

    id: str
    """The section and, within it, a letter of ours."""
    text: str
    level: Level = Level.MUST
    keeps: tuple[Case, ...] = ()
    breaks: tuple[Case, ...] = ()
    not_here: str = field(default="", kw_only=True)
    """Why it binds neither an issuer's nor a verifier's library; then it has no cases."""


def reasons(found: Verification) -> set[str]:
    """The codes of all reasons, alone and with the section that they name."""
    every = [reason for step in found.steps for reason in step.because]
    return {reason.code for reason in every} | {f"{reason.code} {reason.args['section']}" for reason in every if "section" in reason.args}


def changed(document: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """The document with members set, or left out."""
    return {name: value for name, value in {**document, **change}.items() if value is not ABSENT}


def unsigned(change: Mapping[str, Any]) -> dict[str, Any]:
    """The claims of a credential, with members set or left out."""
    return changed(claims(), {name.replace("_context", "@context"): value for name, value in change.items()})


def good(outcome: Outcome = Outcome.VERIFIED, /, **change: Any) -> Case:
    """A credential as it should be. ``outcome`` says what verification can tell of it when that is not everything."""
    document = unsigned(change)
    return Case(_words(change), lambda: asked(token(document)), outcome, issue=lambda: issue(document, key(), kid(), NOW))


def bad(why: str, /, **change: Any) -> Case:
    """A credential that breaks the statement, and what the refusal must say."""
    document = unsigned(change)
    return Case(_words(change), lambda: asked(token(document)), Outcome.REFUSED, why, lambda: issue(document, key(), kid(), NOW))


def issued(**change: Any) -> Case:
    """What the issuer makes of such claims, put to the verifier."""
    document = unsigned(change)
    return Case(_words(change), lambda: asked(issue(document, key(), kid(), NOW)), Outcome.VERIFIED)


def left_out(member: str, why: str) -> Case:
    """A credential without that member. An issuer who was given no such thing adds it, so only the verifier is asked."""
    document = unsigned({member: ABSENT})
    return Case(f"without {member}", lambda: asked(token(document)), Outcome.REFUSED, why)


def held(outcome: Outcome = Outcome.VERIFIED, why: str | None = None, /, **change: Any) -> Case:
    """A presentation, signed by its holder, with members set or left out."""
    document = changed(
        {"@context": CONTEXTS, "type": ["VerifiablePresentation"], "holder": HOLDER, "verifiableCredential": [enveloped()]},
        {name.replace("_context", "@context"): value for name, value in change.items()},
    )
    return Case(_words(change), lambda: asked(token(document, {"typ": "vp+jwt", "cty": "vp"}, did=HOLDER)), outcome, why)


def enveloped(inner: str | None = None, **change: Any) -> dict[str, Any]:
    """A credential in its envelope."""
    whole = {"@context": CONTEXTS[0], "id": f"data:application/vc+jwt,{inner or credential()}", "type": "EnvelopedVerifiableCredential"}
    return changed(whole, {name.replace("_context", "@context"): value for name, value in change.items()})


def sent(
    said: str,
    content: Callable[[], str | bytes | dict[str, Any]],
    outcome: Outcome = Outcome.VERIFIED,
    why: str | None = None,
    mode: Mode = Mode.STRICT,
) -> Case:
    """Whatever is sent to the verifier, as it stands."""

    def verify() -> Verification:
        written = content()
        return asked(json.dumps(written) if isinstance(written, dict) else written, mode=mode)

    return Case(said, verify, outcome, why)


def beside(why: str | None = None, /, **resource: Any) -> Case:
    """A credential that speaks of a file, which is at hand."""
    document = claims(relatedResource={"id": NEARBY, **resource})
    return Case(
        _words(resource),
        lambda: asked(token(document), web(resources={NEARBY: CONTENT})),
        Outcome.REFUSED if why else Outcome.VERIFIED,
        why,
    )


def sri(algorithm: str, content: bytes = CONTENT) -> str:
    """A digest as Subresource Integrity writes it."""
    return f"{algorithm}-{base64.b64encode(hashlib.new(algorithm, content).digest()).decode()}"


def multihash(content: bytes = CONTENT) -> str:
    """A digest as Multihash in multibase."""
    return "u" + b64u(b"\x12\x20" + hashlib.sha256(content).digest())


def listed(
    said: str,
    outcome: Outcome = Outcome.VERIFIED,
    why: str | None = None,
    /,
    *,
    status: Mapping[str, Any] | None = None,
    document: Mapping[str, Any] | None = None,
    subject: Mapping[str, Any] | None = None,
    published: str | bytes | None = None,
    read: datetime | None = None,
) -> Case:
    """A credential whose status stands in a list, with members of its entry, of the list or of its subject set or left out."""
    entered = changed(entry(ADDRESS, INDEX, Purpose.REVOCATION), status or {})
    whole = list_credential(ADDRESS, ISSUER, [Purpose.REVOCATION], no_status(), NOW, NOW.replace(year=2027))
    whole = changed({**whole, "credentialSubject": changed(whole["credentialSubject"], subject or {})}, document or {})

    def verify() -> Verification:
        content = token(whole) if published is None else published
        page = content.encode() if isinstance(content, str) else content
        return asked(token(claims(credentialStatus=entered)), web({ADDRESS: Fetched(page, read)}))

    return Case(said, verify, outcome, why)


def refused_by_issuer(case: Case) -> bool:
    """Whether the issuer refuses the same claims; true where no issuer is asked."""
    if case.issue is None:
        return True
    try:
        case.issue()
    except InputError:
        return True
    return False


def _words(change: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={_short(value)}" for name, value in change.items()) or "as it should be"


def _short(value: object) -> str:
    return "absent" if value is ABSENT else json.dumps(value, ensure_ascii=False, default=str)[:60]


def altered() -> str:
    """A token with the payload of another."""
    head, _, signature = credential().split(".")
    return ".".join([head, credential(2).split(".")[1], signature])
