"""Step 5, the digests: a label speaks of certain credentials, byte for byte, and not of whatever has their names (`gx:digestSRI`).

A label whose credentials aren't at hand says nothing about any of those that are: that is not evaluated, and never taken as agreement.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from egide.trust.credentials.model import subjects
from egide.trust.credentials.results import Opened, Step, StepName, What
from egide.vocabulary.findings import Answer, Reason
from egide.vocabulary.language import N_

LABEL, WRITTEN = "LabelCredential", b"LabelCredential"
KINDS = ("type", "@type")


def bindings(parts: Sequence[Opened], beside: Mapping[str, str]) -> Iterator[Step]:
    """One step for each label among the parts; ``beside`` are the digests of other credentials at hand, by identifier."""
    labels = [part for part in parts if part.what is What.CREDENTIAL and _may_be_label(part) and is_label(part.document)]
    if not labels:
        return
    digests: dict[str, list[str | None]] = {identifier: [digest] for identifier, digest in beside.items()}
    for part in parts:
        identifier = part.document.get("id", part.document.get("@id"))
        if part.what is What.CREDENTIAL and isinstance(identifier, str):
            digests.setdefault(identifier, []).append(part.digest)
    for label in labels:
        yield _bound(label, digests)


def _may_be_label(part: Opened) -> bool:
    """Whether the word stands in it, or might behind an escape; most credentials are told apart by this alone."""
    return part.compact is None or WRITTEN in part.compact.payload or b"\\" in part.compact.payload


def is_label(document: Mapping[str, Any]) -> bool:
    """Whether the credential is a Gaia-X label, by its type or its subject's."""
    return _is_named_so(document) or any(map(_is_named_so, subjects(document)))


def _is_named_so(one: Mapping[str, Any]) -> bool:
    for key in KINDS:
        found = one.get(key)
        if found is None:
            continue
        for kind in found if isinstance(found, list) else (found,):
            if isinstance(kind, str) and LABEL in kind and _local(kind) == LABEL:
                return True
    return False


def _bound(label: Opened, digests: Mapping[str, list[str | None]]) -> Step:
    named = [one for subject in subjects(label.document) for one in _listed(_member(subject, "compliantCredentials"))]
    if not named:
        return Step(StepName.BINDING, Answer.UNKNOWN, (Reason("label-names-nothing", {}, N_("the label names no credential")),), label.at)
    faults, absent = [], []
    for one in named:
        identifier, digest = (one.get("id", one.get("@id")), _value(_member(one, "digestSRI"))) if isinstance(one, dict) else (None, None)
        if not isinstance(identifier, str) or not isinstance(digest, str):
            faults.append(Reason("label-malformed", {}, N_("the label names a credential without identifier or digest")))
        elif identifier not in digests:
            absent.append(Reason("label-credential-absent", {"id": identifier}, N_("the label is bound to {id}, which is not at hand")))
        elif any(found != digest for found in digests[identifier]):
            faults.append(Reason("label-of-altered", {"id": identifier, "digest": digest},
                                 N_("the label was given to other contents of {id} than these")))
    answer = Answer.NOT_MET if faults else Answer.UNKNOWN if absent else Answer.MET
    return Step(StepName.BINDING, answer, tuple(faults or absent), label.at)


def _member(document: Mapping[str, Any], name: str) -> Any:
    """A member by its local name: `gx:digestSRI`, `digestSRI` or in full."""
    return next((value for key, value in document.items() if _local(key) == name), None)


def _value(said: Any) -> Any:
    """What is written, with its datatype beside it or without."""
    return said.get("@value") if isinstance(said, dict) else said


def _local(name: str) -> str:
    return name.rsplit("#", maxsplit=1)[-1].rsplit("/", maxsplit=1)[-1].rsplit(":", maxsplit=1)[-1]


def _listed(found: object) -> list[Any]:
    return found if isinstance(found, list) else [] if found is None else [found]
