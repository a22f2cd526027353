"""Who speaks, what its credentials prove, and everything that must not pass."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from tests.dataspace.identity.world import (
    CONSUMER,
    ISSUER,
    MEMBERSHIP,
    NOW,
    PROVIDER,
    STRANGER,
    around,
    claims,
    kept,
    key,
    new,
    old,
    page,
    speaker,
    web,
)

from egide.dataspace.identity.documents import CREDENTIAL_SERVICE, participant_document, service_of
from egide.dataspace.identity.exchange import introduced, recognised
from egide.dataspace.identity.messages import PresentationQuery
from egide.dataspace.identity.presenting import Holder, answer, authorised, held
from egide.dataspace.identity.scopes import ID_SCOPE, TYPE_SCOPE, UnsupportedDefinitionError, defined
from egide.dataspace.identity.tokens import Recent, Shown, Speaker, access_token, granted, proven, self_issued
from egide.dataspace.identity.vc11 import ENTRY, LIST, issue_old, present_old
from egide.dataspace.identity.verifying import Claims
from egide.trust.dids.identifiers import NotAtHand, did_document
from egide.trust.jose import sign_compact
from egide.trust.status import encoded, no_status, with_value
from egide.vocabulary.findings import Reason

AGES = timedelta(minutes=10)


def memory() -> Recent:
    return Recent(lambda: NOW)


def raw(body: dict[str, Any], did: str = CONSUMER, kid: str | None = None) -> str:
    return sign_compact({"typ": "JWT", "kid": kid or f"{did}#key-1"}, json.dumps(body).encode(), key(did), "ES256")


def body(**changes: Any) -> dict[str, Any]:
    times = {"iat": int(NOW.timestamp()), "exp": int((NOW + timedelta(minutes=5)).timestamp())}
    made = {"iss": CONSUMER, "sub": CONSUMER, "aud": PROVIDER, "jti": "1", **times, **changes}
    return {name: value for name, value in made.items() if value is not None}


def code(found: object) -> str:
    assert isinstance(found, Reason), found
    return found.code


def test_a_token_proves_its_subject_once() -> None:
    remember = memory()
    token = self_issued(speaker(CONSUMER), PROVIDER, NOW, "1", access="leave")
    assert proven(token, PROVIDER, NOW, web(), remember) == Shown(CONSUMER, "leave", NOW + timedelta(minutes=5))
    assert code(proven(token, PROVIDER, NOW, web(), remember)) == "replayed"
    other = self_issued(speaker(STRANGER), PROVIDER, NOW, "1")
    assert isinstance(proven(other, PROVIDER, NOW, web(), remember), Shown), "another's jti may be the same"


SECONDS = int(NOW.timestamp())
BAD: list[tuple[dict[str, Any], str]] = [
    ({"aud": STRANGER}, "other-audience"), ({"aud": [PROVIDER, STRANGER]}, "other-audience"), ({"aud": None}, "other-audience"),
    ({"sub": STRANGER}, "not-self-issued"), ({"iss": None}, "not-self-issued"), ({"jti": None}, "claim-malformed"),
    ({"jti": ""}, "claim-malformed"), ({"jti": 7}, "claim-malformed"), ({"exp": None}, "claim-malformed"),
    ({"exp": "soon"}, "claim-malformed"),
    ({"exp": True}, "claim-malformed"), ({"exp": 1e300}, "claim-malformed"), ({"iat": None}, "claim-malformed"),
    ({"exp": SECONDS - 31}, "token-ended"), ({"iat": SECONDS + 31}, "token-of-the-future"), ({"nbf": SECONDS + 31}, "token-of-the-future"),
    ({"exp": SECONDS + 3601}, "token-too-long"), ({"token": 7}, "claim-malformed"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "expected"), BAD)
def test_a_token_that_says_something_else_proves_nobody(changes: dict[str, Any], expected: str) -> None:
    assert code(proven(raw(body(**changes)), PROVIDER, NOW, web(), memory())) == expected


@pytest.mark.parametrize("changes", [{"exp": SECONDS - 29}, {"iat": SECONDS + 29}, {"nbf": SECONDS + 29}])
def test_two_clocks_may_be_half_a_minute_apart(changes: dict[str, Any]) -> None:
    assert isinstance(proven(raw(body(**changes)), PROVIDER, NOW, web(), memory()), Shown)


def test_the_key_is_the_subjects_own_and_may_speak_for_it() -> None:
    assert code(proven(raw(body(), kid=f"{STRANGER}#key-1"), PROVIDER, NOW, web(), memory())) == "key-of-another"
    assert code(proven(raw(body(), did=STRANGER, kid=f"{CONSUMER}#key-1"), PROVIDER, NOW, web(), memory())) == "signature-false"
    assert code(proven(raw(body(), kid=f"{CONSUMER}#key-2"), PROVIDER, NOW, web(), memory())) == "method-absent"
    mute = {page(CONSUMER): did_document(CONSUMER, [("key-1", key(CONSUMER).public)])}
    assert code(proven(raw(body()), PROVIDER, NOW, web(mute), memory())) == "method-purpose"
    nobody = raw(body(iss="did:web:nobody.example", sub="did:web:nobody.example"))
    assert isinstance(proven(nobody, PROVIDER, NOW, web(), memory()), NotAtHand)
    for kid in ("#key-1", "key-1"):
        assert isinstance(proven(raw(body(), kid=kid), PROVIDER, NOW, web(), memory()), Shown)


def test_a_forged_token_does_not_use_up_the_real_one() -> None:
    remember = memory()
    assert isinstance(proven(raw(body(), did=STRANGER, kid=f"{CONSUMER}#key-1"), PROVIDER, NOW, web(), remember), Reason)
    assert isinstance(proven(raw(body()), PROVIDER, NOW, web(), remember), Shown)


def test_a_memory_forgets_what_has_ended_and_refuses_when_it_is_full() -> None:
    moment = [NOW]
    remember = Recent(lambda: moment[0], most=2)
    assert remember("a", "1", NOW + AGES)
    assert remember("a", "2", NOW + AGES)
    assert not remember("a", "3", NOW + AGES)
    moment[0] = NOW + 2 * AGES
    assert remember("a", "3", NOW + 3 * AGES)


def test_the_leave_is_for_one_verifier_and_comes_back_to_its_giver() -> None:
    leave = access_token(speaker(CONSUMER), PROVIDER, [MEMBERSHIP], NOW, "1")
    assert granted(leave, speaker(CONSUMER), PROVIDER, NOW) == (MEMBERSHIP,)
    assert code(granted(leave, speaker(CONSUMER), STRANGER, NOW)) == "access-of-another"
    assert code(granted(leave, speaker(STRANGER), PROVIDER, NOW)) == "signature-false"
    assert code(granted(leave, speaker(CONSUMER), PROVIDER, NOW + AGES)) == "token-ended"


@pytest.mark.parametrize("token", [new(), old()])
def test_a_member_is_recognised_in_either_profile(token: str) -> None:
    holder = Holder(speaker(CONSUMER), [kept(token)])
    header = introduced(around(CONSUMER), PROVIDER, [MEMBERSHIP], NOW)
    found = recognised(around(PROVIDER, {CONSUMER: holder}), header, [MEMBERSHIP], NOW)
    assert isinstance(found, Claims)
    assert (found.party, found.refused) == (CONSUMER, ())
    assert [(one.issuer, one.subject["memberOf"]) for one in found.of_type("MembershipCredential")] == [(ISSUER, "Espace fictif")]


def test_credentials_of_two_profiles_come_in_two_presentations() -> None:
    holder = Holder(speaker(CONSUMER), [kept(new()), kept(old("OrganizationCredential"))])
    scopes = [MEMBERSHIP, f"{TYPE_SCOPE}OrganizationCredential"]
    response = answer(PresentationQuery(scope=scopes), holder, PROVIDER, scopes, NOW, lambda: "1")
    assert len(response.presentation) == 2
    header = introduced(around(CONSUMER), PROVIDER, scopes, NOW)
    found = recognised(around(PROVIDER, {CONSUMER: holder}), header, scopes, NOW)
    assert isinstance(found, Claims)
    assert {one.profile for one in found.proven} == {"vc20-bssl/jwt", "vc11-sl2021/jwt"}


def test_too_wide_a_scope_gets_fewer_presentations() -> None:
    holder = Holder(speaker(CONSUMER), [kept(new()), kept(new("OrganizationCredential"))])
    wide = [MEMBERSHIP, f"{TYPE_SCOPE}OrganizationCredential", f"{ID_SCOPE}unheard", "org.example:other"]
    response = answer(PresentationQuery(scope=wide), holder, PROVIDER, [MEMBERSHIP], NOW, lambda: "1")
    assert len(response.presentation) == 1
    assert not answer(PresentationQuery(scope=wide), holder, PROVIDER, [], NOW, lambda: "1").presentation


def test_a_credential_is_found_by_its_identifier() -> None:
    holder = Holder(speaker(CONSUMER), [kept(new())])
    scope = f"{ID_SCOPE}https://issuer.example/MembershipCredential"
    assert len(answer(PresentationQuery(scope=[scope]), holder, PROVIDER, [scope], NOW, lambda: "1").presentation) == 1


def definition(*fields: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": "asked", "input_descriptors": [{"id": "one", "constraints": {"fields": list(fields)}, **more}]}


@pytest.mark.parametrize(("field", "count"), [
    ({"path": ["$.type"], "filter": {"type": "string", "pattern": "MembershipCredential"}}, 2),
    ({"path": ["$.vc.type"], "filter": {"contains": {"const": "MembershipCredential"}}}, 2),
    ({"path": ["$.credentialSubject.memberOf"], "filter": {"const": "Espace fictif"}}, 2),
    ({"path": ["$['credentialSubject']['memberOf']"], "filter": {"enum": ["ailleurs"]}}, 0),
    ({"path": ["$.absent", "$.id"]}, 2), ({"path": ["$.absent"]}, 0), ({"path": ["$.absent"], "optional": True}, 2),
])  # fmt: skip
def test_a_definition_finds_what_it_describes(field: dict[str, Any], count: int) -> None:
    every = [kept(new()), kept(old())]
    assert len(defined(definition(field), [MEMBERSHIP], every)) == count
    assert not defined(definition(field), [], every)


def test_a_response_says_which_descriptor_is_met_where() -> None:
    holder = Holder(speaker(CONSUMER), [kept(new()), kept(old())])
    asked = definition({"path": ["$.type"], "filter": {"pattern": "^MembershipCredential$"}})
    response = answer(PresentationQuery(definition=asked), holder, PROVIDER, [MEMBERSHIP], NOW, lambda: "1")
    assert isinstance(response.submission, dict)
    assert [one["path_nested"]["path"] for one in response.submission["descriptor_map"]] == [
        "$.verifiableCredential[0]", "$.vp.verifiableCredential[0]"]  # fmt: skip


@pytest.mark.parametrize("asked", [
    {}, {"input_descriptors": []}, definition({"path": ["$..type"]}), definition({"path": ["$.type"], "filter": {"pattern": "(a+)+$"}}),
    definition({"path": ["$.type"], "filter": {"minimum": 3}}), definition({"path": ["$.type"], "predicate": "required"}),
    definition(group=["A"]), {"submission_requirements": [], **definition()}, definition({"path": "$.type"}),
])  # fmt: skip
def test_a_definition_that_asks_for_more_is_refused_by_name(asked: dict[str, Any]) -> None:
    with pytest.raises(UnsupportedDefinitionError):
        defined(asked, [MEMBERSHIP], [kept(new())])


def listed(by: str = ISSUER, index: int | None = None, purpose: str = "revocation") -> dict[str, bytes]:
    bits = no_status() if index is None else with_value(no_status(), index, 1)
    subject = {"id": "https://issuer.example/list#list", "type": LIST, "statusPurpose": purpose, "encodedList": encoded(bits)[1:]}
    written = issue_old({"type": ["VerifiableCredential", "StatusList2021Credential"], "credentialSubject": subject}, speaker(by), NOW)
    return {"https://issuer.example/list": written.encode()}


STATUS = {"id": "https://issuer.example/list#7", "type": ENTRY, "statusPurpose": "revocation", "statusListIndex": "7",
          "statusListCredential": "https://issuer.example/list"}  # fmt: skip


def seen(token: str, presented_by: str = CONSUMER, audience: str = PROVIDER, more: dict[str, bytes] | None = None) -> Claims:
    """What the provider makes of one token, presented in the older profile."""
    from tests.dataspace.identity.world import TRUSTED

    from egide.dataspace.identity.messages import PresentationResponse
    from egide.dataspace.identity.verifying import verified

    presented = present_old([token], speaker(presented_by), audience, NOW, "1")
    return verified(PresentationResponse(presentation=[presented]), CONSUMER, PROVIDER, NOW, web(more), TRUSTED)


@pytest.mark.parametrize(("token", "more", "expected"), [
    (old(credentialStatus=STATUS), listed(), None), (old(credentialStatus=STATUS), listed(index=7), "status-set"),
    (old(credentialStatus=STATUS), listed(index=8), None), (old(credentialStatus=STATUS), listed(by=STRANGER), "status-of-another"),
    (old(credentialStatus=STATUS), listed(purpose="suspension"), "status-of-another"), (old(credentialStatus=STATUS), None, "not-at-hand"),
    (old(credentialStatus={"type": "Unheard"}), None, "status-unreadable"), (old(party=STRANGER), None, "about-another"),
    (old(by=STRANGER), None, "issuer-not-trusted"), (old("Unheard"), None, "issuer-not-trusted"),
    (old(lasts=timedelta(hours=1)), None, "token-ended"), (old(expirationDate="2026-11-01T00:00:00Z"), None, "outside-its-period"),
    (old(issuanceDate="2027-01-01T00:00:00Z"), None, "outside-its-period"), (old(issuanceDate="soon"), None, "claim-malformed"),
    (old(**{"@context": ["https://elsewhere.example"]}), None, "claim-malformed"), ("a.b.c", None, "token-not-base64url"),
])  # fmt: skip
def test_a_credential_of_the_older_profile_counts_only_when_everything_holds(
    token: str, more: dict[str, bytes] | None, expected: str | None
) -> None:
    found = seen(token, more=more)
    assert bool(found.proven) is (expected is None)
    assert [one.because.code for one in found.refused] == ([] if expected is None else [expected])
    assert [one.open for one in found.refused] == ([] if expected is None else [expected == "not-at-hand"])


def test_a_presentation_of_another_or_for_another_is_refused() -> None:
    assert [one.because.code for one in seen(old(), presented_by=STRANGER).refused] == ["presented-by-another"]
    assert [one.because.code for one in seen(old(), audience=STRANGER).refused] == ["other-audience"]


def test_a_token_whose_envelope_says_otherwise_than_its_credential_is_refused() -> None:
    inside = claims() | {"@context": ["https://www.w3.org/2018/credentials/v1"], "issuer": STRANGER}
    forged = raw({"iss": ISSUER, "sub": CONSUMER, "nbf": SECONDS, "vc": inside}, did=ISSUER)
    assert [one.because.code for one in seen(forged).refused] == ["token-disagrees"]


def test_one_bad_credential_does_not_spoil_the_good_one() -> None:
    holder = Holder(speaker(CONSUMER), [kept(new()), kept(new(by=STRANGER, id="https://stranger.example/1")), kept(old(party=STRANGER))])
    header = introduced(around(CONSUMER), PROVIDER, [MEMBERSHIP], NOW)
    found = recognised(around(PROVIDER, {CONSUMER: holder}), header, [MEMBERSHIP], NOW)
    assert isinstance(found, Claims)
    assert len(found.proven) == 1
    assert sorted(one.because.code for one in found.refused) == ["about-another", "issuer-not-trusted"]


def test_a_credential_of_the_newer_profile_that_has_ended_is_refused() -> None:
    holder = Holder(speaker(CONSUMER), [kept(new(validUntil="2026-11-22T13:00:00Z"))])
    header = introduced(around(CONSUMER), PROVIDER, [MEMBERSHIP], NOW)
    found = recognised(around(PROVIDER, {CONSUMER: holder}), header, [MEMBERSHIP], NOW)
    assert isinstance(found, Claims)
    assert not found.proven
    assert len(found.refused) == 1


def test_a_stolen_presentation_proves_nothing_of_the_thief() -> None:
    thief = Holder(speaker(STRANGER), [kept(new())])
    header = introduced(around(STRANGER), PROVIDER, [MEMBERSHIP], NOW)
    found = recognised(around(PROVIDER, {STRANGER: thief}), header, [MEMBERSHIP], NOW)
    assert isinstance(found, Claims)
    assert (found.party, found.proven) == (STRANGER, ())


def test_a_verifier_without_leave_is_turned_away() -> None:
    holder = Holder(speaker(CONSUMER), [kept(new())])
    bare = self_issued(speaker(PROVIDER), CONSUMER, NOW, "1")
    assert code(authorised(bare, holder, NOW, web(), memory())) == "no-access-token"
    stolen = access_token(speaker(CONSUMER), PROVIDER, [MEMBERSHIP], NOW, "1")
    thief = self_issued(speaker(STRANGER), CONSUMER, NOW, "2", access=stolen)
    assert code(authorised(thief, holder, NOW, web(), memory())) == "access-of-another"


def test_a_party_that_gives_no_leave_is_known_by_its_name_alone() -> None:
    assert recognised(around(PROVIDER), introduced(around(CONSUMER), PROVIDER, [], NOW), [MEMBERSHIP], NOW) == Claims(CONSUMER, (), ())


def test_a_credential_service_that_is_silent_or_absent_leaves_it_open() -> None:
    header = introduced(around(CONSUMER), PROVIDER, [MEMBERSHIP], NOW)
    assert isinstance(recognised(around(PROVIDER), header, [MEMBERSHIP], NOW), NotAtHand)
    bare = {page(CONSUMER): participant_document(CONSUMER, [("key-1", key(CONSUMER).public)], {})}
    other = introduced(around(CONSUMER), PROVIDER, [MEMBERSHIP], NOW)
    assert code(recognised(around(PROVIDER, more=bare), other, [MEMBERSHIP], NOW)) == "no-service"
    assert service_of(CONSUMER, CREDENTIAL_SERVICE, web()) == "https://consumer.example/dcp"


@pytest.mark.parametrize("token", ["", "a.b.c", present_old([], speaker(CONSUMER), PROVIDER, NOW, "1")])
def test_what_is_no_credential_is_not_kept(token: str) -> None:
    assert isinstance(held(token), Reason)


def test_a_speaker_is_the_owner_of_its_key() -> None:
    assert Speaker(key(CONSUMER), f"{CONSUMER}#key-1").did == CONSUMER
