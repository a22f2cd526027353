"""Verify a file: each question to each credential in it, in order, at a moment, against a world that is handed in.

Pure and replayable: the same bytes, moment and world give the same answers, and the addresses that were asked are listed with the
digests of what they answered. Nothing doubtful passes: what can't be known is not evaluated, and only a file whose every step is met
is verified.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from egide.trust.credentials.binding import bindings
from egide.trust.credentials.model import party_of
from egide.trust.credentials.opening import open_file
from egide.trust.credentials.related import related
from egide.trust.credentials.results import MET, NOT_MET, Mode, Opened, Part, Step, StepName, Verification, What, folded, outcome
from egide.trust.credentials.signature import Signed, signed
from egide.trust.credentials.status import WORST_FIRST, Lists, Said
from egide.trust.credentials.validity import period
from egide.trust.credentials.world import Asked, World
from egide.trust.dids.identifiers import NotAtHand
from egide.trust.keys import PublicKey
from egide.trust.x509 import chain_from_base64, chain_from_pem, path_to_anchor
from egide.vocabulary.findings import Answer, Reason
from egide.vocabulary.language import N_

PARSE, CREDENTIAL = StepName.PARSE, What.CREDENTIAL
FURTHER = frozenset({"credentialStatus", "relatedResource"})
"""Members about which there is more to answer."""
NOBODY: tuple[None, None] = (None, None)


def verify(content: bytes, file: str, mode: Mode, now: datetime, world: World | None = None) -> Verification:
    """The answers about every credential and presentation in a file.

    ``now`` has a time zone. Raises `InputError` when the file is neither a token nor a credential or presentation.
    """
    asked = Asked(world or World(), mode, now)
    opened = open_file(content, file, mode)
    run = _Run(asked, Lists(asked))
    parts = tuple([run.part(one) for one in opened])
    steps = [step for part in parts for step in part.steps]
    steps.extend(bindings(opened, asked.world.beside))
    answers = folded(steps)
    return Verification(outcome(answers), answers, parts, mode, now, asked.consulted(), asked.kept(), asked.absent())


class _Run(msgspec.Struct):
    """One verification as it goes: what was settled of enclosing presentations, certificates and lists."""

    asked: Asked
    lists: Lists
    enclosing: dict[str, tuple[Signed, str | None]] = msgspec.field(default_factory=dict)
    chains: dict[tuple[str, object], Said] = msgspec.field(default_factory=dict)

    def part(self, opened: Opened) -> Part:
        """All steps of one part; when it couldn't be read, only that one."""
        part = self.without_status(opened)
        if FURTHER.isdisjoint(opened.document) or opened.faults or opened.what is not What.CREDENTIAL:
            return part
        status = self.lists.status(opened, part.issuer, lambda one: self.without_status(one).steps)
        found = status, related(opened, self.asked.world.resources)
        return Part(opened, part.issuer, part.valid_from, part.valid_until, (*part.steps, *filter(None, found)))

    def without_status(self, opened: Opened) -> Part:
        """Every step but the status."""
        if opened.faults:
            return Part(opened, None, None, None, (Step(PARSE, NOT_MET, opened.faults, opened.at),))
        around, holder = self.enclosing.get(opened.within or "", NOBODY)
        by = signed(opened, self.asked, around, holder)
        if opened.what is not CREDENTIAL:
            self.enclosing[opened.at] = by, party_of(opened.document, opened.what)
        chain = self._chain(opened, by.key) if opened.compact is not None and by.key is not None else ()
        dates = period(opened, self.asked.mode, self.asked.now)
        steps = (Step(PARSE, MET, opened.flags, opened.at), *by.steps, *chain, dates.step)
        return Part(opened, by.party, dates.valid_from, dates.valid_until, steps)

    def _chain(self, opened: Opened, key: PublicKey) -> tuple[Step, ...]:
        """Step 4: every chain that the key or the token shows leads to an anchor. Without any there is no step, unless one is required."""
        header = opened.compact.header if opened.compact else {}
        if not (key.chain or key.chain_url or self.asked.world.chain_required or "x5c" in header or "x5u" in header):
            return ()
        shown: list[tuple[str, ...] | str] = [key.chain, key.chain_url or "", tuple(header.get("x5c", ())), header.get("x5u", "")]
        answers = [self._one_chain(one, key) for one in dict.fromkeys(shown) if one]
        if not answers:
            if not self.asked.world.chain_required:
                return ()
            none = Reason("no-certificate", {"key": key.thumbprint}, N_("no certificate stands behind the key {key}"))
            return (Step(StepName.CHAIN, NOT_MET, (none,), opened.at),)
        worst = next(one for one in WORST_FIRST if any(answer is one for answer, _ in answers))
        because = tuple(reason for answer, reasons in answers if answer is worst for reason in reasons)
        return (Step(StepName.CHAIN, worst, because, opened.at),)

    def _one_chain(self, shown: tuple[str, ...] | str, key: PublicKey) -> Said:
        known = (key.thumbprint, shown)
        if known not in self.chains:
            self.chains[known] = self._path(shown, key)
        return self.chains[known]

    def _path(self, shown: tuple[str, ...] | str, key: PublicKey) -> Said:
        anchors = self.asked.world.anchors
        if anchors is None:
            return Answer.UNKNOWN, (Reason("no-anchors", {}, N_("no trust anchors are at hand to hold the certificates against")),)
        if isinstance(shown, str):
            if not shown.startswith("https://"):
                return Answer.NOT_MET, (Reason("x5u-address", {"address": shown[:200]}, N_("`x5u` is not an https address: {address}")),)
            fetched = self.asked.fetch(shown)
            if isinstance(fetched, NotAtHand):
                return Answer.UNKNOWN, (fetched.reason,)
            chain = chain_from_pem(fetched.content)
        else:
            chain = chain_from_base64(shown)
        path = chain if isinstance(chain, Reason) else path_to_anchor(chain, key, anchors, self.asked.now)
        if isinstance(path, Reason):
            return Answer.NOT_MET, (path,)
        held = Reason("path", {"subject": path.subject, "anchor": path.anchor, "until": path.until.date()},
                      N_("«{subject}», certified under «{anchor}» until {until}"))
        return Answer.MET, (held,)
