"""What a product says of itself beside its code: whose it is, which data it holds, what is settled, whom it calls, what it waives.

``egide.yaml`` says it, or the command line in part. Data are named by kinds that facts of the law stand behind: a kind that is
named is held, and once one is named those that are not are not held. «Sensitive» is the whole of article 31: a secret or an essential
mission, **and** a harm. Nothing else is supposed: what is not said stays unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

import msgspec

from egide.infrastructure.code_rules import FRAMEWORK
from egide.infrastructure.hosts import Holder
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.facts import BODY_STATUSES, FACTS, FROM_CATALOGUE, Claim, Claims, Kind, Subject, Value
from egide.vocabulary.language import N_

PUBLIC = "public"
KINDS: Mapping[str, tuple[str, ...]] = {
    PUBLIC: (),
    "personal": ("data.personal",),
    "health": ("data.personal", "data.health"),
    "sensitive": ("data.secret", "data.harm"),
    "restricted": ("data.restricted",),
    "classified": ("data.classified",),
    "archives": ("data.archives_deposited",),
}
"""The kinds of data a product may name, and the facts that hold when it does."""
SETTLED = (
    "data.classified", "data.restricted", "data.secret", "data.other_secret", "data.essential_mission", "data.harm", "data.personal",
    "data.health", "data.archives_deposited",
)  # fmt: skip
"""The facts that a list of kinds answers: those of the kinds not named are answered no."""
OWN_KEYS = ("schema", "body", "data", "facts", "requirements", "hosts", "copies", "standbys", "waivers")
PLACES = "infrastructure"
"""The section that says where resources are (`declared`)."""
Functions = Literal["cdn", "dns", "registry", "code", "telemetry", "identity", "mail", "service"]


class HostForm(msgspec.Struct, forbid_unknown_fields=True):
    """Who answers a name that the code calls."""

    name: str
    """The name, or an ending that many share."""
    party: str
    """Who holds it."""
    source: str
    """How that is known."""
    controlled_from: str | None = None
    """Two letters; needed unless ``offer`` says it."""
    offer: str | None = None
    """The catalogue's identifier, when it is a service of that offer."""
    region: str | None = None
    function: Functions = "service"


class CopyForm(msgspec.Struct, forbid_unknown_fields=True):
    """Where backups go whose address the code doesn't show, because a secret holds it. It is judged as a place of the data."""

    party: str
    """Who holds the storage."""
    source: str
    """How that is known."""
    match: str = "*"
    """The addresses of what makes the backups; ``*`` stands for any run of characters."""
    offer: str | None = None
    """The catalogue's identifier."""
    region: str | None = None
    country: str | None = None
    """Where it lies, two letters."""
    controlled_from: str | None = None
    """Two letters; needed unless ``offer`` says it."""


class StandbyForm(msgspec.Struct, forbid_unknown_fields=True):
    """A resource that stands by for another: what it holds is a copy, whose original has its own backups."""

    match: str
    """The resource's address; ``*`` stands for any run of characters."""
    of: str
    """What it stands by for, as people name it."""


class WaiverForm(msgspec.Struct, forbid_unknown_fields=True):
    """A finding that somebody answers for, for a time."""

    rule: str
    """The rule that is waived, and no other."""
    address: str
    """The resource's address; ``*`` stands for any run of characters."""
    reason: str
    until: date
    """The last day, included."""


class ProductForm(msgspec.Struct, forbid_unknown_fields=True):
    """What ``egide.yaml`` says of the product, beside where its resources are."""

    schema: Literal["egide/infrastructure/1"] = "egide/infrastructure/1"
    body: str | None = None
    """The body's status, as ``body.status`` has it."""
    data: list[str] | str | None = None
    facts: dict[str, Any] = {}
    """Any other fact of the law by its name: ``hosting.agreement_says_qualified: true``."""
    requirements: list[str] = []
    """Frameworks that the product is held to: ``cct-cloud-native``."""
    hosts: list[HostForm] = []
    copies: list[CopyForm] = []
    """Where backups go that the code sends to an address it doesn't show."""
    standbys: list[StandbyForm] = []
    """What stands by for something else: it holds a copy and needs no backup of its own elsewhere."""
    waivers: list[WaiverForm] = []


@dataclass(frozen=True, slots=True)
class Product:
    """What is said of the product."""

    claims: Claims = field(default_factory=dict)
    """Of the body, the service and its data."""
    hosting: Claims = field(default_factory=dict)
    """Of its hosting and derogation: what holds wherever its resources stand."""
    data: tuple[str, ...] = ()
    requirements: frozenset[str] = frozenset()
    hosts: tuple[tuple[str, Holder], ...] = ()
    copies: tuple[tuple[str, Holder], ...] = ()
    """A pattern of addresses, and who holds the backups that are made there."""
    standbys: tuple[str, ...] = ()
    """Patterns of the addresses of what stands by for something else."""
    waivers: tuple[WaiverForm, ...] = ()
    file: str = ""
    """Where the waivers stand."""

    @property
    def says_data(self) -> bool:
        """Whether anything at all is said of the data."""
        return bool(self.data) or any(name.startswith("data.") for name in self.claims)

    @property
    def public_only(self) -> bool:
        """Nothing but public data, by the product's own word."""
        return self.data == (PUBLIC,)


def read_product(written: Mapping[str, Any], file: str) -> Product:
    """The product of a declaration that was read as YAML. Raises `InputError` with the path of what doesn't fit."""
    for name in written:
        if name not in (*OWN_KEYS, PLACES):
            raise InputError(N_("«{key}» is not understood here; there are {known}"), Location(file, path=f"$.{name}"),
                             values={"key": name, "known": ", ".join((*OWN_KEYS, PLACES))})  # fmt: skip
    try:
        form = msgspec.convert({name: value for name, value in written.items() if name in OWN_KEYS}, ProductForm)
    except msgspec.ValidationError as error:
        message, _, path = str(error).partition(" - at ")
        raise InputError(message, Location(file, path=path.strip("`") or "$")) from error
    kinds = [form.data] if isinstance(form.data, str) else list(form.data or ())
    product = of_words(kinds, form.body, file)
    product = with_facts(product, form.facts, file)
    for index, name in enumerate(form.requirements):
        if name != FRAMEWORK:
            raise InputError(N_("no framework is named «{name}»; there is {known}"), Location(file, path=f"$.requirements[{index}]"),
                             values={"name": name, "known": FRAMEWORK})  # fmt: skip
    hosts = tuple(_host(one, Location(file, path=f"$.hosts[{index}]")) for index, one in enumerate(form.hosts))
    copies = tuple((one.match, _copy(one, Location(file, path=f"$.copies[{index}]"))) for index, one in enumerate(form.copies))
    standbys = tuple(one.match for one in form.standbys)
    return replace(product, requirements=frozenset(form.requirements), hosts=hosts, copies=copies, standbys=standbys,
                   waivers=tuple(form.waivers), file=file)  # fmt: skip


def of_words(kinds: Sequence[str], body: str | None, file: str) -> Product:
    """The product by the kinds of its data and the status of its body. Raises `InputError` on a word that is neither."""
    for index, kind in enumerate(kinds):
        if kind not in KINDS:
            raise InputError(N_("«{word}» is no kind of data; there are {known}"), Location(file, path=f"$.data[{index}]"),
                             values={"word": kind, "known": ", ".join(KINDS)})  # fmt: skip
    if PUBLIC in kinds and len(set(kinds)) > 1:
        raise InputError(N_("data that are public are nothing else besides"), Location(file, path="$.data"))
    if body is not None and body not in BODY_STATUSES:
        raise InputError(N_("«{word}» is no status of a body; there are {known}"), Location(file, path="$.body"),
                         values={"word": body, "known": ", ".join(BODY_STATUSES)})  # fmt: skip
    values: dict[str, Value] = {}
    if kinds:
        held = {fact for kind in kinds for fact in KINDS[kind]}
        values = {name: name in held for name in SETTLED}
    if body is not None:
        values["body.status"] = body
    return Product(claims=_claims(values, file), data=tuple(dict.fromkeys(kinds)))


def of_needs(written: Mapping[str, Any], file: str) -> Product:
    """The product that `service.yaml` plans: its facts, and a yes where any of its components says yes.

    The code is not told apart by component, so what one of them holds is held.
    """
    facts = dict(_facts(written, file, "$.facts"))
    components = written.get("components")
    for name, component in (components if isinstance(components, dict) else {}).items():
        said = _facts(component if isinstance(component, dict) else {}, file, f"$.components.{name}.facts")
        facts |= {fact: value for fact, value in said.items() if value is True or fact not in facts}
    return told_by(with_facts(Product(file=file), facts, file))


def _facts(written: Mapping[str, Any], file: str, path: str) -> Mapping[str, Any]:
    facts = written.get("facts", {})
    if not isinstance(facts, dict):
        raise InputError(N_("facts are a mapping of names to values"), Location(file, path=path))
    return facts


def told_by(product: Product) -> Product:
    """The kinds of data that the facts themselves tell; none when they leave them open."""
    known = {name: claim.value for name, claim in product.claims.items()}
    kinds = tuple(kind for kind, facts in KINDS.items() if facts and all(known.get(fact) is True for fact in facts))
    secret = any(known.get(fact) is True for fact in ("data.secret", "data.other_secret", "data.essential_mission"))
    if secret and known.get("data.harm") is True and "sensitive" not in kinds:
        kinds = (*kinds, "sensitive")
    if all(known.get(fact) is False for fact in SETTLED):
        kinds = (PUBLIC,)
    return replace(product, data=kinds or product.data)


def _claims(values: Mapping[str, Value], file: str) -> dict[str, Claim]:
    return {name: Claim(name, value, file, None, file) for name, value in values.items()}


def with_facts(product: Product, written: Mapping[str, Any], file: str) -> Product:
    """The product with these facts of the law besides. Raises `InputError` on a name that is none, or a value that doesn't answer it."""
    claims, hosting = dict(product.claims), dict(product.hosting)
    for name, value in written.items():
        here = Location(file, path=f"$.facts['{name}']")
        known = FACTS.get(name)
        if known is None or known.subject is Subject.OFFER or name in FROM_CATALOGUE:
            listed = N_("the facts are listed in docs/reference/facts.md")
            raise InputError(N_("`{name}` is no fact that a product may state"), here, listed, {"name": name})
        claim = Claim(name, _value(value, known.kind, known.choices, here), file, None, file)
        (hosting if known.subject is Subject.HOSTING else claims)[name] = claim
    return replace(product, claims=claims, hosting=hosting)


def _value(written: object, kind: Kind, choices: Iterable[str], at: Location) -> Value:
    fits: bool
    if kind is Kind.YES_NO:
        fits = isinstance(written, bool)
    elif kind is Kind.CHOICE:
        fits = isinstance(written, str) and written in choices
    elif kind is Kind.DATE:
        fits = isinstance(written, date)
    elif kind in (Kind.AMOUNT_EUR, Kind.DAYS):
        fits = isinstance(written, int) and not isinstance(written, bool) and written >= 0
    else:
        fits = isinstance(written, str)
    if not fits:
        raise InputError(N_("«{value}» does not answer this fact ({kind})"), at,
                         values={"value": written, "kind": ", ".join(choices) or str(kind)})  # fmt: skip
    return written  # type: ignore[return-value]


def _host(written: HostForm, at: Location) -> tuple[str, Holder]:
    _known_control(written, at)
    holder = Holder(written.party, written.function, written.controlled_from, written.offer, written.region, written.source, "primary")
    return written.name.lower(), holder


def _copy(written: CopyForm, at: Location) -> Holder:
    _known_control(written, at)
    _country(written.country, at, "country")
    return Holder(written.party, "service", written.controlled_from, written.offer, written.region, written.source, "primary",
                  country=written.country)  # fmt: skip


def _known_control(written: HostForm | CopyForm, at: Location) -> None:
    if written.controlled_from is None and written.offer is None:
        raise InputError(N_("say `controlled_from` (two letters), or the `offer` that it belongs to"), at)
    _country(written.controlled_from, at, "controlled_from")


def _country(written: str | None, at: Location, key: str) -> None:
    if written is not None and not (len(written) == 2 and written.isalpha() and written.isupper()):
        raise InputError(N_("a country is two capital letters, such as FR"), Location(at.file, path=f"{at.path}.{key}"))
