"""The first five minutes of a provider: a dossier to fill in, with every question that the engine may ask.

The starter is valid as it stands and states nothing: assessed at once, it answers *unknown* and says what is missing.
Every question is a comment to be uncommented; none carries an answer that somebody could forget to change.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from textwrap import wrap
from typing import TYPE_CHECKING

from egide.label.facts import FACTS, ONE_COUNTRY
from egide.label.records import FORMS
from egide.vocabulary.facts import FactType, Kind
from egide.vocabulary.language import N_, Language

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from egide.label.scheme import Requirement, Scheme

FOLDER = "preuves"
WIDTH = 110

KEPT = N_("keep those that you sell")
OPENING = N_(
    "The dossier of one offer. To answer a question (##), remove the # of the line below it and put your answer. "
    "What nobody states is unknown, never no."
)
FACTS_OPENING = N_(
    "Facts. A plain value is your own declaration. With somebody else's word, or a document behind it: "
    "{value: FR, issuer: \"who says so\", on: 2026-05-31, until: 2027-05-30, assurance: audited, evidence: [E-001]}. "
    "When two say otherwise, give a list of such maps: both are kept."
)
OWNERSHIP_OPENING = N_("Who holds the company and its suppliers: cap tables (CSV), BODS 0.4, GLEIF. One file is enough to begin.")
SUPPLIERS_OPENING = N_("Third parties at every level; `under` says who employs whom.")
ACCESS_OPENING = N_("What runs, and who reaches it. Only a control with a test of the binder behind it cuts a way.")
NEEDS_OPENING = N_("What each function stands on; a list within the list holds alternatives. `days`: how long it goes on once cut.")
BASES_OPENING = N_("Offers underneath: what they provide, and what they leave to you.")
REST_OPENING = N_("Risks, technical data, steps of the road, and who is told of changes.")
BINDER_OPENING = N_("The binder: one entry for each document of this folder. The digest is the SHA-256 of the file.")
ACCEPTED = N_("What each requirement of {scheme} accepts:")
ALL_OF = N_("all of: {kinds}")
ONE_OF = N_("one of: {kinds}")
FROM_FACTS = N_("from the facts of offer.yaml")
NOTHING_OF_THE_SORT = N_("no evidence of its own")


def starter(offer: str, name: str, provider: str, provider_name: str, lang: Language, scheme: Scheme | None = None) -> Mapping[str, bytes]:
    """The files of a new dossier by their paths: `offer.yaml`, a cap table with its headers, an empty binder.

    With a scheme, the binder says of each of its requirements which evidence it accepts.
    """
    return {
        "offer.yaml": _offer(offer, name, provider, provider_name, lang).encode(),
        "captable.csv": _cap_table(provider, provider_name, lang).encode(),
        f"{FOLDER}/binder.yaml": _binder(lang, scheme).encode(),
    }


def _offer(offer: str, name: str, provider: str, provider_name: str, lang: Language) -> str:
    head = [
        *_comment(lang.text(OPENING)), "offer:",
        f"  id: {_quoted(offer)}", f"  name: {_quoted(name)}",
        f"  provider: {_quoted(provider)}", f"  provider_name: {_quoted(provider_name)}",
        f"  kinds: [IaaS, CaaS, PaaS, SaaS]  # {lang.text(KEPT)}", '  perimeter: ""', "  # on: 2026-05-31", "",
        *_comment(lang.text(OWNERSHIP_OPENING)), "ownership: [captable.csv]", f"evidence: {FOLDER}", "# requested_on: 2026-01-15", "",
        *_comment(lang.text(FACTS_OPENING)), "facts:",
    ]
    return "\n".join([*head, *_facts(lang), *_parts(lang)]) + "\n"


def _facts(lang: Language) -> Iterator[str]:
    group = ""
    for fact in FACTS.values():
        if (begins := fact.name.split(".")[0]) != group:
            group = begins
            yield ""
        yield from _comment(f"{lang.text(fact.ask)} ({lang.label(str(fact.role))})", "  ")
        if fact.help:
            yield from _comment(lang.text(fact.help), "  ")
        yield f"  # {fact.name}: {_possible(fact)}"


def _possible(fact: FactType) -> str:
    """What an answer looks like, never one that could pass for an answer."""
    if fact.name in ONE_COUNTRY:
        return "…"
    match fact.kind:
        case Kind.YES_NO:
            return "yes | no"
        case Kind.CHOICE:
            return " | ".join(fact.choices)
        case Kind.COUNTRIES:
            return "[…, …]"
        case _:
            return "…"


PARTS: tuple[tuple[str, Mapping[str, str]], ...] = (
    (SUPPLIERS_OPENING, {"suppliers": "id: …, name: …, role: supplier, provides: …, under: …, seat: …, administration: …, "
                                      "establishment: …, data: [customer, technical], countries: […]"}),
    (ACCESS_OPENING, {"components": "id: …, name: …, operated_by: …, holds: [customer, technical]",
                      "accesses": "source: …, target: …, kind: administration, control: …, control_state: tested, effort: 5, "
                                  "evidence: [E-002]"}),
    (NEEDS_OPENING, {"needs": "id: …, name: …, needs: [own-skills, [a, b]], days: {a: 30}"}),
    (BASES_OPENING, {"built_on": 'offer: …, dossier: ../…/offer.yaml, provides: IaaS, inherits: ["11.*"], leaves: {"9.7.a": …}'}),
    (REST_OPENING, {"risks": "id: …, title: …, treatment: …, law: …, country: …, residual: low, accepted_by: …, accepted_on: …",
                    "technical_data": "kind: identities, where: […], component: …, held_by: …",
                    "steps": "id: …, title: …, owner: security, days: 30, after: […]", "customers": "id: …, name: …"}),
)  # fmt: skip
"""Headings with nothing under them, and what one entry looks like."""


def _parts(lang: Language) -> Iterator[str]:
    for opening, headings in PARTS:
        yield from ("", *_comment(lang.text(opening)))
        for heading, entry in headings.items():
            yield from (f"{heading}:", f"# - {{{entry}}}")
    yield f"# records: {{{', '.join(f'{kind}: {kind}.csv' for kind in FORMS)}}}"


def _cap_table(provider: str, provider_name: str, lang: Language) -> str:
    heads = {
        "fr": "détenteur;nom;société détenue;% du capital;% des droits de vote;depuis;jusqu'au;nature;pouvoir;type;siège;"
              "administration centrale;établissement principal;cotée;déclarant;au;source",
        "en": "holder;name;held;capital %;votes %;since;until;nature;power;kind;seat;administration;establishment;listed;issuer;on;source",
    }
    table = io.StringIO()
    row = csv.writer(table, delimiter=";", lineterminator="\n")
    titles = heads[lang.code].split(";")
    row.writerows([titles, [provider, provider_name, *[""] * (len(titles) - 2)]])
    return table.getvalue()


def _binder(lang: Language, scheme: Scheme | None) -> str:
    lines = [
        *_comment(lang.text(BINDER_OPENING)), "documents:",
        '# - {id: E-001, title: …, kind: document, assurance: declared, issuer: …, on: 2026-05-31, covers: ["5.1.*"], file: …, digest: …}',
    ]
    if scheme:
        lines += ["", *_comment(lang.text(ACCEPTED, {"scheme": scheme.title}))]
        lines += [line for one in scheme.requirements for line in _comment(_accepts(one, lang))]
    return "\n".join(lines) + "\n"


def _accepts(one: Requirement, lang: Language) -> str:
    kinds = {"kinds": one.evidence}
    how = [lang.text(FROM_FACTS)] if one.computed else []
    if one.evidence:
        how.append(lang.text(ALL_OF if one.needs_all else ONE_OF, kinds) if len(one.evidence) > 1 else lang.value(one.evidence))
    return f"{one.id} {one.title.in_(lang.code)} – {' ; '.join(how) or lang.text(NOTHING_OF_THE_SORT)}"


def _comment(text: str, indent: str = "") -> Iterable[str]:
    return (f"{indent}## {line}" for line in wrap(text, WIDTH, break_long_words=False, break_on_hyphens=False))


def _quoted(word: str) -> str:
    """The word in YAML's double quotes."""
    plain = (f"\\{char}" if char in '"\\' else char if char.isprintable() else f"\\U{ord(char):08x}" for char in word)
    return f'"{"".join(plain)}"'
