"""The server as those who call it see it: what it gives, what it says when it refuses, and what it turns away."""

from __future__ import annotations

import contextlib
import json
import select
import socket
import subprocess
import sys
from typing import Any
from urllib.parse import urlsplit

import pytest

from egide.api.guard import MAX_BODY_BYTES
from egide.trust.credentials.problems import MODEL, STATUS
from egide.trust.dids.documents import Purpose
from egide.trust.jose import Compact, read_compact

from .calling import BASE, EXAMPLES, JSON, Server, claims, holder, holding, signed

WAYS: tuple[dict[str, Any], ...] = ({}, {"cryptosuite": "eddsa-jcs-2022"}, {"mediaType": "application/vc+jwt"})


def first(answer: Any) -> dict[str, Any]:
    problem: dict[str, Any] = answer.body["problemDetails"][0]
    return problem


# --- what it gives -------------------------------------------------------------------------------


def test_it_says_what_it_is_for_and_who_signs(server: Server) -> None:
    assert "For tests only" in server.said
    assert server.address in server.said
    about = server.get("/").body
    assert about["for"] == "tests"
    assert [key["algorithm"] for key in about["keys"]] == ["EdDSA", "ES256", "ES384", "ES512"]
    assert {key["issuer"] for key in about["keys"]} == {key["issuer"] for key in server.keys}
    assert set(about["contexts"]) == {BASE, EXAMPLES}


@pytest.mark.parametrize("way", WAYS)
def test_what_is_issued_is_verified_and_altered_is_not(server: Server, way: dict[str, Any]) -> None:
    issued = server.issued(claims(id="urn:uuid:c5a2f6a1-7a0e-4f64-9a31-2f4b0e9b8a11"), **way)
    answer = server.verify(issued)
    assert (answer.status, answer.body) == (200, {"verified": True, "problemDetails": []})
    altered = json.loads(json.dumps(issued))
    if "proof" in altered:
        altered["credentialSubject"]["name"] = "Autre nuage"
    else:
        head, payload, signature = altered["id"].split(".")
        altered["id"] = ".".join([head, payload[:-4] + "AAAA", signature])
    refused = server.verify(altered)
    assert (refused.status, refused.body["verified"]) == (400, False)
    assert first(refused)["type"] == MODEL + ("CRYPTOGRAPHIC_SECURITY_ERROR" if "proof" in altered else "PARSING_ERROR")


def test_a_credential_is_issued_as_it_was_given_but_for_its_issuer_and_proof(server: Server) -> None:
    given = claims(validUntil="2020-01-01T00:00:00Z")
    issued = server.issued(given)
    assert {name: value for name, value in issued.items() if name not in ("issuer", "proof")} == given
    assert issued["issuer"] == server.issuer()


@pytest.mark.parametrize("algorithm", ["EdDSA", "ES256", "ES384", "ES512"])
def test_the_issuer_of_the_credential_decides_which_key_signs(server: Server, algorithm: str) -> None:
    issued = server.issued(claims(issuer={"id": server.issuer(algorithm), "name": "Nuage"}), mediaType="application/vc+jwt")
    compact = read_compact(issued["id"].partition(",")[2].encode())
    assert isinstance(compact, Compact)
    assert compact.header["alg"] == algorithm
    assert issued["type"] == "EnvelopedVerifiableCredential"
    assert server.verify(issued).status == 200


def test_a_key_that_cannot_make_a_proof_gives_an_envelope_or_is_refused(server: Server) -> None:
    given = claims(issuer=server.issuer("ES256"))
    assert server.issued(given)["type"] == "EnvelopedVerifiableCredential"
    assert first(server.issue(given, cryptosuite="eddsa-rdfc-2022"))["reason"] == "no-fitting-key"


@pytest.mark.parametrize("way", [{}, {"mediaType": "application/vp+jwt"}])
def test_what_is_presented_is_verified_with_all_that_it_carries(server: Server, way: dict[str, Any]) -> None:
    carried = [server.issued(claims(), **one) for one in WAYS]
    for path in ("/presentations", "/presentations/prove"):
        made = server.post(path, {"presentation": holding(carried), "options": way})
        assert made.status == 201, made.content
        assert server.verify_presentation(made.body["verifiablePresentation"]).status == 200
    carried[1]["credentialSubject"]["name"] = "Autre nuage"
    made = server.post("/presentations", {"presentation": holding(carried), "options": way})
    refused = server.verify_presentation(made.body["verifiablePresentation"])
    assert (refused.status, first(refused)["path"]) == (400, "$.verifiableCredential[1]")


def test_a_challenge_is_answered_by_the_proof_or_not_at_all(server: Server) -> None:
    put = {"challenge": "un défi", "domain": "exemple.example"}
    made = server.post("/presentations", {"presentation": holding([server.issued(claims())]), "options": put}).body[
        "verifiablePresentation"
    ]
    assert server.verify_presentation(made).status == 200
    assert server.verify_presentation(made, **put).status == 200
    assert first(server.verify_presentation(made, challenge="un autre"))["reason"] == "proof-challenge"
    assert first(server.verify_presentation(made, domain=["ailleurs.example"]))["reason"] == "proof-domain"
    token = server.post("/presentations", {"presentation": holding(), "options": {"mediaType": "application/vp+jwt"}})
    assert first(server.verify_presentation(token.body["verifiablePresentation"], challenge="un défi"))["reason"] == "challenge-unanswered"
    assert (
        first(server.post("/presentations", {"presentation": holding(), "options": put | {"mediaType": "application/vp+jwt"}}))["reason"]
        == "token-challenge"
    )


def test_what_was_verified_and_why_is_given_back_when_asked_for(server: Server) -> None:
    issued = server.issued(claims())
    answer = server.verify(issued, returnCredential=True, returnResults=True).body
    assert answer["verifiableCredential"] == issued
    assert answer["results"]["verdict"] == "verified"
    assert {step["step"]: step["answer"] for step in answer["results"]["steps"]} == dict.fromkeys(
        ("parse", "signer-key", "signature", "validity", "contexts"), "met"
    )
    presented = signed(holding([issued]), server.contexts)
    assert server.verify_presentation(presented, returnPresentation=True).body["verifiablePresentation"] == presented


# --- status --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("number", "way"), list(enumerate(WAYS)))
def test_a_credential_is_suspended_released_and_revoked_for_good(server: Server, number: int, way: dict[str, Any]) -> None:
    name = f"urn:uuid:0d9b2f3e-5a43-4a4e-9a0c-00000000000{number}"
    issued = server.issued(claims(id=name), statusPurposes=["revocation", "suspension"], **way)
    assert server.verify(issued).status == 200
    assert server.put(name, "suspension", on=True).status == 200
    assert first(server.verify(issued)) | {"detail": ""} == {
        "type": STATUS + "STATUS_VERIFICATION_ERROR", "title": "the status is not verified", "detail": "", "reason": "suspended",
        "step": "status", "path": "$",
    }  # fmt: skip
    assert server.put(name, "suspension", on=False).status == 200
    assert server.verify(issued).status == 200
    assert server.put(name, "revocation", on=True).status == 200
    assert first(server.verify(issued))["reason"] == "revoked"
    assert server.put(name, "revocation", on=False).status == 400
    assert first(server.verify(issued))["reason"] == "revoked"


def test_a_status_needs_a_name_one_use_of_it_and_a_purpose_that_is_known(server: Server) -> None:
    assert server.issue(claims(), statusPurposes=["revocation"]).status == 400
    named = {"statusPurposes": ["revocation"], "credentialId": "le-contrat-7"}
    assert server.issue(claims(), **named).status == 201
    assert server.issue(claims(), **named).status == 400
    assert server.put("le-contrat-7", "revocation", on=True).status == 200
    assert server.put("le-contrat-7", "suspension", on=True).status == 404
    assert server.put("personne", "revocation", on=True).status == 404
    for purposes in (["message"], ["revocation", "revocation"], ["anything"]):
        assert server.issue(claims(id="urn:uuid:1"), statusPurposes=purposes).status == 400


def test_lists_are_published_secured_as_what_they_speak_of(server: Server) -> None:
    for number, (way, media) in enumerate(zip(WAYS, ("application/vc", "application/vc", "application/vc+jwt"), strict=True)):
        issued = server.issued(claims(id=f"urn:uuid:liste-{number}"), statusPurposes=["refresh"], **way)
        document = json.loads(_payload(issued)) if "proof" not in issued else issued
        address = document["credentialStatus"]["statusListCredential"]
        assert address.startswith(server.address + "/status/")
        found = server.get(urlsplit(address).path)
        assert (found.status, found.headers["content-type"], found.headers["cache-control"]) == (200, media, "max-age=60")
        listed = (
            found.body
            if "proof" in issued
            else {"@context": BASE, "type": "EnvelopedVerifiableCredential", "id": f"data:application/vc+jwt,{found.content.decode()}"}
        )
        if "proof" in issued:
            assert listed["proof"]["cryptosuite"] == issued["proof"]["cryptosuite"]
        assert server.verify(listed).status == 200


@pytest.mark.parametrize(
    ("path", "status"), [("/status/1?timestamp=2026-01-01T00%3A00%3A00Z", 400), ("/status/99999", 404), ("/status/x", 404)]
)
def test_a_list_of_another_moment_or_name_is_not_to_be_had(server: Server, path: str, status: int) -> None:
    answer = server.get(path)
    assert (answer.status, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.body["type"] == STATUS + "STATUS_RETRIEVAL_ERROR"
    assert answer.body["title"] and answer.body["detail"]


def test_a_port_that_somebody_has_is_not_shared(server: Server) -> None:
    port = str(urlsplit(server.address).port)
    second = subprocess.run(
        [sys.executable, "-m", "egide", "trust", "vc-api", "--lang", "en", "--port", port], capture_output=True, text=True, check=False
    )
    assert (second.returncode, f"port {port}: " in second.stderr) == (2, True)


# --- what it says when it refuses -----------------------------------------------------------------


def test_problems_have_a_type_a_title_and_a_detail_in_the_language_asked_for(server: Server) -> None:
    for language, title in (
        ("fr", "une valeur n’est pas conforme"),
        ("en-GB,fr;q=0.3", "a value is not as it must be"),
        ("de", "a value is not as it must be"),
        ("fr;q=0", "a value is not as it must be"),
        ("x;q=y, fr", "une valeur n’est pas conforme"),
    ):
        answer = server.post("/credentials/issue", {"credential": claims(type=["Autre"])}, {"Accept-Language": language})
        assert (answer.status, answer.headers["content-type"]) == (400, "application/problem+json")
        assert (answer.body["type"], answer.body["title"], answer.body["status"]) == (MODEL + "MALFORMED_VALUE_ERROR", title, 400)
        assert answer.body["property"] == "type"
        assert "VerifiableCredential" in answer.body["detail"]


@pytest.mark.parametrize(("path", "document", "reason", "place"), [
    ("/credentials/issue", {}, "request", "$"), ("/credentials/issue", [], "request", "$"),
    ("/credentials/issue", {"credential": "a token"}, "request", "$.credential"),
    ("/credentials/issue", {"credential": {}, "options": {"cryptosuite": "bbs-2023"}}, "request", "$.options.cryptosuite"),
    ("/credentials/issue", {"credential": {}, "options": {"more": 1}}, "request", "$.options"),
    ("/credentials/issue", {"credential": {}, "options": {"mandatoryPointers": ["/issuer"]}}, "selective-disclosure", None),
    ("/credentials/issue", {"credential": {}, "options": {"cryptosuite": "eddsa-jcs-2022", "mediaType": "application/vc+jwt"}},
     "two-ways", None),
    ("/credentials/issue", {"credential": claims(issuer="did:example:another")}, "another-party", "issuer"),
    ("/credentials/issue", {"credential": claims(issuer=None)}, "model", "issuer"),
    ("/credentials/verify", {"verifiableCredential": "eyJ.eyJ.AA"}, "request", "$.verifiableCredential"),
    ("/credentials/verify", {"verifiableCredential": {"type": "Other"}}, "refused", None),
    ("/credentials/verify", {"verifiableCredential": holding()}, "other-kind", None),
    ("/presentations/verify", {"verifiablePresentation": claims(issuer="did:example:1")}, "other-kind", None),
    ("/presentations/verify", {"verifiableCredential": {}}, "request", "$"),
    ("/presentations", {"presentation": holding(holder="did:example:another")}, "another-party", "holder"),
    ("/presentations", {"presentation": holding(["a token"])}, "model", "verifiableCredential"),
    ("/presentations", {"presentation": holding(), "options": {"verificationMethod": "did:example:1#a"}}, "no-fitting-key", None),
    ("/credentials/status", {"credentialId": "a", "credentialStatus": {"type": "A", "statusPurpose": "revocation"}, "status": True},
     "status-type", None),
    ("/credentials/status",
     {"credentialId": "a", "credentialStatus": {"type": "BitstringStatusListEntry", "statusPurpose": "a"}, "status": "true"},
     "request", "$.status"),
])  # fmt: skip
def test_a_request_that_cannot_be_answered_is_refused_with_its_place(
    server: Server, path: str, document: object, reason: str, place: str | None
) -> None:
    answer = server.post(path, document)
    assert (answer.status, first(answer)["reason"]) == (400, reason), answer.content
    assert first(answer).get("property") == place


@pytest.mark.parametrize(("body", "reason"), [
    (b"", "request-absent"), (b"{", "not-json"), (b'{"credential":{},"credential":{}}', "duplicate-member"), (b"\xff\xfe", "not-utf-8"),
    (b'{"credential":' + b"[" * 100_000, "too-deep"), (b'{"credential":' + b'{"a":' * 100 + b"1" + b"}" * 101, "too-deep"),
    (b'{"credential":{"a":9007199254740993}}', "number-too-large"), (b'{"credential":{"a":1e999}}', "number-too-large"),
    (b'{"credential":{"a":NaN}}', "not-a-number"), (b'{"credential":{"a":"\\ud800"}}', "lone-surrogate"),
])  # fmt: skip
def test_a_body_that_two_readers_would_read_otherwise_is_refused(server: Server, body: bytes, reason: str) -> None:
    answer = server.call("POST", "/credentials/issue", body)
    assert (answer.status, first(answer)["reason"]) == (400, reason)


def test_other_media_types_paths_methods_and_hosts_are_turned_away(server: Server) -> None:
    body = json.dumps({"credential": claims()}).encode()
    assert server.call("POST", "/credentials/issue", body, {"Content-Type": "text/plain"}).status == 415
    assert server.call("POST", "/credentials/issue", body, {}).status == 415
    assert server.call("POST", "/credentials/issue", body, {"Content-Type": "application/ld+json; charset=utf-8"}).status == 201
    assert server.get("/nothing").status == 404
    refused = server.get("/credentials/issue")
    assert (refused.status, refused.headers["content-type"], "POST" in refused.headers["allow"]) == (405, "application/problem+json", True)
    assert server.call("GET", "/", headers={"Host": "page-hostile.example"}).status == 421
    assert server.call("POST", "/credentials/issue", body, {**JSON, "Host": "127.0.0.1.page-hostile.example"}).status == 421
    assert server.call("GET", "/", headers={"Host": f"localhost:{urlsplit(server.address).port}"}).status == 200


def test_the_paths_and_their_forms_are_described(server: Server) -> None:
    described = server.get("/schema/openapi.json").body
    assert set(described["paths"]) == {
        "/",
        "/credentials/issue",
        "/credentials/verify",
        "/credentials/status",
        "/presentations",
        "/presentations/prove",
        "/presentations/verify",
        "/status/{number}",
    }
    options = described["components"]["schemas"]["IssueOptions"]["properties"]
    assert {"cryptosuite", "mediaType", "statusPurposes", "credentialId"} <= set(options)


# --- limits --------------------------------------------------------------------------------------


def test_a_hundred_megabytes_are_refused_before_they_are_read(server: Server) -> None:
    for head in (f"Content-Length: {100_000_000}", "Transfer-Encoding: chunked"):
        with _line(server) as line:
            line.sendall(_head(server, head))
            sent, block = 0, b"[" * 65_536
            with contextlib.suppress(OSError):
                while sent < 100_000_000 and not select.select([line], [], [], 0)[0]:
                    line.sendall(block if "Length" in head else b"10000\r\n" + block + b"\r\n")
                    sent += len(block)
            assert _status(line) == 413
            assert sent < 10 * MAX_BODY_BYTES
    assert server.get("/").status == 200


def test_who_trickles_is_cut_off_while_others_are_served(server: Server) -> None:
    with _line(server) as header, _line(server) as body:
        header.sendall(b"POST /credentials/verify HTTP/1.1\r\nHo")
        body.sendall(_head(server, "Content-Length: 10") + b"{")
        assert server.get("/").status == 200
        assert _status(body) == 408
        assert header.recv(4096) == b""
    assert server.get("/").status == 200


def test_what_is_unsigned_or_of_an_unknown_context_is_not_verified(server: Server) -> None:
    assert first(server.verify(claims(issuer=holder())))["reason"] == "unsigned"
    own = claims(issuer=holder(), _context=[BASE, {"more": "https://a.example#more"}], more="a")
    elsewhere = signed(own, server.contexts, Purpose.ASSERTION)
    assert server.verify(elsewhere).status == 200
    unknown = elsewhere | {"@context": [BASE, "https://a.example/unknown/v1"]}
    assert first(server.verify(unknown))["reason"] == "context-unknown"


def _payload(issued: dict[str, Any]) -> bytes:
    compact = read_compact(issued["id"].partition(",")[2].encode())
    assert isinstance(compact, Compact)
    return compact.payload


def _head(server: Server, length: str) -> bytes:
    lines = ("POST /credentials/verify HTTP/1.1", f"Host: {urlsplit(server.address).netloc}", "Content-Type: application/json", length)
    return "\r\n".join([*lines, "", ""]).encode()


def _line(server: Server) -> socket.socket:
    parts = urlsplit(server.address)
    return socket.create_connection((parts.hostname, parts.port), timeout=30)


def _status(line: socket.socket) -> int:
    said = b""
    while b"\r\n" not in said:
        got = line.recv(4096)
        if not got:
            return 0
        said += got
    return int(said.split()[1])
