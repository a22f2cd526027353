"""What the readers of two providers' API answers share: the answer's list, row by row, and what a row that has changed is called.

A key that others add is ignored; a key that is gone, or of another type, is a problem that names it by its path, and the other rows
go on.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING, TypeVar

import msgspec

from egide.catalogue.prices.records import MAX_BYTES, MAX_PRICES, TOO_MANY
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.findings import Problem
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterator

    from egide.catalogue.prices.records import PriceList

Row = TypeVar("Row")
Whole = TypeVar("Whole")

TOO_LARGE = N_("the file is larger than {limit} MiB, the most that is read")
NOT_JSON = N_("not readable as JSON: {error}")
NOT_THE_ANSWER = N_("not the answer of {api}: {error}")
ROW_CHANGED = N_("the form of the answer has changed: {error}")
UNIT_CHANGED = N_("the price reads {read} and the answer says «{said}» of it: its unit has changed, so it is not taken")
_PATH = re.compile(r"^(?P<message>.*?)(?: - at `\$(?P<path>.*)`)?$", re.DOTALL)


def opened(content: bytes, file: str, form: type[Whole], api: str) -> Whole:
    """The answer with its rows still raw. Raises `InputError` when it is too large, no JSON, or another answer."""
    if len(content) > MAX_BYTES:
        raise InputError(TOO_LARGE, Location(file), values={"limit": MAX_BYTES // 2**20})
    try:
        return msgspec.json.decode(content, type=form)
    except msgspec.ValidationError as error:
        message, path = _said(error)
        raise InputError(NOT_THE_ANSWER, Location(file, path=f"${path}"), values={"api": api, "error": message}) from error
    except (msgspec.DecodeError, RecursionError) as error:
        raise InputError(NOT_JSON, Location(file), values={"error": error}) from error


def rows(raw: list[msgspec.Raw], form: type[Row], key: str, file: str, made: PriceList) -> Iterator[tuple[Row, Location]]:
    """Each row that has the form, with its place; the others are problems of ``made``."""
    if len(raw) > MAX_PRICES:
        raise InputError(TOO_MANY, Location(file), values={"limit": MAX_PRICES})
    decoder = msgspec.json.Decoder(form)
    for index, one in enumerate(raw):
        at = Location(file, path=f"$.{key}[{index}]")
        try:
            yield decoder.decode(one), at
        except msgspec.ValidationError as error:
            message, path = _said(error)
            made.problems.append(Problem(Location(file, path=f"{at.path}{path}"), ROW_CHANGED, {"error": message}))


def _said(error: msgspec.ValidationError) -> tuple[str, str]:
    found = _PATH.match(str(error))
    return (found["message"], found["path"] or "") if found else (str(error), "")


def agrees(euros: Fraction, figure: str) -> bool:
    """Whether the amount, rounded as the figure is, is that figure: at most one unit of its last decimal away."""
    decimals = len(figure.partition(".")[2])
    return abs(euros - Fraction(figure)) <= Fraction(1, 10**decimals)
