"""A key as it is kept: one file, a JWK (RFC 7517) that says whose key it is and how it signs.

``kid`` is the URL of the verification method under which the issuer publishes it, ``alg`` the one algorithm it is used with. The private
members stand in the same file, or ``signer`` names the command of a device that holds them. One file for one key, so that there is never
half of one.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from egide.trust.dids.identifiers import Did, address_of, did_jwk, did_key, method_of, read_did
from egide.trust.jose_json import read_object
from egide.trust.keys import ALGORITHMS, SECRET_MEMBERS, PublicKey, public_key, read_jwk
from egide.trust.signing import PrivateKey, read_private_key
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Sequence

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
"""Of a key: a file's name and the fragment of a DID URL at once."""
NEW_ALGORITHMS = tuple(name for name in ALGORITHMS if name != "Ed25519")
"""What a new key may be made for; RFC 9864's other name for EdDSA is read and not written."""
SIGNER = "signer"
KID = "kid"


@dataclass(frozen=True, slots=True)
class KeptKey:
    """A key with its place in the world."""

    method: str
    """The DID URL that others know it by."""
    public: PublicKey
    """With its one algorithm."""
    private: PrivateKey | None
    """None when a command signs."""
    command: tuple[str, ...] = ()

    @property
    def did(self) -> str:
        """Whose key it is."""
        return self.method.partition("#")[0]

    @property
    def fragment(self) -> str:
        """Its name within the DID document."""
        return self.method.partition("#")[2]

    @property
    def algorithm(self) -> str:
        """The one algorithm that it signs with."""
        return str(self.public.algorithm)


def kept(public: PublicKey, algorithm: str, did: str, name: str, private: PrivateKey | None, command: Sequence[str] = ()) -> KeptKey:
    """The key under an identifier: ``did:key``, ``did:jwk`` (both follow from the key), or a whole did:web.

    Raises `InputError` when the algorithm is not of the key or the identifier is not one that the key can have.
    """
    if reason := public.refuses(algorithm):
        raise InputError(reason.message, values=reason.args)
    method = _method(public, did, name)
    bound = PublicKey(public.kind, public.native, public.thumbprint, algorithm)
    return KeptKey(method, bound, private, tuple(command))


def written(key: KeptKey) -> bytes:
    """The file, private members in clear: for its owner's eyes only."""
    own: dict[str, Any] = json.loads(key.private.jwk()) if key.private else dict(key.public.jwk())
    own |= {"alg": key.algorithm, KID: key.method} | ({SIGNER: list(key.command)} if key.command else {})
    return (json.dumps(own, indent=1) + "\n").encode()


def read_kept(content: bytes, file: str) -> KeptKey:
    """The key of a file. Raises `InputError`, which says what is wrong and never what was read."""
    if not content.lstrip().startswith(b"{"):
        raise InputError(N_("a key is kept as a JWK that says whose it is; this is none"), Location(file), IMPORT)
    jwk = read_object(content)
    if isinstance(jwk, Reason):
        raise InputError(N_("not a private key in PEM or JWK"), Location(file))
    method, algorithm, command = jwk.get(KID), jwk.get("alg"), jwk.get(SIGNER, [])
    if not isinstance(method, str) or not isinstance(algorithm, str):
        raise InputError(N_("the key does not say whose it is (`kid`) and how it signs (`alg`)"), Location(file), IMPORT)
    if not isinstance(command, list) or not all(isinstance(one, str) and one for one in command):
        raise InputError(N_("the command of the signer must be a list of words"), Location(file, path="$.signer"))
    if bool(command) is bool(SECRET_MEMBERS & jwk.keys()):
        raise InputError(N_("a key has either its private members or the command of a signer"), Location(file))
    private = None if command else read_private_key(content, file)
    public = private.public if private else _public(jwk, file)
    did, _, fragment = method.partition("#")
    try:
        return kept(public, algorithm, did, fragment, private, command)
    except InputError as error:
        raise InputError(error.message, Location(file), error.hint, error.values) from error


IMPORT = N_("take it in with: egide trust key new --from FILE --did …")


def _public(jwk: dict[str, Any], file: str) -> PublicKey:
    read = read_jwk({name: value for name, value in jwk.items() if name not in (SIGNER, "key_ops", "use")})
    if isinstance(read, Reason):
        raise InputError(read.message, Location(file), values=read.args)
    plain = public_key(read.native)
    assert isinstance(plain, PublicKey)  # noqa: S101 - it was read as one
    return plain


def _method(public: PublicKey, did: str, name: str) -> str:
    if did in ("did:key", "did:jwk"):
        return method_of(did_key(public) if did == "did:key" else did_jwk(public))
    read = read_did(did)
    if isinstance(read, Reason):
        raise InputError(read.message, values=read.args)
    if read.method in ("key", "jwk"):
        own = did_key(public) if read.method == "key" else did_jwk(public)
        if str(read) != own or (name and f"{own}#{name}" != method_of(own)):
            raise InputError(N_("`{did}` is the identifier of another key"), values={"did": did[:200]})
        return method_of(own)
    return f"{_web(read)}#{_named(name)}"


def _web(did: Did) -> Did:
    if did.method != "web":
        raise InputError(N_("keys are kept under did:web, did:key or did:jwk, and `{did}` is neither"), values={"did": str(did)[:200]})
    address = address_of(did)
    if isinstance(address, Reason):
        raise InputError(address.message, values=address.args)
    return did


def _named(name: str) -> str:
    if not NAME.fullmatch(name):
        raise InputError(N_("`{name}` is no name for a key: letters, digits, «.», «_» and «-», at most 64"), values={"name": name[:80]})
    return name
