"""Steps 2 and 3: the key that `kid` means, the signature, and that all who are named are one (VC-JOSE-COSE, 4; RFC 8725, 3.8 and 3.9).

`iss`, the issuer of the credential (the holder of the presentation) and the owner of the key that `kid` names must be the same. A
presentation may be signed with a key for authentication or for assertions: real documents list only the latter.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from egide.trust.credentials.model import party_of
from egide.trust.credentials.results import MET, NOT_MET, Mode, Opened, Step, StepName, What
from egide.trust.dids.documents import Document, Purpose
from egide.trust.dids.identifiers import NotAtHand
from egide.trust.jose import Compact, signature_fault
from egide.vocabulary.findings import Answer, Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.trust.credentials.world import Asked
    from egide.trust.keys import PublicKey

PURPOSES: Mapping[What, tuple[Purpose, ...]] = {
    What.CREDENTIAL: (Purpose.ASSERTION,), What.PRESENTATION: (Purpose.AUTHENTICATION, Purpose.ASSERTION),
}  # fmt: skip

KEY, SIGNATURE = StepName.KEY, StepName.SIGNATURE
ABSENT: Any = object()


class Signed(msgspec.Struct, frozen=True):
    """Who signed, with which key, and the answers of steps 2 and 3."""

    party: str | None
    key: PublicKey | None
    steps: tuple[Step, ...]
    secured: bool = True
    """Whether there was anything to examine: a token, or a proof that somebody could read."""

    @property
    def answer(self) -> Answer:
        """Whether every signature is settled: the worst answer."""
        answers = {step.answer for step in self.steps}
        return next(one for one in (Answer.NOT_MET, Answer.UNKNOWN, Answer.MET) if one in answers)


def signed(opened: Opened, asked: Asked, enclosing: Signed | None, holder: str | None) -> Signed:
    """Steps 2 and 3 of one part. ``enclosing`` is the presentation it came in, and ``holder`` who holds that one by its own words."""
    proved = "proof" in opened.document
    if opened.compact is not None:
        by_token = _by_token(opened, opened.compact, asked)
        return Signed(by_token.party, by_token.key, (*by_token.steps, *_by_proof(opened, asked).steps)) if proved else by_token
    return _by_proof(opened, asked) if proved else _by_enclosing(opened, enclosing, holder)


def _by_token(opened: Opened, compact: Compact, asked: Asked) -> Signed:
    party, method, named = _names(opened, compact, asked)
    if named is not None and method is None:
        keys = Step(StepName.KEY, named[0], (named[1],), opened.at)
        return Signed(party, None, (keys, _unsettled(opened)))
    assert method is not None  # noqa: S101 - `_names` gives a method or says why not
    key = asked.key(method, PURPOSES[opened.what])
    if isinstance(key, (NotAtHand, Reason)):
        answer, why = (Answer.UNKNOWN, key.reason) if isinstance(key, NotAtHand) else (Answer.NOT_MET, key)
        after = Step(StepName.SIGNATURE, named[0], (named[1],), opened.at) if named else _unsettled(opened)
        return Signed(party, None, (Step(StepName.KEY, answer, (why,), opened.at), after))
    found = Step(KEY, MET, (), opened.at)
    if named is not None:
        return Signed(party, key, (found, Step(SIGNATURE, named[0], (named[1],), opened.at)))
    fault = signature_fault(compact, key)
    return Signed(party, key, (found, Step(SIGNATURE, NOT_MET, (fault,), opened.at) if fault else Step(SIGNATURE, MET, (), opened.at)))


def _names(opened: Opened, compact: Compact, asked: Asked) -> tuple[str | None, str | None, tuple[Answer, Reason] | None]:
    """Who is said to have signed, the method that `kid` means, and why these don't go together."""
    iss = _iss(opened, compact)
    if isinstance(iss, Reason):
        return None, None, (Answer.NOT_MET, iss)
    party = party_of(opened.document, opened.what)
    kid = compact.header.get("kid")
    if kid is None:
        return party or iss, None, (Answer.NOT_MET, Reason("kid-absent", {}, N_("the token does not name its key (`kid`)")))
    method = _method(kid, iss or party, asked, by_iss=iss is not None)
    if isinstance(method, tuple):
        return party or iss, None, method
    owner = method.partition("#")[0]
    party = party or iss or owner
    if iss is not None and iss != party:
        return party, method, (Answer.NOT_MET, Reason("iss-of-another", {"iss": iss[:200], "party": party[:200]},
                                                      N_("`iss` is {iss}, and the document says {party}")))
    if owner != party:
        return party, method, (Answer.NOT_MET, Reason("kid-of-another", {"kid": kid[:200], "party": party[:200]},
                                                      N_("the key `{kid}` is not one of {party}")))
    return party, method, None


def _iss(opened: Opened, compact: Compact) -> str | Reason | None:
    """`iss`, from the header or the claims; said twice, it is said alike (RFC 7519, 5.3)."""
    above, within = compact.header.get("iss"), opened.document.get("iss", ABSENT)
    if within is ABSENT:
        return above
    if not isinstance(within, str):
        return Reason("iss-malformed", {}, N_("`iss` is not a text"))
    if above is not None and above != within:
        return Reason("claim-twice", {"member": "iss"}, N_("`{member}` is said twice, and not alike (RFC 7519, 5.3)"))
    return within


def _method(kid: str, party: str | None, asked: Asked, *, by_iss: bool) -> str | tuple[Answer, Reason]:
    """The URL of the method that `kid` means: as it stands, as a fragment in the party's document, or by a name that the key has there.

    Unless `iss` names the party, only the first is in order (VC-JOSE-COSE, 4.2).
    """
    if "#" in kid and not kid.startswith("#"):
        return kid
    if party is None or not (by_iss or asked.mode is Mode.COMPATIBLE):
        return Answer.NOT_MET, Reason("kid-relative", {"kid": kid[:200]}, N_("`kid` is «{kid}», and nothing says of whose keys"))
    if kid.startswith("#"):
        return party + kid
    document = asked.document(party)
    if isinstance(document, NotAtHand):
        return Answer.UNKNOWN, document.reason
    if isinstance(document, Reason):
        return Answer.NOT_MET, document
    named = document.named(kid) if isinstance(document, Document) else None
    if named is None:
        return Answer.NOT_MET, Reason("method-absent", {"method": kid[:200], "document": party[:200]},
                                      N_("the document of {document} holds no key `{method}`"))
    return named


def _by_proof(opened: Opened, asked: Asked) -> Signed:
    party = party_of(opened.document, opened.what)
    if asked.world.embedded is None:
        unread = Reason("embedded-proof", {}, N_("its embedded proof was not examined here"))
        return Signed(party, None, _both(opened, Answer.UNKNOWN, unread), secured=False)
    answer, because = asked.world.embedded(opened.document, party or "", PURPOSES[opened.what], asked.key)
    return Signed(party, None, (Step(StepName.KEY, answer, because, opened.at), Step(StepName.SIGNATURE, answer, because, opened.at)))


def _by_enclosing(opened: Opened, enclosing: Signed | None, holder: str | None) -> Signed:
    """What is not signed itself: its presentation vouches for what the holder says in its own name, and for nothing else (4.13.4)."""
    party = party_of(opened.document, opened.what)
    if enclosing is None or not enclosing.secured:
        return Signed(party, None, _both(opened, Answer.UNKNOWN, Reason("unsigned", {}, N_("it is not signed"))), secured=False)
    if party is None or party != holder:
        other = Reason("unsigned-in-signed", {"party": party}, N_("it is not signed, and {party} does not hold the presentation"))
        return Signed(party, None, _both(opened, Answer.NOT_MET, other))
    own = Reason("self-asserted", {"party": party}, N_("{party} says it in its own presentation"))
    return Signed(party, enclosing.key, _both(opened, enclosing.answer, own))


def _both(opened: Opened, answer: Answer, why: Reason) -> tuple[Step, ...]:
    return Step(StepName.KEY, answer, (why,), opened.at), Step(StepName.SIGNATURE, answer, (why,), opened.at)


def _unsettled(opened: Opened) -> Step:
    return Step(StepName.SIGNATURE, Answer.UNKNOWN, (Reason("no-key", {}, N_("without its key the signature says nothing")),), opened.at)
