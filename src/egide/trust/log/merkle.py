"""The Merkle tree of RFC 9162 (section 2.1), the same as RFC 6962's: how it is hashed, and what its two proofs show.

Verification needs no storage: a hash, two numbers and the proof. Both algorithms are the iterative ones of sections
2.1.3.2 and 2.1.4.2; the empty tree, of which RFC 9162 leaves the consistency open, is as C2SP merkle-tree has it: every
tree continues the empty one, and the proof of that is empty.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import TYPE_CHECKING

from egide.trust.log.encoding import HASH_BYTES, MOST
from egide.trust.log.steps import met, not_met
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.trust.log.steps import Step

EMPTY_ROOT = sha256(b"").digest()
"""The root of the tree without entries (section 2.1.1)."""

Proof = Sequence[bytes]
"""Hashes, from the leaf's side up."""

IMPOSSIBLE_SIZE = N_("a tree of size {size} is not possible")
FORKED = N_("the tree of size {size} does not continue that of size {old}")
OTHER_LENGTH = N_("a proof from size {old} to {size} does not have that many hashes")
NO_HASH = N_("the proof holds something that is no SHA-256 hash")


def leaf_hash(entry: bytes) -> bytes:
    """The hash of an entry: SHA-256 of 0x00 and the entry (section 2.1.1). The empty entry has one too."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node: SHA-256 of 0x01, the left and the right (section 2.1.1)."""
    return sha256(b"\x01" + left + right).digest()


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Proof, root: bytes) -> Step:
    """Is this leaf hash at ``index`` (from 0) of the tree of ``size`` entries with that root (section 2.1.3.2)?"""
    if not 0 <= size <= MOST:
        return not_met("inclusion", "impossible-size", IMPOSSIBLE_SIZE, size=size)
    if not 0 <= index < size:
        return not_met("inclusion", "index-beyond-size", N_("entry {index} is not in a tree of size {size}"), index=index, size=size)
    if not _hashes((leaf, *proof)):
        return not_met("inclusion", "not-a-hash", NO_HASH)
    if len(proof) != inclusion_length(index, size):
        return not_met("inclusion", "proof-length", N_("hashes expected for entry {index} at size {size}: {wanted}; found: {found}"),
                       index=index, size=size, wanted=inclusion_length(index, size), found=len(proof))  # fmt: skip
    if root_from_inclusion(leaf, index, size, proof) != root:
        return not_met("inclusion", "not-included", N_("the proof does not lead from the entry to the root of the tree"))
    return met("inclusion", "included", N_("entry {index} is in the tree of size {size}"), index=index, size=size)


def inclusion_length(index: int, size: int) -> int:
    """How many hashes the proof has: those below the last fork of the way to the entry and the way to the right edge, then one per left."""
    below = (index ^ (size - 1)).bit_length()
    return below + (index >> below).bit_count()


def root_from_inclusion(leaf: bytes, index: int, size: int, proof: Proof) -> bytes:
    """The root to which a proof of the right length leads (section 2.1.3.2, step 4)."""
    below = (index ^ (size - 1)).bit_length()
    reached = leaf
    for sibling in proof[:below]:
        reached = sha256(b"\x01" + sibling + reached if index & 1 else b"\x01" + reached + sibling).digest()
        index >>= 1
    for sibling in proof[below:]:
        reached = sha256(b"\x01" + sibling + reached).digest()
    return reached


def verify_consistency(old_size: int, old_root: bytes, size: int, root: bytes, proof: Proof) -> Step:
    """Does the tree with that root continue the older one, each of its entries kept in its place (section 2.1.4.2)?"""
    if not (0 <= old_size <= MOST and 0 <= size <= MOST):
        return not_met("consistency", "impossible-size", IMPOSSIBLE_SIZE, size=size if 0 <= old_size <= MOST else old_size)
    if old_size > size:
        return not_met("consistency", "smaller", N_("the tree is of size {size}, where it was of size {old}"), size=size, old=old_size)
    if not _hashes((old_root, root, *proof)):
        return not_met("consistency", "not-a-hash", NO_HASH)
    if old_size in {0, size}:
        return _trivially_consistent(old_size, old_root, size, root, proof)
    roots = roots_from_consistency(old_size, old_root, size, proof)
    if roots is None:
        return not_met("consistency", "proof-length", OTHER_LENGTH, old=old_size, size=size)
    if roots != (old_root, root):
        return not_met("consistency", "forked", FORKED, old=old_size, size=size)
    return _continues(old_size, size)


def _trivially_consistent(old_size: int, old_root: bytes, size: int, root: bytes, proof: Proof) -> Step:
    """The two cases that need no hash: nothing was there, or nothing was added."""
    if proof:
        return not_met("consistency", "proof-length", OTHER_LENGTH, old=old_size, size=size)
    if old_size == 0 and old_root != EMPTY_ROOT:
        return not_met("consistency", "empty-root", N_("the root of an empty tree is another"))
    if old_size == size and old_root != root:
        return not_met("consistency", "forked", N_("two trees of size {size} have different roots"), size=size)
    return _continues(old_size, size)


def _continues(old_size: int, size: int) -> Step:
    return met("consistency", "continued", N_("the tree of size {size} continues that of size {old}"), old=old_size, size=size)


def roots_from_consistency(old_size: int, old_root: bytes, size: int, proof: Proof) -> tuple[bytes, bytes] | None:
    """The old and the new root to which the proof leads (steps 3 to 6), for 0 < old_size < size; nothing when its length is wrong."""
    path = list(proof) if old_size & (old_size - 1) else [old_root, *proof]
    if not path:
        return None
    place, last = old_size - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return None
        if place & 1 or place == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        place, last = place >> 1, last >> 1
    return (old, new) if last == 0 else None


def _hashes(content: Sequence[bytes]) -> bool:
    return set(map(len, content)) == {HASH_BYTES}
