"""A dossier and a scheme in, an assessment out; gaps, changes, comparisons and the road from the same files."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from egide.app import law
from egide.app.files import home, read, write, write_all
from egide.app.ownership import readings
from egide.app.portfolio.assess import catalogue
from egide.vocabulary.errors import InputError, Location, MissingExtraError
from egide.vocabulary.findings import Problem
from egide.vocabulary.language import N_, Text, language
from egide.vocabulary.offers import ComputedLabel

if TYPE_CHECKING:
    from egide.label.compare import Comparison
    from egide.label.dossier import CatalogueLine, Dossier
    from egide.label.oscal.reading import Imported
    from egide.label.results import Gap, LabelAssessment, Road, Simulation
    from egide.label.scheme import Equivalence, Scheme
    from egide.label.texts import Bound
    from egide.ownership.answers import Readings
    from egide.papers.label.document import RecordedLabel
    from egide.vocabulary.offers import Offer

PAGE, DOCUMENT, WORKBOOK = "label.html", "label.json", "label.xlsx"
DEFAULT_SCHEME = "secnumcloud-3.2"
EQUIVALENCES, BOUND = "equivalences.yaml", "texts"
"""Below the folder of what a person accepts: the register of recognitions, and their own copies of texts, by scheme."""
MAX_LAYERS = 20
MAX_PAGES = 500


@dataclass(frozen=True)
class Run:
    """An assessment, the scheme it was made with, and what follows from both."""

    assessment: LabelAssessment
    scheme: Scheme

    @cached_property
    def road(self) -> Road:
        """From the request to the renewal, with what is missing on it."""
        from egide.label.road import road

        return road(self.assessment.dossier, self.assessment.on, self.scheme, self.assessment.findings)

    @cached_property
    def gaps(self) -> tuple[Gap, ...]:
        """What is missing, what most depends on first."""
        from egide.label.gaps import gaps

        return gaps(self.assessment, self.road, law.schemes())


def dossier(path: Path, on: date, evidence: Path | None = None, above: tuple[Path, ...] = ()) -> Dossier:
    """The dossier of an offer with all the files that it names, and those of the layers underneath.

    ``evidence`` takes the place of the folder that the dossier names. Raises `InputError` naming the file.
    """
    from egide.label.reading import Given, read_dossier, references

    path = path / "offer.yaml" if path.is_dir() else path
    here = path.resolve()
    if here in above or len(above) > MAX_LAYERS:
        raise InputError(N_("an offer that is built on itself"), Location(str(path)))
    content = read(path)
    named = references(content, str(path))
    files = {name: read(path.parent / name) for name in named.files}
    name = named.evidence or ("evidence" if evidence else None)
    folder = evidence or (path.parent / name if name else None)
    found: dict[str, str] = {}
    if folder is not None:
        index = _index(folder)
        files[f"{name}/{index.name}"] = read(index)
        found = dict(_digests(folder, index))
    bases = {name: dossier(path.parent / name, on, None, (*above, here)) for name in named.bases}
    return read_dossier(content, str(path), Given(files, found, bases, lines(on), name))


def lines(on: date) -> dict[str, CatalogueLine]:
    """What the catalogue at hand says of each of its offers on a day."""
    return {offer.id: _line(offer, on) for offer in catalogue().offers}


def _index(folder: Path) -> Path:
    """The list of the binder's documents. Raises `InputError` when the folder has none."""
    if not folder.is_dir():
        raise InputError(N_("a folder with a `binder.yaml` was expected"), Location(str(folder)))
    for name in ("binder.yaml", "index.csv"):
        if (folder / name).is_file():
            return folder / name
    raise InputError(N_("a folder with a `binder.yaml` was expected"), Location(str(folder)))


def _digests(folder: Path, index: Path | None = None) -> Iterator[tuple[str, str]]:
    """The SHA-256 of every file below the folder, by its relative name; links that lead out of it are not followed."""
    root = folder.resolve()
    for path in sorted(folder.rglob("*")):
        if path == index or not path.is_file() or not path.resolve().is_relative_to(root):
            continue
        with path.open("rb") as source:
            yield path.relative_to(folder).as_posix(), hashlib.file_digest(source, "sha256").hexdigest()


def _line(offer: Offer, on: date) -> CatalogueLine:
    """What the catalogue at hand says of an offer on a day."""
    from egide.catalogue.standing import standing
    from egide.label.dossier import CatalogueLine

    offers = catalogue()
    stands = standing(offer, None, on, offers.readings)
    if stands.line is None:
        return CatalogueLine(offer.id, stands.status or "unknown", None, None, None, offers.source, "secondary", offers.as_of)
    line = stands.line
    return CatalogueLine(
        offer.id, stands.status or "unknown", line.framework, line.start, line.end, line.source, line.read, line.as_of
    )


def run(
    offer: Path, scheme: str, on: date, *, evidence: Path | None = None, persons: bool = False, both: bool = False,
    minimums: Mapping[str, int] | None = None,
) -> Run:  # fmt: skip
    """Read the dossier and put the scheme to it on that day."""
    return judge(dossier(offer, on, evidence), law.scheme(scheme), on, parameters(on, persons, both), minimums)


def parameters(on: date, persons: bool = False, both: bool = False) -> Readings:
    """How ownership is read; the scheme's own caps and area take the place of these where it has some."""
    return readings("EU", on, persons, both)


def judge(given: Dossier, scheme: Scheme, on: date, how: Readings, minimums: Mapping[str, int] | None = None) -> Run:
    """Put the scheme to the offer on that day; gaps and road are made when they are asked for."""
    from egide.label.assess import assess

    made = assess(given, scheme, on, readings=how, schemes=law.schemes(), minimums=minimums or {})
    return Run(replace(made, problems=(*made.problems, *_recognised(scheme, on))), scheme)


def _recognised(scheme: Scheme, on: date) -> list[Problem]:
    """What the register of recognitions says of this scheme on that day: shown, and read by nothing."""
    said = N_("{level} is recognised as {other} by {text}, {at}")
    return [
        Problem(
            Location(EQUIVALENCES), said,
            {"level": one.level, "other": one.recognised_as, "text": one.source.text, "at": one.source.at}, False,
        )
        for one in equivalences()
        if one.scheme == scheme.id and one.period.holds(on)
    ]  # fmt: skip


def simulate(offer: Path, change: Path, scheme: str, evidence: Path | None = None) -> Simulation:
    """What a change turns. Raises `InputError` on a change that cannot be made."""
    from egide.label.change import change_references, read_change
    from egide.label.simulate import simulate as what_if

    content = read(change)
    day = read_change(content, str(change)).on
    bases = {name: dossier(change.parent / name, day) for name in change_references(content, str(change))}
    asked = read_change(content, str(change), bases)
    books = law.scheme(scheme), law.scheme(asked.scheme or scheme)

    def under(book: Scheme) -> Callable[[Dossier, date], LabelAssessment]:
        return lambda given, when: judge(given, book, when, parameters(when)).assessment

    return what_if(dossier(offer, asked.on, evidence), asked, under(books[0]), under(books[1]))


def previous(path: Path) -> RecordedLabel:
    """An earlier label.json. Raises `InputError` when it is not one."""
    from egide.papers.label.document import read_label_document

    return read_label_document(read(path), str(path))


def computed_labels(paths: Sequence[Path]) -> tuple[ComputedLabel, ...]:
    """What earlier runs computed, as the doctrine shows it beside the catalogue's lines."""
    labels = []
    for path in paths:
        one = previous(path)
        title = Text(one.title, one.title)
        labels.append(
            ComputedLabel(one.catalogue or one.offer, f"{one.scheme}@{one.version}", title, one.answer, one.level, one.on, one.until,
                          one.simulation, str(path))
        )  # fmt: skip
    return tuple(labels)


def begin(folder: Path, scheme: str, lang: str, force: bool) -> list[Path]:
    """A new dossier in a folder, to be filled in; nothing is written over without leave."""
    from egide.label.scaffold import starter

    name = folder.resolve().name
    files = starter(name, name, f"{name}-sa", name, language(lang), law.scheme(scheme))
    return write_all(folder, files, force)


def save(made: Run, folder: Path, lang: str, *, since: RecordedLabel | None = None, templates: Path | None = None,
         force: bool = False) -> list[Path]:  # fmt: skip
    """The report (page, document, workbook, DOCX, ODT), the statement of residual risks, the annexes, the picture of holdings."""
    from egide.papers.label.document import document_bytes
    from egide.papers.label.document import since as turned_since
    from egide.papers.label.notes import label_papers
    from egide.papers.label.page import label_page
    from egide.papers.label.workbook import label_workbook
    from egide.papers.ownership_picture import ownership_picture, standalone_picture

    assessment, own = made.assessment, made.assessment.ownership
    turned = turned_since(since, assessment, lang) if since else None
    picture = ownership_picture(own, lang) if own else ""
    given = {path.name: read(path) for path in sorted(templates.glob("*.*"))} if templates else None
    files: dict[str, bytes] = {
        PAGE: label_page(assessment, lang, picture=picture, gaps=made.gaps, scheme=made.scheme, since=turned).encode(),
        DOCUMENT: document_bytes(document(made, lang)),
        WORKBOOK: label_workbook(assessment, lang, made.gaps),
    }
    if own:
        files["ownership.svg"] = standalone_picture(own, lang).encode()
    for kind in ("docx", "odt"):
        files |= label_papers(assessment, lang, kind, gaps=made.gaps, templates=given)
    return write_all(folder, files, force)


def document(made: Run, lang: str) -> dict[str, Any]:
    """The assessment as the published schema has it."""
    from egide.papers.label.document import label_document

    return label_document(made.assessment, lang, made.gaps)


def save_simulation(found: Simulation, folder: Path, lang: str, force: bool = False) -> list[Path]:
    """The page of what turns, and a notice for each who must be told."""
    from egide.papers.label.notes import notices
    from egide.papers.label.pages import simulation_page

    files: dict[str, bytes] = {"simulation.html": simulation_page(found, lang).encode()}
    for kind in ("docx", "odt"):
        files |= notices(found, lang, kind)
    return write_all(folder, files, force)


def save_road(made: Run, folder: Path, lang: str, force: bool = False) -> list[Path]:
    """The road as a page and as a calendar."""
    from egide.label.calendar import calendar
    from egide.papers.label.pages import road_page

    name = made.assessment.dossier.name
    page = road_page(made.road, name, lang, assessment=made.assessment)
    return write_all(folder, {"road.html": page.encode(), "road.ics": calendar(made.road, lang, offer=made.assessment.dossier.id)}, force)


def save_comparison(found: Comparison, folder: Path, lang: str, force: bool = False) -> list[Path]:
    """Two offers side by side on one page."""
    from egide.papers.label.pages import comparison_page

    return write_all(folder, {"comparison.html": comparison_page(found, lang).encode()}, force)


def save_oscal(made: Run, folder: Path, lang: str, *, with_register: bool = True, force: bool = False) -> list[Path]:
    """The dossier and its assessment as OSCAL documents."""
    from egide.label.oscal.writing import write_oscal

    return write_all(folder, write_oscal(made.assessment, lang, with_register), force)


def read_oscal_folder(folder: Path, on: date) -> Imported:
    """What the OSCAL documents of a folder hold, with the evidence files beside them.

    A line of ANSSI's catalogue is never taken from a document: the catalogue at hand says it. Raises `InputError`.
    """
    from egide.label.oscal.reading import read_oscal

    if not folder.is_dir():
        raise InputError(N_("a folder of OSCAL documents was expected"), Location(str(folder)))
    files = {path.name: read(path) for path in sorted(folder.glob("*.json"))}
    held = read_oscal(files, dict(_digests(folder)))
    return replace(held, dossier=_own_lines(held.dossier, lines(on)) if held.dossier else None, assessment=None)


def _own_lines(given: Dossier, lines: Mapping[str, CatalogueLine]) -> Dossier:
    """The dossier with what our catalogue says of it and of the layers underneath, in place of what its writer said."""

    def own(line: CatalogueLine | None) -> CatalogueLine | None:
        return lines.get(line.offer) if line else None

    bases = tuple(
        replace(base, line=own(base.line), dossier=_own_lines(base.dossier, lines) if base.dossier else None) for base in given.bases
    )
    return replace(given, line=own(given.line), bases=bases)


def save_dossier(held: Imported, folder: Path, force: bool = False) -> tuple[list[Path], tuple[Problem, ...]]:
    """What was read, as a dossier that can be edited, and what it cannot say. Raises `InputError` when the documents hold none."""
    from egide.label.dossier_writing import write_dossier

    if held.dossier is None:
        raise InputError(N_("the documents hold no plan of an offer, so there is no dossier to write"))
    files = write_dossier(held.dossier)
    return write_all(folder, files, force), files.problems


def import_into_schemes(path: Path, name: str | None) -> Bound | tuple[Equivalence, ...]:
    """Take in a register of recognitions, or the user's own copy of a scheme's text; it stays on this machine.

    Raises `InputError` when it is neither, `MissingExtraError` for a PDF without the extra that reads it.
    """
    from egide.label.equivalences import read_equivalences
    from egide.label.texts import bind_text, write_bound

    content = read(path)
    if path.suffix in (".yaml", ".yml") and name is None:
        register = read_equivalences(content, str(path))
        write(home() / EQUIVALENCES, content, force=True)
        return register
    bound = bind_text(law.scheme(name or DEFAULT_SCHEME), _text_of(path, content), str(path))
    write(_bound_file(bound.scheme), write_bound(bound), force=True)
    return bound


def own_text(scheme: str) -> Mapping[str, str]:
    """The texts that the user bound to a scheme's numbers; empty when none was imported."""
    from egide.label.texts import read_bound

    kept = _bound_file(scheme)
    return read_bound(read(kept), str(kept)).texts if kept.is_file() else {}


def equivalences() -> tuple[Equivalence, ...]:
    """The recognitions that were imported; none by itself."""
    from egide.label.equivalences import read_equivalences

    kept = home() / EQUIVALENCES
    return read_equivalences(read(kept), str(kept)) if kept.is_file() else ()


def _bound_file(scheme: str) -> Path:
    return home() / BOUND / f"{scheme}.yaml"


def _text_of(path: Path, content: bytes) -> bytes:
    """The words of a PDF, page after page; anything else as it is."""
    if not content.startswith(b"%PDF"):
        return content
    try:
        import pdfplumber
    except ImportError as error:
        raise MissingExtraError("pdf", N_("reading a PDF")) from error
    with pdfplumber.open(io.BytesIO(content)) as document:
        if len(document.pages) > MAX_PAGES:
            raise InputError(N_("more than {limit} pages"), Location(str(path)), values={"limit": MAX_PAGES})
        return "\n".join(page.extract_text() or "" for page in document.pages).encode()
