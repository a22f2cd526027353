"""What leaving an offer costs, and what replaces it: each figure with who states it and since when, none made up.

Terminating costs nothing when the qualification is lost (SecNumCloud 3.2, 19.1.g). Taking the data out may cost what it costs the
provider, and nothing from the day that the Data Act names (regulation (EU) 2023/2854, article 29).
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from egide.papers.plan.words import decimals, money
from egide.papers.text import source_text
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterator

    from egide.continuity.qualification import QualificationLost, StatedPrice
    from egide.vocabulary.findings import Source
    from egide.vocabulary.language import Language

MICRO = 10**6


def price_text(one: StatedPrice | None, said: Language) -> str:
    """What a month costs, who says it, since when."""
    if one is None:
        return said.text(N_("price not known"))
    told = {"price": money(one.micro_euros, said), "size": one.size, "issuer": one.issuer, "day": one.on}
    words = N_("{price} a month") if one.size is None else N_("from {price} a month ({size})")
    return f"{said.text(words, told)}, {_stated_by(one, said)}"


def _stated_by(one: StatedPrice, said: Language) -> str:
    words = N_("negotiated, {issuer}, {day}") if one.negotiated else N_("{issuer}, {day}")
    return said.text(words, {"issuer": one.issuer, "day": one.on})


def costs(made: QualificationLost, said: Language) -> Iterator[dict[str, str]]:
    """What leaving costs: no penalty, and the data taken out, which is free from a day on."""
    by_code = {one.what.code.removeprefix("step."): one for one in made.steps}
    yield _cost(N_("Penalty for the termination"), said.text(N_("no penalty")), by_code["give-notice"].source, said)
    price, free, moved = made.switching, free_from(made), by_code.get("transition-ends")
    stated = said.text(N_("price not known")) if price is None else said.text(
        N_("{price} a GB, {by}"), {"price": _exactly(price.micro_euros, said), "by": _stated_by(price, said)})
    if free is None or moved is None or moved.by is None:
        words = N_("as the agreement says; {stated}")
    else:
        words = N_("at cost at most; {stated}") if moved.by < free else N_("none from {day} on; before it, at cost at most ({stated})")
    source = by_code["charges"].source if free else None
    yield _cost(N_("Taking the data out"), said.text(words, {"stated": stated, "day": free}), source, said)


def free_from(made: QualificationLost) -> date | None:
    """The day from which switching costs nothing, where the Data Act applies already."""
    found = [one.what.args["day"] for one in made.steps if one.what.code == "step.charges"]
    return found[0] if found and isinstance(found[0], date) else None


def _exactly(micro_euros: int, said: Language) -> str:
    """A price that may be less than a cent."""
    figure = decimals(micro_euros / MICRO, said)
    return f"{figure}\u00a0€" if said.code == "fr" else f"€{figure}"


def _cost(what: str, how_much: str, source: Source | None, said: Language) -> dict[str, str]:
    cited, read = (source_text(source, said.code), source.read) if source else ("", "")
    return {"what": said.text(what), "amount": how_much, "source": cited, "read": read}


def price_json(one: StatedPrice | None) -> dict[str, Any] | None:
    """The price as data."""
    if one is None:
        return None
    return {
        "micro_euros": one.micro_euros, "size": one.size, "issuer": one.issuer, "on": one.on.isoformat(),
        "negotiated": one.negotiated,
    }  # fmt: skip
