"""Which services of a body are on an offer: sorted once for each state of its portfolio, judged beside the request if that takes long."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from egide.app.portfolio.remembered import NotAtHandError, Remembered

if TYPE_CHECKING:
    from egide.app.portfolio.portfolios import Portfolios, Seen
    from egide.vocabulary.findings import Decision

REMEMBERED = 16
PATIENCE_SECONDS = 0.1
"""How long whoever asks waits for a portfolio that has to be judged first."""


class Placed:
    """The services of the bodies of one database, by the offers that they are on. Threads share it."""

    def __init__(self, portfolios: Portfolios) -> None:
        self._portfolios = portfolios
        self._sorted: Remembered[Mapping[str, Sequence[Decision]]] = Remembered(REMEMBERED)

    def on(self, body: str, on: date, lang: str, offer: str) -> Sequence[Decision] | None:
        """The services of that body on that offer, in any of its regions; None while they are judged for that day."""
        try:
            seen = self._portfolios.see(body, on, lang, wait=False)
        except NotAtHandError:
            work = threading.Thread(target=self._portfolios.see, args=(body, on, lang), name="egide-judge", daemon=True)
            work.start()
            work.join(PATIENCE_SECONDS)
            if work.is_alive():
                return None
            seen = self._portfolios.see(body, on, lang)
        return self._sorted.get((seen.state, body), lambda: _by_offer(seen)).get(offer, ())


def _by_offer(seen: Seen) -> Mapping[str, Sequence[Decision]]:
    found: dict[str, list[Decision]] = {}
    for decision in seen.judged.ordered if seen.judged else ():
        for offer in {one.hosting.offer for one in decision.hostings if one.hosting.offer is not None}:
            found.setdefault(offer, []).append(decision)
    return found
