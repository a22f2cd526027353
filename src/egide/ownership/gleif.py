"""Reads GLEIF: who is who (level 1, as the golden copy's CSV or the API's JSON), who consolidates whom (level 2), and who does not say.

Level 1 gives the registered office (legal address) and the central administration (headquarters). Level 2 says which parent takes a
company into its accounts: that shows control in fact and almost never a percentage, so it is a power and decides nothing of 24 and 39 %.
"""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import TYPE_CHECKING

import msgspec

from egide.ownership.complaints import Complaints
from egide.ownership.conflicts import settle
from egide.ownership.describing import Descriptions
from egide.ownership.holdings import Holding, Influence, Origin, Party, PartyKind, Power, Range, Register
from egide.vocabulary.delimited import decode
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_BYTES = 4 * 2**30
ISSUER = "GLEIF"
NOT_CSV = N_("not readable as CSV: {problem}")
NOT_JSON = N_("not readable as JSON: {problem}")
TOO_LARGE = N_("the file is larger than {limit} MiB, the most that is read")
NOT_GLEIF = N_("neither a GLEIF level 1, a level 2 nor a reporting exceptions file")
NO_LEI = N_("«{cell}» is not an LEI (20 letters and digits); the row is left out.")
NO_DAY = N_("«{cell}» is not a date; the row is kept without it.")
OTHER_RELATION = N_("The relationship «{cell}» is not one that is read; it is shown as influence.")
OTHER_REASON = N_("The reason «{cell}» is not known; it is read as a parent that is not disclosed.")

RELATIONS: Mapping[str, Power] = {
    "IS_DIRECTLY_CONSOLIDATED_BY": Power.DE_FACTO,
    "IS_ULTIMATELY_CONSOLIDATED_BY": Power.DE_FACTO,
    "IS_FUND-MANAGED_BY": Power.MANAGEMENT_COMPANY,
    "IS_SUBFUND_OF": Power.INFLUENCE,
    "IS_FEEDER_TO": Power.INFLUENCE,
}
"""What the end of a relationship is to its start. A feeder invests in its master: there the start is the holder."""
BRANCH = "IS_INTERNATIONAL_BRANCH_OF"
"""A branch is no other person than its head office, which therefore has all of it."""
NOBODY = frozenset({"NO_KNOWN_PERSON", "NON_CONSOLIDATING", "NATURAL_PERSONS"})
"""Reasons by which no legal person consolidates; who holds the shares stays undisclosed all the same."""
SOMEBODY = frozenset({
    "NO_LEI", "NON_PUBLIC", "BINDING_LEGAL_COMMITMENTS", "LEGAL_OBSTACLES", "CONSENT_NOT_OBTAINED", "DETRIMENT_NOT_EXCLUDED",
    "DISCLOSURE_DETRIMENTAL",
})
"""Reasons by which there is a parent that is not named."""
KINDS: Mapping[str, PartyKind] = {
    "FUND": PartyKind.FUND, "SOLE_PROPRIETOR": PartyKind.PERSON, "RESIDENT_GOVERNMENT_ENTITY": PartyKind.STATE,
    "INTERNATIONAL_ORGANIZATION": PartyKind.ENTITY,
}


def is_gleif(content: bytes) -> bool:
    """Whether the file begins as one of GLEIF's."""
    head = content[:8192].lstrip(b"\xef\xbb\xbf \t\r\n")
    first = head.split(b"\n", 1)[0]
    if head.startswith((b"{", b"[")):
        head = content[:65_536]
        return (b'"lei-records"' in head or b'"relationship-records"' in head) and b'"attributes"' in head
    return (b"Entity.LegalName" in first and b"LEI" in first) or b"Relationship.StartNode.NodeID" in first or b"Exception.Category" in first


def read_gleif(level1: bytes | None, level2: bytes | None, files: tuple[str, str] = ("level1.csv", "level2.csv")) -> Register:
    """The register of a level 1 and a level 2 file, either of which may be absent.

    Raises `InputError` for a file that is not GLEIF's.
    """
    given = [(content, file) for content, file in zip((level1, level2), files, strict=True) if content is not None]
    return _read(given)


def read_gleif_file(content: bytes, file: str) -> Register:
    """The register of one file, whichever of GLEIF's it is."""
    return _read([(content, file)])


def _read(given: list[tuple[bytes, str]]) -> Register:
    found, described = Register(), Descriptions()
    complaints = Complaints(given[-1][1] if given else "")
    for content, file in given:
        _Reading(found, described, Complaints(file), file).read(content)
    found.parties = described.settle(found.conflicts)
    settle(found, complaints)
    found.problems += complaints.all()
    return found


class _Reading:
    def __init__(self, register: Register, described: Descriptions, complaints: Complaints, file: str) -> None:
        self.register, self.described, self.complaints, self.file = register, described, complaints, file
        self.origins: dict[date | None, Origin] = {}

    def read(self, content: bytes) -> None:
        if len(content) > MAX_BYTES:
            raise InputError(TOO_LARGE, Location(self.file), values={"limit": MAX_BYTES // 2**20})
        if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
            self.json(content)
        else:
            self.csv(content)
        self.register.problems += self.complaints.all()

    def csv(self, content: bytes) -> None:
        reader = csv.DictReader(io.StringIO(decode(content, self.file)), restval="")
        try:
            columns = set(reader.fieldnames or ())
            if "Relationship.StartNode.NodeID" in columns:
                read = self.relation
            elif "Exception.Category" in columns:
                read = self.exception
            elif {"LEI", "Entity.LegalName"} <= columns:
                read = self.entity
            else:
                raise InputError(NOT_GLEIF, Location(self.file, row=1))
            for row in reader:
                read({name: (cell or "").strip() for name, cell in row.items() if name}, reader.line_num)
        except csv.Error as error:
            raise InputError(NOT_CSV, Location(self.file, row=reader.line_num), values={"problem": error}) from error

    def entity(self, row: Mapping[str, str], number: int) -> None:
        if not self.is_lei(row["LEI"], number):
            return
        name = row["Entity.LegalName"] or row["LEI"]
        self.described.add(Party(
            row["LEI"], name, KINDS.get(row.get("Entity.EntityCategory", ""), PartyKind.ENTITY),
            _country(row.get("Entity.LegalAddress.Country", "")), _country(row.get("Entity.HeadquartersAddress.Country", "")),
            identifiers=(f"LEI:{row['LEI']}",), origin=self.origin(row.get("Registration.LastUpdateDate", ""), number),
        ))

    def relation(self, row: Mapping[str, str], number: int) -> None:
        start, end = row["Relationship.StartNode.NodeID"], row.get("Relationship.EndNode.NodeID", "")
        if not (self.is_lei(start, number) and self.is_lei(end, number)):
            return
        since, until = self.period(row, number)
        if row.get("Relationship.RelationshipStatus", "ACTIVE") == "INACTIVE" and until is None:
            until = self.day(row.get("Registration.LastUpdateDate", ""), number)
        self.relate(start, end, row.get("Relationship.RelationshipType", ""), since, until,
                    self.origin(row.get("Registration.LastUpdateDate", ""), number), number)

    def relate(self, start: str, end: str, kind: str, since: date | None, until: date | None, origin: Origin, number: int) -> None:
        name = f"{start} {kind} {end}"
        if kind == BRANCH:
            whole = Range(100.0, 100.0)
            self.register.holdings.append(Holding(end, start, whole, whole, origin, since=since, until=until, id=name))
            return
        if kind not in RELATIONS:
            self.complaints.add(OTHER_RELATION, {"cell": kind[:60]}, row=number)
        holder, held = (start, end) if kind == "IS_FEEDER_TO" else (end, start)
        self.register.influences.append(Influence(holder, held, RELATIONS.get(kind, Power.INFLUENCE), origin, since, until, name))

    def exception(self, row: Mapping[str, str], number: int) -> None:
        lei, category = row.get("LEI", ""), row["Exception.Category"]
        if self.is_lei(lei, number):
            reasons = [cell for name, cell in row.items() if name.startswith("Exception.Reason") and cell]
            self.undisclosed(lei, category, reasons, number)

    def undisclosed(self, lei: str, category: str, reasons: list[str], number: int) -> None:
        for reason in reasons:
            if reason not in NOBODY | SOMEBODY:
                self.complaints.add(OTHER_REASON, {"cell": reason[:60]}, row=number)
        telling = [reason for reason in reasons if reason not in NOBODY]
        if not telling and reasons:
            return
        origin, holder = self.origin("", number), f"{lei}#{category}"
        self.described.add(Party(holder, telling[0] if telling else "undisclosed", PartyKind.UNDISCLOSED, origin=origin))
        self.register.influences.append(Influence(holder, lei, Power.DE_FACTO, origin, id=f"{lei} {category}"))

    def period(self, row: Mapping[str, str], number: int) -> tuple[date | None, date | None]:
        """The days of the relationship itself, among the up to five periods that a row carries."""
        for place in range(1, 6):
            kind = row.get(f"Relationship.Period.{place}.periodType", "RELATIONSHIP_PERIOD" if place == 1 else "")
            if kind == "RELATIONSHIP_PERIOD" or (kind == "" and place == 1):
                start = self.day(row.get(f"Relationship.Period.{place}.startDate", ""), number)
                end = self.day(row.get(f"Relationship.Period.{place}.endDate", ""), number)
                return start, end
        return None, None

    def json(self, content: bytes) -> None:
        try:
            answer = msgspec.json.decode(content.lstrip(b"\xef\xbb\xbf \t\r\n"), type=_Answer)
        except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
            raise InputError(NOT_JSON, Location(self.file), values={"problem": error}) from error
        items = answer.data if isinstance(answer.data, list) else [answer.data]
        for place, item in enumerate(items):
            said = item.attributes
            if item.type == "lei-records" and said.entity is not None:
                self.entity(said.entity.row(said.lei or item.id or "", said.registration), place)
            elif item.type == "relationship-records" and said.relationship is not None:
                self.relation(said.relationship.row(said.registration), place)

    def is_lei(self, cell: str, number: int) -> bool:
        if len(cell) == 20 and cell.isascii() and cell.isalnum():
            return True
        self.complaints.add(NO_LEI, {"cell": cell[:40]}, row=number, rejected=True)
        return False

    def origin(self, updated: str, number: int) -> Origin:
        on = self.day(updated, number)
        if on not in self.origins:
            self.origins[on] = Origin(ISSUER, on, self.file)
        return self.origins[on]

    def day(self, cell: str, number: int) -> date | None:
        if not cell:
            return None
        try:
            return date.fromisoformat(cell[:10])
        except ValueError:
            self.complaints.add(NO_DAY, {"cell": cell[:40]}, row=number)
            return None


class _Name(msgspec.Struct):
    name: str = ""


class _Where(msgspec.Struct):
    country: str | None = None


class _Registration(msgspec.Struct):
    lastUpdateDate: str | None = None  # noqa: N815 - GLEIF's own name


class _Entity(msgspec.Struct):
    legalName: _Name = msgspec.field(default_factory=_Name)  # noqa: N815
    legalAddress: _Where = msgspec.field(default_factory=_Where)  # noqa: N815
    headquartersAddress: _Where = msgspec.field(default_factory=_Where)  # noqa: N815
    category: str | None = None

    def row(self, lei: str, registration: _Registration | None) -> dict[str, str]:
        """The same as a row of the golden copy."""
        return {
            "LEI": lei, "Entity.LegalName": self.legalName.name, "Entity.EntityCategory": self.category or "",
            "Entity.LegalAddress.Country": self.legalAddress.country or "",
            "Entity.HeadquartersAddress.Country": self.headquartersAddress.country or "",
            "Registration.LastUpdateDate": (registration.lastUpdateDate if registration else None) or "",
        }


class _Node(msgspec.Struct):
    id: str = ""


class _Period(msgspec.Struct):
    startDate: str | None = None  # noqa: N815
    endDate: str | None = None  # noqa: N815
    type: str | None = None


class _Relationship(msgspec.Struct):
    startNode: _Node  # noqa: N815
    endNode: _Node  # noqa: N815
    type: str = ""
    status: str | None = None
    periods: list[_Period] = []

    def row(self, registration: _Registration | None) -> dict[str, str]:
        """The same as a row of the golden copy."""
        row = {
            "Relationship.StartNode.NodeID": self.startNode.id, "Relationship.EndNode.NodeID": self.endNode.id,
            "Relationship.RelationshipType": self.type, "Relationship.RelationshipStatus": self.status or "ACTIVE",
            "Registration.LastUpdateDate": (registration.lastUpdateDate if registration else None) or "",
        }
        for place, period in enumerate(self.periods[:5], 1):
            row[f"Relationship.Period.{place}.startDate"] = period.startDate or ""
            row[f"Relationship.Period.{place}.endDate"] = period.endDate or ""
            row[f"Relationship.Period.{place}.periodType"] = period.type or ""
        return row


class _Attributes(msgspec.Struct):
    lei: str | None = None
    entity: _Entity | None = None
    relationship: _Relationship | None = None
    registration: _Registration | None = None


class _Item(msgspec.Struct):
    type: str
    attributes: _Attributes
    id: str | None = None


class _Answer(msgspec.Struct):
    data: list[_Item] | _Item


def _country(code: str) -> str | None:
    head = code[:2].upper()
    return head if len(head) == 2 and head.isascii() and head.isalpha() and code[2:3] in {"", "-"} else None
