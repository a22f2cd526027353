"""From statements of BODS 0.4 to parties, holdings and powers: what each interest is, and what each record says on which days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple, NoReturn, TypeVar

import msgspec

from egide.ownership.bods_shapes import CAPITAL, ENTITY_KINDS, POWERS, SCHEMES, UNSAID, VERSION, Publication, Source, Unspecified
from egide.ownership.conflicts import settle
from egide.ownership.holdings import NOTHING_SAID, Holding, Influence, Nature, Origin, Party, PartyKind, Power, Range, Register
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from egide.ownership.bods_shapes import Details, Interest, Share, Statement
    from egide.ownership.complaints import Complaints

_Said = TypeVar("_Said", Holding, Influence)
DAY = timedelta(days=1)

OTHER_VERSION = N_("this is BODS {found}; version {read} is read")
ASK_VERSION = N_("ask the publisher for version 0.4, or convert the file with Open Ownership's tools")
NO_DAY = N_("«{cell}» is not a date (YYYY-MM-DD); the statement is kept without it.")
NO_BOUNDS = N_("The share of {holder} in {held} is not between 0 and 100 %; it is read as not known.")
NO_RANGE = N_("The bounds of the share of {holder} in {held} exclude each other; it is read as not known.")
ENDS_BEFORE = N_("The interest of {holder} in {held} ends on {until}, before it begins on {since}; it is left out.")
NO_SUBJECT = N_("The relationship names no subject; it is left out.")
NO_KIND = N_("The {record} statement does not say of which type it is; it is read as not known.")
SHORT = N_("The statement's identifier is not of 32 to 64 characters, as the standard asks; the statement is kept.")
NO_DECLARATION = N_("The statement names no declaration subject, as the standard asks; it is kept.")
COMPONENTS_OF_A_COMPONENT = N_("A component of an indirect relationship has components of its own, which the standard excludes; it is kept.")
UNPLACED = N_(
    "{holder} is said to hold {held} indirectly, by ways that are not all described: not counted beside the direct holders, shown as influence."
)


class _Version(NamedTuple):
    """One statement of a record that has several."""

    on: date
    closed: bool
    id: str
    ends: date | None
    """The last day of its interests, when all end."""


class Told:
    """All that was told so far; `register` puts it together."""

    def __init__(self, file: str, complaints: Complaints) -> None:
        self.file, self.complaints = file, complaints
        self.count = 0
        self.first_bad: tuple[int, str] | None = None
        self.parties: dict[str, Party] = {}
        self.holdings: list[Holding] = []
        self.influences: list[Influence] = []
        self.indirect: list[tuple[Holding, tuple[str, ...]]] = []
        self.records: dict[str, str] = {}
        """Each relationship to the first of its statements that was met."""
        self.versions: dict[str, list[_Version]] = {}
        self._days: dict[str, date] = {}
        self._origins: dict[tuple[object, ...], Origin] = {}
        self._exact: dict[float, Range] = {}
        self._ranges: dict[tuple[object, ...], Range] = {}
        self._said_by: dict[bytes, str] = {}
        self._found_in: dict[bytes, tuple[str, str]] = {}
        self._words: dict[str, str] = {}

    def bad(self, message: str, args: dict[str, object], number: int) -> None:
        """A line that is no statement."""
        if self.first_bad is None:
            self.first_bad = number, str(args.get("problem", ""))
        self.complaints.add(message, args, row=number, rejected=True)

    def refuse(self, version: str, number: int) -> NoReturn:
        """Raise the error that says which version is read."""
        raise InputError(OTHER_VERSION, Location(self.file, row=number), ASK_VERSION, {"found": version[:20], "read": VERSION})

    def take(self, statement: Statement, number: int) -> None:
        """One statement that has the shape of one."""
        self.count += 1
        if not 32 <= len(statement.statementId) <= 64:
            self.complaints.add(SHORT, row=number)
        if statement.declarationSubject is None:
            self.complaints.add(NO_DECLARATION, row=number)
        kind, said = statement.recordType, statement.statementDate
        on = None
        if said is not None:
            on = self._days.get(said) or self._day(said, number)
        origin = self._origin(statement, on, number)
        if kind == "relationship":
            self._relationship(statement, on, origin, number)
        else:
            party = self._entity(statement, origin, number) if kind == "entity" else self._person(statement, origin, number)
            known = self.parties.setdefault(party.id, party)
            if known is not party and _newer(party) > _newer(known):
                self.parties[party.id] = party

    # --- who and where ---------------------------------------------------------------------------

    def _entity(self, statement: Statement, origin: Origin, number: int) -> Party:
        details = statement.recordDetails
        seat = establishment = None
        if details.addresses:
            for address in details.addresses:
                if address.country is None or not (code := address.country.code):
                    continue
                if address.type == "registered":
                    seat = self._country(code)
                elif address.type == "business":
                    establishment = self._country(code)
        if seat is None and details.jurisdiction is not None and details.jurisdiction.code:
            seat = self._country(details.jurisdiction.code)
        if details.entityType is None:
            self.complaints.add(NO_KIND, {"record": "entity"}, row=number)
            kind = PartyKind.ENTITY
        else:
            kind = ENTITY_KINDS[details.entityType.type]
        name = details.name or _why(details.unspecifiedEntityDetails) or statement.recordId
        listing = details.publicListing
        return Party(
            statement.recordId, name, kind, seat, None, establishment, listing.hasPublicListing if listing else None,
            self._numbers(details), origin,
        )

    def _person(self, statement: Statement, origin: Origin, number: int) -> Party:
        details = statement.recordDetails
        if details.personType is None:
            self.complaints.add(NO_KIND, {"record": "person"}, row=number)
        undisclosed = details.personType in {None, "unknownPerson"}
        home = details.placeOfResidence
        code = home.country.code if home is not None and home.country is not None else None
        name = details.names[0].fullName if details.names else None
        return Party(
            statement.recordId, name or _why(details.unspecifiedPersonDetails) or statement.recordId,
            PartyKind.UNDISCLOSED if undisclosed else PartyKind.PERSON, self._country(code) if code else None,
            identifiers=self._numbers(details), origin=origin,
        )

    def _numbers(self, details: Details) -> tuple[str, ...]:
        if not details.identifiers:
            return ()
        return tuple([
            f"{SCHEMES.get(one.scheme, one.scheme) if one.scheme else one.schemeName or 'id'}:{one.id}"
            for one in details.identifiers if one.id
        ])

    def _country(self, code: str) -> str | None:
        """The country of a code of ISO 3166-1 or 3166-2, one value for each."""
        known = self._words.get(code)
        if known is None:
            head = code[:2].upper()
            if not (head.isascii() and head.isalpha() and len(head) == 2 and code[2:3] in {"", "-"}):
                return None
            known = self._words[code] = self._words.setdefault(head, head)
        return known

    def _origin(self, statement: Statement, on: date | None, number: int) -> Origin:
        raw = bytes(statement.publicationDetails)
        publisher = self._said_by.get(raw)
        if publisher is None:
            publisher = self._publisher(raw, number)
        raw = bytes(statement.source)
        found = self._found_in.get(raw)
        if found is None:
            found = self._source(raw)
        key = publisher, found, on
        origin = self._origins.get(key)
        if origin is None:
            origin = self._origins[key] = Origin(found[0] or publisher or self.file, on, found[1] or self.file)
        return origin

    def _publisher(self, raw: bytes, number: int) -> str:
        try:
            published = msgspec.json.decode(raw, type=Publication | None)
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            published = None
        if published is None:
            name = ""
        else:
            if published.bodsVersion not in {None, VERSION}:
                self.refuse(str(published.bodsVersion), number)
            name = (published.publisher.name if published.publisher else None) or ""
        if len(self._said_by) < 100_000:
            self._said_by[raw] = name
        return name

    def _source(self, raw: bytes) -> tuple[str, str]:
        try:
            source = msgspec.json.decode(raw, type=Source | None)
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            source = None
        if source is None:
            found = "", ""
        else:
            names = " / ".join(sorted({agent.name for agent in source.assertedBy or () if agent.name}))
            found = names, source.description or source.url or ""
        if len(self._found_in) < 100_000:
            self._found_in[raw] = found
        return found

    def _day(self, said: str, number: int) -> date | None:
        try:
            day = date.fromisoformat(said[:10])
        except ValueError:
            self.complaints.add(NO_DAY, {"cell": said[:40]}, row=number)
            return None
        self._days[said] = day
        return day

    # --- who holds what --------------------------------------------------------------------------

    def _relationship(self, statement: Statement, on: date | None, origin: Origin, number: int) -> None:
        details, record = statement.recordDetails, statement.recordId
        subject, interested = details.subject, details.interestedParty
        closed = statement.recordStatus == "closed"
        if not isinstance(subject, str):
            self.complaints.add(NO_SUBJECT, row=number, rejected=True)
            return
        if details.isComponent and details.componentRecords:
            self.complaints.add(COMPONENTS_OF_A_COMPONENT, row=number)
        party = self.parties.get(subject)
        held = party.id if party is not None else subject
        before = len(self.holdings), len(self.influences), len(self.indirect)
        ends: date | None = None
        if isinstance(interested, str):
            party = self.parties.get(interested)
            holder = party.id if party is not None else interested
        elif isinstance(interested, Unspecified) and interested.reason == "noBeneficialOwners":
            holder = ""
        else:
            holder = f"{held}#{record}"
            self.parties[holder] = Party(holder, _why(interested) or "undisclosed", PartyKind.UNDISCLOSED, origin=origin)
        if closed:
            ends = self._last_day(details.interests or (), number)
        elif holder:
            self._interests(statement, holder, held, on, origin, number)
        first = self.records.setdefault(record, statement.statementId)
        if first is not statement.statementId or closed or before == (len(self.holdings), len(self.influences), len(self.indirect)):
            if ends is None:
                ends = self._last_day(details.interests or (), number)
            self.versions.setdefault(record, []).append(_Version(on or date.min, closed, statement.statementId, ends))

    def _last_day(self, interests: Iterable[Interest], number: int) -> date | None:
        days = [self._days.get(one.endDate) or self._day(one.endDate, number) if one.endDate else None for one in interests]
        known = [day for day in days if day is not None]
        return max(known) - DAY if known and len(known) == len(days) and max(known) > date.min else None

    def _interests(self, statement: Statement, holder: str, held: str, on: date | None, origin: Origin, number: int) -> None:
        details = statement.recordDetails
        interests, components = details.interests, details.componentRecords
        if not interests:
            self._add(Holding(holder, held, NOTHING_SAID, NOTHING_SAID, origin, since=on, id=statement.statementId), components, bool(components))
            return
        found: list[Holding] = []
        for interest in interests:
            since = self._days.get(interest.startDate) or self._day(interest.startDate, number) if interest.startDate else on
            until = self._days.get(interest.endDate) or self._day(interest.endDate, number) if interest.endDate else None
            if until is not None:
                until = until - DAY if until > date.min else until
                if since is not None and until < since:
                    if interest.startDate:
                        self.complaints.add(ENDS_BEFORE, {"holder": holder, "held": held, "since": since, "until": until}, row=number,
                                            rejected=True)
                    continue
            kind = interest.type
            indirect = interest.directOrIndirect == "indirect" or (bool(components) and interest.directOrIndirect != "direct")
            if kind == "votingRights":
                one = Holding(holder, held, None, self._share(interest.share, holder, held, number), origin, Nature.FULL, since, until, False,
                              statement.statementId)
            elif kind in CAPITAL:
                one = Holding(holder, held, self._share(interest.share, holder, held, number), None, origin, Nature.FULL, since, until, False,
                              statement.statementId)
            elif kind is None or kind in UNSAID:
                share = self._share(interest.share, holder, held, number)
                one = Holding(holder, held, share, share, origin, Nature.FULL, since, until, False, statement.statementId)
            elif kind == "conditionalRightsGrantedByContract" and interest.share is not None:
                share = self._share(interest.share, holder, held, number)
                one = Holding(holder, held, share, share, origin, Nature.OPTION, since, until, False, statement.statementId)
            else:
                if not (indirect and components):
                    power = _power(interest)
                    self.influences.append(Influence(holder, held, power, origin, since, until, statement.statementId))
                continue
            if indirect:
                self.indirect.append((one, tuple(components or ())))
            elif not found:
                found.append(one)
            else:
                _put_together(found, one)
        self.holdings += found

    def _add(self, one: Holding, components: Sequence[str] | None, indirect: bool) -> None:
        if indirect:
            self.indirect.append((one, tuple(components or ())))
        else:
            self.holdings.append(one)

    def _share(self, share: Share | None, holder: str, held: str, number: int) -> Range:
        if share is None:
            return NOTHING_SAID
        exact = share.exact
        if exact is not None and (known := self._exact.get(exact)) is not None:
            return known
        key = exact, share.minimum, share.maximum, share.exclusiveMinimum, share.exclusiveMaximum
        if exact is None and (known := self._ranges.get(key)) is not None:
            return known
        said = [figure for figure in key if figure is not None]
        if any(not 0 <= figure <= 100 for figure in said):
            self.complaints.add(NO_BOUNDS, {"holder": holder, "held": held}, row=number)
            return NOTHING_SAID
        bounds = _bounds(share)
        if bounds is None:
            self.complaints.add(NO_RANGE, {"holder": holder, "held": held}, row=number)
            return NOTHING_SAID
        if exact is None:
            self._ranges[key] = bounds
        else:
            self._exact[exact] = bounds
        return bounds

    # --- all together ----------------------------------------------------------------------------

    def register(self) -> Register:
        """What all the statements come to."""
        windows = self._windows()
        holdings, influences, indirect = self.holdings, self.influences, self.indirect
        if windows:
            holdings = [cut for one in holdings if (cut := _within(one, windows))]
            influences = [cut for one in influences if (cut := _within(one, windows))]
            indirect = [(cut, components) for one, components in indirect if (cut := _within(one, windows))]
        found = Register(self.parties, holdings, influences)
        self._place_indirect(found, indirect)
        settle(found, self.complaints)
        found.problems = self.complaints.all()
        return found

    def _windows(self) -> dict[tuple[str, date], tuple[date, date]]:
        """For each statement of a record that has several: the days on which it is the latest. The first one also speaks of the days before."""
        again = {record: versions for record, versions in self.versions.items() if versions}
        firsts = {self.records[record]: record for record in again if record in self.records}
        found: dict[tuple[str, date], _Version] = {}
        said: list[Holding | Influence] = [*self.holdings, *self.influences, *(one for one, _ in self.indirect)] if firsts else []
        for one in said:
            record = firsts.get(one.id)
            if record is not None:
                on = one.origin.on or date.min
                known = found.get((record, on))
                ends = one.until if known is None else (max(known.ends, one.until) if known.ends and one.until else None)
                found[record, on] = _Version(on, False, one.id, ends)
        for (record, _), version in found.items():
            if all((one.id, one.on) != (version.id, version.on) for one in again[record]):
                again[record].append(version)
        windows: dict[tuple[str, date], tuple[date, date]] = {}
        for versions in again.values():
            windows.update(_latest(sorted(versions, key=lambda one: (one.on, one.closed, one.id))))
        return windows

    def _place_indirect(self, found: Register, indirect: Sequence[tuple[Holding, tuple[str, ...]]]) -> None:
        """Indirect interests: not counted when their components are there; a holding when nobody holds directly; otherwise an influence."""
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


def _why(said: object) -> str:
    return (said.description or said.reason) if isinstance(said, Unspecified) else ""


def _newer(party: Party) -> tuple[object, ...]:
    """Orders the statements on one party; two of the same day are told apart by what they say, so that their order changes nothing."""
    on = party.origin.on if party.origin else None
    return on or date.min, repr(party)


def _power(interest: Interest) -> Power:
    """The power that an interest gives. A right to appoint at most half of the organs decides nothing alone."""
    power = POWERS.get(interest.type or "", Power.INFLUENCE)
    if power is Power.APPOINTS_ORGANS and interest.share is not None:
        bounds = _bounds(interest.share)
        if bounds is not None and bounds.high <= 50:
            return Power.INFLUENCE
    return power


def _bounds(share: Share) -> Range | None:
    """The range that all the bounds leave; None when they leave nothing."""
    low, low_open = max(
        (share.minimum or 0.0, False), (-1.0 if share.exclusiveMinimum is None else share.exclusiveMinimum, True),
    )
    high, shut = min(
        (100.0 if share.maximum is None else share.maximum, True),
        (101.0 if share.exclusiveMaximum is None else share.exclusiveMaximum, False),
    )
    if low > high or (low == high and (low_open or not shut)):
        return None
    if share.exact is None:
        return Range(low, high, low_open, not shut)
    above = share.exact > low or (share.exact == low and not low_open)
    below = share.exact < high or (share.exact == high and shut)
    return Range(share.exact, share.exact) if above and below else None


def _put_together(found: list[Holding], one: Holding) -> None:
    """Interests of one statement over the same days: capital beside votes, and two of one right added up, since they are two."""
    for place, other in enumerate(found):
        if (other.since, other.until, other.nature) == (one.since, one.until, one.nature):
            found[place] = msgspec.structs.replace(other, capital=_sum(other.capital, one.capital), votes=_sum(other.votes, one.votes))
            return
    found.append(one)


def _sum(one: Range | None, other: Range | None) -> Range | None:
    if one is None or other is None:
        return one if other is None else other
    high = one.high + other.high
    low = min(one.low + other.low, 100.0)
    return Range(low, min(high, 100.0), (one.low_open or other.low_open) and low < 100, (one.high_open or other.high_open) and high <= 100)


def _latest(versions: Sequence[_Version]) -> dict[tuple[str, date], tuple[date, date]]:
    found: dict[tuple[str, date], tuple[date, date]] = {}
    end = date.max
    for place in range(len(versions) - 1, -1, -1):
        version = versions[place]
        found[version.id, version.on] = (date.min if place == 0 else version.on, end)
        before = version.on - DAY if version.on > date.min else date.min
        end = min(end, before if version.ends is None else min(before, version.ends))
    return found


def _within(one: _Said, windows: dict[tuple[str, date], tuple[date, date]]) -> _Said | None:
    """The holding or power on the days on which its statement is the latest of its record; None when there are none."""
    window = windows.get((one.id, one.origin.on or date.min))
    if window is None:
        return one
    since, until = max(one.since or date.min, window[0]), min(one.until or date.max, window[1])
    if until < since:
        return None
    return msgspec.structs.replace(one, since=None if since == date.min else since, until=None if until == date.max else until)
