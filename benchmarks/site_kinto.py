"""A public peer of the site: Kinto (Mozilla; Apache-2.0), which keeps JSON documents for whoever may see each collection, with ETags.

    python benchmarks/site_beside.py kinto [--token TOKEN]

makes a throw-away virtual environment for it and runs this file there, so nothing of it is installed beside the site. Requests come as the
site gets them and are put in Kinto's words on the way: the same generator sends the same mix. What is kept is a line of a list under its
name; no law is put to it, no verdict and no question comes back. Its storage is its own `memory` back end, which no disk slows down; its
callers are told apart by its `basicauth`, the cheapest that it has.
"""

from __future__ import annotations

import base64
import io
import json
import os
import sys
from collections.abc import Callable, Iterable
from typing import Any

import kinto  # type: ignore[import-not-found]
import waitress  # type: ignore[import-not-found]
from webob import Request  # type: ignore[import-not-found]

ROOT, LIST = "/api/v1/bodies/banc", "/v1/buckets/banc/collections/listes"
READS = {
    "/api/v1/me": ("/v1/", ""),
    f"{ROOT}/portfolio": (f"{LIST}/records", ""),
    f"{ROOT}/services": (f"{LIST}/records", "_limit=20"),
    f"{ROOT}/questions": (f"{LIST}/records", "_limit=20&_sort=content"),
}
SETTINGS = {
    "storage_backend": "kinto.core.storage.memory", "permission_backend": "kinto.core.permission.memory",
    "cache_backend": "kinto.core.cache.memory", "multiauth.policies": "basicauth",
    "userid_hmac_secret": "banc",
}  # fmt: skip
App = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def peer(token: str) -> App:
    """Kinto as it ships, in this process, with 32 lists of whoever has that token."""
    app: App = kinto.main({}, **SETTINGS)

    def put(path: str, content: object) -> None:
        body = json.dumps(content).encode()
        asked = Request.blank(path, method="PUT", authorization=("Basic", basic(token)), content_type="application/json", body=body)
        made = asked.get_response(app)
        if made.status_int != 201:
            raise SystemExit(f"{path}: {made.status} {made.text}")

    put("/v1/buckets/banc", {})
    put(LIST, {})
    for number in range(32):
        put(f"{LIST}/records/liste-{number + 1}", {"data": {"content": f"Service {number};OVHcloud"}})
    return app


def basic(token: str) -> str:
    """The token as Kinto's `basicauth` takes it."""
    return base64.b64encode(f"{token}:".encode()).decode()


def in_its_words(app: App) -> App:
    """The site's addresses and bodies as Kinto's."""
    secrets: dict[str, str] = {}

    def asked(environ: dict[str, Any], begin: Callable[..., Any]) -> Iterable[bytes]:
        token = environ.get("HTTP_AUTHORIZATION", "").removeprefix("Bearer ")
        if token not in secrets:
            secrets[token] = f"Basic {basic(token)}"
        environ["HTTP_AUTHORIZATION"] = secrets[token]
        query, path = environ["QUERY_STRING"], environ["PATH_INFO"]
        if environ["REQUEST_METHOD"] == "POST":
            content = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
            body = json.dumps({"data": {"content": content.decode()}}).encode()
            name = query.removeprefix("name=").removesuffix(".csv")
            environ |= {
                "REQUEST_METHOD": "PUT", "PATH_INFO": f"{LIST}/records/{name}", "QUERY_STRING": "",
                "CONTENT_TYPE": "application/json", "CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body),
            }  # fmt: skip
        elif path == "/api/v1/offers":
            environ |= {"PATH_INFO": f"{LIST}/records", "QUERY_STRING": f"_limit=10&like_content={query.partition('q=')[2]}"}
        elif path in READS:
            environ["PATH_INFO"], environ["QUERY_STRING"] = READS[path]
        return app(environ, begin)

    return asked


def main() -> None:
    """Serve it on that port, for that token."""
    port, token = int(sys.argv[1]), sys.argv[2]
    app = peer(token)
    print(json.dumps({"address": f"http://127.0.0.1:{port}", "pid": str(os.getpid())}), flush=True)
    waitress.serve(in_its_words(app), host="127.0.0.1", port=port, threads=4, _quiet=True)


if __name__ == "__main__":
    main()
