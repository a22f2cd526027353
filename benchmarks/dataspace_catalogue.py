"""A catalogue of 10,000 datasets under 3,000 distinct policies, read page by page by a peer over HTTP.

    python benchmarks/dataspace_catalogue.py [--datasets 10000] [--policies 3000]

Every other offer is under an access policy, which is put to the peer at each page. Queries are counted in this process, on the same
database.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from sqlalchemy import event
from tests.dataspace.serving import CONTEXT, Served, introduce

from egide.app.dataspace.folder import open_database
from egide.dataspace.offering.offered import PULL, Offer, Offered, page, put

BODY = f'{{"@context":["{CONTEXT}"],"@type":"CatalogRequestMessage"}}'
ACCESS = {"permission": [{"action": "use", "constraint": [{"leftOperand": "dateTime", "operator": "lt", "rightOperand": "2999-01-01"}]}]}


def policy(number: int) -> dict[str, object]:
    """One of the distinct policies, with three conditions."""
    conditions = [
        {"leftOperand": "purpose", "operator": "isAnyOf", "rightOperand": [f"purpose-{number}", "research"]},
        {"leftOperand": "dateTime", "operator": "lt", "rightOperand": f"20{30 + number % 60}-01-01"},
        {"leftOperand": "urn:egide:policy:partyLabel", "operator": "eq", "rightOperand": "secnumcloud"},
    ]
    return {"permission": [{"action": "use", "constraint": conditions}]}


def fill(folder: Path, datasets: int, policies: int) -> None:
    with open_database(folder) as store, store.write() as tx:
        for number in range(datasets):
            name = f"urn:example:dataset:{number:06d}"
            access = ACCESS if number % 2 else None
            offer = Offer(f"{name}:offer", policy(number % policies), "definition", access)
            put(tx, Offered(name, f"Courbe {number}", "/nowhere", [PULL], [offer], datetime.now(UTC), media_type="text/csv"))


def pages(served: Served, token: str) -> Iterator[tuple[float, int]]:
    """Seconds and bytes of each page, to the last."""
    line = HTTPConnection("127.0.0.1", served.settings.port)
    path: str | None = "/dsp/catalog/request?limit=100"
    while path:
        begun = time.perf_counter()
        line.request("POST", path, BODY, {"Authorization": f"Bearer {token}"})
        answer = line.getresponse()
        content = answer.read()
        assert answer.status == 200, content
        yield time.perf_counter() - begun, len(content)
        link = answer.getheader("link")
        path = "/dsp" + link.partition("/dsp")[2].partition(">")[0] if link else None


def queries(folder: Path) -> int:
    """Statements that a page of a hundred costs."""
    counted: list[str] = []
    with open_database(folder) as store, store.read() as tx:
        event.listen(tx.connection, "before_cursor_execute", lambda *said: counted.append(said[2]))
        assert len(page(tx, "urn:example:dataset:005000", 100)) == 100
    return len(counted)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--datasets", type=int, default=10_000)
    parser.add_argument("--policies", type=int, default=3_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        provider, consumer = introduce(Path(name))
        begun = time.perf_counter()
        fill(provider.folder, asked.datasets, asked.policies)
        filled = time.perf_counter() - begun
        with provider:
            token = consumer.settings.peers[0].receives
            for told in ("first reading", "second reading"):
                took = sorted(pages(provider, token))
                seconds = [one for one, _ in took]
                print(f"{told}: {len(took)} pages; p50 {statistics.median(seconds) * 1000:.0f} ms, "
                      f"p95 {seconds[int(len(seconds) * 0.95)] * 1000:.0f} ms, worst {seconds[-1] * 1000:.0f} ms; "
                      f"{statistics.mean(size for _, size in took) / 1024:.0f} KB a page")
        print(f"machine: {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; filled in {filled:.1f} s; "
              f"queries a page: {queries(provider.folder)}")


if __name__ == "__main__":
    main()
