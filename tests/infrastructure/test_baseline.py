"""A baseline accepts what was known until it changes: not another line, but another place or another name."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.infrastructure.code_world import AWS, ON, OUTSCALE_PARIS, STATE, deployment, found, resource, run, tidy

from egide.app.infrastructure.check import baseline_of, check
from egide.infrastructure.baseline import apply_baseline, read_baseline
from egide.infrastructure.resources import Read, Resource, Where
from egide.vocabulary.errors import InputError

WEB = resource("aws_instance.web", AWS, line=3)


def after(accepted: list[Resource], now: list[Resource]) -> tuple[list[str], int]:
    """Rules that still stand, and how many accepted findings are gone."""
    known = read_baseline(baseline_of(run(accepted)), "baseline.json")
    standing, _, gone = apply_baseline(found(now), known, "baseline.json")
    return [one.rule for one in standing], gone


def test_what_was_accepted_no_longer_stands() -> None:
    assert after([WEB], [WEB]) == ([], 0)


def test_another_line_changes_nothing_and_another_place_is_another_finding() -> None:
    moved = replace(WEB, where=Where("./main.tf", 40, "x"))
    assert after([WEB], [moved])[0] == []
    elsewhere = replace(WEB, standing=OUTSCALE_PARIS)
    assert "hosting" in after([WEB], [elsewhere])[0]


def test_another_name_called_is_another_finding() -> None:
    before = deployment("app", {**tidy(), "image": "ghcr.io/a/b:1"})
    same = deployment("app", {**tidy(), "image": "ghcr.io/a/b:2"})
    other = deployment("app", {**tidy(), "image": "quay.io/a/b:1"})
    assert after([before], [same])[0] == []
    assert after([before], [other])[0] == ["reach-registry"]


def test_what_is_found_no_more_is_counted() -> None:
    assert after([WEB, resource("aws_instance.old", AWS)], [WEB])[1] == 1


def test_the_file_holds_no_line_and_is_the_same_whatever_the_order() -> None:
    other = resource("aws_instance.b", AWS, line=9)
    assert baseline_of(run([WEB, other])) == baseline_of(run([other, WEB]))
    assert b'"line"' not in baseline_of(run([WEB]))


def test_set_aside_findings_say_where_they_were_accepted(tmp_path: Path) -> None:
    path = tmp_path / "known.json"
    path.write_bytes(baseline_of(run([WEB])))
    checked = check(Read((WEB,)), STATE, ON, lines={}, baseline=path).checked
    assert not checked.standing
    assert {one.by.kind for one in checked.suppressed} == {"baseline"}


OTHERS = [b"", b"{", b"[]", b'{"schema": "egide/other/1", "on": "2026-11-23", "findings": []}', b'{"schema": "egide/check-baseline/1"}']


@pytest.mark.parametrize("content", OTHERS)
def test_another_file_is_refused(content: bytes) -> None:
    with pytest.raises(InputError):
        read_baseline(content, "baseline.json")
