"""The whole API as its description says it: schemathesis asks, and holds each answer to what was described."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from litestar.testing import TestClient
from schemathesis import GenerationMode, checks
from schemathesis.specs.openapi import checks as described_as

from egide.accounts.roles import Act
from egide.app.site.serving import Serving
from egide.web.application import application

from .conftest import BASE
from .test_api import ROOT, bring, token

if TYPE_CHECKING:
    from .conftest import World

EXAMPLES = 3
HELD_TO = [
    checks.not_a_server_error, described_as.status_code_conformance, described_as.content_type_conformance,
    described_as.response_schema_conformance, described_as.response_headers_conformance,
]  # fmt: skip
LIGHT = settings(max_examples=EXAMPLES, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck), deadline=None)
KNOWN = {"body_id": "un", "name": "adista", "number": "3", "level": "label-level-1"}
"""What stands in addresses so that something is there, in half of the requests."""


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_every_answer_is_one_that_the_description_names(world: World, workbook: bytes, mode: GenerationMode) -> None:
    bearer = {"Authorization": f"Bearer {token(world, 'auteur', 'un', [Act.READ, Act.WRITE, Act.ADMINISTER])}"}
    with TestClient(world.app, base_url=BASE) as client:
        client.headers.update(bearer)
        bring(client, workbook)
    quick = application(world.site, ("testserver",), Serving(a_second=1e9, at_once=10**9))
    schema = schemathesis.openapi.from_asgi(f"{ROOT}/openapi.json", quick)
    asked = [found.ok() for found in schema.get_all_operations()]
    assert len(asked) >= 40
    for operation in asked:
        _ask(operation, mode, bearer)


def _ask(operation: Any, mode: GenerationMode, headers: dict[str, str]) -> None:
    @LIGHT
    @given(case=operation.as_strategy(generation_mode=mode))
    def answers(case: Any) -> None:
        for there in (False, True):
            if there:
                known = {name: value for name, value in KNOWN.items() if f"{{{name}}}" in case.path}
                case.path_parameters = {**(case.path_parameters or {}), **known}
            if (case.path_parameters or {}).get("number") in ("1", 1):
                continue  # whose token it is: locked, it would ask nothing more
            case.call_and_validate(headers=headers, checks=HELD_TO)

    answers()
