"""A cloud asked through its own client, `openstacksdk`: the bodies of its answers, under the names that `read_answers` knows.

What is asked is what any project may read; nothing is written. Addresses that an answer gives for its next page are taken for their
parameters alone, so that no answer leads the token elsewhere. Credentials are those of ``clouds.yaml``, which only the client reads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import msgspec

from egide.app.files import MAX_BYTES
from egide.store.address import masked
from egide.vocabulary.errors import EgideError, MissingExtraError
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from openstack.connection import Connection
    from openstack.proxy import Proxy

MOST_PAGES = 200
PATIENCE_SECONDS = 60
WITH_EXTRA_SPECS = "2.61"
"""The microversion of Nova from which a list of flavours holds their extra specs."""
Progress = Callable[[int, int], None]
ASKED: Sequence[tuple[str, str, str, bool]] = (
    ("flavors", "compute", "/flavors/detail", True), ("availability-zones", "compute", "/os-availability-zone", False),
    ("images", "image", "/images", True), ("volume-types", "block-storage", "/types", False),
    ("networks", "network", "/networks", False), ("subnets", "network", "/subnets", False),
)  # fmt: skip
"""Each answer: its file, the service, the path, and whether a cloud without it has nothing to offer."""


class CloudError(EgideError):
    """The cloud could not be asked, or would not answer."""

    def __init__(self, cloud: str, problem: str) -> None:
        super().__init__(N_("the cloud `{cloud}` could not be asked: {problem}"), {"cloud": cloud, "problem": masked(problem)[:500]})


class _RefusedError(Exception):
    """A service answered with a status that is no success."""

    def __init__(self, status: int, what: str) -> None:
        super().__init__(f"{what}: HTTP {status}")


def ask(cloud: str, regions: Sequence[str] = (), progress: Progress = lambda done, of: None) -> dict[str, bytes]:
    """The answers of a cloud of ``clouds.yaml``, in all its regions or those named.

    Raises `CloudError`, `MissingExtraError`.
    """
    try:
        import openstack
        from keystoneauth1.exceptions import ClientException
        from openstack.exceptions import SDKException
    except ModuleNotFoundError as error:
        raise MissingExtraError("openstack", N_("asking a cloud")) from error

    def connect(region: str | None) -> Connection:
        named: dict[str, Any] = {"region_name": region} if region else {}
        return openstack.connect(cloud=cloud, app_name="egide", api_timeout=PATIENCE_SECONDS, **named)

    try:
        found = _everything(connect, regions, progress)
    except (SDKException, ClientException, _RefusedError) as error:
        raise CloudError(cloud, str(error)) from error
    if sum(map(len, found.values())) > MAX_BYTES:
        raise CloudError(cloud, f"> {MAX_BYTES // 2**20} MiB")
    return found


def _everything(connect: Callable[[str | None], Connection], regions: Sequence[str], progress: Progress) -> dict[str, bytes]:
    first = connect(regions[0] if regions else None)
    auth: Any = first.session.auth
    catalogue = auth.get_access(first.session).service_catalog.catalog
    found = {"catalog.json": msgspec.json.encode({"catalog": catalogue})}
    known = _regions(catalogue)
    wanted = list(regions) or sorted(known) or [first.config.get_region_name() or "RegionOne"]
    listed = _body(first.identity, "/regions", required=False)
    if listed is not None:
        found["regions.json"] = msgspec.json.encode({"regions": [one for one in listed.get("regions", []) if one.get("id") in wanted]})
    found["catalog.json"] = msgspec.json.encode({"catalog": [_within(service, wanted) for service in catalogue]})
    for count, region in enumerate(wanted):
        found |= dict(_of_region(connect(region), region))
        progress(count + 1, len(wanted))
    return found


def _regions(catalogue: Sequence[dict[str, Any]]) -> set[str]:
    endpoints = (endpoint for service in catalogue if service.get("type") == "compute" for endpoint in service.get("endpoints", ()))
    return {endpoint.get("region_id") or endpoint.get("region") for endpoint in endpoints} - {None}


def _within(service: dict[str, Any], regions: Sequence[str]) -> dict[str, Any]:
    """A service with its public addresses in those regions: the others are nobody's business."""
    kept = [{"interface": "public", "region_id": region, "url": endpoint["url"]} for endpoint in service.get("endpoints", ())
            if endpoint.get("interface") == "public" and (region := endpoint.get("region_id") or endpoint.get("region")) in regions]
    return {"type": service.get("type"), "name": service.get("name"), "endpoints": kept}


def _of_region(connection: Connection, region: str) -> Iterator[tuple[str, bytes]]:
    from openstack.utils import maximum_supported_microversion

    for what, service, path, required in ASKED:
        if not connection.has_service(service):
            if required:
                raise _RefusedError(404, f"{region}: {service}")
            continue
        proxy: Proxy = getattr(connection, service.replace("-", "_"))
        version = maximum_supported_microversion(proxy, WITH_EXTRA_SPECS) if what == "flavors" else None
        for page, body in enumerate(_pages(proxy, path, version, required), 1):
            yield f"{region}/{what}{f'-{page}' if page > 1 else ''}.json", msgspec.json.encode(body)


def _pages(proxy: Proxy, path: str, microversion: str | None, required: bool) -> Iterator[dict[str, Any]]:
    parameters: dict[str, str] = {}
    for _ in range(MOST_PAGES):
        body = _body(proxy, path, parameters, microversion, required=required)
        if body is None:
            return
        yield body
        following = _next(body)
        if following is None or following == parameters:
            return
        parameters = following
    raise _RefusedError(508, path)


def _next(body: dict[str, Any]) -> dict[str, str] | None:
    """The parameters of the next page, as Glance and as the others tell it."""
    links = [link for name, listed in body.items() if name.endswith("_links") and isinstance(listed, list) for link in listed]
    address = body.get("next") or next((link.get("href") for link in links if isinstance(link, dict) and link.get("rel") == "next"), None)
    return dict(parse_qsl(urlsplit(address).query)) if isinstance(address, str) else None


def _body(
    proxy: Proxy, path: str, parameters: dict[str, str] | None = None, microversion: str | None = None, *, required: bool,
) -> dict[str, Any] | None:
    """An answer; None when the cloud does not give it and it may be done without."""
    given = {"microversion": microversion} if microversion else {}
    answer = proxy.get(path, params=parameters or {}, **given)
    if answer.status_code >= 300:
        if required:
            raise _RefusedError(answer.status_code, path)
        return None
    try:
        body = msgspec.json.decode(answer.content[:MAX_BYTES])
    except msgspec.DecodeError as error:
        raise _RefusedError(answer.status_code, f"{path}: {error}") from error
    if not isinstance(body, dict):
        raise _RefusedError(answer.status_code, path)
    return body
