"""A rulebook is refused with the path of what is wrong; the published schema refuses what a schema can."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from egide.doctrine.checks import CHECKS as LAW_CHECKS
from egide.rules.book import load
from egide.rules.written import schema
from egide.vocabulary.errors import InputError
from egide.vocabulary.yaml import read_yaml
from rules import little_law, the_law
from rules.little_law import CHECKS, book_file, book_of, rule_file, written

if TYPE_CHECKING:
    from collections.abc import Callable

SHAPE = Draft202012Validator(schema(), format_checker=FormatChecker())
Change = dict[str, Any]


def refused(book: Change, *rules: Change) -> str:
    with pytest.raises(InputError) as caught:
        load(written(book, list(rules)), CHECKS)
    return str(caught.value)


def fits(document: object) -> bool:
    """Whether the schema accepts the document, dates written as JSON has them."""
    return SHAPE.is_valid(json.loads(json.dumps(document, default=str)))


def limited(name: str, *values: Change) -> Change:
    """A rule that reads the limit, with these values of its own."""
    reads = {"cost_eur": "cost_is_high", "bound": "body_is_bound"}[name]
    return rule_file(applies=reads, limits={name: list(values)})


def test_the_least_rulebook_loads() -> None:
    book = book_of(rule_file())
    assert [rule.id for rule in book.rules] == ["1"]
    assert book.rules[0].source.text == "A little law"


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"efect": "forbid"}, "rules.yaml at $.rules[0]: Object contains unknown field `efect`"),
        ({"source": {"at": "1", "read": "hearsay"}}, "$.rules[0].source.read"),
        ({"source": {"read": "primary"}}, "$.rules[0].source"),
        ({"effect": "frown"}, "$.rules[0].effect"),
        ({"demands": None}, "$.rules[0]: a rule demands something"),
        ({"demands": {"all": []}}, "$.rules[0].demands: `all` takes a list with at least one part"),
        ({"demands": {"any": []}}, "$.rules[0].demands: `any` takes a list with at least one part"),
        ({"demands": "the_moon_is_full"}, "$.rules[0].demands: no check is named `the_moon_is_full`"),
        ({"demands": {"all": ["offer_is_immune", {"not": "x"}]}}, "$.rules[0].demands.all[1].not: no check is named `x`"),
        ({"demands": {"none": ["offer_is_immune"]}}, "`none` is not one of `all`, `any`, `not`"),
        ({"demands": {"all": ["offer_is_immune"], "any": ["offer_is_immune"]}}, "$.rules[0].demands: expected the name of a check"),
        ({"demands": ["offer_is_immune"]}, "$.rules[0].demands: expected the name of a check"),
        ({"unless": [{"id": "a", "when": "offer_is_immune", "gives": "leave"}]}, "$.rules[0].unless[0].gives"),
        ({"unless": [{"id": "a", "when": {"all": []}, "gives": "exempt"}]}, "$.rules[0].unless[0].when"),
        ({"in_force": {"from": date(2021, 1, 1), "to": date(2020, 6, 1)}}, "$.rules[0].in_force: ends on 2020-06-01, before it begins"),
        ({"in_force": {"from": date(2019, 12, 31)}}, "$.rules[0].in_force: in force outside its book's dates"),
        ({"in_force": {"to": date(2026, 1, 1)}}, "$.rules[0].in_force"),
        ({"remedy": {"fr": "Faire"}}, "$.rules[0].remedy: Object missing required field `en`"),
        ({"clocks": [{"kind": "contract-ends", "from": "data.secret", "owner": "cio"}]}, "$.rules[0].clocks[0].from"),
        ({"clocks": [{"kind": "tea-time", "from": "on", "owner": "cio"}]}, "$.rules[0].clocks[0].kind"),
    ],
)
def test_a_rule_that_is_wrong_is_refused_with_its_path(change: Change, path: str) -> None:
    rule = rule_file(**change)
    assert path in refused(book_file(rule), rule)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"colour": "blue"}, "book.yaml at $: Object contains unknown field `colour`"),
        ({"source": {"text": "A little law", "read": "not yet"}}, "book.yaml at $.source.read"),
        ({"in_force": {"from": date(2020, 1, 1), "to": date(2025, 1, 1)}}, "in force outside its book's dates"),
        ({"binds": {"not": []}}, "book.yaml at $.binds.not"),
        ({"read_on": "soon"}, "book.yaml at $.read_on"),
        ({"limits": {"cost_eur": [{"from": date(2020, 1, 1), "value": 1}]}}, "$.limits.cost_eur: no rule reads the limit `cost_eur`"),
    ],
)
def test_a_book_that_is_wrong_is_refused_with_its_path(change: Change, path: str) -> None:
    assert path in refused(book_file(**change), rule_file())


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([], "a limit has at least one dated value"),
        ([{"from": date(2021, 1, 1), "value": 1}], "the limit `cost_eur` has no value on 2020-01-01"),
        ([{"from": date(2020, 1, 1), "value": 1, "to": date(2022, 1, 1)}], "has no value on 2022-01-02"),
        (
            [{"from": date(2020, 1, 1), "value": 1, "to": date(2021, 1, 1)}, {"from": date(2021, 1, 3), "value": 2}],
            "has no value on 2021-01-02",
        ),
        ([{"from": date(2020, 1, 1), "value": 1, "to": date(2022, 1, 1)}, {"from": date(2021, 1, 1), "value": 2}], "overlap"),
        ([{"from": date(2020, 1, 1), "value": 1}, {"from": date(2020, 1, 1), "value": 2}], "overlap"),
        ([{"from": date(2020, 1, 1), "value": 1.5}], "$.rules[0].limits.cost_eur[0].value: a limit is yes or no"),
        ([{"from": date(2020, 1, 1), "value": [1, 2]}], "$.rules[0].limits.cost_eur[0].value: a limit is yes or no"),
        ([{"from": date(2020, 1, 1), "value": 1, "unit": "EUR"}], "$.rules[0].limits[...][0]: Object contains unknown field `unit`"),
    ],
)
def test_a_limit_has_one_value_on_every_day_in_force(values: list[Change], said: str) -> None:
    rule = limited("cost_eur", *values)
    assert said in refused(book_file(), rule)


def test_a_limit_that_a_check_reads_is_given() -> None:
    assert "the limit `cost_eur` is read and nowhere given" in refused(book_file(), rule_file(applies="cost_is_high"))


def test_a_limit_that_nothing_reads_is_refused() -> None:
    rule = rule_file(limits={"cost_eur": [{"from": date(2020, 1, 1), "value": 1}]})
    assert "$.rules[0].limits.cost_eur: nothing reads the limit `cost_eur`" in refused(book_file(), rule)


def test_the_limit_of_a_rule_wins_over_that_of_its_book() -> None:
    rule = limited("cost_eur", {"from": date(2020, 1, 1), "value": 5})
    law = little_law.program_of(rule, rule_file("2", applies="cost_is_high"))
    assert [one.limits["cost_eur"] for one in law.rules] == [5, 9_000_000]


def test_a_limit_may_be_a_date() -> None:
    rule = limited("cost_eur", {"from": date(2020, 1, 1), "value": date(2026, 8, 15)})
    assert little_law.program_of(rule).rules[0].limits["cost_eur"] == date(2026, 8, 15)


def test_each_value_of_a_limit_holds_until_the_eve_of_the_next() -> None:
    rule = limited("cost_eur", {"from": date(2023, 1, 1), "value": 2}, {"from": date(2020, 1, 1), "value": 1})
    for on, value in ((date(2020, 1, 1), 1), (date(2022, 12, 31), 1), (date(2023, 1, 1), 2)):
        assert little_law.program_of(rule, on=on).rules[0].limits["cost_eur"] == value


def test_a_rule_that_stops_has_no_exception() -> None:
    rule = rule_file(effect="stop", applies="data_are_secret", unless=[{"id": "a", "when": "offer_is_immune", "gives": "exempt"}])
    assert "$.rules[0].unless: a rule that stops has no exception" in refused(book_file(rule), rule)


def test_two_rules_of_one_number_are_refused() -> None:
    assert "two rules are numbered `1`" in refused(book_file(), rule_file(), rule_file())


def test_a_folder_without_its_book_is_refused() -> None:
    with pytest.raises(InputError, match=r"needs a `book\.yaml`"):
        load({"rules.yaml": b"rules: []"}, CHECKS)


def test_a_check_of_another_domain_is_refused() -> None:
    content = the_law.files()["circular-6404-sg"]
    with pytest.raises(InputError, match="no check is named"):
        load(content, CHECKS)


def test_line_ends_do_not_change_the_digest_and_a_character_does() -> None:
    content = written(book_file(), [rule_file()])
    windows = {name: text.replace(b"\n", b"\r\n") for name, text in content.items()}
    other = {name: text.replace(b"A little law", b"A tiny law!!") for name, text in content.items()}
    digests = [load(files, CHECKS).digest for files in (content, windows, other)]
    assert digests[0] == digests[1] != digests[2]


@pytest.mark.parametrize("book", list(the_law.files()))
def test_every_file_of_the_law_fits_the_published_schema(book: str) -> None:
    for name, content in the_law.files()[book].items():
        document = json.loads(json.dumps(read_yaml(content, name), default=str))
        assert [error.message for error in SHAPE.iter_errors(document)] == []


def test_a_rule_of_the_law_is_numbered_once_and_its_source_says_how_it_was_read() -> None:
    refs = [rule.ref for rule in the_law.program().rules]
    assert len(refs) == len(set(refs))
    assert {rule.source.read for book in the_law.books() for rule in book.rules} <= {"primary", "secondary"}


WRECKS: tuple[Callable[[Change], Any], ...] = (
    lambda rule: rule.update(surprise=1),
    lambda rule: rule.pop("source"),
    lambda rule: rule.pop("title"),
    lambda rule: rule.update(effect="frown"),
    lambda rule: rule["source"].update(read="hearsay"),
    lambda rule: rule["in_force"].pop("from"),
    lambda rule: rule.update(applies={"all": []}),
    lambda rule: rule.update(applies={"any": [{"not": []}]}),
    lambda rule: rule.update(applies={"all": ["offer_is_immune"], "any": ["offer_is_immune"]}),
    lambda rule: rule.update(unless=[{"id": "a", "when": "offer_is_immune", "gives": "leave"}]),
    lambda rule: rule.update(limits={"cost_eur": [{"value": 1}]}),
    lambda rule: rule.update(limits={"cost_eur": [{"from": date(2020, 1, 1), "value": {}}]}),
    lambda rule: rule.update(clocks=[{"kind": "contract-ends", "from": "on", "owner": "a neighbour"}]),
)


@settings(max_examples=150, deadline=None)
@given(little_law.rules("1"), st.sampled_from(WRECKS))
def test_the_schema_accepts_what_loads_and_refuses_what_does_not(rule: Change, wreck: Callable[[Change], Any]) -> None:
    book = book_file(rule)
    assert fits(book)
    assert fits({"rules": [rule]})
    load(written(book, [rule]), CHECKS)
    wreck(rule)
    assert not fits({"rules": [rule]})
    refused(book, rule)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_rulebook_or_an_input_error(content: bytes) -> None:
    with pytest.raises(InputError):
        load({"book.yaml": content}, LAW_CHECKS)
