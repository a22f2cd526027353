"""A dossier is read whole or refused with its path; what is missing leaves it with less behind it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given as holds_for
from hypothesis import strategies as st
from tests.label.world import EXAMPLES, MET, given, rival, small, worked

from egide.label.dossier import Assurance, CatalogueLine, Dossier, PathState
from egide.label.reading import Given, read_dossier, references
from egide.label.shapes import BinderShape, schema
from egide.vocabulary.errors import InputError
from egide.vocabulary.yaml import write_yaml

OFFER = {"id": "o", "name": "O", "provider": "p", "provider_name": "P fictif", "kinds": ["IaaS"], "on": date(2026, 5, 1)}


def written(**parts: object) -> bytes:
    return write_yaml({"offer": OFFER, **parts})


def read(brought: Given | None = None, **parts: object) -> Dossier:
    return read_dossier(written(**parts), "offer.yaml", brought or Given())


def refused(brought: Given | None = None, **parts: object) -> InputError:
    with pytest.raises(InputError) as error:
        read(brought, **parts)
    assert error.value.at
    assert error.value.at.file == "offer.yaml"
    return error.value


def path_of(error: InputError) -> str | None:
    return error.at.path if error.at else None


def test_a_plain_value_is_the_provider_s_declaration_of_the_day_of_the_file() -> None:
    (said,) = read(facts={"contract.law": "FR"}).statements["contract.law"]
    assert (said.claim.value, said.claim.issuer, said.claim.on, said.assurance) == ("FR", "P fictif", date(2026, 5, 1), Assurance.DECLARED)
    assert said.claim.source == "offer.yaml: $.facts.contract.law"


def test_a_map_says_who_stands_behind_the_value() -> None:
    by = {"value": ["FR"], "issuer": "Auditeur fictif", "on": date(2026, 2, 3), "until": date(2027, 2, 2), "assurance": "audited",
          "source": "relevé", "read": "secondary", "evidence": ["E-1"]}  # fmt: skip
    dossier = read(facts={"places.storage": by})
    (said,) = dossier.statements["places.storage"]
    assert (said.claim.value, said.claim.issuer, said.claim.on) == (frozenset({"FR"}), "Auditeur fictif", date(2026, 2, 3))
    assert (said.claim.source, said.claim.read, said.until, said.assurance) == ("relevé", "secondary", date(2027, 2, 2), Assurance.AUDITED)
    (problem,) = dossier.problems
    assert (problem.at.path, problem.args, problem.rejected) == ("$.facts.places.storage.evidence", {"name": "E-1"}, False)


def test_the_day_of_the_file_is_not_that_of_somebody_else() -> None:
    (said,) = read(facts={"contract.law": {"value": "FR", "issuer": "Autre"}}).statements["contract.law"]
    assert said.claim.on is None


def test_issuers_who_contradict_each_other_are_both_kept() -> None:
    said = read(facts={"contract.law": [{"value": "FR"}, {"value": "DE", "issuer": "Autre"}]}).statements["contract.law"]
    assert [one.claim.value for one in said] == ["FR", "DE"]


def test_an_empty_list_of_countries_says_nowhere_and_an_empty_value_says_that_nobody_knows() -> None:
    statements = read(facts={"places.support": [], "contract.law": None}).statements
    assert statements["places.support"][0].claim.value == frozenset()
    assert statements["contract.law"][0].claim.value is None


@pytest.mark.parametrize(("parts", "path"), [
    ({"facts": {"contract.lwa": "FR"}}, "$.facts.contract.lwa"),
    ({"facts": {"contract.law": False}}, "$.facts.contract.law"),
    ({"facts": {"contract.law": {"value": "FR", "isuer": "X"}}}, "$.facts.contract.law"),
    ({"facts": {"contract.law": [{"value": "FR"}, {"value": "France"}]}}, "$.facts.contract.law[1].value"),
    ({"facts": {"contract.erasure_notice_days": -1}}, "$.facts.contract.erasure_notice_days"),
    ({"facts": {"contract.law": {"value": "FR", "on": date(2026, 1, 2), "until": date(2026, 1, 1)}}}, "$.facts.contract.law.until"),
    ({"suppliers": [{"id": "s", "name": "S", "role": "friend", "provides": "x"}]}, "$.suppliers[0].role"),
    ({"suppliers": [{"id": "s", "name": "S", "role": "host", "provides": "x", "seat": "ZZ"}]}, "$.suppliers[0].seat"),
    ({"suppliers": [{"id": "s", "name": "S", "role": "host", "provides": "x", "under": "t"}]}, "$.suppliers[0].under"),
    ({"suppliers": [{"id": name, "name": "S", "role": "host", "provides": "x", "under": above} for name, above in ("st", "tu", "us")]},
     "$.suppliers"),
    ({"suppliers": [{"id": "s", "name": "S", "role": "host", "provides": "x"}] * 2}, "$.suppliers[1]"),
    ({"suppliers": [{"id": "s", "name": "S", "role": "host", "provides": "x", "statements": {"seta": {}}}]},
     "$.suppliers[0].statements.seta"),
    ({"components": [{"id": "c", "name": "C", "operated_by": "s"}]}, "$.components[0].operated_by"),
    ({"accesses": [{"source": "p", "target": "c", "kind": "support"}]}, "$.accesses[0].target"),
    ({"needs": [{"id": "n", "name": "N", "needs": ["own-skills", ["p", "x"]]}]}, "$.needs[0].needs[1]"),
    ({"needs": [{"id": "n", "name": "N", "needs": [], "days": {"x": 3}}]}, "$.needs[0].days"),
    ({"answered": [{"base": "b", "requirement": "9.7.a", "how": "x"}]}, "$.answered[0].base"),
    ({"technical_data": [{"kind": "network", "held_by": "x"}]}, "$.technical_data[0].held_by"),
    ({"steps": [{"id": "a", "title": "A", "owner": "cio", "days": 1, "after": ["a"]}]}, "$.steps"),
    ({"steps": [{"id": "a", "title": "A", "owner": "cio", "days": 1, "after": ["b"]}]}, "$.steps[0].after"),
    ({"built_on": [{"offer": "o", "provides": "IaaS"}]}, "$.built_on"),
    ({"built_on": [{"offer": "b", "provides": "IaaS", "inherits": ["9.7 a"]}]}, "$.built_on[0].inherits[0]"),
    ({"efforts": {"9.*": -1}}, "$.efforts[...]"),
    ({"colour": "red"}, "$"),
    ({"ownership": ["absent.csv"]}, "$.ownership"),
    ({"records": {"iam": "absent.csv"}}, "$.records.iam"),
    ({"evidence": "absent"}, "$.evidence"),
    ({"built_on": [{"offer": "b", "provides": "IaaS", "dossier": "absent.yaml"}]}, "$.built_on[0].dossier"),
    ({"objectives": {"SOV-1": {"level": 5}}}, "$.objectives[...].level"),
    ({"objectives": {"SOV-1": {"level": 1}, "eu-csf-1.2.1#SOV-1": {"level": 2}}}, "$.objectives"),
])  # fmt: skip
def test_what_is_wrong_is_refused_with_its_path(parts: dict[str, object], path: str) -> None:
    assert path_of(refused(**parts)) == path


@pytest.mark.parametrize("name", ["../x.csv", "/etc/passwd", "C:/x", "a/../../x", r"a\x"])
def test_a_file_that_leaves_the_folder_is_refused(name: str) -> None:
    for parts in ({"ownership": [name]}, {"records": {"iam": name}}, {"evidence": name}):
        with pytest.raises(InputError, match="leaves the folder"):
            references(written(**parts), "offer.yaml")


def test_only_a_dossier_underneath_may_lie_above_the_folder() -> None:
    content = written(built_on=[{"offer": "b", "provides": "IaaS", "dossier": "../b/offer.yaml"}])
    assert references(content, "offer.yaml").bases == ("../b/offer.yaml",)
    refused(built_on=[{"offer": "b", "provides": "IaaS", "dossier": "/b/offer.yaml"}])


def test_a_heading_with_nothing_under_it_is_nothing() -> None:
    assert read_dossier(written() + b"facts:\nsuppliers:\naccesses:\n", "offer.yaml", Given()).statements == {}


def test_a_control_is_tested_only_with_a_test_of_the_binder_behind_it() -> None:
    component = [{"id": "c", "name": "C", "operated_by": "p"}]
    access = {"source": "p", "target": "c", "kind": "support", "control": "bastion", "control_state": "tested", "evidence": ["E"]}
    binder = b"documents: [{id: E, title: E, kind: %s, issuer: X, on: 2026-01-01, file: e}]"
    for kind, state in ((b"test", PathState.TESTED), (b"document", PathState.DECLARED)):
        brought = Given({"preuves/binder.yaml": binder % kind}, {"e": "0" * 64})
        dossier = read(brought, components=component, accesses=[access], evidence="preuves")
        assert dossier.accesses[0].control_state is state
        assert bool(dossier.problems) == (state is PathState.DECLARED)


def test_a_control_without_a_word_on_it_is_declared() -> None:
    access = {"source": "p", "target": "c", "kind": "support", "control": "bastion"}
    (one,) = read(components=[{"id": "c", "name": "C", "operated_by": "p"}], accesses=[access]).accesses
    assert (one.state, one.control_state, one.origin) == (PathState.DECLARED, PathState.DECLARED, "offer.yaml")


def test_records_name_parties_and_components_as_people_do() -> None:
    brought = Given({"iam.csv": b"partie;composant\nP FICTIF;la Console\nInconnue;console\n"})
    dossier = read(brought, components=[{"id": "console", "name": "La console", "operated_by": "p"}], records={"iam": "iam.csv"})
    assert [(one.source, one.target) for one in dossier.accesses] == [("p", "console"), ("Inconnue", "console")]
    (problem,) = dossier.problems
    assert (problem.at.file, problem.at.row, problem.args) == ("iam.csv", 3, {"name": "Inconnue"})


def test_a_name_that_two_share_is_nobody_s() -> None:
    suppliers = [{"id": name, "name": "Même nom", "role": "host", "provides": "x"} for name in ("s", "t")]
    brought = Given({"iam.csv": "partie;composant\nMême nom;c\ns;c\n".encode()})
    dossier = read(brought, suppliers=suppliers, components=[{"id": "c", "name": "C", "operated_by": "p"}], records={"iam": "iam.csv"})
    assert [one.source for one in dossier.accesses] == ["Même nom", "s"]


def test_a_supplier_may_say_who_stands_behind_its_places_and_its_control() -> None:
    by = {"issuer": "Autre", "on": date(2026, 1, 1)}
    supplier = {"id": "s", "name": "S", "role": "host", "provides": "x", "seat": "DE", "data": [],
                "statements": {"seat": by, "controlled_by_third": {"value": False}}}  # fmt: skip
    (one,) = read(suppliers=[supplier]).suppliers
    assert (one.statements["seat"].claim.value, one.statements["seat"].claim.issuer) == ("DE", "Autre")
    assert one.statements["controlled_by_third"].claim.value is False
    assert (one.data, one.countries) == (frozenset(), None)


def test_a_line_of_the_catalogue_comes_from_the_catalogue_only() -> None:
    line = CatalogueLine("x", "qualified", "3.2", None, None, "catalogue", "primary", date(2026, 9, 15))
    content = write_yaml({"offer": {**OFFER, "catalogue": "x"}})
    assert read_dossier(content, "offer.yaml", Given(lines={"x": line})).line == line
    alone = read_dossier(content, "offer.yaml", Given())
    assert alone.line is None
    assert alone.problems[0].at.path == "$.offer.catalogue"


def test_an_offer_does_not_stand_on_itself_however_many_layers_down() -> None:
    under = [{"offer": "o", "provides": "IaaS", "dossier": "o.yaml"}]
    middle = read(Given(bases={"o.yaml": small(id="o")}), offer={**OFFER, "id": "m"}, built_on=under)
    error = refused(Given(bases={"m.yaml": middle}), built_on=[{"offer": "m", "provides": "PaaS", "dossier": "m.yaml"}])
    assert path_of(error) == "$.built_on[0]"


def test_a_base_is_the_offer_that_its_dossier_says() -> None:
    error = refused(Given(bases={"b.yaml": small()}), built_on=[{"offer": "b", "provides": "IaaS", "dossier": "b.yaml"}])
    assert path_of(error) == "$.built_on[0].dossier"


def test_a_component_of_a_base_can_be_reached_by_name() -> None:
    parts = {"built_on": [{"offer": "petit-nuage", "provides": "IaaS", "dossier": "b.yaml"}],
             "components": [{"id": "c", "name": "C", "operated_by": "p"}],
             "accesses": [{"source": "petit-nuage/calcul", "target": "c", "kind": "data"}]}  # fmt: skip
    assert read(Given(bases={"b.yaml": small()}), **parts).accesses[0].source == "petit-nuage/calcul"
    assert path_of(refused(Given(bases={"b.yaml": small(components=())}), **parts)) == "$.accesses[0].source"


def test_the_digest_changes_with_every_file_and_with_nothing_else() -> None:
    path = EXAMPLES / "offer.yaml"
    brought, content = given(path), path.read_bytes()
    digest = read_dossier(content, "offer.yaml", brought).digest
    beside = Given({**brought.files, "x": b""}, brought.found, brought.bases)
    assert digest == worked().digest == read_dossier(content, "offer.yaml", beside).digest
    table = {**brought.files, "captable.csv": brought.files["captable.csv"] + b"\n"}
    found = {**brought.found, "organisation.md": "0" * 64}
    bases = {name: small(id=dossier.id, digest="x") for name, dossier in brought.bases.items()}
    others = [
        (content + b"\n", brought), (content, Given(table, brought.found, brought.bases)),
        (content, Given(brought.files, found, brought.bases)), (content, Given(brought.files, brought.found, bases)),
    ]  # fmt: skip
    digests = {read_dossier(one, "offer.yaml", with_).digest for one, with_ in others}
    assert len(digests | {digest}) == 5


def test_the_schema_says_what_the_reader_takes() -> None:
    import jsonschema

    for shape, example in ((schema(), {"offer": {**OFFER, "on": "2026-05-01"}}), (schema(BinderShape), {"documents": []})):
        jsonschema.validate(json.loads(json.dumps(example)), shape)
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({**example, "colour": "red"}, shape)


def test_the_worked_provider_has_the_problems_that_its_page_plants_and_no_other() -> None:
    said = {(problem.at.file, problem.at.row or problem.at.path) for problem in worked().problems}
    assert said == {
        ("preuves/binder.yaml", "$.documents[9]"), ("preuves/binder.yaml", "$.documents[20]"), ("preuves/binder.yaml", None),
        ("acces/iam.csv", 6), ("acces/flux-sortants.csv", 3),
    }  # fmt: skip
    assert not rival().problems
    assert not worked().bases[0].dossier.problems  # type: ignore[union-attr]


def test_the_worked_provider_has_suppliers_at_three_levels_and_access_of_every_state() -> None:
    dossier = worked()
    above = {one.id: one.under for one in dossier.suppliers}
    assert above[above[above["interimaire-lointain-fictif"]]] is None  # type: ignore[index]
    assert {one.control_state for one in dossier.accesses} == {PathState.TESTED, PathState.DECLARED, None}
    assert PathState.UNTESTED in {one.state for one in dossier.accesses}
    parties = {*(one.id for one in dossier.suppliers), *(one.id for one in dossier.components), dossier.provider}
    assert {end for one in dossier.accesses for end in (one.source, one.target)} <= parties


def test_every_file_of_the_worked_provider_is_said_to_be_invented() -> None:
    for path in sorted(EXAMPLES.rglob("*")):
        if path.is_file() and path.name != ".gitattributes":
            text = path.read_text("utf-8").lower()
            assert any(word in text for word in ("fictif", "fictive", "inventé", "invented")), path


def test_the_small_dossier_states_every_fact() -> None:
    assert set(small().statements) == set(MET)


junk = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 50) | st.text(max_size=8) | st.sampled_from(["o", "p", "FR", date(2026, 1, 1)]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "id", "name", "value", "needs"]), inner, max_size=4),
    max_leaves=8,
)  # fmt: skip
HEADINGS = ("facts", "suppliers", "components", "accesses", "needs", "records", "built_on", "answered", "risks", "technical_data", "steps",
            "customers", "owners", "efforts", "objectives", "ownership", "evidence", "requested_on", "offer")  # fmt: skip


def taken(content: bytes) -> None:
    for ask in (lambda: references(content, "offer.yaml"), lambda: read_dossier(content, "offer.yaml", Given())):
        try:
            ask()
        except InputError as error:
            assert error.at


@holds_for(st.binary(max_size=300))
def test_any_bytes_are_a_dossier_or_refused(content: bytes) -> None:
    taken(content)


@holds_for(st.dictionaries(st.sampled_from(HEADINGS), junk, max_size=4))
def test_any_document_is_a_dossier_or_refused(parts: dict[str, object]) -> None:
    taken(write_yaml({"offer": OFFER, **parts}))


@holds_for(st.integers(0, 200), st.integers(0, 40), st.binary(max_size=6))
def test_the_worked_dossier_with_bytes_changed_is_read_or_refused(line: int, place: int, instead: bytes) -> None:
    lines = (EXAMPLES / "offer.yaml").read_bytes().split(b"\n")
    row = lines[line % len(lines)]
    lines[line % len(lines)] = row[:place] + instead + row[place + len(instead):]
    try:
        read_dossier(b"\n".join(lines), "offer.yaml", BROUGHT)
    except InputError as error:
        assert error.at


BROUGHT = given(Path(EXAMPLES / "offer.yaml"))
