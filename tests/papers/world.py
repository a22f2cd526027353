"""An invented assessment: a fictional ministry, operator, hospital and town, with one of everything papers must show."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

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
    Problem,
    Question,
    Reason,
    Source,
    Verdict,
)
from egide.vocabulary.language import Text
from egide.vocabulary.services import Body, Hosting, Service

ON = date(2026, 11, 23)
MINISTRY = Body("999000001", "Ministère fictif des Horizons")
OPERATOR = Body("999000002", "Agence fictive des Phares")
HOSPITAL = Body("999000003", "Hôpital fictif de Bellerive")
TOWN = Body("999000004", "Ville fictive de Montclair")

OFFERS = {
    "alto-cloud": "Alto Cloud Public",
    "brisa-qualified": "Brisa Cloud qualifié",
    "cumulo-us": "Cumulo (droit tiers)",
    "duna-saas": "Duna Suite",
    "etna-iaas": "Etna IaaS",
    "on-premise": "Chez soi",
    "phare-interne": "Nuage interne fictif",
    "helio-hds": "Hélio Santé",
}

SREN = Source("Loi n° 2024-449 du 21 mai 2024", "article 31, I", "secondary")
CIRCULAR = Source("Circulaire n° 6404/SG du 31 mai 2023", "R9", "secondary")
ANNEX = Source("SecNumCloud 3.2", "annexe 2, c", "primary")
REVERSE = Source("Circulaire n° 6404/SG du 31 mai 2023", "R4", "primary")
HDS = Source("Référentiel HDS v2", "exigence 28", "primary")
IGI = Source("IGI 1300", "annexe 2, f de SecNumCloud 3.2", "primary")
DATA_ACT = Source("Règlement (UE) 2023/2854", "article 25", "secondary")
PERSONAL = Source("Circulaire n° 6404/SG du 31 mai 2023", "données personnelles", "secondary")

RULES = {
    "sren-article-31@2026-08-15#I": (
        Text("Données sensibles chez un prestataire privé", "Sensitive data with a private provider"),
        SREN,
        Effect.FORBID,
        Text(
            "Héberger le service sur une offre qualifiée SecNumCloud 3.2, ou obtenir une dérogation.",
            "Host the service on an offer qualified SecNumCloud 3.2, or obtain a derogation.",
        ),
    ),
    "circular-6404-sg@2023-05-31#R9": (
        Text("Données d’une sensibilité particulière", "Data of particular sensitivity"),
        CIRCULAR,
        Effect.FORBID,
        Text("Choisir un nuage interne ou une offre qualifiée et immunisée.", "Choose an internal cloud or a qualified, immune offer."),
    ),
    "secnumcloud@3.2#A2-c": (
        Text("Le service livré est lui-même qualifié", "The delivered service is itself qualified"),
        ANNEX,
        Effect.CONDITION,
        Text(
            "Faire écrire dans la convention que le service livré est qualifié.",
            "Have the agreement say that the delivered service is qualified.",
        ),
    ),
    "circular-6404-sg@2023-05-31#R4": (
        Text("Réversibilité préparée", "Reversibility prepared"),
        REVERSE,
        Effect.CONDITION,
        Text(
            "Ajouter au contrat les termes de fin et de réversibilité, et en provisionner les moyens.",
            "Add end-of-contract and reversibility terms to the contract, and set the means aside.",
        ),
    ),
    "hds@2#28": (
        Text("Données de santé stockées dans l’EEE", "Health data stored in the EEA"),
        HDS,
        Effect.FORBID,
        Text("Choisir un hébergeur certifié.", "Choose a certified host."),
    ),
    "igi-1300@2021#SNC": (
        Text("Informations classifiées", "Classified information"),
        IGI,
        Effect.STOP,
        Text("Saisir l’autorité de sécurité.", "Refer it to the security authority."),
    ),
    "data-act@2025-09-12#25": (
        Text("Clauses de changement de fournisseur", "Switching terms"),
        DATA_ACT,
        Effect.ADVISE,
        Text("Vérifier les clauses de changement de fournisseur.", "Check the switching terms."),
    ),
    "circular-6404-sg@2023-05-31#personal": (
        Text("Données personnelles sous un droit tiers", "Personal data under third-country law"),
        PERSONAL,
        Effect.CONDITION,
        Text("Écrire l’analyse des transferts.", "Write the transfer analysis."),
    ),
}
RULE = {rule.partition("#")[2]: rule for rule in RULES}


def claim(fact: str, value: Value | None, issuer: str = "direction métier fictive", source: str = "services.xlsx, ligne 12") -> Claim:
    public = fact.startswith("offer.")
    return Claim(
        fact,
        value,
        "catalogue" if public else issuer,
        date(2026, 9, 15) if public else date(2026, 10, 3),
        "liste publique fictive" if public else source,
        "secondary" if public else "primary",
    )


SECRET, HARM = claim("data.secret", True), claim("data.harm", True)


def finding(
    rule: str, answer: Answer, because: Reason | None = None, claims: tuple[Claim, ...] = (), exception: str | None = None
) -> Finding:
    title, source, effect, remedy = RULES[RULE[rule]]
    return Finding(RULE[rule], title, answer, effect, source, (because,) if because else (), claims, remedy, exception)


NOT_QUALIFIED = Reason(
    "offer_is_qualified.not-met",
    {"value": "none", "offer.qualification": "none"},
    "the offer is not SecNumCloud qualified on that day, in this region ({value})",
)
CLAUSE_UNKNOWN = Reason(
    "clause.unknown",
    {"fact": "hosting.agreement_says_qualified", "ask": FACTS["hosting.agreement_says_qualified"].ask},
    FACTS["hosting.agreement_says_qualified"].ask,
)
SECRET_UNKNOWN = Reason("secret.unknown", {"fact": "data.secret", "ask": FACTS["data.secret"].ask}, FACTS["data.secret"].ask)
RESPECTED = (
    finding("28", Answer.MET, claims=(claim("offer.place", "france"),)),
    finding("R4", Answer.MET, claims=(claim("hosting.exit_terms", True),)),
)


def clock(kind: ClockKind, on: date, owner: str, message: str, rule: str | None = None) -> Clock:
    return Clock(kind, on, (on - ON).days, Reason(f"clock.{kind}", {"day": on}, message), owner, RULE[rule] if rule else None)


CHARGES = clock(ClockKind.SWITCHING_CHARGES_END, date(2027, 1, 12), "buyer", "from {day} no switching charge may be asked", "25")
QUALIFICATION = clock(ClockKind.QUALIFICATION_ENDS, date(2026, 11, 30), "cio", "the qualification ends on {day}", "A2-c")
FORBIDS = (
    finding("I", Answer.NOT_MET, NOT_QUALIFIED, (SECRET, HARM, claim("offer.qualification", "none"))),
    finding("R9", Answer.NOT_MET, NOT_QUALIFIED, (SECRET, HARM, claim("offer.controlled_from", "US"))),
)
MOVE = (Change("hosting.offer", "brisa-qualified/cloud-1"), Change("hosting.agreement_says_qualified", True))

CASES: dict[Verdict, tuple[tuple[Finding, ...], Question | None, tuple[tuple[Change, ...], ...], tuple[Clock, ...]]] = {
    Verdict.STOP: (
        (finding("SNC", Answer.NOT_MET, Reason("classified.met", {"value": True}, "the service holds classified information")),),
        None,
        (),
        (),
    ),
    Verdict.FORBIDDEN: (
        (*FORBIDS, *RESPECTED),
        None,
        (MOVE, (Change("offer.qualification", "qualified"),)),
        (clock(ClockKind.CONTRACT_ENDS, date(2027, 3, 31), "buyer", "the contract ends on {day}"), CHARGES),
    ),
    Verdict.UNDETERMINED: (
        (finding("I", Answer.UNKNOWN, SECRET_UNKNOWN, (claim("data.secret", None), HARM)), *RESPECTED),
        Question(FACTS["data.secret"], {"yes": Verdict.FORBIDDEN, "no": Verdict.ALLOWED}),
        (),
        (),
    ),
    Verdict.DEROGATION: (
        (finding("I", Answer.MET, NOT_QUALIFIED, (SECRET, claim("derogation.validated", True)), "derogation"), *RESPECTED),
        None,
        (),
        (clock(ClockKind.DEROGATION_ENDS, date(2027, 1, 15), "cio", "the derogation ends on {day}", "I"),),
    ),
    Verdict.CONDITIONAL: (
        (finding("A2-c", Answer.UNKNOWN, CLAUSE_UNKNOWN, (SECRET,)), finding("25", Answer.NOT_MET, CLAUSE_UNKNOWN), *RESPECTED),
        Question(FACTS["hosting.agreement_says_qualified"], {"yes": Verdict.ALLOWED, "no": Verdict.FORBIDDEN}),
        ((Change("hosting.agreement_says_qualified", True),),),
        (QUALIFICATION,),
    ),
    Verdict.ALLOWED: (
        RESPECTED,
        None,
        (),
        (clock(ClockKind.APPROVAL_ENDS, date(2026, 10, 1), "security", "the security approval ends on {day}"), CHARGES),
    ),
    Verdict.OUT_OF_SCOPE: ((), None, (), ()),
}

ROWS: tuple[tuple[str, Body, str | None, str | None, Verdict], ...] = (
    ("Paie des agents", MINISTRY, "cumulo-us", "west", Verdict.FORBIDDEN),
    ("Gestion des sanctions", MINISTRY, "cumulo-us", "west", Verdict.FORBIDDEN),
    ("Messagerie des cabinets", MINISTRY, "duna-saas", None, Verdict.FORBIDDEN),
    ("Dossier des contrôles", OPERATOR, "alto-cloud", "gra", Verdict.FORBIDDEN),
    ("Carte des phares", OPERATOR, "alto-cloud", "gra", Verdict.ALLOWED),
    ("Réservation des salles", MINISTRY, "alto-cloud", None, Verdict.ALLOWED),
    ("Observatoire maritime", OPERATOR, "brisa-qualified", "cloud-1", Verdict.CONDITIONAL),
    ("Instruction des aides", MINISTRY, "brisa-qualified", "cloud-1", Verdict.CONDITIONAL),
    ("Enquêtes internes", MINISTRY, "etna-iaas", "paris", Verdict.DEROGATION),
    ("Salle de crise", MINISTRY, "on-premise", None, Verdict.STOP),
    ("Dossier patient", HOSPITAL, "helio-hds", "paris", Verdict.UNDETERMINED),
    ("Portail des familles", HOSPITAL, None, None, Verdict.UNDETERMINED),
    ("Téléservice d’urbanisme", TOWN, "cumulo-us", "west", Verdict.OUT_OF_SCOPE),
    ("Site vitrine", TOWN, "alto-cloud", None, Verdict.OUT_OF_SCOPE),
    ("Archives intermédiaires", MINISTRY, "phare-interne", None, Verdict.ALLOWED),
)

REFUSED = {
    "alto-cloud/gra": (NOT_QUALIFIED,),
    "alto-cloud": (NOT_QUALIFIED,),
    "duna-saas": (NOT_QUALIFIED,),
    "cumulo-us/west": (
        NOT_QUALIFIED,
        Reason("immune.not-met", {"value": False}, "the offer is within reach of the law of third countries"),
    ),
    "helio-hds/paris": (Reason("qualification.unknown", {"fact": "offer.qualification"}, FACTS["offer.qualification"].ask),),
}
ELIGIBLE = (
    EligibleOffer("phare-interne", None, Verdict.ALLOWED),
    EligibleOffer("brisa-qualified", "cloud-1", Verdict.CONDITIONAL, (Change("hosting.agreement_says_qualified", True),)),
)
TEXTS = {"alto-cloud": "Alto public cloud GRA", "cumulo-us": "Cumulo West", None: "chez notre infogérant"}


def decision(number: int, name: str, body: Body, offer: str | None, region: str | None, verdict: Verdict) -> Decision:
    findings, question, repairs, clocks = CASES[verdict]
    at = Location("services-ministere.xlsx", "Services", 6 + number)
    near = ("alto-cloud", "etna-iaas") if offer is None else ()
    hosting = Hosting(
        TEXTS.get(offer, ""),
        offer,
        region,
        92 if offer else 31,
        claims={"hosting.exit_terms": claim("hosting.exit_terms", True)},
        near=near,
    )
    service = Service(
        f"{body.siren}-{number}", name, body, at, {"data.secret": SECRET, "data.harm": HARM}, (hosting,), f"bureau fictif {number % 4}"
    )
    sensitive = verdict in (Verdict.FORBIDDEN, Verdict.UNDETERMINED, Verdict.CONDITIONAL, Verdict.DEROGATION)
    made = HostingDecision(hosting, verdict, findings, question, repairs, clocks)
    return Decision(service, verdict, (made,), ELIGIBLE if sensitive else (), REFUSED if sensitive else {})


def world() -> Assessment:
    """Fifteen services: each verdict, two hostings, one planned, one override, two problems."""
    decisions = [decision(number, *row) for number, row in enumerate(ROWS, 1)]
    aids = decisions[7]
    planned = HostingDecision(
        replace(aids.hostings[0].hosting, offer="cumulo-us", region="west", planned=True), Verdict.FORBIDDEN, FORBIDS, None, (MOVE,), ()
    )
    decisions[7] = replace(aids, hostings=(*aids.hostings, planned))
    override = Override(
        decisions[3].service.id,
        None,
        Verdict.DEROGATION,
        "le directeur fictif",
        "Migration engagée, marché notifié.",
        date(2026, 11, 2),
        date(2027, 5, 2),
    )
    decisions[3] = replace(decisions[3], overrides=(override,))
    problems = (
        Problem(Location("services-ministere.xlsx", "Services", 31, "Nom"), "the row has no name"),
        Problem(
            Location("services-ministere.xlsx", "Services", 40, "Statut"),
            "«{value}» is not one of the choices",
            {"value": "à voir avec la Ville fictive de Montclair"},
            False,
        ),
    )
    return Assessment(ON, date(2026, 9, 15), BOOKS, tuple(decisions), problems, ON, OFFERS)


BOOKS = (
    BookUsed(
        "circular-6404-sg",
        "2023-05-31",
        Text("Circulaire n° 6404/SG, doctrine « cloud au centre »", "Circular 6404/SG, the «cloud au centre» doctrine"),
        "a" * 64,
    ),
    BookUsed("sren-article-31", "2026-08-15", Text("Loi SREN, article 31", "SREN law, article 31"), "b" * 64),
    BookUsed("secnumcloud", "3.2", Text("SecNumCloud, annexe 2", "SecNumCloud, annex 2"), "c" * 64),
)


def many(count: int, offers: int = 60) -> Assessment:
    """A large portfolio: distinct names and dates, ten findings or more each, as many refused offers as asked."""
    small = world()
    names = {f"offre-{number}": f"Offre fictive numéro {number}" for number in range(offers)}
    refused = {f"{name}/region-1": (NOT_QUALIFIED,) for name in names}
    rows = []
    for number in range(count):
        row = ROWS[number % len(ROWS)]
        one = decision(number, f"{row[0]} {number}", *row[1:])
        hosting = one.hostings[0]
        told = (hosting.findings * 10)[:10]
        ends = ON + timedelta(days=number % 90)
        clocks = (*hosting.clocks, clock(ClockKind.CONTRACT_ENDS, ends, "buyer", "the contract ends on {day}"))
        rows.append(
            replace(
                one, hostings=(replace(hosting, findings=told, clocks=clocks),), refused={**refused, **REFUSED} if one.refused else {}
            )
        )
    return replace(small, decisions=tuple(rows), offers={**OFFERS, **names})
