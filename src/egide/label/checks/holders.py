"""Where the provider is and who holds it, put to the caps of a scheme (SecNumCloud 3.2, 19.6.a-b; Gaia-X P5.1.4).

The arithmetic is `egide.ownership`'s; here each reading of it becomes an answer with its chain, and each disclosure that
would settle a doubt something to bring. Current and fully diluted, capital and votes, look-through and attribution: the worst
of them answers.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from egide.label.checks.case import Case, Check, Limits
from egide.label.checks.said import Said, of_facts, worst
from egide.label.dossier import Assurance, EvidenceKind
from egide.label.results import Missing
from egide.ownership.holdings import PartyKind
from egide.ownership.wording import between, percent
from egide.vocabulary.findings import Answer, Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from egide.ownership.answers import Bounds, CapTest, Chain, Ownership

    OwnershipJudge = Callable[[Ownership, Limits], tuple[Answer, tuple[Reason, ...]]]

PLACES = ("provider.seat", "provider.administration", "provider.establishment")
CAPS = ("one_holder_share", "all_holders_share", "union_countries")
SHOWN_CHAINS = 3


def named(party: str, held: Ownership) -> str:
    """The party's name, or its identifier when the register has no more; «? (company)» for a holder of it that nobody states."""
    name = held.parties[party].name if party in held.parties else party
    return f"? ({name})" if party.startswith("undisclosed:") else name


def chain_of(chain: Chain | None, held: Ownership) -> str:
    """The chain from the company up to the holder, by name."""
    if chain is None or not chain.links:
        return ""
    parties = [chain.links[0].held, *(link.holder for link in chain.links)]
    return " ← ".join(named(one, held) for one in parties)


def _established(case: Case, limits: Limits, check: str) -> Said:
    """Registered office, central administration and main establishment, all three in the Union."""
    known = [case.fact(name) for name in PLACES]
    judged = {}
    for one in known:
        if one.value is None:
            continue
        inside = one.value in case.readings(limits).union
        answer = Answer.MET if inside else Answer.NOT_MET
        message = N_("{fact}: {value}, in the Union") if inside else N_("{fact}: {value}, outside the Union")
        judged[one.fact] = (answer, Reason(f"label.{check}.{answer}", {"fact": one.fact, "value": one.value}, message))
    return of_facts(check, known, judged)


def of_ownership(check: str, judge: OwnershipJudge) -> Callable[[Case, Limits], Said]:
    """A test of the register of holdings, with what would settle it and until when it holds."""

    def test(case: Case, limits: Limits) -> Said:
        held = case.ownership(limits)
        if held is None:
            words = N_("nobody said who holds {provider}")
            reason = Reason(f"label.{check}.no-register", {"provider": case.dossier.provider_name}, words)
            return Said(Answer.UNKNOWN, (reason,), (Missing(reason, EvidenceKind.DOCUMENT, "legal"),))
        answer, because = judge(held, limits)
        missing: tuple[Missing, ...] = ()
        if answer is Answer.UNKNOWN:
            missing = tuple(Missing(one.ask, EvidenceKind.DOCUMENT, "legal") for one in held.disclosures)
            missing = missing or tuple(Missing(one, EvidenceKind.DOCUMENT, "legal") for one in because)
        elif answer is Answer.NOT_MET:
            missing = tuple(Missing(one, None, "legal") for one in because)

        def then(later: Case) -> Answer:
            told = later.ownership(limits)
            return Answer.UNKNOWN if told is None else judge(told, limits)[0]

        until = case.holds_until(then) if answer is Answer.MET else None
        return Said(answer, because, missing, until, Assurance.DECLARED, contradicted=answer is Answer.UNKNOWN and bool(held.conflicts))

    return test


def _one_cap(held: Ownership, limits: Limits) -> tuple[Answer, tuple[Reason, ...]]:
    """No third entity holds more than the cap, in any reading (19.6.b)."""
    return _cap("no_third_holder_above", held, lambda test: test.one_answer, lambda test: test.one, held.readings.one)


def _all_cap(held: Ownership, limits: Limits) -> tuple[Answer, tuple[Reason, ...]]:
    """All third entities together hold no more than the cap, in any reading (19.6.b)."""
    return _cap(
        "third_holders_together_within", held, lambda test: test.together_answer, lambda test: test.together, held.readings.together
    )


def _cap(
    check: str, held: Ownership, answer_of: Callable[[CapTest], Answer], share_of: Callable[[CapTest], Bounds], cap: Fraction,
) -> tuple[Answer, tuple[Reason, ...]]:  # fmt: skip
    """The worst reading and what it says; when only both breaches together fail, each test's joint answer stands for both caps."""
    strict = held.readings.either_breach_fails
    answers = [(answer_of(test) if strict else test.answer, test) for test in held.tests]
    answer = worst(said for said, _ in answers)
    now = {(test.method, test.right): share_of(test) for test in held.tests if not test.diluted}
    told = [test for said, test in answers if said is answer]
    differing = [test for test in told if not test.diluted or now.get((test.method, test.right)) != share_of(test)]
    heaviest = sorted(
        differing or told, key=lambda test: (-share_of(test).high, -share_of(test).low, test.diluted, test.method, test.right)
    )
    shown = heaviest[:1] if answer is Answer.MET else heaviest
    reasons = [_reading(check, answer, test, share_of(test), cap, held) for test in shown]
    return answer, (*reasons, *_conflicts(check, answer, held))


def _reading(check: str, answer: Answer, test: CapTest, share: Bounds, cap: Fraction, held: Ownership) -> Reason:
    """One reading in words: who, how much, of what, counted how, by which chain."""
    args: dict[str, object] = {
        "share": between(share), "cap": percent(cap), "right": str(test.right), "method": str(test.method),
        "state": "diluted" if test.diluted else "current", "holder": "", "chain": "",
    }  # fmt: skip
    if check == "no_third_holder_above" and test.largest is not None:
        chains = next((one.chains for one in held.holders if one.party == test.largest), ())
        args |= {"holder": named(test.largest, held), "chain": chain_of(chains[0] if chains else None, held)}
        return Reason(f"label.{check}.{answer}", args, _ONE[answer])
    if check == "no_third_holder_above":
        return Reason(f"label.{check}.nobody-{answer}", args, _NOBODY[answer])
    others = (one for one in held.holders if one.chains and one.party != held.company)
    through = [one.chains[0] for one in others if one.third is not Answer.NOT_MET][:SHOWN_CHAINS]
    args |= {"chain": " ; ".join(chain_of(one, held) for one in through)}
    return Reason(f"label.{check}.{answer}", args, _TOGETHER[answer])


_ONE = {
    Answer.MET: N_("the largest third holder, {holder}, has {share} % ({right}, {method}, {state}), within {cap} %: {chain}"),
    Answer.NOT_MET: N_("{holder} has {share} % ({right}, {method}, {state}), above {cap} %: {chain}"),
    Answer.UNKNOWN: N_("{holder} may have {share} % ({right}, {method}, {state}), against {cap} %: {chain}"),
}
_NOBODY = {
    Answer.MET: N_("no third entity holds any share ({right}, {method}, {state})"),
    Answer.NOT_MET: N_("one third entity has {share} % ({right}, {method}, {state}), above {cap} %"),
    Answer.UNKNOWN: N_("one third entity may have {share} % ({right}, {method}, {state}), against {cap} %"),
}
_TOGETHER = {
    Answer.MET: N_("third entities together have {share} % ({right}, {method}, {state}), within {cap} %"),
    Answer.NOT_MET: N_("third entities together have {share} % ({right}, {method}, {state}), above {cap} %: {chain}"),
    Answer.UNKNOWN: N_("third entities together may have {share} % ({right}, {method}, {state}), against {cap} %: {chain}"),
}


def _conflicts(check: str, answer: Answer, held: Ownership) -> Iterable[Reason]:
    """When nothing is settled, the statements that contradict each other, both of them."""
    if answer is not Answer.UNKNOWN:
        return ()
    message = N_("statements contradict each other on {right}: {first}; {second}")
    return tuple(
        Reason(f"label.{check}.conflict", {"right": one.right, "first": one.first, "second": one.second}, message) for one in held.conflicts
    )


def _all_named(held: Ownership, limits: Limits) -> tuple[Answer, tuple[Reason, ...]]:
    """Nobody who may hold the share or more is unnamed (the share from which the scheme has holders named)."""
    check, share = "third_holders_of_5_percent_are_named", Fraction(str(limits["named_holder_share"]))
    message = N_("a holder of {share} % or more may be unnamed: {asks}")
    unnamed = [
        one for one in held.holders
        if one.party in held.parties and held.parties[one.party].kind is PartyKind.UNDISCLOSED
        and any(bounds.high >= share for bounds in one.shares.values())
    ]  # fmt: skip
    asks = [one for one in held.disclosures if one.right == "holders"]
    args = {"share": percent(share)}
    if unnamed or asks:
        companies = sorted({link.held for one in unnamed for chain in one.chains for link in chain.links[-1:]} | {one.held for one in asks})
        told = ", ".join(named(one, held) for one in companies)
        return Answer.UNKNOWN, (Reason(f"label.{check}.unknown", {**args, "asks": told}, message),)
    return Answer.MET, (Reason(f"label.{check}.met", args, N_("every holder of {share} % or more is named")),)


def _headquartered(name: str) -> Check:
    return Check(name, PLACES, ("union_countries",), lambda case, limits: _established(case, limits, name))


HOLDERS = (
    _headquartered("provider_is_established_in_the_union"),
    _headquartered("provider_is_headquartered_in_the_union"),
    Check("no_third_holder_above", ("ownership",), CAPS, of_ownership("no_third_holder_above", _one_cap)),
    Check("third_holders_together_within", ("ownership",), CAPS, of_ownership("third_holders_together_within", _all_cap)),
    Check("third_holders_of_5_percent_are_named", ("ownership",), ("named_holder_share",),
          of_ownership("third_holders_of_5_percent_are_named", _all_named)),
)  # fmt: skip
"""19.6.a and the caps of 19.6.b; Gaia-X P5.1.4; the CADA proposal."""
