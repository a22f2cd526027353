"""A publisher's whole folder: presentations, each credential that they carry by itself, and the claims from before they were signed."""

from __future__ import annotations

import json
import random
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select
from tests.app.bringing import NOW, claims, credential, how, presentation
from tests.trust.linked.world import files_of
from tests.trust.pipeline import world as pipeline

from egide.app.database import open_database
from egide.app.intake.sources import sources
from egide.app.intake.taking import rehearse, take_in
from egide.catalogue.kept.tables import DOCUMENTS, SAID
from egide.trust.linked import read_bundle
from egide.trust.pipeline import DEFAULT

ON = NOW.date()
pytestmark = pytest.mark.usefixtures("shared")


@pytest.fixture(scope="module")
def official(shared):
    return replace(how(), bundle=pipeline.bundle(shared), scope=DEFAULT)


def folder_of(into: Path, seed: int = 0) -> Path:
    """What a publisher writes, under names in any order."""
    into.mkdir()
    names = [f"{one}" for one in range(2 * len(pipeline.SUBJECTS) + 1)]
    random.Random(seed).shuffle(names)  # noqa: S311 - a draw that can be repeated
    for subject in pipeline.SUBJECTS:
        unsigned = {name: value for name, value in pipeline.claims(subject).items() if name not in {"issuer", "validFrom", "validUntil"}}
        (into / f"{names.pop()}.json").write_text(json.dumps(unsigned))
        (into / f"{names.pop()}.jwt").write_text(pipeline.credential(subject))
    (into / f"{names.pop()}.jwt").write_bytes(pipeline.presentation())
    return into


def kept(path: Path) -> tuple[list[tuple[object, ...]], set[str]]:
    """What a catalogue holds: statements, and files."""
    with open_database(str(path)) as store, store.read() as tx:
        said = tx.execute(select(SAID.c.subject, SAID.c.document, SAID.c.identity, SAID.c.file, SAID.c.body).order_by(SAID.c.number))
        return [tuple(row) for row in said], {row.digest for row in tx.execute(select(DOCUMENTS.c.digest))}


@pytest.mark.parametrize("seed", range(3))
def test_the_folder_brings_what_its_presentation_brings(tmp_path, official, seed):
    folder = folder_of(tmp_path / "published", seed)
    (tmp_path / "presentation.jwt").write_bytes(pipeline.presentation())
    with zipfile.ZipFile(tmp_path / "published.zip", "w") as archive:
        for path in folder.iterdir():
            archive.write(path, path.name)
    (tmp_path / "published.jsonl").write_text("\n\n".join(path.read_text() for path in sorted(folder.iterdir())))
    for name in ("published", "presentation.jwt", "published.zip", "published.jsonl"):
        with open_database(str(tmp_path / f"{name}.db")) as store:
            report = take_in(sources([tmp_path / name]), store, official, ON)
            assert (report.taken, report.refused, report.not_evaluated) == (1, 0, 0), report.problems
            if name != "presentation.jwt":
                assert (report.files, report.carried, report.sources) == (9, 4, 4)
                again = take_in(sources([tmp_path / name]), store, official, ON)
                assert (again.taken, again.again, again.carried, again.sources, again.refused) == (0, 1, 4, 4, 0)
    alone = kept(tmp_path / "presentation.jwt.db")
    # The two presentations of one test differ in their signatures, so in their digest; nothing else of what is held may differ.
    said = [row[:3] + row[4:] for row in alone[0]]
    for name in ("published", "published.zip", "published.jsonl"):
        rows, files = kept(tmp_path / f"{name}.db")
        assert [row[:3] + row[4:] for row in rows] == said
        assert len(files) == len(alone[1]) == 1


def test_a_rehearsal_of_the_folder_tells_the_same(tmp_path, official):
    folder = folder_of(tmp_path / "published")
    with open_database(str(tmp_path / "a.db")) as store:
        report = rehearse(sources([folder]), store, official, ON)
        assert (report.taken, report.carried, report.sources, report.refused) == (1, 4, 4, 0)


def test_a_credential_whose_company_was_not_taken_is_refused_as_before(tmp_path, official):
    (tmp_path / "in").mkdir()
    (tmp_path / "in/service.jwt").write_text(pipeline.credential("service"))
    with open_database(str(tmp_path / "a.db")) as store:
        report = take_in(sources([tmp_path / "in"]), store, official, ON)
    assert (report.taken, report.carried, report.refused) == (0, 0, 1)
    assert "shape.class" in report.reasons


def test_what_a_presentation_carries_waits_with_it_for_a_key(tmp_path, official, shared):
    folder = folder_of(tmp_path / "published")
    keyless = replace(official, bundle=read_bundle(files_of(shared), vouched=True))
    with open_database(str(tmp_path / "a.db")) as store:
        report = take_in(sources([folder]), store, keyless, ON)
        assert (report.taken, report.refused, report.not_evaluated) == (0, 0, 9), report.problems
        assert report.reasons["company-waits"] > 1
        later = take_in(sources([folder]), store, official, ON)
        assert (later.taken, later.carried, later.sources, later.refused) == (1, 4, 4, 0)


def test_another_content_under_a_name_that_is_held_is_no_double(tmp_path, official):
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.jwt").write_bytes(pipeline.presentation())
    (tmp_path / "in/b.jwt").write_text(pipeline.credential("service", description="Autre chose"))
    forged = pipeline.claims("person") | {"credentialSubject": {"id": pipeline.PERSON, "schema:name": "Un autre nom"}}
    unsigned = {name: value for name, value in forged.items() if name not in {"issuer", "validFrom", "validUntil"}}
    (tmp_path / "in/c.json").write_text(json.dumps(unsigned))
    with open_database(str(tmp_path / "a.db")) as store:
        report = take_in(sources([tmp_path / "in"]), store, official, ON)
    assert (report.taken, report.carried, report.sources, report.refused) == (1, 0, 0, 2)
    assert "claims-unsigned" in report.reasons


def test_a_double_with_another_signature_under_it_is_refused(tmp_path):
    """It is verified before it is recognised."""
    (tmp_path / "in").mkdir()
    token = credential(1)
    (tmp_path / "in/a.jwt").write_text(presentation(token))
    (tmp_path / "in/b.jwt").write_text(token.rpartition(".")[0] + "." + credential(2).rpartition(".")[2])
    with open_database(str(tmp_path / "a.db")) as store:
        report = take_in(sources([tmp_path / "in"]), store, how(), ON)
    assert (report.taken, report.carried, report.refused, set(report.reasons)) == (1, 0, 1, {"signature-false"})


def test_claims_alone_are_told_how_to_be_signed(tmp_path):
    unsigned = {name: value for name, value in claims(1).items() if name not in {"validFrom", "validUntil"}}
    (tmp_path / "a.json").write_text(json.dumps(unsigned))
    with open_database(str(tmp_path / "a.db")) as store:
        report = take_in(sources([tmp_path / "a.json"]), store, how(), ON)
    assert (report.refused, set(report.reasons)) == (1, {"claims-unsigned"})
