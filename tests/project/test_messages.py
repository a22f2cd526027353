"""Every word a person reads exists in French; nothing translated is unused; both say the same things."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

from egide.catalogue.sheets import Standing
from egide.vocabulary.facts import FACTS, Kind, Role
from egide.vocabulary.findings import Answer, ClockKind, Effect, Verdict
from egide.vocabulary.properties import FUNCTIONS, SubjectKind
from egide.vocabulary.statements import Assurance, Backing

IN_PYTHON = {"N_", "say", "plural", "counted"}
IN_TEMPLATES = {"t", "n"}
"""What a message is handed to."""
PLACEHOLDER = re.compile(r"\{(\w+)\}")
LOCALE = "src/egide/locale/{}/LC_MESSAGES/egide.po"

TOKENS: dict[str, set[str]] = {
    "verdict": {str(one) for one in Verdict},
    "effect": {str(one) for one in Effect},
    "clock": {str(one) for one in ClockKind},
    "answer": {f"answer-{one}" for one in Answer},
    "role": {str(one) for one in Role},
    "role, in a sentence": {f"role-{one}" for one in Role},
    "choice": {choice for fact in FACTS.values() for choice in fact.choices},
    "reading": {"primary", "secondary"},
    "function of an offer": set(FUNCTIONS),
    "what is spoken of": {str(one) for one in SubjectKind},
    "what vouches for a statement": {str(one) for one in (*Assurance, *Backing)},
    "where a statement stands": {str(one) for one in Standing},
}
"""What `Language.label` is asked for."""
NAMES_ITSELF = {"3.1", "3.2"}
"""Tokens that are the same in every language."""


def listed(lines: Iterable[str]) -> str:
    return "\n" + "\n".join(lines)


def constant(node: ast.AST) -> list[str]:
    """The strings an argument may be: a constant, or either side of a choice."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return constant(node.body) + constant(node.orelse)
    return []


def spoken_in_python(source: str) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            words = ast.unparse(node.func)
            if words.split(".")[-1] in IN_PYTHON or re.search(r"(lang|language|words)(\(.*\))?\.text$", words):
                found |= {message for argument in node.args for message in constant(argument)}
    return found


def spoken_in_template(source: str) -> set[str]:
    found: set[str] = set()
    for call in Environment(autoescape=True).parse(source).find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in IN_TEMPLATES:
            found |= {one.value for argument in call.args for one in argument.find_all(nodes.Const) if isinstance(one.value, str)}
            found |= {argument.value for argument in call.args if isinstance(argument, nodes.Const) and isinstance(argument.value, str)}
    return found


@pytest.fixture(scope="module")
def spoken(root: Path) -> dict[str, str]:
    """Each message and the file that speaks it."""
    messages: dict[str, str] = {}
    for path in sorted((root / "src/egide").rglob("*")):
        if path.suffix == ".py":
            found = spoken_in_python(path.read_text("utf-8"))
        elif path.suffix == ".j2":
            found = spoken_in_template(path.read_text("utf-8"))
        else:
            continue
        messages |= dict.fromkeys(found, str(path.relative_to(root)))
    return {message: place for message, place in messages.items() if message}


@cache
def translated(po: Path) -> dict[str, tuple[str, ...]]:
    """Each message, singular or plural, and its translations."""
    with po.open("rb") as binary:
        catalogue = read_po(binary)
    known: dict[str, tuple[str, ...]] = {}
    for entry in catalogue:
        if not entry.id:
            continue
        ids = entry.id if isinstance(entry.id, (tuple, list)) else (entry.id,)
        said = entry.string if isinstance(entry.string, (tuple, list)) else (entry.string,)
        for one in ids:
            known[one] = tuple(said)
    return known


def test_every_message_is_said_in_french(root: Path, spoken: dict[str, str]) -> None:
    french = translated(root / LOCALE.format("fr"))
    missing = {message: place for message, place in spoken.items() if not all(french.get(message, ("",)))}
    assert not missing, listed(f"{place}: {message}" for message, place in missing.items())


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_token_has_its_label(root: Path, lang: str) -> None:
    labels = translated(root / LOCALE.format(lang))
    missing = {
        kind: lacking
        for kind, tokens in TOKENS.items()
        if (lacking := sorted(token for token in tokens - NAMES_ITSELF if not all(labels.get(f"token:{token}", ("",)))))
    }
    assert not missing, listed(f"{kind}: {', '.join(tokens)}" for kind, tokens in missing.items())


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_no_translation_is_orphaned(root: Path, spoken: dict[str, str], lang: str) -> None:
    corpus = "\n".join(
        path.read_text("utf-8") for path in (root / "src/egide").rglob("*") if path.suffix in {".py", ".j2", ".yaml", ".js", ".txt"}
    )
    words = set(re.findall(r"[A-Za-z0-9][A-Za-z0-9_.-]*", corpus))
    prefixes = {f"{word}" for word in words if word.endswith("-")} | set(re.findall(r"\"([a-z]+-)\{", corpus))
    orphans = []
    for message in translated(root / LOCALE.format(lang)):
        if message.startswith("token:"):
            token = message.removeprefix("token:")
            composed = any(token.startswith(prefix) and token.removeprefix(prefix) in words for prefix in prefixes)
            if token not in words and not composed:
                orphans.append(message)
        elif message not in spoken:
            orphans.append(message)
    assert not orphans, listed(orphans)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_no_message_is_translated_twice(root: Path, lang: str) -> None:
    text = (root / LOCALE.format(lang)).read_text("utf-8")
    written = re.findall(r"^msgid ((?:\".*\"\n?)+)", text, re.MULTILINE)
    ids = Counter("".join(ast.literal_eval(line) for line in block.splitlines() if line) for block in written)
    assert not [message for message, count in ids.items() if count > 1]


def test_a_translation_fills_the_same_places(root: Path) -> None:
    uneven = []
    for message, said in translated(root / LOCALE.format("fr")).items():
        wanted = set(PLACEHOLDER.findall(message))
        for number, form in enumerate(said):
            counts = {"n"} if len(said) > 1 else set()
            if set(PLACEHOLDER.findall(form)) - counts != wanted - counts or (number and "n" in wanted and "{n}" not in form):
                uneven.append((message, form))
    assert not uneven, listed(f"{message} → {form}" for message, form in uneven)


def test_french_is_set_with_care(root: Path) -> None:
    """Typographic apostrophes, and no plain space before a high sign or inside guillemets."""
    careless = [
        form
        for message, said in translated(root / LOCALE.format("fr")).items()
        for form in said
        if not message.startswith("token:completion")
        and (re.search(r"[a-zà-ÿ]'[a-zà-ÿ]", form, re.IGNORECASE) or re.search(r"« | »| [;?!](?:\s|$)|[^\d\s] :(?:\s|$)", form))
    ]
    assert not careless, listed(careless)


def test_facts_of_free_values_are_asked_with_the_form_of_the_answer() -> None:
    assert {fact.kind for fact in FACTS.values()} <= set(Kind)
    assert not [fact.name for fact in FACTS.values() if not fact.ask.rstrip(")").endswith("?") and "?" not in fact.ask]
