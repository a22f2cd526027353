"""What the service agreement says (SecNumCloud 3.2, 19.1, 19.4, 19.6.f, 5.3.e and annex 2 c)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from egide.label.checks.case import Case, Check, Limits
from egide.label.checks.said import Said, of_facts, worst
from egide.label.documents import earliest
from egide.label.dossier import Assurance
from egide.label.results import Missing
from egide.vocabulary.findings import Answer, Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Callable

    from egide.vocabulary.facts import Value

    Judge = Callable[[Value, Limits], bool | None]

SHORTEST_MONTH, LONGEST_MONTH = 28, 31


def _on_one_fact(name: str, fact: str, judge: Judge, met: str, not_met: str, unsure: str = "", limits: tuple[str, ...] = ()) -> Check:
    """A check of one fact; ``judge`` says yes, no, or None when the value does not settle it."""

    def test(case: Case, limit: Limits) -> Said:
        known = case.fact(fact)
        if known.value is None:
            return of_facts(name, [known], {})
        said = judge(known.value, limit)
        answer = Answer.UNKNOWN if said is None else Answer.MET if said else Answer.NOT_MET
        words = {Answer.MET: met, Answer.NOT_MET: not_met, Answer.UNKNOWN: unsure}[answer]
        args: dict[str, object] = {"value": known.value, **{one: limit[one] for one in limits if one != "union_countries"}}
        return of_facts(name, [known], {fact: (answer, Reason(f"label.{name}.{answer}", args, words))})

    return Check(name, (fact,), limits, test)


def _yes(name: str, fact: str, met: str, not_met: str) -> Check:
    return _on_one_fact(name, fact, lambda value, _: value is True, met, not_met)


def _within_months(value: Value, limits: Limits) -> bool | None:
    """Days promised against months asked: 30 days are more than the month that follows the end of January."""
    days, months = int(value), int(limits["notice_months"])  # type: ignore[arg-type]
    if days <= SHORTEST_MONTH * months:
        return True
    return None if days <= LONGEST_MONTH * months else False


def _qualified_and_said(case: Case, limits: Limits) -> Said:
    """Only a line of ANSSI's catalogue that holds on the day, and the agreement saying so, make the service qualified (annex 2 c).

    Nothing computed here or elsewhere can stand for either.
    """
    name = "agreement_says_qualified_and_catalogue_holds_it"
    says = case.fact("contract.says_qualified")
    message = N_("the service agreement says that the delivered service is qualified")
    if says.value is False:
        message = N_("the service agreement does not say that the delivered service is qualified")
    answer = Answer.MET if says.value else Answer.NOT_MET
    judged = {says.fact: (answer, Reason(f"label.{name}.agreement-{answer}", {}, message))} if says.value is not None else {}
    clause = of_facts(name, [says], judged)
    line, why = _line_holds(case)
    both = worst((line, clause.answer))
    because = tuple(one for answer, reasons in ((line, (why,)), (clause.answer, clause.because)) if answer is both for one in reasons)
    missing = clause.missing if line is Answer.MET else (Missing(why, None, "provider"), *clause.missing)
    end = case.dossier.line.end if case.dossier.line else None
    return Said(both, because, missing, earliest((end, clause.until)), Assurance.ATTESTED if line is Answer.MET else clause.assurance,
                clause.evidence, clause.shown, clause.contradicted)  # fmt: skip


def _line_holds(case: Case) -> tuple[Answer, Reason]:
    """Where the catalogue's line stands on the day, for this version of the framework."""
    line, name = case.dossier.line, "agreement_says_qualified_and_catalogue_holds_it"
    args: dict[str, object] = {"on": case.on, "version": case.scheme.version}
    if line is None:
        return Answer.NOT_MET, Reason(f"label.{name}.no-line", args, N_("no line of ANSSI's catalogue is known for this offer"))
    args |= {"status": line.status, "start": line.start, "end": line.end, "framework": line.framework, "as_of": line.as_of}
    if line.status in ("none", "in-progress", "expired") or (line.end and line.end < case.on) or (line.start and line.start > case.on):
        message = N_("ANSSI's catalogue, as read on {as_of}, holds no qualification of it on {on} ({status})")
        return Answer.NOT_MET, Reason(f"label.{name}.not-qualified", args, message)
    if line.status != "qualified" or line.start is None or line.end is None:
        message = N_("the catalogue's line does not say from when to when it holds")
        return Answer.UNKNOWN, Reason(f"label.{name}.line-unclear", args, message)
    if line.framework is None:
        message = N_("the catalogue's line does not say under which version of the framework it stands")
        return Answer.UNKNOWN, Reason(f"label.{name}.framework-unknown", args, message)
    if line.framework != case.scheme.version:
        message = N_("the catalogue's line stands under version {framework}, not {version}")
        return Answer.NOT_MET, Reason(f"label.{name}.other-framework", args, message)
    return Answer.MET, Reason(f"label.{name}.line-holds", args, N_("ANSSI's catalogue holds it qualified from {start} to {end}"))


CONTRACT = (
    _on_one_fact(
        "contract_is_under_the_law_of_a_member_state", "contract.law", lambda value, limits: value in limits["union_countries"],
        N_("the agreement is under the law of {value}, a Member State"),
        N_("the agreement is under the law of {value}, not a Member State"),
        limits=("union_countries",),
    ),
    _yes(
        "contract_ends_without_penalty_if_the_label_is_lost", "contract.termination_without_penalty",
        N_("the customer may leave without penalty if the qualification is lost"),
        N_("the agreement does not let the customer leave without penalty if the qualification is lost"),
    ),
    _yes(
        "all_data_can_be_taken_back", "contract.reversibility_covers_all_data",
        N_("the customer can take back all data, given or produced"), N_("the customer cannot take back all data, given and produced"),
    ),
    _on_one_fact(
        "data_leave_in_a_documented_way", "contract.reversibility_way", lambda value, _: value != "none",
        N_("the data leave in a documented way ({value})"), N_("the data leave in no documented format and through no documented API"),
    ),
    _yes(
        "remote_access_is_stated", "contract.remote_access_stated",
        N_("the agreement states who may reach the service from afar"),
        N_("the agreement does not state who may reach the service from afar"),
    ),
    _on_one_fact(
        "erasure_is_announced", "contract.erasure_notice_days",
        lambda value, limits: int(value) >= int(limits["erasure_notice_days"]),  # type: ignore[arg-type]
        N_("erasure is announced {value} days before; {erasure_notice_days} are asked"),
        N_("erasure is announced only {value} days before; {erasure_notice_days} are asked"), limits=("erasure_notice_days",),
    ),
    _on_one_fact(
        "customers_are_told_of_changes", "contract.change_notice_days", _within_months,
        N_("the customer is told of a change within {value} days; months asked: {notice_months}"),
        N_("the customer is told of a change only within {value} days; months asked: {notice_months}"),
        N_("{value} days are more than a month in February (months asked: {notice_months}): write the month itself, or 28 days"),
        ("notice_months",),
    ),
    _yes(
        "residual_risks_are_given_on_request", "contract.residual_risks_on_request",
        N_("the residual risks from the law of third countries are given to a customer who asks"),
        N_("the residual risks from the law of third countries are not given to a customer who asks"),
    ),
    Check("agreement_says_qualified_and_catalogue_holds_it", ("contract.says_qualified", "line"), (), _qualified_and_said),
)  # fmt: skip
"""19.1.c, g, h, i, n; 19.4.a; 19.6.f; 5.3.e; annex 2 c."""
