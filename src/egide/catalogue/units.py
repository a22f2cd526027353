"""What was written, in the form and the unit of its property: 8 GiB, 99,95 %, 0.05 €/h, P30D, `DE-HH`, a unit of QUDT.

What can't be read without guessing has no value: another currency is not converted, a bare number has no unit unless the property alone
gives one (of money, euros). The text is kept beside the value in any case.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_
from egide.vocabulary.properties import Form, Property, Value

HOURS_A_MONTH = 730
MICRO = 10**6
LARGEST = 10**15
LONGEST_TEXT = 4000
_NUMBER = re.compile(r"(?<![A-Za-z])[+-]?(?:\d[\d \u00a0\u202f'’]*(?:[.,]\d+)?|\.\d+)(?:[eE][+-]?\d+)?")
_DURATION = re.compile(
    r"P(?:(?P<y>\d+)Y)?(?:(?P<m>\d+)M)?(?:(?P<w>\d+)W)?(?:(?P<d>\d+)D)?(?:T(?:(?P<h>\d+)H)?(?:(?P<n>\d+)M)?(?:(?P<s>\d+(?:\.\d+)?)S)?)?",
)
"""ISO 8601; a year is 365 days and a month 30."""
_AMBIGUOUS = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")
"""One thousand to some, one to others."""
_COUNTRY = re.compile(r"[A-Za-z]{2}(-[A-Za-z0-9]{1,3})?")
"""A country, or a part of one (ISO 3166-2)."""
_BYTES = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4, "p": 5, "e": 6}
_PREFIXES = {
    "kilo": 10**3, "mega": 10**6, "giga": 10**9, "tera": 10**12, "peta": 10**15,
    "kibi": 2**10, "mebi": 2**20, "gibi": 2**30, "tebi": 2**40, "pebi": 2**50,
}  # fmt: skip
_SCALES: Mapping[str, Mapping[str, Decimal]] = {
    "ms": {word: Decimal(scale) for words, scale in (
        (("ms", "millisec", "msec", "millisecond", "milliseconds", "milliseconde", "millisecondes"), "1"),
        (("s", "sec", "second", "seconds", "seconde", "secondes"), "1000"),
        (("us", "µs", "microsec"), "0.001"), (("ns", "nanosec"), "0.000001"),
    ) for word in words},
    "d": {word: Decimal(scale) for words, scale in (
        (("d", "day", "days", "j", "jour", "jours"), "1"), (("h", "hr", "hour", "hours", "heure", "heures"), str(Decimal(1) / 24)),
        (("wk", "week", "weeks", "semaine", "semaines"), "7"), (("mo", "month", "months", "mois"), "30"),
        (("yr", "year", "years", "an", "ans", "année", "années"), "365"),
    ) for word in words},
    "%": {"%": Decimal(1), "percent": Decimal(1), "pourcent": Decimal(1)},
    "kWh/h": {"kwh/h": Decimal(1), "kw": Decimal(1), "w": Decimal("0.001"), "wh/h": Decimal("0.001"), "kwh/hour": Decimal(1)},
    "gCO2e/h": {"gco2e/h": Decimal(1), "gco2eq/h": Decimal(1), "kgco2e/h": Decimal(1000), "kgco2eq/h": Decimal(1000)},
    "L/kWh": {"l/kwh": Decimal(1)},
}  # fmt: skip
"""For each unit of a property, the spellings that are read and how many of it each makes."""
_MICRO_EUROS = "µ€".casefold()
_EUROS = {"€", "eur", "euro", "euros", _MICRO_EUROS}
_PER_HOUR = {"h", "hr", "hour", "heure", "hours"}
_PER_MONTH = {"month", "mo", "mois", "months"}
ARCHITECTURES: Mapping[str, str] = {
    **dict.fromkeys(("x86", "x64", "x86_64", "x86-64", "amd64", "intel 64"), "x86-64"),
    **dict.fromkeys(("arm", "arm64", "aarch64", "armv8"), "arm64"), **dict.fromkeys(("riscv", "riscv64", "risc-v"), "riscv64"),
}  # fmt: skip
"""Names for the same processors."""
_YES, _NO = {"yes", "true", "oui", "vrai", "1"}, {"no", "false", "non", "faux", "0"}


def normalised(of: Property, written: object, unit: str = "") -> Value | Reason:
    """The value that was written, in the property's form and unit, or why it has none.

    ``written``: a text, a number, a truth value, a date, or a list of these for a property that is a set; ``unit``: where it is written
    apart from the number.
    """
    if of.many:
        return _many(of, written)
    if isinstance(written, (list, tuple, set, frozenset)):
        return _unread(of, written, N_("one value was expected, not a list"))
    return _one(of, written, unit)


def read_number(text: str) -> Decimal | None:
    """The number in a text, however thousands and fractions are parted; None when it holds none, or more than one."""
    found: list[str] = _NUMBER.findall(text)
    if len(found) != 1 or _AMBIGUOUS.fullmatch(found[0]):
        return None
    bare = re.sub(r"[ \u00a0\u202f'’]", "", found[0]).replace(",", ".")
    try:
        number = Decimal(bare)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) <= LARGEST else None


def _many(of: Property, written: object) -> Value | Reason:
    listed = written if isinstance(written, (list, tuple, set, frozenset)) else re.split(r"[,;|\n]", str(written))
    values: set[str] = set()
    for one in listed:
        if not str(one).strip():
            continue
        value = _one(of, one, "")
        if isinstance(value, Reason):
            return value
        values.add(str(value))
    return frozenset(values) if values else _unread(of, written, N_("nothing is listed"))


def _one(of: Property, written: object, unit: str) -> Value | Reason:
    text = str(written).strip()
    if not text or len(text) > LONGEST_TEXT:
        return _unread(of, text[:80], N_("the text is empty, or too long"))
    if of.form in {Form.TEXT, Form.SUBJECT}:
        return ARCHITECTURES.get(text.casefold(), text) if of.name == "architecture" else text
    if of.form is Form.CHOICE:
        chosen = {choice.casefold(): choice for choice in of.choices}.get(text.casefold().replace(" ", "-").replace("_", "-"))
        return chosen or _unread(of, text, N_("it is none of the values of «{property}»"))
    if of.form is Form.YES_NO:
        return _yes_no(of, written)
    if of.form is Form.DATE:
        return _day(of, written)
    if of.form is Form.COUNTRY:
        return text[:2].upper() if _COUNTRY.fullmatch(text) else _unread(of, text, N_("it is not a two-letter country code"))
    return _quantity(of, text, unit)


def _yes_no(of: Property, written: object) -> Value | Reason:
    if isinstance(written, bool):
        return written
    word = str(written).strip().casefold()
    return True if word in _YES else False if word in _NO else _unread(of, word, N_("it is neither yes nor no"))


def _day(of: Property, written: object) -> Value | Reason:
    if isinstance(written, date):
        return date(written.year, written.month, written.day)
    text = str(written).strip()
    if found := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text):
        text = f"{found[3]}-{found[2]:0>2}-{found[1]:0>2}"
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return _unread(of, text, N_("it is not a date"))


def _quantity(of: Property, text: str, unit: str) -> Value | Reason:
    if of.unit == "d" and (duration := _DURATION.fullmatch(text)) and len(text) > 2:
        return _whole_or_real(_days(duration))
    number = read_number(text)
    if number is None:
        return _unread(of, text, N_("it is not one number"))
    if number < 0:
        return _unread(of, text, N_("it is below zero"))
    spelled = unit.strip() or _NUMBER.sub("", text, count=1).strip()
    if of.form is Form.MONEY:
        return _money(of, number, spelled, text)
    scale = _scale(of, spelled)
    if scale is None:
        return _unread(of, f"{text} {unit}".strip(), N_("its unit is not one of «{property}»"))
    value = number * scale
    if of.unit == "%" and value > 100:
        return _unread(of, text, N_("it is above one hundred per cent"))
    return _whole_or_real(value) if value <= LARGEST else _unread(of, text, N_("it is out of all proportion"))


def _money(of: Property, number: Decimal, spelled: str, text: str) -> Value | Reason:
    """Micro-euros, per hour or per month as the property is; a month is 730 hours. Nothing is converted from another currency."""
    words = spelled.casefold().replace(" par ", "/").replace(" per ", "/").replace(" ", "").split("/")
    if words[0] not in _EUROS and words[0]:
        return _unread(of, text, N_("it is not in euros"))
    micro = number if words[0] == _MICRO_EUROS else number * MICRO
    per = set(words[1:])
    if of.unit == "µ€/h" and per & _PER_MONTH:
        micro /= HOURS_A_MONTH
    elif of.unit == "µ€/month" and per & _PER_HOUR:
        micro *= HOURS_A_MONTH
    if of.unit.startswith("µ€/GB"):
        scales = [scale for word in per if (scale := _byte_scale(word)) is not None]
        micro = micro / scales[0] if scales else micro
    return int(micro.to_integral_value()) if micro <= LARGEST else _unread(of, text, N_("it is out of all proportion"))


def _scale(of: Property, spelled: str) -> Decimal | None:
    """How many of the property's unit one of the spelled unit makes. A unit of QUDT is the last part of its address."""
    word = spelled.rstrip("/").rpartition("/")[2] if "://" in spelled else spelled
    bare = word.strip().casefold().replace(" ", "")
    if not bare or bare == of.unit.casefold():
        return Decimal(1)
    if of.unit.startswith("GB"):
        return _byte_scale(bare.removesuffix("/month").removesuffix("/mois"))
    return _SCALES.get(of.unit, {}).get(bare)


def _byte_scale(word: str) -> Decimal | None:
    """Gigabytes in one of a unit of bytes; octets are bytes."""
    bare = word.casefold()
    if found := re.fullmatch(r"([kmgtpe]?)(i?)(?:b|o)", bare):
        return Decimal((1024 if found[2] else 1000) ** _BYTES[found[1]]) / Decimal(10**9)
    if found := re.fullmatch(r"(kilo|mega|giga|tera|peta|kibi|mebi|gibi|tebi|pebi)?(?:-?)(?:byte|bytes|octet|octets)", bare):
        return Decimal(_PREFIXES.get(found[1] or "", 1)) / Decimal(10**9)
    return None


def _days(duration: re.Match[str]) -> Decimal:
    parts = {name: Decimal(found or 0) for name, found in duration.groupdict().items()}
    hours = parts["h"] + parts["n"] / 60 + parts["s"] / 3600
    return parts["y"] * 365 + parts["m"] * 30 + parts["w"] * 7 + parts["d"] + hours / 24


def _whole_or_real(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _unread(of: Property, written: object, message: str) -> Reason:
    return Reason("value-unread", {"property": of.name, "text": str(written)[:80]}, message)
