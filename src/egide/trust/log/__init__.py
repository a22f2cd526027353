"""The public log of labels and revocations: files that any web server can show, proofs that anyone can check.

    with Log(Folder(path), Signer.ed25519("registre.example/labels", key)) as log:
        index = log.add(label)
        checkpoint = log.publish(now)
        proof = bytes(log.reader.prove(index))
    check(bytes(checkpoint), proof, Policy.trusting("registre.example/labels+…")).answer

A log that rewrites itself is found out by whoever remembers an older checkpoint or asks witnesses; nothing of it needs
its word. Formats are C2SP's (tlog-tiles, signed-note, tlog-checkpoint, tlog-cosignature, tlog-proof, tlog-policy and the
text of tlog-witness), the tree is that of RFC 9162. Names are imported when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from egide.trust.log.checkpoint import Checkpoint, SignedCheckpoint, Signer, signed_checkpoint
    from egide.trust.log.commitments import Reveal, commitment, reveal, verify_reveal
    from egide.trust.log.folder import Folder
    from egide.trust.log.history import Continuation, follow, witness
    from egide.trust.log.note import VerifierKey, verifier_key
    from egide.trust.log.objects import Objects
    from egide.trust.log.policy import Policy, read_policy
    from egide.trust.log.proof import LogProof, check, log_proof
    from egide.trust.log.reader import Reader
    from egide.trust.log.steps import Examination, MalformedError, Step
    from egide.trust.log.storage import HeldError, Storage, TamperedError
    from egide.trust.log.writer import Log

HOME = {
    "Checkpoint": "checkpoint", "Continuation": "history", "Examination": "steps", "Folder": "folder", "HeldError": "storage",
    "Log": "writer", "LogProof": "proof", "MalformedError": "steps", "Objects": "objects", "Policy": "policy", "Reader": "reader",
    "Reveal": "commitments", "SignedCheckpoint": "checkpoint", "Signer": "checkpoint", "Step": "steps", "Storage": "storage",
    "TamperedError": "storage", "VerifierKey": "note", "check": "proof", "commitment": "commitments", "follow": "history",
    "log_proof": "proof", "read_policy": "policy", "reveal": "commitments", "signed_checkpoint": "checkpoint",
    "verifier_key": "note", "verify_reveal": "commitments", "witness": "history",
}  # fmt: skip
__all__ = [
    "Checkpoint", "Continuation", "Examination", "Folder", "HeldError", "Log", "LogProof", "MalformedError", "Objects", "Policy", "Reader",
    "Reveal", "SignedCheckpoint", "Signer", "Step", "Storage", "TamperedError", "VerifierKey", "check", "commitment", "follow", "log_proof",
    "read_policy", "reveal", "signed_checkpoint", "verifier_key", "verify_reveal", "witness",
]  # fmt: skip


def __getattr__(name: str) -> object:
    if name not in HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{HOME[name]}"), name)
