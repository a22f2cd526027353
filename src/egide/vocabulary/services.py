"""What a body has: services, and where each is hosted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from egide.vocabulary.errors import Location
    from egide.vocabulary.facts import Claims


@dataclass(frozen=True, slots=True)
class Body:
    """A legal person that runs services."""

    siren: str | None
    """Nine digits, or None when the file does not say."""
    name: str | None = None

    @property
    def key(self) -> str:
        """What answers are filed under."""
        return self.siren or self.name or "?"


@dataclass(frozen=True, slots=True)
class Hosting:
    """One place where a service runs or is planned to run."""

    text: str
    """What the file said, untouched; empty when it said nothing."""
    offer: str | None
    """The catalogue's identifier, when the text was matched with enough confidence."""
    region: str | None
    confidence: int
    """0 to 100: how surely the text names that offer."""
    planned: bool = False
    claims: Claims = field(default_factory=dict)
    near: tuple[str, ...] = ()
    """Offers that the text may mean, when it was not sure enough."""
    software: bool = False
    """True when what is delivered is a software of somebody else that stands on that offer: the offer's qualification is not its own."""


@dataclass(frozen=True, slots=True)
class Service:
    """One digital service as its body describes it."""

    id: str
    name: str
    body: Body
    at: Location
    claims: Claims
    hostings: tuple[Hosting, ...]
    data_owner: str | None = None
    """Who answers for the data: a department, an office."""
