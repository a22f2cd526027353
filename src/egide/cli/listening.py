"""What commands that serve share: a port of their own, the extra that serves, an end that leaves no thread behind."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from egide.cli import DONE
from egide.vocabulary.errors import InputError, MissingExtraError
from egide.vocabulary.language import N_

CANNOT_LISTEN = N_("cannot listen on {host}, port {port}: {problem}")
LOOPBACK = ("127.0.0.1", "localhost", "::1")
BROUGHT = frozenset({"argon2", "granian", "litestar"})


@contextmanager
def served() -> Iterator[None]:
    """Import what serves; raises `MissingExtraError` when the extra is not installed."""
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] in BROUGHT:
            raise MissingExtraError("server", N_("serving HTTP")) from error
        raise


@contextmanager
def listening_on(host: str, port: int) -> Iterator[None]:
    """Serve; raises `InputError` when the address can't be had."""
    try:
        yield
    except (OSError, RuntimeError) as error:
        raise InputError(CANNOT_LISTEN, values={"host": host, "port": str(port), "problem": error}) from error


def unused(host: str, port: int) -> int:
    """A port that nobody listens on: the server itself would share one with whoever has it.

    Raises `InputError` when it can't be had, or is no port.
    """
    if not 0 <= port <= 65535:
        raise InputError(N_("{port} is not a port"), values={"port": str(port)})
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, os.name == "posix")
        try:
            probe.bind((host, port))
        except OSError as error:
            raise InputError(CANNOT_LISTEN, values={"host": host, "port": str(port), "problem": error.strerror or error}) from error
        return int(probe.getsockname()[1])


def leave() -> NoReturn:
    """End the process at once: the server's threads outlive it for a moment, and one that meets an ending Python aborts the process."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(DONE)
