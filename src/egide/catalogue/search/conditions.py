"""A condition on an offer, and its three answers: met, not met, or unknown because nobody has said.

What isn't known never meets a condition, and never fails it either: such an offer is neither kept nor thrown away, it is counted apart.
All conditions must be met together (Kleene): one that is not met settles it, whatever is unknown beside it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from egide.catalogue.fields import Field, choices_of, fields, key_of
from egide.catalogue.search.refusals import WhereError, near
from egide.catalogue.units import normalised
from egide.vocabulary.findings import Answer, Reason
from egide.vocabulary.language import N_
from egide.vocabulary.properties import Form

if TYPE_CHECKING:
    from egide.catalogue.sheets import Sheet

NOT_A_CHOICE = N_("character {at}: «{value}» is none of the values of «{name}»: {choices}")
NOT_A_COUNTRY = N_("character {at}: «{value}» is not a two-letter country code")
NOT_YES_NO = N_("character {at}: «{name}» is yes or no, not «{value}»")
NOT_A_DAY = N_("character {at}: «{value}» is not a day (2026-11-30)")
NOT_A_QUANTITY = N_("character {at}: «{value}» cannot be read as a number of {unit} for «{name}»")
_GRAMS = re.compile(r"\s*g(?:\s*co2e?q?)?(?:/h)?$", re.IGNORECASE)
"""«5 g» an hour: the only unit that carbon is told in."""
YES, NO = frozenset({"yes", "oui", "true", "vrai", "1"}), frozenset({"no", "non", "false", "faux", "0"})


@dataclass(frozen=True, slots=True)
class Span:
    """Numbers from ``low`` to ``high``, ends included where said."""

    low: float
    high: float
    with_low: bool = True
    with_high: bool = True

    def holds(self, number: float) -> bool:
        """Whether the number lies within."""
        return (self.low < number or (self.with_low and number == self.low)) and (
            number < self.high or (self.with_high and number == self.high)
        )


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: the field's value is among these texts, or its number within one of these spans; or, ``negated``, it is not."""

    field: Field
    among: frozenset[str] = frozenset()
    """Texts as `key_of` compares them."""
    spans: tuple[Span, ...] = ()
    negated: bool = False
    text: str = ""
    """As it was asked."""

    def answer(self, sheet: Sheet) -> Answer:
        """Met, not met, or unknown when the sheet doesn't know the value."""
        if self.spans:
            number = rank(self.field, sheet)
            if number is None:
                return Answer.UNKNOWN
            found = any(span.holds(number) for span in self.spans)
        else:
            texts = self.field.strings(sheet)
            if not texts:
                return Answer.UNKNOWN
            found = bool(self.among & {key_of(text) for text in texts})
        return Answer.MET if found is not self.negated else Answer.NOT_MET


@dataclass(frozen=True, slots=True)
class Where:
    """Conditions that must all be met."""

    text: str
    conditions: tuple[Condition, ...]

    def answer(self, sheet: Sheet) -> Answer:
        """Of all conditions together."""
        answers = {one.answer(sheet) for one in self.conditions}
        if Answer.NOT_MET in answers:
            return Answer.NOT_MET
        return Answer.UNKNOWN if Answer.UNKNOWN in answers else Answer.MET

    def unknown(self, sheet: Sheet) -> tuple[Field, ...]:
        """The fields that keep the answer open."""
        return tuple(dict.fromkeys(one.field for one in self.conditions if one.answer(sheet) is Answer.UNKNOWN))


def rank(field: Field, sheet: Sheet) -> float | None:
    """The number of an ordered field: itself, a day's ordinal, or the place of a choice from worst to best."""
    if field.numeric:
        return field.number(sheet)
    texts = field.strings(sheet)
    ranks = [field.of.choices.index(text) for text in texts if text in field.of.choices]
    return float(max(ranks)) if ranks else None


def condition(field: Field, op: str, values: Sequence[tuple[str, int]], where: str) -> Condition:
    """The condition that these words ask. Raises `WhereError` when a value isn't one of the field's."""
    asked = f"{field.name}{op}{'|'.join(text for text, _ in values)}"
    if op in {"=", "!="} and not field.numeric:
        among = frozenset(text_value(field, text, at, where) for text, at in values)
        return Condition(field, among, (), op == "!=", asked)
    spans = []
    answering = field
    for text, at in values:
        answering, number = number_value(field, text, at, where)
        spans.append(_span(answering, op, number))
    return Condition(answering, frozenset(), tuple(spans), op == "!=", asked)


def _span(field: Field, op: str, number: float) -> Span:
    if op == "<":
        return Span(-math.inf, number, with_high=False)
    if op == "<=":
        return Span(-math.inf, number)
    if op == ">":
        return Span(number, math.inf, with_low=False)
    if op == ">=":
        return Span(number, math.inf)
    kept = 1 - field.of.tolerance
    return Span(number * kept, number / kept) if number > 0 else Span(number, number)


def text_value(field: Field, text: str, at: int, where: str) -> str:
    """The text that is compared."""
    form, key = field.of.form, key_of(text)
    if form is Form.CHOICE:
        words = choices_of(field)
        if key not in words:
            offered = near(text, field.of.choices, 4) if len(field.of.choices) > 12 else field.of.choices
            raise WhereError(NOT_A_CHOICE, where, at, value=text, name=field.name, choices=", ".join(offered) or "—")
        return key_of(words[key])
    if form is Form.COUNTRY and not (len(text) == 2 and text.isalpha()):
        raise WhereError(NOT_A_COUNTRY, where, at, value=text)
    if form is Form.YES_NO:
        if key not in YES | NO:
            raise WhereError(NOT_YES_NO, where, at, value=text, name=field.name)
        return "yes" if key in YES else "no"
    return key


def number_value(field: Field, text: str, at: int, where: str) -> tuple[Field, float]:
    """The number that is compared, and the field that it is compared with: a price by the month is asked of the month's price."""
    if field.of.choices:
        word = choices_of(field).get(key_of(text))
        if word is None:
            raise WhereError(NOT_A_CHOICE, where, at, value=text, name=field.name, choices=", ".join(field.of.choices))
        return field, float(field.of.choices.index(word))
    asked = _by_the_month(field, text)
    value = normalised(asked.of, _GRAMS.sub("", text) if asked.of.unit == "gCO2e/h" else text)
    if isinstance(value, (Reason, bool, str, frozenset)):
        if field.of.form is Form.DATE:
            raise WhereError(NOT_A_DAY, where, at, value=text)
        unit = field.of.unit.replace("µ€", "€") or "—"
        raise WhereError(NOT_A_QUANTITY, where, at, value=text, name=field.name, unit=unit)
    return asked, float(value.toordinal()) if isinstance(value, date) else float(value)


def _by_the_month(field: Field, text: str) -> Field:
    if field.name != "price" or not any(key_of(part) in {"month", "mois", "mo"} for part in text.split("/")[1:]):
        return field
    return fields()["price_month"]


def names(found: Iterable[Field]) -> tuple[str, ...]:
    """The names of fields."""
    return tuple(field.name for field in found)
