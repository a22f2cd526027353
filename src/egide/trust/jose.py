"""Signed tokens: JWS in compact serialisation (RFC 7515), read strictly and bounded before anything is decoded.

The framing is read here because a lenient reading would accept two spellings of one token; the algorithms are joserfc's. Header members
that point at a key (`jwk`, `jku`) are never followed: the key comes from the issuer's own document.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec

from egide.trust.jose_json import canonical, read_object
from egide.trust.keys import ALGORITHMS, b64u, bytes_from_b64u
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.trust.keys import PublicKey
    from egide.trust.signing import Signer

MAX_TOKEN_BYTES = 4 * 1024 * 1024
MAX_HEADER_BYTES = 64 * 1024
USUAL_HEADER_BYTES = 1024
"""Headers up to this are remembered once read; those with certificates within are longer."""
MAX_SIGNATURE_BYTES = 2048
TEXTS = frozenset({"alg", "kid", "typ", "cty", "iss", "x5u", "x5t", "x5t#S256", "jku"})
REGISTERED = frozenset({"alg", "jku", "jwk", "kid", "x5u", "x5c", "x5t", "x5t#S256", "typ", "cty", "crit"})
"""Names that `crit` may not repeat (RFC 7515, 4.1.11)."""
UNDERSTOOD = frozenset({"b64"})
"""Extensions that `crit` may name: RFC 7797, and only to say that the payload is encoded as usual."""


class Compact(msgspec.Struct, frozen=True):
    """A token taken apart. Nothing of it is believed yet."""

    header: Mapping[str, Any]
    payload: bytes
    signature: bytes
    signed: bytes
    """What the signature is over: header and payload as they were written."""


def read_compact(token: bytes) -> Compact | Reason:
    """The token taken apart, or why it is refused."""
    if len(token) > MAX_TOKEN_BYTES:
        return Reason("token-too-large", {"bytes": len(token), "limit": MAX_TOKEN_BYTES},
                      N_("a token of {bytes} bytes; at most {limit} are read"))
    parts = token.split(b".")
    if len(parts) != 3 or b"~" in token:
        return _not_a_jws(token, len(parts))
    head, body, tail = parts
    if len(head) > MAX_HEADER_BYTES or len(tail) > MAX_SIGNATURE_BYTES:
        return Reason("token-part-too-large", {}, N_("the header or the signature of the token is larger than any real one"))
    header = (_usual_header if len(head) <= USUAL_HEADER_BYTES else _header)(head)
    payload, signature = bytes_from_b64u(body), bytes_from_b64u(tail)
    if header is None or payload is None or signature is None:
        return Reason("token-not-base64url", {}, N_("a part of the token is not base64url, or not in its one spelling"))
    if isinstance(header, Reason):
        return header
    return Compact(header, payload, signature, token[:len(head) + 1 + len(body)])


def signature_fault(compact: Compact, key: PublicKey) -> Reason | None:
    """Why the signature is not this key's; nothing when it is."""
    algorithm = compact.header["alg"]
    if key.verifies(algorithm, compact.signed, compact.signature):
        return None
    false = Reason("signature-false", {"algorithm": algorithm, "key": key.thumbprint}, N_("the signature is not that of the key {key}"))
    return key.refuses(algorithm) or false


def sign_compact(header: Mapping[str, Any], payload: bytes, signer: Signer, algorithm: str) -> str:
    """A token. The header is written in canonical form, so that the same words give the same bytes.

    Raises `SignerError` when the signer can't sign with that algorithm.
    """
    head = canonical({**header, "alg": algorithm})
    if isinstance(head, Reason):
        raise ValueError(head.message)
    signed = f"{b64u(head)}.{b64u(payload)}"
    return f"{signed}.{b64u(signer.sign(algorithm, signed.encode()))}"


def _header(head: bytes) -> Mapping[str, Any] | Reason | None:
    """The members of a header; why it is refused; nothing when it is not base64url."""
    content = bytes_from_b64u(head)
    if content is None:
        return None
    members = read_object(content)
    if isinstance(members, Reason):
        return Reason(members.code, {**members.args, "where": "header"}, members.message)
    return _refused_header(members) or members


_usual_header = lru_cache(maxsize=1024)(_header)
"""Who issues many credentials writes one header above all of them. What is kept is never changed."""


def _not_a_jws(token: bytes, parts: int) -> Reason:
    if b"~" in token:
        return Reason("sd-jwt", {}, N_("selective disclosure (SD-JWT) is not read here"))
    if parts == 5:
        return Reason("encrypted", {}, N_("an encrypted token (JWE) is not read here"))
    return Reason("not-a-token", {"parts": parts}, N_("a token has three parts, and this has {parts}"))


def _refused_header(header: Mapping[str, Any]) -> Reason | None:
    wrong = next((name for name in sorted(TEXTS & header.keys()) if not isinstance(header[name], str)), None)
    if wrong is None and "x5c" in header and not _texts(header["x5c"]):
        wrong = "x5c"
    if wrong is not None or "alg" not in header:
        return Reason("header-malformed", {"member": wrong or "alg"},
                      N_("the member `{member}` of the token's header is absent or malformed"))
    if header["alg"] not in ALGORITHMS:
        return Reason("algorithm-not-allowed", {"algorithm": header["alg"][:40], "allowed": tuple(ALGORITHMS)},
                      N_("the algorithm `{algorithm}` is not accepted; these are: {allowed}"))
    if header.get("b64", True) is not True:
        return Reason("payload-unencoded", {}, N_("an unencoded payload (`b64`) is not allowed in a token (RFC 7797, 7)"))
    return _refused_critical(header)


def _refused_critical(header: Mapping[str, Any]) -> Reason | None:
    """`crit` as RFC 7515, 4.1.11 wants it: extensions only, each once, each present, each understood."""
    if "crit" not in header:
        return None
    names = header["crit"]
    if not _texts(names) or len(set(names)) != len(names) or any(name in REGISTERED or name not in header for name in names):
        return Reason("crit-malformed", {}, N_("`crit` must name extensions that the header holds, each once (RFC 7515, 4.1.11)"))
    unknown = tuple(sorted(set(names) - UNDERSTOOD))
    if unknown:
        return Reason("crit-not-understood", {"names": tuple(name[:40] for name in unknown)},
                      N_("the token may only be read by who understands {names}, which is not the case here"))
    return None


def _texts(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, str) for one in value)
