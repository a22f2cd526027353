"""Statements for the tests: invented issuers about invented offers."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import strategies as st

from egide.vocabulary.properties import Value
from egide.vocabulary.statements import Assurance, Backing, Origin, Statement

DAY = date(2026, 11, 23)
OFFER = "https://nuage-fictif.example/offers/1"


def moment(days: int = 0) -> datetime:
    """Noon, so many days from the day of the tests."""
    return datetime.combine(DAY + timedelta(days=days), time(12), UTC)


def origin(issuer: str = "did:web:nuage-fictif.example", assurance: Assurance = Assurance.DECLARED, issued: int | None = -10,
           until: int | None = 90, document: str = "d1", series: str = "s1", backing: Backing = Backing.SIGNED) -> Origin:
    return Origin(
        issuer, assurance, backing, "a file", document, series, None if issued is None else moment(issued),
        None if until is None else moment(until), moment(-5),
    )  # fmt: skip


def said(
    value: Value | None, name: str = "sla_percent", *, subject: str = OFFER, region: str | None = None, by: Origin | None = None,
) -> Statement:
    return Statement(subject, name, value, str(value), by or origin(), "$", region)


ISSUERS = st.sampled_from(["did:web:a.example", "did:web:b.example", "did:web:c.example"])
ORIGINS = st.builds(
    origin, ISSUERS, st.sampled_from(list(Assurance)), st.none() | st.integers(-40, 10), st.none() | st.integers(-20, 60),
    st.sampled_from(["d1", "d2", "d3"]), st.sampled_from(["s1", "s2"]), st.sampled_from(list(Backing)),
)
SETS = st.frozensets(st.sampled_from(["FR", "DE", "US"]), min_size=1)
STATEMENTS = st.one_of(
    st.builds(lambda value, region, by: said(value, region=region, by=by),
              st.none() | st.sampled_from([99.5, 99.9, 99.99]), st.sampled_from([None, "par", "fra"]), ORIGINS),
    st.builds(lambda value, region, by: said(value, "countries", region=region, by=by),
              SETS, st.sampled_from([None, "par", "fra"]), ORIGINS),
)  # fmt: skip
