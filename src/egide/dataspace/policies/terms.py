"""The words of ODRL 2.2 and of the profiles that are known, and the shortest way to write each.

A term is known by its short name (``use``), with a prefix (``odrl:use``) or in full; all three are the same term here.
"""

from __future__ import annotations

from collections.abc import Mapping

ODRL = "http://www.w3.org/ns/odrl/2/"
DSPACE = "https://w3id.org/dspace/2025/1/"
CATENA_X = "https://w3id.org/catenax/2025/9/policy/"
OURS = "urn:egide:policy:"
"""Terms of our own profile; a URN, as they are defined in this program and nowhere else."""
PREFIXES: Mapping[str, str] = {"odrl": ODRL, "cx-policy": CATENA_X, "egide": OURS}

USE, TRANSFER = "use", "transfer"
INCLUDED_IN: Mapping[str, str] = {
    **dict.fromkeys(
        ("acceptTracking", "aggregate", "annotate", "anonymize", "archive", "attribute", "compensate", "concurrentUse", "delete",
         "derive", "digitize", "distribute", "ensureExclusivity", "execute", "grantUse", "include", "index", "inform", "install",
         "modify", "move", "nextPolicy", "obtainConsent", "play", "present", "print", "read", "reproduce", "reviewPolicy", "stream",
         "synchronize", "textToSpeech", "transform", "translate", "uninstall", "watermark", "write"), USE),
    **dict.fromkeys((f"cc:{name}" for name in ("Attribution", "CommercialUse", "DerivativeWorks", "Distribution", "Notice",
                                               "Reproduction", "ShareAlike", "Sharing", "SourceCode")), USE),
    "display": "play", "extract": "reproduce", "give": TRANSFER, "sell": TRANSFER,
}  # fmt: skip
"""Each action and the wider one it is part of (`includedIn`, ODRL Vocabulary 2.2 §4.3 and §4.13). `write` is of 2.1 and still met."""


def short(term: str) -> str:
    """``use`` for ``use``, ``odrl:use`` and ``http://www.w3.org/ns/odrl/2/use``; likewise for the profiles; else the term itself."""
    prefix, colon, rest = term.partition(":")
    if colon and prefix in PREFIXES and not rest.startswith("//"):
        return rest
    for space in PREFIXES.values():
        if term.startswith(space):
            return term.removeprefix(space)
    return term.replace("http://creativecommons.org/ns#", "cc:")


def widening(action: str, more: Mapping[str, str] = {}) -> tuple[str, ...]:
    """The action and all that it is part of, narrowest first. A circle among a profile's actions ends where it closes."""
    found = [action]
    while (wider := more.get(found[-1]) or INCLUDED_IN.get(found[-1])) and wider not in found:
        found.append(wider)
    return tuple(found)
