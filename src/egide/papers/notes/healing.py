"""Turns one XML part that a person wrote in a word processor into source for the sandboxed Jinja of `sandbox`.

Word processors cut a tag such as ``{{ service.name }}`` into several runs (spelling, styles, corrections): here each tag
is put back together in the run where it begins. ``{%p … %}`` stands for its whole paragraph and ``{%tr … %}`` for its
whole table row, so that loops repeat paragraphs and rows.

Tags are rewritten with control characters that no XML document can hold (XML 1.0, section 2.2), so nothing else in the
part, no attribute and no stray brace, can ever be read as a tag. Each paragraph becomes one line of the source: the line
of an error is the number of the paragraph.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from xml.parsers import expat
from xml.sax.saxutils import escape

from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_

VARIABLE = ("\x02", "\x03")
BLOCK = ("\x04", "\x05")
COMMENT = ("\x06", "\x07")
MAX_TAGS = 5_000

_TOKEN = re.compile(r"""<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<(?:[^>"']|"[^"]*"|'[^']*')*>|[^<]+""", re.DOTALL)
_NAME = re.compile(r"</?([^\s/>]+)")
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_WIDE = re.compile(r"\{%\s?(p|tr)\s+(.*)%\}", re.DOTALL)
_QUOTES = str.maketrans({"\u2019": "'", "\u2018": "'", "\u201c": '"', "\u201d": '"'})
_SPACES = str.maketrans("\u00a0\u202f", "  ")
_QUOTED = re.compile(r'("[^"]*")')
_GUILLEMETS = re.compile(r"«\s*|\s*»")


@dataclass(frozen=True, slots=True)
class Dialect:
    """What paragraphs, texts and rows are called in one format."""

    paragraphs: frozenset[str]
    texts: frozenset[str] | None
    """Elements that hold text; None: the paragraph itself does."""
    row: str
    item: str | None
    """The list item that goes with its only paragraph."""
    line_break: str


DIALECTS = {
    "docx": Dialect(
        frozenset({"w:p"}), frozenset({"w:t"}), "w:tr", None, '</w:t><w:br/><w:t xml:space="preserve">',
    ),
    "odt": Dialect(
        frozenset({"text:p", "text:h"}), None, "table:table-row", "text:list-item", "<text:line-break/>",
    ),
}  # fmt: skip


@dataclass(slots=True)
class _Element:
    """One element under way or done: where its tokens begin and end, and the texts right below it."""

    name: str
    start: int
    end: int = -1
    texts: list[int] = field(default_factory=list)
    paragraphs: list[_Element] = field(default_factory=list)
    row: _Element | None = None
    item: _Element | None = None


def check_xml(part: bytes, at: Location) -> str:
    """The part as text, once known to be well-formed, UTF-8 and without a document type. Raises `InputError`."""
    parser = expat.ParserCreate()

    def refuse(*_: object) -> None:
        raise InputError(N_("a document type or entity declaration is not accepted"), at)

    def only_utf8(_version: str, encoding: str | None, _alone: int) -> None:
        if (encoding or "utf-8").lower() not in ("utf-8", "us-ascii"):
            raise InputError(N_("encoded in {encoding}; only UTF-8 is read"), at, values={"encoding": encoding})

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.XmlDeclHandler = only_utf8
    try:
        parser.Parse(part, True)
        return part.decode("utf-8-sig")
    except expat.ExpatError as error:
        raise InputError(N_("not well-formed XML: {error}"), at, values={"error": expat.ErrorString(error.code)}) from error
    except UnicodeDecodeError as error:
        raise InputError(N_("not UTF-8 (byte {byte})"), at, values={"byte": error.start}) from error


def heal(part: bytes, dialect: Dialect, at: Location) -> str | None:
    """The part as Jinja source; None when it holds no tag.

    Raises `InputError` with the paragraph's number as row.
    """
    text = check_xml(part, at)
    if "{" not in text:
        return None
    tokens = [_plain(token) for token in _TOKEN.findall(text)]
    found = 0
    for number, paragraph in enumerate(_paragraphs(tokens, dialect), start=1):
        found += _heal_paragraph(tokens, paragraph, dialect, Location(at.file, row=number, path=at.path))
    if found > MAX_TAGS:
        raise InputError(N_("{tags} tags; at most {limit} are read"), at, values={"tags": found, "limit": MAX_TAGS})
    return "".join(tokens) if found else None


def _plain(token: str) -> str:
    """The token on one line: lines number the paragraphs; a line end in a document is only a space."""
    if token.startswith("<![CDATA["):
        token = escape(token[9:-3])
    return token.replace("\r", "").replace("\n", " ")


def _paragraphs(tokens: list[str], dialect: Dialect) -> list[_Element]:
    """Every paragraph in the order in which it begins; a text outside of any counts as one."""
    stack: list[_Element] = []
    found: list[_Element] = []
    for place, token in enumerate(tokens):
        if not token.startswith("<"):
            _take_text(place, token, stack, found, dialect)
        elif token.startswith("</"):
            stack.pop().end = place
        elif not token.startswith(("<?", "<!")) and not token.endswith("/>"):
            _open(_Element(_NAME.match(token)[1], place), stack, found, dialect)  # type: ignore[index]
    return found


def _open(element: _Element, stack: list[_Element], found: list[_Element], dialect: Dialect) -> None:
    if element.name in dialect.paragraphs:
        found.append(element)
        rows = [one for one in stack if one.name == dialect.row]
        if rows:
            element.row = rows[-1]
            rows[-1].paragraphs.append(element)
        if stack and stack[-1].name == dialect.item:
            element.item = stack[-1]
            stack[-1].paragraphs.append(element)
    stack.append(element)


def _take_text(place: int, token: str, stack: list[_Element], found: list[_Element], dialect: Dialect) -> None:
    inside = next((one for one in reversed(stack) if one.name in dialect.paragraphs), None)
    if inside is None:
        if "{" in token and stack:
            found.append(_Element("", place, place, [place]))
    elif dialect.texts is None or stack[-1].name in dialect.texts:
        inside.texts.append(place)


def _heal_paragraph(tokens: list[str], paragraph: _Element, dialect: Dialect, at: Location) -> int:
    """Put the paragraph's tags together in place; how many there were."""
    written = "".join(tokens[place] for place in paragraph.texts)
    start = tokens[paragraph.start]
    if paragraph.name:
        tokens[paragraph.start] = "\n" + start
    tags = list(_TAG.finditer(written))
    rest = _TAG.sub("", written)
    if "{{" in rest or "{%" in rest:
        raise InputError(N_("a tag that opens and never closes: «{text}»"), at, values={"text": _short(written)})
    if not tags:
        return 0
    wide = [match for tag in tags if (match := _WIDE.fullmatch(_inner(tag[0])))]
    if wide:
        if len(wide) != len(tags) or rest.strip():
            said = N_("a paragraph or row tag must stand alone in its paragraph: «{text}»")
            raise InputError(said, at, values={"text": _short(written)})
        _widen(tokens, paragraph, wide, dialect, at)
    else:
        _gather(tokens, paragraph.texts, tags)
    return len(tags)


def _gather(tokens: list[str], places: list[int], tags: list[re.Match[str]]) -> None:
    """Each tag whole in the token where it begins; what is left of it elsewhere goes."""
    offset = 0
    for place in places:
        length = len(tokens[place])
        kept, cursor = [], offset
        for tag in tags:
            if tag.end() <= offset or tag.start() >= offset + length:
                continue
            kept.append(tokens[place][cursor - offset : max(tag.start() - offset, 0)])
            if tag.start() >= offset:
                kept.append(_tag(_inner(tag[0])))
            cursor = min(tag.end(), offset + length)
        kept.append(tokens[place][cursor - offset :])
        healed = "".join(kept)
        if healed != tokens[place] and tokens[place - 1] == "<w:t>":
            tokens[place - 1] = '<w:t xml:space="preserve">'
        tokens[place] = healed
        offset += length


def _widen(tokens: list[str], paragraph: _Element, wide: list[re.Match[str]], dialect: Dialect, at: Location) -> None:
    """Put the tags in the place of their whole paragraph or row."""
    target = paragraph
    if wide[0][1] == "tr":
        if paragraph.row is None:
            raise InputError(N_("a row tag stands outside of a table"), at)
        target = paragraph.row
        others = [one for one in target.paragraphs if one is not paragraph]
        if any(tokens[place].strip() for one in others for place in one.texts):
            raise InputError(N_("a row tag must stand alone in its row"), at)
    elif paragraph.item is not None and len(paragraph.item.paragraphs) == 1:
        target = paragraph.item
    lines = sum(tokens[place].count("\n") for place in range(target.start, target.end + 1))
    tokens[target.start : target.end + 1] = [""] * (target.end + 1 - target.start)
    tokens[target.start] = "\n" * lines + "".join(_tag("{% " + match[2] + "%}") for match in wide)


def _inner(tag: str) -> str:
    """The tag as it was meant: entities, curly quotes, and hard spaces outside of quotes, undone."""
    straight = _GUILLEMETS.sub('"', unescape(tag).translate(_QUOTES))
    return "".join(piece if piece.startswith('"') else piece.translate(_SPACES) for piece in _QUOTED.split(straight))


def _tag(tag: str) -> str:
    if tag.startswith("{#"):
        return ""
    opening, closing = VARIABLE if tag.startswith("{{") else BLOCK
    return opening + tag[2:-2] + closing


def _short(text: str) -> str:
    plain = unescape(text)
    return plain if len(plain) <= 80 else plain[:79] + "…"
