"""Kubernetes manifests, one folder for each place, because a cluster stands in one place.

`kubectl apply -k FOLDER` sets a place up. The folder ``recovery`` below it is not applied with the rest: it holds the jobs that put a
backup back, and for each component with a spare the service that sends everyone to the spare.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from egide.deployment import kubernetes_backup as backup
from egide.deployment.kubernetes_network import policies
from egide.deployment.kubernetes_pods import labels, pod
from egide.deployment.text import yaml_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from egide.deployment.site import Site, Stand
    from egide.planner.market import Place
    from egide.planner.workload import Port, Workload


def manifests(site: Site, head: str) -> Mapping[str, bytes]:
    """Files by their paths."""
    made: dict[str, bytes] = {}
    for place in site.places:
        files = _place(site, place)
        if not files:
            continue
        folder = site.folder(place)
        recovery = {name: documents for name, documents in files.items() if name.startswith("recovery/")}
        for name, documents in files.items():
            made[f"{folder}/{name}"] = yaml_bytes(documents, head)
        applied = sorted(files.keys() - recovery.keys())
        kustomization = {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization", "resources": applied}
        made[f"{folder}/kustomization.yaml"] = yaml_bytes([kustomization], head)
    return made


def _place(site: Site, place: Place) -> dict[str, list[dict[str, Any]]]:
    here = [one for one in site.at(place) if one.component.run]
    if not here:
        return {}
    files = {"00-namespace.yaml": [_namespace(site)], "10-network.yaml": list(policies(site, place))}
    for stand in here:
        files[f"20-{stand.name}.yaml"] = list(_component(site, stand))
    if elsewhere := list(_elsewhere(site, place)):
        files["30-elsewhere.yaml"] = elsewhere
    if copies := [job for stand in here if not stand.component.spare_of for job in backup.jobs(site, stand)]:
        files["40-backups.yaml"] = copies
    for stand in here:
        if stand.component.spare_of and (later := list(backup.jobs(site, stand))):
            files[f"recovery/copy-{stand.name}.yaml"] = later
        if back := list(backup.restores(site, stand)):
            files[f"recovery/restore-{stand.name}.yaml"] = back
    for component, spare in sorted(site.spares.items()):
        if component in site.by_id and _is_called_from(site, place, component):
            files[f"recovery/use-spare-of-{site.by_id[component].name}.yaml"] = [
                _alias(site, site.by_id[component].name, _there(site, place, site.by_id[spare])),
            ]
    return files


def _namespace(site: Site) -> dict[str, Any]:
    return {
        "apiVersion": "v1", "kind": "Namespace",
        "metadata": {
            "name": site.name, "annotations": {"egide/plan": site.digest},
            "labels": {"app.kubernetes.io/part-of": site.name, **{f"pod-security.kubernetes.io/{mode}": "restricted"
                                                                  for mode in ("enforce", "audit", "warn")}},
        },
    }  # fmt: skip


def _metadata(site: Site, stand: Stand, name: str = "") -> dict[str, Any]:
    return {"name": name or stand.name, "namespace": site.name, "labels": labels(site, stand), "annotations": {"egide/plan": site.digest}}


def _component(site: Site, stand: Stand) -> Iterator[dict[str, Any]]:
    """A StatefulSet for what keeps files, and for what must never run twice at a time: a Deployment gives no word for that."""
    run = stand.component.run
    if run is None:
        return
    found = {"matchLabels": labels(site, stand)}
    common = {"replicas": stand.component.count, "selector": found, "template": pod(site, stand, run)}
    if run.volumes or run.single:
        claims = [_claim(number, volume.gib) for number, volume in enumerate(run.volumes)]
        spec = {"serviceName": f"{stand.name}-each", "podManagementPolicy": "Parallel", **common}
        spec |= {"volumeClaimTemplates": claims} if claims else {}
        yield {"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": _metadata(site, stand), "spec": spec}
        yield _service(site, stand, f"{stand.name}-each", run.ports, {"clusterIP": "None", "publishNotReadyAddresses": True})
    else:
        spec = {**common, "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1, "maxSurge": 0}}}
        yield {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": _metadata(site, stand), "spec": spec}
    if run.ports:
        yield _service(site, stand, stand.name, run.ports, {"type": "ClusterIP"})
    yield from _balanced(site, stand, run)
    if stand.component.count > 1:
        yield {
            "apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": _metadata(site, stand),
            "spec": {"maxUnavailable": 1, "selector": found},
        }  # fmt: skip


def _balanced(site: Site, stand: Stand, run: Workload) -> Iterator[dict[str, Any]]:
    """What is reached from the internet, and what from other places."""
    for number in range(stand.component.load_balancers if run.public else 0):
        name = f"{stand.name}-public" + (f"-{number + 1}" if number else "")
        yield _service(site, stand, name, run.public, {"type": "LoadBalancer", "externalTrafficPolicy": "Local"})
    callers = {site.range_of(site.by_id[flow.source].place) for flow in site.flows
               if flow.target == stand.component.id and not site.same_place(flow.source, flow.target)}  # fmt: skip
    if callers and run.ports:
        kind = {"type": "LoadBalancer", "externalTrafficPolicy": "Local", "loadBalancerSourceRanges": sorted(callers)}
        yield _service(site, stand, f"{stand.name}-elsewhere", run.ports, kind)


def _service(site: Site, stand: Stand, name: str, ports: tuple[Port, ...], kind: dict[str, Any]) -> dict[str, Any]:
    listed = [{"name": port.name, "port": port.number, "targetPort": port.name, "protocol": port.protocol.upper()} for port in ports]
    spec = {**kind, "selector": labels(site, stand), **({"ports": listed} if listed else {})}
    return {"apiVersion": "v1", "kind": "Service", "metadata": _metadata(site, stand, name), "spec": spec}


def _claim(number: int, gib: int) -> dict[str, Any]:
    return {
        "metadata": {"name": f"data-{number}"},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": f"{gib}Gi"}}},
    }


def _is_called_from(site: Site, place: Place, component: str) -> bool:
    return any(flow.target == component and site.by_id[flow.source].place.key == place.key and site.by_id[flow.source].component.run
               for flow in site.flows)  # fmt: skip


def _there(site: Site, place: Place, stand: Stand) -> str:
    """By what name a component is reached from a place."""
    return f"{stand.name}.{site.name}.svc.cluster.local" if stand.place.key == place.key else site.address(stand)


def _elsewhere(site: Site, place: Place) -> Iterator[dict[str, Any]]:
    """The names of those in other places whom somebody here speaks to."""
    called = {flow.target for flow in site.flows if flow.target in site.by_id and _is_called_from(site, place, flow.target)}
    for target in sorted(called):
        stand = site.by_id[target]
        if stand.component.run and stand.place.key != place.key:
            yield _alias(site, stand.name, site.address(stand))


def _alias(site: Site, name: str, address: str) -> dict[str, Any]:
    return {
        "apiVersion": "v1", "kind": "Service",
        "metadata": {"name": name, "namespace": site.name, "labels": {"app.kubernetes.io/part-of": site.name},
                     "annotations": {"egide/plan": site.digest}},
        "spec": {"type": "ExternalName", "externalName": address},
    }  # fmt: skip
