"""Same, open, in part: what no source says is never taken for a yes nor for a no."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egide.catalogue.equivalents import Best, Cover, Match, Offered, Qualified, Replaced, Stand, candidate, gaps, ordered
from egide.catalogue.equivalents.knowledge import CloudService
from egide.vocabulary.findings import Verdict

from .world import coverage, offered, services

KNOWN = coverage()


@pytest.mark.parametrize(("service", "offer", "match"), [
    ("store", "whole", Match.SAME), ("store", "open", Match.OPEN), ("store", "lossy", Match.PARTIAL),
    ("suite", "whole", Match.SAME), ("suite", "lossy", Match.PARTIAL), ("base", "open", Match.OPEN),
    ("suite", "open", None), ("base", "whole", None),
])  # fmt: skip
def test_how_far_an_offer_stands_for_a_service(service: str, offer: str, match: Match | None) -> None:
    made = candidate(services()[service], offered(offer), KNOWN)
    assert (made.match if made else None) is match


def test_a_narrower_function_is_told_as_what_it_is() -> None:
    made = candidate(services()["base"], offered("open"), KNOWN)
    assert made is not None
    assert made.parts[0].near is KNOWN.functions["pg"]


def test_a_qualification_of_other_kinds_does_not_cover_and_a_source_that_says_so_does() -> None:
    store, suite = services()["store"], services()["suite"]
    assert _inside(suite, "lossy", "IaaS") is False  # mail is sold as SaaS
    assert _inside(store, "whole", "SaaS") is True  # a source says that it is covered
    assert _inside(store, "open", "IaaS") is None  # of the right kind, and nobody says that it is covered
    assert _inside(store, "open", "") is None


def _inside(service: CloudService, offer: str, kinds: str) -> bool | None:
    made = candidate(service, offered(offer, kinds=kinds), KNOWN)
    assert made is not None
    return made.inside


TRAITS = st.sets(st.sampled_from(["api", "lock"]))
COVERS = st.dictionaries(
    st.sampled_from(["store", "mail", "chat"]),
    st.tuples(TRAITS, TRAITS, st.sampled_from([True, False, None])),
)  # fmt: skip
STATUS = st.sampled_from(["qualified", "none", "in-progress", None])


def _offer(told: Mapping[str, tuple[set[str], set[str], bool | None]], status: str | None = "qualified", name: str = "o") -> Offered:
    covers = {
        one: Cover(one, frozenset(has - lacks if one == "store" else ()), frozenset(lacks if one == "store" else ()), held)
        for one, (has, lacks, held) in told.items()
    }
    return Offered(name, name, "", Qualified(status, kinds=frozenset({"IaaS"})), covers)


@given(COVERS, st.sets(st.sampled_from(["store", "mail", "chat"]), min_size=1), TRAITS)
def test_the_match_is_what_a_plain_reading_of_the_facts_says(
    told: dict[str, tuple[set[str], set[str], bool | None]], wanted: set[str], traits: set[str],
) -> None:
    does = {name: frozenset(traits) if name == "store" else frozenset[str]() for name in sorted(wanted)}
    service = CloudService("s", "S", "P", None, (), does, ())
    made = candidate(service, _offer(told), KNOWN)
    store = [
        True if one in told["store"][0] - told["store"][1] else False if one in told["store"][1] else None
        for one in traits if "store" in wanted and "store" in told
    ]  # fmt: skip
    if not wanted & set(told):
        assert made is None
        return
    assert made is not None
    if wanted - set(told) or False in store:
        assert made.match is Match.PARTIAL
    elif None in store:
        assert made.match is Match.OPEN
    else:
        assert made.match is Match.SAME


@given(st.lists(st.tuples(COVERS, STATUS), max_size=5))
def test_a_function_is_covered_only_by_what_a_source_puts_inside_a_qualification(
    offers: list[tuple[dict[str, tuple[set[str], set[str], bool | None]], str | None]],
) -> None:
    made = [_offer(told, status, f"o{place}") for place, (told, status) in enumerate(offers)]
    service = CloudService("s", "S", "P", None, (), {"store": frozenset(), "mail": frozenset()}, ())
    for gap in gaps([service], made, KNOWN):
        name, kind = gap.function.id, gap.function.kind
        held, perhaps = set(), set()
        for place, (told, status) in enumerate(offers):
            if name not in told or status not in {"qualified", None}:
                continue
            covers = told[name][2] if told[name][2] is not None else False if kind != "IaaS" else None
            if covers and status:
                held.add(f"o{place}")
            elif covers is not False:
                perhaps.add(f"o{place}")
        assert (set(gap.held), set(gap.perhaps)) == (held, perhaps)


def test_what_a_service_comes_to_is_the_worst_of_its_users_each_with_its_best_offer() -> None:
    store = services()["store"]
    stands = {
        "whole": (Verdict.FORBIDDEN, Verdict.ALLOWED), "open": (Verdict.ALLOWED, Verdict.FORBIDDEN),
        "lossy": (Verdict.UNDETERMINED, Verdict.UNDETERMINED),
    }  # fmt: skip
    made = _replaced(store, stands)
    assert made.best is Best.OPEN
    assert [(one.offer.id, count) for one, count in made.good] == [("whole", 1), ("open", 1)]
    assert _replaced(store, stands | {"open": (Verdict.FORBIDDEN, Verdict.ALLOWED)}).best is Best.PERHAPS
    never = dict.fromkeys(stands, (Verdict.FORBIDDEN, Verdict.STOP))
    assert _replaced(store, never).best is Best.NONE
    assert _replaced(store, never | {"lossy": (None, None)}).best is Best.PERHAPS


def _replaced(service: CloudService, stands: Mapping[str, tuple[Verdict | None, ...]]) -> Replaced:
    found = []
    for name, verdicts in stands.items():
        one = candidate(service, offered(name), KNOWN)
        assert one is not None
        found.append(type(one)(one.offer, one.parts, tuple(Stand(f"u{place}", it) for place, it in enumerate(verdicts))))
    return Replaced(service, (), ordered(found), ("u0", "u1"))


def test_without_users_the_qualification_decides() -> None:
    store = services()["store"]
    both = [candidate(store, offered("whole", "none"), KNOWN), candidate(store, offered("open", None), KNOWN)]
    made = Replaced(store, (), ordered(one for one in both if one))
    assert made.best is Best.PERHAPS  # the second may be qualified
    assert made.good == ()
    assert [one.offer.id for one in made.candidates] == ["open", "whole"]
