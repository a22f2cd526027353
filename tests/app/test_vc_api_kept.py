"""The status lists of the VC API outlive the server that gave them, on either engine, and nothing counts that is not kept."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.app.bringing import NOW

from egide.app.database import open_database
from egide.app.trust.vc_api import Securing, VcApi
from egide.app.trust.vc_api_opening import opened
from egide.trust.credentials.results import Outcome, What
from egide.trust.dids.identifiers import did_key, method_of
from egide.trust.keys import Kind
from egide.trust.signing import new_key
from egide.vocabulary.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from egide.store.connection import Store

BASE = "http://127.0.0.1:8040"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return str(tmp_path / "lists.db") if request.param == "sqlite" else request.getfixturevalue("postgres").database()


def key(folder: Path, name: str = "key") -> str:
    path = folder / "keys" / f"{name}.jwk"
    if not path.exists():
        path.parent.mkdir(mode=0o700, exist_ok=True)
        path.touch(mode=0o600)
        drawn = new_key(Kind.ED25519)
        path.write_text(json.dumps({**json.loads(drawn.jwk()), "kid": method_of(did_key(drawn.public)), "alg": "EdDSA"}))
    return str(path)


def api(shared: Path, folder: Path, store: Store, name: str = "key") -> VcApi:
    contexts = {"https://www.w3.org/ns/credentials/v2": shared / "data/gaia-x/contexts/credentials_v2.json"}
    return opened([key(folder, name)], [], contexts, BASE, lambda: NOW, store)[0]


def claims(number: int) -> dict[str, Any]:
    return {"@context": ["https://www.w3.org/ns/credentials/v2"], "id": f"urn:n:{number}", "type": ["VerifiableCredential"],
            "credentialSubject": {"id": "urn:s"}}


def test_a_server_that_is_started_again_knows_what_it_gave_and_what_was_decided(shared: Path, tmp_path: Path, url: str) -> None:
    with open_database(url) as store:
        first = api(shared, tmp_path, store)
        issued = [first.issue(claims(number), Securing.RDFC, ["revocation", "suspension"]) for number in range(3)]
        first.lists.put("urn:n:0", "revocation", on=True)
        for on in (True, False, True):
            first.lists.put("urn:n:1", "suspension", on=on)
    with open_database(url) as store:
        again = api(shared, tmp_path, store)
        outcomes = [again.verify(one, What.CREDENTIAL).outcome for one in issued]
        assert outcomes == [Outcome.REFUSED, Outcome.REFUSED, Outcome.VERIFIED]
        assert again.lists.entries.keys() == first.lists.entries.keys()
        assert [one.taken for one in again.lists.by_address.values()] == [one.taken for one in first.lists.by_address.values()]
        with pytest.raises(InputError):
            again.issue(claims(0), Securing.RDFC, ["revocation"])
        with pytest.raises(InputError):
            again.lists.put("urn:n:0", "revocation", on=False)
        again.lists.put("urn:n:1", "suspension", on=False)
        assert again.verify(issued[1], What.CREDENTIAL).outcome is Outcome.VERIFIED
        further = again.issue(claims(9), Securing.ENVELOPE, ["revocation"])
        assert again.verify(further, What.CREDENTIAL).outcome is Outcome.VERIFIED
        addresses = set(again.lists.by_address)
        assert len(addresses) == 3, "a list of another way of securing has an address of its own"
    with open_database(url) as store:
        assert set(api(shared, tmp_path, store).lists.by_address) == addresses


def test_what_could_not_be_kept_does_not_count(shared: Path, tmp_path: Path) -> None:
    store = open_database(str(tmp_path / "lists.db"))
    one = api(shared, tmp_path, store)
    issued = one.issue(claims(1), Securing.RDFC, ["revocation"])

    def full(_: object) -> None:
        raise OSError("no space left")

    one.lists.keep = full
    with pytest.raises(OSError, match="no space"):
        one.issue(claims(2), Securing.RDFC, ["revocation"])
    with pytest.raises(OSError, match="no space"):
        one.lists.put("urn:n:1", "revocation", on=True)
    assert one.verify(issued, What.CREDENTIAL).outcome is Outcome.VERIFIED
    assert ("urn:n:2", "revocation") not in one.lists.entries
    store.close()


def test_lists_are_kept_for_keys_that_last_only(shared: Path, tmp_path: Path) -> None:
    with open_database(str(tmp_path / "lists.db")) as store:
        for references in ([], ["ephemeral"], [key(tmp_path), "ephemeral"]):
            with pytest.raises(InputError, match="--key"):
                opened(references, [], {}, BASE, lambda: NOW, store)
        issued = api(shared, tmp_path, store).issue(claims(1), None, ["revocation"])
        assert json.dumps(issued)
        with pytest.raises(InputError, match="none of the keys"):
            api(shared, tmp_path, store, "another")
