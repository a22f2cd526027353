"""Names that are the same each time: identifiers of objects, of controls, of files.

A UUID is derived (version 5) from what it names, so that the same subject keeps it from one export to the next.
"""

from __future__ import annotations

import re
from collections import Counter
from uuid import NAMESPACE_URL, uuid5

from egide.label.oscal.carrying import NS

SSP = "ssp.json"
CATALOG = "catalog.json"
COMPONENTS = "component-definition.json"
PLAN = "assessment-plan.json"
RESULTS = "assessment-results.json"
WHOLE = "whole-scheme"
"""The control that stands for a scheme as a whole, where OSCAL demands a control and no requirement is at hand."""

_SPACE = uuid5(NAMESPACE_URL, NS)
_TOKEN = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")


class Names:
    """UUIDs of what one dossier holds; a second thing of the same name gets another one, a second document the same ones."""

    def __init__(self, dossier: str) -> None:
        self.dossier = dossier
        self._seen: Counter[tuple[str, str]] = Counter()

    def new(self, kind: str, name: str) -> str:
        """The UUID of one more thing of that kind and name."""
        self._seen[kind, name] += 1
        return self.of(kind, name, self._seen[kind, name])

    def of(self, kind: str, name: str, nth: int = 1) -> str:
        """The UUID of the thing of that kind and name (of the first of them)."""
        return str(uuid5(_SPACE, "\0".join((self.dossier, kind, name, str(nth)))))


def control_id(requirement: str) -> str:
    """The number as a token of OSCAL, which may not begin with a digit: ``r-19.6.b``."""
    if _TOKEN.fullmatch(requirement) and not re.match(r"r-\d", requirement):
        return requirement
    if _TOKEN.fullmatch("r-" + requirement) and requirement[:1].isdigit():
        return "r-" + requirement
    return f"x-{uuid5(_SPACE, requirement)}"


def requirement_of(control: str) -> str:
    """The number that `control_id` made a token of; the token itself when it made none."""
    return control[2:] if re.match(r"r-\d", control) else control


def href(file: str) -> str | None:
    """A relative reference to the file; None when the name is not one of a file below."""
    return "".join(chr(byte) if byte in _PLAIN else f"%{byte:02X}" for byte in file.encode()) if is_below(file) else None


def file_of(reference: str) -> str | None:
    """The file below that a reference means; None when it is elsewhere or no file."""
    if ":" in reference or reference.startswith("#"):
        return None
    raw = re.sub(rb"%([0-9A-Fa-f]{2})", lambda found: bytes([int(found[1], 16)]), reference.encode())
    name = raw.decode("utf-8", "replace")
    return name if is_below(name) else None


def is_below(file: str) -> bool:
    """Whether the name is of a file in the folder or below: not absolute, no way up, no drive."""
    parts = file.replace("\\", "/").split("/")
    return bool(file) and all(part not in {"", ".", ".."} for part in parts) and ":" not in file and "\0" not in file
