"""What stands beside the site in the same run: nothing behind the mix, the same job as it is usually written, and a public peer.

    python benchmarks/site_beside.py plain|usual|kinto [--token TOKEN]

The peer (`benchmarks/site_kinto.py`) is installed from PyPI in a virtual environment that ends with it.
"""

from __future__ import annotations

import argparse
import secrets
import subprocess
import sys
import tempfile
import threading
import venv
from pathlib import Path
from typing import Any

from litestar import Litestar, Request, Response, get, post
from litestar.concurrency import sync_to_thread
from sqlalchemy import Column, Integer, MetaData, String, Table, create_engine, event, func, select

from egide.api.serving import serve
from egide.api.threads import in_thread
from egide.cli.listening import unused

PEER = "kinto==26.5.0"
"""A server of JSON documents (Mozilla; Apache-2.0; a release every month or two; https://docs.kinto-storage.org)."""


def plain() -> Any:
    """The addresses of the mix with a fixed answer and nothing behind it."""
    body = b'{"services": 32, "items": [' + b'"un service",' * 100 + b'"le dernier"]}'

    def answered() -> Response[bytes]:
        return Response(body, media_type="application/json", headers={"ETag": '"un"'})

    @get(["/api/v1/me", "/api/v1/offers", "/api/v1/bodies/banc/{what:str}"])
    async def read() -> Response[bytes]:
        return answered()

    @post("/api/v1/bodies/banc/files")
    async def write(request: Request[Any, Any, Any]) -> Response[bytes]:
        await request.body()
        return answered()

    return Litestar([read, write], openapi_config=None, logging_config=None)


def usual(path: Path, token: str) -> Any:
    """The same job as it is usually written: a session of SQLAlchemy for each request, in a thread, one table, no law and no trail."""
    engine = create_engine(f"sqlite:///{path}")
    event.listen(engine, "connect", lambda line, _: (line.execute("PRAGMA journal_mode=WAL"), line.execute("PRAGMA synchronous=FULL")))
    tables = MetaData()
    tokens = Table("tokens", tables, Column("secret", String, primary_key=True), Column("body", String))
    files = Table("files", tables, Column("id", Integer, primary_key=True), Column("name", String), Column("content", String))
    tables.create_all(engine)
    with engine.begin() as line:
        line.execute(tokens.insert().values(secret=token, body="banc"))
        line.execute(files.insert(), [{"name": f"liste-{n}.csv", "content": "x" * 80} for n in range(32)])
    turn = threading.Lock()

    def somebody(line: Any, request: Request[Any, Any, Any]) -> None:
        secret = request.headers["authorization"].removeprefix("Bearer ")
        line.execute(select(tokens).where(tokens.c.secret == secret)).one()

    @get(["/api/v1/me", "/api/v1/offers", "/api/v1/bodies/banc/{what:str}"])
    @in_thread
    def read(request: Request[Any, Any, Any]) -> list[dict[str, Any]]:
        with engine.connect() as line:
            somebody(line, request)
            return [dict(row._mapping) for row in line.execute(select(files).limit(20))]

    @post("/api/v1/bodies/banc/files")
    async def write(request: Request[Any, Any, Any]) -> Response[Any]:
        content, name = (await request.body()).decode(), request.query_params["name"]
        return Response(await sync_to_thread(keep, request, name, content), status_code=201)

    def keep(request: Request[Any, Any, Any], name: str, content: str) -> dict[str, Any]:
        with turn, engine.begin() as line:
            somebody(line, request)
            line.execute(files.update().where(files.c.name == name).values(content=content))
            return {"files": line.scalar(select(func.count()).select_from(files))}

    return Litestar([read, write], openapi_config=None, logging_config=None)


def public(folder: Path, port: int, token: str) -> None:
    """A public peer in an environment of its own, until it is ended."""
    venv.create(folder, with_pip=True)
    python = str(folder / "bin" / "python")
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", PEER], check=True, stdout=sys.stderr)
    beside = subprocess.Popen([python, str(Path(__file__).with_name("site_kinto.py")), str(port), token])
    try:
        beside.wait()
    except KeyboardInterrupt:
        beside.terminate()
        beside.wait()


def main() -> None:
    """Serve one of them until it is ended; the address is printed."""
    given = argparse.ArgumentParser()
    given.add_argument("which", choices=("plain", "usual", "kinto"))
    given.add_argument("--token", default=secrets.token_urlsafe(8))
    chosen = given.parse_args()
    port = unused("127.0.0.1", 0)
    with tempfile.TemporaryDirectory() as folder:
        if chosen.which == "kinto":
            public(Path(folder), port, chosen.token)
            return
        app = plain() if chosen.which == "plain" else usual(Path(folder) / "usual.db", chosen.token)
        serve(app, "127.0.0.1", port, lambda: print(f'{{"address": "http://127.0.0.1:{port}"}}', flush=True))


if __name__ == "__main__":
    sys.exit(main())
