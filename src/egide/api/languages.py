"""Which of our languages a request prefers, and the media type of what is said of errors."""

from __future__ import annotations

PROBLEM_MEDIA = "application/problem+json"
LANGUAGES = ("fr", "en")


def preferred(header: str, otherwise: str = "en") -> str:
    """The first of our languages by the weights of `Accept-Language` (RFC 9110, 12.5.4)."""
    ranked = []
    for place, part in enumerate(header[:500].split(",")):
        tag, _, weight = part.strip().partition(";")
        try:
            value = float(weight.partition("=")[2]) if weight else 1.0
        except ValueError:
            continue
        ranked.append((-value, place, tag.strip().lower()[:2]))
    return next((tag for value, _, tag in sorted(ranked) if tag in LANGUAGES and value < 0), otherwise)
