"""How old the catalogue is, and the one sober line that says so: a dated fact, not an alarm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from datetime import date

    from egide.vocabulary.language import Language
    from egide.vocabulary.offers import Catalogue

OLD_AFTER_DAYS = 45
"""ANSSI publishes its catalogue every month; beyond a month and a half one edition at least is missing."""
OLD = N_("The catalogue of offers is dated {day}, {age} days before: qualifications may have changed since.")


def age_days(catalogue: Catalogue, on: date) -> int:
    """Days from the catalogue's own day to `on`; negative when the day asked about lies before."""
    return (on - catalogue.as_of).days


def age_sentence(catalogue: Catalogue, on: date, language: Language) -> str:
    """The line to print in every output, or nothing while the catalogue is recent enough."""
    days = age_days(catalogue, on)
    return language.text(OLD, {"day": catalogue.as_of, "age": days}) if days > OLD_AFTER_DAYS else ""
