"""What no reader should trust: bombs, locks, damage, a million rows. A clear message, or the good rows."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zipfile
import zlib

import pytest
from openpyxl import Workbook, load_workbook
from tests.portfolio.making import OFFERS, book, repacked

from egide.portfolio import read_answers, read_mapping, read_services
from egide.portfolio.bounds import ERROR_VALUE, MAX_FILE_BYTES, MAX_ROWS, NOT_CALCULATED
from egide.portfolio.tables import PASSWORD, ROWS_LEFT_OUT
from egide.vocabulary.errors import InputError

GOOD = book({"A": [["Application", "Hébergeur"], ["Paie", "Nuage"]]})
SHEET = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def read(content, file="liste.xlsx"):
    return read_services(content, file, OFFERS)


def refused(content, file="liste.xlsx"):
    with pytest.raises(InputError) as error:
        read(content, file)
    assert str(error.value).startswith(file)
    return error.value


def sheet(rows: str) -> bytes:
    return f'<?xml version="1.0"?><worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'.encode()


def inline(reference: str, text: str) -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


HEADER = '<row r="1">' + inline("A1", "Application") + inline("B1", "Hébergeur") + "</row>"


def test_a_file_of_two_hundred_megabytes_is_refused_before_it_is_parsed():
    error = refused(bytes(MAX_FILE_BYTES + 1), "gros.csv")
    assert error.values["limit"] == MAX_FILE_BYTES
    assert error.hint


@pytest.mark.parametrize("content", [b"", b"   \n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(content):
    refused(content, "vide.csv")


def test_a_million_rows_give_the_first_ones_and_a_message_in_bounded_memory():
    rows = "".join(f'<row r="{number}">{inline(f"A{number}", f"S{number}")}</row>' for number in range(2, 1_048_577))
    content = repacked(GOOD, {SHEET: sheet(HEADER + rows)})
    del rows
    tracemalloc.start()
    reading = read(content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(reading.services) == MAX_ROWS - 1
    problem = next(problem for problem in reading.problems if problem.message == ROWS_LEFT_OUT)
    assert (problem.args["limit"], problem.at.sheet, problem.rejected) == (MAX_ROWS, "A", True)
    assert peak < 400 * 1024 * 1024


def test_a_million_delimited_rows_give_the_first_ones_too():
    content = b"Application\n" + b"".join(b"S%d\n" % number for number in range(200_000))
    reading = read(content, "liste.csv")
    assert len(reading.services) == MAX_ROWS - 1
    assert reading.problems[0].message == ROWS_LEFT_OUT


def test_a_cell_in_the_last_corner_does_not_fill_the_memory():
    for corner in ("XFD2", "XFD1048576", "A1048576", "ZZZ9999999", "xfd1048576"):
        content = repacked(GOOD, {SHEET: sheet(HEADER + f'<row r="2">{inline("A2", "Paie")}{inline(corner, "x")}</row>')})
        refused(content)


def test_rows_without_numbers_are_counted():
    rows = "".join('<row><c t="inlineStr"><is><t>S</t></is></c></row>' for _ in range(MAX_ROWS + 10))
    reading = read(repacked(GOOD, {SHEET: sheet(HEADER + rows)}))
    assert ROWS_LEFT_OUT in {problem.message for problem in reading.problems}


def test_a_bomb_of_zeros_is_refused_while_it_inflates():
    content = repacked(GOOD, {"xl/sharedStrings.xml": b"<sst>" + b"\0" * (200 * 1024 * 1024) + b"</sst>"})
    assert len(content) < MAX_FILE_BYTES
    refused(content)


def test_an_archive_that_lies_about_its_sizes_is_measured_and_not_believed():
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(b"<sst>" + b" " * (300 * 1024 * 1024)) + packer.flush()
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if name != "xl/sharedStrings.xml"}
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as new:
        for name, part in parts.items():
            new.writestr(name, part)
        info = zipfile.ZipInfo("xl/sharedStrings.xml")
        info.compress_type = zipfile.ZIP_STORED
        new.writestr(info, packed)
    forged = bytearray(held.getvalue())
    for signature, method_at, sizes_at in ((b"PK\x03\x04", 8, 18), (b"PK\x01\x02", 10, 20)):
        name = forged.rfind(b"xl/sharedStrings.xml") if sizes_at == 20 else forged.find(b"xl/sharedStrings.xml")
        at = forged.rfind(signature, 0, name)
        struct.pack_into("<H", forged, at + method_at, 8)
        struct.pack_into("<I", forged, at + sizes_at + 4, 12)
    refused(bytes(forged))


def test_a_part_that_stands_twice_is_refused():
    held = io.BytesIO(GOOD)
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(held, "a") as archive:
        archive.writestr(SHEET, sheet(HEADER))
    refused(held.getvalue())


def compound(*names: str, streams: bytes = b"") -> bytes:
    """A minimal compound file: header, one table sector, one directory sector, data."""
    size = 512
    sectors = max(1, -(-len(streams) // size))
    table = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, 2 + sectors), 0xFFFFFFFE]
    header = bytearray(size)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<HHHHH", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<IIIIIIIII", header, 44, 1, 1, 0, 0, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0)
    struct.pack_into("<109I", header, 76, *([0xFFFFFFFF] * 109))
    struct.pack_into("<I", header, 76, 0)
    struct.pack_into("<II", header, 68, 0xFFFFFFFE, 0)
    directory = bytearray()
    for place, name in enumerate(("Root Entry", *names)):
        entry = bytearray(128)
        words = name.encode("utf-16-le") + b"\0\0"
        entry[: len(words)] = words
        struct.pack_into("<H", entry, 64, len(words))
        entry[66] = 5 if place == 0 else 2
        struct.pack_into("<II", entry, 116, 2, len(streams))
        directory += entry
    fat = struct.pack("<128I", *(table + [0xFFFFFFFF] * 128)[:128])
    return bytes(header) + fat + bytes(directory.ljust(size, b"\0")) + streams.ljust(sectors * size, b"\0")


def record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def test_a_workbook_locked_by_a_password_says_so():
    assert refused(compound("EncryptionInfo", "EncryptedPackage")).message == PASSWORD
    assert refused(compound("Workbook", streams=record(0x809, b"\0" * 16) + record(0x2F, b"\1\0")), "vieux.xls").message == PASSWORD


def test_an_old_workbook_so_sparse_that_it_would_fill_the_memory_is_refused():
    cells = record(0x203, struct.pack("<HHHd", 65535, 255, 0, 1.0))
    refused(compound("Workbook", streams=record(0x809, b"\0" * 16) + cells), "vieux.xls")


def test_a_document_that_is_no_workbook_is_refused():
    refused(compound("WordDocument"), "note.doc")
    packed = (b"\x1f\x8b\x08\x00" + bytes(30), b"PK\x03\x04" + bytes(40))
    pretenders = (b"%PDF-1.7\n...", b"\x89PNG\r\n\x1a\n", bytes(range(256)) * 20, *packed)
    for content in pretenders:
        refused(content, "chose.bin")
    refused(zip_of({"readme.txt": b"rien"}))
    refused(zip_of({"xl/workbook.bin": b"rien"}))


def zip_of(parts):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return held.getvalue()


def test_an_error_value_is_reported_and_never_read():
    rows = HEADER.replace("</row>", inline("C1", "DCP") + "</row>")
    rows += f'<row r="2">{inline("A2", "Paie")}<c r="B2" t="e"><v>#REF!</v></c><c r="C2" t="e"><f>A1/0</f><v>#DIV/0!</v></c></row>'
    reading = read(repacked(GOOD, {SHEET: sheet(rows)}))
    assert [(problem.message, problem.args["value"], problem.at.column) for problem in reading.problems] == [
        (ERROR_VALUE, "#REF!", "Hébergeur"), (ERROR_VALUE, "#DIV/0!", "DCP")]
    assert reading.services[0].claims == {}


def test_a_formula_that_nobody_calculated_is_reported():
    made = Workbook()
    made.active.append(["Application", "Hébergeur"])
    made.active.append(["Paie", "=A1&A2"])
    held = io.BytesIO()
    made.save(held)
    reading = read(held.getvalue())
    assert [(problem.message, problem.at.row) for problem in reading.problems] == [(NOT_CALCULATED, 2)]


def test_a_bomb_of_formulas_costs_nothing_since_none_is_calculated():
    made = Workbook()
    made.active.append(["Application", "Hébergeur"])
    for row in range(2, 3_000):
        made.active.append([f"S{row}", "=" + "+".join(["SUM(A1:XFD1048576)"] * 20)])
    held = io.BytesIO()
    made.save(held)
    assert len(read(held.getvalue()).services) == 2_998


def test_a_hidden_sheet_is_not_a_list():
    rows = [["Application", "Hébergeur"], ["Paie", "Nuage"]]
    made = load_workbook(io.BytesIO(book({"A": rows, "B": [rows[0], ["X", "Y"]]})))
    made["B"].sheet_state = "veryHidden"
    held = io.BytesIO()
    made.save(held)
    assert [service.name for service in read(held.getvalue()).services] == ["Paie"]


def ods(content: str, manifest: str = "<manifest/>") -> bytes:
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    body = ('<?xml version="1.0"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
            'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
            'xmlns:calcext="urn:org:documentfoundation:names:calc">'
            f'<office:body><office:spreadsheet><table:table table:name="A">{content}</table:table></office:spreadsheet></office:body>'
            "</office:document-content>")
    return zip_of({"mimetype": kind.encode(), "content.xml": body.encode(), "META-INF/manifest.xml": manifest.encode()})


def ods_row(*cells, more="", repeat=""):
    told = "".join(f'<table:table-cell office:value-type="string"{more}><text:p>{cell}</text:p></table:table-cell>' for cell in cells)
    return f"<table:table-row{repeat}>{told}</table:table-row>"


def test_an_open_document_is_read():
    blank = '<table:table-cell table:number-columns-repeated="16384"/>'
    empty = f'<table:table-row table:number-rows-repeated="1048570">{blank}</table:table-row>'
    service, = read(ods(ods_row("Application", "Hébergeur") + ods_row("Paie", "Nuage") + empty), "liste.ods").services
    assert (service.name, service.hostings[0].offer) == ("Paie", "nuage")


def test_one_line_that_stands_for_a_million_is_refused():
    row, cell = "table:number-rows-repeated", "table:number-columns-repeated"
    bombs = (
        ods_row("x", repeat=f' {row}="1048576"'), ods_row("x", more=f' {cell}="16384"'),
        f'<table:table-row {row}="1048575"/>' + ods_row("x"),
        f'<table:table-row {row}="1048575"><table:table-cell/></table:table-row>' + ods_row("x"),
        f'<table:table-row><table:table-cell {cell}="16383"/>' + ods_row("x").removeprefix("<table:table-row>"),
    )
    for bomb in bombs:
        refused(ods(ods_row("Application", "Hébergeur") + bomb), "liste.ods")


def test_an_open_document_tells_its_errors_and_its_merged_cells():
    wrong = '<table:table-cell office:value-type="string" calcext:value-type="error"><text:p>#REF!</text:p></table:table-cell>'
    error = ods_row("Site").replace("</table:table-row>", wrong + "</table:table-row>")
    merged = ods_row("Paie", "Nuage").replace("<table:table-cell ", '<table:table-cell table:number-rows-spanned="2" ', 1)
    under = "<table:table-row><table:covered-table-cell/>" + ods_row("serveurs internes").removeprefix("<table:table-row>")
    reading = read(ods(ods_row("Application", "Hébergeur") + merged + under + error), "liste.ods")
    paie, site = reading.services
    assert [hosting.offer for hosting in paie.hostings] == ["nuage", "on-premise"]
    assert site.hostings[0].text == ""
    assert [(problem.message, problem.args["value"], problem.at.row) for problem in reading.problems] == [(ERROR_VALUE, "#REF!", 4)]


def test_an_old_workbook_is_read_and_tells_its_errors():
    def label(row: int, column: int, text: str) -> bytes:
        return record(0x204, struct.pack("<HHHHB", row, column, 0, len(text), 1) + text.encode("utf-16-le"))

    start = record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0))
    end = record(0x0A, b"")
    named = record(0x85, struct.pack("<IHBB", len(start) + 13 + len(end), 0, 1, 0) + b"A")
    cells = label(0, 0, "Application") + label(0, 1, "Hébergeur") + label(1, 0, "Paie") + label(1, 1, "Nuage") + label(2, 0, "Site")
    error = record(0x205, struct.pack("<HHHBB", 2, 1, 0, 0x17, 1))
    page = record(0x809, struct.pack("<HHHHII", 0x600, 16, 0, 0, 0, 0)) + cells + error + end
    reading = read(compound("Workbook", streams=(start + named + end + page).ljust(4096, b"\0")), "vieux.xls")
    assert [(service.name, service.hostings[0].offer) for service in reading.services] == [("Paie", "nuage"), ("Site", None)]
    assert [(problem.message, problem.args["value"], problem.at.row) for problem in reading.problems] == [(ERROR_VALUE, "#REF!", 3)]


def test_a_locked_open_document_says_so():
    locked = '<manifest:manifest><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>'
    assert refused(ods("", locked), "liste.ods").message == PASSWORD


def test_a_quotation_mark_that_never_closes_is_refused_with_its_line():
    error = refused(b'Application;H\n"Paie;Nuage\n' + b"x;y\n" * 100_000, "liste.csv")
    assert error.at.row


def test_a_yaml_bomb_is_refused():
    bomb = "a: &a [x,x]\nb: &b [*a,*a]\nservices: [*b]\n"
    for reader in (read, read_answers, read_mapping):
        for content in (bomb.encode(), b"services:\n" + b"[" * 1000):
            with pytest.raises(InputError):
                reader(content, "s.yaml")


def test_a_thousand_columns_are_too_many():
    refused(";".join(f"C{number}" for number in range(1000)).encode(), "large.csv")


def test_an_external_entity_is_not_fetched():
    asked = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
    evil = asked + sheet(HEADER + f'<row r="2">{inline("A2", "&e;")}</row>')[21:]
    try:
        reading = read(repacked(GOOD, {SHEET: evil}))
    except InputError:
        return
    assert all(len(service.name) < 20 and "hostname" not in service.name for service in reading.services)
