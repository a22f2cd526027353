"""Files into the catalogue: whole or not at all, each once, refused with a precise reason, and whatever moment the machine dies at."""

from __future__ import annotations

import base64
import itertools
import json
import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from tests.app import bringing
from tests.app.bringing import NOW, claims, credential, did, how, presentation, raw, subject
from tests.app.test_fetching import HOST, Server, certificate, server  # noqa: F401 - fixtures
from tests.trust.pipeline import world as pipeline

from egide.app.database import open_database
from egide.app.intake.checking import checkers
from egide.app.intake.sources import Sources, sources
from egide.app.intake.taking import rehearse, take_in
from egide.catalogue.kept.reading import Kept
from egide.catalogue.kept.tables import DOCUMENTS, SAID
from egide.catalogue.shelf import Shelf
from egide.store.connection import Store
from egide.store.jobs import State, jobs
from egide.store.zips import Limits, Zip
from egide.trust.credentials.results import Mode
from egide.trust.dids.identifiers import Fetched
from egide.trust.linked import read_bundle
from egide.trust.status import no_status, with_value
from egide.trust.status_lists import entry, list_credential
from egide.vocabulary.errors import InputError
from egide.vocabulary.findings import Answer
from egide.vocabulary.statements import Assurance, Backing

ON = NOW.date()
pytestmark = pytest.mark.usefixtures("shared")


@pytest.fixture
def store(tmp_path: Path):
    with open_database(str(tmp_path / "catalogue.db")) as opened:
        yield opened


def written(folder: Path, **files: str | bytes) -> Path:
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name.replace("__", ".")).write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def take(store: Store, *paths: Path, **terms):
    return take_in(sources(paths), store, how(**terms), ON)


def count(store: Store, table) -> int:
    with store.read() as tx:
        return int(tx.execute(select(func.count()).select_from(table)).scalar_one())


def codes(report) -> list[set[str]]:
    return [{reason["code"] for reason in problem["because"]} for problem in report.problems]


# --- what is taken ------------------------------------------------------------------------------


def test_a_signed_offer_is_kept_with_its_issuer_its_dates_and_its_digest(store, tmp_path):
    report = take(store, written(tmp_path / "in", a__jwt=presentation(credential(1))))
    assert (report.files, report.taken, report.new, report.refused) == (1, 1, 1, 0)
    sheet = Shelf([Kept(store)], ON).sheet(subject(1))
    name = sheet.cells["name"].strongest()
    assert sheet.value("name") == "Offre fictive 1"
    assert (name.origin.issuer, name.origin.assurance, name.origin.backing) == (did(), Assurance.DECLARED, Backing.SIGNED)
    assert (name.origin.issued.date().isoformat(), name.origin.until.date().isoformat()) == ("2026-11-23", "2027-01-01")
    assert name.origin.document.startswith("sha256-")
    assert name.at == "$.credentialSubject['schema:name']"


def test_a_folder_an_archive_and_lines_hold_the_same_offers(store, tmp_path):
    tokens = {f"{number}.jwt": presentation(credential(number)) for number in range(5)}
    folder = written(tmp_path / "in")
    for name, token in tokens.items():
        (folder / name).write_text(token)
    with zipfile.ZipFile(tmp_path / "in.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("folder/", "")
        for name, token in tokens.items():
            archive.writestr(f"folder/{name}", token)
    (tmp_path / "in.jsonl").write_text("\n".join(tokens.values()) + "\n\n")
    reports = [take(store, tmp_path / name) for name in ("in", "in.zip", "in.jsonl")]
    assert [(one.files, one.taken, one.again) for one in reports] == [(5, 5, 0), (5, 0, 5), (5, 0, 5)]


def test_many_files_are_checked_by_several_processes_with_the_same_result(store, tmp_path):
    folder = written(tmp_path / "in", bad__jwt="a.b.c", worse__jwt=raw(b'{"a":1,"a":2}'))
    for number in range(20):
        (folder / f"{number:02}.jwt").write_text(credential(number))
    given, told = sources([folder]), how()
    alone = rehearse(given, store, told, ON, processes=1)
    with checkers(told, None, 2) as pool:
        assert pool.pool is not None
    report = take_in(sources([folder]), store, told, ON, processes=2)
    assert report.taken == alone.taken == 20
    assert report.reasons == alone.reasons


def test_what_is_an_authoritys_word_is_for_the_user_to_say(store, tmp_path):
    take(store, written(tmp_path / "in", a__jwt=credential(1, "auditor")), of_issuer={did("auditor"): Assurance.AUDITED})
    take(store, written(tmp_path / "in2", a__jwt=credential(2)), assurance=Assurance.ATTESTED)
    kept = Kept(store)
    assert {one.origin.assurance for one in kept.about(subject(1))} == {Assurance.AUDITED}
    assert {one.origin.assurance for one in kept.about(subject(2))} == {Assurance.ATTESTED}


def test_unsigned_credentials_are_kept_only_when_the_user_says_so_and_never_as_more_than_declared(store, tmp_path):
    folder = written(tmp_path / "in", a__json=json.dumps(claims(1, issuer="did:web:nuage-fictif.example")))
    report = take(store, folder)
    assert (report.taken, report.not_evaluated, codes(report)) == (0, 1, [{"unsigned"}])
    assert take(store, folder, unverified=True, assurance=Assurance.ATTESTED).taken == 1
    found = Kept(store).about(subject(1))
    assert {(one.origin.assurance, one.origin.backing) for one in found} == {(Assurance.DECLARED, Backing.UNSIGNED)}


def test_a_label_in_a_file_of_its_own_is_bound_to_the_credential_that_is_held(store, tmp_path):
    offer = credential(1)
    take(store, written(tmp_path / "in", a__jwt=offer))
    held = Kept(store).about(subject(1))[0].origin.document

    def label(digest: str) -> str:
        return bringing.issue({
            "@context": bringing.CONTEXTS, "id": "https://label-fictif.example/1", "type": ["VerifiableCredential", "gx:LabelCredential"],
            "validFrom": "2026-11-02T00:00:00Z", "validUntil": "2027-02-01T00:00:00Z",
            "credentialSubject": {
                "id": "https://label-fictif.example/1#cs", "type": "gx:LabelCredential", "gx:labelLevel": "L2",
                "gx:compliantCredentials": [{"id": "https://nuage-fictif.example/offers/1", "gx:digestSRI": digest}],
            },
        }, bringing.key("label"), bringing.kid("label"), NOW)  # fmt: skip

    altered = take(store, written(tmp_path / "bad", a__jwt=label("sha256-" + "0" * 64)))
    assert (altered.refused, codes(altered)) == (1, [{"label-of-altered"}])
    assert take(store, written(tmp_path / "good", a__jwt=label(held))).taken == 1
    assert Shelf([Kept(store)], ON).sheet(subject(1)).value("gaia_x_label") == "L2"


def test_our_own_additions_travel_in_a_credential_of_their_own(store, tmp_path):
    from egide.catalogue.gaia_x_terms import NAMESPACE

    more = {"@context": [bringing.CONTEXTS[0], {"egide": NAMESPACE}], "id": "https://nuage-fictif.example/terms/1",
            "type": ["VerifiableCredential"], "credentialSubject": {
        "id": subject(1), "egide:price_hour": [{"egide:value": "0,05 €", "egide:region": "par"},
                                               {"egide:value": "0.07 €", "egide:region": "fra"}],
        "egide:exit_days": "P30D", "egide:energy_kwh_hour": {"egide:value": 250, "egide:unit": "W"}, "egide:nothing_of_ours": 1,
    }}  # fmt: skip
    take(store, written(tmp_path / "in", a__jwt=credential(1), b__jwt=credential(1, **more)))
    shelf = Shelf([Kept(store)], ON)
    assert [shelf.sheet(subject(1), region).value("price_hour") for region in ("par", "fra", None)] == [50_000, 70_000, None]
    assert (shelf.sheet(subject(1)).value("exit_days"), shelf.sheet(subject(1)).value("energy_kwh_hour")) == (30, 0.25)
    assert shelf.sheet(subject(1)).value("name") == "Offre fictive 1"


@pytest.fixture(scope="module")
def official(shared):
    """As a person verifies by default: all eight steps, the official contexts and shapes, two providers that publish their keys."""
    from egide.trust.pipeline import DEFAULT

    return replace(how(), bundle=pipeline.bundle(shared), scope=DEFAULT)


def test_an_offer_is_taken_when_the_shapes_want_it_so_and_refused_when_they_do_not(store, tmp_path, official):
    complete = pipeline.presentation()
    service = {**pipeline.SUBJECTS["service"], "gx:price": "1 €"}
    spoilt = pipeline.presentation(("service",), credentialSubject=service)
    report = take_in(sources([written(tmp_path / "in", a__jwt=complete, b__jwt=spoilt)]), store, official, ON)
    assert (report.taken, report.refused) == (1, 1), report.problems
    assert any("shape" in code for code in codes(report)[0])
    shelf = Shelf([Kept(store)], ON)
    assert shelf.sheet(pipeline.SERVICE).name == "Stockage d’objets"
    assert shelf.sheet(f"{pipeline.SITE}/entreprise").value("headquarters") == "FR"


def test_our_additions_are_taken_beside_the_shapes_that_know_nothing_of_them(store, tmp_path, official):
    from egide.catalogue.gaia_x_terms import NAMESPACE

    more = {"@context": [bringing.CONTEXTS[0], {"egide": NAMESPACE}], "type": ["VerifiableCredential"],
            "credentialSubject": {"id": subject(1), "egide:price_hour": "0.05 €"}}
    untyped = {"@context": bringing.CONTEXTS, "type": ["VerifiableCredential"], "credentialSubject": {"id": subject(2), "schema:name": "x"}}
    folder = written(tmp_path / "in", a__jwt=credential(1, **more), b__jwt=credential(2, **untyped))
    report = take_in(sources([folder]), store, official, ON)
    assert (report.taken, report.not_evaluated) == (1, 1), report.problems
    assert Shelf([Kept(store)], ON).sheet(subject(1)).value("price_hour") == 50_000


def test_without_contexts_at_hand_nothing_is_verified(store, tmp_path):
    from egide.app.trust.bundle import EMPTY

    folder = written(tmp_path / "in", a__jwt=credential(1))
    report = take_in(sources([folder]), store, replace(how(), bundle=EMPTY), ON)
    assert (report.taken, report.not_evaluated) == (0, 1)


# --- twice, older, before -----------------------------------------------------------------------


def test_the_same_files_again_change_nothing(store, tmp_path):
    folder = written(tmp_path / "in", a__jwt=presentation(credential(1)), b__jwt=presentation(credential(2)))
    take(store, folder)
    report = take(store, folder)
    assert (report.taken, report.again, report.new, report.statements) == (0, 2, 0, 0)
    assert (count(store, DOCUMENTS), count(store, SAID)) == (2, 2)


@pytest.mark.parametrize("together", [True, False])
def test_an_older_credential_replayed_over_a_newer_is_refused_and_replaces_nothing(store, tmp_path, together):
    newer = credential(1, said={"schema:description": "nouvelle"})
    older = credential(1, said={"schema:description": "ancienne"}, signed=NOW - timedelta(days=20))
    if together:
        report = take(store, written(tmp_path / "in", a__jwt=newer, b__jwt=older))
    else:
        take(store, written(tmp_path / "in", a__jwt=newer))
        report = take(store, written(tmp_path / "in2", a__jwt=older))
    assert (report.refused, codes(report)) == (1, [{"older-than-known"}])
    assert Shelf([Kept(store)], ON).sheet(subject(1)).value("description") == "nouvelle"


def test_a_newer_credential_replaces_the_older_and_both_are_kept(store, tmp_path):
    older = credential(1, said={"schema:description": "ancienne"}, signed=NOW - timedelta(days=20))
    newer = credential(1, said={"schema:description": "nouvelle"})
    report = take(store, written(tmp_path / "in", a__jwt=older, b__jwt=newer))
    assert (report.taken, report.refused) == (2, 0)
    cell = Shelf([Kept(store)], ON).sheet(subject(1)).cells["description"]
    assert (cell.value, [one.value for _, one in cell.past]) == ("nouvelle", ["ancienne"])


def test_the_identifier_of_anothers_credential_is_not_taken_over(store, tmp_path):
    take(store, written(tmp_path / "in", a__jwt=credential(1)))
    report = take(store, written(tmp_path / "in2", a__jwt=credential(1, "reseller")))
    assert (report.taken, report.not_evaluated, codes(report)) == (0, 1, [{"id-of-another-issuer"}])


def test_a_rehearsal_tells_the_same_and_keeps_nothing(store, tmp_path):
    twice = presentation(credential(1))
    folder = written(tmp_path / "in", a__jwt=presentation(credential(1)), b__jwt=twice, c__jwt="a.b.c")
    told = rehearse(sources([folder]), store, how(), ON)
    assert count(store, DOCUMENTS) == count(store, SAID) == 0
    report = take(store, folder)
    assert (told.taken, told.new, told.statements, told.reasons) == (report.taken, report.new, report.statements, report.reasons)
    with store.read() as tx:
        assert [one.state for one in jobs(tx)] == [State.DONE]


# --- bad input ----------------------------------------------------------------------------------


def without_signature(header: dict[str, object]) -> str:
    def encoded(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    return f"{encoded(header)}.{encoded(claims(1, issuer=did()))}."


BAD = {
    "alg none": (without_signature({"alg": "none", "typ": "vc+jwt"}), "algorithm"),
    "a member twice": (raw(b'{"issuer":"did:a","issuer":"did:b"}'), "duplicate-member"),
    "ended": (raw(claims(1, issued="2025-01-01T00:00:00Z", until="2025-06-01T00:00:00Z", issuer=did())), "expired"),
    "not yet": (raw(claims(1, issued="2026-12-01T00:00:00Z", issuer=did())), "not-yet-valid"),
    "of another issuer": (raw(claims(1, issuer="did:web:autre-fictif.example")), ""),
    "another's signature": (credential(1)[:-8] + "AAAAAAAA", "signature"),
    "a wrapper": (raw({"vc": claims(1, issuer=did())}), ""),
    "no subject": (raw({key: value for key, value in claims(1, issuer=did()).items() if key != "credentialSubject"}), "model"),
    "nothing identified": (raw(claims(1, issuer=did(), id="urn:x:1", credentialSubject={"x:y": "z"})), ""),
    "text": ("bonjour", "not-recognised"),
    "nothing": ("", "not-recognised"),
    "too large": ("a." + "b" * (11 * 2**20) + ".c", ""),
    "deep": ("{" + '"a":{' * 5000 + "}" * 5000 + "}", ""),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_with_its_reason_and_the_good_one_beside_it_is_taken(store, tmp_path, name):
    content, code = BAD[name]
    report = take(store, written(tmp_path / "in", a__jwt=content, b__jwt=credential(2)))
    assert (report.files, report.taken, report.refused) == (2, 1, 1), codes(report)
    assert any(code in one for one in codes(report)[0])
    assert list(Kept(store).subjects()) == [subject(2)]


def test_one_bad_credential_in_a_presentation_keeps_the_others_out_too(store, tmp_path):
    late = raw(claims(2, issued="2025-01-01T00:00:00Z", until="2025-06-01T00:00:00Z", issuer=did()))
    report = take(store, written(tmp_path / "in", a__jwt=presentation(credential(1), late)))
    assert (report.taken, report.refused) == (0, 1)
    assert list(Kept(store).subjects()) == []


def test_every_file_of_tagus_is_refused_with_the_version_named(store, shared):
    report = take(store, shared / "data/gaia-x/tagus-examples")
    assert report.refused == report.files == 19
    assert all(one == {"version-1.1"} for one in codes(report))


def test_the_loire_examples_are_not_evaluated_for_they_are_not_signed(store, shared):
    report = take_in(sources([shared / "data/gaia-x/loire-examples"]), store, how(Mode.COMPATIBLE), ON)
    assert not Kept(store).count()
    assert (report.taken, report.not_evaluated, report.refused) == (0, 8, 2)
    assert report.reasons["unsigned"] == 8


def one_large(archive: zipfile.ZipFile) -> None:
    archive.writestr("b.jwt", b"0" * (80 * 2**20))


def many_within_the_limit_of_one(archive: zipfile.ZipFile) -> None:
    for number in range(5):
        archive.writestr(f"b{number}.jwt", b"0" * (20 * 2**20))


def declared(bytes_each: int, packed: int, many: int) -> Callable[[zipfile.ZipFile], None]:
    """Entries that say in the directory that they unpack to so much."""

    def write(archive: zipfile.ZipFile) -> None:
        for number in range(many):
            archive.writestr(f"b{number}.jwt", b"0" * packed, compresslevel=0)
            archive.getinfo(f"b{number}.jwt").file_size = bytes_each

    return write


@pytest.mark.parametrize(("bomb", "complaint"), [
    (one_large, "more than is read of one file"), (many_within_the_limit_of_one, "times its size"),
    (declared(2**20, 10, 1), "more than is read of one file"), (declared(2**26, 66_000, 257), "MiB unpacked"),
])  # fmt: skip
def test_an_archive_that_unpacks_too_far_is_refused_before_a_byte_of_it_is_taken(store, tmp_path, bomb, complaint):
    """However it is made, and what is good in it stands before or after: the file is refused, and the catalogue holds nothing of it."""
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.jwt", credential(1))
        bomb(archive)
        archive.writestr("z.jwt", credential(2))
    with pytest.raises(InputError) as refused:
        take(store, tmp_path / "bomb.zip")
    assert complaint in str(refused.value)
    assert count(store, DOCUMENTS) == count(store, SAID) == 0


def test_an_entry_that_unpacks_to_more_than_it_declares_is_refused_alone(store, tmp_path):
    with zipfile.ZipFile(tmp_path / "lies.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.jwt", credential(1))
        archive.writestr("b.jwt", credential(2) + " " * 2**20)
        archive.getinfo("b.jwt").file_size = len(credential(2))
    report = take(store, tmp_path / "lies.zip")
    assert (report.taken, report.refused, codes(report)) == (1, 1, [{"not-readable"}])
    assert list(Kept(store).subjects()) == [subject(1)]


def test_more_entries_than_are_read_are_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "many.zip", "w") as archive:
        for number in range(4):
            archive.writestr(f"{number}.jwt", "a")
    with (tmp_path / "many.zip").open("rb") as file, pytest.raises(InputError, match="4 files: the most that is read is 3"):
        Zip(file, "many.zip", Limits(3, 10, 10))


def test_a_path_out_of_the_archive_is_refused(store, tmp_path):
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("../a.jwt", credential(1))
    with pytest.raises(InputError):
        take(store, tmp_path / "x.zip")


def test_what_is_not_there_is_said_at_once(tmp_path):
    with pytest.raises(InputError):
        sources([tmp_path / "absent"])


def test_what_lies_behind_an_address_is_fetched_over_the_guarded_way_only(store, server: Server):  # noqa: F811
    token = credential(1).encode()
    server.answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(token), token)
    report = take_in(sources([f"https://{HOST}/offers/1"], server.network()), store, how(), ON)
    assert (report.taken, list(Kept(store).subjects())) == (1, [subject(1)])
    private = take_in(sources([f"https://{HOST}/offers/2"], server.network("127.0.0.1")), store, how(), ON)
    assert (private.refused, codes(private), private.unusable) == (1, [{"not-readable"}], True)


def test_links_and_hidden_files_of_a_folder_are_left_alone(store, tmp_path):
    folder = written(tmp_path / "in", a__jwt=credential(1))
    (folder / ".b.jwt").write_text(credential(2))
    (tmp_path / "c.jwt").write_text(credential(3))
    (folder / "c.jwt").symlink_to(tmp_path / "c.jwt")
    assert take(store, folder).files == 1


# --- killed -------------------------------------------------------------------------------------

WORKER = """
import sys
from pathlib import Path
from tests.app.test_fetching import HOST, Server, certificate, server  # noqa: F401 - fixtures
from tests.app.bringing import NOW, how
from egide.app.intake import taking as intake
from egide.app.database import open_database
from egide.app.intake.sources import Sources, sources
intake.BATCH = 4
intake.CHUNK_FILES = 2
def step(done, of):
    print(done, flush=True)
with open_database(sys.argv[1]) as store:
    intake.take_in(sources([Path(sys.argv[2])]), store, how(), NOW.date(), progress=step, processes=1)
"""


def begin(url: str, folder: Path) -> subprocess.Popen[str]:
    root = Path(__file__).parents[2]
    paths = os.pathsep.join([str(root), str(root / "src"), os.environ.get("PYTHONPATH", "")])
    return subprocess.Popen([sys.executable, "-c", WORKER, url, str(folder)], stdout=subprocess.PIPE, text=True,
                            env={**os.environ, "PYTHONPATH": paths})


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_an_import_killed_again_and_again_loses_nothing_and_doubles_nothing(engine, tmp_path, request):
    url = str(tmp_path / "catalogue.db") if engine == "sqlite" else request.getfixturevalue("postgres").database()
    folder = written(tmp_path / "in", zz__jwt="a.b.c")
    for number in range(40):
        (folder / f"{number:02}.jwt").write_text(presentation(credential(number)))
    open_database(url).close()
    for _ in range(3):
        process = begin(url, folder)
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        process.stdout.close()
        process.wait()
    with open_database(url) as store:
        report = take_in(sources([folder]), store, how(), ON)
        assert (report.resumed, report.files, report.taken, report.refused, report.again) == (True, 41, 40, 1, 0)
        assert (report.new, report.statements) == (40, 40)
        assert (count(store, DOCUMENTS), count(store, SAID)) == (40, 40)
        with store.read() as tx:
            (job,) = jobs(tx)
        assert (job.state, job.done, job.attempts) == (State.DONE, 41, 4)
        assert all(one.answer is Answer.MET for one in store.verify())


def test_an_import_that_another_process_is_at_is_not_begun_twice(store, tmp_path, monkeypatch):
    from egide.app.intake import job as intake_job

    folder = written(tmp_path / "in", a__jwt=credential(1))
    given, told = sources([folder]), how()
    intake_job.claim(store, intake_job.arguments(given, told), 60)
    monkeypatch.setattr(intake_job.time, "monotonic", itertools.count(0.0, 1000.0).__next__)
    with pytest.raises(intake_job.BeingImportedError):
        take_in(given, store, told, ON)


def test_an_import_that_failed_is_gone_on_with(store, tmp_path, monkeypatch):
    from egide.app.intake import taking as intake
    from egide.store.errors import BusyError

    folder = written(tmp_path / "in", a__jwt=credential(1))
    with monkeypatch.context() as patched:
        patched.setattr(intake, "_through", lambda *_: (_ for _ in ()).throw(BusyError("x")))
        with pytest.raises(BusyError):
            take_in(sources([folder]), store, how(), ON)
    assert take_in(sources([folder]), store, how(now=NOW + timedelta(hours=1)), ON).taken == 1
    with store.read() as tx:
        assert [one.state for one in jobs(tx)] == [State.DONE]


def test_an_import_that_is_cancelled_stops_at_a_batch_and_the_next_goes_on(store, tmp_path, monkeypatch):
    from egide.app.intake import taking as intake
    from egide.store.jobs import cancel

    folder = written(tmp_path / "in")
    for number in range(12):
        (folder / f"{number:02}.jwt").write_text(credential(number))
    monkeypatch.setattr(intake, "BATCH", 4)
    monkeypatch.setattr(intake, "CHUNK_FILES", 2)

    def step(_done: int, _of: int) -> None:
        with store.write() as tx:
            cancel(tx, 1)

    with pytest.raises(intake.CancelledError):
        take_in(sources([folder]), store, how(), ON, progress=step, processes=1)
    with store.read() as tx:
        assert [one.state for one in jobs(tx)] == [State.CANCELLED]
    assert 0 < count(store, DOCUMENTS) < 12
    assert take(store, folder).taken + count(store, DOCUMENTS) >= 12
    assert count(store, DOCUMENTS) == count(store, SAID) == 12


# --- what its issuer no longer stands by --------------------------------------------------------

LIST = "https://nuage-fictif.example/status/1"


def with_list(told, bits: bytes, purpose: str = "revocation"):
    """The same question, with the status list as it was when the bundle was made."""
    listed = list_credential(LIST, did(), (purpose,), bits, NOW, NOW + timedelta(days=30))
    signed = bringing.issue(listed, bringing.key("provider"), bringing.kid(), NOW)
    page = read_bundle({"list.jwt": signed.encode()}, vouched=True, moments={"list.jwt": NOW})
    return replace(told, bundle=bringing.bundle().joined(page))


@pytest.mark.parametrize(("purpose", "code"), [("revocation", "revoked"), ("suspension", "suspended")])
def test_a_credential_that_is_revoked_or_suspended_since_is_refused_and_no_longer_counts(store, tmp_path, purpose, code):
    folder = written(tmp_path / "in", a__jwt=credential(1, credentialStatus=entry(LIST, 7, purpose)), b__jwt=credential(2))
    assert take_in(sources([folder]), store, with_list(how(), no_status(), purpose), ON).taken == 2
    again = take_in(sources([folder]), store, with_list(how(), with_value(no_status(), 7, 1), purpose), ON)
    assert (again.refused, again.again, again.withdrawn, codes(again)) == (1, 1, 1, [{code}])
    sheet = Shelf([Kept(store)], ON).sheet(subject(1))
    assert sheet.value("name") is None
    assert {why.value for why, _ in sheet.cells["name"].past} == {"withdrawn"}
    assert Shelf([Kept(store)], ON).sheet(subject(2)).value("name") == "Offre fictive 2"


def test_a_suspension_that_is_lifted_gives_the_offer_back(store, tmp_path):
    folder = written(tmp_path / "in", a__jwt=credential(1, credentialStatus=entry(LIST, 7, "suspension")))
    for bits in (no_status(), with_value(no_status(), 7, 1), no_status()):
        take_in(sources([folder]), store, with_list(how(), bits, "suspension"), ON)
    assert Shelf([Kept(store)], ON).sheet(subject(1)).value("name") == "Offre fictive 1"
    assert count(store, DOCUMENTS) == 1


def test_without_the_list_at_hand_a_status_is_not_known_and_nothing_is_taken(store, tmp_path):
    folder = written(tmp_path / "in", a__jwt=credential(1, credentialStatus=entry(LIST, 7, "revocation")))
    assert take(store, folder).not_evaluated == 1


def test_an_issuer_who_is_no_longer_believed_is_refused(store, tmp_path):
    issuers = json.dumps({"format": "egide-trust-issuers-1", "revoked": [{"issuer": did()}]}).encode()
    told = replace(how(), bundle=bringing.bundle().joined(read_bundle({"issuers.json": issuers}, vouched=True)))
    report = take_in(sources([written(tmp_path / "in", a__jwt=credential(1), b__jwt=credential(2, "other"))]), store, told, ON)
    assert (report.taken, report.refused, codes(report)) == (1, 1, [{"issuer-revoked"}])


def test_published_prices_are_asked_for_page_after_page_and_only_of_their_own_host(store, server: Server, shared):  # noqa: F811
    """The host of the list is the only one that may be asked, and what answers is read as the file would be."""
    given = sources(["scaleway:"], server.network())
    item = next(iter(given.items()))
    assert item.fault is not None  # the test's server has another name: its certificate is refused
    assert given.names() == ["scaleway:"]
    answers = iter([b'{"products": [{"sku": 1}], "total_count": 2}', b'{"products": [{"sku": 2}], "total_count": 2}'])
    asked = []

    def fetch(address):
        asked.append(address)
        return Fetched(next(answers))

    [item] = Sources((), ("scaleway:",), fetch).items()
    assert item.content == b'{"products":[{"sku": 1},{"sku": 2}],"total_count":2}'
    assert [one.rpartition("=")[2] for one in asked] == ["1", "2"]
    content = (shared / "data/prices/scaleway_catalog_response.json").read_bytes()
    report = take_in(Sources((), ("scaleway:",), lambda _: Fetched(content)), store, how(), ON)
    assert report.taken == 1
