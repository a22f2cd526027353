"""The words of a check, shared by every form: the first sentence, one finding, where it stands, what to do, the groups.

Resources that stand in the same place are told once, with all that share the finding: five thousand resources of one
offer are one sentence and five thousand addresses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from egide.infrastructure.code_findings import LEVELS, PRODUCT, Level
from egide.infrastructure.code_rules import code_rules
from egide.papers.text import counted, lower_first, offer_text, read_text, reason_text, sentence, source_text, upper_first
from egide.vocabulary.language import N_, language

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from egide.infrastructure.code_findings import Checked, CodeFinding, Suppressed
    from egide.infrastructure.resources import Where
    from egide.vocabulary.findings import Reason
    from egide.vocabulary.language import Language

SHAPES: Mapping[Level, str] = {Level.FORBIDDEN: "✕", Level.UNDETERMINED: "?", Level.CONDITIONAL: "◐", Level.ADVICE: "○"}
COUNTED: Mapping[Level, tuple[str, str]] = {
    Level.FORBIDDEN: (N_("{n} finding forbids"), N_("{n} findings forbid")),
    Level.UNDETERMINED: (N_("{n} waits for an answer"), N_("{n} wait for an answer")),
    Level.CONDITIONAL: (N_("{n} is to be settled"), N_("{n} are to be settled")),
    Level.ADVICE: (N_("{n} advises"), N_("{n} advise")),
}
LEVEL_NAMES: Mapping[Level, str] = {
    Level.FORBIDDEN: N_("Forbidden"), Level.UNDETERMINED: N_("Undetermined"), Level.CONDITIONAL: N_("To be settled"),
    Level.ADVICE: N_("Advice"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Group:
    """Findings that say the same of several resources."""

    rule: str
    level: Level
    text: str
    to_do: str
    sources: tuple[str, ...]
    findings: tuple[CodeFinding, ...]


def headline(checked: Checked, code: str) -> str:
    """The sentence that answers: what forbids, what is unknown, of how many resources in how many files."""
    lang = language(code)
    said = [counted(lang, *COUNTED[level], checked.count(level)) for level in LEVELS if checked.count(level)]
    where = counted(lang, N_("{n} resource"), N_("{n} resources"), checked.resources)
    files = counted(lang, N_("{n} file"), N_("{n} files"), len(checked.files))
    rejected = any(problem.rejected for problem in checked.problems)
    clear = lang.text(N_("no rule objects to what could be read") if rejected else N_("no rule objects"))
    found = ", ".join(said) if said else clear
    said_in = lang.text(N_("{found}: {resources} in {files}."))
    return said_in.replace("{found}", upper_first(found)).replace("{resources}", where).replace("{files}", files)


def standfirst(checked: Checked, code: str) -> tuple[str, ...]:
    """What the first sentence leaves unsaid."""
    lang = language(code)
    waived = sum(one.by.kind == "waiver" for one in checked.suppressed)
    accepted = len(checked.suppressed) - waived
    lines = [
        counted(lang, one, many, count)
        for count, one, many in (
            (waived, N_("{n} finding is waived."), N_("{n} findings are waived.")),
            (accepted, N_("{n} finding is accepted by the baseline."), N_("{n} findings are accepted by the baseline.")),
            (checked.no_longer, N_("{n} finding of the baseline is found no more."), N_("{n} findings of the baseline are found no more.")),
            (checked.unplaced, N_("The place of {n} resource is not known."), N_("The place of {n} resources is not known.")),
        )
        if count
    ]  # fmt: skip
    if not checked.says_data:
        lines.append(lang.text(N_("Which data the product holds is not said: --data, --service or egide.yaml says it.")))
    if checked.body is None:
        lines.append(lang.text(N_("Whose product it is is not said: --body or egide.yaml says it.")))
    return tuple(lines)


def disclaimer(checked: Checked, code: str) -> str:
    """What every paper ends with."""
    return language(code).text(
        N_("Decision support, not legal advice. The law is taken as it was read on {read}, for the day {on}."),
        {"read": checked.law_as_read, "on": checked.on},
    )


def finding_text(one: CodeFinding, offers: Mapping[str, str], code: str) -> str:
    """What is found, in one sentence."""
    lang = language(code)
    said = reason_text(one.reason, code)
    if one.place is not None and one.also is None:
        place = offer_text(one.place, offers)
        said = lang.text(N_("{place}: {said}")).replace("{place}", place).replace("{said}", lower_first(said))
    if one.also is not None:
        law = lower_first(reason_text(one.also, code, offers))
        said = lang.text(N_("{said}; {law}")).replace("{said}", said).replace("{law}", law)
    return sentence(upper_first(said))


def to_do_text(one: CodeFinding, code: str) -> str:
    """What to declare, else what mends it."""
    lang = language(code)
    if one.ask is not None:
        asked = lang.text(one.ask.message, one.ask.args)
        fact = one.ask.args.get("fact")
        if isinstance(fact, str) and one.ask.code.startswith("declare."):
            return lang.text(N_("{question} Say it in egide.yaml: `{fact}`.")).replace("{question}", asked).replace("{fact}", fact)
        return asked
    return code_rules()[one.rule].remedy.in_(code)


def sources_text(one: CodeFinding, code: str) -> tuple[str, ...]:
    """The articles that made it, or the text that its rule leans on; how each was read, when not in itself."""
    sources = [article.source for article in one.articles] or [code_rules()[one.rule].source]
    told = []
    for source in sources:
        read = read_text(source.read, code)
        told.append(f"{source_text(source, code)} ({read})" if read else source_text(source, code))
    return tuple(dict.fromkeys(told))


def title_text(rule: str, code: str) -> str:
    """The rule in words."""
    return code_rules()[rule].title.in_(code)


def where_text(where: Where) -> str:
    """``file:line``."""
    return f"{where.file}:{where.line}" if where.line is not None else where.file


def address_text(address: str, code: str) -> str:
    """The address, or that it is the product as a whole."""
    return language(code).text(N_("the product as a whole")) if address == PRODUCT else address


def suppression_text(one: Suppressed, code: str) -> str:
    """Why it does not count."""
    lang = language(code)
    if one.by.until is None:
        return one.by.reason
    return lang.text(N_("{reason} (until {until})"), {"until": one.by.until}).replace("{reason}", one.by.reason)


def groups(findings: Sequence[CodeFinding], offers: Mapping[str, str], code: str) -> tuple[Group, ...]:
    """The findings that say the same together, the gravest first."""
    gathered: dict[tuple[Level, str, str, str, tuple[str, ...]], list[CodeFinding]] = {}
    alike: dict[tuple[object, ...], list[CodeFinding]] = {}
    identical: dict[tuple[object, ...], list[CodeFinding]] = {}
    for one in findings:
        very = one.rule, one.level, one.place, id(one.reason), id(one.also), id(one.ask), id(one.articles)  # most share these very values
        group = identical.get(very)
        if group is None:
            same = _same(one)
            if same not in alike:
                said = one.level, one.rule, finding_text(one, offers, code), to_do_text(one, code), sources_text(one, code)
                alike[same] = gathered.setdefault(said, [])
            group = identical[very] = alike[same]
        group.append(one)
    return tuple(
        Group(rule, level, text, to_do, sources, tuple(found)) for (level, rule, text, to_do, sources), found in gathered.items()
    )


def _same(one: CodeFinding) -> tuple[object, ...]:
    """What makes two findings read alike, without wording them."""
    return (
        one.rule, one.level, one.place, *_said(one.reason), one.also.code if one.also else "", *(_said(one.ask) if one.ask else ()),
        tuple(article.rule for article in one.articles),
    )  # fmt: skip


def _said(reason: Reason) -> tuple[str, ...]:
    return reason.code, *(f"{name}={value}" for name, value in reason.args.items())


def level_text(level: Level, lang: Language) -> str:
    """Shape and word."""
    return f"{SHAPES[level]} {lang.text(LEVEL_NAMES[level])}"
