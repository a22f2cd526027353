"""A small invented law over real facts, and strategies that draw rulebooks and cases from it.

The checks cover each comparison and each kind of operand, and two functions: one of two facts, one of a date.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import yaml
from hypothesis import strategies as st

from egide.rules.book import Rulebook, load
from egide.rules.checks import Fact, Limit, by_name, compare, function, is_true
from egide.rules.evaluation import Program, compile_rules
from egide.vocabulary.findings import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from egide.rules.checks import Limits
    from egide.vocabulary.facts import Value, Values

ON = date(2026, 11, 23)
WORDS = {"fr": "Un titre", "en": "A title"}


def _both_or_neither(values: Values, limits: Limits) -> Answer:
    one, other = values.get("hosting.exit_terms"), values.get("offer.immune")
    if one is None or other is None:
        return Answer.UNKNOWN
    return Answer.MET if one == other else Answer.NOT_MET


def _notice_runs(values: Values, limits: Limits) -> Answer:
    """Open by design between the two counts of days, as some texts are."""
    day = values.get("hosting.exit_notice_on")
    if not isinstance(day, date):
        return Answer.UNKNOWN
    age = (limits["on"] - day).days
    if age <= limits["notice_days"]:
        return Answer.MET
    return Answer.UNKNOWN if age <= limits["notice_days_longest"] else Answer.NOT_MET


CHECKS = by_name((
    compare("body_is_bound", "body.status", "in", Limit("bound"), "bound", "not bound"),
    compare("body_is_the_state", "body.status", "is", "state", "state", "not state"),
    is_true("data_are_secret", "data.secret", "secret", "not secret"),
    is_true("breach_would_harm", "data.harm", "harm", "no harm"),
    compare("cost_is_high", "service.project_cost_eur", "above", Limit("cost_eur"), "high", "low"),
    is_true("contract_has_exit_terms", "hosting.exit_terms", "terms", "no terms"),
    compare("approval_runs", "hosting.approval_end", "at-least", Limit("on"), "runs", "ended"),
    compare("contract_outlives_qualification", "hosting.contract_end", "above", Fact("offer.qualified_to"), "outlives", "ends within"),
    is_true("derogation_was_validated", "derogation.validated", "validated", "not validated"),
    compare("offer_is_commercial", "offer.model", "is", "commercial", "commercial", "not commercial"),
    compare("offer_is_qualified", "offer.qualification", "is", "qualified", "qualified", "not qualified"),
    compare("qualified_long_enough", "offer.qualified_to", "at-least", Limit("on"), "long", "short"),
    is_true("offer_is_immune", "offer.immune", "immune", "not immune"),
    compare("controlled_from_near", "offer.controlled_from", "in", Limit("near"), "near", "far"),
    function("terms_and_immunity_agree", ("hosting.exit_terms", "offer.immune"), _both_or_neither, "agree", "differ"),
    function("notice_runs", ("hosting.exit_notice_on",), _notice_runs, "runs", "over", ("notice_days", "notice_days_longest", "on")),
))  # fmt: skip

SETTLED_CHECKS = tuple(name for name in CHECKS if name != "notice_runs")
"""Those that always answer once their facts are known."""

LIMITS: Mapping[str, list[dict[str, Any]]] = {
    "bound": [{"from": date(2020, 1, 1), "value": ["state", "state-operator"]}],
    "cost_eur": [{"from": date(2020, 1, 1), "value": 9_000_000}],
    "near": [{"from": date(2020, 1, 1), "value": ["FR", "DE"]}],
    "notice_days": [{"from": date(2020, 1, 1), "value": 60}],
    "notice_days_longest": [{"from": date(2020, 1, 1), "value": 200}],
}
DAYS = (ON - timedelta(days=400), ON - timedelta(days=100), ON - timedelta(days=1), ON, ON + timedelta(days=1), ON + timedelta(days=300))
ANSWERS: Mapping[str, tuple[Value, ...]] = {
    "body.status": ("state", "state-operator", "company"),
    "data.secret": (True, False),
    "data.harm": (True, False),
    "service.project_cost_eur": (0, 9_000_000, 9_000_001),
    "hosting.exit_terms": (True, False),
    "hosting.approval_end": DAYS,
    "hosting.contract_end": DAYS,
    "hosting.exit_notice_on": DAYS,
    "derogation.validated": (True, False),
    "offer.model": ("commercial", "internal-cloud"),
    "offer.qualification": ("qualified", "none"),
    "offer.qualified_to": DAYS,
    "offer.immune": (True, False),
    "offer.controlled_from": ("FR", "DE", "US"),
}


def written(book: dict[str, Any], rules: list[dict[str, Any]]) -> dict[str, bytes]:
    """The files of a rulebook as they would stand on disk."""
    return {"book.yaml": as_yaml(book), "rules.yaml": as_yaml({"rules": rules})}


class _WithoutAliases(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    def ignore_aliases(self, data: Any) -> bool:
        return True


def as_yaml(value: Any) -> bytes:
    return yaml.dump(value, Dumper=_WithoutAliases, allow_unicode=True, sort_keys=False).encode()


def book_of(*rules: dict[str, Any], binds: Any = None, limits: Mapping[str, Any] | None = None, **other: Any) -> Rulebook:
    """A rulebook of these rules, given only the limits that they read."""
    return load(written(book_file(*rules, binds=binds, limits=limits, **other), list(rules)), CHECKS)


def book_file(*rules: dict[str, Any], binds: Any = None, limits: Mapping[str, Any] | None = None, **other: Any) -> dict[str, Any]:
    needed = {limit for name in _names([binds, *rules]) for limit in CHECKS[name].limits}
    book: dict[str, Any] = {
        "id": "little-law", "version": "1", "title": WORDS, "authority": WORDS,
        "source": {"text": "A little law", "read": "primary"}, "read_on": ON, "in_force": {"from": date(2020, 1, 1)},
        "limits": {name: values for name, values in (limits or LIMITS).items() if limits or name in needed},
        **other,
    }  # fmt: skip
    return book | {"binds": binds} if binds is not None else book


def rule_file(identifier: str = "1", effect: str = "forbid", **other: Any) -> dict[str, Any]:
    """A rule that says as little as a rule may."""
    rule = {
        "id": identifier, "title": WORDS, "in_force": {"from": date(2020, 1, 1)}, "effect": effect,
        "source": {"at": identifier, "read": "secondary"},
    }  # fmt: skip
    if effect != "stop" and "demands" not in other:
        rule["demands"] = "offer_is_qualified"
    return rule | other


def program_of(*rules: dict[str, Any], binds: Any = None, on: date = ON) -> Program:
    return compile_rules([book_of(*rules, binds=binds)], on)


def _names(part: Any) -> set[str]:
    if isinstance(part, str):
        return {part} & set(CHECKS)
    if isinstance(part, dict):
        return {name for one in part.values() for name in _names(one)}
    return {name for one in part for name in _names(one)} if isinstance(part, list) else set()


@cache
def expressions(names: tuple[str, ...] = tuple(CHECKS), depth: int = 3) -> st.SearchStrategy[Any]:
    """Nested `all`, `any` and `not` over the checks."""
    return st.recursive(
        st.sampled_from(names),
        lambda below: st.one_of(
            st.builds(lambda parts: {"all": parts}, st.lists(below, min_size=1, max_size=3)),
            st.builds(lambda parts: {"any": parts}, st.lists(below, min_size=1, max_size=3)),
            st.builds(lambda part: {"not": part}, below),
        ),
        max_leaves=2**depth,
    )


@st.composite
def rules(draw: st.DrawFn, identifier: str, names: tuple[str, ...] = tuple(CHECKS)) -> dict[str, Any]:
    effect = draw(st.sampled_from(("forbid", "forbid", "condition", "stop", "advise")))
    rule = rule_file(identifier, effect)
    if draw(st.booleans()) or effect == "stop":
        rule["applies"] = draw(expressions(names, 2))
    if effect != "stop":
        rule["demands"] = draw(expressions(names))
        given = draw(st.lists(st.sampled_from(("derogation", "exempt")), max_size=2))
        rule["unless"] = [
            {"id": f"e{place}", "when": draw(expressions(names, 1)), "gives": gives} for place, gives in enumerate(given)
        ]
    return rule


@st.composite
def programs(draw: st.DrawFn, names: tuple[str, ...] = tuple(CHECKS), most: int = 4) -> Program:
    """One or two rulebooks of a few rules each, compiled for the day."""
    books = []
    for book in range(draw(st.integers(1, 2))):
        count = draw(st.integers(1, most))
        drawn = [draw(rules(str(place), names)) for place in range(count)]
        binds = draw(st.one_of(st.none(), expressions(names, 1)))
        books.append(book_of(*drawn, binds=binds, id=f"little-law-{book}"))
    return compile_rules(books, ON)


@cache
def cases(names: tuple[str, ...] = tuple(ANSWERS)) -> st.SearchStrategy[dict[str, Value]]:
    """Each fact known or not, independently."""
    known = {name: st.sampled_from((None, None, *ANSWERS[name])) for name in names}
    return st.fixed_dictionaries(known).map(lambda drawn: {name: value for name, value in drawn.items() if value is not None})


SERVICE_SIDE = tuple(name for name in ANSWERS if not name.startswith("offer."))
OFFER_SIDE = tuple(name for name in ANSWERS if name.startswith("offer."))
