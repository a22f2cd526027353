"""Access records: what each row shows, and what it does not."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egide.label.dossier import AccessKind, PathState
from egide.label.records import FORMS, KINDS, RESULTS, read_records
from egide.label.tables import plain
from egide.vocabulary.errors import InputError

HEAD = "compte;partie;rôle;composant;type;dispositif;constaté le;résultat\n"


def iam(*rows: str) -> tuple:
    return read_records("iam", (HEAD + "\n".join(rows)).encode(), "iam.csv")


def test_a_row_without_day_and_result_is_a_declaration() -> None:
    (access,), problems = iam("a;Tiers fictif;lecteur;Console;support;bastion;;")
    assert (access.state, access.control, access.control_state) == (PathState.DECLARED, "bastion", PathState.DECLARED)
    assert (access.source, access.target, access.kind, access.on) == ("Tiers fictif", "Console", AccessKind.SUPPORT, None)
    assert not problems


def test_a_way_seen_open_on_a_day_is_tested() -> None:
    (access,), _ = iam("a;Tiers fictif;;Console;;;2026-09-01;ouvert")
    assert (access.state, access.control, access.control_state, access.on) == (PathState.TESTED, None, None, date(2026, 9, 1))


def test_a_way_that_was_blocked_on_a_day_has_a_tested_control() -> None:
    (access,), _ = iam("a;Tiers fictif;;Console;;double contrôle;01/09/2026;bloqué")
    assert (access.state, access.control, access.control_state) == (PathState.DECLARED, "double contrôle", PathState.TESTED)


def test_a_control_that_was_bypassed_is_no_control() -> None:
    (access,), _ = iam("a;Tiers fictif;;Console;;double contrôle;2026-09-01;contourné")
    assert (access.state, access.control, access.control_state) == (PathState.TESTED, None, None)


@pytest.mark.parametrize("seen", [";bloqué", "31/02/2026;bloqué", "2026-09-01;peut-être", "2026-09-01;"])
def test_half_a_test_is_no_test_and_says_so_at_its_cell(seen: str) -> None:
    (access,), (problem,) = iam(f"a;T;;C;;x;{seen}")
    assert access.control_state is PathState.DECLARED
    assert problem.at.row == 2
    assert problem.at.column in ("constaté le", "résultat")
    assert not problem.rejected


def test_a_kind_that_is_no_kind_is_taken_for_the_one_that_reaches_most() -> None:
    (access,), (problem,) = iam("a;T;;C;danse;;;")
    assert access.kind is AccessKind.ADMINISTRATION
    assert problem.at.column == "type"


def test_a_row_that_names_nobody_is_left_out_and_the_good_rows_go_on() -> None:
    accesses, problems = iam("a;;;Console;;;;", "b;Tiers fictif;;;;;;", "c;Tiers fictif;;Console;;;;")
    assert [access.origin for access in accesses] == ["iam.csv:4"]
    assert [(problem.at.row, problem.at.column, problem.rejected) for problem in problems] == [(2, "partie", True), (3, "composant", True)]


def test_rows_that_say_the_same_are_one_way_of_the_latest_day() -> None:
    (access,), _ = iam(*(f"a{day};T;;C;;x;2026-09-{day:02};bloqué" for day in range(1, 10)))
    assert access.origin == "iam.csv:2, 3, 4, 5, 6 … (9)"
    assert access.on == date(2026, 9, 9)


def test_rows_that_contradict_each_other_are_both_kept() -> None:
    (blocked, opened), _ = iam("a;T;;C;;x;2026-09-01;bloqué", "b;T;;C;;;2026-09-02;ouvert")
    assert (blocked.state, blocked.control_state) == (PathState.DECLARED, PathState.TESTED)
    assert (opened.state, opened.control_state) == (PathState.TESTED, None)


def test_what_leaves_a_component_is_the_way_of_the_destination_to_it() -> None:
    content = b"source component,destination party,kind,on,result\nConsole,Far Ltd,telemetry,2026-09-01,blocked\n"
    (access,), _ = read_records("egress", content, "egress.csv")
    assert (access.source, access.target, access.kind, access.control) == ("Far Ltd", "Console", AccessKind.TELEMETRY, "egress")
    assert access.control_state is PathState.TESTED


@pytest.mark.parametrize(("kind", "content", "expected"), [
    ("bastion", "session;société;cible\nS1;Tiers;Console\n", AccessKind.SUPPORT),
    ("keys", "key,custodian,component\nK1,Tiers,Console\n", AccessKind.KEYS),
    ("egress", "composant source;destinataire\nConsole;Tiers\n", AccessKind.TELEMETRY),
    ("iam", "principal\tparty\tcomponent\nx\tTiers\tConsole\n", AccessKind.ADMINISTRATION),
])  # fmt: skip
def test_each_record_reads_french_and_english_headers_and_knows_what_it_is_about(kind: str, content: str, expected: AccessKind) -> None:
    (access,), problems = read_records(kind, content.encode(), f"{kind}.csv")
    assert (access.source, access.target, access.kind) == ("Tiers", "Console", expected)
    assert not problems


@pytest.mark.parametrize("content", [b"", b"\n", b"a;b\n1;2\n", b"\xff\xfe\x00", b"partie;tiers;composant\n"])
def test_a_file_that_is_no_such_table_is_refused_with_its_name(content: bytes) -> None:
    with pytest.raises(InputError) as refused:
        read_records("iam", content, "iam.csv")
    assert refused.value.at
    assert refused.value.at.file == "iam.csv"


def test_a_kind_of_record_that_nobody_knows_is_refused() -> None:
    with pytest.raises(InputError):
        read_records("badges", b"", "badges.csv")


def test_words_are_written_as_they_are_looked_up() -> None:
    assert all(plain(word) == word for words in (KINDS, RESULTS) for word in words)
    assert all(plain(title) == title for form in FORMS.values() for titles in form.headers.values() for title in titles)
    for form in FORMS.values():
        titles = [title for several in form.headers.values() for title in set(several)]
        assert len(titles) == len(set(titles))


@given(st.sampled_from(sorted(FORMS)),
       st.binary(max_size=300) | st.text(max_size=300).map(lambda text: (HEAD + text).encode("utf-8", "replace")))
def test_any_bytes_are_records_or_refused(kind: str, content: bytes) -> None:
    try:
        accesses, problems = read_records(kind, content, "x.csv")
    except InputError:
        return
    assert all(access.source and access.target for access in accesses)
    assert all(access.control_state is not PathState.TESTED or access.on for access in accesses)
    assert all(problem.at.row for problem in problems)
