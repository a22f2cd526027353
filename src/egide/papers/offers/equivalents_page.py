"""The page of equivalents: what each cloud service comes to, the offers in its place with what is lost, what no qualified offer does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from egide.papers import text
from egide.papers.offers import equivalents_words as words
from egide.papers.offers import words as shared
from egide.papers.offers.equivalents_words import BEST_SHAPES, MATCH_SHAPES, MATCHES, Cited
from egide.papers.offers.page import filled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from egide.catalogue.equivalents import Candidate, Equivalents, Replaced
    from egide.catalogue.form import SourceForm
    from egide.vocabulary.language import Language

CLASSES = {"same": "m-same", "open": "m-unknown", "partial": "m-partial", "perhaps": "m-unknown", "none": "m-none"}


def equivalents_page(made: Equivalents, lang: str = "fr", offers: Mapping[str, str] | None = None) -> str:
    """The whole page. ``offers``: names of offers, for conditions and reasons."""
    said, names = shared.words(lang), offers or {}
    cited = Cited()
    services = [_service(one, said, names, cited) for one in made.replaced]
    title = words.title_of(made, said)
    return filled(
        "equivalents.html.j2", said, title, title,
        headline=words.headline(made, said), on=made.on, services=services, used=any(one.uses for one in made.replaced),
        gaps=[
            {"name": words.title(one.function, said), "perhaps": [names.get(offer, offer) for offer in one.perhaps]}
            for one in made.uncovered
        ],
        silent=[one.name for one in made.silent],
        unnamed=[{"offer": names.get(offer, offer), "services": text.listed(used, lang, 6)} for offer, used in made.unnamed.items()],
        notes=[_note(number, one, said) for one, number in cited.numbers.items()],
        across=True,
        disclaimer=said.text(words.DISCLAIMER, {"on": made.on}),
    )  # fmt: skip


def _service(one: Replaced, said: Language, names: Mapping[str, str], cited: Cited) -> dict[str, Any]:
    return {
        "id": one.service.id, "name": one.service.name, "provider": one.service.provider,
        "does": words.does(one, said),
        "notes": cited.all(one.service.sources),
        "uses": text.listed(one.uses, said.code, 6), "used": len(one.uses), "more": one.more, "assumed": words.assumed(one, said),
        "best": {"word": words.best(one, said), "shape": BEST_SHAPES[one.best], "class": CLASSES[one.best.value]},
        "good": words.good(one, said),
        "offers": [_candidate(candidate, said, names, cited) for candidate in one.candidates],
    }  # fmt: skip


def _candidate(one: Candidate, said: Language, names: Mapping[str, str], cited: Cited) -> dict[str, Any]:
    return {
        "name": one.offer.name, "provider": one.offer.provider,
        "match": {"word": said.text(MATCHES[one.match]), "shape": MATCH_SHAPES[one.match], "class": CLASSES[one.match.value]},
        "lost": words.lost(one, said), "unsaid": words.unsaid(one, said),
        "qualification": words.qualification(one.offer.qualified, said), "held": one.qualified, "scope": words.scope(one, said),
        "verdicts": [
            {"verdict": it.verdict.value if it.verdict else "", "word": it.word, "services": text.listed(it.services, said.code, 4),
             "because": it.because}
            for it in words.verdicts(one.stands, said, names)
        ],
        "notes": cited.all(words.sources(one)),
    }  # fmt: skip


def _note(number: int, one: SourceForm, said: Language) -> dict[str, Any]:
    return {"number": number, "issuer": one.issuer, "source": one.text, "read": text.read_text(one.read, said.code), "day": one.read_on}
