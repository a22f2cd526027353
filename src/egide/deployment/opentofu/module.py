"""One OpenTofu module under the pen: what a provider's function adds to, and what it asks of the site."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from egide.deployment.missing import PARTS, Missing, missing
from egide.planner.need import INTERNET

if TYPE_CHECKING:
    from collections.abc import Iterator

    from egide.deployment.site import Site, Stand
    from egide.planner.market import Place

ANYWHERE = "0.0.0.0/0"
SSH = 22
FROM_WHERE = "Addresses (CIDR) from which the machines are set up over SSH: a bastion's, or the administrators' network"


@dataclass(frozen=True, slots=True)
class Opening:
    """One port of a component that somebody may reach."""

    name: str
    protocol: str
    port: int
    cidr: str


@dataclass
class Module:
    """Resources, variables and what could not be written, for one place."""

    site: Site
    place: Place
    resources: dict[str, dict[str, Any]] = field(default_factory=dict)
    data: dict[str, dict[str, Any]] = field(default_factory=dict)
    variables: dict[str, dict[str, Any]] = field(default_factory=dict)
    besides: dict[str, tuple[str, str, dict[str, Any]]] = field(default_factory=dict)
    """Other providers that the module needs, by alias: their source, version and block."""
    missing: list[Missing] = field(default_factory=list)

    def add(self, kind: str, name: str, /, **arguments: Any) -> str:
        """Add a resource; returns its address. Arguments that are None are left out."""
        self.resources.setdefault(kind, {})[identifier(name)] = {key: one for key, one in arguments.items() if one is not None}
        return f"{kind}.{identifier(name)}"

    def variable(self, name: str, description: str, default: str | None = None) -> str:
        """A reference to a variable of the module, declared once."""
        said: dict[str, Any] = {"type": "string", "description": description}
        self.variables[name] = said if default is None else said | {"default": default}
        return f"${{var.{name}}}"

    def also(self, alias: str, source: str, version: str, block: dict[str, Any]) -> None:
        """Another provider of code that the module needs."""
        self.besides[alias] = (source, version, block)

    def lacks(self, stand: Stand, part: str) -> None:
        """Note what this provider's table does not write: one of `PARTS`."""
        found = missing(stand.component.id, self.place.key, f"no-{part}", PARTS[part], provider=self.place.provider)
        if found not in self.missing:
            self.missing.append(found)

    @property
    def name(self) -> str:
        """The service's name."""
        return self.site.name

    @property
    def range(self) -> str:
        """The private addresses of the place."""
        return self.site.range_of(self.place)

    @property
    def first_address(self) -> str:
        """The range without its length: ``10.64``."""
        return self.range.removesuffix(".0.0/16")

    @property
    def stands(self) -> tuple[Stand, ...]:
        """What stands in this place."""
        return self.site.at(self.place)

    @property
    def machines(self) -> tuple[Stand, ...]:
        """What needs machines of its own here; the nodes of a cluster are the cluster's."""
        return tuple(one for one in self.stands if one.component.runs and not one.component.control_planes)

    @property
    def clusters(self) -> tuple[tuple[Stand, str, int], ...]:
        """Component, name and number of nodes of each managed cluster; the machines of the component are the nodes of its clusters."""
        found = []
        for stand in (one for one in self.stands if one.component.control_planes):
            nodes, planes = stand.component.count if stand.component.runs else 0, stand.component.control_planes
            least, rest = divmod(nodes, planes)
            found += [(stand, stand.name if not place else f"{stand.name}-{place + 1}", least + (place < rest)) for place in range(planes)]
        return tuple(found)

    @property
    def loose(self) -> tuple[Stand, ...]:
        """What is block storage alone, which no machine here holds."""
        return tuple(one for one in self.stands if not one.component.runs and not one.component.control_planes)

    def kubernetes(self) -> str:
        """The variable for the version of a cluster."""
        return self.variable("kubernetes_version", "Version of Kubernetes of the clusters, as the provider names it")

    @property
    def buckets(self) -> tuple[Stand, ...]:
        """What keeps objects here."""
        return tuple(one for one in self.stands if one.component.object_gib)

    def image(self, example: str) -> str:
        """The variable for the system of the machines."""
        return self.variable("image", f"Operating system of the machines, as the provider names it (for example {example})")

    def bucket_name(self, stand: Stand) -> str:
        """A name for a bucket, which is shared with the whole world: the user's prefix stands before it."""
        prefix = self.variable("bucket_prefix", "What stands before the names of buckets, which nobody else may have", self.name)
        return f"{prefix}-{stand.name}"

    def ssh_key(self, what: str = "Name of the SSH key, known to the provider, of who sets the machines up") -> str:
        """The variable for the administrators' key."""
        return self.variable("ssh_key", what)

    def each(self, stand: Stand) -> str:
        """The name of an instance, from the count."""
        return f"{stand.name}-${{count.index + 1}}"

    def volumes(self, stand: Stand) -> Iterator[tuple[int, int | str]]:
        """Number and GiB of each block volume that every instance has; storage alone is one volume."""
        one = stand.component
        if one.run and one.run.volumes:
            yield from ((number, volume.gib) for number, volume in enumerate(one.run.volumes))
        elif one.block_gib:
            least, rest = divmod(one.block_gib, one.count)
            yield 0, least if not rest else f"${{count.index < {rest} ? {least + 1} : {least}}}"

    def openings(self, stand: Stand) -> tuple[Opening, ...]:
        """Who may reach its ports: the places that its flows come from, anybody for what is public, and over SSH who sets it up."""
        run, found = stand.component.run, dict[tuple[str, int, str], Opening]()
        for port in run.ports if run else ():
            cidrs = [ANYWHERE] if port.public else []
            cidrs += [self.range] if run and port.name in run.peers and stand.component.count > 1 else []
            cidrs += [self.site.range_of(self.site.by_id[flow.source].place) for flow in self.site.flows
                      if flow.target == stand.component.id and flow.port in (None, port.name)]  # fmt: skip
            for cidr in cidrs:
                found.setdefault((port.protocol, port.number, cidr), Opening(port.name, port.protocol, port.number, cidr))
        return (*found.values(), Opening("ssh", "tcp", SSH, self.variable("admin_range", FROM_WHERE)))

    def sends_out(self, stand: Stand) -> bool:
        """Whether it reaches the internet by itself."""
        return any(flow.source == stand.component.id and flow.target == INTERNET for flow in self.site.flows)

    def balanced(self) -> Iterator[tuple[Stand, str, int, str]]:
        """Component, port's name, number and protocol of each public port behind a load balancer."""
        for stand in self.machines:
            run = stand.component.run
            if stand.component.load_balancers and run:
                yield from ((stand, port.name, port.number, port.protocol) for port in run.public)

    def balancers(self) -> Iterator[tuple[Stand, str, tuple[tuple[str, int, str], ...]]]:
        """Component, name and public ports (name, number, protocol) of each load balancer."""
        for stand in self.machines:
            run = stand.component.run
            ports = tuple((port.name, port.number, port.protocol) for port in run.public) if run else ()
            for place in range(stand.component.load_balancers if ports else 0):
                yield stand, stand.name if not place else f"{stand.name}-{place + 1}", ports

    def balanced_tcp(self) -> Iterator[tuple[Stand, str, int]]:
        """The same where the load balancer carries TCP only: a component that listens to nothing else has none."""
        for stand, port, number, protocol in self.balanced():
            if protocol == "tcp":
                yield stand, port, number
            elif all(other.protocol == "udp" for other in (stand.component.run.public if stand.component.run else ())):
                self.lacks(stand, "udp-load-balancer")


def called_directly(stand: Stand) -> bool:
    """Whether its machines need public addresses of their own: media over UDP comes to them and not to a load balancer."""
    run = stand.component.run
    return run is not None and any(port.protocol == "udp" for port in run.public)


def watched(ports: tuple[tuple[str, int, str], ...]) -> int | None:
    """The port over which a balancer sees whether an instance is well: the first that speaks TCP."""
    return next((number for _, number, protocol in ports if protocol == "tcp"), None)


def identifier(name: str) -> str:
    """A name as OpenTofu takes it for a resource."""
    return name.replace("-", "_")
