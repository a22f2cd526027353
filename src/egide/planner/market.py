"""What can be had: machines at places, what else a place charges, and how far places are from each other.

Prices are integer micro-euros net of tax; None is a price that nobody states, and never stands for nothing. A month is 730 hours.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from math import asin, cos, radians, sin, sqrt

HOURS_A_MONTH = 730
EARTH_KM = 6371.0088
"""Mean radius."""
LEAST_US = 500
US_PER_KM = 10
"""A round trip is about 0.5 ms and 1 ms for each 100 km: light in fibre, there and back, over twice the straight distance."""


@dataclass(frozen=True, slots=True)
class Source:
    """Who says a price, where, on which day."""

    issuer: str
    text: str
    on: date
    negotiated: bool = False


@dataclass(frozen=True, slots=True)
class Machine:
    """One type of machine in one place."""

    id: str
    place: str
    vcpus: int
    ram_mib: int
    per_hour: int | None
    """Micro-euros; None when only a month's price is stated."""
    per_month: int | None = None
    """Micro-euros; where both are stated, the lower month counts."""
    disk_gib: int = 0
    gpus: int = 0
    gpu_model: str | None = None
    architecture: str | None = None
    source: Source | None = None
    carbon: int | None = None
    """Grams of CO2 equivalent a month, where the issuer states it."""

    @property
    def month(self) -> int | None:
        """Micro-euros for a month of 730 hours; None when no price is stated."""
        asked = [price for price in (self.per_month, None if self.per_hour is None else self.per_hour * HOURS_A_MONTH) if price is not None]
        return min(asked, default=None)


@dataclass(frozen=True, slots=True)
class Tariffs:
    """What a place charges besides machines, in micro-euros; None where it is not stated."""

    egress: int | None = None
    """Per GB that leaves for another provider or the internet, in parallel use."""
    switching: int | None = None
    """Per GB that leaves once, to change provider."""
    block: int | None = None
    """Per GiB and month."""
    object: int | None = None
    """Per GiB and month."""
    load_balancer: int | None = None
    """Per month."""
    control_plane: int | None = None
    """Per month."""
    sources: Mapping[str, Source] = field(default_factory=dict)
    """By the name of the tariff."""


@dataclass(frozen=True, slots=True)
class Place:
    """A provider's region."""

    provider: str
    region: str
    country: str | None = None
    """ISO 3166-1 alpha-2; None: nobody says, so that it is in none."""
    latitude: float | None = None
    longitude: float | None = None
    tariffs: Tariffs = field(default_factory=Tariffs)
    offer: str | None = None
    """The catalogue's ``offer`` or ``offer/region`` that stands there, by which the law judges it."""
    where: str | None = None
    """Who says where it lies."""
    controlled_from: str | None = None
    """From which country its provider is controlled, where the user's table says so and no offer of the catalogue stands there."""

    @property
    def key(self) -> str:
        """``provider/region``."""
        return f"{self.provider}/{self.region}"


@dataclass(frozen=True)
class Market:
    """All places and machines of a day."""

    places: Mapping[str, Place]
    machines: tuple[Machine, ...]
    round_trips: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """Measured round trips between places, in microseconds, which replace the estimate."""
    _distances: dict[tuple[str, str], float | None] = field(default_factory=dict, compare=False, repr=False)
    _bits: dict[str, int] = field(default_factory=dict, compare=False, repr=False)
    _ranked: dict[tuple[bool, str], tuple[list[float], list[int]]] = field(default_factory=dict, compare=False, repr=False)

    def distance_km(self, one: str, other: str) -> float | None:
        """Along the great circle; None when a place has no coordinates."""
        if one == other:
            return 0.0
        pair = (one, other) if one < other else (other, one)
        if pair not in self._distances:
            self._distances[pair] = great_circle_km(self.places[pair[0]], self.places[pair[1]])
        return self._distances[pair]

    @property
    def bits(self) -> Mapping[str, int]:
        """Each place's bit in a set of places."""
        if not self._bits:
            self._bits.update({key: 1 << place for place, key in enumerate(self.places)})
        return self._bits

    def within_us(self, place: str, most_us: int) -> int:
        """The set of places, by their bits, that a round trip from there reaches in that time. Unknown is not within."""
        ranks, sets = self._ranks(place, by_distance=False)
        return sets[bisect_right(ranks, most_us)]

    def beyond_km(self, place: str, least_km: int) -> int:
        """The set of places, by their bits, that are at least so far from there. Unknown is not beyond."""
        ranks, sets = self._ranks(place, by_distance=True)
        return sets[-1] & ~sets[bisect_left(ranks, least_km)]

    def _ranks(self, place: str, *, by_distance: bool) -> tuple[list[float], list[int]]:
        """How far the others are, the nearest first, and the set of the first so many: a limit is then one search in a sorted list."""
        key = by_distance, place
        if key not in self._ranked:
            measure = self.distance_km if by_distance else self.round_trip_us
            far = sorted((away, bit) for other, bit in self.bits.items() if (away := measure(place, other)) is not None)
            sets = [0]
            for _, bit in far:
                sets.append(sets[-1] | bit)
            self._ranked[key] = [away for away, _ in far], sets
        return self._ranked[key]

    def measured(self, one: str, other: str) -> int | None:
        """What somebody measured between them, in microseconds."""
        return self.round_trips.get((one, other), self.round_trips.get((other, one)))

    def round_trip_us(self, one: str, other: str) -> int | None:
        """Measured, or estimated from the distance; None when neither can be had."""
        measured = self.measured(one, other)
        if measured is not None:
            return measured
        if one == other:
            return LEAST_US
        distance = self.distance_km(one, other)
        return None if distance is None else LEAST_US + round(distance * US_PER_KM)


def great_circle_km(one: Place, other: Place) -> float | None:
    """The shortest way over the sphere between two places, in kilometres."""
    if one.latitude is None or one.longitude is None or other.latitude is None or other.longitude is None:
        return None
    north, south = radians(one.latitude), radians(other.latitude)
    turn = radians(other.longitude - one.longitude)
    chord = sin((south - north) / 2) ** 2 + cos(north) * cos(south) * sin(turn / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(chord)))
