"""Powers that are no count of shares: control, vetoes, the organs, decisive influence (SecNumCloud 3.2, 19.6.b; Gaia-X P5.1.5).

A power by contract or by the articles stands in no register of shares: that nobody has it must be said by somebody. A register
in which somebody from outside has it decides whatever is said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from egide.label.checks.case import Case, Check, Limits
from egide.label.checks.holders import SHOWN_CHAINS, chain_of, named, of_ownership
from egide.label.checks.said import Said, both, of_facts
from egide.ownership.thirdness import is_third
from egide.vocabulary.findings import Answer, Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Callable

    from egide.label.checks.holders import OwnershipJudge
    from egide.ownership.answers import Link, Ownership

VETO_FACT, ORGANS_FACT = "veto.third", "organs.majority_appointed_by_third"
TURNED = {Answer.MET: Answer.NOT_MET, Answer.NOT_MET: Answer.MET, Answer.UNKNOWN: Answer.UNKNOWN}


def _third_hold(
    check: str, holds: Answer, how: str, held: Ownership, barred: str, free: str, unsure: str,
) -> tuple[Answer, Reason]:  # fmt: skip
    """A power that no third entity may have: what the register shows against the provider.

    A register that is silent shows nothing against it, and nothing for it: the statement beside it answers.
    """
    over = [link for link in held.links if link.how == how and link.held == held.company]
    doubtful = [link for link in over if _may_be_third(link, held)]
    names = " ; ".join(f"{named(link.held, held)} ← {named(link.holder, held)}" for link in (doubtful or over)[:SHOWN_CHAINS])
    if holds is Answer.MET:
        return Answer.NOT_MET, Reason(f"label.{check}.not-met", {"chain": names or _controllers(held)}, barred)
    if doubtful:
        return Answer.UNKNOWN, Reason(f"label.{check}.unknown", {"chain": names}, unsure)
    return Answer.MET, Reason(f"label.{check}.met", {}, free)


def _may_be_third(link: Link, held: Ownership) -> bool:
    return link.holder not in held.parties or is_third(held.parties[link.holder], held.readings) is not Answer.NOT_MET


def _controllers(held: Ownership) -> str:
    return " ; ".join(chain_of(one.chain, held) for one in held.controllers if one.third is Answer.MET)


def _no_veto(held: Ownership, limits: Limits) -> tuple[Answer, tuple[Reason, ...]]:
    answer, reason = _third_hold(
        "no_third_veto", held.third_veto, "veto", held, N_("a third entity holds a veto: {chain}"),
        N_("the register shows no third entity with a veto"),
        N_("whether a third entity holds a veto is not known: {chain}"),
    )
    return answer, (reason,)


def _no_organs(held: Ownership, limits: Limits) -> tuple[Answer, tuple[Reason, ...]]:
    answer, reason = _third_hold(
        "no_third_board_majority", held.third_organs, "appoints-majority-of-organs", held,
        N_("third entities can appoint the majority of the organs: {chain}"),
        N_("the register shows no third entity that appoints the majority of the organs"),
        N_("whether third entities can appoint the majority of the organs is not known: {chain}"),
    )  # fmt: skip
    return answer, (reason,)


def _no_control(held: Ownership, limits: Limits) -> tuple[Answer, tuple[Reason, ...]]:
    """Nobody from outside controls it (Code de commerce, L.233-3)."""
    answer = TURNED[held.third_control]
    said = {Answer.NOT_MET: (Answer.MET,), Answer.UNKNOWN: (Answer.MET, Answer.UNKNOWN), Answer.MET: ()}[answer]
    found = [one for one in held.controllers if one.answer in said and one.third is not Answer.NOT_MET]
    chains = " ; ".join(chain_of(one.chain, held) for one in found[:SHOWN_CHAINS])
    args = {"chain": chains, "how": tuple(sorted({one.how for one in found}))}
    words = {
        Answer.NOT_MET: N_("a third entity controls the provider ({how}): {chain}"),
        Answer.MET: N_("no third entity controls the provider"),
        Answer.UNKNOWN: N_("whether a third entity controls the provider is not known ({how}): {chain}"),
    }[answer]
    return answer, (Reason(f"label.no_third_control.{answer}", args, words),)


def _stated_too(check: str, fact: str, of_register: OwnershipJudge, no: str, yes: str) -> Callable[[Case, Limits], Said]:
    """What the register shows, and what somebody states: a power by contract stands in no register of shares.

    A register in which somebody from outside has the power decides; one in which nobody has leaves the statement to answer.
    """
    asked = of_ownership(check, of_register)

    def test(case: Case, limits: Limits) -> Said:
        stated = case.fact(fact)
        judged = {}
        if stated.value is not None:
            answer = Answer.NOT_MET if stated.value else Answer.MET
            judged[fact] = (answer, Reason(f"label.{check}.stated-{answer}", {}, yes if stated.value else no))
        of_fact = of_facts(check, [stated], judged)
        if case.ownership(limits) is None:
            return of_fact
        said = asked(case, limits)
        return both(said, of_fact)

    return test


def _no_influence(case: Case, limits: Limits) -> Said:
    """No decisive influence from outside, in law or in fact: control, a veto, the organs (Gaia-X P5.1.5; not percentages).

    Where the scheme knows associated countries, a holder from one of them is not from outside.
    """
    inside = frozenset(limits["union_countries"]) | frozenset(limits.get("associated_countries", ()))
    area = {**limits, "union_countries": inside}
    return both(_CONTROL(case, area), _VETO(case, area), _ORGANS(case, area), _VAGUE(case, area))


def _no_vague(held: Ownership, limits: Limits) -> tuple[Answer, tuple[Reason, ...]]:
    """An influence that is stated without saying which is not control, and leaves its absence unknown."""
    check, message = "no_decisive_influence_from_outside", N_("{holder} is said to have an influence, without saying which")
    vague = [link for link in held.links if link.how == "influence" and _may_be_third(link, held)]
    if not vague:
        return Answer.MET, (Reason(f"label.{check}.none", {}, N_("no other influence is stated")),)
    return Answer.UNKNOWN, tuple(Reason(f"label.{check}.vague", {"holder": named(link.holder, held)}, message) for link in vague)


def _no_control_at_all(case: Case, limits: Limits) -> Said:
    """No control from any third country, associated or not."""
    return _no_influence(case, {name: value for name, value in limits.items() if name != "associated_countries"})


_CONTROL = of_ownership("no_third_control", _no_control)
_VETO = _stated_too(
    "no_third_veto", VETO_FACT, _no_veto, N_("no third entity is said to hold a veto by contract or by the articles"),
    N_("a third entity is said to hold a veto by contract or by the articles"),
)
_ORGANS = _stated_too(
    "no_third_board_majority", ORGANS_FACT, _no_organs,
    N_("no third entity is said to appoint the majority of the organs"),
    N_("third entities are said to appoint the majority of the organs"),
)
_VAGUE = of_ownership("no_decisive_influence_from_outside", _no_vague)


CONTROL = (
    Check("no_third_veto", ("ownership", VETO_FACT), ("union_countries",), _VETO),
    Check("no_third_board_majority", ("ownership", ORGANS_FACT), ("union_countries",), _ORGANS),
    Check("no_third_control", ("ownership",), ("union_countries",), _CONTROL),
    Check("no_decisive_influence_from_outside", ("ownership", VETO_FACT, ORGANS_FACT), ("union_countries", "associated_countries"),
          _no_influence),
    Check("no_third_control_at_all", ("ownership", VETO_FACT, ORGANS_FACT), ("union_countries",), _no_control_at_all),
)  # fmt: skip
"""19.6.b, Gaia-X P5.1.5, the CADA proposal."""
