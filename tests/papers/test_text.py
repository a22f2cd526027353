"""The sentences that all papers share, read aloud."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from egide.papers import text
from egide.papers.deadlines import next_clock
from egide.vocabulary.errors import Location
from egide.vocabulary.facts import FACTS
from egide.vocabulary.findings import Assessment, Change, EligibleOffer, Reason, Verdict

from .test_actions import some_services
from .world import OFFERS, ON, world


def of(*verdicts: Verdict) -> Assessment:
    """One service of the world for each verdict asked."""
    kept = [next(one for one in world().decisions if one.verdict is verdict) for verdict in verdicts]
    return replace(world(), decisions=tuple(kept))


@pytest.mark.parametrize(
    ("verdicts", "sentence"),
    [
        (
            (Verdict.FORBIDDEN,) * 2 + (Verdict.ALLOWED,),
            "2 of 3 services are not where the law allows; no deadline falls within 60 days.",
        ),
        ((Verdict.FORBIDDEN, Verdict.CONDITIONAL), "1 of 2 services is not where the law allows; 1 deadline falls within 60 days."),
        (
            (Verdict.UNDETERMINED, Verdict.ALLOWED),
            "none of the 2 services is known to be where the law forbids it; no deadline falls within 60 days.",
        ),
        ((Verdict.ALLOWED, Verdict.OUT_OF_SCOPE), "all 2 services are where the law allows; no deadline falls within 60 days."),
        ((Verdict.OUT_OF_SCOPE,), "the only service is where the law allows; no deadline falls within 60 days."),
        ((), "No service could be judged: the list holds no usable row."),
    ],
)
def test_the_first_sentence_answers(verdicts: tuple[Verdict, ...], sentence: str) -> None:
    assert text.headline(of(*verdicts), "en") == sentence


def test_the_first_sentence_in_french() -> None:
    assert (
        text.headline(world(), "fr")
        == "4 des 15\u00a0services ne sont pas là où la loi le permet\u202f; 2 échéances tombent dans les 60 jours."
    )


def test_what_the_first_sentence_leaves_unsaid_follows() -> None:
    assert text.standfirst(world(), "en") == (
        "2 services wait for an answer.",
        "1 service holds classified information: another authority decides.",
        "1 service runs under a derogation.",
        "1 deadline has passed.",
    )


@given(some_services)
def test_no_placeholder_is_ever_left_open(some: Assessment) -> None:
    for lang in ("fr", "en"):
        said = [
            text.headline(some, lang),
            *text.standfirst(some, lang),
            text.disclaimer(some, lang),
            text.catalogue_line(some, lang) or "",
        ]
        said += [text.why(one, lang, OFFERS) for one in some.decisions]
        assert not [line for line in said if "{" in line or "}" in line]


def test_doubt_is_said_to_be_doubt() -> None:
    ask = FACTS["data.harm"].ask
    assert text.reason_text(Reason("x.unknown", {"fact": "data.harm", "ask": ask}, ask), "en").startswith("Not known: would a breach")


def test_a_reason_names_offers_by_their_names() -> None:
    assert text.reason_text(Reason("x.met", {"offer": "alto-cloud"}, "on {offer}"), "en", OFFERS) == "on Alto Cloud Public"


def test_why_is_one_line_for_each_verdict() -> None:
    said = {one.verdict: text.why(one, "en", OFFERS) for one in world().decisions}
    assert said[Verdict.ALLOWED] == "No rule objects."
    assert said[Verdict.FORBIDDEN] == "The offer is not SecNumCloud qualified on that day, in this region (not qualified)"
    assert said[Verdict.UNDETERMINED] == "Sensitive data with a private provider: an answer is missing."
    assert all("\n" not in line for line in said.values())


def test_a_hosting_that_was_not_recognised_keeps_its_own_words() -> None:
    families = world().decisions[11]
    assert text.hosting_text(families.hostings[0].hosting, OFFERS, "fr") == "chez notre infogérant"


def test_changes_read_as_acts() -> None:
    assert text.change_text(Change("hosting.offer", "alto-cloud/gra"), OFFERS, "en") == "move to Alto Cloud Public (gra)"
    assert text.change_text(Change("hosting.exit_terms", True), OFFERS, "en") == "obtain: exit and reversibility terms"
    offer = EligibleOffer("alto-cloud", None, Verdict.CONDITIONAL, (Change("hosting.exit_terms", True),))
    assert text.eligible_text(offer, OFFERS, "en") == "Alto Cloud Public, once obtained: exit and reversibility terms"


def test_values_carry_their_unit_and_agree() -> None:
    assert text.value_text("service.project_cost_eur", 9_000_000, "fr") == "9\u202f000\u202f000\u00a0€"
    assert text.value_text("offer.qualification", "none", "fr") == "non qualifiée"
    assert text.value_text("data.harm", None, "en") == "not known"


def test_a_place_says_all_that_is_known() -> None:
    assert text.place_text(Location("a.xlsx", "S", 3, "Nom"), "en") == "a.xlsx, sheet «S», row 3, column «Nom»"
    assert text.place_text(Location("a.yaml", path="$.x"), "en") == "a.yaml, at $.x"


def test_the_clock_beside_a_service_is_the_nearest_to_come() -> None:
    clocks = [next_clock(one) for one in of(Verdict.FORBIDDEN, Verdict.ALLOWED, Verdict.STOP).decisions]
    assert [clock and clock.on.isoformat() for clock in clocks] == ["2027-03-31", "2026-10-01", None]


def test_long_lists_say_how_many_are_left() -> None:
    assert text.listed(list("abcdefg"), "en") == "a, b, c, d and 3 others"
    assert text.listed(list("abcde"), "en") == "a, b, c, d, e"


def test_a_fresh_catalogue_goes_unsaid() -> None:
    assert text.catalogue_line(replace(world(), catalogue_as_of=ON), "fr") is None
