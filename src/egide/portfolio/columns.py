"""What a column can be: who the service is, where it runs, or the answer to one fact.

Each target has a short header, used in our own workbook, and the other words that people write above the same thing. The words
are chosen so that no column is read for more than it says: «données sensibles» answers no fact of the law, and «SecNumCloud : oui»
in a spreadsheet is not a line of the catalogue.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from egide.portfolio.words import fold
from egide.vocabulary.facts import FACTS
from egide.vocabulary.language import LANGUAGES, N_, language

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Target:
    """What a column is read as: a fact by its name, or one of the words below."""

    name: str
    header: str
    """The short header of our own workbook, as a message of the catalogue."""
    words: tuple[str, ...]
    """Other headers, folded, that mean exactly this."""
    many: bool = False
    """True when several columns of one sheet may hold it."""


_ALL = (
    Target("name", N_("Service"), (
        "nom du service numerique", "nom du service", "service numerique", "nom de l application", "nom application",
        "application",
        "nom du si", "systeme d information", "nom du systeme d information", "nom du produit", "produit", "libelle application",
        "libelle de l application", "nom", "intitule", "libelle", "service name", "application name", "name", "app")),
    Target("siret", N_("SIREN or SIRET"), (
        "siret de l organisation", "siret", "siren", "numero siret", "numero siren", "n siret", "n siren", "siren siret",
        "siret organisme")),
    Target("body", N_("Body"), (
        "organisme", "entite", "organisation", "ministere", "etablissement", "administration", "structure", "nom de l organisme",
        "nom de l organisation", "entite juridique", "body name", "organization", "agency", "body")),
    Target("data_owner", N_("Data owner"), (
        "responsable des donnees", "proprietaire des donnees", "direction metier", "direction", "moa",
        "maitrise d ouvrage", "metier responsable",
        "bureau", "owner", "business owner", "administrateur des donnees", "responsable metier")),
    Target("hosting", N_("Hosting"), (
        "hebergement", "hebergement actuel", "hebergeur", "cloud", "fournisseur cloud", "fournisseur",
        "solution d hebergement", "heberge chez",
        "hebergement principal", "hebergement secondaire", "hebergement de secours", "plateforme d hebergement",
        "infrastructure", "provider",
        "cloud provider", "current hosting", "hosting provider", "hebergements", "lieu d execution"), many=True),
    Target("hosting_offer", N_("Offer"), ("offre", "offre cloud", "nom de l offre", "offre d hebergement", "cloud offer",
        "produit cloud")),
    Target("hosting_region", N_("Region"), ("region", "region cloud", "zone", "region d hebergement", "cloud region",
        "datacenter", "centre de donnees")),
    Target("planned_hosting", N_("Planned hosting"), (
        "hebergement prevu", "hebergement cible", "hebergement futur", "cible d hebergement", "cible", "target hosting",
        "future hosting",
        "hebergement envisage"), many=True),
    Target("planned", N_("Planned?"), ("prevu", "planned", "est prevu")),
    Target("hosting_type", N_("Type of hosting"), (
        "type de cloud hebergement utilise", "type d hebergement", "type hebergement", "type de cloud",
        "mode d hebergement", "hosting type")),
    Target("approval_date", N_("Approval date"), (
        "date d homologation", "date homologation", "homologue le", "date de la decision d homologation", "date of approval")),
    Target("approval_duration", N_("Approval duration"), ("duree d homologation", "duree homologation", "duration of approval")),
    Target("said_on", N_("Row updated on"), (
        "date de mise a jour", "mis a jour le", "date maj", "derniere mise a jour", "updated", "updated on",
        "last updated", "maj")),
    Target("siren", N_("SIREN"), ()),
    Target("status", N_("Status"), ("statut juridique", "statut de l organisme")),
    Target("from", N_("From"), ("du", "depuis", "debut", "since")),
    Target("to", N_("To"), ("au", "jusqu au", "fin", "until")),
    Target("source", N_("Source"), ("reference", "texte")),
    Target("by", N_("Answered by"), ("repondu par", "qui", "auteur")),
    Target("on", N_("Answered on"), ("repondu le", "le")),
    # --- facts -----------------------------------------------------------------------------------
    Target("body.status", N_("Status of the body"), ("statut de l organisme", "statut juridique",
        "statut juridique de l organisme")),
    Target("body.vital_operator", N_("Vital operator (OIV)"), ("oiv", "operateur d importance vitale")),
    Target("body.financial_entity", N_("Financial entity (DORA)"), ("dora", "entite financiere")),
    Target("body.nis2", N_("NIS 2 entity"), ("nis2", "nis 2", "entite nis2", "nis 2 entite")),
    Target("body.supervised", N_("Supervised by the State"), ("sous tutelle", "sous tutelle de l etat", "tutelle")),
    Target("data.classified", N_("Classified information"), ("informations classifiees", "classifie",
        "donnees classifiees", "igi 1300")),
    Target("data.restricted", N_("«Diffusion Restreinte»"), ("diffusion restreinte", "dr", "donnees dr", "informations dr")),
    Target("data.secret", N_("Secret of CRPA L.311-5 or L.311-6"), (
        "secret crpa", "secret protege par la loi crpa", "crpa l 311 5", "crpa l311 5 l311 6", "secret l 311 5 l 311 6")),
    Target("data.other_secret", N_("Other statutory secret"), ("autre secret legal", "autre secret protege par la loi")),
    Target("data.essential_mission", N_("Essential mission of the State"), (
        "mission essentielle", "missions essentielles", "mission essentielle de l etat", "missions essentielles de l etat")),
    Target("data.harm", N_("Harm if breached"), ("atteinte en cas de violation", "risque d atteinte",
        "prejudice en cas de violation")),
    Target("data.personal", N_("Personal data"), (
        "donnees personnelles", "donnees a caractere personnel", "dcp", "personal data", "presence de donnees personnelles",
        "donnees personnelles oui non")),
    Target("data.citizens_personal", N_("Personal data of citizens"), ("donnees personnelles des citoyens",
        "donnees des citoyens")),
    Target("data.companies_economic", N_("Economic data of companies"), (
        "donnees economiques des entreprises", "donnees economiques", "donnees entreprises")),
    Target("data.agents_applications", N_("Business application about agents"), (
        "application metier relative aux agents", "application sur les agents", "application relative aux agents")),
    Target("data.health", N_("Health data"), ("donnees de sante", "donnees de sante a caractere personnel", "sante")),
    Target("data.health_for_others", N_("Health data hosted by a third party"), ("donnees de sante hebergees par un tiers",
        "sante pour un tiers")),
    Target("data.archives_deposited", N_("Public archives deposited"), ("archives publiques", "archives publiques deposees")),
    Target("service.stage", N_("Stage"), ("etape", "phase du projet", "nouveau evolution majeure en service")),
    Target("service.cloud_studied", N_("Cloud looked for first"), ("cloud etudie", "solution cloud etudiee",
        "etude cloud realisee")),
    Target("service.on_premise_justified", N_("Staying out of the cloud justified"), ("maintien hors cloud justifie",)),
    Target("service.shared_solution_studied", N_("Shared solution looked for"), ("solution mutualisee etudiee",)),
    Target("service.anssi_consulted", N_("ANSSI asked"), ("anssi consultee", "avis anssi")),
    Target("service.outage_limits_documented", N_("Outage and loss limits written"), (
        "dima et pdma documentees", "dmia et pmdt documentees")),
    Target("service.continuity_plan", N_("Continuity and recovery plans"), ("pca pra", "pca et pra", "plan de continuite", "pca", "pra")),
    Target("service.project_cost_eur", N_("Project cost (EUR)"), (
        "cout du projet", "cout total du projet", "cout projet", "cout du projet eur", "montant du projet", "project cost",
        "cout complet du projet")),
    Target("service.dinum_opinion", N_("DINUM's opinion"), ("avis dinum", "avis de la dinum", "avis conforme dinum", "dinum")),
    Target("service.vital_system", N_("Vital system (SIIV)"), ("siiv", "systeme d importance vitale")),
    Target("service.restore_tested", N_("Restore tested"), ("restauration testee", "test de restauration", "sauvegarde testee")),
    Target("service.exit_plan", N_("Exit plan"), ("plan de sortie", "plan de reversibilite", "plan de reversibilite ecrit")),
    Target("hosting.place", N_("Place of the data"), (
        "localisation des donnees traitees", "localisation des donnees", "localisation", "lieu de stockage", "pays d hebergement",
        "data location", "lieu d hebergement", "localisation de l hebergement")),
    Target("hosting.agreement_says_qualified", N_("Agreement says qualified"), (
        "convention de service mentionnant la qualification", "le contrat dit le service qualifie",
        "qualification mentionnee au contrat")),
    Target("hosting.contract_end", N_("End of contract"), (
        "fin de contrat", "fin du contrat", "date de fin de contrat", "echeance du contrat", "contrat jusqu au",
        "date d echeance du contrat",
        "contract end", "contract end date", "fin de marche", "fin du marche", "date de fin de marche")),
    Target("hosting.exit_terms", N_("Reversibility terms"), ("clause de reversibilite", "clauses de reversibilite",
        "reversibilite")),
    Target("hosting.transfer_analysis", N_("Transfer analysis"), ("analyse de transfert", "analyse des transferts", "tia")),
    Target("hosting.restricted_approved", N_("Approved for «Diffusion Restreinte»"), ("homologue dr", "homologation dr")),
    Target("hosting.abroad_approved", N_("Derogation to hosting in France"), ("derogation hebergement hors de france",)),
    Target("hosting.foreign_laws_listed", N_("Non-EU laws listed (HDS 30)"), ("lois hors ue listees", "hds 30",
        "exigence hds 30")),
    Target("hosting.switching_terms", N_("Switching terms (Data Act)"), ("clauses data act", "data act",
        "clauses de changement de fournisseur")),
    Target("hosting.instruction_901_guaranteed", N_("Instruction 901 guaranteed"), ("ii 901 garantie", "instruction 901 garantie")),
    Target("hosting.switching_charges", N_("Switching charges"), ("frais de changement", "frais de sortie", "frais de transfert")),
    Target("hosting.in_contract_register", N_("In the register of ICT contracts"), ("registre des contrats tic", "registre dora")),
    Target("hosting.exit_notice_on", N_("Notice given on"), ("preavis donne le", "date de preavis", "date du preavis")),
    Target("hosting.approval_end", N_("End of approval"), (
        "fin d homologation", "fin de l homologation", "date de fin d homologation", "homologation jusqu au",
        "echeance d homologation",
        "expiration de l homologation", "approval end")),
    Target("derogation.requested", N_("Derogation requested"), ("derogation demandee",)),
    Target("derogation.validated", N_("Derogation validated"), ("derogation validee",
        "derogation validee par le premier ministre")),
    Target("derogation.public", N_("Derogation public"), ("derogation publique", "derogation publiee")),
    Target("derogation.project_engaged", N_("Project already engaged"), ("projet deja engage", "projet engage")),
    Target("derogation.acceptable_offer_since", N_("Acceptable offer since"), ("offre acceptable depuis",
        "offre acceptable disponible depuis")),
    Target("derogation.no_acceptable_offer", N_("No acceptable offer yet"), ("pas d offre acceptable",
        "aucune offre acceptable")),
)

TARGETS: Mapping[str, Target] = {target.name: target for target in _ALL}
REGISTER_COLUMNS = (
    "siren", "body", "status", *(name for name in TARGETS if name.startswith("body.") and name != "body.status"),
    "from", "to", "source", "by", "on",
)
REGISTER_ONLY = frozenset({"siren", "status", "from", "to", "source", "by", "on"})
"""Targets that mean something in the register of bodies alone."""
HOSTING_FACTS = tuple(name for name in TARGETS if name.startswith(("hosting.", "derogation.")))
SERVICE_FACTS = tuple(name for name in TARGETS if name in FACTS and name not in HOSTING_FACTS and not name.startswith("body."))


@cache
def own_headers(name: str) -> frozenset[str]:
    """The folded headers of our own workbook, in both languages."""
    target = TARGETS[name]
    return frozenset({fold(target.header), *(fold(language(code).text(target.header)) for code in LANGUAGES)})


@cache
def headers_of(name: str) -> frozenset[str]:
    """Every folded header that means this target and no other: ours, the question in either language, the usual words."""
    asked = FACTS[name].ask if name in FACTS else ""
    questions = {fold(language(code).text(asked)) for code in LANGUAGES}
    return frozenset({*own_headers(name), *questions, *TARGETS[name].words} - {""})
