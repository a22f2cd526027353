"""A rule in words: what it applies to and demands as a nested list, and its dated limits."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from egide.papers.text import lower_first
from egide.rules.checks import Limit
from egide.rules.expression import ALWAYS, NEVER
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.rules.book import Dated, Rule
    from egide.rules.checks import Check
    from egide.rules.expression import Node
    from egide.vocabulary.language import Language

OPERATORS = {"all": N_("all of this holds:"), "any": N_("at least one of this holds:"), "not": N_("this does not hold:")}


@dataclass(frozen=True, slots=True)
class Said:
    """One line of an expression, and the lines under it."""

    text: str
    check: str
    """The name of the check; empty for an operator."""
    under: tuple[Said, ...] = ()


def expression(node: Node, lang: Language) -> tuple[Said, ...]:
    """The expression, each check worded as the reason that it gives when it is met; nothing for what always or never holds."""
    return () if node in (ALWAYS, NEVER) else (_said(node, lang, negated=False),)


def limits_read(rule: Rule) -> tuple[tuple[str, tuple[Dated, ...]], ...]:
    """The limits that the rule itself reads, with their values of all days."""
    nodes = (rule.applies, rule.demands, *(one.when for one in rule.unless))
    read = {name for node in nodes for check in node.checks() for name in check.limits}
    return tuple((name, rule.limits[name]) for name in sorted(read & rule.limits.keys()))


def _said(node: Node, lang: Language, *, negated: bool) -> Said:
    if node.check is not None:
        return Said(_words(node.check, node.check.not_met if negated else node.check.met, lang), node.check.name)
    if node.op == "not" and node.parts[0].check is not None:
        return _said(node.parts[0], lang, negated=not negated)
    return Said(lang.text(OPERATORS[node.op]), "", tuple(_said(part, lang, negated=False) for part in node.parts))


def _words(check: Check, message: str, lang: Language) -> str:
    """The reason without the values that only a case would give it."""
    said = re.sub(r" ?\(\{value\}\)", "", lang.text(message))
    limit = check.operand.name if isinstance(check.operand, Limit) else lang.value(check.operand)
    return lower_first(re.sub(r"\{[^}]+\}", "…", said.replace("{limit}", limit)))
