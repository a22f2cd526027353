"""Backups as jobs of the cluster, into the object storage that the plan chose, and the jobs that put them back.

A copy is encrypted before it leaves (restic, BSD-2-Clause), with a password that only the user's secret holds. A dump is written by the
component's own image; without one, the files of each instance are read where they are mounted, on the machine of that instance.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from egide.deployment.kubernetes_pods import environment, locked, pod_security
from egide.deployment.stores import is_azure, repository

if TYPE_CHECKING:
    from collections.abc import Iterator

    from egide.deployment.site import Site, Stand
    from egide.planner.workload import Backup, Workload

SELF = "BACKUP_HOST"
"""In what a dump or a restore finds the name by which its component is reached."""
REPOSITORY = "repository"
KEYS = {REPOSITORY: "RESTIC_REPOSITORY", "password": "RESTIC_PASSWORD", "key-id": "AWS_ACCESS_KEY_ID",
        "key-secret": "AWS_SECRET_ACCESS_KEY", "account": "AZURE_ACCOUNT_NAME", "account-key": "AZURE_ACCOUNT_KEY"}  # fmt: skip
"""What opens a store, and as what restic takes it."""
OPENS_AZURE, OPENS_S3 = ("password", "account", "account-key"), ("password", "key-id", "key-secret")
RESTIC = "restic/restic:0.18.0"
DUMPED = "/backup"
SMALL = {"requests": {"cpu": "100m", "memory": "256Mi"}, "limits": {"cpu": "1", "memory": "1Gi"}}
COPY = """\
restic cat config >{quiet} || restic init
restic backup --host {name} {paths}
restic forget --host {name} --keep-within {days}d --prune
"""
QUIET = "/scratch/config"
"""Where the repository's public parameters are printed to, so that nobody need read them in a log."""


def secret_of(store: Stand) -> str:
    """The secret that opens a store; its keys are `secret_keys`."""
    return f"{store.name}-access"


def secret_keys(site: Site, store: Stand) -> list[str]:
    """The keys that the secret of a store must hold: its address only where it isn't known."""
    opens = OPENS_AZURE if is_azure(store.place) else OPENS_S3
    return [*((REPOSITORY,) if repository(site, store) is None else ()), *opens]


def jobs(site: Site, stand: Stand) -> Iterator[dict[str, Any]]:
    """The scheduled copies of a component: one of its dump, or one for each instance's files."""
    run = stand.component.run
    if run is None or run.backup is None or run.backup.to not in site.by_id:
        return
    for instance in (None,) if run.backup.command else range(stand.component.count):
        name = _job(stand, instance)
        spec = {"backoffLimit": 3, "activeDeadlineSeconds": 3600 * run.backup.every_hours,
                "template": _pod(site, stand, run, run.backup, instance, restore=False)}  # fmt: skip
        yield {
            "apiVersion": "batch/v1", "kind": "CronJob", "metadata": _metadata(site, stand, name),
            "spec": {"schedule": schedule(run.backup, name), "timeZone": "Etc/UTC", "concurrencyPolicy": "Forbid",
                     "successfulJobsHistoryLimit": 3, "failedJobsHistoryLimit": 3, "jobTemplate": {"spec": spec}},
        }  # fmt: skip


def restores(site: Site, stand: Stand) -> Iterator[dict[str, Any]]:
    """The jobs that put the last copy back; applied by hand, on the day."""
    run = stand.component.run
    if run is None or run.backup is None or run.backup.to not in site.by_id:
        return
    for instance in (None,) if run.backup.command else range(stand.component.count):
        yield {
            "apiVersion": "batch/v1", "kind": "Job", "metadata": _metadata(site, stand, f"{_job(stand, instance)}-restore"),
            "spec": {"backoffLimit": 0, "template": _pod(site, stand, run, run.backup, instance, restore=True)},
        }  # fmt: skip


def schedule(backup: Backup, name: str) -> str:
    """When: at a minute of its own, so that not everything copies at once."""
    minute = int(sha256(name.encode()).hexdigest(), 16) % 60
    hours = "2" if backup.every_hours == 24 else "*" if backup.every_hours == 1 else f"*/{backup.every_hours}"
    return f"{minute} {hours} * * *"


def _job(stand: Stand, instance: int | None) -> str:
    return f"{stand.name}-backup" if instance is None else f"{stand.name}-backup-{instance}"


def _metadata(site: Site, stand: Stand, name: str) -> dict[str, Any]:
    return {"name": name, "namespace": site.name, "labels": _found(site, stand), "annotations": {"egide/plan": site.digest}}


def _found(site: Site, stand: Stand) -> dict[str, str]:
    return {"app.kubernetes.io/name": f"{stand.name}-backup", "app.kubernetes.io/part-of": site.name}


def _pod(site: Site, stand: Stand, run: Workload, backup: Backup, instance: int | None, *, restore: bool) -> dict[str, Any]:
    dumped = instance is None
    mounts = [{"name": "dump", "mountPath": DUMPED}] if dumped else [
        {"name": f"data-{number}", "mountPath": volume.path, "readOnly": not restore} for number, volume in enumerate(run.volumes)
    ]  # fmt: skip
    paths = [DUMPED] if dumped else [volume.path for volume in run.volumes]
    name = _job(stand, instance)
    copying = _restic(site, site.by_id[backup.to], mounts, [
        "restic", "restore", "latest", "--host", name, "--target", "/",
    ] if restore else ["/bin/sh", "-ec", COPY.format(quiet=QUIET, name=name, paths=" ".join(paths), days=backup.keep_days)])  # fmt: skip
    containers = [copying]
    if dumped:
        own = _own(site, stand, run, list(backup.restore if restore else backup.command))
        containers = [copying, own] if restore else [own, copying]
    spec: dict[str, Any] = {
        "restartPolicy": "Never", "automountServiceAccountToken": False, "enableServiceLinks": False,
        "securityContext": pod_security(site, run),
    }  # fmt: skip
    if not dumped and not restore:
        beside = {"matchLabels": {"statefulset.kubernetes.io/pod-name": f"{stand.name}-{instance}"}}
        spec["affinity"] = {"podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [
            {"labelSelector": beside, "topologyKey": "kubernetes.io/hostname"},
        ]}}  # fmt: skip
    if containers[:-1]:
        spec["initContainers"] = containers[:-1]
    spec["containers"] = containers[-1:]
    spec["volumes"] = [{"name": "scratch", "emptyDir": {}}]
    spec["volumes"] += [{"name": f"own-{number}", "emptyDir": {}} for number, _ in enumerate(run.scratch)] if dumped else []
    spec["volumes"] += [{"name": "dump", "emptyDir": {}}] if dumped else [
        {"name": f"data-{number}", "persistentVolumeClaim": {"claimName": f"data-{number}-{stand.name}-{instance}"}}
        for number, _ in enumerate(run.volumes)
    ]  # fmt: skip
    return {"metadata": {"labels": _found(site, stand)}, "spec": spec}


def _restic(site: Site, store: Stand, mounts: list[dict[str, Any]], command: list[str]) -> dict[str, Any]:
    address = repository(site, store)
    variables: list[dict[str, Any]] = [{"name": KEYS[REPOSITORY], "value": address}] if address else []
    variables += [
        {"name": KEYS[key], "valueFrom": {"secretKeyRef": {"name": secret_of(store), "key": key}}} for key in secret_keys(site, store)
    ]
    return {
        "name": "copy", "image": site.image(RESTIC), "imagePullPolicy": "IfNotPresent", "command": command,
        "env": [*variables, {"name": "RESTIC_CACHE_DIR", "value": "/scratch"}, {"name": "TMPDIR", "value": "/scratch"}],
        "resources": SMALL, "volumeMounts": [*mounts, {"name": "scratch", "mountPath": "/scratch"}], "securityContext": locked(),
    }  # fmt: skip


def _own(site: Site, stand: Stand, run: Workload, command: list[str]) -> dict[str, Any]:
    """The component's own image, which knows how to dump and how to restore."""
    mounts = [{"name": "dump", "mountPath": DUMPED}, *(
        {"name": f"own-{number}", "mountPath": path} for number, path in enumerate(run.scratch)
    )]  # fmt: skip
    return {
        "name": "dump", "image": site.image(run.image), "imagePullPolicy": "IfNotPresent", "command": command,
        "env": [*environment(run), {"name": SELF, "value": stand.name}], "resources": SMALL, "volumeMounts": mounts,
        "securityContext": locked(),
    }  # fmt: skip
