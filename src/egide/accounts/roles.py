"""Roles and what each allows. Who assesses does not sign: the two acts never meet in one role, nor in one person on one matter."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum


class Role(StrEnum):
    """What somebody is in a body. One may have several."""

    VIEWER = "viewer"
    AUTHOR = "author"
    """Brings files and answers questions."""
    EVALUATOR = "evaluator"
    """Reviews evidence and takes decisions beside verdicts."""
    SIGNER = "signer"
    """Signs labels that others assessed."""
    ADMINISTRATOR = "administrator"
    """Invites people, gives roles and tokens; reads and decides nothing by that."""


class Act(StrEnum):
    """What can be done in a body, and the scope of a token."""

    READ = "read"
    WRITE = "write"
    EVALUATE = "evaluate"
    SIGN = "sign"
    ADMINISTER = "administer"


ALLOWS: Mapping[Role, frozenset[Act]] = {
    Role.VIEWER: frozenset({Act.READ}),
    Role.AUTHOR: frozenset({Act.READ, Act.WRITE}),
    Role.EVALUATOR: frozenset({Act.READ, Act.EVALUATE}),
    Role.SIGNER: frozenset({Act.READ, Act.SIGN}),
    Role.ADMINISTRATOR: frozenset({Act.ADMINISTER}),
}


def allowed(roles: Collection[Role]) -> frozenset[Act]:
    """All that these roles allow together."""
    return frozenset(act for role in roles for act in ALLOWS[role])
