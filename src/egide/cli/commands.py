"""The grammar: every command, its help, and where its code is. Nothing heavy is imported here."""

from __future__ import annotations

from collections.abc import Iterable

from cyclopts import App, Group
from cyclopts.exceptions import CycloptsError

from egide import __version__
from egide.cli import door
from egide.cli.help import Speaking
from egide.vocabulary.errors import EgideError
from egide.vocabulary.language import N_

ABOUT = N_("With the law in hand: what may run where, until when, and how to leave.")
EPILOGUE = N_("Every command takes --lang fr|en (or EGIDE_LANG). Exit codes: 0 lawful, 1 forbidden, 2 unusable, 3 undetermined, 4 fault.")
EVERYDAY, LABELS = Group("Everyday", sort_key=1), Group("Label and ownership", sort_key=2)
LAW, TOOLS = Group("Law and catalogue", sort_key=3), Group("Tools", sort_key=5)
SHARING = Group("Data spaces", sort_key=4)
PROOF = Group("Credentials and the public log", sort_key=4)

COMMANDS = (
    ("assess", "egide.cli.assess:assess", EVERYDAY, N_("Judge a list of services: verdicts, questions, deadlines and papers.")),
    ("ask", "egide.cli.ask:ask", EVERYDAY, N_("Ask only what decides, once per group, and keep who answered.")),
    ("explain", "egide.cli.explain:explain", EVERYDAY, N_("Show the proof for one service, and what would change the answer.")),
    ("record", "egide.cli.explain:record", EVERYDAY, N_("Make the file for a hearing, which can be replayed.")),
    ("check", "egide.cli.check:check", EVERYDAY, N_("Check infrastructure code: where it runs, who can reach it, what the law says.")),
    ("serve", "egide.cli.serve:serve", EVERYDAY, N_("Serve the site, for people who work in a browser.")),
    ("build", "egide.cli.build:build", EVERYDAY, N_("What to deploy, from a plan: OpenTofu, Kubernetes or Compose, with the way back.")),
    ("template", "egide.cli.tools:template", TOOLS, N_("Write an empty workbook with lists to choose from.")),
    ("doctor", "egide.cli.tools:doctor", TOOLS, N_("Say what is installed and how old the law and the catalogue are.")),
    ("completion", "egide.cli.tools:completion", TOOLS, N_("Print the completion script for a shell.")),
)
BLUEPRINT = (
    ("list", "egide.cli.blueprint:list_blueprints", N_("The services that one can begin with.")),
    ("show", "egide.cli.blueprint:show", N_("Products, licences, sizes and where they come from.")),
    ("new", "egide.cli.blueprint:new", N_("Begin with one: its service.yaml in a folder.")),
)
RULES = (
    ("list", "egide.cli.rules:list_books", N_("The rulebooks and what is in force on a day.")),
    ("show", "egide.cli.rules:show", N_("One rulebook, or one rule, with its source.")),
    ("diff", "egide.cli.rules:diff", N_("What changed in the law between two days.")),
    ("impact", "egide.cli.rules:impact", N_("Which services a draft rulebook would turn, and why.")),
    ("export", "egide.cli.rules:export", N_("The rules of a day as Rego, for Open Policy Agent.")),
    ("schema", "egide.cli.rules:schema", N_("The JSON Schema of a rulebook.")),
)
CATALOGUE = (
    ("list", "egide.cli.catalogue:list_offers", N_("The offers and where their qualification stands on a day; what the database holds.")),
    ("show", "egide.cli.catalogue:show", N_("One offer: who says what of it, what it stands on, what was said before.")),
    ("search", "egide.cli.search:search", N_("Find offers by words and conditions; what is not known is counted apart.")),
    ("compare", "egide.cli.compare:compare", N_("Offers side by side, with who says each value and what is not known.")),
    ("watch", "egide.cli.watch:watch", N_("What ends, was revoked or changed since a day, and whom it touches.")),
    ("export", "egide.cli.catalogue_export:export", N_("The catalogue for other programs, with every statement.")),
    ("equivalents", "egide.cli.equivalents:equivalents", N_("Lawful offers in the place of cloud services, with what is lost.")),
    ("import", "egide.cli.catalogue_import:import_", N_("Take in offers, credentials, prices or a newer list, each with who says it.")),
)
PUBLISH = (("openstack", "egide.cli.publish:openstack", N_("From an OpenStack cloud to signed Gaia-X offerings.")),)
OWNERSHIP = (("show", "egide.cli.ownership:show", N_("Who holds a company, who controls it, by which chains.")),)
LABEL = (
    ("new", "egide.cli.label:new", N_("Begin a dossier in a new folder.")),
    ("assess", "egide.cli.label:assess", N_("Put a scheme to an offer: what is met, what is not, until when.")),
    ("gaps", "egide.cli.label:gaps", N_("What is missing, what most depends on first.")),
    ("simulate", "egide.cli.what_if:simulate", N_("What a change turns, and who must be told by when.")),
    ("compare", "egide.cli.what_if:compare", N_("Two offers side by side, requirement by requirement.")),
    ("plan", "egide.cli.what_if:plan", N_("The road from the request to the decision and its renewal.")),
    ("issue", "egide.cli.label_credential:issue", N_("Sign a computed label that anyone can check.")),
    ("recompute", "egide.cli.label_credential:recompute", N_("Compute a signed label again from its dossier.")),
    ("export", "egide.cli.oscal:export", N_("The dossier and its assessment as OSCAL documents.")),
    ("import", "egide.cli.oscal:import_", N_("Read OSCAL documents.")),
)
SCHEME = (
    ("list", "egide.cli.schemes:list_schemes", N_("The schemes that a label is computed for.")),
    ("show", "egide.cli.schemes:show_scheme", N_("The requirements of a scheme.")),
    ("import", "egide.cli.schemes:import_scheme", N_("Bind your own copy of a text, or take in recognised equivalences.")),
)
CONTINUITY = (
    ("assess", "egide.cli.continuity:assess", N_("How soon a service is back when something is lost, today and by what it could be.")),
    ("loss", "egide.cli.continuity_loss:loss", N_("A qualification is lost: who stands on it, what the law then says, the letters.")),
)
DOCTRINE = (
    ("acceptable-offer", "egide.cli.doctrine:acceptable_offer", N_("Can the drawbacks be borne or compensated, and since when?")),
)
TRUST = (
    ("verify", "egide.cli.trust_verify:verify", N_("Is it signed by whom it says, in force, and as the shapes want it?")),
    ("issue", "egide.cli.trust_issue:issue", N_("Sign claims as credentials that anyone can check.")),
    ("revoke", "egide.cli.trust_issue:revoke", N_("Take a credential back, suspend it, or reinstate it.")),
    ("vc-api", "egide.cli.vc_api:vc_api", N_("Serve the VC API, for conformance suites and tests.")),
)
TRUST_STATUS = (
    ("new", "egide.cli.trust_status:new", N_("Set up the register and the status lists of an issuer.")),
    ("show", "egide.cli.trust_status:show", N_("What was issued, and what it is worth now.")),
    ("publish", "egide.cli.trust_status:publish", N_("Sign the lists anew, and settle what the public log lacks.")),
)
PLAN = (
    ("make", "egide.cli.plan:make", N_("Which offers, where, at what price, with which spare, and why the others lost.")),
    ("verify", "egide.cli.plan:verify", N_("Derive every limit and every cent of a plan again, without the solver.")),
)
DATA = (
    ("status", "egide.cli.data:status", N_("What is kept and where: engine, versions, rows, jobs, last backup, what is in use.")),
    ("verify", "egide.cli.data:verify", N_("Compute every chain again: was a row changed, taken out or put in?")),
    ("backup", "egide.cli.data:backup", N_("Write all that is kept into one file, while others go on working.")),
    ("restore", "egide.cli.data:restore", N_("Put a backup back, on either engine; all of it, or nothing changes.")),
    ("import", "egide.cli.updates:import_", N_("Read a signed update and say what it changes before it is accepted.")),
    ("export", "egide.cli.updates:export", N_("Make a signed update for others, of what is in use here or of a folder.")),
    ("pin", "egide.cli.updates:pin", N_("Trust a publisher’s public key for updates, or list those trusted.")),
    ("unpin", "egide.cli.updates:unpin", N_("Trust a publisher no longer; what was taken from it stays.")),
    ("drop", "egide.cli.updates:drop", N_("No longer use an accepted bundle: what shipped decides again.")),
)
SITE = (
    ("invite", "egide.cli.site:invite", N_("A link by which somebody joins a body with roles.")),
    ("trail", "egide.cli.site_records:trail", N_("Who did what, newest first.")),
    ("erase", "egide.cli.site_records:erase", N_("Erase a person; what must stay is said, with a dry run before.")),
    ("retention", "egide.cli.site_records:retention", N_("Forget what is kept longer than the settings allow.")),
)
SITE_BODY = (
    ("list", "egide.cli.site:list_bodies", N_("The bodies, with their markings.")),
    ("add", "egide.cli.site:add_body", N_("Make a body.")),
    ("set", "egide.cli.site:set_body", N_("Change the name or the marking of a body.")),
)
SITE_PERSON = (
    ("list", "egide.cli.site:list_people", N_("The people, what they are in which body, and who is locked.")),
    ("add", "egide.cli.site:add_person", N_("Make an account with roles, and the link to its first password.")),
    ("roles", "egide.cli.site:set_roles", N_("Give a person these roles in a body, and no others.")),
    ("reset", "egide.cli.site:reset", N_("A link by which a person chooses another password.")),
    ("lock", "egide.cli.site:lock", N_("Lock a person out at once.")),
    ("unlock", "egide.cli.site:unlock", N_("Let a person in again.")),
)
SITE_TOKEN = (
    ("list", "egide.cli.site_records:list_tokens", N_("The tokens of programs in a body.")),
    ("revoke", "egide.cli.site_records:revoke_token", N_("Withdraw a token.")),
)
JOBS = (
    ("list", "egide.cli.jobs:list_jobs", N_("The jobs, newest first: how far they are, what they failed on.")),
    ("resume", "egide.cli.jobs:resume", N_("Put a failed job in the queue again; its own command, given again, goes on with it.")),
    ("cancel", "egide.cli.jobs:cancel", N_("Ask that a job stop: at once when it waits, at its worker's next report when it runs.")),
)
TRUST_BUNDLE = (
    ("show", "egide.cli.trust_bundle:show", N_("What is at hand, by digest, and what is missing.")),
    ("import", "egide.cli.trust_bundle:import_", N_("Keep contexts, shapes, anchors, keys and lists from a file or folder.")),
    ("export", "egide.cli.trust_bundle:export", N_("Write what is kept as one archive.")),
    ("fetch", "egide.cli.trust_bundle:fetch", N_("Fetch what is missing, and hold it against its digest.")),
    ("remove", "egide.cli.trust_bundle:remove", N_("Forget files.")),
)
TRUST_KEY = (
    ("new", "egide.cli.trust_keys:new", N_("Make a key, or note which command holds one.")),
    ("list", "egide.cli.trust_keys:list_keys", N_("The keys of a folder.")),
    ("show", "egide.cli.trust_keys:show", N_("One key: whose it is, how it signs, its public half.")),
)
TRUST_LOG = (
    ("init", "egide.cli.trust_log:init", N_("Begin a public log.")),
    ("show", "egide.cli.trust_log:show", N_("The head of a log and its last entries.")),
    ("add", "egide.cli.trust_log:add", N_("Enter signed credentials.")),
    ("prove", "egide.cli.trust_log:prove", N_("Proofs that anybody can check offline.")),
    ("check", "egide.cli.trust_log:check", N_("Check a proof with nothing but a public key.")),
    ("commit", "egide.cli.trust_log_more:commit", N_("Enter a salted commitment to a decision, and nothing of the decision.")),
    ("reveal", "egide.cli.trust_log_more:reveal", N_("Show what a commitment stands for.")),
    ("witness", "egide.cli.trust_log_more:witness", N_("Cosign the heads of others' logs.")),
    ("cosign", "egide.cli.trust_log_more:cosign", N_("Add the cosignatures of witnesses.")),
)
DATASPACE = (
    ("init", "egide.cli.dataspace:init", N_("Make a connector: who it is, its database, its secrets, a first dataset.")),
    ("serve", "egide.cli.dataspace:serve", N_("Serve the protocol, the data and our own commands.")),
    ("key", "egide.cli.dataspace:key", N_("The key of the management API and of the pages.")),
    ("planes", "egide.cli.dataspace:planes", N_("The data planes of others that move data for us.")),
    ("offer", "egide.cli.dataspace_sharing:offer", N_("Offer a file or an address to the peers, under terms.")),
    ("import", "egide.cli.dataspace_sharing:import_", N_("Take over what another connector offers, through its management API.")),
    ("browse", "egide.cli.dataspace_sharing:browse", N_("What a peer offers.")),
    ("negotiate", "egide.cli.dataspace_sharing:negotiate", N_("Negotiate a dataset until it is agreed or ended.")),
    ("fetch", "egide.cli.dataspace_sharing:fetch", N_("Get the data of an agreement.")),
    ("log", "egide.cli.dataspace_sharing:log", N_("Every state, message and reason; and what is stuck.")),
)
DATASPACE_CLAIMS = (
    ("issue", "egide.cli.dataspace_claims:issue", N_("Issue a credential about a participant.")),
    ("take", "egide.cli.dataspace_claims:take", N_("Take in a credential about us.")),
    ("ask", "egide.cli.dataspace_claims:ask", N_("Ask an issuer for credentials.")),
    ("requests", "egide.cli.dataspace_claims:requests", N_("Requests that we made, and those that wait for our decision.")),
    ("grant", "egide.cli.dataspace_claims:grant", N_("Issue what a request asks for.")),
    ("reject", "egide.cli.dataspace_claims:reject", N_("Decide against a request.")),
    ("list", "egide.cli.dataspace_claims:list_claims", N_("The credentials that we can show.")),
)
DATASPACE_POLICY = (
    ("explain", "egide.cli.policy:explain", N_("May they? Why, which condition, what is enforced and what is only promised.")),
    ("check", "egide.cli.policy:check", N_("Before it is offered: can it ever be met, and does its profile allow it?")),
    ("convert", "egide.cli.policy_forms:convert", N_("From our short form to ODRL, or back, without loss.")),
    ("operands", "egide.cli.policy_forms:operands", N_("What conditions may speak of, and where each is enforced.")),
)
TRUST_DID = (("show", "egide.cli.trust_keys:did_show", N_("The DID document to publish, and where.")),)


class UsageError(EgideError):
    """The command line cannot be understood."""


def application() -> App:
    """The whole grammar."""
    app = App(
        name="egide", help=ABOUT, version=__version__, help_format="plaintext", help_formatter=Speaking(), help_epilogue=door.say(EPILOGUE),
        group_commands=TOOLS, error_formatter=None, suppress_keyboard_interrupt=False,
    )  # fmt: skip
    for name, place, group, about in COMMANDS:
        app.command(place, name=name, help=about, group=group)
    for name, verbs, group, about in (
        ("label", LABEL, LABELS, N_("Is this offer «Cloud de confiance», and what is missing?")),
        ("ownership", OWNERSHIP, LABELS, N_("Who holds and who controls.")),
        ("blueprint", BLUEPRINT, EVERYDAY, N_("Services of open products, sized, to begin with.")),
        ("rules", RULES, LAW, N_("Read the rulebooks: list, show, compare two days, try a draft.")),
        ("catalogue", CATALOGUE, LAW, N_("The dated catalogue of offers.")),
        ("doctrine", DOCTRINE, LAW, N_("The tests of the doctrine that no single fact answers.")),
        ("continuity", CONTINUITY, EVERYDAY, N_("Lose a provider, a region, a qualification: how to come back, how to leave.")),
        ("plan", PLAN, EVERYDAY, N_("Where a service runs at least cost within the law.")),
        ("site", SITE, TOOLS, N_("The site without a browser: bodies, people, tokens, the trail, what is forgotten.")),
        ("data", DATA, TOOLS, N_("What is kept: the database, backups, signed updates, long work.")),
    ):
        app.command(_noun(name, verbs, about, group))
    app.command(_noun("trust", TRUST, N_("Credentials that anyone can check: keys, issuing, the public log."), PROOF))
    app.command(_noun("dataspace", DATASPACE, N_("Share data under the owner’s terms."), SHARING))
    app["trust"].command(_noun("key", TRUST_KEY, N_("The keys one signs with.")))
    app["trust"].command(_noun("status", TRUST_STATUS, N_("What of one's credentials still counts.")))
    app["trust"].command(_noun("log", TRUST_LOG, N_("The public log of labels and revocations.")))
    app["trust"].command(_noun("bundle", TRUST_BUNDLE, N_("What verification has at hand, without a network.")))
    app["trust"].command(_noun("did", TRUST_DID, N_("The identifier by which others know them.")))
    app["data"].command(_noun("jobs", JOBS, N_("Long work under way: list, resume, cancel.")))
    app["site"].command(_noun("body", SITE_BODY, N_("The bodies: list, add, change.")))
    app["site"].command(_noun("person", SITE_PERSON, N_("The people: list, add, roles, password, lock.")))
    app["site"].command(_noun("token", SITE_TOKEN, N_("The tokens of programs: list, withdraw.")))
    app["dataspace"].command(_noun("claims", DATASPACE_CLAIMS, N_("What credentials prove of participants: issue, take in, list.")))
    app["dataspace"].command(_noun("policy", DATASPACE_POLICY, N_("The terms: read, check, explain.")))
    app["catalogue"].command(_noun("publish", PUBLISH, N_("A provider's own offers, to credentials that anyone can check.")))
    app["label"].command(_noun("scheme", SCHEME, N_("The schemes: list, show, import.")))
    return app


def _noun(name: str, verbs: Iterable[tuple[str, str, str]], about: str, group: Group | None = None) -> App:
    noun = App(name=name, help=about, group=group, group_commands=Group("Commands"))
    for verb, place, said in verbs:
        noun.command(place, name=verb, help=said)
    return noun


def usage_error(error: CycloptsError) -> UsageError:
    """cyclopts' complaint as one of ours, in the language of the run."""
    made = UsageError(said(error))
    made.hint = "egide --help"
    return made


def said(error: CycloptsError) -> str:
    """What is wrong with the command line."""
    from cyclopts import exceptions as wrong

    if isinstance(error, wrong.UnknownCommandError):
        return door.say(N_("no command is named `{name}`"), name=" ".join(error.unused_tokens or []))
    if isinstance(error, wrong.UnknownOptionError):
        return door.say(N_("no option is named `{name}`"), name=error.token.keyword or error.token.value)
    if isinstance(error, wrong.MissingArgumentError):
        return door.say(N_("`{name}` is missing"), name=error.argument.name if error.argument else "?")
    if isinstance(error, wrong.CoercionError):
        named = error.argument.name if error.argument else ""
        value = error.token.value if error.token else ""
        return door.say(N_("`{value}` cannot be used for `{name}`"), value=value, name=named)
    return str(error)
