"""A drawn catalogue as lines of unsigned credentials: every fact of an offer is drawn by itself and may be unknown; no two are alike.

One offer in ten is a size of another; one in fifty was said otherwise before, one in fifty by somebody else; half stand on others, among
which one that thousands stand on, and one stands on hundreds. Providers, numbers and addresses are invented.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from search import LETTERS

from egide.catalogue.gaia_x_terms import NAMESPACE
from egide.vocabulary.properties import FUNCTIONS, KINDS, LABEL_LEVELS, PROPERTIES

CONTEXT = ["https://www.w3.org/ns/credentials/v2", "https://w3id.org/gaia-x/development#", {"e": NAMESPACE}]
COUNTRIES = ("FR", "DE", "NL", "IT", "ES", "PL", "SE", "FI", "IE", "BE", "US", "CH")
CHOICES = {
    "kinds": KINDS, "functions": FUNCTIONS, "countries": COUNTRIES, "gaia_x_label": LABEL_LEVELS, "jurisdictions": COUNTRIES,
    "certifications": ("ISO 27001", "ISO 27017", "HDS", "C5", "SOC 2", "ISO 50001"),
    "export_formats": ("CSV", "Parquet", "qcow2", "SQL", "JSON"), "apis": ("S3", "OpenStack", "Kubernetes", "SQL", "REST"),
    "qualification": ("none", "in-progress", "qualified", "expired"),
}  # fmt: skip
NUMBERS = {
    "price_hour": (0.001, 4), "price_month": (1, 3000), "sla_percent": (95, 100), "memory_gb": (1, 512), "vcpu": (1, 128),
    "disk_gb": (10, 8000), "carbon_g_hour": (1, 200), "pue": (1.05, 1.9), "exit_days": (1, 180), "egress_price": (0.001, 0.12),
}  # fmt: skip
PROVIDERS = 1_500
HUB, WIDE = "urn:offre:000000", "urn:offre:000001"
"""The offer on which many stand; the one that stands on many."""
ON_HUB, WIDE_ON = 0.05, 300
OLD, OTHER, STANDS, SIZES = 0.02, 0.02, 0.5, 0.1


class World:
    """So many drawn offers, written line by line."""

    def __init__(self, count: int, seed: int = 7) -> None:
        self.count, self.chance = count, random.Random(seed)
        self.words = ["".join(self.chance.choices(LETTERS, k=self.chance.randint(4, 11))) for _ in range(20_000)]

    def write(self, path: Path) -> int:
        """All of it as JSON Lines; how many lines there are."""
        written = 0
        with path.open("w", encoding="utf-8") as file:
            for line in self.lines():
                file.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
                written += 1
        return written

    def lines(self) -> Iterator[dict[str, Any]]:
        """Providers first, then offers, each with what was said of it before."""
        for number in range(PROVIDERS):
            yield credential(f"urn:fournisseur:{number}", "LegalPerson", f"did:web:p{number}.example", 1, {
                "name": f"Fournisseur fictif {self.words[number].title()} {number}", "e:headquarters": self.chance.choice(COUNTRIES),
                "e:registration": f"{number:09}",
            })  # fmt: skip
        for number in range(self.count):
            yield from self.offer(number)

    def offer(self, number: int, month: int = 9) -> Iterator[dict[str, Any]]:
        """What is said of one, the older words first."""
        chance, name = self.chance, f"urn:offre:{number:06}"
        by = chance.randrange(PROVIDERS)
        said: dict[str, Any] = {
            "name": " ".join(chance.choices(self.words[:4000], k=3)).capitalize(),
            "description": " ".join(chance.choices(self.words, k=14)).capitalize(),
            "providedBy": {"id": f"urn:fournisseur:{by}"}, **self.facts(), **self.relations(number),
        }  # fmt: skip
        issuer = f"did:web:p{by}.example"
        if chance.random() < OLD:
            yield credential(name, "ServiceOffering", issuer, 3, said | self.facts())
        yield credential(name, "ServiceOffering", issuer, month, said)
        if chance.random() < OTHER:
            yield credential(name, "ServiceOffering", "did:web:comparateur.example", 10, self.facts())

    def facts(self) -> dict[str, Any]:
        chance, known = self.chance, dict[str, Any]()
        for name, values in CHOICES.items():
            if chance.random() < 0.6:
                known[f"e:{name}"] = chance.sample(values, chance.randint(1, 3)) if PROPERTIES[name].many else chance.choice(values)
        for name, (low, high) in NUMBERS.items():
            if chance.random() < 0.5:
                value = round(chance.uniform(low, high), 4)
                known[f"e:{name}"] = {"value": value, "unit": UNITS[name]} if name in UNITS else value
        return known

    def relations(self, number: int) -> dict[str, Any]:
        """On what it stands: on offers drawn before it, so that nothing stands on itself."""
        chance, found = self.chance, dict[str, Any]()
        if number == 1:
            others = chance.sample(range(2, self.count), min(WIDE_ON, self.count - 2))
            found["dependsOn"] = [{"id": f"urn:offre:{one:06}"} for one in others]
        elif number > 1 and chance.random() < STANDS:
            on = [f"urn:offre:{chance.randrange(2, number + 1):06}" for _ in range(chance.randint(1, 3))]
            found["dependsOn"] = [{"id": one} for one in dict.fromkeys(on) if one != f"urn:offre:{number:06}"]
        if number > 1 and chance.random() < ON_HUB:
            found["hostedOn"] = {"id": HUB}
        if number > 10 and chance.random() < SIZES:
            found["e:variant_of"] = {"id": f"urn:offre:{chance.randrange(2, number):06}"}
        return found


UNITS = {
    "price_hour": "€/h", "price_month": "€/month", "memory_gb": "GB", "disk_gb": "GB", "carbon_g_hour": "gCO2e/h", "exit_days": "d",
    "egress_price": "€/GB",
}  # fmt: skip


def credential(subject: str, kind: str, issuer: str, month: int, said: dict[str, Any]) -> dict[str, Any]:
    """An unsigned credential of 2026, of a series of its issuer's own."""
    return {
        "@context": CONTEXT, "id": f"{issuer}/{subject}", "type": ["VerifiableCredential", f"gx:{kind}"], "issuer": issuer,
        "validFrom": f"2026-{month:02}-01T00:00:00Z", "validUntil": f"20{28 if month > 3 else 27}-01-01T00:00:00Z",
        "credentialSubject": {"id": subject, "type": f"gx:{kind}", **said},
    }  # fmt: skip
