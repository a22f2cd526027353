"""Compose, for one machine: a rehearsal of the whole service, or the whole of a small one.

Each instance that was planned is a service of its own, with its own volume, known by the name of its component. Each flow is a network of
its own between two ends, shut to the outside; only published ports and what sends to the internet have a way out. Secrets come from
variables that the user sets and stand in no file here. `docker compose` and `podman compose` read it (Compose specification).
"""

from __future__ import annotations

import re
from shlex import quote
from typing import TYPE_CHECKING, Any

from egide.deployment.kubernetes_backup import DUMPED, KEYS, REPOSITORY, RESTIC, SELF, secret_keys, secret_of
from egide.deployment.stores import repository
from egide.deployment.text import yaml_bytes
from egide.planner.need import INTERNET

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from egide.deployment.site import Site, Stand
    from egide.planner.workload import Backup, Probe, Workload

FILE = "compose.yaml"
OUT = "outside"
COPY = (
    "restic cat config >/dev/null || restic init; restic backup --host {name} {paths}; "
    "restic forget --host {name} --keep-within {days}d --prune"
)


def compose(site: Site, head: str) -> Mapping[str, bytes]:
    """The one file."""
    services: dict[str, Any] = {}
    volumes: dict[str, Any] = {}
    networks: dict[str, Any] = {}
    first_host_port: dict[int, int] = {}
    for stand in site.stands:
        run = stand.component.run
        if run is None:
            continue
        attached = _networks(site, stand)
        networks |= {name: {"internal": True} if name != OUT else {} for name in attached}
        for number in range(1, stand.component.count + 1):
            name = f"{stand.name}-{number}"
            services[name] = _service(site, stand, run, number, attached, first_host_port)
            volumes |= {f"{name}-data-{place}": {} for place, _ in enumerate(run.volumes)}
        if run.backup and run.backup.to in site.by_id and not stand.component.spare_of:
            services |= _backups(site, stand, run, run.backup)
            networks |= {OUT: {}}
            volumes |= {f"{stand.name}-dump": {}} if run.backup.command else {}
    made: dict[str, Any] = {"name": site.name, "services": services}
    if networks:
        made["networks"] = networks
    if volumes:
        made["volumes"] = volumes
    return {FILE: yaml_bytes([made | {"x-egide": {"plan": site.digest}}], head)}


def variable(secret: str, key: str = "") -> str:
    """The variable that holds a secret: `base-password` is ``BASE_PASSWORD``."""
    return re.sub(r"[^A-Z0-9]+", "_", f"{secret}-{key}".upper().strip("-"))


def _asked(name: str) -> str:
    """A reference that Compose refuses to leave empty."""
    return f"${{{name}:?}}"


def _networks(site: Site, stand: Stand) -> list[str]:
    """One network for each flow it has an end in."""
    found = [f"{site.by_id[flow.source].name}-{site.by_id[flow.target].name}" for flow in site.flows
             if _runs(site, flow.source, flow.target) and stand.component.id in (flow.source, flow.target)]  # fmt: skip
    run = stand.component.run
    found += [f"{stand.name}-peers"] if run and run.peers and stand.component.count > 1 else []
    sends = any(flow.source == stand.component.id and flow.target == INTERNET and flow.port for flow in site.flows)
    stores = any(flow.source == stand.component.id and flow.target in site.by_id and site.by_id[flow.target].component.run is None
                 and not (run and run.backup and run.backup.to == flow.target) for flow in site.flows)  # fmt: skip
    return sorted(set(found)) + ([OUT] if sends or stores or (run and run.public) else [])


def _runs(site: Site, *names: str) -> bool:
    return all(name in site.by_id and site.by_id[name].component.run for name in names)


def _service(
    site: Site, stand: Stand, run: Workload, number: int, attached: list[str], taken: dict[int, int],
) -> dict[str, Any]:  # fmt: skip
    name = f"{stand.name}-{number}"
    made = _locked(site.image(run.image), run.user, run.scratch)
    made["labels"] = {"egide.component": stand.component.id, "egide.plan": site.digest}
    if run.command:
        made["entrypoint"] = _plain(run.command)
    if run.arguments:
        made["command"] = _plain(run.arguments)
    if variables := _environment(run):
        made["environment"] = variables
    if run.ports:
        made["expose"] = [f"{port.number}/{port.protocol}" for port in run.ports]
    if run.public:
        made["ports"] = [
            {"target": port.number, "published": str(_free(port.number, taken)), "protocol": port.protocol, "mode": "host"}
            for port in run.public
        ]  # fmt: skip
    if run.volumes:
        made["volumes"] = [
            {"type": "volume", "source": f"{name}-data-{place}", "target": volume.path} for place, volume in enumerate(run.volumes)
        ]  # fmt: skip
    if attached:
        made["networks"] = {network: {"aliases": [stand.name]} for network in attached}
    else:
        made["network_mode"] = "none"
    if probe := run.ready or run.alive:
        made["healthcheck"] = _health(run, probe)
    one = stand.component
    limits: dict[str, Any] = {"cpus": str(one.vcpus)} | ({"memory": f"{one.ram_mib}m"} if one.ram_mib else {})
    made["deploy"] = {"resources": {"limits": limits}}
    if one.gpus:
        made["deploy"]["resources"]["reservations"] = {"devices": [{"driver": "nvidia", "count": one.gpus, "capabilities": ["gpu"]}]}
    return made


def _locked(image: str, user: int, scratch: Iterable[str], *, restart: str = "unless-stopped") -> dict[str, Any]:
    return {
        "image": image, "user": f"{user}:{user}", "read_only": True, "tmpfs": [f"{path}:uid={user},gid={user}" for path in scratch],
        "cap_drop": ["ALL"], "security_opt": ["no-new-privileges:true"], "restart": restart,
    }  # fmt: skip


def _free(port: int, taken: dict[int, int]) -> int:
    """The first port of the host that no other instance has: 443, then 444."""
    number = port
    while number in taken:
        number += 1
    taken[number] = port
    return number


def _environment(run: Workload) -> dict[str, str]:
    return {name: value.replace("$", "$$") for name, value in run.environment} | {
        name: _asked(variable(secret)) for name, secret in run.secrets
    }  # fmt: skip


def _plain(words: Iterable[str]) -> list[str]:
    """Words as they are: Compose would fill ``$`` in."""
    return [word.replace("$", "$$") for word in words]


def _health(run: Workload, probe: Probe) -> dict[str, Any]:
    """A page or a port is asked for with what the image has: busybox's own (Alpine), curl, or bash's connection (Debian has no other)."""
    if probe.command:
        test = ["CMD", *_plain(probe.command)]
    else:
        port = next(one.number for one in run.ports if one.name == probe.port)
        there, line = quote(f"http://127.0.0.1:{port}{probe.path or '/'}"), f"/dev/tcp/127.0.0.1/{port}"
        asked = f"exec 3<>{line} && printf \"GET {probe.path} HTTP/1.0\\r\\n\\r\\n\" >&3 && head -n 1 <&3 | grep -q \" [23]\""
        page = f"wget -q -O /dev/null {there} || curl -fsS -o /dev/null {there} || bash -c '{asked}'"
        test = ["CMD-SHELL", page if probe.path else f"nc -z 127.0.0.1 {port} || bash -c ': < {line}'"]
    return {"test": test, "interval": "20s", "timeout": "5s", "retries": 3, "start_period": "120s"}


def _backups(site: Site, stand: Stand, run: Workload, backup: Backup) -> dict[str, Any]:
    """Run by `docker compose run --rm NAME-backup`, from the machine's own timer; they never start by themselves."""
    made: dict[str, Any] = {}
    outside = {"networks": [OUT], "profiles": ["backup"]}
    instances = (None,) if backup.command else range(1, stand.component.count + 1)
    for number in instances:
        name = f"{stand.name}-backup" if number is None else f"{stand.name}-backup-{number}"
        mounts = [DUMPED] if number is None else [volume.path for volume in run.volumes]
        volumes = [{"type": "volume", "source": f"{stand.name}-{number}-data-{place}", "target": path} for place, path in enumerate(mounts)]
        if number is None:
            volumes = [{"type": "volume", "source": f"{stand.name}-dump", "target": DUMPED}]
        copy = _locked(site.image(RESTIC), run.user, ["/scratch"], restart="no") | {
            "entrypoint": ["/bin/sh", "-ec", COPY.format(name=name, paths=" ".join(mounts), days=backup.keep_days)],
            "environment": _keys(site, site.by_id[backup.to]), "volumes": volumes, **outside,
        }  # fmt: skip
        back = copy | {"entrypoint": ["restic", "restore", "latest", "--host", name, "--target", "/"], "profiles": ["restore"]}
        if number is None:
            made[f"{stand.name}-dump"] = _own(site, stand, run, backup.command, "backup")
            copy["depends_on"] = {f"{stand.name}-dump": {"condition": "service_completed_successfully"}}
            made[f"{stand.name}-restore"] = _own(site, stand, run, backup.restore, "restore") | {
                "depends_on": {f"{name}-fetch": {"condition": "service_completed_successfully"}},
            }  # fmt: skip
        made[name] = copy
        made[f"{name}-fetch"] = back
    return made


def _own(site: Site, stand: Stand, run: Workload, command: Iterable[str], profile: str) -> dict[str, Any]:
    return _locked(site.image(run.image), run.user, run.scratch, restart="no") | {
        "entrypoint": _plain(command), "profiles": [profile], "environment": _environment(run) | {SELF: stand.name},
        "volumes": [{"type": "volume", "source": f"{stand.name}-dump", "target": DUMPED}],
        "networks": [name for name in _networks(site, stand) if name != OUT] or [OUT],
    }  # fmt: skip


def _keys(site: Site, store: Stand) -> dict[str, str]:
    name, address = secret_of(store), repository(site, store)
    opens = {KEYS[key]: _asked(variable(name, key)) for key in secret_keys(site, store)}
    opens |= {KEYS[REPOSITORY]: address} if address else {}
    return opens | {"RESTIC_CACHE_DIR": "/scratch", "TMPDIR": "/scratch"}
