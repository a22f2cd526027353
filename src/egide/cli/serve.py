"""`egide serve`: the site, for people who work in a browser."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from egide.cli import door
from egide.cli.listening import LOOPBACK, leave, listening_on, served, unused
from egide.cli.tools import AsJson
from egide.vocabulary.errors import InputError
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.app.site.design import Design
    from egide.app.site.serving import Serving

INVENTED = N_("All of it is invented, and ends with this command. Log in as {login}, password {password}")


def serve(
    *,
    db: Annotated[str | None, Parameter(name="--db", help=N_("The database: a file, or postgresql://user@host/base."))] = None,
    port: Annotated[int | None, Parameter(name="--port", help=N_("The port to listen on, 8080 by default; 0 takes a free one."))] = None,
    host: Annotated[str | None, Parameter(name="--host", help=N_("The address to listen on: this machine alone by default."))] = None,
    base: Annotated[str | None, Parameter(name="--base", help=N_("The address by which others reach it, where that is another."))] = None,
    log: Annotated[str | None, Parameter(name="--log", help=N_("A line for each request on standard error: json, text or none."))] = None,
    public_log: Annotated[
        str | None,
        Parameter(name="--public-log", help=N_("A public log to show: the writer's folder, its public folder, or s3://bucket/prefix.")),
    ] = None,
    design_system: Annotated[
        str | None,
        Parameter(name="--design-system", help=N_("The folder of the State's design system (@gouvfr/dsfr), for the State's sites.")),
    ] = None,
    demo: Annotated[
        bool, Parameter(name="--demo", negative=(), help=N_("A tour on invented data, in a database that ends with the command."))
    ] = False,
    settings: Annotated[Path | None, Parameter(name="--settings", help=N_("A TOML file of settings; docs/reference/settings.md."))] = None,
    json: AsJson = False,
) -> int:
    """Serve the site until Ctrl-C. The database is made when there is none; the first start prints the administrator's link."""
    from egide.app.site.serving import serving

    chosen = serving(settings, host=host, port=port, base=base, log=log, public_log=public_log, design_system=design_system)
    if not demo:
        _serve(chosen, db, json, None)
    elif db is not None:
        raise InputError(N_("--demo has a database of its own: leave --db out"))
    else:
        folder = Path(tempfile.mkdtemp(prefix="egide-"))
        try:
            _serve(chosen, str(folder / "egide.db"), json, folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    leave()


def _serve(chosen: Serving, db: str | None, json: bool, demo: Path | None) -> None:
    """``demo``: the folder of a tour, which ends with it."""
    with served():
        from egide.api.serving import serve as run
        from egide.web.application import application
        from egide.web.site import Accessibility, Site
    from egide.app.database import address as address_of
    from egide.app.database import open_database, shown
    from egide.app.portfolio.portfolios import Portfolios
    from egide.app.site.identity import provider_of
    from egide.app.site.opening import first_link
    from egide.app.site.tour import invented_log, visitor
    from egide.app.trust.public_log import public_place
    from egide.app.trust.vc_api_opening import address, names

    log = str(invented_log(demo / "log")) if demo is not None and chosen.public_log is None else chosen.public_log
    place = public_place(log) if log else None
    listening = unused(chosen.host, chosen.port)
    reached = address(chosen.host, listening, chosen.base)
    with open_database(db) as store:
        link, entrance = (first_link(store, reached), None) if demo is None else (None, visitor(store))

        def ready() -> None:
            if link:
                door.error(door.say(N_("Nobody is here yet. Open this link, which works once, within 7 days:")) + f"\n  {link}")
            where = {"address": reached, "db": str(shown(db))}
            door.error(door.say(N_("Égide answers at {address}, its database is {db}. Ctrl-C ends it."), **where))
            said = {"login": entrance[0].login, "password": entrance[1]} if entrance else {}
            if said:
                door.error(door.say(INVENTED, **said))
            if json:
                door.emit({**where, "link": link, **said})

        if chosen.host not in LOOPBACK:
            door.error(door.say(N_("It listens on {host}: other machines reach it."), host=chosen.host))
        desk = _desk(chosen)
        site = Site(store, Portfolios(store, door.today), door.today, reached, address_of(db), place, desk, _design(chosen),
                    provider_of(chosen), Accessibility(chosen.conformity, chosen.statement, chosen.contact))  # fmt: skip
        with door.brought_by("observe", N_("telling of requests")):
            app = application(site, names(chosen.host, listening, reached), chosen)
        if entrance:
            door.error(door.say(N_("One moment: the invented data are put in place.")))
            site.tour.begin(entrance[0], door.lang().code)
            site.tour.second(entrance[0], door.lang().code)
        site.works.wake()
        try:
            with listening_on(chosen.host, listening):
                run(app, chosen.host, listening, ready)
        finally:
            site.works.close()
            site.portfolios.close()


def _desk(chosen: Serving) -> Path | None:
    """The issuer's folder whose key signs labels; what signs loads where one is named."""
    if chosen.label_desk is None:
        return None
    from egide.app.site.credential_offers import desk_of

    return desk_of(chosen)


def _design(chosen: Serving) -> Design | None:
    """The State's design system, where a folder of it is named."""
    if chosen.design_system is None:
        return None
    from egide.app.site.design import design_in

    found = design_in(Path(chosen.design_system), chosen.brand)
    if not found.tried:
        door.error(door.say(N_("The pages were not looked at with version {version} of the design system."), version=found.version))
    return found
