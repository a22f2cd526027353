"""What to do next when something was not verified: the command that brings what was not at hand."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from egide.cli import door
from egide.vocabulary.language import N_

ADVICE: Mapping[str, frozenset[str]] = {
    N_("→ Keys and lists of issuers count on your word: --trust FOLDER once, egide trust bundle import FOLDER --vouch for good, or --fetch --allow HOST to ask for them."):  # noqa: E501 - one sentence
        frozenset({"not-at-hand"}),
    N_("→ Contexts and shapes that are not at hand: egide trust bundle fetch, or egide trust bundle import FOLDER."):
        frozenset({"context-unknown", "shapes-absent"}),
    N_("→ The credentials that a label is bound to: egide trust verify --beside FILE."):
        frozenset({"label-credential-absent"}),
    N_("→ What a credential refers to counts when it comes in the same presentation: give the presentation that carries both."):
        frozenset({"shape.class", "shape.or"}),
}
"""Each piece of advice, for the reasons that it answers."""


def advise(codes: Collection[str]) -> None:
    """Say what to do about these reasons."""
    for advice, answered in ADVICE.items():
        if not answered.isdisjoint(codes):
            door.out(door.say(advice))
