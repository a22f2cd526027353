"""The one job that an import is: the interrupted one of the same import is gone on with, and two processes are never at the same."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from egide.app.intake.report import Report
from egide.vocabulary.errors import EgideError
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.app.intake.checking import Checking
    from egide.app.intake.sources import Sources
    from egide.store.connection import Store
    from egide.store.jobs import Job

KIND = "catalogue-import"
MOST_ATTEMPTS = 10**6


class BeingImportedError(EgideError):
    """Another process is at the same import."""

    hint = N_("wait for it, or look at it with `egide data jobs list`")

    def __init__(self, job: int, worker: str) -> None:
        super().__init__(N_("job {job} is already importing this, as {worker}"), {"job": job, "worker": worker})


def arguments(given: Sources, how: Checking) -> dict[str, Any]:
    """What makes two imports the same: what is taken in, and on which terms."""
    terms = how.terms
    return {
        "sources": given.names(), "mode": how.mode.value, "scope": how.scope.name, "unverified": terms.unverified,
        "assurance": terms.assurance.value,
        "of_issuer": {issuer: worth.value for issuer, worth in sorted(terms.of_issuer.items())}, "offer": how.offer,
        "as_of": how.as_of.isoformat() if how.as_of else None, "columns": dict(how.mapping.constant) if how.mapping else None,
    }  # fmt: skip


def claim(store: Store, arguments: Mapping[str, Any], lease_seconds: float) -> Job:
    """The job of this import: the one that was interrupted, or a new one."""
    from egide.store.canonical import canonical, digest
    from egide.store.jobs import State, claim_job, enqueue, gone, jobs

    kind = f"{KIND}:{digest(canonical(arguments))[:16]}"
    worker = f"{socket.gethostname()}:{os.getpid()}"
    patience = time.monotonic() + 2 * lease_seconds
    while True:
        with store.write() as tx:
            tx.lock(kind)
            alive = [one for one in jobs(tx, {State.RUNNING, State.QUEUED}, most=10_000) if one.kind == kind]
            for one in alive:
                if one.state is State.RUNNING and _is_dead(one.worker):
                    gone(tx, one)
            if not alive:
                enqueue(tx, kind, arguments, most_attempts=MOST_ATTEMPTS)
            if claimed := claim_job(tx, worker, {kind}, lease_seconds=lease_seconds):
                return claimed
        if time.monotonic() > patience:
            raise BeingImportedError(alive[0].id, str(alive[0].worker))
        time.sleep(min(0.5, lease_seconds / 4))


def _is_dead(worker: str | None) -> bool:
    """Whether a worker of this machine is known to have died; of another machine nobody can tell."""
    host, _, number = (worker or "").rpartition(":")
    if host != socket.gethostname() or not number.isdigit():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def begun(held: Job | None) -> Report:
    """The report of an interrupted run, to be gone on with: its files are counted again as they are met."""
    if held is None or held.checkpoint is None:
        return Report(job=held.id if held else None, resumed=held is not None and held.attempts > 1)
    return Report(**{**held.checkpoint, "job": held.id, "resumed": True, "files": 0, "again": 0, "carried": 0, "sources": 0})
