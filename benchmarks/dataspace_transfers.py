"""What a transfer costs beside the same file from a plain server, over the same link and in the same run; curl asks both.

    python benchmarks/dataspace_transfers.py [--megabytes 600] [--link-megabits 1000]

The link is a relay before both servers, in a process of its own, that lets so many bits a second through, all connections together; without
it, loopback. Over a link, a transfer under way is at last suspended, another ended, and the time is taken until its connection breaks off;
the file must take the link longer than two seconds.

The connector looks at the token, then at the transfer twice a second, and counts what goes. `fetch` computes the SHA-256 and writes the
file. The plain server is Python's own `http.server`. The median of five of each, taken in turn, as others keep the machine busy.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.dataspace.serving import EGIDE, Served, answers, free_port
from tests.dataspace.test_two_connectors import agreed, egide

from egide.app.dataspace.folder import Settings, init

STARTED = frozenset({"STARTED"})
ROUNDS = 5


PIECE = 2**16


class Link:
    """So many bytes a second, whoever asks for them."""

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._free = 0.0
        self._lock = threading.Lock()

    def pour(self, source: socket.socket, target: socket.socket) -> None:
        """All that comes, at the link's pace, until one side ends."""
        with suppress(OSError):
            while piece := source.recv(PIECE):
                with self._lock:
                    self._free = max(self._free, time.perf_counter()) + len(piece) / self._rate
                    wait = self._free - time.perf_counter()
                if wait > 0.001:
                    time.sleep(wait)
                target.sendall(piece)
        for one in (source, target):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


def relay(pairs: list[tuple[int, int]], rate: float) -> None:
    """Listen at the first port of each pair and pass on to the second, until the process is ended."""
    link = Link(rate)

    def listen(at: int, behind: int) -> None:
        with socket.create_server(("127.0.0.1", at), backlog=64) as door:
            while True:
                near, _ = door.accept()
                far = socket.create_connection(("127.0.0.1", behind))
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=link.pour, args=(one, other), daemon=True).start()

    waiting = [threading.Thread(target=listen, args=pair) for pair in pairs]
    for one in waiting:
        one.start()
    for one in waiting:
        one.join()


@contextmanager
def linked(megabits: int, *behind: int) -> Iterator[list[int]]:
    """The ports by which these are reached over the link; themselves when there is none."""
    if not megabits:
        yield list(behind)
        return
    pairs = [(free_port(), port) for port in behind]
    process = multiprocessing.get_context("spawn").Process(target=relay, args=(pairs, megabits * 125_000.0), daemon=True)
    process.start()
    try:
        yield [at for at, _ in pairs]
    finally:
        process.terminate()
        process.join()


def both(folder: Path, port: int, reached_at: int) -> tuple[Served, Served]:
    """A provider that peers reach over the link, and a consumer."""
    folder.chmod(0o700)
    for name, own, at in (("provider", port, reached_at), ("consumer", own_port := free_port(), own_port)):
        made = Settings(participant=f"urn:example:{name}", address=f"http://127.0.0.1:{at}", port=own, private=True,
                        management_port=free_port())  # fmt: skip
        init(folder / name, made, folder / "provider" if name == "consumer" else None)
    return Served(folder / "provider"), Served(folder / "consumer")


def curl(*words: str) -> float:
    """Bytes a second."""
    made = subprocess.run(["curl", "-s", "-f", "-o", "/dev/null", "-w", "%{speed_download}", *words], capture_output=True, check=True)
    return float(made.stdout)


def opened(consumer: Served, agreement: str) -> tuple[str, list[str]]:
    """The consumer's name for a new transfer under an agreement, and what curl needs to pull it."""
    ours: dict[str, Any] = consumer.control.ask("POST", "/transfers", {"agreement": agreement, "format": "HttpData-PULL"})
    address = consumer.control.until(ours, STARTED, lambda process: None)["body"]["data-address"]
    token = next(one["value"] for one in address["endpointProperties"] if one["name"] == "authorization")
    return ours["pid"], ["-H", f"Authorization: Bearer {token}", address["endpoint"]]


def stopped(provider: Served, consumer: Served, agreement: str, how: str) -> float:
    """Seconds from the provider's word to the end of a connection that was pulling."""
    pid, words = opened(consumer, agreement)
    pulling = subprocess.Popen(["curl", "-s", "-o", "/dev/null", *words])
    time.sleep(1)
    assert pulling.poll() is None, "the transfer was over before it could be stopped"
    theirs = next(one for one in provider.processes() if one.peer_pid == pid)
    begun = time.perf_counter()
    provider.control.ask("POST", f"/processes/{theirs.pid}/{how}", {"reason": "benchmark"})
    pulling.wait(30)
    return time.perf_counter() - begun


def measured(folder: Path, megabytes: int, megabits: int) -> None:
    """Print the figures."""
    source, terms, plain_port, port = folder / "large.bin", folder / "terms.yaml", free_port(), free_port()
    with source.open("wb") as made:
        for _ in range(megabytes):
            made.write(os.urandom(2**20))
    terms.write_text("allow:\n- do: use\n")
    plain = subprocess.Popen([sys.executable, "-m", "http.server", str(plain_port), "--bind", "127.0.0.1", "-d", folder],
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    try:
        with linked(megabits, plain_port, port) as (plain_at, at):
            provider, consumer = both(folder, port, at)
            with provider, consumer:
                answers(plain_port)
                egide("offer", source, "--policy", terms, "--id", "urn:example:large", "--at", provider.folder)
                agreement = agreed(consumer, "urn:example:large")
                _, words = opened(consumer, agreement)
                pairs = [(curl(*words), curl(f"http://127.0.0.1:{plain_at}/large.bin")) for _ in range(ROUNDS)]
                begun = time.perf_counter()
                fetch = [*EGIDE, "dataspace", "fetch", agreement, "--to", folder / "got", "--at", consumer.folder, "--json"]
                got = json.loads(subprocess.run(fetch, capture_output=True, check=True).stdout)
                seconds = time.perf_counter() - begun
                ways = ("suspend", "terminate") if megabits else ()
                stops = {how: [stopped(provider, consumer, agreement, how) for _ in range(ROUNDS)] for how in ways}
    finally:
        plain.terminate()
        plain.wait()
    ours, theirs = (statistics.median(one) / 1e6 for one in zip(*pairs, strict=True))
    print(f"over {f'a link of {megabits} Mbit/s' if megabits else 'loopback'}, load {os.getloadavg()[0]:.1f}")
    print(f"curl of the connector: {ours:.1f} MB/s; of a plain server: {theirs:.1f} MB/s; ratio {ours / theirs:.2f}")
    print("each pair:", ", ".join(f"{a / 1e6:.0f}/{b / 1e6:.0f}" for a, b in pairs))
    print(f"egide dataspace fetch, from the command to the file: {got['bytes'] / 1e6 / seconds:.0f} MB/s, {seconds:.1f} s")
    for how, taken in stops.items():
        print(f"{how}: the connection ends within {max(taken):.2f} s, half within {statistics.median(taken):.2f} s")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=600)
    parser.add_argument("--link-megabits", type=int, default=0)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as made_at:
        measured(Path(made_at), wanted.megabytes, wanted.link_megabits)
