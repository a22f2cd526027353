"""Verifiable Credentials Data Model v2.0 (W3C Recommendation, 15 May 2025), 4.13 to 7: presentations, extensions, algorithms."""

from __future__ import annotations

from tests.trust.credential_world import CONTEXTS, HOLDER, ISSUER, claims, credential, kid, presentation, token
from tests.trust.normative.statements import (
    ABSENT,
    Level,
    Statement,
    altered,
    bad,
    beside,
    enveloped,
    good,
    held,
    multihash,
    sent,
    sri,
)

from egide.trust.credentials.results import Outcome

BASE = CONTEXTS[0]
REFUSED = Outcome.REFUSED
DIGEST = {"digestSRI": "sha384-lHHrjlBCNWyAX91hr6LFV2Y3heB5Tcr6IeE4Tje8YyzYBM8IhqjHWiWpr8ZbYUaa"}
RESOURCE = {"id": "https://nuage-fictif.example/resource.json", **DIGEST}
OWN = claims(issuer=HOLDER)


STATEMENTS = (
    # 4.13 Verifiable presentations
    Statement(
        "4.13 a",
        "the credentials of a presentation are objects",
        keeps=(held(), held(verifiableCredential=[enveloped(), enveloped()])),
        breaks=(
            held(REFUSED, "model 4.13", verifiableCredential=[credential()]),
            held(REFUSED, "model 4.13", verifiableCredential=5),
            held(REFUSED, "model 4.13", verifiableCredential=["https://a.example/credentials/1"]),
        ),
    ),
    Statement(
        "4.13 b",
        "a holder is a URL, or an object whose `id` is a URL",
        keeps=(held(holder={"id": HOLDER}), held()),
        breaks=(held(REFUSED, "model 4.13", holder={"name": "Acheteur"}), held(REFUSED, "model 4.13", holder="no-url")),
    ),
    Statement(
        "4.13 c",
        "a presentation is verified with all that it carries",
        keeps=(sent("two credentials", presentation),),
        breaks=(held(REFUSED, "signature-false", verifiableCredential=[enveloped(), enveloped(altered())]),),
    ),
    Statement(
        "4.13.1 a",
        "an enveloped credential has the base context, or one that defines as much",
        keeps=(sent("as issued", enveloped), sent("in a list", lambda: enveloped(_context=[BASE]))),
        breaks=(
            sent("no context", lambda: enveloped(_context=[]), REFUSED, "model 4.13.1"),
            sent("another context", lambda: enveloped(_context="https://a.example/v2"), REFUSED, "model 4.13.1"),
        ),
    ),
    Statement(
        "4.13.1 b",
        "its `id` is a `data:` URL with the secured credential",
        keeps=(sent("as issued", enveloped),),
        breaks=(
            sent("the token alone", lambda: enveloped(id=credential()), REFUSED, "model 4.13.1"),
            sent("of another type", lambda: enveloped(id=f"data:text/plain,{credential()}"), REFUSED, "envelope-type"),
        ),
    ),
    Statement(
        "4.13.1 c",
        "its type is EnvelopedVerifiableCredential",
        keeps=(sent("as issued", enveloped),),
        breaks=(
            held(REFUSED, "model 4.7", verifiableCredential=[enveloped(type="VerifiableCredential")]),
            held(REFUSED, "model 4.13.1", verifiableCredential=[enveloped(type=["EnvelopedVerifiableCredential", "Other"])]),
        ),
    ),
    *(
        Statement(
            f"4.13.2 {letter}",
            f"an enveloped presentation has {what}",
            keeps=(sent("as presented", lambda: _presented({})),),
            breaks=(sent("broken", lambda change=change: _presented(change), REFUSED, why),),
        )
        for letter, what, change, why in (
            ("a", "the base context, or one that defines as much", {"@context": ["https://a.example/v2"]}, "model 4.13.2"),
            ("b", "a `data:` URL with the secured presentation as its `id`", {"id": "https://a.example/presentations/1"}, "model 4.13.2"),
            ("c", "EnvelopedVerifiablePresentation as its type", {"type": ["EnvelopedVerifiablePresentation", "Other"]}, "model 4.13.2"),
        )
    ),
    Statement(
        "4.13.3",
        "a derived credential proves what it discloses without the whole",
        not_here="selective disclosure and zero-knowledge proofs are not offered; SD-JWT is refused by name",
    ),
    Statement(
        "4.13.4 a",
        "a presentation with a self-asserted credential that only it secures names its holder",
        keeps=(held(verifiableCredential=[OWN]),),
        breaks=(held(REFUSED, "unsigned-in-signed", holder=ABSENT, verifiableCredential=[OWN]),),
    ),
    Statement(
        "4.13.4 b",
        "the issuer of a self-asserted credential is the holder",
        keeps=(held(verifiableCredential=[OWN, enveloped()]),),
        breaks=(
            held(REFUSED, "unsigned-in-signed", verifiableCredential=[claims()]),
            held(REFUSED, "iss-of-another", holder="did:example:acme", verifiableCredential=[OWN]),
        ),
    ),
    Statement(
        "4.13.4 c",
        "all that is demanded of credentials is demanded of self-asserted ones",
        keeps=(held(verifiableCredential=[OWN]),),
        breaks=(held(REFUSED, "model 4.8", verifiableCredential=[OWN | {"credentialSubject": {}}]),),
    ),
    # 5.2 Extensibility
    Statement(
        "5.2.1 a",
        "whoever defines terms publishes what they mean, under URLs of their own",
        not_here="binds authors of vocabularies; the terms of this product are described in its reference",
    ),
    # 5.3 Integrity of related resources
    Statement(
        "5.3 a",
        "related resources are one or more objects",
        keeps=(good(relatedResource=RESOURCE), good(relatedResource=[RESOURCE])),
        breaks=(bad("model 5.3", relatedResource=["https://a.example"]), bad("model 5.3", relatedResource=[])),
    ),
    Statement(
        "5.3 b",
        "a related resource has an `id`, which is a URL",
        keeps=(good(relatedResource=RESOURCE),),
        breaks=(bad("model 5.3", relatedResource=DIGEST), bad("model 5.3", relatedResource={"id": "no-url", **DIGEST})),
    ),
    Statement(
        "5.3 c",
        "no related resource stands twice",
        keeps=(good(relatedResource=[RESOURCE, {**RESOURCE, "id": "https://b.example"}]),),
        breaks=(bad("model 5.3", relatedResource=[RESOURCE, RESOURCE]),),
    ),
    Statement(
        "5.3 d",
        "a related resource has a digest, as Subresource Integrity or multibase has it",
        keeps=(good(relatedResource={"id": "https://a.example", "digestMultibase": "uEiAjCHMnK5-ayOIZLWo_TBoKYVvSAprlkYEjRlm19Cj0uw"}),),
        breaks=(
            bad("model 5.3", relatedResource={"id": "https://a.example"}),
            bad("model 5.3", relatedResource={"id": "https://a.example", "digestSRI": 5}),
            bad("model 5.3", relatedResource={"id": "https://a.example", "digestSRI": "md5-AAAA"}),
            bad("model 5.3", relatedResource={"id": "https://a.example", "digestMultibase": "0 no multibase"}),
        ),
    ),
    Statement(
        "5.3 g",
        "a resource whose digest is another is an error",
        keeps=(
            beside(digestSRI=sri("sha384")),
            beside(digestSRI=[sri("sha256"), sri("sha512")]),
            beside(digestMultibase=multihash()),
            beside(id="https://a.example/elsewhere.json", digestSRI=sri("sha256", b"another")),
        ),
        breaks=(
            beside("related-altered", digestSRI=sri("sha384", b"another")),
            beside("related-altered", digestMultibase=multihash(b"another")),
            beside("related-altered", digestSRI=sri("sha384"), digestMultibase=multihash(b"another")),
            beside("related-digest", digestMultibase="uAAAA"),
        ),
    ),
    Statement(
        "5.3 e",
        "whoever retrieves a resource asks for its media type, and takes no other",
        Level.SHOULD,
        not_here="no resource is retrieved; those at hand are held against their digest (5.3 g)",
    ),
    Statement(
        "5.3 f",
        "a media type of a related resource is one",
        keeps=(good(relatedResource={**RESOURCE, "mediaType": "application/json"}),),
        breaks=(
            bad("model 5.3", relatedResource={**RESOURCE, "mediaType": "no type"}),
            bad("model 5.3", relatedResource={**RESOURCE, "mediaType": 5}),
        ),
    ),
    # 5.4 Refreshing, 5.5 Terms of use, 5.6 Evidence, 5.10 Reserved extension points
    Statement(
        "5.4 a",
        "refresh services are objects with a type",
        keeps=(good(refreshService={"type": "A"}), good(refreshService=[{"type": "A"}] * 2)),
        breaks=(bad("model 5.4", refreshService={"id": "https://a.example"}), bad("model 5.4", refreshService="https://a.example")),
    ),
    Statement(
        "5.5 a",
        "terms of use are objects with a type, in a credential and in a presentation",
        keeps=(good(termsOfUse=[{"type": "A", "id": "https://a.example"}, {"type": "B"}]), held(termsOfUse={"type": "A"})),
        breaks=(bad("model 5.5", termsOfUse={"id": "https://a.example"}), held(REFUSED, "model 5.5", termsOfUse=[{}])),
    ),
    Statement(
        "5.6 a",
        "evidence is one or more objects",
        keeps=(good(evidence={"type": "A"}), good(evidence=[{"type": "A"}, {"type": "B"}])),
        breaks=(bad("model 5.6", evidence="seen"), bad("model 5.6", evidence=["seen"])),
    ),
    Statement(
        "5.10 a",
        "what stands under a reserved name has a type",
        keeps=(good(confidenceMethod={"type": "A"}), good(renderMethod=[{"type": "A"}])),
        breaks=(bad("model 5.10", confidenceMethod={"id": "https://a.example"}), bad("model 5.10", renderMethod={})),
    ),
    Statement(
        "5.11 a",
        "whoever maps another format to this model does it in a defined way, both ways",
        not_here="no other format of credentials is mapped; version 1.1 is refused by name",
    ),
    Statement(
        "5.13 a",
        "whoever specifies a securing mechanism specifies an algorithm and what it returns",
        not_here="binds authors of securing mechanisms; two published ones are used",
    ),
    # 6 Syntaxes
    Statement(
        "6 a",
        "`id`, `issuer`, `validFrom` and `validUntil` are single values",
        keeps=(good(),),
        breaks=(
            bad("model 4.4", id=["urn:uuid:1", "urn:uuid:2"]),
            bad("model 4.7", issuer=[ISSUER, HOLDER]),
            bad("not-a-date", validFrom=["2026-11-01T00:00:00Z"] * 2),
            bad("not-a-date", validUntil=["2027-11-01T00:00:00Z"]),
        ),
    ),
    Statement(
        "6.1 a",
        "documents are in compacted form",
        keeps=(good(),),
        breaks=(
            bad("keyword-for-alias", type=ABSENT, **{"@type": ["VerifiableCredential"]}),
            bad("keyword-for-alias", id=ABSENT, **{"@id": "urn:uuid:1"}),
        ),
    ),
    Statement(
        "6.2 a",
        "a media type says what is sent",
        Level.SHOULD,
        keeps=(sent("vc+jwt", credential), sent("vp+jwt", presentation)),
        breaks=(sent("at+jwt", lambda: token(claims(), {"typ": "at+jwt"}), REFUSED, "typ-not-accepted"),),
    ),
    # 7 Algorithms
    Statement(
        "7.1 a",
        "a verifier runs the algorithm: the securing first or last, and the document conforms",
        keeps=(good(), held()),
        breaks=(
            sent("altered", altered, REFUSED, "signature-false"),
            bad("model 4.8", credentialSubject={}),
            sent("of a key not its own", lambda: token(claims(), {"kid": kid(HOLDER), "iss": None}), REFUSED, "kid-of-another"),
        ),
    ),
)


def _presented(change: dict[str, object]) -> dict[str, object]:
    return {"@context": BASE, "id": f"data:application/vp+jwt,{presentation()}", "type": "EnvelopedVerifiablePresentation"} | change
