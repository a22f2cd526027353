"""How figures are taken and printed."""

from __future__ import annotations

import atexit
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

try:
    import resource
except ImportError:  # not on Windows
    resource = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

P = ParamSpec("P")
T = TypeVar("T")
ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Line:
    """One figure: what was measured, what came out, what was wanted."""

    what: str
    figure: str
    target: str
    held: bool
    note: str = ""


def machine() -> str:
    """The machine and the day's load, as the figures depend on both."""
    load = f", load {os.getloadavg()[0]:.1f} when begun" if hasattr(os, "getloadavg") else ""
    return f"{os.cpu_count()} cores ({platform.machine()}), {platform.system()}, Python {platform.python_version()}{load}"


def peak_mib() -> float:
    """The most memory this process has held."""
    if resource is None:
        return float("nan")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def in_a_process(work: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
    """The result of the work, done in a fresh process."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *args, **named).result()


def best_seconds(work: Callable[[], object], times: int = 3) -> float:
    """The shortest of several runs: the one that others on the machine disturbed least."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return min(taken)


def command_seconds(command: Sequence[str | Path], accepted: Sequence[int] = (0,), times: int = 3) -> tuple[float, float]:
    """The shortest wall time of a whole command, and the least processor time it took.

    Each run is a new process. Bytecode is there, as it is after `pip install`: a first run, not counted, compiles it.
    """

    def run() -> None:
        done = subprocess.run([str(part) for part in command], capture_output=True, cwd=ROOT, env=compiled(), check=False)
        if done.returncode not in accepted:
            raise RuntimeError(f"{command} ended with {done.returncode}: {done.stderr[-500:]!r}")

    run()
    wall, processor = [], []
    for _ in range(times):
        before = os.times()
        wall.append(best_seconds(run, 1))
        after = os.times()
        processor.append(after.children_user - before.children_user + after.children_system - before.children_system)
    return min(wall), min(processor)


@cache
def compiled() -> dict[str, str]:
    """The environment, with a folder of its own for bytecode."""
    folder = tempfile.mkdtemp(prefix="egide-bench-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | {"PYTHONPYCACHEPREFIX": folder}


def printed(lines: Sequence[Line]) -> int:
    """The figures as a Markdown table; 1 when one missed its target."""
    print("| measured | figure | target | |\n|---|---|---|---|")
    for line in lines:
        print(f"| {line.what} | {line.figure} | {line.target} {'' if line.held else '(missed)'} | {line.note} |")
    return 0 if all(line.held for line in lines) else 1
