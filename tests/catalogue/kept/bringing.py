"""Files as an import would bring them, invented."""

from __future__ import annotations

import hashlib
from datetime import datetime

from tests.catalogue.saying import moment

from egide.catalogue.gaia_x import Said
from egide.catalogue.kept.files import Received, Withdrawal
from egide.catalogue.kept.packs import Pack, body_of
from egide.vocabulary.properties import Value
from egide.vocabulary.statements import Assurance, Backing

PROVIDER = "did:web:nuage-fictif.example"


def pack(subject: str, document: str = "sha256-1", issuer: str = PROVIDER, assurance: Assurance = Assurance.DECLARED, series: str = "",
         issued: int = -10, until: int | None = 90, **said: Value | None) -> Pack:
    words = [Said(name, value, str(value), "$.credentialSubject") for name, value in said.items()]
    ends: datetime | None = None if until is None else moment(until)
    return Pack(subject, document, series or document, issuer, assurance, Backing.SIGNED, "a file", moment(issued), ends, body_of(words))


def file(*packs: Pack, name: str = "a file", statuses: tuple[Withdrawal, ...] = ()) -> Received:
    digest = hashlib.sha256(repr((name, packs)).encode()).hexdigest()
    return Received(digest, name, 10, b"...", "verified", {"status": bool(statuses)}, packs, statuses)
