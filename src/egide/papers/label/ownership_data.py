"""Who holds a company, as data: the same whether it is asked alone or within the document of a label."""

from __future__ import annotations

import csv
from fractions import Fraction
from io import StringIO
from typing import TYPE_CHECKING, Any

from egide.ownership.figures import plain
from egide.papers.label.rows import COLUMNS, holders
from egide.papers.label.words import Teller, party_names
from egide.papers.workbook import LOOKS_LIKE_A_FORMULA
from egide.vocabulary.findings import Answer
from egide.vocabulary.language import language

if TYPE_CHECKING:
    from egide.ownership.answers import Bounds, CapTest, Chain, Held, Link, Ownership
    from egide.ownership.holdings import Origin, Party, Range
    from egide.papers.sheets import Cell
    from egide.vocabulary.findings import Problem

SCHEMA = "egide/ownership/1"


def ownership_document(own: Ownership, lang: str = "fr") -> bytes:
    """The answer alone, in UTF-8: what `egide ownership show --json` prints."""
    import msgspec  # noqa: PLC0415

    told = Teller(language(lang), party_names(own, language(lang)))
    return msgspec.json.format(msgspec.json.encode(ownership_values(own, told)), indent=2) + b"\n"


def ownership_table(own: Ownership, lang: str = "fr") -> bytes:
    """The holders in every reading, as CSV that a spreadsheet opens: UTF-8 with its mark, semicolons, no formula."""
    told = Teller(language(lang), party_names(own, language(lang)))
    out = StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([told.t(title) for title, _ in COLUMNS["Holders"]])
    writer.writerows([_plain(cell, told) for cell in row] for row in holders(own, told))
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _plain(cell: Cell, told: Teller) -> str:
    if isinstance(cell, Answer):
        return told.token("answer-", cell)
    said = "" if cell is None else str(cell)
    return f"'{said}" if said.startswith(LOOKS_LIKE_A_FORMULA) else said


def ownership_values(own: Ownership, told: Teller) -> dict[str, Any]:
    """The whole answer for one company on one day, as plain values."""
    return {
        "schema": SCHEMA,
        "company": own.company,
        "on": own.on.isoformat(),
        "answer": str(own.answer),
        "readings": {
            "union": sorted(own.readings.union),
            "union_name": own.readings.union_name,
            "persons_count": own.readings.persons_count,
            "one": fraction(own.readings.one),
            "together": fraction(own.readings.together),
            "either_breach_fails": own.readings.either_breach_fails,
            "presumption": fraction(own.readings.presumption),
        },
        "third_control": str(own.third_control),
        "third_veto": str(own.third_veto),
        "third_organs": str(own.third_organs),
        "tests": [_test(one) for one in own.tests],
        "holders": [_held(one, told) for one in own.holders],
        "controllers": [
            {
                "party": one.party,
                "third": str(one.third),
                "how": str(one.how),
                "answer": str(one.answer),
                "chain": _chain(one.chain, told),
            }
            for one in own.controllers
        ],
        "disclosures": [
            {
                "holder": one.holder,
                "held": one.held,
                "right": str(one.right),
                "ask": {"code": one.ask.code, "text": told.reason(one.ask)},
                "settles": one.settles,
            }
            for one in own.disclosures
        ],
        "parties": [_party(one) for _, one in sorted(own.parties.items())],
        "links": [_link(one) for one in own.links],
        "conflicts": [
            {"holder": one.holder, "held": one.held, "right": str(one.right), "first": one.first, "second": one.second}
            for one in own.conflicts
        ],
        "oscillating": list(own.oscillating),
        "problems": [problem_values(one, told) for one in own.problems],
    }


def problem_values(one: Problem, told: Teller) -> dict[str, Any]:
    """Something that could not be read, with its place."""
    at = one.at
    return {
        "file": at.file, "sheet": at.sheet, "row": at.row, "column": at.column, "path": at.path,
        "message": told.t(one.message, **dict(one.args)), "rejected": one.rejected,
    }  # fmt: skip


def fraction(value: object) -> str | None:
    """An exact share as text, ``241/1000``; None for what is no share."""
    return str(value) if isinstance(value, Fraction) else None


def _bounds(bounds: Bounds | None) -> dict[str, Any] | None:
    if bounds is None:
        return None
    return {"low": str(bounds.low), "high": str(bounds.high), "low_open": bounds.low_open, "rounded": bounds.rounded}


def _test(one: CapTest) -> dict[str, Any]:
    return {
        "method": str(one.method),
        "right": str(one.right),
        "diluted": one.diluted,
        "largest": one.largest,
        "one": _bounds(one.one),
        "one_answer": str(one.one_answer),
        "together": _bounds(one.together),
        "together_answer": str(one.together_answer),
        "answer": str(one.answer),
    }


def _held(one: Held, told: Teller) -> dict[str, Any]:
    return {
        "party": one.party,
        "third": str(one.third),
        "shares": [{"method": str(method), "right": str(right), **(_bounds(share) or {})} for (method, right), share in one.shares.items()],
        "chains": [_chain(chain, told) for chain in one.chains],
        "power": fraction(one.power),
    }


def _chain(chain: Chain, told: Teller) -> dict[str, Any]:
    return {"links": [_link(link) for link in chain.links], "share": _bounds(chain.share), "text": told.chain(chain)}


def _link(link: Link) -> dict[str, Any]:
    return {"holder": link.holder, "held": link.held, "how": str(link.how), "share": _range(link.share), "origin": _origin(link.origin)}


def _range(share: Range | None) -> dict[str, Any] | None:
    """A stated share in per cent, as it was written; an open end is not reached."""
    if share is None:
        return None
    return {"low": plain(share.low), "high": plain(share.high), "low_open": share.low_open, "high_open": share.high_open}


def _origin(origin: Origin | None) -> dict[str, Any] | None:
    if origin is None:
        return None
    return {"issuer": origin.issuer, "on": origin.on.isoformat() if origin.on else None, "source": origin.source, "read": origin.read}


def _party(one: Party) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name,
        "kind": str(one.kind),
        "seat": one.seat,
        "administration": one.administration,
        "establishment": one.establishment,
        "listed": one.listed,
        "identifiers": list(one.identifiers),
    }
