"""From statements of BODS 0.4 to parties, holdings and powers.

An indirect interest is put aside until all is read: it is not counted where its component records are there; it is a holding where nobody
holds directly; otherwise it is shown as influence, with a problem, so that nothing is counted twice and nothing is hidden.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import msgspec

from egide.ownership.bods_history import CLOSED, RANKS, Indirect, Version, last_day
from egide.ownership.bods_interests import NOTHING, Shares, power, put_together
from egide.ownership.bods_origins import Origins
from egide.ownership.bods_parties import Reader, why
from egide.ownership.bods_records import Records
from egide.ownership.bods_shapes import CAPITAL, UNSAID, Interest, Unspecified
from egide.ownership.conflicts import settle
from egide.ownership.describing import Descriptions
from egide.ownership.holdings import Holding, Influence, Nature, Origin, Party, PartyKind, Range, Register
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Sequence

    from egide.ownership.bods_shapes import Statement
    from egide.ownership.complaints import Complaints

DAY = timedelta(days=1)

ENDS_BEFORE = N_("The interest of {holder} in {held} ends on {until}, before it begins on {since}; it is left out.")
NO_SUBJECT = N_("The relationship names no subject; it is left out.")
SHORT = N_("The statement's identifier is not of 32 to 64 characters, as the standard asks; the statement is kept.")
NO_DECLARATION = N_("The statement names no declaration subject, as the standard asks; it is kept.")
COMPONENTS_OF_A_COMPONENT = N_("A component of an indirect relationship has components of its own, which the standard excludes.")

_UNSTATED = (Interest(),)
"""What a relationship gives that states no interest: it may be anything."""


class Told:
    """All that was told so far; `register` puts it together."""

    def __init__(self, file: str, complaints: Complaints, not_one: str) -> None:
        self.file, self.complaints = file, complaints
        self.count = 0
        self.not_one = not_one
        """How a line is refused that is no statement."""
        self.first_bad: tuple[int, str] | None = None
        self.described = Descriptions()
        self.parties = self.described.parties
        self.records = Records()
        self.origins = Origins(file, complaints)
        self._awaited: dict[str, str] = {}
        """Parties that were named before anything described them."""
        self._shares = Shares(complaints)
        self._reader = Reader(complaints)

    def bad(self, message: str, args: dict[str, object], number: int) -> None:
        """A line that is no statement."""
        if self.first_bad is None:
            self.first_bad = number, str(args.get("problem", ""))
        self.complaints.add(message, args, row=number, rejected=True)

    def take_all(self, statements: Sequence[Statement], number: int) -> None:
        """Statements that follow each other from that line or item on.

        The plain case is written out here, because most of millions are it: a new record, its parties described before, direct shares
        or votes of one period. Everything else goes to `_relationship`, which would come to the same for the plain case.
        """
        parties, day, add, note = self.parties, self.origins.day, self.records.holdings.append, self.records.names.append
        shares, quickly, full, origins = self._shares.known, self._shares.quickly, Nature.FULL, self.origins
        self.count += len(statements)
        for line, statement in enumerate(statements, number):
            name = statement.statementId
            if not 32 <= len(name) <= 64 or statement.declarationSubject is None:
                self._against_the_rules(statement, line)
            if statement.publicationDetails != origins.words:
                origins.follow(statement, line)
            source = bytes(statement.source)
            speaker = origins.sources.get(source) or origins.source(source)
            origin = speaker.last if statement.statementDate == speaker.said else origins.on(speaker, statement.statementDate, line)
            details = statement.recordDetails
            if statement.recordType != "relationship":
                self._describe(statement, origin, line)
                continue
            interests = details.interests
            held, holder = parties.get(details.subject), parties.get(details.interestedParty)  # type: ignore[arg-type]
            if held is None or holder is None or not interests or details.componentRecords or statement.recordStatus != "new":
                self._relationship(statement, origin, line)
                continue
            capital = votes = None
            begun = interests[0].startDate
            for interest in interests:
                words, kind = bytes(interest.share), interest.type
                found = shares.get(words) or quickly(words)
                if found is None or interest.endDate is not None or interest.directOrIndirect == "indirect" or interest.startDate != begun:
                    break
                if kind == "shareholding" and capital is None:
                    capital = found
                elif kind == "votingRights" and votes is None:
                    votes = found
                else:
                    break
            else:
                since = origin.on if begun is None else day(begun, line)
                add(Holding(holder.id, held.id, capital, votes, origin, full, since, None, False, name))
                note(statement.recordId)
                continue
            self._relationship(statement, origin, line)

    def _against_the_rules(self, statement: Statement, number: int) -> None:
        if not 32 <= len(statement.statementId) <= 64:
            self.complaints.add(SHORT, row=number)
        if statement.declarationSubject is None:
            self.complaints.add(NO_DECLARATION, row=number)

    # --- who and where ---------------------------------------------------------------------------

    def _describe(self, statement: Statement, origin: Origin, number: int) -> None:
        party = self._reader.party(statement, origin, number)
        if statement.recordStatus != "new" or self.parties.setdefault(party.id, party) is not party:
            self.described.add(party, RANKS[statement.recordStatus])

    # --- who holds what --------------------------------------------------------------------------

    def _relationship(self, statement: Statement, origin: Origin, number: int) -> None:
        details, record = statement.recordDetails, statement.recordId
        try:
            self._shares.check(details.interests or ())
        except msgspec.ValidationError as error:
            self.count -= 1
            self.bad(self.not_one, {"problem": str(error)[:200]}, number)
            return
        subject, interested = details.subject, details.interestedParty
        rank = RANKS[statement.recordStatus]
        if type(subject) is not str:
            self.complaints.add(NO_SUBJECT, row=number, rejected=True)
            return
        if details.isComponent and details.componentRecords:
            self.complaints.add(COMPONENTS_OF_A_COMPONENT, row=number)
        held, holder = self.name(subject), ""
        if type(interested) is str:
            holder = self.name(interested)
        elif not (isinstance(interested, Unspecified) and interested.reason == "noBeneficialOwners"):
            holder = f"{held}#{record}"
            self.described.add(Party(holder, why(interested) or "undisclosed", PartyKind.UNDISCLOSED, origin=origin), rank)
        if rank == CLOSED or not holder:
            version = Version(origin.on or date.min, rank, self._last_day(details.interests or (), number))
        else:
            version = self._interests(statement, holder, held, origin, number)
        self.records.versions.append(version)
        self.records.named.append(record)

    def _last_day(self, interests: Sequence[Interest], number: int) -> date | None:
        days = [self.origins.day(one.endDate, number) if one.endDate else None for one in interests]
        known = [day for day in days if day is not None]
        return max(known) - DAY if known and len(known) == len(days) and max(known) > date.min else None

    def name(self, record: str) -> str:
        """The one value that names this party; those that were not described yet are remembered."""
        party = self.parties.get(record)
        if party is not None:
            return party.id
        return self._awaited.setdefault(record, record)

    def _interests(self, statement: Statement, holder: str, held: str, origin: Origin, number: int) -> Version:
        """All that the interests of one statement leave."""
        details, name = statement.recordDetails, statement.statementId
        components = tuple(details.componentRecords) if details.componentRecords else ()
        direct: list[Holding] = []
        powers: list[Influence] = []
        indirect: list[Indirect] = []
        for interest in details.interests or _UNSTATED:
            since, until = origin.on, None
            if interest.startDate is not None:
                since = self.origins.day(interest.startDate, number)
            if interest.endDate is not None:
                until = self._until(interest, since, holder, held, number)
                if until is date.min:
                    continue
            one = self._one(interest, holder, held, origin, since, until, name, number)
            way = interest.directOrIndirect
            aside = way == "indirect" or (bool(components) and way != "direct")
            if isinstance(one, Influence):
                if not (aside and components):
                    powers.append(one)
            elif aside:
                indirect.append((one, components))
            elif direct:
                put_together(direct, one)
            else:
                direct.append(one)
        ends = last_day((*direct, *powers, *(one for one, _ in indirect)))
        return Version(origin.on or date.min, RANKS[statement.recordStatus], ends, direct, powers, indirect)

    def _until(self, interest: Interest, since: date | None, holder: str, held: str, number: int) -> date | None:
        """The last day of an interest that says when it ceased; the first of all days when it ceased before it began."""
        ceased = self.origins.day(interest.endDate or "", number)
        if ceased is None or ceased == date.min:
            return None
        until = ceased - DAY
        if since is None or since <= until:
            return until
        if interest.startDate:
            self.complaints.add(ENDS_BEFORE, {"holder": holder, "held": held, "since": since, "until": until}, row=number, rejected=True)
        return date.min

    def _one(
        self, interest: Interest, holder: str, held: str, origin: Origin, since: date | None, until: date | None, name: str, number: int,
    ) -> Holding | Influence:
        kind = interest.type
        capital: Range | None = None
        votes: Range | None = None
        nature = Nature.FULL
        if kind == "votingRights":
            votes = self._shares.range(interest.share, holder, held, number)
        elif kind in CAPITAL:
            capital = self._shares.range(interest.share, holder, held, number)
        elif kind is None or kind in UNSAID:
            capital = votes = self._shares.range(interest.share, holder, held, number)
        elif kind == "conditionalRightsGrantedByContract" and interest.share != NOTHING:
            capital = votes = self._shares.range(interest.share, holder, held, number)
            nature = Nature.OPTION
        else:
            return Influence(holder, held, power(interest), origin, since, until, name)
        return Holding(holder, held, capital, votes, origin, nature, since, until, False, name)

    # --- all together ----------------------------------------------------------------------------

    def register(self) -> Register:
        """What all the statements come to."""
        found = Register()
        found.parties = self.described.settle(found.conflicts)
        self.records.settle(found, self.complaints, found.parties)
        settle(found, self.complaints, self._awaited)
        found.problems = self.complaints.all()
        return found
