"""The ``configuration`` of a plan: which resource names which, and what each provider block says.

Terraform prints an expression as a constant or as the list of what it refers to; what it does with a reference isn't
printed. A provider's argument that refers to one variable is taken to be that variable, by a caller who then checks that
the value is one of the provider's regions. Locals aren't printed at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from egide.infrastructure.drafts import NOTHING_SAID, Configured, Told, joined, referred
from egide.infrastructure.resources import UNKNOWN
from egide.infrastructure.values import is_secret

MOST_STEPS = 60


class _Resource(msgspec.Struct):
    mode: str = "managed"
    type: str = ""
    name: str = ""
    provider_config_key: str = ""
    expressions: dict[str, Any] = {}


class _Call(msgspec.Struct):
    source: str = ""
    expressions: dict[str, Any] = {}
    module: _Module | None = None


class _Module(msgspec.Struct):
    resources: list[_Resource] = []
    module_calls: dict[str, _Call] = {}
    variables: dict[str, Any] = {}
    outputs: dict[str, Any] = {}


class _Block(msgspec.Struct):
    name: str = ""
    module_address: str = ""
    expressions: dict[str, Any] = {}


class _Configuration(msgspec.Struct):
    provider_config: dict[str, _Block] = {}
    root_module: _Module = msgspec.field(default_factory=_Module)


@dataclass(slots=True)
class Written:
    """What the configuration says of a resource."""

    references: Mapping[str, tuple[str, ...]]
    key: str
    """Of its provider block."""


@dataclass(slots=True)
class _Scope:
    module: _Module
    address: str
    call: _Call | None
    parent: _Scope | None


@dataclass(frozen=True, slots=True)
class Configuration:
    """What can be looked up in the configuration of a plan."""

    resources: Mapping[str, Written] = field(default_factory=dict)
    blocks: Mapping[str, Configured] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    """Of each module's address, where its code is: ``./modules/web``."""

    def configured(self, written: Written | None, provider: str) -> Configured:
        """The provider block of a resource."""
        return self.blocks.get(written.key if written else provider, NOTHING_SAID)


NO_CONFIGURATION = Configuration()


def read_configuration(content: bytes, variables: Mapping[str, Any]) -> Configuration:
    """The configuration of a plan, given the values of its variables. Raises `msgspec.MsgspecError`."""
    if content == b"null":
        return NO_CONFIGURATION
    read = msgspec.json.decode(content, type=_Configuration)
    scopes = {scope.address: scope for scope in _scopes(read.root_module)}
    resolver = _Resolver(scopes, variables)
    resources: dict[str, Written] = {}
    for scope in scopes.values():
        for resource in scope.module.resources:
            name = f"{resource.type}.{resource.name}"
            base = joined(scope.address, f"data.{name}" if resource.mode == "data" else name)
            resources[base] = Written(resolver.references(resource.expressions, scope), resource.provider_config_key)
    blocks = {key: resolver.block(block) for key, block in read.provider_config.items()}
    sources = {scope.address: scope.call.source for scope in scopes.values() if scope.call}
    return Configuration(resources, blocks, sources)


def _scopes(root: _Module) -> Iterator[_Scope]:
    waiting = [_Scope(root, "", None, None)]
    while waiting:
        scope = waiting.pop()
        yield scope
        for name, call in scope.module.module_calls.items():
            if call.module is not None:
                waiting.append(_Scope(call.module, joined(scope.address, f"module.{name}"), call, scope))


class _Resolver:
    """Follows references through variables, calls and outputs of modules."""

    def __init__(self, scopes: Mapping[str, _Scope], variables: Mapping[str, Any]) -> None:
        self._scopes = scopes
        self._variables = variables

    def references(self, expressions: Mapping[str, Any], scope: _Scope) -> dict[str, tuple[str, ...]]:
        """By attribute, the resources that it names."""
        found: dict[str, tuple[str, ...]] = {}
        for name, expression in expressions.items():
            if isinstance(expression, dict) and "constant_value" in expression:
                continue
            if targets := dict.fromkeys(self._resources(expression, scope, 0)):
                found[name] = tuple(targets)
        return found

    def _resources(self, expression: object, scope: _Scope, steps: int) -> Iterator[str]:
        if steps > MOST_STEPS:
            return
        if isinstance(expression, list):
            for one in expression:
                yield from self._resources(one, scope, steps + 1)
        elif isinstance(expression, dict):
            named = expression.get("references")
            if isinstance(named, list):
                for reference in named:
                    if isinstance(reference, str):
                        yield from self._referred(reference, scope, steps + 1)
            elif "constant_value" not in expression:
                for one in expression.values():
                    yield from self._resources(one, scope, steps + 1)

    def _referred(self, reference: str, scope: _Scope, steps: int) -> Iterator[str]:
        if target := referred(reference):
            yield joined(scope.address, target)
            return
        parts = reference.split(".")
        if len(parts) < 2:
            return
        if parts[0] == "var" and scope.call and scope.parent:
            yield from self._resources(scope.call.expressions.get(parts[1]), scope.parent, steps)
        elif parts[0] == "module" and len(parts) > 2:
            inner = self._scopes.get(joined(scope.address, f"module.{parts[1].split('[')[0]}"))
            output = inner.module.outputs.get(parts[2].split("[")[0]) if inner else None
            if inner and isinstance(output, dict):
                yield from self._resources(output.get("expression"), inner, steps)

    def block(self, block: _Block) -> Configured:
        """What a provider block says, its variables followed."""
        scope = self._scopes.get(block.module_address)
        if scope is None:
            return NOTHING_SAID
        values: dict[str, Told] = {}
        targets: dict[str, None] = {}
        for name, expression in _flat(block.expressions):
            if is_secret(name):
                continue
            values[name] = self._value(expression, scope, 0)
            targets |= dict.fromkeys(self._resources(expression, scope, 0))
        return Configured(values, tuple(targets))

    def _value(self, expression: object, scope: _Scope, steps: int) -> Told:
        if not isinstance(expression, dict) or steps > MOST_STEPS:
            return Told(UNKNOWN)
        if "constant_value" in expression:
            return Told(expression["constant_value"])
        named = [one for one in expression.get("references") or [] if isinstance(one, str)]
        names = {one.split(".")[1] for one in named if one.startswith("var.") and one.count(".") >= 1}
        if len(names) != 1 or any(not one.startswith("var.") for one in named):
            return Told(UNKNOWN)
        name = names.pop()
        if scope.call and scope.parent and name in scope.call.expressions:
            return Told(self._value(scope.call.expressions[name], scope.parent, steps + 1).value, "variable")
        given = self._variables.get(name) if scope.parent is None else None
        if isinstance(given, dict) and given.get("value") is not None:
            return Told(given["value"], "variable")
        default = scope.module.variables.get(name)
        return Told(default.get("default", UNKNOWN) if isinstance(default, dict) else UNKNOWN, "variable")


def _flat(expressions: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    """The arguments of a block, those of blocks inside it as ``endpoints.s3``."""
    for name, expression in expressions.items():
        inner = expression if isinstance(expression, list) else [expression]
        for one in inner:
            if isinstance(one, dict) and "constant_value" not in one and "references" not in one:
                yield from ((f"{name}.{under}", each) for under, each in one.items())
            else:
                yield name, one
