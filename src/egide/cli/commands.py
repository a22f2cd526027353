"""The grammar: every command, its help, and where its code is. Nothing heavy is imported here."""

from __future__ import annotations

from cyclopts import App, Group
from cyclopts.exceptions import CycloptsError

from egide import __version__
from egide.cli import door
from egide.cli.help import Speaking
from egide.vocabulary.errors import EgideError
from egide.vocabulary.language import N_

ABOUT = N_("With the law in hand: what may run where, until when, and how to leave.")
EPILOGUE = N_("Every command takes --lang fr|en (or EGIDE_LANG). Exit codes: 0 lawful, 1 forbidden, 2 unusable, 3 undetermined, 4 fault.")
EVERYDAY, LAW, TOOLS = Group("Everyday", sort_key=1), Group("Law and catalogue", sort_key=2), Group("Tools", sort_key=3)

COMMANDS = (
    ("assess", "egide.cli.assess:assess", EVERYDAY, N_("Judge a list of services: verdicts, questions, deadlines and papers.")),
    ("ask", "egide.cli.ask:ask", EVERYDAY, N_("Ask only what decides, once per group, and keep who answered.")),
    ("explain", "egide.cli.explain:explain", EVERYDAY, N_("Show the proof for one service, and what would change the answer.")),
    ("record", "egide.cli.explain:record", EVERYDAY, N_("Make the file for a hearing, which can be replayed.")),
    ("template", "egide.cli.tools:template", TOOLS, N_("Write an empty workbook with lists to choose from.")),
    ("doctor", "egide.cli.tools:doctor", TOOLS, N_("Say what is installed and how old the law and the catalogue are.")),
    ("completion", "egide.cli.tools:completion", TOOLS, N_("Print the completion script for a shell.")),
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
    ("list", "egide.cli.catalogue:list_offers", N_("The offers and where their qualification stands on a day.")),
    ("show", "egide.cli.catalogue:show", N_("One offer: its regions, its lines, every fact with its source.")),
    ("import", "egide.cli.catalogue:import_", N_("Read a newer catalogue and say what it changes before it is accepted.")),
)


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
    for name, verbs, about in (
        ("rules", RULES, N_("Read the rulebooks: list, show, compare two days, try a draft.")),
        ("catalogue", CATALOGUE, N_("The dated catalogue of offers.")),
    ):
        noun = App(name=name, help=about, group=LAW, group_commands=Group("Commands"))
        for verb, place, said in verbs:
            noun.command(place, name=verb, help=said)
        app.command(noun)
    return app


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
