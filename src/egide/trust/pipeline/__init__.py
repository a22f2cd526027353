"""The whole verification, from the bytes of a file to a verdict with its reasons and one record that can be signed and replayed.

Steps 1 to 5 are answered in `egide.trust.credentials`; here come 6 (contexts by digest), 7 (shapes on what is said of the subjects) and
8 (the policy of a trust scope), and all are joined. Nothing here reads a file, a clock or a socket: what is at hand is handed in.
"""

from __future__ import annotations

from egide.trust.pipeline.knowledge import NOTHING_KNOWN, Knowledge, Seen, Standing
from egide.trust.pipeline.material import Material, material
from egide.trust.pipeline.record import record, replayed, sealed, unsealed
from egide.trust.pipeline.roles import NO_ROLES, Role, Roles, read_roles
from egide.trust.pipeline.scopes import DEFAULT, SCOPES, Scope, scope_named
from egide.trust.pipeline.verifying import Question, verify

__all__ = [
    "DEFAULT", "NOTHING_KNOWN", "NO_ROLES", "SCOPES", "Knowledge", "Material", "Question", "Role", "Roles", "Scope", "Seen", "Standing",
    "material", "read_roles", "record", "replayed", "scope_named", "sealed", "unsealed", "verify",
]
