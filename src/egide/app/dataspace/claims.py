"""Identity by credentials (DCP 1.0.1): who speaks is proven by a self-issued token, and what it is by credentials that it lets us see.

Whoever proves its DID is known; what its credentials prove travels with each message into the process, where policies judge it. A
credential service that is silent, or a credential that does not count, proves nothing: the reason is kept beside, and told to the peer
whose credential it is. What we could not fetch is told without a word of where and why: a stranger must not look round our network.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from egide.app import private
from egide.app.dataspace.folder import IDENTITY, PROTOCOL_PATH, Settings
from egide.app.dataspace.parties import NOBODY, Party
from egide.app.dataspace.web import Web
from egide.dataspace.identity.documents import CREDENTIAL_SERVICE, ISSUER_SERVICE, participant_document, service_of
from egide.dataspace.identity.exchange import Surroundings, asked, introduced
from egide.dataspace.identity.issued import supported
from egide.dataspace.identity.kept.holding import Wallet
from egide.dataspace.identity.kept.issuing import Issuer
from egide.dataspace.identity.kept.seen import KeptSeen
from egide.dataspace.identity.messages import PresentationResponse
from egide.dataspace.identity.scopes import TYPE_SCOPE
from egide.dataspace.identity.showing import values
from egide.dataspace.identity.tokens import Shown, Speaker, proven
from egide.dataspace.identity.verifying import GENERAL_TYPES, Claims, Refused, Trusted, verified
from egide.dataspace.policies.values import Value
from egide.dataspace.processes.steps import reason_document
from egide.dataspace.wire.reach import Reach
from egide.trust.dids.identifiers import NotAtHand
from egide.trust.signing import read_private_key
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from datetime import datetime

    from egide.store.connection import Store

LOGGER = logging.getLogger("egide.dataspace")
CLAIMS_PATH, ISSUER_PATH = "/dcp", "/issuer"
KEY_NAME = "key-1"
DATA_SERVICE = "DataService"
SEEN_SECONDS = 60.0
"""How long credentials that were seen are believed for messages that open nothing."""
MOST_SEEN = 5000
MOST_ASIDE = 5
UNCHECKED = Reason("identity-not-checked", {}, N_("the DID document that the token needs could not be had"))


class ByClaims:
    """A participant with its key, its wallet and its memory."""

    def __init__(self, folder: Path, found: Settings, store: Store) -> None:
        self.settings, self.store = found, store
        self.key = read_private_key(private.content(folder / IDENTITY), IDENTITY)
        self.web = Web(Reach(private=found.private))
        trusted = Trusted({kind: frozenset(issuers) for kind, issuers in found.claims.trusts.items()})
        speaker = Speaker(self.key, f"{found.participant}#{KEY_NAME}")
        self.around = Surroundings(speaker, self.web.fetch, self.web.post, lambda: uuid4().urn, KeptSeen(store), trusted)
        self.wallet = Wallet(store, self.around)
        self.issuer = Issuer(store, self.around, supported(found.claims.issues))
        self._seen: dict[str, tuple[float, Claims]] = {}

    def document(self) -> bytes:
        """Our DID document: keys, the credential service, and where the protocol is spoken (DSP 2025-1, 4.3)."""
        root = self.settings.address.rstrip("/")
        services = {CREDENTIAL_SERVICE: root + CLAIMS_PATH, DATA_SERVICE: f"{root}{PROTOCOL_PATH}/catalog"}
        if self.issuer.supported:
            services[ISSUER_SERVICE] = root + ISSUER_PATH
        return participant_document(self.settings.participant, [(KEY_NAME, self.key.public)], services)

    async def present(self, participant: str, address: str) -> Mapping[str, str]:
        """A token of ours for a participant, with its leave to see our credentials."""
        return await asyncio.to_thread(self._introduced, participant)

    async def recognise(self, header: str | None, fresh: bool) -> Party | Reason:
        """Who sends a request, and what its credentials say."""
        scheme, _, token = (header or "").partition(" ")
        return await asyncio.to_thread(self._recognised, token.strip(), fresh) if scheme.lower() == "bearer" else NOBODY

    def speaks_at(self, participant: str) -> str | Reason:
        """Where a participant speaks the protocol, as its DID document says."""
        found = service_of(participant, DATA_SERVICE, self.web.fetch)
        if isinstance(found, str):
            return found.removesuffix("/catalog")
        return found.reason if isinstance(found, NotAtHand) else found

    def _introduced(self, participant: str) -> Mapping[str, str]:
        shows = self.settings.claims.shows
        if shows is None:
            shows = sorted({kind for held in self.wallet.holder().held for kind in held.types - GENERAL_TYPES})
        token = introduced(self.around, participant, [TYPE_SCOPE + one for one in shows], self.store.now())
        return {"Authorization": f"Bearer {token}"}

    def _recognised(self, token: str, fresh: bool) -> Party | Reason:
        now = self.store.now()
        shown = proven(token, self.around.speaker.did, now, self.web.fetch, self.around.remember)
        if isinstance(shown, NotAtHand):
            LOGGER.warning("a token could not be checked: %s", reason_document(shown.reason)["text"])
            return UNCHECKED
        if isinstance(shown, Reason):
            LOGGER.info("a token was refused: %s", shown.code)
            return shown
        claims = self._claims(shown, fresh, now)
        missing = [kind for kind in self.settings.claims.demands if not claims.of_type(kind)]
        if missing:
            aside = "; ".join(one["text"] for one in told(claims)["aside"]) or "—"
            return Reason("credential-missing", {"types": ", ".join(missing), "aside": aside},
                          N_("what everybody must prove here is not proven: {types} ({aside})"))  # fmt: skip
        return Party(shown.did, told(claims))

    def _claims(self, shown: Shown, fresh: bool, now: datetime) -> Claims:
        until, claims = self._seen.get(shown.did, (0.0, None))
        if claims is not None and not fresh and until > time.monotonic():
            return claims
        claims = self._asked(shown, now)
        if len(self._seen) >= MOST_SEEN:
            self._seen.clear()
        self._seen[shown.did] = (time.monotonic() + SEEN_SECONDS, claims)
        return claims

    def _asked(self, shown: Shown, now: datetime) -> Claims:
        scopes = [TYPE_SCOPE + kind for kind in self.settings.claims.trusts]
        if shown.access is None or not scopes:
            return Claims(shown.did, (), ())
        response = asked(self.around, shown, scopes, now)
        if isinstance(response, PresentationResponse):
            return verified(response, shown.did, self.around.speaker.did, now, self.web.fetch, self.around.trusted)
        reason = response.reason if isinstance(response, NotAtHand) else response
        LOGGER.warning("no credentials of %s: %s", shown.did, reason_document(reason)["text"])
        return Claims(shown.did, (), (Refused("$", UNSEEN, open=True),))


UNSEEN = Reason("credentials-unseen", {}, N_("the credential service of the one who asks gave nothing"))


def told(claims: Claims) -> dict[str, Any]:
    """Claims as a process keeps them: the values that policies compare, and why the rest was set aside."""
    found = {left: _plain(value) for left, value in values(claims).items()}
    return {"values": found, "aside": [reason_document(one.because) for one in claims.refused[:MOST_ASIDE]]}


def _plain(value: Value) -> Any:
    if isinstance(value, frozenset):
        return sorted(map(str, value))
    return value if isinstance(value, bool) else str(value)
