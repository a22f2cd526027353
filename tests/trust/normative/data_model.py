"""Verifiable Credentials Data Model v2.0 (W3C Recommendation, 15 May 2025), 1 to 4.12 and 11: what binds those who issue and verify.

What only JSON-LD can tell (a type that no context defines, a protected term that is defined again) is asked of the running server, in
`tests/api/conformance.py`.
"""

from __future__ import annotations

from tests.trust.credential_world import CONTEXTS, HOLDER, ISSUER, claims, token
from tests.trust.normative.statements import (
    ABSENT,
    Level,
    Statement,
    altered,
    bad,
    good,
    held,
    issued,
    left_out,
    sent,
)

from egide.trust.credentials.results import Mode, Outcome

BASE = CONTEXTS[0]
OPEN = Outcome.NOT_EVALUATED
REFUSED = Outcome.REFUSED
STATUS = {"id": "https://nuage-fictif.example/status", "type": "UnStatutFictif"}
SCHEMA = {"id": "https://nuage-fictif.example/schema.json", "type": "JsonSchema"}


STATEMENTS = (
    # 1.3 Conformance
    Statement(
        "1.3 a",
        "a conforming document is secured by at least one mechanism",
        keeps=(good(),),
        breaks=(sent("in plain JSON", claims, OPEN, "unsigned"),),
    ),
    Statement(
        "1.3 b",
        "an issuer gives every required member, and secures what it gives",
        keeps=(issued(type=ABSENT, issuer=ABSENT), issued(_context=ABSENT)),
        breaks=(left_out("issuer", "model 4.7"), left_out("type", "model 4.5")),
    ),
    Statement(
        "1.3 c",
        "a verifier verifies how the document is secured",
        keeps=(good(),),
        breaks=(sent("with another payload", altered, REFUSED, "signature-false"),),
    ),
    Statement(
        "1.3 d",
        "a verifier finds each required member to be as it must",
        keeps=(good(),),
        breaks=(left_out("credentialSubject", "model 4.8"),),
    ),
    Statement(
        "1.3 e",
        "a verifier raises an error for what does not conform",
        keeps=(good(),),
        breaks=(sent("of another type", lambda: token({"type": ["SomethingElse"]}), REFUSED, "model 4.5"),),
    ),
    # 4.3 Contexts
    Statement("4.3 a", "a credential has `@context`", keeps=(good(),), breaks=(left_out("@context", "model 4.3"),)),
    Statement("4.3 b", "a presentation has `@context`", keeps=(held(),), breaks=(held(REFUSED, "model 4.3", _context=ABSENT),)),
    Statement(
        "4.3 c",
        "`@context` of a credential is an ordered set that begins with the base context",
        keeps=(good(_context=[BASE]), good(_context=CONTEXTS)),
        breaks=(
            bad("model 4.3", _context=CONTEXTS[::-1]),
            bad("model 4.3", _context=CONTEXTS[1:]),
            bad("model 4.3", _context=[]),
            bad("context-not-a-list", _context=BASE),
            bad("model 4.3", _context={"@vocab": "https://a.example#"}),
        ),
    ),
    Statement(
        "4.3 d",
        "`@context` of a presentation is an ordered set that begins with the base context",
        keeps=(held(_context=[BASE]),),
        breaks=(held(REFUSED, "model 4.3", _context=CONTEXTS[::-1]), held(REFUSED, "model 4.3", _context=CONTEXTS[1:])),
    ),
    Statement(
        "4.3 e",
        "further items are URLs or objects",
        keeps=(good(_context=[BASE, {"fictif": "https://a.example#fictif"}]), held(_context=[BASE, {"a": "https://a.example#a"}])),
        breaks=(
            bad("model 4.3", _context=[BASE, 123192875]),
            bad("model 4.3", _context=[BASE, "https ://no-url/v1"]),
            bad("model 4.3", _context=[BASE, None]),
            bad("model 4.3", _context=[BASE, CONTEXTS[1:]]),
            held(REFUSED, "model 4.3", _context=[BASE, 123192875]),
            held(REFUSED, "model 4.3", _context=[BASE, "https ://a"]),
        ),
    ),
    # 4.4 Identifiers
    Statement(
        "4.4 a",
        "`id` is one URL",
        keeps=(good(id=ABSENT), good(id="urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33"), good(id="did:example:1"), held(id="urn:uuid:1")),
        breaks=(
            bad("model 4.4", id=None),
            bad("model 4.4", id="no-url"),
            bad("model 4.4", id=["https://a.example"]),
            bad("model 4.4", id="https ://a.example"),
            bad("model 4.4", id=5),
            held(REFUSED, "model 4.4", id="no-url"),
        ),
    ),
    Statement(
        "4.4 b",
        "`id` of a subject is one URL",
        keeps=(good(credentialSubject={"id": "did:example:1", "name": "a"}),),
        breaks=(
            bad("model 4.4", credentialSubject={"id": ["did:example:1", "did:example:2"]}),
            bad("model 4.4", credentialSubject={"id": "no-url"}),
        ),
    ),
    # 4.5 Types
    Statement("4.5 a", "a credential has `type`", keeps=(good(),), breaks=(left_out("type", "model 4.5"), bad("model 4.5", type=[]))),
    Statement(
        "4.5 b",
        "a presentation has `type`",
        keeps=(held(),),
        breaks=(
            sent(
                "a presentation of no type",
                lambda: token({"@context": CONTEXTS, "holder": HOLDER}, {"typ": "vp+jwt", "cty": "vp"}, did=HOLDER),
                REFUSED,
                "model 4.5",
            ),
        ),
    ),
    Statement(
        "4.5 c",
        "types are terms or absolute URLs",
        keeps=(good(type=["VerifiableCredential", "https://a.example#Type"]), good(type="VerifiableCredential")),
        breaks=(
            bad("model 4.5", type=["VerifiableCredential", 5]),
            bad("model 4.5", type=["VerifiableCredential", "two words"]),
            bad("model 4.5", type=["VerifiableCredential", None]),
            bad("model 4.5", type={"id": "VerifiableCredential"}),
        ),
    ),
    Statement(
        "4.5 d",
        "the order of types does not matter",
        keeps=(
            good(type=["https://a.example#A", "VerifiableCredential"]),
            good(type=["https://a.example#A", "VerifiableCredential", "https://a.example#B"]),
        ),
        breaks=(bad("model 4.5", type=["https://a.example#A", "https://a.example#B"]),),
    ),
    Statement(
        "4.5 e",
        "a credential is a VerifiableCredential",
        keeps=(good(type=["VerifiableCredential", "gx:ServiceOffering"]),),
        breaks=(bad("model 4.5", type=["gx:ServiceOffering"]),),
    ),
    Statement(
        "4.5 f",
        "a presentation is a VerifiablePresentation",
        keeps=(held(type=["VerifiablePresentation", "gx:Presentation"]),),
        breaks=(held(REFUSED, "model 4.5", type=["gx:Presentation"]),),
    ),
    Statement(
        "4.5 g",
        "every status, schema, refresh service, term of use and evidence has a type",
        keeps=(
            good(OPEN, credentialStatus=STATUS),
            good(credentialSchema=SCHEMA),
            good(refreshService={"type": "A"}),
            good(termsOfUse={"type": "A"}),
            good(evidence={"type": ["A", "B"]}),
        ),
        breaks=(
            bad("model 4.10", credentialStatus={"id": STATUS["id"]}),
            bad("model 4.11", credentialSchema={"id": SCHEMA["id"]}),
            bad("model 5.4", refreshService={"id": SCHEMA["id"]}),
            bad("model 5.5", termsOfUse={"id": SCHEMA["id"]}),
            bad("evidence-untyped", evidence={"id": SCHEMA["id"]}),
        ),
    ),
    # 4.6 Names and descriptions; 11.1 language and base direction
    *(
        Statement(
            f"4.6 {letter}",
            f"`{member}` of a credential is a text, or texts with their language",
            keeps=(
                good(**{member: "Nuage"}),
                good(**{member: {"@value": "Nuage", "@language": "fr"}}),
                good(**{member: {"@value": "Nuage", "@language": "fr-FR", "@direction": "ltr"}}),
                good(**{member: [{"@value": "Nuage", "@language": "fr"}, {"@value": "Cloud", "@language": "en"}]}),
            ),
            breaks=(
                bad("model 4.6", **{member: {"@value": "Nuage", "@language": "fr", "url": "https://a.example"}}),
                bad("model 4.6", **{member: 5}),
                bad("model 4.6", **{member: {"@language": "fr"}}),
                bad("model 4.6", **{member: []}),
            ),
        )
        for letter, member in (("a", "name"), ("b", "description"))
    ),
    *(
        Statement(
            f"4.6 {letter}",
            f"`{member}` of an issuer is a text, or texts with their language",
            keeps=(
                good(issuer={"id": ISSUER, member: "Nuage"}),
                good(issuer={"id": ISSUER}),
                good(issuer={"id": ISSUER, member: [{"@value": "Nuage", "@language": "fr", "@direction": "ltr"}, "Cloud"]}),
            ),
            breaks=(
                bad("model 4.6", issuer={"id": ISSUER, member: {"@value": "Nuage", "url": "https://a.example"}}),
                bad("model 4.6", issuer={"id": ISSUER, member: 5}),
            ),
        )
        for letter, member in (("c", "name"), ("d", "description"))
    ),
    Statement(
        "11.1 a",
        "a language is a tag of BCP 47, a direction `ltr` or `rtl`, and a text with its language holds nothing else",
        keeps=(good(name={"@value": "شركة", "@language": "ar-EG", "@direction": "rtl"}), good(name={"@value": "Nuage"})),
        breaks=(
            bad("model 4.6", name={"@value": "a", "@language": "not a tag"}),
            bad("model 4.6", name={"@value": "a", "@language": 5}),
            bad("model 4.6", name={"@value": "a", "@direction": "up"}),
            bad("model 4.6", name={"@value": "a", "@type": "b"}),
            bad("model 4.6", name={"@value": ["a"]}),
        ),
    ),
    # 4.7 Issuer
    Statement("4.7 a", "a credential has an issuer", keeps=(good(),), breaks=(left_out("issuer", "model 4.7"),)),
    Statement(
        "4.7 b",
        "an issuer is a URL, or an object whose `id` is a URL",
        keeps=(good(), good(issuer={"id": ISSUER})),
        breaks=(
            bad("model 4.7", issuer="no-url"),
            bad("model 4.7", issuer=None),
            bad("model 4.7", issuer={"id": None}),
            bad("model 4.7", issuer={"id": "no-url"}),
            bad("model 4.7", issuer={"name": "Nuage"}),
            bad("model 4.7", issuer=[ISSUER]),
        ),
    ),
    # 4.8 Credential subject
    Statement("4.8 a", "a credential has a subject", keeps=(good(),), breaks=(left_out("credentialSubject", "model 4.8"),)),
    Statement(
        "4.8 b",
        "each subject is an object with claims",
        keeps=(good(credentialSubject=[{"id": "did:example:1"}, {"name": "a"}]),),
        breaks=(
            bad("model 4.8", credentialSubject={}),
            bad("model 4.8", credentialSubject=[{"name": "a"}, {}]),
            bad("model 4.8", credentialSubject=[]),
            bad("model 4.8", credentialSubject="did:example:1"),
        ),
    ),
    # 4.9 Validity period; 5.8 representing time
    Statement(
        "4.9 a",
        "`validFrom` is a dateTimeStamp",
        keeps=(good(validFrom="2023-06-18T21:19:10.123Z"), good(validFrom="2023-06-18T21:19:10-05:00"), good(validFrom=ABSENT)),
        breaks=(
            bad("not-a-date", validFrom="20230618"),
            bad("not-a-date", validFrom="2023-06-18"),
            bad("not-a-date", validFrom=5),
            bad("not-a-date", validFrom="June 18th"),
            bad("not-a-date", validFrom=["2023-06-18T21:19:10Z"]),
        ),
    ),
    Statement(
        "4.9 b",
        "`validUntil` is a dateTimeStamp",
        keeps=(good(validUntil="2027-06-18T21:19:10.123Z"), good(validUntil="2027-06-18T21:19:10+05:00"), good(validUntil=ABSENT)),
        breaks=(bad("not-a-date", validUntil="2027-06-18 21:19:10Z"), bad("not-a-date", validUntil="2027-02-30T21:19:10Z")),
    ),
    Statement(
        "4.9 c",
        "`validFrom` is not after `validUntil`",
        keeps=(good(validFrom="2026-11-01T00:00:00Z", validUntil="2026-12-01T00:00:00Z"),),
        breaks=(
            bad("model 4.9", validFrom="2027-11-01T00:00:00Z", validUntil="2025-11-01T00:00:00Z"),
            bad("model 4.9", validFrom="2026-12-01T00:00:00Z", validUntil="2026-12-01T00:30:00+01:00"),
        ),
    ),
    Statement(
        "4.9 d",
        "what is not valid yet, or no longer, is told",
        keeps=(good(),),
        breaks=(
            sent("not yet valid", lambda: token(claims(validFrom="2026-12-01T00:00:00Z")), REFUSED, "not-yet-valid"),
            sent("no longer valid", lambda: token(claims(validUntil="2026-11-02T00:00:00Z")), REFUSED, "expired"),
        ),
    ),
    Statement(
        "5.8 a",
        "a moment without its zone counts as UTC, and is not what the model wants",
        Level.SHOULD,
        keeps=(sent("read where that is tolerated", lambda: token(claims(validFrom="2026-11-01T00:00:00")), mode=Mode.COMPATIBLE),),
        breaks=(bad("date-without-zone", validFrom="2026-11-01T00:00:00"),),
    ),
    # 4.10 Status, 4.11 Data schemas
    Statement(
        "4.10 a",
        "a status has a type",
        keeps=(good(OPEN, credentialStatus=STATUS),),
        breaks=(bad("model 4.10", credentialStatus={"id": STATUS["id"]}), bad("model 4.10", credentialStatus={"type": 2})),
    ),
    Statement(
        "4.10 b",
        "the `id` of a status is one URL",
        keeps=(good(OPEN, credentialStatus={"type": "UnStatutFictif"}),),
        breaks=(
            bad("model 4.10", credentialStatus={"type": "A", "id": ["https://a.example", "https://b.example"]}),
            bad("model 4.10", credentialStatus={"type": "A", "id": "no-url"}),
        ),
    ),
    Statement(
        "4.11 a",
        "schemas are one or more objects",
        keeps=(good(credentialSchema=SCHEMA), good(credentialSchema=[SCHEMA, SCHEMA])),
        breaks=(bad("model 4.11", credentialSchema="https://a.example/schema.json"), bad("model 4.11", credentialSchema=[])),
    ),
    Statement(
        "4.11 b",
        "a schema has a type, and an `id` that is a URL",
        keeps=(good(credentialSchema=SCHEMA),),
        breaks=(
            bad("model 4.11", credentialSchema={"type": "JsonSchema"}),
            bad("model 4.11", credentialSchema={"id": SCHEMA["id"]}),
            bad("model 4.11", credentialSchema={"type": "JsonSchema", "id": 5}),
        ),
    ),
    # 4.12 Securing mechanisms
    Statement(
        "4.12 a",
        "an embedded proof is an object with a type",
        keeps=(good(),),
        breaks=(bad("model 4.12", proof="signed"), bad("model 4.12", proof={}), bad("model 4.12", proof=[{"type": "A"}, 5])),
    ),
)
