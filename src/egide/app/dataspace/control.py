"""How a command speaks to the connector that serves from a folder: over HTTP on this machine, with the folder's own token."""

from __future__ import annotations

import json
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import msgspec

from egide.app import private
from egide.app.dataspace.folder import control_token, settings
from egide.vocabulary.errors import EgideError
from egide.vocabulary.language import N_

SERVING = "serving.json"
SECONDS = 40.0
WAIT_SECONDS = 20.0
MOMENT_SECONDS = 0.2
ENDS = frozenset({"FINALIZED", "COMPLETED", "TERMINATED"})
"""Nothing comes after these."""


class NotServingError(EgideError):
    """Nothing serves from the folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(N_("the connector in {folder} is not being served"), {"folder": str(folder)})
        self.hint = f"egide dataspace serve --at {folder}"


class RefusedStepError(EgideError):
    """The connector would not do it, in its own words."""


def say_serving(folder: Path, host: str, port: int) -> None:
    """Note where the connector listens."""
    path = folder / SERVING
    path.unlink(missing_ok=True)
    private.create(path, json.dumps({"host": host, "port": port}).encode())


class Control:
    """The connector of a folder, while it serves."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._token = control_token(folder)
        found = settings(folder)
        host, port = found.host, found.port
        if (folder / SERVING).exists():
            noted = msgspec.json.decode(private.content(folder / SERVING), type=dict[str, Any])
            host, port = str(noted["host"]), int(noted["port"])
        self._at = ("127.0.0.1" if host == "0.0.0.0" else host, port)  # noqa: S104 - where to reach what listens everywhere

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Ask, and raise what the connector says against it. Raises `NotServingError`, `RefusedStepError`."""
        line = HTTPConnection(*self._at, timeout=SECONDS)
        try:
            content = None if body is None else msgspec.json.encode(body)
            line.request(method, f"/management{path}", content, {"Authorization": f"Bearer {self._token}"})
            answer = line.getresponse()
            said = msgspec.json.decode(answer.read())
        except (OSError, HTTPException, msgspec.DecodeError) as error:
            raise NotServingError(self.folder) from error
        finally:
            line.close()
        if answer.status >= 400:
            refused = RefusedStepError(str(said.get("message", said)), said.get("values") or said.get("args") or {})
            refused.hint = str(said.get("hint") or "")
            raise refused
        return said

    def a_moment_later(self, process: dict[str, Any]) -> dict[str, Any]:
        """A process, once it has moved or a moment has gone by."""
        found: dict[str, Any] = self.ask("GET", f"/processes/{process['pid']}?after={process['version']}&seconds={MOMENT_SECONDS}")
        return found

    def until(self, process: dict[str, Any], states: frozenset[str], tell: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
        """Wait until a process is in one of the states, or at an end; ``tell`` hears of each step on the way."""
        while process["state"] not in states | ENDS:
            found = self.ask("GET", f"/processes/{process['pid']}?after={process['version']}&seconds={WAIT_SECONDS}")
            if found["version"] != process["version"]:
                tell(found)
            process = found
        return process
