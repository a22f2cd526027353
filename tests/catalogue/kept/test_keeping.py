"""What is taken in is kept whole, once, and never changed; what it changes is told."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from tests.catalogue.kept.bringing import PROVIDER, file, pack
from tests.catalogue.saying import DAY, moment

from egide.catalogue.gaia_x import Said
from egide.catalogue.kept.files import RESTORED, Refused, Withdrawal
from egide.catalogue.kept.packs import Pack, body_of
from egide.catalogue.kept.reading import Kept, statements_about
from egide.catalogue.kept.tables import CATALOGUE, DOCUMENTS, REFUSED, SAID
from egide.catalogue.kept.writing import held_credentials, held_documents, keep, refuse, refused_in
from egide.catalogue.sheets import Standing
from egide.catalogue.shelf import Shelf
from egide.store.connection import Store
from egide.store.errors import AppendOnlyError
from egide.vocabulary.findings import Answer
from egide.vocabulary.properties import PROPERTIES, Form, SubjectKind
from egide.vocabulary.statements import Assurance, Backing

OFFER, OTHER = "https://nuage-fictif.example/offers/1", "https://nuage-fictif.example/offers/2"
AUDITOR = "did:web:auditeur-fictif.example"


def bring(store: Store, *files, job: int | None = None):
    with store.write() as tx:
        return keep(tx, files, DAY, job)


def rows(store: Store, table) -> int:
    with store.read() as tx:
        return tx.execute(select(func.count()).select_from(table)).scalar_one()


def test_the_tables_are_those_that_the_steps_make(store: Store) -> None:
    with store.engines.read.connect() as connection:
        context = MigrationContext.configure(connection, opts={
            "include_name": lambda name, kind, _: kind != "table" or name.startswith("catalogue_"),
            "version_table": CATALOGUE.version_table, "compare_type": True,
        })  # fmt: skip
        assert compare_metadata(context, CATALOGUE.metadata) == []


def values(form: Form):
    return {
        Form.TEXT: st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20), Form.SUBJECT: st.just(OTHER),
        Form.CHOICE: st.just("x"), Form.YES_NO: st.booleans(), Form.NUMBER: st.integers(0, 2**53 - 1) | st.floats(0, 1e6),
        Form.MONEY: st.integers(0, 10**15), Form.DATE: st.dates(), Form.COUNTRY: st.sampled_from(["FR", "DE"]),
    }[form]  # fmt: skip


SAYINGS = st.sampled_from(sorted(PROPERTIES)).flatmap(lambda name: st.builds(
    Said, st.just(name),
    st.none() | (st.frozensets(values(PROPERTIES[name].form).map(str), min_size=1, max_size=3) if PROPERTIES[name].many
                 else values(PROPERTIES[name].form)),
    st.text("aé«»", max_size=9), st.just("$.x"), st.none() | st.just("par"),
))  # fmt: skip


@given(st.lists(SAYINGS, max_size=12))
@settings(max_examples=40)
def test_statements_come_out_of_a_pack_as_they_went_in(said):
    made = Pack(OFFER, "sha256-1", "s", PROVIDER, Assurance.AUDITED, Backing.SIGNED, "a file", moment(-1), None, body_of(said))
    found = made.statements(moment())
    assert [(one.property, one.value, one.text, one.at, one.region) for one in found] == [
        (one.property, one.value, one.text, one.at, one.region) for one in said
    ]  # fmt: skip
    assert all(type(one.value) is type(before.value) for one, before in zip(found, said, strict=True))


def test_one_value_that_was_kept_before_there_could_be_several_is_several_of_one():
    body = b'[["registration","FR00000000000","FR00000000000","$.x",null]]'
    made = Pack(OFFER, "sha256-1", "s", PROVIDER, Assurance.AUDITED, Backing.SIGNED, "a file", moment(-1), None, body)
    (one,) = made.statements(moment())
    assert one.value == frozenset({"FR00000000000"})


@given(st.lists(st.lists(SAYINGS, min_size=1, max_size=4), min_size=1, max_size=4))
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_what_is_kept_is_given_back(store: Store, documents):
    subject = f"urn:x:{datetime.now(UTC).isoformat()}"
    packs = [
        Pack(subject, f"sha256-{number}", f"s{number}", PROVIDER, Assurance.DECLARED, Backing.SIGNED, "a file", moment(-number),
             moment(number), body_of(said))
        for number, said in enumerate(documents)
    ]  # fmt: skip
    bring(store, *(file(one, name=f"{subject}/{one.document}") for one in packs))
    found = Kept(store).about(subject)
    expected = [one for made in packs for one in made.statements(found[0].origin.recorded_at)]
    assert list(found) == expected


def test_the_same_files_again_change_nothing(store: Store):
    files = [file(pack(OFFER, name="Offre fictive"), name="1"), file(pack(OTHER, "sha256-2", name="Autre"), name="2")]
    first, second = bring(store, *files), bring(store, *files)
    assert (first.documents, first.packs, first.again) == (2, 2, 0)
    assert (second.documents, second.packs, second.again) == (0, 0, 2)
    assert (rows(store, DOCUMENTS), rows(store, SAID)) == (2, 2)
    assert all(one.answer is Answer.MET for one in store.verify())


def test_a_credential_that_comes_in_two_files_is_said_once(store: Store):
    person = pack("https://nuage-fictif.example/person", "sha256-p", headquarters="FR")
    effect = bring(store, file(person, pack(OFFER, name="1"), name="1"), file(person, pack(OTHER, "sha256-2", name="2"), name="2"))
    assert (effect.documents, effect.packs) == (2, 3)
    again = bring(store, file(person, pack(f"{OFFER}0", "sha256-3", name="3"), name="3"))
    assert (again.documents, again.packs) == (1, 1)


def test_files_that_are_held_are_known_by_digest_and_job(store: Store):
    one = file(pack(OFFER, name="1"), statuses=(Withdrawal("sha256-1", moment(), RESTORED),))
    bring(store, one, job=7)
    with store.read() as tx:
        held = held_documents(tx, [one.digest, "0" * 64])
        assert {digest: (known.job, known.status) for digest, known in held.items()} == {one.digest: (7, True)}
        assert {name: (one.document, one.issuer) for name, one in held_credentials(tx, ["sha256-1", "nothing"]).items()} == {
            "sha256-1": ("sha256-1", PROVIDER),
        }  # fmt: skip


def test_no_row_is_ever_changed_or_deleted(store: Store):
    bring(store, file(pack(OFFER, name="1")))
    for table in (DOCUMENTS, SAID):
        with pytest.raises(AppendOnlyError), store.write() as tx:
            tx.execute(table.delete())


def test_what_changes_and_what_now_conflicts_is_told(store: Store):
    first = bring(store, file(pack(OFFER, series="c", issued=-30, sla_percent=99.9, price_hour=50_000), name="1"))
    assert (first.new, first.changed, first.conflicts) == ([OFFER], {}, {})
    second = bring(store, file(pack(OFFER, "sha256-2", series="c", issued=-3, sla_percent=99.9, price_hour=60_000), name="2"))
    assert (second.new, second.changed) == ([], {OFFER: ("price_hour",)})
    third = bring(store, file(pack(OFFER, "sha256-3", AUDITOR, Assurance.AUDITED, sla_percent=99.5), name="3"))
    assert third.changed == {OFFER: ("sla_percent",)}
    assert third.conflicts == {OFFER: ("sla_percent",)}


def test_an_older_credential_is_kept_as_history_and_replaces_nothing(store: Store):
    bring(store, file(pack(OFFER, "sha256-2", series="c", issued=-3, sla_percent=99.9), name="2"))
    effect = bring(store, file(pack(OFFER, series="c", issued=-30, sla_percent=95.0), name="1"))
    assert (effect.older, effect.changed) == ([OFFER], {})
    sheet = Shelf([Kept(store)], DAY).sheet(OFFER)
    assert sheet.value("sla_percent") == 99.9
    assert [why for why, _ in sheet.cells["sla_percent"].past] == [Standing.SUPERSEDED]


def test_a_credential_that_is_revoked_counts_no_more_and_one_given_back_does(store: Store):
    bring(store, file(pack(OFFER, sla_percent=99.9)))
    with store.write() as tx:
        lost = refuse(tx, 1, [Refused("d" * 64, "again", "refused", [], (Withdrawal("sha256-1", moment(), "suspended"),))])
    assert lost.withdrawn == ["sha256-1"]
    shelf = Shelf([Kept(store)], DAY)
    assert shelf.sheet(OFFER).value("sla_percent") is None
    assert [why for why, _ in shelf.sheet(OFFER).cells["sla_percent"].past] == [Standing.WITHDRAWN]
    bring(store, file(pack(OFFER, sla_percent=99.9), name="once more", statuses=(Withdrawal("sha256-1", moment(), RESTORED),)))
    assert Shelf([Kept(store)], DAY).sheet(OFFER).value("sla_percent") == 99.9


def test_what_is_said_of_the_status_of_others_credentials_changes_nothing(store: Store):
    with store.write() as tx:
        assert refuse(tx, 1, [Refused("d" * 64, "x", "refused", [], (Withdrawal("sha256-9", moment(), "revoked"),))]).withdrawn == []
    assert Kept(store).withdrawn() == {}


def test_a_refusal_is_kept_once_for_each_job(store: Store):
    why = Refused("d" * 64, "x.jwt", "refused", [{"code": "unsigned", "args": {}, "message": "m"}])
    for job in (1, 1, 2):
        with store.write() as tx:
            refuse(tx, job, [why])
    assert rows(store, REFUSED) == 2
    with store.read() as tx:
        assert refused_in(tx, 1, ["d" * 64, "e" * 64]) == {"d" * 64}


def test_a_label_counts_for_the_offer_whose_very_credential_it_covers(store: Store):
    label = pack("https://label.example/1", "sha256-l", "did:web:label.example", Assurance.ATTESTED, gaia_x_type="LabelCredential",
                 gaia_x_label="L2", covers=frozenset({"sha256-1"}))
    offers = file(pack(OFFER, name="Offre"), name="1"), file(pack(OTHER, "sha256-2", name="Autre"), name="2")
    bring(store, file(label, name="label"), *offers)
    shelf = Shelf([Kept(store)], DAY)
    assert shelf.sheet(OFFER).value("gaia_x_label") == "L2"
    assert shelf.sheet(OTHER).value("gaia_x_label") is None
    assert shelf.kind("https://label.example/1") is SubjectKind.LABEL


def test_subjects_are_listed_counted_and_found_whatever_the_case(store: Store):
    bring(store, file(pack(OFFER, gaia_x_type="ServiceOffering", name="Offre", provided_by=frozenset({"https://nuage-fictif.example/p#CS"}))),
          file(pack("https://nuage-fictif.example/p#cs", "sha256-2", gaia_x_type="LegalPerson", name="P"), name="2"))
    kept = Kept(store)
    assert list(kept.subjects(SubjectKind.OFFER)) == [OFFER]
    assert kept.count() == {SubjectKind.OFFER: 1, SubjectKind.PROVIDER: 1}
    assert kept.named("HTTPS://nuage-fictif.example/p#CS") == ["https://nuage-fictif.example/p#cs"]
    assert kept.standing_on(["https://nuage-fictif.example/p#CS"], ["provided_by"]) == {"https://nuage-fictif.example/p#CS": {OFFER}}
    assert [subject for subject, _ in kept.each()] == sorted([OFFER, "https://nuage-fictif.example/p#cs"])


def test_a_price_said_later_does_not_make_a_provider_an_offer(store: Store):
    person = "https://nuage-fictif.example/p#cs"
    bring(store, file(pack(person, gaia_x_type="LegalPerson", name="P"), name="1"))
    bring(store, file(pack(person, "sha256-2", keywords=frozenset({"x"})), name="2"))
    assert list(Kept(store).subjects(SubjectKind.PROVIDER)) == [person]


def test_only_the_latest_documents_of_a_subject_are_compared_when_there_are_many(store: Store):
    bring(store, *(file(pack(OFFER, f"sha256-{n}", issued=-90 + n, sla_percent=90 + n / 10), name=str(n)) for n in range(80)))
    with store.read() as tx:
        found = statements_about(tx, [OFFER], 64)[OFFER]
    assert [one.value for one in found] == [90 + n / 10 for n in range(16, 80)]
    assert Shelf([Kept(store)], DAY).sheet(OFFER).value("sla_percent") == 97.9


def test_a_day_in_the_past_is_told_as_it_was_said_then(store: Store):
    bring(store, file(pack(OFFER, series="c", issued=-30, sla_percent=99.0), name="1"),
          file(pack(OFFER, "sha256-2", series="c", issued=-3, sla_percent=99.9), name="2"))
    then = date.fromordinal(DAY.toordinal() - 10)
    assert Shelf([Kept(store)], then).sheet(OFFER).value("sla_percent") == 99.0
