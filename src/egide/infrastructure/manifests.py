"""What the Interior's cloud-native framework asks and a manifest of Kubernetes or Compose can show.

Only requirements that were read in the text itself (`rulebooks/cct-cloud-native`), and of each only the part that a manifest can
show: how an image is built, or whether a restore was tried, is not in it. A value that isn't written is not taken to be wrong where
the framework asks nothing to be written.

Two requirements hold only where the framework is declared, since they rest on the platform that it is written for. A user of the pod's own
is in the way of a platform that assigns users, and elsewhere keeps it from running as root. One instance of a `StatefulSet` is what its
author asks for: Kubernetes then runs at most one, as software needs that two at a time would damage; a `Deployment` gives no such word.
What runs once and ends has no health to show: a Job, and in Compose what a profile holds back and nothing starts again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from egide.infrastructure.code_findings import CodeFinding, Level
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.infrastructure.resources import Resource

LASTING = frozenset({"Deployment", "StatefulSet", "ReplicaSet", "ReplicationController", "DeploymentConfig"})
"""Workloads that have replicas."""
FINITE = frozenset({"Job", "CronJob"})
WORKLOADS = LASTING | FINITE | {"DaemonSet", "Pod"}
PRIVILEGED_PORTS = 1024
IMPOSED = ("runAsUser", "runAsGroup", "fsGroup")
LATEST = N_("container {container}: the image {image} is pulled as `latest`")
NO_TAG = N_("container {container}: the image {image} has no version, so `latest` is pulled")
PULL_POLICY = N_("container {container}: imagePullPolicy is {value}")
ROOT = N_("container {container} runs as root")
PRIVILEGED = N_("container {container} runs with the privileges of the machine")
LOW_PORT = N_("container {container} listens on port {port}")
IMPOSED_BY_POD = N_("the pod imposes {setting}")
IMPOSED_BY_CONTAINER = N_("container {container} imposes {setting}")
CAPABILITY = N_("container {container} is given the capability {value}")
ESCALATION = N_("container {container} may gain privileges")
HOST_PATH = N_("the folder {path} of the node is mounted")
HOST_SPACE = N_("the {setting} of the node is shared")
NO_PROBE = N_("container {container} has neither a readiness nor a liveness probe")
NO_HEALTH = N_("no health check")
NOT_SPREAD = N_("{n} replicas and no rule that spreads them over zones")
ONE_REPLICA = N_("one replica only")

Written = Mapping[str, Any]


def manifest_findings(resource: Resource, required: bool) -> Iterator[CodeFinding]:
    """Each requirement that this manifest shows is not met. ``required``: the product is held to the framework."""

    def found(rule: str, primordial: bool, message: str, key: tuple[str, ...], **args: object) -> CodeFinding:
        level = Level.FORBIDDEN if required and primordial else Level.ADVICE
        return CodeFinding(rule, level, resource.address, resource.where, Reason(f"{rule}.{key[0]}", args, message), key=key)

    if resource.provider == "kubernetes" and resource.type in WORKLOADS:
        for rule, primordial, message, key, args in _workload(resource.type, resource.attributes, required):
            yield found(rule, primordial, message, key, **args)
    elif resource.provider == "compose" and resource.type == "service":
        for rule, primordial, message, key, args in _compose(resource.attributes, resource.address):
            yield found(rule, primordial, message, key, **args)


_Shown = tuple[str, bool, str, tuple[str, ...], dict[str, object]]


def pod_of(kind: str, manifest: Written) -> Written:
    """The pod's specification inside a workload; empty when there is none."""
    spec = _mapping(manifest.get("spec"))
    if kind == "Pod":
        return spec
    if kind == "CronJob":
        spec = _mapping(_mapping(spec.get("jobTemplate")).get("spec"))
    return _mapping(_mapping(spec.get("template")).get("spec"))


def containers_of(pod: Written) -> list[Written]:
    """The containers of a pod, those that prepare it first."""
    return [one for name in ("initContainers", "containers") for one in _sequence(pod.get(name)) if isinstance(one, dict)]


def _workload(kind: str, manifest: Written, required: bool) -> Iterator[_Shown]:
    pod = pod_of(kind, manifest)
    context = _mapping(pod.get("securityContext"))
    if required:
        yield from _imposed(context, None)
    if context.get("runAsUser") == 0:
        yield from (_root(_name(one)) for one in containers_of(pod) if _mapping(one.get("securityContext")).get("runAsUser") in (None, 0))
    for setting in ("hostNetwork", "hostPID", "hostIPC"):
        if pod.get(setting) is True:
            yield "EXI-ARCH-26", False, HOST_SPACE, (setting,), {"setting": setting}
    for volume in _sequence(pod.get("volumes")):
        path = _mapping(_mapping(volume).get("hostPath")).get("path")
        if path is not None:
            yield "EXI-ARCH-26", False, HOST_PATH, ("hostPath", str(path)), {"path": str(path)}
    lasting = {id(one) for one in _sequence(pod.get("containers"))}
    for one in containers_of(pod):
        yield from _container(one, kind not in FINITE and id(one) in lasting)
        if required:
            yield from _imposed(_mapping(one.get("securityContext")), _name(one))
    if kind in LASTING:
        yield from _spread(_mapping(manifest.get("spec")), pod, may_be_alone=kind == "StatefulSet" and not required)


def _container(container: Written, lasting: bool) -> Iterator[_Shown]:
    name, context = _name(container), _mapping(container.get("securityContext"))
    yield from _image(str(container.get("image") or ""), name)
    policy = container.get("imagePullPolicy")
    if isinstance(policy, str) and policy != "IfNotPresent":
        yield "EXI-ARCH-27", True, PULL_POLICY, ("pull-policy", name), {"container": name, "value": policy}
    if context.get("privileged") is True:
        yield "EXI-ARCH-18", True, PRIVILEGED, ("privileged", name), {"container": name}
    if context.get("runAsUser") == 0:
        yield _root(name)
    for port in _sequence(container.get("ports")):
        number = _mapping(port).get("containerPort")
        if isinstance(number, int) and number <= PRIVILEGED_PORTS:
            yield "EXI-ARCH-18", True, LOW_PORT, ("low-port", name, str(number)), {"container": name, "port": str(number)}
    if context.get("allowPrivilegeEscalation") is True:
        yield "EXI-ARCH-26", False, ESCALATION, ("escalation", name), {"container": name}
    for capability in _sequence(_mapping(context.get("capabilities")).get("add")):
        yield "EXI-ARCH-26", False, CAPABILITY, ("capability", name, str(capability)), {"container": name, "value": str(capability)}
    if lasting and "readinessProbe" not in container and "livenessProbe" not in container:
        yield "EXI-ARCH-12", True, NO_PROBE, ("probe", name), {"container": name}


def _root(name: str) -> _Shown:
    return "EXI-ARCH-18", True, ROOT, ("root", name), {"container": name}


def _imposed(context: Written, container: str | None) -> Iterator[_Shown]:
    for setting in IMPOSED:
        if setting in context and container is None:
            yield "EXI-ARCH-26", False, IMPOSED_BY_POD, ("imposed", "", setting), {"setting": setting}
        elif setting in context:
            args: dict[str, object] = {"container": container, "setting": setting}
            yield "EXI-ARCH-26", False, IMPOSED_BY_CONTAINER, ("imposed", str(container), setting), args


def _image(image: str, name: str) -> Iterator[_Shown]:
    if not image or "@sha256:" in image or image.startswith(("$", "{")):
        return
    last = image.rpartition("/")[2]
    tag = last.partition(":")[2]
    if "$" in tag or "{" in tag:
        return
    if not tag:
        yield "EXI-ARCH-27", True, NO_TAG, ("latest", name), {"container": name, "image": image}
    elif tag == "latest":
        yield "EXI-ARCH-27", True, LATEST, ("latest", name), {"container": name, "image": image}


def _spread(spec: Written, pod: Written, *, may_be_alone: bool) -> Iterator[_Shown]:
    replicas = spec.get("replicas", 1)
    if not isinstance(replicas, int) or isinstance(replicas, bool) or replicas == 0:
        return
    if replicas == 1 and may_be_alone:
        return
    if replicas == 1:
        yield "EXI-ARCH-2", True, ONE_REPLICA, ("one-replica",), {}
    elif not pod.get("topologySpreadConstraints") and not _mapping(pod.get("affinity")).get("podAntiAffinity"):
        yield "EXI-ARCH-2", True, NOT_SPREAD, ("not-spread",), {"n": str(replicas)}


def _compose(service: Written, name: str) -> Iterator[_Shown]:
    yield from _image(str(service.get("image") or ""), name)
    policy = service.get("pull_policy")
    if policy == "always":
        yield "EXI-ARCH-27", True, PULL_POLICY, ("pull-policy", name), {"container": name, "value": policy}
    if service.get("privileged") is True:
        yield "EXI-ARCH-18", True, PRIVILEGED, ("privileged", name), {"container": name}
    if str(service.get("user", "")).partition(":")[0] in ("0", "root"):
        yield _root(name)
    for capability in _sequence(service.get("cap_add")):
        yield "EXI-ARCH-26", False, CAPABILITY, ("capability", name, str(capability)), {"container": name, "value": str(capability)}
    for setting in ("network_mode", "pid", "ipc"):
        if service.get(setting) == "host":
            yield "EXI-ARCH-26", False, HOST_SPACE, (setting,), {"setting": setting}
    check = service.get("healthcheck")
    if check is None and _runs_once(service):
        return
    if check is None or _mapping(check).get("disable") is True:
        yield "EXI-ARCH-12", True, NO_HEALTH, ("probe", name), {"container": name}


def _runs_once(service: Written) -> bool:
    """Whether it is written to end: it belongs to a profile, so that somebody asks for it, and it is not to be started again."""
    return bool(service.get("profiles")) and str(service.get("restart", "no")).lower() in ("no", "false")


def _name(container: Written) -> str:
    return str(container.get("name") or "?")


def _mapping(value: object) -> Written:
    return value if isinstance(value, dict) else {}


def _sequence(value: object) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else []
