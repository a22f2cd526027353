"""Lexical forms and numbers of XML Schema, as far as SHACL asks for them.

A literal matches a datatype when it names it and, for the datatypes that SPARQL 1.1 knows, is well formed
(SHACL, 4.1.2). Lexical spaces are those of XML Schema 1.1 part 2; RDF trims no white space. All expressions
here take time linear in the text.
"""

from __future__ import annotations

import re
from calendar import monthrange
from decimal import Decimal
from math import isnan
from typing import TYPE_CHECKING

from egide.trust.shapes.graph import RDF_LANG_STRING, XSD

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from egide.trust.shapes.graph import Term

MOST_DIGITS = 1_000
"""A longer number is nobody's measurement; it is not compared, so it meets no bound."""

INTEGER = re.compile(r"[+-]?[0-9]+")
DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
FLOAT = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[+-]?INF|NaN")
BOOLEAN = re.compile(r"true|false|1|0")
ZONE = r"(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))?"
DAY = r"-?(?:[1-9][0-9]{3,}|0[0-9]{3})-(?P<month>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12][0-9]|3[01])"
HOUR = r"(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?|24:00:00(?:\.0+)?)"
DATE = re.compile(DAY + ZONE)
TIME = re.compile(HOUR + ZONE)
DATE_TIME = re.compile(f"{DAY}T{HOUR}{ZONE}")


def _matches(form: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: form.fullmatch(text) is not None


def _dated(form: re.Pattern[str]) -> Callable[[str], bool]:
    def well_formed(text: str) -> bool:
        found = form.fullmatch(text)
        if found is None:
            return False
        # The calendar repeats every 400 years, so the last four digits of a year tell its leap day.
        year = int(text.lstrip("-").split("-", 1)[0][-4:]) or 400
        return int(found["day"]) <= monthrange(year, int(found["month"]))[1]

    return well_formed


def _within(least: int | None, most: int | None) -> Callable[[str], bool]:
    def well_formed(text: str) -> bool:
        if INTEGER.fullmatch(text) is None:
            return False
        if len(text) > MOST_DIGITS:
            return (least is None or text[0] != "-") and (most is None or text[0] == "-")
        return (least is None or int(text) >= least) and (most is None or int(text) <= most)

    return well_formed


_WHOLE: Mapping[str, tuple[int | None, int | None]] = {
    "nonNegativeInteger": (0, None), "positiveInteger": (1, None), "nonPositiveInteger": (None, 0), "negativeInteger": (None, -1),
    "long": (-2**63, 2**63 - 1), "int": (-2**31, 2**31 - 1), "short": (-2**15, 2**15 - 1), "byte": (-2**7, 2**7 - 1),
    "unsignedLong": (0, 2**64 - 1), "unsignedInt": (0, 2**32 - 1), "unsignedShort": (0, 2**16 - 1), "unsignedByte": (0, 2**8 - 1),
}
WELL_FORMED: Mapping[str, Callable[[str], bool]] = {
    XSD + "boolean": _matches(BOOLEAN),
    XSD + "integer": _matches(INTEGER),
    XSD + "decimal": _matches(DECIMAL),
    XSD + "float": _matches(FLOAT),
    XSD + "double": _matches(FLOAT),
    XSD + "date": _dated(DATE),
    XSD + "time": _matches(TIME),
    XSD + "dateTime": _dated(DATE_TIME),
    **{XSD + name: _within(*bounds) for name, bounds in _WHOLE.items()},
}
"""Datatypes whose lexical form is looked at; of any other the name alone counts (``xsd:anyURI`` takes any text)."""

NUMBERS = frozenset({XSD + "integer", XSD + "decimal", XSD + "float", XSD + "double", *(XSD + name for name in _WHOLE)})


def number(term: Term) -> Decimal | float | None:
    """The value of a numeric literal; None of anything else, of a number that is badly written, too long or not a number."""
    if isinstance(term, str) or term[1] not in NUMBERS or len(term[0]) > MOST_DIGITS or not WELL_FORMED[term[1]](term[0]):
        return None
    if term[1] not in (XSD + "float", XSD + "double"):
        return Decimal(term[0])
    value = float(term[0].replace("INF", "inf"))
    return None if isnan(value) else value


def of_datatype(term: Term, datatype: str) -> bool:
    """The literal names the datatype and is well formed in it."""
    if isinstance(term, str) or term[1] != datatype:
        return False
    form = WELL_FORMED.get(datatype)
    return form(term[0]) if form else datatype != RDF_LANG_STRING or bool(term[2])
