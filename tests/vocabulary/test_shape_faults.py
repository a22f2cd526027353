"""The decoder speaks English; a reader of French gets its sentences in French, and every sentence that it really says is known."""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import Annotated, Any

import msgspec
import pytest

from egide.vocabulary.language import language


class Word(Enum):
    ONE = "one"


class Shape(msgspec.Struct, forbid_unknown_fields=True):
    whole: int
    text: str | None = None
    listed: list[int] = []
    word: Word = Word.ONE
    day: date | None = None
    code: Annotated[str, msgspec.Meta(pattern="^[A-Z]{2}$")] = "FR"
    size: Annotated[int, msgspec.Meta(ge=1)] = 1
    short: Annotated[str, msgspec.Meta(max_length=3)] = ""


@pytest.mark.parametrize(("given", "french"), [
    ({}, "la clé «\u00a0whole\u00a0» manque"),
    ({"whole": "x"}, "attendu\u00a0: un nombre entier\u202f; trouvé\u00a0: un texte, à $.whole"),
    ({"whole": 1, "z": 2}, "la clé «\u00a0z\u00a0» n’est pas comprise ici"),
    ({"whole": 1, "text": 3}, "attendu\u00a0: un texte ou rien\u202f; trouvé\u00a0: un nombre entier, à $.text"),
    ({"whole": 1, "listed": [1, []]}, "attendu\u00a0: un nombre entier\u202f; trouvé\u00a0: une liste, à $.listed[1]"),
    ({"whole": 1, "word": "two"}, "'two' n’est aucun des mots attendus ici, à $.word"),
    ({"whole": 1, "code": "x"}, "attendu\u00a0: un texte, de la forme '^[A-Z]{2}$', à $.code"),
    ({"whole": 1, "size": 0}, "attendu\u00a0: un nombre entier >= 1, à $.size"),
    ({"whole": 1, "short": "long"}, "attendu\u00a0: un texte, de longueur <= 3, à $.short"),
    ([], "attendu\u00a0: un tableau de clés et de valeurs\u202f; trouvé\u00a0: une liste"),
])  # fmt: skip
def test_what_the_decoder_says_is_said_in_french(given: Any, french: str) -> None:
    with pytest.raises(msgspec.ValidationError) as raised:
        msgspec.convert(given, Shape)
    said = str(raised.value)
    assert language("fr").text("{problem}", {"problem": said}) == french
    assert language("fr").text(said) == french
    assert language("en").text("{problem}", {"problem": said}) == said


@pytest.mark.parametrize("content", [b'{"whole": 1', b'{"whole": 1]', b""])
def test_what_is_said_of_broken_json_is_said_in_french(content: bytes) -> None:
    with pytest.raises(msgspec.DecodeError) as raised:
        msgspec.json.decode(content)
    assert language("fr").text(str(raised.value)).startswith(("le fichier est tronqué", "le JSON est mal formé"))


def test_any_other_text_stays_as_it_is() -> None:
    for said in ("Expected", "Expected `", "Object of desire", "un texte"):
        assert language("fr").text("{value}", {"value": said}) == said
