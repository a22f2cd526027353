"""`egide ask`: the questions that decide, at the terminal or as one workbook per data owner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from egide.cli import DONE, REFUSED, UNDETERMINED, door
from egide.cli.assess import Mapped, judged
from egide.cli.tools import AsJson, Force, On
from egide.vocabulary.errors import InputError
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.app.portfolio.ask import Group
    from egide.app.portfolio.assess import Run

QUIT, SKIP, UNKNOWN = ("q",), ("s", ""), ("?",)


def ask(
    *files: Annotated[Path, Parameter(help=N_("Workbooks, CSV or YAML files of services."))],
    answers: Annotated[Path, Parameter(name="--answers", help=N_("Where answers are kept; made when absent."))] = Path("answers.yaml"),
    by: Annotated[str | None, Parameter(name="--by", help=N_("Who answers: a role or a name, kept with each answer."))] = None,
    forms: Annotated[Path | None, Parameter(name="--forms", help=N_("Write one questionnaire per data owner into this folder."))] = None,
    merge: Annotated[Path | None, Parameter(name="--merge", help=N_("Read the questionnaires that came back from this folder."))] = None,
    conditional: Annotated[bool, Parameter(name="--conditional", negative="", help=N_("Also ask what would lift conditions."))] = False,
    on: On = None,
    mapping: Mapped = None,
    force: Force = False,
    json: AsJson = False,
) -> int:
    """Ask only what decides, most decisive first, once per group; keep who answered and when."""
    if forms and merge:
        raise InputError(door.say(N_("--forms and --merge are two steps: one, then the other")))
    run = judged(files, on, answers if answers.exists() else None, mapping)
    if forms:
        return _send(run, forms, conditional, force)
    if merge:
        return _bring_back(run, merge, answers)
    if json:
        return _list_json(run, conditional)
    import sys

    if not sys.stdin.isatty() and by is None:
        return _list(run, conditional)
    return Talk(run, answers, by or _who(), conditional).go()


def _list(run: Run, conditional: bool) -> int:
    """The questions, when nobody is there to answer."""
    from egide.app.portfolio.ask import open_questions
    from egide.papers.text import catalogue_line

    left = open_questions(run, conditional=conditional)
    door.out(_summary(left.groups, left.undetermined))
    table = door.table(*(door.say(one) for one in (N_("Question"), N_("About"), N_("Services"), N_("Settled by any answer"))))
    for group in left.groups:
        table.add_row(door.say(group.ask.fact.ask), door.plain(about(group, run)), str(group.concerned), str(group.settles))
    door.console().print(table)
    _unaskable(left.unaskable)
    _catalogue(left.catalogue, run)
    if line := catalogue_line(run.assessment, door.LANG):
        door.out(line)
    return UNDETERMINED if left.undetermined else DONE


def _list_json(run: Run, conditional: bool) -> int:
    from egide.app.portfolio.ask import open_questions

    left = open_questions(run, conditional=conditional)
    door.emit(
        {
            "schema": "egide/questions/1",
            "on": run.assessment.on,
            "undetermined": left.undetermined,
            "questions": [
                {
                    "fact": group.ask.fact.name, "ask": door.say(group.ask.fact.ask), "kind": str(group.ask.fact.kind),
                    "choices": list(group.ask.fact.choices), "role": str(group.ask.fact.role),
                    "body": group.ask.body.key if group.ask.body else None, "owner": group.ask.owner,
                    "offer": group.ask.offer, "region": group.ask.region, "hosting": group.ask.hosting,
                    "services": [identifier for identifier, _ in group.ask.services],
                    "would": dict(group.ask.would), "settles": group.settles,
                }
                for group in left.groups
            ],
            "unaskable": list(left.unaskable),
            "catalogue": list(left.catalogue),
        }
    )  # fmt: skip
    return UNDETERMINED if left.undetermined else DONE


def _summary(groups: Sequence[Group], undetermined: int) -> str:
    if not undetermined:
        return door.say(N_("Every service has its verdict."))
    settled = sum(group.settles for group in groups)
    said = door.lang().plural(N_("{n} service without a verdict."), N_("{n} services without a verdict."), undetermined)
    said += " " + door.lang().plural(N_("{n} question to begin with."), N_("{n} questions to begin with."), len(groups))
    if not settled:
        return said
    one = N_("{n} service is settled by one answer, whatever it is.")
    return f"{said} " + door.lang().plural(one, N_("{n} services are settled by one answer, whatever it is."), settled)


def about(group: Group, run: Run) -> str:
    """What the question is about: a body, an offer, or services by name."""
    from egide.papers.text import listed, offer_text

    ask = group.ask
    if ask.body is not None:
        return ask.body.name or ask.body.key
    if ask.offer is not None:
        return offer_text(f"{ask.offer}/{ask.region}" if ask.region else ask.offer, run.assessment.offers)
    said = listed([name for _, name in ask.services], door.LANG)
    return f"{ask.owner} · {said}" if ask.owner else said


def _unaskable(services: Sequence[str]) -> None:
    if services:
        door.out(door.say(N_("The texts that were read do not settle: {services}"), services=list(services)))


def _catalogue(offers: Sequence[str], run: Run) -> None:
    """What no answer can stand for: a line of the catalogue."""
    from egide.papers.text import offer_text

    if offers:
        said = N_("Only a line of the catalogue tells whether these are qualified (egide catalogue import): {offers}")
        door.out(door.say(said, offers=[offer_text(one, run.assessment.offers) for one in offers]))


def _unanswered(groups: Sequence[Group]) -> None:
    """Questions that were put and that nobody could answer: named, not put again."""
    for group in groups:
        if group.nobody_knows:
            door.out(door.say(N_("Nobody knew: {ask}"), ask=door.say(group.ask.fact.ask)))


def _who() -> str:
    from egide.cli.prompt import line

    while True:
        if who := line(door.say(N_("Who answers (role or name)? "))).strip():
            return who


def _send(run: Run, folder: Path, conditional: bool, force: bool) -> int:
    from egide.app.portfolio.forms import send

    written = send(run, folder, door.LANG, conditional=conditional, force=force)
    for path, questions in written:
        door.out(f"→ {path} ({questions})")
    if not written:
        door.out(door.say(N_("Every service has its verdict.")))
    return DONE


def _bring_back(run: Run, folder: Path, answers: Path) -> int:
    from egide.app.portfolio.forms import bring_back

    back = bring_back(run, folder, answers)
    said = N_("{n} answers from {files} questionnaires, kept in {answers}")
    door.out(door.say(said, n=back.taken, files=back.files, answers=str(answers)))
    for problem in back.problems:
        door.out(f"! {problem.at}: {door.lang().text(problem.message, problem.args)}")
    for conflict in back.conflicts:
        door.out("! " + door.say(N_("two answers differ, the first is kept: {conflict}"), conflict=conflict))
    return REFUSED if back.conflicts else UNDETERMINED if back.problems else DONE


@dataclass
class Talk:
    """The conversation at the terminal. Every answer is on disk before the next question."""

    run: Run
    answers: Path
    by: str
    conditional: bool

    def go(self) -> int:
        """Ask until every verdict is settled, or the person stops."""
        from egide.app.portfolio.ask import open_questions

        skipped: set[tuple[object, ...]] = set()
        while True:
            left = open_questions(self.run, conditional=self.conditional)
            groups = [group for group in left.groups if _name(group) not in skipped and not group.nobody_knows]
            door.out("\n" + _summary(left.groups, left.undetermined))
            if not groups:
                _unaskable(left.unaskable)
                _catalogue(left.catalogue, self.run)
                _unanswered(left.groups)
                return UNDETERMINED if left.undetermined else DONE
            reply = self._ask(groups[0])
            if reply in QUIT:
                if self.answers.exists():
                    door.out(door.say(N_("Stopped; the answers so far are in {file}."), file=str(self.answers)))
                return UNDETERMINED
            if reply in SKIP:
                skipped.add(_name(groups[0]))

    def _ask(self, group: Group) -> str:
        """One question; returns what was typed when it was not an answer."""
        ask = group.ask
        console = door.console()
        console.print(f"[bold]{door.plain(door.say(ask.fact.ask))}[/]")
        if ask.fact.help:
            door.out(door.say(ask.fact.help))
        door.out(door.say(N_("About: {about} ({n} services; to ask: {role})"), about=about(group, self.run), n=group.concerned,
                          role=str(ask.fact.role)))  # fmt: skip
        from egide.cli.prompt import choices, line, parse

        offered = choices(group, self.run)
        for number, (_, label, verdict) in enumerate(offered, 1):
            door.out(f"  {number}. {label}" + (f" → {door.lang().label(verdict)}" if verdict else ""))
        if ask.fact.name == "hosting.offer":
            door.out("  " + door.say(N_("or the offer's name, such as «OVH public cloud GRA»")))
        several = door.say(N_(" · / one service at a time")) if group.concerned > 1 else ""
        door.out("  " + door.say(N_("? nobody knows · s later")) + several + door.say(N_(" · q stop")))
        while True:
            typed = line("> ").strip()
            if typed in (*QUIT, *SKIP):
                return typed
            if typed == "/" and group.concerned > 1:
                return self._one_by_one(group)
            if typed in UNKNOWN:
                self._keep(group, None)
                return "s"
            value = parse(typed, offered, ask.fact)
            if value is not None:
                self._keep(group, value)
                return "kept"
            door.out(door.say(N_("not understood: a number of the list, a date such as 2027-01-31, or an amount")))

    def _one_by_one(self, group: Group) -> str:
        from dataclasses import replace

        from egide.app.portfolio.ask import alone

        for ask in alone(group.ask):
            reply = self._ask(replace(group, ask=ask, concerned=1))
            if reply in QUIT:
                return reply
        return "kept"

    def _keep(self, group: Group, value: object) -> None:
        from egide.app.portfolio.ask import again, answered
        from egide.app.portfolio.forms import keep

        answers = answered(self.run.portfolio.answers, group.ask, value, self.by, door.today(), door.say(N_("answered at the terminal")))  # type: ignore[arg-type]
        keep(answers, self.answers)
        self.run = again(self.run, answers)


def _name(group: Group) -> tuple[object, ...]:
    return (group.ask.fact.name, group.ask.services, group.ask.offer, group.ask.region)
