"""A verification as one record: what was asked, when, of which bytes, with what at hand, and every answer.

Plain JSON in canonical form (RFC 8785), which can be signed, and made again from the same inputs to the same bytes. Its words don't vary
by language: reasons are codes with their arguments and the message that words them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from egide import __version__
from egide.trust.credentials.results import NUMBERS, Mode, Part, Step, What
from egide.trust.dids.identifiers import Fetched, NotAtHand, offline
from egide.trust.jose import read_compact, sign_compact, signature_fault
from egide.trust.jose_json import MAX_WHOLE, canonical, read_object
from egide.trust.pipeline.scopes import scope_named
from egide.trust.pipeline.verifying import Checked, Question, verify
from egide.trust.signing import usual_algorithm
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.trust.dids.identifiers import Fetch
    from egide.trust.keys import PublicKey
    from egide.trust.pipeline.knowledge import Knowledge
    from egide.trust.pipeline.material import Material
    from egide.trust.shapes import Shapes
    from egide.trust.signing import Signer

RECORD_TYPE = "verification-record+jws"
SCHEMA = "egide/trust-record/1"


def record(checked: Checked) -> bytes:
    """The record, in canonical form."""
    whole = checked.verification
    document = {
        "schema": SCHEMA,
        "engine": __version__,
        "asked": _asked(checked.question, checked.file_digest),
        "at_hand": {
            "contexts": checked.contexts, "shapes": checked.shapes_digest, **dict(checked.material),
            "consulted": {
                address: {"sha256": digest, "kept": whole.kept[address].isoformat() if address in whole.kept else None}
                for address, digest in whole.consulted.items()
            },
            "absent": list(whole.absent),
        },
        "verdict": whole.outcome.value,
        "steps": [_step(step) for step in whole.steps],
        "credentials": [_credential(part) for part in whole.parts if part.opened.what is What.CREDENTIAL],
    }  # fmt: skip
    form = canonical(_plain(document))
    if isinstance(form, Reason):
        raise ValueError(form.message)
    return form


def sealed(written: bytes, signer: Signer, kid: str) -> str:
    """A record, signed: a JWS over its bytes."""
    return sign_compact({"typ": RECORD_TYPE, "kid": kid}, written, signer, usual_algorithm(signer.public))


def unsealed(token: bytes, key: PublicKey) -> bytes | Reason:
    """The record in a JWS, or why it isn't one of that key."""
    compact = read_compact(token.strip())
    if isinstance(compact, Reason):
        return compact
    if compact.header.get("typ") != RECORD_TYPE:
        return Reason("not-a-record", {"typ": str(compact.header.get("typ"))[:60]},
                      N_("a token of the type `{typ}` is no record of a verification"))
    return signature_fault(compact, key) or compact.payload


def replayed(
    written: bytes, content: bytes, file: str, at_hand: Material, knowledge: Knowledge, shapes: Shapes | None = None,
    by_digest: Mapping[str, bytes] | None = None,
) -> bytes:
    """The record made again: the question that it states, put to the same bytes. Equal bytes mean the same answers for the same reasons.

    ``by_digest``: pages that were kept, by their SHA-256; else they are those of ``at_hand``. Raises `InputError` when it is no record, or
    one of another file, and what `verify` raises.
    """
    document = read_object(written)
    at = Location(file)
    if isinstance(document, Reason) or document.get("schema") != SCHEMA:
        raise InputError(N_("not a record of a verification"), at)
    asked = document["asked"]
    if asked["file"] != hashlib.sha256(content).hexdigest():
        raise InputError(N_("the record is of another file: its SHA-256 is {digest}"), at, values={"digest": asked["file"]})
    question = Question(datetime.fromisoformat(asked["at"]), Mode(asked["mode"]), scope_named(asked["scope"]), knowledge, shapes)
    fetch = _as_consulted(document["at_hand"]["consulted"], by_digest or {}, at_hand.world.fetch)
    return record(verify(content, file, question, replace(at_hand, world=replace(at_hand.world, fetch=fetch))))


def _as_consulted(consulted: Mapping[str, Mapping[str, Any]], by_digest: Mapping[str, bytes], fetch: Fetch) -> Fetch:
    """What each address answered then; nothing behind those that answered nothing."""
    def answered(address: str) -> Fetched | NotAtHand:
        if address not in consulted:
            return offline(address)
        said = consulted[address]
        content = by_digest.get(said["sha256"])
        found = fetch(address) if content is None else Fetched(content)
        kept = said["kept"]
        return replace(found, at=datetime.fromisoformat(kept) if kept else None) if isinstance(found, Fetched) else found

    return answered


def _asked(question: Question, digest: str) -> dict[str, Any]:
    scope, known = question.scope, question.knowledge
    seen = {name: [one.digest, one.issuer, one.since] for name, one in known.seen.items()}
    standings = {name: [one.qualified.value, *map(_reason, (*one.because, *one.computed))] for name, one in known.standings.items()}
    return {
        "file": digest, "at": question.now.isoformat(), "mode": question.mode.value, "scope": scope.name,
        "policy": {"source": scope.source, "shapes": scope.shapes, "chain_required": scope.chain_required,
                   "demands": [demand.value for demand in scope.demands]},
        "known": {"seen": seen, "standings": standings},
    }  # fmt: skip


def _step(step: Step) -> dict[str, Any]:
    because = [_reason(one) for one in step.because]
    return {"step": step.name, "number": NUMBERS.get(step.name), "answer": step.answer.value, "because": because}


def _reason(reason: Reason) -> dict[str, Any]:
    return {"code": reason.code, "args": dict(reason.args), "message": reason.message}


def _credential(part: Part) -> dict[str, Any]:
    return {
        "at": part.opened.at, "id": part.id, "type": list(part.types), "issuer": part.issuer, "typ": part.opened.typ,
        "digest": part.opened.digest, "valid_from": part.valid_from, "valid_until": part.valid_until,
    }  # fmt: skip


def _plain(value: object) -> Any:
    """The value as I-JSON carries it: what came half written, or is beyond a double, as text."""
    if isinstance(value, dict):
        return {str(_plain(name)): _plain(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if isinstance(value, (set, frozenset)):
        return sorted(str(_plain(one)) for one in value)
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, bool) or (isinstance(value, (int, float)) and abs(value) <= MAX_WHOLE):
        return value
    return str(value).encode("utf-8", "backslashreplace").decode()
