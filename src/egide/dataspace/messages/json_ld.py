"""Bodies whose `@context` names more than the protocol's own, brought to the plain form (JSON-LD 1.1: expand, then compact).

The protocol's contexts are used only when their bytes have the digest that we ship; others come from whoever opens the connector. A
context that is not at hand makes the message unreadable, and is named: nothing is ever fetched.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from threading import Lock
from typing import Any

from egide.dataspace.messages.context import CONTEXT, DIGESTS, MINE, Expand
from egide.dataspace.messages.reading import UnfitMessageError, UnreachedContextError

MOST_CONTEXTS = 8


def expander(contexts: Mapping[str, bytes]) -> Expand:
    """``contexts``: names to the bytes of the files. Raises `ValueError` for a copy of the protocol's that is not the published one."""
    for name, digest in DIGESTS.items():
        if name in contexts and hashlib.sha256(contexts[name]).hexdigest() != digest:
            raise ValueError(f"{name} is not the published file")
    loaded = {name: json.loads(content) for name, content in contexts.items()}
    one_at_a_time = Lock()

    def expand(body: Mapping[str, Any]) -> Mapping[str, Any]:
        named = body.get("@context")
        if not isinstance(named, list) or len(named) > MOST_CONTEXTS:
            raise UnfitMessageError(f"`@context` is not an array of at most {MOST_CONTEXTS} names")
        for one in (*named, CONTEXT):
            if one not in loaded:
                raise UnreachedContextError(f"the context {one} is not at hand")
        with one_at_a_time:
            return {**_compacted(dict(body), loaded), "@context": list(MINE)}

    return expand


def _compacted(body: dict[str, Any], loaded: Mapping[str, Any]) -> dict[str, Any]:
    from pyld import jsonld  # type: ignore[import-untyped]  # noqa: PLC0415 - only a body with foreign names needs it

    def load(name: str, _options: object = None) -> dict[str, Any]:
        if name not in loaded:
            raise UnreachedContextError(f"the context {name} is not at hand")
        return {"contextUrl": None, "documentUrl": name, "document": loaded[name], "tag": "static"}

    options = {"documentLoader": load, "base": None}
    try:
        compact: dict[str, Any] = jsonld.compact(body, CONTEXT, options)
    except (jsonld.JsonLdError, RecursionError) as error:
        cause = error.__cause__
        while cause is not None:
            if isinstance(cause, UnfitMessageError):
                raise cause from error
            cause = cause.__cause__
        raise UnfitMessageError(str(error).splitlines()[0]) from error
    return compact
