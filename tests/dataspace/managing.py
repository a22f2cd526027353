"""The common management API as a program asks it, for what the client of others does not ask."""

from __future__ import annotations

import json
from http.client import HTTPConnection
from typing import Any

from tests.dataspace.serving import Served

from egide.app.dataspace.folder import management_key

EDC = "https://w3id.org/edc/v0.0.1/ns/"
DSP = "dataspace-protocol-http:2025-1"


class Managing:
    """Speaks to the management port of a connector."""

    def __init__(self, served: Served) -> None:
        self.port = served.settings.managed_at
        self.key: str | None = management_key(served.folder)
        self.address = f"http://127.0.0.1:{self.port}/management"

    def ask(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> tuple[int, Any]:
        line = HTTPConnection("127.0.0.1", self.port, timeout=20)
        shown = {"X-Api-Key": self.key} if self.key else {}
        line.request(method, "/management/v3" + path, None if body is None else json.dumps(body), {**shown, **(headers or {})})
        answer = line.getresponse()
        read = answer.read()
        line.close()
        return answer.status, json.loads(read) if read else None

    def asset(self, name: str, url: str = "http://127.0.0.1:1/x", **properties: Any) -> int:
        return self.ask("POST", "/assets", {
            "@context": {"@vocab": EDC}, "@id": name, "properties": {"name": name, **properties},
            "dataAddress": {"type": "HttpData", "baseUrl": url},
        })[0]  # fmt: skip

    def policy(self, name: str, *constraints: dict[str, Any]) -> int:
        permission = {"action": "use", **({"constraint": list(constraints)} if constraints else {})}
        return self.ask("POST", "/policydefinitions", {"@id": name, "policy": {"@type": "Set", "permission": [permission]}})[0]

    def definition(self, name: str, access: str, contract: str, *selector: dict[str, Any]) -> tuple[int, Any]:
        body = {"@id": name, "accessPolicyId": access, "contractPolicyId": contract, "assetsSelector": list(selector)}
        return self.ask("POST", "/contractdefinitions", body)


def only(asset: str) -> dict[str, str]:
    return {"operandLeft": f"{EDC}id", "operator": "=", "operandRight": asset}


def asking(left: str, right: str) -> dict[str, str]:
    return {"leftOperand": left, "operator": "eq", "rightOperand": right}
