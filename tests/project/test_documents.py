"""Documents say what the code says."""

from __future__ import annotations

import importlib
import re
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

PLACE = re.compile(r"\{\w+\}")
HELD_TERMS = {
    "derogation": "dérogation", "security approval": "homologation", "hosting": "héberge", "offer": "offre",
    "service agreement": "convention de service",
    "qualification": "qualifi", "qualified": "qualifi",
    "provider": "prestataire|fournisseur|hébergeur", "catalogue": "catalogue", "local authorit": "collectivité",
    "essential mission": "mission essentielle", "acceptable offer": "offre acceptable", "rulebook": "recueil", "immunity": "immunité",
    "framework": "référentiel", "notice of leaving": "préavis", "already engaged": "déjà engagé", "on premises": "sur site",
    "classified information": "informations classifiées|classifi", "vital importance": "importance vitale",
    "switching charge": "frais de changement",
}  # fmt: skip
"""English terms of the glossary that a translation renders with one French word."""


def test_printed_pages_are_fresh(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(root / "docs"))
    sys.modules.pop("make", None)
    assert not importlib.import_module("make").stale(), "run `make docs`"


def test_every_document_is_reached_from_the_index(root: Path) -> None:
    docs = root / "docs"
    index = "\n".join(path.read_text("utf-8") for path in docs.rglob("README.md")) + (root / "README.md").read_text("utf-8")
    lost = [
        str(path.relative_to(root))
        for path in docs.rglob("*.md")
        if path.name != "README.md" and not re.search(rf"\]\([^)]*{re.escape(path.name)}[)#]", index)
    ]
    assert not lost


def test_the_glossary_gives_each_french_term_once(root: Path) -> None:
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| [^|]*\|$", (root / "docs/glossary.md").read_text("utf-8"), re.MULTILINE)
    french = [term.strip() for words, _ in rows for term in words.split(",") if not words.startswith(("French", "---"))]
    assert len(french) > 50
    assert len(french) == len(set(french))


def test_translations_keep_to_the_glossary(root: Path) -> None:
    with (root / "src/egide/locale/fr/LC_MESSAGES/egide.po").open("rb") as binary:
        catalogue = read_po(binary)
    strays = []
    for entry in catalogue:
        english = entry.id if isinstance(entry.id, str) else " / ".join(entry.id)
        french = entry.string if isinstance(entry.string, str) else " / ".join(entry.string)
        for term, wanted in HELD_TERMS.items():
            said = "" if english.startswith("token:") else PLACE.sub("", english)
            if re.search(rf"\b{term}", said) and not re.search(wanted, french, re.IGNORECASE):
                strays.append(f"{term}: {english} → {french}")
    assert not strays, "\n" + "\n".join(strays)


@pytest.mark.parametrize("name", ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "docs/README.md", "docs/start.md", "docs/glossary.md"])
def test_the_documents_of_a_project_are_there(root: Path, name: str) -> None:
    assert len((root / name).read_text("utf-8").splitlines()) > 10
