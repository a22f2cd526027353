"""The public log: its head and its entries, the proof of each, and a check of a proof that needs nobody's word.

The log is public, so these pages ask for no login; the search through its last entries does, as it is work. With JavaScript the check is
made in the page and nothing is sent; without, the server computes what was sent, with the key that came with it.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from litestar import Response
from litestar.datastructures import UploadFile
from litestar.params import FromPath

from egide.accounts.errors import AbsentError
from egide.vocabulary.errors import InputError
from egide.vocabulary.findings import Answer
from egide.vocabulary.language import N_
from egide.web.rendering import page
from egide.web.routes import shows, takes
from egide.web.visit import Visit

if TYPE_CHECKING:
    from egide.app.trust import log_work
    from egide.trust.log import Reader
    from egide.trust.log_entries import Said

ROWS = 50
SOUGHT = 10_000
"""Of the last entries, for an identifier."""
SHOWN_LETTERS = 20_000
STEPS = ("format", "signer-key", "signature", "inclusion", "checkpoint", "consistency")
WHOLE = {
    Answer.MET: N_("The entry is in the log"), Answer.NOT_MET: N_("This does not prove that the entry is in the log"),
    Answer.UNKNOWN: N_("Not every step could be answered"),
}  # fmt: skip
NOTES = {
    "ml-dsa-44": N_("NOT verified in this page: the signature by ML-DSA-44, which browsers do not compute. "
                    "The rest above was. The command below verifies all, with the proof and the keys saved under these names:"),
    "no-ed25519": N_("NOT verified in this page: the signature by Ed25519, which this browser does not compute. "
                     "The command below verifies it, with the proof and the keys saved under these names:"),
    "others": N_("The head bears signatures under the log's name by keys that you did not give: those were NOT verified. "
                 "The command below verifies them once you add the keys:"),
    "continues": N_("NOT verified in this page: that the head you kept and the proof's head are of one log. It takes a consistency proof, "
                    "for the command below with --consistency:"),
}  # fmt: skip
"""What the page's script leaves unanswered, and what answers it."""
ANSWERS = {Answer.MET: N_("holds"), Answer.NOT_MET: N_("does not hold"), Answer.UNKNOWN: N_("could not be answered")}
TEXT, MOST_DIGITS = "text/plain; charset=utf-8", 18


@shows("/log")
def log(request: Visit) -> Response[Any]:
    """The head, and the last entries page by page; those of one credential when the address names it."""
    from egide.app.trust import log_work

    if request.site.log is None:
        return page(request, "log_absent.html.j2")
    reader, sought = _reader(request), request.query_params.get("find", "").strip()[:1000]
    head = reader.shown()
    size = head.checkpoint.size
    if sought.isascii() and sought.isdigit() and len(sought) <= MOST_DIGITS:
        rows, end = list(log_work.between(reader, int(sought), int(sought) + 1)), size
    elif sought:
        _ = request.somebody
        rows, end = log_work.lately(reader, sought, SOUGHT)[::-1][:ROWS], size
    else:
        before = request.query_params.get("before", "")
        end = min(size, int(before)) if before.isascii() and before.isdigit() and len(before) <= MOST_DIGITS else size
        rows = list(log_work.between(reader, end - ROWS, end))[::-1]
    return page(
        request, "log.html.j2", head=head, rows=[(index, said, _kind(request, said)) for index, said in rows], sought=sought, end=end,
        rows_a_page=ROWS, most=SOUGHT, names=list(dict.fromkeys(one.name for one in head.signatures)),
    )  # fmt: skip


@shows("/log/checkpoint")
def checkpoint(request: Visit) -> Response[bytes]:
    """The signed head, to keep: a later head must continue it."""
    return Response(bytes(_reader(request).shown()), media_type=TEXT)


@shows("/log/entries/{number:str}")
def entry(request: Visit, number: FromPath[str]) -> Response[Any]:
    """One entry: what it is, what it says, and its proof."""
    from egide.trust.log.merkle import leaf_hash
    from egide.trust.log_entries import read_entry

    reader, index = _at(request, number)
    content = reader.entry(index)
    said = read_entry(content)
    document = "" if said.document is None else json.dumps(said.document, indent=2, ensure_ascii=False)
    return page(
        request, "log_entry.html.j2", index=index, said=said, kind=_kind(request, said), leaf=leaf_hash(content).hex(),
        document=document[:SHOWN_LETTERS], cut=len(document) > SHOWN_LETTERS, letters=len(content), head=reader.shown().checkpoint,
    )  # fmt: skip


@shows("/log/entries/{number:str}/proof")
def proof(request: Visit, number: FromPath[str]) -> Response[bytes]:
    """The proof that anybody checks offline (C2SP tlog-proof)."""
    reader, index = _at(request, number)
    named = {"Content-Disposition": f'attachment; filename="entry-{index}.tlog-proof"'}
    return Response(bytes(reader.prove(index)), media_type=TEXT, headers=named)


@shows("/log/check")
def check_page(request: Visit) -> Response[Any]:
    """Where a proof is checked; the one of an entry of this log is filled in when the address names it."""
    filled = ""
    if number := request.query_params.get("entry", ""):
        reader, index = _at(request, number)
        filled = bytes(reader.prove(index)).decode()
    return _check(request, filled, "", "", None)


@takes("/log/check", 200)
def check(request: Visit) -> Response[Any]:
    """What was sent, computed here with the key that came with it: nothing of this server's is consulted."""
    from egide.app.trust import log_work
    from egide.trust.log import MalformedError

    proof, checkpoint, key = _sent(request, "proof"), _sent(request, "checkpoint"), request.field("key", 20_000)
    if not proof.strip() or not key:
        raise InputError(N_("paste or choose a proof, and the public key of the log"))
    try:
        found = log_work.judged(proof.encode(), checkpoint.encode() if checkpoint.strip() else None, key.split("\n"), datetime.now(UTC))
    except MalformedError as error:
        raise InputError(error.message, values=error.values) from error
    return _check(request, proof, checkpoint, key, found)


ROUTES = (log, checkpoint, entry, proof, check_page, check)


def _reader(request: Visit) -> Reader:
    """As anybody reads it. Raises `AbsentError` when the site shows none."""
    from egide.app.trust import public_log

    if request.site.log is None:
        raise AbsentError
    return public_log.reader(request.site.log)


def _at(request: Visit, number: str) -> tuple[Reader, int]:
    reader = _reader(request)
    if not (number.isascii() and number.isdigit() and len(number) <= MOST_DIGITS) or int(number) >= reader.shown().checkpoint.size:
        raise AbsentError
    return reader, int(number)


def _kind(request: Visit, said: Said) -> str:
    own = [one.rpartition(":")[2] for one in said.types if one != "VerifiableCredential"]
    return request.language.label(f"entry-{said.kind}") + (f" ({', '.join(own)})" if own else "")


def _sent(request: Visit, name: str) -> str:
    """A file, or what was pasted where there is no file; lines end as the file's writer ended them. Raises `InputError`."""
    from egide.trust.log.proof import PROOF_BYTES

    given = request.state.form.get(f"{name}-file")
    if isinstance(given, UploadFile) and given.filename:
        content = given.file.read(PROOF_BYTES + 1)
        if len(content) > PROOF_BYTES:
            raise InputError(N_("a proof has at most {n} bytes"), values={"n": PROOF_BYTES})
        return content.decode("utf-8", "replace")
    value = request.state.form.get(name)
    pasted = value[:PROOF_BYTES].replace("\r\n", "\n") if isinstance(value, str) else ""
    return pasted if not pasted.strip() or pasted.endswith("\n") else pasted + "\n"


def _check(request: Visit, proof: str, checkpoint: str, key: str, found: log_work.Checked | None) -> Response[Any]:
    words = request.language
    said = {**{name: words.label(f"step-{name}") for name in STEPS}, **{str(one): words.text(text) for one, text in ANSWERS.items()},
            **{f"whole-{one}": words.text(text) for one, text in WHOLE.items()},
            **{f"note-{one}": words.text(text) for one, text in NOTES.items()}}  # fmt: skip
    steps = [(one, words.text(one.because.message, one.because.args)) for one in found.examination.steps] if found else []
    return page(
        request, "log_check.html.j2", proof=proof, checkpoint=checkpoint, key=key, found=found, steps=steps, whole=WHOLE,
        kind=_kind(request, found.said) if found and found.said else "", words=json.dumps(said, ensure_ascii=False),
    )  # fmt: skip
