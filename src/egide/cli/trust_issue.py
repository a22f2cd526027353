"""`egide trust issue` and `revoke`: credentials that anyone can check, and what is taken back of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from egide.cli import DONE, door
from egide.cli.tools import AsJson, Force
from egide.cli.trust_keys import KeyOption
from egide.vocabulary.errors import InputError
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Sequence

    from egide.app.trust.credentials import Format, Input, Made
    from egide.trust.register import Entry

Desk = Annotated[
    Path | None, Parameter(name="--status-list", help=N_("The issuer's folder with its status lists: see `egide trust status new`."))
]
LogOption = Annotated[Path | None, Parameter(name="--log", help=N_("The writer's folder of a public log: see `egide trust log init`."))]
TakeOver = Annotated[
    bool, Parameter(name="--take-over", negative="", help=N_("Take a log in an object store over from a writer known to be dead."))
]
SHOWN = 20
Days = Annotated[int | None, Parameter(name="--valid-for", help=N_("For how many days it counts, where the claims do not say."))]


def issue(
    *claims: Annotated[Path, Parameter(help=N_("Claims (YAML or JSON), one credential or a list; for a presentation also tokens."))],
    key: KeyOption = None,
    format: Annotated[
        Literal["vc+jwt", "vp+jwt", "eddsa-rdfc-2022"],
        Parameter(name="--format", help=N_("A signed token, a presentation of several, or a proof inside the document.")),
    ] = "vc+jwt",
    desk: Desk = None,
    valid_for: Days = None,
    gaia_x: Annotated[
        bool, Parameter(name="--gaia-x", negative="", help=N_("Write it as Gaia-X's services of 2026 do; the W3C's form is the usual one."))
    ] = False,
    log: LogOption = None,
    trust: Annotated[
        Path | None, Parameter(name="--trust", help=N_("A bundle with the contexts: names that none of them defines are refused."))
    ] = None,
    identifier: Annotated[str | None, Parameter(name="--id", help=N_("The identifier of the presentation."))] = None,
    out: Annotated[Path | None, Parameter(name="--out", help=N_("The file to write, or the folder when there are several."))] = None,
    force: Force = False,
    take_over: TakeOver = False,
    json: AsJson = False,
) -> int:
    """Sign claims as credentials, all or none."""
    from egide.app.files import write
    from egide.app.trust import credentials, keys
    from egide.trust.claims import Profile

    if not claims:
        raise InputError(door.say(N_("no file of claims was named")))
    wanted = credentials.Format(format)
    how = credentials.How(
        keys.find(key), door.now(), wanted, Profile.GAIA_X if gaia_x else Profile.W3C, valid_for,
        credentials.contexts(trust) if trust else None,
    )  # fmt: skip
    given = credentials.inputs(claims, wanted)
    written = _places(given, out, wanted, force)
    with door.progress(door.say(N_("signing"))):
        made = credentials.issue_inputs(given, how, desk=desk, log=log, take_over=take_over)
        texts = [one.given.text for one in made]
        if wanted is credentials.Format.PRESENTATION:
            texts = [credentials.presentation(made, how, identifier)]
        for path, text in zip(written, texts, strict=False):
            write(path, text.encode(), force=force)
    if json:
        door.emit({"credentials": [_values(one) for one in made], "written": [str(path) for path in written],
                   "presentation": texts[0] if wanted is credentials.Format.PRESENTATION else None})  # fmt: skip
    elif out is None:
        for text in texts:
            door.out(text)
    for path in written[:SHOWN]:
        (door.error if json else door.out)(f"→ {path}")
    if len(written) > SHOWN:
        (door.error if json else door.out)(f"… ({len(written)})")
    if desk is not None and not json and len(made) <= SHOWN:
        for one in made:
            say = N_("{name}: place {index} in the status lists")
            door.error(door.say(say, name=one.given.id or one.given.digest, index=str(one.given.index)))
    return DONE


def revoke(
    name: Annotated[str, Parameter(help=N_("The credential: its identifier, its digest or its file."))],
    /,
    *,
    reason: Annotated[str, Parameter(name="--reason", help=N_("Why. It is published with the decision, in the public log."))],
    desk: Desk = None,
    suspend: Annotated[bool, Parameter(name="--suspend", negative="", help=N_("For a time only: it can be reinstated."))] = False,
    reinstate: Annotated[bool, Parameter(name="--reinstate", negative="", help=N_("End a suspension."))] = False,
    every: Annotated[
        bool, Parameter(name="--all", negative="", help=N_("Every credential of that identifier, where there are several."))
    ] = False,
    take_over: TakeOver = False,
    json: AsJson = False,
) -> int:
    """Take a credential back for good, or suspend it; its lists and the public log show it at once."""
    from egide.app.trust import issuing
    from egide.trust.register import RefusedChangeError, Standing

    if suspend and reinstate:
        raise InputError(door.say(N_("--suspend and --reinstate exclude each other")))
    to = Standing.SUSPENDED if suspend else Standing.VALID if reinstate else Standing.REVOKED
    with issuing.at_desk(desk, door.now(), take_over=take_over) as place:
        found = place.find(name, every)
        try:
            turned = place.decide(found, to, reason)
        except RefusedChangeError as refused:
            door.refuse(refused)
            return 1
        folder = place.folder / issuing.PUBLIC
    if json:
        door.emit([standing_values(one) for one in found])
        return DONE
    for one in found:
        said = N_("{name} is {standing}") if one in turned else N_("{name} was {standing} already")
        door.out(door.say(said, name=one.id or one.digest, standing=f"standing-{one.standing}"))
    door.out(door.say(N_("The lists to publish lie in {folder}"), folder=str(folder)))
    return DONE


def standing_values(one: Entry) -> dict[str, Any]:
    """A credential of the register as JSON."""
    return {
        "id": one.id, "digest": one.digest, "types": list(one.types), "series": one.series, "index": one.index, "issued_at": one.issued_at,
        "until": one.until, "standing": one.standing.value, "log_entries": one.logged,
        "decisions": [{"at": said.at, "to": said.to.value, "because": said.because} for said in one.decisions],
    }  # fmt: skip


def _places(given: Sequence[Input], out: Path | None, format: Format, force: bool) -> list[Path]:
    """The file for each result; refused before anything is issued when one of them is there already."""
    from egide.app.files import WouldOverwriteError

    if out is None:
        return []
    places = [out]
    if format != "vp+jwt" and (out.is_dir() or sum(len(one.claims) for one in given) > 1):
        ending = ".json" if format == "eddsa-rdfc-2022" else ".jwt"
        places = [out / f"{one.path.stem}{f'-{number}' if len(one.claims) > 1 else ''}{ending}"
                  for one in given for number in range(1, len(one.claims) + 1)]
    if len(set(places)) < len(places):
        twice = next(path.name for path in places if places.count(path) > 1)
        raise InputError(door.say(N_("two files of claims would give {name}: write them into two folders"), name=twice))
    for path in places:
        if path.exists() and not force:
            raise WouldOverwriteError(path)
    return places


def _values(one: Made) -> dict[str, Any]:
    given = one.given
    return {"file": one.file, "id": given.id, "digest": given.digest, "index": given.index, "log_entry": given.number, "token": given.text}
