"""Linked data for credentials: what a document says by its contexts, in one canonical form, and signatures over it.

Contexts, shapes and anchors come from a bundle held against digests (`bundle`); nothing is fetched. `data` reads documents, by tables for
the contexts of credentials and by a general processor for the rest; `subjects` makes of them what shapes judge; `integrity` makes and
examines Data Integrity proofs.
"""

from __future__ import annotations

from egide.trust.linked.bundle import Bundle, open_bundle, read_bundle, write_bundle
from egide.trust.linked.data import LinkedData, Reading
from egide.trust.linked.integrity import Asked, Examined, Wanted, embedded, examine, prove
from egide.trust.linked.proofs import Suite
from egide.trust.linked.subjects import Claims, claims, near_misses

__all__ = [
    "Asked", "Bundle", "Claims", "Examined", "LinkedData", "Reading", "Suite", "Wanted", "claims", "embedded", "examine",
    "near_misses", "open_bundle", "prove", "read_bundle", "write_bundle",
]
