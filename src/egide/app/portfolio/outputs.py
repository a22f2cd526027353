"""Where an assessment goes: page, workbook and document in one folder, and the notes of each service when asked."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from egide.app.files import WouldOverwriteError, read, write_all
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.papers.differences import Differences
    from egide.vocabulary.findings import Assessment

PAGE, WORKBOOK, DOCUMENT = "egide.html", "egide.xlsx", "egide.json"


def previous(path: Path) -> dict[str, Any]:
    """An earlier document, to compare with. Raises `InputError` when it is not one of ours."""
    try:
        kept = json.loads(read(path))
    except ValueError as error:
        raise InputError(N_("not readable as JSON: {error}"), Location(str(path)), values={"error": error}) from error
    if not isinstance(kept, dict) or kept.get("schema") != "egide/assessment/1":
        at = Location(str(path), path="$.schema")
        raise InputError(N_("not a document of kind {schema}"), at, values={"schema": "egide/assessment/1"})
    return kept


def save(
    assessment: Assessment, folder: Path, lang: str, *, since: Differences | None = None, notes: bool = False,
    templates: Path | None = None, force: bool = False, progress: Callable[[int, int], None] | None = None,
) -> list[Path]:
    """Write every paper; nothing is written when one of them would go over an existing file.

    Returns the paths. Raises `WouldOverwriteError`, `InputError`.
    """
    from egide.papers.document import document_bytes
    from egide.papers.page import page
    from egide.papers.workbook import workbook

    folder = Path(folder)
    for name in (PAGE, WORKBOOK, DOCUMENT, *(["notes"] if notes else [])):
        if (folder / name).exists() and not force:
            raise WouldOverwriteError(folder / name)
    written = {
        PAGE: page(assessment, lang, since=since).encode(),
        WORKBOOK: workbook(assessment, lang),
        DOCUMENT: document_bytes(assessment, lang),
    }
    paths = write_all(folder, written, force)
    if notes:
        paths += _notes(assessment, folder / "notes", lang, templates, force, progress)
    return paths


def _notes(
    assessment: Assessment, folder: Path, lang: str, templates: Path | None, force: bool, progress: Callable[[int, int], None] | None
) -> list[Path]:
    from egide.papers.notes import notes

    own = {path.name: read(path) for path in sorted(templates.glob("*.*"))} if templates else None
    paths: list[Path] = []
    for count, decision in enumerate(assessment.decisions, 1):
        for kind in ("docx", "odt"):
            paths += write_all(folder, notes(decision, assessment, lang, kind, own), force)
        if progress:
            progress(count, len(assessment.decisions))
    return paths
