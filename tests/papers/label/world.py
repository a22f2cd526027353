"""An invented provider, « Nuage fictif SAS », with one of everything that papers of a label must show."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from egide.label.dossier import (
    Access,
    AccessKind,
    Assurance,
    Base,
    CatalogueLine,
    Component,
    Customer,
    Document,
    Dossier,
    EvidenceKind,
    Need,
    PathState,
    Relation,
    Risk,
    Supplier,
    TechnicalData,
)
from egide.label.results import (
    AccessAnswer,
    AccessPath,
    AccessStep,
    AutonomyAnswer,
    Expiry,
    Gap,
    Inheritance,
    LabelAssessment,
    LevelReached,
    Milestone,
    Missing,
    Notice,
    ObjectiveScore,
    RequirementFinding,
    Road,
    Simulation,
    Stage,
    Stoppage,
    Turn,
)
from egide.vocabulary.errors import Location
from egide.vocabulary.findings import Answer, BookUsed, Problem, Reason, Source
from egide.vocabulary.language import Text

from .holders import ON, ownership

MET, NOT_MET, UNKNOWN = Answer.MET, Answer.NOT_MET, Answer.UNKNOWN
TEXT = "SecNumCloud 3.2"
DIGEST = "a1b2c3d4e5f60718" * 4


def why(code: str, message: str, **args: object) -> Reason:
    return Reason(code, args, message)


DOCUMENTS = (
    Document("E-001", "Politique de sécurité du système d’information", EvidenceKind.DOCUMENT, Assurance.DECLARED, "Nuage fictif SAS",
             date(2026, 3, 2), date(2027, 3, 2), "tout le service", ("5.1.*",), "pssi.pdf", DIGEST, DIGEST),
    Document("E-002", "Rapport d’audit de configuration", EvidenceKind.TEST, Assurance.AUDITED, "Auditeur fictif", date(2025, 11, 3),
             date(2026, 11, 3), "socle de calcul", ("12.*",), "audit.pdf", DIGEST, DIGEST, None, "partial",
             ("Deux serveurs hors du périmètre du relevé.",)),
    Document("E-003", "Certificat ISO/IEC 27001", EvidenceKind.DOCUMENT, Assurance.ATTESTED, "Certificateur fictif", date(2024, 9, 1),
             date(2027, 8, 31), "tout le service", ("5.*", "6.*"), "iso.pdf", DIGEST, DIGEST, "iso-27001"),
    Document("E-004", "Entretien avec le responsable d’exploitation", EvidenceKind.INTERVIEW, Assurance.AUDITED, "Auditeur fictif",
             date(2026, 9, 15), date(2027, 2, 28), "exploitation", ("9.7.a",), "entretien.txt", DIGEST, "0" * 64),
    Document("E-005", "Échantillon des accès d’administration", EvidenceKind.SAMPLE, Assurance.AUDITED, "Auditeur fictif",
             date(2026, 10, 1), date(2027, 4, 1), "bastion", ("9.*",), "acces.csv", DIGEST, None),
)

_REQUIREMENTS: tuple[tuple[str, str, str, Answer, Stage, tuple[str, ...]], ...] = (
    ("5.1.a", "Principes de sécurité écrits", "Security principles written down", MET, Stage.READY, ("E-001",)),
    ("5.1.b", "Direction engagée", "Management committed", MET, Stage.AUDITED, ("E-003",)),
    ("5.2.a", "Politique de sécurité tenue à jour", "Security policy kept up to date", MET, Stage.READY, ("E-001", "E-003")),
    ("5.3.d", "Risques de droit non européen listés", "Risks of non-European law listed", MET, Stage.COMPUTED, ("E-001",)),
    ("5.3.e", "Risques résiduels donnés sur demande", "Residual risks given on request", UNKNOWN, Stage.NOTHING, ()),
    ("6.1.a", "Rôles de sécurité attribués", "Security roles assigned", MET, Stage.AUDITED, ("E-003",)),
    ("6.1.b", "Tâches séparées", "Duties separated", UNKNOWN, Stage.PARTIAL, ("E-003",)),
    ("9.7.a", "Accès d’administration cloisonnés", "Administration access partitioned", UNKNOWN, Stage.CONTRADICTED, ("E-004",)),
    ("9.7.b", "Postes d’administration dédiés", "Dedicated administration workstations", NOT_MET, Stage.PARTIAL, ("E-005",)),
    ("12.1.a", "Procédures d’exploitation écrites", "Operating procedures written down", UNKNOWN, Stage.EXPIRED, ("E-002",)),
    ("12.8.a", "Sauvegardes hors du site", "Backups away from the site", MET, Stage.READY, ("E-003",)),
    ("15.1.a", "Tiers listés à tous les niveaux", "Third parties listed at every level", UNKNOWN, Stage.COMPUTED, ()),
    ("19.1.c", "Convention sous le droit d’un État membre", "Agreement under the law of a Member State", MET, Stage.COMPUTED, ()),
    ("19.2.b", "Données des clients dans l’Union", "Customer data within the Union", MET, Stage.COMPUTED, ()),
    ("19.2.d", "Données techniques dans l’Union", "Technical data within the Union", NOT_MET, Stage.COMPUTED, ()),
    ("19.6.a", "Prestataire établi dans l’Union", "Provider established in the Union", MET, Stage.COMPUTED, ()),
    ("19.6.b", "Détenu dans l’Union", "Held within the Union", UNKNOWN, Stage.COMPUTED, ()),
    ("19.6.c", "Données hors d’atteinte des tiers", "Data out of third parties’ reach", NOT_MET, Stage.COMPUTED, ()),
    ("19.6.d", "Autonomie d’exploitation", "Operating autonomy", NOT_MET, Stage.COMPUTED, ()),
    ("19.6.f", "Clients informés des changements", "Customers told of changes", MET, Stage.COMPUTED, ()),
)

_BECAUSE: dict[str, tuple[Reason, ...]] = {
    "5.3.e": (why("label.evidence.unknown", "nothing in the binder speaks of it"),),
    "6.1.b": (why("label.evidence.unknown", "an interview is asked, and only a document is there"),),
    "9.7.a": (why("label.evidence.unknown", "the file of E-004 is not what its digest says"),),
    "9.7.b": (why("label.evidence.not-met", "the sample concludes that it does not conform"),),
    "12.1.a": (why("label.evidence.unknown", "E-002 ended on {day}", day=date(2026, 11, 3)),),
    "15.1.a": (why("label.suppliers.unknown", "the list of {supplier} is not known to be complete", supplier="exploitant-fictif"),),
    "19.2.d": (why("label.places.not-met", "infrastructure logs are kept in {countries}", countries=frozenset({"US"})),),
    "19.6.b": (why("label.ownership.unknown", "19 to 25 % against 24 %"),),
    "19.6.c": (why("label.access.not-met", "{party} reaches {component}", party="licence-fictive", component="hyperviseur"),),
    "19.6.d": (
        why("label.autonomy.not-met", "cutting {supplier} stops the service after {days} days", supplier="licence-fictive", days=30),
    ),
}

_LAYERS: dict[str, tuple[Inheritance, ...]] = {
    "9.7.a": (
        Inheritance("nuage-fictif-iaas", Relation.SATISFIED, UNKNOWN, why("label.layers.unknown", "nobody answers for the bastion")),
        Inheritance("socle-fictif", Relation.RESPONSIBILITY, UNKNOWN,
                    why("label.layers.left", "the base leaves the bastion to the layer above")),
    ),
    "12.8.a": (
        Inheritance("nuage-fictif-iaas", Relation.INHERITED, MET, why("label.layers.inherited", "the base provides it")),
        Inheritance("socle-fictif", Relation.PROVIDED, MET, why("label.layers.provided", "qualified for it"), date(2028, 5, 1)),
    ),
}


def finding(line: tuple[str, str, str, Answer, Stage, tuple[str, ...]]) -> RequirementFinding:
    id_, fr, en, answer, stage, evidence = line
    because = _BECAUSE.get(id_, (why("label.evidence.met", "what is asked is there and fresh"),))
    missing = () if answer is MET else (Missing(why("label.missing", "a document that says how"), EvidenceKind.DOCUMENT, "security"),)
    if id_ == "19.6.b":
        missing = (Missing(why("label.missing.fact", "who holds the float of Holding fictive"), None, "legal", "ownership"),)
    return RequirementFinding(
        id=id_, title=Text(fr, en), binding="recommended" if id_ == "12.8.a" else "mandatory", answer=answer, stage=stage,
        computed=stage is Stage.COMPUTED, because=because, evidence=evidence, missing=missing,
        until=date(2027, 3, 2) if "E-001" in evidence else date(2027, 8, 31) if "E-003" in evidence else None,
        source=Source(TEXT, id_, "secondary" if id_ == "15.1.a" else "primary"), layers=_LAYERS.get(id_, ()),
        assurance=Assurance.AUDITED if stage is Stage.AUDITED else Assurance.DECLARED if evidence else None,
        owner="security" if id_ < "19" else "legal",
        remedy=None if answer is MET else Text("Apporter ce qui manque avant l’audit.", "Bring what is missing before the audit."),
    )  # fmt: skip


SUPPLIERS = (
    Supplier("licence-fictive", "Licence fictive Inc.", "licensor", "hyperviseur sous licence", None, "US", "US", "US", frozenset(),
             frozenset({"US"}), None, date(2028, 6, 30)),
    Supplier("exploitant-fictif", "Exploitant fictif SARL", "sub-processor", "exploitation de nuit", None, "FR", None, None,
             frozenset({"technical"}), frozenset({"FR", "MA"})),
    Supplier("sonde-fictive", "Sonde fictive Ltd", "supplier", "supervision", "exploitant-fictif", "GB", None, None, None, None),
)

ACCESSES = (
    Access("A-1", "licence-fictive", "hyperviseur", AccessKind.UPDATES, PathState.DECLARED, "mise à jour hors ligne",
           PathState.DECLARED, 20),
    Access("A-2", "hyperviseur", "donnees", AccessKind.DATA, PathState.TESTED),
    Access("A-3", "sonde-fictive", "journaux", AccessKind.TELEMETRY, PathState.UNTESTED, None, None, 5),
)


def step(access: Access) -> AccessStep:
    return AccessStep(access.id, access.source, access.target, str(access.kind), access.state, access.control, access.control_state)


ACCESS = AccessAnswer(
    NOT_MET,
    (
        AccessPath("sonde-fictive", why("label.third.seat", "its seat is in {country}", country="GB"), "journaux", frozenset({"technical"}),
                   (step(ACCESSES[2]),), PathState.UNTESTED),
        AccessPath("licence-fictive", why("label.third.seat", "its seat is in {country}", country="US"), "donnees",
                   frozenset({"customer", "technical"}), (step(ACCESSES[0]), step(ACCESSES[1])), PathState.DECLARED),
    ),
    ("A-1", "A-3"), 25, ("licence-fictive", "sonde-fictive"), ("exploitant-fictif",),
)  # fmt: skip

AUTONOMY = AutonomyAnswer(
    NOT_MET,
    (
        Stoppage("licence-fictive", ("licence-fictive",), NOT_MET, ("calcul", "portail"), 30,
                 why("label.autonomy.no-alternative", "no alternative, and no skills of its own")),
        Stoppage("sonde-fictive", ("sonde-fictive",), MET, (), None,
                 why("label.autonomy.two", "two alternatives that nobody controls together")),
        Stoppage("groupe-fictif", ("a-fictif", "b-fictif"), UNKNOWN, ("support",), None,
                 why("label.autonomy.unknown", "how long the stock lasts is stated nowhere")),
    ),
)  # fmt: skip

BASE_LINE = CatalogueLine(
    "socle-fictif", "qualified", "3.2", date(2025, 5, 2), date(2028, 5, 1), "Catalogue fictif de l’ANSSI", "primary", date(2026, 11, 2),
)  # fmt: skip

DOSSIER = Dossier(
    id="nuage-fictif-iaas", name="Nuage fictif, calcul", provider="nuage-fictif", provider_name="Nuage fictif SAS", kinds=("IaaS",),
    perimeter="Calcul et stockage, deux sites en France", documents=DOCUMENTS, suppliers=SUPPLIERS,
    components=(
        Component("hyperviseur", "Hyperviseur", "nuage-fictif"),
        Component("donnees", "Volumes des clients", "nuage-fictif", frozenset({"customer", "technical"})),
        Component("journaux", "Journaux d’infrastructure", "nuage-fictif", frozenset({"technical"})),
    ),
    accesses=ACCESSES,
    needs=(Need("calcul", "Calcul", (("licence-fictive",),), {"licence-fictive": 30}), Need("portail", "Portail", (("calcul",),))),
    bases=(Base("socle-fictif", "Socle fictif", "site", None, BASE_LINE, ("11.*", "12.8.a"), {"9.7.a": "le bastion"}),),
    risks=(
        Risk("R-1", "Réquisition des données par une autorité d’un pays tiers", "Loi fictive sur les données", "US",
             "Chiffrement par des clés tenues par le client", "low", "direction juridique", date(2026, 6, 1), ("5.3.d", "19.6.c"),
             ("E-001",)),
        Risk("R-2", "Arrêt des mises à jour sur ordre d’une autorité", "Règlement fictif de contrôle des exportations", "US",
             "Dépôt du code et compétences propres", "high", None, None, ("19.6.d",)),
        Risk("R-3", "Perte d’un site", None, None, "Second site", "low", "direction de l’exploitation", date(2026, 5, 4)),
    ),
    technical_data=(
        TechnicalData("identities", frozenset({"FR"}), "journaux", "Nuage fictif SAS", 365),
        TechnicalData("infrastructure-logs", frozenset({"US"}), "journaux", "Sonde fictive Ltd", 90),
        TechnicalData("certificates", None, None, "Exploitant fictif SARL"),
    ),
    customers=(
        Customer("c1", "Ministère fictif des Horizons"), Customer("c2", "Hôpital fictif de Bellerive"), Customer("anssi", "ANSSI", "anssi"),
    ),
    digest="0f1e2d3c" * 8,
    problems=(Problem(Location("fournisseurs.csv", row=7, column="pays"), "`{value}` is not a country", {"value": "Ruritanie"}),),
)  # fmt: skip


def label() -> LabelAssessment:
    """Against SecNumCloud: four failures, six doubts, ten met."""
    return LabelAssessment(
        dossier=DOSSIER,
        scheme=BookUsed("secnumcloud-3.2", "2022-03-08", Text("SecNumCloud 3.2", "SecNumCloud 3.2"), "c0ffee" * 10 + "abcd"),
        scheme_kind="requirements", simulation=False, on=ON, answer=NOT_MET, level=None, levels=(),
        findings=tuple(finding(line) for line in _REQUIREMENTS),
        until=date(2027, 3, 2), because_until="5.1.a",
        parameters={
            "one_holder_share": "0.24", "all_holders_share": "0.39", "either_breach_fails": True, "persons_count": False,
            "erasure_notice_days": 21, "union_name": "EU",
        },
        ownership=ownership(), access=ACCESS, autonomy=AUTONOMY, exposure=("GB", "US"), documents=DOCUMENTS,
        problems=DOSSIER.problems,
    )  # fmt: skip


def clean() -> LabelAssessment:
    """The same offer once everything is met, and in the catalogue."""
    met = tuple(replace(one, answer=MET, stage=Stage.READY, missing=(), because=(), layers=()) for one in label().findings)
    line = replace(BASE_LINE, offer=DOSSIER.id)
    return replace(label(), answer=MET, findings=met, ownership=None, access=None, autonomy=None, exposure=(), line=line,
                   dossier=replace(DOSSIER, problems=()), problems=(), documents=DOCUMENTS[:1])  # fmt: skip


def levels() -> LabelAssessment:
    """Against a scheme with four levels: the first reached, the second not, the third not known."""
    rungs = (
        LevelReached("SC", MET, ()), LevelReached("L1", MET, ()),
        LevelReached("L2", NOT_MET, ("P1.2.1", "P5.1.3")), LevelReached("L3", UNKNOWN, ("P5.1.5",)),
    )  # fmt: skip
    borrowed = (_REQUIREMENTS[0], _REQUIREMENTS[8], *_REQUIREMENTS[17:19])
    found = tuple(
        replace(finding(line), id=id_, source=Source("Gaia-X 24.11", id_, "secondary"), layers=())
        for id_, line in zip(("P1.1.1", "P1.2.1", "P5.1.3", "P5.1.5"), borrowed, strict=True)
    )
    scheme = BookUsed("gaia-x-24.11", "24.11", Text("Critères Gaia-X 24.11", "Gaia-X criteria 24.11"), "ab" * 32)
    return replace(label(), scheme=scheme, scheme_kind="levels", level="L1", levels=rungs, findings=found,
                   access=None, autonomy=None)  # fmt: skip


def weighted() -> LabelAssessment:
    """Against the European framework: one objective below its gate, one not known."""
    scores = tuple(
        ObjectiveScore(f"SOV-{n}", Text(fr, en), weight, level, minimum, answer, why("label.objective", "claimed with evidence"))
        for n, fr, en, weight, level, minimum, answer in (
            (1, "Souveraineté stratégique", "Strategic sovereignty", 15, 3, 2, MET),
            (2, "Souveraineté juridique", "Legal sovereignty", 10, 1, 2, NOT_MET),
            (3, "Données et intelligence artificielle", "Data and artificial intelligence", 10, None, 2, UNKNOWN),
            (4, "Exploitation", "Operations", 15, 4, 3, MET),
        )
    )
    scheme = BookUsed("eu-csf-1.2.1", "1.2.1", Text("Cadre européen de souveraineté du nuage", "EU Cloud Sovereignty Framework"), "cd" * 32)
    return replace(label(), scheme=scheme, scheme_kind="weighted", findings=(), objectives=scores,
                   score_bounds=(Fraction(5, 8), Fraction(29, 40)), ownership=None,
                   access=None, autonomy=None, simulation=True, until=None, because_until=None)  # fmt: skip


def gaps(count: int = 12) -> tuple[Gap, ...]:
    open_ = [one for one in label().findings if one.answer is not MET]
    made = [
        Gap(one.id, one.answer, one.because, one.missing, ("19.6.d", "decision") if place % 3 == 0 else (), 40_000 if place % 2 else None,
            one.binding, ("gaia-x-24.11#P5.1.3",) if one.id.startswith("19.6") else ())
        for place, one in enumerate(open_)
    ]  # fmt: skip
    return tuple((made * 2)[:count])


def simulation() -> Simulation:
    """A holder sells: 19.6.b turns, and the customers are told within one month."""
    before = label()
    turned = next(one for one in before.findings if one.id == "19.6.b")
    because = (why("label.ownership.not-met", "{holder} holds {share} % of the votes, above 24 %", holder="alpha", share="30.6"),)
    after = replace(
        before, on=ON + timedelta(days=30),
        findings=tuple(replace(one, answer=NOT_MET, because=because) if one is turned else one for one in before.findings),
    )  # fmt: skip
    notice = Notice("19.6.f", DOSSIER.customers, ON + timedelta(days=30), ON + timedelta(days=60),
                    why("label.notice", "a change that touches 19.6 is told within one month"))
    change = Text("Le fonds fictif Alpha rachète les parts de Holding fictive", "Fictional fund Alpha buys Holding fictive’s shares")
    return Simulation(change, before, after, (Turn("19.6.b", UNKNOWN, NOT_MET, because),), (notice,))


def road() -> Road:
    """From the request to the surveillance, with evidence that ends on the way."""
    steps = (
        ("j0", "Demande de qualification", "Request for qualification", "provider", 0, 1, (), True, 0, True),
        ("j1", "Stratégie d’évaluation acceptée", "Evaluation strategy accepted", "security", 30, 120, ("j0",), True, 0, False),
        ("bastion", "Postes d’administration dédiés", "Dedicated workstations", "security", 30, 90, ("j0",), False, 60, False),
        ("audit", "Évaluation", "Evaluation", "provider", 121, 330, ("j1", "bastion"), True, 0, False),
        ("decision", "Décision", "Decision", "legal", 331, 390, ("audit",), True, 0, False),
        ("surveillance", "Surveillance annuelle", "Yearly surveillance", "security", 391, 755, ("decision",), False, 0, False),
    )
    milestones = tuple(
        Milestone(id_, Text(fr, en), owner, ON + timedelta(days=start - 60), ON + timedelta(days=end - 60), after, critical, slack, done,
                  why("label.road.ours", "duration of ours, to be replaced") if id_ == "audit" else None)
        for id_, fr, en, owner, start, end, after, critical, slack, done in steps
    )  # fmt: skip
    return Road(ON, milestones, (Expiry("E-001", date(2027, 3, 2), "audit", date(2027, 6, 1), date(2027, 1, 15)),),
                ON + timedelta(days=330), 14, {"evaluation": 210, "decision": 60})  # fmt: skip
