"""Amounts and units as people write them in a price table: «0,05», «1 234.50 €», «€/Go/mois», «per hour».

A comma or a point followed by three digits can part thousands or decimals. The column decides, by the cells of it that leave no doubt;
where none does, such a cell is not understood.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from egide.catalogue.prices.records import Basis, Priced

if TYPE_CHECKING:
    from collections.abc import Iterable

_SPACES = re.compile(r"[\s\u00a0\u202f'’]")
_AMOUNT = re.compile(r"\d+(?:[.,]\d+)*")
_SIGNS = {"€": "EUR", "euro": "EUR", "euros": "EUR", "eur": "EUR", "$": "USD", "usd": "USD", "£": "GBP", "gbp": "GBP", "chf": "CHF"}
_CURRENCY = re.compile(r"€|\$|£|\b(?:eur|euros?|usd|gbp|chf|sek|nok|dkk|pln|czk|cad|jpy)\b", re.IGNORECASE)
_GB = r"(?:go|gb|gio|gib|gigaoctets?|gigabytes?)"
_HOUR, _MONTH = r"(?:h|heures?|hours?|horaires?|hourly)", r"(?:mois|months?|mensuel\w*|monthly|mo)"
_UNITS: tuple[tuple[re.Pattern[str], Basis, Fraction], ...] = (
    (re.compile(rf"\b{_GB}\b.*\b{_MONTH}\b|\b{_MONTH}\b.*\b{_GB}\b"), Basis.GB_MONTH, Fraction(1)),
    (re.compile(rf"\b{_GB}\b.*\b{_HOUR}\b|\b{_HOUR}\b.*\b{_GB}\b"), Basis.GB_MONTH, Fraction(730)),
    (re.compile(rf"\b{_GB}\b"), Basis.GB, Fraction(1)),
    (re.compile(rf"\b{_HOUR}\b"), Basis.HOUR, Fraction(1)),
    (re.compile(r"\bminutes?\b"), Basis.HOUR, Fraction(60)),
    (re.compile(rf"\b{_MONTH}\b"), Basis.MONTH, Fraction(1)),
    (re.compile(r"\b(?:an|ans|annees?|annuel\w*|years?|yearly|annual\w*)\b"), Basis.MONTH, Fraction(1, 12)),
)
_KINDS: tuple[tuple[re.Pattern[str], Priced], ...] = (
    (re.compile(r"objets?|object|\bs3\b"), Priced.OBJECT_STORAGE),
    (re.compile(r"\bblocs?\b|\bblock\b|volumes?|disques?|disks?"), Priced.BLOCK_STORAGE),
    (re.compile(r"switching|reversibilite|\bdepart\b|chang\w+ de (?:fournisseur|prestataire)|chang\w+ provider"), Priced.SWITCHING),
    (re.compile(r"egress|sortant|sortie|outgoing|trafic|traffic|bande passante"), Priced.EGRESS),
    (re.compile(r"load balancers?|repartit|equilibr"), Priced.LOAD_BALANCER),
    (re.compile(r"control plane|plan de controle|kubernetes|cluster"), Priced.CONTROL_PLANE),
    (re.compile(r"instances?|machines?|\bvms?\b|serveurs?|servers?|calcul|compute|gpu"), Priced.INSTANCE),
)


def decimal_mark(cells: Iterable[str]) -> str | None:
    """The mark that parts decimals in these cells; None when none of them shows it, or when they disagree."""
    found = {mark for cell in cells if (mark := _shown_mark(cell)) is not None}
    return found.pop() if len(found) == 1 else None


def _shown_mark(cell: str) -> str | None:
    figure = _AMOUNT.search(_SPACES.sub("", cell))
    marks = [sign for sign in figure[0] if sign in ".,"] if figure else []
    if not figure or not marks:
        return None
    if len(set(marks)) == 2:
        return marks[-1]
    if len(marks) > 1:
        return "." if marks[0] == "," else ","
    whole, _, rest = figure[0].partition(marks[0])
    return marks[0] if len(rest) != 3 or len(whole) > 3 or whole == "0" else None


def amount_of(cell: str, mark: str | None) -> Fraction | None:
    """The amount of the cell, exactly; None when there is none, when it is negative, or when the mark could mean either."""
    bare = _SPACES.sub("", cell)
    figure = _AMOUNT.search(bare)
    if figure is None or len(_AMOUNT.findall(bare)) > 1 or "-" in bare[: figure.start()]:
        return None
    mark = _shown_mark(cell) or mark
    if mark is None:
        return Fraction(figure[0]) if not {".", ","} & set(figure[0]) else None
    other = "," if mark == "." else "."
    plain = figure[0].replace(other, "").replace(mark, ".")
    return Fraction(plain) if plain.count(".") <= 1 else None


def currency_of(text: str) -> str | None:
    """The currency that the text names, as its three letters."""
    found = _CURRENCY.search(text)
    return _SIGNS.get(found[0].casefold(), found[0].upper()) if found else None


def basis_of(words: str) -> tuple[Basis, Fraction] | None:
    """Per what, and how many times the amount makes that: ``words`` in lower case without accents."""
    return next(((basis, times) for pattern, basis, times in _UNITS if pattern.search(words)), None)


def kind_of(words: str) -> Priced | None:
    """What is sold: ``words`` in lower case without accents."""
    try:
        return Priced(words.replace(" ", "-"))
    except ValueError:
        return next((kind for pattern, kind in _KINDS if pattern.search(words)), None)


def with_tax(words: str) -> bool:
    """Whether a heading says that tax is in the price."""
    return bool(re.search(r"\bttc\b|tva incluse|toutes taxes|incl\w*( of)? (vat|tax)|(vat|tax) incl|gross|brut", words))
