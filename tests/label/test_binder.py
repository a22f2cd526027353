"""The binder: an index compared with its folder, in two forms, and written back."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egide.label.binder import HEADERS, WORDS, read_binder, tried, unsafe, write_binder
from egide.label.dossier import Assurance, Document, EvidenceKind
from egide.label.tables import plain
from egide.vocabulary.errors import InputError

DIGEST = hashlib.sha256(b"piece").hexdigest()
OTHER = hashlib.sha256(b"autre").hexdigest()


def index(*entries: str) -> bytes:
    return ("documents:\n" + "\n".join(f"- {entry}" for entry in entries)).encode()


def entry(identifier: str = "E-1", **more: str) -> str:
    fields = {"id": identifier, "title": "Pièce", "kind": "document", "issuer": "Émetteur fictif", "on": "2026-01-02", **more}
    return "{" + ", ".join(f"{name}: {value}" for name, value in fields.items()) + "}"


def read(*entries: str, found: dict[str, str] | None = None) -> tuple:
    return read_binder(index(*entries), "preuves/binder.yaml", found or {})


def test_a_document_says_who_when_and_what_it_covers() -> None:
    written = entry(file="piece.md", digest=DIGEST, covers='["5.1.*", "gaia-x-24.11#P1.1.1"]')
    (document,), problems = read(written, found={"piece.md": DIGEST})
    assert document == Document("E-1", "Pièce", EvidenceKind.DOCUMENT, Assurance.DECLARED, "Émetteur fictif", date(2026, 1, 2), None, "",
                                ("5.1.*", "gaia-x-24.11#P1.1.1"), "piece.md", DIGEST, DIGEST)
    assert not problems


def test_a_file_that_changed_after_it_was_indexed_is_kept_as_found_and_said() -> None:
    (document,), (problem,) = read(entry(file="piece.md", digest=DIGEST), found={"piece.md": OTHER})
    assert (document.digest, document.found) == (DIGEST, OTHER)
    assert not problem.rejected
    assert problem.args["name"] == "piece.md"


def test_a_file_that_is_not_there_is_said() -> None:
    (document,), (problem,) = read(entry(file="piece.md"))
    assert document.found is None
    assert problem.at.path == "$.documents[0]"


def test_a_file_that_no_entry_names_counts_for_nothing_and_is_said() -> None:
    (), (problem,) = read_binder(b"documents:\n", "binder.yaml", {"oubli.pdf": DIGEST})
    assert problem.args == {"name": "oubli.pdf"}


def test_a_digest_may_say_that_it_is_sha256_and_be_in_capitals() -> None:
    (document,), _ = read(entry(file="piece.md", digest=f"sha256:{DIGEST.upper()}"), found={"piece.md": DIGEST})
    assert document.digest == document.found


@pytest.mark.parametrize("name", ["../secret", "a/../../b", "/etc/passwd", "C:/x", r"a\b", r"..\x", "a//b", "./../x"])
def test_a_name_that_leaves_the_folder_leaves_the_entry_out(name: str) -> None:
    documents, (problem,) = read(entry(file=f"'{name}'"))
    assert not documents
    assert problem.rejected


def test_a_name_below_the_folder_is_safe() -> None:
    assert not unsafe("sous-dossier/piece.md")


def test_a_bad_entry_is_left_out_with_its_path_and_the_good_ones_go_on() -> None:
    documents, problems = read(
        entry("A", kind="rumeur"), entry("B"), "{id: C}", entry("D", on="hier"), entry("B"), entry("E", until="2025-01-01"),
        entry("F", colour="red"),
    )  # fmt: skip
    assert [document.id for document in documents] == ["B"]
    assert [problem.at.path for problem in problems] == [
        "$.documents[0].kind", "$.documents[2]", "$.documents[3].on", "$.documents[4]", "$.documents[5]", "$.documents[6]",
    ]  # fmt: skip
    assert all(problem.rejected for problem in problems)


@pytest.mark.parametrize("content", [b"", b"[]", b"documents: 3", b"pieces: []", b"documents: []\nautre: 1", b"\xff", b"a: &x [*x]"])
def test_what_is_no_index_is_refused_with_its_name(content: bytes) -> None:
    with pytest.raises(InputError, match=r"binder\.yaml"):
        read_binder(content, "binder.yaml", {})


def test_the_simpler_index_reads_french_and_english_to_the_same_documents() -> None:
    french = (
        "Identifiant;Titre;Nature;Niveau d’assurance;Émetteur;Date;Fin de validité;Exigences;Fichier;Empreinte;Conclusion;Réserves\n"
        f"E-1;Pièce;entretien;audité;Auditeur fictif;02/01/2026;2027-01-01;5.1.* 6.*;piece.md;{DIGEST};avec réserves;Un écart ; un autre\n"
    )
    english = (
        "id,title,kind,assurance,issuer,on,until,covers,file,digest,outcome,findings\n"
        f'E-1,Pièce,interview,audited,Auditeur fictif,2026-01-02,2027-01-01,"5.1.*, 6.*",piece.md,{DIGEST},partial,Un écart | un autre\n'
    ).replace(" | ", ";")
    found = {"piece.md": DIGEST}
    one, none = read_binder(french.replace("Un écart ; un autre", '"Un écart; un autre"').encode("cp1252"), "index.csv", found)
    other, nothing = read_binder(english.encode(), "index.csv", found)
    assert one == other
    assert one[0].findings == ("Un écart", "un autre")
    assert not none
    assert not nothing


def test_a_bad_row_of_the_simpler_index_is_said_with_row_and_column() -> None:
    lines = ["identifiant;titre;nature;émetteur;date", "A;a;rumeur;X;2026-01-01", "B;b;essai;X;2026-01-01", "C;c;essai;X;30/02/2026"]
    documents, problems = read_binder("\n".join(lines).encode(), "index.csv", {})
    assert [document.id for document in documents] == ["B"]
    assert [(problem.at.row, problem.at.column) for problem in problems] == [(2, "nature"), (4, "date")]


def test_only_a_test_or_a_sample_that_is_there_unchanged_shows_that_something_was_tried() -> None:
    found = {"a": DIGEST, "b": DIGEST, "c": OTHER, "e": DIGEST}
    documents, _ = read(
        entry("A", kind="test", file="a", digest=DIGEST), entry("B", file="b", digest=DIGEST),
        entry("C", kind="sample", file="c", digest=DIGEST), entry("D", kind="test"),
        entry("E", kind="test", file="e", outcome="does-not-conform"), entry("F", kind="sample", file="f"), found=found,
    )  # fmt: skip
    assert tried(documents) == {"A"}


def test_the_words_of_the_index_are_written_as_they_are_looked_up() -> None:
    assert all(plain(title) == title for titles in HEADERS.values() for title in titles)
    assert all(plain(word) == word for words in WORDS.values() for word in words)
    every = [title for titles in HEADERS.values() for title in titles]
    assert len(every) == len(set(every))


letters = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cn", "Co"))
words = st.text(letters, min_size=1, max_size=12).map(str.strip).filter(bool)
patterns = st.lists(st.sampled_from(["5.1.a", "9.*", "x#*"]), max_size=3)
outcomes = st.sampled_from(["conforms", "partial", "does-not-conform"])
names = st.from_regex(r"[a-z]{1,8}(/[a-z]{1,8})?\.md", fullmatch=True)
days = st.dates(date(2000, 1, 1), date(2060, 1, 1))


@st.composite
def documents(draw: st.DrawFn) -> list[Document]:
    made = []
    for identifier in draw(st.lists(words, unique=True, max_size=4)):
        on, end = sorted((draw(days), draw(days)))
        digest = draw(st.none() | st.just(DIGEST))
        made.append(Document(
            identifier, draw(words), draw(st.sampled_from(EvidenceKind)), draw(st.sampled_from(Assurance)), draw(words), on,
            draw(st.sampled_from([None, end])), draw(st.just("") | words), tuple(draw(patterns)), draw(st.none() | names), digest, None,
            draw(st.none() | words), draw(outcomes), tuple(draw(st.lists(words, max_size=2))),
        ))  # fmt: skip
    return made


def test_two_documents_of_one_day_and_one_cover_are_written_without_anchors() -> None:
    day, covers = date(2026, 1, 2), ("5.1.*",)
    made = [Document(name, name, EvidenceKind.TEST, Assurance.AUDITED, "X", day, day, "", covers) for name in "AB"]
    assert list(read_binder(write_binder(made), "binder.yaml", {})[0]) == made


@given(documents())
def test_what_is_written_is_read_back_the_same(made: list[Document]) -> None:
    back, problems = read_binder(write_binder(made), "binder.yaml", {})
    assert list(back) == made
    assert not any(problem.rejected for problem in problems)


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: ("documents: " + text).encode("utf-8", "replace")),
       st.sampled_from(["binder.yaml", "index.csv"]))
def test_any_bytes_are_a_binder_or_refused(content: bytes, file: str) -> None:
    try:
        read_binder(content, file, {"x.md": DIGEST})
    except InputError as refused:
        assert refused.at
