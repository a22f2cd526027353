"""The check of infrastructure code: read, place, judge each distinct place once, look, set aside what is waived or accepted.

Only here do the rooms meet: what the catalogue knows of an offer, what the law says of it and what a file declares.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from egide.app import law
from egide.app.files import read
from egide.app.portfolio import assess
from egide.catalogue.places import place_of, within_the_area
from egide.infrastructure.baseline import apply_baseline, read_baseline, write_baseline
from egide.infrastructure.checking import findings
from egide.infrastructure.code_findings import Checked, CodeFinding, Suppressed
from egide.infrastructure.code_rules import code_books, code_rules
from egide.infrastructure.declared import NOTHING_DECLARED, Declared, read_declared
from egide.infrastructure.hosts import known_hosts
from egide.infrastructure.lawful import Case, asks_of_code, judge
from egide.infrastructure.product import Product, of_needs, of_words, read_product, told_by
from egide.infrastructure.reach import cases_of, look
from egide.infrastructure.waivers import apply_waivers, waivers
from egide.vocabulary.errors import EgideError, InputError, Location
from egide.vocabulary.findings import Problem
from egide.vocabulary.language import N_
from egide.vocabulary.yaml import read_yaml

if TYPE_CHECKING:
    from egide.doctrine.assess import Doctrine
    from egide.infrastructure.hosts import Holder
    from egide.infrastructure.resources import Read, Remark
    from egide.vocabulary.offers import Catalogue, OfferOnDay

DECLARATION = "egide.yaml"
"""Taken from the folder that is checked when no other is named."""
NOBODY_KNOWS = N_("the offer `{offer}` is neither in the catalogue nor in the database: `egide catalogue import`, then --db")
Progress = Callable[[int, int], None]


class NothingToCheckError(EgideError):
    """No file could be read as infrastructure code."""

    hint = N_("name a plan (terraform show -json), HCL, Kubernetes manifests or Compose files")

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(N_("no infrastructure code could be read"))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class CheckRun:
    """A check and what its exit code rests on."""

    checked: Checked
    faults: bool
    found: tuple[CodeFinding, ...]
    """All findings that no waiver sets aside: what a baseline would accept."""
    unusable: tuple[str, ...] = ()
    """Plans and states that could not be used."""


def declaration_in(paths: Sequence[Path]) -> Path | None:
    """The declaration that lies in the folder checked, or beside the file checked; None when there is none."""
    for path in paths:
        beside = (path if path.is_dir() else path.parent) / DECLARATION
        if beside.is_file():
            return beside
    return None


def declared_in(declaration: Path | None) -> Declared:
    """What is declared of places. Raises `InputError`."""
    return read_declared(read(declaration), str(declaration)) if declaration is not None else NOTHING_DECLARED


def offers_named(declared: Declared, product: Product, on: date, db: str | None = None) -> Catalogue:
    """The catalogue, with offers of the database that a declaration names and that the catalogue lacks."""
    from egide.app.infrastructure.kept_offers import with_kept

    named = [holder.offer for _, holder in (*product.hosts, *product.copies) if holder.offer]
    return with_kept([*declared.offers, *named], on, db)


def read_code(
    paths: Sequence[Path], declared: Declared, on: date, offers: Catalogue, progress: Progress | None = None, within: Path | None = None,
) -> Read:  # fmt: skip
    """All that the files under these paths declare, each with its place. Raises `NothingToCheckError`, `InputError`."""
    from egide.app.infrastructure.finding import read_infrastructure

    found = read_infrastructure([_from_here(path) for path in paths], on, offers, declared, progress, within)
    nothing = not (found.resources or found.destroyed) and any(problem.rejected for problem in found.problems)
    if nothing or (not found.files and found.problems):
        raise NothingToCheckError(found.problems)
    at = Location(declared.file, path="infrastructure")
    unknown = [Problem(at, NOBODY_KNOWS, {"offer": name}, rejected=False) for name in declared.offers if name not in offers.by_id]
    return replace(found, problems=(*found.problems, *unknown))


def _from_here(path: Path) -> Path:
    """A path below the folder where the command is typed is told from there, however it was given: findings keep their names."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_absolute() and path.is_relative_to(here) else path


def product_of(
    declaration: Path | None, service: Path | None, kinds: Sequence[str], body: str | None, lang: str = "fr"
) -> Product:
    """What is said of the product: the declaration, then the file of services, then the command line, the last word holding."""
    product = Product()
    if declaration is not None:
        written = read_yaml(read(declaration), str(declaration)) or {}
        if not isinstance(written, dict):
            raise InputError(N_("a declaration is a mapping of keys to values"), Location(str(declaration)))
        product = read_product(written, str(declaration))
    if service is not None:
        product = _of_a_service(product, service, lang)
    said = of_words(kinds, body, "--data" if kinds else "--body")
    return replace(product, claims={**product.claims, **said.claims}, data=said.data or product.data)


def _of_a_service(product: Product, path: Path, lang: str) -> Product:
    """What a service says of itself: `service.yaml` of `egide plan`, or the one service of a file as `egide assess` reads it.

    Raises `InputError` when the file names several services.
    """
    content = read(path)
    if path.suffix.lower() in (".yaml", ".yml"):
        written = read_yaml(content, str(path))
        if isinstance(written, dict) and "components" in written:
            return _joined(product, of_needs(written, str(path)))
    given = assess.portfolio([path], assess.catalogue(), lang=lang)
    if len(given.services) != 1:
        many = N_("the file names {n} services, and the code is that of one")
        raise InputError(many, Location(str(path)), values={"n": len(given.services)})
    (service,) = given.services
    said = {name: claim for name, claim in service.claims.items() if claim.value is not None}
    hosting = service.hostings[0].claims if service.hostings else {}
    return _joined(product, told_by(Product(claims=said, hosting=hosting)))


def _joined(product: Product, said: Product) -> Product:
    """The later word holds."""
    claims, hosting = {**product.claims, **said.claims}, {**product.hosting, **said.hosting}
    return replace(product, claims=claims, hosting=hosting, data=said.data or product.data)


def check(
    given: Read, product: Product, on: date, *, lines: Mapping[str, Sequence[str]] | None = None, baseline: Path | None = None,
    offers: Catalogue | None = None,
) -> CheckRun:
    """Judge what was read. ``lines`` are those of the files that hold remarks; ``offers``: those it was read with."""
    offers = offers or assess.catalogue()
    product = _as_the_catalogue_names(product, offers)
    looked = look(given.resources, known_hosts().also(product.hosts), product.copies)
    between = lines if lines is not None else remark_lines(given.remarks)
    given_waivers = waivers(given.remarks, given.resources, between, product, tuple(code_rules()))
    cases = cases_of(looked)
    doctrine = _doctrine(offers, cases, on)
    places = _places({case.country for case in cases if case.country}, on)
    found = findings(looked, judge(cases, product, doctrine, places), product, within_the_area(), on)
    standing, waived, said = apply_waivers(found, given_waivers, on)
    stands, accepted, no_longer = _accepted(standing, baseline)
    body = product.claims.get("body.status")
    checked = Checked(
        on, stands, (*waived, *accepted), (*given.problems, *said, *_faults(doctrine)), given.files, len(given.resources),
        sum(one.resource.standing.by == "unknown" and not one.resource.standing.nowhere for one in looked),
        sum(one.resource.standing.nowhere for one in looked), offers.as_of,
        max(law.law_as_read(law.in_use()), *(book.read_on for book in code_books())),
        {offer.id: offer.name for offer in offers.offers}, product.data, product.says_data,
        str(body.value) if body else None, no_longer,
    )  # fmt: skip
    return CheckRun(checked, bool(doctrine.program.faults), standing, given.unusable)


def _as_the_catalogue_names(product: Product, offers: Catalogue) -> Product:
    """Whoever holds a name that belongs to an offer goes by the catalogue's name: it tells whether two places are one provider's."""

    def named(holder: Holder) -> Holder:
        known = offers.by_id.get(holder.offer or "")
        return replace(holder, party=known.provider) if known else holder

    return replace(product, hosts=tuple((name, named(one)) for name, one in product.hosts),
                   copies=tuple((match, named(one)) for match, one in product.copies))  # fmt: skip


def _accepted(standing: tuple[CodeFinding, ...], baseline: Path | None) -> tuple[tuple[CodeFinding, ...], tuple[Suppressed, ...], int]:
    if baseline is None:
        return standing, (), 0
    words = str(baseline)
    return apply_baseline(standing, read_baseline(read(baseline), words), words)


def baseline_of(run: CheckRun) -> bytes:
    """What a baseline of this check holds."""
    return write_baseline(run.found, run.checked.on)


def remark_lines(remarks: Iterable[Remark]) -> dict[str, list[str]]:
    """The lines of each file that holds remarks."""
    return {name: read(Path(name)).decode("utf-8-sig", "replace").splitlines() for name in dict.fromkeys(one.file for one in remarks)}


def _doctrine(offers: Catalogue, cases: Iterable[Case], on: date) -> Doctrine:
    """The law of the day, with each offer in each region that a case names beside those of the catalogue."""
    from egide.doctrine.assess import Doctrine
    from egide.rules.evaluation import compile_rules, only

    program = only(compile_rules(law.in_use(), on), asks_of_code)
    return Doctrine(program, [*assess.offers_on(offers, on), *_named(offers, cases, on)])


def _named(offers: Catalogue, cases: Iterable[Case], on: date) -> list[OfferOnDay]:
    from egide.catalogue import facts_on
    from egide.vocabulary.offers import OfferOnDay

    wanted = sorted({(case.offer, case.region or "") for case in cases if case.offer in offers.by_id})
    made = []
    for name, region in wanted:
        offer = offers.by_id[name]
        if region not in {known.id for known in offer.regions}:
            made.append(OfferOnDay(name, region or None, offer.kinds, facts_on(offer, region or None, on, offers)))
    return made


def _places(countries: Iterable[str], on: date) -> dict[str, str]:
    """The law's word for each country."""
    from egide.vocabulary.offers import Region

    return {country: str(place_of(Region("", "", country), on).value) for country in countries}


def _faults(doctrine: Doctrine) -> list[Problem]:
    return [
        Problem(Location(fault.rule), N_("the check {check} failed: {error}"), {"check": fault.check, "error": fault.error}, False)
        for fault in dict.fromkeys(doctrine.program.faults)
    ]
