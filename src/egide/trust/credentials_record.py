"""A verification as a record: what was asked, when, of which bytes, with every answer; plain JSON that can be signed and replayed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from egide.trust.credentials import NUMBERS, Part, Step, Verification, What
from egide.trust.jose import sign_compact
from egide.trust.jose_json import canonical
from egide.trust.signing import usual_algorithm
from egide.vocabulary.findings import Reason

if TYPE_CHECKING:
    from egide.trust.signing import Signer

RECORD_TYPE = "verification-record+jws"


def record(verification: Verification, content: bytes) -> dict[str, Any]:
    """The record of a verification of these bytes. Its words don't vary by language: reasons are codes with their arguments."""
    return {
        "verdict": verification.outcome.value,
        "at": verification.now.isoformat(),
        "mode": verification.mode.value,
        "file": hashlib.sha256(content).hexdigest(),
        "steps": [_step(step) for step in verification.steps],
        "credentials": [_credential(part) for part in verification.parts if part.opened.what is What.CREDENTIAL],
        "consulted": dict(verification.consulted),
    }


def sealed(document: Mapping[str, Any], signer: Signer, kid: str) -> str:
    """The record, signed: a JWS over its canonical form."""
    payload = canonical(document)
    if isinstance(payload, Reason):
        raise ValueError(payload.message)
    return sign_compact({"typ": RECORD_TYPE, "kid": kid}, payload, signer, usual_algorithm(signer.public))


def _step(step: Step) -> dict[str, Any]:
    because = [{"code": reason.code, "args": {name: _plain(value) for name, value in reason.args.items()}, "message": reason.message}
               for reason in step.because]
    return {"step": step.name, "number": NUMBERS.get(step.name), "answer": step.answer.value, "because": because}


def _credential(part: Part) -> dict[str, Any]:
    return {
        "at": part.opened.at, "id": part.id, "type": list(part.types), "issuer": part.issuer, "typ": part.opened.typ,
        "digest": part.opened.digest, "valid_from": _plain(part.valid_from),
        "valid_until": _plain(part.valid_until),
    }  # fmt: skip


def _plain(value: object) -> Any:
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(one) for one in value]
    if isinstance(value, date):
        return value.isoformat()
    return value if value is None or isinstance(value, (bool, int, float)) else str(value)
