"""The published JSON Schemas (2020-12) of ``egide/label/1`` and ``egide/ownership/1``, tokens enumerated from the vocabulary.

Further keys may be added under the same schema name; none will be removed or change meaning.
"""

from __future__ import annotations

from typing import Any

from egide.label.dossier import AccessKind, Assurance, EvidenceKind, PathState, Relation
from egide.label.results import Stage
from egide.ownership.answers import Method
from egide.ownership.holdings import PartyKind, Right
from egide.papers.label.document import SCHEMA
from egide.papers.label.ownership_data import SCHEMA as OWNERSHIP_SCHEMA
from egide.papers.label.views import Freshness
from egide.papers.schema import (
    DAY,
    DAY_OR_NULL,
    NULL,
    READ,
    TEXT,
    TEXT_OR_NULL,
    VALUE,
    WHOLE,
    WHOLE_OR_NULL,
    YES_NO,
    either,
    listing,
    mapping,
    record,
    ref,
    tokens,
)
from egide.vocabulary.findings import Answer

SHARE: dict[str, Any] = {"description": "An exact fraction of one.", "type": "string", "pattern": r"^\d+(/\d+)?$"}
PER_CENT: dict[str, Any] = {"description": "Per cent, as it was stated.", "type": "string", "pattern": r"^\d+(\.\d+|/\d+)?$"}
BOUNDS = {
    "low": SHARE,
    "high": SHARE,
    "low_open": {"description": "The truth is above the lowest, which is beside a cap.", **YES_NO},
    "rounded": {"description": "Found in floating point, to a millionth of a millionth; never beside a cap.", **YES_NO},
}

OWNERSHIP_DEFINITIONS: dict[str, Any] = {
    "answer": tokens(Answer),
    "bounds": record("The share lies between these, whatever is undisclosed.", **BOUNDS),
    "range": record("As stated; an open end is not reached.", low=PER_CENT, high=PER_CENT, low_open=YES_NO, high_open=YES_NO),
    "origin": record("Who said it, on which day, in which source.", issuer=TEXT, on=DAY_OR_NULL, source=TEXT, read=READ),
    "link": record(
        "One party has this hold on that company.",
        holder=TEXT,
        held=TEXT,
        how=TEXT,
        share=either(ref("range"), NULL),
        origin=either(ref("origin"), NULL),
    ),
    "chain": record(
        "From the company upwards, and what the steps carry together.",
        links=listing(ref("link")),
        share=either(ref("bounds"), NULL),
        text=TEXT,
    ),
    "ownership": record(
        "Who holds the company and who controls it, in every reading.",
        schema={"const": OWNERSHIP_SCHEMA},
        company=TEXT,
        on=DAY,
        answer=ref("answer"),
        readings=record(
            "The parameters of the reading of 19.6.b.",
            union=listing(TEXT),
            union_name=TEXT,
            persons_count=YES_NO,
            one=SHARE,
            together=SHARE,
            either_breach_fails=YES_NO,
            presumption=SHARE,
        ),
        third_control=ref("answer"),
        third_veto=ref("answer"),
        third_organs=ref("answer"),
        tests=listing(
            record(
                "One reading of the caps.",
                method=tokens(Method),
                right=tokens(Right),
                diluted=YES_NO,
                largest=TEXT_OR_NULL,
                one=ref("bounds"),
                one_answer=ref("answer"),
                together=ref("bounds"),
                together_answer=ref("answer"),
                answer=ref("answer"),
            )
        ),
        holders=listing(
            record(
                "What one party holds.",
                party=TEXT,
                third=ref("answer"),
                shares=listing(record("In one reading.", method=tokens(Method), right=tokens(Right), **BOUNDS)),
                chains=listing(ref("chain")),
                power=either(SHARE, NULL),
            )
        ),
        controllers=listing(
            record("Who controls or may.", party=TEXT, third=ref("answer"), how=TEXT, answer=ref("answer"), chain=ref("chain"))
        ),
        disclosures=listing(
            record("What would settle.", holder=TEXT, held=TEXT, right=TEXT, ask=record("In words.", code=TEXT, text=TEXT), settles=YES_NO)
        ),
        parties=listing(
            record(
                "A party that is named.",
                id=TEXT,
                name=TEXT,
                kind=tokens(PartyKind),
                seat=TEXT_OR_NULL,
                administration=TEXT_OR_NULL,
                establishment=TEXT_OR_NULL,
                listed={"type": ["boolean", "null"]},
                identifiers=listing(TEXT),
            )
        ),
        links=listing(ref("link")),
        conflicts=listing(record("Two statements, both kept.", holder=TEXT, held=TEXT, right=TEXT, first=TEXT, second=TEXT)),
        oscillating=listing(TEXT),
        problems=listing(ref("problem")),
    ),
    "problem": record(
        "Something that could not be read or looked at; the rest went on.",
        file=TEXT,
        sheet=TEXT_OR_NULL,
        row=WHOLE_OR_NULL,
        column=TEXT_OR_NULL,
        path=TEXT_OR_NULL,
        message=TEXT,
        rejected=YES_NO,
    ),
}

DEFINITIONS: dict[str, Any] = {
    **OWNERSHIP_DEFINITIONS,
    "reason": record("Why: a stable code, its arguments, and the words.", code=TEXT, args=mapping(VALUE), text=TEXT),
    "missing": record(
        "What would bring a requirement nearer.",
        what=ref("reason"),
        kind=either(tokens(EvidenceKind), NULL),
        role=TEXT,
        fact=TEXT_OR_NULL,
    ),
    "requirement": record(
        "What one requirement comes to.",
        id=TEXT,
        title=TEXT,
        binding={"enum": ["mandatory", "recommended", "apart"]},
        answer=ref("answer"),
        stage=tokens(Stage),
        computed=YES_NO,
        because=listing(ref("reason")),
        evidence=listing(TEXT),
        missing=listing(ref("missing")),
        until=DAY_OR_NULL,
        source=record("Where it stands and how that text was read.", text=TEXT, at=TEXT, read=READ),
        layers=listing(
            record(
                "What a layer does with it.",
                layer=TEXT,
                relation=tokens(Relation),
                answer=ref("answer"),
                because=ref("reason"),
                until=DAY_OR_NULL,
            )
        ),
        assurance=either(tokens(Assurance), NULL),
        owner=TEXT,
        remedy=TEXT_OR_NULL,
    ),
    "gap": record(
        "What is missing, what waits for it and what it costs as the provider estimates.",
        requirement=TEXT,
        answer=ref("answer"),
        because=listing(ref("reason")),
        missing=listing(ref("missing")),
        blocks=listing(TEXT),
        cost_eur=WHOLE_OR_NULL,
        binding=TEXT,
        schemes=listing(TEXT),
    ),
    "step": record(
        "One step of an access path.",
        access=TEXT,
        source=TEXT,
        target=TEXT,
        kind=tokens(AccessKind),
        state=tokens(PathState),
        control=TEXT_OR_NULL,
        control_state=either(tokens(PathState), NULL),
    ),
    "access": record(
        "Whether a third-controlled company has a technical possibility of obtaining data (19.6.c).",
        answer=ref("answer"),
        because=listing(ref("reason")),
        paths=listing(
            record(
                "A way to the data.",
                party=TEXT,
                why_third=ref("reason"),
                component=TEXT,
                data=listing(TEXT),
                steps=listing(ref("step")),
                state=tokens(PathState),
            )
        ),
        cut=listing(TEXT),
        cut_effort=WHOLE_OR_NULL,
        parties=listing(TEXT),
        unknown_parties=listing(TEXT),
    ),
    "autonomy": record(
        "What stops when a third supplier is cut (19.6.d).",
        answer=ref("answer"),
        because=listing(ref("reason")),
        stoppages=listing(
            record(
                "One supplier, or several under common control.",
                supplier=TEXT,
                members=listing(TEXT),
                answer=ref("answer"),
                stops=listing(TEXT),
                after_days=WHOLE_OR_NULL,
                because=ref("reason"),
            )
        ),
    ),
    "document": record(
        "A document of the binder, its freshness and what counts on it.",
        id=TEXT,
        title=TEXT,
        kind=tokens(EvidenceKind),
        assurance=tokens(Assurance),
        issuer=TEXT,
        on=DAY,
        until=DAY_OR_NULL,
        scope=TEXT,
        covers=listing(TEXT),
        file=TEXT_OR_NULL,
        digest=TEXT_OR_NULL,
        found=TEXT_OR_NULL,
        standard=TEXT_OR_NULL,
        outcome=TEXT,
        findings=listing(TEXT),
        freshness=tokens(Freshness),
        serves=listing(TEXT),
    ),
    "catalogue_line": record(
        "What ANSSI's catalogue says, beside what was computed.",
        offer=TEXT,
        status=TEXT,
        framework=TEXT_OR_NULL,
        start=DAY_OR_NULL,
        end=DAY_OR_NULL,
        source=TEXT,
        read=READ,
        as_of=DAY,
    ),
}


def ownership_schema() -> dict[str, Any]:
    """The schema of what `egide ownership show --json` prints."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:{OWNERSHIP_SCHEMA.replace('/', ':')}",
        "title": OWNERSHIP_SCHEMA,
        **ref("ownership"),
        "$defs": OWNERSHIP_DEFINITIONS,
    }


def label_schema() -> dict[str, Any]:
    """The schema as plain values."""
    whole = record(
        "What one offer comes to against one scheme on one day. Evidence for a file: never a qualification, never proof.",
        schema={"const": SCHEMA},
        engine=TEXT,
        lang={"enum": ["fr", "en"]},
        on=DAY,
        headline=TEXT,
        worth=TEXT,
        offer=record(
            "The offer.", id=TEXT, name=TEXT, provider=TEXT, provider_name=TEXT, kinds=listing(TEXT), perimeter=TEXT,
            same_as=listing(TEXT), digest=TEXT,
        ),
        scheme=record("The scheme, as it stood.", id=TEXT, version=TEXT, title=TEXT, digest=TEXT, kind=TEXT, simulation=YES_NO),
        catalogue_line=either(ref("catalogue_line"), NULL),
        answer=ref("answer"),
        level=TEXT_OR_NULL,
        until=DAY_OR_NULL,
        because_until=TEXT_OR_NULL,
        levels=listing(record("One level.", level=TEXT, answer=ref("answer"), missing=listing(TEXT))),
        objectives=listing(
            record(
                "One weighted objective.",
                objective=TEXT,
                title=TEXT,
                weight=WHOLE,
                level=WHOLE_OR_NULL,
                minimum=WHOLE_OR_NULL,
                answer=ref("answer"),
                because=ref("reason"),
            )
        ),
        score=either(SHARE, NULL),
        score_bounds=either(listing(SHARE), NULL),
        requirements=listing(ref("requirement")),
        gaps=either(listing(ref("gap")), NULL),
        ownership=either(ref("ownership"), NULL),
        access=either(ref("access"), NULL),
        autonomy=either(ref("autonomy"), NULL),
        exposure=listing(TEXT),
        documents=listing(ref("document")),
        parameters=mapping(VALUE),
        problems=listing(ref("problem")),
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:{SCHEMA.replace('/', ':')}",
        "title": SCHEMA,
        **whole,
        "$defs": DEFINITIONS,
    }
