"""Every service against every offer: time, memory, and 1,000 pairs asked again one by one.

    python benchmarks/sweep.py [--services 20000] [--offers 16000]
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from typing import TYPE_CHECKING

from measuring import Line, in_a_process, peak_mib, printed
from world import all_distinct, catalogue, portfolio, program

from egide.doctrine.sweep import Judge, sweep
from egide.doctrine.verdict import contribution, verdict
from egide.rules.bits import columns
from egide.vocabulary.findings import Effect

if TYPE_CHECKING:
    from egide.doctrine.sweep import Sweep
    from egide.vocabulary.facts import Values

PAIRS = 1_000
SECONDS = 3.0
MIB = 600


def swept(kind: str, services: int, offers: int) -> Line:
    """One sweep, in this process alone so that its peak memory is its own."""
    many, all_offers = drawn(kind, services, offers)
    law = program()
    start = time.perf_counter()
    found = sweep(law, many, all_offers)
    seconds = time.perf_counter() - start
    peak = peak_mib()
    agree = agreeing(found, many, all_offers)
    of_services = len({tuple(values.get(name) for name in Judge(law, found.table).reads) for values in many})
    return Line(
        f"{services:,} services × {offers:,} offers, {kind}",
        f"{seconds:.2f} s, {peak:.0f} MiB",
        f"at most {SECONDS:.0f} s and {MIB} MiB",
        seconds <= SECONDS and peak <= MIB and agree == PAIRS,
        f"{of_services:,} distinct services, {len(found.table.offers):,} distinct offers; "
        f"{services * offers / seconds / 1e6:,.0f} million pairs/s; {agree:,} of {PAIRS:,} random pairs agree",
    )


def drawn(kind: str, services: int, offers: int) -> tuple[list[Values], list[Values]]:
    if kind == "facts drawn independently":
        return portfolio(services, 1), catalogue(offers, 2)
    law = program()
    table = columns(law, [])
    many = all_distinct(services, Judge(law, table).reads, of_offers=False, seed=3)
    return many, all_distinct(offers, table.names, of_offers=True, seed=4)


def agreeing(found: Sweep, services: list[Values], offers: list[Values]) -> int:
    """How many of the random pairs have, asked alone, the verdict and the rules that the sweep gave them."""
    law, chance, agree = program(), random.Random(5), 0
    for _ in range(PAIRS):
        i, j = chance.randrange(len(services)), chance.randrange(len(offers))
        states = law.states({**services[i], **offers[j]})
        alone = verdict(law, states)
        made = tuple(
            rule.ref
            for rule, state in zip(law.rules, states, strict=True)
            if rule.effect is not Effect.ADVISE and contribution(rule.effect, state) is alone
        )
        told = found.made_by(i, j)
        agree += found.verdict(i, j) is alone and (told == made or not told)
    return agree


def measure(services: int = 20_000, offers: int = 16_000) -> list[Line]:
    return [in_a_process(swept, kind, services, offers) for kind in ("facts drawn independently", "all distinct")]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--services", type=int, default=20_000)
    parser.add_argument("--offers", type=int, default=16_000)
    asked = parser.parse_args()
    sys.exit(printed(measure(asked.services, asked.offers)))


if __name__ == "__main__":
    main()
