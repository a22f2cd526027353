"""Notes: what a person signs and sends about one service, as DOCX or ODT.

A decision note for every service; a derogation request and contract clauses where they are due. Every note is a template
filled with one documented context: ours are written as outlines (`texts/`), a user's come from Word or LibreOffice, and
both go through the same sandbox. The same decision gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from egide.papers.notes.base import FORMATS, PAPERS, base_template
from egide.papers.notes.context import context
from egide.papers.notes.naming import file_name
from egide.papers.notes.template import compiled, fill, render
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.findings import Assessment, Decision
from egide.vocabulary.language import N_


def notes(
    decision: Decision, assessment: Assessment, lang: str, format: str,
    templates: Mapping[str, bytes] | None = None, marking: str = "",
) -> Mapping[str, bytes]:  # fmt: skip
    """The papers due for one service, by file name.

    ``format`` is ``docx`` or ``odt``. ``templates`` are the user's own, by name: ``decision.docx``, ``derogation.odt`` …;
    what they leave out is ours. ``marking``: the body's own, beside the one that the paper calls for.
    Raises `InputError` on a template that cannot be used.
    """
    check_names(templates or {})
    written: dict[str, bytes] = {}
    for paper in PAPERS:
        values = context(paper, decision, assessment, lang)
        if marking:
            values["marking"] = f"{marking} · {values['marking']}" if values["marking"] else marking
        if is_due(paper, values):
            name = f"{paper}.{format}"
            template = compiled((templates or {}).get(name) or base_template(paper, lang, format), name)
            if template.format != format:
                said = N_("a {expected} template was expected, this one is {found}")
                raise InputError(said, Location(name), values={"expected": format, "found": template.format})
            written[file_name(decision, paper, lang, format)] = fill(template, values)
    return written


def check_names(templates: Iterable[str]) -> None:
    """Refuse a template that no paper would use. Raises `InputError`."""
    known = [f"{paper}.{kind}" for paper in PAPERS for kind in FORMATS]
    for name in templates:
        if name not in known:
            said = N_("no paper uses this template; name it one of {known}")
            raise InputError(said, Location(name), values={"known": ", ".join(known)})


def is_due(paper: str, values: Mapping[str, object]) -> bool:
    """Whether the paper has something to say: a decision always, the others where they are due."""
    if paper == "derogation":
        due = values["derogation"]
        return isinstance(due, Mapping) and bool(due["due"])
    return paper == "decision" or bool(values["clauses"])


__all__ = ["FORMATS", "PAPERS", "base_template", "check_names", "context", "notes", "render"]
