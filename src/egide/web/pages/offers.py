"""One offer with its evidence and who depends on it; several side by side."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

from litestar import Response

from egide.accounts import people
from egide.accounts.roles import Act
from egide.app.catalogue.catalogues import UnknownOfferError
from egide.app.portfolio import assess
from egide.app.portfolio.judged import key_of
from egide.catalogue.composition import FOLLOWED
from egide.vocabulary.findings import Verdict
from egide.web.rendering import page
from egide.web.routes import shows
from egide.web.visit import Visit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from egide.app.portfolio.assess import Run
    from egide.catalogue.comparing import Comparison
    from egide.catalogue.kept.reading import Depending, Kept
    from egide.catalogue.sheets import Sheet
    from egide.vocabulary.findings import Decision

DEPENDING_SHOWN, HOLDS, CHAINS_TOLD = 40, 60, 6
AGAIN_SECONDS = 3
SERVICES_COMPARED = 20
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class OnIt(NamedTuple):
    """The services of a body that are on an offer; None while they are judged."""

    body: people.BodyOf
    decisions: list[Decision] | None


@shows("/catalogue/offers")
def offer(request: Visit) -> Response[Any]:
    """All that anybody states of one offer on a day."""
    from egide.app.catalogue.shelves import subject_of
    from egide.papers.offers.offer import offer_parts, stands_on

    _ = request.somebody
    on, name, words = request.day(), request.query_params.get("id", "")[:1000], request.language
    known, kept = request.site.known.shelf(on)
    try:
        subject, region = subject_of(name, known, kept) if name else ("", None)
    except UnknownOfferError as unknown:
        return _absent(request, name, unknown.near)
    sheet = known.sheet(subject, region) if subject else None
    if sheet is None:
        return _absent(request, name, [])
    listed = assess.catalogue().by_id.get(subject)
    chain = request.site.known.chains.of(
        (*request.site.known.state(on), subject, region, words.code), lambda sheet_of: stands_on(subject, sheet_of, words.code),
        known.sheet_in(region), lambda: known.anew().sheet_in(region),
    )  # fmt: skip
    services = _services(request, subject, region, on)
    answer = page(
        request, "offer.html.j2", on=on, sheet=sheet, subject=subject, region=region, kind=known.kind(subject), listed=listed,
        key=f"{subject}/{region}" if region else subject, regions=known.regions(subject), provider=sheet.value("provider"),
        depending=_depending(subject, kept), services=services, verdicts=list(Verdict),
        holdings=_holdings(request, sheet, kept, on), key_of=key_of, stands_on=chain, again=AGAIN_SECONDS,
        more=DEPENDING_SHOWN, address=lambda key: address_of(key, request.query_params.get("on", "")), **offer_parts(sheet, words.code),
    )  # fmt: skip
    if chain is None or any(one.decisions is None for one in services):
        answer.headers["Refresh"] = str(AGAIN_SECONDS)
    return answer


@shows("/catalogue/compare")
def compare(request: Visit) -> Response[Any]:
    """Offers side by side, and what some of a body's services may do on each when the address names the body."""
    from egide.papers.offers.page import comparison_parts

    comparison, run = _compared(request)
    kept = [side.key for side in comparison.sides]
    asked = [("offer", one) for one in kept] + ([("on", request.query_params["on"])] if request.query_params.get("on") else [])
    return page(
        request, "compare.html.j2", mine=_readable(request), chosen=request.query_params.get("body", ""), asked=asked,
        back=urlencode(asked), first=SERVICES_COMPARED, address=lambda key: address_of(key, request.query_params.get("on", "")),
        **comparison_parts(comparison, request.language.code, run.assessment.offers if run else {}),
    )  # fmt: skip


@shows("/catalogue/compare.xlsx")
def compare_workbook(request: Visit) -> Response[bytes]:
    """The same as a workbook, with every statement."""
    from egide.papers.offers.tables import comparison_workbook

    comparison, run = _compared(request)
    made = comparison_workbook(comparison, request.language.code, run.assessment.offers if run else {})
    return Response(made, media_type=XLSX, headers={"Content-Disposition": 'attachment; filename="egide-comparaison.xlsx"'})


@shows("/catalogue/compare.csv")
def compare_csv(request: Visit) -> Response[bytes]:
    """Every statement of the comparison, a row each."""
    from egide.papers.offers.tables import comparison_csv

    made = comparison_csv(_compared(request)[0], request.language.code)
    named = {"Content-Disposition": 'attachment; filename="egide-comparaison.csv"'}
    return Response(made, media_type="text/csv; charset=utf-8", headers=named)


ROUTES = (offer, compare, compare_workbook, compare_csv)


def address_of(key: str, on: str = "") -> str:
    """Where an offer's page is."""
    return f"/catalogue/offers?{urlencode({'id': key, 'on': on} if on else {'id': key})}"


def _absent(request: Visit, name: str, near: Sequence[str]) -> Response[Any]:
    """The catalogue is everybody's, so that an offer is unknown is no secret."""
    return page(request, "offer-absent.html.j2", status=404, name=name[:200], near=near, address=address_of)


def _compared(request: Visit) -> tuple[Comparison, Run | None]:
    from egide.app.catalogue.compare import compared, sheets_of

    _ = request.somebody
    on, body = request.day(), request.query_params.get("body", "")
    known, kept = request.site.known.shelf(on)
    names = list(dict.fromkeys(one[:1000] for one in request.query_params.getall("offer", [])))
    sheets = sheets_of(names, known, kept)
    run = None
    if body:
        request.for_body(body, Act.READ)
        seen = request.site.portfolios.see(body, on, request.language.code)
        run = seen.judged.run if seen.judged else None
    return compared(sheets, on, run, SERVICES_COMPARED), run


def _depending(subject: str, kept: Kept) -> Depending:
    """The offers that are said to stand on it."""
    listed = {one.id: one.name for one in assess.catalogue().offers if subject in one.built_on}
    found = kept.depending(subject, FOLLOWED, listed, DEPENDING_SHOWN)
    return replace(found, first=[(one, listed.get(one, name)) for one, name in found.first])


def _services(request: Visit, subject: str, region: str | None, on: date) -> list[OnIt]:
    """The services on it, of the bodies that the caller may read."""
    found = []
    for one in _readable(request):
        decisions = request.site.placed.on(one.id, on, request.language.code, subject)
        if decisions is None:
            found.append(OnIt(one, None))
        elif here := [each for each in decisions if _on_it(each, subject, region)]:
            found.append(OnIt(one, here))
    return found


def _holdings(request: Visit, sheet: Sheet, kept: Kept, on: date) -> dict[str, Any] | None:
    """Who holds the provider, as a dossier says that the caller may read: picture, words and table."""
    from egide.papers.ownership_picture import chain_sentences, ownership_picture, picture_rows

    lang, mine = request.language.code, {one.id: one for one in _readable(request)}
    same = kept.standing_on([sheet.subject], ["same_as"]).get(sheet.subject, ())
    held = request.site.holders.of(sheet, same, mine, on)
    if held is None:
        return None
    rows, own = picture_rows(held.ownership, lang), held.ownership
    return {
        "body": mine[held.body], "address": f"/b/{held.body}/label/{held.dossier}", "by": held.by.name.lower(), "of": held.name,
        "others": held.others, "picture": ownership_picture(own, lang), "words": chain_sentences(own, lang)[:CHAINS_TOLD],
        "head": rows[0], "rows": rows[1 : HOLDS + 1], "more": max(0, len(rows) - 1 - HOLDS),
    }  # fmt: skip


def _readable(request: Visit) -> list[people.BodyOf]:
    """The bodies whose things the caller may read."""
    caller = request.somebody
    with request.site.store.read() as tx:
        return [one for one in people.bodies_of(tx, caller.person.number) if caller.may(Act.READ, one.id)]


def _on_it(decision: Decision, subject: str, region: str | None) -> bool:
    return any(
        one.hosting.offer == subject and (region is None or one.hosting.region in (None, region)) for one in decision.hostings
    )
