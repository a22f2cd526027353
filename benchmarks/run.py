"""All figures of docs/benchmarks.md, as Markdown: `make bench`.

python benchmarks/run.py [--without-install]
"""

from __future__ import annotations

import sys

import rego
import site_load
import sweep
from measuring import machine, printed

import ownership
import portfolio


def main() -> None:
    print(f"{machine()}\n")
    lines = [*sweep.measure(), *rego.measure(), *ownership.measure(), *portfolio.measure(install="--without-install" not in sys.argv)]
    sys.exit(printed([*lines, *site_load.measure()]))


if __name__ == "__main__":
    main()
