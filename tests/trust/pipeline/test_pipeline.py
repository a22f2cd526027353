"""A file is verified when all eight steps are met; each thing that is wrong is refused by the step that it concerns, and says why."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from tests.trust.certificates import base64_of, pem, root
from tests.trust.credential_world import token
from tests.trust.linked.world import DEVELOPMENT, LOIRE, V2
from tests.trust.pipeline.world import (
    HOLDER,
    ISSUER,
    NOW,
    SERVICE,
    SITE,
    SUBJECTS,
    Mode,
    Outcome,
    answers,
    asked,
    at_hand,
    bare,
    claims,
    codes,
    credential,
    key,
    kid,
    presentation,
)
from tests.trust.shapes.oracle import judged_by_pyshacl

from egide.trust.credentials.issuing import issue, present
from egide.trust.credentials.results import StepName
from egide.trust.dids.identifiers import did_document
from egide.trust.pipeline import SCOPES, Knowledge, Seen, Standing, scope_named
from egide.trust.shapes import compile_shapes
from egide.vocabulary.errors import InputError
from egide.vocabulary.findings import Answer, Reason

if TYPE_CHECKING:
    from pathlib import Path

    from egide.trust.pipeline import Material
    from egide.trust.pipeline.verifying import Checked

ALL_MET = {
    "parse": "met", "signer-key": "met", "signature": "met", "validity": "met", "contexts": "met", "shapes": "met", "policy": "met",
}  # fmt: skip
MEANT = b"""
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix gx: <https://w3id.org/gaia-x/2511#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
gx:PersonShape a sh:NodeShape ; sh:targetClass gx:LegalPerson ; sh:closed true ; sh:ignoredProperties ( rdf:type ) ;
  sh:property [ sh:path gx:registrationNumber ; sh:minCount 1 ; sh:nodeKind sh:BlankNodeOrIRI ] ,
              [ sh:path gx:legalName ; sh:maxCount 1 ; sh:datatype xsd:string ] .
"""
"""What the three examples of legal persons were written for, as far as they tell: the official shapes of 25.11 want more of each."""
PERSONS = ("loire_legalPerson_valid", "loire_legalPerson_missing_required", "loire_legalPerson_closed_violation")
EXAMPLES_ISSUER = "did:web:issuer.example.com"


@pytest.fixture(scope="module")
def hand(shared: Path) -> Material:
    return at_hand(shared)


def example(shared: Path, name: str) -> dict[str, Any]:
    found = json.loads((shared / f"data/gaia-x/loire-examples/{name}.jsonld").read_bytes())
    assert isinstance(found, dict)
    return found


def official(shared: Path, shape: str) -> bytes:
    """One shape of the official file, word for word: pyshacl takes half a minute for all."""
    blocks = (shared / "data/gaia-x/shapes/gx-development-25.11.shacl.ttl").read_text("utf-8").split("\n\n")
    return "\n\n".join([blocks[0], next(block for block in blocks if block.startswith(f"{shape} "))]).encode()


def signed_copy(document: dict[str, Any]) -> bytes:
    """An example as it would be on the wire: each credential signed by its issuer, the presentation by a holder."""
    inner = [token(one, did=EXAMPLES_ISSUER) for one in document["verifiableCredential"]]
    return present(inner, key(), kid(HOLDER), NOW).encode()


def test_four_credentials_signed_and_as_the_shapes_want_them_are_verified(hand: Material) -> None:
    found = asked(presentation(), hand)
    assert found.outcome is Outcome.VERIFIED
    assert answers(found) == ALL_MET
    assert len(found.verification.parts) == 5


# --- the examples of others ----------------------------------------------------------------------

def test_the_examples_that_nobody_signed_are_not_evaluated_refused_and_refused(hand: Material, shared: Path) -> None:
    shapes = compile_shapes(MEANT, "meant")
    found = [asked(bare(example(shared, name)), hand, mode=Mode.COMPATIBLE, shapes=shapes) for name in PERSONS]
    assert [one.outcome for one in found] == [Outcome.NOT_EVALUATED, Outcome.REFUSED, Outcome.REFUSED]
    assert [answers(one)["shapes"] for one in found] == ["met", "not-met", "not-met"]
    assert [answers(one)["signature"] for one in found] == ["unknown"] * 3
    assert "shape.min-count" in codes(found[1], StepName.SHAPES)
    assert "shape.closed" in codes(found[2], StepName.SHAPES)


def test_the_same_signed_are_verified_refused_and_refused(shared: Path) -> None:
    hand = at_hand(shared, {"example.json": did_document(EXAMPLES_ISSUER, [("key-1", key().public)])})
    shapes = compile_shapes(MEANT, "meant")
    found = [asked(signed_copy(example(shared, name)), hand, mode=Mode.COMPATIBLE, shapes=shapes) for name in PERSONS]
    assert [one.outcome for one in found] == [Outcome.VERIFIED, Outcome.REFUSED, Outcome.REFUSED]
    assert all(answers(one)["signature"] == "met" for one in found)
    assert "shapes-own" in codes(found[0], StepName.SHAPES)


def test_the_official_shapes_refuse_even_the_example_called_valid_and_pyshacl_agrees(hand: Material, shared: Path) -> None:
    """25.11 wants both addresses, a registration number that is described, and knows no `legalName`."""
    found = asked(bare(example(shared, PERSONS[0])), hand, mode=Mode.COMPATIBLE)
    assert found.outcome is Outcome.REFUSED
    told = {(reason.code, reason.args.get("property", reason.args["path"])) for step in found.steps if step.name == "shapes"
            for reason in step.because if "path" in reason.args}
    assert told == {
        ("shape.min-count", "gx:headquartersAddress"), ("shape.min-count", "gx:legalAddress"), ("shape.class", "gx:registrationNumber"),
        ("shape.closed", "gx:legalName"),
    }
    claims = next(one.claims for one in found.meanings if one.claims)
    conforms, violations = judged_by_pyshacl(claims.graph, official(shared, "gx:LegalPersonShape"))
    assert not conforms
    assert {(component, path.rpartition("#")[2]) for _, path, component, _ in violations if path} == {
        ("MinCount", "headquartersAddress"), ("MinCount", "legalAddress"), ("Class", "registrationNumber"), ("Closed", "legalName"),
    }


def test_every_file_of_tagus_is_refused_with_the_version_named(hand: Material, shared: Path) -> None:
    files = sorted((shared / "data/gaia-x/tagus-examples").iterdir())
    assert len(files) == 19
    for path in files:
        for mode in Mode:
            found = asked(path.read_bytes(), hand, mode=mode)
            assert (found.outcome, answers(found)) == (Outcome.REFUSED, {"parse": "not-met"}), path.name
            reason = found.steps[0].because[0]
            assert (reason.code, reason.args["found"], reason.args["supported"]) == ("version-1.1", "1.1", "2.0")


def test_a_description_without_a_credential_is_no_question(hand: Material, shared: Path) -> None:
    content = (shared / "data/gaia-x/loire-examples/gx_legalperson_reference.json").read_bytes()
    with pytest.raises(InputError):
        asked(content, hand)


# --- contexts and shapes -------------------------------------------------------------------------

def test_a_context_that_is_not_at_hand_leaves_all_open_however_well_it_is_signed(hand: Material) -> None:
    found = asked(credential("person", **{"@context": [V2, "https://contexte-fictif.example/v1"]}), hand)
    assert found.outcome is Outcome.NOT_EVALUATED
    assert (answers(found)["contexts"], answers(found)["shapes"]) == ("unknown", "unknown")
    assert codes(found, StepName.CONTEXTS) == ["context-unknown"]


def test_no_node_that_a_shape_speaks_of_is_never_conformity(hand: Material) -> None:
    subject = {"id": SERVICE, "type": "https://nous-fictif.example/Thing"}
    found = asked(credential("person", credentialSubject=subject, type=["VerifiableCredential"]), hand)
    assert (found.outcome, answers(found)["shapes"]) == (Outcome.NOT_EVALUATED, "unknown")
    assert codes(found, StepName.SHAPES) == ["shape.no-focus-node"]
    assert asked(credential("person", credentialSubject=subject, type=["VerifiableCredential"]), hand,
                 scope=SCOPES["vc-2.0"]).outcome is Outcome.VERIFIED


def test_a_prefix_that_no_context_defines_is_told_where_it_leaves_nothing_to_judge(hand: Material) -> None:
    said = {"@context": [V2], "credentialSubject": {"id": SERVICE, "gx:name": "n"}, "type": ["VerifiableCredential", "gx:ServiceOffering"]}
    found = asked(credential("number", **said), hand, mode=Mode.COMPATIBLE)
    assert found.outcome is Outcome.NOT_EVALUATED
    assert codes(found, StepName.SHAPES) == ["shape.no-focus-node", "prefix-undefined"]


def test_a_subject_without_a_type_is_open_and_in_the_compatible_mode_takes_its_credentials_and_is_flagged(hand: Material) -> None:
    untyped = {name: value for name, value in SUBJECTS["terms"].items() if name != "type"}
    content = credential("terms", credentialSubject=untyped)
    strict, compatible = asked(content, hand), asked(content, hand, mode=Mode.COMPATIBLE)
    assert (strict.outcome, answers(strict)["shapes"]) == (Outcome.NOT_EVALUATED, "unknown")
    assert compatible.outcome is Outcome.VERIFIED
    assert "shape.type-copied-down" in codes(compatible, StepName.SHAPES)


@pytest.mark.parametrize("namespace", [DEVELOPMENT, LOIRE])
def test_both_namespaces_are_judged_by_the_same_shapes(hand: Material, namespace: str) -> None:
    contexts = [V2, {"t": namespace}]
    right = {"id": SERVICE, "type": "t:LocalRegistrationNumber", "t:local": "1"}
    for subject, outcome in ((right, Outcome.VERIFIED), ({**right, "t:wrong": "1"}, Outcome.REFUSED)):
        found = asked(credential("number", **{"@context": contexts, "credentialSubject": subject}), hand)
        assert found.outcome is outcome


def test_the_class_of_what_is_referred_to_is_taken_from_the_same_file_and_nothing_else(hand: Material) -> None:
    alone = asked(credential("service"), hand)
    assert (alone.outcome, "shape.class" in codes(alone, StepName.SHAPES)) == (Outcome.REFUSED, True)
    assert asked(presentation(("person", "number", "service")), hand).outcome is Outcome.VERIFIED


def test_identifiers_that_differ_in_case_alone_are_told(hand: Material) -> None:
    subject = copy.deepcopy(SUBJECTS["person"]) | {"gx:registrationNumber": {"id": SUBJECTS["number"]["id"].upper()}}
    content = present([credential("person", credentialSubject=subject), credential("number")], key(), kid(HOLDER), NOW)
    assert "identifiers-differ-in-case" in codes(asked(content, hand), StepName.SHAPES)


def test_without_shapes_at_hand_nothing_is_judged(hand: Material) -> None:
    found = asked(presentation(), replace(hand, shapes={}))
    assert (found.outcome, codes(found, StepName.SHAPES)) == (Outcome.NOT_EVALUATED, ["shapes-absent"] * 4)


def test_claims_of_the_token_are_no_words_of_the_document(hand: Material) -> None:
    said = {"@context": [V2], "type": ["VerifiableCredential"], "credentialSubject": {"id": SERVICE}}
    document = claims("number", **said) | {"iss": ISSUER, "iat": int(NOW.timestamp()), "exp": int(NOW.timestamp()) + 60}
    assert asked(token(document), hand, scope=SCOPES["vc-2.0"]).outcome is Outcome.VERIFIED
    assert codes(asked(token(document | {"prix": 1}), hand), StepName.CONTEXTS) == ["lost-term"]


# --- policies ------------------------------------------------------------------------------------

def issuers(**said: Any) -> dict[str, bytes]:
    return {"issuers.json": json.dumps({"format": "egide-trust-issuers-1", **said}).encode()}


def label(issuer: str = ISSUER) -> str:
    named = asked_digest()
    subject = {
        "id": f"{SITE}/label", "type": "gx:LabelCredential", "gx:labelLevel": "L1", "gx:engineVersion": "1", "gx:rulesVersion": "25.11",
        "gx:validatedCriteria": ["P1.1.1"],
        "gx:compliantCredentials": {"id": f"{SITE}/credentials/number", "type": "gx:CompliantCredential", "gx:credentialType": "gx:Number",
                                    "https://www.w3.org/2018/credentials#digestSRI": {
                                        "@value": named, "@type": "https://www.w3.org/2018/credentials#sriString"}},
    }  # fmt: skip
    return issue(claims("number", id=f"{SITE}/credentials/label", type=["VerifiableCredential", "gx:LabelCredential"],
                        credentialSubject=subject, issuer=issuer), key(), kid(issuer), NOW)


def asked_digest() -> str:
    from egide.trust.credentials.opening import digest_of

    found = digest_of(claims("number"))
    assert isinstance(found, str)
    return found


def labelled(**more: Any) -> bytes:
    return present([label(), credential("number", **more)], key(), kid(HOLDER), NOW).encode()


def test_a_label_by_whom_nobody_named_is_told_and_once_somebody_is_named_refused(shared: Path, hand: Material) -> None:
    open_to_all = asked(labelled(), hand)
    assert open_to_all.outcome is Outcome.VERIFIED
    assert "label-issuer-unnamed" in codes(open_to_all, StepName.POLICY)
    assert asked(labelled(), at_hand(shared, issuers(label=[ISSUER]))).outcome is Outcome.VERIFIED
    refused = asked(labelled(), at_hand(shared, issuers(label=["did:web:autre-fictif.example"])))
    assert (refused.outcome, codes(refused, StepName.POLICY)) == (Outcome.REFUSED, ["label-by-another"])
    strict = asked(label(), hand, scope=SCOPES["cloud-de-confiance"])
    assert codes(strict, StepName.POLICY) == ["label-issuer-unnamed", "lacks-offering"]


def test_a_label_bound_to_another_content_is_refused_and_alone_it_stays_open(hand: Material) -> None:
    altered = asked(labelled(description="Autre"), hand)
    assert (altered.outcome, codes(altered, StepName.BINDING)) == (Outcome.REFUSED, ["label-of-altered"])
    alone = asked(label(), hand)
    assert (alone.outcome, codes(alone, StepName.BINDING)) == (Outcome.NOT_EVALUATED, ["label-credential-absent"])


def test_an_issuer_who_was_revoked_is_refused_from_that_moment_on(shared: Path) -> None:
    day = timedelta(days=1)
    for moment, outcome in ((NOW - day, Outcome.REFUSED), (NOW + day, Outcome.VERIFIED), (None, Outcome.REFUSED)):
        said = {"issuer": ISSUER, "because": "clé volée"} | ({"from": moment.isoformat()} if moment else {})
        found = asked(presentation(), at_hand(shared, issuers(revoked=[said])))
        assert found.outcome is outcome
        assert ("issuer-revoked" in codes(found, StepName.POLICY)) is (outcome is Outcome.REFUSED)


def test_an_older_credential_does_not_pass_for_the_one_that_replaced_it(hand: Material) -> None:
    older = issue(claims("number", description="ancien"), key(), kid(), NOW - timedelta(days=2))
    newer = credential("number")
    together = asked(present([newer, older], key(), kid(HOLDER), NOW), hand)
    assert (together.outcome, codes(together, StepName.POLICY)) == (Outcome.REFUSED, ["older-than-known"])
    name = f"{SITE}/credentials/number"
    known = asked(newer, hand).verification.parts[0].opened.digest or ""
    seen = Knowledge({name: Seen(known, ISSUER, NOW)})
    assert codes(asked(older, hand, knowledge=seen), StepName.POLICY) == ["older-than-known"]
    assert asked(newer, hand, knowledge=seen).outcome is Outcome.VERIFIED
    assert asked(older, hand).outcome is Outcome.VERIFIED


def test_two_contents_of_one_moment_and_one_name_of_two_issuers_stay_open(hand: Material) -> None:
    name = f"{SITE}/credentials/number"
    for seen, code in ((Seen("sha256-other", ISSUER, NOW), "two-contents"), (Seen("sha256-other", HOLDER, NOW), "id-of-another-issuer"),
                       (Seen("sha256-other", ISSUER, None), "two-contents")):
        found = asked(credential("number"), hand, knowledge=Knowledge({name: seen}))
        assert (found.outcome, codes(found, StepName.POLICY)) == (Outcome.NOT_EVALUATED, [code])


def test_the_cloud_de_confiance_wants_a_line_of_the_catalogue_and_no_label_stands_for_it(hand: Material) -> None:
    scope = SCOPES["cloud-de-confiance"]
    line, computed = Reason("line", {}, "a line"), Reason("computed", {}, "a computed label")
    for answer, outcome in ((Answer.MET, Outcome.VERIFIED), (Answer.NOT_MET, Outcome.REFUSED), (Answer.UNKNOWN, Outcome.NOT_EVALUATED)):
        known = Knowledge(standings={SERVICE: Standing(answer, (line,), (computed,))})
        found = asked(presentation(), hand, scope=scope, knowledge=known)
        assert found.outcome is outcome
        assert {"line", "computed"} <= set(codes(found, StepName.POLICY))
    unknown = asked(presentation(), hand, scope=scope)
    assert (unknown.outcome, codes(unknown, StepName.POLICY)) == (Outcome.NOT_EVALUATED, ["standing-unknown"])
    assert codes(asked(presentation(("terms",)), hand, scope=scope), StepName.POLICY) == ["lacks-offering"]


def test_a_clearing_house_wants_certificates_a_notary_terms_and_an_offering(shared: Path) -> None:
    top = root("Ancre fictive")
    chain = base64_of(top.certify(key().public.native, "Nuage Fictif SAS"))
    scope = SCOPES["gaia-x-clearing-25.11"]

    def shown(names: tuple[str, ...], named: dict[str, bytes]) -> Checked:
        tokens = [token(claims(name), {"x5c": chain}) for name in names]
        carried = [{"@context": V2, "id": f"data:application/vc+jwt,{one}", "type": "EnvelopedVerifiableCredential"} for one in tokens]
        document = {"@context": [V2], "type": ["VerifiablePresentation"], "holder": HOLDER, "verifiableCredential": carried}
        content = token(document, {"typ": "vp+jwt", "cty": "vp", "x5c": chain}, did=HOLDER)
        return asked(content, at_hand(shared, {"ancres.pem": pem(top.certificate), **named}), scope=scope)

    every, named = tuple(SUBJECTS), issuers(notary=[ISSUER])
    assert shown(every, named).outcome is Outcome.VERIFIED
    assert codes(shown(every, {}), StepName.POLICY) == ["notaries-unnamed"]
    assert codes(shown(every, issuers(notary=[HOLDER])), StepName.POLICY) == ["number-by-another"]
    assert codes(shown(("terms",), named), StepName.POLICY) == ["lacks-person", "lacks-offering", "lacks-number"]
    assert codes(shown(("person", "number", "service"), named), StepName.POLICY) == ["lacks-terms"]
    without = asked(presentation(), at_hand(shared, {"ancres.pem": pem(top.certificate), **named}), scope=scope)
    assert (without.outcome, codes(without, StepName.CHAIN)[0]) == (Outcome.REFUSED, "no-certificate")


def test_scopes_are_asked_for_by_name() -> None:
    assert scope_named("vc-2.0").shapes is None
    with pytest.raises(InputError, match=r"gaia-x-loire-25\.11"):
        scope_named("gaia-x")
