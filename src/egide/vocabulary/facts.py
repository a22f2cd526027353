"""Facts: the things a rule may ask, who knows the answer, and the claims that answer them.

A fact that no claim answers is unknown. Nothing here has a default.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from egide.vocabulary.language import N_

Value = bool | int | str | date | frozenset[str]
Values = Mapping[str, Value]
"""Known facts by name; a name that is absent is unknown."""


class Subject(StrEnum):
    """Whose fact it is, so which one answer settles at once."""

    BODY = "body"
    SERVICE = "service"
    HOSTING = "hosting"
    OFFER = "offer"


class Kind(StrEnum):
    """What an answer looks like."""

    YES_NO = "yes-no"
    CHOICE = "choice"
    DATE = "date"
    AMOUNT_EUR = "amount-eur"
    DAYS = "days"
    """A number of calendar days, 0 or more."""
    COUNTRIES = "countries"
    """ISO 3166-1 alpha-2 codes."""
    TEXT = "text"


class Role(StrEnum):
    """Who can answer."""

    DATA_OWNER = "data-owner"
    CIO = "cio"
    BUYER = "buyer"
    SECURITY = "security"
    PROVIDER = "provider"
    LEGAL = "legal"


@dataclass(frozen=True, slots=True)
class FactType:
    """One fact that rules read: its name, whose it is, how to ask it, whom to ask."""

    name: str
    subject: Subject
    kind: Kind
    ask: str
    """The question, as a message of the catalogue."""
    role: Role
    choices: tuple[str, ...] = ()
    changeable: bool = False
    """True when somebody can act to make it otherwise: a clause can be signed, a secret cannot be wished away."""
    help: str = ""
    """What counts as yes, in one sentence, as a message of the catalogue."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody said this, then, with this source. ``value`` None is somebody saying that they do not know."""

    fact: str
    value: Value | None
    issuer: str
    on: date | None
    source: str
    read: str = "primary"
    """``primary`` or ``secondary``: how the source was read."""


Claims = Mapping[str, Claim]
"""The claim that holds for each fact name."""


def values_of(*claims: Claims) -> dict[str, Value]:
    """The known values; where two mappings name one fact, the later one holds."""
    return {
        name: claim.value for mapping in claims for name, claim in mapping.items() if claim.value is not None
    }


BODY_STATUSES = (
    "state", "state-operator", "gip-listed", "health-data-platform", "supervised-body",
    "local-authority", "public-hospital", "company", "other",
)
QUALIFICATIONS = ("qualified", "in-progress", "expired", "none")
OFFER_MODELS = ("on-premise", "internal-cloud", "commercial")
PROVIDER_NATURES = ("state", "other-public", "private", "own")
PLACES = ("france", "eea", "adequate-country", "outside")
STAGES = ("new", "major-change", "running")
SWITCHING_CHARGES = ("no-charge", "at-cost", "above-cost")
OPINIONS = ("favourable", "requested", "none", "unfavourable")


def _yes_no(name: str, ask: str, role: Role, help: str = "", changeable: bool = False) -> FactType:
    return FactType(name, _SUBJECTS[name.split(".", maxsplit=1)[0]], Kind.YES_NO, ask, role, (), changeable, help)


def _fact(name: str, kind: Kind, ask: str, role: Role, choices: tuple[str, ...] = (), help: str = "",
          changeable: bool = False) -> FactType:
    return FactType(name, _SUBJECTS[name.split(".", maxsplit=1)[0]], kind, ask, role, choices, changeable, help)


_SUBJECTS = {
    "body": Subject.BODY,
    "service": Subject.SERVICE,
    "data": Subject.SERVICE,
    "hosting": Subject.HOSTING,
    "derogation": Subject.HOSTING,
    "offer": Subject.OFFER,
}

_ALL = (
    # --- the body -------------------------------------------------------------------------------
    _fact("body.status", Kind.CHOICE, N_("What is the body's status on that day?"), Role.LEGAL, BODY_STATUSES,
          N_("State operators stand in the annex to the budget bill; listed public-interest groups in decree 2026-272.")),
    _yes_no("body.supervised", N_("Is the body under the supervision of the State?"), Role.LEGAL,
            N_("Asked of public-interest groups: article 31 lists them, the circular binds them only when they are supervised.")),
    _yes_no("body.vital_operator", N_("Is the body an operator of vital importance (OIV)?"), Role.SECURITY),
    _yes_no("body.financial_entity", N_("Is the body a financial entity under DORA?"), Role.LEGAL),
    _fact("body.nis2", Kind.CHOICE, N_("Is the body an essential or important entity under NIS 2?"), Role.SECURITY,
          ("essential", "important", "neither")),
    # --- the data -------------------------------------------------------------------------------
    _yes_no("data.classified", N_("Does the service hold classified information?"), Role.SECURITY,
            N_("Secret or above, under IGI 1300.")),
    _yes_no("data.restricted", N_("Does the service hold «Diffusion Restreinte» information?"), Role.SECURITY),
    _yes_no("data.secret", N_("Are the data covered by a secret of CRPA L.311-5 or L.311-6?"), Role.DATA_OWNER,
            N_("Government deliberations, defence, foreign policy, State security, court proceedings, privacy, medical or business secrecy.")),
    _yes_no("data.other_secret", N_("Are the data covered by another statutory secret (tax, statistical, professional …)?"), Role.DATA_OWNER,
            N_("Only the administrator of the data can exclude every one of them.")),
    _yes_no("data.essential_mission", N_("Are the data needed for an essential mission of the State?"), Role.DATA_OWNER,
            N_("National security, public order, health and life of people.")),
    _yes_no("data.harm", N_("Would a breach be likely to harm public order, public safety, health or life, or intellectual property?"),
            Role.DATA_OWNER),
    _yes_no("data.personal", N_("Does the service process personal data, agents' included?"), Role.DATA_OWNER),
    _yes_no("data.citizens_personal", N_("Does the service process personal data of French citizens?"), Role.DATA_OWNER),
    _yes_no("data.companies_economic", N_("Does the service process economic data on French companies?"), Role.DATA_OWNER),
    _yes_no("data.agents_applications", N_("Is it a business application about State agents?"), Role.DATA_OWNER),
    _yes_no("data.health", N_("Does the service hold personal health data?"), Role.DATA_OWNER),
    _yes_no("data.health_for_others", N_("Does a third party host these health data on behalf of the body?"), Role.DATA_OWNER,
            N_("Ask it before requiring a certificate: a body that hosts its own health data is not a host for a third party.")),
    _yes_no("data.archives_deposited", N_("Are public archives deposited with this host?"), Role.DATA_OWNER,
            N_("Current and intermediate records of State and local bodies, entrusted to a third-party archiver.")),
    # --- the service ----------------------------------------------------------------------------
    _fact("service.stage", Kind.CHOICE, N_("Is the service new, changing by 50 % of its build cost or changing supplier, or running?"),
          Role.CIO, STAGES),
    _yes_no("service.cloud_studied", N_("Was a cloud solution looked for first?"), Role.CIO, changeable=True),
    _yes_no("service.on_premise_justified", N_("Was staying out of the cloud justified to DINUM?"), Role.CIO, changeable=True),
    _yes_no("service.shared_solution_studied", N_("Was a solution shared between State services looked for first?"), Role.BUYER, changeable=True),
    _fact("service.project_cost_eur", Kind.AMOUNT_EUR, N_("What does the project cost in all, in euros?"), Role.CIO),
    _fact("service.dinum_opinion", Kind.CHOICE, N_("Where does DINUM's prior opinion stand?"), Role.CIO, OPINIONS, changeable=True),
    _yes_no("service.vital_system", N_("Is it an information system of vital importance (SIIV)?"), Role.SECURITY),
    _yes_no("service.anssi_consulted", N_("Was ANSSI asked where this vital system may be hosted?"), Role.SECURITY, changeable=True),
    _yes_no("service.restore_tested", N_("Was a restore tested within the last twelve months?"), Role.CIO, changeable=True),
    _yes_no("service.outage_limits_documented", N_("Are the longest outage and the largest data loss that can be borne written down?"), Role.CIO,
            changeable=True),
    _yes_no("service.continuity_plan", N_("Are there continuity and recovery plans that can be activated?"), Role.CIO, changeable=True),
    _yes_no("service.exit_plan", N_("Is there a written exit plan?"), Role.CIO, changeable=True),
    # --- the hosting ----------------------------------------------------------------------------
    _fact("hosting.place", Kind.CHOICE, N_("Where are the data stored and processed?"), Role.PROVIDER, PLACES, changeable=True),
    _yes_no("hosting.agreement_says_qualified", N_("Does the service agreement say that the delivered service is qualified?"), Role.BUYER,
            N_("SecNumCloud 3.2, annex 2 c: the catalogue line is not enough."), changeable=True),
    _fact("hosting.contract_end", Kind.DATE, N_("When does the contract end?"), Role.BUYER),
    _yes_no("hosting.exit_terms", N_("Does the contract hold end-of-contract and reversibility terms, with means set aside?"), Role.BUYER,
            changeable=True),
    _yes_no("hosting.transfer_analysis", N_("Was access by third-country authorities analysed and answered (GDPR 28 and 48)?"), Role.LEGAL,
            changeable=True),
    _yes_no("hosting.restricted_approved", N_("Is this hosting approved for «Diffusion Restreinte»?"), Role.SECURITY, changeable=True),
    _yes_no("hosting.instruction_901_guaranteed", N_("Does the contract guarantee that instruction 901 is applied (article 16)?"), Role.BUYER,
            changeable=True),
    _yes_no("hosting.abroad_approved", N_("Does the approval decision hold a reasoned derogation to hosting on national territory?"), Role.SECURITY,
            changeable=True),
    _yes_no("hosting.foreign_laws_listed", N_("Does the contract list the non-EU laws, their mitigation and the residual risks (HDS 30)?"), Role.BUYER,
            changeable=True),
    _yes_no("hosting.switching_terms", N_("Does the contract hold the switching terms of the Data Act (notice, transition, retrieval)?"),
            Role.BUYER, changeable=True),
    _fact("hosting.switching_charges", Kind.CHOICE, N_("What does the provider charge for switching and for taking the data out?"), Role.BUYER,
          SWITCHING_CHARGES, changeable=True),
    _yes_no("hosting.in_contract_register", N_("Does the contract stand in the register of ICT contracts (DORA)?"), Role.BUYER, changeable=True),
    _fact("hosting.exit_notice_on", Kind.DATE, N_("On which day was notice of leaving given?"), Role.BUYER),
    _fact("hosting.approval_end", Kind.DATE, N_("When does the security approval (homologation) end?"), Role.SECURITY),
    # --- the derogation -------------------------------------------------------------------------
    _yes_no("derogation.requested", N_("Was a reasoned derogation requested from the minister in charge?"), Role.CIO, changeable=True),
    _yes_no("derogation.validated", N_("Did the Prime Minister validate the derogation?"), Role.CIO, changeable=True),
    _yes_no("derogation.public", N_("Is the derogation public?"), Role.CIO, changeable=True),
    _yes_no("derogation.project_engaged", N_("Does the derogation establish that the project was already engaged?"), Role.LEGAL),
    _fact("derogation.acceptable_offer_since", Kind.DATE, N_("Since when is an acceptable offer available in France (never: leave empty)?"), Role.CIO),
    _yes_no("derogation.no_acceptable_offer", N_("Does the derogation state that no acceptable offer is available yet?"), Role.CIO),
    # --- the offer ------------------------------------------------------------------------------
    _fact("offer.model", Kind.CHOICE, N_("Is it hosted on premises, on a State cloud or on a commercial offer?"), Role.CIO, OFFER_MODELS),
    _fact("offer.provider_nature", Kind.CHOICE, N_("Is the provider the State, another public body or private?"), Role.LEGAL, PROVIDER_NATURES),
    _fact("offer.qualification", Kind.CHOICE, N_("Where does the SecNumCloud qualification of this offer in this region stand on that day?"), Role.PROVIDER,
          QUALIFICATIONS, changeable=True),
    _fact("offer.framework", Kind.CHOICE, N_("Against which version of SecNumCloud was it qualified?"), Role.PROVIDER, ("3.1", "3.2"), changeable=True),
    _yes_no("offer.on_qualified_base", N_("Does the service run on an offer of somebody else that is qualified?"), Role.PROVIDER),
    _fact("offer.qualified_to", Kind.DATE, N_("Until when is it qualified?"), Role.PROVIDER, changeable=True),
    _fact("offer.controlled_from", Kind.TEXT, N_("From which country is the provider controlled (two letters)?"), Role.PROVIDER),
    _yes_no("offer.immune", N_("Is the offer shown to be out of reach of the law of third countries?"), Role.PROVIDER, changeable=True),
    _yes_no("offer.recognised_equivalent", N_("Does it hold a certification recognised as equivalent to SecNumCloud?"), Role.PROVIDER, changeable=True),
    _yes_no("offer.hds_certified", N_("Is the host certified for health data (HDS) for this activity on that day?"), Role.PROVIDER, changeable=True),
    _fact("offer.place", Kind.CHOICE, N_("Where does this offer store data in this region?"), Role.PROVIDER, PLACES),
    _yes_no("offer.remote_access_outside_eea", N_("Can the data be reached remotely from outside the EEA?"), Role.PROVIDER, changeable=True),
    _yes_no("offer.remote_access_guarded", N_("Does that remote access rest on an adequacy decision or GDPR 46 guarantees, and is the customer told?"),
            Role.PROVIDER, changeable=True),
    _yes_no("offer.transfer_map_public", N_("Is the map of transfers public (HDS 31)?"), Role.PROVIDER, changeable=True),
    _yes_no("offer.approved_archiver", N_("Is the host approved for public archives?"), Role.PROVIDER, changeable=True),
)

FACTS: Mapping[str, FactType] = {fact.name: fact for fact in _ALL}
"""Every fact a rule may read, in the order in which questions are asked when nothing else decides."""

FROM_CATALOGUE = frozenset({"offer.qualification", "offer.qualified_to"})
"""What only a line of the catalogue says, with its decision number and dates: nobody's word makes an offer qualified."""
