"""Where a database is, told apart from the secret that opens it.

`str` and `repr` of an `Address` mask passwords; the URL with its secret leaves through `Address.secret_url` only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from egide.vocabulary.errors import InputError
from egide.vocabulary.language import N_

_CREDENTIALS = re.compile(r"(?P<before>\b[a-zA-Z][\w+.-]*://[^\s:/@]*):[^\s]*@")
_PARAMETER = re.compile(r"(?P<before>\b(?:ssl)?pass(?:word|wd)?\s*=\s*)('[^']*'|[^\s&;]+)", re.IGNORECASE)
_SCHEME = re.compile(r"^(?P<scheme>[a-zA-Z][\w+.-]*)://")
EXPECTED = N_("`{url}` is not an address of a database")
FORMS = N_("write sqlite:///path, a plain path, or postgresql://user@host/base")


def masked(text: str) -> str:
    """The text with every password of a URL or of a connection string replaced by ``***``."""
    return _PARAMETER.sub(r"\g<before>***", _CREDENTIALS.sub(r"\g<before>:***@", text))


@dataclass(frozen=True, slots=True, repr=False)
class Address:
    """One database: a file of SQLite (``path``), or a PostgreSQL server."""

    secret_url: str
    path: Path | None

    @property
    def is_file(self) -> bool:
        """SQLite, therefore."""
        return self.path is not None

    def __str__(self) -> str:
        return str(self.path) if self.path else masked(self.secret_url)

    def __repr__(self) -> str:
        return f"Address({str(self)!r})"


def read_address(url: str) -> Address:
    """The address that a person wrote. Raises `InputError` when it is none that we know; the message shows no password."""
    scheme = _SCHEME.match(url)
    if not scheme:
        return _file(url, url)
    kind, rest = scheme["scheme"].lower(), url[scheme.end():]
    if kind == "sqlite":
        if not rest.startswith("/"):
            raise InputError(EXPECTED, hint=FORMS, values={"url": masked(url)})
        return _file(unquote(rest[1:]), url)
    if kind in {"postgresql", "postgres", "postgresql+psycopg"}:
        return Address(f"postgresql+psycopg://{rest}", None)
    raise InputError(EXPECTED, hint=FORMS, values={"url": masked(url)})


def _file(path: str, url: str) -> Address:
    if not path.strip() or path == ":memory:" or "\0" in path:
        raise InputError(EXPECTED, hint=FORMS, values={"url": masked(url)})
    return Address(url, Path(path).absolute())
