"""When a peer does not answer, it is left alone for a while, all its processes together; then one message tries the way."""

from __future__ import annotations

from dataclasses import dataclass

OPENS_AFTER = 5
"""Failures in a row."""
FIRST_SECONDS = 1.0
MOST_SECONDS = 60.0


@dataclass(slots=True)
class Breaker:
    """Of one peer. Times are seconds of a clock that never goes back."""

    failures: int = 0
    until: float = 0.0
    trying: bool = False

    @property
    def is_open(self) -> bool:
        """Whether the peer failed so often that it is left alone."""
        return self.failures >= OPENS_AFTER

    def wait_seconds(self, now: float) -> float:
        """How long to leave it alone; 0: speak. Whoever gets 0 while it is open is the one that tries the way."""
        if not self.is_open:
            return 0.0
        if now < self.until:
            return self.until - now
        if self.trying:
            return FIRST_SECONDS
        self.trying = True
        return 0.0

    def answered(self) -> bool:
        """It is there; whether it had been left alone until now."""
        was_open = self.is_open
        self.failures, self.until, self.trying = 0, 0.0, False
        return was_open

    def failed(self, now: float) -> None:
        """It did not answer, or with a fault of its own. Messages that were on their way together when it fell silent count as few."""
        if self.is_open and not self.trying:
            return
        self.failures += 1
        self.trying = False
        if self.is_open:
            self.until = now + min(FIRST_SECONDS * 2 ** (self.failures - OPENS_AFTER), MOST_SECONDS)
