"""Securing Verifiable Credentials using JOSE and COSE (W3C Recommendation, 15 May 2025): the half on JOSE, and what it takes from JWS.

SD-JWT and COSE are not offered: their tokens are refused by name.
"""

from __future__ import annotations

import json
from typing import Any

from tests.trust.credential_world import CONTEXTS, HOLDER, ISSUER, claims, credential, key, presentation, token
from tests.trust.normative.statements import ABSENT, Case, Level, Statement, changed, enveloped, good, held, sent

from egide.trust.credentials.results import Mode, Outcome
from egide.trust.keys import Kind, b64u

OPEN = Outcome.NOT_EVALUATED
REFUSED = Outcome.REFUSED
VP = {"@context": CONTEXTS, "type": ["VerifiablePresentation"], "holder": HOLDER}


def header(why: str | None = None, /, mode: Mode = Mode.STRICT, claimed: dict[str, Any] | None = None, **change: Any) -> Case:
    """A credential whose header has members set or (as None) left out; with a reason, to be refused."""
    said = ", ".join(f"{name}={'…' if name == 'jwk' else value}" for name, value in {**change, **(claimed or {})}.items())
    named = {name.replace("x5t_S256", "x5t#S256"): value for name, value in change.items()}
    return sent(said, lambda: token(claims(**(claimed or {})), named), REFUSED if why else Outcome.VERIFIED, why, mode)


def held_header(why: str | None = None, /, claimed: dict[str, Any] | None = None, **change: Any) -> Case:
    """As `header`, for a presentation."""
    whole = {"typ": "vp+jwt", "cty": "vp", **change}
    said = ", ".join(f"{name}={value}" for name, value in whole.items())
    return sent(said, lambda: token(VP | (claimed or {}), whole, did=HOLDER), REFUSED if why else Outcome.VERIFIED, why)


def _cut() -> str:
    return credential().rsplit(".", 1)[0] + "."


def _none() -> str:
    head = b64u(json.dumps({"alg": "none", "typ": "vc+jwt", "kid": f"{ISSUER}#key-1"}).encode())
    return f"{head}.{credential().split('.')[1]}."


def _parts() -> dict[str, object]:
    head, payload, signature = credential().split(".")
    return {"payload": payload, "signatures": [{"protected": head, "signature": signature}]}


def _other_signature() -> str:
    return credential().rsplit(".", 1)[0] + "." + credential(2).rsplit(".", 1)[1]


def _shared_secret() -> str:
    head = b64u(json.dumps({"alg": "HS256", "typ": "vc+jwt", "kid": f"{ISSUER}#key-1"}).encode())
    return f"{head}.{credential().split('.')[1]}.{b64u(b'0' * 32)}"


STATEMENTS = (
    # 3.1.1 Credentials
    Statement(
        "3.1.1 a",
        "a credential is secured as a JWS, its payload the credential itself",
        keeps=(sent("as issued", credential),),
        breaks=(
            sent("with no signature", _cut, REFUSED, "signature-false"),
            sent("with `alg` none", _none, REFUSED, "algorithm-not-allowed"),
        ),
    ),
    Statement(
        "3.1.1 b",
        "a verifier verifies it as a JWS",
        keeps=(sent("as issued", credential),),
        breaks=(sent("with another's signature", _other_signature, REFUSED, "signature-false"),),
    ),
    Statement(
        "3.1.1 c",
        "`typ` is `vc+jwt`",
        Level.SHOULD,
        keeps=(header(typ="vc+jwt"), header(typ="application/vc+jwt")),
        breaks=(
            header("typ-not-accepted", typ="JWT"),
            header("typ-absent", typ=None),
            header("typ-of-a-draft", typ="vc+ld+jwt"),
            header("model 4.5", typ="vp+jwt", cty=None),
        ),
    ),
    Statement(
        "3.1.1 d",
        "`cty`, when there, is `vc`",
        Level.SHOULD,
        keeps=(header(cty="vc"), header(cty=None)),
        breaks=(header("cty-not-accepted", cty="vp"), header("cty-not-accepted", cty="application/json")),
    ),
    Statement(
        "3.1.1 e",
        "JSON serialisation is not used",
        Level.SHOULD,
        keeps=(sent("compact", credential),),
        breaks=(sent("in JSON", _parts, REFUSED, "jws-in-json"),),
    ),
    # 3.1.2 Presentations
    Statement(
        "3.1.2 a",
        "a presentation is secured as a JWS, and verified as one",
        keeps=(sent("as presented", presentation),),
        breaks=(
            sent(
                "with another's signature",
                lambda: presentation().rsplit(".", 1)[0] + "." + credential().rsplit(".", 1)[1],
                REFUSED,
                "signature-false",
            ),
        ),
    ),
    Statement(
        "3.1.2 b",
        "`typ` is `vp+jwt`",
        Level.SHOULD,
        keeps=(held_header(),),
        breaks=(held_header("typ-not-accepted", typ="JWT"), held_header("model 4.5", typ="vc+jwt", cty=None)),
    ),
    Statement(
        "3.1.2 c",
        "`cty`, when there, is `vp`",
        Level.SHOULD,
        keeps=(held_header(cty="vp"), held_header(cty=None)),
        breaks=(held_header("cty-not-accepted", cty="vc"),),
    ),
    Statement(
        "3.1.2 d",
        "secured credentials in a presentation are enveloped",
        keeps=(held(),),
        breaks=(
            held(REFUSED, "model 4.13", verifiableCredential=[credential()]),
            held(REFUSED, "model 4.7", verifiableCredential=[enveloped(type="VerifiableCredential")]),
        ),
    ),
    Statement(
        "3.1.2 e",
        "credentials in a presentation are secured",
        keeps=(held(),),
        breaks=(held(REFUSED, "unsigned-in-signed", verifiableCredential=[claims()]),),
    ),
    # 3.1.3 Header parameters and claims
    Statement(
        "3.1.3 a",
        "`vc` and `vp` are no claims",
        keeps=(good(),),
        breaks=(
            header("wrapper-claim", claimed={"vc": claims()}),
            header("wrapper-claim", claimed={"vp": {}}),
            held_header("wrapper-claim", claimed={"vp": {}}),
        ),
    ),
    Statement(
        "3.1.3 b",
        "members that are not understood are ignored",
        keeps=(header(more="of something"), header(claimed={"jti": "urn:uuid:1", "entirely": {"new": [1]}}), held_header(more=1)),
        breaks=(header("crit-not-understood", crit=["more"], more="of something"),),
    ),
    Statement(
        "3.1.3 c",
        "`iat` and `exp` are of the signature",
        keeps=(header(iat=1_763_856_000, exp=1_798_761_600),),
        breaks=(
            header("expired", exp=1_763_856_000),
            header("not-yet-valid", iat=1_798_761_600),
            header("expired", claimed={"exp": 1_763_856_000}),
            header("not-a-numeric-date", exp="2027-01-01T00:00:00Z"),
        ),
    ),
    Statement(
        "3.1.3 d",
        "`nbf` is not used; who meets it heeds it",
        Level.SHOULD,
        keeps=(header(nbf=1_763_856_000),),
        breaks=(header("not-yet-valid", nbf=1_798_761_600),),
    ),
    Statement(
        "3.1.3 e",
        "claims do not contradict the members of the credential",
        Level.SHOULD,
        keeps=(header(iss=ISSUER), header(iss=None)),
        breaks=(header("iss-of-another", iss=HOLDER), header("iss-of-another", iss=None, claimed={"iss": HOLDER})),
    ),
    Statement(
        "3.1.3 f",
        "a claim that is repeated in the header is the same (RFC 7519, 5.3)",
        keeps=(header(claimed={"iss": ISSUER}),),
        breaks=(header("claim-twice", claimed={"iss": HOLDER}), header("claim-twice", exp=1_798_761_600, claimed={"exp": 1_798_761_601})),
    ),
    # 3.2 SD-JWT, 3.3 COSE
    Statement(
        "3.2",
        "SD-JWT is used as its specification wants",
        not_here="not offered: a token with disclosures is refused by name (`sd-jwt`), tested with the tokens",
    ),
    Statement("3.3", "COSE is used as its specification wants", not_here="not offered: its media types are in no table, and refused"),
    # 4 Key discovery
    Statement(
        "4.1.1 a",
        "`kid` is there when the key is expressed as a DID URL",
        keeps=(header(kid=f"{ISSUER}#key-1"),),
        breaks=(header("kid-absent", kid=None),),
    ),
    Statement(
        "4.1.1 b", "the key that `kid` names is the issuer's", keeps=(header(),), breaks=(header("kid-of-another", kid=f"{HOLDER}#key-1"),)
    ),
    Statement(
        "4.1.2 a",
        "`iss`, when there, is the issuer",
        keeps=(header(iss=ISSUER),),
        breaks=(header("iss-of-another", iss="did:web:a.example"),),
    ),
    Statement(
        "4.1.2 b",
        "`iss`, when there, is the `id` of an issuer that is an object",
        keeps=(header(claimed={"issuer": {"id": ISSUER, "name": "a"}}),),
        breaks=(header("iss-of-another", iss=HOLDER, claimed={"issuer": {"id": ISSUER}}),),
    ),
    Statement(
        "4.1.3 a",
        "`cnf` may name the holder's key",
        Level.MAY,
        not_here="no key is taken from a token: they come from documents of identifiers",
    ),
    Statement(
        "4.2 a",
        "without `iss`, `kid` of a credential is an absolute URL of a method in the issuer's document",
        keeps=(header(iss=None),),
        breaks=(
            header("kid-relative", iss=None, kid="key-1"),
            header("kid-relative", iss=None, kid="#key-1"),
            header("method-absent", iss=None, kid=f"{ISSUER}#key-9"),
        ),
    ),
    Statement(
        "4.2 b",
        "without `iss`, `kid` of a presentation is an absolute URL of a method in the holder's document",
        keeps=(held_header(iss=None),),
        breaks=(held_header("kid-relative", iss=None, kid="key-1"), held_header("method-absent", iss=None, kid=f"{HOLDER}#key-9")),
    ),
    # 5 Verification and validation
    Statement(
        "5 a",
        "what is verified is a credential of the data model",
        keeps=(good(),),
        breaks=(
            sent("no JSON", lambda: token(b"credential"), REFUSED, "not-json"),
            sent("a member twice", lambda: token(b'{"type":"A","type":"B"}'), REFUSED, "duplicate-member"),
        ),
    ),
    Statement(
        "5 b",
        "all that is expected for `typ` is there",
        keeps=(good(),),
        breaks=(sent("without issuer", lambda: token(changed(claims(), {"issuer": ABSENT})), REFUSED, "model 4.7"),),
    ),
    Statement("5 c", "what is understood is evaluated", keeps=(header(exp=1_798_761_600),), breaks=(header("expired", exp=1),)),
    Statement(
        "5 d",
        "a status or schema of a kind that is not understood is not taken for granted",
        keeps=(good(credentialSchema={"type": "Fictif", "id": "https://a.example"}),),
        breaks=(sent("a status of an unknown type", lambda: token(claims(credentialStatus={"type": "Fictif"})), OPEN, "status-type"),),
    ),
    # RFC 7515, RFC 8725: what strict reading of a JWS takes
    Statement(
        "RFC 7515 a",
        "`alg` is one that the key is for",
        keeps=(good(),),
        breaks=(
            sent("of another curve", lambda: token(claims(), {"alg": "EdDSA"}, key(Kind.ED25519)), REFUSED, "algorithm-of-another-key"),
            sent("a shared secret", _shared_secret, REFUSED, "algorithm-not-allowed"),
        ),
    ),
    Statement(
        "RFC 7515 b",
        "`crit` names extensions that are there and understood",
        keeps=(good(),),
        breaks=(header("crit-malformed", crit=[]), header("crit-malformed", crit=["alg"]), header("crit-malformed", crit=["absent"])),
    ),
    Statement(
        "RFC 7515 c",
        "parts are base64url without padding, each in its one spelling",
        keeps=(good(),),
        breaks=(
            sent("padded", lambda: credential() + "=", REFUSED, "token-not-base64url"),
            sent("four parts", lambda: credential() + ".AA", REFUSED, "not-a-token"),
        ),
    ),
    Statement(
        "RFC 8725 a",
        "no key is taken from the token itself",
        keeps=(header(jwk=key(Kind.P256, "another").public.jwk()),),
        breaks=(
            sent(
                "signed by the key that it shows",
                lambda: token(claims(), {"jwk": key(Kind.P256, "another").public.jwk()}, key(Kind.P256, "another")),
                REFUSED,
                "signature-false",
            ),
        ),
    ),
)
