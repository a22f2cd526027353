"""Signed updates as a publisher would make them, small: one rulebook and one list, read a little later than those that ship."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date
from importlib import resources
from pathlib import Path

from egide.store.bundle_writing import make_bundle
from egide.trust.dids.identifiers import did_key
from egide.trust.keys import Kind
from egide.trust.signing import PrivateKey, new_key

BOOK = "circular-6404-sg"
CATALOGUE = {"catalogue/new.yaml": b"""
as_of: 2026-11-20
source: "Liste fictive du 20 novembre 2026"
sources:
  fictive: {issuer: ANSSI, read_on: 2026-11-20, read: secondary, text: "Liste fictive"}
offers:
  - id: nuage-fictif
    name: Nuage fictif
    provider: Prestataire fictif
    kinds: [IaaS]
    regions: [{id: fr-1, name: Paris, country: FR}]
    region_source: fictive
    qualifications:
      - {status: qualified, source: fictive, perimeter: IaaS, from: 2026-11-01, to: 2029-10-31, decision: "fictif-1", framework: "3.2"}
"""}


def publisher() -> PrivateKey:
    return new_key(Kind.ED25519)


def law(version: str = "2026-11-21", read_on: str = "2026-11-24", book: str = BOOK) -> dict[str, bytes]:
    """The rulebook that ships, with a version and a day of reading of its own."""
    return _read_again(book, "book.yaml", version, read_on)


def scheme(name: str, version: str, read_on: str) -> dict[str, bytes]:
    """The label scheme that ships, likewise."""
    return _read_again(name, "scheme.yaml", version, read_on)


def _read_again(folder: str, head: str, version: str, read_on: str) -> dict[str, bytes]:
    shipped = resources.files("egide.rulebooks") / folder
    files = {file.name: file.read_bytes().decode() for file in shipped.iterdir() if file.name.endswith(".yaml")}
    lines = files[head].splitlines()
    lines = [f'version: "{version}"' if line.startswith("version:") else line for line in lines]
    lines = [f"read_on: {read_on}" if line.startswith("read_on:") else line for line in lines]
    return {f"rulebooks/{folder}/{name}": text.encode() for name, text in (files | {head: "\n".join(lines)}).items()}


def written(
    path: Path, key: PrivateKey, edition: int = 1, files: dict[str, bytes] | None = None, name: str = "egide",
    signer: PrivateKey | None = None,
) -> Path:  # fmt: skip
    """A bundle in a file. ``signer``: whoever really signs it, in the name of ``key``."""
    signing = signer or key
    content = CATALOGUE | law() if files is None else files
    path.write_bytes(make_bundle(name, edition, date(2026, 11, 24), content, did_key(key.public), lambda said: signing.sign("EdDSA", said)))
    return path


def altered(path: Path, change: Callable[[dict[str, bytes]], object]) -> Path:
    """Another bundle beside, with something in it changed after it was signed."""
    with zipfile.ZipFile(path) as file:
        held = {name: file.read(name) for name in file.namelist()}
    change(held)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as into:
        for name, content in held.items():
            into.writestr(name, content)
    made = path.with_name(f"altered-{path.name}")
    made.write_bytes(target.getvalue())
    return made
