"""What people read is kept as plain files under golden/, compared byte by byte and reviewed as prose.

``EGIDE_GOLDEN=write`` rewrites them; the difference is then read in review.
"""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = Path(__file__).parent / "golden"


def same_as_golden(name: str, content: str) -> None:
    """Hold the content against the file of that name."""
    path = FOLDER / name
    if os.environ.get("EGIDE_GOLDEN") == "write":
        FOLDER.mkdir(exist_ok=True)
        path.write_bytes(content.encode())
    assert path.read_bytes().decode() == content, f"{name} reads otherwise; EGIDE_GOLDEN=write rewrites it"
