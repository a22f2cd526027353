"""What somebody typed into a form that could not be taken, given back to them and to nobody else.

While nobody is logged in it travels in the login page, sealed (RFC 7516, `dir` with A256GCM) under a key that is only in the cookie of that
browser: the server keeps nothing of strangers. It is opened after the login of the very person whose page the form was on; anybody else who
logs in there is shown nothing of it. Passwords and files are never in it.
"""

from __future__ import annotations

import hashlib
import re
import time
import zlib
from typing import TYPE_CHECKING, Any

import msgspec
from litestar.datastructures import UploadFile

from egide.accounts.secrets import bound
from egide.vocabulary.language import N_
from egide.web.visit import FORM_FIELD, KEY_FIELD

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from egide.web.visit import Visit

HELD_FIELD = "held"
PLACES = ("/b/", "/q/", "/log/check")
"""Below these stand the forms in which somebody types what would be missed."""
MOST_FIELDS, MOST_BYTES, MOST_SEALED = 500, 200_000, 60_000
LASTS_SECONDS, SKEW_SECONDS = 86_400, 300
NEVER = frozenset({FORM_FIELD, KEY_FIELD, HELD_FIELD, "password"})
LABELS: Mapping[str, str] = {
    "answer": N_("Answer"), "by": N_("Who buys"), "capital": N_("Capital, %"), "checkpoint": N_("A signed head"),
    "company": N_("Which company"), "data": N_("What data it holds"), "days": N_("For how many days"), "document": N_("Document"),
    "folder": N_("Folder of evidence"), "key": N_("The log's public key"), "kind": N_("What changes"), "name": N_("Name"), "on": N_("On"),
    "owner": N_("Owner"), "path": N_("Document"), "proof": N_("The proof"), "role": N_("Roles"), "scope": N_("May"), "seat": N_("Country"),
    "source": N_("Source"), "state": N_("State"), "status": N_("Whose product it is"), "supplier": N_("Supplier"), "until": N_("Until"),
    "value": N_("Answer"), "verdict": N_("Verdict"), "votes": N_("Votes, %"), "who": N_("Which company"), "why": N_("Why"),
    "written": N_("A whole change, written"),
}  # fmt: skip
"""The fields that people fill in, in words; all others travel unseen."""
CHOSEN: Mapping[str, str] = {"verdict": "", "role": "role-of-", "scope": "act-", "state": "review-", "status": ""}
"""Fields that are chosen and not written, with what stands before their token among the labels."""
DATES, DAY = frozenset({"until", "on"}), re.compile(r"\d{4}-\d\d-\d\d$")
LONG = frozenset({"written", "proof", "checkpoint"})


class Typed(msgspec.Struct, frozen=True):
    """One form as it was sent."""

    path: str
    owner: int
    """The number of whose page it was on; 0: a stranger's."""
    fields: list[tuple[str, str]]
    files: list[str]
    """The names of the fields with files, which are to be chosen again."""
    at: float

    def shown(self, visit: Visit) -> list[dict[str, Any]]:
        """Each field as the page gives it back."""
        return [_row(name, value, visit) for name, value in self.fields]


def typed_of(visit: Visit) -> Typed | None:
    """The form of this request; None where its page has none that would be missed, or more than is given back."""
    form: Sequence[tuple[str, Any]] = list(visit.state.form.items())
    fields = [(name, value) for name, value in form if isinstance(value, str) and name not in NEVER]
    files = list(dict.fromkeys(name for name, value in form if isinstance(value, UploadFile)))
    large = len(form) > MOST_FIELDS or sum(len(name) + len(value) for name, value in fields) > MOST_BYTES
    path: str = visit.scope["path"]
    if large or not path.startswith(PLACES) or visit.form_of is None or not (fields or files):
        return None
    return Typed(path, visit.form_of, fields, files, time.time())


def sealed(typed: Typed, visit: Visit) -> str:
    """The form as only the cookie of this browser opens it; empty when it is too long to travel."""
    from joserfc import jwe

    content = zlib.compress(msgspec.json.encode(typed), 9)
    made = jwe.encrypt_compact({"alg": "dir", "enc": "A256GCM"}, content, _key(visit)) if len(content) < MOST_SEALED else ""
    return made if len(made) <= MOST_SEALED else ""


def opened(given: str, visit: Visit) -> Typed | None:
    """What was sealed in this browser within the day; None for anything else."""
    from joserfc import jwe
    from joserfc.errors import JoseError

    if not given or len(given) > MOST_SEALED:
        return None
    try:
        packed = jwe.decrypt_compact(given, _key(visit)).plaintext or b""
        typed = msgspec.json.decode(zlib.decompressobj().decompress(packed, 4 * MOST_BYTES), type=Typed)
    except (JoseError, ValueError, zlib.error):
        return None
    return typed if -SKEW_SECONDS < time.time() - typed.at < LASTS_SECONDS else None


def body_page(path: str) -> str:
    """The page of a body from which a form was sent there, or its first one."""
    parts = path.split("/")
    if parts[1] != "b":
        return path
    if parts[3] == "label" and len(parts) > 4:
        return "/".join(parts[:5])
    return "/".join([*parts[:3], parts[3] if parts[3] in {"label", "works"} else "portfolio"])


def _key(visit: Visit) -> Any:
    from joserfc.jwk import OctKey

    return OctKey.import_key(hashlib.sha256(bound(visit.stranger, "typed").encode()).digest())


def _row(name: str, value: str, visit: Visit) -> dict[str, Any]:
    """One field: hidden where it is the page's own, told where it was chosen, to be changed where it was written."""
    label = LABELS.get("answer" if name.startswith("v-") else name)
    row: dict[str, Any] = {"name": name, "value": value, "label": visit.language.text(label) if label else "", "way": "hidden"}
    if label is None:
        return row
    if name in CHOSEN and value:
        return row | {"way": "chosen", "said": visit.language.label(CHOSEN[name] + value)}
    if name in DATES and DAY.match(value):
        return row | {"way": "date"}
    return row | {"way": "long" if name in LONG or "\n" in value or len(value) > 200 else "text"}
