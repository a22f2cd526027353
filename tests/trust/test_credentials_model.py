"""One test for each normative statement of VC Data Model 2.0 that JSON alone can break; and version 1.1 refused by its name."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.trust.credential_world import CONTEXTS, HOLDER, NOW, asked, claims, codes

from egide.trust.credentials.model import CONTEXT, CONTEXT_1, Looked, is_usual, look, look_closely
from egide.trust.credentials.results import Mode, Outcome, What
from egide.trust.credentials.times import read_numeric, read_stamp
from egide.trust.credentials.verifying import verify
from egide.vocabulary.errors import InputError
from egide.vocabulary.findings import Reason

if TYPE_CHECKING:
    from pathlib import Path

ABSENT = object()


def looked(document: dict[str, Any], what: What = What.CREDENTIAL, mode: Mode = Mode.STRICT) -> Looked:
    found = Looked(mode)
    look(document, what, found)
    return found


def with_(**change: Any) -> dict[str, Any]:
    return {name: value for name, value in (claims() | {name.replace("_context", "@context"): value for name,
        value in change.items()}).items()
            if value is not ABSENT}


def sections(document: dict[str, Any], what: What = What.CREDENTIAL, mode: Mode = Mode.STRICT) -> list[object]:
    return [fault.args.get("section", fault.code) for fault in looked(document, what, mode).faults]


def held(**change: Any) -> dict[str, Any]:
    document = {"@context": CONTEXTS, "type": ["VerifiablePresentation"], "holder": HOLDER} | change
    return {name: value for name, value in document.items() if value is not ABSENT}


def test_a_credential_of_the_model_has_no_fault() -> None:
    assert sections(claims()) == []
    assert sections(held(), What.PRESENTATION) == []


@pytest.mark.parametrize(("section", "change"), [
    # 4.3 contexts
    ("4.3", {"_context": ABSENT}), ("4.3", {"_context": []}), ("4.3", {"_context": ["https://a.example"]}),
    ("4.3", {"_context": [*reversed(CONTEXTS)]}),
    ("4.3", {"_context": [CONTEXTS[0], 123192875]}), ("4.3", {"_context": [CONTEXTS[0], "https ://not-a-url/contexts"]}),
    ("4.3", {"_context": [CONTEXTS[0], None]}),
    ("4.3", {"_context": [CONTEXTS[0], [CONTEXTS[1]]]}),
    # 4.4 identifiers
    ("4.4", {"id": "not a url"}), ("4.4", {"id": 5}), ("4.4", {"id": None}), ("4.4", {"id": ["https://a.example"]}),
    ("4.4", {"id": "no-scheme"}),
    ("4.4", {"credentialSubject": {"id": "not a url", "a": 1}}), ("4.4", {"credentialSubject": {"id": ["https://a.example"], "a": 1}}),
    # 4.5 types
    ("4.5", {"type": ABSENT}), ("4.5", {"type": []}), ("4.5", {"type": ["gx:ServiceOffering"]}), ("4.5", {"type": 5}),
    ("4.5", {"type": ["VerifiableCredential", 5]}),
    ("4.5", {"type": ["VerifiableCredential", "two words"]}), ("4.5", {"type": ["VerifiableCredential", ""]}), ("4.5", {"type": {"a": 1}}),
    # 4.6 names and descriptions
    ("4.6", {"name": 5}), ("4.6", {"description": {"@value": 5}}), ("4.6", {"name": {"@value": "a", "@language": "fr", "more": 1}}),
    ("4.6", {"name": []}),
    ("4.6", {"issuer": {"id": "did:web:a.example", "name": {"@language": "fr"}}}),
    # 4.7 issuer
    ("4.7", {"issuer": ABSENT}), ("4.7", {"issuer": "nobody"}), ("4.7", {"issuer": 5}), ("4.7", {"issuer": {"name": "Nuage"}}),
    ("4.7", {"issuer": {"id": None}}),
    ("4.7", {"issuer": ["did:web:a.example"]}), ("4.7", {"issuer": {"id": "nobody"}}),
    # 4.8 credential subject
    ("4.8", {"credentialSubject": ABSENT}), ("4.8", {"credentialSubject": {}}), ("4.8", {"credentialSubject": []}),
    ("4.8", {"credentialSubject": "https://a.example"}),
    ("4.8", {"credentialSubject": [{"id": "did:example:a"}, {}]}), ("4.8", {"credentialSubject": None}),
    # 4.9 validity period
    ("not-a-date", {"validFrom": "2026-13-01T00:00:00Z"}), ("not-a-date", {"validFrom": "2026-01-01"}), ("not-a-date", {"validUntil": 5}),
    ("date-without-zone", {"validFrom": "2026-01-01T00:00:00"}), ("4.9", {"validFrom": "2027-01-01T00:00:01Z"}),
    ("4.9", {"validUntil": "2026-10-31T23:59:59Z"}),
    # 4.10 status, 4.11 schemas, 4.12 proofs
    ("4.10", {"credentialStatus": {"id": "https://a.example"}}), ("4.10", {"credentialStatus": {"type": 2}}),
    ("4.10", {"credentialStatus": "https://a.example"}),
    ("4.10", {"credentialStatus": {"type": "A", "id": "not a url"}}),
    ("4.10", {"credentialStatus": {"type": "A", "id": ["https://a.example"] * 2}}), ("4.10", {"credentialStatus": []}),
    ("4.11", {"credentialSchema": {"id": "https://a.example"}}), ("4.11", {"credentialSchema": {"type": "JsonSchema"}}),
    ("4.11", {"credentialSchema": {"type": "JsonSchema", "id": 5}}),
    ("4.12", {"proof": "one"}), ("4.12", {"proof": {}}),
    # 5.3 related resources, 5.4 refresh, 5.5 terms, 5.6 evidence, 5.10 reserved
    ("5.3", {"relatedResource": ["https://a.example"]}), ("5.3", {"relatedResource": {"digestSRI": "sha256-a"}}),
    ("5.3", {"relatedResource": {"id": "https://a.example"}}),
    ("5.3", {"relatedResource": [{"id": "https://a.example", "digestSRI": "sha256-a"}] * 2}),
    ("5.4", {"refreshService": {"id": "https://a.example"}}),
    ("5.5", {"termsOfUse": {"id": "https://a.example"}}), ("evidence-untyped", {"evidence": {"id": "https://a.example"}}),
    ("5.6", {"evidence": "seen"}),
    ("5.10", {"confidenceMethod": {"id": "https://a.example"}}), ("5.10", {"renderMethod": {}}),
    # VC-JOSE-COSE, 3.1.3
    ("wrapper-claim", {"vc": {}}), ("wrapper-claim", {"vp": 1}),
])  # fmt: skip
def test_a_statement_of_the_model_that_is_broken_is_named(section: str, change: dict[str, Any]) -> None:
    assert section in sections(with_(**change))


@pytest.mark.parametrize("change", [
    {"id": ABSENT}, {"id": "urn:uuid:3978344f-8596-4c3a-a978-8fcaba3903c5"}, {"_context": [*CONTEXTS, {"schema": "https://schema.org/"}]},
    {"type": "VerifiableCredential"},
    {"type": ["https://a.example/Type", "VerifiableCredential"]},
    {"name": [{"@value": "Nuage", "@language": "fr", "@direction": "ltr"}, {"@value": "Cloud", "@language": "en"}]},
    {"issuer": {"id": "did:web:a.example", "name": "Nuage", "description": {"@value": "a"}}}, {"validFrom": ABSENT, "validUntil": ABSENT},
    {"validFrom": "2026-11-01T00:00:00.123456789+14:00"}, {"validFrom": "2027-01-01T00:00:00Z"},
    {"credentialSubject": [{"id": "did:example:a"}, {"a": 1}]},
    {"credentialStatus": [{"type": "A"}, {"type": "B", "id": "https://a.example"}]},
    {"credentialSchema": {"type": "JsonSchema", "id": "https://a.example"}},
    {"relatedResource": [{"id": "https://a.example", "digestMultibase": "uAAAA"}]}, {"evidence": [{"type": ["Seen"]}]},
    {"anything": {"else": 1}},
])  # fmt: skip
def test_what_the_model_allows_passes(change: dict[str, Any]) -> None:
    assert sections(with_(**change)) == []


@pytest.mark.parametrize(("section", "change"), [
    ("4.3", {"@context": ABSENT}), ("4.5", {"type": ABSENT}), ("4.5", {"type": ["Presentation"]}), ("4.4", {"id": "x"}),
    ("4.13", {"holder": "nobody"}), ("4.13", {"holder": {}}),
    ("4.13", {"verifiableCredential": "eyJ.eyJ."}), ("4.13", {"verifiableCredential": [5]}),
    ("4.13", {"verifiableCredential": ["https://a.example"]}), ("5.5", {"termsOfUse": {}}),
])  # fmt: skip
def test_a_statement_on_presentations_that_is_broken_is_named(section: str, change: dict[str, Any]) -> None:
    assert section in sections(held(**change), What.PRESENTATION)


@pytest.mark.parametrize("change", [{"holder": ABSENT}, {"holder": {"id": HOLDER}}, {"id": "urn:uuid:1"}, {"verifiableCredential": []},
    {"verifiableCredential": {}}])
def test_what_the_model_allows_of_presentations_passes(change: dict[str, Any]) -> None:
    assert sections(held(**change), What.PRESENTATION) == []


# --- the compatible mode -------------------------------------------------------------------------

@pytest.mark.parametrize(("change", "flag"), [
    ({"_context": CONTEXTS[0]}, "context-not-a-list"), ({"id": ABSENT, "@id": "https://a.example"}, "keyword-for-alias"),
    ({"type": ABSENT, "@type": ["VerifiableCredential"]}, "keyword-for-alias"),
    ({"credentialSubject": {"@id": "https://a.example", "a": 1}}, "keyword-for-alias"),
    ({"validFrom": "2026-01-01T00:00:00"}, "date-without-zone"), ({"evidence": {"a": 1}}, "evidence-untyped"),
])  # fmt: skip
def test_named_deviations_are_flagged_or_refused(change: dict[str, Any], flag: str) -> None:
    assert flag in [fault.code for fault in looked(with_(**change)).faults]
    compatible = looked(with_(**change), mode=Mode.COMPATIBLE)
    assert compatible.faults == []
    assert flag in [one.code for one in compatible.flags]


def test_a_member_under_both_of_its_names_is_refused_in_both_modes() -> None:
    for mode in Mode:
        assert "4.4" in sections(with_(**{"@id": "https://a.example"}), mode=mode)


# --- version 1.1 ---------------------------------------------------------------------------------

@pytest.mark.parametrize("mode", list(Mode))
def test_the_files_of_tagus_are_refused_with_their_version_named(shared: Path, mode: Mode) -> None:
    files = sorted((shared / "data/gaia-x/tagus-examples").glob("*.json"))
    assert len(files) == 19
    for file in files:
        found = verify(file.read_bytes(), file.name, mode, NOW)
        assert (found.outcome, codes(found)) == (Outcome.REFUSED, ["version-1.1"]), file.name
        assert found.steps[0].because[0].args["found"] == "1.1"
        assert "Tagus" in found.steps[0].because[0].message


@pytest.mark.parametrize("document", [
    {"@context": CONTEXT_1, "type": "VerifiableCredential"}, {"@context": [CONTEXT_1], "type": "VerifiablePresentation"},
    {"vc": {"@context": [CONTEXT_1]}, "iss": "did:web:a.example"},
    {"selfDescriptionCredential": {"@context": [CONTEXT_1]}},
])  # fmt: skip
def test_version_1_is_known_by_its_context(document: dict[str, Any]) -> None:
    assert [fault.code for fault in looked(document).faults] == ["version-1.1"]


def test_the_loire_examples_are_read_and_their_signatures_not_evaluated(shared: Path) -> None:
    answered = {}
    for file in sorted((shared / "data/gaia-x/loire-examples").iterdir()):
        try:
            found = verify(file.read_bytes(), file.name, Mode.COMPATIBLE, NOW)
        except InputError:
            answered[file.name] = "unusable"
            continue
        assert found.outcome is Outcome.NOT_EVALUATED
        assert {step.name: step.answer.value for step in found.steps} == {"parse": "met", "signer-key": "unknown", "signature": "unknown",
            "validity": "met"}
        answered[file.name] = ",".join(sorted(set(codes(found, "signature"))))
    assert {name for name, said in answered.items() if said == "unusable"} == {"gx_data_resource_instance.json",
        "gx_legalperson_reference.json"}
    assert {said for said in answered.values() if said != "unusable"} == {"unsigned"}


# --- dates ---------------------------------------------------------------------------------------

@pytest.mark.parametrize(("text", "utc"), [
    ("2026-11-23T12:00:00Z", "2026-11-23T12:00:00+00:00"), ("2026-11-23T12:00:00+01:00", "2026-11-23T11:00:00+00:00"),
    ("2026-11-23T12:00:00-14:00", "2026-11-24T02:00:00+00:00"),
    ("2026-11-23T24:00:00Z", "2026-11-24T00:00:00+00:00"), ("2026-11-23T24:00:00.000Z", "2026-11-24T00:00:00+00:00"),
    ("2024-02-29T00:00:00.5Z", "2024-02-29T00:00:00.500000+00:00"),
])  # fmt: skip
def test_a_stamp_is_a_moment(text: str, utc: str) -> None:
    found = read_stamp(text, "validFrom", Mode.STRICT)
    assert not isinstance(found, Reason)
    assert found.at.isoformat() == utc


@pytest.mark.parametrize("text", [
    "2025-02-29T00:00:00Z", "2026-11-31T00:00:00Z", "2026-11-23T24:00:01Z", "2026-11-23T25:00:00Z", "2026-11-23T12:60:00Z",
    "2026-11-23T12:00:60Z", "2026-11-23 12:00:00Z",
    "2026-11-23T12:00Z", "2026-11-23T12:00:00+14:01", "2026-11-23T12:00:00z", "-2026-11-23T12:00:00Z", "12026-11-23T12:00:00Z",
    "9999-12-31T24:00:00Z", "0001-01-01T00:00:00+14:00",
    "2026-11-23T12:00:00ZZ", " 2026-11-23T12:00:00Z", "٢٠٢٦-11-23T12:00:00Z", None, 5, {},
])  # fmt: skip
def test_what_is_no_stamp_is_refused(text: object) -> None:
    for mode in Mode:
        found = read_stamp(text, "validFrom", mode)
        assert isinstance(found, Reason)
        assert found.code == "not-a-date"


zones = st.integers(-840, 840).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1), timezones=zones)  # noqa: DTZ001 - bounds only


@given(moments)
def test_a_moment_that_was_written_is_read(moment: datetime) -> None:
    found = read_stamp(moment.isoformat(timespec="microseconds"), "validFrom", Mode.STRICT)
    assert not isinstance(found, Reason)
    assert found.at == moment


def test_seconds_and_milliseconds_are_told_apart() -> None:
    seconds = read_numeric(NOW.timestamp(), "iat", Mode.STRICT)
    assert not isinstance(seconds, Reason)
    assert (seconds.at, seconds.flag) == (NOW, None)
    milliseconds = read_numeric(int(NOW.timestamp() * 1000), "iat", Mode.COMPATIBLE)
    assert not isinstance(milliseconds, Reason)
    assert milliseconds.at == NOW
    assert milliseconds.flag is not None
    assert milliseconds.flag.code == "milliseconds"
    assert isinstance(read_numeric(int(NOW.timestamp() * 1000), "iat", Mode.STRICT), Reason)


@pytest.mark.parametrize("value", [None, "2026", True, -1, [], 10**16])
def test_what_is_no_numeric_date_is_refused(value: object) -> None:
    for mode in Mode:
        assert isinstance(read_numeric(value, "exp", mode), Reason)


# --- anything ------------------------------------------------------------------------------------

anything = st.recursive(
    st.none() | st.booleans() | st.integers(0, 9) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["id", "type", "@value", "@context"]), inner, max_size=2),
    max_leaves=5,
)  # fmt: skip


@given(st.dictionaries(st.sampled_from([*claims(), "proof", "evidence", "credentialStatus", "relatedResource", "name", "holder",
    "verifiableCredential", "@id", "vc"]), anything, max_size=6), st.sampled_from(list(What)))
def test_any_document_is_looked_at_without_a_fall(change: dict[str, Any], what: What) -> None:
    for mode in Mode:
        assert isinstance(looked(claims() | change, what, mode), Looked)


def test_a_file_that_is_nothing_of_the_kind_is_unusable() -> None:
    for content in (b"", b"{}", b"[]", b"hello", b'{"type":"Person"}', b"{", b"\xff\xfe", b"a.b c.d"):
        with pytest.raises(InputError, match="a file"):
            asked(content)


CREDENTIAL = {
    "@context": [CONTEXT, "https://w3id.org/gaia-x/development#", {"schema": "https://schema.org/"}], "id": "https://nuage-fictif.example/c/1",
    "type": ["VerifiableCredential", "gx:ServiceOffering"], "issuer": "did:web:nuage-fictif.example", "validFrom": "2026-11-01T00:00:00Z",
    "validUntil": "2027-01-01T00:00:00Z", "credentialSubject": {"id": "https://nuage-fictif.example/s", "type": "gx:ServiceOffering"},
}  # fmt: skip
PRESENTATION = {
    "@context": [CONTEXT], "type": ["VerifiablePresentation"], "holder": "did:web:nuage-fictif.example",
    "verifiableCredential": [{"id": "x"}],
}  # fmt: skip
ODD: st.SearchStrategy[Any] = st.sampled_from([
    None, "", " ", "x", 1, True, [], {}, [{}], ["x"], {"id": "x"}, {"id": "urn:a"}, {"@id": "urn:a"}, [CONTEXT], [CONTEXT, 1],
    [CONTEXT, "no url"], CONTEXT,
    CONTEXT_1, [CONTEXT, CONTEXT_1], "2026-11-01T00:00:00", "2028-01-01T00:00:00Z",
    ["VerifiableCredential"], ["VerifiablePresentation", "a b"], "VerifiableCredential", [["VerifiableCredential"]], "urn:a", "did:web:x",
])
MEMBERS = st.sampled_from([
    *CREDENTIAL, *PRESENTATION, "@id", "@type", "proof", "name", "vc", "vp", "evidence", "relatedResource", "termsOfUse", "description",
    "credentialStatus", "confidenceMethod", "complianceCredential",
])


@given(
    st.sampled_from([CREDENTIAL, PRESENTATION]), st.dictionaries(MEMBERS, ODD, max_size=3), st.sets(MEMBERS, max_size=2),
    st.sampled_from(What),
)
def test_of_what_is_usual_nothing_would_be_said_looking_closely(
    document: dict[str, Any], changed: dict[str, Any], left_out: set[str], what: What,
) -> None:
    made = {name: value for name, value in (document | changed).items() if name not in left_out}
    for mode in Mode:
        found = Looked(mode)
        look_closely(made, what, found)
        if is_usual(made, what):
            assert (found.faults, found.flags) == ([], [])
    assert is_usual(CREDENTIAL, What.CREDENTIAL)
    assert is_usual(PRESENTATION, What.PRESENTATION)
