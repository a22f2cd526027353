"""A deployment problem of SAGE's form, solved: which machines, each with what it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from egide.app.files import read
from egide.planner.packing import MOST_SETS, TooManySetsError, pack
from egide.planner.sage import read_application, read_offers
from egide.planner.solve import Limits
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.planner.plans import Status
    from egide.planner.solve import Progress

TOO_MANY = N_("more than {most} sets of components may share a machine: more than are tried")


@dataclass(frozen=True, slots=True)
class SagePlan:
    """The answer, in the source's own units of price."""

    name: str
    status: Status
    price: int | None
    machines: tuple[tuple[str, int, tuple[str, ...]], ...]
    """Offer, its price, the names of the components on it."""

    def document(self) -> dict[str, Any]:
        """As data."""
        machines = [{"offer": offer, "price": price, "components": list(held)} for offer, price, held in self.machines]
        return {"schema": "egide/packing/1", "name": self.name, "status": str(self.status), "price": self.price, "machines": machines}


def packed(
    application: Path, offers: Path, instances: Mapping[int, int], wall_seconds: float | None = None, progress: Progress | None = None,
) -> SagePlan:
    """Read both files and pack. Raises `InputError`."""
    boxes = read_offers(read(offers), str(offers))
    name, asked = read_application(read(application), str(application), instances)
    try:
        made = pack(asked, boxes, Limits(wall_seconds=wall_seconds), progress=progress)
    except TooManySetsError as error:
        raise InputError(TOO_MANY, Location(str(application)), values={"most": MOST_SETS}) from error
    prices, parts = {one.id: one.price for one in boxes}, {one.id: one.name for one in asked.parts}
    machines = tuple((offer, prices[offer], tuple(parts[part] for part in held)) for offer, held in made.machines)
    return SagePlan(name, made.status, made.price, machines)
