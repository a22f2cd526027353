"""Sessions, tokens, invitations, passwords: what opens, for whom, and until when."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from egide.accounts import entry, people
from egide.accounts.errors import AbsentError, RefusedLoginError, SpentError, TakenError, TooOftenError
from egide.accounts.roles import Act, Role
from egide.accounts.tables import SESSIONS, TOKENS
from egide.accounts.trail import LOG, lines, note
from egide.vocabulary.errors import InputError
from egide.vocabulary.findings import Answer

if TYPE_CHECKING:
    from egide.store.connection import Store

    from .conftest import Clock

PASSWORD = "douze signes au moins"  # noqa: S105 - of nobody


@pytest.fixture
def number(store: Store) -> int:
    with store.write() as tx:
        people.add_body(tx, "exemple", "Organisme d’exemple")
        made = people.add_person(tx, "Camille.Exemple", "Camille Exemple", PASSWORD)
        people.grant(tx, "exemple", made.number, [Role.AUTHOR])
    return made.number


def test_a_password_opens_whatever_the_case_of_the_login(store: Store, number: int) -> None:
    with store.write() as tx:
        assert people.by_password(tx, "camille.EXEMPLE ", PASSWORD).number == number


@pytest.mark.parametrize(("login", "password"), [("camille.exemple", "autre mot de passe"), ("personne", PASSWORD), ("", "")])
def test_a_wrong_login_and_a_wrong_password_are_refused_alike(store: Store, number: int, login: str, password: str) -> None:
    with store.write() as tx, pytest.raises(RefusedLoginError):
        people.by_password(tx, login, password)


def test_after_five_failures_even_the_right_password_waits(store: Store, number: int, clock: Clock) -> None:
    for _ in range(8):
        with store.write() as tx:
            people.failed(tx, "camille.exemple")
    with store.write() as tx, pytest.raises(TooOftenError) as refused:
        people.by_password(tx, "camille.exemple", PASSWORD)
    assert refused.value.seconds == 8
    clock.move(seconds=9)
    with store.write() as tx:
        people.by_password(tx, "camille.exemple", PASSWORD)
    with store.write() as tx, pytest.raises(RefusedLoginError):  # the count began anew
        people.by_password(tx, "camille.exemple", "autre mot de passe")


def test_nothing_that_is_kept_opens_anything(store: Store, number: int) -> None:
    with store.write() as tx:
        session = entry.begin_session(tx, number)
        _, token = entry.add_token(tx, "exemple", number, "import", [Act.READ], 10)
        invitation = entry.invite(tx, "exemple", [Role.VIEWER])
    with store.read() as tx:
        kept = {*tx.execute(SESSIONS.select()).scalars(), *tx.execute(TOKENS.select()).scalars()}
        for secret in (session, token, invitation, PASSWORD):
            assert secret not in kept
        for digest in kept:
            assert entry.by_session(tx, digest) is None
            assert entry.by_token(tx, digest) is None


def test_a_session_ends_half_a_day_after_its_last_request_and_after_a_week_in_any_case(store: Store, number: int, clock: Clock) -> None:
    with store.write() as tx:
        secret = entry.begin_session(tx, number)
    for _ in range(20):
        clock.move(hours=11)
        with store.write() as tx:
            found = entry.by_session(tx, secret)
            if found is None:
                break
            entry.keep_session(tx, secret)
    assert 7 * 24 <= (clock.now - type(clock)().now).total_seconds() / 3600 < 8 * 24
    with store.write() as tx:
        idle = entry.begin_session(tx, number)
    clock.move(hours=13)
    with store.read() as tx:
        assert entry.by_session(tx, idle) is None


def test_another_password_ends_every_session(store: Store, number: int) -> None:
    with store.write() as tx:
        secret = entry.begin_session(tx, number)
        people.set_password(tx, number, "encore un mot de passe")
        assert entry.by_session(tx, secret) is None


def test_a_token_may_never_more_than_whoever_made_it(store: Store, number: int) -> None:
    with store.write() as tx:
        _, secret = entry.add_token(tx, "exemple", number, "import", list(Act), 10)
        found = entry.by_token(tx, secret)
        assert found is not None
        assert found.acts == {"exemple": frozenset({Act.READ, Act.WRITE})}
        people.grant(tx, "exemple", number, [Role.ADMINISTRATOR])
        people.withdraw(tx, "exemple", number, [Role.AUTHOR])
        found = entry.by_token(tx, secret)
        assert found is not None
        assert found.acts == {"exemple": frozenset({Act.ADMINISTER})}


def test_a_token_ends_when_revoked_and_on_its_day(store: Store, number: int, clock: Clock) -> None:
    with store.write() as tx:
        made, secret = entry.add_token(tx, "exemple", number, "import", [Act.READ], 10)
        _, other = entry.add_token(tx, "exemple", number, "autre", [Act.READ], 10)
        assert not entry.revoke_token(tx, "autre-organisme", made.id)
        assert entry.revoke_token(tx, "exemple", made.id)
        assert entry.by_token(tx, secret) is None
        assert entry.by_token(tx, other) is not None
    clock.move(days=11)
    with store.read() as tx:
        assert entry.by_token(tx, other) is None


def test_a_link_works_once_and_for_a_week(store: Store, number: int, clock: Clock) -> None:
    with store.write() as tx:
        once, late = entry.invite(tx, "exemple", [Role.SIGNER]), entry.invite(tx, "exemple", [Role.SIGNER])
        assert entry.spend(tx, once).roles == {Role.SIGNER}
    with store.read() as tx:  # its page is shown by a transaction that only reads
        assert entry.invitation(tx, late).roles == {Role.SIGNER}
    with store.write() as tx:
        for secret in (once, "jamais"):
            with pytest.raises(SpentError):
                entry.spend(tx, secret)
    clock.move(days=8)
    with store.write() as tx, pytest.raises(SpentError):
        entry.spend(tx, late)


def test_somebody_must_be_left_to_administer(store: Store, number: int) -> None:
    with store.write() as tx:
        people.grant(tx, "exemple", number, [Role.ADMINISTRATOR])
        with pytest.raises(InputError, match="administer"):
            people.withdraw(tx, "exemple", number, [Role.ADMINISTRATOR])


def test_an_erased_person_is_only_a_number_in_the_trail(store: Store, number: int) -> None:
    with store.write() as tx:
        secret = entry.begin_session(tx, number)
        note(tx, "login", body="exemple", person=number)
        people.erase(tx, number)
        assert entry.by_session(tx, secret) is None
        assert people.person(tx, number) is None
    with store.read() as tx:
        assert [line.person for line in lines(tx, "exemple")] == [number]
        assert LOG.verify(tx).answer is Answer.MET


@pytest.mark.parametrize("id", ["", "Majuscule", "a" * 41, "-a", "a-", "a/b", "été"])
def test_a_short_name_stands_in_an_address(store: Store, id: str) -> None:
    with store.write() as tx, pytest.raises(InputError):
        people.add_body(tx, id, "Nom")


def test_names_are_taken_once(store: Store, number: int) -> None:
    with store.write() as tx:
        with pytest.raises(TakenError):
            people.add_body(tx, "exemple", "Autre")
        with pytest.raises(TakenError):
            people.add_person(tx, "CAMILLE.exemple", "Autre", PASSWORD)
        with pytest.raises(AbsentError):
            people.body(tx, "absent")
