"""Two connectors and a load generator on this machine: durable negotiations, one at a time and many, against bare SQLite in the same run.

    python benchmarks/dataspace.py [--negotiations 1500]

A negotiation goes from the look at the dataset to FINALIZED on both sides: authentication, schema validation, the policy, the agreement,
five requests and their answers, six durable steps a side (events of the chained log), each on the disk before it is answered; steps share
transactions. Both databases are files of SQLite in WAL mode with synchronous FULL, as served. Bytecode is there, as after `pip install`.
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

from benchmarks.measuring import compiled
from tests.dataspace.serving import DATASET, Served, introduce

ENDED = "SELECT count(*) FROM dataspace_processes WHERE state = 'FINALIZED'"


def bare_sqlite(path: Path, synchronous: str, seconds: float = 2.0) -> float:
    """Commits a second of one row of 1 KB, the same settings, nothing else."""
    line = sqlite3.connect(path, isolation_level=None)
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


def start_seconds(served: Served, times: int = 4) -> tuple[float, float]:
    """From the command to the first answer, by the clock and of the processor: the least of several. It goes on serving."""
    took: list[tuple[float, float]] = []
    for number in range(times):
        if number:
            served.stop()
        begun = time.perf_counter()
        served.start()
        took.append((time.perf_counter() - begun, cpu_seconds(served)))
    return min(one for one, _ in took), min(one for _, one in took)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--negotiations", type=int, default=1500)
    parser.add_argument("--at-once", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    print(f"machine: {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; Python {sys.version.split()[0]}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        provider, consumer = introduce(folder)
        provider.environment = consumer.environment = compiled()
        provider.start()
        wall, processor = start_seconds(consumer)
        print(f"start: {wall:.2f} s, {processor:.2f} s of the processor")
        one_at_a_time(consumer, 5)
        alone = one_at_a_time(consumer, 60)
        print(f"one at a time: p50 {statistics.median(alone) * 1000:.1f} ms, p95 {sorted(alone)[int(len(alone) * 0.95)] * 1000:.1f} ms")
        for number in range(asked.rounds):
            bare = {how: bare_sqlite(folder / f"{how}-{number}.db", how) for how in ("FULL", "NORMAL")}
            cpu = cpu_seconds(provider) + cpu_seconds(consumer)
            rate = asked.negotiations / many(consumer, asked.negotiations, asked.at_once)
            spent = cpu_seconds(provider) + cpu_seconds(consumer) - cpu
            steps = rate * 12
            print(f"sustained: {rate:.0f} negotiations a second ({asked.negotiations}, {asked.at_once} at once); "
                  f"{spent / asked.negotiations * 1000:.1f} ms of CPU each, both connectors together; load {os.getloadavg()[0]:.1f}")
            print(f"durable steps a second, both databases: {steps:.0f}; commits of bare SQLite: "
                  f"{bare['FULL']:.0f} FULL, {bare['NORMAL']:.0f} NORMAL; "
                  f"ratio {steps / bare['FULL']:.2f} and {steps / bare['NORMAL']:.2f}")
        print(f"peak memory: {peak_mb(provider):.0f} and {peak_mb(consumer):.0f} MB")
        provider.stop()
        consumer.stop()


if __name__ == "__main__":
    main()
