"""What can be asked of offers: every property of the registry under its own name and under the words that people use, in both languages.

Three fields are put together from several properties. ``region`` is a region or a country. ``price`` is per hour: the price of the hour, or
a month's price over 730 hours where only that is stated; ``price_month`` is the reverse. A price that was negotiated stands before a
public one in both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from egide.catalogue.names import plain
from egide.vocabulary.properties import PROPERTIES, Form, Property

if TYPE_CHECKING:
    from egide.catalogue.sheets import Sheet

HOURS_A_MONTH = 730
RANKED = frozenset({Form.NUMBER, Form.MONEY, Form.DATE})
"""Forms that come in an order by nature; choices do when the registry says which is better."""


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that can be asked: the property that gives its form, unit and title, and the properties that answer it in turn."""

    name: str
    of: Property
    answered_by: tuple[str, ...]

    @property
    def numeric(self) -> bool:
        """Whether it is kept as a number: quantities, money, days, and the rank of ordered choices."""
        return self.of.form in RANKED

    @property
    def ordered(self) -> bool:
        """Whether `<` and `>` mean something."""
        return self.numeric or (bool(self.of.choices) and self.of.better is not None)

    def strings(self, sheet: Sheet) -> frozenset[str]:
        """What is known of it, as it is written; empty when it isn't known."""
        found = (sheet.value(name) for name in self.answered_by)
        return frozenset(text for value in found if value is not None for text in _texts(value))

    def number(self, sheet: Sheet) -> float | None:
        """What is known of it as a number; a day is its ordinal. None when it isn't known."""
        for name in self.answered_by:
            value = sheet.value(name)
            if isinstance(value, date):
                return float(value.toordinal())
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                return _brought(float(value), self.of, PROPERTIES[name])
        return None


def _brought(number: float, wanted: Property, said: Property) -> float:
    """From a month's price to an hour's and back."""
    if wanted.unit == said.unit:
        return number
    return number / HOURS_A_MONTH if said.unit.endswith("month") else number * HOURS_A_MONTH


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, frozenset):
        yield from map(str, value)
    elif isinstance(value, bool):
        yield "yes" if value else "no"
    else:
        yield str(value)


def key_of(text: str) -> str:
    """How two texts are compared: letters and figures alone count."""
    return plain(text)


WORDS: Mapping[str, tuple[str, ...]] = {
    "region": ("région", "zone", "where", "lieu"),
    "countries": ("country", "pays", "location", "localisation"),
    "provider": ("fournisseur", "prestataire"),
    "kinds": ("kind", "type", "genre"),
    "functions": ("function", "fonction", "fonctions"),
    "name": ("nom",),
    "price": ("prix", "price_hour", "prix_heure"),
    "price_month": ("prix_mois", "monthly"),
    "storage_price": ("storage", "stockage"),
    "egress_price": ("egress", "sortie"),
    "switching_price": ("switching", "départ"),
    "egress_included_gb": ("egress_included", "sortie_incluse"),
    "vcpu": ("vcpus", "cpu", "coeurs"),
    "memory_gb": ("memory", "ram", "mémoire"),
    "disk_gb": ("disk", "disque"),
    "gpu": ("gpus",),
    "sla_percent": ("sla", "availability", "disponibilité"),
    "round_trip_ms": ("round_trip", "latency", "latence"),
    "exit_days": ("exit", "délai_départ"),
    "retrieval_days": ("retrieval", "récupération"),
    "export_formats": ("format", "formats"),
    "apis": ("api", "interface", "interfaces"),
    "energy_kwh_hour": ("energy", "énergie"),
    "carbon_g_hour": ("carbon", "carbone", "co2"),
    "renewable_percent": ("renewable", "renouvelable"),
    "carbon_free_percent": ("carbon_free", "décarboné"),
    "water_l_kwh": ("water", "eau"),
    "qualification": ("qualified", "qualifié", "qualifiée", "secnumcloud"),
    "qualified_to": ("qualified_until", "qualifié_jusqu_au"),
    "framework": ("version", "référentiel"),
    "gaia_x_label": ("label", "gaia_x"),
    "certifications": ("certified", "certification", "certifié"),
    "controlled_from": ("controlled", "contrôlé", "contrôlé_depuis"),
    "immune": ("immunity", "immunité"),
    "hds_certified": ("hds",),
    "architecture": ("arch",),
    "sold_until": ("vendu_jusqu_au",),
}
"""What people call each field besides its own name."""

SAID: Mapping[str, Mapping[str, str]] = {
    "qualification": {
        "secnumcloud": "qualified", "yes": "qualified", "oui": "qualified", "true": "qualified", "qualifie": "qualified", "no": "none",
        "non": "none", "false": "none", "aucune": "none", "en cours": "in-progress", "expiree": "expired", "expire": "expired",
    },
}  # fmt: skip
"""What people call the choices of a field, in lower case without accents."""

COMPOSED: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "region": ("regions", ("regions", "countries")),
    "price": ("price_hour", ("negotiated_hour", "negotiated_month", "price_hour", "price_month")),
    "price_month": ("price_month", ("negotiated_month", "negotiated_hour", "price_month", "price_hour")),
    "storage_price": ("storage_price", ("negotiated_storage", "storage_price")),
    "egress_price": ("egress_price", ("negotiated_egress", "egress_price")),
    "switching_price": ("switching_price", ("negotiated_switching", "switching_price")),
}
"""Each field that is put together: the property that gives its form, and those that answer it."""


@cache
def fields() -> Mapping[str, Field]:
    """Every field by its own name, in the order of the registry; relations are not asked."""
    found: dict[str, Field] = {}
    for name, (form, answered_by) in COMPOSED.items():
        found[name] = Field(name, PROPERTIES[form], answered_by)
    for one in PROPERTIES.values():
        if not one.is_relation and one.name not in {*found, "price_hour"}:
            found[one.name] = Field(one.name, one, (one.name,))
    return found


@cache
def named() -> Mapping[str, Field]:
    """Every word that names a field, without accents."""
    known = fields()
    words = {_word(name): field for name, field in known.items()}
    for name, others in WORDS.items():
        words.update({_word(other): known[name] for other in others})
    return words


def _word(text: str) -> str:
    return key_of(text).replace(" ", "_")


def field_named(word: str) -> Field | None:
    """The field that the word names, in either language, with or without accents."""
    return named().get(_word(word))


@cache
def choices_of(field: Field) -> Mapping[str, str]:
    """Every word for a choice of the field, to the choice: its token, its labels in both languages, what people say."""
    from egide.vocabulary.language import LANGUAGES, language  # noqa: PLC0415 - the words of two catalogues are loaded when asked

    words: dict[str, str] = {}
    for choice in field.of.choices:
        words[key_of(choice)] = choice
        for code in LANGUAGES:
            words.setdefault(key_of(language(code).label(choice)), choice)
    return words | dict(SAID.get(field.name, {}))
