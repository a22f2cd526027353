"""What Data Integrity proofs sign: the cryptosuites `eddsa-rdfc-2022` and `eddsa-jcs-2022` (Data Integrity EdDSA Cryptosuites 1.0, 3).

Two digests side by side: that of what the proof says of itself, and that of the document without the proof. The one suite takes them of
the statements (RDFC-1.0), the other of the JSON (RFC 8785).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from egide.trust.jose_json import canonical
from egide.vocabulary.findings import Answer, Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.trust.linked.data import LinkedData

PROOF_TYPE = "DataIntegrityProof"
ALGORITHM = "EdDSA"
SIGNATURE_BYTES = 64
Doubt = tuple[Answer, Reason]
"""Why there is no digest, and whether that speaks against the proof."""


class Suite(StrEnum):
    """The cryptosuites that are read and written."""

    RDFC = "eddsa-rdfc-2022"
    JCS = "eddsa-jcs-2022"


def signed_bytes(document: Mapping[str, Any], proof: Mapping[str, Any], suite: Suite, linked: LinkedData) -> bytes | Doubt:
    """What the signature is over. ``document`` is without the proof; ``proof`` may be without its value.

    With `eddsa-jcs-2022` a document may have more contexts than its proof (3.3.2, step 4). These are not signed, and may give every
    word another meaning, so here they must be the same.
    """
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    bare = dict(document)
    if suite is Suite.RDFC:
        if "@context" in bare:
            options["@context"] = bare["@context"]
        return _side_by_side(options, bare, lambda said: _statements(said, linked))
    if "@context" in options and bare.get("@context") != options["@context"]:
        return Answer.NOT_MET, Reason("proof-context", {}, N_("the contexts of the proof are not those of the document"))
    return _side_by_side(options, bare, _json)


def _side_by_side(
    options: Mapping[str, Any], document: Mapping[str, Any], form: Callable[[Mapping[str, Any]], bytes | Doubt],
) -> bytes | Doubt:
    digests = b""
    for said in (options, document):
        content = form(said)
        if not isinstance(content, bytes):
            return content
        digests += hashlib.sha256(content).digest()
    return digests


def _statements(said: Mapping[str, Any], linked: LinkedData) -> bytes | Doubt:
    reading = linked.read(said)
    if reading.answer is not Answer.MET:
        return reading.answer, reading.because[0]
    content = reading.canonical()
    return content if isinstance(content, bytes) else (Answer.NOT_MET, content)


def _json(said: Mapping[str, Any]) -> bytes | Doubt:
    content = canonical(dict(said))
    return content if isinstance(content, bytes) else (Answer.NOT_MET, content)

