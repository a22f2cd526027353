"""Bytes to text, and values without what isn't known yet and what nobody may see.

PowerShell writes plans as UTF-16 with a byte order mark; UTF-8 and UTF-32 come with one too. What the plan marks as
sensitive is dropped here, and so is what is called like a secret: nothing after this can print it.
"""

from __future__ import annotations

import codecs
import re

from egide.infrastructure.resources import SENSITIVE, UNKNOWN
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_

MARKS = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # fmt: skip
SECRET = re.compile(
    r"(?:.*[_\-.])?(?:password|passwd|passphrase|pwd|secret|secret_?key|secret_?access_?key|access_?key|api_?key|private_?key(?:_pem)?|token|auth_?token"
    r"|credentials?|kube_?config(?:_raw|_file)?|connection_?string|client_?secret)",
    re.IGNORECASE,
)
CONTAINERS = frozenset({dict, list})
NOTHING_MARKED: dict[str, object] = {}
ENCODING = N_("not readable as {encoding} (byte {byte})")


def utf_8(content: bytes, file: str) -> bytes:
    """The same text in UTF-8, whatever Unicode encoding it came in; raises `InputError` on bytes that are no text."""
    for mark, encoding in MARKS:
        if content.startswith(mark):
            content = content[len(mark) :]
            return content if encoding == "utf-8" else _recoded(content, encoding, file)
    if content[1:2] == b"\0" and content[:1] != b"\0":
        return _recoded(content, "utf-16-le", file)
    if content[:1] == b"\0" and content[1:2] != b"\0":
        return _recoded(content, "utf-16-be", file)
    return content


def text(content: bytes, file: str) -> str:
    """The text; raises `InputError` on bytes that are none."""
    content = utf_8(content, file)
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise InputError(ENCODING, Location(file), values={"encoding": "UTF-8", "byte": error.start}) from error


def _recoded(content: bytes, encoding: str, file: str) -> bytes:
    try:
        return content.decode(encoding).encode()
    except UnicodeError as error:
        byte = getattr(error, "start", 0)
        raise InputError(ENCODING, Location(file), values={"encoding": encoding.upper(), "byte": byte}) from error


def is_secret(name: object) -> bool:
    """Whether what goes by that name is taken for a secret."""
    return isinstance(name, str) and SECRET.fullmatch(name) is not None


def told(after: object, unknown: object = False, sensitive: object = False) -> object:
    """The value with `UNKNOWN` and `SENSITIVE` where the plan marks them (``after_unknown``, ``after_sensitive``)."""
    if _marked(sensitive):
        return SENSITIVE
    if _marked(unknown):
        return UNKNOWN
    if isinstance(after, dict) or (after is None and isinstance(unknown, dict)):
        return _mapping(after or {}, unknown, sensitive)
    if isinstance(after, list) or (after is None and isinstance(unknown, list)):
        return _sequence(after or [], unknown, sensitive)
    return after


def _marked(mark: object) -> bool:
    return mark is True or mark == "true"


def _mapping(after: dict[str, object], unknown: object, sensitive: object) -> dict[str, object]:
    unknowns = unknown if isinstance(unknown, dict) else NOTHING_MARKED
    sensitives = sensitive if isinstance(sensitive, dict) else NOTHING_MARKED
    if not unknowns and not sensitives and CONTAINERS.isdisjoint(map(type, after.values())):
        return _without_secrets(after, after)  # most mappings are this plain
    values = dict(after)
    for name, value in after.items():
        if name in unknowns or name in sensitives:
            values[name] = told(value, unknowns.get(name, False), sensitives.get(name, False))
        elif type(value) is dict:
            values[name] = _mapping(value, False, False)
        elif type(value) is list:
            values[name] = _sequence(value, False, False)
    for name, mark in unknowns.items():
        if name not in values and (_marked(mark) or isinstance(mark, (dict, list))):
            values[name] = told(None, mark, sensitives.get(name, False))
    return _without_secrets(values, after)


def _without_secrets(values: dict[str, object], after: dict[str, object]) -> dict[str, object]:
    """The values that were told, less those that ``after`` has under the name of a secret; ``after`` itself is left as it is."""
    if not _PLAIN_NAMES.issuperset(after):
        hidden = {name for name, value in after.items() if name not in _PLAIN_NAMES and secret_name(name) and _holds_something(value)}
        if hidden:
            values = {**values, **dict.fromkeys(hidden, SENSITIVE)}
    if "value" in values and is_secret(values.get("name", values.get("key"))):
        values = {**values, "value": SENSITIVE}
    return values


NAMED = frozenset({"secretName", "secret_name", "name", "key", "path", "source", "target", "file", "external"})
"""Keys by which a mapping names a secret that lies elsewhere."""


def _holds_something(value: object) -> bool:
    """Whether what goes by a secret's name can be one: not nothing, not a truth value, not the name of one kept elsewhere."""
    if isinstance(value, dict):
        return not NAMED & value.keys()
    return value is not None and value != "" and not isinstance(value, bool)


def _sequence(after: list[object], unknown: object, sensitive: object) -> list[object]:
    unknowns = unknown if isinstance(unknown, list) else []
    sensitives = sensitive if isinstance(sensitive, list) else []
    if not unknowns and not sensitives:
        return after if CONTAINERS.isdisjoint(map(type, after)) else [told(value) for value in after]
    longest = max(len(after), len(unknowns))
    return [told(_at(after, index, None), _at(unknowns, index, False), _at(sensitives, index, False)) for index in range(longest)]


def _at(values: list[object], index: int, otherwise: object) -> object:
    return values[index] if index < len(values) else otherwise


_PLAIN_NAMES: set[str] = set()
_SECRET_NAMES: set[str] = set()
"""Names that are no secret's, and those that are: the same few hundred stand in every resource."""
MOST_NAMES = 10_000


def secret_name(name: str) -> bool:
    """As `is_secret`, and remembered."""
    if name in _SECRET_NAMES:
        return True
    secret = is_secret(name)
    names = _SECRET_NAMES if secret else _PLAIN_NAMES
    if len(names) < MOST_NAMES:
        names.add(name)
    return secret
