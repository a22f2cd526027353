"""From modules to resources: variables, locals, calls of modules and provider blocks, followed as far as they are static.

What is counted (`count`, `for_each`) is told apart when the count is static, and is one resource with unknown values else. A
module that isn't at hand (a registry's, a repository's) stands as one resource whose place is unknown: what it holds isn't passed over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from egide.infrastructure.drafts import NOTHING_SAID, Configured, Draft, Told, joined, provider_name
from egide.infrastructure.hcl.evaluating import value_of
from egide.infrastructure.hcl.modules import Module, Placed, local_folder
from egide.infrastructure.hcl.scope import Instance, Scope, Steps
from egide.infrastructure.hcl.syntax import Block, Expression, From, Literal, Traversal, traversals
from egide.infrastructure.plan import Drafts
from egide.infrastructure.resources import SENSITIVE, UNKNOWN, By, Where, Withheld
from egide.infrastructure.values import is_secret, secret_name, told
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_

MOST_INSTANCES = 1_000
MOST_RESOURCES = 200_000
MOST_DEPTH = 40
OWN = frozenset({"count", "for_each", "provider", "depends_on", "lifecycle", "source", "version", "providers"})
COUNTED = frozenset({"count", "for_each"})
MODULE = "module"
"""The type, and the provider, of a module that isn't at hand."""
IN_CIRCLE = N_("the modules call each other in a circle: {path}")
TOO_DEEP = N_("modules inside modules, more than {limit} deep")
TOO_MANY = N_("more than {limit} resources")


def configure(root: Module, modules: Mapping[str, Module], values: Mapping[str, object]) -> Drafts:
    """The resources of a root module, given the modules that are at hand and the values of its variables.

    Raises `InputError` on modules that call each other in a circle.
    """
    read = Drafts("hcl")
    scope = Scope(root, "", {**{name: value_of(one, Instance()) for name, one in root.values.items()}, **values}, None, Steps())
    _Expansion(modules, read).module(scope, "", {}, (root.folder,))
    return read


def roots(modules: Mapping[str, Module]) -> list[Module]:
    """The modules that no other calls; when all are called, they go in a circle. Raises `InputError`."""
    called = {folder for module in modules.values() for folder in module.called()}
    found = [module for folder, module in modules.items() if folder not in called]
    if modules and not found:
        circle = _circle(modules)
        raise InputError(IN_CIRCLE, Location(circle[0] or "."), values={"path": " → ".join(one or "." for one in circle)})
    return found


def _circle(modules: Mapping[str, Module]) -> list[str]:
    path = [next(iter(modules))]
    while True:
        following = next(folder for folder in modules[path[-1]].called() if folder in modules)
        if following in path:
            return [*path[path.index(following) :], following]
        path.append(following)


@dataclass(slots=True)
class _Expansion:
    modules: Mapping[str, Module]
    read: Drafts
    drafted: int = field(default=0)

    def module(self, scope: Scope, address: str, inherited: Mapping[str, Configured], path: tuple[str, ...]) -> None:
        """All that a module declares, and the modules that it calls."""
        if len(path) > MOST_DEPTH:
            raise InputError(TOO_DEEP, Location(scope.module.folder or "."), values={"limit": MOST_DEPTH})
        for name, placed in scope.module.calls.items():
            folder = local_folder(scope.module.folder, placed.block)
            if folder and folder in self.modules and not COUNTED & placed.block.attributes.keys():
                scope.inner[name] = self._inside(scope, Instance(scope), name, placed, self.modules[folder])
        providers = {**inherited, **_providers(scope)}
        for name, placed in scope.module.calls.items():
            self._call(scope, name, placed, address, providers, path)
        for name, placed in scope.module.resources.items():
            for key, instance in _instances(placed.block, scope):
                self._draft(scope, instance, name, placed, address, key, providers)

    def _call(self, scope: Scope, name: str, placed: Placed, address: str, providers: Mapping[str, Configured],
              path: tuple[str, ...]) -> None:  # fmt: skip
        folder = local_folder(scope.module.folder, placed.block)
        module = self.modules.get(folder) if folder else None
        if folder in path:
            circle = [*path[path.index(folder) :], folder]
            at = Location(placed.file, row=placed.block.line)
            raise InputError(IN_CIRCLE, at, values={"path": " → ".join(one or "." for one in circle)})
        for key, instance in _instances(placed.block, scope):
            inner_address = joined(address, f"module.{name}") + key
            if module is None or folder is None:
                source = placed.block.expression("source")
                attributes = {"source": value_of(source, instance) if source else UNKNOWN}
                where = Where(placed.file, placed.block.line, inner_address)
                base = joined(scope.base, f"module.{name}")
                self._add(Draft(inner_address, base, MODULE, MODULE, attributes, where, "hcl"))
                continue
            inner = scope.inner.get(name) or self._inside(scope, instance, name, placed, module)
            self.module(inner, inner_address, _passed(placed.block, providers), (*path, folder))

    @staticmethod
    def _inside(scope: Scope, instance: Instance, name: str, placed: Placed, module: Module) -> Scope:
        given = {one: (attribute.expression, instance) for one, attribute in placed.block.attributes.items() if one not in OWN}
        return Scope(module, joined(scope.base, f"module.{name}"), {}, scope, scope.steps, given)

    def _draft(self, scope: Scope, instance: Instance, name: str, placed: Placed, address: str, key: str,
               providers: Mapping[str, Configured]) -> None:  # fmt: skip
        block = placed.block
        kind = block.labels[0]
        local = provider_of(block)
        source = scope.module.sources.get(local.split(".")[0], local.split(".")[0])
        attributes = told(body_of(block, instance))
        derived = frozenset(one for one, attribute in block.attributes.items() if _derived(attribute.expression))
        full = joined(address, name) + key
        draft = Draft(
            full, joined(scope.base, name), kind, provider_name(source), attributes if isinstance(attributes, dict) else {},
            Where(placed.file, block.line, full), "hcl", "create", "data" if block.type == "data" else "managed",
            references_of(block, scope), providers.get(local, NOTHING_SAID), derived,
        )  # fmt: skip
        self._add(draft)

    def _add(self, draft: Draft) -> None:
        self.drafted += 1
        if self.drafted > MOST_RESOURCES:
            raise InputError(TOO_MANY, Location(draft.where.file), values={"limit": MOST_RESOURCES})
        (self.read.data if draft.mode == "data" else self.read.resources).append(draft)


def provider_of(block: Block) -> str:
    """The local name of a resource's provider, with its alias: ``aws.paris``."""
    chosen = block.expression("provider")
    if isinstance(chosen, Traversal):
        return ".".join((chosen.root, *(step for step in chosen.steps if isinstance(step, str))))
    if isinstance(chosen, Literal) and isinstance(chosen.value, str):
        return chosen.value
    return block.labels[0].split("_", 1)[0]


def _instances(block: Block, scope: Scope) -> Iterator[tuple[str, Instance]]:
    """Each instance's index as an address writes it, and its names."""
    if (expression := block.expression("count")) is not None:
        count = value_of(expression, Instance(scope))
        if isinstance(count, (int, float)) and not isinstance(count, bool) and 0 <= count <= MOST_INSTANCES:
            yield from ((f"[{index}]", Instance(scope, {"count": {"index": index}})) for index in range(int(count)))
            return
        yield "", Instance(scope, {"count": {"index": UNKNOWN}})
        return
    if (expression := block.expression("for_each")) is not None:
        each = value_of(expression, Instance(scope))
        if isinstance(each, list) and not any(isinstance(one, Withheld) for one in each):
            each = {str(one): one for one in each}
        if isinstance(each, Mapping) and len(each) <= MOST_INSTANCES:
            yield from ((f'["{key}"]', Instance(scope, {"each": {"key": key, "value": value}})) for key, value in each.items())
            return
        yield "", Instance(scope, {"each": UNKNOWN})
        return
    yield "", Instance(scope)


def body_of(block: Block, names: Instance) -> dict[str, object]:
    """The values of a block, as a plan would print them: blocks inside it are lists."""
    values: dict[str, object] = {
        name: SENSITIVE if secret_name(name) else value_of(attribute.expression, names)
        for name, attribute in block.attributes.items() if name not in OWN
    }  # fmt: skip
    for inner in block.blocks:
        if inner.type == "dynamic" and inner.labels:
            values.setdefault(inner.labels[0], [UNKNOWN])
        elif inner.type not in OWN:
            listed = values.setdefault(inner.type, [])
            if isinstance(listed, list):
                listed.append(body_of(inner, names))
    return values


def _derived(expression: Expression) -> bool:
    return any(one.root in ("var", "local", "each") for one in traversals(expression))


def references_of(block: Block, scope: Scope) -> dict[str, tuple[str, ...]]:
    """By attribute, the resources that it names, through variables and outputs of modules."""
    found: dict[str, tuple[str, ...]] = {}
    for name, attribute in block.attributes.items():
        if name != "provider" and (targets := dict.fromkeys(scope.resources_in(attribute.expression))):
            found[name] = tuple(targets)
    for inner in block.blocks:
        if targets := dict.fromkeys(target for each in references_of(inner, scope).values() for target in each):
            found[inner.type] = (*found.get(inner.type, ()), *targets)
    return found


def _providers(scope: Scope) -> dict[str, Configured]:
    """The provider blocks of a module, by local name and alias."""
    found: dict[str, Configured] = {}
    for block in scope.module.providers:
        name = block.labels[0]
        alias = block.expression("alias")
        said = value_of(alias, Instance(scope)) if alias else None
        found[f"{name}.{said}" if isinstance(said, str) else name] = _configured(block, scope)
    return found


def _configured(block: Block, scope: Scope) -> Configured:
    values: dict[str, Told] = {}
    targets: dict[str, None] = {}
    inside = [(f"{inner.type}.{name}", attribute) for inner in block.blocks for name, attribute in inner.attributes.items()]
    for name, attribute in (*block.attributes.items(), *inside):
        targets |= dict.fromkeys(scope.resources_in(attribute.expression))
        by: By = "variable" if _derived(attribute.expression) else "provider-block"
        said = value_of(attribute.expression, Instance(scope))
        blocks = said if isinstance(said, list) else [said]  # JSON writes a block as an object, or as a list of them
        each = [pair for one in blocks if isinstance(one, dict) for pair in one.items()]
        for full, value in ((name, said), *((f"{name}.{inner}", one) for inner, one in each)):
            if not is_secret(full.rsplit(".", 1)[-1]) and not isinstance(value, dict):
                values[full] = Told(value, by)
    return Configured(values, tuple(targets))


def _passed(call: Block, providers: Mapping[str, Configured]) -> dict[str, Configured]:
    """The provider blocks that a called module has: those without alias, and what the call passes."""
    passed = {name: configured for name, configured in providers.items() if "." not in name}
    expression = call.expression("providers")
    pairs = getattr(expression, "pairs", ())
    for key, value in pairs:
        inner, outer = _spelled(key), _spelled(value)
        if inner and outer in providers:
            passed[inner] = providers[outer]
    return passed


def _spelled(expression: Expression) -> str:
    if isinstance(expression, Traversal):
        return ".".join((expression.root, *(step for step in expression.steps if isinstance(step, str))))
    if isinstance(expression, From):
        return ""
    return str(getattr(expression, "value", ""))

