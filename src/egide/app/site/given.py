"""Files that are given for a piece of work, alone or as a folder: names and sizes are checked before a byte is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO

from egide.infrastructure.recognising import HEAD_BYTES, of_content, recognised
from egide.store.zips import Limits, Zip, fold, is_plain_path
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_

LIMITS = Limits(files=1000, file_bytes=8 * 2**20, total_bytes=24 * 2**20)
"""Unpacked; the most that a request may carry bounds what comes packed."""
ZIP = b"PK\x03\x04"
READ = (".tf", ".tofu", ".tfvars", ".tfstate", ".json", ".yaml", ".yml")
"""Endings of what a check reads. Nothing else of a folder is kept, least of all what a program might run."""
NOT_CODE = N_("none of this is a plan (terraform show -json), a state, HCL, a Kubernetes manifest or a Compose file")
Named = tuple[str, bytes]


def folder(given: Sequence[Named]) -> dict[str, bytes]:
    """The files by their paths: those that were given, or those of the one zip. Raises `InputError`, before a byte too many is unpacked."""
    if len(given) == 1 and given[0][1].startswith(ZIP) and given[0][0].lower().endswith(".zip"):
        return unzipped(*given[0])
    found: dict[str, bytes] = {}
    folded: dict[str, str] = {}
    if len(given) > LIMITS.files:
        raise InputError(N_("{count} files: the most that is read is {limit}"), values={"count": len(given), "limit": LIMITS.files})
    for name, content in given:
        path = name.replace("\\", "/").removeprefix("./")
        if not is_plain_path(path):
            raise InputError(N_("a path that could lead elsewhere"), Location(name[:200]))
        if folded.setdefault(fold(path), path) != path or path in found:
            raise InputError(N_("two files of one name"), Location(path))
        found[path] = content
    for path in found:
        parts = path.split("/")
        if any("/".join(parts[:depth]) in found for depth in range(1, len(parts))):
            raise InputError(N_("a file and a folder of one name"), Location(path))
    return found


def unzipped(name: str, content: bytes) -> dict[str, bytes]:
    """The files of a zip. Raises `InputError` as `egide.store.zips` does."""
    archive = Zip(BytesIO(content), name[:200], LIMITS)
    return {path: archive.read(path, LIMITS.file_bytes) for path in archive.sizes}


def code(given: Sequence[Named]) -> Mapping[str, bytes]:
    """Infrastructure code: one file, or a folder of files that name each other; what a check doesn't read is left out.

    Raises `InputError` when none of it is code.
    """
    files = folder([one for one in given if one[1].strip()])
    if len(files) == 1:
        ((name, content),) = files.items()
        if not recognised(name.rpartition("/")[2], content[:HEAD_BYTES]) and of_content(content[:HEAD_BYTES]):
            plain = content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")
            return {"code.json" if plain else "code.yaml": content}
    files = {path: content for path, content in files.items() if path.lower().endswith(READ) and "/." not in f"/{path}"}
    if not any(recognised(path.rpartition("/")[2], content[:HEAD_BYTES]) for path, content in files.items()):
        raise InputError(NOT_CODE, hint=N_("write the plan out with `terraform show -json`, or choose the folder of the code"))
    return files
