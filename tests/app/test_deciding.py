"""A running site decides by what is accepted now: a list that comes or goes is seen by the next question."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from egide.app.portfolio import assess
from egide.app.portfolio.deciding import Present
from egide.catalogue import dump

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_a_list_that_is_accepted_decides_at_once_and_no_longer_once_it_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EGIDE_HOME", str(tmp_path))
    present = Present()
    before = present.now()
    assert present.now() is before
    later = replace(before.offers, as_of=before.offers.as_of + timedelta(days=1))
    (tmp_path / "new.yaml").write_bytes(dump(later))
    (tmp_path / "new.yaml").replace(tmp_path / assess.CATALOGUE_FILE)
    after = present.now()
    assert after.offers.as_of == later.as_of
    assert after.digest != before.digest
    (tmp_path / assess.CATALOGUE_FILE).unlink()
    assert present.now().digest == before.digest
