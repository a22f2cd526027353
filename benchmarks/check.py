"""The whole command `egide check` on a plan of 5,000 resources; beside Checkov on the same file when asked.

    python benchmarks/check.py [resources] [--beside-checkov]

The plan is drawn from a seed (`check_world.py`). Checkov is installed into an environment of its own, which is thrown away; how many
resources it has examined is counted by the addresses in its report. Each resource of ours is identified, unknown with what to declare,
or without place.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from check_world import plan
from measuring import Line, command_seconds, machine, printed

RESOURCES, SEED = 5_000, 11
ENDS = (0, 1, 3)
WANTED_SECONDS, WANTED_MIB, WANTED_TIMES = 1.0, 200, 10
MEMORY = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // (1024 if sys.platform != "darwin" else 1024 * 1024))
"""


def measure(resources: int = RESOURCES, beside: bool = False) -> list[Line]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "plan.json")
        file.write_bytes(plan(resources, SEED))
        command = [sys.executable, "-m", "egide", "check", str(file), "--data", "sensitive", "--lang", "en"]
        wall, processor = command_seconds(command, accepted=ENDS)
        lines = [_ours(command, file, wall, processor, resources)]
        if beside:
            lines.append(_checkov(Path(folder), file, wall))
        return lines


def _ours(command: list[str], file: Path, wall: float, processor: float, resources: int) -> Line:
    ran = subprocess.run([sys.executable, "-c", MEMORY, *command], capture_output=True, text=True, check=True)
    code, memory = (int(one) for one in ran.stdout.split())
    if code not in ENDS:
        raise RuntimeError(f"egide check ended with {code}")
    counts = counted(file)
    note = ", ".join(f"{count:,} {what}" for what, count in counts.items())
    held = wall <= WANTED_SECONDS and memory <= WANTED_MIB and sum(counts.values()) == resources
    return Line(f"`egide check` on a plan of {resources:,} resources ({file.stat().st_size / 2**20:.0f} MiB), whole process",
                f"{wall:.2f} s, {memory} MiB", f"at most {WANTED_SECONDS:.0f} s and {WANTED_MIB} MiB", held,
                f"{processor:.2f} s of processor; {note}")  # fmt: skip


def counted(file: Path) -> Counter[str]:
    """How many resources are identified, and how many are not, on purpose."""
    from datetime import date  # noqa: PLC0415

    from egide.app.infrastructure.finding import read_infrastructure  # noqa: PLC0415
    from egide.catalogue import shipped  # noqa: PLC0415

    read = read_infrastructure([file], date(2026, 11, 23), shipped())
    counts: Counter[str] = Counter()
    for one in read.resources:
        standing = one.standing
        if standing.nowhere:
            counts["without place"] += 1
        elif standing.country and standing.provider_party:
            counts["identified"] += 1
        elif standing.declare:
            counts["unknown, with what to declare"] += 1
        elif standing.country:
            counts["with country, operator not in the catalogue"] += 1
    return counts


def _checkov(folder: Path, file: Path, ours: float) -> Line:
    environment = folder / "checkov"
    subprocess.run([sys.executable, "-m", "venv", environment], check=True)
    bin_ = environment / ("Scripts" if sys.platform == "win32" else "bin")
    subprocess.run([bin_ / "python", "-m", "pip", "install", "-q", "checkov"], check=True)
    version = subprocess.run([bin_ / "checkov", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    command = [bin_ / "checkov", "-f", file, "--framework", "terraform_plan", "--output", "json", "--quiet", "--skip-download"]
    taken = []
    for _ in range(2):
        start = time.perf_counter()
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        taken.append(time.perf_counter() - start)
    report = json.loads(ran.stdout)
    results = report.get("results", {}) if isinstance(report, dict) else {}
    seen = {check["resource"] for kind in ("passed_checks", "failed_checks") for check in results.get(kind, [])}
    by_provider = Counter(one.split(".")[-2].split("_")[0] for one in seen if "." in one)
    times = min(taken) / ours
    return Line("the same beside Checkov", f"{times:.0f} × faster", f"at least {WANTED_TIMES} ×", times >= WANTED_TIMES,
                f"Checkov {version}: {min(taken):.1f} s, the second run; it has examined {len(seen):,} resources "
                f"({', '.join(f'{count:,} {name}' for name, count in by_provider.most_common())})")  # fmt: skip


def main() -> None:
    print(f"{machine()}\n")
    numbers = [int(one) for one in sys.argv[1:] if one.isdigit()]
    sys.exit(printed(measure(*numbers[:1] or [RESOURCES], beside="--beside-checkov" in sys.argv)))


if __name__ == "__main__":
    main()
