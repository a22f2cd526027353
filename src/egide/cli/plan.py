"""`egide plan make` and `egide plan verify`: which offers, where, at what price, and why the others lost."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from egide.cli import DONE, REFUSED, UNDETERMINED, door
from egide.cli.assess import day
from egide.cli.catalogue_import import Database
from egide.cli.tools import AsJson, Force, On
from egide.vocabulary.errors import InputError
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.app.plan.making import Question, Wishes
    from egide.app.plan.sources import Sources
    from egide.planner.need import Spare
    from egide.planner.plan_file import PlanFile

Prices = Annotated[
    tuple[Path, ...],
    Parameter(
        name="--prices", negative="", consume_multiple=True,
        help=N_("Price lists: a provider's answer, a document of instances, a table."),
    ),
]
Negotiated = Annotated[
    tuple[Path, ...],
    Parameter(
        name="--negotiated", negative="", consume_multiple=True,
        help=N_("Your own negotiated prices, a table: they stand before any list."),
    ),
]
Regions = Annotated[
    tuple[Path, ...],
    Parameter(
        name="--regions", negative="", consume_multiple=True,
        help=N_("Where regions lie: provider, region, country, lat, lon (CSV); unknown is unknown."),
    ),
]
RoundTrips = Annotated[
    tuple[Path, ...],
    Parameter(
        name="--round-trips", negative="", consume_multiple=True,
        help=N_("Measured round trips: from, to, ms (CSV); where none is given, they are estimated from the distance."),
    ),
]
Mapped = Annotated[Path | None, Parameter(name="--mapping", help=N_("Which column holds what (YAML), for tables of any shape."))]
NOT_EUROS = N_("«{value}» is not an amount in euros a month, such as 1250 or 99.90")
SAGE_FILES = N_("--format sage takes an application and a list of offers")
ONE_FILE = N_("name one file: the need (service.yaml)")
SECONDS = N_("«{value}» is not a number of seconds above 0")


def make(
    *files: Annotated[Path, Parameter(help=N_("The need (service.yaml); with --format sage, an application and its offers."))],
    prices: Prices = (),
    negotiated: Negotiated = (),
    regions: Regions = (),
    round_trips: RoundTrips = (),
    mapping: Mapped = None,
    db: Database = None,
    budget: Annotated[
        str | None, Parameter(name="--budget", help=N_("At most so many euros a month, instead of what the file says."))
    ] = None,
    spare: Annotated[
        bool, Parameter(name="--spare", negative="", help=N_("A spare for every component that has none, at another provider."))
    ] = False,
    spare_km: Annotated[int, Parameter(name="--spare-km", help=N_("With --spare: at least so many kilometres away."))] = 0,
    explain: Annotated[
        bool, Parameter(name="--explain", negative="", help=N_("Show why the nearest others lost, and every refused place."))
    ] = False,
    price_of_rules: Annotated[
        bool, Parameter(name="--price-of-rules", negative="", help=N_("Solve again without each kind of requirement: what it costs."))
    ] = False,
    each_rule: Annotated[bool, Parameter(name="--each-rule", negative="", help=N_("With --price-of-rules: one by one."))] = False,
    frontier: Annotated[
        bool,
        Parameter(name="--frontier", negative="", help=N_("Cost against the number of providers, and against carbon where it is stated.")),
    ] = False,
    allow_undetermined: Annotated[
        bool,
        Parameter(
            name="--allow-undetermined", negative="",
            help=N_("Plan also where the law is undetermined, and show it; never where it forbids."),
        ),
    ] = False,
    from_: Annotated[Path | None, Parameter(name="--from", help=N_("An earlier plan.json to begin the search from."))] = None,
    time_limit: Annotated[
        float | None, Parameter(name="--time-limit", help=N_("Cut the search after so many seconds; such a plan cannot be replayed."))
    ] = None,
    format_: Annotated[Literal["egide", "sage"], Parameter(name="--format", help=N_("The form of the files."))] = "egide",
    instances: Annotated[
        tuple[str, ...],
        Parameter(name="--instances", negative="", help=N_("With --format sage: component=number, where the file leaves it open.")),
    ] = (),
    out: Annotated[
        Path | None, Parameter(name="--out", help=N_("Write plan.json, page, workbook and cost lines (FOCUS) into this folder."))
    ] = None,
    on: On = None,
    force: Force = False,
    json: AsJson = False,
) -> int:  # fmt: skip
    """Choose offers and places: the cheapest lawful plan, its proof, its spare, and why the others lost."""
    from egide.app.files import WouldOverwriteError
    from egide.app.plan.making import Wishes
    from egide.app.plan.sources import Sources

    if time_limit is not None and not time_limit > 0:
        raise InputError(SECONDS, values={"value": time_limit})
    if format_ == "sage":
        from egide.cli.plan_sage import make_sage

        if len(files) != 2:
            raise InputError(SAGE_FILES)
        return make_sage(files[0], files[1], instances, time_limit, json=json)
    if len(files) != 1:
        raise InputError(ONE_FILE)
    if out and (out / "plan.json").exists() and not force:
        raise WouldOverwriteError(out / "plan.json")
    wishes = Wishes(
        day(on), _micro(budget), _spare(spare_km) if spare or spare_km else None, allow_undetermined, price_of_rules or each_rule,
        each_rule, frontier, explain or out is not None, from_,
    )  # fmt: skip
    question, made = _solved(Sources(files[0], prices, negotiated, regions, round_trips, mapping, db), wishes, time_limit)
    return _tell(question, made, out, explain=explain, force=force, json=json)


def _solved(sources: Sources, wishes: Wishes, time_limit: float | None) -> tuple[Question, PlanFile]:
    from egide.app.plan.making import make as plan
    from egide.app.plan.making import question as asked
    from egide.cli.plan_show import searching

    with door.brought_by("planner", "egide plan make"):
        from egide.planner.solve import Limits
    question = asked(sources, wishes)
    with searching() as told:
        return question, plan(question, wishes, Limits(wall_seconds=time_limit), told)


def _tell(question: Question, made: PlanFile, out: Path | None, *, explain: bool, force: bool, json: bool) -> int:
    from egide.app.plan.papers import save
    from egide.cli.plan_show import show
    from egide.planner.plan_file import plan_bytes
    from egide.vocabulary.findings import Verdict

    written = save(made, question.law.offers, out, door.LANG, force=force) if out else []
    if json:
        door.out(plan_bytes(made).decode().rstrip("\n"))
        door.problems(question.problems, aside=True)
    else:
        show(made, question, explain=explain)
    for path in written:
        door.error(door.say(N_("Written: {path}"), path=str(path)))
    if made.status == "infeasible":
        return REFUSED
    doubtful = any(one.verdict is Verdict.UNDETERMINED for one in made.verdicts)
    return UNDETERMINED if made.status == "undecided" or doubtful or question.problems else DONE


def _micro(written: str | None) -> int | None:
    if written is None:
        return None
    try:
        euros = Decimal(written.replace(",", ".").replace("\u202f", "").replace(" ", ""))
    except InvalidOperation:
        euros = Decimal(-1)
    if not euros.is_finite() or euros < 0:
        raise InputError(NOT_EUROS, values={"value": written})
    return int(euros * 1_000_000)


def _spare(at_least_km: int) -> Spare:
    from egide.planner.need import Spare

    if at_least_km < 0:
        said = {"name": "--spare-km", "value": at_least_km, "least": 0}
        raise InputError(N_("{name} is {value}: it cannot be less than {least}"), values=said)
    return Spare(True, at_least_km)


def verify(
    file: Annotated[Path, Parameter(help=N_("The plan (plan.json)."))],
    /,
    *,
    service: Annotated[
        Path | None, Parameter(name="--service", help=N_("The need that it should be of: read again, and put beside the plan's."))
    ] = None,
    prices: Prices = (),
    negotiated: Negotiated = (),
    regions: Regions = (),
    round_trips: RoundTrips = (),
    mapping: Mapped = None,
    db: Database = None,
    json: AsJson = False,
) -> int:  # fmt: skip
    """Derive every limit and every cent of a plan again, without the solver; with the files that it was made from, the law too."""
    from egide.app.plan.sources import Sources
    from egide.app.plan.verify import verify_plan
    from egide.cli.plan_show import show_faults

    checked = verify_plan(file, Sources(service, prices, negotiated, regions, round_trips, mapping, db) if service else None)
    if json:
        lang = door.lang()
        faults = [{"code": one.code, "args": dict(one.args), "text": lang.text(one.message, dict(one.args))} for one in checked.faults]
        door.emit({"plan": str(file), "holds": not faults, "against_files": checked.against_files, "faults": faults})
    else:
        show_faults(checked)
    return REFUSED if checked.faults else DONE
