"""Little services and what is known of the world, for tests; and drawn ones, closed so that every place is said."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st

from egide.continuity import Declared, Known
from egide.continuity.declared import At, Backup, Dependency, DependencyKind, Disruption, Entry, Provider, Rebuild, Standby, Target, Tested
from egide.continuity.form import read_continuity
from egide.planner.need_form import read_need

ON = date(2026, 11, 23)
EU = frozenset({"FR", "DE"})
NEED = """
name: Service inventé
components:
  front: {vcpu: 2, memory_gib: 4, count: 2, load_balancers: 1}
  api: {vcpu: 2, memory_gib: 4}
  base: {vcpu: 4, memory_gib: 8, block_gib: 100}
flows:
  - {from: front, to: internet, gb_per_month: 1}
  - {from: front, to: api, gb_per_month: 1}
  - {from: api, to: base, gb_per_month: 1}
"""
PROVIDERS = ("alpha", "beta", "gamma")


def declared(part: dict[str, Any] | None, need: str = NEED) -> Declared:
    return read_continuity(part, read_need(need.encode(), "service.yaml").need, "service.yaml")


def closed(**more: Any) -> dict[str, Any]:
    """Providers of whom everything is said."""
    said = {"controlled_by": [], "rests_on": [], "controlled_from": "FR", "regions": {"r": "FR", "s": "FR"}}
    return dict.fromkeys(PROVIDERS, said) | more


def whole(**more: Any) -> dict[str, Any]:
    """A declaration that leaves nothing open."""
    return {
        "targets": {one: {"rto": "4 h", "rpo": "1 h"} for one in ("software", "hardware", "zone", "region", "provider", "legal")},
        "detection": "10 min", "decision": "20 min",
        "components": {
            "front": {"at": "alpha/r/a", "keeps_data": False, "rebuild": {"takes": "30 min", "at": "beta/r/a"}},
            "api": {"at": "alpha/r/a", "keeps_data": False, "rebuild": {"takes": "1 h", "at": "beta/r/a"}},
            "base": {
                "at": "alpha/r/a",
                "standby": [{"at": "alpha/r/b", "runs": True, "lag": "10 s", "takes": "2 min", "automatic": True}],
                "backups": [{"at": "beta/r/a", "every": "30 min", "restore_at": "beta/r/a", "takes": "2 h"}],
            },
        },
        "providers": closed(),
        **more,
    }  # fmt: skip


def known(**more: Any) -> Known:
    return Known(ON, EU, **more)


_times = st.one_of(st.none(), st.integers(0, 100_000))
_zones = st.one_of(st.none(), st.sampled_from("ab"))
_places = st.builds(At, st.sampled_from(PROVIDERS), st.one_of(st.none(), st.sampled_from("rs")), _zones).map(
    lambda at: at if at.region else At(at.provider)
)
_wherever = st.one_of(st.just(At()), _places)
standbys = st.builds(
    Standby, _wherever, st.sampled_from([True, False, None]), st.sampled_from([True, False, None]), _times, _times, st.booleans(),
    st.builds(Tested, st.none(), _times),
)  # fmt: skip
_backups = st.builds(Backup, _wherever, _times, st.one_of(st.none(), _places), _times)
_rebuilds = st.one_of(st.none(), st.builds(Rebuild, _times, st.one_of(st.none(), _places)))


@st.composite
def services(draw: st.DrawFn) -> Declared:
    """Any service of a few parts, whatever is said or left unsaid of them."""
    names = [f"c{n}" for n in range(draw(st.integers(1, 4)))]
    entries = {
        name: Entry(
            draw(_wherever), None, draw(st.sampled_from([True, False, None])), draw(st.booleans()), None, draw(st.integers(1, 3)),
            draw(st.booleans()), tuple(draw(st.lists(standbys, max_size=2))), tuple(draw(st.lists(_backups, max_size=2))), draw(_rebuilds),
            draw(st.booleans()),
        )
        for name in names
    }  # fmt: skip
    pairs = st.tuples(st.sampled_from(names), st.sampled_from(names)).filter(lambda pair: pair[0] != pair[1])
    flows = tuple(draw(st.lists(pairs, max_size=6, unique=True))) if len(names) > 1 else ()
    dependencies = tuple(
        Dependency(f"d{n}", DependencyKind.DNS, draw(_wherever), None, draw(st.integers(0, 90_000)), draw(st.one_of(st.none(), standbys)))
        for n in range(draw(st.integers(0, 2)))
    )
    providers = {
        name: Provider(
            draw(st.one_of(st.none(), st.just(()), st.just(("groupe",)))), draw(st.sampled_from([None, "FR", "US"])),
            draw(st.one_of(st.none(), st.just(()), st.just(("gamma",)))), regions={"r": "FR", "s": "DE"},
        )
        for name in draw(st.sets(st.sampled_from(PROVIDERS)))
    }  # fmt: skip
    targets = {one: Target(draw(_times), draw(_times)) for one in draw(st.sets(st.sampled_from(list(Disruption))))}
    return Declared("drawn", entries, flows, targets, dependencies, providers, draw(_times), draw(_times))
