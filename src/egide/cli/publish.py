"""`egide catalogue publish`: a provider's own offers, from the description of its cloud to credentials that anyone can check."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from egide.cli import DONE, REFUSED, UNDETERMINED, door
from egide.cli.tools import AsJson, Force
from egide.cli.trust_keys import KeyOption
from egide.cli.trust_verify import Trusted
from egide.vocabulary.errors import InputError
from egide.vocabulary.findings import Answer
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.app.catalogue.offers_publishing import Held
    from egide.catalogue.openstack import Answers, Made

COUNTS = {
    "LegalPerson": N_("provider: {n}"), "Issuer": N_("terms of Gaia-X accepted: {n}"), "Region": N_("regions: {n}"),
    "VMImage": N_("images: {n}"), "VirtualMachineServiceOffering": N_("offerings of servers: {n}"),
    "BlockStorageServiceOffering": N_("offerings of block storage: {n}"),
    "NetworkConnectivityServiceOffering": N_("offerings of networks: {n}"),
    "ObjectStorageServiceOffering": N_("offerings of object storage: {n}"),
}
LEFT_OUT = {
    "flavors": N_("flavours that are not open to everyone: {n}"), "images": N_("images that are not open to everyone: {n}"),
    "volume-types": N_("types of volumes that are not open to everyone: {n}"),
}
SHOWN = 20


def openstack(
    answers: Annotated[Path | None, Parameter(help=N_("The folder of the cloud's own answers, in JSON."))] = None,
    /,
    *,
    cloud: Annotated[str | None, Parameter(name="--cloud", help=N_("Ask this cloud of clouds.yaml, instead of reading a folder."))] = None,
    region: Annotated[
        list[str] | None, Parameter(name="--region", negative="", help=N_("Ask only this region; may be given several times."))
    ] = None,
    save: Annotated[Path | None, Parameter(name="--save", help=N_("Write what the cloud answered into this folder."))] = None,
    provider: Annotated[
        Path | None, Parameter(name="--provider", help=N_("What a cloud does not know of itself: see --template."))
    ] = None,
    template: Annotated[
        Path | None, Parameter(name="--template", help=N_("Write the provider's statement for this cloud, to be filled in."))
    ] = None,
    out: Annotated[Path | None, Parameter(name="--out", help=N_("The folder to write the credentials into."))] = None,
    key: KeyOption = None,
    valid_for: Annotated[
        int | None, Parameter(name="--valid-for", help=N_("For how many days they count; 90 by default with --gaia-x."))
    ] = None,
    gaia_x: Annotated[
        bool, Parameter(name="--gaia-x", negative="", help=N_("Write it as Gaia-X's services of 2026 do; the W3C's form is the usual one."))
    ] = False,
    trust: Trusted = None,
    force: Force = False,
    json: AsJson = False,
) -> int:  # fmt: skip
    """From an OpenStack cloud to Gaia-X offerings: made of its own answers, held to the shapes, signed when a key is named."""
    from egide.app.catalogue import offers_publishing as publishing

    found = _answers(answers, cloud, region or [], save, force)
    if template is not None:
        return _template(found, template, force)
    if provider is None or out is None:
        if save is not None:
            return DONE
        raise InputError(N_("name the provider's statement (--provider FILE; --template FILE writes one) and where to write (--out DIR)"))
    made = publishing.offers_of(found, provider)
    judged = publishing.held(made.documents, trust or [])
    written: list[Path] = []
    if judged.answer is not Answer.NOT_MET:
        if key is None:
            written = publishing.write_claims(made, out, force=force)
        else:
            from egide.app.trust.keys import find

            written = publishing.sign(made, find(key), door.now(), out, days=valid_for, gaia_x=gaia_x, force=force)
    if json:
        door.emit(_values(found, made, judged, written))
    else:
        _tell(found, made, judged, written, signed=key is not None, out=out)
    if judged.answer is Answer.NOT_MET:
        return REFUSED
    return UNDETERMINED if any(one.rejected for one in (*found.problems, *made.problems)) else DONE


def _answers(folder: Path | None, cloud: str | None, regions: list[str], save: Path | None, force: bool) -> Answers:
    from egide.app.catalogue.offers_publishing import answers_of
    from egide.app.files import write_all
    from egide.catalogue.openstack import read_answers

    if (folder is None) is (cloud is None):
        raise InputError(N_("name a folder of answers, or a cloud of clouds.yaml with --cloud"))
    if folder is not None:
        return answers_of(folder)
    from egide.app.catalogue.openstack_asking import ask

    assert cloud is not None  # noqa: S101 - one of the two is named
    with door.progress(door.say(N_("asking the cloud"))) as step:
        files = ask(cloud, regions, step)
    if save is not None:
        write_all(save, files, force)
        door.error(door.say(N_("{n} answers → {path}"), n=len(files), path=str(save)))
    return read_answers(files, cloud)


def _template(found: Answers, path: Path, force: bool) -> int:
    from egide.app.files import write
    from egide.catalogue.openstack import template

    write(path, template(found.cloud, door.lang()), force=force)
    door.out(door.say(N_("{path}: fill it in, then give it with --provider"), path=str(path)))
    return DONE


def _tell(found: Answers, made: Made, judged: Held, written: list[Path], *, signed: bool, out: Path) -> None:
    for kind, message in COUNTS.items():
        if count := made.counts.get(kind):
            door.out(door.say(message, n=count))
    for what, message in LEFT_OUT.items():
        if count := found.left_out.get(what):
            door.out(door.say(message, n=count))
    door.problems([*found.problems, *made.problems], SHOWN)
    if judged.answer is Answer.UNKNOWN:
        door.out(door.say(N_("? not held to the shapes of Gaia-X 25.11: they are not at hand (egide trust bundle import, or --trust)")))
    elif judged.answer is Answer.MET:
        door.out(door.say(N_("✓ keeps to the shapes of Gaia-X 25.11: {n} nodes looked at"), n=judged.nodes))
    else:
        for name, reason in judged.faults[:SHOWN]:
            door.out(f"✕ {name}: {door.lang().text(reason.message, reason.args)}")
        door.more(len(judged.faults) - SHOWN)
        door.out(door.say(N_("Nothing is written: what does not keep to the shapes would be refused by everybody.")))
        return
    if signed:
        door.out(door.say(N_("{n} files, signed → {path}"), n=len(written), path=str(out)))
        together = ", ".join(str(path) for path in written if path.name.startswith("presentation"))
        door.out(door.say(N_("To hand to a catalogue or a clearing house, all of them together: {files}"), files=together))
    else:
        door.out(door.say(N_("{n} files to be signed → {path}; --key signs them"), n=len(written), path=str(out)))


def _values(found: Answers, made: Made, judged: Held, written: list[Path]) -> dict[str, Any]:
    from egide.papers.text import place_text

    return {
        "counts": dict(made.counts), "not_offered_to_everyone": dict(found.left_out), "shapes": str(judged.answer), "nodes": judged.nodes,
        "faults": [{"document": name, "code": one.code, "because": door.lang().text(one.message, one.args)} for name, one in judged.faults],
        "problems": [{"at": place_text(one.at, door.LANG), "because": door.lang().text(one.message, one.args), "left_out": one.rejected}
                     for one in (*found.problems, *made.problems)],
        "written": [str(path) for path in written],
    }  # fmt: skip
