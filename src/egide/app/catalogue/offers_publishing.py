"""Offers of a provider, from the description of its cloud to signed credentials: read, made, held to the shapes, signed, written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from egide.app.files import WouldOverwriteError, read, write
from egide.catalogue.openstack import Answers, Made, make_offers, read_answers, read_provider
from egide.catalogue.openstack.offers import SHAPES
from egide.catalogue.openstack.packing import packed
from egide.catalogue.openstack.provider import named_files
from egide.trust.jose import MAX_TOKEN_BYTES
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.findings import Answer, Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.app.trust.keys import Found
    from egide.trust.linked.subjects import Claims
    from egide.trust.shapes import Report

CLAIMS = "claims"
"""The folder of what is said, before anybody signs it."""
PRESENTATION = "presentation{number}.jwt"
MOST_TOGETHER = MAX_TOKEN_BYTES * 3 // 5
"""Characters of credentials that one presentation carries: in it they grow by a third and their envelopes."""


@dataclass(frozen=True, slots=True)
class Held:
    """Whether the documents keep to the shapes: met; not met, with the first faults; unknown when the shapes are not at hand."""

    answer: Answer
    faults: tuple[tuple[str, Reason], ...]
    """The name of a document, and what is wrong in it."""
    nodes: int
    """Nodes that a shape looked at."""


def answers_of(folder: Path) -> Answers:
    """The cloud that a folder of answers describes. Raises `InputError`."""
    return read_answers(read_folder(folder), str(folder))


def read_folder(folder: Path) -> dict[str, bytes]:
    """The answers of a folder, and of the folders of its regions."""
    if not folder.is_dir():
        raise InputError(N_("a folder with the answers of a cloud was expected"), Location(str(folder)))
    paths = sorted(path for path in (*folder.glob("*.json"), *folder.glob("*/*.json")) if path.is_file())
    return {path.relative_to(folder).as_posix(): read(path) for path in paths}


def offers_of(answers: Answers, provider: Path) -> Made:
    """The credentials to be. Raises `InputError` with the place in the provider's statement of what is missing or wrong."""
    content = read(provider)
    digests = {name: hashlib.sha256(read(provider.parent / name)).hexdigest() for name in named_files(content, str(provider))}
    return make_offers(answers.cloud, read_provider(content, str(provider), digests), str(provider))


def held(documents: Mapping[str, Mapping[str, Any]], trusted: Sequence[Path] = ()) -> Held:
    """Put the documents to the shapes of Gaia-X 25.11, each beside the others, as a clearing house does."""
    from egide.app.trust.bundle import at_hand, compiled_shapes
    from egide.trust.linked.data import LinkedData
    from egide.trust.linked.subjects import claims
    from egide.trust.shapes import Focus, classes_stated

    bundle = at_hand(trusted)
    turtle = bundle.shapes.get(SHAPES)
    if turtle is None or not bundle.contexts:
        return Held(Answer.UNKNOWN, (), 0)
    shapes, linked = compiled_shapes(turtle, SHAPES), LinkedData(bundle.contexts)
    said: dict[str, Claims] = {}
    faults: list[tuple[str, Reason]] = []
    for name, document in documents.items():
        reading = linked.read({**document, "issuer": "did:web:not.signed.yet"})
        if reading.answer is Answer.MET:
            said[name] = claims(reading)
        else:
            faults += [(name, reason) for reason in reading.because]
    beside = classes_stated([one.graph for one in said.values()])
    reports = {name: shapes.validate(one.graph, Focus(one.subjects), beside) for name, one in said.items()}
    for name, report in reports.items():
        faults += _faults(name, report)
    return Held(Answer.NOT_MET if faults else Answer.MET, tuple(faults), sum(one.focus_nodes for one in reports.values()))


def _faults(name: str, report: Report) -> list[tuple[str, Reason]]:
    if report.conforms is Answer.MET:
        return []
    return [(name, one.message) for one in report.results] or [(name, report.reason)]


def write_claims(made: Made, out: Path, *, force: bool = False) -> list[Path]:
    """Write what is to be signed, one file for each credential. Raises `WouldOverwriteError` before anything is written."""
    files = {f"{CLAIMS}/{name}.json": _text(document) for name, document in made.documents.items()}
    return _write(out, files, force)


def sign(
    made: Made, key: Found, now: datetime, out: Path, *, days: int | None, gaia_x: bool, force: bool = False,
) -> list[Path]:
    """Sign every credential, and all of them together as a presentation, or as several when one would be larger than anybody reads.

    They are written beside what they say; nothing is when one can't be signed. Raises `SignerError`, `InputError`, `WouldOverwriteError`.
    """
    from egide.app.trust import credentials
    from egide.trust.claims import Profile, read_claims

    how = credentials.How(key, now, profile=Profile.GAIA_X if gaia_x else Profile.W3C, days=days)
    given = [credentials.Input(path, read_claims(_text(document), str(path)))
             for name, document in made.documents.items() for path in [Path(CLAIMS) / f"{name}.json"]]
    signed = credentials.issue_inputs(given, how)
    by_name = dict(zip(made.documents, signed, strict=True))
    parts = packed(made.documents, {name: len(one.given.text) for name, one in by_name.items()}, MOST_TOGETHER)
    presented = [credentials.presentation([by_name[name] for name in part], how) for part in parts]
    files = {f"{CLAIMS}/{name}.json": _text(document) for name, document in made.documents.items()}
    files |= {f"{name}.jwt": one.given.text.encode() for name, one in by_name.items()}
    files |= {PRESENTATION.format(number=f"-{number}" if len(parts) > 1 else ""): one.encode() for number, one in enumerate(presented, 1)}
    return _write(out, files, force)


def _write(out: Path, files: Mapping[str, bytes], force: bool) -> list[Path]:
    for name in files:
        if (out / name).exists() and not force:
            raise WouldOverwriteError(out / name)
    for name, content in files.items():
        write(out / name, content, force=force)
    return [out / name for name in files]


def _text(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"
