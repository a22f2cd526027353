"""A hundred thousand signed offers into the catalogue: made from a seed, taken in by the same code as `egide catalogue import`.

    python benchmarks/intake.py make FOLDER [--offers 100000] [--providers 500]
    python benchmarks/intake.py take FOLDER [--db URL] [--processes N]

Each offer is a `vp+jwt` with four credentials: the offer, which no other file has, and the legal person, its number and its terms, which
all of its provider's files share. Each file is put to all eight steps, with the shapes of 25.11. Providers are invented; their keys are
drawn anew, so signatures differ from run to run and contents do not. Contexts and shapes are those of ../shared.
"""

from __future__ import annotations

import argparse
import gc
import random
import resource
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from egide.app.intake.checking import Checking
from egide.app.intake.sources import sources
from egide.app.intake.taking import take_in
from egide.catalogue import shipped
from egide.catalogue.intake import Terms
from egide.catalogue.kept.tables import CATALOGUE
from egide.cli import COLLECTED_AFTER
from egide.store import open_store
from egide.trust.credentials.issuing import issue, present
from egide.trust.credentials.results import Mode
from egide.trust.dids.identifiers import did_key
from egide.trust.keys import Kind
from egide.trust.linked import Bundle, read_bundle
from egide.trust.signing import PrivateKey, new_key

NOW = datetime.now(UTC)
SHARED = Path(__file__).parents[2] / "shared/data/gaia-x"
CONTEXTS = [
    "https://www.w3.org/ns/credentials/v2", "https://w3id.org/gaia-x/2511#",
    {"schema": "https://schema.org/", "vcard": "http://www.w3.org/2006/vcard/ns#", "xsd": "http://www.w3.org/2001/XMLSchema#"},
]  # fmt: skip
COUNTRIES = ("FR", "DE", "NL", "ES", "IT", "SE", "US", "CH")
TERMS_DIGEST = "4bd7554097444c960292b4726c2efa1373485e8a5565d94d41195214c5e0ceb3"
"""The digest of the terms that Gaia-X asks for, as its shapes list it."""


class Provider:
    """One that sells: a key, and three credentials of itself that each of its offers comes with."""

    def __init__(self, number: int, draw: random.Random) -> None:
        self.site = f"https://p{number}.example"
        self.key: PrivateKey = new_key(Kind.P256)
        did = did_key(self.key.public)
        self.kid = f"{did}#{did.removeprefix('did:key:')}"
        address = {
            "type": "gx:Address", "gx:countryCode": draw.choice(COUNTRIES), "vcard:locality": "Exempleville", "vcard:postal-code": "75001",
            "vcard:street-address": f"{number} rue de l’Exemple",
        }
        self.own = [
            self.credential("person", "LegalPerson", {
                "type": "gx:LegalPerson", "schema:name": f"Prestataire fictif n° {number}",
                "gx:registrationNumber": {"id": f"{self.site}/number"}, "gx:headquartersAddress": address, "gx:legalAddress": address,
            }),
            self.credential("number", "RegistrationNumber", {
                "type": ["gx:RegistrationNumber", "gx:LocalRegistrationNumber"], "gx:local": f"{number:09}",
            }),
            self.credential("terms", "Issuer", {"type": "gx:Issuer", "gx:gaiaxTermsAndConditions": TERMS_DIGEST}),
        ]  # fmt: skip

    def credential(self, name: str, kind: str, subject: dict[str, object]) -> str:
        return issue({
            "@context": CONTEXTS, "id": f"{self.site}/credentials/{name}", "type": ["VerifiableCredential", f"gx:{kind}"],
            "validFrom": "2026-01-01T00:00:00Z", "validUntil": "2099-01-01T00:00:00Z",
            "credentialSubject": {"id": f"{self.site}/{name}", **subject},
        }, self.key, self.kid, NOW)  # fmt: skip

    def offer(self, number: int, draw: random.Random) -> str:
        """A signed presentation of one offer with the three credentials of its provider."""
        token = self.credential(f"offers/{number}", "ServiceOffering", {
            "type": "gx:ServiceOffering", "schema:name": f"Offre fictive n° {number}",
            "schema:description": f"Service fictif {draw.randrange(10**9)}, pour mesurer.",
            "gx:keyword": ["mesure", f"k{draw.randrange(500)}"], "gx:providedBy": {"id": f"{self.site}/person"},
            "gx:serviceOfferingTermsAndConditions": {
                "type": "gx:TermsAndConditions", "gx:hash": f"{draw.randrange(16**15):060x}",
                "gx:url": {"@value": f"{self.site}/terms/{number}", "@type": "xsd:anyURI"},
            },
        })  # fmt: skip
        return present([*self.own, token], self.key, self.kid, NOW, lasts=timedelta(days=36500))


def trusted() -> Bundle:
    """The official contexts and shapes."""
    files = {path.name: path.read_bytes() for folder in ("contexts", "shapes") for path in sorted((SHARED / folder).iterdir())}
    return read_bundle(files, vouched=True)


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
        how = Checking(Mode.STRICT, datetime.now(UTC), Terms(), shipped(), trusted())
        report = take_in(sources([folder]), store, how, NOW.date(), processes=processes)
        seconds = time.perf_counter() - begun
    own, below = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    if report.problems:
        print(report.reasons, report.problems[0])
    print(f"{report.files} files: {report.taken} taken, {report.again} again, "
          f"{report.refused} refused, {report.not_evaluated} not evaluated; "
          f"{report.statements} documents' words on a subject, {report.new} new subjects")
    print(f"{seconds:.1f} s; processor: {time.process_time() - spent:.1f} s writing, {below.ru_utime + below.ru_stime:.1f} s checking; "
          f"memory at most {own.ru_maxrss / 1024:.0f} MiB + {below.ru_maxrss / 1024:.0f} MiB for each checker")


def main() -> None:
    gc.set_threshold(*COLLECTED_AFTER)
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
