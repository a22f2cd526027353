"""Decisions a second beside two engines of others, on the same rules and cases; and how long a proof takes.

    python benchmarks/rego.py

regopy runs the very module that `egide.rules.rego` exports, compiled once; its cases are JSON texts made beforehand.
cedarpy runs one rule written by hand below: Cedar has two answers, so it is asked only whether that rule is broken.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING

import cedarpy
from measuring import Line, best_seconds, in_a_process, printed
from world import ON, drawn, names, program

from egide.doctrine.verdict import verdict
from egide.rules.evaluation import ask
from egide.rules.expression import NOT_MET
from egide.rules.proofs import finding
from egide.rules.rego import export, given_checks, in_rego
from egide.vocabulary.facts import Claim

if TYPE_CHECKING:
    from egide.rules.evaluation import Program
    from egide.vocabulary.facts import Values

CASES = 400
TIMES_FASTER = 100
BIG_RULE = "circular-6404-sg@2023-05-31#R9"
CEDAR_RULE = "circular-6404-sg@2023-05-31#R4"
CEDAR_POLICY = """\
permit(principal, action, resource);
forbid(principal, action, resource) when {
    context has "model" && context.model == "commercial" &&
    context has "terms" && context.terms == false &&
    context has "status" && (
        ["state", "state-operator", "supervised-body"].contains(context.status) ||
        (["gip-listed", "health-data-platform"].contains(context.status) && context has "supervised" && context.supervised)
    )
};
"""
CEDAR_FACTS = {"model": "offer.model", "terms": "hosting.exit_terms", "status": "body.status", "supervised": "body.supervised"}

PEER = """
import json, sys, time
from regopy import Interpreter
asked = json.load(sys.stdin)
interpreter = Interpreter()
interpreter.add_module("module", asked["module"])
interpreter.set_input_term("{}")
bundle = interpreter.build("data.egide.verdict")
start = time.perf_counter()
said = []
for case in asked["cases"]:
    interpreter.set_input_term(case)
    said.append(str(interpreter.query_bundle(bundle)))
seconds = time.perf_counter() - start
json.dump({"seconds": seconds, "said": [json.loads(one)["expressions"][0] for one in said]}, sys.stdout)
"""


def cases() -> list[Values]:
    chance = random.Random(7)
    every = [*names(of_offers=False), *names(of_offers=True)]
    return [drawn(chance, every) for _ in range(CASES)]


def as_input(law: Program, values: Values) -> str:
    checks = {name: ask(check, values, rule.limits, rule.ref, law.faults).value for name, (check, rule) in given_checks(law).items()}
    return json.dumps({"facts": {name: in_rego(value) for name, value in values.items()}, "checks": checks})


def beside_regopy(what: str, only: str | None) -> list[Line]:
    """The same cases put to regopy and to us, from nothing remembered and again."""
    law = only_rule(program(), only)
    known = cases()
    asked = json.dumps({"module": export(law), "cases": [as_input(law, values) for values in known]})
    done = subprocess.run([sys.executable, "-c", PEER], input=asked, capture_output=True, text=True, check=True)
    peer = json.loads(done.stdout)
    fresh = min(first_time(only, known) for _ in range(3))
    again = best_seconds(lambda: [verdict(law, law.states(values)) for values in known])
    agree = sum(one == verdict(law, law.states(values)) for one, values in zip(peer["said"], known, strict=True))
    theirs = CASES / peer["seconds"]
    note = f"regopy {theirs:,.0f}/s in the same run; {agree} of {CASES} verdicts agree"
    return [
        Line(f"decisions, {what}, {how}", f"{CASES / seconds:,.0f}/s, {CASES / seconds / theirs:,.0f} × regopy",
             f"at least {TIMES_FASTER} ×", CASES / seconds / theirs >= TIMES_FASTER and agree == CASES, note)
        for how, seconds in (("each case for the first time", fresh), ("asked again", again))
    ]  # fmt: skip


def only_rule(law: Program, ref: str | None) -> Program:
    if ref is None:
        return law
    (rule,) = (one for one in law.rules if one.ref == ref)
    return replace(law, rules=(rule,), readers=dict.fromkeys(rule.reads, (0,)))


def first_time(only: str | None, known: list[Values]) -> float:
    law = only_rule(program(), only)
    start = time.perf_counter()
    for values in known:
        verdict(law, law.states(values))
    return time.perf_counter() - start


def beside_cedarpy() -> Line:
    """One rule, by hand in Cedar; cedarpy gets all cases in one call, its fastest way."""
    law = only_rule(program(), CEDAR_RULE)
    known = cases()
    requests = [
        {
            "principal": 'Body::"b"', "action": 'Action::"run"', "resource": 'Service::"s"',
            "context": {short: values[name] for short, name in CEDAR_FACTS.items() if name in values},
        }
        for values in known
    ]  # fmt: skip
    answers = cedarpy.is_authorized_batch(requests, CEDAR_POLICY, [])
    theirs = best_seconds(lambda: cedarpy.is_authorized_batch(requests, CEDAR_POLICY, []))
    ours = min(first_time(CEDAR_RULE, known) for _ in range(3))
    agree = sum((not one.allowed) == (law.rules[0].state(values).value == NOT_MET) for one, values in zip(answers, known, strict=True))
    return Line(
        "decisions, one short rule also written by hand in Cedar", f"{CASES / ours:,.0f}/s, {theirs / ours:,.1f} × cedarpy", "beside",
        agree == CASES, f"cedarpy {CASES / theirs:,.0f}/s in one batch, two answers only; {agree} of {CASES} agree",
    )  # fmt: skip


def proofs() -> Line:
    """Every rule's proof for every case, from nothing remembered but the rule's state."""
    law = program()
    taken = [
        best_seconds(lambda rule=rule, values=values: finding(rule, values, claims_of(values), law)) * 1000
        for values in cases()[:100]
        for rule in law.rules
    ]
    return Line(
        "one proof, with its claims", f"{median(taken):.3f} ms; the slowest of {len(taken):,} took {max(taken):.2f} ms", "under 1 ms",
        max(taken) < 1,
    )  # fmt: skip


def claims_of(values: Values) -> dict[str, Claim]:
    return {name: Claim(name, value, "a benchmark", ON, "drawn") for name, value in values.items()}


def measure() -> list[Line]:
    return [
        *in_a_process(beside_regopy, "one long rule (circular 6404/SG, R9)", BIG_RULE),
        *in_a_process(beside_regopy, "the whole law of a day", None),
        in_a_process(beside_cedarpy),
        in_a_process(proofs),
    ]


if __name__ == "__main__":
    sys.exit(printed(measure()))
