"""File names that every system takes: Windows too, whatever the service is called.

A name holds the service's words and six hexadecimal digits of its identifier, so two services never share one.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

from egide.vocabulary.findings import Decision

MAX_WORDS = 50

ENDINGS = {
    ("decision", "fr"): "note-de-decision", ("decision", "en"): "decision-note",
    ("derogation", "fr"): "demande-de-derogation", ("derogation", "en"): "derogation-request",
    ("clauses", "fr"): "clauses-a-demander", ("clauses", "en"): "contract-clauses",
}  # fmt: skip


def file_name(decision: Decision, paper: str, lang: str, format: str) -> str:
    """«paie-des-agents-3fa9c1-note-de-decision.docx»: lower case, ASCII, never a device name."""
    service = decision.service
    digits = hashlib.sha256(service.id.encode("utf-8", "replace")).hexdigest()[:6]
    return f"{worded(service.name)}-{digits}-{ENDINGS[paper, lang]}.{format}"


def worded(name: str) -> str:
    """A name in lower case and ASCII, its words joined by hyphens."""
    plain = unicodedata.normalize("NFKD", name.replace("œ", "oe").replace("Œ", "oe").replace("æ", "ae"))
    ascii_only = plain.encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")[:MAX_WORDS].strip("-") or "service"
