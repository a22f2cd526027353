"""`egide ownership`: who holds a company and who controls it, from the files that say so."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from egide.cli import DONE, REFUSED, UNDETERMINED, door
from egide.cli.assess import day
from egide.cli.tools import AsJson, Force, On
from egide.vocabulary.errors import InputError
from egide.vocabulary.findings import Answer
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.ownership.answers import CapTest, Ownership
    from egide.papers.label.words import Teller

Union = Annotated[str, Parameter(name="--union", help=N_("Who is inside: EU, EEA or the two letters of a country."))]
Persons = Annotated[
    bool, Parameter(name="--persons", negative="", help=N_("Count natural persons too; the text speaks of entities."))
]
Both = Annotated[
    bool, Parameter(name="--both", negative="", help=N_("Read «24 et 39» as failing only when both are passed (strict by default)."))
]
CODES = {Answer.MET: DONE, Answer.NOT_MET: REFUSED, Answer.UNKNOWN: UNDETERMINED}
SHOWN = 15


def show(
    *words: Annotated[str, Parameter(help=N_("Files of holdings (CSV, BODS 0.4, GLEIF), then the company's name or identifier."))],
    on: On = None,
    union: Union = "EU",
    diluted: Annotated[
        bool, Parameter(name="--diluted", negative="", help=N_("Show the shares as if options and convertibles were used."))
    ] = False,
    persons: Persons = False,
    both: Both = False,
    out: Annotated[Path | None, Parameter(name="--out", help=N_("Write page, picture, table and JSON into this folder."))] = None,
    force: Force = False,
    json: AsJson = False,
) -> int:
    """Who holds, who controls, by which chains, and where the caps of 24 and 39 % stand."""
    from egide.app import ownership as holdings

    files, company = _files_and_company(words)
    when = day(on)
    parameters = holdings.readings(union, when, persons, both)
    with door.progress(door.say(N_("reading")), size=True, then=door.say(N_("computing"))) as step:
        answer = holdings.show(files, company, when, parameters, step)
    if json:
        door.out(holdings.document(answer, door.LANG).decode().rstrip())
    else:
        _show(answer, diluted)
    if out:
        for path in holdings.save(answer, out, door.LANG, force):
            door.error(f"→ {path}") if json else door.out(f"→ {path}")
    return CODES[answer.answer]


def _files_and_company(words: tuple[str, ...]) -> tuple[list[Path], str | None]:
    """What exists is a file; the last word, when it does not, is the company."""
    if not words:
        raise InputError(door.say(N_("name a file of holdings, then the company")), hint="egide ownership show --help")
    *before, last = words
    if Path(last).exists() or not before:
        return [Path(word) for word in words], None
    return [Path(word) for word in before], last


def _show(answer: Ownership, diluted: bool) -> None:
    from egide.papers.label.sentences import caps, weightiest
    from egide.papers.label.words import Teller, party_names

    told = Teller(door.lang(), party_names(answer, door.lang()))
    door.console().print(f"[bold]{door.plain(caps(answer, told))}[/]")
    if heaviest := weightiest(answer, told):
        door.out(heaviest)
    _tests(answer, told, diluted)
    _holders(answer, told, diluted)
    _control(answer, told)
    _disclosures(answer, told)
    said = N_("Computed from what the files say; a natural person is {persons}; inside is {union}.")
    persons = door.say(N_("counted")) if answer.readings.persons_count else door.say(N_("not counted"))
    door.out(door.say(said, persons=persons, union=answer.readings.union_name))


def _tests(answer: Ownership, told: Teller, diluted: bool) -> None:
    """Every reading against the two caps: the worst is the answer, each is shown."""
    heads = N_("Reading"), N_("Right"), N_("Largest third entity"), N_("Its share"), N_("All together"), N_("Answer")
    table = door.table(*(door.say(one) for one in heads))
    for test in answer.tests:
        if test.diluted and not diluted and _same_as_current(answer, test):
            continue
        how = told.token("method-", test.method) + (f" · {door.say(N_('diluted'))}" if test.diluted else "")
        largest = door.plain(told.name(test.largest)) if test.largest else "—"
        one = f"{told.bounds(test.one)} {door.answer_mark(test.one_answer)}"
        together = f"{told.bounds(test.together)} {door.answer_mark(test.together_answer)}"
        table.add_row(how, told.token("right-", test.right), largest, one, together, door.answer_cell(test.answer))
    door.console().print(table)


def _same_as_current(answer: Ownership, test: CapTest) -> bool:
    """Whether dilution changes nothing for that reading, so that a second line would only repeat the first."""
    return replace(test, diluted=False) in answer.tests


def _holders(answer: Ownership, told: Teller, diluted: bool) -> None:
    from egide.ownership.answers import Method
    from egide.ownership.holdings import Right

    heads = N_("Holder"), N_("Third entity"), N_("Capital"), N_("Votes"), N_("By which chain")
    table = door.table(*(door.say(one) for one in heads))
    for held in answer.holders[:SHOWN]:
        capital, votes = (held.shares.get((Method.LOOK_THROUGH, right)) for right in (Right.CAPITAL, Right.VOTES))
        chain = told.chain(held.chains[0]) if held.chains else ""
        table.add_row(
            door.plain(told.name(held.party)), door.yes_no_cell(held.third), told.bounds(capital), told.bounds(votes), door.plain(chain)
        )
    door.console().print(table)
    door.more(len(answer.holders) - SHOWN)


def _control(answer: Ownership, told: Teller) -> None:
    for one in answer.controllers[:SHOWN]:
        certain = N_("controls the company ({how})") if one.answer is Answer.MET else N_("may control the company ({how})")
        outside = f" · {door.say(N_('third entity'))}" if one.third is Answer.MET else ""
        said = door.say(certain, how=told.token("hold-", one.how))
        door.console().print(f"{door.answer_mark(one.answer)} [bold]{door.plain(told.name(one.party))}[/] {door.plain(said)}{outside}")
        if one.chain.links:
            door.out(f"    {told.chain(one.chain)}")
    if not answer.controllers:
        door.out(door.say(N_("Nobody is known to control the company.")))
    third = N_("A third entity controls it: {control}; holds a veto: {veto}; can appoint the majority of the organs: {organs}.")
    door.out(door.say(third, control=door.yes_no_cell(answer.third_control), veto=door.yes_no_cell(answer.third_veto),
                      organs=door.yes_no_cell(answer.third_organs)))
    for name in answer.oscillating:
        door.out(door.say(N_("The presumed control of {company} has no stable answer."), company=told.name(name)))


def _disclosures(answer: Ownership, told: Teller) -> None:
    if answer.disclosures:
        door.out(door.say(N_("What would settle the doubt:")))
    for one in answer.disclosures[:SHOWN]:
        alone = f" · {door.say(N_('enough alone'))}" if one.settles else ""
        door.out(f"  ? {told.reason(one.ask)}{alone}")
    for conflict in answer.conflicts:
        names = {"holder": told.name(conflict.holder), "held": told.name(conflict.held)}
        said = N_("Two statements disagree on {holder} in {held}: {first}; {second}")
        door.out("! " + door.say(said, **names, first=conflict.first, second=conflict.second))
    door.problems(answer.problems)
