"""Help and usage errors in the language of the run: the messages are English in the code, French in the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cyclopts.help import DefaultFormatter, HelpPanel
from rich.text import Text

from egide.cli import door
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions

PANELS = (
    N_("Commands"), N_("Parameters"), N_("Arguments"), N_("Everyday"), N_("Label and ownership"), N_("Law and catalogue"),
    N_("Credentials and the public log"), N_("Tools"),
)  # fmt: skip
FLAGS = (N_("Display this message and exit."), N_("Display application version."))


def _said(shown: Any) -> Any:
    """The message in the language of the run, whatever cyclopts wrapped it in."""
    if shown is None:
        return None
    text = getattr(shown, "primary_renderable", shown)
    words = text.plain if isinstance(text, Text) else str(text)
    return Text(door.say(words.strip()))


class Speaking(DefaultFormatter):
    """cyclopts' own layout, with every message looked up in the catalogue."""

    def __call__(self, console: Console, options: ConsoleOptions, panel: HelpPanel) -> None:
        """Show one panel."""
        entries = [entry.copy(description=_said(entry.description)) for entry in panel.entries]
        super().__call__(console, options, panel.copy(title=door.say(str(panel.title)), entries=entries))

    def render_description(self, console: Console, options: ConsoleOptions, description: Any) -> None:
        """Show what the command is for."""
        super().render_description(console, options, _said(description))

    def render_usage(self, console: Console, options: ConsoleOptions, usage: Any) -> None:
        """Show how the command is written."""
        words = usage.plain if isinstance(usage, Text) else str(usage)
        console.print(Text(words.replace("Usage:", door.say(N_("Usage:"))), style="bold"))
