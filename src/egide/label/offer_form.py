"""A dossier in the form of `offer.yaml`: plain values in the order of the shapes, what a field holds by itself left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec

from egide.label.dossier import Access, Assurance, Dossier, Need, Statement, Supplier
from egide.label.reading import CONTROLLED
from egide.label.shapes import (
    AccessShape,
    AnsweredShape,
    BackingShape,
    BaseShape,
    ComponentShape,
    CustomerShape,
    NeedShape,
    ObjectiveShape,
    OfferShape,
    RiskShape,
    Shape,
    StatementShape,
    StepShape,
    SupplierShape,
    TechnicalDataShape,
)
from egide.label.statements import OBJECTIVES_OF, Speaker
from egide.vocabulary.offers import Period

if TYPE_CHECKING:
    from egide.label.dossier import Base

Form = dict[str, Any]
TABLES: Mapping[str, tuple[str, type[Shape]]] = {
    "suppliers": ("suppliers", SupplierShape), "components": ("components", ComponentShape), "accesses": ("accesses", AccessShape),
    "needs": ("needs", NeedShape), "built_on": ("bases", BaseShape), "answered": ("answered", AnsweredShape),
    "risks": ("risks", RiskShape), "technical_data": ("technical_data", TechnicalDataShape), "steps": ("steps", StepShape),
    "customers": ("customers", CustomerShape),
}  # fmt: skip
"""A list of `offer.yaml` to the field of the dossier that it holds, and the shape of its entries."""


@dataclass(slots=True)
class Beside:
    """What lies beside `offer.yaml`, and is named there."""

    file: str
    register: str | None = None
    evidence: str | None = None
    records: Mapping[str, str] = field(default_factory=dict)
    recorded: frozenset[Access] = frozenset()
    """The ways that stand in the records."""
    below: Mapping[str, str] = field(default_factory=dict)
    """The offer of each base to the path of its dossier."""


def offer_form(dossier: Dossier, beside: Beside) -> Form:
    """The whole of the file; a heading with nothing under it is left out."""
    speaker = Speaker(dossier.provider_name, _day_of(dossier), beside.file)
    form: Form = {
        "offer": {**_plain(dossier, OfferShape), **_some(catalogue=dossier.line.offer if dossier.line else None, on=speaker.on)},
        "ownership": [beside.register] if beside.register else [], "evidence": beside.evidence, "requested_on": dossier.requested_on,
        "facts": {name: _facts(name, said, speaker) for name, said in dossier.statements.items() if said},
    }  # fmt: skip
    for name, (attribute, shape) in TABLES.items():
        form[name] = [_entry(one, shape, index, speaker, beside) for index, one in enumerate(getattr(dossier, attribute))
                      if not (isinstance(one, Access) and one in beside.recorded)]  # fmt: skip
    form["records"] = dict(beside.records)
    form["objectives"] = {short(name): _objective(short(name), said, speaker) for name, said in dossier.objectives.items()}
    form |= {"owners": dict(dossier.owners), "efforts": dict(dossier.efforts)}
    return {name: value for name, value in form.items() if value not in (None, [], {})}


def short(objective: str) -> str:
    """The objective as it is written: without its scheme, when that is the one which a bare name means."""
    return objective.removeprefix(f"{OBJECTIVES_OF}#")


def _day_of(dossier: Dossier) -> date | None:
    """The day of the file: that of most of what the provider says itself."""
    said = [one.claim for several in dossier.statements.values() for one in several]
    days = Counter(claim.on for claim in said if claim.issuer == dossier.provider_name)
    return max(days, key=lambda day: (days[day], day or date.min), default=None)


def _entry(one: Any, shape: type[Shape], index: int, speaker: Speaker, beside: Beside) -> Form:
    written = _plain(one, shape)
    if isinstance(one, Supplier) and one.statements:
        path = f"$.suppliers[{index}].statements"
        written["statements"] = {name: _backing(name, said, speaker, f"{path}.{name}") for name, said in one.statements.items()}
    elif isinstance(one, Access) and one.origin == beside.file:
        written.pop("origin", None)
    elif isinstance(one, Need):
        written["needs"] = [several[0] if len(several) == 1 else list(several) for several in one.needs]
    elif shape is BaseShape:
        return _base(one, written, beside)
    return written


def _base(base: Base, written: Form, beside: Beside) -> Form:
    written.pop("dossier", None)
    path = beside.below.get(base.offer) if base.dossier else None
    return {**written, **_some(dossier=path, catalogue=base.line.offer if base.line else None)}


def _facts(name: str, said: tuple[Statement, ...], speaker: Speaker) -> Any:
    """A plain value when the provider alone says so; otherwise who says what."""
    if len(said) > 1:
        return [_statement(one, StatementShape, speaker, f"$.facts.{name}[{index}]") for index, one in enumerate(said)]
    written = _statement(said[0], StatementShape, speaker, f"$.facts.{name}")
    return written["value"] if set(written) == {"value"} and not isinstance(written["value"], Mapping) else written


def _objective(name: str, said: Statement, speaker: Speaker) -> Form:
    written = _statement(said, ObjectiveShape, speaker, f"$.objectives.{name}")
    return {"level": written.pop("value"), **written}


def _backing(name: str, said: Statement, speaker: Speaker, path: str) -> Form:
    written = _statement(said, BackingShape, speaker, path)
    return written if name == CONTROLLED else {key: value for key, value in written.items() if key != "value"}


def _statement(one: Statement, shape: type[Shape], speaker: Speaker, path: str) -> Form:
    """The value, and of what stands behind it only what reading would not suppose."""
    claim = one.claim
    own = claim.issuer == speaker.issuer and (claim.on is not None or speaker.on is None)
    written: Form = {"value": _value(claim.value)}
    written |= _some(issuer=None if own else claim.issuer, on=None if own and claim.on == speaker.on else claim.on, until=one.until)
    written |= _some(source=None if claim.source == speaker.source(path) else claim.source)
    written |= _some(read=None if claim.read == "primary" else claim.read)
    written |= _some(assurance=None if one.assurance is Assurance.DECLARED else str(one.assurance), evidence=list(one.evidence) or None)
    return {name: value for name, value in written.items() if name == "value" or name in shape.__struct_fields__}


def _some(**values: Any) -> Form:
    return {name: value for name, value in values.items() if value is not None}


def _plain(noun: Any, shape: type[Shape]) -> Form:
    """The fields of a noun that its shape has too, less what they hold by themselves."""
    written: Form = {"id": noun.id} if hasattr(noun, "id") else {}
    for info in msgspec.structs.fields(shape):
        if not hasattr(noun, info.name) or info.name == "statements":
            continue
        value = _value(getattr(noun, info.name))
        default = info.default_factory() if info.default_factory is not msgspec.NODEFAULT else info.default
        if value != default or (default is msgspec.NODEFAULT):
            written[info.name] = value
    return written


def _value(value: Any) -> Any:
    """Lists, maps, words, figures and days, as YAML has them."""
    if isinstance(value, Period):
        return {**({"from": value.start} if value.start else {}), **({"to": value.end} if value.end else {})}
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, Mapping):
        return {name: _value(one) for name, one in value.items()}
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [_value(one) for one in value]
    return str(value) if isinstance(value, str) else value
