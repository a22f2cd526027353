"""Who may speak to whom: everything is shut, then each flow of the service is opened, and nothing more.

A flow between two places is opened to the private range of the other place. What answers those who come in needs no opening of its own
(policies follow connections). Besides flows, three things are
opened: names are resolved, instances of one component reach each other where it says so, and a dump reaches what it is taken from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from egide.planner.need import INTERNET

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from egide.deployment.site import Site, Stand
    from egide.planner.market import Place
    from egide.planner.need import Flow
    from egide.planner.workload import Port

PRIVATE = ["10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"]
"""RFC 1918, 6598 and 3927: never the internet."""
OUTSIDE = [{"ipBlock": {"cidr": "0.0.0.0/0", "except": PRIVATE}}]
HTTPS = [{"protocol": "TCP", "port": 443}]
DNS = {
    "to": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}},
            "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}}}],
    "ports": [{"protocol": "UDP", "port": 53}, {"protocol": "TCP", "port": 53}],
}  # fmt: skip


def policies(site: Site, place: Place) -> Iterator[dict[str, Any]]:
    """Every policy of a place."""
    yield _policy(site, "shut", {}, ["Ingress", "Egress"])
    yield _policy(site, "names", {}, ["Egress"], egress=[DNS])
    here = {one.component.id: one for one in site.at(place) if one.component.run}
    for stand in here.values():
        run = stand.component.run
        if run and run.public:
            come = {"from": [{"ipBlock": {"cidr": "0.0.0.0/0"}}], "ports": _numbers(run.public)}
            yield _policy(site, f"internet-to-{stand.name}", {"matchLabels": _found(stand.name)}, ["Ingress"], ingress=[come])
        if run and run.peers and stand.component.count > 1:
            yield _peers(site, stand, [port for port in run.ports if port.name in run.peers])
    for flow in site.flows:
        yield from _flow(site, place, flow)
    for stand in here.values():
        run = stand.component.run
        if run and run.backup and run.backup.command:
            yield from _dump(site, stand, run.ports)


def _flow(site: Site, place: Place, flow: Flow) -> Iterator[dict[str, Any]]:
    source = site.by_id[flow.source]
    target = site.by_id.get(flow.target)
    suffix = f"-{flow.port.replace('/', '-')}" if flow.port else ""
    if source.component.run and source.place.key == place.key:
        to, ports = _towards(site, flow, target)
        if to:
            out = {"to": to, "ports": ports} if ports else {"to": to}
            name = f"{source.name}-to-{target.name if target else INTERNET}{suffix}"
            yield _policy(site, name, {"matchLabels": _found(_sender(source, target))}, ["Egress"], egress=[out])
    if target and target.component.run and target.place.key == place.key and source.component.run:
        peer: list[dict[str, Any]] = [{"podSelector": {"matchLabels": _found(source.name)}}]
        if source.place.key != place.key:
            peer = [{"ipBlock": {"cidr": site.range_of(source.place)}}]
        come = {"from": peer, "ports": _numbers(_listening(target, flow))} if _listening(target, flow) else {"from": peer}
        selected = {"matchLabels": _found(target.name)}
        yield _policy(site, f"{target.name}-from-{source.name}{suffix}", selected, ["Ingress"], ingress=[come])


def _towards(site: Site, flow: Flow, target: Stand | None) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Whom the policy lets the source reach, on which ports; nobody when the flow only answers."""
    if target is None:
        if flow.port is None:
            return [], []
        number, _, protocol = flow.port.partition("/")
        return OUTSIDE, [{"protocol": (protocol or "tcp").upper(), "port": int(number)}]
    if target.component.run is None:
        return (OUTSIDE, HTTPS) if target.component.object_gib else ([], [])
    if site.same_place(flow.source, flow.target):
        return [{"podSelector": {"matchLabels": _found(target.name)}}], _numbers(_listening(target, flow))
    return [{"ipBlock": {"cidr": site.range_of(target.place)}}], _numbers(_listening(target, flow))


def _sender(source: Stand, target: Stand | None) -> str:
    """The pods that send: the backup's own for what goes to the store of a backup."""
    backup = source.component.run.backup if source.component.run else None
    return f"{source.name}-backup" if backup and target and backup.to == target.component.id else source.name


def _dump(site: Site, stand: Stand, ports: Iterable[Port]) -> Iterator[dict[str, Any]]:
    asks = f"{stand.name}-backup"
    out = {"to": [{"podSelector": {"matchLabels": _found(stand.name)}}], "ports": _numbers(ports)}
    yield _policy(site, f"{asks}-to-{stand.name}", {"matchLabels": _found(asks)}, ["Egress"], egress=[out])
    come = {"from": [{"podSelector": {"matchLabels": _found(asks)}}], "ports": _numbers(ports)}
    yield _policy(site, f"{stand.name}-from-{asks}", {"matchLabels": _found(stand.name)}, ["Ingress"], ingress=[come])


def _peers(site: Site, stand: Stand, ports: Iterable[Port]) -> dict[str, Any]:
    """The instances of one component, among themselves."""
    twins = [{"podSelector": {"matchLabels": _found(stand.name)}}]
    numbers = _numbers(ports)
    return _policy(site, f"{stand.name}-peers", {"matchLabels": _found(stand.name)}, ["Ingress", "Egress"],
                   ingress=[{"from": twins, "ports": numbers}], egress=[{"to": twins, "ports": numbers}])  # fmt: skip


def _listening(target: Stand, flow: Flow) -> tuple[Port, ...]:
    run = target.component.run
    return tuple(port for port in run.ports if flow.port in (None, port.name)) if run else ()


def _numbers(ports: Iterable[Port]) -> list[dict[str, Any]]:
    return [{"protocol": port.protocol.upper(), "port": port.number} for port in ports]


def _found(name: str) -> dict[str, str]:
    return {"app.kubernetes.io/name": name}


def _policy(site: Site, name: str, selected: dict[str, Any], types: list[str], **rules: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
        "metadata": {"name": name, "namespace": site.name, "labels": {"app.kubernetes.io/part-of": site.name}},
        "spec": {"podSelector": selected, "policyTypes": types, **rules},
    }  # fmt: skip
