"""SARIF 2.1.0 (OASIS): findings as code scanning reads them.

Rule names are stable, so are the fingerprints (``egide/v1``); a waiver is a suppression in the source, a baseline one outside it. A
finding without a line points at its file; SARIF has no third answer, so what is undetermined is a warning whose ``verdict`` says so.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from egide import __version__
from egide.infrastructure.code_findings import PRODUCT, Level, plain_name
from egide.infrastructure.code_rules import code_rules
from egide.papers.infrastructure.words import address_text, disclaimer, finding_text, sources_text, suppression_text, to_do_text
from egide.papers.text import place_text, source_text
from egide.vocabulary.language import language

if TYPE_CHECKING:
    from collections.abc import Mapping

    from egide.infrastructure.code_findings import Checked, CodeFinding, Suppressed
    from egide.infrastructure.resources import Where
    from egide.vocabulary.findings import Problem

VERSION = "2.1.0"
SCHEMA_URI = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
FINGERPRINT = "egide/v1"
LEVEL: Mapping[Level, str] = {Level.FORBIDDEN: "error", Level.UNDETERMINED: "warning", Level.CONDITIONAL: "warning", Level.ADVICE: "note"}
KINDS = {"waiver": "inSource", "baseline": "external"}


def sarif(checked: Checked, code: str) -> bytes:
    """One run, indented, the same bytes for the same check."""
    found = [*checked.standing, *(one.finding for one in checked.suppressed)]
    names = [name for name in code_rules() if any(one.rule == name for one in found)]
    index = {name: place for place, name in enumerate(names)}
    results = [_result(one, index, checked, code) for one in checked.standing]
    results += [
        {**_result(one.finding, index, checked, code), "suppressions": [_suppression(one, code)]} for one in checked.suppressed
    ]
    driver = {
        "name": "Égide", "semanticVersion": __version__, "version": __version__, "language": code,
        "rules": [_rule(name, code) for name in names],
    }  # fmt: skip
    notifications = [_notification(one, code) for one in checked.problems]
    run = {
        "tool": {"driver": driver},
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": notifications}],
        "columnKind": "utf16CodeUnits",
        "results": results,
        "properties": {
            "on": checked.on.isoformat(), "lawAsRead": checked.law_as_read.isoformat(),
            "catalogueAsOf": checked.catalogue_as_of.isoformat(), "resources": checked.resources, "disclaimer": disclaimer(checked, code),
        },
    }  # fmt: skip
    document = {"$schema": SCHEMA_URI, "version": VERSION, "runs": [run]}
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _notification(one: Problem, code: str) -> dict[str, Any]:
    text = f"{place_text(one.at, code)}: {language(code).text(one.message, one.args)}"
    return {"level": "error" if one.rejected else "note", "message": {"text": text}}


def _rule(name: str, code: str) -> dict[str, Any]:
    rule = code_rules()[name]
    return {
        "id": name,
        "shortDescription": {"text": rule.title.in_(code)},
        "fullDescription": {"text": f"{rule.title.in_(code)}. {source_text(rule.source, code)}"},
        "help": {"text": rule.remedy.in_(code)},
        "properties": {"source": rule.source.text, "at": rule.source.at, "read": rule.source.read, "tags": [rule.book.partition("@")[0]]},
    }


def _result(one: CodeFinding, index: Mapping[str, int], checked: Checked, code: str) -> dict[str, Any]:
    to_do, said = to_do_text(one, code), finding_text(one, checked.offers, code)
    properties: dict[str, Any] = {"verdict": str(one.level), "toDo": to_do, "sources": list(sources_text(one, code))}
    if one.articles:
        properties["articles"] = [article.rule for article in one.articles]
    properties |= {name: value for name, value in (("place", one.place), ("party", one.party)) if value}
    return {
        "ruleId": one.rule,
        "ruleIndex": index[one.rule],
        "level": LEVEL[one.level],
        "message": {"text": f"{address_text(one.address, code)} — {said} {to_do}"},
        "locations": [_location(one)],
        "partialFingerprints": {FINGERPRINT: one.fingerprint},
        "properties": properties,
    }


def _location(one: CodeFinding) -> dict[str, Any]:
    physical = _physical(one.where)
    if one.address == PRODUCT:
        return {"physicalLocation": physical}
    return {"physicalLocation": physical, "logicalLocations": [{"fullyQualifiedName": one.address, "kind": "resource"}]}


def _physical(where: Where) -> dict[str, Any]:
    name = plain_name(where.file)
    artifact: dict[str, Any] = {"uri": quote(name, safe="/:@-._~!$&'()*+,;=")}
    if not name.startswith("/") and ":" not in name:
        artifact["uriBaseId"] = "%SRCROOT%"
    return {"artifactLocation": artifact, "region": {"startLine": where.line or 1}}


def _suppression(one: Suppressed, code: str) -> dict[str, Any]:
    made: dict[str, Any] = {"kind": KINDS[one.by.kind], "status": "accepted", "justification": suppression_text(one, code)}
    if one.by.at is not None and one.by.at.line is not None:
        made["location"] = {"physicalLocation": _physical(one.by.at)}
    return made
