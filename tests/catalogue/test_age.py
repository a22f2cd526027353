"""An old catalogue is said to be old, once and soberly."""

from __future__ import annotations

from datetime import date, timedelta

from egide.catalogue import OLD_AFTER_DAYS, age_days, age_sentence
from egide.vocabulary.language import language

from .world import AS_OF, catalogue


def test_the_age_is_counted_from_the_catalogue_s_own_day() -> None:
    assert age_days(catalogue(), date(2026, 11, 23)) == 69
    assert age_days(catalogue(), date(2021, 7, 10)) < 0


def test_a_recent_catalogue_says_nothing() -> None:
    assert age_sentence(catalogue(), AS_OF + timedelta(days=OLD_AFTER_DAYS), language("fr")) == ""


def test_an_old_catalogue_says_its_day_and_its_age() -> None:
    french = age_sentence(catalogue(), date(2026, 11, 23), language("fr"))
    assert "15 sept. 2026" in french
    assert "69" in french
    assert "69" in age_sentence(catalogue(), date(2026, 11, 23), language("en"))


def test_every_sentence_of_the_room_is_said_in_french() -> None:
    """A message without translation would come out in English in a French paper."""
    from egide.catalogue import age, columns, difference, knowledge, standing

    french = language("fr")
    sentences = [
        value for module in (age, columns, knowledge, standing) for name, value in vars(module).items()
        if name.isupper() and isinstance(value, str) and " " in value
    ]
    sentences += [*standing.MISSING.values(), *difference.MESSAGES.values()]
    assert len(sentences) > 20
    assert [sentence for sentence in sentences if french.text(sentence) == sentence] == []
