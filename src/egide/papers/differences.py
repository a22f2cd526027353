"""What turned since an earlier run, and why: the old run is its JSON document, the new one an assessment.

A verdict turns because a fact changed, because the law did (another version of a rule, a rule that came in or went out),
because the service moved, or because the catalogue or the day did. The causes are read off the findings, never guessed:
when none of them shows, the paper says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from egide.papers.document import SCHEMA, token_value
from egide.papers.text import deciding
from egide.vocabulary.errors import InputError
from egide.vocabulary.findings import Answer, Assessment, Decision, Effect, Finding, Reason, Verdict
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


MOST_REASONS = 4


@dataclass(frozen=True, slots=True)
class Turn:
    """One service whose verdict is no longer the same, gone (``after`` None) or come (``before`` None)."""

    service: str
    name: str
    before: Verdict | None
    after: Verdict | None
    why: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Differences:
    """All that turned between two runs."""

    since: date
    turned: tuple[Turn, ...]
    come: tuple[Turn, ...]
    gone: tuple[Turn, ...]
    unchanged: int


def differences(old: Mapping[str, Any], new: Assessment) -> Differences:
    """Compare an earlier document with this assessment, service by service, by identifier."""
    try:
        return _compared(old, new)
    except (KeyError, TypeError, ValueError, AttributeError) as fault:
        said = N_("the earlier run is not a document of kind {schema}: {error}")
        raise InputError(said, hint="egide assess --json", values={"schema": SCHEMA, "error": repr(fault)}) from fault


def _compared(old: Mapping[str, Any], new: Assessment) -> Differences:
    if old["schema"] != SCHEMA:
        raise ValueError(f"schema is {old['schema']!r}")
    before = {str(service["id"]): service for service in old["services"]}
    after = {decision.service.id: decision for decision in new.decisions}
    turned, unchanged = [], 0
    for name, decision in after.items():
        if name not in before:
            continue
        verdict = Verdict(before[name]["verdict"])
        if verdict is decision.verdict:
            unchanged += 1
        else:
            why = tuple(_why(before[name], decision, old, new))[:MOST_REASONS]
            turned.append(Turn(name, decision.service.name, verdict, decision.verdict, why))
    come = (Turn(name, decision.service.name, None, decision.verdict, ()) for name, decision in after.items() if name not in before)
    gone = (Turn(name, str(one["name"]), Verdict(one["verdict"]), None, ()) for name, one in before.items() if name not in after)
    return Differences(date.fromisoformat(old["on"]), tuple(turned), tuple(come), tuple(gone), unchanged)


def _why(before: Mapping[str, Any], decision: Decision, old: Mapping[str, Any], new: Assessment) -> Iterable[Reason]:
    """The causes that show, the most concrete first."""
    rules = [rule for rule in _rules(before, decision) if old["on"] != new.on.isoformat() or rule.code != "since.rule-went"]
    deciding = _deciding(decision)
    rules.sort(key=lambda reason: reason.args.get("rule") not in deciding)
    causes = [*_moves(before, decision), *_facts(before, decision), *rules]
    if not causes and old["catalogue"]["as_of"] != new.catalogue_as_of.isoformat():
        causes.append(Reason("since.catalogue", {"day": new.catalogue_as_of}, N_("the catalogue is now that of {day}")))
    if not causes and old["on"] != new.on.isoformat():
        causes.append(
            Reason(
                "since.day",
                {"before": date.fromisoformat(old["on"]), "after": new.on},
                N_("the day judged went from {before} to {after}: deadlines passed or rules changed"),
            )
        )
    return causes or [Reason("since.not-shown", {}, N_("the earlier document does not show why"))]


def _deciding(decision: Decision) -> set[str]:
    """The rules that are not respected or not settled: they are told before those that only came along."""
    return {
        f"{finding.source.text}, {finding.source.at}"
        for hosting in decision.hostings
        for finding in hosting.findings
        if finding.effect is not Effect.ADVISE and finding.answer is not Answer.MET
    }


def _moves(before: Mapping[str, Any], decision: Decision) -> Iterable[Reason]:
    old = {(one["offer"], one["region"]) for one in before["hostings"] if not one.get("planned")}
    new = {(one.hosting.offer, one.hosting.region) for one in decision.hostings if not one.hosting.planned}
    if old != new:
        yield Reason("since.moved", {"before": _offers(old), "after": _offers(new)}, N_("hosting: {before} before, {after} now"))


def _offers(pairs: Iterable[tuple[str | None, str | None]]) -> tuple[str, ...]:
    return tuple(sorted(f"{offer}/{region}" if region else offer or "?" for offer, region in pairs))


def _deciders(before: Mapping[str, Any], decision: Decision) -> tuple[list[Mapping[str, Any]], tuple[Finding, ...]]:
    """The findings, then and now, of the hosting that makes the verdict: what another hosting says is no cause of it."""
    made = deciding(decision)
    place = next((place for place, one in enumerate(decision.hostings) if one is made), 0)
    return [finding for finding in before["findings"] if finding.get("hosting", 0) == place], made.findings if made else ()


def _facts(before: Mapping[str, Any], decision: Decision) -> Iterable[Reason]:
    earlier, now = _deciders(before, decision)
    old = {claim["fact"]: claim["value"] for finding in earlier for claim in finding["claims"]}
    new = {claim.fact: claim.value for finding in now for claim in finding.claims}
    missing = set(_missing(earlier))
    for fact, value in new.items():
        if value is not None and fact in old and old[fact] != token_value(value):
            args = {"fact": fact, "before": old[fact], "after": value}
            yield Reason("since.fact", args, N_("{fact}: {before} before, {after} now"))
        elif value is not None and fact not in old and fact in missing:
            yield Reason("since.answered", {"fact": fact, "after": value}, N_("{fact}: {after}, known since"))


def _missing(findings: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    """The facts that the earlier document itself says were not known; one that no rule of that day read is not among them."""
    for finding in findings:
        for reason in (finding["because"], *finding.get("also", ())):
            if reason and reason["code"].endswith(".unknown") and "fact" in reason["args"]:
                yield reason["args"]["fact"]


def _rules(before: Mapping[str, Any], decision: Decision) -> Iterable[Reason]:
    earlier, now = _deciders(before, decision)
    old = {_unversioned(finding["rule"]): finding for finding in earlier}
    new = {_unversioned(finding.rule): finding for finding in now}
    for name, finding in new.items():
        said = {"rule": f"{finding.source.text}, {finding.source.at}"}
        if name not in old:
            yield Reason("since.rule-came", said, N_("{rule} now applies"))
        elif old[name]["rule"] != finding.rule:
            yield Reason("since.rule-changed", said, N_("{rule} was amended"))
        elif old[name]["answer"] != finding.answer:
            yield Reason(
                "since.answer-turned",
                {**said, "before": f"answer-{old[name]['answer']}", "after": f"answer-{finding.answer}"},
                N_("{rule}: {before} before, {after} now"),
            )
    for name, gone in old.items():
        if name not in new:
            yield Reason("since.rule-went", {"rule": f"{gone['source']['text']}, {gone['source']['at']}"}, N_("{rule} no longer applies"))


def _unversioned(rule: str) -> str:
    book, _, article = rule.partition("#")
    return f"{book.partition('@')[0]}#{article}"
