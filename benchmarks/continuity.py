"""A service of 500 components judged for every loss that it may meet; a qualification lost under the portfolios of several bodies.

python benchmarks/continuity.py

The service is drawn from a seed (`continuity_world`), the portfolios as those of `portfolio`. The processor's time counts, as others on
the machine disturb the clock.
"""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from continuity_world import write
from measuring import Line, command_seconds, machine, printed

from egide.app.continuity.assessing import known, service
from egide.continuity import Continuity, assess
from portfolio import EGIDE, workbook

COMPONENTS, SECONDS, TIMES = 500, 0.5, 3
WORKBOOKS, ROWS = 5, 200
ON = ("--on", "2026-11-23")


def judged(file: Path) -> tuple[Continuity, float]:
    """The assessment, and the least processor time of several."""
    given = service(file)
    beside = known(given.declared, date(2026, 11, 23))
    taken = []
    for _ in range(TIMES):
        begun = time.process_time()
        made = assess(given.declared, beside)
        taken.append(time.process_time() - begun)
    return made, min(taken)


def one_service(folder: Path, *, told: bool) -> list[Line]:
    file = write(folder / f"service-{told}.yaml", COMPONENTS, seed=1, told=told)
    made, seconds = judged(file)
    losses = sum(len(cell.outcomes) for cell in made.cells)
    words = "every provider's control said" if told else "half of the providers' control not said"
    wall, processor = command_seconds([*EGIDE, "continuity", "assess", file, *ON, "--json"], (0, 1, 3))
    return [
        Line(f"{COMPONENTS} components, {words}", f"{seconds:.2f} s of processor", f"under {SECONDS} s", seconds < SECONDS,
             f"{losses:,} single losses and what could be reached after each; {len(made.points)} single points"),
        Line("the same, `egide continuity assess`, whole process", f"{processor:.2f} s of processor", "–", True,
             f"{wall:.2f} s by the clock"),
    ]  # fmt: skip


def bodies(folder: Path) -> Line:
    books = [folder / f"portefeuille-{number}.xlsx" for number in range(WORKBOOKS)]
    for number, book in enumerate(books):
        workbook(book, ROWS, seed=number)
    job = [*EGIDE, "continuity", "loss", "outscale", *books, "--on", "2026-12-01", "--json"]
    wall, processor = command_seconds(job, (0, 1, 3))
    return Line(f"`egide continuity loss`, {WORKBOOKS} workbooks of {ROWS} services, whole process", f"{processor:.2f} s of processor",
                "–", True, f"{wall:.2f} s by the clock; the law of the day before and of that day for each service")  # fmt: skip


def main() -> None:
    print(f"{machine()}\n")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        sys.exit(printed([*one_service(folder, told=True), *one_service(folder, told=False), bodies(folder)]))


if __name__ == "__main__":
    main()
