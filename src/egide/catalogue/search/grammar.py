"""The small language of filters: «region=FR qualified=SecNumCloud price<0,05 €/h», every condition at once.

    where      = condition { ["and"] condition }
    condition  = name ("=" | "!=") value { "|" value }   any of the values
               | name ("<" | "<=" | ">" | ">=") value
    value      = word | number [unit] | day | quoted text

A comma between figures is a decimal comma. Whatever isn't of this form is refused with the place, what was expected there and the names
that come near: nothing is guessed and nothing is passed over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from egide.catalogue.fields import Field, field_named, named
from egide.catalogue.search.conditions import Condition, Where, condition
from egide.catalogue.search.refusals import WhereError, near
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST = 2_000
MOST_CONDITIONS = 40
_TOKEN = re.compile(
    r"""\s*(?:(?P<op><=|>=|!=|≤|≥|≠|[=<>])|(?P<bar>\|)|(?P<quoted>"(?P<double>[^"]*)"|«\s*(?P<french>[^»]*?)\s*»|'(?P<single>[^']*)')
    |(?P<word>[^\s=<>!≤≥≠|"«»']+))""", re.VERBOSE,
)  # fmt: skip
_OPS = {"≤": "<=", "≥": ">=", "≠": "!="}
_FIGURE = re.compile(r"[+-]?[\d.,\u00a0\u202f]+")
_UNIT = re.compile(r"(?:€|EUR\b|%|/|[kKMGTP]i?[BbOo]\b|h\b|ms\b|s\b|d\b|j\b|jours?\b|days?\b|g|kWh|W\b|L/)\S*", re.IGNORECASE)
_AND = frozenset({"and", "et", "&"})

TOO_LONG = N_("the filter is longer than {limit} characters, the most that is read")
TOO_MANY = N_("more than {limit} conditions")
NAME_EXPECTED = N_("character {at}: a condition was expected, such as region=FR or price<0.05; found «{found}»")
UNKNOWN_NAME = N_("character {at}: no property is named «{name}»; near: {near}")
UNIT_EXPECTED = N_("character {at}: another condition, or the unit of «{name}» ({unit}), was expected; found «{found}»")
OPERATOR_EXPECTED = N_("character {at}: one of = != < <= > >= was expected after «{name}»; found «{found}»")
OPERATOR_MISSING = N_("character {at}: one of = != < <= > >= was expected after «{name}»; the filter ends here")
VALUE_EXPECTED = N_("character {at}: a value was expected after «{before}»; found «{found}»")
VALUE_MISSING = N_("character {at}: a value was expected after «{before}»; the filter ends here")
ONE_VALUE = N_("character {at}: «{op}» takes one value, not several parted by |")
NOT_ORDERED = N_("character {at}: «{name}» has no order, so it takes = or != only")
QUOTE_OPEN = N_("character {at}: a quotation begins here and does not end")


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    """``op``, ``bar``, ``word``, ``quoted``."""
    text: str
    at: int


def parse(where: str) -> Where:
    """The conditions of a filter; none for an empty one. Raises `WhereError` with the place of what is wrong."""
    if len(where) > LONGEST:
        raise WhereError(TOO_LONG, where, LONGEST, limit=LONGEST)
    reader = _Reader(where, _tokens(where))
    found: list[Condition] = []
    while reader.more():
        if found and reader.joined():
            continue
        found.append(reader.condition(found[-1].field if found else None))
        if len(found) > MOST_CONDITIONS:
            raise WhereError(TOO_MANY, where, reader.at(), limit=MOST_CONDITIONS)
    return Where(where, tuple(found))


def _tokens(where: str) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    while where[at:].strip():
        found = _TOKEN.match(where, at)
        if found is None:
            start = at + len(where[at:]) - len(where[at:].lstrip())
            raise WhereError(QUOTE_OPEN if where[start] in "\"'«" else NAME_EXPECTED, where, start, found=where[start])
        kind = str(found.lastgroup) if found.lastgroup in {"op", "bar", "word"} else "quoted"
        text = found["op"] or found["bar"] or found["word"]
        if text is None:
            kind = "quoted"
            text = next(part for part in (found["double"], found["french"], found["single"], "") if part is not None)
        tokens.append(_Token(kind, _OPS.get(text, text) if kind == "op" else text, found.end() - len(found[0].lstrip())))
        at = found.end()
    return tokens


class _Reader:
    """Walks through the tokens once."""

    def __init__(self, where: str, tokens: Sequence[_Token]) -> None:
        self.where, self.tokens, self.place = where, tokens, 0

    def more(self) -> bool:
        return self.place < len(self.tokens)

    def at(self) -> int:
        return self.tokens[self.place].at if self.more() else len(self.where)

    def peek(self, ahead: int = 0) -> _Token | None:
        place = self.place + ahead
        return self.tokens[place] if place < len(self.tokens) else None

    def take(self) -> _Token:
        self.place += 1
        return self.tokens[self.place - 1]

    def joined(self) -> bool:
        """Skip an «and» that stands between two conditions."""
        token, after = self.peek(), self.peek(1)
        if token and token.kind == "word" and token.text.casefold() in _AND and after and after.kind == "word":
            self.place += 1
            return True
        return False

    def refused(self, message: str, at_end: str, **values: object) -> WhereError:
        """What stands here isn't what was expected; or nothing does."""
        token = self.peek()
        if token is None:
            return WhereError(at_end, self.where, self.at(), **values)
        return WhereError(message, self.where, token.at, found=token.text, **values)

    def condition(self, before: Field | None) -> Condition:
        name = self.take()
        if name.kind != "word":
            raise WhereError(NAME_EXPECTED, self.where, name.at, found=name.text)
        field = field_named(name.text)
        if field is None and before and before.numeric and not ((token := self.peek()) and token.kind == "op"):
            unit = before.of.unit.replace("µ€", "€") or "—"
            raise WhereError(UNIT_EXPECTED, self.where, name.at, found=name.text, unit=unit, name=before.name)
        if field is None:
            raise WhereError(UNKNOWN_NAME, self.where, name.at, name=name.text, near=", ".join(near(name.text, list(named()))) or "—")
        if (token := self.peek()) is None or token.kind != "op":
            raise self.refused(OPERATOR_EXPECTED, OPERATOR_MISSING, name=name.text)
        op = self.take()
        if op.text not in {"=", "!="} and not field.ordered:
            raise WhereError(NOT_ORDERED, self.where, op.at, name=name.text)
        values = [self.value(field, op)]
        while (token := self.peek()) is not None and token.kind == "bar":
            bar = self.take()
            if op.text not in {"=", "!="}:
                raise WhereError(ONE_VALUE, self.where, bar.at, op=op.text)
            values.append(self.value(field, bar))
        return condition(field, op.text, values, self.where)

    def value(self, field: Field, before: _Token) -> tuple[str, int]:
        """A value and where it stands; a number takes the unit that follows it."""
        token = self.peek()
        if token is None or token.kind not in {"word", "quoted"}:
            raise self.refused(VALUE_EXPECTED, VALUE_MISSING, before=before.text)
        self.place += 1
        text = token.text
        following, beyond = self.peek(), self.peek(1)
        is_unit = following is not None and following.kind == "word" and bool(_UNIT.fullmatch(following.text))
        if field.numeric and is_unit and following and _FIGURE.fullmatch(text) and not (beyond and beyond.kind == "op"):
            self.place += 1
            text = f"{text} {following.text}"
        return text, token.at
