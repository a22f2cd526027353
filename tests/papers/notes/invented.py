"""Invented services of an invented ministry and their decisions, with the shapes that the engine gives."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from egide.doctrine.checks import CHECKS
from egide.doctrine.clocks import SAYS
from egide.vocabulary.errors import Location
from egide.vocabulary.facts import FACTS, Claim, Value
from egide.vocabulary.findings import (
    Answer,
    Assessment,
    BookUsed,
    Change,
    Clock,
    ClockKind,
    Decision,
    Effect,
    EligibleOffer,
    Finding,
    HostingDecision,
    Override,
    Proof,
    Question,
    Reason,
    Source,
    Verdict,
)  # fmt: skip
from egide.vocabulary.language import Text
from egide.vocabulary.services import Body, Hosting, Service

ON = date(2026, 11, 23)
OFFERS = {"nuage-fictif": "Nuage fictif", "nuage-qualifie-fictif": "Nuage qualifié fictif", "etranger-fictif": "Hébergeur étranger fictif"}
BOOKS = (
    BookUsed("circular-6404-sg", "2023-05-31", Text("Circulaire n° 6404/SG", "Circular 6404/SG"), "a1b2c3d4e5f60718" * 4),
    BookUsed("sren-article-31", "2026-08-15", Text("Loi SREN, article 31", "SREN law, article 31"), "b1b2c3d4e5f60718" * 4),
    BookUsed("hds-v2", "2024-04-26", Text("Référentiel HDS v2", "HDS framework v2"), "c1b2c3d4e5f60718" * 4),
)
NOTE = Text("lue dans la presse spécialisée et une note publique", "read in the trade press and a public note")


def claim(
    fact: str, value: Value | None, issuer: str = "data-owner", read: str = "primary", source: str = "Questionnaire, ligne 4",
) -> Claim:  # fmt: skip
    return Claim(fact, value, issuer, date(2026, 11, 2), source, read)


def checked(name: str, answer: Answer, value: Value = True) -> Reason:
    """The words of the doctrine's own check."""
    check = CHECKS[name]
    return check.reason(answer, {check.reads[0]: value}, {})


def running_out(kind: ClockKind, on: date, owner: str, rule: str | None = None) -> Clock:
    """A clock in the doctrine's own words."""
    return Clock(kind, on, (on - ON).days, Reason(f"clock.{kind}", {"day": on}, SAYS[kind]), owner, rule)


def unknown(fact: str) -> Reason:
    return Reason(f"{fact}.unknown", {"fact": fact, "ask": FACTS[fact].ask}, FACTS[fact].ask)


def proof(answer: Answer, applies: Answer) -> Proof:
    return Proof("rule", answer, children=(Proof("applies", applies), Proof("demands", answer)))


LIFTED = ("derogation_was_requested", "derogation_was_validated", "derogation_is_public", "project_was_engaged")
SECRET = claim("data.secret", True)
HARM = claim("data.harm", True)
PERSONAL = claim("data.personal", True)
UNQUALIFIED = claim("offer.qualification", "none", "provider", "secondary", "Catalogue de l’ANSSI du 15 sept. 2026")


def r9(answer: Answer, exception: str | None = None, claims: tuple[Claim, ...] = (SECRET, HARM, UNQUALIFIED), *reasons: Reason) -> Finding:
    return Finding(
        "circular-6404-sg@2023-05-31#R9",
        Text("Données d’une sensibilité particulière : offre qualifiée et immune",
             "Data of particular sensitivity: a qualified and immune offer"),
        answer, Effect.FORBID, Source("Circulaire n° 6404/SG du 31 mai 2023", "R9", "secondary", NOTE),
        reasons or (checked("offer_is_qualified", Answer.NOT_MET, "none"),
                    checked("data_hold_a_secret", Answer.MET),
                    checked("breach_would_harm", Answer.MET)),
        claims, Text("Déplacer le service vers une offre qualifiée et immune, ou vers un cloud interne de l’État.",
                     "Move the service to a qualified and immune offer, or to an internal State cloud."),
        exception, proof(answer, Answer.MET),
    )  # fmt: skip


def sren(answer: Answer, exception: str | None = None) -> Finding:
    return replace(
        r9(answer, exception), rule="sren-article-31@2026-08-15#I",
        title=Text("Données sensibles chez un prestataire privé", "Sensitive data with a private provider"),
        source=Source("Loi n° 2024-449 du 21 mai 2024 (SREN)", "article 31, I", "secondary", NOTE),
    )  # fmt: skip


def quiet() -> Finding:
    return Finding(
        "hds-v2@2024-04-26#28", Text("Stockage des données de santé", "Storage of health data"), Answer.MET, Effect.FORBID,
        Source("Référentiel HDS v2", "EXI 28", "primary"), (checked("data_are_health", Answer.NOT_MET, False),),
        (claim("data.health", False),), None, None, proof(Answer.MET, Answer.NOT_MET),
    )  # fmt: skip


def r4(answer: Answer) -> Finding:
    known = answer is not Answer.UNKNOWN
    because = checked("contract_has_exit_terms", Answer.NOT_MET, False) if known else unknown("hosting.exit_terms")
    return Finding(
        "circular-6404-sg@2023-05-31#R4", Text("Fin de contrat et réversibilité", "End of contract and reversibility"),
        answer, Effect.CONDITION, Source("Doctrine « Cloud au centre »", "R4", "primary"), (because,),
        (claim("offer.model", "commercial", "provider"),) + ((claim("hosting.exit_terms", False, "buyer"),) if known else ()),
        Text("Obtenir les clauses de fin de contrat et réserver les moyens de la sortie.",
             "Obtain end-of-contract terms and set aside the means to leave."),
        None, proof(answer, Answer.MET),
    )  # fmt: skip


def hosted(verdict: Verdict, *findings: Finding, offer: str = "etranger-fictif", claims: tuple[Claim, ...] = (),
           clocks: tuple[Clock, ...] = (), question: Question | None = None, repairs: tuple[tuple[Change, ...], ...] = (),
           planned: bool = False) -> HostingDecision:  # fmt: skip
    hosting = Hosting(OFFERS[offer], offer, "eu-fictive-1", 97, planned, {one.fact: one for one in claims})
    return HostingDecision(hosting, verdict, (*findings, quiet()), question, repairs, clocks)


def service(name: str, *claims: Claim, id: str | None = None, owner: str | None = "Direction fictive des ressources") -> Service:
    body = Body("110000072", "Ministère fictif de l’exemple")
    at = Location("services.xlsx", "Services", 12)
    return Service(id or name.lower().replace(" ", "-"), name, body, at, {one.fact: one for one in claims}, (), owner)


CLAUSE = Change("hosting.agreement_says_qualified", True)
QUALIFIED = EligibleOffer("nuage-qualifie-fictif", "france-fictive-1", Verdict.CONDITIONAL, (CLAUSE,))
STATE = EligibleOffer("nuage-fictif", None, Verdict.ALLOWED)
LOST = {"etranger-fictif": (checked("offer_is_qualified", Answer.NOT_MET, "none"),)}


def decision(of: Service, verdict: Verdict, *hostings: HostingDecision, overrides: tuple[Override, ...] = ()) -> Decision:
    return Decision(of, verdict, hostings, (QUALIFIED, STATE), LOST, overrides)


def forbidden(name: str = "Paie des agents", **told: Value) -> Decision:
    """Sensitive data on an offer that is not qualified, a project that may have been engaged."""
    more = tuple(claim(fact, value, "cio") for fact, value in told.items())
    clock = running_out(ClockKind.CONTRACT_ENDS, date(2027, 3, 31), "buyer")
    host = hosted(
        Verdict.FORBIDDEN, r9(Answer.NOT_MET), sren(Answer.NOT_MET), r4(Answer.UNKNOWN), clocks=(clock,),
        claims=(claim("offer.model", "commercial", "cio"), claim("hosting.contract_end", date(2027, 3, 31), "buyer")),
        repairs=((Change("offer.qualification", "qualified"), Change("hosting.agreement_says_qualified", True)),),
    )  # fmt: skip
    return decision(service(name, SECRET, HARM, PERSONAL, *more), Verdict.FORBIDDEN, host)


def derogated() -> Decision:
    """The same, under a derogation that runs out."""
    ends = date(2027, 2, 15)
    told = tuple(claim(f"derogation.{fact}", True, "cio") for fact in ("requested", "validated", "public", "project_engaged"))
    since = claim("derogation.acceptable_offer_since", date(2025, 8, 15), "cio")
    clock = running_out(ClockKind.DEROGATION_ENDS, ends, "cio", "sren-article-31@2026-08-15#I")
    lifted = replace(
        sren(Answer.MET, "derogation"), claims=told, because=tuple(checked(name, Answer.MET) for name in LIFTED),
    )  # fmt: skip
    model = claim("offer.model", "commercial", "cio")
    host = hosted(Verdict.DEROGATION, lifted, r4(Answer.NOT_MET), clocks=(clock,), claims=(*told, since, model))
    return decision(service("Gestion des bourses", SECRET, HARM), Verdict.DEROGATION, host)


def undetermined() -> Decision:
    """Nobody has said whether a breach would harm."""
    doubt = r9(Answer.UNKNOWN, None, (SECRET, UNQUALIFIED), unknown("data.harm"))
    question = Question(FACTS["data.harm"], {"yes": Verdict.FORBIDDEN, "no": Verdict.ALLOWED})
    host = hosted(Verdict.UNDETERMINED, doubt, r4(Answer.NOT_MET), question=question, claims=(claim("offer.model", "commercial", "cio"),))
    return decision(service("Annuaire des sites", SECRET, owner=None), Verdict.UNDETERMINED, host)


def allowed() -> Decision:
    """Personal data that are not sensitive, on a French commercial offer whose contract holds everything."""
    held = (claim(fact, True, "buyer") for fact in ("hosting.exit_terms", "hosting.switching_terms"))
    told = (claim("offer.model", "commercial", "cio"), *held)
    met = replace(r4(Answer.MET), because=(checked("contract_has_exit_terms", Answer.MET),), claims=told[:2])
    host = hosted(Verdict.ALLOWED, met, claims=told, offer="nuage-fictif")
    return decision(service("Inscription aux concours", PERSONAL), Verdict.ALLOWED, host)


def two_hostings() -> Decision:
    """One hosting in use that is refused, one planned that would do, and a contrary decision on record."""
    worse = forbidden("Dossier médical des agents", **{"data.health": True, "data.health_for_others": True})
    qualified = r9(Answer.MET, None, (SECRET, HARM), checked("offer_is_qualified", Answer.MET, "qualified"))
    told = (claim("offer.model", "commercial", "cio"), claim("offer.qualification", "qualified", "provider"))
    planned = hosted(Verdict.CONDITIONAL, qualified, r4(Answer.NOT_MET), offer="nuage-qualifie-fictif", planned=True, claims=told)
    why = "Continuité du service jusqu’à la bascule"
    override = Override(worse.service.id, None, Verdict.CONDITIONAL, "le secrétaire général", why, ON, date(2027, 1, 31))
    return replace(worse, hostings=(*worse.hostings, planned), overrides=(override,))


def assessment(*decisions: Decision) -> Assessment:
    return Assessment(ON, date(2026, 9, 15), BOOKS, decisions, (), ON, OFFERS)


CASES = {"forbidden": forbidden, "derogated": derogated, "undetermined": undetermined, "allowed": allowed, "two-hostings": two_hostings}
