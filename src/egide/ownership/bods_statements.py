"""From statements of BODS 0.4 to parties, holdings and powers.

An indirect interest is put aside until all is read: it is not counted where its component records are there; it is a holding where nobody
holds directly; otherwise it is shown as influence, with a problem, so that nothing is counted twice and nothing is hidden.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import msgspec

from egide.ownership.bods_history import CLOSED, RANKS, Indirect, Version, last_day, on_their_days, plain
from egide.ownership.bods_interests import NOTHING, Shares, power, put_together
from egide.ownership.bods_origins import Origins
from egide.ownership.bods_shapes import CAPITAL, ENTITY_KINDS, SCHEMES, UNSAID, Unspecified
from egide.ownership.conflicts import settle
from egide.ownership.describing import Descriptions
from egide.ownership.holdings import NOTHING_SAID, Holding, Influence, Nature, Origin, Party, PartyKind, Power, Range, Register
from egide.vocabulary.errors import Location
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Sequence

    from egide.ownership.bods_shapes import Details, Identifier, Interest, Statement
    from egide.ownership.complaints import Complaints

DAY = timedelta(days=1)

ENDS_BEFORE = N_("The interest of {holder} in {held} ends on {until}, before it begins on {since}; it is left out.")
NO_SUBJECT = N_("The relationship names no subject; it is left out.")
NO_ENTITY_KIND = N_("The statement does not say what the entity is; it is read as an entity.")
NO_PERSON_KIND = N_("The statement does not say what is known of the person; nothing is taken as known.")
SHORT = N_("The statement's identifier is not of 32 to 64 characters, as the standard asks; the statement is kept.")
NO_DECLARATION = N_("The statement names no declaration subject, as the standard asks; it is kept.")
COMPONENTS_OF_A_COMPONENT = N_("A component of an indirect relationship has components of its own, which the standard excludes.")
UNPLACED = N_(
    "{holder} is said to hold {held} indirectly, by ways not all described: not counted beside the direct holders, but shown."
)


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
        self.holdings: list[Holding] = []
        self.influences: list[Influence] = []
        self.indirect: list[Indirect] = []
        self.records: dict[str, Holding | Version] = {}
        """Each relationship to the first of its statements that was met, or to the one holding that a new record left."""
        self.versions: dict[str, list[Version]] = {}
        """All statements of the records that have several."""
        self.origins = Origins(file, complaints)
        self._days = self.origins.days
        self._awaited: dict[str, str] = {}
        """Parties that were named before anything described them."""
        self._shares = Shares(complaints)
        self._words: dict[str, str] = {}

    def bad(self, message: str, args: dict[str, object], number: int) -> None:
        """A line that is no statement."""
        if self.first_bad is None:
            self.first_bad = number, str(args.get("problem", ""))
        self.complaints.add(message, args, row=number, rejected=True)

    def take(self, statement: Statement, number: int) -> None:
        """One statement that has the shape of one."""
        self.take_all((statement,), number)

    def take_all(self, statements: Sequence[Statement], number: int) -> None:
        """Statements that follow each other from that line or item on.

        The plain case is written out here, because most of millions are it: a new record, its parties described before, direct shares
        or votes of one period. Everything else goes to `_relationship`, which would come to the same for the plain case.
        """
        parties, records, add, days = self.parties, self.records, self.holdings.append, self._days
        shares, origin_of, full = self._shares.known, self.origins.origin, Nature.FULL
        self.count += len(statements)
        for line, statement in enumerate(statements, number):
            name = statement.statementId
            if not 32 <= len(name) <= 64 or statement.declarationSubject is None:
                self._against_the_rules(statement, line)
            origin = origin_of(statement.publicationDetails, statement.source, statement.statementDate, line)
            details = statement.recordDetails
            if statement.recordType != "relationship":
                self._describe(statement, origin, line)
                continue
            interests = details.interests
            held, holder = parties.get(details.subject), parties.get(details.interestedParty)  # type: ignore[arg-type]
            record = statement.recordId
            if (
                record in records or held is None or holder is None or not interests or details.componentRecords
                or statement.recordStatus != "new"
            ):
                self._relationship(statement, origin, line)
                continue
            capital = votes = None
            begun = interests[0].startDate
            for interest in interests:
                found, kind = shares.get(bytes(interest.share)), interest.type
                if found is None or interest.endDate is not None or interest.directOrIndirect == "indirect" or interest.startDate != begun:
                    break
                if kind == "shareholding" and capital is None:
                    capital = found
                elif kind == "votingRights" and votes is None:
                    votes = found
                else:
                    break
            else:
                since = origin.on if begun is None else days.get(begun) or self.origins.day(begun, line)
                records[record] = one = Holding(holder.id, held.id, capital, votes, origin, full, since, None, False, name)
                add(one)
                continue
            self._relationship(statement, origin, line)

    def _against_the_rules(self, statement: Statement, number: int) -> None:
        if not 32 <= len(statement.statementId) <= 64:
            self.complaints.add(SHORT, row=number)
        if statement.declarationSubject is None:
            self.complaints.add(NO_DECLARATION, row=number)

    # --- who and where ---------------------------------------------------------------------------

    def _describe(self, statement: Statement, origin: Origin, number: int) -> None:
        of = self._entity if statement.recordType == "entity" else self._person
        self.described.add(of(statement.recordId, statement.recordDetails, origin, number), RANKS[statement.recordStatus])

    def _entity(self, record: str, details: Details, origin: Origin, number: int) -> Party:
        words = self._words
        seat = establishment = None
        if details.addresses:
            for address in details.addresses:
                if address.country is None or not (code := address.country.code):
                    continue
                if address.type == "registered":
                    seat = words.get(code) or self._country(code)
                elif address.type == "business":
                    establishment = words.get(code) or self._country(code)
        if seat is None and details.jurisdiction is not None and (code := details.jurisdiction.code):
            seat = words.get(code) or self._country(code)
        if details.entityType is None:
            self.complaints.add(NO_ENTITY_KIND, row=number)
        kind = ENTITY_KINDS[details.entityType.type] if details.entityType is not None else PartyKind.ENTITY
        listed = details.publicListing.hasPublicListing if details.publicListing is not None else None
        name = details.name or _why(details.unspecifiedEntityDetails) or record
        numbers = _numbers(details.identifiers) if details.identifiers else ()
        return Party(record, name, kind, seat, None, establishment, listed, numbers, origin)

    def _person(self, record: str, details: Details, origin: Origin, number: int) -> Party:
        if details.personType is None:
            self.complaints.add(NO_PERSON_KIND, row=number)
        kind = PartyKind.UNDISCLOSED if details.personType in {None, "unknownPerson"} else PartyKind.PERSON
        home = details.placeOfResidence
        code = home.country.code if home is not None and home.country is not None else None
        name = (details.names[0].fullName if details.names else None) or _why(details.unspecifiedPersonDetails) or record
        numbers = _numbers(details.identifiers) if details.identifiers else ()
        return Party(record, name, kind, self._country(code) if code else None, identifiers=numbers, origin=origin)

    def _country(self, code: str) -> str | None:
        """The country of a code of ISO 3166-1 or 3166-2, one value for each."""
        known = self._words.get(code)
        if known is None:
            head = code[:2].upper()
            if not (head.isascii() and head.isalpha() and len(head) == 2 and code[2:3] in {"", "-"}):
                return None
            known = self._words[code] = self._words.setdefault(head, head)
        return known

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
        held, holder = self._name(subject), ""
        if type(interested) is str:
            holder = self._name(interested)
        elif not (isinstance(interested, Unspecified) and interested.reason == "noBeneficialOwners"):
            holder = f"{held}#{record}"
            self.described.add(Party(holder, _why(interested) or "undisclosed", PartyKind.UNDISCLOSED, origin=origin), rank)
        if rank == CLOSED or not holder:
            version = Version(origin.on or date.min, rank, self._last_day(details.interests or (), number))
        else:
            version = self._interests(statement, holder, held, origin, number)
        self._remember(record, version)

    def _remember(self, record: str, version: Version) -> None:
        """Keep what the only statement of a record leaves; where there are several, which days each speaks of is found at the end."""
        first = self.records.setdefault(record, version)
        if first is version:
            self.holdings += version.holdings
            self.influences += version.influences
            self.indirect += version.indirect
        elif record in self.versions:
            self.versions[record].append(version)
        else:
            self.versions[record] = [first if isinstance(first, Version) else plain(first, RANKS["new"]), version]

    def _last_day(self, interests: Sequence[Interest], number: int) -> date | None:
        days = [self._days.get(one.endDate) or self.origins.day(one.endDate, number) if one.endDate else None for one in interests]
        known = [day for day in days if day is not None]
        return max(known) - DAY if known and len(known) == len(days) and max(known) > date.min else None

    def _name(self, record: str) -> str:
        """The one value that names this party; those that were not described yet are remembered."""
        party = self.parties.get(record)
        if party is not None:
            return party.id
        return self._awaited.setdefault(record, record)

    def _interests(self, statement: Statement, holder: str, held: str, origin: Origin, number: int) -> Version:
        """All that the interests of one statement leave."""
        details, name, days = statement.recordDetails, statement.statementId, self._days
        components = tuple(details.componentRecords) if details.componentRecords else ()
        direct, powers, indirect = list[Holding](), list[Influence](), list[Indirect]()

        def place(one: Holding | Influence, *, aside: bool) -> None:
            if isinstance(one, Influence):
                if not (aside and components):
                    powers.append(one)
            elif aside:
                indirect.append((one, components))
            else:
                put_together(direct, one)

        for interest in details.interests or ():
            since, until = origin.on, None
            if interest.startDate is not None:
                since = days.get(interest.startDate) or self.origins.day(interest.startDate, number)
            if interest.endDate is not None:
                until = self._until(interest, since, holder, held, number)
                if until is date.min:
                    continue
            one = self._one(interest, holder, held, origin, since, until, name, number)
            way = interest.directOrIndirect
            place(one, aside=way == "indirect" or (bool(components) and way != "direct"))
        if not details.interests:
            place(Holding(holder, held, NOTHING_SAID, NOTHING_SAID, origin, since=origin.on, id=name), aside=bool(components))
        ends = last_day((*direct, *powers, *(one for one, _ in indirect)))
        return Version(origin.on or date.min, RANKS[statement.recordStatus], ends, direct, powers, indirect)

    def _until(self, interest: Interest, since: date | None, holder: str, held: str, number: int) -> date | None:
        """The last day of an interest that says when it ceased; the first of all days when it ceased before it began."""
        said = interest.endDate or ""
        ceased = self._days.get(said) or self.origins.day(said, number)
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
        found = Register(holdings=self.holdings, influences=self.influences)
        indirect = self.indirect
        if self.versions:
            indirect = self._keep_to_their_days(found)
        found.parties = self.described.settle(found.conflicts)
        self._place_indirect(found, indirect)
        settle(found, self.complaints, self._awaited)
        found.problems = self.complaints.all()
        return found

    def _keep_to_their_days(self, found: Register) -> list[Indirect]:
        """Put what each statement of a record with several leaves in the place of what the first of them left; gives what is indirect."""
        gone = {id(one) for mine in self.versions.values() for one in (*mine[0].holdings, *mine[0].influences, *mine[0].indirect)}
        found.holdings = [one for one in self.holdings if id(one) not in gone]
        found.influences = [one for one in self.influences if id(one) not in gone]
        indirect = [one for one in self.indirect if id(one) not in gone]
        for version in on_their_days(self.versions.values()):
            found.holdings += version.holdings
            found.influences += version.influences
            indirect += version.indirect
        return indirect

    def _place_indirect(self, found: Register, indirect: Sequence[tuple[Holding, tuple[str, ...]]]) -> None:
        """Count what is indirect only where nothing else does."""
        open_ones = [one for one, components in indirect if not components or not all(self._is_there(name) for name in components)]
        if not open_ones:
            return
        direct = {one.held for one in found.holdings}
        for one in sorted(open_ones, key=lambda one: (one.held, one.holder, one.id)):
            if one.held not in direct:
                found.holdings.append(one)
                continue
            self.complaints.at(Location(self.file, path=one.id), UNPLACED, {"holder": one.holder, "held": one.held})
            found.influences.append(Influence(one.holder, one.held, Power.INFLUENCE, one.origin, one.since, one.until, one.id))

    def _is_there(self, record: str) -> bool:
        return record in self.records or record in self.parties


def _numbers(given: Sequence[Identifier]) -> tuple[str, ...]:
    return tuple([
        f"{SCHEMES.get(one.scheme, one.scheme) if one.scheme else one.schemeName or 'id'}:{one.id}" for one in given if one.id
    ])


def _why(said: object) -> str:
    return (said.description or said.reason) if isinstance(said, Unspecified) else ""
