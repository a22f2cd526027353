"""From bytes to a message and back; what is wrong is said with its place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from egide.dataspace.messages.catalogue import Catalogue, Dataset
from egide.dataspace.messages.context import Contextual, Expand, Received, is_plain
from egide.vocabulary.errors import EgideError
from egide.vocabulary.language import N_

M = TypeVar("M", bound=msgspec.Struct)
MAX_BODY_BYTES = 1024 * 1024
"""Of a message. A policy of some thousand constraints fits."""


class UnfitMessageError(EgideError):
    """A body that is no message of the protocol, or not the one that was expected there."""

    def __init__(self, problem: str) -> None:
        super().__init__(N_("not a message of the protocol: {problem}"), {"problem": problem[:500]})
        self.problem = problem[:500]


class UnreachedContextError(UnfitMessageError):
    """A context that is named is not at hand."""


def decoded(content: bytes) -> dict[str, Any]:
    """The JSON object of a body. Raises `UnfitMessageError`."""
    if len(content) > MAX_BODY_BYTES:
        raise UnfitMessageError(f"more than {MAX_BODY_BYTES} bytes")
    try:
        return _OBJECT.decode(content)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise UnfitMessageError(str(error)) from error


def typed(body: Mapping[str, Any], kind: type[M], expand: Expand | None = None) -> M:
    """The body as a message of that kind.

    ``expand`` reads bodies whose `@context` names more than the protocol's own; without it they are read by their keys alone, as the
    protocol's protected terms allow. Raises `UnfitMessageError`.
    """
    for name in _demanded(kind):
        if name not in body:
            raise UnfitMessageError(f"required field `{name}` is missing")
    try:
        if expand is not None and "context" in kind.__struct_fields__ and not is_plain(msgspec.convert(body, Received).context):
            body = expand(body)
        return msgspec.convert(body, kind)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise UnfitMessageError(str(error)) from error


def encode(message: msgspec.Struct) -> bytes:
    """The JSON of a message."""
    return _ENCODER.encode(message)


def _demanded(kind: type[msgspec.Struct]) -> tuple[str, ...]:
    """What a message must say though our own have it by default."""
    if issubclass(kind, Contextual):
        return ("@context", "@type")
    return ("@context",) if issubclass(kind, (Dataset, Catalogue)) else ()


_OBJECT = msgspec.json.Decoder(dict[str, Any])
_ENCODER = msgspec.json.Encoder()
