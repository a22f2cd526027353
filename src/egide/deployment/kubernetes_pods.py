"""What a pod is: one instance of a component, with what it asks of its machine and nothing it doesn't need.

Security follows the `restricted` profile of the Kubernetes Pod Security Standards: no root, no privilege, nothing written outside named
paths. A limit is the size that was planned. A request is that size less what a node keeps for itself, or the pod would never fit on the
machine it was planned for; how much that is follows the table that Google publishes for its own clusters (25 % of the first 4 GiB of
memory, 20 % of the next 4, 10 % of the next 8, 6 % of the next 112, 2 % above, and 100 MiB to evict in time; 6 % of the first core, 1 %
of the second, 0.5 % of the next two, 0.25 % above), which is on the safe side of what other providers state.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from egide.deployment.site import Site, Stand
    from egide.planner.workload import Probe, Workload

MEMORY_SHARES = ((4096, 25), (4096, 20), (8192, 10), (114688, 6))
"""MiB, and per cent of them that a node keeps."""
ABOVE = 2
EVICTION_MIB = 100
CPU_SHARES = ((1, 60), (1, 10), (2, 5))
"""Cores, and thousandths of each that a node keeps."""
CPU_ABOVE = 2.5
SHARED_MEMORY = "/dev/shm"  # noqa: S108 - a mount of the pod, not a file of ours
"""Of 64 MiB where nothing is mounted there; what is written counts as memory of the container."""


def memory_request_mib(size: int) -> int:
    """What is left of so many MiB once the node has taken its part."""
    kept, left = EVICTION_MIB * 100, size
    for step, share in MEMORY_SHARES:
        kept += min(left, step) * share
        left -= min(left, step)
    kept += left * ABOVE
    return max(size - -(-kept // 100), size // 2)


def cpu_request_milli(cores: int) -> int:
    """What is left of so many cores, in thousandths, once the node has taken its part."""
    kept, left = 0.0, cores
    for step, share in CPU_SHARES:
        kept += min(left, step) * share
        left -= min(left, step)
    return int(cores * 1000 - kept - left * CPU_ABOVE)


def resources(stand: Stand) -> dict[str, Any]:
    """Requests and limits of one instance."""
    one = stand.component
    requests: dict[str, Any] = {"cpu": f"{cpu_request_milli(one.vcpus)}m", "memory": f"{memory_request_mib(one.ram_mib)}Mi"}
    limits: dict[str, Any] = {"cpu": str(one.vcpus), "memory": f"{one.ram_mib}Mi"}
    if one.gpus:
        requests["nvidia.com/gpu"] = limits["nvidia.com/gpu"] = str(one.gpus)
    if not one.ram_mib:
        del requests["memory"], limits["memory"]
    return {"requests": requests, "limits": limits}


def locked() -> dict[str, Any]:
    """What no container may do."""
    return {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}


def pod_security(site: Site, run: Workload) -> dict[str, Any]:
    """As whom the pod runs: never root; as the image's own user, or as whomever its platform assigns."""
    who = {"runAsUser": run.user, "runAsGroup": run.user, "fsGroup": run.user} if site.imposes_users else {}
    return {"runAsNonRoot": True, **who, "seccompProfile": {"type": "RuntimeDefault"}}


def labels(site: Site, stand: Stand) -> dict[str, str]:
    """By what a pod is found."""
    return {"app.kubernetes.io/name": stand.name, "app.kubernetes.io/part-of": site.name}


def environment(run: Workload) -> list[dict[str, Any]]:
    """Plain values, and references to secrets; never a secret."""
    plain: list[dict[str, Any]] = [{"name": name, "value": value} for name, value in run.environment]
    return plain + [
        {"name": name, "valueFrom": {"secretKeyRef": {"name": secret, "key": "value"}}} for name, secret in run.secrets
    ]  # fmt: skip


def container(site: Site, stand: Stand, run: Workload) -> dict[str, Any]:
    """The container of an instance."""
    made: dict[str, Any] = {"name": stand.name, "image": site.image(run.image), "imagePullPolicy": "IfNotPresent"}
    if run.command:
        made["command"] = list(run.command)
    if run.arguments:
        made["args"] = list(run.arguments)
    if run.ports:
        made["ports"] = [{"name": port.name, "containerPort": port.number, "protocol": port.protocol.upper()} for port in run.ports]
    if variables := environment(run):
        made["env"] = variables
    made["resources"] = resources(stand)
    if run.ready:
        made["readinessProbe"] = {**_probe(run.ready), "periodSeconds": 10, "failureThreshold": 3}
    if run.alive:
        made["startupProbe"] = {**_probe(run.alive), "periodSeconds": 10, "failureThreshold": 60}
        made["livenessProbe"] = {**_probe(run.alive), "periodSeconds": 20, "failureThreshold": 3}
    mounts = [{"name": f"data-{number}", "mountPath": volume.path} for number, volume in enumerate(run.volumes)]
    mounts += [{"name": f"scratch-{number}", "mountPath": path} for number, path in enumerate(run.scratch)]
    if mounts:
        made["volumeMounts"] = mounts
    made["securityContext"] = locked()
    return made


def _probe(probe: Probe) -> dict[str, Any]:
    if probe.command:
        return {"exec": {"command": list(probe.command)}, "timeoutSeconds": 5}
    if probe.path is not None:
        return {"httpGet": {"path": probe.path, "port": probe.port}, "timeoutSeconds": 5}
    return {"tcpSocket": {"port": probe.port}, "timeoutSeconds": 5}


def pod(site: Site, stand: Stand, run: Workload) -> dict[str, Any]:
    """The pod: away from its twins, on the machine that was planned where the cluster says which it has."""
    found = labels(site, stand)
    selector = {"matchLabels": found}
    spec: dict[str, Any] = {
        "automountServiceAccountToken": False, "enableServiceLinks": False, "terminationGracePeriodSeconds": 60,
        "securityContext": pod_security(site, run), "affinity": _affinity(stand, selector),
    }  # fmt: skip
    if stand.component.count > 1:
        spec["topologySpreadConstraints"] = [
            {"maxSkew": 1, "topologyKey": "topology.kubernetes.io/zone", "whenUnsatisfiable": "ScheduleAnyway", "labelSelector": selector},
        ]
    if stand.component.architecture:
        spec["nodeSelector"] = {"kubernetes.io/arch": "arm64" if stand.component.architecture == "arm64" else "amd64"}
    spec["containers"] = [container(site, stand, run)]
    if run.scratch:
        spec["volumes"] = [
            {"name": f"scratch-{number}", "emptyDir": {"medium": "Memory"} if path == SHARED_MEMORY else {}}
            for number, path in enumerate(run.scratch)
        ]  # fmt: skip
    return {"metadata": {"labels": found, "annotations": {"egide/plan": site.digest}}, "spec": spec}


def _affinity(stand: Stand, selector: dict[str, Any]) -> dict[str, Any]:
    machine = {"key": "node.kubernetes.io/instance-type", "operator": "In", "values": [stand.machine]}
    made: dict[str, Any] = {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [
        {"weight": 100, "preference": {"matchExpressions": [machine]}},
    ]}}  # fmt: skip
    if stand.component.count > 1:
        made["podAntiAffinity"] = {"requiredDuringSchedulingIgnoredDuringExecution": [
            {"labelSelector": selector, "topologyKey": "kubernetes.io/hostname"},
        ]}  # fmt: skip
    return made
