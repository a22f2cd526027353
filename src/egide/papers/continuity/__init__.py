"""What is read and signed of a service's continuity: the page, the document, the plan, the exercise with its calendar, letters."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from egide.papers.continuity.calendar import calendar
from egide.papers.continuity.document import document
from egide.papers.continuity.notes import plans
from egide.papers.continuity.page import page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from egide.continuity import Continuity
    from egide.continuity.leaving import Terms

PAGE, DOCUMENT, CALENDAR = "continuity.html", "continuity.json", "continuity.ics"


def papers(made: Continuity, terms: Terms, lang: str) -> Mapping[str, bytes]:
    """Every paper by its file name."""
    return {
        PAGE: page(made, terms, lang).encode(), DOCUMENT: document_bytes(made, terms, lang), CALENDAR: calendar(made, terms, lang),
        **plans(made, terms, lang),
    }  # fmt: skip


def document_bytes(made: Continuity, terms: Terms, lang: str) -> bytes:
    """The document in UTF-8."""
    return json.dumps(document(made, terms, lang), ensure_ascii=False, indent=1).encode() + b"\n"


__all__ = ["CALENDAR", "DOCUMENT", "PAGE", "calendar", "document", "document_bytes", "page", "papers", "plans"]
