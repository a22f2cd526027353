"""What every page stands in: its style and script in the file, and a policy that allows those two and nothing else."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import jinja2

def on_each_sheet(marking: str) -> str:
    """The marking at the head of every printed sheet; whatever is not a letter or plain is written as its code."""
    escaped = "".join(sign if sign.isalnum() or sign in " .,;:-" else f"\\{ord(sign):x} " for sign in marking)
    return f'@page {{ @top-left {{ content: "{escaped}"; font: 8pt sans-serif; color: #444; }} }}\n'


def policy(style: str, script: str) -> str:
    """The content security policy: this style, this script, nothing from anywhere."""

    def digest(it: str) -> str:
        return "'sha256-" + base64.b64encode(hashlib.sha256(it.encode()).digest()).decode() + "'"

    return (
        f"default-src 'none'; style-src {digest(style)}; script-src {digest(script)}; img-src data:; base-uri 'none'; form-action 'none'"
    )


@cache
def asset(name: str, room: str = "egide.papers") -> str:
    """A template, style or script of that room, by its file's name."""
    return (resources.files(room) / "templates" / name).read_text(encoding="utf-8").strip() + "\n"


PAPERS = "papers/"
"""How a page of another room names a part of the papers."""


@cache
def template(name: str, room: str = "egide.papers") -> jinja2.Template:
    """A page's template; what it includes stands in the same room, in the papers (``papers/…``), or in a room named (``room:file``)."""
    return _environment(room).get_template(name)


@cache
def _environment(room: str) -> jinja2.Environment:
    import jinja2  # noqa: PLC0415 - the command line starts without it

    class Environment(jinja2.Environment):
        def join_path(self, template: str, parent: str) -> str:
            """What a part of the papers includes is a part of the papers."""
            return PAPERS + template if parent.startswith(PAPERS) and not template.startswith(PAPERS) else template

    def load(part: str) -> str:
        other, named, file = part.partition(":")
        if named:
            return asset(file, other)
        return asset(part.removeprefix(PAPERS)) if part.startswith(PAPERS) else asset(part, room)

    return Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined, loader=jinja2.FunctionLoader(load),
    )  # fmt: skip
