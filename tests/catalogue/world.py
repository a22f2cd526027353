"""A small world of offers for the tests: invented providers, whose names say so."""

from __future__ import annotations

from datetime import date

from egide.vocabulary.facts import Claim
from egide.vocabulary.offers import Catalogue, Offer, Period, Qualification, Region

AS_OF = date(2026, 9, 15)
PAGE = "page fictive"


def line(start: date | None = date(2024, 1, 1), end: date | None = date(2027, 1, 1), decision: str | None = "1",
         status: str = "qualified", regions: tuple[str, ...] | None = None, as_of: date = AS_OF,
         framework: str | None = None) -> Qualification:
    return Qualification(status, regions, "IaaS", start, end, decision, framework, PAGE, "secondary", as_of,
                         PAGE if framework else "")


def region(name: str, country: str) -> Region:
    return Region(name, name.title(), country, (), PAGE, "secondary", AS_OF)


def offer(*lines: Qualification, name: str = "nuage-fictif", regions: tuple[Region, ...] = (),
          claims: tuple[tuple[Period, str | None, Claim], ...] = (), built_on: tuple[str, ...] = ()) -> Offer:
    return Offer(name, name.replace("-", " ").title(), "Fournisseur fictif", ("IaaS",), regions, (), claims, lines, built_on)


def catalogue(*offers: Offer, as_of: date = AS_OF) -> Catalogue:
    return Catalogue(as_of, offers, "catalogue fictif")


def claim(fact: str, value: bool | str, on: date = AS_OF) -> Claim:
    return Claim(fact, value, "Fournisseur fictif", on, PAGE, "secondary")
