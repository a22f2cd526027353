"""«OVH public cloud GRA», «Azure France Central», «cloud Pi»: which offer of the catalogue, in which region, and how surely.

A wrong offer would give a wrong verdict with a straight face, so a name counts only when it is written: a whole name or alias, or
one a typing slip away. A provider that sells several offers names none of them; two offers in one text name neither; a text that
says «ex», «vers» or «SaaS sur» speaks of an offer without saying that the service is there. All of these stay a question, with the
offers that may be meant.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from egide.portfolio.cells import said_nothing
from egide.portfolio.words import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from egide.vocabulary.offers import Offer

THRESHOLD = 80
NEAR = 5
_LONGEST = 7
"""Words in the longest name looked for."""

_FILLERS = frozenset({
    "heberge", "hebergee", "hebergement", "hebergeur", "chez", "sur", "le", "la", "les", "l", "d", "de", "du", "des", "en",
    "dans", "a", "au", "aux",
    "et", "region", "zone", "az", "cloud", "offre", "plateforme", "infrastructure", "service", "services", "paas", "iaas",
    "caas", "iaas paas",
    "production", "prod", "the", "on", "in", "at", "of", "hosted", "hosting", "managed", "manage", "par", "by", "france", "fr",
    "europe", "eu",
    "tenant", "vm", "kubernetes", "k8s", "serveurs", "serveur", "datacenter",
    "datacentre",
})
_DOUBTS = frozenset({
    "puis", "then",
    "ex", "ancien", "ancienne", "anciennement", "avant", "migration", "vers", "pas", "non", "sauf", "hors", "ou", "or", "not",
    "never", "formerly", "former", "futur",
    "future", "bientot", "peut", "etre", "probablement", "maybe", "possibly", "via", "saas", "editeur", "prestataire", "sous",
    "traitant", "infogerant",
    "infogere", "infogerance", "revendeur", "integrateur", "quitte", "quitter", "sortie", "abandon", "remplace", "type",
    "compatible", "equivalent",
    "comme", "like", "similaire", "autre", "sans", "without", "sauvegarde", "sauvegardes", "backup", "secours", "pra", "editor",
    "vendor", "reseller",
})
_FLAVOURS = frozenset({"secnumcloud", "snc", "qualifie", "qualifiee", "souverain", "souveraine", "sovereign", "confiance"})
"""They part the offers of a provider that sells several; qualification itself is read in the catalogue, never in a text."""
_NOT_ON_PREMISE = frozenset({"cloud", "hebergeur", "externe", "externalise", "prive", "provider"})
"""Beside «interne», these say that the word is not about the body's own machines."""
_NO_REGION = frozenset({"de", "par", "la", "le", "en", "local", "sin", "mil", "ash", "hil", "us", "eu"})
"""Codes of regions that are also words."""
_BRAND_TAILS = ("cloud", "telecom", "webservices", "group", "groupe")


@dataclass(frozen=True, slots=True)
class OfferMatch:
    """What a text names."""

    offer: str | None
    region: str | None
    confidence: int
    """0 to 100; the offer is given from `THRESHOLD` on."""
    near: tuple[str, ...] = ()
    """Offers that may be meant when none is sure, likeliest first."""


@dataclass(slots=True)
class _Hit:
    offers: frozenset[str]
    first: int
    last: int
    score: int


@dataclass
class OfferIndex:
    """The names of the offers, made ready once for a whole file."""

    ids: frozenset[str] = frozenset()
    names: dict[str, set[str]] = field(default_factory=dict)
    """Joined letters and digits of a name, to the offers that bear it."""
    providers: dict[str, set[str]] = field(default_factory=dict)
    regions: dict[str, dict[str, str]] = field(default_factory=dict)
    """Joined name of a region to offer to region identifier."""
    _known: dict[str, OfferMatch] = field(default_factory=dict)

    @classmethod
    def of(cls, offers: Iterable[Offer]) -> OfferIndex:
        """The index over these offers."""
        index = cls()
        listed = tuple(offers)
        index.ids = frozenset(offer.id for offer in listed)
        for offer in listed:
            brands = _brands(offer.provider)
            for brand in brands:
                index.providers.setdefault(brand, set()).add(offer.id)
            for name in (offer.name, *offer.aliases, offer.id.replace("/", " ")):
                _put(index.names, fold(name), offer.id)
                for brand in brands:
                    _put(index.names, f"{brand} {fold(name)}", offer.id)
            for region in offer.regions:
                for name in (region.id, region.name, *region.aliases):
                    index.regions.setdefault(_joined(fold(name)), {})[offer.id] = region.id
        for brand, sold in index.providers.items():
            if len(sold) > 1:
                same = {offer.id for offer in listed if offer.id in sold and _joined(fold(offer.name)) == brand}
                index.names.pop(brand, None)
                if len(same) == 1:
                    index.names[brand] = same
        for word in ("", *_NO_REGION):
            index.regions.pop(word, None)
        return index

    @cached_property
    def digest(self) -> str:
        """What tells it from an index of other names: a file that was read with one reads the same with another of this digest."""
        said = [
            sorted(self.ids), *(sorted((name, sorted(those)) for name, those in one.items()) for one in (self.names, self.providers)),
            sorted((name, sorted(those.items())) for name, those in self.regions.items()),
        ]  # fmt: skip
        return hashlib.sha256(repr(said).encode("utf-8", "surrogatepass")).hexdigest()

    def match(self, text: str) -> OfferMatch:
        """The offer that the text names, or the ones it may mean."""
        found = self._known.get(text)
        if found is None:
            if len(self._known) > 20_000:
                self._known.clear()
            found = self._known[text] = self._match(text[:300])
        return found

    def _match(self, text: str) -> OfferMatch:
        words = fold(text).split()[:60]
        if not words or said_nothing(text):
            return OfferMatch(None, None, 0)
        hits = _widest([*self._exact(words)]) or self._slips(words)
        regions = self._regions_in(words)
        named = frozenset.intersection(*(hit.offers for hit in hits)) if hits else frozenset()
        if hits and len(named) > 1 and regions:
            named = frozenset(offer for offer in named if any(offer in found for found, _ in regions)) or named
        if len(named) != 1:
            return self._unsure(words, hits, regions)
        offer = next(iter(named))
        confidence = self._confidence(words, hits, regions, offer)
        region = self._region(offer, regions)
        if confidence < THRESHOLD:
            return OfferMatch(None, None, confidence, (offer,))
        return OfferMatch(offer, region, confidence)

    def _exact(self, words: Sequence[str]) -> Iterable[_Hit]:
        for first in range(len(words)):
            joined = ""
            for last in range(first, min(first + _LONGEST, len(words))):
                joined += words[last]
                offers = self.names.get(joined)
                if offers and (len(joined) > 2 or self._alone(words, first, last)):
                    yield _Hit(frozenset(offers), first, last, 100)

    def _alone(self, words: Sequence[str], first: int, last: int) -> bool:
        """A name of two letters counts only when nothing but filling and regions stands around it."""
        around = [word for place, word in enumerate(words) if not first <= place <= last]
        return all(word in _FILLERS or word in self.regions for word in around)

    def _brands_in(self, words: Sequence[str]) -> list[set[str]]:
        """The offers of each provider that the words name, glued or not."""
        found = []
        for first in range(len(words)):
            for last in range(first, min(first + 3, len(words))):
                joined = "".join(words[first : last + 1])
                brands = {joined, *(joined.removesuffix(tail) for tail in _BRAND_TAILS)} & self.providers.keys()
                found += [self.providers[brand] for brand in sorted(brands)]
        return found

    def _slips(self, words: Sequence[str]) -> list[_Hit]:
        """Names one typing slip away: «Scalewey», «Outscal»; short names have no room for one."""
        from rapidfuzz import fuzz, process  # noqa: PLC0415 - only for texts that name nothing outright

        names = [name for name in self.names if len(name) >= 6]
        hits = []
        for first in range(len(words)):
            for last in range(first, min(first + 4, len(words))):
                joined = "".join(words[first : last + 1])
                if len(joined) < 6 or joined in _FILLERS:
                    continue
                found = process.extractOne(joined, names, scorer=fuzz.ratio, score_cutoff=87)
                close = found and abs(len(found[0]) - len(joined)) <= 2
                if found and close and found[0][0] == joined[0] and _digits(found[0]) == _digits(joined):
                    hits.append(_Hit(frozenset(self.names[found[0]]), first, last, round(found[1])))
        return _widest(hits)

    def _regions_in(self, words: Sequence[str]) -> list[tuple[dict[str, str], tuple[int, int]]]:
        found = []
        for first in range(len(words)):
            joined = ""
            for last in range(first, min(first + _LONGEST, len(words))):
                joined += words[last]
                if joined in self.regions:
                    found.append((self.regions[joined], (first, last)))
        return sorted(found, key=lambda item: item[1][0] - item[1][1])

    def _region(self, offer: str, regions: Sequence[tuple[dict[str, str], tuple[int, int]]]) -> str | None:
        """The one region of this offer that the text names; two different ones name neither."""
        named: dict[str, tuple[int, int]] = {}
        for found, (first, last) in regions:
            inside = any(start <= first and last <= end and (start, end) != (first, last) for start, end in named.values())
            if offer in found and not inside:
                named.setdefault(found[offer], (first, last))
        return next(iter(named)) if len(named) == 1 else None

    def _confidence(
        self, words: Sequence[str], hits: Sequence[_Hit], regions: Sequence[tuple[dict[str, str], tuple[int, int]]], offer: str,
    ) -> int:
        score = min(hit.score for hit in hits)
        explained = {place for hit in hits for place in range(hit.first, hit.last + 1)}
        explained |= {place for found, (first, last) in regions if offer in found for place in range(first, last + 1)}
        left = [word for place, word in enumerate(words) if place not in explained]
        if offer == "on-premise" and _NOT_ON_PREMISE.intersection(left):
            return min(score, 60)
        others = any(offer not in sold for sold in (*self._brands_in(left), *(self.names[word] for word in left if word in self.names)))
        several = any(len(sold) > 1 for sold in self.providers.values() if offer in sold)
        if others or _DOUBTS.intersection(left) or (several and _FLAVOURS.intersection(left)):
            return min(score, 60)
        codes = (found for found, (first, last) in regions if _digits("".join(words[first : last + 1])) and first not in explained)
        if any(offer not in found for found in codes):
            return min(score, 70)
        strange = [word for word in left if word not in _FILLERS and not word.isdigit()]
        return max(score - 3 * len(strange), min(score, 82))

    def _unsure(
        self, words: Sequence[str], hits: Sequence[_Hit], regions: Sequence[tuple[dict[str, str], tuple[int, int]]],
    ) -> OfferMatch:
        """Several offers, a provider alone or a region alone: the candidates, and no offer."""
        near: dict[str, int] = {}
        for hit in hits:
            for offer in sorted(hit.offers):
                near.setdefault(offer, 60 if len(hits) == 1 else 50)
        for sold in self._brands_in(words):
            for offer in sorted(sold):
                near.setdefault(offer, 50)
        for found, _ in regions:
            for offer in sorted(found):
                near[offer] = max(near.get(offer, 0), 55 if near.get(offer) else 40)
        ordered = sorted(near, key=lambda offer: -near[offer])[:NEAR]
        return OfferMatch(None, None, near[ordered[0]] if ordered else 0, tuple(ordered))


def match_offer(text: str, offers: Sequence[Offer]) -> OfferMatch:
    """The offer and region that one text names. For a whole file make an `OfferIndex` once."""
    return OfferIndex.of(offers).match(text)


def _joined(folded: str) -> str:
    return folded.replace(" ", "")


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())


def _put(names: dict[str, set[str]], folded: str, offer: str) -> None:
    if folded not in _FILLERS and folded:
        names.setdefault(_joined(folded), set()).add(offer)


def _brands(provider: str) -> set[str]:
    """The names a provider goes by: whole, and without «cloud» at its end."""
    folded = fold(provider)
    brands = {_joined(folded), *(word for word in folded.split()[:1] if len(word) > 2)}
    for brand in tuple(brands):
        brands |= {brand.removesuffix(tail) for tail in _BRAND_TAILS if len(brand.removesuffix(tail)) > 2}
    return brands - _FILLERS - {"", "l", "la", "le", "ministere"}


def _widest(hits: Iterable[_Hit]) -> list[_Hit]:
    """Hits that no wider hit overlaps: in «OVH public cloud», «public cloud» says nothing more. Two as wide are both kept, and doubted."""
    listed = sorted(hits, key=lambda hit: (hit.first - hit.last, -hit.score, hit.first))
    kept: list[_Hit] = []
    for hit in listed:
        over = [other for other in kept if other.first <= hit.last and hit.first <= other.last]
        if all(other.last - other.first == hit.last - hit.first and other.score == hit.score for other in over):
            kept.append(hit)
    return kept
