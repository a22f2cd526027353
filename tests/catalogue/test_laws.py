"""Laws that hold for every catalogue, whatever its lines."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from egide.catalogue import dump, facts_on, read_catalogue
from egide.vocabulary.facts import Claim
from egide.vocabulary.language import Text
from egide.vocabulary.offers import Catalogue, Offer, Period, Qualification, Region

from .world import AS_OF, catalogue, line, offer, region

DAYS = st.dates(date(2020, 1, 1), date(2032, 1, 1))
MAYBE_DAYS = st.none() | DAYS
WORDS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=20).map(str.strip).filter(bool)
REGIONS = ("un", "deux")


@st.composite
def lines(draw: st.DrawFn, as_of: date | None = None) -> Qualification:
    start, end = draw(MAYBE_DAYS), draw(MAYBE_DAYS)
    if start and end and end < start:
        start, end = end, start
    return line(start, end, draw(st.none() | st.sampled_from("12345")), draw(st.sampled_from(("qualified", "in-progress"))),
                draw(st.none() | st.sampled_from((("un",), ("deux",), REGIONS))),
                as_of or draw(st.dates(date(2026, 9, 1), date(2026, 12, 31))), draw(st.sampled_from((None, "3.1", "3.2"))))


def world(*some: Qualification, as_of: date = AS_OF) -> tuple[Offer, Catalogue]:
    one = offer(*some, regions=tuple(region(name, "FR") for name in REGIONS))
    return one, catalogue(one, as_of=as_of)


def status(one: Offer, whole: Catalogue, where: str | None, on: date) -> object:
    return facts_on(one, where, on, whole)["offer.qualification"].value


@given(st.lists(lines(), max_size=5), st.sampled_from((None, *REGIONS, "autre")), DAYS)
def test_nothing_is_said_before_the_first_reading_but_what_a_dated_line_says(
    some: list[Qualification], where: str | None, on: date,
) -> None:
    one, whole = world(*some)
    if on >= whole.readings[0]:
        return
    told = status(one, whole, where, on)
    assert told not in ("none", "expired")
    dated = [known for known in some if known.start and known.start <= on]
    if told is not None:
        assert any(known.status == told for known in dated)


@given(st.lists(lines(), max_size=5), st.sampled_from((None, *REGIONS, "autre")), DAYS)
def test_qualified_always_rests_on_a_complete_line_that_covers_the_day_and_the_region(
    some: list[Qualification], where: str | None, on: date,
) -> None:
    one, whole = world(*some)
    if status(one, whole, where, on) == "qualified":
        assert any(
            known.status == "qualified" and known.decision and known.start and known.end and known.start <= on <= known.end
            and (known.regions is None or where is None or where in known.regions) for known in some
        )


@given(st.lists(lines(AS_OF), max_size=4), lines(AS_OF), st.sampled_from((*REGIONS, "autre")), DAYS)
def test_adding_a_line_changes_nothing_in_a_region_that_it_does_not_name(
    some: list[Qualification], more: Qualification, where: str, on: date,
) -> None:
    if more.regions is None or where in more.regions:
        return
    assert status(*world(*some), where, on) == status(*world(*some, more), where, on)


@given(st.lists(lines(AS_OF), max_size=4), DAYS, DAYS, st.sampled_from((*REGIONS, "autre")), DAYS)
def test_adding_a_complete_line_qualifies_no_day_outside_its_dates(
    some: list[Qualification], start: date, end: date, where: str, on: date,
) -> None:
    if end < start or start <= on <= end:
        return
    before, after = status(*world(*some), where, on), status(*world(*some, line(start, end, "new")), where, on)
    assert after != "qualified" or before == "qualified"
    assert before != "qualified" or after == "qualified"


@given(st.lists(lines(AS_OF), max_size=4), st.sampled_from((*REGIONS, "autre")), st.integers(1, 90), DAYS)
def test_a_newer_reading_never_changes_what_was_qualified_before_it(some: list[Qualification], where: str, later: int, on: date) -> None:
    day = AS_OF + timedelta(days=later)
    if on >= day:
        return
    one, whole = world(*some, line(date(2019, 1, 1), date(2019, 6, 1), "other", as_of=day), as_of=day)
    assert (status(*world(*some), where, on) == "qualified") == (status(one, whole, where, on) == "qualified")


CLAIMS = st.tuples(
    st.builds(lambda start, days: Period(start, start + timedelta(days=days) if start and days else None), MAYBE_DAYS, st.integers(0, 900)),
    st.sampled_from((None, *REGIONS)),
    st.builds(Claim, st.just("offer.hds_certified"), st.booleans(), WORDS, DAYS, WORDS, st.sampled_from(("primary", "secondary")))
    | st.builds(Claim, st.just("offer.controlled_from"), st.sampled_from(("FR", "NO", "US")), WORDS, DAYS, WORDS, st.just("primary")),
)
OFFERS = st.builds(
    lambda name, provider, some, claims, kinds, note: Offer(
        "nuage-fictif", name, provider, kinds, tuple(Region(known, known, "NO", (), "page", "secondary", AS_OF) for known in REGIONS),
        (), tuple(claims), tuple(some), (), note),
    WORDS, WORDS, st.lists(lines(), max_size=3), st.lists(CLAIMS, max_size=4),
    st.sampled_from(((), ("IaaS",), ("PaaS", "SaaS"))), st.none() | st.builds(Text, WORDS, WORDS),
)


@given(OFFERS, WORDS)
def test_what_is_written_is_read_back_equal(one: Offer, source: str) -> None:
    whole = Catalogue(AS_OF, (one,), source)
    assert read_catalogue({"mine.yaml": dump(whole)}) == whole
