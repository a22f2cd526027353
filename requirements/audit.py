"""Whether an advisory is known against anything that a site installs.

    python requirements/audit.py [--lock FILE] [--advisories FOLDER_OR_ZIP]

Asks OSV (https://osv.dev) through pip-audit, or with ``--advisories`` reads OSV's own export for PyPI (its ``all.zip``, or a folder of
its files), which can be carried to a machine without a network. Ends with 1 for findings, and 2 for a lock that can't be used. When no
source can be reached it says so, and that nothing was audited: that is no finding.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, Request, build_opener, getproxies

from packaging.version import InvalidVersion, Version

ROOT = Path(__file__).parents[1]
SHIPPED = ROOT / "requirements" / "site.txt"
OSV = os.environ.get("EGIDE_AUDIT_OSV", "https://api.osv.dev/v1/query")
SECONDS = 10
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)")
OFFLINE = "Give an export of OSV with --advisories to audit without a network."


def pins(lock: Path) -> dict[str, str]:
    """Names as registries compare them (PEP 503), with their versions."""
    found = (PIN.match(line) for line in lock.read_text("utf-8").splitlines())
    return {re.sub(r"[-_.]+", "-", one[1]).lower(): one[2] for one in found if one}


def unreachable() -> str:
    """Why the source of advisories can't be asked; empty when it can."""
    try:
        asked = Request(OSV, b'{"package":{"name":"pip","ecosystem":"PyPI"},"version":"0"}', {"Content-Type": "application/json"})  # noqa: S310
        build_opener(ProxyHandler(getproxies())).open(asked, timeout=SECONDS).close()
    except HTTPError as error:
        return f"HTTP {error.code}"
    except (URLError, OSError) as error:
        return str(getattr(error, "reason", error))
    return ""


def asked(lock: Path) -> int:
    """What pip-audit finds; 1 for findings."""
    if why := unreachable():
        print(f"NOT AUDITED: no advisory source was reached ({OSV}: {why}). {OFFLINE}")
        return 0
    command = [
        sys.executable, "-m", "pip_audit", "--requirement", str(lock), "--no-deps", "--disable-pip", "--vulnerability-service", "osv",
        "--osv-url", OSV, "--progress-spinner", "off", "--format", "json", "--desc", "off", "--timeout", str(SECONDS),
    ]  # fmt: skip
    ran = subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8")
    try:
        found = json.loads(ran.stdout)["dependencies"]
    except (json.JSONDecodeError, KeyError):
        lost = unreachable()
        print(f"NOT AUDITED: {lost or ran.stderr[-2000:]} {OFFLINE}")
        return 0 if lost else 2
    bad = [(one["name"], one["version"], vuln["id"], vuln["fix_versions"]) for one in found for vuln in one.get("vulns", ())]
    return told(lock, len(found), bad)


def read(lock: Path, advisories: Path) -> int:
    """What the export says; 1 for findings."""
    pinned, bad, seen = pins(lock), [], 0
    for one in exported(advisories):
        seen += 1
        for affected in [] if one.get("withdrawn") else one.get("affected", ()):
            package = affected.get("package", {})
            name = re.sub(r"[-_.]+", "-", str(package.get("name", ""))).lower()
            if package.get("ecosystem") == "PyPI" and name in pinned and touches(affected, pinned[name]):
                fixed = [event["fixed"] for part in affected.get("ranges", ()) for event in part["events"] if "fixed" in event]
                bad.append((name, pinned[name], one["id"], fixed))
    print(f"{seen} advisories read from {advisories}.")
    return told(lock, len(pinned), bad)


def exported(place: Path) -> Iterator[Mapping[str, Any]]:
    """Each advisory of an export."""
    if place.is_dir():
        yield from (json.loads(path.read_bytes()) for path in sorted(place.rglob("*.json")))
        return
    with zipfile.ZipFile(place) as archive:
        yield from (json.loads(archive.read(name)) for name in sorted(archive.namelist()) if name.endswith(".json"))


def touches(affected: Mapping[str, Any], version: str) -> bool:
    """Whether that version is affected: it is listed, or lies in a range (https://ossf.github.io/osv-schema/, «evaluation»)."""
    if version in affected.get("versions", ()):
        return True
    return any(within(part["events"], version) for part in affected.get("ranges", ()) if part.get("type") == "ECOSYSTEM")


def within(events: list[Mapping[str, str]], version: str) -> bool:
    """Whether the version lies between an introduction and its end. A version that can't be compared counts as affected."""
    try:
        here, inside = Version(version), False
        for event in sorted(events, key=lambda one: Version("0" if (at := next(iter(one.values()))) == "0" else at)):
            for kind, at in event.items():
                if kind == "introduced" and here >= Version(at):
                    inside = True
                elif (kind == "fixed" and here >= Version(at)) or (kind == "last_affected" and here > Version(at)):
                    inside = False
    except InvalidVersion:
        return True
    return inside


def told(lock: Path, parts: int, bad: list[tuple[str, str, str, list[str]]]) -> int:
    """Say what was found."""
    for name, version, advisory, fixed in sorted(bad):
        print(f"{name} {version}: {advisory}" + (f", mended in {', '.join(fixed)}" if fixed else ", not mended yet"))
    print(f"{parts} parts of {lock.name} audited: " + (f"{len(bad)} advisories." if bad else "no known advisory."))
    return int(bool(bad))


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--lock", type=Path, default=SHIPPED)
    options.add_argument("--advisories", type=Path)
    given = options.parse_args()
    sys.exit(read(given.lock, given.advisories) if given.advisories else asked(given.lock))
