"""A service's continuity: its file, the plan, the catalogue and registers of holdings in; the assessment and its papers out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from egide.app.files import read, write_all
from egide.app.portfolio import assess
from egide.catalogue.names import plain
from egide.catalogue.standing import standing
from egide.continuity import Known, Planned, Qualified, read_continuity
from egide.continuity import assess as judge
from egide.continuity.assess import at
from egide.ownership.countries import EU
from egide.planner.need_form import need_of
from egide.planner.plan_reading import read_plan
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.findings import Answer
from egide.vocabulary.language import N_
from egide.vocabulary.yaml import read_yaml

if TYPE_CHECKING:
    from egide.continuity import Continuity, Declared
    from egide.continuity.declared import At
    from egide.planner.need import Need
    from egide.planner.plan_file import PlanFile
    from egide.vocabulary.offers import Catalogue, Offer

NO_PLACES = N_("this plan places nothing: it says {status}")
OTHER_PLAN = N_("this plan places «{name}», which the service does not have")
LONGEST_BYTES = 4 * 2**20


@dataclass(frozen=True, slots=True)
class Given:
    """A service as its file says it."""

    need: Need
    declared: Declared


def service(path: Path) -> Given:
    """The need and what it declares of its recovery. Raises `InputError`."""
    content, file = read(path, LONGEST_BYTES), path.name
    said = read_yaml(content, file)
    need = need_of(said, file).need
    return Given(need, read_continuity(said.get("continuity"), need, file))


def continuity(
    path: Path, on: date, *, lose: Sequence[str] = (), plan: Path | None = None, owners: Sequence[Path] = (),
) -> Continuity:
    """The assessment on that day. ``owners``: files of holdings. Raises `InputError`."""
    given = service(path)
    planned_file = read_plan(read(plan), plan.name) if plan else None
    planned = _planned(planned_file, given.need, plan) if planned_file and plan else None
    return judge(given.declared, known(given.declared, on, owners, planned_file), lose, planned)


def _planned(made: PlanFile, need: Need, path: Path) -> Planned:
    if not made.placements:
        raise InputError(NO_PLACES, Location(str(path), path="$.placements"), values={"status": str(made.status)})
    own = need.by_id
    spare_of = {spare: base for base, spare, _ in made.need.spares}  # a plan may have added some: egide plan make --spare
    for one in made.placements:
        if spare_of.get(one.component, one.component) not in own:
            raise InputError(OTHER_PLAN, Location(str(path), path="$.placements"), values={"name": one.component})
    spares = {spare_of[one.component]: one.place for one in made.placements if one.component in spare_of}
    cost = sum(one.cost for one in made.placements if one.component in spare_of)
    cost += sum(one.cost for one in made.transfers if spare_of.keys() & {one.source, one.target})
    return Planned({one.component: one.place for one in made.placements if one.component not in spare_of}, spares, cost)


def known(declared: Declared, on: date, owners: Sequence[Path] = (), plan: PlanFile | None = None) -> Known:
    """What the catalogue and the registers say, on that day, of whom the service names."""
    offers = assess.catalogue()
    places = [*_places(declared), *(at(one.place) for one in (plan.placements if plan else ()))]
    names = dict.fromkeys([*(one.provider for one in places if one.provider), *declared.providers])
    for said in declared.providers.values():
        names |= dict.fromkeys((*(said.controlled_by or ()), *(said.rests_on or ())))
    held = {name: _offers_of(name, offers) for name in names}
    controllers, seats = _controllers(names, owners, on)
    control = {**seats, **{name: country for name, those in held.items() if (country := _control(those, on, offers))}}
    return Known(
        on, EU, controllers, control, {name: below for name, those in held.items() if (below := _below(those, names, held, offers))},
        _countries(places, held, plan), {name: those[0].id for name, those in held.items() if len(those) == 1},
        _qualified(declared, places, held, on, offers),
    )  # fmt: skip


def _places(declared: Declared) -> Iterable[At]:
    for entry in declared.components.values():
        yield entry.at
        yield from (one.at for one in entry.standbys)
        yield from (one.at for one in entry.backups)
        yield from (one.restore_at for one in entry.backups if one.restore_at)
        if entry.rebuild and entry.rebuild.at:
            yield entry.rebuild.at
    for one in declared.dependencies:
        yield one.at
        if one.alternative:
            yield one.alternative.at


def _offers_of(name: str, offers: Catalogue) -> list[Offer]:
    """The offers that a name means: one by its own name, else all of that provider."""
    wanted = plain(name)
    exact = [offer for offer in offers.offers if wanted in {plain(offer.id), plain(offer.name)}]
    return exact or [offer for offer in offers.offers if wanted in {plain(offer.provider), *map(plain, offer.aliases)}]


def _control(those: Sequence[Offer], on: date, offers: Catalogue) -> str | None:
    """The country that all of them are known to be controlled from."""
    from egide.catalogue import facts_on

    said = {claim.value for offer in those if (claim := facts_on(offer, None, on, offers).get("offer.controlled_from")) and claim.value}
    return str(said.pop()) if len(said) == 1 else None


def _below(those: Sequence[Offer], names: Iterable[str], held: Mapping[str, list[Offer]], offers: Catalogue) -> tuple[str, ...]:
    """Providers of the offers that these stand on, by the name that the service gives them, else by the catalogue's."""
    found: dict[str, None] = {}
    own = {offer.id for offer in those}
    for base in (base for offer in those for base in offer.built_on if base not in own and base in offers.by_id):
        named = [name for name in names if base in {offer.id for offer in held[name]}]
        found |= dict.fromkeys(named or [offers.by_id[base].provider])
    return tuple(found)


def _countries(places: Iterable[At], held: Mapping[str, list[Offer]], plan: PlanFile | None) -> dict[str, str]:
    found = {place.key: place.country for place in (plan.places if plan else ()) if place.country}
    for one in places:
        for offer in held.get(one.provider or "", ()):
            for region in offer.regions:
                if one.region and plain(one.region) in {plain(name) for name in (region.id, region.name, *region.aliases)}:
                    found.setdefault(f"{one.provider}/{one.region}", region.country)
    return found


def _qualified(
    declared: Declared, places: Iterable[At], held: Mapping[str, list[Offer]], on: date, offers: Catalogue
) -> dict[str, Qualified | None]:
    """Where each offer that is named stands, in each region that is named."""
    named = {offer.id for those in held.values() for offer in those}
    named |= {entry.offer for entry in declared.components.values() if entry.offer in offers.by_id and entry.offer}
    named |= {one.offer for one in declared.providers.values() if one.offer in offers.by_id and one.offer}
    regions = {one.region for one in places if one.region}
    found: dict[str, Qualified | None] = {}
    for identifier in sorted(named):
        offer = offers.by_id[identifier]
        for region in (None, *sorted(regions)):
            stands = standing(offer, region, on, offers.readings)
            key = f"{identifier}/{region}" if region else identifier
            line = stands.line
            if stands.status == "qualified" and line:
                narrow = region if line.regions else None
                found[key] = Qualified(identifier, offer.name, narrow, line.end, line.decision)
            elif stands.status is not None:
                found[key] = None
    return found


def _controllers(names: Iterable[str], owners: Sequence[Path], on: date) -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
    """Who surely controls each provider that the registers name, by the service's name for them where it has one; and their seats."""
    if not owners:
        return {}, {}
    from egide.app.ownership import register
    from egide.ownership import Readings, prepare
    from egide.ownership.holdings import PartyKind

    said = register(owners)
    own = {plain(name): name for name in names}
    called = {
        party.id: next((own[key] for key in (plain(party.id), plain(party.name)) if key in own), party.name or party.id)
        for party in said.parties.values()
    }  # fmt: skip
    ready = prepare(said, on, Readings(EU, "EU"))
    wanted = [identifier for identifier, name in called.items() if plain(name) in own and identifier in ready.graph.index]
    controllers: dict[str, tuple[str, ...]] = {}
    seats: dict[str, str] = {}
    for identifier in wanted:
        answer = ready.ownership(identifier)
        sure = [one.party for one in answer.controllers if one.answer is Answer.MET]
        if any(one.answer is Answer.UNKNOWN for one in answer.controllers):
            continue  # somebody else may: who controls it is not known
        companies = [party for party in sure if said.parties[party].kind is not PartyKind.PERSON]
        controllers[called[identifier]] = tuple(called[party] for party in companies)
        for party in (identifier, *sure):
            if seat := said.parties[party].seat:
                seats[called[party]] = seat
    return controllers, seats


def save(made: Continuity, folder: Path, lang: str, *, force: bool = False) -> list[Path]:
    """The page, the document, the plan of continuity and recovery in both formats, the exercise with its calendar."""
    from egide.app.continuity.leaving_terms import terms
    from egide.papers.continuity import papers

    return write_all(folder, papers(made, terms(made.on), lang), force)
