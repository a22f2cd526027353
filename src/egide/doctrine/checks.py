"""The named questions that the rulebooks on State cloud doctrine may put to a case, and how each answer is worded.

The words complete «because …». Numbers, lists and dates are limits of the rulebooks; what stands here is only what a
fact is compared with. Few checks are functions: the derogation's window, the length of a switch, the register of
recognised equivalences, proof of immunity in another way, and where data lie when two sources speak of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING

from egide.doctrine.clocks import add_months
from egide.rules.checks import Check, Fact, Limit, by_name, compare, function, is_true
from egide.vocabulary.findings import Answer
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.rules.checks import Limits, Test
    from egide.vocabulary.facts import Values


def _derogation_still_runs(values: Values, limits: Limits) -> Answer:
    """Where the two month counts disagree, the texts that were read do not say which prevails: unknown, not a grace."""
    since = values.get("derogation.acceptable_offer_since")
    if not isinstance(since, date):
        return Answer.MET if values.get("derogation.no_acceptable_offer") is True else Answer.UNKNOWN
    ends = [add_months(since, limits[name]) for name in ("derogation_months", "derogation_months_longest")]
    if limits["on"] <= min(ends):
        return Answer.MET
    return Answer.UNKNOWN if limits["on"] <= max(ends) else Answer.NOT_MET


def _offer_is_recognised_equivalent(values: Values, limits: Limits) -> Answer:
    """While the register of recognised schemes is empty, no certification is recognised, whatever is claimed."""
    if not limits["recognised_equivalents"]:
        return Answer.NOT_MET
    return _yes_no(values.get("offer.recognised_equivalent"))


def _immunity_is_shown_otherwise(values: Values, limits: Limits) -> Answer:
    """Before a text named the accepted proof, immunity shown in another way was neither accepted nor refused."""
    if limits["proof_is_named"] or values.get("offer.immune") is False:
        return Answer.NOT_MET
    return Answer.UNKNOWN


def _switch_is_within_its_time(values: Values, limits: Limits) -> Answer:
    """Beyond the ordinary transition only a justified extension, which no fact states, can still be running."""
    notice = values.get("hosting.exit_notice_on")
    if not isinstance(notice, date):
        return Answer.UNKNOWN
    begins = add_months(notice, limits["notice_months"])
    if limits["on"] <= begins + timedelta(days=limits["transition_days"]):
        return Answer.MET
    longest = add_months(begins, limits["transition_months_longest"])
    return Answer.UNKNOWN if limits["on"] <= longest else Answer.NOT_MET


def _yes_no(value: object) -> Answer:
    if value is None:
        return Answer.UNKNOWN
    return Answer.MET if value else Answer.NOT_MET


def _data_stay_within(places: frozenset[str], unsure: frozenset[str] = frozenset()) -> Test:
    """Both what the body says and what the catalogue says of the region must lie within; one of them is enough to know.

    ``unsure`` are places that a body may name for want of a country: «in the EEA» may be France.
    """

    def test(values: Values, limits: Limits) -> Answer:
        said, known = values.get("hosting.place"), values.get("offer.place")
        if (known is not None and known not in places) or (said is not None and said not in places | unsure):
            return Answer.NOT_MET
        return Answer.MET if known in places or said in places else Answer.UNKNOWN

    return test


_PLACES = ("hosting.place", "offer.place")
_FRANCE = frozenset({"france"})
_EEA = _FRANCE | {"eea"}
_ADEQUATE = _EEA | {"adequate-country"}

_BODY = (
    compare("body_is_bound", "body.status", "in", Limit("bound_bodies"),
            N_("the text binds a body of this status ({value})"), N_("the text does not bind a body of this status ({value})")),
    compare("body_is_bound_when_supervised", "body.status", "in", Limit("bodies_bound_when_supervised"),
            N_("a body of this status ({value}) is bound when the State supervises it"),
            N_("supervision by the State changes nothing for a body of this status ({value})")),
    is_true("body_is_supervised", "body.supervised",
            N_("the body is under the supervision of the State"), N_("the body is not under the supervision of the State")),
    compare("body_is_the_health_data_platform", "body.status", "is", "health-data-platform",
            N_("the body is the Health Data Platform"), N_("the body is not the Health Data Platform")),
    is_true("body_is_a_vital_operator", "body.vital_operator",
            N_("the body is an operator of vital importance"), N_("the body is not an operator of vital importance")),
    is_true("body_is_a_financial_entity", "body.financial_entity",
            N_("the body is a financial entity under DORA"), N_("the body is not a financial entity under DORA")),
    compare("body_is_essential", "body.nis2", "is", "essential",
            N_("the body is an essential entity"), N_("the body is not an essential entity ({value})")),
    compare("body_is_important", "body.nis2", "is", "important",
            N_("the body is an important entity"), N_("the body is not an important entity ({value})")),
)  # fmt: skip

_DATA = (
    is_true("data_are_classified", "data.classified",
            N_("the service holds classified information"), N_("the service holds no classified information")),
    is_true("data_are_restricted", "data.restricted",
            N_("the service holds «Diffusion Restreinte» information"), N_("the service holds no «Diffusion Restreinte» information")),
    is_true("data_hold_a_secret", "data.secret",
            N_("the data are covered by a secret of CRPA L.311-5 or L.311-6"), N_("no secret of CRPA L.311-5 or L.311-6 covers the data")),
    is_true("data_hold_another_secret", "data.other_secret",
            N_("another statutory secret covers the data"), N_("no other statutory secret covers the data")),
    is_true("data_serve_an_essential_mission", "data.essential_mission",
            N_("the data are needed for an essential mission of the State"), N_("no essential mission of the State needs the data")),
    is_true("breach_would_harm", "data.harm",
            N_("a breach would be likely to harm public order, public safety, health or life, or intellectual property"),
            N_("a breach would harm neither public order, public safety, health or life, nor intellectual property")),
    is_true("data_are_personal", "data.personal",
            N_("the service processes personal data"), N_("the service processes no personal data")),
    is_true("data_are_of_citizens", "data.citizens_personal",
            N_("the service processes personal data of French citizens"), N_("the service processes no personal data of French citizens")),
    is_true("data_are_of_companies", "data.companies_economic",
            N_("the service processes economic data on French companies"),
            N_("the service processes no economic data on French companies")),
    is_true("data_are_of_agents", "data.agents_applications",
            N_("it is a business application about State agents"), N_("it is not a business application about State agents")),
    is_true("data_are_health", "data.health",
            N_("the service holds personal health data"), N_("the service holds no personal health data")),
    is_true("health_data_are_hosted_for_others", "data.health_for_others",
            N_("a third party hosts the health data on the body's behalf"), N_("no third party hosts the health data")),
    is_true("archives_are_deposited", "data.archives_deposited",
            N_("public archives are deposited with this host"), N_("no public archives are deposited with this host")),
)  # fmt: skip

_SERVICE = (
    compare("service_is_running", "service.stage", "is", "running",
            N_("the service is running, with no major change under way"), N_("the service is new or changes in depth ({value})")),
    is_true("cloud_was_studied", "service.cloud_studied",
            N_("a cloud solution was looked for first"), N_("no cloud solution was looked for first")),
    compare("cost_is_above", "service.project_cost_eur", "above", Limit("cost_eur"),
            N_("the project costs EUR {value}, above EUR {limit}"), N_("the project costs EUR {value}, not above EUR {limit}")),
    is_true("staying_out_of_the_cloud_was_justified", "service.on_premise_justified",
            N_("staying out of the cloud was justified to DINUM"), N_("staying out of the cloud was not justified to DINUM")),
    is_true("shared_solution_was_studied", "service.shared_solution_studied",
            N_("a solution shared between State services was looked for first"),
            N_("no solution shared between State services was looked for first")),
    compare("opinion_is_favourable", "service.dinum_opinion", "is", "favourable",
            N_("DINUM's opinion is favourable"), N_("DINUM gave no favourable opinion ({value})")),
    compare("opinion_was_skipped", "service.dinum_opinion", "is", "none",
            N_("DINUM's opinion was not asked for"), N_("DINUM's opinion was asked for ({value})")),
    is_true("system_is_vital", "service.vital_system",
            N_("it is an information system of vital importance"), N_("it is not an information system of vital importance")),
    is_true("anssi_was_consulted", "service.anssi_consulted",
            N_("ANSSI was asked where this system may be hosted"), N_("ANSSI was not asked where this system may be hosted")),
    is_true("restore_was_tested", "service.restore_tested",
            N_("a restore was tested within the last twelve months"), N_("no restore was tested within the last twelve months")),
    is_true("outage_limits_are_documented", "service.outage_limits_documented",
            N_("the longest outage and the largest data loss that can be borne are written down"),
            N_("the longest outage and the largest data loss that can be borne are not written down")),
    is_true("continuity_plan_is_ready", "service.continuity_plan",
            N_("continuity and recovery plans can be activated"), N_("no continuity and recovery plans can be activated")),
    is_true("service_has_an_exit_plan", "service.exit_plan",
            N_("there is a written exit plan"), N_("there is no written exit plan")),
)  # fmt: skip

_HOSTING = (
    function("data_stay_in_france", _PLACES, _data_stay_within(_FRANCE, _EEA - _FRANCE),
             N_("the data stay in France"), N_("the data do not stay in France")),
    function("data_stay_in_the_eea", _PLACES, _data_stay_within(_EEA),
             N_("the data stay in the European Economic Area"), N_("the data do not stay in the European Economic Area")),
    function("data_stay_where_protection_is_adequate", _PLACES, _data_stay_within(_ADEQUATE),
             N_("the data stay in the EEA or in a country with an adequacy decision"),
             N_("the data leave the EEA and the countries with an adequacy decision")),
    is_true("agreement_says_qualified", "hosting.agreement_says_qualified",
            N_("the service agreement says that the delivered service is qualified"),
            N_("the service agreement does not say that the delivered service is qualified")),
    is_true("contract_has_exit_terms", "hosting.exit_terms",
            N_("the contract holds reversibility terms, with means set aside"),
            N_("the contract holds no reversibility terms with means set aside")),
    is_true("transfer_was_analysed", "hosting.transfer_analysis",
            N_("access by third-country authorities was analysed and answered"),
            N_("access by third-country authorities was not analysed and answered")),
    is_true("hosting_is_approved_for_restricted", "hosting.restricted_approved",
            N_("this hosting is approved for «Diffusion Restreinte»"), N_("this hosting is not approved for «Diffusion Restreinte»")),
    is_true("hosting_abroad_is_approved", "hosting.abroad_approved",
            N_("the approval decision holds a reasoned derogation to hosting on national territory"),
            N_("the approval decision holds no derogation to hosting on national territory")),
    is_true("contract_guarantees_instruction_901", "hosting.instruction_901_guaranteed",
            N_("the contract guarantees that instruction 901 is applied"),
            N_("the contract does not guarantee that instruction 901 is applied")),
    is_true("contract_lists_foreign_laws", "hosting.foreign_laws_listed",
            N_("the contract lists the non-EU laws, their mitigation and the residual risks"),
            N_("the contract does not list the non-EU laws, their mitigation and the residual risks")),
    is_true("contract_has_switching_terms", "hosting.switching_terms",
            N_("the contract holds the switching terms of the Data Act"),
            N_("the contract does not hold the switching terms of the Data Act")),
    is_true("contract_is_in_the_register", "hosting.in_contract_register",
            N_("the contract stands in the register of ICT contracts"), N_("the contract does not stand in the register of ICT contracts")),
    compare("charges_are_allowed", "hosting.switching_charges", "in", Limit("allowed_charges"),
            N_("the charges for switching are within the law ({value})"), N_("the charges for switching are above the law ({value})")),
    compare("switching_is_free", "hosting.switching_charges", "is", "no-charge",
            N_("switching is free of charge"), N_("switching is charged ({value})")),
    compare("notice_was_given", "hosting.exit_notice_on", "at-most", Limit("on"),
            N_("notice of leaving was given on {value}"), N_("notice of leaving is only given on {value}")),
    function("switch_is_within_its_time", ("hosting.exit_notice_on",), _switch_is_within_its_time,
             N_("the notice and the transition are within their time"), N_("the notice and the longest transition are over"),
             ("notice_months", "transition_days", "transition_months_longest", "on")),
    compare("approval_still_runs", "hosting.approval_end", "at-least", Limit("on"),
            N_("the security approval runs until {value}"), N_("the security approval ended on {value}")),
    compare("qualification_ends_before_the_contract", "hosting.contract_end", "above", Fact("offer.qualified_to"),
            N_("the contract runs until {value}, beyond the qualification"), N_("the contract ends on {value}, within the qualification")),
)  # fmt: skip

_DEROGATION = (
    is_true("derogation_was_requested", "derogation.requested",
            N_("a reasoned derogation was requested from the minister in charge"),
            N_("no derogation was requested from the minister in charge")),
    is_true("derogation_was_validated", "derogation.validated",
            N_("the Prime Minister validated the derogation"), N_("the Prime Minister did not validate the derogation")),
    is_true("derogation_is_public", "derogation.public",
            N_("the derogation is public"), N_("the derogation is not public")),
    is_true("project_was_engaged", "derogation.project_engaged",
            N_("the derogation establishes that the project was already engaged"),
            N_("the derogation does not establish that the project was already engaged")),
    function("derogation_still_runs", ("derogation.acceptable_offer_since", "derogation.no_acceptable_offer"), _derogation_still_runs,
             N_("the time that follows an acceptable offer is not over"), N_("the time that follows an acceptable offer is over"),
             ("derogation_months", "derogation_months_longest", "on")),
)  # fmt: skip

_OFFER = (
    compare("offer_is_commercial", "offer.model", "is", "commercial",
            N_("it is a commercial cloud offer"), N_("it is not a commercial cloud offer ({value})")),
    compare("offer_is_on_premise", "offer.model", "is", "on-premise",
            N_("the service is hosted on premises"), N_("the service is not hosted on premises ({value})")),
    compare("provider_is_private", "offer.provider_nature", "is", "private",
            N_("the provider is private"), N_("the provider is not private ({value})")),
    compare("offer_is_qualified", "offer.qualification", "is", "qualified",
            N_("the offer is SecNumCloud qualified on that day, in this region"),
            N_("the offer is not SecNumCloud qualified on that day, in this region ({value})")),
    compare("framework_covers_immunity", "offer.framework", "in", Limit("frameworks_covering_immunity"),
            N_("it is qualified against SecNumCloud {value}, whose chapter 19.6 covers immunity"),
            N_("it is qualified against SecNumCloud {value}, which has no chapter on immunity")),
    compare("framework_is_the_reference", "offer.framework", "in", Limit("reference_frameworks"),
            N_("SecNumCloud {value} is the reference framework on that day"),
            N_("SecNumCloud {value} is not the reference framework on that day")),
    is_true("offer_is_immune", "offer.immune",
            N_("the offer is shown to be out of reach of the law of third countries"),
            N_("the offer is within reach of the law of third countries")),
    function("immunity_is_shown_otherwise", ("offer.immune",), _immunity_is_shown_otherwise,
             N_("immunity is shown by other means"), N_("only a qualification, or what is recognised as its equal, proves immunity"),
             ("proof_is_named",)),
    function("offer_is_recognised_equivalent", ("offer.recognised_equivalent",), _offer_is_recognised_equivalent,
             N_("the offer holds a certification recognised as equivalent to SecNumCloud"),
             N_("the offer holds no certification recognised as equivalent to SecNumCloud"), ("recognised_equivalents",)),
    is_true("offer_stands_on_a_qualified_base", "offer.on_qualified_base",
            N_("the service runs on somebody else's qualified offer"), N_("the service does not run on somebody else's qualified offer")),
    compare("provider_is_controlled_from_the_eea", "offer.controlled_from", "in", Limit("eea_countries"),
            N_("the provider is controlled from the European Economic Area ({value})"),
            N_("the provider is controlled from a third country ({value})")),
    is_true("offer_is_hds_certified", "offer.hds_certified",
            N_("the host is certified for health data for this activity"),
            N_("the host is not certified for health data for this activity")),
    is_true("remote_access_comes_from_outside", "offer.remote_access_outside_eea",
            N_("the data can be reached remotely from outside the EEA"), N_("the data cannot be reached remotely from outside the EEA")),
    is_true("remote_access_is_guarded", "offer.remote_access_guarded",
            N_("remote access rests on adequacy or GDPR guarantees and the customer is told"),
            N_("remote access rests on neither adequacy nor GDPR guarantees told to the customer")),
    is_true("transfer_map_is_public", "offer.transfer_map_public",
            N_("the map of transfers is public"), N_("the map of transfers is not public")),
    is_true("archiver_is_approved", "offer.approved_archiver",
            N_("the host is approved for public archives"), N_("the host is not approved for public archives")),
)  # fmt: skip

CHECKS: Mapping[str, Check] = by_name((*_BODY, *_DATA, *_SERVICE, *_HOSTING, *_DEROGATION, *_OFFER))
"""Every check that a rulebook of the doctrine may name."""
