"""The main job as a whole process, cold: a workbook of 250 services to page, workbook and JSON; the notes; the help.

    python benchmarks/portfolio.py [--install]

The rows are drawn: each column by itself, from the values that the example portfolio has there. With ``--install``, the
core is also installed into an empty environment, timed and weighed; that needs the package index.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

import xlsxwriter
from measuring import ROOT, Line, command_seconds, printed
from python_calamine import CalamineWorkbook

EXAMPLE = ROOT / "examples" / "portefeuille.xlsx"
HEADER_ROW = 2
ROWS = 250
EGIDE = (sys.executable, "-m", "egide")
ON = ("--on", "2026-11-23")
JUDGED = (0, 1, 3)
"""Ends of `egide assess` that say something about the services, not about the run."""


def workbook(path: Path, rows: int = ROWS, seed: int = 11) -> None:
    """A portfolio in the example's shape, every cell drawn from its column."""
    table = CalamineWorkbook.from_path(EXAMPLE).get_sheet_by_index(0).to_python()
    header, known = table[HEADER_ROW], table[HEADER_ROW + 1 :]
    chance = random.Random(seed)
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Services")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, header)
        for row in range(1, rows + 1):
            body = chance.choice(known)
            for column in range(len(header)):
                value = body[column] if header[column] in ("SIREN", "Organisme", "Statut de l’organisme") else chance.choice(known)[column]
                if column == 0:
                    sheet.write_string(row, column, f"Service {row:03}")
                elif hasattr(value, "year"):
                    sheet.write_datetime(row, column, value, day)
                else:
                    sheet.write(row, column, value)


def main_job(folder: Path) -> list[Line]:
    services = folder / "services.xlsx"
    workbook(services)
    job = [*EGIDE, "assess", services, *ON, "--force", "--out"]
    papers, processor = command_seconds([*job, folder / "papers"], JUDGED)
    with_notes, _ = command_seconds([*job, folder / "notes", "--notes"], JUDGED, times=1)
    files = [file for file in (folder / "notes").rglob("*") if file.suffix in (".docx", ".odt")]
    a_second = len(files) / with_notes
    kib = {file.suffix: file.stat().st_size // 1024 for file in (folder / "papers").iterdir()}
    return [
        Line(f"{ROWS} services, workbook to page, XLSX and JSON, whole process", f"{papers:.2f} s", "at most 3 s", papers <= 3,
             f"{processor:.2f} s of processor; " + ", ".join(f"{suffix} {size:,} KiB" for suffix, size in sorted(kib.items()))),
        Line(f"notes, DOCX and ODT, of {ROWS} services", f"{a_second:,.0f} files/s", "at least 20/s", a_second >= 20,
             f"{len(files):,} files; the {with_notes:.1f} s of the whole process counted, with all that the line above does"),
    ]  # fmt: skip


def start_up() -> Line:
    seconds, processor = command_seconds([*EGIDE, "--help"], times=7)
    return Line("`egide --help`, whole process", f"{seconds:.2f} s", "under 0.3 s", seconds < 0.3, f"{processor:.2f} s of processor")


def installed(folder: Path) -> Line:
    """The core, from the package index into an empty environment, as `pip install .` does it."""
    home = folder / "bare"
    venv.create(home, with_pip=True)
    python = home / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    before = weight(home)
    start = time.perf_counter()
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", ROOT], check=True)
    seconds = time.perf_counter() - start
    mib = (weight(home) - before) / 2**20
    return Line("core install into an empty environment", f"{mib:.0f} MiB, {seconds:.0f} s", "under 250 MB and 30 s",
                mib < 238 and seconds < 30)  # fmt: skip


def weight(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file() and not file.is_symlink())


def measure(install: bool = False) -> list[Line]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        return [*main_job(folder), start_up(), *([installed(folder)] if install else [])]


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--install", action="store_true")
    sys.exit(printed(measure(parser.parse_args().install)))
