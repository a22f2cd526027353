"""The starter: valid as it stands, states nothing, asks everything."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egide.label.facts import FACTS
from egide.label.loading import load_scheme
from egide.label.reading import Given, read_dossier, references
from egide.label.scaffold import starter
from egide.vocabulary.language import LANGUAGES, language

SECNUMCLOUD = Path(__file__).parents[2] / "src" / "egide" / "rulebooks" / "secnumcloud-3.2"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_starter_is_read_as_it_stands_and_states_nothing(lang: str) -> None:
    files = starter("mon-offre", "Mon offre", "ma-societe", "Ma société", language(lang))
    dossier = read_dossier(files["offer.yaml"], "offer.yaml", Given(files))
    assert (dossier.id, dossier.provider) == ("mon-offre", "ma-societe")
    assert not (dossier.statements or dossier.documents or dossier.problems)
    assert dossier.register
    assert "ma-societe" in dossier.register.parties
    assert references(files["offer.yaml"], "offer.yaml").files == ("captable.csv",)


def test_every_fact_is_asked_and_can_be_answered_by_removing_the_mark() -> None:
    files = starter("o", "O", "p", "P", language("fr"))
    answers = {"yes | no": "yes", "documented-formats | documented-api | both | none": "both", "[…, …]": "[FR, DE]", "…": "FR"}
    text = re.sub(r"(?m)^  # ([a-z]+\.[a-z_]+): (.+)$", lambda found: f"  {found[1]}: {answers[found[2]]}", files["offer.yaml"].decode())
    text = re.sub(r"_days: FR", "_days: 21", text)
    dossier = read_dossier(text.encode(), "offer.yaml", Given(files))
    assert list(dossier.statements) == list(FACTS)


def test_the_binder_says_of_each_requirement_what_it_accepts() -> None:
    scheme = load_scheme({path.name: path.read_bytes() for path in SECNUMCLOUD.iterdir()}, None)
    binder = starter("o", "O", "p", "P", language("fr"), scheme)["preuves/binder.yaml"].decode()
    assert all(f"## {one.id} " in binder for one in scheme.requirements)


words = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=30).map(str.strip).filter(bool)


@given(words, words)
def test_a_name_with_marks_of_yaml_or_csv_in_it_stays_a_name(name: str, provider: str) -> None:
    files = starter("o", name, "p", provider, language("en"))
    dossier = read_dossier(files["offer.yaml"], "offer.yaml", Given(files))
    assert (dossier.name, dossier.provider_name) == (name, provider)
