"""The two languages the product speaks, French first, from gettext catalogues.

Code marks a message with `N_` where it is written and renders it with `Language.text` where it is read.
Tokens (verdicts, choices) never vary by language in data; their labels do, under the msgid ``token:<token>``.
"""

from __future__ import annotations

import gettext
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

LANGUAGES = ("fr", "en")
DECODER = ("Expected `", "Object missing", "Object contains", "Invalid enum value", "JSON is malformed", "Input data was truncated")
"""How the sentences of the decoder begin, which speaks English only (`shape_faults`)."""
MONTHS_FR = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def N_(message: str) -> str:  # noqa: N802 - the gettext convention for a marked message
    """Mark a message for the catalogue and return it unchanged."""
    return message


@dataclass(frozen=True, slots=True)
class Text:
    """A text that exists in both languages, as rulebooks carry it."""

    fr: str
    en: str

    def in_(self, lang: str) -> str:
        """The text in ``fr`` or ``en``."""
        return self.fr if lang == "fr" else self.en


@dataclass(frozen=True, slots=True)
class Language:
    """One language: its messages, its dates and its numbers."""

    code: str
    catalogue: gettext.NullTranslations

    def text(self, message: str, args: Mapping[str, object] | None = None) -> str:
        """The message in this language, its ``{names}`` filled from ``args`` (values are rendered, not formatted)."""
        said = self.catalogue.gettext(message) if message else ""
        if said == message and not args:
            return self._decoded(said) or said
        if args:
            for name, value in args.items():
                said = said.replace("{" + name + "}", self.value(value))
        return said

    def label(self, token: str) -> str:
        """The label of a token such as ``public-hospital``; the token itself when it has none."""
        message = f"token:{token}"
        said = self.catalogue.gettext(message)
        return token if said == message else said

    def plural(self, one: str, many: str, count: int) -> str:
        """The form that fits the count, with ``{n}`` filled."""
        return self.catalogue.ngettext(one, many, count).replace("{n}", self.value(count))

    def day(self, day: date) -> str:
        """«30 nov. 2026» in French, «30 Nov 2026» in English."""
        months = MONTHS_FR if self.code == "fr" else MONTHS_EN
        first = "er" if self.code == "fr" and day.day == 1 else ""
        return f"{day.day}{first} {months[day.month - 1]} {day.year}"

    def value(self, value: object) -> str:
        """Any fact value, for a person."""
        if value is None:
            return self.text("not known")
        if isinstance(value, bool):
            return self.text("yes") if value else self.text("no")
        if isinstance(value, date):
            return self.day(value)
        if isinstance(value, int):
            return f"{value:,}".replace(",", "\u202f" if self.code == "fr" else ",")
        if isinstance(value, Text):
            return value.in_(self.code)
        if isinstance(value, (frozenset, set, list, tuple)):
            return ", ".join(sorted(self.value(item) for item in value))
        return self._decoded(str(value)) or self.label(str(value))

    def _decoded(self, said: str) -> str | None:
        """What the decoder says in English of a shape that doesn't fit, in this language; None for any other text."""
        if self.code == "en" or not said.startswith(DECODER):
            return None
        from egide.vocabulary.shape_faults import KINDS, ONE_OF, WITH_PATH, parts_of  # noqa: PLC0415 - its messages are marked with `N_`

        if (parts := parts_of(said)) is None:
            return None
        message, found, path = parts
        for name in ("wanted", "found") if "wanted" in found else ():
            if name in found:
                *first, last = (self.text(KINDS[kind]) if kind in KINDS else kind for kind in found[name].split(" | "))
                found[name] = self.text(ONE_OF, {"first": ", ".join(first), "other": last}) if first else last
        told = self.catalogue.gettext(message)
        for name, value in found.items():
            told = told.replace("{" + name + "}", value)
        return self.catalogue.gettext(WITH_PATH).replace("{problem}", told).replace("{path}", path) if path else told


@cache
def language(code: str) -> Language:
    """The language by its code; an unknown code is a programming error (doors validate it)."""
    if code not in LANGUAGES:
        raise ValueError(f"language must be one of {LANGUAGES}, not {code!r}")
    folder = resources.files("egide") / "locale" / code / "LC_MESSAGES" / "egide.mo"
    if not folder.is_file():
        return Language(code, gettext.NullTranslations())
    with folder.open("rb") as binary:
        return Language(code, gettext.GNUTranslations(binary))
