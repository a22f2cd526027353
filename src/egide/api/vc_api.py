"""The VC API of the W3C's Credentials Community Group over our use cases: what it takes and gives, and the code of each answer.

201 for what was issued or presented; 200 for what was verified; 400 for what was not, with `verified` false and the problems, which is how
the public suites tell one from the other; 400 as well for what cannot be read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from litestar import Litestar, Request, Response, get, post
from litestar.datastructures import State
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from msgspec import Struct, ValidationError, convert, field

from egide import __version__
from egide.api.answers import BadRequestError, handlers, saying
from egide.api.guard import MAX_BODY_BYTES, Guard
from egide.app.trust.vc_api import Expected, Securing, VcApi
from egide.app.trust.vc_api_lists import PATH, PURPOSES, TTL_SECONDS
from egide.trust.credentials.results import Outcome, What
from egide.trust.jose_json import read_json
from egide.trust.status_lists import ENTRY_TYPE
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Sequence

    from litestar.types import ASGIApp

CREDENTIAL_MEDIA = "application/vc"
TOKEN_MEDIA = "application/vc+jwt"  # noqa: S105 - a media type
Verdict = Response[dict[str, Any]]
Cryptosuite = Literal["eddsa-rdfc-2022", "eddsa-jcs-2022"]


class IssueOptions(Struct, rename="camel", forbid_unknown_fields=True):
    """How a credential is issued."""

    cryptosuite: Cryptosuite | None = None
    """The suite of an embedded proof. By default `eddsa-rdfc-2022`, when there is a key for it."""
    media_type: Literal["application/vc+jwt"] | None = None
    """For a token in an envelope instead."""
    status_purposes: list[str] = field(default_factory=list)
    """Purposes to give it a status for: `revocation`, `suspension`, `refresh`."""
    credential_id: str | None = None
    """How its status can be set, when it has no `id`."""
    mandatory_pointers: list[str] = field(default_factory=list)


class IssueRequest(Struct):
    """A credential to issue."""

    credential: dict[str, Any]
    options: IssueOptions = field(default_factory=IssueOptions)


class PresentOptions(Struct, rename="camel", forbid_unknown_fields=True):
    """How a presentation is secured by its holder."""

    type: Literal["DataIntegrityProof"] | None = None
    cryptosuite: Cryptosuite | None = None
    media_type: Literal["application/vp+jwt"] | None = None
    verification_method: str | None = None
    proof_purpose: Literal["authentication"] | None = None
    challenge: str | None = None
    domain: str | list[str] | None = None


class PresentRequest(Struct):
    """A presentation to secure."""

    presentation: dict[str, Any]
    options: PresentOptions = field(default_factory=PresentOptions)


class VerifyOptions(Struct, rename="camel"):
    """What to hold a document against, and what to give back. Every check is always made, whatever `checks` says."""

    challenge: str | None = None
    domain: str | list[str] | None = None
    return_credential: bool = False
    return_presentation: bool = False
    return_results: bool = False


class VerifyCredentialRequest(Struct, rename="camel"):
    """A credential to verify."""

    verifiable_credential: dict[str, Any]
    options: VerifyOptions = field(default_factory=VerifyOptions)


class VerifyPresentationRequest(Struct, rename="camel"):
    """A presentation to verify, with all that it carries."""

    verifiable_presentation: dict[str, Any]
    options: VerifyOptions = field(default_factory=VerifyOptions)


class StatusEntry(Struct, rename="camel"):
    """Which status of the credential is meant."""

    type: str
    status_purpose: str


class StatusRequest(Struct, rename="camel"):
    """A status to set, or to clear."""

    credential_id: str
    credential_status: StatusEntry
    status: bool


class CarefulRequest(Request[Any, Any, Any]):
    """A request whose JSON is read as signatures need it: one reading for everybody."""

    @property
    def api(self) -> VcApi:
        """Whom it asks."""
        found: VcApi = self.app.state["api"]
        return found

    async def json(self) -> Any:
        """The document; a member that stands twice, a depth beyond the limit or a number beyond JSON's are refused."""
        kind = self.content_type[0]
        if kind != "application/json" and not kind.endswith("+json"):
            raise BadRequestError(Reason("media-type", {"found": kind[:80]},
                                         N_("the body must be `application/json`, and it is `{found}`")), 415)
        value, reason = read_json(await self.body())
        if reason is not None:
            raise BadRequestError(reason, 400)
        wanted = self.route_handler.parsed_data_field
        try:
            return value if wanted is None else convert(value, wanted.annotation, strict=True)
        except ValidationError as error:
            said, _, at = str(error).partition(" - at ")
            wrong = {"member": at.strip("`") or "$", "problem": said}
            raise BadRequestError(Reason("request", wrong, N_("`{member}` of the request: {problem}")), 400) from None


@post("/credentials/issue", status_code=201, sync_to_thread=True)
def issue(data: IssueRequest, request: CarefulRequest) -> dict[str, Any]:
    """Issue a credential."""
    options = data.options
    if options.mandatory_pointers:
        raise BadRequestError(Reason("selective-disclosure", {}, N_("there is no selective disclosure here: `mandatoryPointers`")), 400)
    way = _way(options.cryptosuite, options.media_type)
    return {"verifiableCredential": request.api.issue(data.credential, way, options.status_purposes, options.credential_id)}


@post(["/presentations", "/presentations/prove"], status_code=201, sync_to_thread=True)
def present(data: PresentRequest, request: CarefulRequest) -> dict[str, Any]:
    """Secure a presentation as its holder."""
    options = data.options
    way = _way(options.cryptosuite, options.media_type)
    answering = Expected(options.challenge, _domain(options.domain))
    return {"verifiablePresentation": request.api.present(data.presentation, way, answering, options.verification_method)}


@post("/credentials/verify", status_code=200, sync_to_thread=True)
def verify_credential(data: VerifyCredentialRequest, request: CarefulRequest) -> Verdict:
    """Verify a credential."""
    given = {"verifiableCredential": data.verifiable_credential} if data.options.return_credential else {}
    return _verified(request, data.verifiable_credential, What.CREDENTIAL, data.options, given)


@post("/presentations/verify", status_code=200, sync_to_thread=True)
def verify_presentation(data: VerifyPresentationRequest, request: CarefulRequest) -> Verdict:
    """Verify a presentation and all that it carries."""
    given = {"verifiablePresentation": data.verifiable_presentation} if data.options.return_presentation else {}
    return _verified(request, data.verifiable_presentation, What.PRESENTATION, data.options, given)


@post("/credentials/status", status_code=200, sync_to_thread=True)
def set_status(data: StatusRequest, request: CarefulRequest) -> dict[str, Any]:
    """Set or clear the status of a credential that was issued here."""
    meant = data.credential_status
    if meant.type != ENTRY_TYPE:
        raise BadRequestError(Reason("status-type", {"type": meant.type[:80]}, N_("a status of the type {type} is not read here")), 400)
    request.api.lists.put(data.credential_id, meant.status_purpose, on=data.status)
    return {"credentialId": data.credential_id, "statusPurpose": meant.status_purpose, "status": data.status}


@get(PATH + "{number:str}", sync_to_thread=True)
def status_list(number: str, request: CarefulRequest) -> Response[Any]:
    """A status list, as the credential that it is."""
    if request.query_params:
        now = Reason("status-of-a-moment", {}, N_("lists are given as they are now, and not as of another moment"))
        raise BadRequestError(now, 400, of_status=True)
    listed = request.api.lists.at(f"{request.api.base}{PATH}{number}")
    if listed is None:
        absent = Reason("no-list", {"number": number[:80]}, N_("no status list {number} is published here"))
        raise BadRequestError(absent, 404, of_status=True)
    headers = {"Cache-Control": f"max-age={TTL_SECONDS}"}
    if "proof" in listed:
        return Response(json.dumps(listed).encode(), media_type=CREDENTIAL_MEDIA, headers=headers)
    return Response(listed["id"].partition(",")[2].encode(), media_type=TOKEN_MEDIA, headers=headers)


@get("/", sync_to_thread=False)
def about(request: CarefulRequest) -> dict[str, Any]:
    """What this is: whose keys sign, and how."""
    api = request.api
    keys = [{"issuer": key.did, "verificationMethod": key.method, "algorithm": key.algorithm,
             "securing": [way.value for way in Securing if key.fits(way)]} for key in api.keys]
    return {"name": "egide trust vc-api", "version": __version__, "for": "tests", "keys": keys, "contexts": sorted(api.contexts),
            "statusPurposes": [str(one) for one in PURPOSES], "openapi": "/schema/openapi.json"}


ROUTES = (issue, present, verify_credential, verify_presentation, set_status, status_list, about)


def application(api: VcApi, hosts: Sequence[str]) -> ASGIApp:
    """The whole as an ASGI application. ``hosts`` are the names that it answers to, with their port."""
    described = OpenAPIConfig(
        title="egide trust vc-api", version=__version__, path="/schema", render_plugins=[JsonRenderPlugin(path="/openapi.json")],
        use_handler_docstrings=True,
    )  # fmt: skip
    made = Litestar(
        route_handlers=list(ROUTES), state=State({"api": api}, deep_copy=False), request_class=CarefulRequest,
        exception_handlers=handlers(), request_max_body_size=MAX_BODY_BYTES, openapi_config=described, logging_config=None,
    )  # fmt: skip
    return Guard(made, hosts)


def _way(cryptosuite: str | None, media_type: str | None) -> Securing | None:
    if cryptosuite is not None and media_type is not None:
        raise BadRequestError(Reason("two-ways", {}, N_("either `cryptosuite` or `mediaType`, and not both")), 400)
    return Securing(cryptosuite) if cryptosuite else Securing.ENVELOPE if media_type else None


def _domain(said: str | list[str] | None) -> frozenset[str]:
    return frozenset([said] if isinstance(said, str) else said or [])


def _verified(
    request: CarefulRequest, document: Mapping[str, Any], what: What, options: VerifyOptions, given: Mapping[str, Any],
) -> Verdict:
    found = request.api.verify(document, what, Expected(options.challenge, _domain(options.domain)))
    verified, say = found.outcome is Outcome.VERIFIED, saying(request)
    body = {"verified": verified, "problemDetails": say.problems(found), **given}
    if options.return_results:
        body["results"] = say.results(found)
    return Response(body, status_code=200 if verified else 400)
