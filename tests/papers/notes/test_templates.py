"""A template comes from a stranger: it is healed where a word processor cut it, and refused where it reaches too far."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from egide.papers.notes import base_template, context, notes, render
from egide.vocabulary.errors import InputError

from .invented import assessment, forbidden, two_hostings
from .opening import assert_sound, packed, parts, plain, replaced

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
ODF = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
)
VALUES = {"name": "Paie", "rows": [{"a": "un", "b": "1"}, {"a": "deux", "b": "2"}], "empty": [], "group": {"inner": "dedans"}, "n": 3}


def word(*paragraphs: str) -> bytes:
    """A Word template whose paragraphs are given as the inside of `w:p`, or as text."""
    body = "".join(
        one if one.startswith("<w:tbl") else f"<w:p>{one if one.startswith('<') else f'<w:r><w:t>{one}</w:t></w:r>'}</w:p>"
        for one in paragraphs
    )  # fmt: skip
    held = parts(base_template("decision", "fr", "docx"))
    document = f'<?xml version="1.0" encoding="UTF-8"?><w:document {W}><w:body>{body}</w:body></w:document>'
    return packed({"[Content_Types].xml": held["[Content_Types].xml"], "word/document.xml": document})


def odt(body: str) -> bytes:
    held = parts(base_template("decision", "fr", "odt"))
    inside = f"<office:body><office:text>{body}</office:text></office:body>"
    content = f'<?xml version="1.0"?><office:document-content {ODF}>{inside}</office:document-content>'
    return packed({"mimetype": held["mimetype"], "META-INF/manifest.xml": held["META-INF/manifest.xml"], "content.xml": content})


def filled(*paragraphs: str) -> str:
    return plain_body(render(word(*paragraphs), VALUES))


def plain_body(package: bytes) -> str:
    held = parts(package)
    return plain(packed({**held, "word/header1.xml": f"<w:hdr {W}/>"})).strip()


def test_a_tag_cut_over_runs_is_healed() -> None:
    cut = (
        "<w:r><w:t>Service {</w:t></w:r><w:proofErr/><w:r><w:rPr><w:b/></w:rPr><w:t>{ na</w:t></w:r>"
        '<w:r><w:t xml:space="preserve">me }</w:t></w:r><w:r><w:t>} et {{ group.</w:t></w:r><w:r><w:t>inner }}.</w:t></w:r>'
    )
    assert filled(cut) == "Service Paie et dedans."


def test_a_tag_cut_over_spans_is_healed_in_opendocument() -> None:
    name = 'A {{ <text:span text:style-name="T1">na</text:span>me<text:s/>}}'
    body = f"<text:p>{name}{{<text:span>% if n %}}</text:span>oui{{% endif %}}</text:p>"
    assert b">A Paie" in parts(render(odt(body), VALUES))["content.xml"]
    assert "oui" in parts(render(odt(body), VALUES))["content.xml"].decode()


def test_curly_quotes_and_hard_spaces_within_a_tag_are_undone() -> None:
    assert filled("{{ missing|default(« rien ») }} {{\u00a0name\u202f}} {{ missing|default(“l’an”) }}") == "rien Paie l'an"


def test_a_loop_repeats_paragraphs() -> None:
    assert filled("{%p for row in rows %}", "{{ row.a }} : {{ row.b }}", "{%p endfor %}", "fin") == "un : 1\ndeux : 2\nfin"


def test_a_loop_repeats_table_rows_and_a_hollow_cell_stays_a_cell() -> None:
    def row(*cells: str) -> str:
        return "<w:tr>" + "".join(f"<w:tc><w:tcPr/><w:p><w:r><w:t>{cell}</w:t></w:r></w:p></w:tc>" for cell in cells) + "</w:tr>"

    hollow = "".join(f"<w:p><w:r><w:t>{tag}</w:t></w:r></w:p>" for tag in ("{%p if empty %}", "{%p endif %}"))
    loop = row("{%tr for row in rows %}", "") + row("{{ row.a }}", "{{ loop.index }}") + row("{%tr endfor %}", "")
    table = f"<w:tbl>{row('A', 'B')}{loop}<w:tr><w:tc><w:tcPr/>{hollow}</w:tc></w:tr></w:tbl>"
    package = render(word(table, "fin"), VALUES)
    assert plain_body(package) == "A\nB\nun\n1\ndeux\n2\nfin"
    assert b"<w:tc><w:tcPr/><w:p/></w:tc>" in parts(package)["word/document.xml"]


def test_a_list_item_goes_with_its_paragraph() -> None:
    item = "<text:list-item><text:p>{}</text:p></text:list-item>"
    body = f"<text:list>{item.format('{%p for row in empty %}')}{item.format('{{ row.a }}')}{item.format('{%p endfor %}')}</text:list>"
    assert b"list-item" not in parts(render(odt(body), VALUES))["content.xml"]


def test_a_new_line_in_a_value_is_a_line_break() -> None:
    assert b"a</w:t><w:br/>" in parts(render(word("{{ name }}"), {"name": "a\nb"}))["word/document.xml"]
    assert b"a<text:line-break/>b" in parts(render(odt("<text:p>{{ name }}</text:p>"), {"name": "a\r\nb"}))["content.xml"]


def test_what_is_not_in_a_paragraph_is_never_a_tag() -> None:
    held = '<w:r><w:instrText>{{ name }}</w:instrText></w:r><w:r><w:t>{{ name }}</w:t></w:r><w:bookmarkStart w:id="0" w:name="{{ 7*7 }}"/>'
    document = parts(render(word(held), VALUES))["word/document.xml"]
    assert b"<w:instrText>{{ name }}" in document and b'w:name="{{ 7*7 }}"' in document and b">Paie<" in document


@pytest.mark.parametrize("tag", [
    "{{ ().__class__ }}", "{{ name.__class__ }}", "{{ name.upper() }}", "{{ name['__class__'] }}", "{{ _secret }}",
    "{{ 'a' * 1000000000 }}", "{{ 9 ** 9 ** 9 }}", "{{ range(10) }}", "{% for x in range(10000000) %}x{% endfor %}",
    "{% set a = 1 %}", "{% macro m() %}{% endmacro %}", "{% include 'a' %}", "{% import 'a' as b %}",
    "{% extends 'a' %}", "{{ name|attr('__class__') }}", "{{ name|safe }}", "{{ name|replace('a', 'b') }}",
    "{{ rows.append(1) }}", "{{ rows.__len__ }}", "{{ group.items }}", "{{ group.get('inner') }}", "{{ loop }}",
    "{{ [1, 2] }}", "{{ name[0:2] }}", "{{ lipsum() }}", "{{ self }}", "{{ cycler }}",
    "{% filter upper %}a{% endfilter %}", "{% for a in rows recursive %}{% endfor %}", "{{ 1 + 1 }}", "{{ name % 3 }}",
    "{{ name|join('x') }}", "{{ rows }}", "{{ group }}", "{{ group.nope }}", "{{ nope }}", "{% if nope %}{% endif %}",
    "{% for x in nope %}{% endfor %}", "{{ 1 / 0 }}", "{{ name is callable }}", "{{ name", "{% if name %}",
    "{% endif %}", "{{ }}", "{{ name | }}", "{%p for x in rows %} text", "{%tr for x in rows %}",
    "{%x for x in rows %}", "{{ rows|first|attr('a') }}", "{% raw %}{{ x }}{% endraw %}{{ y",
])  # fmt: skip
def test_what_reaches_too_far_or_does_not_exist_is_refused_with_its_paragraph(tag: str) -> None:
    tag = tag.replace("<", "&lt;")
    with pytest.raises(InputError) as error:
        render(word("first", tag), VALUES, "modele.docx")
    assert error.value.at is not None and error.value.at.file == "modele.docx" and error.value.at.path == "word/document.xml"
    assert error.value.at.row == 2 or "cuts across" in error.value.message or error.value.at.row is None, error.value


def test_a_field_that_does_not_exist_is_named_with_those_near_it() -> None:
    with pytest.raises(InputError, match=r"`inerr` here; there are: inner"):
        render(word("{{ group.inerr }}"), VALUES)


def test_loops_within_loops_are_stopped() -> None:
    tag = "{%p for a in xs %}", "{%p for b in xs %}", "{%p for c in xs %}", "{%p endfor %}", "{%p endfor %}", "{%p endfor %}"
    with pytest.raises(InputError, match="turn more than"):
        render(word(*tag), {"xs": ["x"] * 1000})
    deep = ["{%p for a in xs %}"] * 5 + ["{%p endfor %}"] * 5
    with pytest.raises(InputError, match="inside one another"):
        render(word(*deep), {"xs": ["x"]})


def test_an_output_that_grows_is_stopped() -> None:
    tags = ["{%p for a in xs %}", "{{ big }}", "{%p endfor %}"]
    with pytest.raises(InputError, match="characters"):
        render(word(*tags), {"xs": ["x"] * 500, "big": "y" * 100_000})


def test_a_loop_that_cuts_across_paragraphs_is_refused_with_a_hint() -> None:
    cell = "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>{% endfor %}</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    with pytest.raises(InputError, match=r"\{%p"):
        render(word("a {% for x in rows %}", cell), VALUES)


@pytest.mark.parametrize("entries", [
    {"../evil": b""}, {"/etc/passwd": b""}, {"word\\x.xml": b""}, {"C:x": b""}, {"word/vbaProject.bin": b""},
    {f"x{n}": b"" for n in range(600)},
])  # fmt: skip
def test_a_package_that_reaches_out_or_holds_macros_is_refused(entries: dict[str, bytes]) -> None:
    with pytest.raises(InputError):
        render(packed({**parts(word("x")), **entries}), VALUES)


def test_a_zip_bomb_is_refused() -> None:
    with pytest.raises(InputError, match="unpacked"):
        render(packed({**parts(word("x")), "word/media/big.bin": b"\0" * 17_000_000}), VALUES)


@pytest.mark.parametrize("content", [
    b"", b"PK", b"not a zip", b"\xd0\xcf\x11\xe0old", packed({"a": b""}), packed({"mimetype": b"text/plain"}),
])  # fmt: skip
def test_what_is_no_package_is_refused(content: bytes) -> None:
    with pytest.raises(InputError):
        render(content, VALUES)


def test_a_document_type_is_refused() -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><w:document><w:p>&b;{{ name }}</w:p></w:document>'
    with pytest.raises(InputError, match="document type"):
        render(packed({**parts(word("x")), "word/document.xml": bomb}), VALUES)


def test_a_word_template_gives_a_document() -> None:
    main = "wordprocessingml.document.main+xml"
    template = replaced(word("{{ name }}"), "[Content_Types].xml", main, main.replace("document.main", "template.main"))
    assert main.encode() in parts(render(template, VALUES))["[Content_Types].xml"]


def test_a_user_template_takes_the_place_of_ours() -> None:
    decision = forbidden()
    mine = {"decision.docx": word("Ministère fictif. {{ service.name }}", "{%p for line in asked %}", "{{ line.by_iso }}", "{%p endfor %}")}
    files = notes(decision, assessment(decision), "fr", "docx", mine)
    note = next(content for name, content in files.items() if "note-de-decision" in name)
    assert plain_body(note).splitlines()[0] == "Ministère fictif. Paie des agents" and len(files) == 3


def test_a_template_under_a_name_that_no_paper_has_is_refused() -> None:
    with pytest.raises(InputError, match=r"decision\.docx"):
        notes(forbidden(), assessment(forbidden()), "fr", "docx", {"décision.docx": b""})
    with pytest.raises(InputError, match="odt"):
        notes(forbidden(), assessment(forbidden()), "fr", "docx", {"decision.docx": base_template("decision", "fr", "odt")})


def test_the_output_is_deterministic_and_sound() -> None:
    package = render(base_template("decision", "fr", "odt"), context("decision", forbidden(), assessment(forbidden()), "fr"))
    assert_sound(package)
    assert {entry.date_time for entry in zipfile.ZipFile(io.BytesIO(package)).infolist()} == {(1980, 1, 1, 0, 0, 0)}


ALIKE = ("derogation.rules", "clause_groups[].clauses", "question", "overrides", "derogation.steps")
"""Fields whose inside the guide describes in words, or elsewhere."""


def test_every_field_is_in_the_guide() -> None:
    guide = (Path(__file__).parents[3] / "docs/guides/templates.md").read_text("utf-8")
    for paper in ("decision", "derogation", "clauses"):
        for path in named(context(paper, two_hostings(), assessment(two_hostings()), "fr"), ""):
            assert f"`{path}`" in guide, f"{path} is not documented"


def named(value: object, path: str) -> list[str]:
    if isinstance(value, dict) and path not in ALIKE:
        return [inner for name, one in value.items() for inner in named(one, f"{path}.{name}" if path else name)]
    if isinstance(value, list) and value and isinstance(value[0], dict) and path not in ALIKE:
        return [path, *named(value[0], f"{path}[]")]
    return [path]
