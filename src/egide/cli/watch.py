"""`egide catalogue watch`: what ends, was revoked or changed, and whom it touches."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from egide.cli import DONE, door
from egide.cli.assess import day
from egide.cli.catalogue_import import Database
from egide.cli.tools import AsJson, On
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from datetime import date

    from egide.app.catalogue.watch import Watched
    from egide.catalogue.kept.reading import Kept

DAYS_BACK = 30
DAYS_AHEAD = 90
SHOWN = 60
MARK = "watch"
HAPPENED = {
    "changed": N_("changed"), "owner-changed": N_("owner changed"), "price-changed": N_("price changed"), "lost": N_("no longer known"),
    "withdrawn": N_("withdrawn"), "ends": N_("ends"),
}  # fmt: skip


def watch(
    *,
    since: Annotated[
        str | None, Parameter(name="--since", help=N_("From which day on (YYYY-MM-DD); by default the last --mark, else 30 days ago."))
    ] = None,
    on: On = None,
    within: Annotated[int, Parameter(name="--within", help=N_("Also what ends within so many days."))] = DAYS_AHEAD,
    portfolio: Annotated[
        tuple[Path, ...], Parameter(name="--portfolio", negative="", help=N_("Services of yours, to know which of them are touched."))
    ] = (),
    mark: Annotated[
        bool, Parameter(name="--mark", negative="", help=N_("Remember that it was looked at: the next watch begins there."))
    ] = False,
    db: Database = None,
    json: AsJson = False,
) -> int:  # fmt: skip
    """What ends, was revoked, or changed owner, price or qualification since a day; and whom it touches."""
    from egide.app.catalogue.shelves import shelf
    from egide.app.catalogue.watch import watch as look

    when = day(on)
    with shelf(when, db) as (_, kept):
        begun = day(since) if since else _last(kept, when)
        found = look(kept, begun, when, within, portfolio, door.LANG)
        if mark:
            _mark(db)
    if json:
        door.emit({"since": begun, "on": when, "within_days": within, "events": [_json(one) for one in found]})
    else:
        _tell(found, begun, when, within, bool(portfolio))
    return DONE


def _last(kept: Kept | None, when: date) -> date:
    """The day of the last mark; a month ago when nobody has looked."""
    if kept is not None:
        from egide.catalogue.kept import watch as marks

        with kept.store.read() as tx:
            if moment := marks.mark(tx, MARK):
                return moment.date()
    return when - timedelta(days=DAYS_BACK)


def _mark(db: str | None) -> None:
    from egide.app.database import open_database

    with open_database(db) as store:
        from egide.catalogue.kept.watch import set_mark

        with store.write() as tx:
            set_mark(tx, MARK, door.now())


def _json(one: Watched) -> dict[str, Any]:
    from egide.catalogue.kept.packs import plain
    from egide.catalogue.written import statement_json

    event = one.event
    return {
        "what": event.what.value, "subject": event.subject, "name": event.name, "region": event.region, "property": event.property,
        "before": plain(event.before), "after": plain(event.after), "day": event.day,
        "because": [statement_json(said) for said in event.because], "touches": list(event.touches),
        "services": [{"service": each.service, "name": each.name, "offer": each.offer, "region": each.region} for each in one.services],
    }  # fmt: skip


def _tell(found: list[Watched], begun: date, when: date, within: int, portfolio: bool) -> None:
    touching = [one for one in found if one.services]
    said = N_("Since {begun}, and what ends within {n} days of {day}: {count} events.")
    door.out(door.say(said, begun=begun, day=when, n=within, count=len(found)))
    if portfolio:
        services = {each.service for one in touching for each in one.services}
        door.out(door.say(N_("They touch {n} of your services."), n=len(services)))
    if not found:
        return
    table = door.table(*(door.say(one) for one in (N_("What"), N_("Offer"), N_("Before → after"), N_("Day"), N_("Touches"))))
    for one in found[:SHOWN]:
        event = one.event
        where = f"{event.subject}/{event.region}" if event.region else event.subject
        when_said = door.lang().day(event.day) if event.day else ""
        table.add_row(door.say(HAPPENED[event.what]), door.plain(where), door.plain(_turn(one)), when_said, door.plain(_whom(one)))
    door.console().print(table)
    door.more(len(found) - SHOWN)


def _turn(one: Watched) -> str:
    from egide.papers.statement_text import property_value_text
    from egide.vocabulary.properties import PROPERTIES

    event = one.event
    if event.property is None:
        said = event.because[0].origin if event.because else None
        return f"{said.source} ({said.issuer})" if said else ""
    of = PROPERTIES[event.property]
    title = door.say(of.title)
    if event.day is not None:
        return title
    before, after = (property_value_text(of, value, door.LANG) for value in (event.before, event.after))
    return door.say(N_("{title}: {said}"), title=title, said=f"{before} → {after}")


def _whom(one: Watched) -> str:
    if one.services:
        return ", ".join(dict.fromkeys(each.name for each in one.services))
    return ", ".join(one.event.touches[:3]) + (f" +{len(one.event.touches) - 3}" if len(one.event.touches) > 3 else "")
