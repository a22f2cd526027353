"""Reading answers at the terminal: a number, a word, a date or an amount."""

from __future__ import annotations

import sys
from datetime import date
from typing import TYPE_CHECKING

from egide.cli import door
from egide.papers.text import offer_text
from egide.vocabulary.facts import FactType, Kind, Value
from egide.vocabulary.offers import UNLISTED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from egide.app.portfolio.ask import Group
    from egide.app.portfolio.assess import Run

YES_NO: dict[str, Value] = {"oui": True, "o": True, "yes": True, "y": True, "non": False, "n": False, "no": False}
"""Both languages are understood, whichever is spoken."""
Choice = tuple[Value, str, str | None]
"""A value, how it is shown, and the verdict it would give."""


def line(prompt: str) -> str:
    """What the person types; the end of input counts as stopping."""
    sys.stdout.write(prompt)
    sys.stdout.flush()
    typed = sys.stdin.readline()
    return typed or "q"


def choices(group: Group, run: Run) -> list[Choice]:
    """What can be answered, with the verdict each answer would give where it is the same for the whole group."""
    fact, would = group.ask.fact, group.ask.would
    if fact.name == "hosting.offer":
        named: list[Choice] = [(key, offer_text(key, run.assessment.offers), would.get(key)) for key in (would or run.assessment.offers)]
        return [*named, (UNLISTED, door.lang().label(UNLISTED), None)]
    if fact.kind is Kind.YES_NO:
        return [(value, door.lang().value(value), would.get(token)) for token, value in (("yes", True), ("no", False))]
    if fact.kind is Kind.CHOICE:
        return [(choice, door.lang().label(choice), would.get(choice)) for choice in fact.choices]
    return []


def parse(typed: str, offered: Sequence[Choice], fact: FactType) -> Value | None:
    """The value meant, or None when it is none."""
    if typed.isdigit() and offered and 1 <= int(typed) <= len(offered):
        return offered[int(typed) - 1][0]
    words = {label.casefold(): value for value, label, _ in offered} | {str(value).casefold(): value for value, _, _ in offered}
    if fact.kind is Kind.YES_NO:
        words |= YES_NO
    if typed.casefold() in words:
        return words[typed.casefold()]
    if fact.kind is Kind.DATE:
        try:
            return date.fromisoformat(typed)
        except ValueError:
            return None
    if fact.kind is Kind.AMOUNT_EUR:
        digits = "".join(typed.replace("€", "").split()).replace("_", "")
        return int(digits) if digits.isdigit() else None
    if fact.kind is Kind.TEXT and typed and fact.name != "hosting.offer":
        return typed.upper() if len(typed) == 2 else typed
    return _offer(typed) if fact.name == "hosting.offer" and typed else None


def _offer(typed: str) -> str | None:
    """An offer named in words, when the words name one surely."""
    from egide.app.portfolio.assess import catalogue
    from egide.portfolio import match_offer

    match = match_offer(typed, catalogue().offers)
    if match.offer is None:
        return None
    return f"{match.offer}/{match.region}" if match.region else match.offer
