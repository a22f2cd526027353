"""Reads Kubernetes manifests: files of many documents, lists, and what `helm template` or `kustomize build` print; YAML or JSON.

A manifest seldom says where it runs: labels that a pod asks of its node can (`topology.kubernetes.io/region` and `zone`), else the
cluster does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from egide.infrastructure.drafts import NOTHING_SAID, Configured, Draft, Told
from egide.infrastructure.manifests import pod_of
from egide.infrastructure.plan import Drafts
from egide.infrastructure.resources import SENSITIVE, Remark, Where
from egide.infrastructure.values import text, told
from egide.infrastructure.yaml_lines import Document, documents, remarks
from egide.vocabulary.errors import Location
from egide.vocabulary.findings import Problem
from egide.vocabulary.language import N_

NOT_A_MANIFEST = N_("no Kubernetes manifest: it lacks {missing}")
TWICE = N_("{address} stands twice in this file; both are checked")
LABELS = {
    "topology.kubernetes.io/region": "region", "failure-domain.beta.kubernetes.io/region": "region",
    "topology.kubernetes.io/zone": "zone", "failure-domain.beta.kubernetes.io/zone": "zone",
}  # fmt: skip
NOT_APPLIED = frozenset({"kustomize.config.k8s.io", "skaffold", "kind.x-k8s.io", "k3d.io"})
"""Groups of files that look like manifests and that no cluster is given."""


def read_manifests(content: bytes, file: str) -> tuple[Drafts, list[Remark]]:
    """Every resource of the file; raises `InputError` on bytes that are no text."""
    said = text(content, file)
    read = Drafts("kubernetes")
    for document in documents(said, file, read.problems):
        for manifest, line in _manifests(document.value, document):
            _add(manifest, line, document.source, file, read)
    return read, remarks(said, file)


def _manifests(value: object, document: Document) -> Iterator[tuple[object, int]]:
    """The manifest, or those of a list, with their lines."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        items = one.get("items") if isinstance(one, dict) and str(one.get("kind", "")).endswith("List") else None
        if isinstance(items, list):
            waiting += reversed(items)
        else:
            yield one, document.lines.get(id(one), document.line)


def _add(manifest: object, line: int, source: str | None, file: str, read: Drafts) -> None:
    if manifest is None:
        return
    values = manifest if isinstance(manifest, dict) else {}
    kind, version = values.get("kind"), values.get("apiVersion")
    if not isinstance(kind, str) or not isinstance(version, str) or not kind:
        missing = "kind" if isinstance(version, str) else "apiVersion" if isinstance(kind, str) else "apiVersion, kind"
        read.problems.append(Problem(Location(file, row=line), NOT_A_MANIFEST, {"missing": missing}))
        return
    if version.split("/", 1)[0] in NOT_APPLIED:
        return
    metadata = values.get("metadata")
    named = metadata if isinstance(metadata, dict) else {}
    name = next((str(named[key]) for key in ("name", "generateName") if named.get(key) is not None), "")
    space = named.get("namespace")
    address = "/".join((kind, *([str(space)] if space else []), name))
    if any(draft.address == address for draft in read.resources):
        read.problems.append(Problem(Location(file, row=line), TWICE, {"address": address}, rejected=False))
    attributes = told(_without_secrets(kind, values))
    read.resources.append(Draft(
        address, address, kind, "kubernetes", attributes if isinstance(attributes, dict) else {}, Where(file, line, source or address),
        "kubernetes", configured=_asked(kind, values),
    ))  # fmt: skip


def _without_secrets(kind: str, manifest: Mapping[str, object]) -> dict[str, object]:
    if kind != "Secret":
        return dict(manifest)
    return {key: dict.fromkeys(value, SENSITIVE) if key in ("data", "stringData") and isinstance(value, dict) else value
            for key, value in manifest.items()}  # fmt: skip


def _asked(kind: str, manifest: Mapping[str, object]) -> Configured:
    """The region and the zone that the manifest asks of the node it runs on, or of the disk it names."""
    pod = pod_of(kind, manifest)
    labels: dict[str, set[str]] = {}
    selector = pod.get("nodeSelector")
    for key, value in selector.items() if isinstance(selector, dict) else ():
        labels.setdefault(str(key), set()).add(str(value))
    spec = manifest.get("spec") if kind == "PersistentVolume" else {"affinity": pod.get("affinity")}
    for key, values in _expressions(spec, 0):
        labels.setdefault(key, set()).update(values)
    said = {LABELS[key]: Told(next(iter(values)), "attribute") for key, values in labels.items() if key in LABELS and len(values) == 1}
    return Configured(said) if said else NOTHING_SAID


def _expressions(value: object, deep: int) -> Iterator[tuple[str, list[str]]]:
    """What a node must match, under whatever required affinity."""
    if deep > 12:
        return
    if isinstance(value, dict):
        if value.get("operator") == "In" and isinstance(value.get("values"), list):
            yield str(value.get("key")), [str(one) for one in value["values"]]
        for key, inner in value.items():
            if not str(key).startswith(("preferred", "podA")):
                yield from _expressions(inner, deep + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _expressions(inner, deep + 1)
