"""A plan in words: amounts, what was asked for, why a place lost, and the sentence that comes first."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from egide.papers import text
from egide.planner import requirements as asked
from egide.planner.plans import Status
from egide.vocabulary.findings import Change, Verdict
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from egide.planner.market import Source
    from egide.planner.plan_file import PlanFile, Why
    from egide.planner.plans import Requirement
    from egide.vocabulary.language import Language

MICRO, CENT, MILLI = 1_000_000, Decimal("0.01"), 1000
REQUIREMENTS: Mapping[str, str] = {
    asked.ADMISSION: N_("{about}: only where the law lets it run"), asked.COUNTRIES: N_("{about}: only in the countries that it names"),
    asked.PROVIDERS: N_("{about}: only at the providers that it names"), asked.PLACES: N_("{about}: only in the places that it names"),
    asked.ROUND_TRIP: N_("{about}: the limit of the round trip"), asked.TOGETHER: N_("{about}: in one place"),
    asked.APART: N_("{about}: each at another provider"), asked.SPARE_PROVIDER: N_("{about}: the spare at another provider"),
    asked.SPARE_DISTANCE: N_("{about}: the distance of the spare"), asked.AT_LEAST_PROVIDERS: N_("the least number of providers"),
    asked.MOST_SHARE: N_("the most that one provider may hold"), asked.BUDGET: N_("the budget"),
    asked.SIZES: N_("{about}: machines of the size that it asks for, at a stated price"),
}  # fmt: skip
KINDS: Mapping[str, str] = {
    asked.ADMISSION: N_("Only where the law lets it run"), asked.COUNTRIES: N_("The countries that are named"),
    asked.PROVIDERS: N_("The providers that are named"), asked.PLACES: N_("The places that are named"),
    asked.ROUND_TRIP: N_("The limits of round trips"), asked.TOGETHER: N_("What must be in one place"),
    asked.APART: N_("What must be at different providers"), asked.SPARE_PROVIDER: N_("Spares at another provider"),
    asked.SPARE_DISTANCE: N_("The distances of spares"), asked.AT_LEAST_PROVIDERS: N_("The least number of providers"),
    asked.MOST_SHARE: N_("The most that one provider may hold"), asked.BUDGET: N_("The budget"),
}  # fmt: skip
"""A whole kind of requirement, as its price is told."""
DISCLAIMER = N_("Decision support, not legal advice nor an offer: prices are those stated on the days shown, net of tax; "
                "a month is 730 hours.")  # fmt: skip


def euros(micro: int) -> Decimal:
    """Whole cents, half to even, for cells that are added again by hand; the file keeps the micro-euros."""
    return (Decimal(micro) / MICRO).quantize(CENT)


def money(micro: int | None, said: Language) -> str:
    """«1 234,56 €» in French, «€1,234.56» in English; not known where it isn't."""
    if micro is None:
        return said.text(N_("not known"))
    figure = f"{abs(euros(micro)):,.2f}"
    sign = "−" if micro < 0 else ""
    if said.code == "fr":
        return sign + figure.replace(",", "\u202f").replace(".", ",") + "\u00a0€"
    return f"{sign}€{figure}"


def decimals(value: float, said: Language) -> str:
    """A figure with the decimals that it has, six at the most."""
    shown = f"{value:,.6f}".rstrip("0").rstrip(".")
    return shown.replace(",", "\u202f").replace(".", ",") if said.code == "fr" else shown


def requirement(one: Requirement, said: Language) -> str:
    """What was asked for, of whom."""
    about = (" → " if one.kind == asked.ROUND_TRIP else ", ").join(one.about)
    return said.text(REQUIREMENTS.get(one.kind, one.kind), {"about": about})


def kind(those: tuple[Requirement, ...], said: Language) -> str:
    """A group of requirements whose price is told together."""
    return requirement(those[0], said) if len(those) == 1 else said.text(KINDS[those[0].kind])


def why(one: Why, said: Language, offers: Mapping[str, str]) -> str:
    """A reason in words."""
    return text.reason_text(one.reason(), said.code, offers)


def whys(those: Iterable[Why], said: Language, offers: Mapping[str, str]) -> str:
    """Several reasons, in one cell."""
    return ("\u202f; " if said.code == "fr" else "; ").join(dict.fromkeys(why(one, said, offers) for one in those))


def change(fact: str, to: object, said: Language, offers: Mapping[str, str]) -> str:
    """What is to be obtained."""
    return text.change_text(Change(fact, to), offers, said.code)  # type: ignore[arg-type]


def source(one: Source | None, said: Language) -> str:
    """Who states a price, and that it was negotiated."""
    if one is None:
        return said.text(N_("not known"))
    return f"{one.issuer}{' · ' + said.text(N_('negotiated')) if one.negotiated else ''}"


def headline(made: PlanFile, said: Language) -> str:
    """The answer in one sentence."""
    match made.status:
        case Status.INFEASIBLE:
            one = N_("No plan meets this need: {n} requirement stands in the way.")
            many = N_("No plan meets this need: {n} requirements cannot hold together.")
            return said.plural(one, many, len(made.conflict)) if made.conflict else said.text(N_("No plan meets this need."))
        case Status.UNDECIDED:
            return said.text(N_("Time ran out with neither a plan nor a proof that there is none."))
    providers = {one.place.partition("/")[0] for one in made.placements}
    values = {
        "total": money(made.total, said),
        "components": said.plural(N_("{n} component"), N_("{n} components"), len(made.placements)),
        "providers": said.plural(N_("at {n} provider"), N_("at {n} providers"), len(providers)),
        "places": said.plural(N_("in {n} place"), N_("in {n} places"), len({one.place for one in made.placements})),
    }
    return said.text(N_("{total} a month: {components} {providers}, {places}."), values)


def standing(made: PlanFile, said: Language) -> list[str]:
    """How sure that is, and what to beware of."""
    lines = []
    if made.status is Status.OPTIMAL:
        lines.append(said.text(N_("Proven: no lawful plan that meets the need is cheaper, at these prices.")))
    elif made.status is Status.FEASIBLE:
        lines.append(said.text(N_("Not proven the cheapest: no plan costs less than {bound}."), {"bound": money(made.bound, said)}))
    if made.let_go is not None:
        named = text.listed((requirement(one, said) for one in made.let_go.requirements), said.code)
        way = N_("The cheapest way out lets go of this: {what}. The plan then costs {total} a month.")
        lines.append(said.text(way, {"what": named, "total": money(made.let_go.total, said)}))
    elif made.status is Status.INFEASIBLE:
        none = N_("Nothing that may be let go would give a plan: the law, or what is sold at a stated price, leaves none.")
        lines.append(said.text(none))
    if not made.replayable:
        lines.append(said.text(N_("The clock cut the search: the same files may give another plan, so this one cannot be replayed.")))
    if made.undetermined_allowed:
        doubtful = [f"{one.component} ({one.place})" for one in made.verdicts if one.verdict is Verdict.UNDETERMINED]
        if doubtful:
            names = text.listed(doubtful, said.code)
            lines.append(said.text(N_("Planned though the law is undetermined, as was asked: {names}."), {"names": names}))
    if made.unpriced:
        lines.append(said.plural(N_("{n} machine has no price that counts: it is planned apart, never as free."),
                                 N_("{n} machines have no price that counts: they are planned apart, never as free."), len(made.unpriced)))
    return lines
