"""What identity keeps, on both engines: tokens once, requests once, deliveries until they arrive, only what was asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from tests.databases import bases, empty, engine, new_empty, postgres  # noqa: F401 - fixtures
from tests.dataspace.identity.world import CONSUMER, ISSUER, NOW, PROVIDER, STRANGER, around, new, old, web

from egide.dataspace.identity.kept.holding import Wallet
from egide.dataspace.identity.kept.issuing import DecidedError, Issuer
from egide.dataspace.identity.kept.seen import KeptSeen
from egide.dataspace.identity.kept.tables import CLAIMS
from egide.dataspace.identity.messages import (
    CredentialContainer,
    CredentialMessage,
    CredentialRequest,
    Supported,
    UnfitClaimsMessageError,
    Wanted,
    read,
)
from egide.dataspace.identity.tokens import Recent, Shown, proven
from egide.store import open_store
from egide.store.connection import Store

SUPPORTED = {"m": Supported(id="m", kind="MembershipCredential", schema="https://issuer.example/s", reason="reissue", binding=["did:web"],
                            profile="vc20-bssl/jwt")}  # fmt: skip


@pytest.fixture
def store(engine: str, new_empty: Callable[[str], str]) -> Iterator[Store]:  # noqa: F811
    with open_store(new_empty(engine), [CLAIMS], clock=lambda: NOW) as opened:
        yield opened


def issuer(store: Store, answers: bool = True) -> tuple[Issuer, Wallet]:
    """An issuer, and the consumer's wallet that its deliveries reach when it answers."""
    wallet = Wallet(store, around(CONSUMER))
    memory = Recent(lambda: NOW)

    def post(address: str, header: str, body: bytes) -> tuple[int, bytes]:
        if not answers:
            raise OSError("nobody there")
        assert address == "https://consumer.example/dcp/credentials"
        shown = proven(header.removeprefix("Bearer "), CONSUMER, NOW, web(), memory)
        assert isinstance(shown, Shown)
        return (400 if wallet.receive(read(body, CredentialMessage), shown.did) else 200), b""

    return Issuer(store, around(ISSUER, post=post), SUPPORTED), wallet


def test_a_token_is_remembered_until_it_has_ended(store: Store) -> None:
    remember = KeptSeen(store)
    assert remember("a", "1", NOW + timedelta(minutes=5))
    assert not remember("a", "1", NOW + timedelta(minutes=5))
    assert remember("b", "1", NOW - timedelta(seconds=1))
    assert remember("b", "1", NOW + timedelta(minutes=5)), "what has ended is forgotten"


def test_a_request_is_decided_once_and_delivered_until_it_arrives(store: Store) -> None:
    silent, wallet = issuer(store, answers=False)
    made = silent.ask(wallet.asks(ISSUER, ["m"]), CONSUMER)
    assert [one[:2] for one in silent.waiting()] == [(made, CONSUMER)]
    silent.issue(made, [("MembershipCredential", new())])
    with pytest.raises(DecidedError):
        silent.reject(made, "too late")
    delivered, (fault,) = silent.deliver()
    assert (delivered, fault.code) == (0, "service-silent")
    heard, _ = issuer(store)
    assert heard.deliver() == (1, ())
    assert heard.deliver() == (0, ())
    assert [one.token for one in wallet.holder().held] == [new()] or len(wallet.holder().held) == 1
    assert [status for _, status, _ in wallet.standing()] == ["ISSUED"]


def test_a_rejection_arrives_with_its_reason(store: Store) -> None:
    desk, wallet = issuer(store)
    desk.reject(desk.ask(wallet.asks(ISSUER, ["m"]), CONSUMER), "no such member")
    assert desk.deliver() == (1, ())
    assert [one[1:] for one in wallet.standing()] == [("REJECTED", "no such member")]


def test_the_same_request_is_one_and_another_under_its_name_is_refused(store: Store) -> None:
    desk, _ = issuer(store)
    asked = CredentialRequest(holder_pid="p", credentials=[Wanted(id="m")])
    assert desk.ask(asked, CONSUMER) == desk.ask(asked, CONSUMER)
    assert desk.ask(asked, CONSUMER) != desk.ask(asked, PROVIDER)
    for wrong in ([], [Wanted(id="m"), Wanted(id="m")], [Wanted(id="unheard")]):
        with pytest.raises(UnfitClaimsMessageError):
            desk.ask(CredentialRequest(holder_pid="p", credentials=wrong), CONSUMER)
    found = desk.status(desk.ask(asked, CONSUMER), CONSUMER)
    assert found is not None
    assert found.status == "RECEIVED"
    assert desk.status(desk.ask(asked, CONSUMER), PROVIDER) is None


@pytest.mark.parametrize(("token", "code"), [
    (new(), None), (old(), None), (new(by=STRANGER), "issued-by-another"), (old(by=STRANGER), "issued-by-another"),
    (new(party=STRANGER), "about-another"), (old(party=STRANGER), "about-another"), ("a.b.c", "token-not-base64url"),
    (new()[:-8] + "AAAAAAAA", "signature-false"), (old()[:-8] + "AAAAAAAA", "signature-false"),
    (new(validUntil="2026-11-22T13:00:00Z"), "expired"),
])  # fmt: skip
def test_only_what_is_in_order_is_kept(store: Store, token: str, code: str | None) -> None:
    _, wallet = issuer(store)
    pid = wallet.asks(ISSUER, ["m"]).holder_pid
    container = CredentialContainer(kind="MembershipCredential", payload=token, format="jwt")
    message = CredentialMessage(issuer_pid="1", holder_pid=pid, status="ISSUED", credentials=[container])
    faults = wallet.receive(message, ISSUER)
    if code is None:
        assert faults == ()
        assert wallet.receive(message, ISSUER) == (), "a delivery that comes twice is taken once"
        assert len(wallet.holder().held) == 1
    else:
        assert len(faults) == 1
        assert not wallet.holder().held
        if code != "expired":
            assert faults[0].code == code


def test_what_was_not_asked_of_that_issuer_is_not_taken(store: Store) -> None:
    _, wallet = issuer(store)
    pid = wallet.asks(ISSUER, ["m"]).holder_pid
    for message, by in ((CredentialMessage(issuer_pid="1", holder_pid=pid, status="ISSUED"), STRANGER),
                        (CredentialMessage(issuer_pid="1", holder_pid="other", status="ISSUED"), ISSUER),
                        (CredentialMessage(issuer_pid="1", status="REJECTED"), ISSUER)):  # fmt: skip
        assert [one.code for one in wallet.receive(message, by)] == ["unasked"]
