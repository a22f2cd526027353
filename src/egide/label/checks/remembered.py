"""A register that works out each company once: checks of holders, access and autonomy ask after the same ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from egide.ownership import answer
from egide.ownership.answer import Prepared

if TYPE_CHECKING:
    from datetime import date

    from egide.ownership.answers import Ownership, Readings
    from egide.ownership.holdings import Register


@dataclass(slots=True)
class Remembered(Prepared):
    """What `egide.ownership.answer.prepare` gives, with a memory."""

    known: dict[str, Ownership] = field(default_factory=dict)

    def ownership(self, company: str) -> Ownership:
        """The answer for one company. Raises `egide.ownership.answer.UnknownCompanyError`."""
        if company not in self.known:
            self.known[company] = Prepared.ownership(self, company)
        return self.known[company]


def prepare(register: Register, on: date, readings: Readings) -> Remembered:
    """What holds on that day under those readings."""
    made = answer.prepare(register, on, readings)
    return Remembered(made.graph, made.diluted)
