"""What the W3C's public suites assert of a server, each assertion made with documents of our own.

The suites are `vc-data-model-2.0-test-suite`, `vc-bitstring-status-list-test-suite` and `vc-jose-cose-test-suite` (its half on JOSE), as
they stood in 2026; no word or file of theirs is here. An assertion accepts some documents and refuses others, each put to one endpoint;
accepted is a code below 400, as it is to the suites.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from egide.trust.dids.documents import Purpose
from egide.trust.linked import Suite

from .calling import BASE, EXAMPLES, Answer, Server, claims, holder, holding, signed

STATUS = {"id": "did:example:status", "type": "https://exemple.example/vocabulaire#UnStatut"}
SCHEMA = {"id": "https://exemple.example/schema.json", "type": "JsonSchema"}
FRENCH = {"@value": "Nuage fictif", "@language": "fr"}
SEVERAL = [FRENCH, {"@value": "Fictitious cloud", "@language": "en", "@direction": "ltr"}]
EXTRA = FRENCH | {"url": "https://exemple.example"}
DIGEST = "sha384-" + base64.b64encode(hashlib.sha384(b"a file").digest()).decode()
RESOURCE = {"id": "https://exemple.example/fichier.json", "digestSRI": DIGEST}
OTHER = "uEiDnPSKWFxEoOn3WdVw8W0vUQoxZZN1H1Xr6Ya3TaN8Oeg"
"""A digest, and of nothing that is here."""


@dataclass(frozen=True)
class Assertion:
    """One assertion of a suite."""

    name: str
    accepts: tuple[Callable[[Server], Answer], ...] = ()
    refuses: tuple[Callable[[Server], Answer], ...] = ()


def issue(**change: Any) -> Callable[[Server], Answer]:
    """A credential put to the issuer."""
    return lambda server: server.issue(claims(**change))


def shown(carried: list[Any] | None = None, spoilt: dict[str, Any] | None = None, **change: Any) -> Callable[[Server], Answer]:
    """A presentation signed by a holder of ours, put to the verifier; ``spoilt`` are members changed once it was signed."""

    def call(server: Server) -> Answer:
        return server.verify_presentation(_presented(server, carried, **change) | (spoilt or {}), checks=[])

    return call


def misshapen(**change: Any) -> Callable[[Server], Answer]:
    """A presentation that is no linked data, or none of the model, and signed all the same."""
    return lambda server: server.verify_presentation(signed(holding(**change), server.contexts, suite=Suite.JCS))


def without_proof(document: dict[str, Any]) -> Callable[[Server], Answer]:
    """A presentation that nobody signed."""
    return lambda server: server.verify_presentation(document)


def verify(make: Callable[[Server], Any]) -> Callable[[Server], Answer]:
    """What is made, put to the verifier of credentials."""
    return lambda server: server.verify(make(server))


class Bare(dict[str, Any]):
    """A credential that is left without a proof of its own."""


def bare(**change: Any) -> Bare:
    """A credential of the holder's, secured by the presentation alone."""
    return Bare(own(**change))


def own(**change: Any) -> dict[str, Any]:
    """A credential of the holder's, which nobody has signed yet."""
    return claims(issuer=holder(), **change)


def _presented(server: Server, carried: list[Any] | None, **change: Any) -> dict[str, Any]:
    proved = [dict(one) if isinstance(one, Bare) else signed(one, server.contexts, Purpose.ASSERTION) for one in carried or []]
    return signed(holding(proved or None, **change), server.contexts, challenge="un défi", domain=("exemple.example",))


def by_its_issuer(**more: Any) -> Callable[[Server], Answer]:
    """A credential whose issuer is an object, with more to say of itself."""
    return lambda server: server.issue(claims(issuer={"id": server.issuer(), **more}))


def _has(answer: Answer, *members: str) -> Answer:
    """The answer; as refused when what was issued lacks a member."""
    return answer if set(members) <= answer.body["verifiableCredential"].keys() else Answer(599, {}, answer.content)


def enveloped(kind: str = "EnvelopedVerifiableCredential", **change: Any) -> Callable[[Server], Answer]:
    """An envelope as the server makes it, with members changed or left out."""

    def call(server: Server) -> Answer:
        if kind == "EnvelopedVerifiableCredential":
            return server.verify(_changed(server.issued(claims(), mediaType="application/vc+jwt"), change))
        made = server.post("/presentations", {"presentation": holding(), "options": {"mediaType": "application/vp+jwt"}}).body
        return server.verify_presentation(_changed(made["verifiablePresentation"], change))

    return call


def _changed(document: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    named = {name.replace("_context", "@context"): value(document) if callable(value) else value for name, value in change.items()}
    return {name: value for name, value in (document | named).items() if value is not Ellipsis}


def _token(document: dict[str, Any]) -> str:
    return str(document["id"]).rpartition(",")[2]


def _measured(server: Server, algorithm: str) -> str:
    return base64.b64encode(hashlib.new(algorithm, server.contexts[BASE]).digest()).decode()


def _spoilt(presentation: dict[str, Any]) -> dict[str, Any]:
    return presentation | {"proof": presentation["proof"] | {"proofValue": "z5nmMBw2u9TGKd9NxxHJtyZKgjN2Eh"}}


UNSIGNED = claims(issuer="did:example:issuer")
REJECTED_CONTEXTS: tuple[Any, ...] = ([BASE, "https ://no-url/v1"], [BASE, 123192875], [BASE, "https://exemple.example/nowhere"])

DATA_MODEL = (
    # conformance
    Assertion("what is issued is secured", (lambda server: server.verify(server.issued(claims())),), (verify(lambda server: UNSIGNED),)),
    Assertion(
        "what is issued has every required member",
        (lambda server: _has(server.issue(claims()), "@context", "type", "issuer", "credentialSubject", "proof"),),
    ),
    Assertion("a verifier verifies", (verify(lambda server: server.issued(claims())),), (verify(lambda server: UNSIGNED),)),
    Assertion(
        "a verifier raises errors",
        (),
        (verify(lambda server: {"type": ["NonconformingDocument"]}), without_proof({"type": ["NonconformingDocument"]})),
    ),
    # 4.3
    Assertion("a credential has contexts", (issue(),), (issue(_context=...),)),
    Assertion("a presentation has contexts", (shown(),), (shown(spoilt={"@context": None}), misshapen(_context=...))),
    Assertion("the base context is first in a credential", (issue(_context=[BASE, EXAMPLES]),), (issue(_context=[EXAMPLES]),)),
    Assertion(
        "the base context is first in a presentation", (shown(),), (misshapen(_context=[EXAMPLES, BASE]), misshapen(_context=[EXAMPLES]))
    ),
    Assertion(
        "other contexts of a credential are URLs or objects",
        (issue(_context=[BASE, EXAMPLES]), issue(_context=[BASE, {"a": "https://a.example#a"}])),
        tuple(issue(_context=one) for one in REJECTED_CONTEXTS),
    ),
    Assertion(
        "other contexts of a presentation are URLs or objects",
        (shown(_context=[BASE, EXAMPLES]), shown(_context=[BASE, {"a": "https://a.example#a"}])),
        tuple(shown([own()], {"@context": one}) for one in REJECTED_CONTEXTS),
    ),
    # 4.4
    Assertion(
        "an identifier is one URL",
        (issue(id="urn:uuid:1"), issue(id="did:example:1"), issue(credentialSubject={"id": "did:example:1", "name": "a"})),
        (
            issue(id=None),
            issue(id=["urn:uuid:1", "urn:uuid:2"]),
            issue(id="no-url"),
            issue(credentialSubject={"id": ["did:example:1", "did:example:2"], "name": "a"}),
        ),
    ),
    # 4.5
    Assertion("a credential has types", (issue(),), (issue(type=...),)),
    Assertion("a presentation has types", (), (misshapen(type=...), without_proof({"@context": [BASE]}))),
    Assertion(
        "types are terms or URLs",
        (
            issue(type=["VerifiableCredential", "https://a.example#T"]),
            issue(_context=[BASE, {"T": "https://a.example#T"}], type=["VerifiableCredential", "T"]),
        ),
        (issue(_context=[BASE, {"T": "https ://no-url#T"}], type=["VerifiableCredential", "T"]), issue(type=["VerifiableCredential", "T"])),
    ),
    Assertion(
        "the order of types does not matter",
        (
            issue(type=["https://a.example#A", "https://a.example#B", "VerifiableCredential"]),
            issue(type=["https://a.example#A", "VerifiableCredential", "https://a.example#B"]),
        ),
    ),
    Assertion(
        "a credential is of its type",
        (issue(type=["VerifiableCredential", "https://a.example#T"]),),
        (issue(type=["https://a.example#T"]),),
    ),
    Assertion(
        "a presentation is of its type",
        (shown(_context=[BASE, {"T": "https://a.example#T"}], type=["VerifiablePresentation", "T"]),),
        (misshapen(type=["https://a.example#T"]), without_proof(holding(type=["https://a.example#T"]))),
    ),
    Assertion("a status has a type", (issue(credentialStatus=STATUS),), (issue(credentialStatus={"id": STATUS["id"]}),)),
    Assertion("terms of use have a type", (issue(termsOfUse={"type": "https://a.example#T"}),), (issue(termsOfUse={"id": "urn:uuid:1"}),)),
    Assertion("evidence has a type", (issue(evidence=[{"type": "https://a.example#T"}]),), (issue(evidence=[{"id": "urn:uuid:1"}]),)),
    Assertion(
        "a refresh service has a type",
        (issue(refreshService={"type": "https://a.example#T", "id": "https://a.example"}),),
        (issue(refreshService={"id": "https://a.example"}),),
    ),
    Assertion("a schema has a type", (issue(credentialSchema=SCHEMA),), (issue(credentialSchema={"id": SCHEMA["id"]}),)),
    # 4.6
    *(
        Assertion(
            f"the {member} of a credential",
            (issue(**{member: "Nuage"}), issue(), issue(**{member: FRENCH}), issue(**{member: SEVERAL[1]}), issue(**{member: SEVERAL})),
            (issue(**{member: EXTRA}),),
        )
        for member in ("name", "description")
    ),
    *(
        Assertion(
            f"the {member} of an issuer",
            tuple(by_its_issuer(**{member: one}) for one in ("Nuage", FRENCH, SEVERAL[1], SEVERAL)),
            (by_its_issuer(**{member: EXTRA}),),
        )
        for member in ("name", "description")
    ),
    # 4.7, 4.8
    Assertion("a credential has an issuer", (lambda server: _has(server.issue(claims()), "issuer"),)),
    Assertion(
        "an issuer is a URL or has one",
        (by_its_issuer(),),
        (issue(issuer="no-url"), issue(issuer=None), issue(issuer={"id": None}), issue(issuer={"id": "no-url"})),
    ),
    Assertion("a credential has a subject", (), (issue(credentialSubject=...),)),
    Assertion(
        "each subject has claims",
        (issue(credentialSubject=[{"id": "did:example:1"}, {"name": "a"}]),),
        (issue(credentialSubject={}), issue(credentialSubject=[{"id": "did:example:1"}, {}])),
    ),
    # 4.9
    Assertion(
        "the beginning is a moment",
        (issue(validFrom="2023-06-18T21:19:10.123Z"), issue(validFrom="2023-06-18T21:19:10-05:00")),
        (issue(validFrom="June 18th, 2023"),),
    ),
    Assertion(
        "the end is a moment",
        (
            issue(validUntil="2010-01-01T19:23:24Z"),
            issue(validUntil="2033-06-18T21:19:10.123Z"),
            issue(validUntil="2033-06-18T21:19:10-05:00"),
        ),
        (issue(validUntil="tomorrow"),),
    ),
    *(
        Assertion(
            name,
            (issue(validFrom="2025-01-01T00:00:00Z", validUntil="2033-01-01T00:00:00Z"),),
            (issue(validFrom="2033-01-01T00:00:00Z", validUntil="2025-01-01T00:00:00Z"),),
        )
        for name in ("the beginning is not after the end", "the end is not before the beginning")
    ),
    # 4.10, 4.11
    *(
        Assertion(name, (issue(credentialStatus=STATUS),), (issue(credentialStatus={"id": STATUS["id"]}),))
        for name in ("the type of a status is required", "the type of a status is as types are")
    ),
    Assertion(
        "the identifier of a status is one URL",
        (issue(credentialStatus={"type": STATUS["type"]}),),
        (issue(credentialStatus=STATUS | {"id": ["urn:uuid:1", "urn:uuid:2"]}), issue(credentialStatus=STATUS | {"id": "no-url"})),
    ),
    Assertion(
        "the type of a status is a term or URL",
        (issue(credentialStatus=STATUS),),
        (issue(credentialStatus={"id": STATUS["id"]}), issue(credentialStatus=STATUS | {"type": 2})),
    ),
    Assertion(
        "schemas are one or more",
        (issue(credentialSchema=SCHEMA), issue(credentialSchema=[SCHEMA, SCHEMA | {"id": "https://a.example/2.json"}])),
    ),
    Assertion(
        "a schema has type and identifier",
        (),
        (
            issue(credentialSchema={"id": SCHEMA["id"]}),
            issue(credentialSchema={"type": "JsonSchema"}),
            issue(credentialSchema=SCHEMA | {"id": 5}),
        ),
    ),
    Assertion("several schemas stand together", (issue(credentialSchema=[SCHEMA, SCHEMA | {"id": "https://a.example/2.json"}]),)),
    # 4.13
    Assertion("a presentation may have an identifier", (shown(id="urn:uuid:3978344f-8596-4c3a-a978-8fcaba3903c5"),)),
    Assertion("a presentation has its type", (shown(),)),
    Assertion("one of the types of a presentation is its own", (shown(),)),
    Assertion(
        "a presentation carries credentials",
        (shown([own(), own(credentialSubject={"id": "did:example:other", "name": "a"})]),),
        (misshapen(verifiableCredential=["a token"]),),
    ),
    Assertion(
        "a holder is a URL or has one", (shown(holder=holder()), shown(holder={"id": holder()})), (misshapen(holder={"name": "nobody"}),)
    ),
    Assertion("who asserts of itself names itself as the holder", (), (shown([bare()]),)),
    Assertion(
        "who asserts of itself is the holder",
        (shown([bare()], holder=holder()),),
        (shown([bare()], holder="did:example:acme"), shown([Bare(own() | {"issuer": "did:example:acme"})], holder=holder())),
    ),
    # 4.13.1, 4.13.2
    *(
        Assertion(
            f"an enveloped {what}: its context", (enveloped(kind),), (enveloped(kind, _context=[]), enveloped(kind, _context=EXAMPLES))
        )
        for what, kind in (("credential", "EnvelopedVerifiableCredential"), ("presentation", "EnvelopedVerifiablePresentation"))
    ),
    *(
        Assertion(f"an enveloped {what}: its data URL", (enveloped(kind),), (enveloped(kind, id=_token),))
        for what, kind in (("credential", "EnvelopedVerifiableCredential"), ("presentation", "EnvelopedVerifiablePresentation"))
    ),
    Assertion("an enveloped credential: its type", (enveloped(),), (enveloped(type=...), enveloped(type="VerifiableCredential"))),
    Assertion(
        "an enveloped presentation: its type",
        (enveloped("EnvelopedVerifiablePresentation"),),
        (enveloped("EnvelopedVerifiablePresentation", type=["VerifiablePresentation"]),),
    ),
    # 5
    Assertion(
        "a protected term is not defined again",
        (),
        (
            issue(_context=[BASE, {"VerifiableCredential": "https://a.example#Bad"}]),
            issue(
                _context=[BASE, {"@protected": True, "T": "https://a.example#T"}, {"T": "https://a.example#Bad"}],
                type=["VerifiableCredential", "T"],
            ),
        ),
    ),
    Assertion(
        "related resources are objects",
        (
            issue(relatedResource=[RESOURCE]),
            issue(relatedResource=[{"id": RESOURCE["id"], "digestMultibase": OTHER}]),
            issue(relatedResource=[RESOURCE | {"mediaType": "application/json"}]),
        ),
        (issue(relatedResource=[RESOURCE["id"]]),),
    ),
    Assertion("a related resource has an identifier", (), (issue(relatedResource=[{"digestSRI": DIGEST}]),)),
    Assertion("no related resource stands twice", (), (issue(relatedResource=[RESOURCE, RESOURCE]),)),
    Assertion("a related resource has a digest", (), (issue(relatedResource=[{"id": RESOURCE["id"]}]),)),
    Assertion(
        "the digest of a related resource is its own",
        (lambda server: server.issue(claims(relatedResource={"id": BASE, "digestSRI": "sha384-" + _measured(server, "sha384")})),),
        (issue(relatedResource={"id": BASE, "digestSRI": DIGEST}), issue(relatedResource={"id": BASE, "digestMultibase": OTHER})),
    ),
    Assertion(
        "refresh services are one or more",
        (issue(refreshService={"type": "https://a.example#T"}), issue(refreshService=[{"type": "https://a.example#T"}] * 2)),
    ),
    Assertion("each refresh service has its type", (), (issue(refreshService={"id": "https://a.example"}),)),
    Assertion("terms of use are one or more", (issue(termsOfUse=[{"type": "https://a.example#T"}, {"type": "https://a.example#U"}]),)),
    Assertion(
        "each term of use has its type",
        (issue(termsOfUse={"type": "https://a.example#T", "id": "urn:uuid:1"}),),
        (issue(termsOfUse={"id": "urn:uuid:1"}),),
    ),
    Assertion("evidence is one or more", (issue(evidence=[{"type": "https://a.example#T"}, {"type": "https://a.example#U"}]),)),
    Assertion(
        "what stands under a reserved name has its type",
        (issue(renderMethod={"type": "https://a.example#T"}),),
        (issue(renderMethod={"id": "urn:uuid:1"}),),
    ),
    # 7
    Assertion(
        "the verification algorithm",
        (verify(lambda server: server.issued(claims())), shown()),
        (lambda server: server.verify_presentation(_spoilt(_presented(server, None))),),
    ),
)
