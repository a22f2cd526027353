"""What one cell says: yes, no, a day, an amount, a choice, or nothing that can be used.

People type freely, so each kind of answer has its own small parser. A parser never chooses between two readings: it answers
`Said.NOT_UNDERSTOOD`, the caller reports the cell and the fact stays unknown.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import TYPE_CHECKING

from egide.portfolio.words import choice_words, fold
from egide.vocabulary.facts import FactType, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from egide.vocabulary.facts import Value

Cell = str | int | float | bool | date | datetime | time | timedelta | None


class Said(Enum):
    """What a cell says when it does not hold a value."""

    NOTHING = "nothing"
    DOES_NOT_KNOW = "does-not-know"
    """Somebody wrote that they do not know: the question was asked."""
    NOT_UNDERSTOOD = "not-understood"


def shown(cell: Cell) -> str:
    """The cell as its author sees it, without the marks of its type."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell).replace("\xa0", " ").strip()


BLANK = frozenset({"", "neant", "n a", "na", "so", "s o", "sans objet", "none"})
_DOES_NOT_KNOW = frozenset({
    "a confirmer", "a verifier", "a preciser", "a definir", "a determiner", "a completer", "je ne sais pas", "ne sait pas", "nsp",
    "inconnu", "inconnue", "non connu", "non connue", "non renseigne", "non renseignee", "nr", "nc", "n c", "indetermine", "tbd", "tbc",
    "to be confirmed", "unknown", "not known", "don t know", "i don t know", "do not know", "en attente", "ac",
})
_YES = frozenset({"oui", "o", "yes", "y", "x", "vrai", "true", "v", "1", "ok", "coche", "on"})
_NO = frozenset({"non", "n", "no", "faux", "false", "f", "0", "aucun", "aucune", "off"})
_TICKS, _CROSSES = frozenset("✓✔☑✅"), frozenset("✗✘☐❌")


def said_nothing(cell: Cell) -> Said | None:
    """Whether the cell is blank, or says that its author does not know; None when it says something."""
    text = shown(cell)
    if text in {"?", "??", "???"}:
        return Said.DOES_NOT_KNOW
    folded = fold(text)
    if folded in _DOES_NOT_KNOW:
        return Said.DOES_NOT_KNOW
    return Said.NOTHING if folded in BLANK and not _TICKS.union(_CROSSES).intersection(text) else None


def yes_no(cell: Cell) -> bool | Said:
    """Oui, non, x, vrai, 1, a tick; «oui (à partir de 2027)» is not understood, since it is not a plain yes."""
    if isinstance(cell, bool):
        return cell
    nothing = said_nothing(cell)
    if nothing:
        return nothing
    text = shown(cell)
    if text in _TICKS:
        return True
    if text in _CROSSES:
        return False
    folded = fold(text)
    if folded in _YES:
        return True
    return False if folded in _NO else Said.NOT_UNDERSTOOD


_MONTHS: Mapping[str, int] = {
    name: number
    for number, names in enumerate((
        ("janvier", "janv", "january", "jan"), ("fevrier", "fevr", "fev", "february", "feb"), ("mars", "march", "mar"),
        ("avril", "avr", "april", "apr"), ("mai", "may"), ("juin", "june", "jun"), ("juillet", "juil", "july", "jul"),
        ("aout", "august", "aug"), ("septembre", "sept", "september", "sep"), ("octobre", "oct", "october"),
        ("novembre", "nov", "november"), ("decembre", "dec", "december"),
    ), start=1)
    for name in names
}
_EXCEL_EPOCH = date(1899, 12, 30)
_EARLIEST, _LATEST = date(1950, 1, 1), date(2150, 12, 31)


def day(cell: Cell) -> date | Said:
    """A day from a date cell, «30/11/2026», «2026-11-30», «30 novembre 2026», «1er déc. 2026» or an Excel serial.

    Slashes are read the French way, day first; a month alone is not a day.
    """
    if isinstance(cell, datetime):
        return _plausible(cell.date())
    if isinstance(cell, date):
        return _plausible(cell)
    if isinstance(cell, (bool, time, timedelta)):
        return Said.NOT_UNDERSTOOD
    nothing = said_nothing(cell)
    if nothing:
        return nothing
    if isinstance(cell, (int, float)):
        return _serial(cell)
    return _day_in_words(shown(cell))


def _serial(number: float) -> date | Said:
    if not 18_264 <= number < 92_000:
        return Said.NOT_UNDERSTOOD
    return _plausible(_EXCEL_EPOCH + timedelta(days=int(number)))


def _plausible(found: date) -> date | Said:
    return found if _EARLIEST <= found <= _LATEST else Said.NOT_UNDERSTOOD


def _day_in_words(text: str) -> date | Said:
    text = re.sub(r"[T ]\d{1,2}:\d{2}(:\d{2})?(\.\d+)?Z?$", "", text.strip())
    if re.fullmatch(r"\d{5}(\.\d+)?", text):
        return _serial(float(text))
    iso = re.fullmatch(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", text)
    if iso:
        return _date_of(int(iso[1]), int(iso[2]), int(iso[3]))
    french = re.fullmatch(r"(\d{1,2})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(\d{4}|\d{2})", text)
    if french:
        return _date_of(_century(french[3]), int(french[2]), int(french[1]))
    words = fold(text).split()
    if words and words[0] in _WEEKDAYS:
        words = words[1:]
    if len(words) == 3 and words[1] in _MONTHS and re.fullmatch(r"\d{1,2}(er|st|nd|rd|th)?", words[0]) and re.fullmatch(r"\d{4}", words[2]):
        return _date_of(int(words[2]), _MONTHS[words[1]], int(re.sub(r"\D", "", words[0])))
    return Said.NOT_UNDERSTOOD


_WEEKDAYS = frozenset({
    "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche",
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
})


def _century(year: str) -> int:
    return int(year) if len(year) == 4 else 2000 + int(year)


def _date_of(year: int, month: int, number: int) -> date | Said:
    try:
        return _plausible(date(year, month, number))
    except ValueError:
        return Said.NOT_UNDERSTOOD


_SCALES = {"": 1, "k": 1_000, "m": 1_000_000, "md": 1_000_000_000, "mds": 1_000_000_000, "million": 1_000_000, "millions": 1_000_000,
           "milliard": 1_000_000_000, "milliards": 1_000_000_000}


def amount_eur(cell: Cell) -> int | Said:
    """Whole euros from «1 200 000 €», «1,2 M€», «850 k€ TTC», 1200000.0; another currency is not understood."""
    if isinstance(cell, bool):
        return Said.NOT_UNDERSTOOD
    if isinstance(cell, (int, float)):
        return round(cell) if 0 <= cell < 1e13 else Said.NOT_UNDERSTOOD
    nothing = said_nothing(cell)
    if nothing:
        return nothing
    text = re.sub(r"[\s\u202f\xa0']", "", shown(cell).casefold())
    text = re.sub(r"(ttc|ht)$", "", text)
    found = re.fullmatch(r"(?:€|eur)?(\d+(?:[.,]\d+)*)(milliards?|millions?|mds?|m|k)?(?:d'?)?(?:€|eur|euros?)?", text)
    number = _number(found[1], scaled=bool(found[2])) if found else None
    if found is None or number is None:
        return Said.NOT_UNDERSTOOD
    return round(number * _SCALES[found[2] or ""])


def _number(text: str, *, scaled: bool) -> float | None:
    """«1.200.000» and «1,200,000» group by three; «1,2» and «1200,50» have decimals; «1,200» alone may be either, so neither."""
    groups = re.split(r"[.,]", text)
    if len(groups) == 1:
        return float(text)
    if len(groups) == 2 and (len(groups[1]) != 3 or scaled):
        return float(".".join(groups))
    grouped = all(len(group) == 3 for group in groups[1:]) and len(groups[0]) <= 3 and len(set(re.findall(r"[.,]", text))) == 1
    return float("".join(groups)) if grouped and len(groups) > 2 else None


def add_months(start: date, months: int) -> date:
    """The same day so many months later, or the last day of that month."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    for number in (start.day, 30, 29, 28):
        try:
            return date(year, month + 1, number)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def months(cell: Cell) -> int | Said:
    """A duration such as «6 mois», «1 an», «3 years», in months."""
    nothing = said_nothing(cell)
    if nothing:
        return nothing
    found = re.fullmatch(r"(\d{1,3}) ?(mois|months?|ans?|annees?|years?)", fold(shown(cell)))
    if not found:
        return Said.NOT_UNDERSTOOD
    return int(found[1]) * (1 if found[2].startswith(("mois", "month")) else 12)


def value_of(fact: FactType, cell: Cell) -> Value | Said:
    """What the cell answers to the fact, or why it answers nothing."""
    match fact.kind:
        case Kind.YES_NO:
            return yes_no(cell)
        case Kind.DATE:
            return day(cell)
        case Kind.AMOUNT_EUR | Kind.DAYS:
            return amount_eur(cell)
        case Kind.CHOICE:
            found = choice_words(fact).get(fold(shown(cell)))
            return found or said_nothing(cell) or Said.NOT_UNDERSTOOD
        case Kind.COUNTRIES:
            return said_nothing(cell) or _countries(shown(cell))
        case Kind.TEXT:
            return said_nothing(cell) or shown(cell)


def _countries(text: str) -> frozenset[str] | Said:
    codes = re.split(r"[\s,;/]+", text.strip(" ,;/"))
    return frozenset(codes) if all(re.fullmatch(r"[A-Z]{2}", code) for code in codes) else Said.NOT_UNDERSTOOD
