"""One company's answer out of a BODS file of ten million lines, as a user asks for it: time, memory, and what an interruption leaves.

    python benchmarks/ownership_long.py [LINES]

A million statements are drawn (`ownership_loading`), in groups of sixty companies; the file repeats them under other names until it is long
enough, and is deleted afterwards. The command runs as a process of its own, bytecode compiled.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from measuring import Line, in_a_process, machine, printed
from ownership_loading import statements

from egide.ownership.bods_outline import Outline

DRAWN = 1_000_000
GROUP = 60
MINUTES = 5
MIB = 2_048
NAMES = re.compile(rb'"(company|relation)-|"statementId":"')
INTERRUPTED = 130


def write(file: Path, lines: int) -> None:
    """So many statements that all differ, one on a line."""
    drawn = b"".join(line + b"\n" for line in statements(min(lines, DRAWN), group=GROUP))
    with file.open("wb") as out:
        for block in range(-(-lines // DRAWN)):
            out.write(NAMES.sub(lambda found, block=block: found[0] + b"%d-" % block, drawn))  # type: ignore[misc]


def asked(file: Path, company: str, folder: Path) -> tuple[float, float, float, str]:
    """Seconds of the clock and of the processor, MiB, and the first line of the answer."""
    start = time.perf_counter()
    with Path(folder.parent, "answer.txt").open("w+b") as out:
        run = subprocess.Popen(_command(file, company), stdout=out, cwd=folder)
        _, status, used = os.wait4(run.pid, 0)
        run.returncode = os.waitstatus_to_exitcode(status)
        clock = time.perf_counter() - start
        if run.returncode not in {0, 1, 3}:
            sys.exit(run.returncode)
        out.seek(0)
        return clock, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, out.readline().decode().strip()


def interrupted(file: Path, company: str, folder: Path) -> bool:
    """Whether Ctrl-C in the middle ends with 130 and leaves nothing."""
    run = subprocess.Popen([*_command(file, company), "--out", "answer"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder)
    time.sleep(5)
    run.send_signal(signal.SIGINT)
    return run.wait() == INTERRUPTED and not list(folder.iterdir())


def _command(file: Path, company: str) -> list[str]:
    return [sys.executable, "-m", "egide", "ownership", "show", str(file), company, "--on", "2026-11-23", "--lang", "en"]


def measure(lines: int = 10_000_000) -> list[Line]:
    with tempfile.TemporaryDirectory() as place:
        file, folder = Path(place, "statements.jsonl"), Path(place, "user")
        folder.mkdir()
        in_a_process(write, file, lines)  # the most that a process has held counts for those that it starts
        company = f"company-{max(lines // DRAWN - 1, 0)}-{min(lines, DRAWN) // 3 - GROUP // 2}"
        clock, cpu, mib, first = asked(file, company, folder)
        gone = interrupted(file, company, folder)
        outline = Outline(file.name, company)
        with file.open("rb") as stream:
            outline.read(stream, lambda done: None)
            outline.register(stream, company)
        return [
            Line(
                f"one company's answer out of a BODS file of {lines:,} lines", f"{clock:.0f} s, {mib:,.0f} MiB",
                f"at most {MINUTES} min and {MIB:,} MiB", clock <= MINUTES * 60 and mib <= MIB,
                f"{file.stat().st_size / 1e9:.1f} GB; {cpu:.0f} s of the processor, {lines / cpu:,.0f} lines a second; "
                f"{outline.told.count:,} statements stand above the company; «{first}»",
            ),
            Line("Ctrl-C in the middle of it", "130, nothing left" if gone else "something is left", "130, nothing left", gone),
        ]  # fmt: skip


def main() -> None:
    os.environ.setdefault("COLUMNS", "140")
    print(f"{machine()}\n")
    sys.exit(printed(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000)))


if __name__ == "__main__":
    main()
