"""Questionnaires go out by owner and come back as answers."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook
from tests.portfolio.making import OFFERS

from egide.portfolio import Ask, questionnaire, read_questionnaire, template
from egide.portfolio.replies import NO_DAY, NO_NUMBER, NO_ONE, NOT_UNDERSTOOD
from egide.vocabulary.errors import InputError
from egide.vocabulary.facts import FACTS, FactType, Kind, Role, Subject
from egide.vocabulary.language import language
from egide.vocabulary.services import Body

OWNER = "Bureau fictif de la paie"
TWO = (("paie-000000109", "Paie"), ("site-000000109", "=CMD()"))
WHICH = FactType("hosting.offer", Subject.HOSTING, Kind.TEXT, "On which offer does the service run, in which region?", Role.CIO)
ASKS = (
    Ask(FACTS["data.secret"], TWO, owner=OWNER, would={"yes": "forbidden", "no": "allowed"}),
    Ask(FACTS["body.status"], TWO, body=Body("000000109", "Organisme fictif")),
    Ask(FACTS["offer.immune"], (), offer="nuage"),
    Ask(FACTS["hosting.contract_end"], TWO[:1], hosting=1),
    Ask(WHICH, TWO[1:], hosting="chez quelqu'un", would={"nuage": "allowed", "cloud-essai/fr-1": "forbidden"}),
)
REPLIES = ("oui", language("fr").label("state"), "je ne sais pas", date(2027, 3, 31), "Essai Cloud Public PAR1")
HEADER, REPLY, BY, ON = 6, 5, 6, 7


def made(*asks, **options):
    return questionnaire(OWNER, asks or ASKS, "fr", offers=OFFERS, **options)


def replied(content, replies, *, on=date(2026, 11, 20), by=None, change=None):
    book = load_workbook(BytesIO(content))
    page = book.worksheets[0]
    page["C4"].value = on
    if by is not None:
        page["C3"].value = by
    for row, reply in enumerate(replies, start=HEADER + 1):
        page.cell(row, REPLY).value = reply
    if change:
        change(page)
    held = BytesIO()
    book.save(held)
    return held.getvalue()


def read(content):
    return read_questionnaire(content, "retour.xlsx", offers=OFFERS)


def test_replies_become_answers_about_what_was_asked():
    answers, problems = read(replied(made(), REPLIES))
    assert not problems
    secret, status, immune, end, offer = answers.answers
    assert (secret.fact, secret.value, secret.services) == ("data.secret", True, ("paie-000000109", "site-000000109"))
    assert (status.value, status.body, status.services) == ("state", "000000109", ())
    assert (immune.value, immune.offer) == (None, "nuage")
    assert (end.value, end.hosting) == (date(2027, 3, 31), 1)
    assert (offer.fact, offer.value, offer.region, offer.hosting) == ("hosting.offer", "cloud-essai", "fr-1", "chez quelqu'un")
    assert {(answer.by, answer.on) for answer in answers.answers} == {(OWNER, date(2026, 11, 20))}


def test_an_empty_reply_is_no_answer():
    assert read(made())[0].answers == ()


def test_a_row_may_name_who_answered_it_and_when():
    def change(page):
        page.cell(HEADER + 1, BY).value, page.cell(HEADER + 1, ON).value = "le DPO", date(2026, 11, 21)

    answers, _ = read(replied(made(), ("oui", "", "non"), change=change))
    assert [(answer.by, answer.on.day) for answer in answers.answers] == [("le DPO", 21), (OWNER, 20)]


def test_an_answer_of_nobody_is_not_taken_and_one_without_a_day_is_taken_and_said():
    answers, problems = read(replied(made(), ("oui",), by=""))
    assert answers.answers == ()
    assert problems[0].message == NO_ONE
    answers, problems = read(replied(made(), ("oui",), on=None))
    assert answers.answers[0].on is None
    assert problems[0].message == NO_DAY


def test_a_reply_that_is_not_understood_is_reported_and_the_others_are_taken():
    answers, problems = read(replied(made(), ("peut-être", language("fr").label("state"))))
    assert [answer.fact for answer in answers.answers] == ["body.status"]
    problem, = problems
    assert (problem.message, problem.at.row, problem.at.column) == (NOT_UNDERSTOOD, HEADER + 1, "Réponse")


def test_rows_may_be_sorted_and_new_ones_are_not_ours():
    def change(page):
        page.cell(HEADER + 1, 1).value, page.cell(HEADER + 3, 1).value = 3, 1
        page.cell(HEADER + 9, 1).value, page.cell(HEADER + 9, REPLY).value = 99, "oui"

    answers, problems = read(replied(made(), ("non", None, "oui"), change=change))
    assert [(answer.fact, answer.value) for answer in answers.answers] == [("offer.immune", False), ("data.secret", True)]
    assert [problem.message for problem in problems] == [NO_NUMBER]


def test_no_text_of_a_service_becomes_a_formula():
    book = load_workbook(BytesIO(made()))
    cells = [cell for page in book for line in page.iter_rows() for cell in line if isinstance(cell.value, str) and "=CMD()" in cell.value]
    assert cells
    assert all(cell.data_type == "s" for cell in cells)
    for text in ("=1+1", "+33", "-1", "@SUM(A1)"):
        book = load_workbook(BytesIO(questionnaire(text, [Ask(FACTS["data.secret"], ((text, text),))], "fr")))
        assert not [cell for page in book for line in page.iter_rows() for cell in line if cell.data_type == "f"]


def test_a_question_for_a_thousand_services_keeps_every_one_of_them():
    many = tuple((f"service-{number}-{'x' * 50}", f"Service {number}") for number in range(1000))
    answers, _ = read(replied(made(Ask(FACTS["data.secret"], many)), ("non",)))
    assert answers.answers[0].services == tuple(name for name, _ in many)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_either_language_comes_back(lang):
    content = questionnaire(OWNER, ASKS, lang)
    answers, problems = read(replied(content, (language(lang).text("yes"), language(lang).label("company"))))
    assert not problems
    assert [answer.value for answer in answers.answers] == [True, "company"]


def test_another_workbook_is_refused():
    with pytest.raises(InputError):
        read(template(OFFERS))
    with pytest.raises(InputError):
        read(b"a;b\n")


def test_what_each_answer_would_give_is_told_in_words():
    page = load_workbook(BytesIO(made())).worksheets[0]
    forbidden, allowed = map(language("fr").label, ("forbidden", "allowed"))
    assert page.cell(HEADER + 1, 4).value.split("\n") == [f"oui → {forbidden}", f"non → {allowed}"]
    assert "Essai Cloud Public · Paris (fr-1)" in page.cell(HEADER + 5, 4).value
