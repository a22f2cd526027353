"""How the functions of services are written: three YAML files, read strictly."""

from __future__ import annotations

from typing import Literal

import msgspec

from egide.catalogue.form import NoteForm, SourceForm


class FunctionForm(msgspec.Struct, forbid_unknown_fields=True):
    """One thing that services do, and what users of it may miss elsewhere."""

    fr: str
    en: str
    token: str | None = None
    """The token of the catalogue's property `functions`; None when it has none."""
    kind: Literal["IaaS", "CaaS", "PaaS", "SaaS"] | None = None
    """The kind of service it is sold as; None when it is sold in several ways."""
    broader: str | None = None
    """The function that this one is a case of."""
    traits: dict[str, NoteForm] = {}


class FunctionsForm(msgspec.Struct, forbid_unknown_fields=True):
    """The file of functions."""

    functions: dict[str, FunctionForm]


class ServiceForm(msgspec.Struct, forbid_unknown_fields=True):
    """One cloud service in use."""

    name: str
    provider: str
    does: dict[str, list[str]]
    """Functions, and the traits of each."""
    sources: list[str]
    offer: str | None = None
    """The offer of the catalogue that it is part of."""
    aliases: list[str] = []


class ServicesForm(msgspec.Struct, forbid_unknown_fields=True):
    """The file of services."""

    sources: dict[str, SourceForm]
    services: dict[str, ServiceForm]


class CoverForm(msgspec.Struct, forbid_unknown_fields=True):
    """What sources say that an offer does."""

    does: list[str]
    sources: list[str]
    has: list[str] = []
    lacks: list[str] = []
    qualified: bool | None = None
    """Whether the offer's qualification covers these functions; None: no source says so."""
    doubtful: bool = False
    """The source repeats somebody else's list, or may speak of another offer."""


class OffersForm(msgspec.Struct, forbid_unknown_fields=True):
    """The file of offers."""

    sources: dict[str, SourceForm]
    offers: dict[str, list[CoverForm]]
