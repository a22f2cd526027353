"""Invented statements of BODS 0.4, written as briefly as the standard lets them."""

from __future__ import annotations

import hashlib
import json
from typing import Any

PUBLISHED = {"publicationDate": "2026-09-01", "bodsVersion": "0.4", "publisher": {"name": "Registre fictif"}}


def statement(
    record: str, kind: str, details: dict[str, Any], on: str | None = "2026-01-01", status: str = "new", **more: Any,
) -> dict[str, Any]:
    said = {
        "declarationSubject": "nuage", "recordId": record, "recordType": kind, "recordStatus": status,
        "recordDetails": {"isComponent": False, **details}, "publicationDetails": PUBLISHED, **more,
    }
    if on is not None:
        said["statementDate"] = on
    said.setdefault("statementId", hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:40])
    return said


def company(record: str, country: str = "FR", **more: Any) -> dict[str, Any]:
    details = {"entityType": {"type": "registeredEntity"}, "name": f"{record} fictive", "jurisdiction": {"name": country, "code": country}}
    return statement(record, "entity", {**details, **more})


def interest(kind: str = "shareholding", share: dict[str, float] | float | None = None, way: str = "direct", **more: Any) -> dict[str, Any]:
    said: dict[str, Any] = {"type": kind, "directOrIndirect": way, **more}
    if share is not None:
        said["share"] = share if isinstance(share, dict) else {"exact": share}
    return said


def relation(record: str, holder: Any, held: str, *interests: dict[str, Any], **more: Any) -> dict[str, Any]:
    details: dict[str, Any] = {"subject": held, "interestedParty": holder, "interests": list(interests)}
    for name in ("isComponent", "componentRecords"):
        if name in more:
            details[name] = more.pop(name)
    return statement(record, "relationship", details, **more)


def as_lines(*statements: dict[str, Any]) -> bytes:
    return "\n".join(json.dumps(one, ensure_ascii=False) for one in statements).encode()


def as_array(*statements: dict[str, Any]) -> bytes:
    return json.dumps(statements, ensure_ascii=False, indent=1).encode()
