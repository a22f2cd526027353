"""Services as a YAML list, for those who keep theirs beside their code.

```yaml
schema: egide/services/1
services:
  - name: Paie des agents
    siret: "110 000 015 00012"
    data_owner: Bureau de la paie
    facts: {data.personal: true, service.stage: running}
    hostings:
      - OVH public cloud GRA
      - {text: Scaleway, planned: true, facts: {hosting.contract_end: 2027-03-31}}
bodies:
  - {siren: "110000015", status: state, from: 2010-01-01, source: "…"}
```
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from egide.portfolio.bounds import MAX_ROWS
from egide.portfolio.cells import Said, day, shown, value_of, yes_no
from egide.portfolio.drafts import HostingDraft, ServiceDraft
from egide.portfolio.reader import NOT_UNDERSTOOD
from egide.portfolio.register import BODY_KEYS, NO_SIREN, UPSIDE_DOWN, BodyRecord
from egide.portfolio.registration import siren_of
from egide.portfolio.rows import NO_NAME
from egide.portfolio.tables import ROWS_LEFT_OUT
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.facts import FACTS, Claim
from egide.vocabulary.findings import Problem
from egide.vocabulary.language import N_, Language
from egide.vocabulary.yaml import read_yaml

if TYPE_CHECKING:
    from egide.vocabulary.facts import Value

SCHEMA = "egide/services/1"
UNKNOWN_KEY = N_("unknown key `{key}`: not used")
UNKNOWN_FACT = N_("`{key}` is not a fact that can be answered here: not used")
EXPECTED_TEXT = N_("expected a text: not used")
_SERVICE_KEYS = {"name", "siret", "siren", "body", "data_owner", "facts", "hostings"}
_HOSTING_KEYS = {"text", "planned", "facts"}
_BODY_KEYS = {"siren", "name", *BODY_KEYS, "from", "to", "source", "by", "on"}


class _Listing:
    """One document, and the problems met on the way."""

    def __init__(self, file: str, lang: Language) -> None:
        self.file = file
        self.lang = lang
        self.problems: list[Problem] = []

    def tell(self, path: str, message: str, *, rejected: bool = False, **values: object) -> None:
        self.problems.append(Problem(Location(self.file, path=path), message, values, rejected))

    def text(self, value: Any, path: str) -> str:
        if isinstance(value, (str, int, float, date)) and not isinstance(value, bool):
            return shown(value)[:300]
        if value is not None:
            self.tell(path, EXPECTED_TEXT)
        return ""

    def only(self, value: dict[Any, Any], allowed: set[str], path: str) -> None:
        for key in value:
            if key not in allowed:
                self.tell(f"{path}.{key}", UNKNOWN_KEY, key=str(key))

    def facts(self, value: Any, path: str, prefixes: tuple[str, ...]) -> dict[str, Claim]:
        claims: dict[str, Claim] = {}
        if not isinstance(value, dict):
            if value is not None:
                self.tell(path, NOT_UNDERSTOOD, value=str(value)[:80])
            return claims
        for name, said in value.items():
            at = f"{path}.{name}"
            if not (isinstance(name, str) and name in FACTS and name.startswith(prefixes)):
                self.tell(at, UNKNOWN_FACT, key=str(name))
                continue
            answer = self.answer(name, said, at)
            if not isinstance(answer, Said):
                claims[name] = self.claim(name, answer, at)
            elif answer is Said.DOES_NOT_KNOW:
                claims[name] = self.claim(name, None, at)
        return claims

    def answer(self, fact: str, said: Any, path: str) -> Value | Said:
        if isinstance(said, list):
            said = " ".join(map(str, said))
        answer = value_of(FACTS[fact], said) if said is None or isinstance(said, (str, int, float, date)) else Said.NOT_UNDERSTOOD
        if answer is Said.NOT_UNDERSTOOD:
            self.tell(path, NOT_UNDERSTOOD, value=str(said)[:80])
        return answer

    def claim(self, fact: str, value: Value | None, path: str) -> Claim:
        return Claim(fact, value, self.lang.text(N_("file {file}"), {"file": self.file}), None, f"{self.file}, {path}")


def read_listed(content: bytes, file: str, lang: Language) -> tuple[list[ServiceDraft], list[BodyRecord], list[Problem]]:
    """The services and bodies of the document.

    Raises `InputError` when it isn't a list of services; an entry that cannot be used is reported.
    """
    document = read_yaml(content, file)
    if isinstance(document, list):
        document = {"services": document}
    if not isinstance(document, dict) or any(not isinstance(document.get(key, []), list) for key in ("services", "bodies")):
        raise InputError(N_("expected a list under `services`"), Location(file))
    if document.get("schema", SCHEMA) != SCHEMA:
        raise InputError(N_("expected `schema: {schema}`"), Location(file, path="schema"), "", {"schema": SCHEMA})
    if not document.get("services") and not document.get("bodies"):
        raise InputError(N_("expected a list under `services`"), Location(file))
    listing = _Listing(file, lang)
    listing.only(document, {"schema", "services", "bodies"}, "")
    entries = document.get("services", [])
    drafts = [draft for place, entry in enumerate(entries[:MAX_ROWS]) if (draft := _service(listing, entry, f"services[{place}]"))]
    if len(entries) > MAX_ROWS:
        listing.tell("services", ROWS_LEFT_OUT, rejected=True, limit=MAX_ROWS)
    records = [record for place, entry in enumerate(document.get("bodies", [])) if (record := _body(listing, entry, f"bodies[{place}]"))]
    return drafts, records, listing.problems


def _service(listing: _Listing, entry: Any, path: str) -> ServiceDraft | None:
    if isinstance(entry, str):
        entry = {"name": entry}
    name = listing.text(entry.get("name"), f"{path}.name") if isinstance(entry, dict) else ""
    if not name:
        listing.tell(path, NO_NAME, rejected=True)
        return None
    listing.only(entry, _SERVICE_KEYS, path)
    draft = ServiceDraft(name, Location(listing.file, path=path))
    draft.siren = _siren(listing, entry, path)
    draft.body = listing.text(entry.get("body"), f"{path}.body") or None
    draft.data_owner = listing.text(entry.get("data_owner"), f"{path}.data_owner") or None
    draft.claims = listing.facts(entry.get("facts"), f"{path}.facts", ("body.", "data.", "service."))
    hostings = entry.get("hostings", [])
    for place, hosting in enumerate(hostings if isinstance(hostings, list) else [hostings]):
        draft.hostings.append(_hosting(listing, hosting, f"{path}.hostings[{place}]"))
    return draft


def _siren(listing: _Listing, entry: dict[Any, Any], path: str) -> str | None:
    key = "siret" if entry.get("siret") is not None else "siren"
    said = entry.get(key)
    if said is None:
        return None
    siren, wrong = siren_of(said if isinstance(said, (str, int)) else str(said))
    if wrong:
        listing.tell(f"{path}.{key}", wrong, value=str(said)[:40])
    return siren


def _hosting(listing: _Listing, entry: Any, path: str) -> HostingDraft:
    if not isinstance(entry, dict):
        return HostingDraft(listing.text(entry, path), at=Location(listing.file, path=path))
    listing.only(entry, _HOSTING_KEYS, path)
    planned = yes_no(entry.get("planned")) if isinstance(entry.get("planned"), (bool, str, type(None))) else Said.NOT_UNDERSTOOD
    if planned is Said.NOT_UNDERSTOOD:
        listing.tell(f"{path}.planned", NOT_UNDERSTOOD, value=str(entry["planned"])[:80])
    claims = listing.facts(entry.get("facts"), f"{path}.facts", ("hosting.", "derogation.", "offer.model"))
    text = listing.text(entry.get("text"), f"{path}.text")
    return HostingDraft(text, planned is True, None, "", claims, Location(listing.file, path=path))


def _body(listing: _Listing, entry: Any, path: str) -> BodyRecord | None:
    said = entry.get("siren") if isinstance(entry, dict) else None
    siren, wrong = siren_of(said if isinstance(said, (str, int)) else None) if said is not None else (None, NO_SIREN)
    if wrong:
        listing.tell(f"{path}.siren", wrong, rejected=siren is None, value=str(said)[:40])
    if siren is None:
        return None
    listing.only(entry, _BODY_KEYS, path)
    facts: dict[str, Value] = {}
    for key in BODY_KEYS:
        answer = listing.answer(f"body.{key}", entry.get(key), f"{path}.{key}")
        if not isinstance(answer, Said):
            facts[f"body.{key}"] = answer
    start, end, on = (_day(listing, entry.get(key), f"{path}.{key}") for key in ("from", "to", "on"))
    if start and end and end < start:
        listing.tell(f"{path}.to", UPSIDE_DOWN, rejected=True)
        return None
    words = {key: listing.text(entry.get(key), f"{path}.{key}") for key in ("name", "source", "by")}
    by = words["by"] or listing.lang.text(N_("file {file}"), {"file": listing.file})
    source = words["source"] or f"{listing.file}, {path}"
    return BodyRecord(siren, words["name"] or None, facts, start, end, source, by, on, Location(listing.file, path=path))


def _day(listing: _Listing, said: Any, path: str) -> date | None:
    found = day(said) if said is None or isinstance(said, (str, date)) else Said.NOT_UNDERSTOOD
    if found is Said.NOT_UNDERSTOOD:
        listing.tell(path, NOT_UNDERSTOOD, value=str(said)[:80])
    return None if isinstance(found, Said) else found
