"""The catalogue: search with words, conditions and counts by value; what is left out as unknown; offers set aside to compare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from litestar import Response

from egide.app.catalogue.known import Making
from egide.catalogue.comparing import MOST
from egide.vocabulary.language import N_
from egide.vocabulary.properties import Form
from egide.web.rendering import page
from egide.web.routes import shows
from egide.web.visit import Visit

if TYPE_CHECKING:
    from egide.catalogue.fields import Field
    from egide.catalogue.search import Answered, Count, Facet, Where

ROWS = 25
MOST_PAGES = 10_000
MOST_TICKED = 40
MOST_WORDS = 200
"""Signs of the words: each count on the page repeats them in its address."""
SHOWN = ("countries", "qualification", "price")
"""The columns beside those that are asked."""
OPEN = ("qualification", "countries", "functions", "kinds")
"""The counts that are open at first."""
AGAIN_SECONDS = 3
ORDERS: Mapping[str, str] = {"relevance": N_("what fits best first"), "name": N_("by name"), "price": N_("cheapest first")}
QUOTES = (('"', '"'), ("'", "'"), ("«", "»"))


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address of a search asks."""

    text: str
    where: str
    ticked: tuple[str, ...]
    """Conditions taken from the counts, one each."""
    kept: tuple[str, ...]
    """Offers set aside."""
    sort: str
    unknown: bool
    page: int
    on: str

    @property
    def whole(self) -> str:
        """All conditions as one filter."""
        return " ".join(part for part in (self.where, *self.ticked) if part)

    def query(self, **changed: Any) -> list[tuple[str, str]]:
        """The search as the parts of an address, some of them changed; the first page unless a page is among them."""
        from egide.catalogue.search import SORTS

        now: dict[str, Any] = {
            "q": self.text, "where": self.where, "f": self.ticked, "offer": self.kept, "sort": self.sort if self.sort != SORTS[0] else "",
            "unknown": "1" if self.unknown else "", "on": self.on, **changed,
        }  # fmt: skip
        return [
            (name, str(one)) for name, value in now.items() for one in (value if isinstance(value, (tuple, list)) else (value,)) if one
        ]  # fmt: skip

    def address(self, **changed: Any) -> str:
        """As `query`, as an address."""
        asked = urlencode(self.query(**changed))
        return f"/catalogue?{asked}" if asked else "/catalogue"


def asked(visit: Visit) -> Asked:
    """What was asked, held within bounds."""
    from egide.catalogue.search import SORTS

    given = visit.query_params
    number = given.get("page", "1")
    sort = given.get("sort", SORTS[0])
    return Asked(
        given.get("q", "")[:MOST_WORDS].strip(), given.get("where", "")[:1000].strip(),
        tuple(dict.fromkeys(one[:300] for one in given.getall("f", [])[:MOST_TICKED])),
        tuple(dict.fromkeys(one[:1000] for one in given.getall("offer", [])[:MOST])), sort if sort in SORTS else SORTS[0],
        given.get("unknown") == "1", max(1, min(int(number), MOST_PAGES)) if number.isdecimal() and len(number) < 7 else 1,
        given.get("on", "")[:10],
    )  # fmt: skip


@shows("/catalogue")
def catalogue(request: Visit) -> Response[Any]:
    """What answers, by what it could be narrowed, and how much is left out."""
    from egide.catalogue.search import WhereError, chosen, fields, parse

    _ = request.somebody
    want, on = asked(request), request.day()
    wrong, where = None, parse("")
    try:
        where = parse(want.whole)
    except WhereError as error:
        wrong = request.language.text(error.message, error.values)
    index = request.site.known.finder(on)
    coming = index if isinstance(index, Making) else None
    if isinstance(index, Making):
        earlier = request.site.known.earlier(on)
        if earlier is None:
            return _making(request, index)
        index = earlier
    answer = index.ask(want.text, where, limit=ROWS, offset=(want.page - 1) * ROWS, sort=want.sort, facets=chosen(()), unknown=want.unknown)
    columns = _columns(where)
    listed = answer.unknown if want.unknown else answer.total
    return page(
        request, "catalogue.html.j2", on=on, want=want, answer=answer, wrong=wrong, columns=columns, orders=ORDERS, rows_a_page=ROWS,
        pages=max(1, -(-listed // ROWS)), coming=coming,
        listed=listed, rows=[_row(request, hit, columns) for hit in answer.hits],
        start=(want.page - 1) * ROWS, facets=[_facet(request, want, one, answer) for one in answer.facets if one.counts], most=MOST,
        fields=fields(), offer_address=lambda key: f"/catalogue/offers?{urlencode(_of(key, want.on))}",
    )  # fmt: skip


ROUTES = (catalogue,)


def _of(key: str, on: str) -> dict[str, str]:
    return {"id": key, "on": on} if on else {"id": key}


def _making(request: Visit, index: Making) -> Response[Any]:
    answer = page(request, "making.html.j2", status=202, rows=index.rows, again=AGAIN_SECONDS)
    answer.headers["Refresh"] = str(AGAIN_SECONDS)
    return answer


def _columns(where: Where) -> Sequence[Field]:
    from egide.catalogue.search import fields

    names = [*SHOWN, *(one.field.name for one in where.conditions if one.field.name not in {"region", "name", "provider"})]
    return [fields()[name] for name in dict.fromkeys(names)]


def _row(request: Visit, hit: Mapping[str, Any], columns: Sequence[Field]) -> dict[str, Any]:
    from egide.papers.offers.found import found_text

    values, conflicts, lang = hit["values"], set(hit["conflicts"]), request.language.code
    cells = [
        {"text": "" if values.get(one.name) is None else found_text(one, values[one.name], lang), "conflict": one.name in conflicts,
         "number": one.of.form in {Form.NUMBER, Form.MONEY}}
        for one in columns
    ]  # fmt: skip
    provider = values.get("provider")
    by = ", ".join(provider) if isinstance(provider, list) else provider
    return {"key": hit["key"], "name": hit["name"], "provider": by, "cells": cells}


def _facet(request: Visit, want: Asked, facet: Facet, answer: Answered) -> dict[str, Any]:
    """The counts of one field, each with the address that narrows the search to it; none where nothing would be left out."""
    from egide.catalogue.search import fields
    from egide.papers.offers.found import count_text

    field, lang = fields()[facet.field], request.language.code
    most = max(one.count for one in facet.counts)
    rows = []
    for one in facet.counts:
        condition = condition_of(field, one)
        narrow = condition is not None and condition not in want.ticked and len(want.ticked) < MOST_TICKED
        address = want.address(f=(*want.ticked, condition)) if narrow else ""
        rows.append({"text": count_text(field, one, lang), "count": one.count, "share": round(100 * one.count / most), "address": address})
    return {
        "name": field.name, "title": request.language.text(field.of.title), "rows": rows, "others": facet.others, "unknown": facet.unknown,
        "open": field.name in OPEN, "all": answer.total,
    }  # fmt: skip


def condition_of(field: Field, one: Count) -> str | None:
    """The condition that what was counted meets and nothing else; None for a text that cannot be quoted."""
    if one.value is not None:
        quoted = next((f"{begin}{one.value}{end}" for begin, end in QUOTES if begin not in one.value and end not in one.value), None)
        return f"{field.name}={quoted}" if quoted else None
    ends = [f"{field.name}>={_plain(field, one.low)}" if one.low is not None else "",
            f"{field.name}<{_plain(field, one.high)}" if one.high is not None else ""]  # fmt: skip
    return " ".join(end for end in ends if end) or None


def _plain(field: Field, number: float) -> str:
    """A number as the filter reads it: money in euros."""
    return f"{number / 10**6:.6f}".rstrip("0").rstrip(".") if field.of.form is Form.MONEY else f"{number:g}"


