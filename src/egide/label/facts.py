"""The facts that a dossier may state of one offer, how to ask for each, and who can answer.

They are the offer's and the provider's own, whatever scheme reads them. A fact that nobody stated is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from egide.vocabulary.facts import FactType, Kind, Role, Subject, Value
from egide.vocabulary.language import N_

REVERSIBILITY_WAYS = ("documented-formats", "documented-api", "both", "none")
MAX_DAYS = 3660
MAX_TEXT = 2_000
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f]")

COUNTRIES = frozenset("""
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG
CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL
GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA
LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP
NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV
SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW
""".split())  # noqa: SIM905 - 250 quoted words would hide a missing one
"""ISO 3166-1 alpha-2, and XK, which is in common use."""

_PLACE_HELP = N_("Two letters for each country (ISO 3166-1). An empty list says: nowhere.")


def _fact(name: str, kind: Kind, ask: str, role: Role, help: str = "", choices: tuple[str, ...] = ()) -> FactType:
    return FactType(name, Subject.OFFER, kind, ask, role, choices, True, help)


_ALL = (
    # --- where the provider is -------------------------------------------------------------------
    _fact("provider.seat", Kind.TEXT, N_("In which country is the provider's registered office (two letters)?"), Role.LEGAL),
    _fact("provider.administration", Kind.TEXT, N_("In which country is the provider's central administration (two letters)?"), Role.LEGAL,
          N_("Where the company is really run from, whatever its registered office.")),
    _fact("provider.establishment", Kind.TEXT, N_("In which country is the provider's main establishment (two letters)?"), Role.LEGAL,
          N_("Where most of its means and staff are.")),
    # --- the service agreement -------------------------------------------------------------------
    _fact("contract.law", Kind.TEXT, N_("Which country's law governs the service agreement (two letters)?"), Role.LEGAL),
    _fact("contract.termination_without_penalty", Kind.YES_NO,
          N_("May the customer leave without penalty if the qualification is lost?"), Role.LEGAL),
    _fact("contract.reversibility_covers_all_data", Kind.YES_NO,
          N_("Does the agreement let the customer take back all data, those given and those produced?"), Role.LEGAL),
    _fact("contract.reversibility_way", Kind.CHOICE, N_("In which documented way do the data leave?"), Role.PROVIDER,
          N_("Formats that are documented and usable outside the service, or a documented API."), REVERSIBILITY_WAYS),
    _fact("contract.remote_access_stated", Kind.YES_NO, N_("Does the agreement state who may reach the service from afar, and from where?"),
          Role.LEGAL),
    _fact("contract.erasure_notice_days", Kind.DAYS,
          N_("How many calendar days before erasure is the customer told, at the end of the contract?"), Role.LEGAL),
    _fact("contract.change_notice_days", Kind.DAYS,
          N_("Within how many calendar days is the customer told of a change of holders, control, places or suppliers?"), Role.LEGAL,
          N_("The agreement's own words; the practice alone is not a commitment.")),
    _fact("contract.says_qualified", Kind.YES_NO, N_("Does the service agreement say that the delivered service is qualified?"), Role.LEGAL,
          N_("SecNumCloud 3.2, annex 2 c: the catalogue line is not enough.")),
    _fact("contract.residual_risks_on_request", Kind.YES_NO,
          N_("Are the residual risks from the law of third countries given to a customer who asks?"), Role.LEGAL),
    # --- the places ------------------------------------------------------------------------------
    _fact("places.documented", Kind.YES_NO, N_("Are all places of storage and processing written down and given to the customer?"),
          Role.PROVIDER),
    _fact("places.storage", Kind.COUNTRIES, N_("In which countries are customer data stored and processed?"), Role.PROVIDER, _PLACE_HELP),
    _fact("places.administration", Kind.COUNTRIES, N_("From which countries is the service administered?"), Role.PROVIDER, _PLACE_HELP),
    _fact("places.supervision", Kind.COUNTRIES, N_("From which countries is the service supervised?"), Role.PROVIDER, _PLACE_HELP),
    _fact("places.technical_data", Kind.COUNTRIES, N_("In which countries are technical data kept?"), Role.PROVIDER,
          N_("Identities, network data, infrastructure logs, directory, certificates, access configuration.")),
    _fact("places.support", Kind.COUNTRIES, N_("From which countries is support given?"), Role.PROVIDER, _PLACE_HELP),
    _fact("support.listed", Kind.YES_NO, N_("Is every act of support from outside the Union listed?"), Role.PROVIDER),
    _fact("support.controlled", Kind.YES_NO, N_("Is support from outside the Union controlled technically, act by act?"), Role.SECURITY),
    _fact("support.supervised_from_union", Kind.YES_NO, N_("Is support from outside supervised by somebody in the Union?"), Role.SECURITY),
    # --- holds that no register of shares says ---------------------------------------------------
    _fact("organs.majority_appointed_by_third", Kind.YES_NO,
          N_("Can entities from outside the Union appoint the majority of the governing organs, alone or together?"), Role.LEGAL),
    _fact("veto.third", Kind.YES_NO, N_("Does an entity from outside the Union hold a veto, by contract or by the articles?"), Role.LEGAL),
    # --- third parties and risks -----------------------------------------------------------------
    _fact("suppliers.list_complete", Kind.YES_NO, N_("Is the list of third parties complete, at every level?"), Role.PROVIDER,
          N_("Sub-processors of sub-processors, licensors and support included.")),
    _fact("risks.foreign_laws_listed", Kind.YES_NO,
          N_("Are the residual risks from the law of third countries listed in the risk assessment?"), Role.SECURITY),
    _fact("skills.own", Kind.YES_NO, N_("Has the provider the skills to run the service without its third suppliers?"), Role.PROVIDER),
)

FACTS: Mapping[str, FactType] = {fact.name: fact for fact in _ALL}
"""Every fact of a dossier, in the order in which a starter asks for them."""

ONE_COUNTRY = frozenset({"provider.seat", "provider.administration", "provider.establishment", "contract.law"})
"""Facts whose text is one country code."""

_COUNTRY_EXPECTED = N_("two capital letters of a country expected (quote \"NO\"), not `{value}`")


class WrongValueError(ValueError):
    """A value that is not of its fact's kind; the message is one of the catalogue."""

    def __init__(self, message: str, value: object, **values: object) -> None:
        super().__init__(message)
        self.message = message
        self.values: dict[str, object] = {"value": _short(value), **values}


def _short(value: object) -> str:
    return str(value)[:80]


def country(value: object) -> str:
    """The country code; raises `WrongValueError` when it is none, as when YAML has made ``NO`` a no."""
    if isinstance(value, str) and value in COUNTRIES:
        return value
    raise WrongValueError(_COUNTRY_EXPECTED, value)


def fact_value(fact: FactType, value: object) -> Value | None:
    """The value as facts hold it (countries become a set); None is somebody saying that they do not know.

    Raises `WrongValueError` when it is not of the fact's kind.
    """
    if value is None:
        return None
    if fact.name in ONE_COUNTRY:
        return country(value)
    match fact.kind:
        case Kind.YES_NO if isinstance(value, bool):
            return value
        case Kind.YES_NO:
            raise WrongValueError(N_("yes or no expected, not `{value}`"), value)
        case Kind.CHOICE if isinstance(value, str) and value in fact.choices:
            return value
        case Kind.CHOICE:
            raise WrongValueError(N_("one of {choices} expected, not `{value}`"), value, choices=", ".join(fact.choices))
        case Kind.DATE if type(value) is date:
            return value
        case Kind.DATE:
            raise WrongValueError(N_("a day (2026-05-31) expected, not `{value}`"), value)
        case Kind.DAYS:
            return _whole(value)
        case Kind.COUNTRIES:
            return frozenset(country(one) for one in (value if isinstance(value, (list, frozenset)) else [value]))
        case Kind.TEXT if isinstance(value, str) and 0 < len(value.strip()) <= MAX_TEXT and not _CONTROLS.search(value):
            return value
        case _:
            raise WrongValueError(N_("a short text expected, not `{value}`"), value)


def _whole(value: object) -> int:
    if type(value) is int and 0 <= value <= MAX_DAYS:
        return value
    raise WrongValueError(N_("a whole number of days from 0 to {limit} expected, not `{value}`"), value, limit=MAX_DAYS)
