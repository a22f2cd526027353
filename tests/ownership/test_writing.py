"""A register that was read is written so that it reads the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from egide.ownership.captable import read_cap_table
from egide.ownership.holdings import Conflict, Holding, Origin, Party, PartyKind, Range, Register
from egide.ownership.own_form import is_own_form, read_own_form, write_own_form
from egide.ownership.reading import read_register
from egide.ownership.writing import same, write_register
from egide.vocabulary.errors import InputError

EXAMPLES = Path(__file__).parents[2] / "examples" / "fournisseur"
HEAD = (
    "holder;name;held;capital %;votes %;since;until;nature;power;threshold;concert;kind;seat;administration;establishment;listed;"
    "issuer;on;source\n"
)
ROWS = {
    "an exact share": "a;;b;24.1;24.1;;;;;;;;FR;;;;;;",
    "a range": 'a;;b;"[20 ; 25[";>50;;;;;;;;;;;;;;',
    "nothing known": "a;;b;?;;;;;;;;;;;;;;;",
    "a span": "a;;b;1;1;2020-01-01;2021-12-31;;;;;;;;;;;;",
    "a usufruct": "a;;b;1;1;;;usufruit;;;;;;;;;;;",
    "a power": "a;;b;;;;;;veto;;;;;;;;;;",
    "a share with a power": "a;;b;10;10;;;;droit de veto;;;;;;;;;;",
    "a threshold": "a;;b;[20 ; 25];;;;;;oui;;;;;;;;;",
    "a concert": "a;;b;10;10;;;;;;pacte;;;;;;;;\nc;;b;10;10;;;;;;pacte;;;;;;;;",
    "nobody known": "flottant;;b;40;40;;;;;;;;;;;;;;",
    "who and where": "a;Société fictive A;b;1;1;;;;;;;fund;LU;LU;FR;oui;;;\n"
                     ";;;;;;;;;;;;;;;;;;\nb;Société fictive B;;;;;;;;;;entity;FR;FR;FR;non;;;",
    "who says so": "a;;b;1;1;;;;;;;;;;;;Greffe fictif;2026-01-01;extrait",
    "third decimals": "a;;b;1/3;33⅓;;;;;;;;;;;;;;",
}  # fmt: skip


@pytest.mark.parametrize("rows", ROWS.values(), ids=ROWS)
def test_a_cap_table_is_written_as_one_row_for_row(rows: str) -> None:
    one = read_cap_table((HEAD + rows + "\n").encode(), "c.csv")
    name, content = write_register(one)
    assert name == "c.csv"
    assert same(read_register({name: content}), one)


@pytest.mark.parametrize("name", ["captable.csv", "captable-incertaine.csv", "socle/captable.csv"])
def test_the_tables_of_the_example_stay_tables(name: str) -> None:
    one = read_cap_table((EXAMPLES / name).read_bytes(), name)
    assert write_register(one)[0] == name


def test_what_several_files_said_together_is_written_whole_in_our_own_form() -> None:
    one = read_register({name: (EXAMPLES / name).read_bytes() for name in ("captable.csv", "holdings.json")})
    name, content = write_register(one)
    assert name == "register.json"
    assert same(read_register({name: content}), one)


def test_a_contradiction_that_was_met_is_kept() -> None:
    origin = Origin("greffe fictif", None, "statuts", "secondary")
    holding = Holding("a", "b", Range(20.0, 30.0), None, origin, id="c.csv:2")
    one = Register({name: Party(name, name, PartyKind.ENTITY) for name in "ab"}, [holding],
                   conflicts=[Conflict("a", "b", "capital", "20 % (x)", "30 % (y)")])  # fmt: skip
    assert same(read_own_form(write_own_form(one), "r.json"), one)
    assert write_register(one)[0] == "register.json"


def test_an_exact_share_is_one_figure_and_every_record_one_line() -> None:
    origin = Origin("greffe fictif", None, "statuts")
    one = Register({name: Party(name, name, PartyKind.ENTITY) for name in "ab"}, [Holding("a", "b", Range(24.1, 24.1), None, origin)])
    assert write_own_form(one).decode().splitlines()[6] == (
        '  {"holder":"a","held":"b","capital":24.1,"origin":{"issuer":"greffe fictif","source":"statuts"}}')  # fmt: skip


def own(holding: str, version: int = 1) -> bytes:
    return b'{"egide": "register", "version": %d, "holdings": [%s]}' % (version, holding.encode())


SAID = '"holder": "a", "held": "b", "origin": {"issuer": "x", "source": "y"}'
WRONG = {
    "a misspelt key": own(f'{{{SAID}, "capitale": 3}}'), "a share above the whole": own(f'{{{SAID}, "capital": 101}}'),
    "a share below nothing": own(f'{{{SAID}, "votes": -1}}'), "a range upside down": own(f'{{{SAID}, "votes": {{"low": 3, "high": 2}}}}'),
    "an empty range": own(f'{{{SAID}, "votes": {{"low": 3, "high": 3, "low_open": true}}}}'), "another version": own("", 2),
    "no holder": own('{"held": "b"}'), "half a file": own(f"{{{SAID}}}")[:-3],
    "deep": b'{"egide": "register", "holdings": ' + b"[" * 100_000,
    "a party twice": b'{"egide": "register", "version": 1, "parties": [%s, %s]}' % ((b'{"id": "a", "name": "A", "kind": "entity"}',) * 2),
}  # fmt: skip


@pytest.mark.parametrize("content", WRONG.values(), ids=WRONG)
def test_what_a_hand_made_wrong_is_refused(content: bytes) -> None:
    assert is_own_form(content)
    with pytest.raises(InputError):
        read_register({"register.json": content})


def test_what_a_hand_added_is_settled_like_any_register() -> None:
    found = read_register({"register.json": own(f'{{{SAID}, "capital": 3}}')})
    assert set(found.parties) == {"a", "b"}
    assert [problem.args["party"] for problem in found.problems] == ["a", "b"]


def test_the_same_register_gives_the_same_bytes() -> None:
    one = read_register({name: (EXAMPLES / name).read_bytes() for name in ("captable.csv", "holdings.json")})
    assert write_own_form(read_own_form(write_own_form(one), "r.json")) == write_own_form(one)
