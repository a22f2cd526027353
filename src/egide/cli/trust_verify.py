"""`egide trust verify`: is a file of credentials signed by whom it says, in force, and as the shapes and the policy want it?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from egide.cli import DONE, REFUSED, UNDETERMINED, door
from egide.cli.tools import AsJson, Force
from egide.cli.trust_advice import advise
from egide.vocabulary.errors import InputError
from egide.vocabulary.findings import Answer
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from egide.app.trust.verify import Sources, Verified
    from egide.trust.credentials.results import Mode, Outcome
    from egide.trust.pipeline import Scope, Standing

Trusted = Annotated[
    list[Path] | None,
    Parameter(
        name="--trust", negative="",
        help=N_("A bundle that you vouch for: a folder or an archive of keys, lists, anchors, contexts, shapes."),
    ),
]
Allowed = Annotated[
    list[str] | None,
    Parameter(name="--allow", negative="", help=N_("With --fetch: a host that may be asked; .example.org allows all under it.")),
]
NEED = N_("verifying credentials")
MOST_REASONS = 6
CODES = {"verified": DONE, "refused": REFUSED, "not-evaluated": UNDETERMINED}
COLOURS = {"verified": "green", "refused": "red", "not-evaluated": "yellow"}
SHAPES = {"verified": "✓", "refused": "✕", "not-evaluated": "?"}


def verify(
    file: Annotated[Path, Parameter(help=N_("A token (vc+jwt, vp+jwt), or a credential or presentation in JSON."))],
    /,
    *,
    trust: Trusted = None,
    strict: Annotated[bool, Parameter(name="--strict", negative="", help=N_("Refuse whatever the specifications don’t allow."))] = False,
    compatible: Annotated[
        bool, Parameter(name="--compatible", negative="", help=N_("Let through, and flag, what real presentations do (the default)."))
    ] = False,
    on: Annotated[
        str | None, Parameter(name="--on", help=N_("The moment of the question: a day (its noon) or a moment with zone; now by default."))
    ] = None,
    scope: Annotated[str | None, Parameter(name="--scope", help=N_("The policy that ends the verification; `list` shows them."))] = None,
    offer: Annotated[
        list[str] | None,
        Parameter(
            name="--offer", negative="",
            help=N_("For cloud-de-confiance: OFFERING=OFFER, or OFFER of the catalogue when there is one offering."),
        ),
    ] = None,
    label: Annotated[list[Path] | None, Parameter(name="--label", negative="", help=N_("A computed label (JSON), shown beside."))] = None,
    shapes: Annotated[Path | None, Parameter(name="--shapes", help=N_("Shapes of your own (Turtle), instead of the release’s."))] = None,
    beside: Annotated[
        list[Path] | None,
        Parameter(name="--beside", negative="", help=N_("Other credentials at hand: those that a label names, or that came before.")),
    ] = None,
    fetch: Annotated[
        bool, Parameter(name="--fetch", negative="", help=N_("Ask the network for keys and lists, of the hosts allowed."))
    ] = False,
    allow: Allowed = None,
    record: Annotated[
        Path | None, Parameter(name="--record", help=N_("Write the record: what was asked, of what, every answer."))
    ] = None,
    sign: Annotated[str | None, Parameter(name="--sign", help=N_("Sign the record with this key (a name, a file or a folder)."))] = None,
    replay: Annotated[
        Path | None, Parameter(name="--replay", help=N_("Put the question of this record again: the same bytes or an error."))
    ] = None,
    force: Force = False,
    json: AsJson = False,
) -> int:
    """Eight steps, each with its answer and its reason. Exits 0 verified, 1 refused, 3 not evaluated, 2 unusable."""
    with door.brought_by("federation", NEED):
        from egide.app.trust import verify as app

    if scope == "list":
        return _scopes(json)
    _together(strict, compatible, sign, record, fetch, allow)
    sources = app.Sources(trust or (), shapes, beside or (), (allow or ()) if fetch else ())
    moment = app.instant(on) if on else door.now()
    standings = _standings(file, offer or (), label or (), moment, sources)
    if replay:
        app.again(file, replay, sources=sources, standings=standings)
        door.out(door.say(N_("The same question to {file} gives the same record."), file=str(file)))
        return DONE
    with door.progress(door.say(N_("verifying"))):
        found = app.ask(file, moment, mode=_mode(strict), scope=_scope(scope), sources=sources, standings=standings)
    _tell(found, file, json=json)
    if record:
        _keep(found, record, sign, force=force)
        door.error(f"→ {record}")
    return CODES[found.checked.outcome]


def _together(strict: bool, compatible: bool, sign: str | None, record: Path | None, fetch: bool, allow: Sequence[str] | None) -> None:
    if strict and compatible:
        raise InputError(N_("either --strict or --compatible"))
    if sign and not record:
        raise InputError(N_("--sign needs --record: what it signs"))
    if fetch and not allow:
        raise InputError(N_("--fetch needs --allow HOST: whom it may ask"))
    if allow and not fetch:
        raise InputError(N_("--allow counts with --fetch only"))


def _tell(found: Verified, file: Path, *, json: bool) -> None:
    if json:
        from egide.papers.verification import document

        door.emit(document(found.checked, str(file), door.LANG))
        return
    from egide.papers.verification import first_line

    outcome: Outcome = found.checked.outcome
    door.console().print(f"[bold {COLOURS[outcome]}]{SHAPES[outcome]}[/] [bold]{door.plain(first_line(found.checked, door.lang()))}[/]")
    _steps(found)
    _credentials(found)
    door.problems(found.problems, 5)
    advise({reason.code for step in found.checked.steps if step.answer is not Answer.MET for reason in step.because})


def _steps(found: Verified) -> None:
    from egide.papers.verification import step_title, told
    from egide.trust.credentials.results import NUMBERS

    table = door.table("", *(door.say(one) for one in (N_("Step"), N_("Answer"), N_("Reason"))))
    for step in found.checked.steps:
        every = [door.plain(line) for line in told(step, door.lang())]
        lines, left = every[:MOST_REASONS], len(every) - MOST_REASONS
        if left > 0:
            lines.append(door.say(N_("and {n} more (--json)"), n=left))
        number = str(NUMBERS.get(step.name, ""))
        table.add_row(number, step_title(step, door.lang()), door.answer_cell(step.answer), "\n".join(lines) or "—")
    door.console().print(table)


def _credentials(found: Verified) -> None:
    from egide.papers.verification import credentials, own_types, short_digest

    heads = N_("Credential"), N_("Type"), N_("Issuer"), N_("From"), N_("Until"), N_("Digest")
    table = door.table(*(door.say(one) for one in heads))
    every = credentials(found.checked)
    for part in every[:20]:
        since, until = (door.lang().day(moment.date()) if moment else "—" for moment in (part.valid_from, part.valid_until))
        table.add_row(door.plain(part.id or part.opened.at), door.plain(", ".join(own_types(part)) or "—"), door.plain(part.issuer or "—"),
                      since, until, short_digest(part))
    if every:
        door.console().print(table)
    door.more(len(every) - 20)


def _keep(found: Verified, path: Path, sign: str | None, *, force: bool) -> None:
    from egide.app.trust import verify as app

    if sign is None:
        app.keep_record(path, found.record, force=force)
        return
    from egide.app.trust import keys

    key = keys.find(sign)
    app.keep_record(path, found.record, signer=key.signer, kid=key.key.method, force=force)


def _standings(
    file: Path, offers: Sequence[str], labels: Sequence[Path], moment: datetime, sources: Sources,
) -> Mapping[str, Standing]:
    """`OFFERING=OFFER`, or an offer alone for the only offering that the file speaks of."""
    if not offers:
        return {}
    from egide.app.trust.standing import standing_of
    from egide.app.trust.verify import offerings

    found = {}
    for said in offers:
        subject, equals, name = said.partition("=")
        if not equals:
            named = offerings(file, sources)
            if len(named) != 1:
                raise InputError(N_("the file speaks of {n} offerings: say which (--offer OFFERING=OFFER)"), values={"n": len(named)})
            subject, name = named[0], said
        found[subject] = standing_of(subject, name, moment.date(), labels)
    return found


def _mode(strict: bool) -> Mode:
    from egide.trust.credentials.results import Mode

    return Mode.STRICT if strict else Mode.COMPATIBLE


def _scope(name: str | None) -> Scope:
    from egide.trust.pipeline import DEFAULT, scope_named

    return scope_named(name) if name else DEFAULT


def _scopes(json: bool) -> int:
    from egide.trust.pipeline import DEFAULT, SCOPES

    if json:
        door.emit([{"name": one.name, "title": door.say(one.title), "source": one.source, "shapes": one.shapes,
                    "chain_required": one.chain_required, "demands": [str(demand) for demand in one.demands]} for one in SCOPES.values()])
        return DONE
    table = door.table(*(door.say(one) for one in (N_("Trust scope"), N_("What it wants"), N_("Shapes"))))
    for one in SCOPES.values():
        name = f"[bold]{one.name}[/]" if one is DEFAULT else one.name
        table.add_row(name, door.plain(door.say(one.title)), one.shapes or "—")
    door.console().print(table)
    return DONE
