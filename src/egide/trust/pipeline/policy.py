"""Step 8: what a trust scope demands beyond form, signature and shapes; each demand with its answer and its reason.

What the policy must know and the file can't tell (who may give labels, what was seen before, how an offering stands in the catalogue) is
passed in. What wasn't passed in is unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property

import msgspec

from egide.trust.credentials.binding import is_label
from egide.trust.credentials.results import MET, WORST_FIRST, Mode, Part, Step, StepName, What
from egide.trust.credentials.times import read_numeric
from egide.trust.pipeline.knowledge import Knowledge, Seen
from egide.trust.pipeline.meaning import Meaning
from egide.trust.pipeline.roles import Role, Roles
from egide.trust.pipeline.scopes import Demand, Scope
from egide.trust.shapes.graph import GAIA_X, RDF_TYPE
from egide.vocabulary.findings import Answer, Reason
from egide.vocabulary.language import N_

Said = Iterator[tuple[Answer, Reason]]
Stated = Mapping[str, Mapping[str, frozenset[str]]]
"""By the place of a credential: each node that it gives a class, and the classes."""
OFFERING = "ServiceOffering"
PERSON, TERMS = GAIA_X + "LegalPerson", GAIA_X + "Issuer"
NUMBERS = frozenset(
    GAIA_X + name for name in ("LocalRegistrationNumber", "VatID", "LeiCode", "EORI", "EUID", "TaxID", "RegistrationNumber")
)  # fmt: skip
CREDENTIAL = What.CREDENTIAL


class Case(msgspec.Struct, frozen=True, dict=True):
    """What a policy is put to."""

    parts: Sequence[Part]
    meanings: Sequence[Meaning]
    roles: Roles
    knowledge: Knowledge
    mode: Mode
    now: datetime
    labelled: bool = True
    """Whether any of the parts may be a label."""

    @property
    def credentials(self) -> list[Part]:
        """The credentials that could be read."""
        return [part for part in self.parts if part.opened.what is CREDENTIAL and not part.opened.faults]

    @cached_property
    def stated(self) -> Stated:
        """By the place of a credential: each node that it gives a class, and the classes. Untyped subjects take the credential's."""
        return _stated(self.meanings)

    def stating(self, wanted: frozenset[str]) -> set[str]:
        """Who issued a credential that gives some node one of these classes."""
        return {part.issuer or "" for part in self.credentials
                if any(not wanted.isdisjoint(classes) for classes in self.stated.get(part.opened.at, {}).values())}


def issued(part: Part, mode: Mode) -> datetime | None:
    """When a credential was signed or begins to count, whichever is later."""
    moments = [part.valid_from] if part.valid_from else []
    header = part.opened.compact.header if part.opened.compact else {}
    said = header.get("iat", part.opened.document.get("iat") if part.opened.compact else None)
    moment = None if said is None else read_numeric(said, "iat", mode)
    if moment is not None and not isinstance(moment, Reason):
        moments.append(moment.at)
    return max(moments, default=None)


def policy_step(scope: Scope, case: Case) -> Step:
    """The answer of the whole policy."""
    found = [one for demand in scope.demands for one in DEMANDS[demand](case)]
    worst = min((answer for answer, _ in found), key=WORST_FIRST.index, default=MET)
    because = tuple([reason for answer, reason in found if answer is worst])
    if worst is MET:
        because = (Reason("policy", {"scope": scope.name}, N_("all that {scope} demands")), *because)
    return Step(StepName.POLICY, worst, because)


def described(found: Sequence[Meaning]) -> tuple[str, ...]:
    """The offerings that credentials describe, by their identifiers."""
    return tuple(dict.fromkeys(_offerings(_stated(found))))


def _not_revoked(case: Case) -> Said:
    for issuer in dict.fromkeys([part.issuer for part in case.parts if part.issuer in case.roles.revoked]) if case.roles.revoked else ():
        revoked = case.roles.revoked[issuer or ""]
        if revoked.at is None or revoked.at <= case.now:
            since = revoked.at.date().isoformat() if revoked.at else "—"
            yield Answer.NOT_MET, Reason("issuer-revoked", {"issuer": issuer, "since": since, "why": revoked.because or "—"},
                                         N_("{issuer} is no longer believed (since {since}; {why})"))


def _newest(case: Case) -> Said:
    """An older credential must not pass for the one that replaced it."""
    named = [identifier for part in case.credentials if (identifier := part.id) is not None]
    if not case.knowledge.seen and len(set(named)) == len(named):
        return
    seen = dict(case.knowledge.seen)
    for part in case.credentials:
        if part.id is None or part.opened.digest is None:
            continue
        known = seen.get(part.id)
        since = issued(part, case.mode)
        if known is None or (known.issuer == part.issuer and since and known.since and since > known.since):
            seen[part.id] = Seen(part.opened.digest, part.issuer or "", since)
    for part in case.credentials:
        known = seen.get(part.id or "")
        if known is not None and known.digest != part.opened.digest:
            yield _replaced(part, known, issued(part, case.mode))


def _replaced(part: Part, known: Seen, since: datetime | None) -> tuple[Answer, Reason]:
    args = {"id": part.id, "digest": known.digest}
    if known.issuer != part.issuer:
        return Answer.UNKNOWN, Reason("id-of-another-issuer", {**args, "issuer": known.issuer},
                                      N_("the identifier {id} is that of a credential of {issuer}"))
    if since is None or known.since is None or since == known.since:
        return Answer.UNKNOWN, Reason("two-contents", args, N_("there are two contents of {id}, and nothing says which is newer"))
    return Answer.NOT_MET, Reason("older-than-known", {**args, "since": since.isoformat(), "newer": known.since.isoformat()},
                                  N_("{id} was replaced: this one is of {since}, and one of {newer} is known"))


def _labels(case: Case, *, only: bool) -> Said:
    named = case.roles.of(Role.LABEL)
    for part in case.credentials if case.labelled else ():
        if not is_label(part.opened.document) or part.issuer in named:
            continue
        args = {"issuer": part.issuer}
        if named:
            yield Answer.NOT_MET, Reason("label-by-another", args, N_("{issuer} gives a label, and was not named for that"))
        else:
            yield (Answer.UNKNOWN if only else Answer.MET), Reason("label-issuer-unnamed", args,
                                                                   N_("{issuer} gives a label, and nobody was named for that"))


def _complete(case: Case) -> Said:
    persons = case.stating(frozenset({PERSON}))
    if not persons:
        yield Answer.NOT_MET, Reason("lacks-person", {}, N_("no credential describes a legal person"))
    for person in sorted(persons - case.stating(frozenset({TERMS}))):
        yield Answer.NOT_MET, Reason("lacks-terms", {"issuer": person}, N_("{issuer} does not accept the terms in a credential of its own"))
    if not any(True for _ in _offerings(case.stated)):
        yield Answer.NOT_MET, Reason("lacks-offering", {}, N_("no credential describes an offering"))
    yield from _notarised(case)


def _notarised(case: Case) -> Said:
    notaries = case.roles.of(Role.NOTARY)
    stating = case.stating(NUMBERS)
    if not stating:
        yield Answer.NOT_MET, Reason("lacks-number", {}, N_("no credential states a registration number"))
    elif not notaries:
        yield Answer.UNKNOWN, Reason("notaries-unnamed", {}, N_("nobody was named as a notary of registration numbers"))
    elif stating.isdisjoint(notaries):
        yield Answer.NOT_MET, Reason("number-by-another", {"issuers": tuple(sorted(stating))},
                                     N_("the registration number is stated by {issuers}, of whom none was named as a notary"))


def _qualified(case: Case) -> Said:
    found = False
    for offering in dict.fromkeys(_offerings(case.stated)):
        found = True
        standing = case.knowledge.standings.get(offering)
        if standing is None:
            yield Answer.UNKNOWN, Reason("standing-unknown", {"offering": offering},
                                         N_("how {offering} stands in ANSSI’s catalogue was not looked up"))
        else:
            for reason in (*standing.because, *standing.computed):
                yield standing.qualified, reason
    if not found:
        yield Answer.UNKNOWN, Reason("lacks-offering", {}, N_("no credential describes an offering"))


def _offerings(stated: Stated) -> Iterator[str]:
    for nodes in stated.values():
        for node, classes in nodes.items():
            if any(name.startswith(GAIA_X) and name.endswith(OFFERING) for name in classes):
                yield node


def _stated(found: Sequence[Meaning]) -> Stated:
    return {one.opened.at: _classes(one) for one in found if one.claims}


def _classes(meaning: Meaning) -> dict[str, frozenset[str]]:
    assert meaning.claims is not None  # noqa: S101 - asked for those with claims only
    nodes = meaning.claims.graph.nodes
    own = {node: frozenset(str(name) for name in about[RDF_TYPE]) for node, about in nodes.items() if RDF_TYPE in about}
    for subject, types in meaning.claims.subjects.items():
        own.setdefault(subject, frozenset(types))
    return own


DEMANDS: Mapping[Demand, Callable[[Case], Said]] = {
    Demand.NOT_REVOKED: _not_revoked,
    Demand.NEWEST: _newest,
    Demand.LABELS_BY_NAMED: lambda case: _labels(case, only=False),
    Demand.LABELS_BY_NAMED_ONLY: lambda case: _labels(case, only=True),
    Demand.COMPLETE: _complete,
    Demand.QUALIFIED: _qualified,
}
