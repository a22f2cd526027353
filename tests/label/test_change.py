"""A change as written, and what it makes of a dossier: old holdings end the day before, nothing that was is lost."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.label.world import small

from egide.label.change import apply_change, change_references, read_change
from egide.label.dossier import (
    Access,
    AccessKind,
    Answered,
    Base,
    Component,
    Document,
    Dossier,
    EvidenceKind,
    Need,
    PathState,
    Supplier,
)
from egide.label.dossier import Assurance as Behind
from egide.ownership.holdings import Holding, Influence, Nature, Origin, Party, PartyKind, Power, Range, Register
from egide.vocabulary.errors import InputError
from egide.vocabulary.language import Text

DAY = date(2027, 3, 1)
ORIGIN = Origin("Registre fictif", date(2026, 1, 1), "registre fictif")


def register(*holdings: Holding, influences: Iterable[Influence] = ()) -> Register:
    names = ("petit-nuage-fictif", "alpha", "beta", "gamma", "editeur")
    parties = {name: Party(name, f"{name} fictif", PartyKind.ENTITY, "FR", "FR", "FR") for name in names}
    return Register(parties, list(holdings), list(influences))


def holds(holder: str, capital: float | Range | None, votes: float | Range | None = None, **more: object) -> Holding:
    shares = [Range(one, one) if isinstance(one, (int, float)) else one for one in (capital, votes)]
    return Holding(holder, "petit-nuage-fictif", shares[0], shares[1], ORIGIN, **more)  # type: ignore[arg-type]


def made(holdings: Register, *steps: str, dossier: Dossier | None = None) -> Dossier:
    text = f"title: Un changement fictif\non: {DAY}\nchanges:\n" + "".join(f"  - {step}\n" for step in steps)
    return apply_change(dossier or small(register=holdings), read_change(text.encode(), "change.yaml"))


def on(dossier: Dossier, day: date) -> dict[str, tuple[object, object]]:
    assert dossier.register
    rows = [one for one in dossier.register.holdings if (one.since is None or one.since <= day) and (one.until is None or day <= one.until)]
    assert len({(one.holder, one.held, one.nature) for one in rows}) == len(rows)
    return {one.holder: tuple(_plain(share) for share in (one.capital, one.votes)) for one in rows}  # type: ignore[misc]


def _plain(share: Range | None) -> object:
    return share if share is None or not share.exact else share.low


SALE = "sale: {holder: alpha, of: petit-nuage-fictif, to: beta, capital: 12, votes: 10.5}"


def test_a_sale_ends_the_holding_the_day_before_and_opens_two_on_the_day() -> None:
    start = register(holds("alpha", 30, 40, id="A"), holds("gamma", 70, 60))
    done = made(start, SALE)
    assert on(done, DAY - timedelta(days=1)) == {"alpha": (30, 40), "gamma": (70, 60)}
    assert on(done, DAY) == {"alpha": (18, 29.5), "beta": (12, 10.5), "gamma": (70, 60)}
    assert len(start.holdings) == 2, "the dossier before is untouched"


def test_a_sale_adds_to_what_the_buyer_holds_already() -> None:
    done = made(register(holds("alpha", 30, 40), holds("beta", 0.1, 0.2)), SALE)
    assert on(done, DAY)["beta"] == (12.1, 10.7)


def test_all_that_is_held_may_be_sold_and_then_nothing_is_held() -> None:
    done = made(register(holds("alpha", 30, 40)), "sale: {holder: alpha, of: petit-nuage-fictif, to: beta, capital: all, votes: all}")
    assert on(done, DAY) == {"beta": (30, 40)}


def test_a_sale_out_of_a_range_leaves_a_range() -> None:
    done = made(register(holds("alpha", Range(10, 20, False, True), 40)), SALE)
    assert on(done, DAY) == {"alpha": (Range(0, 8, False, True), 29.5), "beta": (12, 10.5)}


def test_what_the_buyer_already_held_and_nobody_counted_stays_open() -> None:
    done = made(register(holds("alpha", 30, 40), holds("beta", 1, None)), SALE)
    assert [(one.capital, one.votes) for one in done.register.holdings if one.holder == "beta" and one.since == DAY] == [  # type: ignore[union-attr]
        (Range(13, 13), None), (None, Range(10.5, 100))]


def test_a_buyer_whom_nobody_knows_is_introduced() -> None:
    done = made(register(holds("alpha", 30, 40)), "sale: {holder: alpha, of: petit-nuage-fictif, to: outre-mer, capital: 12, votes: 12, "
                "party: {name: Outre-mer fictif Inc., kind: entity, seat: US}}")
    assert done.register and done.register.parties["outre-mer"] == Party("outre-mer", "Outre-mer fictif Inc.", PartyKind.ENTITY, "US")


@pytest.mark.parametrize(("step", "said"), [
    ("sale: {holder: alpha, of: petit-nuage-fictif, to: beta, capital: 30.1, votes: 0}", "at most 30 % .* cannot sell 30.1 %"),
    ("sale: {holder: alpha, of: petit-nuage-fictif, to: beta, capital: 0, votes: 41}", "at most 40 %"),
    ("sale: {holder: beta, of: petit-nuage-fictif, to: alpha, capital: 1, votes: 1}", "holds nothing .* holders: alpha"),
    ("sale: {holder: alpha, of: petit-nuage-fictif, to: alpha, capital: 1, votes: 1}", "itself"),
    ("sale: {holder: alpha, of: petit-nuage-fictif, to: beta, capital: 0, votes: 0}", "nothing is sold"),
    ("sale: {holder: alpha, of: petit-nuage-fictif, to: inconnu, capital: 1, votes: 1}", "no `inconnu`"),
    ("sale: {holder: alpha, of: petit-nuage-fictif, to: beta, capital: 1, votes: 1, party: {name: x, kind: entity}}", "already"),
    ("sale: {holder: alpha, of: petit-nuage-fictif, to: beta, capital: 1}", "votes"),
    ("sale: {holder: alpha, of: petit-nuage-fictif, to: beta, capital: 101, votes: 1}", "<= 100|expected"),
    ("holding: {holder: alpha, of: petit-nuage-fictif, capital: [30, 20]}", "lesser to the greater"),
    ("holding: {holder: alpha, of: petit-nuage-fictif, capital: [-1, 20]}", "between 0 and 100"),
    ("power: {holder: alpha, of: petit-nuage-fictif, power: veto, ends: yes}", "no such power"),
    ("bought: {company: alpha, by: alpha}", "itself"),
    ("supplier_cut: {supplier: personne}", "knows no `personne`"),
    ("site_moved: {facts: [places.storage], from: DE, to: US}", "does not name DE"),
    ("facts: {places.stockage: [FR]}", "no fact is named"),
    ("document_withdrawn: {document: E-1}", "knows no `E-1`"),
    ("access_removed: {access: A-99}", "knows no `A-99`"),
    ("access_added: {id: A-1, source: editeur, target: calcul, kind: support}", "already"),
    ("base_replaced: {base: socle}", "does not stand on `socle`"),
    ("{sale: {holder: a, of: b, to: c, capital: 1, votes: 1}, scheme: x}", "exactly one thing; this one says 2"),
    ("{}", "exactly one thing; this one says 0"),
    ("vente: {holder: a}", "unknown field `vente`"),
])  # fmt: skip
def test_what_cannot_be_is_refused_and_said_where(step: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as raised:
        made(register(holds("alpha", 30, 40)), step)
    assert raised.value.at is not None and raised.value.at.file == "change.yaml"


def test_a_holder_of_before_or_after_cannot_sell() -> None:
    for period in ({"until": DAY - timedelta(days=1)}, {"since": DAY + timedelta(days=1)}):
        with pytest.raises(InputError, match="holds nothing"):
            made(register(holds("alpha", 30, 40, **period)), SALE)


def test_new_shares_shrink_what_the_others_hold() -> None:
    done = made(register(holds("alpha", 30, 40), holds("gamma", 70, 60)),
                "holding: {holder: beta, of: petit-nuage-fictif, capital: 10, votes: 20, dilutes: yes}")
    assert on(done, DAY) == {"alpha": (27, 32), "beta": (10, 20), "gamma": (63, 48)}


def test_a_holding_may_be_a_range_or_of_another_nature() -> None:
    done = made(register(holds("alpha", 30, 40)), "holding: {holder: beta, of: petit-nuage-fictif, capital: [20, 25]}",
                "holding: {holder: gamma, of: petit-nuage-fictif, capital: 5, nature: option}")
    assert done.register
    new = [one for one in done.register.holdings if one.since == DAY]
    assert [(one.holder, one.capital, one.votes, one.nature) for one in new] == [
        ("beta", Range(20, 25), None, Nature.FULL), ("gamma", Range(5, 5), None, Nature.OPTION)]


def test_a_power_begins_and_ends_on_the_day() -> None:
    old = Influence("alpha", "petit-nuage-fictif", Power.VETO, ORIGIN)
    done = made(register(influences=[old]), "power: {holder: alpha, of: petit-nuage-fictif, power: veto, ends: yes}",
                "power: {holder: beta, of: petit-nuage-fictif, power: appoints-majority-of-organs}")
    assert done.register
    assert [(one.holder, one.since, one.until) for one in done.register.influences] == [
        ("alpha", None, DAY - timedelta(days=1)), ("beta", DAY, None)]


def test_a_supplier_that_is_bought_is_wholly_its_buyer_s() -> None:
    one = small(suppliers=(Supplier("nouveau", "Nouveau fictif", "supplier", "x", seat="FR"),), register=register(holds("alpha", 100, 100)))
    done = made(register(), "bought: {company: nouveau, by: beta}", dossier=one)
    assert done.register and done.register.parties["nouveau"].seat == "FR"
    assert [(each.holder, each.capital) for each in done.register.holdings if each.held == "nouveau"] == [("beta", Range(100, 100))]


def test_who_buys_a_part_leaves_the_others_the_rest_in_proportion() -> None:
    done = made(register(holds("alpha", 50, 50), holds("gamma", 30, 40), holds("beta", 20, 10)),
                "bought: {company: petit-nuage-fictif, by: beta, capital: 60, votes: 100}")
    assert on(done, DAY) == {"alpha": (25, 0), "gamma": (15, 0), "beta": (60, 100)}


def worked() -> Dossier:
    components = (Component("base", "Base", "editeur", frozenset({"customer"})),)
    return small(
        register=register(holds("alpha", 100, 100)), components=components,
        suppliers=(Supplier("editeur", "Éditeur fictif", "licensor", "technologie", seat="US"),
                   Supplier("autre", "Autre fictif", "supplier", "x", under="editeur")),
        accesses=(Access("A-1", "editeur", "base", AccessKind.SUPPORT, PathState.DECLARED),),
        needs=(Need("calcul", "Calcul", (("editeur", "own-skills"), ("editeur",)), {"editeur": 5}),),
        documents=(Document("E-1", "Constat", EvidenceKind.DOCUMENT, Behind.AUDITED, "x", date(2026, 1, 1), None, "", ("5.3.a",)),),
        bases=(Base("socle", "Socle", "IaaS"), Base("sites", "Sites", "site")), answered=(Answered("socle", "9.7.a", "ainsi"),),
    )  # fmt: skip


def test_a_supplier_that_is_cut_leaves_accesses_and_needs() -> None:
    done = made(register(), "supplier_cut: {supplier: editeur}", dossier=worked())
    assert [(one.id, one.under) for one in done.suppliers] == [("autre", None)]
    assert (done.accesses, done.needs[0].needs, done.needs[0].days) == ((), (("own-skills",), ()), {})
    assert done.components[0].operated_by == "editeur", "nobody known operates it: that is a doubt, not a relief"


def test_a_supplier_that_is_replaced_hands_over_what_it_operated() -> None:
    done = made(register(), "supplier_cut: {supplier: editeur, replaced_by: autre}", dossier=worked())
    assert (done.components[0].operated_by, done.needs[0].needs) == ("autre", (("autre", "own-skills"), ("autre",)))


def test_a_supplier_that_comes_may_be_an_alternative() -> None:
    done = made(register(), "supplier_added: {id: tiers, name: Tiers fictif, role: supplier, provides: x, seat: DE, data: [], "
                "alternative_to: [editeur], qualified: {from: 2027-01-01}}", dossier=worked())
    assert done.suppliers[-1].data == frozenset() and done.suppliers[-1].qualified
    assert done.needs[0].needs == (("editeur", "own-skills", "tiers"), ("editeur", "tiers"))


def test_a_company_that_moves_moves_in_the_register_too() -> None:
    done = made(register(), "moved: {who: editeur, seat: CA, countries: [CA]}", "moved: {who: petit-nuage-fictif, administration: US}",
                dossier=worked())
    assert done.register
    assert (done.suppliers[0].seat, done.suppliers[0].countries, done.register.parties["editeur"].seat) == ("CA", frozenset({"CA"}), "CA")
    assert (done.register.parties["petit-nuage-fictif"].administration, done.register.parties["petit-nuage-fictif"].seat) == ("US", "FR")
    assert [one.claim.value for one in done.statements["provider.administration"]] == ["US"]


def test_facts_take_the_place_of_all_that_was_said() -> None:
    done = made(register(), "site_moved: {facts: [places.storage], from: FR, to: US}",
                "facts: {contract.law: US, contract.remote_access_stated: null, "
                "places.support: {value: [DE], issuer: Auditeur fictif, on: 2027-02-20, assurance: audited}}", dossier=worked())
    value = {name: [one.claim.value for one in said] for name, said in done.statements.items()}
    assert (value["places.storage"], value["contract.law"]) == ([frozenset({"US"})], ["US"])
    assert (value["contract.remote_access_stated"], value["places.support"]) == ([None], [frozenset({"DE"})])
    assert done.statements["places.support"][0].claim.issuer == "Auditeur fictif"


def test_documents_go_end_and_come() -> None:
    done = made(register(), "document_expired: {document: E-1}",
                "document_added: {id: E-2, title: Constat, kind: test, issuer: x, on: 2027-02-01, covers: [5.3.b]}", dossier=worked())
    assert [(one.id, one.until) for one in done.documents] == [("E-1", DAY - timedelta(days=1)), ("E-2", None)]
    assert made(register(), "document_withdrawn: {document: E-1}", dossier=worked()).documents == ()


def test_ways_come_end_and_are_controlled() -> None:
    done = made(register(), "access_added: {id: A-2, source: autre, target: base, kind: updates}",
                "access_controlled: {access: A-1, control: bastion, control_state: tested}", dossier=worked())
    assert [(one.id, one.control, one.control_state) for one in done.accesses] == [
        ("A-1", "bastion", PathState.TESTED), ("A-2", None, None)]
    assert made(register(), "access_removed: {access: A-1}", dossier=worked()).accesses == ()


def test_a_base_is_replaced_in_its_place_with_its_dossier() -> None:
    text = (f"title: {{fr: Un autre socle, en: Another base}}\non: {DAY}\nchanges:\n"
            "  - base_replaced: {base: socle, by: {offer: neuf, provides: IaaS, dossier: ../neuf/offer.yaml, inherits: ['11.*']}}\n"
            ).encode()
    assert change_references(text, "c.yaml") == ("../neuf/offer.yaml",)
    with pytest.raises(InputError, match="was not given"):
        apply_change(worked(), read_change(text, "c.yaml"))
    change = read_change(text, "c.yaml", {"../neuf/offer.yaml": small(id="neuf", name="Neuf")})
    done = apply_change(worked(), change)
    assert change.title == Text("Un autre socle", "Another base")
    assert [(one.offer, one.name, one.inherits) for one in done.bases] == [("neuf", "Neuf", ("11.*",)), ("sites", "Sites", ())]
    assert done.answered == ()
    assert [one.offer for one in made(register(), "base_replaced: {base: socle}", dossier=worked()).bases] == ["sites"]


def test_the_catalogue_may_say_something_else_of_a_base_or_of_the_offer() -> None:
    done = made(register(), "qualification: {offer: socle, status: expired, to: 2027-02-28}",
                "qualification: {offer: petit-nuage, status: qualified, framework: '3.2', from: 2027-03-01, to: 2030-02-28}",
                dossier=worked())
    assert done.bases[0].line and done.bases[0].line.status == "expired"
    assert done.line and done.line.end == date(2030, 2, 28)


def test_another_rulebook_changes_nothing_in_the_dossier() -> None:
    change = read_change(f"title: x\non: {DAY}\nchanges: [{{scheme: secnumcloud-3.3}}]".encode(), "c.yaml")
    assert change.scheme == "secnumcloud-3.3"
    assert apply_change(worked(), change) == worked()


@pytest.mark.parametrize("text", [
    b"", b"[]", b"title: x", b"title: x\non: demain\nchanges: []", b"title: x\non: 2027-02-30\nchanges: [{scheme: y}]", b"\xff\xfe\x00",
    b"title: &a x\non: 2027-03-01\nchanges: [{scheme: *a}]",
])  # fmt: skip
def test_what_is_no_change_is_refused(text: bytes) -> None:
    with pytest.raises(InputError):
        read_change(text, "c.yaml")


# --- laws ---------------------------------------------------------------------------------------

tenths = st.integers(0, 1000)


holder = st.sampled_from(["alpha", "beta", "gamma"])


@given(st.lists(tenths, min_size=3, max_size=3), tenths, tenths, holder, holder)
@settings(max_examples=200, deadline=None)
def test_a_sale_creates_and_destroys_nothing(shares: list[int], capital: int, votes: int, seller: str, buyer: str) -> None:
    names = ("alpha", "beta", "gamma")
    start = register(*(holds(name, share / 10, share / 10) for name, share in zip(names, shares, strict=True) if share))
    step = f"sale: {{holder: {seller}, of: petit-nuage-fictif, to: {buyer}, capital: {capital / 10}, votes: {votes / 10}}}"
    had = dict(zip(names, shares, strict=True))
    total = sum(shares)
    if total > 1000:
        return
    if seller == buyer or max(capital, votes) > had[seller] or (not capital and not votes):
        with pytest.raises(InputError):
            made(start, step)
        return
    done = made(start, step)
    assert done.register
    rows = [one for one in done.register.holdings if (one.since is None or one.since <= DAY) and (one.until is None or one.until >= DAY)]
    for index, sold in enumerate((capital, votes)):
        held = dict.fromkeys(names, Fraction(0))
        for one in rows:
            held[one.holder] += ((one.capital, one.votes)[index] or Range(0, 0)).fractions()[0]
        assert sum(held.values()) == Fraction(total, 1000)
        assert held[seller] == Fraction(had[seller] - sold, 1000)
        assert held[buyer] == Fraction(had[buyer] + sold, 1000)
