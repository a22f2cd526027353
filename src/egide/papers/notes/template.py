"""A template is a DOCX or ODT package whose text holds tags; rendering fills them from a context of plain values.

Ours and the users' go the same way. A template is read, healed, checked and compiled once, then filled many times.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jinja2 import Template as JinjaTemplate
from jinja2.exceptions import TemplateError, TemplateSyntaxError

from egide.papers.notes.healing import DIALECTS, check_xml, heal
from egide.papers.notes.package import as_document, format_of, read_parts, write_parts
from egide.papers.notes.sandbox import RefusedError, Sandbox, filled
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_

Context = Mapping[str, Any]
"""Plain texts, numbers, yes or no, lists and groups of these, by name: see `docs/guides/templates.md`."""

GUIDE = N_("the fields and the syntax are in docs/guides/templates.md")
UNREADABLE = N_("not readable as a template: {error}")

_FILLED = {
    "docx": re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml|docProps/core\.xml"),
    "odt": re.compile(r"(content|styles|meta)\.xml"),
}
PROPERTIES = ("docProps/core.xml", "meta.xml")
"""Parts that hold plain texts, where a line cannot break."""

_HOLLOW_CELL = re.compile(r"(<w:tc>|</w:tcPr>|<w:tcPr/>)(\s*)</w:tc>")


@dataclass(frozen=True, slots=True)
class Compiled:
    """A template ready to be filled."""

    file: str
    format: str
    parts: Mapping[str, bytes | JinjaTemplate]


def render(template: bytes, context: Context, file: str = "template") -> bytes:
    """The template filled: a DOCX gives a DOCX, an ODT an ODT.

    Raises `InputError` naming the part and, as its row, the number of the paragraph: not a package, syntax that is not
    accepted, a field that does not exist, an output out of bounds.
    """
    return fill(compiled(template, file), context)


@lru_cache(maxsize=64)
def compiled(template: bytes, file: str) -> Compiled:
    """The template read, healed, checked and compiled; remembered. Raises `InputError`."""
    read = read_parts(template, file)
    kind = format_of(read, file)
    parts: dict[str, bytes | JinjaTemplate] = {}
    of_text, of_properties = Sandbox(DIALECTS[kind].line_break), Sandbox(" ")
    for name, part in as_document(read, kind).items():
        at = Location(file, path=name)
        source = heal(part, DIALECTS[kind], at) if _FILLED[kind].fullmatch(name) else None
        sandbox = of_properties if name in PROPERTIES else of_text
        parts[name] = part if source is None else _compile(sandbox, source, at)
    return Compiled(file, kind, parts)


def _compile(sandbox: Sandbox, source: str, at: Location) -> JinjaTemplate:
    try:
        return sandbox.from_string(sandbox.checked(source))
    except RefusedError as error:
        raise InputError(error.message, _paragraph(at, error.line), GUIDE, error.values) from error
    except TemplateSyntaxError as error:
        raise InputError(UNREADABLE, _paragraph(at, error.lineno), GUIDE, {"error": _worded(error)}) from error
    except (TemplateError, SyntaxError, RecursionError, MemoryError, TypeError, ValueError) as error:
        raise InputError(UNREADABLE, at, GUIDE, {"error": _worded(error)}) from error


def fill(template: Compiled, context: Context) -> bytes:
    """A compiled template filled. Raises `InputError`."""
    return write_parts({
        name: part if isinstance(part, bytes) else _filled(part, context, Location(template.file, path=name))
        for name, part in template.parts.items()
    })


def _filled(part: JinjaTemplate, context: Context, at: Location) -> bytes:
    try:
        text = filled(part.generate(context))
    except RefusedError as error:
        raise InputError(error.message, _paragraph(at, error.line or _line(error)), GUIDE, error.values) from error
    except (TemplateError, TypeError, ValueError, RecursionError) as error:
        raise InputError(UNREADABLE, _paragraph(at, _line(error)), GUIDE, {"error": _worded(error)}) from error
    content = _HOLLOW_CELL.sub(r"\1<w:p/></w:tc>", text).encode()
    try:
        check_xml(content, at)
    except InputError as error:
        said = N_("a loop or condition cuts across paragraphs; write it with `{%p … %}` or `{%tr … %}`")
        raise InputError(said, at, GUIDE) from error
    return content


def _paragraph(at: Location, line: int | None) -> Location:
    """The paragraph of a line of the source: the first line stands before the first paragraph."""
    return Location(at.file, row=None if line is None else max(line - 1, 1), path=at.path)


def _line(error: BaseException) -> int | None:
    """The line at which filling stopped."""
    step = error.__traceback__
    line = None
    while step is not None:
        if step.tb_frame.f_code.co_filename == "<template>":
            line = step.tb_lineno
        step = step.tb_next
    return line


def _worded(error: BaseException) -> str:
    """Jinja's own words, with the tags as people write them."""
    message = getattr(error, "message", None) or str(error) or type(error).__name__
    for mark, written in (("\x02", "{{"), ("\x03", "}}"), ("\x04", "{%"), ("\x05", "%}")):
        message = message.replace(mark, written)
    return str(message)
