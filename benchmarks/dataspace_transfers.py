"""What a transfer costs beside the same file from a plain server, on loopback and in the same run; curl asks both.

    python benchmarks/dataspace_transfers.py [--megabytes 600]

The connector looks at the token, then at the transfer twice a second, and counts what goes. `fetch` computes the SHA-256 and writes the
file. The plain server is Python's own `http.server`. The median of five of each, taken in turn, as others keep the machine busy.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.dataspace.serving import EGIDE, Served, answers, free_port, introduce
from tests.dataspace.test_two_connectors import agreed, egide

STARTED = frozenset({"STARTED"})
ROUNDS = 5


def curl(*words: str) -> float:
    """Bytes a second."""
    made = subprocess.run(["curl", "-s", "-f", "-o", "/dev/null", "-w", "%{speed_download}", *words], capture_output=True, check=True)
    return float(made.stdout)


def opened(consumer: Served, agreement: str) -> list[str]:
    """What curl needs to pull under an agreement."""
    ours: dict[str, Any] = consumer.control.ask("POST", "/transfers", {"agreement": agreement, "format": "HttpData-PULL"})
    address = consumer.control.until(ours, STARTED, lambda process: None)["body"]["data-address"]
    token = next(one["value"] for one in address["endpointProperties"] if one["name"] == "authorization")
    return ["-H", f"Authorization: Bearer {token}", address["endpoint"]]


def measured(folder: Path, megabytes: int) -> None:
    """Print the figures."""
    source, terms, port = folder / "large.bin", folder / "terms.yaml", free_port()
    with source.open("wb") as made:
        for _ in range(megabytes):
            made.write(os.urandom(2**20))
    terms.write_text("allow:\n- do: use\n")
    provider, consumer = introduce(folder)
    plain = subprocess.Popen([sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1", "-d", folder],
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    try:
        with provider, consumer:
            answers(port)
            egide("offer", source, "--policy", terms, "--id", "urn:example:large", "--at", provider.folder)
            agreement = agreed(consumer, "urn:example:large")
            words = opened(consumer, agreement)
            pairs = [(curl(*words), curl(f"http://127.0.0.1:{port}/large.bin")) for _ in range(ROUNDS)]
            begun = time.perf_counter()
            fetch = [*EGIDE, "dataspace", "fetch", agreement, "--to", folder / "got", "--at", consumer.folder, "--json"]
            got = json.loads(subprocess.run(fetch, capture_output=True, check=True).stdout)
            seconds = time.perf_counter() - begun
    finally:
        plain.terminate()
        plain.wait()
    ours, theirs = (statistics.median(one) / 1e6 for one in zip(*pairs, strict=True))
    print(f"curl of the connector: {ours:.0f} MB/s; of a plain server: {theirs:.0f} MB/s; ratio {ours / theirs:.2f}")
    print("each pair:", ", ".join(f"{a / 1e6:.0f}/{b / 1e6:.0f}" for a, b in pairs))
    print(f"egide dataspace fetch, from the command to the file: {got['bytes'] / 1e6 / seconds:.0f} MB/s, {seconds:.1f} s")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=600)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as made_at:
        measured(Path(made_at), wanted.megabytes)
