"""Quads, and what becomes of a JSON value in RDF (JSON-LD 1.1 API, 8.2.2; RDF Dataset Canonicalization 1.0, 5).

A term is as in `egide.trust.shapes.graph`: a text is an IRI, or a blank node when it begins with ``_:``; the rest are literals.
Nothing is renamed here: a signature is over the very IRIs that were written.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeAlias

from egide.trust.jose_json import canonical
from egide.trust.shapes.graph import RDF, RDF_LANG_STRING, XSD, XSD_STRING, Literal

if TYPE_CHECKING:
    from egide.trust.shapes.graph import Term

Quad: TypeAlias = "tuple[str, str, Term, str]"
"""Subject, predicate, object, and the graph: nothing for the default graph, else its name."""

RDF_JSON = RDF + "JSON"
I18N = "https://www.w3.org/ns/i18n#"
XSD_BOOLEAN, XSD_DOUBLE, XSD_INTEGER = XSD + "boolean", XSD + "double", XSD + "integer"
WRITTEN_ANEW = frozenset({XSD_DOUBLE, RDF_LANG_STRING})
"""Datatypes whose texts are not taken as they are written."""
FIRST, REST, NIL = RDF + "first", RDF + "rest", RDF + "nil"
MAX_WHOLE = 10**21
"""From here on a whole number is written as a double (JSON-LD 1.1 API, 8.2.2)."""

_ABSOLUTE = re.compile(r"(?:[A-Za-z][A-Za-z0-9+,.-]*|_):\S*\n?")
_IRI = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*|_):[^\s<>\"{}|\\^`\x00-\x20\x7f-\x9f\ud800-\udfff]*")
_LANGUAGE = re.compile(r"[a-z]{1,8}(?:-[a-z0-9]{1,8})*")
_ZEROES = re.compile(r"(\d)0*E\+?(-)?0*(\d)")
_ESCAPED = re.compile(r'[\x00-\x1f"\\\x7f]')
_ESCAPES = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
_new = tuple.__new__


class UnfitError(ValueError):
    """A value that RDF has no form for."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


def is_absolute(text: str) -> bool:
    """Whether JSON-LD takes it for an IRI or a blank node, and not for something relative. It may still be no IRI."""
    return _ABSOLUTE.fullmatch(text) is not None


def is_iri(text: str) -> bool:
    """Whether it is an IRI or a blank node, without any character that N-Quads cannot carry between its brackets."""
    return _IRI.fullmatch(text) is not None


def plain(text: str, datatype: str = XSD_STRING) -> Literal:
    """A text as a literal, quickly."""
    return _new(Literal, (text, datatype, ""))


def literal(value: object, datatype: str = "", language: str = "") -> Literal:
    """A JSON scalar as a literal; ``datatype`` when one was stated.

    As pyld and jsonld.js have it, a text that is stated to be an `xsd:double` takes the canonical form of its number.
    Raises `UnfitError`.
    """
    if isinstance(value, bool):
        return Literal("true" if value else "false", datatype or XSD_BOOLEAN)
    if isinstance(value, float) and not value.is_integer():
        return Literal(_double(value), datatype or XSD_DOUBLE)
    if datatype == XSD_DOUBLE:
        return Literal(_as_double(value), XSD_DOUBLE)
    if isinstance(value, (int, float)):
        beyond = abs(value) >= MAX_WHOLE
        return Literal(_double(value) if beyond else str(int(value)), datatype or (XSD_DOUBLE if beyond else XSD_INTEGER))
    if not isinstance(value, str):
        raise UnfitError(str(value)[:80])
    if language:
        if not _LANGUAGE.fullmatch(language):
            raise UnfitError(language[:80])
        return Literal(value, RDF_LANG_STRING, language)
    if datatype == RDF_LANG_STRING:
        raise UnfitError(value[:80])
    return Literal(value, datatype or XSD_STRING)


def directed(language: str, direction: str) -> str:
    """The datatype of a text with a direction (JSON-LD 1.1, the namespace of i18n).

    JSON-LD would by default drop the direction, and a proof over statements would not cover it; other implementations of the
    cryptosuites write it so too.
    """
    return f"{I18N}{language.lower()}_{direction}"


def json_literal(value: Any) -> Literal:
    """Any JSON as a literal, in its canonical form. Raises `UnfitError`."""
    form = canonical(value)
    if not isinstance(form, bytes):
        raise UnfitError(str(value)[:80])
    return Literal(form.decode(), RDF_JSON)


def line(quad: Quad) -> str:
    """The quad in N-Quads, ended by a line feed, escaped as the canonical form wants (RDF Dataset Canonicalization 1.0, 5)."""
    subject, predicate, value, graph = quad
    return f"{_named(subject)} <{predicate}> {_written(value)} {_named(graph) + ' ' if graph else ''}.\n"


def _double(value: float) -> str:
    return _ZEROES.sub(r"\1E\2\3", f"{value:1.15E}")


def _as_double(value: object) -> str:
    try:
        return _double(float(value))  # type: ignore[arg-type]
    except (ValueError, TypeError, OverflowError):
        if isinstance(value, str):
            return value
        raise UnfitError(str(value)[:80]) from None


def _named(node: str) -> str:
    return node if node.startswith("_:") else f"<{node}>"


def _written(value: Term) -> str:
    if isinstance(value, str):
        return _named(value)
    text, datatype, language = value
    if _ESCAPED.search(text):
        text = _ESCAPED.sub(_escape, text)
    if language:
        return f'"{text}"@{language}'
    return f'"{text}"' if datatype == XSD_STRING else f'"{text}"^^<{datatype}>'


def _escape(found: re.Match[str]) -> str:
    letter = found.group()
    return _ESCAPES.get(letter) or f"\\u{ord(letter):04X}"
