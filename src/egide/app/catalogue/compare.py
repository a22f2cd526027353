"""Offers side by side on a day, and what the reader's services may do on each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from egide.app.catalogue.shelves import shelf, subject_of
from egide.app.portfolio import assess
from egide.app.portfolio.explain import as_if_on
from egide.catalogue.comparing import MOST, Comparison, Standing, Wanted, compare
from egide.catalogue.elsewhere import elsewhere
from egide.catalogue.sheets import kind_of
from egide.papers.text import weighing
from egide.vocabulary.errors import InputError
from egide.vocabulary.findings import Reason, Verdict
from egide.vocabulary.language import N_
from egide.vocabulary.properties import SubjectKind

if TYPE_CHECKING:
    from egide.app.portfolio.assess import Run
    from egide.catalogue.kept.reading import Kept
    from egide.catalogue.sheets import Sheet
    from egide.catalogue.shelf import Shelf
    from egide.vocabulary.findings import Decision

BY_REGION = N_("it depends on the region: compare offer/region")


def compare_offers(
    names: Sequence[str], on: date, db: str | None = None, services: Sequence[Path] = (), answers: Path | None = None, lang: str = "fr",
) -> tuple[Comparison, Mapping[str, str]]:
    """The comparison, and the names of offers for its conditions.

    Raises `UnknownOfferError`, and `InputError` for fewer than two offers, the same twice, or more than `MOST`.
    """
    with shelf(on, db) as (known, kept):
        sheets = sheets_of(names, known, kept)
    run = assess.assess(services, on, answers=answers, lang=lang) if services else None
    return compared(sheets, on, run), run.assessment.offers if run else {}


def sheets_of(names: Sequence[str], known: Shelf, kept: Kept | None) -> list[Sheet]:
    """The offers to set side by side. Raises as `compare_offers`."""
    if not 2 <= len(names) <= MOST:
        raise InputError(N_("name from 2 to {most} offers; {n} are named"), values={"most": MOST, "n": len(names)})
    chosen = [subject_of(name, known, kept) for name in names]
    if len(set(chosen)) < len(chosen):
        raise InputError(N_("the same offer is named twice: {names}"), values={"names": ", ".join(names)})
    return [sheet for subject, region in chosen if (sheet := _sheet(known, subject, region)) is not None]


def compared(sheets: Sequence[Sheet], on: date, run: Run | None = None, most: int | None = None) -> Comparison:
    """The offers side by side, and what each service of a portfolio may do on them, or the first ``most``."""
    wanted = [_wanted(run, decision, sheets) for decision in run.assessment.decisions[:most]] if run else []
    return compare(sheets, on, wanted)


def _sheet(known: Shelf, subject: str, region: str | None) -> Sheet | None:
    """The offer there; a size of one without a region, as its list tells it in general."""
    own = known.about(subject)
    if region is None and kind_of(own) is SubjectKind.VARIANT:
        return elsewhere(subject, own, known.told(subject), known.on, known.withdrawn())
    return known.sheet(subject, region)


def _wanted(run: Run, decision: Decision, sheets: Sequence[Sheet]) -> Wanted:
    return Wanted(decision.service.name, tuple(_standing(run, decision, sheet) for sheet in sheets))


def _standing(run: Run, decision: Decision, sheet: Sheet) -> Standing:
    """What the rules say of the service on that offer; of a size of an offer, what they say of the offer."""
    listed = run.catalogue.by_id.get(str(sheet.value("variant_of") or sheet.subject))
    if listed is None:
        return Standing(None)
    region = next((one.id for one in listed.regions if one.id == sheet.region or len(listed.regions) == 1), None)
    for one in decision.eligible:
        if one.offer == listed.id and one.region in {None, region}:
            return Standing(one.verdict, one.conditions)
    key = f"{listed.id}/{region}" if region else listed.id
    verdict, reasons = _as_if(run, decision, key)
    if refused := decision.refused.get(key) or decision.refused.get(listed.id):
        settled = not any(one.code.endswith(".unknown") for one in refused)
        return Standing(Verdict.FORBIDDEN if verdict is Verdict.UNDETERMINED and settled else verdict, (), refused)
    return Standing(verdict, (), reasons)


def _as_if(run: Run, decision: Decision, key: str) -> tuple[Verdict, tuple[Reason, ...]]:
    """The verdict on the offer as it is bought today, nothing obtained, and what makes it.

    A candidate that is refused whatever is obtained is refused, though a derogation that nobody asked for would leave the question open.
    """
    offer = run.catalogue.by_id.get(key)
    regions = [f"{key}/{one.id}" for one in offer.regions] if offer else []
    each = [as_if_on(run, decision, name) for name in regions or [key]]
    if len({alone.verdict for alone in each}) > 1:
        return Verdict.UNDETERMINED, (Reason("region.unknown", {}, BY_REGION),)
    weighed = [finding.because[0] for hosting in each[0].hostings for finding in weighing(hosting) if finding.because]
    return each[0].verdict, tuple({(one.code, str(one.args)): one for one in weighed}.values())
