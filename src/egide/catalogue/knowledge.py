"""What is known of an offer in a region on a day: the claims that rules may read, each with its source.

A claim whose value is None is a known gap: its source says, as a message of the catalogue, what is missing.
Nothing is inherited from the offers underneath: a service on a qualified base is not itself qualified (SecNumCloud 3.2,
annex 2), nor certified for health data, nor controlled from the same country.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from egide.catalogue.places import place_of
from egide.catalogue.standing import standing
from egide.vocabulary.facts import Claim
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from egide.catalogue.standing import Standing
    from egide.vocabulary.facts import Claims
    from egide.vocabulary.offers import Catalogue, Offer

NOT_THAT_DAY = N_("The sources at hand do not speak of this day.")
DEPENDS_ON_REGION = N_("It depends on the region, which is not known: ask which one.")
NO_VERSION = N_("Nobody has told which version of the framework the line was qualified against.")
NOT_LISTED = N_("The catalogue at hand does not list this offer in this region.")
ISSUER = "ANSSI"


def facts_on(offer: Offer, region: str | None, on: date, catalogue: Catalogue) -> Claims:
    """The claim for each fact of `offer` in `region` (None: not known which) on that day.

    Facts of which no source ever spoke are left out, and so unknown.
    """
    claims = {claim.fact: claim for claim in _said(offer, region, on)}
    where = _place(offer, region, on)
    if where and ("offer.place" not in claims or claims["offer.place"].value is None):
        claims["offer.place"] = where
    at = standing(offer, region, on, catalogue.readings)
    claims.update({claim.fact: claim for claim in _qualification(at, catalogue)})
    if offer.built_on:
        claims["offer.on_qualified_base"] = _base(offer, on, catalogue)
    return claims


def _base(offer: Offer, on: date, catalogue: Catalogue) -> Claim:
    """Whether an offer underneath is qualified somewhere on that day: told so that nobody takes it for the offer's own line."""
    stands = [
        standing(base, region, on, catalogue.readings).status
        for name in offer.built_on
        if (base := catalogue.by_id.get(name)) is not None
        for region in (*(known.id for known in base.regions), *(() if base.regions else (None,)))
    ]
    qualified = True if "qualified" in stands else None if None in stands or not stands else False
    source = catalogue.source if qualified is not None else NOT_THAT_DAY
    return Claim("offer.on_qualified_base", qualified, ISSUER, catalogue.as_of, source, "secondary")


def _said(offer: Offer, region: str | None, on: date) -> Iterator[Claim]:
    """Of each fact, the claim that holds: the region's own before the offer's, the latest read before the older."""
    for name in dict.fromkeys(claim.fact for _, _, claim in offer.claims):
        every = [row for row in offer.claims if row[2].fact == name]
        near = [row for row in every if row[1] is None or row[1] == region]
        holding = [(where is not None, claim) for period, where, claim in near if period.holds(on)]
        if holding:
            yield max(holding, key=lambda pair: (pair[0], pair[1].on is not None and pair[1].on.toordinal()))[1]
        elif near:
            yield Claim(name, None, near[0][2].issuer, near[0][2].on, NOT_THAT_DAY, near[0][2].read)
        elif region is None:
            yield Claim(name, None, every[0][2].issuer, every[0][2].on, DEPENDS_ON_REGION, every[0][2].read)


def _place(offer: Offer, region: str | None, on: date) -> Claim | None:
    """The place of the region; when the region isn't known, the place that every region of the offer shares."""
    places = [place_of(known, on) for known in offer.regions if region is None or known.id == region]
    if not places:
        return None
    if len({place.value for place in places}) > 1:
        return Claim("offer.place", None, places[0].issuer, places[0].on, DEPENDS_ON_REGION, places[0].read)
    return places[0]


def _qualification(at: Standing, catalogue: Catalogue) -> Iterator[Claim]:
    line = at.line
    read, day, source = (line.read, line.as_of, line.source) if line else ("secondary", catalogue.as_of, catalogue.source)
    if line and line.decision:
        source = f"{source} (n° {line.decision})"
    if at.status is None:
        yield Claim("offer.qualification", None, ISSUER, day, at.because, read)
    else:
        yield Claim("offer.qualification", at.status, ISSUER, day, source or NOT_LISTED, read)
    if line is None or line.status != "qualified":
        return
    if line.end is not None:
        yield Claim("offer.qualified_to", line.end, ISSUER, day, source, read)
    if line.framework is not None:
        yield Claim("offer.framework", line.framework, ISSUER, day, line.framework_source or source, "secondary")
    else:
        yield Claim("offer.framework", None, ISSUER, day, NO_VERSION, read)
