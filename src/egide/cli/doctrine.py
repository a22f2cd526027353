"""`egide doctrine acceptable-offer`: is there an offer whose drawbacks can be borne or compensated, since when, who judges otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from egide.cli import DONE, REFUSED, UNDETERMINED, door
from egide.cli.assess import day
from egide.cli.catalogue_import import Database
from egide.cli.tools import AsJson, On
from egide.vocabulary.errors import InputError
from egide.vocabulary.findings import Answer
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.app.continuity.acceptable import Answered

CODES = {Answer.MET: DONE, Answer.NOT_MET: REFUSED, Answer.UNKNOWN: UNDETERMINED}
HEADLINES = {
    Answer.MET: N_("{service}: an acceptable offer is available."),
    Answer.NOT_MET: N_("{service}: no offer put to the test is acceptable."),
    Answer.UNKNOWN: N_("{service}: whether an acceptable offer is available is not known."),
}  # fmt: skip
WAS = N_(
    "{offer} was acceptable from {start} to {end}. Whether the clock that began then goes on was not read: counsel says; until then, hold "
    "it as begun."
)
BEGUN = N_(
    "Held as begun, a derogation ends on {shorter} by the circular ({short} months) and on {longer} by the law ({long} months); until "
    "counsel has said, the earlier one is held."
)
PRECEDENCE = N_(
    "A derogation then ends on {shorter} by the circular ({short} months) and on {longer} by the law ({long} months); which of the two "
    "prevails was not read: counsel says, and until then the earlier one is held."
)


def acceptable_offer(
    service: Annotated[Path, Parameter(help=N_("A file egide/acceptable-offer/1: functions, offers, drawbacks (YAML)."))],
    /,
    *,
    on: On = None,
    dissent: Annotated[str | None, Parameter(name="--dissent", help=N_("Why somebody judges otherwise; kept, and never changed."))] = None,
    by: Annotated[str | None, Parameter(name="--by", help=N_("With --dissent: who, by function."))] = None,
    db: Database = None,
    json: AsJson = False,
) -> int:  # fmt: skip
    """Test each function's drawbacks on each offer, date the moment one became acceptable, start the derogation's clock."""
    from egide.app.continuity.acceptable import WITHOUT_WHO, acceptable, record_dissent

    if (dissent is None) != (by is None):
        raise InputError(WITHOUT_WHO)
    answered = acceptable(service, day(on), db)
    if dissent is not None and by is not None:
        with door.brought_by("store", door.say(N_("keeping a dissent"))):
            record_dissent(answered.made, by, dissent, db)
            answered = acceptable(service, day(on), db)
    if json:
        door.emit(_document(answered))
    else:
        _show(answered)
    return CODES[answered.made.answer]


def _show(answered: Answered) -> None:
    from egide.doctrine.acceptable import why
    from egide.papers.text import source_text

    made = answered.made
    door.console().print(f"[bold]{door.plain(door.say(HEADLINES[made.answer], service=made.service))}[/]")
    if made.since and made.ends:
        door.out(door.say(N_("It has been since {day}."), day=made.since))
        door.out(door.say(PRECEDENCE, shorter=made.ends[0], longer=made.ends[1], short=made.months.shortest, long=made.months.longest))
    if made.perhaps_since and made.perhaps_since != made.since:
        door.out(door.say(N_("It may have been since {day}: what is open below decides."), day=made.perhaps_since))
    for one in made.offers:
        if one.was and made.since is None:
            name = answered.names[one.candidate.offer]
            door.out(door.say(WAS, offer=name, start=one.was[0], end=one.was[1]))
    if ends := made.begun_ends:
        door.out(door.say(BEGUN, shorter=ends[0], longer=ends[1], short=made.months.shortest, long=made.months.longest))
    table = door.table(*(door.say(one) for one in (N_("Offer"), N_("Function"), N_("Answer"), N_("What stands in the way, or is open"))))
    for one in made.offers:
        name = answered.names[one.candidate.offer]
        table.add_row(door.plain(name), door.say(N_("qualified (SecNumCloud)")), door.answer_cell(one.qualified), "")
        for function in one.candidate.functions:
            said = "\n".join(door.say(reason.message, **reason.args) for reason in why(function, made.on))
            title = answered.functions[function.name]
            table.add_row("", door.plain(title), door.answer_cell(function.test(made.on)), door.plain(said))
    door.console().print(table)
    for it in answered.dissent:
        door.out(door.say(N_("Dissent of {who}, on the answer of {day}: {why}"), who=it.who, day=it.on, why=it.why))
    door.out(f"{source_text(made.months.source, door.LANG)} ({door.lang().label(made.months.source.read)})")


def _document(answered: Answered) -> dict[str, Any]:
    from egide.doctrine.acceptable import why

    made = answered.made
    return {
        "schema": "egide/acceptable-offer-answer/1", "service": made.service, "on": made.on.isoformat(), "answer": made.answer.value,
        "since": made.since, "perhaps_since": made.perhaps_since,
        "derogation_ends": {"shorter": made.ends[0], "longer": made.ends[1], "precedence": "not-read"} if made.ends else None,
        "derogation_ends_as_begun": {
            "begun": made.begun, "shorter": made.begun_ends[0], "longer": made.begun_ends[1], "goes_on": "not-read",
        } if made.begun_ends else None,
        "fact": {"fact": "derogation.acceptable_offer_since", "value": made.since} if made.since else None,
        "offers": [
            {
                "offer": one.candidate.offer, "qualified": one.qualified.value, "answer": one.answer.value, "since": one.since,
                "perhaps_since": one.perhaps_since, "was": {"from": one.was[0], "to": one.was[1]} if one.was else None,
                "functions": [
                    {
                        "function": it.name, "answer": it.test(made.on).value,
                        "because": [{"code": reason.code, "text": door.say(reason.message, **reason.args)} for reason in why(it, made.on)],
                        "drawbacks": None if it.drawbacks is None else [
                            {"what": each.what, "answer": each.test(made.on).value, "by": each.by, "on": each.on, "ask": each.ask or None}
                            for each in it.drawbacks
                        ],
                    }
                    for it in one.candidate.functions
                ],
            }
            for one in made.offers
        ],
        "dissent": [{"who": one.who, "why": one.why, "on": one.on, "recorded_at": one.recorded_at} for one in answered.dissent],
        "source": {"text": made.months.source.text, "at": made.months.source.at, "read": made.months.source.read},
    }  # fmt: skip
