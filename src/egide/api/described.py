"""The published description of the API: what Litestar reads off the types, and what every operation may answer besides.

Problems are described once for all operations (RFC 9457), and so are the headers that a request may carry for its versions (RFC 9110) and
its repetition.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PROBLEM = {
    "type": "object", "required": ["type", "title", "status"], "title": "Problem", "description": "What went wrong (RFC 9457).",
    "properties": {
        "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"},
        "detail": {"type": "string", "description": "In the language that the request prefers."},
        "hint": {"type": "string", "description": "What to do about it."},
        "at": {"type": "string", "description": "Where in the file."},
        "errors": {"type": "array", "items": {"type": "object"}, "description": "Each parameter or member that is wrong."},
    },
}  # fmt: skip
SAYS = {
    400: "The request could not be used.", 401: "No token, or none that holds.", 403: "The token may not do this in the body.",
    404: "Not there, or not for this token: nobody learns which.", 408: "The body did not arrive in time.",
    409: "It changed since the version named, or the key was used for another request.",
    413: "The body is too large.",
    429: "Too many requests; Retry-After holds the seconds to wait.",
    412: "Another file of that name is there than the one that was meant.",
    503: "The database does not answer, what is asked for is not set up, or a large file is being read: see Retry-After.",
}  # fmt: skip
EVERYWHERE = (400, 401, 404, 429, 503)
WITH_A_BODY = (408, 409, 413)
VERSIONED = ("portfolio", "assessment")
SECRET = ("invitations", "reset")
"""What answers a secret: that is kept nowhere, so it can't be answered again."""
KEY = {"name": "Idempotency-Key", "in": "header", "required": False, "schema": {"type": "string", "maxLength": 200},
       "description": "Sent again with the same key, the same request is done once and answered alike."}  # fmt: skip
KNOWN = {"name": "If-None-Match", "in": "header", "required": False, "schema": {"type": "string"},
         "description": "The ETag that the caller holds."}  # fmt: skip
BYTES = {"required": True, "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
BINARY = {"type": "string", "format": "binary"}
MEDIA = ("application/json", "text/html; charset=utf-8", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
BEGUN = {
    "description": "It is made beside: the work, to be asked again at Location until it is done.",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Work"}}},
    "headers": {"Location": {"schema": {"type": "string"}}, "Retry-After": {"schema": {"type": "string"}}},
}  # fmt: skip
MEANT = {"name": "If-Match", "in": "header", "required": False, "schema": {"type": "string"},
         "description": "The ETag of the file to replace."}  # fmt: skip
NEW = {"name": "If-None-Match", "in": "header", "required": False, "schema": {"type": "string"},
       "description": "`*`: no file of that name may be there."}  # fmt: skip
DOCUMENT = {"type": "object", "description": "A document of kind egide/assessment/1."}
UNCHANGED = {"description": "The caller holds that version already."}


def whole(schema: dict[str, Any]) -> dict[str, Any]:
    """The description with all that any operation may answer."""
    parts = schema.setdefault("components", {})
    parts.setdefault("schemas", {})["Problem"] = PROBLEM
    parts["responses"] = {f"Problem{status}": _answer(says) for status, says in SAYS.items()}
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            _completed(path, method, operation)
    return schema


def _completed(path: str, method: str, operation: dict[str, Any]) -> None:
    said = {*EVERYWHERE, *((403,) if "{body_id}" in path else ()), *(WITH_A_BODY if method in {"post", "put"} else ())}
    operation["responses"] |= {str(status): {"$ref": f"#/components/responses/Problem{status}"} for status in sorted(said)}
    more: list[Mapping[str, Any]] = []
    if "/credential-offers/" in path:
        operation["responses"]["403"] = {"$ref": "#/components/responses/Problem403"}
        operation["responses"]["201"]["content"] = {"application/vc+jwt": {"schema": {"type": "string"}}}
    if method == "post":
        if path.rpartition("/")[2] not in SECRET:
            more.append(KEY)
        operation.setdefault("requestBody", BYTES)
    if path.rpartition("/")[2] in VERSIONED:
        more.append(KNOWN)
        operation["responses"]["304"] = UNCHANGED
    if path.endswith(("/assessment", "/files")):
        operation["responses"]["202"] = BEGUN
    if path.endswith("/files"):
        more += [MEANT, NEW]
        operation["responses"]["412"] = {"$ref": "#/components/responses/Problem412"}
    if path.endswith(("/works/{number}/answer", "/assessment")):
        operation["responses"]["200"]["content"] = {media: {"schema": BINARY} for media in MEDIA}
    if path.endswith("/assessment"):  # its bytes are kept as they are sent, which Litestar reads as text
        operation["responses"]["200"]["content"] = {"application/json": {"schema": DOCUMENT}}
    if more:
        operation["parameters"] = [*operation.get("parameters", ()), *more]


def _answer(says: str) -> dict[str, Any]:
    return {"description": says, "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}
