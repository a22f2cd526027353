"""How fast BODS 0.4 JSON Lines become a register, beside json.loads alone, on statements that all differ.

    python benchmarks/ownership_loading.py [STATEMENTS]

The statements are invented: a third describe companies of forty countries, as 2,000 declarants state them; the others say who holds what
of whom, in exact shares and ranges, with votes, powers, histories, components and undisclosed holders, since days that differ.
"""

from __future__ import annotations

import gc
import json
import random
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from egide.ownership.bods import read_bods

if TYPE_CHECKING:
    from collections.abc import Iterator

    from egide.ownership.holdings import Register

COUNTRIES = (
    "FR", "DE", "US", "NL", "LU", "GB", "CN", "IT", "ES", "BE", "CH", "JP", "IE", "SE", "PL", "AT", "PT", "DK", "FI", "CZ", "RO", "HU",
    "GR", "SK", "BG", "HR", "LT", "SI", "LV", "EE", "CY", "MT", "NO", "IS", "LI", "CA", "SG", "IN", "BR", "KR",
)
TARGET = 150_000


def statements(count: int, seed: int = 20261123, group: int = 0) -> Iterator[bytes]:
    """Different statements, declaration by declaration as registers publish them: a company, then two of its relationships.

    A tenth of the relationships are about a company declared long before, so that circles close. With ``group``, holders and those
    companies are of the same group of so many, as in a register where not everybody holds everybody.
    """
    chance = random.Random(seed)
    for place in range(count):
        company = place // 3
        first = company // group * group if group else 0
        if place % 3 == 0:
            yield _company(chance, company)
        else:
            held = company if chance.random() < 0.9 else chance.randrange(first, company + 1)
            yield _relationship(chance, place, held, chance.randrange(first, company + 1))


def _written(chance: random.Random, record: str, kind: str, details: dict[str, object], subject: str, status: str = "new") -> bytes:
    statement = {
        "statementId": str(UUID(int=chance.getrandbits(128))), "declaration": f"decl-{chance.getrandbits(40):x}",
        "declarationSubject": subject,
        "statementDate": f"{chance.randrange(2016, 2027)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}",
        "recordId": record, "recordType": kind, "recordStatus": status, "recordDetails": details,
        "publicationDetails": {
            "publicationDate": "2026-09-01", "bodsVersion": "0.4", "license": "https://example.org/licence",
            "publisher": {"name": "Registre fictif", "url": "https://example.org"},
        },
        "source": {"type": ["selfDeclaration"], "assertedBy": [{"name": f"Déclarant fictif {chance.randrange(2_000)}"}]},
    }
    return json.dumps(statement, ensure_ascii=False, separators=(",", ":")).encode()


def _company(chance: random.Random, place: int) -> bytes:
    country = chance.choice(COUNTRIES)
    details: dict[str, object] = {
        "isComponent": False, "entityType": {"type": chance.choice(("registeredEntity",) * 8 + ("arrangement", "state"))},
        "name": f"Société fictive {chance.getrandbits(32):x}", "jurisdiction": {"name": country, "code": country},
        "identifiers": [{"id": f"{chance.getrandbits(30):09}", "scheme": "FR-INSEE"}],
        "foundingDate": f"{chance.randrange(1950, 2024)}-01-01",
        "addresses": [
            {"type": "registered", "address": f"{chance.randrange(400)} rue de l’Exemple", "country": {"name": country, "code": country}},
        ],
    }
    return _written(chance, f"company-{place}", "entity", details, f"company-{place}")


def _relationship(chance: random.Random, place: int, company: int, other: int) -> bytes:
    held, holder = f"company-{company}", f"company-{other}"
    draw = chance.random()
    low = chance.randrange(0, 90, 5)
    share: dict[str, float] = {"exact": round(chance.uniform(0, 60), chance.randrange(4))} if draw < 0.7 else (
        {"minimum": low, "exclusiveMaximum": low + chance.choice((5, 10))} if draw < 0.95 else {"exclusiveMinimum": low}
    )
    since = f"{chance.randrange(2000, 2024)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"
    interests: list[dict[str, object]] = [
        {"type": "shareholding", "directOrIndirect": "direct", "beneficialOwnershipOrControl": False, "share": share, "startDate": since},
    ]
    if chance.random() < 0.4:
        interests.append({**interests[0], "type": "votingRights"})
    if chance.random() < 0.05:
        power = chance.choice(("appointmentOfBoard", "otherInfluenceOrControl", "boardMember"))
        interests.append({"type": power, "directOrIndirect": "direct"})
    party: object = {"reason": "interestedPartyHasNotProvidedInformation"} if chance.random() < 0.03 else holder
    record = f"relation-{chance.randrange(place) if place and chance.random() < 0.03 else place}"
    details: dict[str, object] = {"isComponent": False, "subject": held, "interestedParty": party, "interests": interests}
    if chance.random() < 0.02:
        interests[0]["directOrIndirect"] = "indirect"
        details["componentRecords"] = [f"relation-{chance.randrange(place + 1)}", f"relation-{chance.randrange(place + 1)}"]
    return _written(chance, record, "relationship", details, held, "updated" if record != f"relation-{place}" else "new")


def _alone(file: Path) -> tuple[float, float]:
    """Seconds of the processor, and of the clock."""
    start, began = time.process_time(), time.perf_counter()
    with file.open("rb") as lines:
        for line in lines:
            json.loads(line)
    return time.process_time() - start, time.perf_counter() - began


def _whole(file: Path) -> tuple[float, float, Register]:
    start, began = time.process_time(), time.perf_counter()
    with file.open("rb") as lines:
        register = read_bods(lines, file.name)
    return time.process_time() - start, time.perf_counter() - began, register


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "statements.jsonl")
        with file.open("wb") as out:
            out.writelines(line + b"\n" for line in statements(count))
        print(f"{count:,} statements, {file.stat().st_size / count:.0f} bytes each; best of three runs, one after the other")
        alone, whole = [], []
        for _ in range(3):
            *took, register = _whole(file)
            whole.append(took)
            counts = len(register.parties), len(register.holdings), len(register.influences), len(register.problems)
            del register
            gc.collect()
            alone.append(_alone(file))
    (alone_cpu, alone_clock), (cpu, clock) = (map(min, zip(*times, strict=True)) for times in (alone, whole))
    print("statements per second of the processor, and by the clock")
    print(f"json.loads alone        {count / alone_cpu:>10,.0f} {count / alone_clock:>10,.0f}")
    print(f"read_bods to a register {count / cpu:>10,.0f} {count / clock:>10,.0f} (target {TARGET:,}), "
          f"{alone_cpu / cpu:.2f} × json.loads; peak of the process {peak_mib():,} MiB")
    print("{:,} parties, {:,} holdings, {:,} powers, {:,} problems kept".format(*counts))
    return 0 if count / cpu >= TARGET else 1


def peak_mib() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    raise SystemExit(main())
