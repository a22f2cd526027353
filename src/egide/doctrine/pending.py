"""Decisions whose verdict is reached and whose proof, question, repairs and clocks are worked out when they are asked for.

A page of a portfolio shows fifty services of twenty thousand: the verdict of each counts, the rest of those fifty is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from egide.vocabulary.findings import Decision, HostingDecision

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from egide.vocabulary.findings import Override, Verdict
    from egide.vocabulary.services import Hosting, Service

T = TypeVar("T")


class WorksOut(Protocol):
    """The law and the offers of a day, which know the rest."""

    def offers_for(self, service: Service) -> Mapping[str, Any]:
        """The parts of a decision that are about other offers: ``eligible`` and ``refused``."""

    def part(self, decision: Decision, hosting: HostingDecision, name: str) -> Any:
        """One part of the decision on a hosting."""


class PendingDecision(Decision):
    """A decision whose other offers are looked at when somebody asks."""

    __slots__ = ("_law",)

    def __getattr__(self, name: str) -> Any:
        if name not in {"eligible", "refused"}:  # only what is not there yet comes here
            raise AttributeError(name)
        for part, value in object.__getattribute__(self, "_law").offers_for(self.service).items():
            object.__setattr__(self, part, value)
        return object.__getattribute__(self, name)


class PendingHosting(HostingDecision):
    """A verdict on a hosting, each of whose other parts is worked out once."""

    __slots__ = ("_decision", "_law")

    def __getattr__(self, name: str) -> Any:
        if name not in {"findings", "question", "repairs", "clocks", "labels"}:
            raise AttributeError(name)
        value = object.__getattribute__(self, "_law").part(object.__getattribute__(self, "_decision"), self, name)
        object.__setattr__(self, name, value)
        return value


def pending(
    law: WorksOut, service: Service, reached: Verdict, hostings: Sequence[tuple[Hosting, Verdict]], overrides: tuple[Override, ...],
) -> Decision:  # fmt: skip
    """The decision with these verdicts; the rest is asked of ``law``."""
    made = object.__new__(PendingDecision)
    judged = [
        _with(object.__new__(PendingHosting), hosting=hosting, verdict=verdict, _law=law, _decision=made) for hosting, verdict in hostings
    ]
    return _with(made, service=service, verdict=reached, hostings=tuple(judged), overrides=overrides, _law=law)


def _with(made: T, **parts: object) -> T:
    """Fill in what is known of something that is frozen."""
    for name, value in parts.items():
        object.__setattr__(made, name, value)
    return made


def worked_out(decision: Decision) -> Decision:
    """The same, with nothing left to work out."""
    _ = decision.eligible
    for one in decision.hostings:
        _ = one.findings, one.question, one.repairs, one.clocks, one.labels
    return decision
