"""The base templates: our outlines dressed as DOCX and ODT, from text sources in the package; no binary is kept.

They are ordinary templates: the same tags, the same road. A user may take one, change it in Word or LibreOffice, and
give it back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from xml.sax.saxutils import escape, quoteattr

from egide.papers.notes.outline import Block, Paragraph, Row, Table, read_outline, runs
from egide.papers.notes.package import write_parts

PAPERS = ("decision", "derogation", "clauses")
FORMATS = ("docx", "odt")
LOCALES = {"fr": "fr-FR", "en": "en-GB"}
TEXT_WIDTH_TWIPS = 9638
"""A4 less two margins of 2 cm."""

STYLES = {
    "title": "Title", "heading": "Heading1", "item": "ListBullet", "small": "Small", "text": "BodyText", "tag": "BodyText",
    "no": "VerdictNo", "doubt": "VerdictDoubt", "care": "VerdictCare", "yes": "VerdictYes",
}  # fmt: skip


@cache
def base_template(paper: str, lang: str, format: str, room: str = "egide.papers.notes") -> bytes:
    """The template of ours for one paper (``decision``, ``derogation`` …), in ``fr`` or ``en``, as ``docx`` or ``odt``.

    ``room`` is the package whose ``texts`` folder holds the paper's outline.
    """
    here = resources.files("egide.papers.notes")
    blocks = read_outline((resources.files(room) / "texts" / f"{paper}.{lang}.txt").read_text("utf-8"))
    parts = {name: _localised(source, lang) for name, source in _sources(here / format, "")}
    main, body = ("word/document.xml", docx_body(blocks)) if format == "docx" else ("content.xml", odt_body(blocks))
    parts[main] = parts[main].replace(b"@body@", body.encode())
    if format == "odt":
        parts["content.xml"] = parts["content.xml"].replace(b"@columns@", _odt_columns(blocks).encode())
        parts["mimetype"] = b"application/vnd.oasis.opendocument.text"
    return write_parts(parts)


def _sources(folder: Traversable, above: str) -> Iterable[tuple[str, str]]:
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        if entry.is_dir():
            yield from _sources(entry, f"{above}{entry.name}/")
        elif entry.name.endswith((".xml", ".rels")):
            yield above + entry.name, entry.read_text("utf-8")


def _localised(source: str, lang: str) -> bytes:
    locale = LOCALES[lang]
    language, _, country = locale.partition("-")
    return source.replace("@locale@", locale).replace("@language@", language).replace("@country@", country).encode()


def _body(blocks: Iterable[Block], paragraph: Callable[[Paragraph], str], table: Callable[[Table], str]) -> str:
    return "\n".join(paragraph(block) if isinstance(block, Paragraph) else table(block) for block in blocks)


# --- Word ---------------------------------------------------------------------------------------


def docx_body(blocks: Iterable[Block]) -> str:
    """The blocks as WordprocessingML."""
    return _body(blocks, lambda block: _docx_paragraph(block.text, STYLES[block.role]), _docx_table)


def _docx_paragraph(text: str, style: str) -> str:
    written = "".join(
        f'<w:r>{"<w:rPr><w:b/></w:rPr>" if bold else ""}<w:t xml:space="preserve">{escape(piece)}</w:t></w:r>'
        for piece, bold in runs(text)
    )
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{written}</w:p>'


def _docx_table(table: Table) -> str:
    widths = [TEXT_WIDTH_TWIPS * width // 100 for width in table.widths]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    rows = "\n".join(_docx_row(row, widths, place == 0) for place, row in enumerate(table.rows))
    return (
        '<w:tbl><w:tblPr><w:tblStyle w:val="EgideTable"/><w:tblW w:w="5000" w:type="pct"/><w:tblLayout w:type="fixed"/>'
        '<w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
        f"<w:tblCaption w:val={quoteattr(table.what)}/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>\n{rows}</w:tbl>"
        '<w:p><w:pPr><w:pStyle w:val="AfterTable"/></w:pPr></w:p>'
    )


def _docx_row(row: Row, widths: list[int], header: bool) -> str:
    if row.tag:
        span = f'<w:tcW w:w="{sum(widths)}" w:type="dxa"/><w:gridSpan w:val="{len(widths)}"/>'
        return f"<w:tr><w:tc><w:tcPr>{span}</w:tcPr>{_docx_paragraph(row.tag, 'TableText')}</w:tc></w:tr>"
    style = "TableHeader" if header else "TableText"
    cells = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{_docx_paragraph(cell, style)}</w:tc>'
        for cell, width in zip(row.cells, widths, strict=True)
    )
    return f'<w:tr><w:trPr><w:cantSplit/>{"<w:tblHeader/>" if header else ""}</w:trPr>{cells}</w:tr>'


# --- OpenDocument -------------------------------------------------------------------------------


def odt_body(blocks: Iterable[Block]) -> str:
    """The blocks as OpenDocument text."""
    return _body(blocks, _odt_paragraph, _odt_table)


def _odt_runs(text: str) -> str:
    return "".join(
        f'<text:span text:style-name="Strong">{escape(piece)}</text:span>' if bold else escape(piece)
        for piece, bold in runs(text)
    )


def _odt_paragraph(block: Paragraph) -> str:
    written, style = _odt_runs(block.text), STYLES[block.role]
    if block.role == "heading":
        return f'<text:h text:style-name="Heading1" text:outline-level="1">{written}</text:h>'
    if block.role == "item":
        item = f'<text:list-item><text:p text:style-name="ListBullet">{written}</text:p></text:list-item>'
        return f'<text:list text:style-name="Bullets">{item}</text:list>'
    return f'<text:p text:style-name="{style}">{written}</text:p>'


def _odt_columns(blocks: Iterable[Block]) -> str:
    widths = sorted({width for block in blocks if isinstance(block, Table) for width in block.widths})
    return "".join(
        f'<style:style style:name="Column{width}" style:family="table-column">'
        f'<style:table-column-properties style:column-width="{width * 0.17:.2f}cm" style:rel-column-width="{width * 655}*"/></style:style>'
        for width in widths
    )


def _odt_table(table: Table) -> str:
    columns = "".join(f'<table:table-column table:style-name="Column{width}"/>' for width in table.widths)
    header, *rows = table.rows
    body = "\n".join(_odt_row(row, len(table.widths)) for row in rows)
    what = escape(table.what)
    return (
        f'<table:table table:name={quoteattr(table.what)} table:style-name="Table"><table:title>{what}</table:title>{columns}'
        f"<table:table-header-rows>{_odt_row(header, len(table.widths), 'TableHeader')}</table:table-header-rows>\n{body}"
        '</table:table><text:p text:style-name="AfterTable"/>'
    )


def _odt_row(row: Row, width: int, style: str = "TableText") -> str:
    if row.tag:
        first = f'<table:table-cell table:number-columns-spanned="{width}"><text:p>{escape(row.tag)}</text:p></table:table-cell>'
        return f"<table:table-row>{first}{'<table:covered-table-cell/>' * (width - 1)}</table:table-row>"
    cell_style = "HeaderCell" if style == "TableHeader" else "Cell"
    cells = "".join(
        f'<table:table-cell table:style-name="{cell_style}" office:value-type="string">'
        f'<text:p text:style-name="{style}">{_odt_runs(cell)}</text:p></table:table-cell>'
        for cell in row.cells
    )
    return f'<table:table-row table:style-name="Row">{cells}</table:table-row>'
