"""Prints what the documentation can say of itself: the rules from the rulebooks, the reference from the code.

`make docs` writes the pages; a test fails when what is written is no longer what would be printed.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import print_reference
import print_rules

HERE = Path(__file__).parent
PRINTED = ("rules", "reference")
"""Folders that hold nothing else."""


def pages() -> dict[str, str]:
    """Every printed page by its path under docs/."""
    return {**print_rules.pages(HERE.parent / "cases"), **print_reference.pages(HERE.parent / "src/egide")}


def stale() -> list[str]:
    """What is written and should not be, or should be and is not, or differs."""
    wanted = pages()
    written = {path.relative_to(HERE).as_posix() for folder in PRINTED for path in (HERE / folder).rglob("*") if path.is_file()}
    differing = {name for name in written & wanted.keys() if (HERE / name).read_text("utf-8") != wanted[name]}
    return sorted((written ^ wanted.keys()) | differing)


def main() -> None:
    wanted = pages()
    for name in stale():
        path = HERE / name
        if name not in wanted:
            path.unlink()
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted[name], "utf-8", newline="\n")
        print(f"docs/{name}")


if __name__ == "__main__":
    main()
