"""`egide trust key` and `egide trust did`: the keys one signs with, and the document by which others know them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from egide.cli import DONE, UNDETERMINED, door
from egide.cli.tools import AsJson, Force
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.app.trust.keys import Found

KEY_HELP = N_("The key: its name, its file, or a folder that holds one. By default the only one of the keyring.")
Key = Annotated[str | None, Parameter(help=KEY_HELP)]
KeyOption = Annotated[str | None, Parameter(name="--key", help=KEY_HELP)]
Folder = Annotated[Path | None, Parameter(help=N_("The folder of keys; the keyring by default."))]


def new(
    *,
    algorithm: Annotated[
        str | None, Parameter(name="--algorithm", help=N_("How it signs: ES256 (the default), ES384, ES512, EdDSA, PS256 or RS256."))
    ] = None,
    did: Annotated[
        str, Parameter(name="--did", help=N_("Whose key it is: a did:web of yours, or did:key or did:jwk, which the key makes by itself."))
    ] = "did:key",
    name: Annotated[
        str | None, Parameter(name="--name", help=N_("Its name, also within the DID document; key-1, key-2 … by default."))
    ] = None,
    out: Annotated[
        Path | None, Parameter(name="--out", help=N_("The folder to keep it in, closed to others; the keyring by default."))
    ] = None,
    source: Annotated[
        Path | None, Parameter(name="--from", help=N_("Take in this private key (PEM or JWK) instead of drawing one."))
    ] = None,
    signer: Annotated[
        str | None, Parameter(name="--signer", help=N_("The command of a device that holds the key: see the guide on issuing."))
    ] = None,
    public: Annotated[
        Path | None, Parameter(name="--public", help=N_("The public key that the command signs for (PEM or JWK)."))
    ] = None,
    json: AsJson = False,
) -> int:
    """Make a key. Its file is readable by its owner alone, and is never written over another."""
    from egide.app.trust import keys

    made = keys.create(out, did=did, algorithm=algorithm, name=name, source=source, signer=signer, public=public)
    if json:
        door.emit(_values(made))
        return DONE
    door.out(door.say(N_("{algorithm} key of {did}"), algorithm=made.key.algorithm, did=made.key.did))
    door.out(f"→ {made.path}")
    if made.key.did.startswith("did:web:"):
        door.out(door.say(N_("Others know it once its document is published: egide trust did show {path}"), path=str(made.path)))
    return DONE


def list_keys(folder: Folder = None, /, *, json: AsJson = False) -> int:
    """The keys of a folder; what cannot be used is said."""
    from egide.app.trust import keys

    rows = keys.listed(folder)
    good = [one.found for one in rows if one.found]
    bad = [(one.path, one.problem) for one in rows if one.problem]
    if json:
        door.emit([_values(one) for one in good])
    elif not rows:
        door.out(door.say(N_("No key in {folder} yet: egide trust key new"), folder=str(folder or keys.keyring())))
    else:
        table = door.table(*(door.say(one) for one in (N_("Key"), N_("Algorithm"), N_("Whose"), N_("Key held by"))))
        for one in good:
            table.add_row(one.path.stem, one.key.algorithm, door.plain(one.key.did), door.plain(_holder(one)))
        door.console().print(table)
    for path, problem in bad:
        said = door.lang().text(problem.message, problem.values)
        (door.error if json else door.out)(f"! {path} : {said}")
    return UNDETERMINED if bad else DONE


def show(
    key: Key = None,
    /,
    *,
    pem: Annotated[bool, Parameter(name="--pem", negative="", help=N_("Print the public key alone, in PEM."))] = False,
    json: AsJson = False,
) -> int:
    """One key: whose it is, how it signs, its public half. The private half is never shown."""
    from egide.app.trust import keys

    found = keys.find(key)
    if pem:
        door.out(found.key.public.pem().decode().rstrip())
    elif json:
        door.emit(_values(found))
    else:
        table = door.table("", "")
        table.show_header = False
        rows = (
            (N_("Whose"), found.key.did), (N_("Key"), found.key.method), (N_("Algorithm"), found.key.algorithm),
            (N_("Thumbprint"), found.key.public.thumbprint), (N_("Key held by"), _holder(found)), (N_("File"), str(found.path)),
        )  # fmt: skip
        for name, value in rows:
            table.add_row(f"[bold]{door.say(name)}[/]", door.plain(value))
        door.console().print(table)
    return DONE


def did_show(
    key: Key = None,
    /,
    *,
    certificate: Annotated[
        Path | None, Parameter(name="--certificate", help=N_("The certificates of the key (PEM), its own first: shown with it as `x5c`."))
    ] = None,
    chain_url: Annotated[
        str | None, Parameter(name="--x5u", help=N_("Where these certificates will lie: their address is shown instead of them."))
    ] = None,
    out: Annotated[Path | None, Parameter(name="--out", help=N_("Write the document into this file."))] = None,
    force: Force = False,
    json: AsJson = False,
) -> int:
    """The DID document to publish, with every key of the same identifier and folder, and where to publish it."""
    from egide.app.files import write
    from egide.app.trust import keys

    made = keys.published(keys.find(key), door.now(), certificate, chain_url)
    say = door.out if out and not json else door.error
    if made.address:
        say(door.say(N_("To be published at {address}"), address=made.address))
    else:
        say(door.say(N_("Nothing to publish: {did} says its key by itself."), did=made.did))
    if chain_url:
        say(door.say(N_("Its certificates are to be published at {address}"), address=chain_url))
    if out:
        write(out, made.document + b"\n", force=force)
        say(f"→ {out}")
    if json or not out:
        door.out(made.document.decode())
    return DONE


def _holder(found: Found) -> str:
    return " ".join(found.key.command) if found.key.command else door.say(N_("its file"))


def _values(found: Found) -> dict[str, Any]:
    key = found.key
    return {
        "name": found.path.stem, "file": str(found.path), "did": key.did, "method": key.method, "algorithm": key.algorithm,
        "thumbprint": key.public.thumbprint, "public": key.public.jwk(), "signer": list(key.command) or None,
    }  # fmt: skip
