"""Delimited text from strangers: the encoding and the separator, found out from the bytes themselves."""

from __future__ import annotations

import csv
from collections import Counter

from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_

SEPARATORS = (";", ",", "\t", "|")
_FRENCH = frozenset("éèêëàâçùûüôöîïœÉÈÊÀÂÇÔŒ’«»°€–—… \u202f")
_BINARY_SHARE = 0.02
NOT_TEXT = N_("the file is not text")


def decode(content: bytes, file: str) -> str:
    """The text: UTF-8, UTF-16, or the single-byte encoding in which the French letters come out right."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return _strictly(content, encoding, file)
    sample = content[:4096]
    if len(sample) >= 4 and sample[1::2].count(0) > len(sample) * 0.3:
        return _strictly(content, "utf-16-le", file)
    if len(sample) >= 4 and sample[0::2].count(0) > len(sample) * 0.3:
        return _strictly(content, "utf-16-be", file)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = _single_byte(content)
    controls = sum(1 for char in text[:4096] if ord(char) < 32 and char not in "\t\r\n\f")
    if controls > len(text[:4096]) * _BINARY_SHARE:
        raise InputError(NOT_TEXT, Location(file), N_("give an XLSX, ODS, XLS, CSV or YAML file"))
    return text


def _strictly(content: bytes, encoding: str, file: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError(N_("the text is not valid {encoding} (byte {at})"), Location(file), N_("save it as UTF-8"),
                         {"encoding": encoding, "at": error.start}) from error


def _single_byte(content: bytes) -> str:
    """Windows first; old Macintosh and DOS exports only when their letters look more French."""
    sample = content[:65_536]
    readings = {name: sample.decode(name, "replace") for name in ("cp1252", "mac_roman", "cp850")}
    best = max(readings, key=lambda name: sum(1 if char in _FRENCH else -1 for char in readings[name] if ord(char) > 127))
    if best != "cp1252":
        return content.decode(best, "replace")
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def separator_of(text: str) -> str:
    """The separator under which most lines have the same number of fields, more than one."""
    first = text.split("\n", 1)[0].strip()
    if first[:4].casefold() == "sep=" and len(first) == 5:
        return first[4]
    lines = text[:65_536].splitlines()[:60]
    scores = {separator: _agreement(lines, separator) for separator in SEPARATORS}
    return max(SEPARATORS, key=lambda separator: scores[separator])


def _agreement(lines: list[str], separator: str) -> float:
    try:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=separator) if row)
    except csv.Error:
        return 0.0
    total = sum(widths.values())
    widths.pop(1, None)
    if not widths:
        return 0.0
    width, times = max(widths.items(), key=lambda item: (item[1], item[0]))
    return times / total + min(width, 50) / 1000
