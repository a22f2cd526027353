"""The one Jinja that fills templates: fields, conditions and loops, nothing that computes, calls or reaches further.

A template comes from a stranger. Three fences, any one of which would do: only a short list of syntax is accepted before
anything is compiled; a field is looked up in the context's own dictionaries and nowhere else, in Jinja's immutable
sandbox; and the output and the number of turns are counted while it runs.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NoReturn

from jinja2 import StrictUndefined, Undefined, nodes
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from egide.papers.notes.healing import BLOCK, COMMENT, VARIABLE
from egide.vocabulary.language import N_

MAX_OUTPUT_CHARACTERS = 8_000_000
MAX_TURNS = 20_000
MAX_LOOPS_INSIDE = 4
NO_FIELD = N_("there is no field `{name}`")
TICK = "\x08"
"""Marks one turn of a loop in the output; no XML can hold it, so it is counted and taken out."""

ALLOWED: tuple[type[nodes.Node], ...] = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Getitem, nodes.Const, nodes.For,
    nodes.If, nodes.Filter, nodes.Test, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.CondExpr,
    nodes.Concat, nodes.Keyword,
)  # fmt: skip
LOOP = ("index", "index0", "revindex", "first", "last", "length")
TESTS = ("defined", "undefined", "none", "odd", "even")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class RefusedError(Exception):
    """A template reaches beyond what it may: a message of the catalogue, its values, and the line when it is known."""

    def __init__(self, message: str, values: Mapping[str, object] | None = None, line: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.values = dict(values or {})
        self.line = line


class _Missing(StrictUndefined):
    """A field that is not there: said with those that are near it."""

    __slots__ = ()

    def _refuse(self, *_: object) -> NoReturn:
        name = str(self._undefined_name)
        known = [str(key) for key in self._undefined_obj] if isinstance(self._undefined_obj, Mapping) else []
        if known:
            near = difflib.get_close_matches(name, known, n=3) or known
            raise RefusedError(N_("there is no field `{name}` here; there are: {near}"), {"name": name, "near": ", ".join(near)})
        raise RefusedError(NO_FIELD, {"name": name})

    __iter__ = __str__ = __len__ = __eq__ = __ne__ = __bool__ = __hash__ = __contains__ = _refuse


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja for one format: escaping for XML, a line break where a value has a new line."""

    def __init__(self, line_break: str) -> None:
        super().__init__(
            block_start_string=BLOCK[0], block_end_string=BLOCK[1],
            variable_start_string=VARIABLE[0], variable_end_string=VARIABLE[1],
            comment_start_string=COMMENT[0], comment_end_string=COMMENT[1],
            autoescape=True, undefined=_Missing, keep_trailing_newline=True, cache_size=0,
            finalize=lambda value: _written(value, line_break),
        )  # fmt: skip
        self.globals.clear()
        self.filters = dict(FILTERS)
        self.tests = {name: test for name, test in self.tests.items() if name in TESTS}

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A field of a dictionary, or what a loop says of itself."""
        if isinstance(obj, Mapping) and attribute in obj:
            return obj[attribute]
        if isinstance(obj, LoopContext) and attribute in LOOP:
            return super().getattr(obj, attribute)
        return self.undefined(obj=obj, name=attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """A field of a dictionary or a place in a list."""
        if isinstance(obj, Mapping) and isinstance(argument, str):
            return self.getattr(obj, argument)
        if isinstance(obj, list) and isinstance(argument, int) and -len(obj) <= argument < len(obj):
            return obj[argument]
        return self.undefined(obj=obj, name=str(argument))

    def checked(self, source: str) -> nodes.Template:
        """The source parsed, refused when it holds anything beyond the accepted syntax, each loop's turns marked.

        Raises `RefusedError` and Jinja's `TemplateSyntaxError`.
        """
        tree = self.parse(source)
        _refuse(tree, 0)
        for loop in tree.find_all(nodes.For):
            loop.body.insert(0, nodes.Output([nodes.TemplateData(TICK)], lineno=loop.lineno))
        return tree


def filled(pieces: Iterator[str]) -> str:
    """The output of a template, given up when it grows out of bounds.

    Raises `RefusedError`.
    """
    out: list[str] = []
    size = turns = 0
    for piece in pieces:
        turns += piece == TICK
        size += len(piece)
        if turns > MAX_TURNS:
            raise RefusedError(N_("its loops turn more than {limit} times"), {"limit": MAX_TURNS})
        if size > MAX_OUTPUT_CHARACTERS:
            raise RefusedError(N_("it writes more than {limit} characters"), {"limit": MAX_OUTPUT_CHARACTERS})
        if piece != TICK:
            out.append(piece)
    return "".join(out)


def _refuse(node: nodes.Node, loops: int) -> None:
    """Walk the tree and refuse what is not on the list."""
    line = node.lineno or 1
    if not isinstance(node, ALLOWED):
        raise RefusedError(N_("`{what}` is not accepted in a template"), {"what": type(node).__name__.lower()}, line)
    if isinstance(node, nodes.Name) and node.name.startswith("_"):
        raise RefusedError(NO_FIELD, {"name": node.name}, line)
    if isinstance(node, nodes.Getattr) and node.attr.startswith("_"):
        raise RefusedError(NO_FIELD, {"name": node.attr}, line)
    if isinstance(node, nodes.For):
        loops += 1
        if node.recursive or loops > MAX_LOOPS_INSIDE:
            raise RefusedError(N_("more than {limit} loops inside one another"), {"limit": MAX_LOOPS_INSIDE}, line)
    for child in node.iter_child_nodes():
        _refuse(child, loops)


def _written(value: Any, line_break: str) -> Any:
    """A value as XML text. A list is not a text: it is looped over or joined."""
    if isinstance(value, Undefined):
        return str(value)
    if not isinstance(value, (str, int)):
        raise RefusedError(N_("a list or a group of fields cannot be printed; loop over it, or name a field of it"))
    clean = _ILLEGAL.sub("\ufffd", str(value)).replace("\r\n", "\n").replace("\r", "\n")
    return Markup(line_break.join(str(escape(line)) for line in clean.split("\n")))  # noqa: S704 - escaped line by line


def _join(items: Any, between: str = "") -> str:
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        raise RefusedError(N_("`join` takes a list of texts"))
    return between.join(items)


def _default(value: Any, instead: str = "", empty_too: bool = False) -> Any:
    return instead if isinstance(value, Undefined) or (empty_too and not value) else value


def _end(items: Any, place: int) -> Any:
    if not isinstance(items, (list, str)) or not items:
        raise RefusedError(N_("`first` and `last` take a list that is not empty"))
    return items[place]


def _length(items: Any) -> int:
    if not isinstance(items, Sequence):
        raise RefusedError(N_("`length` takes a list or a text"))
    return len(items)


FILTERS = {
    "default": _default,
    "first": lambda items: _end(items, 0),
    "join": _join,
    "last": lambda items: _end(items, -1),
    "length": _length,
    "lower": lambda text: str(text).lower(),
    "trim": lambda text: str(text).strip(),
    "upper": lambda text: str(text).upper(),
}
"""Every filter a template may use."""


__all__ = ["FILTERS", "LOOP", "TESTS", "RefusedError", "Sandbox", "filled"]
