"""The label schemes as pages: every requirement under our own short title, what shows it, what computes it, and how its text was read."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import resources

from printing import both, bullets, days, page, read_how, reading, table, value

from egide.app.law import schemes
from egide.label.checks import CHECKS
from egide.label.equivalences import read_equivalences
from egide.label.scheme import Correspondence, Equivalence, Requirement, Scheme
from egide.rules.book import Dated
from egide.vocabulary.findings import Source

KINDS = {
    "requirements": "each mandatory one must be met",
    "levels": "each is asked from some level on",
    "weighted": "a minimum level for each is the gate, the weighted score ranks",
}
OURS = """\
The titles are our own and no part of the text; so are, unless the source says otherwise, the kinds of evidence, their freshness in
months, the effort and the role: an order of work, not law. The reader's own copy of the text binds to the numbers with
`egide label scheme import`."""
READING = """\
**How to read a line.** *Shown by* names the kinds of evidence that are accepted: `+` when each is needed, `or` when one is enough.
*Computed by* names the [checks](../reference/label-checks.md) that must all be met; «in part» says that evidence must show the rest."""
NOT_A_LABEL = """\
A computed label is evidence for a file: it is never a qualification, and never proof under article 31 of the SREN law or R9."""
RELATIONS = """\
What shows something elsewhere says something here: it *answers* (the same evidence is enough), *supports* (it helps) or *differs* (it
looks alike and is not)."""
EVERY_KIND = frozenset({"IaaS", "CaaS", "PaaS", "SaaS"})


def pages() -> dict[str, str]:
    """One page for each scheme."""
    return {f"rules/{one.id}.md": _scheme(one) for one in schemes()}


def index() -> Iterable[str]:
    """The part of the list of rules that names the schemes."""
    rows = [
        (f"[{one.title.en}]({one.id}.md)", one.source.text, days(one.in_force), _counted(one),
         sum(bool(each.computed) for each in one.requirements),
         read_how([each.source for each in one.requirements] or [one.source]), len(_merged(one.correspondences)))
        for one in schemes()
    ]  # fmt: skip
    yield "## The label"
    yield f"What a label asks of an offer, scheme by scheme, each dated and sourced. {NOT_A_LABEL}"
    yield table(("scheme", "text", "in force", "asks", "computed", "read", "correspondences"), rows)
    yield from _equivalences()


def _counted(scheme: Scheme) -> str:
    """How much it asks, and how much of that binds."""
    if not scheme.requirements:
        return f"{len(scheme.objectives)} objectives"
    if scheme.levels:
        return f"{len(scheme.requirements)} criteria"
    by = {binding: sum(one.binding == binding for one in scheme.requirements) for binding in ("mandatory", "recommended", "apart")}
    return ", ".join(f"{count} {binding}" for binding, count in by.items() if count)


def _equivalences() -> Iterable[str]:
    file = resources.files("egide.rulebooks") / "equivalences" / "register.yaml"
    known: Sequence[Equivalence] = read_equivalences(file.read_bytes(), file.name)
    rows = [(one.scheme, one.level, one.recognised_as, days(one.period), source(one.source)) for one in known]
    yield "**Recognised equivalences.** " + (
        "By dated acts only:" if rows else "None was read in a source: the register is empty until one is imported.")  # fmt: skip
    yield table(("scheme", "level", "recognised as", "days", "source"), rows)


def _scheme(scheme: Scheme) -> str:
    text = f"[{scheme.source.text}]({scheme.url})" if scheme.url else scheme.source.text
    about = [
        f"**Text**: {text} ({scheme.authority.en})", f"**Reading**: {reading(scheme.source)} Read on {scheme.read_on}.",
        f"**In force**: {days(scheme.in_force)}", f"**Asks**: {_counted(scheme)}; {KINDS[scheme.kind]}",
        f"**Scheme**: `{scheme.id}@{scheme.version}`",
    ]  # fmt: skip
    if scheme.simulation:
        about.insert(0, "**Simulation**: this is a draft or a proposal; nothing follows from it.")
    blocks = [f"*{scheme.title.fr}*", bullets(about), NOT_A_LABEL, *_levels(scheme), *_objectives(scheme)]
    if scheme.requirements:
        blocks += [OURS, READING]
    for chapter in scheme.chapters:
        blocks += _chapter(scheme, chapter, [one for one in scheme.requirements if one.chapter == chapter])
    return page(scheme.title.en, "rulebooks", *blocks, *_limits(scheme), *_remedies(scheme), *_standards(scheme), *_correspondences(scheme))


def _chapter(scheme: Scheme, chapter: str, held: Sequence[Requirement]) -> Iterable[str]:
    title = scheme.chapters[chapter]
    if held:
        yield f"## {title.en}" if title.en.casefold().startswith(chapter.casefold().replace("-", " ")) else f"## {chapter} · {title.en}"
        yield from (f"*{title.fr}*", _requirements(scheme, held))


def _levels(scheme: Scheme) -> Iterable[str]:
    if not scheme.levels:
        return
    rows = [
        (f"`{level}`", *(sum(one.levels.get(level) == how for one in scheme.requirements) for how in ("declaration", "certification")))
        for level in scheme.levels
    ]  # fmt: skip
    yield from ("## Levels", "Lowest first.")
    yield table(("level", "criteria by declaration", "criteria by certification"), rows) if scheme.requirements else bullets(
        f"`{level}`" for level in scheme.levels)  # fmt: skip


def _objectives(scheme: Scheme) -> Iterable[str]:
    if scheme.objectives:
        yield "## Objectives"
        yield table(("objective", "what it is", "weight"), [(f"`{one.id}`", both(one.title), one.weight) for one in scheme.objectives])


COLUMNS: Mapping[str, Callable[[Scheme, Requirement], str]] = {
    "binding": lambda _, one: one.binding,
    "types of service": lambda _, one: "all" if one.kinds == EVERY_KIND else ", ".join(sorted(one.kinds)),
    "asked at": lambda scheme, one: ", ".join(_asked_at(scheme, one)),
    "shown by": lambda _, one: (" + " if one.needs_all else " or ").join(sorted(map(str, one.evidence))),
    "fresh": lambda _, one: str(one.fresh_months or "as it says"),
    "standards": lambda _, one: ", ".join(f"`{standard}`" for standard in one.standards),
    "computed by": lambda _, one: ("in part: " if one.computed_in_part else "") + ", ".join(f"`{check}`" for check in one.computed),
    "stands on": lambda _, one: ", ".join(one.stands_on),
    "effort": lambda _, one: one.effort,
    "role": lambda _, one: one.role,
    "source": lambda scheme, one: ", ".join(_at(scheme, one)),
}
ALWAYS_SAID = ("shown by", "fresh", "effort", "role")


def _requirements(scheme: Scheme, held: Sequence[Requirement]) -> str:
    """A table of the chapter, without the columns in which the whole scheme says the same of everything."""
    said = {name: [cell(scheme, one) for one in scheme.requirements] for name, cell in COLUMNS.items()}
    columns = [name for name, cells in said.items() if name in ALWAYS_SAID or len(set(cells)) > 1]
    rows = [(f"`{one.id}`", both(one.title), *(COLUMNS[name](scheme, one) for name in columns)) for one in held]
    return table(("no.", "what it asks", *columns), rows)


def _asked_at(scheme: Scheme, one: Requirement) -> Iterable[str]:
    """From which level to which, and how it is to be shown there."""
    asked = [level for level in scheme.levels if level in one.levels]
    for how, some in itertools.groupby(asked, lambda level: one.levels[level]):
        levels = list(some)
        yield f"{levels[0]} to {levels[-1]} by {how}" if len(levels) > 1 else f"{levels[0]} by {how}"


def _at(scheme: Scheme, one: Requirement) -> Iterable[str]:
    """Where it stands when that is not its number; how it was read when that is not how the rest was."""
    if one.source.text != scheme.source.text:
        yield one.source.text
    if one.source.at != one.id:
        yield one.source.at
    if one.source.read != scheme.source.read:
        yield f"**{one.source.read} reading**"
    if one.source.note and one.source.note != scheme.source.note:
        yield one.source.note.en


def _limits(scheme: Scheme) -> Iterable[str]:
    """Every dated value with the requirements that read it."""
    readers: dict[tuple[str, tuple[Dated, ...]], list[str]] = {}
    for one in scheme.requirements:
        for name in {limit for check in one.computed for limit in CHECKS[check].limits}:
            readers.setdefault((name, one.limits[name]), []).append(one.id)
    rows = [(f"`{name}`", days(dated.period), value(dated), ", ".join(ids)) for (name, values), ids in sorted(readers.items(), key=str)
            for dated in values]  # fmt: skip
    if rows:
        yield from ("## Limits", table(("limit", "days", "value", "read by"), rows))


def _remedies(scheme: Scheme) -> Iterable[str]:
    rows = [(f"`{one.id}`", both(one.remedy)) for one in scheme.requirements if one.remedy]
    if rows:
        yield from ("## What can be done", "Where a requirement is not met; the words are ours.", table(("no.", "what to do"), rows))


def _standards(scheme: Scheme) -> Iterable[str]:
    accepting = {token: sum(token in one.standards for one in scheme.requirements) for token in scheme.standards}
    if any(accepting.values()):
        rows = [(f"`{token}`", scheme.standards[token].en, count) for token, count in accepting.items() if count]
        yield from ("## Standards", "Whose certificate is accepted as evidence.", table(("token", "standard", "accepted by"), rows))


def _correspondences(scheme: Scheme) -> Iterable[str]:
    """What answers what, scheme by scheme and standard by standard, each with who says so."""
    others: dict[str, list[Correspondence]] = {}
    for one in _merged(scheme.correspondences):
        others.setdefault(one.scheme, []).append(one)
    if others:
        yield from ("## Correspondences", RELATIONS)
    for other, held in others.items():
        name = scheme.standards.get(other)
        yield f"### {name.en if name else other}"
        yield from sorted({f"Source: {source(one.source)}" for one in held if one.source})
        rows: dict[tuple[str, str, str], list[str]] = {}
        for one in held:
            there = ", ".join(f"`{each}`" for each in (one.other, *one.together_with)) if one.other != "*" else "the whole"
            rows.setdefault((one.relation, there, one.limits.en if one.limits else ""), []).append(f"`{one.requirement}`")
        yield table(("here", "relation", "there, together", "limits"), [(", ".join(here), *said) for said, here in rows.items()])


def _merged(correspondences: Iterable[Correspondence]) -> list[Correspondence]:
    """Each once: what holds only together with others is held once for each of them."""
    said = {(one.requirement, one.scheme, one.relation, frozenset({one.other, *one.together_with})): one for one in correspondences}
    return list(said.values())


def source(of: Source) -> str:
    """The text, the place in it, and how it was read."""
    return f"{of.text}, {of.at}. {reading(of)}"
