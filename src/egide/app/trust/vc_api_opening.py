"""A VC API made ready: whose keys, which contexts and anchors, under which address."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from egide.app.files import read
from egide.app.trust import keys
from egide.app.trust.bundle import at_hand
from egide.app.trust.vc_api import Key, VcApi, ephemeral_keys
from egide.app.trust.vc_api_kept import Journal
from egide.trust.linked.bundle import Bundled
from egide.trust.linked.known import Kind
from egide.trust.pipeline.material import material
from egide.vocabulary.errors import InputError
from egide.vocabulary.findings import Problem
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.store.connection import Store

EPHEMERAL = "ephemeral"
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - named to be told apart
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
MAX_CONTEXT_BYTES = 4 * 1024 * 1024


def opened(
    references: Sequence[str], bundles: Sequence[Path], contexts: Mapping[str, Path], base: str, clock: Callable[[], datetime],
    store: Store | None = None,
) -> tuple[VcApi, tuple[Problem, ...]]:
    """The API with these keys, what was imported and what these bundles hold, and more contexts by name.

    With it what was left out of the bundles, each by name.
    ``references``: keys by name, file or folder, or ``ephemeral`` to draw some, as without any. ``store``: where status lists are kept.
    Raises `InputError`, `UnknownKeyError`, `ExposedError`.
    """
    if store is not None and (not references or EPHEMERAL in references):
        raise InputError(N_("status lists are kept for keys that last: say which with --key"))
    found: list[Key] = []
    for reference in references or (EPHEMERAL,):
        if reference == EPHEMERAL:
            found.extend(ephemeral_keys())
        else:
            one = keys.find(reference)
            found.append(Key(one.key.method, one.signer, one.key.algorithm))
    held = at_hand(bundles)
    own = [(name, read(path, MAX_CONTEXT_BYTES)) for name, path in contexts.items()]
    named = tuple(Bundled(name, Kind.CONTEXT, hashlib.sha256(content).hexdigest(), content) for name, content in own)
    journal = None if store is None else Journal(store)
    return VcApi(found, base, material(replace(held, files=(*held.files, *named))), clock, journal), held.problems


def address(host: str, port: int, base: str | None) -> str:
    """The address under which it is reached, without a slash at its end. Raises `InputError` when ``base`` is none."""
    if base is None:
        reached = LOOPBACK[0] if host in EVERYWHERE else f"[{host}]" if ":" in host else host
        return f"http://{reached}:{port}"
    parts = urlsplit(base)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise InputError(N_("`{address}` is not the address of a server"), values={"address": base[:200]})
    return base.rstrip("/")


def names(host: str, port: int, base: str) -> tuple[str, ...]:
    """The names that it answers to: this machine's own, the one it listens on, and that of its address."""
    own = [f"{name}:{port}" for name in LOOPBACK]
    listening = [] if host in EVERYWHERE else [f"[{host}]:{port}" if ":" in host else f"{host}:{port}"]
    return tuple(dict.fromkeys([*own, *listening, urlsplit(base).netloc.lower()]))
