"""`egide label export` and `import`: the dossier in OSCAL, for other tools."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from egide.cli import DONE, UNDETERMINED, door
from egide.cli.assess import day
from egide.cli.label import SECNUMCLOUD, Evidence, Offer, Out, SchemeName, made
from egide.cli.tools import AsJson, Force, On
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.label.oscal.reading import Imported


def export(
    offer: Offer, /, *, out: Annotated[Path, Parameter(name="--out", help=N_("The folder to write the OSCAL documents into."))],
    scheme: SchemeName = SECNUMCLOUD, evidence: Evidence = None, on: On = None, force: Force = False,
    without_holders: Annotated[
        bool, Parameter(name="--without-holders", negative="", help=N_("Leave out the register of holdings, which may name people."))
    ] = False,
) -> int:  # fmt: skip
    """Write the dossier and its assessment as OSCAL 1.2."""
    from egide.app.label import assessing as job

    run = made(offer, scheme, day(on), evidence)
    for path in job.save_oscal(run, out, door.LANG, with_register=not without_holders, force=force):
        door.out(f"→ {path}")
    return DONE


def import_(
    folder: Annotated[Path, Parameter(help=N_("A folder with OSCAL documents (JSON)."))], /, *, out: Out = None, force: Force = False,
    json: AsJson = False,
) -> int:  # fmt: skip
    """Read OSCAL documents and say what they hold; with --out, write them as a dossier that can be edited."""
    from egide.app.label import assessing as job

    held = job.read_oscal_folder(folder, door.today())
    if json:
        door.emit(_counts(held))
    else:
        for name, count in _counts(held).items():
            door.out(f"  {door.lang().label(f'oscal-{name}')} : {count}")
        door.problems(held.problems)
    if out:
        written, unsaid = job.save_dossier(held, out, force)
        for path in written:
            (door.error if json else door.out)(f"→ {path}")
        if not json:
            door.problems(unsaid)
    return UNDETERMINED if held.problems else DONE


def _counts(held: Imported) -> dict[str, int]:
    """How many of each the documents hold."""
    of = held.dossier
    return {
        "documents": len(of.documents) if of else 0, "findings": len(held.findings),
        "suppliers": len(of.suppliers if of else held.suppliers),
        "components": len(of.components if of else held.components), "layers": len(of.bases if of else held.bases),
        "risks": len(of.risks) if of else 0, "problems": len(held.problems),
    }  # fmt: skip
