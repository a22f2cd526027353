"""Issue: claims to a signed token, in the form that the specifications have today (VC-JOSE-COSE, 3.1; RFC 8785 for the payload).

The payload is written in canonical form: its SHA-256 is the digest that others name the credential by, and the same claims, key and moment
give the same token wherever the algorithm allows (all but PS256).

The profile of the W3C is the usual one. That of Gaia-X is what its services of 2026 write and read: the moments of the header in
milliseconds, which RFC 7519 does not want, and which the strict mode of a verification refuses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from egide.trust.claims import Profile
from egide.trust.credentials.model import CONTEXT, Looked, look, party_of
from egide.trust.credentials.opening import COMPATIBLE_TYPES, STRICT_TYPES
from egide.trust.credentials.results import Mode, What
from egide.trust.credentials.times import read_stamp, stamped
from egide.trust.jose import read_compact, sign_compact
from egide.trust.jose_json import canonical
from egide.trust.signing import usual_algorithm
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.trust.signing import Signer

PRESENTED_FOR = timedelta(hours=1)
GAIA_X_ALGORITHMS = ("ES256", "EdDSA", "PS256", "RS256")


def issue(
    credential: Mapping[str, Any], signer: Signer, kid: str, now: datetime, *, algorithm: str | None = None, file: str = "credential",
    profile: Profile = Profile.W3C,
) -> str:
    """The credential as `vc+jwt`, signed with the key that ``kid`` names (a DID URL).

    What the model needs and the claims leave out is added: the context, the type, the issuer (the owner of ``kid``) and `validFrom`
    (now). The signature ends when the claims do. Raises `InputError` when the claims aren't a credential of that issuer, `SignerError`
    when it can't be signed.
    """
    document = _completed(credential, kid, now)
    return secure(document, What.CREDENTIAL, signer, kid, now, algorithm=algorithm, file=file, profile=profile)


def checked(credential: Mapping[str, Any], kid: str, now: datetime, file: str = "credential") -> dict[str, Any]:
    """The credential with what the claims leave out, held against the model; what is then signed, whatever the form of the proof."""
    document = _completed(credential, kid, now)
    _fit(document, What.CREDENTIAL, kid.partition("#")[0], file)
    return document


def present(
    tokens: Sequence[str], signer: Signer, kid: str, now: datetime, *, lasts: timedelta = PRESENTED_FOR, identifier: str | None = None,
    algorithm: str | None = None, file: str = "presentation", profile: Profile = Profile.W3C,
) -> str:
    """Credentials, as they were issued, in a `vp+jwt` of whoever owns ``kid``; short-lived (VC Data Model 2.0, 4.13)."""
    owner = kid.partition("#")[0]
    carried = [{"@context": CONTEXT, "id": f"data:application/{_type_of(token, file)},{token}", "type": "EnvelopedVerifiableCredential"}
               for token in tokens]
    document: dict[str, Any] = {"@context": [CONTEXT], "type": ["VerifiablePresentation"], "holder": owner, "verifiableCredential": carried}
    if identifier:
        document["id"] = identifier
    return secure(document, What.PRESENTATION, signer, kid, now, lasts=lasts, algorithm=algorithm, file=file, profile=profile)


def secure(
    document: Mapping[str, Any], what: What, signer: Signer, kid: str, now: datetime, *, lasts: timedelta = PRESENTED_FOR,
    algorithm: str | None = None, file: str = "document", profile: Profile = Profile.W3C,
) -> str:
    """A whole credential or presentation as a token, with nothing added.

    ``lasts`` is for a presentation; a credential says itself until when.
    Raises `InputError` when it isn't one of the owner of ``kid``, `SignerError` when it can't be signed.
    """
    _fit(document, what, kid.partition("#")[0], file)
    ends: datetime | None = now + lasts
    if what is What.CREDENTIAL:
        until = read_stamp(document["validUntil"], "validUntil", Mode.STRICT) if "validUntil" in document else None
        ends = None if until is None or isinstance(until, Reason) else until.at
    kind = "vc" if what is What.CREDENTIAL else "vp"
    return _signed(document, kind, signer, kid, now, ends, algorithm or usual_algorithm(signer.public), file, profile)


def _completed(credential: Mapping[str, Any], kid: str, now: datetime) -> dict[str, Any]:
    owner = kid.partition("#")[0]
    return {"@context": [CONTEXT], "type": ["VerifiableCredential"], "issuer": owner, "validFrom": stamped(now), **credential}


def _fit(document: Mapping[str, Any], what: What, owner: str, file: str) -> None:
    looked = Looked(Mode.STRICT)
    look(document, what, looked)
    if looked.faults:
        first = looked.faults[0]
        raise InputError(first.message, Location(file, path=str(first.args.get("member", "$"))), values=first.args)
    party = party_of(document, what)
    if party != owner:
        raise InputError(N_("the claims are issued by {party}, and the key is one of {owner}"), Location(file),
                         values={"party": party, "owner": owner})


def _signed(
    document: Mapping[str, Any], kind: str, signer: Signer, kid: str, now: datetime, ends: datetime | None, algorithm: str, file: str,
    profile: Profile,
) -> str:
    payload = canonical(document)
    if isinstance(payload, Reason):
        raise InputError(payload.message, Location(file), values=payload.args)
    _fit_profile(profile, kid, algorithm, ends, file)
    unit = 1000 if profile is Profile.GAIA_X else 1
    header: dict[str, Any] = {
        "typ": f"{kind}+jwt", "cty": kind, "kid": kid, "iss": kid.partition("#")[0], "iat": int(now.timestamp()) * unit,
    }  # fmt: skip
    if ends is not None:
        header["exp"] = int(ends.timestamp()) * unit
    return sign_compact(header, payload, signer, algorithm)


def _fit_profile(profile: Profile, kid: str, algorithm: str, ends: datetime | None, file: str) -> None:
    """What Gaia-X's services take beyond what the W3C says: an issuer by did:web, four algorithms, an end."""
    if profile is not Profile.GAIA_X:
        return
    if not kid.startswith("did:web:"):
        raise InputError(N_("Gaia-X knows issuers by did:web, and the key is one of {owner}"), Location(file),
                         values={"owner": kid.partition("#")[0]})
    if algorithm not in GAIA_X_ALGORITHMS:
        raise InputError(N_("Gaia-X takes {allowed}, and the key signs with {algorithm}"), Location(file),
                         values={"algorithm": algorithm, "allowed": GAIA_X_ALGORITHMS})
    if ends is None:
        raise InputError(N_("a Gaia-X credential has an end: `validUntil`, or --valid-for"), Location(file))


def _type_of(token: str, file: str) -> str:
    compact = read_compact(token.encode())
    if isinstance(compact, Reason):
        raise InputError(compact.message, Location(file), values=compact.args)
    typ = str(compact.header.get("typ", "")).lower().removeprefix("application/")
    if (STRICT_TYPES.get(typ) or COMPATIBLE_TYPES.get(typ)) is not What.CREDENTIAL:
        raise InputError(N_("a token of the type `{typ}` is no credential to present"), Location(file), values={"typ": typ})
    return typ
