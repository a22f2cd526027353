"""Is this a credential or a presentation of VC Data Model 2.0? Each question with the section that asks it.

The model is read as JSON, before any context: what only JSON-LD can tell (a term that no context defines) is answered with the contexts.
Credentials of version 1.1, which Gaia-X Tagus used, are refused with that version named.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import msgspec

from egide.trust.credentials.results import Mode, What
from egide.trust.credentials.times import LONGEST_STAMP, Moment, read_stamp
from egide.trust.dids.documents import USUAL_LENGTH, is_url
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

CONTEXT = "https://www.w3.org/ns/credentials/v2"
CONTEXT_1 = "https://www.w3.org/2018/credentials/v1"
WRAPPERS = ("vc", "vp", "selfDescriptionCredential", "complianceCredential")
"""Members that version 1.1 and Gaia-X Tagus put around a credential."""
AROUND = frozenset(WRAPPERS)
TERM = re.compile(r"[^\s@\"<>{}|\\^`]+")
DATA_URL = re.compile(r"data:[^,;]+[,;].+", re.DOTALL)
TYPED: Mapping[str, str] = {
    "credentialStatus": "4.10", "credentialSchema": "4.11", "refreshService": "5.4", "termsOfUse": "5.5", "evidence": "5.6",
    "confidenceMethod": "5.10", "renderMethod": "5.10",
}  # fmt: skip
"""Members whose every object must have a `type`, to the section of VC Data Model 2.0 that says so."""
EXTENSIONS = frozenset({*TYPED, "relatedResource"})
UNUSUAL = frozenset({*WRAPPERS, *EXTENSIONS, "@id", "@type", "proof"})
"""Members about which there is more to ask."""
LANGUAGE_MEMBERS = frozenset({"@value", "@language", "@direction"})
LANGUAGE_TAG = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
DIRECTIONS = ("ltr", "rtl")
SRI = re.compile(r"sha(?:256|384|512)-[A-Za-z0-9+/_-]+={0,2}(?:\?[!-~]*)?")
"""A digest of Subresource Integrity; Gaia-X writes the same with the digits of the digest."""
MULTIBASE = re.compile(r"u[A-Za-z0-9_-]+|z[1-9A-HJ-NP-Za-km-z]+")
MEDIA_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+-]{1,127}/[A-Za-z0-9!#$&^_.+-]{1,127}(?:\s*;.*)?")
CREDENTIAL = What.CREDENTIAL
OWN_TYPE: Mapping[What, str] = {What.CREDENTIAL: "VerifiableCredential", What.PRESENTATION: "VerifiablePresentation"}


class Looked(msgspec.Struct):
    """What was found against a document, and what the compatible mode let through."""

    mode: Mode
    faults: list[Reason] = msgspec.field(default_factory=list)
    flags: list[Reason] = msgspec.field(default_factory=list)

    def broken(self, section: str, member: str, message: str) -> None:
        """A statement of the model that the document breaks."""
        self.faults.append(Reason("model", {"section": section, "member": member}, message))

    def strange(self, reason: Reason) -> None:
        """A named deviation: a fault in the strict mode, a flag in the compatible one."""
        (self.faults if self.mode is Mode.STRICT else self.flags).append(reason)


def old_version(document: Mapping[str, Any]) -> Reason | None:
    """The reason that names version 1.1, when the document is of that version."""
    if CONTEXT_1 not in _listed(document.get("@context")):
        if AROUND.isdisjoint(document):
            return None
        around = [document[name] for name in WRAPPERS if isinstance(document.get(name), dict)]
        if not any(CONTEXT_1 in _listed(one.get("@context")) for one in around):
            return None
    return Reason(
        "version-1.1", {"found": "1.1", "supported": "2.0"},
        N_("this is of version {found} of the data model, which Gaia-X Tagus (22.10) used; "
           "version {supported} is read, which Gaia-X uses from Loire (24.07) on"),
    )  # fmt: skip


def look(document: Mapping[str, Any], what: What, looked: Looked) -> None:
    """Put the data model's questions to the document."""
    if not is_usual(document, what):
        look_closely(document, what, looked)


def is_usual(document: Mapping[str, Any], what: What) -> bool:
    """Whether the document is written as most are, so that nothing speaks against it in either mode: the same questions, answered at once.

    Of anything less usual `look_closely` says what is wrong with it, or that nothing is.
    """
    if not UNUSUAL.isdisjoint(document):
        return False
    context, types, named = document.get("@context"), document.get("type"), document.get("id", CONTEXT)
    if context.__class__ is not list or not context or context[0] != CONTEXT or CONTEXT_1 in context or not is_url(named):
        return False
    if types.__class__ is not list or OWN_TYPE[what] not in types or not all(map(_is_type, types)):
        return False
    if not all([one.__class__ is dict or is_url(one) for one in context]):  # noqa: C419 - a list is twice as quick here
        return False
    return _is_usual_credential(document) if what is CREDENTIAL else _is_usual_presentation(document)


def _is_usual_credential(document: Mapping[str, Any]) -> bool:
    subject, issuer = document.get("credentialSubject"), document.get("issuer")
    if subject.__class__ is not dict or not subject or "@id" in subject or not is_url(subject.get("id", CONTEXT)) or not is_url(issuer):
        return False
    if document.get("name", "").__class__ is not str or document.get("description", "").__class__ is not str:
        return False
    begins, ends = document.get("validFrom"), document.get("validUntil")
    if begins.__class__ is not str or ends.__class__ is not str or len(begins) > LONGEST_STAMP or len(ends) > LONGEST_STAMP:
        return False
    return _are_in_order(begins, ends)


@lru_cache(maxsize=1024)
def _are_in_order(begins: str, ends: str) -> bool:
    """Whether both are dates with their zones, the first not after the second."""
    since, until = read_stamp(begins, "validFrom", Mode.STRICT), read_stamp(ends, "validUntil", Mode.STRICT)
    return isinstance(since, Moment) and isinstance(until, Moment) and since.at <= until.at


def _is_usual_presentation(document: Mapping[str, Any]) -> bool:
    carried = document.get("verifiableCredential")
    return carried.__class__ is list and is_url(document.get("holder", CONTEXT)) and all(map(_is_object, carried))


def look_closely(document: Mapping[str, Any], what: What, looked: Looked) -> None:
    """The same, question by question."""
    if old := old_version(document):
        looked.faults.append(old)
        return
    _wrapper_claims(document, looked)
    _context(document, looked)
    _types(document, what, looked)
    _identifier(document, "id", "4.4", looked)
    if "proof" in document:
        _objects(document, "proof", "4.12", looked, typed=True)
    if what is What.PRESENTATION:
        _presentation(document, looked)
    else:
        _credential(document, looked)


def party_of(document: Mapping[str, Any], what: What) -> str | None:
    """Who issued the credential or holds the presentation, as it says itself."""
    said = document.get("issuer" if what is CREDENTIAL else "holder")
    found = said.get("id") if isinstance(said, dict) else said
    return found if isinstance(found, str) else None


def subjects(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The subjects of a credential."""
    return [one for one in _listed(document.get("credentialSubject")) if isinstance(one, dict)]


def is_enveloped(document: object, what: What) -> bool:
    """Whether the object only carries a token in a `data:` URL (4.13.1, 4.13.2)."""
    kind = "EnvelopedVerifiableCredential" if what is CREDENTIAL else "EnvelopedVerifiablePresentation"
    if not isinstance(document, dict):
        return False
    types = document.get("type")
    return types == kind or (isinstance(types, list) and kind in types)


def _wrapper_claims(document: Mapping[str, Any], looked: Looked) -> None:
    for name in ("vc", "vp"):
        if name in document:
            looked.faults.append(Reason("wrapper-claim", {"member": name},
                                        N_("the claim `{member}` must not be there (VC-JOSE-COSE, 3.1.3)")))


def _context(document: Mapping[str, Any], looked: Looked) -> None:
    context = document.get("@context")
    if context == CONTEXT:
        looked.strange(Reason("context-not-a-list", {}, N_("`@context` is one text, and not a list (VC Data Model 2.0, 4.3)")))
        return
    if not isinstance(context, list) or not context or context[0] != CONTEXT:
        looked.broken("4.3", "@context",
                      N_("`@context` must be a list that begins with the context of version 2.0 (VC Data Model 2.0, {section})"))
    elif not all(map(_is_context, context)):
        looked.broken("4.3", "@context", N_("`@context` may hold URLs and objects only (VC Data Model 2.0, {section})"))


def _types(document: Mapping[str, Any], what: What, looked: Looked) -> None:
    found = _aliased(document, "type", looked)
    if not _are_types(found):
        looked.broken("4.5", "type", N_("`type` must be one or more terms or URLs (VC Data Model 2.0, {section})"))
    elif OWN_TYPE[what] not in _listed(found):
        looked.faults.append(Reason("model", {"section": "4.5", "member": "type", "type": OWN_TYPE[what]},
                                    N_("`type` must include {type} (VC Data Model 2.0, {section})")))


def _credential(document: Mapping[str, Any], looked: Looked) -> None:
    _party(document, "issuer", "4.7", looked, required=True)
    _texts(document, looked)
    if isinstance(document.get("issuer"), dict):
        _texts(document["issuer"], looked)
    _subjects(document, looked)
    _period(document, looked)
    if document.keys() & EXTENSIONS:
        _extensions(document, looked)


def _extensions(document: Mapping[str, Any], looked: Looked) -> None:
    for member, section in TYPED.items():
        _objects(document, member, section, looked, typed=member != "evidence")
    if not all(_are_types(one.get("type")) for one in _dicts(document.get("evidence"))):
        looked.strange(Reason("evidence-untyped", {}, N_("an `evidence` has no `type` (VC Data Model 2.0, 5.6)")))
    for entry in _dicts(document.get("credentialStatus")):
        _identifier(entry, "id", "4.10", looked)
    for entry in _dicts(document.get("credentialSchema")):
        _identifier(entry, "id", "4.11", looked, required=True)
    _related(document, looked)


def _presentation(document: Mapping[str, Any], looked: Looked) -> None:
    _party(document, "holder", "4.13", looked, required=False)
    _objects(document, "termsOfUse", "5.5", looked, typed=True)
    carried = document.get("verifiableCredential", [])
    if not all(isinstance(one, dict) for one in _listed(carried)):
        looked.broken("4.13", "verifiableCredential", N_("`verifiableCredential` may hold objects only (VC Data Model 2.0, {section})"))


def look_at_envelope(envelope: Mapping[str, Any], looked: Looked, section: str) -> None:
    """The object around a token: its context, its one type, its `data:` URL (4.13.1, 4.13.2)."""
    if CONTEXT not in _listed(envelope.get("@context")):
        looked.broken(section, "@context", N_("an envelope must have the context of version 2.0 (VC Data Model 2.0, {section})"))
    if len(_listed(envelope.get("type"))) != 1:
        looked.broken(section, "type", N_("an envelope has no other type (VC Data Model 2.0, {section})"))
    if not isinstance(envelope.get("id"), str) or not DATA_URL.fullmatch(envelope["id"]):
        looked.broken(section, "id", N_("the `id` of an envelope must be a `data:` URL with the token (VC Data Model 2.0, {section})"))


def _party(document: Mapping[str, Any], member: str, section: str, looked: Looked, *, required: bool) -> None:
    said = document.get(member)
    found = said.get("id") if isinstance(said, dict) else said
    if (member in document or required) and not is_url(found):
        looked.broken(section, member, N_("`{member}` must be a URL, or an object with one as its `id` (VC Data Model 2.0, {section})"))


def _subjects(document: Mapping[str, Any], looked: Looked) -> None:
    said = document.get("credentialSubject")
    listed = _listed(said)
    if not listed or not all(map(_is_object, listed)):
        looked.broken("4.8", "credentialSubject",
                      N_("`credentialSubject` must be one or more objects with claims (VC Data Model 2.0, {section})"))
    for one in _dicts(said):
        _identifier(one, "id", "4.4", looked)


def _period(document: Mapping[str, Any], looked: Looked) -> None:
    moments = []
    for member in ("validFrom", "validUntil"):
        if member not in document:
            continue
        moment = read_stamp(document[member], member, looked.mode)
        if isinstance(moment, Reason):
            looked.faults.append(moment)
            continue
        moments.append(moment.at)
        if moment.flag:
            looked.flags.append(moment.flag)
    if len(moments) == 2 and moments[0] > moments[1]:
        looked.broken("4.9", "validUntil", N_("`validFrom` must not be after `validUntil` (VC Data Model 2.0, {section})"))


def _related(document: Mapping[str, Any], looked: Looked) -> None:
    _objects(document, "relatedResource", "5.3", looked, typed=False)
    entries = _dicts(document.get("relatedResource"))
    for entry in entries:
        _identifier(entry, "id", "5.3", looked, required=True)
        if not _are_digests(entry):
            looked.broken("5.3", "relatedResource", N_("a related resource needs a digest (VC Data Model 2.0, {section})"))
        media = entry.get("mediaType", "text/plain")
        if not isinstance(media, str) or not MEDIA_TYPE.fullmatch(media):
            looked.broken("5.3", "mediaType", N_("`{member}` is not a media type (VC Data Model 2.0, {section})"))
    names = [entry["id"] for entry in entries if isinstance(entry.get("id"), str)]
    if len(set(names)) != len(names):
        looked.broken("5.3", "relatedResource", N_("a related resource stands twice (VC Data Model 2.0, {section})"))


def _objects(document: Mapping[str, Any], member: str, section: str, looked: Looked, *, typed: bool) -> None:
    if member not in document:
        return
    listed = _listed(document[member])
    if not listed or not all(isinstance(one, dict) for one in listed):
        looked.broken(section, member, N_("`{member}` must be one or more objects (VC Data Model 2.0, {section})"))
    elif typed and not all(_are_types(one.get("type")) for one in listed):
        looked.broken(section, member, N_("each object of `{member}` must have a `type` (VC Data Model 2.0, {section})"))


def _texts(document: Mapping[str, Any], looked: Looked) -> None:
    for member in ("name", "description"):
        if member not in document:
            continue
        listed = _listed(document[member])
        if not listed or not all(isinstance(one, str) or _is_language_value(one) for one in listed):
            looked.broken("4.6", member, N_("`{member}` must be a text, or texts with their language (VC Data Model 2.0, {section})"))


def _identifier(document: Mapping[str, Any], member: str, section: str, looked: Looked, *, required: bool = False) -> None:
    found = _aliased(document, member, looked)
    if (found is not None or member in document or required) and not is_url(found):
        looked.broken(section, member, N_("`{member}` must be one URL (VC Data Model 2.0, {section})"))


def _aliased(document: Mapping[str, Any], member: str, looked: Looked) -> Any:
    """The member, or the keyword of JSON-LD that it is another name for; both at once would have two meanings."""
    keyword = f"@{member}"
    if keyword not in document:
        return document.get(member)
    if member in document:
        looked.broken("4.4" if member == "id" else "4.5", member,
                      N_("`{member}` stands twice, once as a keyword (VC Data Model 2.0, {section})"))
    looked.strange(Reason("keyword-for-alias", {"keyword": keyword, "member": member},
                          N_("`{keyword}` is written where the model has `{member}`")))
    return document[keyword]


def _are_digests(resource: Mapping[str, Any]) -> bool:
    """Whether it has digests, and nothing else under their names."""
    integrity = [word for one in _listed(resource.get("digestSRI")) for word in (one.split() or [one] if isinstance(one, str) else [one])]
    multibase = _listed(resource.get("digestMultibase"))
    return bool(integrity or multibase) and all(
        isinstance(one, str) and form.fullmatch(one) is not None
        for form, listed in ((SRI, integrity), (MULTIBASE, multibase)) for one in listed
    )  # fmt: skip


def _are_types(found: object) -> bool:
    listed = _listed(found)
    return bool(listed) and all(map(_is_type, listed))


def _is_type(found: object) -> bool:
    return isinstance(found, str) and (_is_usual_term if len(found) <= USUAL_LENGTH else _is_term)(found)


def _is_term(text: str) -> bool:
    return TERM.fullmatch(text) is not None


_is_usual_term = lru_cache(maxsize=1024)(_is_term)


def _is_object(found: object) -> bool:
    return isinstance(found, dict) and bool(found)


def _is_context(found: object) -> bool:
    return isinstance(found, dict) or is_url(found)


def _is_language_value(found: object) -> bool:
    """A text with its language (11.1)."""
    if not isinstance(found, dict) or not isinstance(found.get("@value"), str) or not found.keys() <= LANGUAGE_MEMBERS:
        return False
    language = found.get("@language", "fr")
    return isinstance(language, str) and LANGUAGE_TAG.fullmatch(language) is not None and found.get("@direction", "ltr") in DIRECTIONS


def _listed(found: object) -> list[Any]:
    return found if isinstance(found, list) else [] if found is None else [found]


def _dicts(found: object) -> list[dict[str, Any]]:
    return [one for one in _listed(found) if isinstance(one, dict)]


