"""What a module knows by name: its variables, locals, resources and the outputs of modules that it calls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from egide.infrastructure.drafts import joined
from egide.infrastructure.hcl.evaluating import value_of
from egide.infrastructure.hcl.modules import Module
from egide.infrastructure.hcl.syntax import Expression, traversals
from egide.infrastructure.resources import SENSITIVE, UNKNOWN
from egide.infrastructure.values import secret_name

MOST_STEPS = 200_000
MOST_NAMES_DEEP = 60
MOST_FOLLOWED = 200
NOT_RESOURCES = frozenset({"var", "local", "module", "each", "count", "path", "self", "terraform", "data"})


@dataclass(slots=True)
class Steps:
    """How many steps of loops may still be gone, in all modules together."""

    left: int = MOST_STEPS

    def spend(self, steps: int) -> bool:
        """Whether so many may be gone."""
        self.left -= steps
        return self.left >= 0


@dataclass(slots=True)
class Scope:
    """One module as it is called from one place."""

    module: Module
    base: str
    """Its address, without indices."""
    values: Mapping[str, object]
    """Of its variables, given from outside: a root module's."""
    parent: Scope | None
    steps: Steps
    given: Mapping[str, tuple[Expression, Instance]] = field(default_factory=dict)
    """What the call gives to its variables, and the names that hold there."""
    inner: dict[str, Scope] = field(default_factory=dict)
    _known: dict[tuple[str, str], object] = field(default_factory=dict)
    _asked: set[tuple[str, str]] = field(default_factory=set)

    def named(self, root: str, name: str) -> object:
        """The value of ``var.name`` or ``local.name``; `UNKNOWN` when it depends on itself."""
        key = root, name
        if key not in self._known:
            if key in self._asked or len(self._asked) > MOST_NAMES_DEEP:
                return UNKNOWN
            self._asked.add(key)
            self._known[key] = self._variable(name) if root == "var" else self._local(name)
            self._asked.discard(key)
        return self._known[key]

    def _variable(self, name: str) -> object:
        declared = self.module.variables.get(name)
        if declared and (expression := declared.expression("sensitive")) and value_of(expression, Instance()) is True:
            return SENSITIVE
        if secret_name(name):
            return SENSITIVE
        if name in self.given:
            expression, names = self.given[name]
            return value_of(expression, names)
        if name in self.values:
            return self.values[name]
        default = declared.expression("default") if declared else None
        return value_of(default, Instance()) if default is not None else UNKNOWN

    def _local(self, name: str) -> object:
        attribute = self.module.local_values.get(name)
        return value_of(attribute.expression, Instance(self)) if attribute else UNKNOWN

    def attribute(self, resource: str, name: str) -> object:
        """What a resource's block writes for one of its attributes; what the provider makes of it isn't known."""
        placed = self.module.resources.get(resource)
        expression = placed.block.expression(name) if placed else None
        if placed is None or expression is None or "count" in placed.block.attributes or "for_each" in placed.block.attributes:
            return UNKNOWN
        return self._once((resource, name), expression, self)

    def output(self, call: str, name: str) -> object:
        """The output of a module that is called here."""
        scope = self.inner.get(call)
        block = scope.module.outputs.get(name) if scope else None
        expression = block.expression("value") if block else None
        if scope is None or expression is None:
            return UNKNOWN
        return self._once((f"module.{call}", name), expression, scope)

    def _once(self, key: tuple[str, str], expression: Expression, scope: Scope) -> object:
        """The value of an expression, found once; `UNKNOWN` when it depends on itself."""
        if key not in self._known:
            if key in self._asked or len(self._asked) > MOST_NAMES_DEEP:
                return UNKNOWN
            self._asked.add(key)
            self._known[key] = value_of(expression, Instance(scope))
            self._asked.discard(key)
        return self._known[key]

    def resources_in(self, expression: Expression, followed: set[tuple[int, str, str]] | None = None) -> Iterator[str]:
        """The resources that an expression names, as bases, through variables, locals and outputs."""
        followed = set() if followed is None else followed
        for one in traversals(expression):
            names = [step for step in one.steps if isinstance(step, str)]
            if one.root in ("var", "local", "module"):
                name = ".".join(names[: 2 if one.root == "module" else 1])
                key = id(self), one.root, name
                if key not in followed and len(followed) < MOST_FOLLOWED:
                    followed.add(key)
                    yield from self._behind(one.root, names, followed)
            elif one.root == "data" and len(names) > 1:
                yield joined(self.base, f"data.{names[0]}.{names[1]}")
            elif one.root not in NOT_RESOURCES and names:
                yield joined(self.base, f"{one.root}.{names[0]}")

    def _behind(self, root: str, names: list[str], followed: set[tuple[int, str, str]]) -> Iterator[str]:
        """The resources behind a name that stands for an expression."""
        if root == "var" and names and self.parent and names[0] in self.given:
            yield from self.parent.resources_in(self.given[names[0]][0], followed)
        elif root == "local" and names and names[0] in self.module.local_values:
            yield from self.resources_in(self.module.local_values[names[0]].expression, followed)
        elif root == "module" and len(names) > 1 and (scope := self.inner.get(names[0])) and names[1] in scope.module.outputs:
            value = scope.module.outputs[names[1]].expression("value")
            if value is not None:
                yield from scope.resources_in(value, followed)


@dataclass(slots=True)
class Instance:
    """The names that hold in one instance of a block: the module's, and its own ``count`` or ``each``."""

    scope: Scope | None = None
    own: Mapping[str, object] = field(default_factory=dict)

    def spend(self, steps: int) -> bool:
        """Whether so many more steps may be gone."""
        return self.scope.steps.spend(steps) if self.scope else steps < MOST_STEPS

    def look_up(self, root: str, steps: tuple[str | Expression, ...]) -> tuple[object, int]:
        """The value of a name, and how many of its steps were used up in finding it."""
        if root in self.own:
            return self.own[root], 0
        words = [step for step in steps[:4] if isinstance(step, str)]
        if self.scope is None or not words:
            return UNKNOWN, len(steps)
        if root in ("var", "local"):
            return self.scope.named(root, words[0]), 1
        if root == "module":
            return (self.scope.output(words[0], words[1]), 2) if len(words) > 1 and steps[1] == words[1] else (UNKNOWN, len(steps))
        if root == "data":
            return UNKNOWN, len(steps)
        if root not in NOT_RESOURCES and len(steps) > 1 and isinstance(steps[1], str):
            return self.scope.attribute(f"{root}.{words[0]}", steps[1]), 2
        return UNKNOWN, len(steps)

