"""Every normative statement that binds an issuer's or verifier's library: kept by what should pass, and its breach refused by name."""

from __future__ import annotations

from collections import Counter

import pytest

from egide.trust.credentials.results import Outcome

from . import data_model, jose, presentations, status_list
from .statements import Case, Statement, reasons, refused_by_issuer

SPECIFICATIONS = {
    "VC-DATA-MODEL": (*data_model.STATEMENTS, *presentations.STATEMENTS),
    "VC-JOSE-COSE": jose.STATEMENTS,
    "BITSTRING": status_list.STATEMENTS,
}


def cases(*, kept: bool) -> list[object]:
    return [
        pytest.param(statement, case, id=f"{name} {statement.id}: {case.said}")
        for name, statements in SPECIFICATIONS.items() for statement in statements
        for case in (statement.keeps if kept else statement.breaks)
    ]  # fmt: skip


@pytest.mark.parametrize(("statement", "case"), cases(kept=True))
def test_what_keeps_the_statement_passes(statement: Statement, case: Case) -> None:
    found = case.verify()
    assert found.outcome is case.outcome, (statement.text, reasons(found))
    if case.outcome is Outcome.NOT_EVALUATED:
        assert {step.name for step in found.steps if step.answer == "unknown"} == {"status"}
    if case.issue is not None:
        assert case.issue()


@pytest.mark.parametrize(("statement", "case"), cases(kept=False))
def test_what_breaks_the_statement_is_refused_by_name(statement: Statement, case: Case) -> None:
    found = case.verify()
    assert found.outcome is case.outcome, statement.text
    assert found.outcome is not Outcome.VERIFIED
    assert case.why in reasons(found), (statement.text, reasons(found))
    assert refused_by_issuer(case), statement.text


@pytest.mark.parametrize("name", list(SPECIFICATIONS))
def test_every_statement_is_either_tested_both_ways_or_says_why_not(name: str) -> None:
    statements = SPECIFICATIONS[name]
    assert [one for one, times in Counter(statement.id for statement in statements).items() if times > 1] == []
    for statement in statements:
        if statement.not_here:
            assert not statement.keeps and not statement.breaks, statement.id
        else:
            assert statement.keeps and statement.breaks, statement.id
