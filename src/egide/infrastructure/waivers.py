"""Waivers: a finding that somebody answers for, with a reason and a last day, in the code or in the declaration.

``# egide:allow RULE reason="…" until=YYYY-MM-DD`` on the line of a resource, inside it, or on the lines just above it, is about that
resource and that rule only. What is malformed is an error, since somebody meant it; what has expired waives nothing any more and says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from egide.infrastructure.code_findings import PRODUCT, Suppressed, Suppression
from egide.infrastructure.resources import Where
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.findings import Problem
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from egide.infrastructure.code_findings import CodeFinding
    from egide.infrastructure.product import Product
    from egide.infrastructure.resources import Remark, Resource

VERB = "egide:allow"
FIELD = re.compile(r"""\s+(\w+)=(?:"([^"]*)"|'([^']*)'|(\S+))""")
EXPECTED = N_('expected: # egide:allow RULE reason="why" until=2027-06-30')
COMMENT = re.compile(r"^\s*(?:#|//|/\*|\*|---\s*$|$)")
EXPIRED = N_("the waiver of {rule} for {address} ended on {until}: the finding stands again")
UNUSED = N_("the waiver of {rule} for {address} matches no finding: it can be taken out")


@dataclass(frozen=True, slots=True)
class Waiver:
    """One waiver, and the addresses that it is about."""

    rule: str
    address: str
    """An address; ``*`` stands for any run of characters when `pattern` is set."""
    reason: str
    until: date
    at: Where
    pattern: bool = False

    def covers(self, finding: CodeFinding) -> bool:
        """Whether the finding is of its rule and of its address."""
        if finding.rule != self.rule:
            return False
        return _matches(self.address, finding.address) if self.pattern else finding.address == self.address


def read_remark(remark: Remark, rules: Iterable[str]) -> tuple[str, str, date] | None:
    """Rule, reason and last day of a remark; None when the remark is not a waiver. Raises `InputError` when it is malformed."""
    at = Location(remark.file, row=remark.line)
    head, _, rest = remark.text.strip().partition(" ")
    if head != VERB:
        raise InputError(N_("«{word}» is no word for Égide; `egide:allow` is"), at, EXPECTED, {"word": head})
    words = rest.strip()
    rule, _, fields = words.partition(" ")
    if not rule or "=" in rule:
        raise InputError(N_("the waiver names no rule"), at, EXPECTED)
    known(rule, rules, at)
    given: dict[str, str] = {}
    text, position = " " + fields.strip(), 0
    for match in FIELD.finditer(text):
        if text[position : match.start()].strip() or match.group(1) in given:
            break
        given[match.group(1)] = next(one for one in match.groups()[1:] if one is not None)
        position = match.end()
    left = text[position:].strip().removesuffix("*/").strip()
    if left or set(given) - {"reason", "until"}:
        unknown = left or ", ".join(sorted(set(given) - {"reason", "until"}))
        raise InputError(N_("«{word}» is not understood in a waiver"), at, EXPECTED, {"word": unknown})
    reason = given.get("reason", "").strip()
    if not reason:
        raise InputError(N_("the waiver gives no reason"), at, EXPECTED)
    return rule, reason, _day(given.get("until"), at)


def known(rule: str, rules: Iterable[str], at: Location) -> None:
    """Raises `InputError` when no rule bears the name."""
    names = list(rules)
    if rule not in names:
        from rapidfuzz import process  # noqa: PLC0415 - only to name what is near

        near = ", ".join(name for name, _, _ in process.extract(rule, names, limit=3))
        raise InputError(N_("no rule about the code is named «{rule}»; near: {near}"), at, values={"rule": rule, "near": near})


def _day(written: str | None, at: Location) -> date:
    if written is None:
        raise InputError(N_("the waiver gives no end"), at, EXPECTED)
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise InputError(N_("«{written}» is not a date such as 2026-11-23"), at, EXPECTED, {"written": written}) from None


def waivers(
    remarks: Sequence[Remark], resources: Sequence[Resource], lines: Mapping[str, Sequence[str]], product: Product, rules: Sequence[str]
) -> tuple[Waiver, ...]:
    """Every waiver of the code and of the declaration. Raises `InputError` when one is malformed.

    ``lines`` are those of the files that hold remarks: what stands between a remark and a resource says whether it is about it.
    """
    starts: dict[str, list[tuple[int, str]]] = {}
    for resource in resources:
        if resource.where.line is not None:
            starts.setdefault(resource.where.file, []).append((resource.where.line, resource.address))
    for one in starts.values():
        one.sort()
    found: list[Waiver] = []
    for remark in remarks:
        said = read_remark(remark, rules)
        if said is not None:
            rule, reason, until = said
            at = Where(remark.file, remark.line, remark.text)
            about = _about(remark, starts.get(remark.file, ()), lines.get(remark.file, ()))
            found += [Waiver(rule, address, reason, until, at) for address in about]
    for index, form in enumerate(product.waivers):
        at_form = Location(product.file, path=f"$.waivers[{index}]")
        known(form.rule, rules, at_form)
        if not form.reason.strip() or not form.address.strip():
            raise InputError(N_("a waiver needs an address and a reason"), at_form)
        here = Where(product.file, None, f"$.waivers[{index}]")
        found.append(Waiver(form.rule, form.address, form.reason.strip(), form.until, here, pattern=True))
    return tuple(found)


def _about(remark: Remark, starts: Sequence[tuple[int, str]], lines: Sequence[str]) -> list[str]:
    """The addresses that a remark is about: those that begin where it leads, else those it stands in.

    Several resources begin on one line when one block makes many of them.
    """
    if remark.alone:
        following = [line for line, _ in starts if line > remark.line]
        if following:
            between = lines[remark.line : min(following) - 1]
            if all(COMMENT.match(line) for line in between) and (lines or min(following) == remark.line + 1):
                return [address for line, address in starts if line == min(following)]
    above = [line for line, _ in starts if line <= remark.line]
    return [address for line, address in starts if line == max(above)] if above else [PRODUCT]


def _matches(pattern: str, address: str) -> bool:
    """``*`` alone is the product as a whole, and not every resource."""
    if pattern == PRODUCT:
        return address == PRODUCT
    return re.fullmatch(".*".join(re.escape(part) for part in pattern.split("*")), address) is not None


def apply_waivers(
    findings: Sequence[CodeFinding], given: Sequence[Waiver], on: date
) -> tuple[tuple[CodeFinding, ...], tuple[Suppressed, ...], tuple[Problem, ...]]:
    """What stands, what is waived on that day, and what is to be said of waivers that no longer hold or that match nothing."""
    by_rule: dict[str, list[Waiver]] = {}
    for waiver in given:
        by_rule.setdefault(waiver.rule, []).append(waiver)
    standing: list[CodeFinding] = []
    waived: list[Suppressed] = []
    used: set[Waiver] = set()
    for finding in findings:
        covering = [waiver for waiver in by_rule.get(finding.rule, ()) if waiver.covers(finding)]
        used.update(covering)
        holding = [waiver for waiver in covering if on <= waiver.until]
        if holding:
            last = max(holding, key=lambda waiver: waiver.until)
            waived.append(Suppressed(finding, Suppression("waiver", last.reason, last.until, last.at)))
        else:
            standing.append(finding)
    said = tuple(_said(waiver, waiver in used, on) for waiver in dict.fromkeys(given) if waiver not in used or waiver.until < on)
    return tuple(standing), tuple(waived), said


def _said(waiver: Waiver, used: bool, on: date) -> Problem:
    at = Location(waiver.at.file, row=waiver.at.line, path=None if waiver.at.line else waiver.at.path)
    args: dict[str, object] = {"rule": f"`{waiver.rule}`", "address": waiver.address, "until": waiver.until}
    return Problem(at, EXPIRED if used and waiver.until < on else UNUSED, args, rejected=False)
