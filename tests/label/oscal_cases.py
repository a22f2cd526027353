"""Dossiers and assessments of every shape that their types allow, for the round trip through OSCAL; and one that reads like a real one.

Strategies come from the types themselves, so that a field which is added to a noun is tried at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, Any, get_args

from hypothesis import strategies as st

from egide.label.dossier import (
    Access,
    AccessKind,
    Answered,
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
    Statement,
    Step,
    Supplier,
    TechnicalData,
)
from egide.label.oscal.carrying import hints, shape_of
from egide.label.results import Inheritance, LabelAssessment, Missing, RequirementFinding, Stage
from egide.ownership.holdings import Holding, Nature, Origin, Party, PartyKind, Range, Register
from egide.vocabulary.facts import Claim
from egide.vocabulary.findings import Answer, BookUsed, Reason, Source
from egide.vocabulary.language import Text

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

ON = date(2026, 11, 23)
DIGESTS = {"politique.pdf": "a" * 64, "preuves/essai n° 1.txt": "b" * 64}
"""The evidence files as they are on the machine of the test."""



def below(dossier: Dossier) -> dict[str, dict[str, str]]:
    """The same files for all offers underneath."""
    under = [base.dossier for base in dossier.bases if base.dossier]
    return {one.id: DIGESTS for one in under} | {id: found for one in under for id, found in below(one).items()}


words = st.one_of(st.sampled_from(["", "19.6.b", "Nuage fictif", " une\nligne ", "« é »", "-", "—"]), st.text(max_size=6))
days = st.dates(date(1990, 1, 1), date(2100, 1, 1))
values = st.one_of(st.booleans(), st.integers(-10**12, 10**12), words, days, st.frozensets(words, max_size=3))
loose = st.recursive(
    st.one_of(st.none(), values, st.fractions(), st.floats(allow_nan=False), st.builds(Text, words, words)),
    lambda inner: st.one_of(st.lists(inner, max_size=2).map(tuple), st.dictionaries(words, inner, max_size=2)), max_leaves=4,
)
PLAIN: dict[Any, SearchStrategy[Any]] = {
    str: words, int: st.integers(-10**12, 10**12), bool: st.booleans(), date: days, Fraction: st.fractions(),
}


def of_type(of: Any) -> SearchStrategy[Any]:
    """Every small value of a type of our nouns."""
    kind, inner = shape_of(of)
    found = _of_kind(kind, inner)
    return st.none() | found if type(None) in get_args(of) and kind is not object else found


def _of_kind(kind: Any, inner: tuple[Any, ...]) -> SearchStrategy[Any]:
    if kind is object:
        return loose
    if kind in PLAIN:
        return PLAIN[kind]
    if kind is Mapping:
        return st.dictionaries(words, of_type(inner[1]), max_size=2)
    if kind is frozenset:
        return st.frozensets(of_type(inner[0]), max_size=2)
    if kind is tuple and inner[-1:] == (...,):
        return st.lists(of_type(inner[0]), max_size=2).map(tuple)
    if kind is tuple:
        return st.tuples(*map(of_type, inner))
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return st.sampled_from(list(kind))
    assert is_dataclass(kind), kind
    return nouns(kind)


def nouns(cls: Any, **given: SearchStrategy[Any]) -> SearchStrategy[Any]:
    """Every small instance of a noun."""
    return st.deferred(lambda: st.builds(cls, **{
        one.name: given[one.name] if one.name in given else of_type(hints(cls)[one.name]) for one in fields(cls)}))


claims = nouns(Claim, value=st.none() | values)
statements = nouns(Statement, claim=claims)
some_statements = st.dictionaries(words, statements, max_size=2)
documents = nouns(
    Document, file=st.sampled_from([None, *DIGESTS, "absent.pdf"]), digest=st.sampled_from([None, "c" * 64, "pas une empreinte"]),
).map(lambda one: replace(one, found=DIGESTS.get(one.file or "")))
suppliers = nouns(Supplier, statements=some_statements)
registers = st.builds(
    Register, st.just({"alpha": Party("alpha", "Fonds fictif Alpha", PartyKind.FUND, "LU")}),
    st.lists(st.builds(Holding, st.just("alpha"), st.just("nuage-fictif"), st.builds(Range, st.floats(0, 50), st.floats(50, 100)),
                       st.none(), st.just(Origin("greffe fictif", ON, "statuts")), st.sampled_from(list(Nature))), max_size=2),
)


def dossiers(depth: int) -> SearchStrategy[Any]:
    """Dossiers on dossiers, so many deep."""
    below = st.none() | dossiers(depth - 1) if depth else st.none()
    many = {name: st.lists(one, max_size=2).map(tuple) for name, one in {
        "documents": documents, "suppliers": suppliers, "bases": nouns(Base, dossier=below)}.items()}
    return nouns(
        Dossier, statements=st.dictionaries(words, st.lists(statements, max_size=2).map(tuple), max_size=2), objectives=some_statements,
        register=st.none() | registers, **many,
    )


identifiers = st.one_of(st.sampled_from(["5.1.a", "19.6.b", "P5.1.5", "annex-2.c", "r-1", "r-19.6.b"]), words)
assessments = nouns(
    LabelAssessment, dossier=dossiers(1), ownership=st.none(), access=st.none(), autonomy=st.none(),
    documents=st.lists(documents, max_size=2).map(tuple),
    findings=st.lists(nouns(RequirementFinding, id=identifiers), max_size=3, unique_by=lambda one: one.id).map(tuple),
)


def finding(number: str, answer: Answer, *, evidence: tuple[str, ...] = (), layers: tuple[Inheritance, ...] = (), until: date | None = None,
            computed: bool = False) -> RequirementFinding:
    """One finding that reads like a real one."""
    because = (Reason("label.evidence.there", {"document": "E-001", "day": ON}, "the document {document} is of {day}"),)
    test = Missing(Reason("label.missing.test", {}, "a test is missing"), EvidenceKind.TEST, "security")
    missing = () if answer is Answer.MET else (test,)
    return RequirementFinding(
        number, Text(f"Exigence {number}", f"Requirement {number}"), "mandatory", answer, Stage.READY, computed, because, evidence, missing,
        until, Source("SecNumCloud 3.2", number, "secondary"), layers, Assurance.AUDITED if evidence else None, "security",
    )


def worked() -> LabelAssessment:
    """A SaaS on an IaaS that has a dossier of its own, with evidence, access, needs and risks."""
    said = {"provider.seat": (Statement(Claim("provider.seat", "FR", "Nuage fictif SAS", date(2026, 5, 1), "extrait du registre"),
                                        Assurance.AUDITED, date(2027, 5, 1), ("E-001",)),)}
    evidence = (
        Document("E-001", "Politique de sécurité", EvidenceKind.DOCUMENT, Assurance.AUDITED, "Cabinet fictif d'audit", date(2026, 3, 1),
                 date(2027, 3, 1), "tout le service", ("5.1.a",), "politique.pdf", "a" * 64, "a" * 64),
        Document("E-002", "Essai de restauration", EvidenceKind.TEST, Assurance.DECLARED, "Nuage fictif SAS", date(2026, 6, 1), None,
                 "stockage", ("12.5.*",), "preuves/essai n° 1.txt", "c" * 64, "b" * 64, findings=("une réserve",), outcome="partial"),
    )
    line = CatalogueLine("socle-fictif", "qualified", "3.2", date(2025, 1, 1), date(2028, 1, 1), "catalogue", "primary", ON)
    under = Dossier("socle-fictif", "Socle fictif", "socle", "Socle fictif SAS", ("IaaS",), "calcul",
                    risks=(Risk("R-9", "Panne", None, None, "redondance", "low", "RSSI", ON),))
    dossier = Dossier(
        "nuage-fictif-saas", "Nuage fictif, bureautique", "nuage-fictif", "Nuage fictif SAS", ("SaaS",), "bureautique en ligne", said,
        documents=evidence,
        suppliers=(Supplier("editeur-fictif", "Éditeur fictif Inc.", "licensor", "logiciel", seat="US", data=frozenset()),),
        components=(Component("portail", "Portail", "nuage-fictif", frozenset({"customer"})),),
        accesses=(Access("A-1", "editeur-fictif", "portail", AccessKind.UPDATES, PathState.DECLARED, "mise à jour hors ligne",
                         PathState.TESTED, 10),),
        needs=(Need("service", "Service", (("own-skills", "editeur-fictif"),), {"editeur-fictif": 30}),),
        bases=(Base("socle-fictif", "Socle fictif", "IaaS", under, line, ("11.*", "5.1.a"), {"9.7.a": "tenir les comptes"}),),
        answered=(Answered("socle-fictif", "9.7.a", "revue tous les mois", ("E-001",)),),
        risks=(Risk("R-1", "Réquisition étrangère", "loi fictive", "US", "clés tenues par le client", "medium", "direction", ON,
                    ("19.6.c",)),),
        technical_data=(TechnicalData("identities", frozenset({"FR"}), "portail", "nuage-fictif", 365),),
        steps=(Step("pentest", "Test d'intrusion", "security", 30),), requested_on=date(2026, 1, 15),
        customers=(Customer("ministere", "Ministère fictif"),), owners={"9.*": "security"}, efforts={"19.6.b": 40000},
    )
    why = Reason("label.layer", {}, "the layer underneath says so")
    layers = (Inheritance("socle-fictif", Relation.PROVIDED, Answer.MET, why, date(2028, 1, 1)),
              Inheritance("nuage-fictif-saas", Relation.INHERITED, Answer.MET, why))
    left = (Inheritance("socle-fictif", Relation.RESPONSIBILITY, Answer.UNKNOWN, why),
            Inheritance("nuage-fictif-saas", Relation.SATISFIED, Answer.MET, why))
    findings = (
        finding("5.1.a", Answer.MET, evidence=("E-001",), layers=layers, until=date(2027, 3, 1)),
        finding("9.7.a", Answer.UNKNOWN, layers=left), finding("11.1.a", Answer.UNKNOWN),
        finding("12.5.a", Answer.NOT_MET, evidence=("E-002",)), finding("19.6.c", Answer.NOT_MET, computed=True),
    )
    return LabelAssessment(
        dossier, BookUsed("secnumcloud-3.2", "3.2", Text("SecNumCloud", "SecNumCloud"), "d" * 64), "requirements", False, ON,
        Answer.NOT_MET, None, (), findings, date(2027, 3, 1), "5.1.a", {"either_breach_fails": True, "one": Fraction(24, 100)}, None, None,
        None, ("US",), evidence,
    )
