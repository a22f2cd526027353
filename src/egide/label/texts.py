"""The user's own copy of a text, bound to the numbers of its scheme. The text never ships and never leaves the user's home.

Three forms are read: a table with a number and a text on each row, a document of keys (YAML or JSON, with the numbers as
keys or as `id` / `ref_id`), and running text with numbered sections («19.6») and lettered items («a)»).
"""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from egide.label.running_text import items
from egide.rules.book import converted
from egide.vocabulary.delimited import decode, separator_of
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_
from egide.vocabulary.yaml import read_yaml, write_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from egide.label.scheme import Scheme

NUMBER_HEADS = ("id", "ref_id", "ref", "number", "numero", "numéro", "n°", "exigence", "criterion", "critère")
TEXT_HEADS = ("text", "texte", "description", "libellé", "énoncé", "requirement")
FORMAT = "egide/text/1"


@dataclass(frozen=True, slots=True)
class Bound:
    """A text bound to the requirements of a scheme."""

    scheme: str
    file: str
    digest: str
    """SHA-256 of the file that it was taken from."""
    texts: Mapping[str, str]
    """Requirement to its text, as it stands in that file."""
    missing: tuple[str, ...]
    """Requirements of the scheme that were not found, those counted apart excepted."""
    twice: tuple[str, ...]
    """Requirements found with two different texts: the first was kept."""


class BoundFile(msgspec.Struct, forbid_unknown_fields=True):
    """A bound text as it is stored."""

    format: str
    scheme: str
    file: str
    digest: str
    texts: dict[str, str]
    missing: list[str]
    twice: list[str]


def bind_text(scheme: Scheme, content: bytes, file: str) -> Bound:
    """The requirements of the scheme found in the user's text.

    Raises `InputError` when it cannot be read or holds none of them.
    """
    known = {_plain(one.id): one.id for one in scheme.requirements}
    texts: dict[str, str] = {}
    twice: list[str] = []
    for written, text in _pairs(scheme, content, file):
        number, said = known.get(_plain(written)), " ".join(text.split())
        if number is None or not said:
            continue
        if texts.setdefault(number, said) != said and number not in twice:
            twice.append(number)
    if not texts:
        raise InputError(N_("no requirement of {scheme} was found in this text"), Location(file),
                         N_("give running text with its numbers, or a table with a number and a text on each row"), {"scheme": scheme.id})
    order = [one.id for one in scheme.requirements if one.id in texts]
    missing = tuple(one.id for one in scheme.requirements if one.id not in texts and one.binding != "apart")
    digest = hashlib.sha256(content).hexdigest()
    return Bound(scheme.id, file, digest, {number: texts[number] for number in order}, missing, tuple(twice))


def write_bound(bound: Bound) -> bytes:
    """The form in which a bound text is kept beside the user's home."""
    return write_yaml({
        "format": FORMAT, "scheme": bound.scheme, "file": bound.file, "digest": bound.digest,
        "texts": dict(bound.texts), "missing": list(bound.missing), "twice": list(bound.twice),
    })  # fmt: skip


def read_bound(content: bytes, file: str) -> Bound:
    """A bound text as it was kept. Raises `InputError` when it is not one."""
    written = converted(content, file, BoundFile)
    if written.format != FORMAT:
        raise InputError(N_("`{format}` was expected, `{found}` found"), Location(file, path="$.format"),
                         values={"format": FORMAT, "found": written.format})
    return Bound(written.scheme, written.file, written.digest, written.texts, tuple(written.missing), tuple(written.twice))


def _plain(number: str) -> str:
    """``19.6 a)``, ``19.6.A`` and ``19;6.a`` are the same number."""
    words = number.strip().rstrip(").:").replace(";", ".").replace(" ", ".").split(".")
    return ".".join(word for word in words if word).casefold()


def _pairs(scheme: Scheme, content: bytes, file: str) -> Iterable[tuple[str, str]]:
    suffix = file.rpartition(".")[2].casefold()
    if suffix in ("csv", "tsv"):
        return _table(content, file)
    if suffix in ("yaml", "yml", "json"):
        return _keyed(read_yaml(content, file))
    return items(decode(content, file), [one.id for one in scheme.requirements], tuple(scheme.chapters))


def _table(content: bytes, file: str) -> Iterator[tuple[str, str]]:
    text = decode(content, file)
    rows = csv.reader(io.StringIO(text), delimiter=separator_of(text))
    heads = [cell.strip().casefold() for cell in next(rows, [])]
    number = next((heads.index(name) for name in NUMBER_HEADS if name in heads), None)
    said = next((heads.index(name) for name in TEXT_HEADS if name in heads and heads.index(name) != number), None)
    if number is None or said is None:
        raise InputError(N_("a column of numbers («id») and a column of texts («text») were expected"), Location(file, row=1))
    for row in rows:
        if len(row) > max(number, said):
            yield row[number], row[said]


def _keyed(written: Any) -> Iterator[tuple[str, str]]:
    """Numbers and texts wherever they stand; parts without a number of their own join the one that they hang from."""
    if isinstance(written, dict):
        if plain := {str(key): value for key, value in written.items() if isinstance(value, str)}:
            yield from plain.items()
        yield from (pair for value in written.values() for pair in _keyed(value))
    elif isinstance(written, list):
        nodes = [one for one in written if isinstance(one, dict)]
        yield from _nodes(nodes)
        yield from (pair for one in nodes for value in one.values() if isinstance(value, (dict, list)) for pair in _keyed(value))


def _nodes(nodes: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    number: dict[str, str] = {}
    texts: dict[str, list[str]] = {}
    for node in nodes:
        own = next((str(node[key]) for key in ("id", "ref_id") if node.get(key)), None)
        its = own or number.get(str(node.get("parent_urn")), "")
        if node.get("urn"):
            number[str(node["urn"])] = its
        said = next((node[key] for key in ("text", "description") if isinstance(node.get(key), str)), "")
        if its and said:
            texts.setdefault(its, []).append(said)
    yield from ((its, " ".join(parts)) for its, parts in texts.items())
