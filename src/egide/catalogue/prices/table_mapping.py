"""Which column of a price table says what: guessed by its heading, shown, corrected by hand, saved, used again.

A heading carries the unit and the currency of the figures under it, so a saved mapping keeps the heading whole: when «Prix (€/h)» becomes
«Prix (€/mois)» the column it names is gone, and reading stops there instead of taking months for hours.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec

from egide.catalogue.names import plain
from egide.catalogue.prices.figures import basis_of, currency_of, with_tax
from egide.catalogue.prices.records import Priced, Tariff
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_
from egide.vocabulary.yaml import read_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SCHEMA = "egide/price-mapping/1"
SURE = 85
"""Below this confidence a column is not read."""
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "provider": ("provider", "fournisseur", "prestataire", "vendor"),
    "item": ("item", "sku", "code", "reference", "ref", "article", "type", "flavor", "flavour", "gabarit", "instance type",
             "code article", "id"),
    "name": ("name", "nom", "designation", "libelle", "produit", "product", "offre", "offer", "service"),
    "what": ("what", "categorie", "category", "famille", "family", "nature", "kind", "type de service"),
    "place": ("place", "region", "zone", "localisation", "location", "datacenter", "site", "lieu"),
    "amount": ("amount", "prix", "price", "tarif", "cout", "cost", "prix unitaire", "unit price", "montant", "pu", "prix ht", "tarif ht",
               "prix unitaire ht", "price excl vat", "prix horaire", "prix mensuel", "hourly price", "monthly price", "tarif horaire",
               "tarif mensuel", "prix horaire ht", "prix mensuel ht"),
    "unit": ("unit", "unite", "uo", "unite d oeuvre", "par", "per", "unite de facturation", "billing unit"),
    "currency": ("currency", "devise", "monnaie"),
    "vcpus": ("vcpu", "vcpus", "vcore", "vcores", "cpu", "coeurs", "cores", "processeurs"),
    "ram_gb": ("ram", "ram gb", "ram go", "memory", "memory gb", "memoire", "memoire go", "memoire vive"),
    "disk_gb": ("disk", "disk gb", "disque", "disque go", "stockage local", "local storage"),
    "gpus": ("gpu", "gpus", "nombre de gpu", "gpu count"),
    "gpu_model": ("gpu model", "modele de gpu", "type de gpu"),
    "on": ("on", "date", "date du tarif", "date de prix", "valid from", "applicable au", "a compter du"),
    "until": ("until", "valid to", "valable jusqu au", "fin de validite", "fin", "date de fin"),
    "tariff": ("tariff", "origine", "nature du prix", "prix negocie", "negotiated"),
}  # fmt: skip
"""What people call each column, in lower case without accents."""
_PRICE_WORDS = frozenset({"prix", "price", "tarif", "cout", "cost", "montant", "pu", "pricing"})
TAXED = N_("the price includes tax: prices are kept net of tax")
MISSING_COLUMN = N_("the column «{column}» that the mapping reads is gone; near it: {near}")
NO_AMOUNT = N_("no column gives a price net of tax among «{titles}»")
NO_NAME = N_("no column names what is sold among «{titles}»")


@dataclass(frozen=True, slots=True)
class ColumnRead:
    """A column, what it is read as and how surely; an amount carries what its heading says of unit and currency."""

    heading: str
    meaning: str
    confidence: int
    unit: str | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class ColumnLeft:
    """A column that is not read, and why."""

    heading: str
    because: str = ""
    """A message of the catalogue, or nothing when it means nothing that is priced."""


@dataclass(frozen=True, slots=True)
class PriceMapping:
    """How a table is read."""

    columns: tuple[ColumnRead, ...]
    left: tuple[ColumnLeft, ...] = ()
    constant: Mapping[str, str] = field(default_factory=dict)
    """What holds for the whole table: ``provider``, ``what``, ``unit``, ``currency``, ``tariff``, ``on``, ``until``, ``decimal``."""

    def of(self, meaning: str) -> ColumnRead | None:
        """The column read as that."""
        return next((column for column in self.columns if column.meaning == meaning), None)

    @property
    def amounts(self) -> tuple[ColumnRead, ...]:
        """Every column of prices: a table may give the hour and the month side by side."""
        return tuple(column for column in self.columns if column.meaning == "amount")


def guess(titles: Sequence[str], file: str, constant: Mapping[str, str] | None = None) -> PriceMapping:
    """How a table with these headings is read. Raises `InputError` when none names what is sold, or none is a price net of tax."""
    read: list[ColumnRead] = []
    left: list[ColumnLeft] = []
    for title in titles:
        words = plain(title)
        meaning, confidence = _best(words)
        if meaning == "amount" and with_tax(words):
            left.append(ColumnLeft(title, TAXED))
        elif confidence < SURE or (meaning != "amount" and meaning in {one.meaning for one in read}):
            left.append(ColumnLeft(title))
        elif meaning == "amount":
            basis = basis_of(words)
            read.append(ColumnRead(title, meaning, confidence, words if basis else None, currency_of(title)))
        else:
            read.append(ColumnRead(title, meaning, confidence))
    found = PriceMapping(tuple(read), tuple(left), dict(constant or {}))
    shown = " | ".join(titles)
    if not found.amounts:
        raise InputError(NO_AMOUNT, Location(file, row=1), values={"titles": shown})
    if found.of("item") is None and found.of("name") is None:
        raise InputError(NO_NAME, Location(file, row=1), values={"titles": shown})
    return found


def _best(words: str) -> tuple[str, int]:
    """The meaning that the heading comes nearest to, 0 to 100; its unit and currency in brackets don't count."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - only for tables

    bare = " ".join(word for word in words.split() if currency_of(word) is None)
    for meaning, known in HEADINGS.items():
        if words in known or bare in known:
            return meaning, 100
    if _is_price(bare):
        return "amount", 90
    best = max(
        ((meaning, process.extractOne(bare, known, scorer=fuzz.token_sort_ratio)) for meaning, known in HEADINGS.items()),
        key=lambda pair: pair[1][1] if pair[1] else 0,
    )
    return best[0], min(95, round(best[1][1])) if best[1] and len(bare) >= 4 else 0


def _is_price(words: str) -> bool:
    parts = words.split()
    return bool(parts) and (parts[0] in _PRICE_WORDS or (parts[-1] == "price" and len(parts) < 5))


class _ColumnForm(msgspec.Struct, forbid_unknown_fields=True, rename={"meaning": "is"}):
    heading: str
    meaning: str
    confidence: int = 100
    unit: str | None = None
    currency: str | None = None


class _LeftForm(msgspec.Struct, forbid_unknown_fields=True):
    heading: str
    because: str = ""


class _ConstantForm(msgspec.Struct, forbid_unknown_fields=True):
    provider: str | None = None
    what: Priced | None = None
    unit: str | None = None
    currency: str | None = None
    tariff: Tariff | None = None
    on: date | None = None
    until: date | None = None
    decimal: str | None = None


class _MappingForm(msgspec.Struct, forbid_unknown_fields=True):
    schema: str
    columns: list[_ColumnForm]
    not_used: list[_LeftForm] = []
    constant: _ConstantForm = msgspec.field(default_factory=_ConstantForm)


def write_price_mapping(mapping: PriceMapping) -> bytes:
    """The mapping as YAML, to be corrected by hand and given back."""
    import yaml  # noqa: PLC0415 - only when saved

    document = {
        "schema": SCHEMA,
        "constant": dict(mapping.constant),
        "columns": [_plain_column(column) for column in mapping.columns],
        "not_used": [{"heading": one.heading, **({"because": one.because} if one.because else {})} for one in mapping.left],
    }
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=120).encode()


def _plain_column(column: ColumnRead) -> dict[str, Any]:
    said: dict[str, Any] = {"heading": column.heading, "is": column.meaning, "confidence": column.confidence}
    said |= {"unit": column.unit, "currency": column.currency}
    return {key: one for key, one in said.items() if one is not None}


def read_price_mapping(content: bytes, file: str) -> PriceMapping:
    """A mapping that was saved, or written by hand. Raises `InputError` with the path of what is wrong."""
    try:
        form = msgspec.convert(read_yaml(content, file), _MappingForm)
    except msgspec.ValidationError as error:
        raise InputError(N_("not a price mapping: {error}"), Location(file), values={"error": error}) from error
    if form.schema != SCHEMA:
        raise InputError(N_("expected `schema: {schema}`"), Location(file, path="schema"), "", {"schema": SCHEMA})
    for index, column in enumerate(form.columns):
        if column.meaning not in HEADINGS:
            raise InputError(N_("`{value}` is not something a column can be; expected one of: {choices}"),
                             Location(file, path=f"columns[{index}].is"), "", {"value": column.meaning, "choices": ", ".join(HEADINGS)})
    held = {name: str(value) for name, value in msgspec.to_builtins(form.constant).items() if value is not None}
    _check(held, file)
    columns = tuple(ColumnRead(one.heading, one.meaning, one.confidence, one.unit, one.currency) for one in form.columns)
    return PriceMapping(columns, tuple(ColumnLeft(one.heading, one.because) for one in form.not_used), held)


def _check(constant: Mapping[str, str], file: str) -> None:
    if "unit" in constant and basis_of(plain(constant["unit"])) is None:
        raise InputError(N_("the unit «{unit}» is not one that prices are compared in"), Location(file, path="constant.unit"),
                         values={"unit": constant["unit"]})
    if constant.get("decimal", ".") not in {".", ","}:
        raise InputError(N_("expected one of {choices}"), Location(file, path="constant.decimal"), "", {"choices": "`.` `,`"})


def fitted(mapping: PriceMapping, titles: Sequence[str], file: str) -> dict[str, int]:
    """Where the mapping's columns stand in this table. Raises `InputError` naming the first that is gone, and what came nearest to it."""
    from rapidfuzz import process  # noqa: PLC0415 - only for tables

    places = {title: index for index, title in reversed(list(enumerate(titles)))}
    for column in mapping.columns:
        if column.heading not in places:
            near = process.extractOne(column.heading, titles)
            raise InputError(MISSING_COLUMN, Location(file, row=1, column=column.heading),
                             values={"column": column.heading, "near": near[0] if near and near[1] > 50 else "—"})
    return {column.heading: places[column.heading] for column in mapping.columns}

