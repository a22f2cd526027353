"""What the decoder says of a shape that doesn't fit (msgspec's own sentences, in English), in the words of the reader's language."""

from __future__ import annotations

import re

from egide.vocabulary.language import N_

AT = re.compile(r"(?P<problem>.*?) - at `(?P<path>.*)`", re.DOTALL)
SENTENCES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"Expected `(?P<wanted>[^`]+)`, got `(?P<found>[^`]+)`"), N_("expected {wanted}, found {found}")),
    (re.compile(r"Expected `(?P<wanted>[^`]+)` matching regex (?P<form>.+)"), N_("expected {wanted} of the form {form}")),
    (re.compile(r"Expected `(?P<wanted>[^`]+)` of length (?P<form>.+)"), N_("expected {wanted} of length {form}")),
    (re.compile(r"Expected `(?P<wanted>[^`]+)` (?P<form>[<>]=? .+)"), N_("expected {wanted} {form}")),
    (re.compile(r"Expected `(?P<wanted>[^`]+)`"), N_("expected {wanted}")),
    (re.compile(r"Object missing required field `(?P<key>[^`]+)`"), N_("the key «{key}» is missing")),
    (re.compile(r"Object contains unknown field `(?P<key>[^`]+)`"), N_("the key «{key}» is not understood here")),
    (re.compile(r"Invalid enum value (?P<value>.+)"), N_("{value} is none of the words that are expected here")),
    (re.compile(r"JSON is malformed: (?P<form>.+)"), N_("the JSON is malformed: {form}")),
    (re.compile(r"Input data was truncated"), N_("the file is cut off")),
)
KINDS = {
    "str": N_("a text"), "int": N_("a whole number"), "float": N_("a number"), "bool": N_("yes or no (true, false)"), "array": N_("a list"),
    "object": N_("a mapping of keys to values"), "null": N_("nothing"), "date": N_("a day (YYYY-MM-DD)"),
    "datetime": N_("a day with its time (ISO 8601)"),
}  # fmt: skip
ONE_OF = N_("{first} or {other}")
WITH_PATH = N_("{problem}, at {path}")


def parts_of(said: str) -> tuple[str, dict[str, str], str | None] | None:
    """The message, its arguments and the path that the decoder's sentence holds; None for one that isn't known here."""
    at = AT.fullmatch(said)
    bare = at["problem"] if at else said
    for form, message in SENTENCES:
        if found := form.fullmatch(bare):
            return message, found.groupdict(), at["path"] if at else None
    return None
