"""The baseline: findings that were known on a day and are accepted until they change.

One file, sorted, with what each finding was, so that a review of the file reads as a list of what was accepted. A finding is
known by its fingerprint: another line doesn't change it, another place or another name does.
"""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Literal

import msgspec

from egide.infrastructure.code_findings import Suppressed, Suppression, plain_name
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Sequence

    from egide.infrastructure.code_findings import CodeFinding

SCHEMA = "egide/check-baseline/1"


class Accepted(msgspec.Struct, forbid_unknown_fields=True):
    """One finding that was accepted."""

    fingerprint: str
    rule: str
    level: str
    file: str
    address: str


class Baseline(msgspec.Struct, forbid_unknown_fields=True):
    """All that was accepted on a day."""

    schema: Literal["egide/check-baseline/1"]
    on: date
    findings: list[Accepted]


def read_baseline(content: bytes, file: str) -> Baseline:
    """The baseline of a file. Raises `InputError` when it isn't one."""
    try:
        return msgspec.json.decode(content, type=Baseline)
    except msgspec.ValidationError as error:
        message, _, path = str(error).partition(" - at ")
        raise InputError(message, Location(file, path=path.strip("`") or "$")) from error
    except msgspec.DecodeError as error:
        raise InputError(N_("not readable as JSON: {error}"), Location(file), values={"error": error}) from error


def write_baseline(findings: Sequence[CodeFinding], on: date) -> bytes:
    """The findings as a baseline; the same findings give the same bytes but for the day."""
    rows = sorted(
        (
            {
                "fingerprint": one.fingerprint, "rule": one.rule, "level": str(one.level), "file": plain_name(one.where.file),
                "address": one.address,
            }
            for one in findings
        ),
        key=lambda row: (row["file"], row["address"], row["rule"], row["fingerprint"]),
    )  # fmt: skip
    return (json.dumps({"schema": SCHEMA, "on": on.isoformat(), "findings": rows}, ensure_ascii=False, indent=1) + "\n").encode()


def apply_baseline(
    findings: Sequence[CodeFinding], known: Baseline, words: str
) -> tuple[tuple[CodeFinding, ...], tuple[Suppressed, ...], int]:
    """What stands, what was accepted (``words`` say where), and how many accepted findings are found no more."""
    accepted = {one.fingerprint for one in known.findings}
    standing = tuple(one for one in findings if one.fingerprint not in accepted)
    because = Suppression("baseline", words)
    set_aside = tuple(Suppressed(one, because) for one in findings if one.fingerprint in accepted)
    return standing, set_aside, len(accepted - {one.finding.fingerprint for one in set_aside})
