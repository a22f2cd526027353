"""What things are called: identifiers of ours, and SIREN and SIRET numbers, nine and fourteen digits whose last is a check digit (Luhn,
ISO/IEC 7812-1 annex B).

La Poste (SIREN 356 000 000) numbers its thousands of offices otherwise: the digits of the SIRET add up to a multiple of five.
A number that fails the check is kept, since the row is the user's, and reported: the register of bodies is keyed by it.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from egide.portfolio.cells import shown
from egide.portfolio.words import fold
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.portfolio.cells import Cell

LA_POSTE = "356000000"
NOT_A_NUMBER = N_("«{value}» is not a SIREN (9 digits) or a SIRET (14 digits): the body is not identified")
WRONG_KEY = N_("The check digit of «{value}» is wrong: read as it stands, to be checked")
LOST_DIGITS = N_("«{value}» lost digits when the spreadsheet turned it into a number: the body is not identified")


def luhn(digits: str) -> bool:
    """Whether the check digit is right."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        number = int(digit) * (2 if place % 2 else 1)
        total += number - 9 if number > 9 else number
    return total % 10 == 0


def valid(digits: str) -> bool:
    """Whether nine or fourteen digits are a well-formed SIREN or SIRET."""
    if len(digits) == 14 and digits.startswith(LA_POSTE) and sum(map(int, digits)) % 5 == 0:
        return True
    return luhn(digits)


def siren_of(cell: Cell) -> tuple[str | None, str | None]:
    """The SIREN that a SIREN or SIRET cell holds, and the message of what is wrong with it, if anything."""
    text = shown(cell)
    if re.fullmatch(r"\d([.,]\d+)?[eE]\+?\d+", text):
        return None, LOST_DIGITS
    digits = re.sub(r"[\s.\-\u202f\xa0]", "", text)
    if isinstance(cell, (int, float)) and digits.isdecimal():
        digits = _with_leading_zeros(digits)
    if not re.fullmatch(r"[0-9]{9}|[0-9]{14}", digits):
        return None, NOT_A_NUMBER
    return digits[:9], None if valid(digits) else WRONG_KEY


def _with_leading_zeros(digits: str) -> str:
    """A number cell loses leading zeros; they are put back only when the check digit then agrees."""
    for length in (9, 14):
        padded = digits.zfill(length)
        if len(digits) < len(padded) == length and length - len(digits) <= 3 and valid(padded):
            return padded
    return digits


def slug(text: str) -> str:
    """Lower-case words joined by hyphens, at most sixty characters; with a digest when the text could not be kept whole."""
    words = "-".join(re.findall(r"[a-z0-9]+", fold(text)))
    if words and len(words) <= 60 and len(words) >= len(fold(text)):
        return words
    digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:8]
    return f"{words[:50].strip('-')}-{digest}".strip("-")
