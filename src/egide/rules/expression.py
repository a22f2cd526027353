"""Expressions over named checks: `all`, `any`, `not`, nothing else.

Inside the engine the three answers are the numbers 0 (not met), 1 (unknown) and 2 (met), so that Kleene's logic is
arithmetic: `all` is the least, `any` the greatest, `not` is two minus.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.findings import Answer
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from egide.rules.checks import Check

NOT_MET, UNKNOWN, MET = 0, 1, 2
ANSWERS = (Answer.NOT_MET, Answer.UNKNOWN, Answer.MET)
NUMBER = {answer: number for number, answer in enumerate(ANSWERS)}


@dataclass(frozen=True, slots=True)
class Node:
    """An operator over parts, or a leaf that names one check."""

    op: str
    """``all``, ``any``, ``not`` or ``check``."""
    parts: tuple[Node, ...] = ()
    check: Check | None = None

    def checks(self) -> Iterator[Check]:
        """Every check below, in reading order."""
        if self.check is not None:
            yield self.check
        for part in self.parts:
            yield from part.checks()


def combine(op: str, numbers: Sequence[int]) -> int:
    """Kleene's `all`, `any` or `not` of the parts' answers; an empty `all` is met, an empty `any` is not."""
    if op == "not":
        return 2 - numbers[0]
    return min(numbers, default=MET) if op == "all" else max(numbers, default=NOT_MET)


ALWAYS = Node("all")
"""Holds of everything: the meaning of a scope that is not written. Never accepted in a rulebook's text."""
NEVER = Node("any")
"""Holds of nothing: the demand of a rule whose applying is enough."""


def parse(written: Any, checks: Mapping[str, Check], at: Location, path: str) -> Node:
    """The expression as written in a rulebook.

    Raises `InputError` with the path on an unknown check, an unknown operator or an empty list: an empty `all` would
    hold of everything, and nobody writes that on purpose.
    """
    here = Location(at.file, path=path)
    if isinstance(written, str):
        if written not in checks:
            raise InputError(N_("no check is named `{name}`"), here, values={"name": written})
        return Node("check", (), checks[written])
    if not isinstance(written, dict) or len(written) != 1:
        raise InputError(N_("expected the name of a check, or one of `all`, `any`, `not`"), here)
    ((op, body),) = written.items()
    if op == "not":
        return Node("not", (parse(body, checks, at, f"{path}.not"),))
    if op not in ("all", "any"):
        raise InputError(N_("`{op}` is not one of `all`, `any`, `not`"), here, values={"op": op})
    if not isinstance(body, list) or not body:
        raise InputError(N_("`{op}` takes a list with at least one part"), here, values={"op": op})
    return Node(op, tuple(parse(part, checks, at, f"{path}.{op}[{index}]") for index, part in enumerate(body)))
