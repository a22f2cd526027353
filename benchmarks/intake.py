"""A hundred thousand signed offers into the catalogue: made from a seed, taken in by the same code as `egide catalogue import`.

    python benchmarks/intake.py make FOLDER [--offers 100000] [--providers 500]
    python benchmarks/intake.py take FOLDER [--db URL] [--processes N]

Each offer is a `vp+jwt` with two credentials of its provider: the offer, which no other file has, and the legal person, which all of its
provider's files share. Providers are invented; their keys are drawn anew, so signatures differ from run to run and contents do not.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from egide.app.intake import take_in
from egide.app.intake_checking import Checking
from egide.app.intake_sources import sources
from egide.catalogue import shipped
from egide.catalogue.intake import Terms
from egide.catalogue.kept.tables import CATALOGUE
from egide.store import open_store
from egide.trust.credentials import Mode
from egide.trust.credentials_issuing import issue, present
from egide.trust.dids import did_key
from egide.trust.keys import Kind
from egide.trust.signing import PrivateKey, new_key

NOW = datetime.now(UTC)
CONTEXTS = ["https://www.w3.org/ns/credentials/v2", "https://w3id.org/gaia-x/development#"]
KINDS = ("VirtualMachineServiceOffering", "ObjectStorageServiceOffering", "BlockStorageServiceOffering", "ContainerServiceOffering")
COUNTRIES = ("FR", "DE", "NL", "ES", "IT", "SE", "US", "CH")


class Provider:
    """One that sells: a key, an identifier, a legal person."""

    def __init__(self, number: int, draw: random.Random) -> None:
        self.number = number
        self.key: PrivateKey = new_key(Kind.P256)
        self.did = did_key(self.key.public)
        self.kid = f"{self.did}#{self.did.removeprefix('did:key:')}"
        country = draw.choice(COUNTRIES)
        address = {"type": "gx:Address", "gx:countryCode": country}
        self.person = issue({
            "@context": CONTEXTS, "id": f"https://p{number}.example/person", "type": ["VerifiableCredential", "gx:LegalPerson"],
            "validFrom": "2026-01-01T00:00:00Z", "validUntil": "2099-01-01T00:00:00Z",
            "credentialSubject": {
                "id": f"https://p{number}.example/person#cs", "type": "gx:LegalPerson", "schema:name": f"Prestataire fictif n° {number}",
                "gx:registrationNumber": {"type": "gx:VatID", "gx:vatID": f"FR{number:011}"}, "gx:legalAddress": address,
                "gx:headquartersAddress": address,
            },
        }, self.key, self.kid, NOW)  # fmt: skip

    def offer(self, number: int, draw: random.Random) -> str:
        """A signed presentation of one offer."""
        kind = draw.choice(KINDS)
        token = issue({
            "@context": CONTEXTS, "id": f"https://p{self.number}.example/offers/{number}", "type": ["VerifiableCredential", f"gx:{kind}"],
            "validFrom": "2026-11-01T00:00:00Z", "validUntil": "2099-01-01T00:00:00Z",
            "credentialSubject": {
                "id": f"https://p{self.number}.example/offers/{number}#cs", "type": f"gx:{kind}",
                "schema:name": f"Offre fictive n° {number}",
                "schema:description": f"Service fictif {draw.randrange(10**9)} pour mesurer.", "gx:keyword": ["mesure", kind[:12].lower()],
                "gx:providedBy": {"id": f"https://p{self.number}.example/person#cs"},
                "gx:serviceOfferingTermsAndConditions": {
                    "type": "gx:TermsAndConditions", "gx:url": f"https://p{self.number}.example/terms",
                    "gx:hash": f"{draw.randrange(16**16):064x}",
                },
                "gx:dataPortability": {"type": "gx:DataPortability", "gx:formats": ["JSON", "CSV"], "gx:deletionTimeframe": "P30D"},
                "gx:dependsOn": [{"id": f"https://p{self.number}.example/offers/{draw.randrange(number + 1)}#cs"}],
            },
        }, self.key, self.kid, NOW)  # fmt: skip
        return present([self.person, token], self.key, self.kid, NOW, lasts=timedelta(days=36500))


def make(folder: Path, offers: int, providers: int) -> None:
    draw = random.Random(20261123)
    those = [Provider(number, draw) for number in range(providers)]
    for number in range(offers):
        below = folder / f"{number // 1000:04}"
        below.mkdir(parents=True, exist_ok=True)
        (below / f"{number:06}.vp.jwt").write_text(those[number % providers].offer(number, draw), "ascii")


def take(folder: Path, url: str, processes: int | None) -> None:
    with open_store(url, [CATALOGUE]) as store:
        begun, spent = time.perf_counter(), time.process_time()
        how = Checking(Mode.STRICT, datetime.now(UTC), Terms(), shipped())
        report = take_in(sources([folder]), store, how, NOW.date(), processes=processes)
        seconds = time.perf_counter() - begun
    own, below = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"{report.files} files: {report.taken} taken, {report.again} again, "
          f"{report.refused} refused, {report.not_evaluated} not evaluated; "
          f"{report.statements} documents' words on a subject, {report.new} new subjects")
    print(f"{seconds:.1f} s; processor: {time.process_time() - spent:.1f} s writing, {below.ru_utime + below.ru_stime:.1f} s checking; "
          f"memory at most {own.ru_maxrss / 1024:.0f} MiB + {below.ru_maxrss / 1024:.0f} MiB for each checker")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("action", choices=("make", "take"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--offers", type=int, default=100_000)
    parser.add_argument("--providers", type=int, default=500)
    parser.add_argument("--db", default="")
    parser.add_argument("--processes", type=int)
    given = parser.parse_args()
    if given.action == "make":
        make(given.folder, given.offers, given.providers)
        return
    with tempfile.TemporaryDirectory() as scratch:
        take(given.folder, given.db or str(Path(scratch) / "catalogue.db"), given.processes)


if __name__ == "__main__":
    sys.exit(main())
