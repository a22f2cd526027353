"""What an answer means, when a message goes again, and when a peer is left alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egide.dataspace.processes.sending import EARLY_ATTEMPTS, LONGEST_PAUSE_SECONDS, PATIENCE, Fate, outcome, pause
from egide.dataspace.wire.breaker import MOST_SECONDS, OPENS_AFTER, Breaker
from egide.dataspace.wire.client import Answer
from egide.dataspace.wire.reach import Reach, UnreachableError

YOUNG = timedelta(seconds=1)


def answered(status: int, body: bytes = b"", **headers: str) -> Answer:
    return Answer(status, headers, body)


@pytest.mark.parametrize("status", [200, 201, 204])
def test_a_message_that_was_taken_has_arrived(status: int) -> None:
    assert outcome(answered(status), 0, YOUNG, opening=True).fate is Fate.ARRIVED


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503])
def test_a_fault_of_the_peer_is_tried_again_for_a_day(status: int) -> None:
    assert outcome(answered(status), 50, YOUNG, opening=False).fate is Fate.LATER
    late = outcome(answered(status), 50, PATIENCE * 2, opening=False)
    assert late.fate is Fate.REFUSED
    assert late.reason and late.reason["code"] == "given-up"


def test_a_process_that_the_peer_does_not_know_yet_is_tried_again_and_not_for_ever() -> None:
    assert outcome(answered(404), 0, YOUNG, opening=False).fate is Fate.LATER
    assert outcome(answered(404), EARLY_ATTEMPTS, YOUNG, opening=False).fate is Fate.REFUSED
    assert outcome(answered(404), 0, YOUNG, opening=True).fate is Fate.REFUSED


def test_a_refusal_says_what_the_peer_said() -> None:
    found = outcome(answered(400, b'{"code": "99", "reason": ["License model does not fit."]}'), 0, YOUNG, opening=False)
    assert found.fate is Fate.REFUSED
    assert found.reason == {"code": "peer-refused", "text": "HTTP 400: 99 License model does not fit."}


@given(st.integers(0, 10_000))
def test_pauses_grow_and_stay_within_bounds(attempts: int) -> None:
    assert 0 < pause(attempts, OSError()) <= LONGEST_PAUSE_SECONDS * 1.25


def test_a_peer_that_says_when_is_taken_at_its_word_within_bounds() -> None:
    assert pause(0, answered(503, **{"retry-after": "7"})) == 7
    assert pause(0, answered(503, **{"retry-after": "99999999"})) == LONGEST_PAUSE_SECONDS


def test_a_peer_that_fails_again_and_again_is_left_alone_then_tried_by_one() -> None:
    breaker = Breaker()
    for _ in range(OPENS_AFTER):
        assert breaker.wait_seconds(0) == 0
        breaker.failed(0)
    assert breaker.wait_seconds(0.5) > 0
    assert breaker.wait_seconds(1000) == 0
    assert breaker.wait_seconds(1000) > 0, "only one tries the way"
    breaker.failed(1000)
    assert breaker.wait_seconds(1000.5) > 0
    assert breaker.wait_seconds(2000) == 0
    assert breaker.answered()
    assert breaker.wait_seconds(2000) == 0 == breaker.failures
    assert not breaker.answered()


def test_many_that_fail_together_do_not_make_a_peer_wait_longer() -> None:
    breaker = Breaker()
    for _ in range(500):
        breaker.failed(0)
    assert breaker.failures == OPENS_AFTER
    assert breaker.wait_seconds(0) <= 1


@given(st.integers(OPENS_AFTER, 200))
def test_however_often_it_fails_the_peer_is_tried_within_minutes(failures: int) -> None:
    breaker = Breaker()
    for _ in range(failures):
        breaker.wait_seconds(breaker.until)
        breaker.failed(0)
    assert breaker.wait_seconds(MOST_SECONDS) == 0


@pytest.mark.parametrize("address", [
    "http://provider.example/dsp", "https://127.0.0.1/dsp", "https://localhost/x", "https://[::1]/x", "https://10.0.0.8/x",
    "https://169.254.169.254/latest", "https://[::ffff:127.0.0.1]/x", "ftp://provider.example", "https://user:pw@provider.example/",
    "https://provider.example/a b", "https://provider.example/?q=1", "https:///x", "not an address", "https://provider.example:99999/",
    "https://" + "a" * 3000 + ".example",
])  # fmt: skip
def test_an_address_that_a_peer_must_not_have_us_speak_to_is_refused(address: str) -> None:
    with pytest.raises(UnreachableError):
        Reach().place(address)


def test_a_public_address_is_taken_apart_and_a_slash_at_its_end_left_out() -> None:
    place = Reach().place("https://provider.example:8443/a/dsp/")
    assert (place.host, place.port, place.path, place.origin) == ("provider.example", 8443, "/a/dsp", "https://provider.example:8443")


def test_a_trial_may_speak_to_this_machine() -> None:
    assert Reach(private=True).place("http://127.0.0.1:8181/dsp").port == 8181
