"""Where data are, and from where the service is run (SecNumCloud 3.2, 19.2; Gaia-X P5.1.2).

Technical data are read twice: the statement and the inventory. *Support* alone may come from outside, when it is held.
"""

from __future__ import annotations

from egide.label.checks.case import Case, Check, Limits
from egide.label.checks.known import Known
from egide.label.checks.said import Said, of_facts, worst
from egide.label.dossier import EvidenceKind
from egide.label.results import Missing
from egide.vocabulary.findings import Answer, Reason
from egide.vocabulary.language import N_

TECHNICAL_DATA = ("access-configuration", "certificates", "directory", "identities", "infrastructure-logs", "network")
"""What 19.2.d names; an inventory that lacks one of them is not whole."""


def _inside(check: str, facts: tuple[str, ...], met: str, not_met: str) -> Check:
    """Every country of every fact lies within the Union; a set that names no country says nothing."""

    def test(case: Case, limits: Limits) -> Said:
        known = [case.fact(name) for name in facts]
        return of_facts(check, known, _each_inside(check, known, limits, met, not_met))

    return Check(check, facts, ("union_countries",), test)


def _each_inside(check: str, known: list[Known], limits: Limits, met: str, not_met: str) -> dict[str, tuple[Answer, Reason]]:
    judged = {}
    for one in known:
        if not isinstance(one.value, frozenset):
            continue
        if not one.value:
            judged[one.fact] = (Answer.UNKNOWN, Reason(f"label.{check}.nowhere", {"fact": one.fact}, N_("no country is named ({fact})")))
            continue
        outside = tuple(sorted(one.value - limits["union_countries"]))
        answer = Answer.NOT_MET if outside else Answer.MET
        args = {"countries": outside or tuple(sorted(one.value)), "fact": one.fact}
        judged[one.fact] = (answer, Reason(f"label.{check}.{answer}", args, not_met if outside else met))
    return judged


def _documented(case: Case, limits: Limits) -> Said:
    """Places of storage and processing are written down (19.2.a)."""
    check, known = "places_are_documented", case.fact("places.documented")
    judged = {}
    if known.value is True:
        judged[known.fact] = (Answer.MET, Reason(f"label.{check}.met", {}, N_("the places of storage and processing are written down")))
    elif known.value is False:
        message = N_("the places of storage and processing are not written down")
        judged[known.fact] = (Answer.NOT_MET, Reason(f"label.{check}.not-met", {}, message))
    return of_facts(check, [known], judged)


def _technical(case: Case, limits: Limits) -> Said:
    """Technical data are kept in the Union (19.2.d): as stated, and line by line of the inventory."""
    check = "technical_data_stay_in_the_union"
    known = case.fact("places.technical_data")
    stated = of_facts(check, [known], _each_inside(
        check, [known], limits, N_("technical data are kept in {countries}"),
        N_("technical data are kept in {countries}, outside the Union"),
    ))  # fmt: skip
    listed, because, missing = _inventory(case, limits)
    answer = worst((stated.answer, listed)) if listed is not Answer.MET else stated.answer
    kept = [one for said, reasons in ((stated.answer, stated.because), (listed, because)) if said is answer for one in reasons]
    return Said(answer, tuple(kept), (*stated.missing, *missing), stated.until, stated.assurance, stated.evidence, stated.shown,
                stated.contradicted)  # fmt: skip


def _inventory(case: Case, limits: Limits) -> tuple[Answer, tuple[Reason, ...], tuple[Missing, ...]]:
    """What the inventory of technical data comes to; met when there is none, for the statement then speaks alone."""
    check, doubts, outside = "technical_data_stay_in_the_union", [], []
    for line in case.dossier.technical_data:
        args: dict[str, object] = {"kind": line.kind, "held_by": line.held_by}
        if line.where is None:
            doubts.append(Reason(f"label.{check}.line-unknown", args, N_("where are the technical data «{kind}» kept by {held_by}?")))
        elif away := tuple(sorted(line.where - limits["union_countries"])):
            message = N_("technical data «{kind}» are kept by {held_by} in {countries}, outside the Union")
            outside.append(Reason(f"label.{check}.line-outside", {**args, "countries": away}, message))
    if case.dossier.technical_data:
        lacking = sorted(set(TECHNICAL_DATA) - {line.kind for line in case.dossier.technical_data})
        asks = N_("the inventory says nothing of the technical data «{kind}»")
        doubts += [Reason(f"label.{check}.line-missing", {"kind": kind}, asks) for kind in lacking]
    missing = tuple(Missing(reason, EvidenceKind.DOCUMENT, "security") for reason in (*outside, *doubts))
    if outside:
        return Answer.NOT_MET, tuple(outside), missing
    return (Answer.UNKNOWN if doubts else Answer.MET), tuple(doubts), missing


def _support(case: Case, limits: Limits) -> Said:
    """Support from outside is listed, controlled and supervised from the Union (19.2.e); support from inside asks nothing."""
    check, where = "support_from_outside_is_held", case.fact("places.support")
    if isinstance(where.value, frozenset) and not where.value - limits["union_countries"]:
        reason = Reason(f"label.{check}.met", {}, N_("no support is given from outside the Union"))
        return of_facts(check, [where], {where.fact: (Answer.MET, reason)})
    held = [case.fact(name) for name in ("support.listed", "support.controlled", "support.supervised_from_union")]
    judged = {}
    if isinstance(where.value, frozenset):
        outside = tuple(sorted(where.value - limits["union_countries"]))
        reason = Reason(f"label.{check}.from-outside", {"countries": outside}, N_("support is given from {countries}"))
        judged[where.fact] = (Answer.MET, reason)
    for one in held:
        if one.value is not None:
            answer = Answer.MET if one.value else Answer.NOT_MET
            judged[one.fact] = (answer, _HELD[one.fact, answer])
    return of_facts(check, [where, *held], judged)


_HELD = {
    ("support.listed", Answer.MET): Reason("label.support.listed", {}, N_("support from outside is listed")),
    ("support.listed", Answer.NOT_MET): Reason("label.support.not-listed", {}, N_("support from outside is not listed")),
    ("support.controlled", Answer.MET): Reason("label.support.controlled", {}, N_("support from outside is controlled")),
    ("support.controlled", Answer.NOT_MET): Reason("label.support.not-controlled", {}, N_("support from outside is not controlled")),
    ("support.supervised_from_union", Answer.MET): Reason(
        "label.support.supervised", {}, N_("support from outside is supervised from the Union")
    ),
    ("support.supervised_from_union", Answer.NOT_MET): Reason(
        "label.support.not-supervised", {}, N_("support from outside is not supervised from the Union")
    ),
}

PLACES = (
    Check("places_are_documented", ("places.documented",), (), _documented),
    _inside(
        "data_stay_in_the_union", ("places.storage",),
        N_("customer data are kept in {countries}"), N_("customer data are kept in {countries}, outside the Union"),
    ),
    _inside(
        "run_from_the_union", ("places.administration", "places.supervision"),
        N_("the service is run from {countries} ({fact})"), N_("the service is run from {countries}, outside the Union ({fact})"),
    ),
    Check("technical_data_stay_in_the_union", ("places.technical_data", "technical_data"), ("union_countries",), _technical),
    Check(
        "support_from_outside_is_held",
        ("places.support", "support.listed", "support.controlled", "support.supervised_from_union"), ("union_countries",), _support,
    ),
)  # fmt: skip
"""19.2.a to e."""
