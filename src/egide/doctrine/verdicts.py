"""The verdicts of many cases, each distinct one reached once and remembered.

The cases take the place that offers have in a sweep: a case is a bit, and a rule is put to all of them in one pass
(`egide.rules.bits`). The verdict is the one that evaluating the case alone gives.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from egide.doctrine.sweep import ORDER, Judge
from egide.doctrine.verdict import verdict
from egide.rules.bits import Columns, positions
from egide.rules.evaluation import without_advice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from egide.rules.evaluation import Program
    from egide.vocabulary.facts import Value, Values
    from egide.vocabulary.findings import Verdict

FEW = 200
"""So many cases are sooner evaluated one by one than laid out as columns."""
REMEMBERED = 200_000
Key = tuple["Value | None", ...]


class Verdicts:
    """The verdicts under the law of one day. Not for two threads at once. ``few``: cases that are evaluated one by one."""

    def __init__(self, program: Program, few: int = FEW) -> None:
        self.program = without_advice(program)
        self._few = few
        self._known: dict[Key, Verdict] = {}
        self._names = tuple(self.program.readers)

    def of(self, cases: Sequence[Values]) -> list[Verdict]:
        """One verdict for each case, in order."""
        names, known = self._names, self._known
        if len(known) + len(cases) > REMEMBERED:
            known.clear()
        keys: list[Key] = []
        fresh: dict[Key, Values] = {}
        for values in cases:
            get = values.get
            key = tuple([get(name) for name in names])
            keys.append(key)
            if key not in known:
                fresh[key] = values
        if len(fresh) > self._few:
            self._together(fresh)
        else:
            for key, values in fresh.items():
                known[key] = verdict(self.program, self.program.states(values))
        return [known[key] for key in keys]

    def _together(self, fresh: dict[Key, Values]) -> None:
        keys = list(fresh)
        table = Columns(tuple(fresh.values()), tuple(range(len(keys))), (1 << len(keys)) - 1, self._names)
        row = Judge(self.program, table).row({})
        for reached, cases in zip(ORDER, row.verdicts, strict=True):
            for place in positions(cases):
                self._known[keys[place]] = reached
