"""Who said it, may they, and is it still so: keys, identifiers, credentials, status lists, the public log.

Every part is pure: bytes and values in, values out, the moment an argument. What must be fetched is asked of a function that the
application hands in, and what that function answers is checked like anything else. Without the packages that the room stands on,
importing any of it says which extra to install.
"""

from __future__ import annotations

from importlib.util import find_spec

from egide.vocabulary.errors import MissingExtraError
from egide.vocabulary.language import N_

STANDS_ON = ("cryptography", "joserfc", "rfc8785")

if any(find_spec(name) is None for name in STANDS_ON):
    raise MissingExtraError("federation", N_("what is signed"))
