"""Claims as people write them: filled in where the rest says it, refused at the very place where they can't be signed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egide.trust.claims import GAIA_X_CONTEXT, Profile, completed, read_claims
from egide.trust.credentials.model import CONTEXT
from egide.vocabulary.errors import InputError
from egide.vocabulary.yaml import write_yaml

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def whole(text: str, profile: Profile = Profile.W3C, days: int | None = None) -> dict[str, Any]:
    (one,) = read_claims(text.encode(), "offre.yaml")
    return completed(one, profile, NOW, days)


def test_what_the_claims_leave_out_is_filled_in() -> None:
    assert whole("type: gx:ServiceOffering\ncredentialSubject: {id: 'urn:a', n: 1}") == {
        "@context": [CONTEXT], "type": ["VerifiableCredential", "gx:ServiceOffering"], "validFrom": "2026-11-23T12:00:00Z",
        "credentialSubject": {"id": "urn:a", "n": 1},
    }  # fmt: skip


def test_a_day_is_a_whole_day_and_a_moment_has_its_zone() -> None:
    made = whole(
        "validFrom: 2026-11-01\nvalidUntil: 2027-01-31\ncredentialSubject:\n  launched: 2025-03-01\n"
        "  seen: 2026-11-23T14:00:00+02:00\n  said: '2026-11-23'\n"
    )
    assert (made["validFrom"], made["validUntil"]) == ("2026-11-01T00:00:00Z", "2027-01-31T23:59:59Z")
    assert made["credentialSubject"] == {"launched": "2025-03-01", "seen": "2026-11-23T12:00:00Z", "said": "2026-11-23"}


def test_how_long_it_counts_is_said_by_the_claims_first() -> None:
    assert whole("credentialSubject: {a: 1}", days=10)["validUntil"] == "2026-12-03T12:00:00Z"
    assert whole("validUntil: 2027-01-31\ncredentialSubject: {a: 1}", days=10)["validUntil"] == "2027-01-31T23:59:59Z"
    assert "validUntil" not in whole("credentialSubject: {a: 1}")
    assert whole("credentialSubject: {a: 1}", Profile.GAIA_X)["validUntil"] == "2027-02-21T12:00:00Z"


def test_the_context_of_gaia_x_is_added_where_none_of_its_is_named() -> None:
    assert whole("credentialSubject: {a: 1}", Profile.GAIA_X)["@context"] == [CONTEXT, GAIA_X_CONTEXT]
    named = "'@context': 'https://w3id.org/gaia-x/2511#'\ncredentialSubject: {a: 1}"
    assert whole(named, Profile.GAIA_X)["@context"] == [CONTEXT, "https://w3id.org/gaia-x/2511#"]
    assert whole(f"'@context': [{CONTEXT}, 'https://a.example/c']\ncredentialSubject: {{a: 1}}")["@context"][1] == "https://a.example/c"


def test_a_file_may_hold_several_in_yaml_or_json() -> None:
    text = json.dumps([{"credentialSubject": {"n": n}} for n in range(3)])
    assert [one.document["credentialSubject"]["n"] for one in read_claims(text.encode(), "f")] == [0, 1, 2]
    assert read_claims(write_yaml(json.loads(text)), "f") == read_claims(text.encode(), "f")


@pytest.mark.parametrize(("text", "path", "complaint"), [
    ("[]", None, "a file of claims without any"),
    ("- 1", "$[0]", "this is none"),
    ("just words", "$", "this is none"),
    ("credentialSubject: {}", "$", "`credentialSubject` is missing"),
    ("type: A", "$", "`credentialSubject` is missing"),
    ("credentialsubject: {a: 1}", "$.credentialsubject", "is not `credentialSubject`"),
    ("valid_until: 2027-01-01\ncredentialSubject: {a: 1}", "$.valid_until", "is not `validUntil`"),
    ("context: x\ncredentialSubject: {a: 1}", "$.context", "is not `@context`"),
    ("credentialSubject: {a: {b: [1, 2026-11-23T12:00:00]}}", "$.credentialSubject.a.b[1]", "without its zone"),
    ("credentialSubject: {a: [.nan]}", "$.credentialSubject.a[0]", "is not a number of JSON"),
    ("credentialSubject: {a: .inf}", "$.credentialSubject.a", "is not a number of JSON"),
    ("credentialSubject: {a: 9007199254740993}", "$.credentialSubject.a", "beyond what JSON carries"),
    ("credentialSubject: {1: a}", "$.credentialSubject", "put it between quotation marks"),
    ("1: a\ncredentialSubject: {a: 1}", "$", "put it between quotation marks"),
    ("proof: {}\ncredentialSubject: {a: 1}", "$.proof", "a proof already"),
    ("'@context': 'https://www.w3.org/2018/credentials/v1'\ncredentialSubject: {a: 1}", "$.@context", "version 1.1"),
    ("credentialSubject: {a: 1, a: 2}", None, "stands twice"),
    ('{"credentialSubject": {"a": 1, "a": 2}}', None, "stands twice"),
    ("credentialSubject: &x {a: 1}", None, "anchors and aliases"),
    ("credentialSubject: {a: !!binary aGk=}", "$.credentialSubject.a", "a value that JSON does not have"),
    ("credentialSubject:\n\t- a", None, "not readable as YAML"),
    ('{"credentialSubject": {"a": "\\ud800"}}', None, "lone surrogate"),
])  # fmt: skip
def test_what_cannot_be_signed_is_said_at_its_place(text: str, path: str | None, complaint: str) -> None:
    with pytest.raises(InputError) as refused:
        whole(text)
    assert complaint in str(refused.value)
    assert "offre.yaml" in str(refused.value)
    assert refused.value.at is not None
    assert refused.value.at.path == path


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=3), max_leaves=8,
)


@given(st.dictionaries(st.text(st.characters(codec="utf-8"), min_size=1), JSON, min_size=1, max_size=4))
def test_json_claims_are_kept_as_they_are(subject: dict[str, Any]) -> None:
    (one,) = read_claims(json.dumps({"credentialSubject": subject}).encode(), "f")
    assert one.document["credentialSubject"] == subject
