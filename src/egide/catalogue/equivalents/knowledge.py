"""What cloud services do, and which offers do the same: functions, services in use, and what sources say of each offer.

Only what a source says is held. That no source gives a function to an offer makes it unknown, which is not the same as lacking.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, TypeVar

import msgspec

from egide.catalogue.equivalents.form import CoverForm, FunctionForm, FunctionsForm, OffersForm, ServiceForm, ServicesForm
from egide.catalogue.names import plain
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_
from egide.vocabulary.properties import FUNCTIONS
from egide.vocabulary.yaml import read_yaml

if TYPE_CHECKING:
    from egide.catalogue.form import NoteForm, SourceForm

Form = TypeVar("Form", FunctionsForm, ServicesForm, OffersForm)


@dataclass(frozen=True, slots=True)
class Function:
    """One thing that services do."""

    id: str
    title: Mapping[str, str]
    """By language."""
    token: str | None
    kind: str | None
    broader: str | None
    traits: Mapping[str, Mapping[str, str]]
    """What a user of it may miss elsewhere, in each language."""


@dataclass(frozen=True, slots=True)
class CloudService:
    """A cloud service that a body may use."""

    id: str
    name: str
    provider: str
    offer: str | None
    names: tuple[str, ...]
    """All that it is called, as `plain` writes it."""
    does: Mapping[str, frozenset[str]]
    """Its functions, and the traits that are known of each."""
    sources: tuple[SourceForm, ...]


@dataclass(frozen=True, slots=True)
class Cover:
    """What is known of one function of one offer."""

    function: str
    has: frozenset[str] = frozenset()
    lacks: frozenset[str] = frozenset()
    qualified: bool | None = None
    """Whether the qualification covers it, where a source says so."""
    sources: tuple[SourceForm, ...] = ()
    doubtful: bool = False
    """No source of it is sure."""
    loose: bool = False
    """Only the kind of function is stated (a database), not which one."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is known of offers."""

    functions: Mapping[str, Function]
    offers: Mapping[str, Mapping[str, Cover]]
    """By offer, then function."""
    digest: str

    def narrower(self, function: str) -> frozenset[str]:
        """The functions that are cases of it."""
        return frozenset(name for name, one in self.functions.items() if one.broader == function)


@cache
def coverage() -> Coverage:
    """What comes with Égide of offers, read once."""
    return read_coverage(*map(_shipped, ("functions.yaml", "offers.yaml")))


@cache
def services() -> Mapping[str, CloudService]:
    """The cloud services in use that come with Égide, read once."""
    return read_services(_shipped("services.yaml"), coverage().functions)


def _shipped(name: str) -> bytes:
    return (resources.files("egide.catalogue.equivalents") / "data" / name).read_bytes()


def read_coverage(functions: bytes, offers: bytes) -> Coverage:
    """Functions, and the offers that have them; raises `InputError` with the place of what is wrong."""
    named = _form(functions, "functions.yaml", FunctionsForm).functions
    known = {name: _function(name, one, named) for name, one in named.items()}
    form = _form(offers, "offers.yaml", OffersForm)
    covers = {name: _covers(rows, f"offers.{name}", form.sources, known) for name, rows in form.offers.items()}
    return Coverage(known, covers, hashlib.sha256(functions + offers).hexdigest())


def read_services(content: bytes, functions: Mapping[str, Function]) -> Mapping[str, CloudService]:
    """Cloud services by identifier; raises `InputError` with the place of what is wrong, and when two share a name."""
    form = _form(content, "services.yaml", ServicesForm)
    made = {name: _service(one, name, form.sources, functions) for name, one in form.services.items()}
    _refuse_shared(made)
    return made


def _form(content: bytes, name: str, form: type[Form]) -> Form:
    try:
        return msgspec.convert(read_yaml(content, name), form)
    except msgspec.ValidationError as error:
        raise InputError(str(error), Location(name)) from error


def _function(name: str, form: FunctionForm, every: Mapping[str, FunctionForm]) -> Function:
    path = f"functions.{name}"
    if form.token is not None and form.token not in FUNCTIONS:
        raise _wrong("functions.yaml", f"{path}.token", form.token, FUNCTIONS)
    if form.broader is not None and form.broader not in every:
        raise _wrong("functions.yaml", f"{path}.broader", form.broader, every)
    return Function(name, _both(form), form.token, form.kind, form.broader, {key: _both(one) for key, one in form.traits.items()})


def _both(form: FunctionForm | NoteForm) -> Mapping[str, str]:
    return {"fr": form.fr, "en": form.en}


def _service(form: ServiceForm, name: str, sources: Mapping[str, SourceForm], known: Mapping[str, Function]) -> CloudService:
    path = f"services.{name}"
    for function, traits in form.does.items():
        _check(function, traits, "services.yaml", f"{path}.does", known)
    names = tuple(dict.fromkeys(plain(one) for one in (form.name, name, *form.aliases)))
    does = {function: frozenset(traits) for function, traits in form.does.items()}
    return CloudService(name, form.name, form.provider, form.offer, names, does, _cited(form.sources, "services.yaml", path, sources))


def _covers(
    rows: Sequence[CoverForm], path: str, sources: Mapping[str, SourceForm], known: Mapping[str, Function]
) -> Mapping[str, Cover]:
    """One cover for each function, out of all rows that name it."""
    made: dict[str, Cover] = {}
    for index, row in enumerate(rows):
        where = f"{path}[{index}]"
        cited = _cited(row.sources, "offers.yaml", where, sources)
        for function in row.does:
            _check(function, (*row.has, *row.lacks), "offers.yaml", where, known)
            one = made.get(function, Cover(function))
            qualified = row.qualified if one.qualified is None else one.qualified
            doubtful = row.doubtful and (one.doubtful or not one.sources)
            traits = one.has | set(row.has), one.lacks | set(row.lacks)
            made[function] = Cover(function, *traits, qualified, (*one.sources, *cited), doubtful)
            if made[function].has & made[function].lacks or row.qualified not in {None, qualified}:
                raise InputError(N_("one row says the opposite of another"), Location("offers.yaml", path=where))
    return made


def _check(function: str, traits: Sequence[str], file: str, path: str, known: Mapping[str, Function]) -> None:
    if function not in known:
        raise _wrong(file, path, function, known)
    for trait in traits:
        if trait not in known[function].traits:
            raise _wrong(file, f"{path}.{function}", trait, known[function].traits)


def _cited(keys: Sequence[str], file: str, path: str, sources: Mapping[str, SourceForm]) -> tuple[SourceForm, ...]:
    if not keys:
        raise InputError(N_("a source is needed"), Location(file, path=path))
    for key in keys:
        if key not in sources:
            raise _wrong(file, f"{path}.sources", key, sources)
    return tuple(sources[key] for key in keys)


def _wrong(file: str, path: str, found: str, expected: Mapping[str, object] | Sequence[str]) -> InputError:
    told = {"found": found, "choices": ", ".join(list(expected)[:12])}
    return InputError(N_("{found} is not known; expected one of {choices}"), Location(file, path=path), values=told)


def _refuse_shared(services: Mapping[str, CloudService]) -> None:
    seen: dict[str, str] = {}
    for one in services.values():
        for name in one.names:
            if seen.setdefault(name, one.id) != one.id:
                raise InputError(N_("two services bear the name {name}: {one} and {other}"), Location("services.yaml"),
                                 values={"name": name, "one": seen[name], "other": one.id})  # fmt: skip


def by_name(services: Mapping[str, CloudService]) -> Mapping[str, CloudService]:
    """Services by all that they are called, as `plain` writes it."""
    return {name: one for one in services.values() for name in one.names}


def named_in(text: str, offer: str, services: Mapping[str, CloudService]) -> Iterator[CloudService]:
    """The services of that offer which a text names, the longest names first: ``AWS EKS`` is one service, not two."""
    left = f" {plain(text)} "
    names = sorted(((name, one) for name, one in by_name(services).items() if one.offer == offer), key=lambda pair: -len(pair[0]))
    seen: set[str] = set()
    for name, one in names:
        if f" {name} " in left:
            left = left.replace(f" {name} ", " , ")
            if one.id not in seen:
                seen.add(one.id)
                yield one
