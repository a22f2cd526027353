"""`egide dataspace policy explain` and `check`: may they, why, what is enforced and what is only promised; can it ever be met?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from egide.cli import DONE, REFUSED, UNDETERMINED, door
from egide.cli.tools import AsJson, Force
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Sequence

    from egide.app.dataspace.policies import Asked
    from egide.dataspace.policies.preflight import Alarm
    from egide.dataspace.policies.proving import Proof, Proved, RuleProof

File = Annotated[Path, Parameter(help=N_("A policy: our short form (YAML) or ODRL (JSON)."))]
Beside = Annotated[list[Path] | None, Parameter(name="--beside", negative="", help=N_("Policies that it inherits from."))]
On = Annotated[
    str | None, Parameter(name="--on", help=N_("The moment of the question: a day (its noon) or a moment with zone; now by default."))
]
MOST_JOINED = 12
"""Conditions joined by one operand that are shown line by line."""
CODES = {"permitted": DONE, "refused": REFUSED, "undetermined": UNDETERMINED}
COLOURS = {"permitted": "green", "refused": "red", "undetermined": "yellow"}
OUTCOME_COLOURS = {"met": "green", "promised": "cyan", "unknown": "yellow", "unusable": "red", "not-met": "red"}


def explain(
    file: File,
    /,
    *,
    for_: Annotated[str | None, Parameter(name="--for", help=N_("The party that asks: its DID or another identifier."))] = None,
    action: Annotated[str, Parameter(name="--action", help=N_("What it wants to do: use, read, distribute…"))] = "use",
    target: Annotated[str | None, Parameter(name="--target", help=N_("The asset; by default the one that the policy is about."))] = None,
    purpose: Annotated[str | None, Parameter(name="--purpose", help=N_("The purpose that it states."))] = None,
    value: Annotated[
        list[str] | None, Parameter(name="--value", negative="", help=N_("What is known, as LEFT=VALUE; commas part several values."))
    ] = None,
    member_of: Annotated[
        list[str] | None, Parameter(name="--member-of", negative="", help=N_("A collection that the party belongs to."))
    ] = None,
    duty: Annotated[
        list[str] | None, Parameter(name="--duty", negative="", help=N_("The state of a duty: DUTY=fulfilled or DUTY=violated."))
    ] = None,
    ownership: Annotated[
        list[Path] | None, Parameter(name="--ownership", negative="", help=N_("Files of the party’s holdings (CSV, BODS 0.4, GLEIF)."))
    ] = None,
    company: Annotated[
        str | None, Parameter(name="--company", help=N_("The party’s name in these files, when it isn’t that of --for."))
    ] = None,
    label: Annotated[
        list[Path] | None, Parameter(name="--label", negative="", help=N_("Labels computed of what the party offers (JSON)."))
    ] = None,
    beside: Beside = None,
    on: On = None,
    report: Annotated[
        Path | None, Parameter(name="--report", help=N_("Write the compliance report of the FORCE model (N-Triples)."))
    ] = None,
    force: Force = False,
    json: AsJson = False,
) -> int:  # fmt: skip
    """Allowed or not, why, and what is enforced where. Exits 0 permitted, 1 refused, 3 not known, 2 unusable."""
    from egide.app.dataspace import policies as app

    compiled = app.load(file, beside or ())
    at = app.moment(on, door.now())
    values = app.owned(ownership, company or for_, at.date()) if ownership else {}
    values |= app.labelled(label, at.date()) if label else {}
    values |= app.stated([*(value or ()), *([f"purpose={purpose}", f"UsagePurpose={purpose}"] if purpose else [])])
    targets = compiled.policy.targets
    asset = target or (targets[0].id if len(targets) == 1 else None)
    asked = app.Asked(at, action, for_, asset, values, app.duties(duty or ()), frozenset(member_of or ()))
    proved, alarms = app.explained(compiled, asked)
    if json:
        from egide.papers.policies.document import decision

        door.emit(decision(compiled.policy, proved, alarms, door.lang()))
    else:
        _tell(proved, alarms, asked)
    if report:
        from egide.app.files import write
        from egide.dataspace.policies.force import report as force_report

        write(report, force_report(compiled.policy, proved).encode(), force=force)
        door.error(f"→ {report}")
    return CODES[proved.decision.may]


def check(
    files: Annotated[list[Path], Parameter(help=N_("Policies: our short form (YAML) or ODRL (JSON)."), negative="")],
    /,
    *,
    beside: Beside = None,
    on: On = None,
    json: AsJson = False,
) -> int:
    """Find what can never be met, and what a profile does not allow. Exits 0 nothing found, 1 found, 2 unusable."""
    from egide.app.dataspace import policies as app
    from egide.dataspace.policies.preflight import Weight

    at = app.moment(on, door.now())
    found = {file: app.checked(app.load(file, beside or ()), at) for file in files}
    if json:
        from egide.papers.policies.document import alarm_document

        door.emit([{"file": str(file), "alarms": [alarm_document(one, door.lang()) for one in alarms]} for file, alarms in found.items()])
    else:
        for file, alarms in found.items():
            _alarmed(f"{file} ", alarms)
            if not alarms:
                door.console().print(f"[green]✓[/] {door.plain(str(file))} : {door.say(N_('nothing in it is known to be impossible'))}")
    return REFUSED if any(one.weight is not Weight.IDLE for alarms in found.values() for one in alarms) else DONE


def _alarmed(file: str, alarms: Sequence[Alarm]) -> None:
    from egide.papers.policies.words import alarm

    for one in alarms:
        mark = "[yellow]![/]" if one.weight == "idle" else "[red]✕[/]"
        idle = f"{door.say(N_('a prohibition that never applies'))} : " if one.weight == "idle" else ""
        door.console().print(f"{mark} {door.plain(f'{file}{one.path} : {idle}{alarm(one, door.lang())}')}")


def _tell(proved: Proved, alarms: Sequence[Alarm], asked: Asked) -> None:
    from egide.papers.policies.words import SHAPES, first_line, value

    may = proved.decision.may
    door.console().print(f"[bold {COLOURS[may]}]{SHAPES[may]}[/] [bold]{door.plain(first_line(proved, door.lang()))}[/]")
    said, at = N_("Asked: {action} by {party} of {target}, {at}."), value(asked.at, door.lang())
    door.out(door.say(said, action=f"`{asked.action}`", party=asked.party or "—", target=asked.target or "—", at=at))
    for one in proved.deciding[:3]:
        _rule(one, N_("Permission {path}"))
    for one in proved.prohibitions:
        if one.outcome not in (0, 3):
            _rule(one, N_("Prohibition {path}"))
    _after(proved)
    _alarmed("", alarms)


def _rule(one: RuleProof, title: str) -> None:
    from egide.papers.policies.words import OUTCOME_SHAPES, OUTCOMES

    heads = N_("Condition"), N_("Known"), N_("Answer"), N_("Enforced")
    table = door.table(*(door.say(head) for head in heads), title=door.say(title, path=one.path))
    for outcome, words in ((one.action, N_("the action")), (one.target, N_("the asset")), (one.party, N_("the party"))):
        if outcome is not None:
            table.add_row(door.say(words), "", f"{OUTCOME_SHAPES[outcome]} {door.say(OUTCOMES[outcome])}", "")
    for proof in one.conditions:
        for depth, each in _walked(proof, 0):
            table.add_row(*_cells(each, depth))
    door.console().print(table)


def _walked(proof: Proof, depth: int) -> list[tuple[int, Proof]]:
    """The condition, and what it joins when that is short enough to read."""
    parts = proof.parts if len(proof.parts) <= MOST_JOINED else ()
    return [(depth, proof), *(one for part in parts for one in _walked(part, depth + 1))]


def _cells(one: Proof, depth: int) -> tuple[str, str, str, str]:
    from egide.dataspace.policies.model import Joined
    from egide.papers.policies.words import OUTCOME_SHAPES, OUTCOME_TOKENS, OUTCOMES, WHERE, condition, joint, reason, value

    below = isinstance(one.condition, Joined) and 0 < len(one.parts) <= MOST_JOINED
    said = joint(one.condition, door.lang()) if below and isinstance(one.condition, Joined) else condition(one.condition, door.lang())
    if one.wrong is not None:
        said += f" — {reason(one.wrong, door.lang())}"
    colour = OUTCOME_COLOURS[OUTCOME_TOKENS[one.outcome]]
    where = door.say(WHERE[one.operand.where]) if one.operand else ""
    answer = f"[{colour}]{OUTCOME_SHAPES[one.outcome]}[/] {door.say(OUTCOMES[one.outcome])}"
    return "  " * depth + door.plain(said), door.plain(value(one.value, door.lang())) if not one.parts else "", answer, where


def _after(proved: Proved) -> None:
    """What would settle it, what is owed, what is promised, until when."""
    from egide.papers.policies.words import STATES, condition, duty

    lang = door.lang()
    for operand in proved.missing():
        door.out("? " + door.say(N_("to be known: {left} (--value {name}=…)"), left=lang.text(operand.title), name=operand.name))
    for one in proved.owed():
        door.out(f"◌ {door.say(STATES[one.state])} : {duty(one.duty, lang)}")
    for rule in proved.restraints():
        actions = ", ".join(action.name for action in rule.rule.actions) or "—"
        clauses = "; ".join(condition(each, lang) for each in rule.rule.conditions)
        door.out(f"◌ {door.say(N_('still forbidden, by promise'))} : {actions}" + (f" ({clauses})" if clauses else ""))
    if proved.until:
        door.out(door.say(N_("It ends on {moment}: a transfer that runs then is stopped."), moment=proved.until.isoformat()))
