"""A plan that somebody sent: read strictly, then derived again, cent by cent and limit by limit, without the solver."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from egide.planner.need import INTERNET
from egide.planner.plan_file import SCHEMA, PlanFile
from egide.planner.plans import Status
from egide.planner.verifying import verify
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.findings import Reason, Verdict
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.planner.shortlist import Admission

MAX_BYTES = 64 * 2**20
LAWFUL = frozenset({Verdict.ALLOWED, Verdict.CONDITIONAL, Verdict.DEROGATION, Verdict.OUT_OF_SCOPE})
"""What may be planned; undetermined only when that was asked for."""
TOO_LARGE = N_("the file is larger than {limit} MiB, the most that is read")
NOT_JSON = N_("not readable as JSON: {error}")
NOT_A_PLAN = N_("not a plan of form {schema}: {problem}")
NEGATIVE = N_("{value}: an amount cannot be negative")
TWICE = N_("«{name}» stands twice")
UNKNOWN = N_("«{name}» is not a component of this need")
NO_SHARE = N_("{value} is no share: write 60 % or 0.6")
Unsound = tuple[str, str, dict[str, object]]
"""Where, which message, its values."""


def read_plan(content: bytes, file: str) -> PlanFile:
    """The plan. Raises `InputError` with the JSON path for what is cut short, misspelt, negative, doubled or names nothing."""
    at = Location(file)
    if len(content) > MAX_BYTES:
        raise InputError(TOO_LARGE, at, values={"limit": MAX_BYTES // 2**20})
    try:
        made = msgspec.json.decode(content, type=PlanFile)
    except msgspec.ValidationError as error:
        raise InputError(NOT_A_PLAN, at, values={"schema": SCHEMA, "problem": str(error)}) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(NOT_JSON, at, values={"error": error}) from error
    for path, message, value in _unsound(made):
        raise InputError(message, Location(file, path=path), values=value)
    return made


def _unsound(made: PlanFile) -> Iterator[Unsound]:
    """What types alone don't say: amounts below zero, names that stand twice or name nothing."""
    names = {one.id for one in made.need.components}
    for path, listed in (
        ("$.need.components", [one.id for one in made.need.components]), ("$.places", [one.key for one in made.places]),
        ("$.machines", [f"{one.place}/{one.id}" for one in made.machines]),
    ):  # fmt: skip
        for name, times in Counter(listed).items():
            if times > 1:
                yield path, TWICE, {"name": name}
    for place, flow in enumerate(made.need.flows):
        for end in (flow.source, flow.target):
            if end not in names and (end, end) != (flow.target, INTERNET):
                yield f"$.need.flows[{place}]", UNKNOWN, {"name": end}
    for path, groups in (("$.need.together", made.need.together), ("$.need.apart", made.need.apart),
                         ("$.need.spares", [(one, other) for one, other, _ in made.need.spares])):  # fmt: skip
        for name in sorted({name for group in groups for name in group} - names):
            yield path, UNKNOWN, {"name": name}
    if made.need.most_share is not None and made.need.most_share[1] == 0:
        yield "$.need.most_share", NO_SHARE, {"value": made.need.most_share[0]}
    for key in ("need", "places", "machines", "placements", "transfers", "round_trips"):
        yield from _negative(f"$.{key}", msgspec.to_builtins(getattr(made, key)))


def _negative(path: str, value: object) -> Iterator[Unsound]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name not in {"latitude", "longitude"}:
                yield from _negative(f"{path}.{name}", inner)
    elif isinstance(value, (list, tuple)):
        for place, inner in enumerate(value):
            yield from _negative(f"{path}[{place}]", inner)
    elif isinstance(value, (int, float)) and value < 0:
        yield path, NEGATIVE, {"value": value}


def verify_file(made: PlanFile) -> tuple[Reason, ...]:
    """Everything that is wrong with the plan by its own file: a limit that is broken, a cent that is missing, a place without a verdict.

    Says nothing of a cheaper plan: that only solving again can tell.
    """
    wrong = list(_whole(made))
    if made.placements:
        wrong += verify(made.plan(), made.need, made.market(), _admission(made))
    return tuple(wrong)


def _admission(made: PlanFile) -> Admission:
    judged = {(one.component, one.place): one.verdict for one in made.verdicts}

    def admission(component: str, place: str) -> Reason | None:
        verdict = judged.get((component, place))
        if verdict is None:
            return Reason("no-verdict", {}, N_("the plan holds no verdict of the law there"))
        if verdict in LAWFUL or (verdict is Verdict.UNDETERMINED and made.undetermined_allowed):
            return None
        if verdict is Verdict.UNDETERMINED:
            return Reason(str(verdict), {}, N_("the law is undetermined there: facts are missing"))
        return Reason(str(verdict), {}, N_("the law does not let it run there"))

    return admission


def _whole(made: PlanFile) -> Iterator[Reason]:
    plan = made.plan()
    if made.placements and made.status not in (Status.OPTIMAL, Status.FEASIBLE):
        yield Reason("status", {"status": str(made.status)}, N_("components are placed in a plan that says it is {status}"))
    if not made.placements and made.status in (Status.OPTIMAL, Status.FEASIBLE):
        yield Reason("status", {"status": str(made.status)}, N_("nothing is placed in a plan that says it is {status}"))
    if made.placements and made.total != plan.total:
        yield Reason("wrong-total", {"said": made.total, "right": plan.total},
                     N_("the total is said to be {said} and is {right} micro-euros a month"))  # fmt: skip
    if made.bound is not None and made.total is not None and made.bound > made.total:
        yield Reason("wrong-bound", {"bound": made.bound, "total": made.total},
                     N_("no plan is said to cost less than {bound}; this one does"))  # fmt: skip
    if made.placements and made.status is Status.OPTIMAL and made.bound != made.total:
        yield Reason("not-proven", {"bound": made.bound, "total": made.total},
                     N_("said to be the cheapest, but the bound is not the total"))  # fmt: skip
