"""Reads the catalogue's files into one catalogue, or says which path of which file is wrong."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

import msgspec

from egide.catalogue.form import FileForm, LineForm, OfferForm, SourceForm
from egide.catalogue.names import plain
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.facts import FACTS, Claim, Kind, Subject
from egide.vocabulary.language import N_, Text
from egide.vocabulary.offers import Catalogue, Offer, Period, Qualification, Region
from egide.vocabulary.yaml import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from egide.vocabulary.facts import FactType

OFFER_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
COUNTRY = re.compile(r"[A-Z]{2}")
PATH = re.compile(r"^(?P<message>.*?)(?: - at `\$\.?(?P<path>.*)`)?$", re.DOTALL)


@cache
def shipped() -> Catalogue:
    """The catalogue that comes with Égide, read once."""
    folder = resources.files("egide.catalogue") / "data"
    return read_catalogue({
        entry.name: entry.read_bytes() for entry in sorted(folder.iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(".yaml")
    })


def read_catalogue(files: Mapping[str, bytes]) -> Catalogue:
    """One catalogue out of its files, offers in the order of the files' names; as of the newest file.

    Raises `InputError` with file and path on bad YAML, an unknown key or fact, a wrong value or date, an end before its
    start, an identifier that stands twice, and a name that two offers share.
    """
    forms = {name: _form(content, name) for name, content in sorted(files.items())}
    if not forms:
        raise InputError(N_("no catalogue file was given"))
    sources: dict[str, SourceForm] = {}
    for name, form in forms.items():
        for key, source in form.sources.items():
            if sources.setdefault(key, source) != source:
                raise InputError(N_("the source `{key}` stands twice, with different words"), Location(name, path="sources"),
                                 values={"key": key})
    offers = tuple(
        _Reader(name, f"offers[{index}]", form.as_of, sources).offer(offer)
        for name, form in forms.items() for index, offer in enumerate(form.offers)
    )
    _refuse_clashes(forms)
    text = next((form.source for form in forms.values() if form.source), "")
    return Catalogue(max(form.as_of for form in forms.values()), offers, text)


def _form(content: bytes, file: str) -> FileForm:
    try:
        return msgspec.convert(read_yaml(content, file), FileForm)
    except msgspec.ValidationError as error:
        found = PATH.match(str(error))
        message, path = (found["message"], found["path"]) if found else (str(error), None)
        raise InputError(message, Location(file, path=path)) from error


class _Reader:
    """Reads one offer, and knows where it stands in which file."""

    def __init__(self, file: str, path: str, as_of: date, sources: Mapping[str, SourceForm]) -> None:
        self.file, self.path, self.as_of, self.sources = file, path, as_of, sources

    def wrong(self, message: str, path: str) -> InputError:
        return InputError(message, Location(self.file, path=f"{self.path}.{path}"))

    def source(self, key: str, path: str) -> SourceForm:
        if key not in self.sources:
            raise self.wrong(f"no source is named `{key}`", path)
        return self.sources[key]

    def offer(self, form: OfferForm) -> Offer:
        if not OFFER_ID.fullmatch(form.id):
            raise self.wrong(f"`{form.id}` must be lower-case words joined by hyphens", "id")
        regions = tuple(self.regions(form))
        known = {region.id for region in regions}
        if len(known) < len(regions):
            raise self.wrong("a region stands twice", "regions")
        return Offer(
            form.id, form.name, form.provider, tuple(form.kinds), regions, tuple(form.aliases),
            tuple(self.claims(form, known)),
            tuple(self.line(line, known, f"qualifications[{index}]") for index, line in enumerate(form.qualifications)),
            tuple(form.built_on), Text(form.note.fr, form.note.en) if form.note else None,
        )

    def regions(self, form: OfferForm) -> Iterator[Region]:
        for index, region in enumerate(form.regions):
            path = f"regions[{index}]"
            if not COUNTRY.fullmatch(region.country):
                raise self.wrong(f"`{region.country}` is not a two-letter country code", f"{path}.country")
            key = region.source or form.region_source
            if key is None:
                raise self.wrong("a region needs a source, its own or the offer's `region_source`", path)
            source = self.source(key, path)
            yield Region(region.id, region.name, region.country, tuple(region.aliases), source.text, source.read, source.read_on)

    def claims(self, form: OfferForm, regions: set[str]) -> Iterator[tuple[Period, str | None, Claim]]:
        for index, block in enumerate(form.claims):
            path = f"claims[{index}]"
            source = self.source(block.source, f"{path}.source")
            period = self.period(block.start, block.end, path)
            if block.region is not None and block.region not in regions:
                raise self.wrong(f"the offer has no region `{block.region}`", f"{path}.region")
            for name, value in block.says.items():
                fact = FACTS.get(name)
                if fact is None or fact.subject is not Subject.OFFER:
                    raise self.wrong(f"`{name}` is not a fact about offers", f"{path}.says")
                if problem := _wrong_value(fact, value):
                    raise self.wrong(problem, f"{path}.says.{name}")
                yield period, block.region, Claim(name, value, source.issuer, source.read_on, source.text, source.read)

    def line(self, form: LineForm, regions: set[str], path: str) -> Qualification:
        source = self.source(form.source, f"{path}.source")
        period = self.period(form.start, form.end, path)
        if unknown := set(form.regions or ()) - regions:
            raise self.wrong(f"the offer has no region `{min(unknown)}`", f"{path}.regions")
        if form.regions == []:
            raise self.wrong("name regions, or leave `regions` out for the whole offer", f"{path}.regions")
        versioned = self.source(form.framework_source, f"{path}.framework_source").text if form.framework_source else ""
        return Qualification(
            form.status, tuple(form.regions) if form.regions else None, form.perimeter, period.start, period.end,
            form.decision, form.framework, source.text, source.read, form.as_of or self.as_of, versioned,
        )

    def period(self, start: date | None, end: date | None, path: str) -> Period:
        if start and end and end < start:
            raise self.wrong(f"it ends on {end}, before it starts on {start}", path)
        return Period(start, end)


def _wrong_value(fact: FactType, value: object) -> str:
    if fact.kind is Kind.YES_NO and not isinstance(value, bool):
        return f"yes or no (true, false) expected, not `{value}`"
    if fact.kind is Kind.CHOICE and value not in fact.choices:
        return f"one of {', '.join(fact.choices)} expected, not `{value}`"
    if fact.kind is Kind.DATE and type(value) is not date:
        return f"a date expected, not `{value}`"
    if fact.name == "offer.controlled_from" and not (isinstance(value, str) and COUNTRY.fullmatch(value)):
        return f"a two-letter country code expected (quote \"NO\"), not `{value}`"
    return ""


def _refuse_clashes(forms: Mapping[str, FileForm]) -> None:
    """No identifier twice; no name or alias that could mean two offers; nothing built on an offer that is not there."""
    ids: dict[str, str] = {}
    names: dict[str, str] = {}
    for file, form in forms.items():
        for index, offer in enumerate(form.offers):
            at = Location(file, path=f"offers[{index}]")
            if offer.id in ids:
                raise InputError(N_("the offer `{id}` stands twice, also in {file}"), at, values={"id": offer.id, "file": ids[offer.id]})
            ids[offer.id] = file
            for name in (offer.name, *offer.aliases):
                if names.setdefault(plain(name), offer.id) != offer.id:
                    raise InputError(N_("«{name}» also names the offer `{other}`"), at, values={"name": name, "other": names[plain(name)]})
            near: dict[str, str] = {}
            for region in offer.regions:
                for name in (region.id, *region.aliases):
                    if near.setdefault(plain(name), region.id) != region.id:
                        raise InputError(N_("«{name}» names two regions of `{id}`"), at, values={"name": name, "id": offer.id})
    for file, form in forms.items():
        for index, offer in enumerate(form.offers):
            if missing := set(offer.built_on) - set(ids):
                raise InputError(N_("no offer `{name}` to be built on"), Location(file, path=f"offers[{index}].built_on"),
                                 values={"name": min(missing)})
