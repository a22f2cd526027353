"""From a file that was verified to what is kept of it: all its credentials with what they state, or nothing and why.

What was not verified is kept only when the user says so, and then as said by nobody in particular: declared, unsigned. What an issuer's
word is worth (declared, audited, attested) is the user's to say too: no signature makes an auditor.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from egide.catalogue.gaia_x import TooMuchSaidError, is_addition, statements_of
from egide.catalogue.kept.files import RESTORED, Alone, Received, Refused, Withdrawal
from egide.catalogue.kept.packs import Pack, body_of, words_of
from egide.trust.credentials.results import Mode, Outcome, Part, StepName, Verification, What
from egide.trust.credentials.times import read_numeric
from egide.vocabulary.errors import EgideError, InputError
from egide.vocabulary.findings import Answer, Reason
from egide.vocabulary.language import N_
from egide.vocabulary.statements import Assurance, Backing

if TYPE_CHECKING:
    from egide.trust.credentials.results import Step

STATES_NOTHING = N_("no credential in it states anything that is compared of an identified subject")
UNSIGNED_CLAIMS = N_("claims that nobody has signed: `egide trust issue` signs them")
NO_ISSUER = N_("a credential names no issuer, or has no canonical form")
COMPRESSION = 1
MOST_REMEMBERED = 4096
_READ: dict[str, Sequence[tuple[str, bytes]]] = {}
"""Of credentials that were read lately, by digest."""
LABEL_ALONE = "label-credential-absent"
"""The reason that other credentials may settle."""
GONE = frozenset({"revoked", "suspended"})


@dataclass(frozen=True, slots=True)
class Terms:
    """On which terms files are taken in: what the user said."""

    unverified: bool = False
    """Whether what could not be verified is kept, as declared and unsigned."""
    assurance: Assurance = Assurance.DECLARED
    """What an issuer's word is worth when nothing else is said of that issuer."""
    of_issuer: Mapping[str, Assurance] = field(default_factory=dict)

    def worth(self, issuer: str) -> Assurance:
        """What an issuer's word is worth."""
        return self.of_issuer.get(issuer, self.assurance)


def taken(verification: Verification, content: bytes, name: str, terms: Terms) -> Received | Refused:
    """What is kept of a file whose verification is at hand."""
    digest = hashlib.sha256(content).hexdigest()
    if verification.outcome is Outcome.REFUSED or (verification.outcome is Outcome.NOT_EVALUATED and not terms.unverified):
        blamed = Answer.NOT_MET if verification.outcome is Outcome.REFUSED else Answer.UNKNOWN
        because = _reasons(verification.steps, blamed)
        waiting = content if any(reason["code"] == LABEL_ALONE for reason in because) else None
        if claims := _unsigned_claims(verification):
            because = [told(Reason("claims-unsigned", {}, UNSIGNED_CLAIMS), StepName.PARSE)]
        carries = _carries(verification) if verification.outcome is Outcome.NOT_EVALUATED and len(verification.parts) > 1 else {}
        alone = claims or _alone(verification)
        return Refused(digest, name, verification.outcome.value, because, _statuses(verification), waiting, alone, carries)
    try:
        packs = tuple(_packs(verification, name, terms))
    except (TooMuchSaidError, _NamelessError) as error:
        return refused(content, name, Outcome.REFUSED, Reason("credential-unfit", error.values, error.message))
    carries = _carries(verification)
    if not packs:
        none = refused(content, name, Outcome.REFUSED, Reason("states-nothing", {}, STATES_NOTHING))
        return replace(none, alone=Alone(*next(iter(carries.items())))) if len(verification.parts) == len(carries) == 1 else none
    kept = zlib.compress(content, COMPRESSION)
    return Received(digest, name, len(content), kept, verification.outcome.value, _record(verification), packs,
                    _statuses(verification), carries=carries)


def _carries(verification: Verification) -> dict[str, str]:
    return {part.id: part.opened.digest for part in verification.parts
            if part.opened.what is What.CREDENTIAL and part.id is not None and part.opened.digest is not None}


def _alone(verification: Verification) -> Alone | None:
    """A single credential against which the shapes alone speak: its company may say of which class those are to which it refers."""
    wrong = {step.name for step in verification.steps if step.answer is Answer.NOT_MET}
    if wrong != {StepName.SHAPES} or len(verification.parts) != 1:
        return None
    part = verification.parts[0]
    return Alone(part.id, part.opened.digest) if part.id is not None and part.opened.digest is not None else None


def _unsigned_claims(verification: Verification) -> Alone | None:
    """Claims that lack nothing but an issuer and a signature, as somebody wrote them to be signed."""
    if len(verification.parts) != 1:
        return None
    part = verification.parts[0]
    document, faults = part.opened.document, part.opened.faults
    if part.opened.compact is not None or part.id is None or "proof" in document or "issuer" in document:
        return None
    if [(fault.code, fault.args.get("member")) for fault in faults] != [("model", "issuer")]:
        return None
    try:
        stated = statements_of(document)
        says = frozenset((subject, word) for subject, said in stated.items() for word in words_of(body_of(said)))
    except TooMuchSaidError:
        return None
    return Alone(part.id, None, says)


def are_additions(verification: Verification) -> bool:
    """Whether all that is not evaluated are shapes, because every credential holds our own additions and no type of Gaia-X."""
    open_steps = {step.name for step in verification.steps if step.answer is Answer.UNKNOWN}
    parts = [part for part in verification.parts if part.opened.what is What.CREDENTIAL]
    return open_steps == {StepName.SHAPES} and bool(parts) and all(is_addition(part.opened.document) for part in parts)


def refused(content: bytes, name: str, outcome: Outcome, reason: Reason) -> Refused:
    """A file that is not taken for one reason."""
    return Refused(hashlib.sha256(content).hexdigest(), name, outcome.value, [told(reason)])


def unread(digest: str, name: str, fault: InputError) -> Refused:
    """A file that could not even be read."""
    return Refused(digest, name, Outcome.REFUSED.value, [told(Reason("not-readable", fault.values, fault.message))])


def told(reason: Reason, step: str | None = None) -> dict[str, Any]:
    """A reason as plain JSON, its message still to be worded."""
    return ({"step": step} if step else {}) | {"code": reason.code, "args": as_json(reason.args), "message": reason.message}


def as_json(args: Mapping[str, object]) -> dict[str, Any]:
    """The arguments of a message as JSON has them."""
    return {name: _plain(value) for name, value in args.items()}


class _NamelessError(EgideError):
    """A credential that cannot be told from another, or whose word it is."""

    def __init__(self) -> None:
        super().__init__(NO_ISSUER)


def _packs(verification: Verification, name: str, terms: Terms) -> Iterable[Pack]:
    backing = Backing.SIGNED if verification.outcome is Outcome.VERIFIED else Backing.UNSIGNED
    for part in verification.parts:
        if part.opened.what is not What.CREDENTIAL:
            continue
        if part.issuer is None or part.opened.digest is None:
            raise _NamelessError
        assurance = terms.worth(part.issuer) if backing is Backing.SIGNED else Assurance.DECLARED
        for subject, body in _bodies(part.opened.digest, part.opened.document):
            yield Pack(
                subject, part.opened.digest, part.id or part.opened.digest, part.issuer, assurance, backing, name,
                _issued(part, verification.mode), part.valid_until, body,
            )  # fmt: skip


def _bodies(digest: str, document: Mapping[str, Any]) -> Sequence[tuple[str, bytes]]:
    """What a credential states of each subject. The digest is that of the document: one that comes with many files is read once."""
    known = _READ.get(digest)
    if known is None:
        if len(_READ) >= MOST_REMEMBERED:
            _READ.clear()
        known = _READ[digest] = [(subject, body_of(said)) for subject, said in statements_of(document).items() if said]
    return known


def _issued(part: Part, mode: Mode) -> datetime | None:
    """From when its issuer says so: when it was signed or begins to count, whichever is later."""
    moments = [part.valid_from] if part.valid_from else []
    if part.opened.compact is not None:
        said = part.opened.compact.header.get("iat", part.opened.document.get("iat"))
        signed = None if said is None else read_numeric(said, "iat", mode)
        if signed is not None and not isinstance(signed, Reason):
            moments.append(signed.at)
    return max(moments, default=None)


def _reasons(steps: Iterable[Step], blamed: Answer) -> list[dict[str, Any]]:
    return [told(reason, step.name) for step in steps if step.answer is blamed for reason in step.because]


def _statuses(verification: Verification) -> tuple[Withdrawal, ...]:
    """What is now known of the status of each credential that has one; a signature that fails says nothing of it."""
    found = []
    for part in verification.parts:
        answers = {step.name: step for step in part.steps}
        status, signature = answers.get("status"), answers.get("signature")
        if status is None or signature is None or signature.answer is not Answer.MET or part.opened.digest is None:
            continue
        if status.answer is Answer.MET:
            found.append(Withdrawal(part.opened.digest, verification.now, RESTORED))
        elif why := next((reason.code for reason in status.because if reason.code in GONE), None):
            found.append(Withdrawal(part.opened.digest, verification.now, why))
    return tuple(found)


def _record(verification: Verification) -> dict[str, Any]:
    """The verification in short: what was answered, when, and what was asked to know it."""
    return {
        "verdict": verification.outcome.value, "at": verification.now.isoformat(), "mode": verification.mode.value,
        "steps": {step.name: step.answer.value for step in verification.steps}, "consulted": dict(verification.consulted),
        "flags": sorted({reason.code for step in verification.steps if step.answer is Answer.MET for reason in step.because}),
        "status": any("credentialStatus" in part.opened.document for part in verification.parts),
        "credentials": {part.opened.at: part.opened.digest for part in verification.parts if part.opened.what is What.CREDENTIAL},
    }  # fmt: skip


def _plain(value: object) -> Any:
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(one) for one in value]
    if isinstance(value, date):
        return value.isoformat()
    return value if value is None or isinstance(value, (bool, int, float)) else str(value)

