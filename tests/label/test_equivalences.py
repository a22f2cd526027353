"""The register of recognised equivalences is empty, and takes only dated lines with their source."""

from __future__ import annotations

from datetime import date

import pytest

from egide.label.equivalences import read_equivalences, recognised
from egide.vocabulary.errors import InputError

from .shipped_schemes import RULEBOOKS

LINE = """
  - scheme: fictitious-scheme
    level: high
    recognised_as: secnumcloud-3.2
    in_force: {{from: {start}{end}}}
    source: {{text: "Arrêté fictif", at: "{at}", read: primary}}
    read_on: 2026-11-23
"""


def register(*lines: tuple[str, str], at: str = "article 1") -> bytes:
    written = "".join(LINE.format(start=start, end=f", to: {end}" if end else "", at=at) for start, end in lines)
    return f"read_on: 2026-11-23\nequivalences:{written or ' []'}\n".encode()


def test_the_shipped_register_is_empty() -> None:
    path = RULEBOOKS / "equivalences" / "register.yaml"
    assert read_equivalences(path.read_bytes(), path.name) == ()


def test_a_recognition_holds_on_its_days_and_for_its_level_only() -> None:
    lines = read_equivalences(register(("2026-01-01", "2026-12-31")), "register.yaml")
    assert recognised(lines, "fictitious-scheme", "high", "secnumcloud-3.2", date(2026, 12, 31)) is lines[0]
    assert recognised(lines, "fictitious-scheme", "high", "secnumcloud-3.2", date(2027, 1, 1)) is None
    assert recognised(lines, "fictitious-scheme", "substantial", "secnumcloud-3.2", date(2026, 6, 1)) is None
    assert recognised((), "fictitious-scheme", "high", "secnumcloud-3.2", date(2026, 6, 1)) is None


def test_a_line_without_a_source_is_refused() -> None:
    with pytest.raises(InputError, match=r"\$\.equivalences\[0\]\.source"):
        read_equivalences(register(("2026-01-01", ""), at=" "), "register.yaml")


def test_an_unknown_key_is_refused_with_its_path() -> None:
    broken = register(("2026-01-01", "")).replace(b"level:", b"grade:")
    with pytest.raises(InputError, match=r"register\.yaml at \$\.equivalences\[0\]"):
        read_equivalences(broken, "register.yaml")


def test_two_recognitions_on_the_same_days_are_refused() -> None:
    with pytest.raises(InputError, match="hold on the same days"):
        read_equivalences(register(("2026-01-01", ""), ("2026-06-01", "")), "register.yaml")
    assert len(read_equivalences(register(("2026-01-01", "2026-05-31"), ("2026-06-01", "")), "register.yaml")) == 2
