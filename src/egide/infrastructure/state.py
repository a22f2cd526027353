"""Reads `terraform.tfstate` (version 4): what Terraform or OpenTofu last knew of what it manages.

A state holds no provider block: places come from attributes, identifiers and dependencies. Secrets lie in a state in
clear; what it lists as sensitive, and what is called like a secret, is dropped here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from egide.infrastructure.drafts import Draft, joined, provider_name, without_index
from egide.infrastructure.plan import BAD_RESOURCE, Drafts, unreadable
from egide.infrastructure.resources import SENSITIVE, Where
from egide.infrastructure.values import told, utf_8
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.findings import Problem
from egide.vocabulary.language import N_

VERSION = 4
OTHER_VERSION = N_("a state of version {version}; version 4 is read")
ENCRYPTED = N_("an encrypted state, which only OpenTofu with its key can read")
HOW_TO_SHOW = N_("write it with `terraform show -json > state.json`, or `tofu show -json`")
PROVIDER = re.compile(r"provider\[\"(?P<source>[^\"]+)\"\]")


class _Instance(msgspec.Struct):
    index_key: int | str | None = None
    attributes: Any = None
    sensitive_attributes: list[Any] = []
    dependencies: list[str] = []
    deposed: str = ""


class _Resource(msgspec.Struct):
    type: str
    name: str
    mode: str = "managed"
    module: str = ""
    provider: str = ""
    instances: list[msgspec.Raw] = []


class _State(msgspec.Struct):
    version: int | None = None
    resources: list[msgspec.Raw] = []
    encrypted_data: str | None = None


def read_state(content: bytes, file: str) -> Drafts:
    """The resources of a state. Raises `InputError` when the whole can't be used."""
    content = utf_8(content, file)
    try:
        state = msgspec.json.decode(content, type=_State)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise unreadable(error, content, file) from error
    if state.encrypted_data is not None:
        raise InputError(ENCRYPTED, Location(file), HOW_TO_SHOW)
    if state.version != VERSION:
        raise InputError(OTHER_VERSION, Location(file, path="version"), HOW_TO_SHOW, {"version": state.version})
    read = Drafts("state")
    for index, raw in enumerate(state.resources):
        path = f"resources[{index}]"
        try:
            resource = msgspec.json.decode(raw, type=_Resource)
        except (msgspec.MsgspecError, RecursionError) as error:
            read.problems.append(Problem(Location(file, path=path), BAD_RESOURCE, {"problem": str(error)}))
            continue
        for number, each in enumerate(resource.instances):
            _instance(resource, each, file, f"{path}.instances[{number}]", read)
    return read


def _instance(resource: _Resource, raw: msgspec.Raw, file: str, path: str, read: Drafts) -> None:
    try:
        instance = msgspec.json.decode(raw, type=_Instance)
    except (msgspec.MsgspecError, RecursionError) as error:
        read.problems.append(Problem(Location(file, path=path), BAD_RESOURCE, {"problem": str(error)}))
        return
    mode: Literal["managed", "data"] = "data" if resource.mode == "data" else "managed"
    name = f"{resource.type}.{resource.name}"
    key = instance.index_key
    index = "" if key is None else f'["{key}"]' if isinstance(key, str) else f"[{key}]"
    address = joined(resource.module, (f"data.{name}" if mode == "data" else name) + index)
    source = PROVIDER.search(resource.provider)
    provider = provider_name(source["source"]) if source else resource.type.split("_", 1)[0]
    values = told(instance.attributes)
    for marked in instance.sensitive_attributes:
        values = _hidden(values, marked if isinstance(marked, list) else [])
    references = {"dependencies": tuple(instance.dependencies)} if instance.dependencies else {}
    draft = Draft(address, without_index(address), resource.type, provider, values if isinstance(values, Mapping) else {},
                  Where(file, None, path), "state", "no-op", mode, references)  # fmt: skip
    if instance.deposed:
        read.destroyed.append(draft)
    else:
        (read.data if mode == "data" else read.resources).append(draft)


def _hidden(values: object, steps: list[object]) -> object:
    """The values without what stands at the path that a state marks as sensitive."""
    if not steps:
        return SENSITIVE
    step = steps[0]
    at = step.get("value") if isinstance(step, dict) else step
    if isinstance(at, dict):
        at = at.get("value")
    if isinstance(values, dict) and isinstance(at, str) and at in values:
        return {**values, at: _hidden(values[at], steps[1:])}
    if isinstance(values, list) and isinstance(at, int) and not isinstance(at, bool) and 0 <= at < len(values):
        return [*values[:at], _hidden(values[at], steps[1:]), *values[at + 1 :]]
    return values
