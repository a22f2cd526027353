"""Statements for people: a value with its unit, who says it and how that is known, where it stands."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from egide.papers.text import AGREEING, value_text
from egide.vocabulary.language import N_, language
from egide.vocabulary.properties import Form

if TYPE_CHECKING:
    from egide.catalogue.sheets import Cell
    from egide.vocabulary.language import Language
    from egide.vocabulary.properties import Property, Value
    from egide.vocabulary.statements import Statement

UNITS = {"month": N_("month"), "d": N_("days"), "GB": N_("GB")}
"""Parts of units that are words."""
UNTIL = N_("until {day}")
NOT_READ = N_("not read: «{text}»")
SAID_UNKNOWN = N_("said not to be known")
CONFLICT = N_("those who say it differ")
VARIES = N_("it depends on the region")
LONGEST_ISSUER = 48
NARROW = "\u202f"
BINARY = ((40, N_("TiB")), (30, N_("GiB")), (20, N_("MiB")))
"""Powers of two to their units, the largest first."""
DECIMALS = Decimal("0.001")


def property_value_text(of: Property, value: Value | None, code: str) -> str:
    """A value with its unit, in the language; money in euros with all its decimals, sizes as `_size` shows them."""
    lang = language(code)
    if value is None:
        return lang.text("not known")
    if of.form is Form.MONEY and isinstance(value, int):
        return f"{_number(Decimal(value) / 10**6, lang, 2)}\u00a0{_unit(of.unit.replace('µ', ''), lang)}"
    if of.form in {Form.NUMBER, Form.MONEY} and isinstance(value, (int, float)):
        if of.form is Form.NUMBER and of.unit.partition("/")[0] == "GB":
            return _size(Decimal(str(value)), of.unit, lang)
        said = _number(Decimal(str(value)), lang, 0)
        return f"{said}\u00a0{_unit(of.unit, lang)}" if of.unit else said
    if of.fact is not None and of.fact in AGREEING and isinstance(value, str):
        return value_text(of.fact, value, code)
    if of.form in {Form.CHOICE, Form.YES_NO, Form.DATE}:
        return lang.value(value)
    return ", ".join(sorted(value)) if isinstance(value, frozenset) else str(value)


def cell_text(cell: Cell, code: str) -> str:
    """The value of a cell, or why there is none."""
    if cell.value is None and (cell.conflict or cell.varies):
        return f"? ({language(code).text(CONFLICT if cell.conflict else VARIES)})"
    return property_value_text(cell.property, cell.value, code)


def said_text(of: Property, one: Statement, code: str) -> str:
    """What one statement says."""
    if one.value is not None:
        return property_value_text(of, one.value, code)
    return language(code).text(NOT_READ, {"text": one.text}) if one.text else language(code).text(SAID_UNKNOWN)


def origin_text(one: Statement, code: str) -> str:
    """Who says it, what that is worth, how it is known, from when to when, where."""
    lang, origin = language(code), one.origin
    vouched = f"{lang.label(origin.assurance)}, {lang.label(origin.backing)}"
    parts = [issuer_text(origin.issuer, code), vouched, lang.day((origin.issued or origin.recorded_at).date())]
    if origin.until is not None:
        parts.append(lang.text(UNTIL, {"day": origin.until.date()}))
    where = lang.text(origin.source) + (f" {one.at}" if one.at else "")
    read = f" ({lang.label(origin.read)})" if origin.read == "secondary" else ""
    return " · ".join([*parts, where + read])


def issuer_text(issuer: str, code: str) -> str:
    """Who says it; a DID that is a key in its own right by its beginning and end."""
    said = language(code).text(issuer)
    return said if len(said) <= LONGEST_ISSUER else f"{said[:20]}…{said[-8:]}"


def _number(number: Decimal, lang: Language, least: int) -> str:
    whole, _, rest = f"{number:f}".partition(".")
    rest = rest.rstrip("0").ljust(least, "0")
    grouped = f"{int(whole):,}".replace(",", NARROW if lang.code == "fr" else ",")
    return f"{grouped}{',' if lang.code == 'fr' else '.'}{rest}" if rest else grouped


def _size(gigabytes: Decimal, unit: str, lang: Language) -> str:
    """Gigabytes to the third decimal, small ones to the third figure; beside them the binary unit where that is what was meant: 64 GiB.

    The exact figure stands in JSON and in tables for programs.
    """
    rounded = gigabytes.quantize(DECIMALS)
    if gigabytes and abs(gigabytes) < 1:
        rounded = gigabytes.quantize(Decimal(1).scaleb(gigabytes.adjusted() - 2))
    said = f"{_number(rounded, lang, 0)}\u00a0{_unit(unit, lang)}"
    if rounded == gigabytes:
        return said
    for power, name in BINARY:
        count = gigabytes * 10**9 / 2**power
        if count >= 1 and abs(count - (whole := count.quantize(DECIMALS))) < Decimal("1e-6"):
            return f"{said} ({_number(whole, lang, 0)}\u00a0{lang.text(name)})"
    return said


def _unit(unit: str, lang: Language) -> str:
    return "/".join(lang.text(UNITS[part]) if part in UNITS else part for part in unit.split("/"))
