"""What credentials prove becomes the values that policies compare."""

from __future__ import annotations

from typing import Any

from tests.dataspace.identity import world

from egide.dataspace.identity.exchange import introduced, recognised
from egide.dataspace.identity.presenting import Holder
from egide.dataspace.identity.showing import values
from egide.dataspace.identity.verifying import Claims, Proven
from egide.dataspace.policies.compiling import compile_policy
from egide.dataspace.policies.deciding import May, decide
from egide.dataspace.policies.facts import Facts, Request
from egide.dataspace.policies.reading import read_odrl

MEMBERS = {"leftOperand": "Membership", "operator": "eq", "rightOperand": "active"}


def test_a_member_meets_a_policy_for_members_and_a_stranger_does_not() -> None:
    policy = compile_policy(read_odrl({"@type": "Offer", "permission": [{"action": "use", "constraint": [MEMBERS]}]}))
    for credentials, expected in (([world.new()], May.ALLOWED), ([world.old()], May.ALLOWED), ([], May.UNDETERMINED),
                                  ([world.new(by=world.STRANGER)], May.UNDETERMINED)):  # fmt: skip
        holder = Holder(world.speaker(world.CONSUMER), [world.kept(one) for one in credentials])
        header = introduced(world.around(world.CONSUMER), world.PROVIDER, [world.MEMBERSHIP], world.NOW)
        found = recognised(world.around(world.PROVIDER, {world.CONSUMER: holder}), header, [world.MEMBERSHIP], world.NOW)
        assert isinstance(found, Claims)
        assert decide(policy, Request("use", Facts(world.NOW, values(found)), party=found.party)).may is expected


def claims(**subjects: dict[str, Any]) -> Claims:
    every = tuple(Proven("did:web:issuer.example", frozenset({kind}), subject, "") for kind, subject in subjects.items())
    return Claims("did:web:peer.example", every, ())


def test_credentials_become_the_values_that_policies_compare() -> None:
    found = values(claims(
        MembershipCredential={}, BpnCredential={"bpn": "BPNL012345678910"}, PartyLabelCredential={"label": ["secnumcloud-3.2", "hds"]},
        OwnershipCredential={"controlledFromOutsideTheUnion": False, "seat": "FR", "places": ["FR", "DE"]},
    ))  # fmt: skip
    assert found == {
        "Membership": "active", "BusinessPartnerNumber": frozenset({"BPNL012345678910"}), "partySeat": "FR",
        "partyLabel": frozenset({"secnumcloud-3.2", "hds"}), "partyControlledFromOutsideTheUnion": False,
        "partyPlaces": frozenset({"FR", "DE"}),
    }  # fmt: skip


def test_what_is_no_value_proves_nothing_and_contradictions_leave_it_open() -> None:
    assert values(claims(OwnershipCredential={"controlledFromOutsideTheUnion": "perhaps", "seat": ["FR", "US"]})) == {}
