"""Reads `terraform show -json`: plans and states, and OpenTofu's alike (JSON output format 1.x).

A resource that the plan creates, changes or leaves stands in ``resource_changes``; one that it destroys is kept apart;
data sources are no resources, yet they can tell where those stand that name them. Modules nest as they will.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from egide.infrastructure.configuration import NO_CONFIGURATION, Configuration, read_configuration
from egide.infrastructure.drafts import Draft, provider_name, without_index
from egide.infrastructure.resources import Where
from egide.infrastructure.values import told, utf_8
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.findings import Problem
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.infrastructure.resources import Form

NOTHING = msgspec.Raw(b"null")
UNREADABLE = N_("not readable as JSON: {problem}")
CUT_OFF = N_("the file is cut off: it ends at byte {byte}, before its JSON does")
BAD_RESOURCE = N_("this resource can't be read: {problem}")
NOT_A_PLAN = N_("neither a plan nor a state: no `resource_changes`, no `planned_values`, no `values`")
HOW_TO_PLAN = N_("write it with `terraform show -json plan.out > plan.json`, or `tofu show -json`")
BINARY = N_("a plan in its binary form, which only the tool that made it can read")
STREAM = N_("the messages of `terraform plan -json`, not the plan")
ERRORED = N_("the plan says of itself that it failed: what it lists may not be all")


class _Change(msgspec.Struct):
    actions: list[str] = []
    before: msgspec.Raw = NOTHING
    after: Any = None
    after_unknown: Any = False
    after_sensitive: Any = False


class _Resource(msgspec.Struct):
    address: str
    type: str
    mode: str = "managed"
    provider_name: str = ""
    module_address: str = ""
    deposed: str = ""
    change: _Change | None = None
    values: Any = None
    sensitive_values: Any = False


class _Addressed(msgspec.Struct):
    address: str


class _Module(msgspec.Struct):
    resources: list[msgspec.Raw] = []
    child_modules: list[_Module] = []


class _Values(msgspec.Struct):
    root_module: _Module | None = None


class _State(msgspec.Struct):
    values: _Values | None = None


class _Plan(msgspec.Struct):
    resource_changes: list[msgspec.Raw] | None = None
    planned_values: msgspec.Raw = NOTHING
    prior_state: msgspec.Raw = NOTHING
    configuration: msgspec.Raw = NOTHING
    values: msgspec.Raw = NOTHING
    variables: dict[str, Any] = {}
    errored: bool = False
    complete: bool = True


_PLAN = msgspec.json.Decoder(_Plan)
_RESOURCE = msgspec.json.Decoder(_Resource)
_ADDRESS = msgspec.json.Decoder(_Addressed)
_VALUES = msgspec.json.Decoder(_Values)


@dataclass(slots=True)
class Drafts:
    """What a reader found in one file."""

    form: Form
    resources: list[Draft] = field(default_factory=list)
    destroyed: list[Draft] = field(default_factory=list)
    data: list[Draft] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    configuration: Configuration = NO_CONFIGURATION
    complete: bool = True
    """Whether the plan is about all that its code declares (``-target`` makes it about less)."""


def read_plan(content: bytes, file: str) -> Drafts:
    """The resources of a plan, or of a state as `show -json` prints it.

    Raises `InputError` when the whole can't be used; a resource that can't is a problem, and the rest goes on.
    """
    content = utf_8(content, file)
    _refuse_other_forms(content, file)
    try:
        plan = _PLAN.decode(content)
        configuration = read_configuration(bytes(plan.configuration), plan.variables)
        if plan.resource_changes is not None:
            read = Drafts("plan", configuration=configuration)
            _changes(plan.resource_changes, file, read)
            _unlisted(plan.planned_values, file, read)
        else:
            read = _values(plan, file, configuration)
        read.data += _prior(plan.prior_state, file, configuration)
    except RecursionError as error:
        raise InputError(UNREADABLE, Location(file), values={"problem": N_("nested too deeply")}) from error
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise unreadable(error, content, file) from error
    read.complete = plan.complete and not plan.errored
    if plan.errored:
        read.problems.append(Problem(Location(file, path="errored"), ERRORED))
    return read


def unreadable(error: Exception, content: bytes, file: str) -> InputError:
    """The refusal of what isn't JSON, or isn't the JSON that was expected."""
    if "truncated" in str(error):
        return InputError(CUT_OFF, Location(file), values={"byte": len(content)})
    return InputError(UNREADABLE, Location(file), values={"problem": str(error)})


def _refuse_other_forms(content: bytes, file: str) -> None:
    if content.startswith(b"PK\x03\x04"):
        raise InputError(BINARY, Location(file), HOW_TO_PLAN)
    head = content[:2000]
    if b'"@level"' in head and b'"@message"' in head:
        raise InputError(STREAM, Location(file), HOW_TO_PLAN)


def _changes(changes: list[msgspec.Raw], file: str, read: Drafts) -> None:
    for index, raw in enumerate(changes):
        path = f"resource_changes[{index}]"
        try:
            resource = _RESOURCE.decode(raw)
        except (msgspec.MsgspecError, RecursionError) as error:
            read.problems.append(Problem(Location(file, path=path), BAD_RESOURCE, {"problem": str(error)}))
            continue
        change = resource.change or _Change()
        if "delete" in change.actions and "create" not in change.actions:
            values = _decoded(change.before)
            read.destroyed.append(_draft(resource, told(values), file, path, "plan", "delete", read.configuration))
            continue
        values = told(change.after, change.after_unknown, change.after_sensitive)
        draft = _draft(resource, values, file, path, "plan", _action(change.actions), read.configuration)
        (read.data if draft.mode == "data" else read.resources).append(draft)


def _unlisted(raw: msgspec.Raw, file: str, read: Drafts) -> None:
    """What stands among the planned values and in no change: it exists all the same."""
    listed = {draft.address for draft in (*read.resources, *read.data)}
    for path, each in _each(_VALUES.decode(raw).root_module if _said(raw) else None, "planned_values.root_module"):
        try:
            if _ADDRESS.decode(each).address not in listed:
                read.resources.append(_valued(_RESOURCE.decode(each), file, path, "plan", "no-op", read.configuration))
        except (msgspec.MsgspecError, RecursionError) as error:
            read.problems.append(Problem(Location(file, path=path), BAD_RESOURCE, {"problem": str(error)}))


def _said(raw: msgspec.Raw) -> bool:
    return bytes(memoryview(raw)[:4]) != b"null"


def _action(actions: list[str]) -> str:
    if "delete" in actions:
        return "replace"
    return actions[0] if actions else "no-op"


def _decoded(raw: msgspec.Raw) -> object:
    return msgspec.json.decode(raw)


def _values(plan: _Plan, file: str, configuration: Configuration) -> Drafts:
    """A state, or a plan of before ``resource_changes``."""
    of_plan = _said(plan.planned_values)
    raw = plan.planned_values if of_plan else plan.values
    if not _said(raw):
        raise InputError(NOT_A_PLAN, Location(file), HOW_TO_PLAN)
    form: Form = "plan" if of_plan else "state"
    read = Drafts(form, configuration=configuration)
    root = _VALUES.decode(raw).root_module
    for path, each in _each(root, "planned_values.root_module" if of_plan else "values.root_module"):
        try:
            resource = _RESOURCE.decode(each)
        except (msgspec.MsgspecError, RecursionError) as error:
            read.problems.append(Problem(Location(file, path=path), BAD_RESOURCE, {"problem": str(error)}))
            continue
        draft = _valued(resource, file, path, form, "create" if of_plan else "no-op", configuration)
        (read.data if draft.mode == "data" else read.resources).append(draft)
    return read


def _each(module: _Module | None, path: str) -> Iterator[tuple[str, msgspec.Raw]]:
    """Every resource of a module and of those inside it, with its JSON path."""
    waiting = [(module, path)] if module else []
    while waiting:
        one, at = waiting.pop()
        yield from ((f"{at}.resources[{index}]", raw) for index, raw in enumerate(one.resources))
        waiting += [(child, f"{at}.child_modules[{index}]") for index, child in reversed(list(enumerate(one.child_modules)))]


def _prior(raw: msgspec.Raw, file: str, configuration: Configuration) -> list[Draft]:
    """The data sources that were read before the plan; what is wrong there costs only what they would have told."""
    if not _said(raw):
        return []
    try:
        state = msgspec.json.decode(raw, type=_State)
        if state.values is None:
            return []
        found = [(path, _RESOURCE.decode(each)) for path, each in _each(state.values.root_module, "prior_state.values.root_module")
                 if b'"data"' in bytes(memoryview(each)[:400])]  # fmt: skip
    except (msgspec.MsgspecError, RecursionError):
        return []
    return [_valued(one, file, path, "plan", "read", configuration) for path, one in found if one.mode == "data"]


def _valued(resource: _Resource, file: str, path: str, form: Form, action: str, configuration: Configuration) -> Draft:
    return _draft(resource, told(resource.values, False, resource.sensitive_values), file, path, form, action, configuration)


def _draft(resource: _Resource, values: object, file: str, path: str, form: Form, action: str, configuration: Configuration) -> Draft:
    base = without_index(resource.address)
    written = configuration.resources.get(base)
    provider = provider_name(resource.provider_name) or resource.type.split("_", 1)[0]
    mode: Literal["managed", "data"] = "data" if resource.mode == "data" else "managed"
    return Draft(
        resource.address, base, resource.type, provider, values if isinstance(values, Mapping) else {}, Where(file, None, path), form,
        action, mode, written.references if written else {}, configuration.configured(written, provider),
    )  # fmt: skip
