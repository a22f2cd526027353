"""What a change does to who holds whom: holdings end on the day before and others begin on the day; what was stays written.

Several rows of one right between the same two are statements of one holding: each is carried over. A range stays a range.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import msgspec

from egide.ownership.figures import exactly, shortest
from egide.ownership.figures import written as in_digits
from egide.ownership.holdings import Holding, Influence, Nature, Origin, Party, PartyKind, Range, Register, Right
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.label.change_shapes import BoughtShape, HoldingShape, PartyShape, PowerShape, SaleShape
    from egide.label.dossier import Dossier

SOURCE = "change"
"""The issuer of what a change supposes: nobody stated it yet."""
TOO_MUCH = N_("{holder} holds at most {held} % of {of} ({right}) on {day} and cannot sell {sold} %")
HOLDS_NOTHING = N_("{holder} holds nothing of {of} on {day}; holders: {holders}")
NO_PARTY = N_("the register knows no `{name}`; say who that is under `party`")
KNOWN_PARTY = N_("the register knows `{name}` already; leave `party` out")

Said = Mapping[Right, "Range | None"]


def sale(dossier: Dossier, step: SaleShape, on: date, at: Location) -> Dossier:
    """Shares go from one holder to another."""
    if step.holder == step.to:
        raise InputError(N_("{holder} cannot sell to itself"), at, values={"holder": step.holder})
    register = _with_party(_register(dossier, at), step.to, step.party, at)
    current = _between(register, step.holder, step.of, on)
    if not current:
        holders = ", ".join(sorted({one.holder for one in register.holdings if one.held == step.of and _full(one, on)})) or "—"
        raise InputError(HOLDS_NOTHING, at, values={"holder": step.holder, "of": step.of, "day": on, "holders": holders})
    sold = {right: _sold(step, right, current, on, at) for right in Right}
    _replace(register, current, [_rest(one, sold) for one in current], on)
    if not any(sold.values()):
        raise InputError(N_("nothing is sold"), at)
    gained = {right: Range(shortest(part), shortest(part)) if part else None for right, part in sold.items()}
    _gain(register, step.to, step.of, gained, on, at)
    return replace(dossier, register=register)


def holding(dossier: Dossier, step: HoldingShape, on: date, at: Location) -> Dossier:
    """A holding that is new, or in the place of the one between the same two."""
    register = _with_party(_with_party(_register(dossier, at), step.holder, step.party, at), step.of, None, at)
    shares = {Right.CAPITAL: _range(step.capital, at), Right.VOTES: _range(step.votes, at)}
    old = [one for one in register.holdings if (one.holder, one.held, one.nature) == (step.holder, step.of, step.nature) and _on(one, on)]
    _replace(register, old, [], on)
    if step.dilutes:
        for right, share in shares.items():
            if share is not None and not share.exact:
                raise InputError(N_("only an exact share dilutes the others ({right})"), at, values={"right": str(right)})
        kept = {right: 1 - (share.fractions()[0] if share is not None else Fraction(0)) for right, share in shares.items()}
        _scale(register, step.of, kept, on, {step.holder})
    new = Holding(step.holder, step.of, shares[Right.CAPITAL], shares[Right.VOTES], _origin(on, at), step.nature, on,
                  id=_name(at, step.holder))
    register.holdings.append(new)
    return replace(dossier, register=register)


def power(dossier: Dossier, step: PowerShape, on: date, at: Location) -> Dossier:
    """A power begins or ends."""
    register = _with_party(_with_party(_register(dossier, at), step.holder, step.party, at), step.of, None, at)
    old = [one for one in register.influences if (one.holder, one.held, one.power) == (step.holder, step.of, step.power) and _on(one, on)]
    if step.ends and not old:
        raise InputError(N_("{holder} has no such power over {of} on {day}"), at, values={"holder": step.holder, "of": step.of, "day": on})
    if step.ends:
        kept = [one for one in register.influences if one not in old]
        ended = [msgspec.structs.replace(one, until=on - timedelta(days=1)) for one in old if one.since is None or one.since < on]
        register.influences = [*kept, *ended]
    elif not old:
        register.influences.append(Influence(step.holder, step.of, step.power, _origin(on, at), on, id=_name(at, step.holder)))
    return replace(dossier, register=register)


def bought(dossier: Dossier, step: BoughtShape, on: date, at: Location) -> Dossier:
    """Somebody comes to hold that much of a company, out of everybody's share in proportion."""
    if step.company == step.by:
        raise InputError(N_("{name} cannot buy itself"), at, values={"name": step.company})
    register = _with_party(_with_supplier(_register(dossier, at, new=True), dossier, step.company), step.by, step.party, at)
    _with_party(register, step.company, None, at)
    kept: dict[Right, Fraction] = {}
    own = _between(register, step.by, step.company, on)
    for right, said in ((Right.CAPITAL, step.capital), (Right.VOTES, step.votes)):
        before = [share for one in own if (share := _share(one, right)) is not None]
        if said < 100 and any(not share.exact for share in before):
            raise InputError(N_("the share of {holder} is not exact; what the others keep cannot be worked out"), at,
                             values={"holder": step.by})
        had = before[0].fractions()[0] if before else Fraction(0)
        after = _fraction(said)
        if after < had:
            raise InputError(N_("{holder} holds more already; write a sale"), at, values={"holder": step.by})
        kept[right] = (1 - after) / (1 - had) if had < 1 else Fraction(1)
    _scale(register, step.company, kept, on, {step.by})
    _replace(register, own, [], on)
    register.holdings.append(Holding(step.by, step.company, Range(step.capital, step.capital), Range(step.votes, step.votes),
                                     _origin(on, at), Nature.FULL, on, id=_name(at, step.by)))
    return replace(dossier, register=register)


def party_moved(dossier: Dossier, who: str, places: Mapping[str, str]) -> Dossier:
    """The register's own note of where a party is, when it has one."""
    if dossier.register is None or who not in dossier.register.parties:
        return dossier
    register = _copy(dossier.register)
    register.parties[who] = msgspec.structs.replace(register.parties[who], **places)
    return replace(dossier, register=register)


def _sold(step: SaleShape, right: Right, current: list[Holding], on: date, at: Location) -> Fraction | None:
    """How many per cent of the company are sold; None when nothing of that right moves."""
    written = step.capital if right is Right.CAPITAL else step.votes
    shares = [share for one in current if (share := _share(one, right)) is not None]
    if written == 0 or (written == "all" and not shares):
        return None
    if written == "all":
        if any(not share.exact for share in shares) or len({exactly(share.low) for share in shares}) > 1:
            raise InputError(N_("how much {holder} holds is not exact ({right}); write how much is sold"), at,
                             values={"holder": step.holder, "right": str(right)})
        return exactly(shares[0].low)
    most, sold = _most(shares), exactly(float(written))
    if sold > most:
        raise InputError(TOO_MUCH, at, values={
            "holder": step.holder, "of": step.of, "day": on, "right": str(right), "held": in_digits(most), "sold": in_digits(sold)})
    return sold


def _most(shares: list[Range]) -> Fraction:
    """The most that all statements allow; the most that one says when they cannot all be true."""
    ends = [(exactly(one.low), exactly(one.high)) for one in shares] or [(Fraction(0), Fraction(0))]
    most = min(high for _, high in ends)
    return most if max(low for low, _ in ends) <= most else max(high for _, high in ends)


def _rest(one: Holding, sold: Mapping[Right, Fraction | None]) -> Holding:
    return msgspec.structs.replace(one, **{
        str(right): _less(share, sold[right]) if (share := _share(one, right)) is not None else None for right in Right})


def _less(share: Range, sold: Fraction | None) -> Range:
    if not sold:
        return share
    low, high = (exactly(end) - sold for end in (share.low, share.high))
    least, most = (shortest(max(end, Fraction(0))) for end in (low, high))
    return Range(least, most, share.low_open and low >= 0 and high > 0, share.high_open and high > 0)


def _gain(register: Register, holder: str, held: str, more: Said, on: date, at: Location) -> None:
    """The buyer's holding grows by what was sold, row by row; what nobody spoke of is at least what was bought."""
    current = _between(register, holder, held, on)
    spoken = {right for right in Right for one in current if _share(one, right) is not None}
    grown = [
        msgspec.structs.replace(one, **{
            str(right): _more(share, more[right]) if (share := _share(one, right)) is not None else None for right in Right})
        for one in current
    ]  # fmt: skip
    first = {right: more[right] for right in Right if right not in spoken and more[right] is not None}
    if current and first:
        first = {right: Range(share.low, 100.0) for right, share in first.items() if share is not None}
    _replace(register, current, grown, on)
    if first:
        register.holdings.append(Holding(holder, held, first.get(Right.CAPITAL), first.get(Right.VOTES), _origin(on, at), Nature.FULL, on,
                                         id=_name(at, holder)))


def _more(share: Range, more: Range | None) -> Range:
    if more is None:
        return share
    grown = tuple(exactly(end) + exactly(more.low) for end in (share.low, share.high))
    low, high = (min(end, Fraction(100)) for end in grown)
    return Range(shortest(low), shortest(high), share.low_open and low < 100, share.high_open and grown[1] <= 100)


def _scale(register: Register, held: str, kept: Mapping[Right, Fraction], on: date, but: set[str]) -> None:
    """Everybody else's full share becomes so much of what it was; what becomes nothing ends."""
    old = [one for one in register.holdings if one.held == held and _full(one, on) and one.holder not in but]
    new = [
        msgspec.structs.replace(one, **{
            str(right): _times(share, kept[right]) if (share := _share(one, right)) is not None else None for right in Right})
        for one in old
    ]  # fmt: skip
    _replace(register, old, new, on)


def _times(share: Range, by: Fraction) -> Range:
    low, high = (shortest(exactly(end) * by) for end in (share.low, share.high))
    return Range(low, high, share.low_open and by > 0, share.high_open and by > 0)


def _replace(register: Register, old: list[Holding], new: list[Holding], on: date) -> None:
    """The old rows end on the day before; the new ones begin on the day and end when the old would have, if anything is left."""
    gone = {id(one) for one in old}
    kept = [one for one in register.holdings if id(one) not in gone]
    ended = [msgspec.structs.replace(one, until=on - timedelta(days=1)) for one in old if one.since is None or one.since < on]
    begun = [msgspec.structs.replace(one, since=on, id=f"{one.id}@{on}" if one.id else "") for one in new if _something(one)]
    register.holdings = [*kept, *ended, *begun]


def _something(one: Holding) -> bool:
    return any(share is not None and share.high > 0 for share in (one.capital, one.votes))


def _between(register: Register, holder: str, held: str, on: date) -> list[Holding]:
    return [one for one in register.holdings if one.holder == holder and one.held == held and _full(one, on)]


def _full(one: Holding, on: date) -> bool:
    return one.nature is Nature.FULL and _on(one, on)


def _on(one: Holding | Influence, on: date) -> bool:
    return (one.since is None or one.since <= on) and (one.until is None or on <= one.until)


def _share(one: Holding, right: Right) -> Range | None:
    return one.capital if right is Right.CAPITAL else one.votes


def _fraction(percent: float) -> Fraction:
    return exactly(float(percent)) / 100


def _range(written: float | tuple[float, ...] | None, at: Location) -> Range | None:
    if written is None:
        return None
    if isinstance(written, tuple):
        if not 0 <= written[0] <= written[1] <= 100:
            raise InputError(N_("a range runs from the lesser to the greater, between 0 and 100"), at)
        return Range(written[0], written[1])
    return Range(float(written), float(written))


def _register(dossier: Dossier, at: Location, new: bool = False) -> Register:
    """A copy that may be changed."""
    if dossier.register is None:
        if new:
            return Register()
        raise InputError(N_("the dossier says nothing of who holds whom"), at, N_("name a cap table under `ownership`"))
    return _copy(dossier.register)


def _copy(register: Register) -> Register:
    return Register(dict(register.parties), list(register.holdings), list(register.influences), list(register.concerts),
                    list(register.conflicts), list(register.problems), dict(register.at))


def _with_party(register: Register, name: str, party: PartyShape | None, at: Location) -> Register:
    if party is not None and name in register.parties:
        raise InputError(KNOWN_PARTY, at, values={"name": name})
    if party is None and name not in register.parties:
        raise InputError(NO_PARTY, at, values={"name": name})
    if party is not None:
        register.parties[name] = Party(name, party.name, party.kind, party.seat, party.administration, party.establishment, party.listed)
    return register


def _with_supplier(register: Register, dossier: Dossier, name: str) -> Register:
    """A supplier, or the provider, of whom the register said nothing is entered with what the dossier says of it."""
    supplier = next((one for one in dossier.suppliers if one.id == name), None)
    if name not in register.parties and supplier is not None:
        register.parties[name] = Party(name, supplier.name, PartyKind.ENTITY, supplier.seat, supplier.administration,
                                       supplier.establishment)
    if name not in register.parties and name == dossier.provider:
        register.parties[name] = Party(name, dossier.provider_name, PartyKind.ENTITY)
    return register


def _origin(on: date, at: Location) -> Origin:
    return Origin(SOURCE, on, str(at))


def _name(at: Location, holder: str) -> str:
    return f"{at.file}{at.path or ''}:{holder}"


TRANSFERS: Mapping[str, Callable[[Dossier, Any, date, Location], Dossier]] = {
    "sale": sale, "holding": holding, "power": power, "bought": bought,
}
