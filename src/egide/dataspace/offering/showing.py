"""Datasets as the protocol shows them, and the filters that a request may bring.

A filter is a list of `{leftOperand, operator, rightOperand}`, all of which must hold. What we cannot judge is refused, never left out: a
catalogue that ignored a filter would look like an answer to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, func

from egide.dataspace.kept.tables import DATASETS
from egide.dataspace.machines import Fault, Refusal
from egide.dataspace.messages.context import MINE
from egide.dataspace.offering.offered import Offered
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

OPERANDS = {"id": DATASETS.c.id, "title": DATASETS.c.title, "description": DATASETS.c.description, "mediaType": DATASETS.c.media_type}
OPERATORS = ("eq", "neq", "like")
MOST_CONDITIONS = 10
ESCAPE = "\\"
UNSUPPORTED = N_("no such filter is judged here: at most {most} conditions of leftOperand ({operands}), operator ({operators}) and a text")


def conditions(given: Sequence[Any]) -> list[ColumnElement[bool]] | Refusal:
    """The filter as conditions on datasets. ``like``: the text stands somewhere in it, whatever the case."""
    found: list[ColumnElement[bool]] = []
    for one in given:
        left = one.get("leftOperand") if isinstance(one, dict) else None
        operator = one.get("operator") if isinstance(one, dict) else None
        right = one.get("rightOperand") if isinstance(one, dict) else None
        unknown = one.keys() - {"leftOperand", "operator", "rightOperand", "@type"} if isinstance(one, dict) else {"?"}
        if left not in OPERANDS or operator not in OPERATORS or not isinstance(right, str) or unknown or len(given) > MOST_CONDITIONS:
            args = {"operands": ", ".join(OPERANDS), "operators": ", ".join(OPERATORS), "most": MOST_CONDITIONS}
            return Refusal(Fault.UNFIT, Reason("filter-unsupported", args, UNSUPPORTED))
        column = OPERANDS[left]
        if operator == "like":
            for sign in (ESCAPE, "%", "_"):
                right = right.replace(sign, ESCAPE + sign)
            found.append(func.lower(column).like(f"%{right.lower()}%", escape=ESCAPE))
        else:
            found.append(column == right if operator == "eq" else column != right)
    return found


def dataset(offered: Offered, service: str) -> dict[str, Any]:
    """A dataset within a catalogue. ``service``: the name of the service that gives access."""
    body: dict[str, Any] = {
        "@id": offered.id, "@type": "Dataset", "title": offered.title,
        "hasPolicy": [{"@type": "Offer", "@id": offer.id, **offer.rules} for offer in offered.offers],
        "distribution": [{"@type": "Distribution", "format": one, "accessService": service} for one in offered.formats],
    }  # fmt: skip
    return body | ({"description": offered.description} if offered.description else {})


def data_service(base: str) -> dict[str, Any]:
    """The one service that we have: this endpoint."""
    return {"@id": f"{base}#connector", "@type": "DataService", "endpointURL": base}


def catalogue(participant: str, base: str, page: Sequence[Offered]) -> dict[str, Any]:
    """A page of the catalogue."""
    service = data_service(base)
    body: dict[str, Any] = {
        "@context": MINE, "@id": f"{base}#catalog", "@type": "Catalog", "participantId": participant, "service": [service],
    }  # fmt: skip
    return body | ({"dataset": [dataset(one, service["@id"]) for one in page]} if page else {})


def alone(offered: Offered, base: str) -> dict[str, Any]:
    """A dataset as an answer of its own, with the whole service in it."""
    return {"@context": MINE, **dataset(offered, data_service(base)["@id"])} | {
        "distribution": [
            {"@type": "Distribution", "format": one, "accessService": data_service(base)} for one in offered.formats
        ],
    }  # fmt: skip
