"""The declaration as people write it, and what is said of one that cannot be read."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.continuity.world import NEED, declared, whole

from egide.continuity.declared import At, Disruption, Target
from egide.continuity.spans import Span, duration_text, seconds, span_text
from egide.planner.need_form import read_need
from egide.vocabulary.errors import InputError
from egide.vocabulary.language import language


def refused(part: dict[str, Any]) -> str:
    with pytest.raises(InputError) as error:
        declared(part)
    return str(error.value)


def test_what_is_declared_is_read_in_seconds_and_places() -> None:
    made = declared(whole())
    base = made.components["base"]
    assert base.at == At("alpha", "r", "a")
    assert (base.standbys[0].lag, base.standbys[0].takes, base.backups[0].every) == (10, 120, 1800)
    assert made.targets[Disruption.REGION] == Target(4 * 3600, 3600)
    assert base.keeps_data, "it has block storage"
    assert made.components["front"].machines == 2 and made.components["front"].balanced
    assert made.needs("front") == ("api",)


def test_a_need_without_the_part_declares_nothing_and_can_still_be_planned() -> None:
    assert not any(entry.stated for entry in declared(None).components.values())
    with_part = NEED + "continuity: {anything: goes, here: [1, 2]}\n"
    assert read_need(with_part.encode(), "service.yaml").need == read_need(NEED.encode(), "service.yaml").need


@pytest.mark.parametrize(("part", "path", "said"), [
    ({"detection": "-4 h"}, "$.continuity.detection", "-4 h"),
    ({"detection": "quickly"}, "$.continuity.detection", "quickly"),
    ({"targets": {"zone": {"rto": "1 century"}}}, "$.continuity.targets.zone.rto", "1 century"),
    ({"targets": {"zone": {"rto": "900 w", "rpo": "99999 d"}}}, "$.continuity.targets.zone.rpo", "99999 d"),
    ({"targets": {"planet": {"rto": "1 h"}}}, "$.continuity", "planet"),
    ({"components": {"bas": {}}}, "$.continuity.components.bas", "bas"),
    ({"components": {"base": {"att": "a/b"}}}, "$.continuity", "att"),
    ({"components": {"base": {"at": "a/b/c/d"}}}, "$.continuity.components.base.at", "a/b/c/d"),
    ({"components": {"base": {"at": "a//b"}}}, "$.continuity.components.base.at", "a//b"),
    ({"components": {"base": {"standby": [{"takes": "-1 s"}]}}}, "$.continuity.components.base.standby[0].takes", "-1 s"),
    ({"components": {"base": {"backups": [{}, {"every": "0,3 s"}]}}}, "$.continuity.components.base.backups[1].every", "0,3 s"),
    ({"components": {"base": {"needs": ["nowhere"]}}}, "$.continuity.components.base.needs", "nowhere"),
    ({"components": {"base": {"needs": ["api"]}, "api": {"needs": ["base"]}}}, ".needs", "api → base → api"),
    ({"components": {"base": {"needs": ["base"]}}}, "$.continuity.components.base.needs", "base → base"),
    ({"dependencies": {"base": {"kind": "dns"}}}, "$.continuity.dependencies.base", "base"),
    ({"dependencies": {"dns": {"kind": "magic"}}}, "$.continuity", "magic"),
    ({"dependencies": {"dns": {"used_by": ["nowhere"]}}}, "$.continuity.dependencies.dns.used_by", "nowhere"),
    ({"parameters": {"speed": 1}}, "$.continuity.parameters.speed", "speed"),
    ({"parameters": {"restore": -1}}, "$.continuity.parameters.restore", "-1"),
    ({"exercises": [{"on": "2026-06-31", "what": "zone"}]}, "$.continuity", "exercises"),
])  # fmt: skip
def test_what_cannot_be_read_is_refused_with_its_path(part: dict[str, Any], path: str, said: str) -> None:
    refusal = refused(part)
    assert path in refusal and said in refusal


def test_a_long_list_is_refused() -> None:
    assert "501" in refused({"exercises": [{"on": "2026-01-01", "what": "zone"}] * 501})


def test_flows_may_go_round_where_needs_may_not() -> None:
    both_ways = NEED + "  - {from: base, to: api, gb_per_month: 1}\n"
    assert declared(whole(), both_ways).needs("base") == ("api",)


@given(st.integers(0, 10**8), st.sampled_from(["s", "min", "h", "d", "j", "w", "sem"]))
def test_a_duration_is_read_exactly_or_not_at_all(count: int, unit: str) -> None:
    size = {"s": 1, "min": 60, "h": 3600, "d": 86400, "j": 86400, "w": 604800, "sem": 604800}[unit]
    wanted = count * size
    assert seconds(f"{count} {unit}") == (wanted if wanted <= 20 * 366 * 86400 else None)
    assert seconds(f"-{count} {unit}") is None


def test_durations_are_said_in_both_languages() -> None:
    assert duration_text(187_200, language("fr")) == "2\u202fj 4\u202fh"
    assert span_text(Span(7200, float("inf")), language("en")) == "at least 2\u202fh"
    assert span_text(Span(0, float("inf")), language("fr")) == "non connu"
    assert span_text(Span(float("inf"), float("inf")), language("en")) == "no way back"
