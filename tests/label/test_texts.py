"""The user's own copy of a text finds its numbers, whatever its form; what is not found is said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egide.label.texts import Bound, bind_text, read_bound, write_bound
from egide.vocabulary.errors import InputError

from .shipped_schemes import shipped

SNC = shipped("secnumcloud-3.2")
RUNNING = """
Sommaire
9.4 Revue ........ 12
9.5 Authentification ........ 13
19.6 Droit ........ 40

9. Contrôle d’accès
9.4. Revue
a) Premier point fictif, conforme au chapitre
9.6. Et sa suite.
Référentiel fictif – page 12
b) Deuxième point fictif :
- une puce ;
- une autre.
9.5. Authentification
a) Point fictif d’une autre section.
Référentiel fictif – page 13
19. Exigences fictives
19.6. Droit
a) Point fictif du droit.
b) Autre point fictif.
Annexe 1
a) Rien qui compte.
"""


def bound(text: str, file: str = "texte.txt") -> Bound:
    return bind_text(SNC, text.encode(), file)


def test_running_text_gives_its_lettered_items() -> None:
    found = bound(RUNNING).texts
    assert list(found) == ["9.4.a", "9.4.b", "9.5.a", "19.6.a", "19.6.b"]
    assert found["9.4.b"] == "Deuxième point fictif : - une puce ; - une autre."


def test_a_section_named_at_the_beginning_of_a_line_is_no_heading() -> None:
    assert "9.6. Et sa suite." in bound(RUNNING).texts["9.4.a"]


def test_a_number_cited_at_the_beginning_of_a_line_is_no_item() -> None:
    found = bound("7.1. Titre\na) Point fictif, au sens de l’exigence\n9.7.d ; et encore\n10.1.\nb) Suite fictive.\n").texts
    assert found == {"7.1.a": "Point fictif, au sens de l’exigence 9.7.d ; et encore 10.1.", "7.1.b": "Suite fictive."}


def test_an_annex_ends_the_last_item() -> None:
    assert bound(RUNNING).texts["19.6.b"] == "Autre point fictif."


def test_a_line_of_every_page_is_left_out() -> None:
    pages = "".join(f"19.{section}. Titre\na) Point fictif {section}.\nPied de page fictif 3.2, {section}/55\n" for section in range(1, 7))
    assert bound(pages).texts["19.4.a"] == "Point fictif 4."


def test_markdown_headings_and_whole_numbers_are_read() -> None:
    found = bound("## 19.6 Droit\n- a) Un point fictif.\n**19.2.b** : Un autre point fictif.\n").texts
    assert found == {"19.2.b": "Un autre point fictif.", "19.6.a": "Un point fictif."}


@pytest.mark.parametrize("written", ["19.6.a", "19.6 a)", "19.6.A", "19;6.a"])
def test_a_table_may_write_a_number_in_several_ways(written: str) -> None:
    assert bound(f"exigence,texte\n{written},Un point fictif\n", "texte.csv").texts == {"19.6.a": "Un point fictif"}


def test_a_table_without_its_two_columns_is_refused() -> None:
    with pytest.raises(InputError, match="a column of numbers"):
        bound("a;b\n19.6.a;x\n", "texte.csv")


def test_keys_may_be_numbers() -> None:
    assert bound('"19.6.a": Un point fictif\n', "texte.yaml").texts == {"19.6.a": "Un point fictif"}


def test_parts_without_a_number_join_the_one_they_hang_from() -> None:
    library = """
    objects:
      framework:
        requirement_nodes:
          - {urn: "u:19.6.b", ref_id: "19.6.b"}
          - {urn: "u:n1", parent_urn: "u:19.6.b", description: "Une partie fictive"}
          - {urn: "u:n2", parent_urn: "u:n1", description: "et sa suite."}
          - {urn: "u:19.6.c", ref_id: "19.6.c", description: "Un autre point fictif."}
    """
    assert bound(library, "bibliotheque.yaml").texts == {"19.6.b": "Une partie fictive et sa suite.", "19.6.c": "Un autre point fictif."}


def test_a_number_with_two_texts_is_said_and_the_first_kept() -> None:
    twice = bound("id,text\n19.6.a,Un\n19.6.a,Deux\n19.6.b,Trois\n19.6.b,Trois\n", "texte.csv")
    assert (twice.texts["19.6.a"], twice.twice) == ("Un", ("19.6.a",))


def test_what_is_not_found_is_said_and_the_annex_is_not_asked() -> None:
    missing = bound(RUNNING).missing
    assert len(missing) == 278 - 5
    assert "annex-2.c" not in missing


def test_a_text_without_any_number_is_refused() -> None:
    with pytest.raises(InputError, match=r"no requirement of secnumcloud-3\.2 was found"):
        bound("Rien ici.")


def test_what_is_kept_is_read_back_as_it_was() -> None:
    kept = bound(RUNNING)
    assert read_bound(write_bound(kept), "texte.yaml") == kept
    assert len(kept.digest) == 64


def test_another_form_is_refused() -> None:
    with pytest.raises(InputError, match="`egide/text/1` was expected"):
        read_bound(write_bound(bound(RUNNING)).replace(b"egide/text/1", b"egide/text/9"), "texte.yaml")


def test_the_criteria_of_gaia_x_are_found_by_their_own_numbers() -> None:
    found = bind_text(shipped("gaia-x-24.11"), b"Criterion P5.1.5: A fictitious point.\nIts end.\n", "text.md")
    assert found.texts == {"P5.1.5": "A fictitious point. Its end."}


ALL = [one.id for one in SNC.requirements if one.binding != "apart"]


@given(st.sets(st.sampled_from(ALL), min_size=1))
def test_every_number_that_is_written_is_found_in_running_text(chosen: set[str]) -> None:
    lines: list[str] = []
    section = ""
    for number in ALL:
        if number not in chosen:
            continue
        above, _, letter = number.rpartition(".")
        if above != section:
            lines.append(f"{above}. Titre fictif" if letter == "a" else "")
            section = above
        lines.append(f"{letter}) Point {number} fictif." if letter == "a" or f"{above}.a" in chosen else f"{number} Point {number} fictif.")
    assert set(bound("\n".join(lines)).texts) == chosen
