"""What the picture of holdings, its table and its sentences show: one line for each holder of each company, and which chains matter."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from egide.ownership.answers import Link
from egide.ownership.figures import exactly
from egide.ownership.holdings import NOTHING_SAID, Party, PartyKind, Right
from egide.ownership.wording import percent
from egide.papers.label.words import Teller, figure, party_names, unnamed
from egide.vocabulary.findings import Answer
from egide.vocabulary.language import N_, language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from egide.ownership.answers import Chain, Held, Ownership
    from egide.ownership.figures import Figure
    from egide.ownership.holdings import Range

MOST_BOXES = 61
"""The company and sixty holders."""


@dataclass(slots=True)
class Hold:
    """All that one party has of one company."""

    holder: str
    held: str
    capital: Range | None = None
    votes: Range | None = None
    powers: list[str] = field(default_factory=list)
    """Tokens: powers, ``concert``, ``pledge``, ``option``, ``convertible``."""
    links: list[Link] = field(default_factory=list)
    critical: Answer | None = None
    """Met: on a chain of a third entity that matters; unknown: of one that may be one; None: on neither."""


@dataclass(frozen=True, slots=True)
class Critical:
    """A chain that matters for the caps or for control."""

    party: str
    third: Answer
    chain: Chain
    why: str
    """A message."""


@dataclass(slots=True)
class View:
    """An answer, prepared for the eye."""

    ownership: Ownership
    told: Teller
    holds: dict[tuple[str, str], Hold] = field(default_factory=dict)
    critical: list[Critical] = field(default_factory=list)
    third: dict[str, Answer] = field(default_factory=dict)

    def party(self, name: str) -> Party:
        """The party, or one of which nothing is known."""
        return self.ownership.parties.get(name) or Party(name, name, PartyKind.UNDISCLOSED)

    def country(self, name: str) -> str:
        """Its country; several when its places differ; «?» when none is known."""
        party = self.party(name)
        places = [place for place in (party.seat, party.administration, party.establishment) if place]
        return "/".join(dict.fromkeys(places)) or "?"

    def kind(self, name: str) -> str:
        """What it is, in words."""
        return self.told.token("party-", self.party(name).kind)

    def name(self, name: str) -> str:
        """What it is called; what nobody states is called so."""
        return self.told.lang.label(self.told.name(name))

    def share(self, share: Range | None) -> str:
        """«24,1», «20–25», «> 50», «?», without its sign."""
        if share is None:
            return "—"
        if share == NOTHING_SAID:
            return "?"
        low, high = (self.told.number(short(end)) for end in (share.low, share.high))
        if share.exact:
            return low
        if share.high == 100:
            return f"{'>' if share.low_open else '≥'}\u00a0{low}"
        if share.low == 0:
            return f"{'<' if share.high_open else '≤'}\u00a0{high}"
        return f"{low}–{'<' if share.high_open else ''}{high}"

    def shares(self, hold: Hold) -> str:
        """Capital and votes: one figure when they are the same, «capital / votes» when they are not; empty for powers alone."""
        if hold.capital is None and hold.votes is None:
            return ""
        capital, votes = self.share(hold.capital), self.share(hold.votes)
        if capital == votes == "?":
            return "?"
        return (capital if capital == votes else f"{capital} / {votes}") + "\u00a0%"

    def powers(self, hold: Hold) -> list[str]:
        """The powers in words."""
        return [self.told.token("hold-", power) for power in hold.powers]


def view(ownership: Ownership, lang: str) -> View:
    """The answer with its holds put together and its critical chains found."""
    made = View(ownership, _teller(ownership, lang))
    made.third = {held.party: held.third for held in ownership.holders}
    for link in ownership.links:
        _take(made, link)
    made.critical = _critical(ownership)
    for one in made.critical:
        for link in one.chain.links:
            hold = made.holds.get((link.holder, link.held))
            if hold is not None and hold.critical is not Answer.MET:
                hold.critical = one.third
    return made


def short(per_cent: Figure) -> str:
    """A figure in two decimals at most, marked where that is not all of it; beside a whole per cent, on its side of it."""
    value = exactly(per_cent)
    cut = round(value * 100)
    if value * 100 == cut:
        return figure(Fraction(cut, 100))
    return f"≈{figure(Fraction(cut, 100))}" if cut % 100 else percent(value / 100)


def _teller(ownership: Ownership, lang: str) -> Teller:
    """Names in this language."""
    said = language(lang)
    return Teller(said, party_names(ownership, said))


def _take(made: View, link: Link) -> None:
    hold = made.holds.setdefault((link.holder, link.held), Hold(link.holder, link.held))
    hold.links.append(link)
    if link.how == "concert":  # shares held in concert: the capital comes first, then the votes
        if hold.capital is None and not hold.powers:
            hold.capital = link.share
        else:
            hold.votes = link.share
    elif link.how in {Right.CAPITAL, Right.VOTES}:
        setattr(hold, link.how, link.share)
        return
    if link.how not in hold.powers:
        hold.powers.append(link.how)


CAPS = N_("Counts against the caps")
MAY_COUNT = N_("May count against the caps: it is not known whether it is a third entity")
CONTROLS = N_("Controls the company")
MAY_CONTROL = N_("May control the company")
COUNTS = N_("Counts towards the caps")
VETO = N_("Can stop decisions or appoint the organs")


def _critical(ownership: Ownership) -> list[Critical]:
    """Chains of third entities, or of parties that may be: what keeps the answer from being met, or what counts towards the caps."""
    found = [
        Critical(one.party, one.third, one.chain, CONTROLS if one.answer is Answer.MET else MAY_CONTROL)
        for one in ownership.controllers if one.third is not Answer.NOT_MET and one.answer is not Answer.NOT_MET
    ]
    found += _powers(ownership)
    for held in _weighty(ownership):
        why = COUNTS if ownership.answer is Answer.MET else CAPS if held.third is Answer.MET else MAY_COUNT
        found += [Critical(held.party, held.third, chain, why) for chain in _ways(held)]
    seen: set[tuple[tuple[str, str], ...]] = set()
    kept = []
    for chosen in found:
        way = tuple((link.holder, link.held) for link in chosen.chain.links)
        if way and way not in seen:
            seen.add(way)
            kept.append(chosen)
    return kept


def _weighty(ownership: Ownership) -> list[Held]:
    """The third entities whose shares make a breach, or may: the largest, until the cap on all together is passed; then the unknown."""

    def most(held: Held) -> float:
        return max((float(bounds.high) for bounds in held.shares.values()), default=0.0)

    third = sorted((held for held in ownership.holders if held.third is Answer.MET), key=lambda held: (-most(held), held.party))
    behind = {held.party for held in third}  # what is above a third entity counts no more: the entity itself does
    doubt = sorted(
        (held for held in ownership.holders if held.third is Answer.UNKNOWN and not _all_behind(held, behind)),
        key=lambda held: (-most(held), held.party),
    )
    cap, total = float(ownership.readings.together), 0.0
    found: list[Held] = []
    for held in (*third, *doubt):
        if most(held) <= 0 or (total > cap and held.third is Answer.UNKNOWN):
            break
        if total <= cap or most(held) > float(ownership.readings.one):
            found.append(held)
            total += most(held)
    return found


def _all_behind(held: Held, parties: set[str]) -> bool:
    return bool(held.chains) and all(any(link.holder in parties for link in chain.links[:-1]) for chain in held.chains)


def _ways(held: Held) -> list[Chain]:
    """The different ways of its two heaviest chains."""
    ways = {tuple((link.holder, link.held) for link in chain.links): chain for chain in reversed(held.chains[:4])}
    return list(reversed(ways.values()))[:2]


def _powers(ownership: Ownership) -> list[Critical]:
    from egide.ownership.answers import Chain  # noqa: PLC0415 - only here

    third = {held.party: held.third for held in ownership.holders}
    deciding = {"veto": ownership.third_veto, "appoints-majority-of-organs": ownership.third_organs}
    return [
        Critical(link.holder, third[link.holder], Chain((link,), None), VETO)
        for link in ownership.links
        if deciding.get(link.how, Answer.NOT_MET) is not Answer.NOT_MET and link.held == ownership.company
        and third.get(link.holder, Answer.NOT_MET) is not Answer.NOT_MET
    ]


def chosen(made: View) -> tuple[list[str], int]:
    """The parties that are drawn, weightiest first, and how many more there are: critical ones always, and whatever joins them below."""
    own = made.ownership
    weight = {held.party: max((float(bounds.high) for bounds in held.shares.values()), default=0.0) for held in own.holders}
    below: dict[str, list[str]] = {}
    for hold in made.holds.values():
        below.setdefault(hold.holder, []).append(hold.held)
    everyone = {name for pair in made.holds for name in pair if not unnamed(name)} - {own.company}
    first = [name for one in made.critical for link in one.chain.links for name in (link.holder,) if name in everyone]
    order = list(dict.fromkeys([*first, *sorted(everyone, key=lambda name: (-weight.get(name, 0.0), name))]))
    kept: dict[str, None] = {}
    for name in order:
        if len(kept) >= MOST_BOXES - 1:
            break
        for needed in _down(name, own.company, below, kept):
            kept.setdefault(needed)
    return list(kept), len(everyone) - len(kept)


def _down(name: str, company: str, below: dict[str, list[str]], kept: dict[str, None]) -> Sequence[str]:
    """The party and what stands between it and the company, as far as that is not drawn yet."""
    way, node = [name], name
    met = {name}
    while node not in kept and company not in below.get(node, ()):
        further = [held for held in below.get(node, ()) if held not in met]
        if not further:
            return ()
        node = min(further, key=lambda held: (held not in kept, held))
        met.add(node)
        way.append(node)
    return way
