"""``egide/check/1``: a check as JSON. Tokens never vary by language; the sentences are in the language asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from egide import __version__
from egide.infrastructure.code_findings import LEVELS, plain_name
from egide.infrastructure.code_rules import code_rules
from egide.papers.infrastructure.words import finding_text, headline, title_text, to_do_text
from egide.papers.text import place_text
from egide.vocabulary.language import language

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from egide.infrastructure.code_findings import Checked, CodeFinding, Suppressed
    from egide.vocabulary.findings import Problem

SCHEMA = "egide/check/1"
SENTENCES = ("title", "text", "to_do")
"""What of a finding varies with the language, beside the titles of its articles."""


def check_document(checked: Checked, code: str, also: Sequence[str] = ()) -> dict[str, Any]:
    """The whole check. ``also``: other languages in which its sentences are said beside."""
    return {
        "schema": SCHEMA,
        "product": {"name": "egide", "version": __version__},
        "on": checked.on.isoformat(),
        "law_as_read": checked.law_as_read.isoformat(),
        "catalogue_as_of": checked.catalogue_as_of.isoformat(),
        "lang": code,
        "headline": headline(checked, code),
        "data": list(checked.data),
        "body": checked.body,
        "resources": checked.resources,
        "unplaced": checked.unplaced,
        "nowhere": checked.nowhere,
        "files": [{"name": plain_name(one.name), "form": one.form, "resources": one.resources} for one in checked.files],
        "counts": {str(level): checked.count(level) for level in LEVELS},
        "findings": [_finding(one, checked.offers, code) for one in checked.standing],
        "suppressed": [_suppressed(one, checked.offers, code) for one in checked.suppressed],
        "baseline_no_longer_found": checked.no_longer,
        "problems": [_problem(one, code) for one in checked.problems],
        **({"also": {other: _sentences(checked, other) for other in also}} if also else {}),
    }


def _sentences(checked: Checked, code: str) -> dict[str, Any]:
    """All that varies with the language, in the order of the document."""
    worded = {
        "findings": [_finding(one, checked.offers, code) for one in checked.standing],
        "suppressed": [_finding(one.finding, checked.offers, code) for one in checked.suppressed],
    }
    return {
        "headline": headline(checked, code),
        **{name: [_worded(one) for one in found] for name, found in worded.items()},
        "problems": [{key: said[key] for key in ("at", "text")} for said in (_problem(one, code) for one in checked.problems)],
    }


def _worded(finding: Mapping[str, Any]) -> dict[str, Any]:
    return {**{name: finding[name] for name in SENTENCES}, "article_titles": [one["title"] for one in finding["articles"]]}


def _finding(one: CodeFinding, offers: Mapping[str, str], code: str) -> dict[str, Any]:
    source = code_rules()[one.rule].source
    return {
        "rule": one.rule,
        "title": title_text(one.rule, code),
        "level": str(one.level),
        "address": one.address,
        "file": plain_name(one.where.file),
        "line": one.where.line,
        "path": one.where.path,
        "text": finding_text(one, offers, code),
        "reason": {"code": one.reason.code, "args": _plain(one.reason.args)},
        "to_do": to_do_text(one, code),
        "declare": one.ask.code.removeprefix("declare.") if one.ask else None,
        "place": one.place,
        "party": one.party,
        "articles": [
            {
                "rule": article.rule, "title": article.title.in_(code), "text": article.source.text, "at": article.source.at,
                "read": article.source.read,
            }
            for article in one.articles
        ],
        "source": {"text": source.text, "at": source.at, "read": source.read},
        "fingerprint": one.fingerprint,
    }  # fmt: skip


def _suppressed(one: Suppressed, offers: Mapping[str, str], code: str) -> dict[str, Any]:
    return {
        **_finding(one.finding, offers, code),
        "suppressed_by": one.by.kind,
        "because": one.by.reason,
        "until": one.by.until.isoformat() if one.by.until else None,
    }


def _problem(one: Problem, code: str) -> dict[str, Any]:
    return {
        "at": place_text(one.at, code), "file": plain_name(one.at.file), "line": one.at.row,
        "text": language(code).text(one.message, one.args), "rejected": one.rejected,
    }  # fmt: skip


def _plain(args: Mapping[str, object]) -> dict[str, Any]:
    return {name: value if isinstance(value, (str, int, bool, type(None))) else _listed(value) for name, value in args.items()}


def _listed(value: object) -> Any:
    return sorted(map(str, value)) if isinstance(value, (set, frozenset, list, tuple)) else str(value)
