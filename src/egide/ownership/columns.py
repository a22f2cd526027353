"""What the columns and words of a cap table mean, in French and in English, whoever typed them."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import TYPE_CHECKING

from egide.ownership.holdings import Nature, PartyKind, Power

if TYPE_CHECKING:
    from collections.abc import Mapping

HEADERS: Mapping[str, tuple[str, ...]] = {
    "holder": ("holder", "detenteur", "actionnaire", "associe", "porteur", "shareholder", "owner", "titulaire", "investisseur",
               "investor"),
    "name": ("holder name", "nom du detenteur", "nom de l actionnaire", "name", "nom", "denomination"),
    "held": ("held", "company", "detenue", "societe", "societe detenue", "emettrice", "societe emettrice", "filiale", "subsidiary",
             "entite detenue", "held company", "cible", "entreprise"),
    "capital": ("capital", "part du capital", "capital percent", "pourcentage du capital", "share", "part", "parts", "shares", "detention",
                "pourcentage", "percent", "equity"),
    "votes": ("votes", "droits de vote", "part des droits de vote", "vote", "voting rights", "votes percent", "dv",
              "pourcentage des droits de vote", "droits de vote percent"),
    "since": ("since", "depuis", "from", "depuis le", "debut", "date d entree", "a compter du", "start", "start date"),
    "until": ("until", "jusqu a", "jusqu au", "to", "fin", "date de sortie", "end", "end date", "jusqu au inclus"),
    "nature": ("nature", "nature de la detention", "nature of holding", "mode de detention", "droit"),
    "power": ("power", "pouvoir", "pouvoirs", "powers", "controle", "control"),
    "kind": ("kind", "type", "qualite", "type de detenteur", "holder kind", "forme", "nature du detenteur"),
    "seat": ("seat", "siege", "siege statutaire", "siege social", "registered office", "pays", "country", "pays du siege", "legal address"),
    "administration": ("administration", "administration centrale", "central administration", "headquarters",
                       "pays de l administration centrale"),
    "establishment": ("establishment", "etablissement", "etablissement principal", "principal etablissement", "main establishment"),
    "listed": ("listed", "cotee", "cotation", "coté", "societe cotee"),
    "concert": ("concert", "action de concert", "de concert", "acting in concert"),
    "issuer": ("issuer", "declarant", "emetteur de l information", "said by", "selon", "according to", "auteur"),
    "on": ("on", "date", "au", "stated on", "date de l information", "en date du", "as of"),
    "source": ("source", "reference", "piece", "document"),
    "threshold": ("threshold", "seuil", "declaration de seuil", "franchissement de seuil", "threshold declaration"),
    "identifier": ("identifier", "identifiant", "identifiants", "identifiers", "lei", "siren", "numero"),
}
KINDS: Mapping[str, PartyKind] = {
    "entity": PartyKind.ENTITY, "entite": PartyKind.ENTITY, "societe": PartyKind.ENTITY, "company": PartyKind.ENTITY,
    "personne morale": PartyKind.ENTITY, "legal entity": PartyKind.ENTITY, "legal person": PartyKind.ENTITY,
    "person": PartyKind.PERSON, "personne": PartyKind.PERSON, "personne physique": PartyKind.PERSON, "natural person": PartyKind.PERSON,
    "state": PartyKind.STATE, "etat": PartyKind.STATE, "public": PartyKind.STATE, "fund": PartyKind.FUND, "fonds": PartyKind.FUND,
    "arrangement": PartyKind.ARRANGEMENT, "trust": PartyKind.ARRANGEMENT, "fiducie": PartyKind.ARRANGEMENT,
    "undisclosed": PartyKind.UNDISCLOSED, "non declare": PartyKind.UNDISCLOSED, "inconnu": PartyKind.UNDISCLOSED,
    "unknown": PartyKind.UNDISCLOSED, "flottant": PartyKind.UNDISCLOSED, "float": PartyKind.UNDISCLOSED,
}
NATURES: Mapping[str, Nature] = {
    "full": Nature.FULL, "pleine propriete": Nature.FULL, "full ownership": Nature.FULL, "usufruct": Nature.USUFRUCT,
    "usufruit": Nature.USUFRUCT, "bare ownership": Nature.BARE_OWNERSHIP, "nue propriete": Nature.BARE_OWNERSHIP, "pledge": Nature.PLEDGE,
    "nantissement": Nature.PLEDGE, "gage": Nature.PLEDGE, "option": Nature.OPTION, "options": Nature.OPTION, "bsa": Nature.OPTION,
    "bspce": Nature.OPTION, "warrant": Nature.OPTION, "convertible": Nature.CONVERTIBLE, "obligation convertible": Nature.CONVERTIBLE,
    "oc": Nature.CONVERTIBLE, "treasury": Nature.TREASURY, "autocontrole": Nature.TREASURY, "autodetention": Nature.TREASURY,
    "actions propres": Nature.TREASURY, "treasury shares": Nature.TREASURY,
}
POWERS: Mapping[str, Power] = {
    **{power.value.replace("-", " "): power for power in Power},
    "majorite par accord": Power.MAJORITY_BY_AGREEMENT, "pacte": Power.MAJORITY_BY_AGREEMENT, "agreement": Power.MAJORITY_BY_AGREEMENT,
    "accord": Power.MAJORITY_BY_AGREEMENT, "nomme les organes": Power.APPOINTS_ORGANS, "appoints organs": Power.APPOINTS_ORGANS,
    "nomme la majorite des organes": Power.APPOINTS_ORGANS, "nomination des organes": Power.APPOINTS_ORGANS,
    "nomination": Power.APPOINTS_ORGANS, "droit de veto": Power.VETO, "controle de fait": Power.DE_FACTO, "de fait": Power.DE_FACTO,
    "de facto control": Power.DE_FACTO, "commandite": Power.GENERAL_PARTNER, "associe commandite": Power.GENERAL_PARTNER,
    "gp": Power.GENERAL_PARTNER, "societe de gestion": Power.MANAGEMENT_COMPANY, "gestion": Power.MANAGEMENT_COMPANY,
    "manager": Power.MANAGEMENT_COMPANY, "influence notable": Power.INFLUENCE,
}
FLOATS = frozenset({
    "flottant", "float", "free float", "public", "le public", "autres", "autres actionnaires", "autres associes", "others",
    "other shareholders", "divers", "inconnu", "inconnus", "unknown", "undisclosed", "non declare", "non declares", "?",
    "salaries et divers", "petits porteurs",
})
"""Names under which nobody is named."""
YES = frozenset({"yes", "oui", "true", "vrai", "x", "1"})
NO = frozenset({"no", "non", "false", "faux", "0"})
_COUNTRIES = {
    "france": "FR", "allemagne": "DE", "germany": "DE", "belgique": "BE", "belgium": "BE", "pays bas": "NL", "netherlands": "NL",
    "luxembourg": "LU", "irlande": "IE", "ireland": "IE", "espagne": "ES", "spain": "ES", "italie": "IT", "italy": "IT",
    "royaume uni": "GB",
    "united kingdom": "GB", "uk": "GB", "suisse": "CH", "switzerland": "CH", "etats unis": "US", "united states": "US", "usa": "US",
    "chine": "CN", "china": "CN",
    "japon": "JP", "japan": "JP", "canada": "CA", "norvege": "NO", "norway": "NO", "singapour": "SG", "singapore": "SG",
}


class NotAWordError(ValueError):
    """The cell says nothing that its column may say."""


def plain(words: str) -> str:
    """Small letters and digits without accents, one space between words; «%» becomes «percent»."""
    flat = unicodedata.normalize("NFKD", re.sub("[’‘]", " ", words.replace("%", " percent "))).encode("ascii", "ignore").decode().casefold()
    return " ".join(re.sub(r"[^a-z0-9?]+", " ", flat).split())


_BY_HEADER = {plain(title): name for name, titles in HEADERS.items() for title in titles}


def column_of(title: str) -> str | None:
    """Which column a title heads; units and articles in it do not matter."""
    words = plain(title)
    bare = words.removeprefix("percent ").removesuffix(" percent").removesuffix(" en")
    for form in (words, bare, re.sub(r"^(du|des|de la|of the|of) ", "", bare), re.sub(r"\b(le|la|l|les|du|de|d|des|the|of) ", "", bare)):
        if form in _BY_HEADER:
            return _BY_HEADER[form]
    return None


def country(cell: str) -> str | None:
    """The ISO 3166-1 alpha-2 code that the cell is, or names."""
    words = plain(cell)
    if re.fullmatch(r"[a-z]{2}", words):
        return "GB" if words == "uk" else words.upper()
    if not words or words == "?":
        return None
    if words in _COUNTRIES:
        return _COUNTRIES[words]
    raise NotAWordError(cell)


def yes_no(cell: str) -> bool | None:
    """Yes, no, or nothing said."""
    words = plain(cell)
    if words in YES or words in NO:
        return words in YES
    if not words or words == "?":
        return None
    raise NotAWordError(cell)


def day(cell: str) -> date | None:
    """A day written 2026-11-23, 23/11/2026 or 23.11.2026; None when the cell is empty."""
    words = cell.strip().split("T")[0]
    if not words or words in {"?", "-", "–", "—"}:
        return None
    if found := re.fullmatch(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?: 00:00(?::00)?)?", words):
        year, month, of_month = found.groups()
    elif found := re.fullmatch(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?: 00:00(?::00)?)?", words):
        of_month, month, year = found.groups()
    else:
        raise NotAWordError(cell)
    try:
        return date(int(year), int(month), int(of_month))
    except ValueError as error:
        raise NotAWordError(cell) from error


def identifiers(cell: str) -> tuple[str, ...]:
    """``scheme:number`` for each identifier of the cell; a bare LEI or SIREN is recognised by its shape."""
    found = []
    for word in re.split(r"[;,|\s]+", cell.strip()):
        number = word.upper()
        if ":" in word:
            found.append(word)
        elif re.fullmatch(r"[0-9A-Z]{18}\d\d", number):
            found.append(f"LEI:{number}")
        elif re.fullmatch(r"\d{9}", number):
            found.append(f"SIREN:{number}")
        elif word:
            found.append(f"id:{word}")
    return tuple(dict.fromkeys(found))
