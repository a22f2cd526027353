"""Waivers: whose finding they set aside, until when, and what is wrong with one that is malformed."""

from __future__ import annotations

from datetime import date

import pytest
from tests.infrastructure.code_world import AWS, STATE, resource, run

from egide.infrastructure.code_rules import code_rules
from egide.infrastructure.product import read_product
from egide.infrastructure.resources import Remark
from egide.infrastructure.waivers import read_remark
from egide.vocabulary.errors import InputError

GOOD = 'egide:allow hosting reason="bac à sable" until=2026-12-31'
WEB, DB = resource("aws_instance.web", AWS, line=3), resource("aws_db_instance.db", AWS, "database", line=10)
FILE = ["# a", "# b", 'resource "aws_instance" "web" {', "  a = 1", "", "  b = 2", "}", "", "# c", 'resource "aws_db_instance" "db" {', "}"]


def waived(*remarks: Remark, on: date = date(2026, 11, 23), lines: list[str] | None = None) -> tuple[set[str], list[str]]:
    """Addresses whose hosting finding is set aside, and what is said of waivers."""
    checked = run([WEB, DB], STATE, on, remarks, {"main.tf": lines or FILE}).checked
    addresses = {one.finding.address for one in checked.suppressed}
    assert all(one.finding.rule == "hosting" for one in checked.suppressed)
    return addresses, [one.message for one in checked.problems]


@pytest.mark.parametrize(
    ("line", "alone", "whose"),
    [(2, True, "aws_instance.web"), (1, True, "aws_instance.web"), (3, False, "aws_instance.web"), (5, True, "aws_instance.web"),
     (9, True, "aws_db_instance.db"), (10, False, "aws_db_instance.db"), (11, True, "aws_db_instance.db")],
)  # fmt: skip
def test_a_waiver_is_about_what_it_stands_on_in_or_right_above(line: int, alone: bool, whose: str) -> None:
    assert waived(Remark("main.tf", line, GOOD, alone)) == ({whose}, [])


def test_until_the_last_day_included() -> None:
    remark = Remark("main.tf", 2, GOOD, True)
    assert waived(remark, on=date(2026, 12, 31))[0] == {"aws_instance.web"}
    addresses, said = waived(remark, on=date(2027, 1, 1))
    assert addresses == set()
    assert said == ["the waiver of {rule} for {address} ended on {until}: the finding stands again"]


def test_a_waiver_that_matches_nothing_says_so() -> None:
    remark = Remark("main.tf", 2, 'egide:allow backup-off reason="x" until=2027-01-01', True)
    assert waived(remark) == (set(), ["the waiver of {rule} for {address} matches no finding: it can be taken out"])


def test_a_declaration_waives_by_address() -> None:
    waiver = {"rule": "hosting", "address": "aws_*", "reason": "sortie en cours", "until": date(2027, 1, 1)}
    product = read_product({"body": "state", "data": "sensitive", "waivers": [waiver]}, "egide.yaml")
    checked = run([WEB, DB], product).checked
    assert {one.finding.address for one in checked.suppressed} == {"aws_instance.web", "aws_db_instance.db"}
    assert not [one for one in checked.standing if one.rule == "hosting"]
    assert [one for one in checked.standing if one.rule == "backup-none"]


def test_an_address_with_brackets_is_taken_as_written() -> None:
    one = resource('module.a["x"].aws_instance.web[0]', AWS)
    waiver = {"rule": "hosting", "address": 'module.a["x"].aws_instance.web[0]', "reason": "x", "until": date(2027, 1, 1)}
    product = read_product({"body": "state", "data": "sensitive", "waivers": [waiver]}, "egide.yaml")
    assert len(run([one], product).checked.suppressed) == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("egide:alow hosting", "is no word for Égide"),
        ("egide:allow", "names no rule"),
        ('egide:allow reason="x" until=2027-01-01', "names no rule"),
        ('egide:allow hostin reason="x" until=2027-01-01', "near: hosting"),
        ("egide:allow hosting until=2027-01-01", "gives no reason"),
        ('egide:allow hosting reason="" until=2027-01-01', "gives no reason"),
        ('egide:allow hosting reason="x"', "gives no end"),
        ('egide:allow hosting reason="x" until=never', "is not a date"),
        ('egide:allow hosting reason="x" until=2027-02-30', "is not a date"),
        ('egide:allow hosting because="x" until=2027-01-01', "not understood"),
        ('egide:allow hosting reason="x" until=2027-01-01 for ever', "not understood"),
    ],
)
def test_a_malformed_waiver_is_an_error_with_its_line(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as refused:
        read_remark(Remark("main.tf", 7, text, True), code_rules())
    assert refused.value.at is not None and refused.value.at.row == 7


def test_an_unknown_rule_in_the_declaration_is_refused_with_its_path() -> None:
    waiver = {"rule": "nothing", "address": "a", "reason": "x", "until": date(2027, 1, 1)}
    with pytest.raises(InputError) as refused:
        run([WEB], read_product({"waivers": [waiver]}, "egide.yaml"))
    assert refused.value.at is not None and refused.value.at.path == "$.waivers[0]"
