"""Regular expressions of ``sh:pattern``.

SHACL defines them as SPARQL's REGEX (4.4.3), so SPARQL evaluates them: pyoxigraph's engine takes time linear in
the value, has no back-references or look-around, and bounds the size of what it compiles. What it cannot run is
refused when shapes are compiled, never when a value is tested.
"""

from __future__ import annotations

from functools import cache

import pyoxigraph

QUESTION = "SELECT ?text ?pattern ?flags (REGEX(STR(?text), ?pattern, ?flags) AS ?found) {}"
TEXT, PATTERN, FLAGS = (pyoxigraph.Variable(name) for name in ("text", "pattern", "flags"))


@cache
def _engine() -> pyoxigraph.Store:
    return pyoxigraph.Store()


def _asked(text: str, pattern: str, flags: str) -> str | None:
    """``true`` or ``false``; None when the pattern or its flags cannot be run."""
    given: dict[pyoxigraph.Variable, pyoxigraph.NamedNode | pyoxigraph.BlankNode | pyoxigraph.Literal | pyoxigraph.Triple] = {
        TEXT: pyoxigraph.Literal(text), PATTERN: pyoxigraph.Literal(pattern), FLAGS: pyoxigraph.Literal(flags),
    }
    solutions = _engine().query(QUESTION, substitutions=given)
    if not isinstance(solutions, pyoxigraph.QuerySolutions):
        return None
    found = next(solutions)["found"]
    return found.value if isinstance(found, pyoxigraph.Literal) else None


def runnable(pattern: str, flags: str) -> bool:
    """The engine takes this pattern and these flags."""
    return _asked("", pattern, flags) is not None


def occurs(pattern: str, flags: str, text: str) -> bool:
    """The pattern matches somewhere in the text. Nothing matches in a text that is no sequence of characters."""
    return is_text(text) and _asked(text, pattern, flags) == "true"


def is_text(text: str) -> bool:
    """Free of the lone surrogates that JSON can smuggle into a string."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
