"""Step 5, related resources: what a credential says of other files is held against those at hand (VC Data Model 2.0, 5.3).

Nothing is retrieved for it: a credential could else make its reader ask anything of anybody. A resource that is not at hand is not
compared, and nothing is refused for it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import Any

from egide.trust.credentials.results import Opened, Step, StepName
from egide.trust.keys_multibase import from_multibase
from egide.vocabulary.findings import Answer, Reason
from egide.vocabulary.language import N_

SRI = re.compile(r"(?P<algorithm>sha256|sha384|sha512)-(?P<digest>[A-Za-z0-9+/_-]+)")
BYTES: Mapping[str, int] = {"sha256": 32, "sha384": 48, "sha512": 64}
MULTIHASH: Mapping[bytes, str] = {b"\x12\x20": "sha256", b"\x20\x30": "sha384", b"\x13\x40": "sha512"}
"""The codes of the digests, with their length, as Multihash writes them before the digest."""


def related(opened: Opened, resources: Mapping[str, bytes]) -> Step | None:
    """Whether the resources at hand are those that the credential means; no step when it means none of them."""
    found = opened.document.get("relatedResource", [])
    meant = [one for one in (found if isinstance(found, list) else [found]) if isinstance(one, dict) and one.get("id") in resources]
    if not meant:
        return None
    others = tuple(_another(one, resources[one["id"]]) for one in meant)
    because = tuple(reason for reason in others if reason is not None)
    return Step(StepName.RELATED, Answer.NOT_MET if because else Answer.MET, because, opened.at)


def _another(resource: Mapping[str, Any], content: bytes) -> Reason | None:
    """Why the content is not what was meant: no digest of a kind that it has is its own."""
    digests: dict[str, set[bytes]] = {}
    for algorithm, digest in (*_of_integrity(resource.get("digestSRI")), *_of_multibase(resource.get("digestMultibase"))):
        digests.setdefault(algorithm, set()).add(digest)
    for algorithm, said in digests.items():
        if hashlib.new(algorithm, content).digest() not in said:
            return Reason("related-altered", {"id": str(resource["id"])[:200], "algorithm": algorithm},
                          N_("{id} is not what the credential means: its digest is another ({algorithm})"))
    if not digests:
        return Reason("related-digest", {"id": str(resource["id"])[:200]}, N_("the digest of {id} is of no kind that is known here"))
    return None


def _of_integrity(said: object) -> Iterator[tuple[str, bytes]]:
    """Digests as Subresource Integrity writes them; Gaia-X writes their digits instead."""
    for text in said if isinstance(said, list) else [said]:
        for one in SRI.finditer(text) if isinstance(text, str) else ():
            digest = _bytes(one["digest"], BYTES[one["algorithm"]])
            if digest is not None:
                yield one["algorithm"], digest


def _bytes(text: str, length: int) -> bytes | None:
    try:
        if len(text) == 2 * length:
            return bytes.fromhex(text)
        return base64.b64decode(text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4), validate=True)
    except (ValueError, binascii.Error):
        return None


def _of_multibase(said: object) -> Iterator[tuple[str, bytes]]:
    """Digests as Multihash; one without its code is known by its length, as some write it."""
    for text in said if isinstance(said, list) else [said]:
        content = from_multibase(text)
        if content is None:
            continue
        if content[:2] in MULTIHASH and len(content) == 2 + BYTES[MULTIHASH[content[:2]]]:
            yield MULTIHASH[content[:2]], content[2:]
        for algorithm, length in BYTES.items():
            if len(content) == length:
                yield algorithm, content
