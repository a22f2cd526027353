"""What became of an offer between two days, and who stands on it."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.catalogue.saying import DAY, OFFER, STATEMENTS, moment, origin, said

from egide.catalogue.sheets import fold
from egide.catalogue.watching import What, events, touched

SINCE = DAY - timedelta(days=30)


def happened(then, now, withdrawn=None, within=90, withdrawn_then=None):
    return list(events(then, now, SINCE, DAY, within, withdrawn_then or {}, withdrawn or {}))


def test_nothing_happens_to_what_is_said_as_before():
    words = [said(99.9, by=origin(issued=-60, until=300))]
    assert happened(words, words) == []


def test_a_new_offer_is_no_change():
    assert happened([], [said(99.9, by=origin(until=300))]) == []


def test_owner_and_price_have_names_of_their_own_and_say_before_and_after():
    old, new = origin(issued=-60, until=300, document="d1"), origin(issued=-3, until=300, document="d2")
    then = [said("FR", "controlled_from", by=old), said(5, "price_hour", by=old), said(99.9, by=old)]
    now = [*then, said("US", "controlled_from", by=new), said(7, "price_hour", by=new), said(99.5, by=new)]
    found = {event.what: (event.property, event.before, event.after) for event in happened(then, now)}
    assert found == {
        What.OWNER: ("controlled_from", "FR", "US"), What.PRICE: ("price_hour", 5, 7), What.CHANGED: ("sla_percent", 99.9, 99.5),
    }  # fmt: skip


def test_what_is_no_longer_known_is_lost_and_two_who_differ_are_a_change():
    old = origin(issued=-60, until=-3)
    assert [event.what for event in happened([said(99.9, by=old)], [said(99.9, by=old)])] == [What.LOST]
    lasting = origin(issued=-60, until=300)
    other = origin("did:web:autre.example", issued=-3, until=300, document="d2", series="s2")
    (event,) = happened([said(99.9, by=lasting)], [said(99.9, by=lasting), said(99.0, by=other)])
    assert (event.what, event.after) == (What.CHANGED, None)


def test_a_document_that_ends_within_the_days_is_told_once():
    words = [said(99.9, by=origin(issued=-60, until=20)), said("x", "name", by=origin(issued=-60, until=20))]
    (event,) = happened(words, words)
    assert (event.what, event.day, len(event.because)) == (What.ENDS, DAY + timedelta(days=20), 2)
    assert happened(words, words, within=10) == []


def test_a_withdrawn_document_is_told_from_its_day():
    words = [said("x", "name", by=origin(issued=-60, until=300))]
    (event,) = happened(words, words, {"d1": DAY - timedelta(days=2)})
    assert (event.what, event.day) == (What.WITHDRAWN, DAY - timedelta(days=2))
    assert happened(words, words, {"d1": SINCE - timedelta(days=2)}, withdrawn_then={"d1": SINCE - timedelta(days=2)}) == []


def test_the_end_of_a_qualification_is_that_of_its_region():
    end = DAY + timedelta(days=7)
    words = [said(end, "qualified_to", region="par", by=origin(issued=-60, until=300)),
             said(frozenset({"par", "fra"}), "regions", by=origin(issued=-60, until=300))]
    (event,) = happened(words, words)
    assert (event.what, event.region, event.property, event.day) == (What.ENDS, "par", "qualified_to", end)


def test_who_stands_on_a_subject_is_found_by_any_chain_circles_included():
    below = {"a": {"b"}, "b": {"c", "a"}, "c": {"d"}}
    found = touched(["a", "c", "x"], lambda some: {one: below.get(one, ()) for one in some})
    assert found == {"a": {"b", "c", "d"}, "c": {"d"}, "x": set()}


@given(st.lists(STATEMENTS, min_size=1, max_size=8))
def test_an_event_is_told_exactly_where_two_sheets_differ(statements):
    found = list(events(statements, statements, SINCE, DAY, 0, {}, {}))
    for region in ("par", "fra"):
        before, after = fold(OFFER, statements, SINCE, region), fold(OFFER, statements, DAY, region)
        differ = {name for name in ("sla_percent", "countries") if before.value(name) != after.value(name)}
        told = {event.property for event in found if event.region in (None, region) and event.property}
        if any(one.region == region for one in statements):
            assert differ <= told


def test_moments_are_in_order():
    assert moment(-1) < moment(0) < moment(1)
