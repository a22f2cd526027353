"""A question's possible answers, and what was meant by what was sent: the same for a form and for a program."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from egide.app.portfolio import assess
from egide.papers import text
from egide.portfolio import HOSTING_OFFER, match_offer
from egide.vocabulary.errors import InputError
from egide.vocabulary.facts import Kind, Value
from egide.vocabulary.language import N_
from egide.vocabulary.offers import UNLISTED

if TYPE_CHECKING:
    from egide.app.portfolio.ask import Group
    from egide.vocabulary.facts import FactType
    from egide.vocabulary.language import Language

YES_NO: dict[str, Value] = {"yes": True, "no": False}
NOT_A = N_("`{text}` does not answer this question")


def choices_of(group: Group, offers: Mapping[str, str], words: Language) -> list[tuple[str, str, str | None]]:
    """What can be answered: token, words, and the verdict that it would give where that is the same for the whole group.

    ``offers``: names by identifier. Empty where an answer is written: a day, an amount, a text.
    """
    fact, would = group.ask.fact, group.ask.would
    if fact.name == HOSTING_OFFER:
        named = [(key, text.offer_text(key, offers), would.get(key)) for key in would]
        return [*named, (UNLISTED, words.label(UNLISTED), None)]
    if fact.kind is Kind.YES_NO:
        return [(token, words.value(value), would.get(token)) for token, value in YES_NO.items()]
    return [(choice, words.label(choice), would.get(choice)) for choice in fact.choices] if fact.kind is Kind.CHOICE else []


def value_of(group: Group, given: str) -> Value:
    """What was answered. Raises `InputError` when it is no answer."""
    fact = group.ask.fact
    read = READ.get(fact.kind)
    value = _offer(given) if fact.name == HOSTING_OFFER else read(given, fact) if read else None
    if value is None:
        raise InputError(NOT_A, values={"text": given[:80]})
    return value


def _offer(given: str) -> str | None:
    """An offer by its name in the catalogue, or in words that name one surely."""
    offers = assess.catalogue().offers
    if given == UNLISTED or given.partition("/")[0] in {one.id for one in offers}:
        return given
    match = match_offer(given, offers)
    return None if match.offer is None else f"{match.offer}/{match.region}" if match.region else match.offer


def _day(given: str, fact: FactType) -> Value | None:
    try:
        return date.fromisoformat(given)
    except ValueError:
        return None


def _number(given: str, fact: FactType) -> Value | None:
    digits = "".join(sign for sign in given if not sign.isspace() and sign not in "€_")
    return int(digits) if digits.isdecimal() and len(digits) < 15 else None


def _countries(given: str, fact: FactType) -> Value | None:
    codes = frozenset(given.upper().replace(",", " ").split())
    return codes if codes and all(len(code) == 2 and code.isascii() and code.isalpha() for code in codes) else None


READ: dict[Kind, Callable[[str, FactType], Value | None]] = {
    Kind.YES_NO: lambda given, fact: YES_NO.get(given),
    Kind.CHOICE: lambda given, fact: given if given in fact.choices else None,
    Kind.DATE: _day,
    Kind.AMOUNT_EUR: _number,
    Kind.DAYS: _number,
    Kind.COUNTRIES: _countries,
    Kind.TEXT: lambda given, fact: (given.upper() if len(given) == 2 else given) or None,
}
"""From the text of a form to a value, by the kind of fact; None when it is none."""
