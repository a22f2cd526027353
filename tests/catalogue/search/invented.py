"""A few hundred invented offers with holes in what is known of them, the same each time."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from tests.catalogue.saying import DAY, origin, said

from egide.vocabulary.properties import Value
from egide.vocabulary.statements import Statement

NOUNS = ("Nuage", "Brume", "Cumulus", "Orage", "Éclaircie", "Rosée")
WORDS = ("stockage objet", "object storage", "base de données", "managed database", "machine virtuelle", "réseaux")


class Invented:
    """A source of statements about invented offers."""

    def __init__(self, count: int, seed: int = 1) -> None:
        self.statements: dict[str, list[Statement]] = {}
        chance = random.Random(seed)  # noqa: S311 - the same offers each time
        for number in range(count):
            subject = f"offre-fictive-{number:04d}"
            self.statements[subject] = list(_about(subject, number, chance))

    def subjects(self) -> Iterator[str]:
        return iter(self.statements)

    def about(self, subject: str) -> Sequence[Statement]:
        return self.statements.get(subject, ())

    def withdrawn(self) -> Mapping[str, date]:
        return {}


def _about(subject: str, number: int, chance: random.Random) -> Iterator[Statement]:
    known: dict[str, Value] = {
        "name": f"{chance.choice(NOUNS)} {number}", "description": chance.choice(WORDS),
        "provider": f"Fournisseur fictif {chance.randrange(6)}",
        "kinds": frozenset(chance.sample(["IaaS", "PaaS", "SaaS"], chance.randint(1, 2))),
        "functions": frozenset(chance.sample(["object-storage", "database", "compute", "kubernetes"], chance.randint(1, 3))),
        "qualification": chance.choice(["none", "none", "qualified", "in-progress", "expired"]),
        "sla_percent": chance.choice([99.5, 99.9, 99.99]), "memory_gb": chance.choice([4, 8, 8.589934592, 16]),
        "immune": chance.random() < 0.5, "qualified_to": DAY + timedelta(days=chance.randint(-300, 900)),
        "certifications": frozenset(chance.sample(["ISO 27001", "HDS", "C5"], chance.randint(1, 3))),
    }  # fmt: skip
    known[chance.choice(["price_hour", "price_month"])] = chance.randrange(1000, 90_000_000)
    for name, value in known.items():
        if chance.random() < 0.75 or name == "name":
            yield said(value, name, subject=subject)
    regions = chance.sample(["FR", "DE", "NL"], chance.randint(0, 2))
    for region in regions:
        yield said(frozenset({region}), "countries", subject=subject, region=f"{region.lower()}-1")
        yield said(frozenset({f"{region.lower()}-1"}), "regions", subject=subject, region=f"{region.lower()}-1")
        if chance.random() < 0.3:
            yield said(chance.randrange(1000, 90_000_000), "egress_price", subject=subject, region=f"{region.lower()}-1")
    if chance.random() < 0.2:
        yield said(99.0, "sla_percent", subject=subject, by=origin("did:web:autre.example", document="d9"))
