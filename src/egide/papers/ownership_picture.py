"""The holdings above a company as a picture, with the same as a table and its critical chains in words.

Whatever a colour says, a line's style and a word say too: the chains of third entities that matter are thick (broken when it is not known
whether the party is one), powers without shares are dash and dot, what closes a circle is dotted; each kind of party has its shape.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from egide.ownership.holdings import PartyKind
from egide.papers import text
from egide.papers.label.words import FLOAT, REMAINDER, unnamed
from egide.papers.layers import BOX_HEIGHT, BOX_WIDTH, LABEL_LINE, Box, Chart, Line, chart
from egide.papers.ownership_view import Hold, View, chosen, view
from egide.vocabulary.findings import Answer
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from egide.ownership.answers import Ownership

LEAST_WIDTH = 940
MOST_TOLD = 12
"""Chains told in words; the others are drawn, and in the table."""
BROKEN, DOUBTFUL, POWER = ' stroke-dasharray="5 4"', ' stroke-dasharray="11 6"', ' stroke-dasharray="9 3 2 3"'
CIRCLE = ' stroke-dasharray="2 5" stroke-linecap="round"'
"""Styles of lines: of a box of nobody known, of a chain in doubt, of a power without shares, of what closes a circle."""
NAME_SIZE, SMALL_SIZE, BOLD = 13.5, 12, 1.1
COLOURS: Mapping[str, tuple[str, str]] = {
    "ground": ("#fff", "#17181b"), "soft": ("#f5f5f2", "#202226"), "line": ("#d9d9d3", "#3b3e45"), "ink": ("#1c1d20", "#ececea"),
    "quiet": ("#575a61", "#a9adb6"), "forbidden": ("#b23a0e", "#ff8f66"), "undetermined": ("#74449c", "#cba3ee"),
}
"""The page's palette (``page.css``), light and dark, for a picture that stands alone."""
CRITICAL: Mapping[Answer | None, str] = {Answer.MET: "forbidden", Answer.UNKNOWN: "undetermined", None: "quiet"}


def ownership_picture(ownership: Ownership, lang: str, name: str = "holdings") -> str:
    """The picture for a page: it takes the page's colours."""
    return _drawn(view(ownership, lang), name, lambda what, colour: f'{what}="var(--{colour}, {COLOURS[colour][0]})"', "")


def standalone_picture(ownership: Ownership, lang: str) -> str:
    """The picture as a file of its own, with its own style: light, dark or grey."""
    rules = "".join(f".{what}-{colour}{{{what}:{light}}}" for colour, (light, _) in COLOURS.items() for what in ("fill", "stroke"))
    dark = "".join(f".{what}-{colour}{{{what}:{shade}}}" for colour, (_, shade) in COLOURS.items() for what in ("fill", "stroke"))
    style = (
        '<style>svg{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",sans-serif;'
        f"font-variant-numeric:tabular-nums}}{rules}@media (prefers-color-scheme:dark){{{dark}}}</style>"
    )
    made = view(ownership, lang)
    drawn = _drawn(made, "holdings", lambda what, colour: f"{what}-{colour}", style)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{drawn}\n'


def picture_rows(ownership: Ownership, lang: str) -> tuple[tuple[str, ...], ...]:
    """The same as a table, its header first: every hold above the company, those that are drawn and those that are not."""
    made = view(ownership, lang)
    t = made.told.t
    head = (t(N_("Holder")), t(N_("Country")), t(N_("Kind")), t(N_("Third entity?")), t(N_("Of")), t(N_("Capital, %")), t(N_("Votes, %")),
            t(N_("Powers")), t(N_("On a critical chain")), t(N_("Stated by")))  # fmt: skip
    rows = []
    for hold in made.holds.values():
        third = made.third.get(hold.holder, Answer.UNKNOWN if unnamed(hold.holder) else None)
        rows.append((
            made.name(hold.holder), made.country(hold.holder), made.kind(hold.holder), _third(made, third), made.name(hold.held),
            made.share(hold.capital), made.share(hold.votes), ", ".join(made.powers(hold)), t(N_("yes") if hold.critical else N_("no")),
            _stated(made, hold),
        ))  # fmt: skip
    return (head, *rows)


def chain_sentences(ownership: Ownership, lang: str) -> tuple[str, ...]:
    """The critical chains in words, the most telling first; one sentence that says so when there is none."""
    made = view(ownership, lang)
    t = made.told.t
    if not made.critical:
        return (t(N_("No chain of a third entity reaches the caps, controls the company or stops its decisions.")),)
    said = [
        f"{text.upper_first(made.name(one.party))} ({made.country(one.party)}){t(N_(': '))}{text.lower_first(t(one.why))}. "
        f"{text.upper_first(made.told.chain(one.chain))}"
        for one in made.critical[:MOST_TOLD]
    ]
    more = len(made.critical) - MOST_TOLD
    if more > 0:
        said.append(made.told.n(N_("{n} more chain is in the table."), N_("{n} more chains are in the table."), more))
    return tuple(said)


def _third(made: View, third: Answer | None) -> str:
    words = {Answer.MET: N_("yes"), Answer.NOT_MET: N_("no"), Answer.UNKNOWN: N_("not known")}
    return made.told.t(words[third]) if third else made.told.t(N_("not asked"))


def _stated(made: View, hold: Hold) -> str:
    said = []
    for one in dict.fromkeys(link.origin for link in hold.links if link.origin):
        day, source = made.told.lang.day(one.on) if one.on else "", one.source if one.source != one.issuer else ""
        said.append(", ".join(part for part in (one.issuer, day, source) if part))
    return "; ".join(said)


# --- the drawing ---------------------------------------------------------------------------------


class _Pen:
    """Draws with colours as attributes (a page's) or as classes (a file's)."""

    def __init__(self, paint: Callable[[str, str], str], classes: bool) -> None:
        self.paint, self.classes = paint, classes

    def colours(self, fill: str = "", stroke: str = "") -> str:
        """The attributes that paint with these colours of the palette."""
        said = [self.paint("fill", fill) if fill else "", self.paint("stroke", stroke) if stroke else ""]
        if self.classes:
            return f'class="{" ".join(part for part in said if part)}"' + ("" if fill else ' fill="none"')
        return " ".join([*(part for part in said if part), *([] if fill else ['fill="none"'])])

    def words(self, x: float, y: float, said: str, colour: str = "ink", size: float = SMALL_SIZE, more: str = "") -> str:
        """A line of words, with a rim of the ground so that lines behind do not cross it out."""
        rim = f'{self.colours(colour, "ground")} stroke-width="4" stroke-linejoin="round" paint-order="stroke"'
        return f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" {rim}{" " + more if more else ""}>{escape(said)}</text>'


def _drawn(made: View, name: str, paint: Callable[[str, str], str], style: str) -> str:
    parties, left_out = chosen(made)
    own, t = made.ownership, made.told.t
    shown = {own.company, *parties}
    holds = {pair: hold for pair, hold in made.holds.items() if shown.issuperset(pair) and pair[0] != pair[1]}
    labels = {pair: _label(made, hold) for pair, hold in holds.items()}
    laid = chart(own.company, parties, holds, {pair: len(label) for pair, label in labels.items()}, LEAST_WIDTH)
    pen = _Pen(paint, bool(style))
    drawn = [style, f'<rect {pen.colours("ground")} width="{laid.width:g}" height="{{height}}"/>' if style else ""]
    ranked = sorted(laid.lines, key=lambda line: _rank(holds[line.holder, line.held]))
    drawn += [_line(pen, line, holds[line.holder, line.held]) for line in ranked]
    drawn += [_box(pen, made, box) for box in laid.boxes]
    drawn += [_said(pen, line, labels[line.holder, line.held], holds[line.holder, line.held]) for line in laid.lines]
    below, height = _legend(pen, made, laid, holds, left_out)
    title = t(N_("Who holds {company} on {day}"), company=made.name(own.company), day=own.on)
    whole = "".join([*drawn, *below]).replace("{height}", f"{height:g}")
    return _framed(name, laid.width, height, title, _description(made, left_out), whole)


def _framed(name: str, width: float, height: float, title: str, description: str, drawn: str) -> str:
    """Like the other pictures' frame, but words keep the sizes that the layout was made for."""
    return (
        f'<svg role="img" aria-labelledby="{name}-title {name}-desc" viewBox="0 0 {width:g} {height:g}" width="100%" '
        f'xmlns="http://www.w3.org/2000/svg"><title id="{name}-title">{escape(title)}</title>'
        f'<desc id="{name}-desc">{escape(description)}</desc>{drawn}</svg>'
    )


def _description(made: View, left_out: int) -> str:
    said = [_missing(made, left_out)] if left_out else []
    return " ".join([*said, *chain_sentences(made.ownership, made.told.lang.code)[:4]])


def _missing(made: View, left_out: int) -> str:
    return made.told.n(N_("{n} party is not drawn; the table has it."), N_("{n} parties are not drawn; the table has them all."), left_out)


def _rank(hold: Hold) -> int:
    return 0 if hold.critical is None else 1 if hold.critical is Answer.UNKNOWN else 2


def _dashes(hold: Hold, back: bool) -> str:
    """The line's style: it says the same as its colour."""
    if back:
        return CIRCLE
    if hold.critical is Answer.UNKNOWN:
        return DOUBTFUL
    if hold.capital is None and hold.votes is None:
        return POWER
    return ""


def _line(pen: _Pen, line: Line, hold: Hold) -> str:
    colour = CRITICAL[hold.critical]
    way = "M" + "L".join(f"{x:g} {y:g}" for x, y in line.points)
    x, y = line.points[-1]
    turn = -1 if line.back else 1
    tip = f"M{x:g} {y:g}l{-5 * turn} {-9 * turn}h{10 * turn}z"
    wide = 3.5 if hold.critical else 1.4
    return (
        f'<path {pen.colours("", colour)} stroke-width="{wide:g}" stroke-linejoin="round"{_dashes(hold, line.back)} d="{way}"/>'
        f'<path {pen.colours(colour)} d="{tip}"/>'
    )


def _label(made: View, hold: Hold) -> list[str]:
    powers = [line for power in made.powers(hold) for line in _wrapped(text.lower_first(power), BOX_WIDTH - 40, SMALL_SIZE, 2)]
    return [*filter(None, [made.shares(hold)]), *powers] or ["?"]


def _said(pen: _Pen, line: Line, label: list[str], hold: Hold) -> str:
    more = ' text-anchor="end"' if line.words_end else ""
    if hold.critical:
        more += ' font-weight="650"'
    colour = "ink" if hold.critical is None else CRITICAL[hold.critical]
    first = line.words_y - (len(label) - 1) * LABEL_LINE if line.back else line.words_y
    return "".join(
        pen.words(line.words_x, first + place * LABEL_LINE, _cut(said, BOX_WIDTH - 20, SMALL_SIZE), colour, SMALL_SIZE, more.strip())
        for place, said in enumerate(label)
    )


def _box(pen: _Pen, made: View, box: Box) -> str:
    company = box.id == made.ownership.company
    third = made.third.get(box.id)
    kind = made.party(box.id).kind
    colour = {Answer.MET: "forbidden", Answer.UNKNOWN: "undetermined"}.get(third, "ink") if third and not company else "ink"
    broken = BROKEN if kind is PartyKind.UNDISCLOSED else ""
    shape = (
        f'<path {pen.colours("soft" if company else "ground", colour)} stroke-width="{3 if company else 1.6}"{broken} '
        f'd="{_outline(kind, box.x, box.y)}"/>'
    )
    lines = _wrapped(made.name(box.id), BOX_WIDTH - 30, NAME_SIZE * BOLD, 2)
    notes = [(_meta(made, box.id), "quiet"), *_notes(made, box.id, third if not company else None)]
    total = len(lines) * 16 + len(notes) * 14
    y = box.y + (BOX_HEIGHT - total) / 2 + (15 if kind is PartyKind.STATE else 12)
    drawn = [shape]
    for said in lines:
        drawn.append(_inside(pen, box.middle, y, said, "ink", NAME_SIZE, True))
        y += 16
    room = BOX_WIDTH - (32 if kind is PartyKind.FUND else 12)
    for said, shade in notes:
        drawn.append(_inside(pen, box.middle, y - 1, _cut(said, room, SMALL_SIZE - 0.5), shade, SMALL_SIZE - 0.5, False))
        y += 14
    return "".join(drawn)


def _meta(made: View, party: str) -> str:
    """Country and kind; the kind that most are goes without saying, and nobody known has no country."""
    kind = made.party(party).kind
    if kind is PartyKind.ENTITY:
        return made.country(party)
    said = made.kind(party)
    return said if kind is PartyKind.UNDISCLOSED else f"{made.country(party)} · {said}"


def _notes(made: View, party: str, third: Answer | None) -> list[tuple[str, str]]:
    """What is to be known of a party beside its name, and in which colour: at most two lines."""
    t = made.told.t
    notes = []
    if third is Answer.MET:
        notes.append((t(N_("third entity")), "forbidden"))
    elif third is Answer.UNKNOWN and made.party(party).kind is not PartyKind.UNDISCLOSED:
        notes.append((t(N_("third entity? not known")), "undetermined"))
    for prefix, some in ((REMAINDER, N_("not stated: {share}")), (FLOAT, N_("float: {share}"))):
        rest = made.holds.get((prefix + party, party))
        if rest is not None:
            shares = made.shares(rest)
            said = t(N_("holders not stated")) if shares.startswith("100") else t(some).replace("{share}", shares)
            notes.append((said, CRITICAL[rest.critical]))
    own = made.holds.get((party, party))
    if own is not None:
        notes.append((t(N_("holds itself: {share}")).replace("{share}", made.shares(own)), "quiet"))
    return notes[:2]


def _inside(pen: _Pen, x: float, y: float, said: str, colour: str, size: float, bold: bool) -> str:
    weight = ' font-weight="600"' if bold else ""
    return f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" text-anchor="middle" {pen.colours(colour)}{weight}>{escape(said)}</text>'


def _outline(kind: PartyKind, x: float, y: float, width: float = BOX_WIDTH, height: float = BOX_HEIGHT) -> str:
    """Each kind's shape: entity square, person round, State with a roof, fund slanted, arrangement with cut corners."""
    right, below = x + width, y + height
    cut = min(12, height / 2.5)  # of the small shapes of the legend, deep enough not to look round
    if kind is PartyKind.PERSON:
        r = height / 2.6
        return (
            f"M{x + r:g} {y:g}H{right - r:g}a{r:g} {r:g} 0 0 1 {r:g} {r:g}V{below - r:g}a{r:g} {r:g} 0 0 1 {-r:g} {r:g}H{x + r:g}"
            f"a{r:g} {r:g} 0 0 1 {-r:g} {-r:g}V{y + r:g}a{r:g} {r:g} 0 0 1 {r:g} {-r:g}z"
        )
    if kind is PartyKind.STATE:
        return f"M{x:g} {y + cut:g}L{x + width / 2:g} {y - cut / 3:g}L{right:g} {y + cut:g}V{below:g}H{x:g}z"
    if kind is PartyKind.FUND:
        return f"M{x + cut:g} {y:g}H{right:g}L{right - cut:g} {below:g}H{x:g}z"
    if kind is PartyKind.ARRANGEMENT:
        return (
            f"M{x + cut:g} {y:g}H{right - cut:g}L{right:g} {y + cut:g}V{below - cut:g}L{right - cut:g} {below:g}H{x + cut:g}"
            f"L{x:g} {below - cut:g}V{y + cut:g}z"
        )
    return f"M{x:g} {y:g}H{right:g}V{below:g}H{x:g}z"


def _legend(
    pen: _Pen, made: View, laid: Chart, holds: Mapping[tuple[str, str], Hold], left_out: int,
) -> tuple[list[str], float]:
    """What the lines and shapes mean, as far as the picture holds them, and what it leaves out."""
    t, y = made.told.t, laid.height + 22
    drawn: list[str] = []
    marks = [(_sample(pen, None, ""), t(N_("holds: capital / votes, one figure when they are the same")))]
    if any(hold.critical is Answer.MET for hold in holds.values()):
        marks.append((_sample(pen, Answer.MET, ""), t(N_("chain of a third entity that counts"))))
    if any(hold.critical is Answer.UNKNOWN for hold in holds.values()):
        marks.append((_sample(pen, Answer.UNKNOWN, DOUBTFUL), t(N_("the same, of a party that may be one"))))
    if any(hold.capital is None and hold.votes is None for hold in holds.values()):
        marks.append((_sample(pen, None, POWER), t(N_("a power without shares"))))
    if any(line.back for line in laid.lines):
        marks.append((_sample(pen, None, CIRCLE), t(N_("closes a circle"))))
    for kind in PartyKind:
        if any(made.party(box.id).kind is kind for box in laid.boxes):
            dashed = BROKEN if kind is PartyKind.UNDISCLOSED else ""
            shape = f'<path {pen.colours("ground", "ink")} stroke-width="1.4"{dashed} d="{_outline(kind, 0, -11, 30, 15)}"/>'
            marks.append((shape, made.told.token("party-", kind)))
    x = 24.0
    for sample, words in marks:
        wide = 40 + _width(words, SMALL_SIZE) + 26
        if x + wide > laid.width and x > 24:
            x, y = 24.0, y + 22
        drawn.append(f'<g transform="translate({x:g} {y:g})">{sample}{pen.words(40, 0, words, "quiet")}</g>')
        x += wide
    if left_out:
        y += 24
        drawn.append(pen.words(24, y, _missing(made, left_out), "ink", NAME_SIZE, 'font-weight="600"'))
    return drawn, y + 16


def _sample(pen: _Pen, critical: Answer | None, dashes: str) -> str:
    return f'<path {pen.colours("", CRITICAL[critical])} stroke-width="{3.5 if critical else 1.4}"{dashes} d="M0 -4h32"/>'


# --- words that fit ------------------------------------------------------------------------------


def _width(said: str, size: float) -> float:
    """About how wide words are in the widest of the usual sans serifs."""
    wide = sum(0.36 if sign in "iljtfr.,;:'’|!()[] " else 0.95 if sign in "mwMW@%" else 0.72 if sign.isupper() else 0.62 for sign in said)
    return wide * size


def _cut(said: str, most: float, size: float) -> str:
    if _width(said, size) <= most:
        return said
    while said and _width(said + "…", size) > most:
        said = said[:-1]
    return said.rstrip() + "…"


def _wrapped(said: str, most: float, size: float, lines: int) -> list[str]:
    """Words on so many lines; what does not fit ends with an ellipsis."""
    found: list[str] = []
    rest = said.split()
    while rest and len(found) < lines:
        line = rest.pop(0)
        if len(found) == lines - 1:
            line = " ".join([line, *rest])
            rest = []
        else:
            while rest and _width(f"{line} {rest[0]}", size) <= most:
                line += f" {rest.pop(0)}"
        found.append(_cut(line, most, size))
    return found or ["?"]
