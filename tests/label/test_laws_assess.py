"""Laws of assessment: doubt never becomes approval, nothing depends on order, and nothing computed claims a qualification."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.label.fixtures import LINE, ON, answers, complete, paper, papers_for, put
from tests.label.shipped_schemes import all_shipped, shipped
from tests.label.test_assess_each_requirement import third_holder
from tests.label.world import MET, small, statement

from egide.label.assess import assess
from egide.label.checks import CHECKS, QUALIFICATION
from egide.label.dossier import Assurance, Base, CatalogueLine, Document, Dossier, EvidenceKind
from egide.label.facts import FACTS
from egide.label.scheme import Scheme
from egide.vocabulary.findings import Answer

RANK = {Answer.NOT_MET: 0, Answer.UNKNOWN: 1, Answer.MET: 2}
SNC = "secnumcloud-3.2"


@cache
def chapter(*numbers: str) -> Scheme:
    """A part of the scheme, small enough to be put many times."""
    whole = shipped(SNC)
    return replace(whole, requirements=tuple(one for one in whole.requirements if one.chapter in numbers), by_id={})


PART = chapter("9", "19", "annex-2")
NUMBERS = [one.id for one in PART.requirements]
PATTERNS = st.sampled_from([*NUMBERS, "9.*", "19.*", "19.6.*", "*", f"{SNC}#*", "gaia-x-24.11#*", "9.6.*"])


@st.composite
def documents(draw: st.DrawFn, name: str = "D", outcomes: tuple[str, ...] = ("conforms",)) -> Document:
    """Any document that may stand in a binder."""
    return paper(
        f"{name}-{draw(st.integers(0, 10**6))}", tuple(draw(st.lists(PATTERNS, min_size=1, max_size=3))),
        draw(st.sampled_from(list(EvidenceKind))), assurance=draw(st.sampled_from(list(Assurance))),
        on=draw(st.dates(date(2024, 1, 1), date(2027, 1, 1))), until=draw(st.none() | st.dates(date(2025, 1, 1), date(2028, 1, 1))),
        file=draw(st.sampled_from(["f.pdf", None])), found=draw(st.sampled_from(["ab", None])), outcome=draw(st.sampled_from(outcomes)),
        issuer=draw(st.sampled_from(["Cabinet d’audit fictif", "Petit nuage fictif SAS"])),
    )  # fmt: skip


@st.composite
def binders(draw: st.DrawFn, outcomes: tuple[str, ...] = ("conforms", "partial", "does-not-conform")) -> tuple[Document, ...]:
    found = draw(st.lists(documents(outcomes=outcomes), max_size=8, unique_by=lambda one: one.id))
    if draw(st.booleans()):
        found += [one for requirement in PART.requirements for one in papers_for(PART, requirement)]
    return tuple(found)


@st.composite
def statements(draw: st.DrawFn) -> dict[str, tuple[object, ...]]:
    """Any facts, from one or two issuers, some past their day."""
    said = {}
    for fact in draw(st.lists(st.sampled_from(list(MET)), unique=True)):
        value = MET[fact] if draw(st.booleans()) else _otherwise(fact)
        said[fact] = (statement(fact, value, until=draw(st.none() | st.dates(date(2026, 1, 1), date(2028, 1, 1)))),)
    return said


def _otherwise(fact: str) -> object:
    value = MET[fact]
    if isinstance(value, bool):
        return not value
    if isinstance(value, frozenset):
        return frozenset({"US"})
    return 40 if isinstance(value, int) else "none" if FACTS[fact].choices else "US"


@given(binders(), documents("E"), statements())
@settings(max_examples=40)
def test_a_document_that_conforms_and_is_what_it_was_lowers_nothing(
    binder: tuple[Document, ...], more: Document, said: dict[str, tuple[object, ...]],
) -> None:  # fmt: skip
    dossier = small(documents=binder, statements=said)
    before, after = assess(dossier, PART, ON), assess(replace(dossier, documents=(*binder, more)), PART, ON)
    was, now = answers(before), answers(after)
    assert all(RANK[now[one]] >= RANK[was[one]] for one in was)


@given(st.data())
@settings(max_examples=40)
def test_taking_information_away_never_makes_a_requirement_met(data: st.DataObject) -> None:
    """Unless what is taken away is one side of a contradiction: the register already speaks of the provider's places."""
    binder = data.draw(binders(("conforms",)))
    said = {fact: one for fact, one in data.draw(statements()).items() if not fact.startswith("provider.")}
    dossier = small(documents=binder, statements=said)
    kept = tuple(one for one in binder if data.draw(st.booleans()))
    fewer = {fact: one for fact, one in said.items() if data.draw(st.booleans())}
    was, now = answers(assess(dossier, PART, ON)), answers(assess(replace(dossier, documents=kept, statements=fewer), PART, ON))
    assert not [one for one in was if now[one] is Answer.MET and was[one] is not Answer.MET]


@given(st.data())
@settings(max_examples=40)
def test_answers_do_not_depend_on_the_order_of_anything(data: st.DataObject) -> None:
    binder = data.draw(binders())
    said = data.draw(statements())
    other = {fact: (*one, statement(fact, _otherwise(fact), until=None)) for fact, one in said.items() if data.draw(st.booleans())}
    dossier = small(documents=binder, statements=said | other)
    shuffled = replace(
        dossier, documents=tuple(data.draw(st.permutations(binder))),
        statements={fact: tuple(data.draw(st.permutations(one))) for fact, one in sorted(dossier.statements.items(), reverse=True)},
    )  # fmt: skip
    assert assess(shuffled, PART, ON).findings == assess(dossier, PART, ON).findings


@given(st.floats(0.5, 60), st.floats(0.5, 39), st.sampled_from(["US", "CH", "NO", "FR"]))
@settings(max_examples=25)
def test_another_third_holder_never_lowers_exposure_nor_lifts_an_answer(first: float, second: float, country: str) -> None:
    held = third_holder(round(first, 2), country)(complete())
    more = another(held, round(second, 2))
    scheme = chapter("19")
    before, after = assess(held, scheme, ON), assess(more, scheme, ON)
    assert set(before.exposure) <= set(after.exposure)
    assert RANK[answers(after)["19.6.b"]] <= RANK[answers(before)["19.6.b"]]


def another(dossier: Dossier, share: float) -> Dossier:
    """One more third holder, whose shares come from the partners."""
    import msgspec

    from egide.ownership.holdings import Party, PartyKind, Range

    register = dossier.register
    assert register is not None
    partners = next(one for one in register.holdings if one.held == dossier.provider and one.holder == "associes-fictifs")
    assert partners.capital is not None
    rest = partners.capital.low - share
    places = {"seat": "GB", "administration": "GB", "establishment": "GB"}
    fund = Party("fonds-fictif-bêta", "Fonds fictif Bêta", PartyKind.FUND, **places, origin=partners.origin)
    less = msgspec.structs.replace(partners, capital=Range(rest, rest), votes=Range(rest, rest))
    part = msgspec.structs.replace(partners, holder=fund.id, capital=Range(share, share), votes=Range(share, share), id="bêta")
    holdings = [less if one is partners else one for one in register.holdings]
    return replace(dossier, register=replace(register, parties={**register.parties, fund.id: fund}, holdings=[*holdings, part]))


LINES = st.none() | st.builds(
    CatalogueLine, st.just("petit-nuage"), st.sampled_from(["qualified", "in-progress", "expired", "none", "unknown"]),
    st.sampled_from([None, "3.1", "3.2"]), st.none() | st.dates(date(2025, 1, 1), date(2028, 1, 1)),
    st.none() | st.dates(date(2025, 1, 1), date(2028, 1, 1)), st.just("catalogue fictif"), st.just("primary"), st.just(ON),
)  # fmt: skip


@given(statements(), LINES, binders(("conforms",)))
@settings(max_examples=100)
def test_nothing_but_the_line_and_the_clause_makes_a_service_qualified(
    said: dict[str, tuple[object, ...]], line: CatalogueLine | None, binder: tuple[Document, ...],
) -> None:  # fmt: skip
    found = answers(assess(small(statements=said, line=line, documents=binder), chapter("annex-2"), ON))["annex-2.c"]
    holds = line is not None and line.status == "qualified" and line.framework == "3.2" and None not in (line.start, line.end)
    holds = holds and line is not None and line.start <= ON <= line.end  # type: ignore[operator]
    clause = said.get("contract.says_qualified")
    says = bool(clause) and clause[0].claim.value is True and (clause[0].until is None or clause[0].until >= ON)  # type: ignore[index,attr-defined]
    assert (found is Answer.MET) == (holds and says)


def test_no_scheme_computes_the_qualification_but_the_requirement_that_is_it() -> None:
    naming = {(scheme.id, one.id): one.binding for scheme in all_shipped() for one in scheme.requirements if QUALIFICATION in one.computed}
    assert naming == {(SNC, "annex-2.c"): "apart"}


def test_a_whole_file_under_every_scheme_is_no_qualification() -> None:
    for scheme in all_shipped():
        assessment = put(replace(complete(scheme.id), line=None), scheme.id)
        assert assessment.line is None
        assert answers(assessment).get("annex-2.c", Answer.NOT_MET) is Answer.NOT_MET


def test_a_qualified_base_does_not_qualify_what_stands_on_it() -> None:
    base = Base("socle", "Socle fictif", "IaaS", replace(complete(), id="socle"), LINE, ("*",), {})
    top = replace(small(bases=(base,)), kinds=("SaaS",))
    assert answers(put(top))["annex-2.c"] is Answer.NOT_MET


@given(st.data())
@settings(max_examples=30)
def test_no_assignment_of_evidence_makes_an_offer_better_than_its_weakest_layer(data: st.DataObject) -> None:
    below = replace(small(documents=data.draw(binders()), statements=data.draw(statements())), id="socle")
    inherits = tuple(data.draw(st.lists(PATTERNS.filter(lambda one: "#" not in one and one != "*"), max_size=4)))
    base = Base("socle", "Socle fictif", "IaaS", below, None, inherits, {})
    top = small(documents=data.draw(binders()), statements=data.draw(statements()), bases=(base,))
    alone, under, whole = (answers(assess(one, PART, ON)) for one in (replace(top, bases=()), below, top))
    for number, answer in whole.items():
        if number.startswith("annex-2."):
            continue
        assert RANK[answer] <= RANK[under[number]]
        assert answer is not Answer.MET or alone[number] is Answer.MET or number_of(inherits, number)


def number_of(patterns: tuple[str, ...], number: str) -> bool:
    return any(one == number or (one.endswith("*") and number.startswith(one[:-1])) for one in patterns)


def test_every_check_that_a_scheme_names_is_known_and_every_check_is_named() -> None:
    named = {name for scheme in all_shipped() for one in scheme.requirements for name in one.computed}
    assert named <= set(CHECKS)
    assert set(CHECKS) - named <= {"no_third_control"}
