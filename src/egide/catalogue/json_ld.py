"""The catalogue as JSON-LD: each subject with its values on a day, and every statement behind them.

Terms are those of the registry, in the namespace that our own credentials use; a subject whose identifier is no IRI gets one there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec

from egide.catalogue.gaia_x_terms import NAMESPACE
from egide.catalogue.kept.packs import plain
from egide.vocabulary.properties import PROPERTIES, Form

if TYPE_CHECKING:
    from egide.catalogue.sheets import Sheet
    from egide.vocabulary.properties import SubjectKind
    from egide.vocabulary.statements import Statement

XSD = "http://www.w3.org/2001/XMLSchema#"
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")
_TYPES = {Form.DATE: "xsd:date", Form.SUBJECT: "@id"}


def context() -> dict[str, Any]:
    """What the terms of the export mean."""
    made: dict[str, Any] = {"egide": NAMESPACE, "xsd": XSD}
    for name, of in PROPERTIES.items():
        term: dict[str, Any] = {"@id": f"egide:{name}"}
        if of.form in _TYPES:
            term["@type"] = _TYPES[of.form]
        if of.many:
            term["@container"] = "@set"
        made[name] = term
    moments = {name: {"@id": f"egide:{name}", "@type": "xsd:dateTime"} for name in ("from", "until", "recorded_at")}
    words = {name: f"egide:{name}" for name in (
        "statements", "property", "value", "text", "region", "issuer", "assurance", "backing", "read", "source", "document", "at", "unit",
    )}  # fmt: skip
    return {**made, **moments, **words, "on": {"@id": "egide:on", "@type": "xsd:date"}}


def exported(sheets: Iterable[tuple[Sheet, SubjectKind]]) -> Iterator[bytes]:
    """The document, piece by piece: any number of subjects."""
    yield b'{"@context": ' + msgspec.json.encode(context()) + b',\n"@graph": [\n'
    comma = b""
    for sheet, kind in sheets:
        yield comma + msgspec.json.encode(node(sheet, kind))
        comma = b",\n"
    yield b"\n]}\n"


def node(sheet: Sheet, kind: SubjectKind) -> dict[str, Any]:
    """One subject. A value that isn't known, or on which issuers differ, is left out; their statements are there."""
    made: dict[str, Any] = {"@id": iri(sheet.subject), "@type": f"egide:{kind.value.capitalize()}", "on": sheet.on.isoformat()}
    for name, cell in sheet.cells.items():
        if cell.value is not None:
            made[name] = _value(name, cell.value)
    made["statements"] = [_statement(name, one) for name, cell in sheet.cells.items() for one in cell.holding]
    return made


def iri(subject: str) -> str:
    """An IRI for a subject: itself when it is one."""
    return subject if _ABSOLUTE.fullmatch(subject) else f"{NAMESPACE}subject/{quote(subject, safe='/')}"


def _value(name: str, value: Any) -> Any:
    if PROPERTIES[name].is_relation:
        return [iri(one) for one in sorted(value)] if isinstance(value, frozenset) else iri(str(value))
    return plain(value)


def _statement(name: str, one: Statement) -> dict[str, Any]:
    origin = one.origin
    said = {
        "@type": "egide:Statement", "property": name, "value": plain(one.value), "text": one.text, "unit": PROPERTIES[name].unit or None,
        "region": one.region, "issuer": origin.issuer, "assurance": origin.assurance.value, "backing": origin.backing.value,
        "read": origin.read, "from": origin.issued, "until": origin.until, "recorded_at": origin.recorded_at, "source": origin.source,
        "document": origin.document or None, "at": one.at or None,
    }  # fmt: skip
    return {key: value for key, value in said.items() if value is not None}
