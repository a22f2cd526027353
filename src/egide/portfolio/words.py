"""How texts are compared, and the words that people use for the choices of a fact."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from egide.vocabulary.language import LANGUAGES, language

if TYPE_CHECKING:
    from collections.abc import Mapping

    from egide.vocabulary.facts import FactType


@lru_cache(maxsize=4_096)
def fold(text: str) -> str:
    """Lower case, no accent, words parted by one space: how texts are compared."""
    plain = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "oe")).casefold()
    return " ".join(re.findall(r"[^\W_]+", "".join(char for char in plain if not unicodedata.combining(char))))


OUTSIDE_THE_UNION = frozenset({
    "en partie ou totalement hors de l union europeenne", "hors ue", "hors union europeenne", "hors de l union europeenne",
    "outside the eu", "hors eu", "outside eu", "partly or wholly outside the european union",
})
"""Texts that leave three places open: the rest of the EEA, a country with an adequacy decision, elsewhere."""

_CHOICE_WORDS: Mapping[str, Mapping[str, str]] = {
    "hosting.place": {
        "au sein de l union europeenne": "eea", "union europeenne": "eea", "ue": "eea", "eu": "eea", "european union": "eea", "eee": "eea",
        "espace economique europeen": "eea", "eea": "eea", "within the european union": "eea", "france": "france",
        "territoire national": "france", "en france": "france", "france metropolitaine": "france", "fr": "france",
    },
    "service.stage": {
        "nouveau": "new", "nouveau service": "new", "nouveau projet": "new", "refonte": "major-change", "evolution majeure": "major-change",
        "en production": "running", "en service": "running", "production": "running", "run": "running",
    },
    "service.dinum_opinion": {
        "favorable": "favourable", "avis favorable": "favourable", "defavorable": "unfavourable", "avis defavorable": "unfavourable",
        "demande": "requested", "en cours": "requested", "saisine en cours": "requested", "non demande": "none",
    },
    "body.status": {
        "etat": "state", "service de l etat": "state", "administration de l etat": "state", "ministere": "state",
        "operateur de l etat": "state-operator", "operateur": "state-operator", "collectivite": "local-authority",
        "collectivite territoriale": "local-authority", "hopital public": "public-hospital",
        "etablissement public de sante": "public-hospital", "entreprise": "company", "societe": "company",
    },
    "body.nis2": {"entite essentielle": "essential", "ee": "essential", "entite importante": "important", "ei": "important",
                  "essentielle": "essential", "importante": "important", "non": "neither", "no": "neither", "non concerne": "neither"},
    "offer.model": {"on premise": "on-premise", "on premises": "on-premise", "sur site": "on-premise", "cloud interne": "internal-cloud",
                    "cloud commercial": "commercial"},
}


@cache
def choice_words(fact: FactType) -> Mapping[str, str]:
    """Every text that names a choice of this fact: its token, its labels in both languages, what people write."""
    words = dict(_CHOICE_WORDS.get(fact.name, {}))
    for token in fact.choices:
        words[fold(token)] = token
        for code in LANGUAGES:
            words[fold(language(code).label(token))] = token
    return words
