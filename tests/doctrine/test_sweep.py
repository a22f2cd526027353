"""All pairs at once say what each pair says alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from egide.doctrine.sweep import sweep
from egide.doctrine.verdict import contribution, verdict
from egide.rules.bits import Answers, RuleBits, columns, positions
from egide.vocabulary.findings import Effect
from rules.little_law import OFFER_SIDE, SERVICE_SIDE, cases, programs

if TYPE_CHECKING:
    from egide.rules.evaluation import Program
    from egide.vocabulary.facts import Values

PORTFOLIOS = st.lists(cases(SERVICE_SIDE), min_size=1, max_size=6)
CATALOGUES = st.lists(cases(OFFER_SIDE), min_size=1, max_size=10)


@settings(max_examples=300, deadline=None)
@given(programs(), PORTFOLIOS, CATALOGUES)
def test_every_pair_has_the_verdict_and_the_rules_it_has_alone(program: Program, services: list[Values], offers: list[Values]) -> None:
    swept = sweep(program, services, offers)
    for i, service in enumerate(services):
        for j, offer in enumerate(offers):
            states = program.states({**service, **offer})
            alone = verdict(program, states)
            assert swept.verdict(i, j) is alone
            said = [
                rule.ref
                for rule, state in zip(program.rules, states, strict=True)
                if rule.effect is not Effect.ADVISE and contribution(rule.effect, state) is alone
            ]
            made = swept.made_by(i, j)
            assert set(made) <= set(said)
            assert made or alone in ("allowed", "out-of-scope")
            if made:
                assert list(made) == said


@settings(max_examples=200, deadline=None)
@given(programs(), cases(SERVICE_SIDE), CATALOGUES)
def test_the_sets_of_a_rule_hold_the_answers_of_its_state(program: Program, service: Values, offers: list[Values]) -> None:
    table = columns(program, offers)
    answers = Answers(table, program)
    for rule in program.deciding:
        bits_of = RuleBits(rule, answers)
        sets = bits_of.sets(bits_of.numbers(answers.row(service)))
        for place, offer in zip(table.place, offers, strict=True):
            state = rule.state({**service, **offer})
            bits = {name: (met >> place & 1) + (possible >> place & 1) for name, (met, possible) in sets._asdict().items()}
            assert bits["bound"] == state.bound
            assert bits["concerned"] == state.concerned
            if state.concerned:
                assert bits == state._asdict()


@given(programs(), CATALOGUES)
def test_offers_that_share_a_bit_cannot_be_told_apart(program: Program, offers: list[Values]) -> None:
    table = columns(program, offers)
    for place, offer in zip(table.place, offers, strict=True):
        assert table.offers[place] == {name: value for name, value in offer.items() if name in table.names}
    assert len(set(map(str, table.offers))) == len(table.offers)


@given(st.sets(st.integers(0, 3000)))
def test_positions_are_the_ones_of_a_set(places: set[int]) -> None:
    assert positions(sum(1 << place for place in places)) == sorted(places)


def test_a_service_without_facts_and_no_offer_at_all_is_a_sweep_too() -> None:
    from rules.little_law import program_of, rule_file

    assert sweep(program_of(rule_file()), [{}], []).rows[0].verdicts == (0, 0, 0, 0, 0, 0, 0)
