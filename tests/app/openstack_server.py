"""A small cloud on this machine: it speaks what the references of Keystone, Nova, Glance, Cinder and Neutron document, and no more.

It gives the answers of `examples/openstack`, in pages of two, to whoever has a token of it.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.catalogue.openstack.clouds import files

PROJECT = "0123456789abcdef0123456789abcdef"
TOKEN = "un-jeton-fictif"  # noqa: S105 - of a cloud that does not exist
PASSWORD = "mot-de-passe-fictif"  # noqa: S105
PAGE = 2
SERVICES = {"identity": "identity", "compute": "compute", "image": "image", "block-storage": "volume", "network": "network"}
LISTS = {
    ("compute", "/v2.1/flavors/detail"): ("flavors", "flavors"), ("compute", "/v2.1/os-availability-zone"): ("availability-zones", None),
    ("image", "/v2/images"): ("images", "images"), ("volume", "/v3/types"): ("volume-types", "volume_types"),
    ("network", "/v2.0/networks"): ("networks", "networks"), ("network", "/v2.0/subnets"): ("subnets", "subnets"),
}  # fmt: skip
VERSIONS = {
    "compute": ("v2.1", "2.1", "2.96", "v2.1"), "image": ("v2.16", "", "", "v2"), "volume": ("v3.0", "3.0", "3.70", "v3"),
    "network": ("v2.0", "", "", "v2.0"), "identity": ("v3.14", "", "", "v3"),
}  # fmt: skip
"""Each service's version, its least and most microversion, and where it is."""


class Cloud:
    """What the server is told to do, and what it was asked."""

    def __init__(self) -> None:
        self.regions = ["fictif-nord", "fictif-sud"]
        self.refuses: dict[str, int] = {}
        """Paths that are answered with that status."""
        self.elsewhere: str | None = None
        """Where links to next pages point, instead of here."""
        self.without: set[str] = set()
        """Services that the catalogue does not name."""
        self.asked: list[tuple[str, str, str | None]] = []
        """Method, path and token of each request."""
        self.base = ""

    def catalogue(self) -> list[dict[str, Any]]:
        paths = {"compute": "/v2.1", "block-storage": f"/v3/{PROJECT}"}
        return [
            {"type": kind, "name": name, "id": kind, "endpoints": [
                {"id": f"{kind}-{region}-{interface}", "interface": interface, "region": region, "region_id": region,
                 "url": f"{self.base}/{region}/{name}{paths.get(kind, '')}"}
                for region in self.regions for interface in ("public", "internal")
            ]}
            for kind, name in SERVICES.items() if kind not in self.without
        ]  # fmt: skip


class Handler(BaseHTTPRequestHandler):
    cloud: Cloud

    def log_message(self, format: str, *args: object) -> None:
        return

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.note()
        if urlsplit(self.path).path != "/identity/v3/auth/tokens":
            return self.say(404, {})
        given = asked["auth"]["identity"]["password"]["user"]["password"]
        if given != PASSWORD:
            return self.say(401, {"error": {"code": 401, "title": "Unauthorized", "message": "requires authentication"}})
        token = {
            "methods": ["password"], "issued_at": "2026-11-23T12:00:00.000000Z", "expires_at": "2099-11-23T12:00:00.000000Z",
            "user": {"id": "u", "name": "lecteur", "domain": {"id": "default", "name": "Default"}},
            "project": {"id": PROJECT, "name": "vitrine", "domain": {"id": "default", "name": "Default"}}, "roles": [],
            "catalog": self.cloud.catalogue(),
        }  # fmt: skip
        return self.say(201, {"token": token}, {"X-Subject-Token": TOKEN})

    def do_GET(self) -> None:
        self.note()
        path = urlsplit(self.path).path.rstrip("/")
        if path in self.cloud.refuses:
            return self.say(self.cloud.refuses[path], {"error": {"message": "no"}})
        if path in {"/identity", "/identity/v3"}:
            version = {"id": "v3.14", "status": "stable", "links": [{"rel": "self", "href": f"{self.cloud.base}/identity/v3/"}]}
            return self.say(200, {"version": version}) if path.endswith("v3") else self.say(300, {"versions": {"values": [version]}})
        region, _, rest = path.removeprefix("/").partition("/")
        service, _, below = rest.partition("/")
        return self.of_region(region, service, f"/{below}".replace(f"/{PROJECT}", ""))

    def of_region(self, region: str, service: str, path: str) -> None:
        major, least, most, below = VERSIONS[service]
        here = f"{self.cloud.base}/{region}/{service}/{below}/"
        one = {"id": major, "status": "CURRENT", "version": most, "min_version": least, "links": [{"rel": "self", "href": here}]}
        if path in {"/", f"/{below}"}:
            return self.say(200, {"versions": [one]} if path == "/" else {"version": one})
        if self.headers.get("X-Auth-Token") != TOKEN:
            return self.say(401, {"error": {"message": "no token"}})
        if (service, path) == ("identity", "/v3/regions"):
            return self.say(200, json.loads(files()["regions.json"]))
        if (service, path) not in LISTS:
            return self.say(404, {"error": {"message": path}})
        what, member = LISTS[service, path]
        body = json.loads(files()[f"{region}/{what}.json"])
        return self.say(200, body if member is None else self.page(body, member, f"{region}/{service}{path}"))

    def page(self, body: dict[str, Any], member: str, path: str) -> dict[str, Any]:
        """Two entries, and where the next ones are."""
        first = int(parse_qs(urlsplit(self.path).query).get("marker", ["0"])[0])
        listed = body[member]
        if member == "flavors" and "2.61" not in (self.headers.get("OpenStack-API-Version") or ""):
            listed = [{name: said for name, said in one.items() if name != "extra_specs"} for one in listed]
        found: dict[str, Any] = {**body, member: listed[first : first + PAGE]}
        if first + PAGE < len(listed):
            address = f"{self.cloud.elsewhere or self.cloud.base}/{path}?marker={first + PAGE}"
            found |= {"next": address} if member == "images" else {f"{member.removesuffix('s')}_links": [{"rel": "next", "href": address}]}
        return found

    def note(self) -> None:
        self.cloud.asked.append((self.command, self.path, self.headers.get("X-Auth-Token")))

    def say(self, status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(content)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)


@contextmanager
def running() -> Iterator[Cloud]:
    """The cloud, on a port of this machine."""
    cloud = Cloud()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Handler,), {"cloud": cloud}))
    cloud.base = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield cloud
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
