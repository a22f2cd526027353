"""The papers that a provider signs, as DOCX or ODT: report, residual risks (5.3.d-e), annexes (15.1.a, 19.2.d), notice (19.6.f)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from egide.papers.label.context import context
from egide.papers.notes.base import FORMATS, base_template
from egide.papers.notes.naming import worded
from egide.papers.notes.template import compiled, fill
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from egide.label.results import Gap, LabelAssessment, Simulation

ROOM = "egide.papers.label"
PAPERS = ("report", "residual-risks", "annexes", "notice")
ENDINGS = {
    ("report", "fr"): "rapport-de-label", ("report", "en"): "label-report",
    ("residual-risks", "fr"): "risques-residuels", ("residual-risks", "en"): "residual-risks",
    ("annexes", "fr"): "tiers-et-donnees-techniques", ("annexes", "en"): "third-parties-and-technical-data",
    ("notice", "fr"): "information-des-clients", ("notice", "en"): "customer-notice",
}  # fmt: skip


def label_papers(
    assessment: LabelAssessment, lang: str, format: str, *, gaps: Sequence[Gap] = (), templates: Mapping[str, bytes] | None = None,
) -> Mapping[str, bytes]:  # fmt: skip
    """The report, the residual-risk statement and the annexes of one offer, by file name.

    ``format`` is ``docx`` or ``odt``; ``templates`` are the user's own, by name (``report.docx`` …), ours where they leave one
    out. Raises `InputError` on a template that cannot be used.
    """
    check_names(templates or {})
    return {
        file_name(assessment, paper, lang, format): _written(paper, lang, format, context(paper, assessment, lang, gaps), templates)
        for paper in ("report", "residual-risks", "annexes")
    }


def notices(simulation: Simulation, lang: str, format: str, *, templates: Mapping[str, bytes] | None = None) -> Mapping[str, bytes]:
    """One notice for each who must be told, by file name; none when nobody has to be.

    What one customer reads never names another.
    """
    check_names(templates or {})
    written = {}
    for place, notice in enumerate(simulation.notices, 1):
        for to in notice.whom or (None,):
            values = context("notice", simulation.after, lang, simulation=simulation, notice=notice, to=to)
            again = f"-{place}" if len(simulation.notices) > 1 else ""
            whom = f"-{worded(to.id)}" if to else ""
            name = file_name(simulation.after, "notice", lang, format).replace(f".{format}", f"{again}{whom}.{format}")
            written[name] = _written("notice", lang, format, values, templates)
    return written


def check_names(templates: Iterable[str]) -> None:
    """Refuse a template that no paper would use. Raises `InputError`."""
    known = [f"{paper}.{kind}" for paper in PAPERS for kind in FORMATS]
    for name in templates:
        if name not in known:
            said = N_("no paper uses this template; name it one of {known}")
            raise InputError(said, Location(name), values={"known": ", ".join(known)})


def file_name(assessment: LabelAssessment, paper: str, lang: str, format: str) -> str:
    """«nuage-fictif-calcul-3fa9c1-rapport-de-label.docx»: the offer's words, six digits of its identifier."""
    dossier = assessment.dossier
    digits = hashlib.sha256(dossier.id.encode("utf-8", "replace")).hexdigest()[:6]
    return f"{worded(dossier.name)}-{digits}-{ENDINGS[paper, lang]}.{format}"


def _written(paper: str, lang: str, format: str, values: Mapping[str, object], templates: Mapping[str, bytes] | None) -> bytes:
    name = f"{paper}.{format}"
    template = compiled((templates or {}).get(name) or base_template(paper, lang, format, ROOM), name)
    if template.format != format:
        said = N_("a {expected} template was expected, this one is {found}")
        raise InputError(said, Location(name), values={"expected": format, "found": template.format})
    return fill(template, values)
