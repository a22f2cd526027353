"""`egide plan make --format sage`: a deployment problem in the form of the SAGE project."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from egide.cli import DONE, REFUSED, UNDETERMINED, door
from egide.vocabulary.errors import InputError
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Sequence

NOT_INSTANCES = N_("«{value}» is not component=number, such as 2=3")


def make_sage(application: Path, offers: Path, instances: Sequence[str], time_limit: float | None, *, json: bool) -> int:
    """Pack the application on the cheapest machines, and show which machine holds what."""
    from egide.app.plan.sage import packed
    from egide.cli.plan_show import searching

    with door.brought_by("planner", "egide plan make"):
        import ortools  # noqa: F401
    with searching() as told:
        given = dict(_instance(one) for one in instances)
        made = packed(application, offers, given, time_limit, lambda best, bound: told("search", best, bound))
    if json:
        door.emit(made.document())
    elif made.price is None:
        door.out(door.lang().label(f"plan-{made.status}"))
    else:
        door.out(door.say(N_("{name}: {n} machines, price {price} ({status})"), name=made.name, n=len(made.machines), price=made.price,
                          status=door.lang().label(f"plan-{made.status}")))  # fmt: skip
        table = door.table(door.say(N_("Machine")), door.say(N_("Price")), door.say(N_("Components")))
        for machine, price, held in made.machines:
            table.add_row(door.plain(machine), str(price), door.plain(", ".join(held)))
        door.console().print(table)
    return REFUSED if made.status == "infeasible" else UNDETERMINED if made.price is None else DONE


def _instance(written: str) -> tuple[int, int]:
    part, _, number = written.partition("=")
    if not (part.strip().isdecimal() and number.strip().isdecimal()):
        raise InputError(NOT_INSTANCES, values={"value": written})
    return int(part), int(number)
