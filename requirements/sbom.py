"""What a site installs, as a bill of materials: CycloneDX 1.6 in JSON, with the licence and the dependencies of each part.

    python requirements/sbom.py [LOCK] [OUT]

The parts and their versions are those that the lock pins and this environment holds; what only the workshop needs is left out. The
bytes depend on nothing else, so that two who make it alike get the same file.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)")
SHIPPED, OUT = ROOT / "requirements" / "site.txt", ROOT / "out" / "sbom" / "egide-site.cdx.json"


def bill(lock: Path) -> dict[str, Any]:
    """The bill of what the lock names."""
    command = [sys.executable, "-m", "cyclonedx_py", "environment", "--pyproject", str(ROOT / "pyproject.toml"), "--output-reproducible",
               "--no-validate", "--of", "JSON", sys.executable]  # fmt: skip
    whole = json.loads(subprocess.run(command, capture_output=True, text=True, check=True, encoding="utf-8").stdout)
    pinned = {plain(found[1]): found[2] for line in lock.read_text("utf-8").splitlines() if (found := PIN.match(line))}
    kept = [one for one in whole["components"] if pinned.get(plain(one["name"])) == one["version"]]
    refs = {one["bom-ref"] for one in kept} | {whole["metadata"]["component"]["bom-ref"]}
    links = [
        {"ref": one["ref"], **({"dependsOn": below} if (below := [ref for ref in one.get("dependsOn", ()) if ref in refs]) else {})}
        for one in whole["dependencies"] if one["ref"] in refs
    ]  # fmt: skip
    return {**whole, "components": kept, "dependencies": links}


def plain(name: str) -> str:
    """The name as registries compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def main(lock: Path = SHIPPED, out: Path = OUT) -> None:
    made = bill(lock)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(made, indent=1, ensure_ascii=False, sort_keys=True) + "\n", "utf-8")
    print(f"{len(made['components'])} parts of {lock.name}: {out}")


if __name__ == "__main__":
    main(*(Path(word) for word in sys.argv[1:]))
