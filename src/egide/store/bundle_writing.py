"""Making a bundle: the same files, edition and key give the same bytes."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from egide.store.bundle import FORMAT, MANIFEST, SIGNATURE
from egide.store.canonical import canonical, digest
from egide.store.zips import is_plain_path
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date


def make_bundle(
    name: str, edition: int, made_on: date, files: Mapping[str, bytes], key: str, sign: Callable[[bytes], bytes],
) -> bytes:
    """A bundle of those files by path. ``sign`` gives the detached Ed25519 signature of the manifest with the private half of ``key``.

    Raises `InputError` on a path that not every system has.
    """
    for path in files:
        if not is_plain_path(path) or path in {MANIFEST, SIGNATURE}:
            raise InputError(N_("a path that could lead elsewhere"), Location(name, path=path))
    manifest = canonical({
        "format": FORMAT, "name": name, "edition": edition, "made_on": made_on.isoformat(), "key": key,
        "files": [{"path": path, "bytes": len(content), "sha256": digest(content)} for path, content in sorted(files.items())],
    })  # fmt: skip
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as into:
        for path, content in [(MANIFEST, manifest), (SIGNATURE, sign(manifest)), *sorted(files.items())]:
            entry = zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            into.writestr(entry, content, compresslevel=9)
    return target.getvalue()
