"""What a negotiation is told: an answer, and reasons that both sides can read."""

from __future__ import annotations

from typing import Any

from tests.dataspace.identity import world
from tests.dataspace.policies.world import NOON

from egide.dataspace.identity.exchange import introduced, recognised
from egide.dataspace.identity.presenting import Holder
from egide.dataspace.identity.scopes import TYPE_SCOPE
from egide.dataspace.identity.showing import values
from egide.dataspace.identity.verifying import Claims, Proven
from egide.dataspace.policies.answering import answered
from egide.dataspace.policies.facts import Facts, Request
from egide.dataspace.policies.short_reading import read_short
from egide.dataspace.policies.writing import write_exchanged
from egide.vocabulary.findings import Answer

MEMBERS = {"leftOperand": "Membership", "operator": "eq", "rightOperand": "active"}


def offer(**said: Any) -> dict[str, Any]:
    return write_exchanged(read_short({"policy": "urn:example:offer", "kind": "offer"} | said))


def asked(policy: dict[str, Any], **facts: Any) -> tuple[Answer, list[str]]:
    answer, because = answered(policy, Request("use", Facts(NOON, facts), "urn:example:data", "did:web:peer.example"))
    return answer, [one.code for one in because]


def test_each_answer_comes_with_what_made_it() -> None:
    policy = offer(allow=[{"do": "use", "when": [{"partyControlledFromOutsideTheUnion": False}, {"purpose": "research"}]}])
    controlled = "partyControlledFromOutsideTheUnion"
    assert asked(policy, **{controlled: False}) == (Answer.MET, ["permitted"])
    assert asked(policy, **{controlled: True}) == (Answer.NOT_MET, ["permission-not-met", "condition-not-met"])
    assert asked(policy) == (Answer.UNKNOWN, ["not-known", "condition-not-known"])


def test_a_prohibition_and_an_unknown_operand_are_named() -> None:
    forbidden = offer(conflict="prohibit", allow=["use"], forbid=[{"do": "use", "when": [{"partySeat": "US"}]}])
    assert asked(forbidden, partySeat="US") == (Answer.NOT_MET, ["prohibited", "prohibition"])
    assert asked(forbidden) == (Answer.UNKNOWN, ["maybe-prohibited", "condition-not-known"])
    strange = offer(allow=[{"do": "use", "when": [{"colour": "red"}]}])
    assert asked(strange) == (Answer.NOT_MET, ["cannot-be-known", "unknown-operand"])


def test_a_policy_that_cannot_be_used_is_refused_with_its_place() -> None:
    answer, because = answered({"permission": [{"action": 7}]}, Request("use", Facts(NOON)))
    assert (answer, because[0].code, because[0].args["path"]) == (Answer.NOT_MET, "policy-unusable", "$.permission[0].action")
    assert asked({"@id": "urn:a:1", "inheritFrom": "urn:a:1", "permission": [{"action": "use"}]})[1] == ["policy-unusable"]
    assert asked({"@id": "urn:a:1", "profile": "https://unheard.example", "permission": [{"action": "use"}]})[1] == ["strange-profile"]


def test_a_member_meets_a_policy_for_members_and_a_stranger_does_not() -> None:
    policy = {"@id": "urn:example:members", "@type": "Offer", "permission": [{"action": "use", "constraint": [MEMBERS]}]}
    for credentials, expected in (([world.new()], Answer.MET), ([world.old()], Answer.MET), ([], Answer.UNKNOWN),
                                  ([world.new(by=world.STRANGER)], Answer.UNKNOWN)):  # fmt: skip
        holder = Holder(world.speaker(world.CONSUMER), [world.kept(one) for one in credentials])
        header = introduced(world.around(world.CONSUMER), world.PROVIDER, [world.MEMBERSHIP], world.NOW)
        found = recognised(world.around(world.PROVIDER, {world.CONSUMER: holder}), header, [world.MEMBERSHIP], world.NOW)
        assert isinstance(found, Claims)
        assert answered(policy, Request("use", Facts(world.NOW, values(found)), party=found.party))[0] is expected


def claims(**subjects: dict[str, Any]) -> Claims:
    every = tuple(Proven("did:web:issuer.example", frozenset({kind}), subject, "") for kind, subject in subjects.items())
    return Claims("did:web:peer.example", every, ())


def test_credentials_become_the_values_that_policies_compare() -> None:
    found = values(claims(
        MembershipCredential={}, BpnCredential={"bpn": "BPNL012345678910"}, LabelCredential={"label": ["secnumcloud-3.2", "hds"]},
        OwnershipCredential={"controlledFromOutsideTheUnion": False, "seat": "FR", "places": ["FR", "DE"]},
    ))  # fmt: skip
    assert found == {
        "Membership": "active", "BusinessPartnerNumber": frozenset({"BPNL012345678910"}), "partySeat": "FR",
        "partyLabel": frozenset({"secnumcloud-3.2", "hds"}), "partyControlledFromOutsideTheUnion": False,
        "partyPlaces": frozenset({"FR", "DE"}),
    }  # fmt: skip


def test_what_is_no_value_proves_nothing_and_contradictions_leave_it_open() -> None:
    assert values(claims(OwnershipCredential={"controlledFromOutsideTheUnion": "perhaps", "seat": ["FR", "US"]})) == {}


def test_scopes_are_those_of_the_protocol() -> None:
    assert f"{TYPE_SCOPE}MembershipCredential" == world.MEMBERSHIP
