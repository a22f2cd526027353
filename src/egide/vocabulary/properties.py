"""The properties that anything can be stated of an offer, a provider or a resource: one registry, with type, unit and order.

Two sources that speak of the same thing use the same name here, so that their words can be put side by side. Numbers are kept in the unit
of their property; money is whole micro-euros. What the law reads bears the short name of its fact (`Property.fact`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from egide.vocabulary.facts import FACTS, OFFER_MODELS, PLACES, PROVIDER_NATURES
from egide.vocabulary.language import N_

Value = bool | int | float | str | date | frozenset[str]


class Form(StrEnum):
    """What a normalised value is."""

    TEXT = "text"
    CHOICE = "choice"
    YES_NO = "yes-no"
    NUMBER = "number"
    MONEY = "money"
    """Whole micro-euros, before tax."""
    DATE = "date"
    COUNTRY = "country"
    """ISO 3166-1 alpha-2."""
    SUBJECT = "subject"
    """The identifier of another subject: the property is a relation."""


class Better(StrEnum):
    """In which direction a value is the better one for who buys; the other end is what a chain of offers is worth at most."""

    MORE = "more"
    LESS = "less"
    LATER = "later"


class SubjectKind(StrEnum):
    """What is spoken of."""

    OFFER = "offer"
    VARIANT = "variant"
    """One size or plan of an offer."""
    PROVIDER = "provider"
    RESOURCE = "resource"
    LABEL = "label"


@dataclass(frozen=True, slots=True)
class Property:
    """One thing that can be stated. ``many``: the value is a set; what several documents of an issuer list is then taken together."""

    name: str
    form: Form
    title: str
    """A message of the catalogue: the head of a column."""
    group: str
    unit: str = ""
    many: bool = False
    choices: tuple[str, ...] = ()
    """From worst to best where ``better`` is given."""
    better: Better | None = None
    tolerance: float = 0.0
    """By which share two numbers may differ and still say the same."""
    fact: str | None = None
    """The fact that rules read under another name."""

    @property
    def is_relation(self) -> bool:
        """Whether it leads to another subject."""
        return self.form is Form.SUBJECT


KINDS = ("IaaS", "PaaS", "CaaS", "SaaS")
FUNCTIONS = (
    "compute", "bare-metal", "gpu", "functions", "containers", "kubernetes", "object-storage", "block-storage", "file-storage", "archive",
    "backup", "database", "cache", "search", "queue", "streaming", "analytics", "ai", "networking", "load-balancer", "cdn", "dns", "vpn",
    "firewall", "identity", "key-management", "secrets", "registry", "monitoring", "logging", "mail", "collaboration",
    "data-product", "other",
)  # fmt: skip
"""What a service does, whoever sells it."""
LABEL_LEVELS = ("SC", "L1", "L2", "L3")
"""Gaia-X: standard compliance, then the three labels."""
QUALIFICATIONS_RANKED = ("none", "expired", "in-progress", "qualified")
FRAMEWORKS_RANKED = ("3.1", "3.2")
BINARY_OR_DECIMAL = 0.075
"""A gibibyte is 7.4 % more than a gigabyte, and sellers write one for the other."""


def _fact(name: str, title: str, choices: tuple[str, ...] = (), better: Better | None = None) -> Property:
    """A fact of offers that rules read, under its short name."""
    fact = FACTS[f"offer.{name}"]
    form = Form.CHOICE if fact.choices else Form.YES_NO if str(fact.kind) == "yes-no" else Form.DATE
    return Property(name, form, title, "trust", choices=choices or fact.choices, better=better, fact=fact.name)


def _p(name: str, form: Form, group: str, title: str, unit: str = "", *, many: bool = False, choices: tuple[str, ...] = (),
       better: Better | None = None, tolerance: float = 0.0, fact: str | None = None) -> Property:
    return Property(name, form, title, group, unit, many, choices, better, tolerance, fact)


_MORE, _LESS, _LATER = Better.MORE, Better.LESS, Better.LATER
_ALL = (
    # --- what it is -----------------------------------------------------------------------------
    _p("name", Form.TEXT, "identity", N_("Name")),
    _p("description", Form.TEXT, "identity", N_("Description")),
    _p("provider", Form.TEXT, "identity", N_("Provider")),
    _p("kinds", Form.CHOICE, "identity", N_("Kind"), many=True, choices=KINDS),
    _p("functions", Form.CHOICE, "identity", N_("Functions"), many=True, choices=FUNCTIONS),
    _p("keywords", Form.TEXT, "identity", N_("Keywords"), many=True),
    _p("aliases", Form.TEXT, "identity", N_("Other names"), many=True),
    _p("gaia_x_type", Form.TEXT, "identity", N_("Gaia-X type")),
    _p("site", Form.TEXT, "identity", N_("Site")),
    _p("terms", Form.TEXT, "identity", N_("Terms and conditions")),
    _p("sold_until", Form.DATE, "identity", N_("Sold until"), better=_LATER),
    # --- where ----------------------------------------------------------------------------------
    _p("regions", Form.TEXT, "place", N_("Regions"), many=True),
    _p("countries", Form.COUNTRY, "place", N_("Data location"), many=True),
    _p("headquarters", Form.COUNTRY, "place", N_("Headquarters")),
    _p("jurisdictions", Form.COUNTRY, "place", N_("Laws that apply"), many=True),
    _p("transfers_to", Form.COUNTRY, "place", N_("Transfers to third countries"), many=True),
    _fact("place", N_("Place"), choices=PLACES),
    _p("controlled_from", Form.COUNTRY, "place", N_("Controlled from"), fact="offer.controlled_from"),
    # --- how much of it -------------------------------------------------------------------------
    _p("vcpu", Form.NUMBER, "capacity", N_("Virtual processors"), better=_MORE),
    _p("memory_gb", Form.NUMBER, "capacity", N_("Memory"), "GB", better=_MORE, tolerance=BINARY_OR_DECIMAL),
    _p("disk_gb", Form.NUMBER, "capacity", N_("Disk"), "GB", better=_MORE, tolerance=BINARY_OR_DECIMAL),
    _p("gpu", Form.NUMBER, "capacity", N_("Graphics processors"), better=_MORE),
    _p("architecture", Form.TEXT, "capacity", N_("Processor architecture")),
    _p("largest_object_gb", Form.NUMBER, "capacity", N_("Largest object"), "GB", better=_MORE, tolerance=BINARY_OR_DECIMAL),
    # --- what it costs --------------------------------------------------------------------------
    _p("price_hour", Form.MONEY, "price", N_("Price per hour"), "µ€/h", better=_LESS),
    _p("price_month", Form.MONEY, "price", N_("Price per month"), "µ€/month", better=_LESS),
    _p("negotiated_hour", Form.MONEY, "price", N_("Negotiated price per hour"), "µ€/h", better=_LESS),
    _p("negotiated_month", Form.MONEY, "price", N_("Negotiated price per month"), "µ€/month", better=_LESS),
    _p("negotiated_storage", Form.MONEY, "price", N_("Negotiated price of storage"), "µ€/GB/month", better=_LESS),
    _p("negotiated_egress", Form.MONEY, "price", N_("Negotiated price of data taken out"), "µ€/GB", better=_LESS),
    _p("negotiated_switching", Form.MONEY, "price", N_("Negotiated price of data taken out on leaving"), "µ€/GB", better=_LESS),
    _p("setup_price", Form.MONEY, "price", N_("Set-up price"), "µ€", better=_LESS),
    _p("storage_price", Form.MONEY, "price", N_("Price of storage"), "µ€/GB/month", better=_LESS),
    _p("egress_price", Form.MONEY, "price", N_("Price of data taken out"), "µ€/GB", better=_LESS),
    _p("switching_price", Form.MONEY, "price", N_("Price of data taken out on leaving"), "µ€/GB", better=_LESS),
    _p("egress_included_gb", Form.NUMBER, "price", N_("Data taken out, included"), "GB/month", better=_MORE, tolerance=BINARY_OR_DECIMAL),
    # --- what is promised -----------------------------------------------------------------------
    _p("sla_percent", Form.NUMBER, "service", N_("Availability promised"), "%", better=_MORE),
    _p("round_trip_ms", Form.NUMBER, "service", N_("Round trip"), "ms", better=_LESS),
    _p("apis", Form.TEXT, "service", N_("Interfaces"), many=True),
    # --- how one leaves -------------------------------------------------------------------------
    _p("exit_days", Form.NUMBER, "exit", N_("Time to leave"), "d", better=_LESS),
    _p("retrieval_days", Form.NUMBER, "exit", N_("Time to retrieve the data"), "d", better=_MORE),
    _p("deletion_days", Form.NUMBER, "exit", N_("Time to deletion"), "d", better=_LESS),
    _p("export_formats", Form.TEXT, "exit", N_("Export formats"), many=True),
    _p("export_means", Form.TEXT, "exit", N_("Means of export"), many=True),
    # --- energy and carbon ----------------------------------------------------------------------
    _p("energy_kwh_hour", Form.NUMBER, "energy", N_("Energy per hour"), "kWh/h", better=_LESS),
    _p("energy_method", Form.TEXT, "energy", N_("How the energy was measured")),
    _p("carbon_g_hour", Form.NUMBER, "energy", N_("Carbon per hour"), "gCO2e/h", better=_LESS),
    _p("carbon_method", Form.TEXT, "energy", N_("How the carbon was counted")),
    _p("pue", Form.NUMBER, "energy", N_("Power usage effectiveness"), better=_LESS),
    _p("renewable_percent", Form.NUMBER, "energy", N_("Renewable energy"), "%", better=_MORE),
    _p("carbon_free_percent", Form.NUMBER, "energy", N_("Carbon-free energy, hour by hour"), "%", better=_MORE),
    _p("water_l_kwh", Form.NUMBER, "energy", N_("Water usage effectiveness"), "L/kWh", better=_LESS),
    # --- what vouches for it --------------------------------------------------------------------
    _fact("qualification", N_("SecNumCloud"), choices=QUALIFICATIONS_RANKED, better=_MORE),
    _fact("qualified_to", N_("Qualified until"), better=_LATER),
    _fact("framework", N_("Version of SecNumCloud"), choices=FRAMEWORKS_RANKED, better=_MORE),
    _fact("on_qualified_base", N_("On a qualified base")),
    _p("gaia_x_label", Form.CHOICE, "trust", N_("Gaia-X label"), choices=LABEL_LEVELS, better=_MORE),
    _p("certifications", Form.TEXT, "trust", N_("Certifications"), many=True),
    _p("registration", Form.TEXT, "trust", N_("Registration numbers"), many=True),
    _fact("model", N_("Hosting model"), choices=OFFER_MODELS),
    _fact("provider_nature", N_("Nature of the provider"), choices=PROVIDER_NATURES),
    _fact("immune", N_("Out of reach of the law of third countries"), better=_MORE),
    _fact("recognised_equivalent", N_("Recognised as equivalent"), better=_MORE),
    _fact("hds_certified", N_("Certified for health data"), better=_MORE),
    _fact("remote_access_outside_eea", N_("Remote access from outside the EEA"), better=_LESS),
    _fact("remote_access_guarded", N_("Remote access guarded"), better=_MORE),
    _fact("transfer_map_public", N_("Map of transfers public"), better=_MORE),
    _fact("approved_archiver", N_("Approved for public archives"), better=_MORE),
    # --- what it stands on ----------------------------------------------------------------------
    _p("provided_by", Form.SUBJECT, "relation", N_("Provided by"), many=True),
    _p("depends_on", Form.SUBJECT, "relation", N_("Depends on"), many=True),
    _p("hosted_on", Form.SUBJECT, "relation", N_("Hosted on"), many=True),
    _p("sub_contractors", Form.SUBJECT, "relation", N_("Subcontractors"), many=True),
    _p("aggregation_of", Form.SUBJECT, "relation", N_("Made of"), many=True),
    _p("maintained_by", Form.SUBJECT, "relation", N_("Maintained by"), many=True),
    _p("owned_by", Form.SUBJECT, "relation", N_("Owned by"), many=True),
    _p("part_of", Form.SUBJECT, "relation", N_("Part of"), many=True),
    _p("variant_of", Form.SUBJECT, "relation", N_("Variant of")),
    _p("same_as", Form.SUBJECT, "relation", N_("The same as"), many=True),
    _p("covers", Form.SUBJECT, "relation", N_("Covers the credentials"), many=True),
)

PROPERTIES: Mapping[str, Property] = {one.name: one for one in _ALL}
"""Every property, in the order in which they are shown."""
OF_FACT: Mapping[str, str] = {one.fact: one.name for one in _ALL if one.fact}
"""The fact that a rule reads, to the property that it is stated as."""
RELATIONS: tuple[str, ...] = tuple(one.name for one in _ALL if one.is_relation)
