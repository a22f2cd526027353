"""Our own left operands: the party's label, qualification, places and owners, as `label`, `ownership` and `trust` know them.

The application passes what they computed; nothing here asks. «Only to bodies not controlled from outside the Union» is
``partyControlledFromOutsideTheUnion`` eq false. A computed label is never a qualification (SecNumCloud 3.2, annex 2): they are two
operands.
"""

from __future__ import annotations

from egide.dataspace.policies.operands import LeftOperand, Profile, Where, declared
from egide.dataspace.policies.terms import OURS
from egide.dataspace.policies.values import Kind
from egide.vocabulary.language import N_

LABEL, QUALIFICATION, SEAT, PLACES = "partyLabel", "partyQualification", "partySeat", "partyPlaces"
CONTROLLED = "partyControlledFromOutsideTheUnion"
HELD = "partyHeldFromOutsideTheUnion"
OWN = Profile(
    "egide", f"{OURS}1", N_("Égide: the party’s label, places and owners"),
    declared(
        LeftOperand(LABEL, Kind.TEXT, Where.DOOR, N_("the party’s computed label"), many=True),
        LeftOperand(QUALIFICATION, Kind.TEXT, Where.DOOR, N_("the party’s qualification"), many=True),
        LeftOperand(SEAT, Kind.TEXT, Where.DOOR, N_("the country of the party’s seat")),
        LeftOperand(PLACES, Kind.TEXT, Where.DOOR, N_("the country the party works from"), many=True),
        LeftOperand(CONTROLLED, Kind.TRUTH, Where.DOOR, N_("control from outside the Union")),
        LeftOperand(HELD, Kind.NUMBER, Where.DOOR, N_("the share held from outside the Union"), unit="%"),
    ),
)  # fmt: skip
