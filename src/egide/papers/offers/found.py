"""What a search found, in words: the values of a row as the index keeps them, and what was counted."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from egide.papers.statement_text import property_value_text
from egide.vocabulary.language import N_, language
from egide.vocabulary.properties import Form

if TYPE_CHECKING:
    from egide.catalogue.fields import Field
    from egide.catalogue.search import Count

LONGEST_LIST = 6


def found_text(field: Field, value: Any, code: str) -> str:
    """A value of a row: a list's first few, a day from its ordinal, money in euros."""
    lang, form = language(code), field.of.form
    if form is Form.DATE:
        return lang.day(date.fromordinal(int(value)))
    if isinstance(value, list):
        texts = [lang.label(one) if field.of.choices else str(one) for one in value]
        more = len(texts) - LONGEST_LIST
        return ", ".join(texts[:LONGEST_LIST]) + (f" +{more}" if more > 0 else "")
    if form is Form.YES_NO:
        return lang.text(N_("yes") if value == "yes" else N_("no"))
    return property_value_text(field.of, round(value) if form is Form.MONEY else value, code)


def count_text(field: Field, one: Count, code: str) -> str:
    """What was counted: a value, or «from 0.05 to below 0.10 €/h»."""
    if one.value is not None:
        return found_text(field, one.value, code) if field.of.choices or field.of.form is Form.YES_NO else one.value
    lang = language(code)
    ends = {
        "low": found_text(field, one.low, code) if one.low is not None else "",
        "high": found_text(field, one.high, code) if one.high is not None else "",
    }
    if one.low is None:
        return lang.text(N_("below {high}"), ends)
    return lang.text(N_("{low} and more") if one.high is None else N_("from {low} to below {high}"), ends)
