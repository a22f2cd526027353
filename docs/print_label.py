"""The reference of the label, printed from the code: the facts of a dossier, the checks of schemes, the schemas of what people write."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable

from printing import page, table

from egide.app.law import schemes
from egide.label.change_shapes import ChangeShape
from egide.label.checks import CHECKS, Check
from egide.label.facts import FACTS, ONE_COUNTRY
from egide.label.shapes import BinderShape, DossierShape
from egide.label.shapes import schema as shape_schema
from egide.label.written import schema as scheme_schema
from egide.papers.label.schema import label_schema, ownership_schema
from egide.vocabulary.facts import FactType

CONTENTS = """\
- [Facts of a dossier](dossier-facts.md): what a provider may state of an offer, and who can answer
- [Checks of the label](label-checks.md): what schemes compute from those facts
- Schemas: [a dossier](offer.schema.json), [its binder](binder.schema.json), [a change](change.schema.json), [a scheme](scheme.schema.json);
  [an assessment of a label](label.schema.json), [an answer on ownership](ownership.schema.json)"""
ABOUT_FACTS = """\
What `facts:` of a dossier (`offer.yaml`) may state. A fact that nobody stated is unknown, never no. A plain value is the provider's own
declaration; a map says who else says so, on which day, until when, with which documents of the binder:
`{value: FR, issuer: "…", on: 2026-05-31, assurance: audited, evidence: [E-001]}`; a list of such maps keeps every one."""
ABOUT_CHECKS = """\
The names that `computed:` may use in a scheme. Each answers met, not met or unknown from the facts of a dossier and from its parts
(`ownership`, `accesses`, `needs`, `suppliers` …), under limits that the scheme dates. Nothing here is a qualification."""
WORDS = {
    "provider_is_established_in_the_union": "the provider’s office, central administration and main establishment are all in the Union",
    "provider_is_headquartered_in_the_union": "the same, under the area of the scheme",
    "no_third_holder_above": "no third entity holds more than the limit, of capital nor of votes, today nor fully diluted",
    "third_holders_together_within": "all third entities hold no more than the limit, of capital nor of votes, today nor fully diluted",
    "third_holders_of_5_percent_are_named": "whoever holds the limit or more is named",
    "no_third_veto": "no third entity holds a veto, by contract or by the articles",
    "no_third_board_majority": "third entities cannot appoint the majority of the organs, alone or together",
    "no_third_control": "no third entity controls the provider (Code de commerce, L.233-3)",
}  # fmt: skip
"""What a check says that does not say it itself."""
DIALECT = "https://json-schema.org/draft/2020-12/schema"
FORMS = {
    "offer": (DossierShape, "A dossier: offer.yaml"), "binder": (BinderShape, "The index of a binder: binder.yaml"),
    "change": (ChangeShape, "A change to suppose: change.yaml"),
}  # fmt: skip


def pages() -> dict[str, str]:
    """The two pages by their paths under docs/."""
    return {"reference/dossier-facts.md": _facts(), "reference/label-checks.md": _checks()}


def schemas() -> dict[str, object]:
    """Each published schema by its name."""
    forms = {
        name: {"$schema": DIALECT, "title": f"egide/{name}/1", "description": about, **shape_schema(shape)}
        for name, (shape, about) in FORMS.items()
    }  # fmt: skip
    return {"scheme": scheme_schema(), **forms, "label": label_schema(), "ownership": ownership_schema()}


def _facts() -> str:
    rows = [(f"`{fact.name}`", f"{fact.ask} {fact.help}".strip(), _answer(fact), str(fact.role), ", ".join(_readers(fact.name)))
            for fact in FACTS.values()]  # fmt: skip
    return page("Facts of a dossier", "code", ABOUT_FACTS, table(("fact", "question", "answer", "who", "read by"), rows))


def _answer(fact: FactType) -> str:
    if fact.name in ONE_COUNTRY:
        return "country"
    return ", ".join(f"`{choice}`" for choice in fact.choices) or str(fact.kind)


def _readers(fact: str) -> Iterable[str]:
    return (f"`{check.name}`" for check in CHECKS.values() if fact in check.reads)


def _checks() -> str:
    rows = [(f"`{check.name}`", _says(check), _listed(check.reads), _listed(check.limits), "; ".join(_askers(check.name)))
            for check in CHECKS.values()]  # fmt: skip
    return page("Checks of the label", "code", ABOUT_CHECKS, table(("check", "what it says", "reads", "limits it needs", "asked by"), rows))


def _says(check: Check) -> str:
    """What the check itself says it is, else the words in which it is met, else ours; a check without words stops the printing."""
    told = inspect.getdoc(check.test) or inspect.getclosurevars(check.test).nonlocals.get("met") or WORDS[check.name]
    return re.sub(r"\{[^}]+\}", "…", told.split("\n\n")[0])


def _askers(check: str) -> Iterable[str]:
    """The requirements that it computes, scheme by scheme."""
    for scheme in schemes():
        asking = [one.id + (" in part" if one.computed_in_part else "") for one in scheme.requirements if check in one.computed]
        if asking:
            yield f"[{scheme.id}](../rules/{scheme.id}.md) {', '.join(asking)}"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
