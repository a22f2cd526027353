"""Step 1: take a file apart into what was signed, within limits and under two tables of media types (VC-JOSE-COSE, 3.1; gaia-x).

A token in a presentation in a token is opened down to a fixed depth. Nothing is believed here: each part keeps its token, its
document, and what speaks against it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec

from egide.trust.credentials.model import CONTEXT, Looked, is_enveloped, look, look_at_envelope, old_version
from egide.trust.credentials.results import Mode, Opened, What
from egide.trust.jose import MAX_TOKEN_BYTES, Compact, read_compact
from egide.trust.jose_json import canonical, read_object, read_with_form
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

CREDENTIAL, PRESENTATION = What.CREDENTIAL, What.PRESENTATION
MAX_FILE_BYTES = MAX_TOKEN_BYTES
TOKEN_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~=+/"
"""What tokens of any kind are made of: those that aren't read here are refused by name."""
MAX_NESTING = 8
MAX_PARTS = 2000
STRICT_TYPES: Mapping[str, What] = {"vc+jwt": What.CREDENTIAL, "vp+jwt": What.PRESENTATION}
COMPATIBLE_TYPES: Mapping[str, What] = {
    "vc+ld+jwt": What.CREDENTIAL, "vc+ld+json+jwt": What.CREDENTIAL, "vp+ld+jwt": What.PRESENTATION, "vp+ld+json+jwt": What.PRESENTATION,
}  # fmt: skip
"""Names of earlier drafts that real presentations of 2026 still carry."""
STRICT_CONTENT: Mapping[str, What] = {"vc": What.CREDENTIAL, "vp": What.PRESENTATION}
COMPATIBLE_CONTENT: Mapping[str, What] = {
    "vc+ld": What.CREDENTIAL, "vc+ld+json": What.CREDENTIAL, "vp+ld": What.PRESENTATION, "vp+ld+json": What.PRESENTATION,
}  # fmt: skip
ENVELOPE_MEMBERS = frozenset({"@context", "id", "type"})
USUAL_URL = "data:application/vc+jwt,"
ENVELOPE_SECTION: Mapping[What, str] = {What.CREDENTIAL: "4.13.1", What.PRESENTATION: "4.13.2"}


def open_file(content: bytes, file: str, mode: Mode) -> tuple[Opened, ...]:
    """All credentials and presentations in a file, the outermost first.

    Raises `InputError` when the file is neither a token, nor a credential or presentation as JSON. Whatever is one of these and wrong
    comes back with its faults: a refusal is an answer.
    """
    opening = _Opening(mode)
    bare = content.removeprefix(b"\xef\xbb\xbf").strip()
    if len(bare) > MAX_FILE_BYTES:
        opening.refuse(Reason("file-too-large", {"bytes": len(bare), "limit": MAX_FILE_BYTES},
                              N_("a file of {bytes} bytes; at most {limit} are read")))
    elif bare.startswith(b"{"):
        opening.json(bare, file)
    elif isinstance(compact := read_compact(bare), Compact) or (bare.count(b".") >= 2 and not bare.translate(None, TOKEN_LETTERS)):
        opening.token(compact, _Place("$"))
    else:
        raise InputError(N_("neither a token nor a credential or presentation in JSON"), Location(file))
    return tuple(opening.parts)


def digest_of(document: object) -> str | Reason:
    """`gx:digestSRI` of a document: ``sha256-`` and the lower-case hexadecimal SHA-256 of its canonical form."""
    form = canonical(document)
    return form if isinstance(form, Reason) else _digest(form)


class _Place(msgspec.Struct, frozen=True):
    """Where something was found, within which presentation, and how deep."""

    at: str
    within: str | None = None
    depth: int = 1


class _Opening(msgspec.Struct):
    """The parts of one file as they are opened, outermost first."""

    mode: Mode
    parts: list[Opened] = msgspec.field(default_factory=list)

    def refuse(self, reason: Reason) -> None:
        """A file of which nothing can be read."""
        self.parts.append(Opened("$", What.CREDENTIAL, {}, faults=(reason,)))

    def json(self, content: bytes, file: str) -> None:
        """A credential or presentation without a token around it."""
        document = read_object(content)
        if isinstance(document, Reason):
            if document.code == "not-json":
                raise InputError(document.message, Location(file), values=document.args)
            self.refuse(document)
        elif "payload" in document and ("signature" in document or "signatures" in document):
            self.refuse(Reason("jws-in-json", {}, N_("a token in JSON form is not read; the compact form is (VC-JOSE-COSE, 3.1.2)")))
        elif (what := _what_is(document)) is None and old_version(document) is None:
            raise InputError(N_("neither a credential nor a presentation of VC Data Model 2.0"), Location(file))
        else:
            self.document(document, what or What.CREDENTIAL, _Place("$"))

    def token(self, compact: Compact | Reason, place: _Place, meant: What | None = None, before: Looked | None = None) -> None:
        """A token taken apart, of the kind that its envelope announced; ``before`` is what was found of the envelope."""
        looked = before or Looked(self.mode)
        if isinstance(compact, Reason):
            self.parts.append(Opened(place.at, meant or What.CREDENTIAL, {}, faults=(*looked.faults, compact), within=place.within))
            return
        named = _media_type(compact.header, looked)
        document, form = _payload(compact.payload, named)
        what = named or _what_is(document) or meant or CREDENTIAL
        _content_type(compact.header, what, looked)
        if meant is not None and what is not meant:
            looked.faults.append(Reason("envelope-of-another", {"meant": meant.value, "found": what.value},
                                        N_("the envelope announces a {meant}, and the token is a {found}")))
        enveloped = is_enveloped(document, what)
        if isinstance(form, Reason):
            looked.faults.append(form)
        elif enveloped:
            look_at_envelope(document, looked, ENVELOPE_SECTION[what])
        else:
            look(document, what, looked)
        self.parts.append(Opened(
            place.at, what, document, compact, compact.header.get("typ"), _digest(form) if isinstance(form, bytes) else None,
            tuple(looked.faults), tuple(looked.flags), place.within,
        ))  # fmt: skip
        if enveloped and not looked.faults:
            self.envelope(document, what, _Place(f"{place.at}.id", place.at, place.depth), Looked(self.mode))
        elif what is not CREDENTIAL and not enveloped:
            self.inside(document, place, looked)

    def document(self, document: dict[str, Any], what: What, place: _Place) -> None:
        """A credential or presentation as a JSON object, or the envelope of a token."""
        looked = Looked(self.mode)
        if is_enveloped(document, what):
            look_at_envelope(document, looked, ENVELOPE_SECTION[what])
            self.envelope(document, what, place, looked)
            return
        look(document, what, looked)
        form = canonical(document) if what is What.CREDENTIAL else None
        if isinstance(form, Reason):
            looked.faults.append(form)
        self.parts.append(Opened(
            place.at, what, document, digest=_digest(form) if isinstance(form, bytes) else None,
            faults=tuple(looked.faults), flags=tuple(looked.flags), within=place.within,
        ))  # fmt: skip
        if what is What.PRESENTATION:
            self.inside(document, place, looked)

    def inside(self, document: Mapping[str, Any], place: _Place, looked: Looked) -> None:
        """What a presentation carries."""
        if any(fault.code == "version-1.1" for fault in looked.faults):
            return
        found = document.get("verifiableCredential", [])
        for number, carried in enumerate(found if isinstance(found, list) else [found]):
            at = f"{place.at}.verifiableCredential[{number}]"
            if len(self.parts) >= MAX_PARTS:
                self.parts.append(Opened(at, CREDENTIAL, {}, faults=(_too_many(),), within=place.at))
                return
            if isinstance(carried, dict) and (token := _usual_token(carried)) is not None and place.depth < MAX_NESTING:
                self.token(read_compact(token), _Place(at, place.at, place.depth + 2), CREDENTIAL)
            elif isinstance(carried, dict):
                kind = What.PRESENTATION if is_enveloped(carried, What.PRESENTATION) else CREDENTIAL
                self.document(carried, kind, _Place(at, place.at, place.depth + 1))

    def envelope(self, envelope: Mapping[str, Any], what: What, place: _Place, looked: Looked) -> None:
        """The token of a `data:` URL (RFC 2397)."""
        token = b"" if looked.faults else _token_of(envelope["id"], what, looked)
        if place.depth > MAX_NESTING:
            looked.faults.append(_too_many())
        if looked.faults:
            self.parts.append(Opened(place.at, what, envelope, faults=tuple(looked.faults), within=place.within))
        else:
            self.token(read_compact(token), _Place(place.at, place.within, place.depth + 1), what, looked)


def _usual_token(envelope: dict[str, Any]) -> bytes | None:
    """The token of an envelope that is written as all should be (4.13.1); nothing of any other, which is looked at closely."""
    if envelope.keys() != ENVELOPE_MEMBERS or envelope["type"] != "EnvelopedVerifiableCredential":
        return None
    context, named = envelope["@context"], envelope["id"]
    if context not in (CONTEXT, [CONTEXT]) or named.__class__ is not str or not named.startswith(USUAL_URL):
        return None
    return named[len(USUAL_URL):].encode() or None


def _what_is(document: Mapping[str, Any]) -> What | None:
    found = document.get("type", document.get("@type"))
    types = set(map(str, found if isinstance(found, list) else [found]))
    if types & {"VerifiablePresentation", "EnvelopedVerifiablePresentation"}:
        return What.PRESENTATION
    return What.CREDENTIAL if types & {"VerifiableCredential", "EnvelopedVerifiableCredential"} else None


def _media_type(header: Mapping[str, Any], looked: Looked) -> What | None:
    """The kind that `typ` names: the strict table, then the compatible one, flagged (RFC 7515, 4.1.9: `application/` may be left out)."""
    if "typ" not in header:
        looked.strange(Reason("typ-absent", {}, N_("the token does not say its type (`typ`)")))
        return None
    if (usual := STRICT_TYPES.get(header["typ"])) is not None:
        return usual
    typ = _short(header["typ"])
    if typ in COMPATIBLE_TYPES:
        looked.strange(Reason("typ-of-a-draft", {"typ": typ}, N_("the type `{typ}` is an earlier draft's")))
    elif typ not in STRICT_TYPES:
        looked.faults.append(Reason("typ-not-accepted", {"typ": typ[:60], "accepted": (*STRICT_TYPES, *COMPATIBLE_TYPES)},
                                    N_("the type `{typ}` is not accepted; these are: {accepted}")))
    return STRICT_TYPES.get(typ) or COMPATIBLE_TYPES.get(typ)


def _content_type(header: Mapping[str, Any], what: What, looked: Looked) -> None:
    if "cty" not in header or STRICT_CONTENT.get(header["cty"]) is what:
        return
    cty = _short(header["cty"])
    if cty in COMPATIBLE_CONTENT:
        looked.strange(Reason("cty-of-a-draft", {"cty": cty}, N_("the content type `{cty}` is an earlier draft's")))
    named = STRICT_CONTENT.get(cty) or COMPATIBLE_CONTENT.get(cty)
    if named is not what:
        looked.faults.append(Reason("cty-not-accepted", {"cty": cty[:60], "what": what.value},
                                    N_("the content type `{cty}` does not fit a {what}")))


def _short(media_type: str) -> str:
    return media_type.lower().removeprefix("application/")


def _too_many() -> Reason:
    return Reason("too-many-parts", {"depth": MAX_NESTING, "parts": MAX_PARTS},
                  N_("more than {parts} credentials, or more than {depth} one in another"))


def _token_of(url: str, what: What, looked: Looked) -> bytes:
    head, comma, data = url.partition(",")
    media, _, parameter = head.removeprefix("data:").partition(";")
    if not comma:
        looked.strange(Reason("data-url-semicolon", {}, N_("a semicolon stands where a `data:` URL has a comma (RFC 2397)")))
        data, parameter = parameter, ""
    short = _short(media)
    if short in COMPATIBLE_TYPES:
        looked.strange(Reason("typ-of-a-draft", {"typ": short}, N_("the type `{typ}` is an earlier draft's")))
    if (STRICT_TYPES.get(short) or COMPATIBLE_TYPES.get(short)) is not what or parameter:
        looked.faults.append(Reason("envelope-type", {"media": head[:80], "what": what.value},
                                    N_("`{media}` is not the type of an enveloped {what}")))
    return data.encode()


def _payload(content: bytes, named: What | None) -> tuple[dict[str, Any], bytes | Reason | None]:
    """The document of a token, and its canonical form unless it is a presentation, which nobody names by digest; or why there is none."""
    if named is PRESENTATION:
        document = read_object(content)
        return ({}, document) if isinstance(document, Reason) else (document, None)
    read = read_with_form(content)
    return ({}, read) if isinstance(read, Reason) else read


def _digest(form: bytes) -> str:
    return f"sha256-{hashlib.sha256(form).hexdigest()}"
