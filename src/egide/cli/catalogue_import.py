"""`egide catalogue import`: whatever speaks of offers, recognised, verified, reported and kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from egide.cli import DONE, REFUSED, UNDETERMINED, UNUSABLE, door
from egide.cli.assess import Mapped, day
from egide.cli.tools import AsJson, Force
from egide.cli.trust_advice import advise
from egide.cli.trust_verify import NEED, Allowed, Trusted
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.app.intake.checking import Checking
    from egide.app.intake.report import Report
    from egide.catalogue.intake import Terms
    from egide.catalogue.prices import PriceMapping

Database = Annotated[
    str | None, Parameter(name="--db", help=N_("The database: a file or postgresql://…; EGIDE_DB or your data folder by default."))
]
Attested = Annotated[
    tuple[str, ...],
    Parameter(name="--attested-by", negative="", help=N_("An issuer who has the authority to say it (a DID); may be repeated.")),
]
Audited = Annotated[
    tuple[str, ...], Parameter(name="--audited-by", negative="", help=N_("An issuer who examined what it says (a DID); may be repeated."))
]
SHOWN = 12
WOULD = N_("Files: {files}; would be taken: {taken}; held already: {again}; refused: {refused}; not evaluated and left out: {left}.")
DONE_SO = N_("Files: {files}; taken: {taken}; held already: {again}; refused: {refused}; not evaluated and left out: {left}.")
CARRIED = N_("Single credentials that are held already, as others carry them: {n}")
SOURCES = N_("Claims before they were signed, of which the credentials are held: {n}")
COUNTS = {
    "new": N_("Subjects of which nothing was known: {n}"), "changed": N_("Subjects whose values change: {n}"),
    "conflicts": N_("Subjects on which issuers now differ: {n}"),
    "older": N_("Subjects of which something more recent is held, so this is kept as history: {n}"),
    "withdrawn": N_("Credentials that are held, and that their issuer revoked or suspended: {n}"),
}


def import_(
    *sources: Annotated[
        str,
        Parameter(help=N_("Files, folders, ZIP archives, lines of JSON (.jsonl), https addresses; ovhcloud: or scaleway: for its prices.")),
    ],
    as_of: Annotated[
        str | None, Parameter(name="--as-of", help=N_("The day of that catalogue (YYYY-MM-DD), when the file does not say."))
    ] = None,
    accept: Annotated[
        bool, Parameter(name="--accept", negative="", help=N_("Of a list of qualified offers: make it the catalogue in use."))
    ] = False,
    db: Database = None,
    assurance: Annotated[
        Literal["declared", "audited", "attested"],
        Parameter(name="--assurance", help=N_("What the issuers' word is worth: their own, an auditor's, an authority's.")),
    ] = "declared",
    attested_by: Attested = (),
    audited_by: Audited = (),
    unverified: Annotated[
        bool, Parameter(name="--unverified", negative="", help=N_("Keep what cannot be verified too, as declared and unsigned."))
    ] = False,
    trust: Trusted = None,
    scope: Annotated[str | None, Parameter(name="--scope", help=N_("The policy that ends the verification; `list` shows them."))] = None,
    strict: Annotated[bool, Parameter(name="--strict", negative="", help=N_("Refuse whatever the specifications don’t allow."))] = False,
    fetch: Annotated[
        bool, Parameter(name="--fetch", negative="", help=N_("Ask the network for keys and lists, of the hosts allowed."))
    ] = False,
    allow: Allowed = None,
    offer: Annotated[str | None, Parameter(name="--offer", help=N_("Of a price list: the offer whose sizes it lists."))] = None,
    mapping: Mapped = None,
    save_mapping: Annotated[Path | None, Parameter(name="--save-mapping", help=N_("Write down how the columns were understood."))] = None,
    dry_run: Annotated[bool, Parameter(name="--dry-run", negative="", help=N_("Say what would change, and keep nothing."))] = False,
    force: Force = False,
    json: AsJson = False,
) -> int:  # fmt: skip
    """Take offers in: what is there is recognised, verified, and kept with who says it."""
    from egide.app.catalogue.catalogues import is_qualified_list
    from egide.vocabulary.errors import InputError

    if not sources:
        raise InputError(N_("say what to take in: files, folders or addresses"), hint="egide catalogue import --help")
    if len(sources) == 1 and not (mapping or save_mapping) and is_qualified_list(Path(sources[0])):
        return _list(Path(sources[0]), as_of, accept, json)
    if save_mapping:
        _save_mapping(sources, mapping, save_mapping, force)
    with door.brought_by("federation", NEED):
        how = replace(
            _how(strict, trust, scope, frozenset(allow or ()) if fetch else None),
            terms=_terms(unverified, assurance, attested_by, audited_by), as_of=day(as_of) if as_of else None, offer=_offer(offer),
            mapping=_mapping(mapping),
        )  # fmt: skip
        report = _take(sources, how, db, dry_run)
    if json:
        door.emit(report_json(report, dry_run))
    else:
        _tell(report, dry_run)
    if report.refused:
        return UNUSABLE if report.unusable else REFUSED
    return UNDETERMINED if report.not_evaluated or report.left_out else DONE


def _how(strict: bool, trust: list[Path] | None, scope: str | None, allowed: frozenset[str] | None) -> Checking:
    """How to verify, as `egide trust verify` does."""
    from egide.app.intake.checking import Checking
    from egide.app.portfolio import assess
    from egide.app.trust.bundle import at_hand
    from egide.catalogue.intake import Terms
    from egide.trust.credentials.results import Mode
    from egide.trust.pipeline import DEFAULT, scope_named

    mode = Mode.STRICT if strict else Mode.COMPATIBLE
    policy = scope_named(scope) if scope else DEFAULT
    return Checking(mode, door.now(), Terms(), assess.catalogue(), at_hand(trust or ()), policy, allowed=allowed)


def _terms(unverified: bool, assurance: str, attested_by: tuple[str, ...], audited_by: tuple[str, ...]) -> Terms:
    from egide.catalogue.intake import Terms
    from egide.vocabulary.statements import Assurance

    worth = dict.fromkeys(audited_by, Assurance.AUDITED) | dict.fromkeys(attested_by, Assurance.ATTESTED)
    return Terms(unverified, Assurance(assurance), worth)


def _offer(name: str | None) -> str | None:
    from egide.app.catalogue.catalogues import find
    from egide.app.portfolio import assess

    return find(name, assess.catalogue())[0].id if name else None


def _mapping(path: Path | None) -> PriceMapping | None:
    from egide.app.files import read
    from egide.catalogue.prices import read_price_mapping

    return read_price_mapping(read(path), str(path)) if path else None


def _take(sources: tuple[str, ...], how: Checking, db: str | None, dry_run: bool) -> Report:
    from egide.app.database import open_database
    from egide.app.intake.sources import sources as found
    from egide.app.intake.taking import rehearse, take_in

    given = found(sources)
    with open_database(db) as store, door.progress(door.say(N_("files"))) as progress:
        return (rehearse if dry_run else take_in)(given, store, how, door.today(), progress=progress)


def _save_mapping(sources: tuple[str, ...], mapping: Path | None, into: Path, force: bool) -> None:
    """How the columns of one table are understood, to be corrected by hand and given back."""
    from egide.app.files import read, write
    from egide.catalogue.prices import columns_of, read_price_mapping, write_price_mapping
    from egide.vocabulary.errors import InputError

    if len(sources) != 1:
        raise InputError(N_("--save-mapping takes one table of prices"))
    table = Path(sources[0])
    used = read_price_mapping(read(mapping), str(mapping)) if mapping else columns_of(read(table), table.name)
    write(into, write_price_mapping(used), force=force)
    door.error(door.say(N_("{file}: how the columns are understood; correct it and give it back with --mapping"), file=str(into)))


def report_json(report: Report, dry_run: bool = False) -> dict[str, Any]:
    """The report as JSON: counts, samples and reasons, whose words don't vary by language."""
    from dataclasses import asdict

    return {"kept": not dry_run, **asdict(report)}


def _tell(report: Report, dry_run: bool) -> None:
    said = WOULD if dry_run else DONE_SO
    door.out(door.say(said, files=report.files, taken=report.taken, again=report.again, refused=report.refused, left=report.not_evaluated))
    for count, message in ((report.carried, CARRIED), (report.sources, SOURCES)):
        if count:
            door.out("  " + door.say(message, n=count))
    if report.resumed:
        door.out(door.say(N_("An import that had been interrupted was gone on with (job {job})."), job=report.job))
    for name, message in COUNTS.items():
        if count := getattr(report, name):
            door.out("  " + door.say(message, n=count))
            for one in report.samples.get(name, ())[:SHOWN]:
                door.out("    " + (_changed(one[0], one[1]) if isinstance(one, list) else one))
            door.more(count - SHOWN)
    for problem in report.problems[:SHOWN]:
        why = "; ".join(dict.fromkeys(door.lang().text(one["message"], one["args"]) for one in problem["because"]))
        outcome = door.lang().label(problem["outcome"])
        door.out("! " + door.say(N_("{file}: {outcome}: {why}"), file=problem["file"], outcome=outcome, why=why))
    door.more(report.refused + report.not_evaluated - SHOWN)
    advise(report.reasons)
    if report.left_out:
        door.out(door.say(N_("Rows or values that are not compared, and that the files keep: {n}"), n=report.left_out))
        for note in report.notes[:SHOWN]:
            door.out("  " + door.say(N_("{title}: {said}"), title=note["at"], said=door.lang().text(note["message"], note["args"])))
        door.more(report.left_out - SHOWN)
    if dry_run:
        door.out(door.say(N_("Nothing is kept: --dry-run only says what would change.")))


def _changed(subject: str, names: list[str]) -> str:
    from egide.vocabulary.properties import PROPERTIES

    return door.say(N_("{title}: {said}"), title=subject, said=", ".join(door.say(PROPERTIES[name].title) for name in names))


def _list(file: Path, as_of: str | None, accept: bool, json: bool) -> int:
    """A list of qualified offers: one more dated reading of the catalogue that the law is judged by."""
    from egide.app.catalogue.catalogues import accept as keep
    from egide.app.catalogue.catalogues import propose

    proposal = propose(file, day(as_of) if as_of else None)
    lines = [door.lang().text(line.message, line.args) for line in proposal.changes.changes]
    problems = [f"{one.at}: {door.lang().text(one.message, one.args)}" for one in proposal.imported.problems]
    path = keep(proposal) if accept else None
    if json:
        door.emit({"as_of": proposal.made.as_of, "changes": lines, "problems": problems, "accepted": bool(accept)})
        return UNDETERMINED if problems else DONE
    door.out(door.say(N_("{file}: catalogue of {day}, {n} changes"), file=str(file), day=proposal.made.as_of, n=len(lines)))
    for line in lines:
        door.out(f"  {line}")
    for problem in problems:
        door.out(f"! {problem}")
    if path:
        door.out(door.say(N_("In use from now on: {path}"), path=str(path)))
    else:
        door.out(door.say(N_("Nothing is kept yet: --accept makes it the catalogue in use.")))
    return UNDETERMINED if problems else DONE
