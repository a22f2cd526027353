"""Two connectors and a load generator on this machine: durable negotiations, one at a time and many, against bare SQLite in the same run.

    python benchmarks/dataspace.py [--negotiations 1500]

A negotiation goes from the request to FINALIZED on both sides: authentication, schema validation, the agreement, eight messages and
answers, six transactions a side, each on the disk before it is answered. Both databases are files of SQLite in WAL mode with
synchronous FULL, as served.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import statistics
import sys
import tempfile
import threading
import time
from http.client import HTTPConnection
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.dataspace.serving import DATASET, Served, introduce

ENDED = "SELECT count(*) FROM dataspace_processes WHERE state = 'FINALIZED'"


def bare_sqlite(folder: Path, synchronous: str, seconds: float = 2.0) -> float:
    """Commits a second of one row of 1 KB, the same settings, nothing else."""
    line = sqlite3.connect(folder / f"bare-{synchronous}.db", isolation_level=None)
    line.execute("PRAGMA journal_mode=WAL")
    line.execute(f"PRAGMA synchronous={synchronous}")
    line.execute("CREATE TABLE rows (id INTEGER PRIMARY KEY, body TEXT)")
    body, begun, count = "x" * 1024, time.perf_counter(), 0
    while time.perf_counter() - begun < seconds:
        line.execute("BEGIN IMMEDIATE")
        line.execute("INSERT INTO rows (body) VALUES (?)", (body,))
        line.execute("COMMIT")
        count += 1
    line.close()
    return count / (time.perf_counter() - begun)


def cpu_seconds(served: Served) -> float:
    assert served.process is not None
    fields = Path(f"/proc/{served.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def peak_mb(served: Served) -> float:
    assert served.process is not None
    status = Path(f"/proc/{served.process.pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024


def one_at_a_time(consumer: Served, count: int) -> list[float]:
    control, took = consumer.control, []
    for _ in range(count):
        begun = time.perf_counter()
        process = control.ask("POST", "/negotiations", {"peer": "urn:example:provider", "dataset": DATASET})
        control.until(process, frozenset({"FINALIZED"}), lambda process: None)
        took.append(time.perf_counter() - begun)
    return took


def many(consumer: Served, count: int, at_once: int) -> float:
    """Seconds until all are final on the consumer's side, which is after the provider's."""
    body = json.dumps({"peer": "urn:example:provider", "dataset": DATASET})
    header = {"Authorization": f"Bearer {consumer.control._token}"}
    look = sqlite3.connect(consumer.folder / "connector.db")
    before = look.execute(ENDED).fetchone()[0]

    def begin(share: int) -> None:
        line = HTTPConnection("127.0.0.1", consumer.settings.port)
        for _ in range(share):
            line.request("POST", "/management/negotiations", body, header)
            assert line.getresponse().read()

    begun = time.perf_counter()
    threads = [threading.Thread(target=begin, args=(count // at_once,)) for _ in range(at_once)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while look.execute(ENDED).fetchone()[0] - before < count // at_once * at_once:
        time.sleep(0.02)
    return time.perf_counter() - begun


def start_seconds(served: Served) -> float:
    begun = time.perf_counter()
    served.start()
    return time.perf_counter() - begun


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--negotiations", type=int, default=1500)
    parser.add_argument("--at-once", type=int, default=16)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bare = {how: bare_sqlite(folder, how) for how in ("FULL", "NORMAL")}
        provider, consumer = introduce(folder)
        provider.start()
        started = start_seconds(consumer)
        one_at_a_time(consumer, 5)
        alone = one_at_a_time(consumer, 60)
        cpu = cpu_seconds(provider) + cpu_seconds(consumer)
        took = many(consumer, asked.negotiations, asked.at_once)
        spent = cpu_seconds(provider) + cpu_seconds(consumer) - cpu
        rate = asked.negotiations / took
        print(f"machine: {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; Python {sys.version.split()[0]}")
        print(f"start: {started:.2f} s; peak memory: {peak_mb(provider):.0f} and {peak_mb(consumer):.0f} MB")
        print(f"one at a time: p50 {statistics.median(alone) * 1000:.1f} ms, p95 {sorted(alone)[int(len(alone) * 0.95)] * 1000:.1f} ms")
        print(f"sustained: {rate:.0f} negotiations a second ({asked.negotiations}, {asked.at_once} at once); "
              f"{spent / asked.negotiations * 1000:.1f} ms of CPU each, both connectors together")
        steps = rate * 12
        print(f"durable steps a second, both databases: {steps:.0f}; bare SQLite commits a second in this run: "
              f"{bare['FULL']:.0f} FULL, {bare['NORMAL']:.0f} NORMAL")
        print(f"ratio to bare SQLite: {steps / bare['FULL']:.2f} of FULL, {steps / bare['NORMAL']:.2f} of NORMAL")
        provider.stop()
        consumer.stop()


if __name__ == "__main__":
    main()
