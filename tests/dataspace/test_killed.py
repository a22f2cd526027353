"""`kill -9` of either side, again and again, while negotiations run: none stuck, none doubled, both sides equal."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from pathlib import Path

from tests.dataspace.serving import DATASET, Served, introduce

from egide.app.dataspace.control import NotServingError, RefusedStepError

NEGOTIATIONS = 60
KILLS = 5


def begin(consumer: Served, wanted: int, begun: list[str]) -> None:
    """Begin negotiations; one whose answer was lost may have begun all the same."""
    control = consumer.control
    while len(begun) < wanted:
        try:
            begun.append(control.ask("POST", "/negotiations", {"peer": "urn:example:provider", "dataset": DATASET})["pid"])
        except (NotServingError, RefusedStepError):
            time.sleep(0.02)


def test_no_death_leaves_a_negotiation_stuck_doubled_or_seen_differently(tmp_path: Path) -> None:
    chance = random.Random(7)  # noqa: S311
    provider, consumer = introduce(tmp_path)
    with provider, consumer:
        begun: list[str] = []
        thread = threading.Thread(target=begin, args=(consumer, NEGOTIATIONS, begun))
        thread.start()
        for number in range(KILLS):
            time.sleep(chance.uniform(0.05, 0.4))
            victim = (provider, consumer)[number % 2]
            victim.kill()
            victim.start()
        thread.join(120)
        until = time.monotonic() + 60
        while any(not one.ended for one in [*consumer.processes(), *provider.processes()]) and time.monotonic() < until:
            time.sleep(0.2)
        ours, theirs = consumer.processes(), {one.peer_pid: one for one in provider.processes()}
        assert len(ours) >= NEGOTIATIONS
        assert set(begun) <= {one.pid for one in ours}
        assert Counter(one.state.value for one in ours) == {"FINALIZED": len(ours)}
        assert len(theirs) == len(provider.processes()) == len(ours)
        for one in ours:
            other = theirs[one.pid]
            assert (other.state, other.agreement, other.pid) == (one.state, one.agreement, one.peer_pid)
            taken = Counter(event.step for event in provider.log(other.pid) if event.what in {"received", "taken"})
            assert taken == {"request": 1, "agree": 1, "verify": 1, "finalize": 1}
