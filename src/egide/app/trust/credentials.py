"""Claims in files to signed credentials, alone or presented together."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from egide.app.files import read
from egide.app.trust import issuing, public_log
from egide.app.trust.keys import Found
from egide.trust.claims import Claims, Profile, completed, read_claims
from egide.trust.credentials.issuing import checked, issue, present
from egide.trust.credentials.results import Mode
from egide.trust.dids.documents import Purpose
from egide.trust.jose import MAX_TOKEN_BYTES
from egide.trust.linked.bundle import Bundle, open_bundle, read_bundle
from egide.trust.linked.data import LinkedData
from egide.trust.linked.integrity import Wanted as WantedProof
from egide.trust.linked.integrity import prove
from egide.trust.log_entries import entry_of
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.findings import Answer
from egide.vocabulary.language import N_


class Format(StrEnum):
    """What is written: a signed token, a presentation of tokens, or a document with its proof inside."""

    CREDENTIAL = "vc+jwt"
    PRESENTATION = "vp+jwt"
    EMBEDDED = "eddsa-rdfc-2022"


@dataclass(frozen=True, slots=True)
class How:
    """How credentials are to be issued."""

    key: Found
    now: datetime
    format: Format = Format.CREDENTIAL
    profile: Profile = Profile.W3C
    days: int | None = None
    """How long they count, where the claims don't say."""
    linked: LinkedData | None = None
    """Contexts at hand: a name that none of them defines is refused, and a proof can be put inside a document."""


@dataclass(frozen=True, slots=True)
class Input:
    """A file of claims, or a token."""

    path: Path
    claims: tuple[Claims, ...] = ()
    token: str | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """One credential, and the file of claims that it came from."""

    file: str
    given: issuing.Given


def inputs(files: Sequence[Path], format: Format) -> list[Input]:
    """What the files hold. A token is taken only to be presented. Raises `InputError` with the place of what can't be signed."""
    found = []
    for path in files:
        content = entry_of(read(path, MAX_TOKEN_BYTES))
        if _is_token(content):
            if format is not Format.PRESENTATION:
                raise InputError(N_("a signed token already; it is presented with --format vp+jwt"), Location(str(path)))
            found.append(Input(path, token=content.decode("utf-8", "replace")))
        else:
            found.append(Input(path, read_claims(content, str(path))))
    return found


def issue_inputs(
    given: Sequence[Input], how: How, *, desk: Path | None = None, log: Path | None = None, take_over: bool = False,
) -> list[Made]:  # fmt: skip
    """The credentials, all or none, in their order; with a desk each has a place in its lists, and ``log`` enters them into a public log.

    Raises `InputError` with the place of what can't be signed, `SignerError`, `UnsettledError`.
    """
    claims = [claim for one in given for claim in one.claims]
    documents = [_whole(one, how) for one in claims]
    issued = iter(_issued(claims, documents, how, desk, log, take_over))
    made = []
    for one in given:
        if one.token is not None:
            made.append(Made(str(one.path), issuing.Given(one.token, *issuing.named(one.token.encode(), str(one.path)))))
        made += [Made(str(one.path), next(issued)) for _ in one.claims]
    return made


def presentation(made: Sequence[Made], how: How, identifier: str | None = None) -> str:
    """The credentials presented by the owner of the key."""
    return present([one.given.text for one in made], how.key.signer, how.key.key.method, how.now, identifier=identifier,
                   algorithm=how.key.key.algorithm, profile=how.profile)  # fmt: skip


def contexts(bundle: Path) -> LinkedData:
    """The contexts of a trust bundle, a folder or a zip archive. Raises `InputError`."""
    opened = _bundle(bundle)
    if not opened.contexts:
        raise InputError(N_("no context that is known lies in this bundle"), Location(str(bundle)))
    return LinkedData(opened.contexts)


def _issued(
    claims: Sequence[Claims], documents: Sequence[Mapping[str, Any]], how: How, desk: Path | None, log: Path | None, take_over: bool,
) -> list[issuing.Given]:  # fmt: skip
    wanted = [issuing.Wanted(document, lambda whole, file=one.file: _signed(whole, how, file), log is not None)  # type: ignore[misc]
              for one, document in zip(claims, documents, strict=True)]
    if desk is not None:
        with issuing.at_desk(desk, how.now, take_over=take_over) as place:
            _fit(place, how, log)
            return place.issue(wanted) if wanted else []
    texts = [one.sign(one.document) for one in wanted]
    found = [issuing.Given(text, *issuing.named(text.encode(), one.file)) for one, text in zip(claims, texts, strict=True)]
    if log is None or not found:
        return found
    kept = public_log.opened(log)
    numbers = public_log.append(kept, [entry_of(text.encode()) for text in texts], how.now, take_over=take_over).numbers
    return [replace(one, number=number) for one, number in zip(found, numbers, strict=True)]


def _fit(desk: issuing.Desk, how: How, log: Path | None) -> None:
    """Refuse what a verifier would: a list of another issuer, and a log that isn't the one its revocations go to."""
    if desk.key.key.did != how.key.key.did:
        raise InputError(N_("the status lists are those of {owner}, and the key is one of {issuer}"), Location(str(desk.folder)),
                         values={"owner": desk.key.key.did, "issuer": how.key.key.did})
    if log is not None and (desk.settings.log is None or (desk.folder / desk.settings.log).resolve() != log.resolve()):
        raise InputError(N_("the status lists were set up with another log than {log}, or with none"), Location(str(desk.folder)),
                         values={"log": str(log)})


def _whole(claims: Claims, how: How) -> dict[str, Any]:
    document = completed(claims, how.profile, how.now, how.days)
    document.setdefault("issuer", how.key.key.did)
    if how.linked is not None:
        found = how.linked.read(document, Mode.STRICT)
        if found.answer is not Answer.MET:
            first = found.because[0]
            raise InputError(first.message, Location(claims.file), values=first.args)
    return document


def _signed(document: Mapping[str, Any], how: How, file: str) -> str:
    key = how.key.key
    if how.format is not Format.EMBEDDED:
        return issue(document, how.key.signer, key.method, how.now, algorithm=key.algorithm, file=file, profile=how.profile)
    if how.linked is None:
        raise InputError(N_("a proof inside a document covers what its contexts say: name a bundle that has them, with --trust"))
    whole = checked(document, key.method, how.now, file)
    return json.dumps(prove(whole, WantedProof(key.method, Purpose.ASSERTION, how.now), how.key.signer, how.linked), ensure_ascii=False)


def _bundle(path: Path) -> Bundle:
    if path.is_dir():
        return read_bundle({one.relative_to(path).as_posix(): read(one) for one in sorted(path.rglob("*")) if one.is_file()}, str(path))
    return open_bundle(read(path), str(path))


def _is_token(content: bytes) -> bool:
    return content[:1] not in (b"{", b"[") and content.count(b".") >= 2 and b"\n" not in content and b" " not in content
