"""The State's design system on a site, from the folder where a user of the State installed it: nothing of it is ours, and nothing ships.

It is the package `@gouvfr/dsfr` of npm. Its terms let the administration use it and nobody else: it marks the State's identity. A
version that was tried is held to its digests, so that an altered style is refused; another of the same major version is taken, and said.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from egide.app.files import read
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_

PACKAGE, MAJOR = "@gouvfr/dsfr", "1."
STYLES = ("core/core.main.min.css", "scheme/scheme.min.css", "component/logo/logo.main.min.css")
"""What pages link to: the tokens and the letters, the dark theme, the State's mark. The rest of the look is our own style over these."""
TRIED: Mapping[str, Mapping[str, str]] = {
    "1.15.3": {
        STYLES[0]: "06f0f169a0443ca0e1fce6123abac7887b078c3418a125806ea6cbc718f6dd1d",
        STYLES[1]: "44dd1092ea2b22d380294963c8d2f76cd53a044bdeb2e427d7dd07c62a0cce2e",
        STYLES[2]: "9459758ed6a6c0486eed0b0a5e64a4b51e982c1e76e8c7f36b1d83393ce767cf",
    }
}
"""Versions that the pages were looked at with, and SHA-256 of their styles."""
SERVED = re.compile("|".join([*(re.escape(name) for name in STYLES), r"fonts/[\w-]+\.woff2?", r"icons/[\w/-]+\.svg"]))
MOST_BYTES = 2 * 2**20
MEDIA = {".css": "text/css; charset=utf-8", ".woff2": "font/woff2", ".woff": "font/woff", ".svg": "image/svg+xml"}


@dataclass(frozen=True)
class Design:
    """A design system at hand. ``brand``: what the State's mark says, line by line; empty: no mark is shown."""

    folder: Path
    version: str
    digest: str
    brand: tuple[str, ...]

    @property
    def tried(self) -> bool:
        """Whether the pages were looked at with that version."""
        return self.version in TRIED

    @cached_property
    def styles(self) -> tuple[str, ...]:
        """The addresses of its styles; they change with its content."""
        return tuple(f"/design/{self.digest}/{name}" for name in STYLES)

    def file(self, digest: str, name: str) -> tuple[bytes, str] | None:
        """One of its files, and its media type; None for anything else."""
        path = (self.folder / name).resolve()
        if digest != self.digest or not SERVED.fullmatch(name) or not path.is_relative_to(self.folder.resolve()) or not path.is_file():
            return None
        return read(path, MOST_BYTES), MEDIA[path.suffix]


def design_in(place: Path, brand: str | None = None) -> Design:
    """The design system of that folder: the package's own, or its ``dist``. ``brand``: lines between ``|``. Raises `InputError`."""
    root = place if (place / "package.json").is_file() else place.parent
    at = Location(str(root / "package.json"))
    try:
        about = json.loads(read(root / "package.json", MOST_BYTES))
        name, version = str(about["name"]), str(about["version"])
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(N_("not the description of a package: {problem}"), at, values={"problem": str(error)}) from error
    if name != PACKAGE or not version.startswith(MAJOR):
        raise InputError(N_("{name} {version}, where {package} of version {major}x was expected"), at, f"npm install {PACKAGE}",
                         {"name": name[:60], "version": version[:20], "package": PACKAGE, "major": MAJOR})  # fmt: skip
    whole = hashlib.sha256()
    for style in STYLES:
        content = read(root / "dist" / style, MOST_BYTES)
        known = TRIED.get(version, {}).get(style)
        if known is not None and hashlib.sha256(content).hexdigest() != known:
            raise InputError(N_("{file} is not the one of {package} {version}: it was altered"), Location(str(root / "dist" / style)),
                             values={"file": style, "package": PACKAGE, "version": version})  # fmt: skip
        whole.update(content)
    lines = tuple(line.strip() for line in (brand or "").split("|") if line.strip())
    return Design(root / "dist", version, whole.hexdigest()[:16], lines)
