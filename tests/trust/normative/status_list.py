"""Bitstring Status List v1.0 (W3C Recommendation, 15 May 2025): entries, lists, and the algorithms that go from one to the other."""

from __future__ import annotations

import gzip
import json
import zlib
from datetime import timedelta

from tests.trust.credential_world import HOLDER, ISSUER, NOW, token
from tests.trust.normative.statements import ABSENT, ADDRESS, INDEX, Case, Level, Statement, listed

from egide.trust.credentials.results import Outcome
from egide.trust.keys import b64u
from egide.trust.status import LEAST_ENTRIES, encoded, no_status, with_value
from egide.trust.status_lists import list_credential

OPEN = Outcome.NOT_EVALUATED
REFUSED = Outcome.REFUSED
FOUR = [{"status": hex(value), "message": f"état {value}"} for value in range(4)]
WIDE = encoded(no_status(size=2))
SET = encoded(with_value(no_status(), INDEX, 1))
FIRST_SET = encoded(with_value(no_status(), 0, 1))


def malformed(said: str, member: str, value: object) -> Case:
    """An entry with that member set or left out: malformed."""
    return listed(said, REFUSED, "status-malformed", status={member: value})


def _word(content: bytes) -> str:
    return "u" + b64u(content)


STATEMENTS = (
    # 2.1 BitstringStatusListEntry
    Statement(
        "2.1 a",
        "an entry stands in a conforming credential",
        keeps=(listed("as issued"),),
        breaks=(listed("an entry whose `id` is no URL", REFUSED, "model 4.10", status={"id": "no-url"}),),
    ),
    Statement(
        "2.1 b",
        "the `id` of an entry is a URL, and not that of its list",
        keeps=(listed("none", status={"id": ABSENT}), listed("with fragment")),
        breaks=(malformed("the list's own", "id", ADDRESS),),
    ),
    Statement(
        "2.1 c",
        "an entry is a BitstringStatusListEntry",
        keeps=(listed("as issued"),),
        breaks=(listed("of another type", OPEN, "status-type", status={"type": "StatusList2021Entry"}),),
    ),
    Statement(
        "2.1 d",
        "`statusPurpose` of an entry is a text",
        keeps=(listed("as issued"),),
        breaks=(
            malformed("none", "statusPurpose", ABSENT),
            malformed("a number", "statusPurpose", 1),
            malformed("a list", "statusPurpose", ["revocation"]),
        ),
    ),
    Statement(
        "2.1 e",
        "`statusListIndex` is a whole number from 0, as a text in base 10",
        keeps=(
            listed("the first", status={"statusListIndex": "0"}),
            listed("the last", status={"statusListIndex": str(LEAST_ENTRIES - 1)}),
        ),
        breaks=tuple(
            malformed(repr(value), "statusListIndex", value) for value in (ABSENT, 5, True, "-1", "1.0", "01", "0x1", "", "٣", "1e3")
        ),
    ),
    Statement(
        "2.1 f",
        "`statusListCredential` is the URL of a credential",
        keeps=(listed("as issued"),),
        breaks=(
            malformed("none", "statusListCredential", ABSENT),
            malformed("no URL", "statusListCredential", "no-url"),
            malformed("a number", "statusListCredential", 5),
            listed("something else lies there", REFUSED, "status-list-unusable", published=b"<html>"),
        ),
    ),
    Statement(
        "2.1 g",
        "what lies there is a BitstringStatusListCredential",
        keeps=(listed("as published"),),
        breaks=(listed("of another type", REFUSED, "status-malformed", document={"type": ["VerifiableCredential"]}),),
    ),
    Statement(
        "2.1 h",
        "`statusSize` is 1 when it is absent, else a whole number above 0",
        keeps=(listed("none"), listed("one bit", status={"statusSize": 1})),
        breaks=tuple(malformed(repr(value), "statusSize", value) for value in (0, -1, "1", 1.5, True, None)),
    ),
    Statement(
        "2.1 i",
        "more than one bit needs as many messages as values",
        keeps=(
            listed("two bits", status={"statusSize": 2, "statusMessage": FOUR}, subject={"encodedList": WIDE}),
            listed("one bit with messages", status={"statusSize": 1, "statusMessage": FOUR[:2]}),
        ),
        breaks=(
            listed("none", REFUSED, "status-malformed", status={"statusSize": 2}),
            listed("two for four", REFUSED, "status-malformed", status={"statusSize": 2, "statusMessage": FOUR[:2]}),
            listed("four for two", REFUSED, "status-malformed", status={"statusMessage": FOUR}),
            listed("no list", REFUSED, "status-malformed", status={"statusMessage": FOUR[0]}),
        ),
    ),
    Statement(
        "2.1 j",
        "each message has `status`, in hexadecimal with 0x, and `message`",
        keeps=(listed("with more beside", status={"statusMessage": [{**one, "more": 1} for one in FOUR[:2]]}),),
        breaks=tuple(
            listed(said, REFUSED, "status-malformed", status={"statusMessage": [FOUR[0], second]})
            for said, second in (
                ("no status", {"message": "a"}),
                ("no message", {"status": "0x1"}),
                ("decimal", {"status": "1", "message": "a"}),
                ("the same twice", FOUR[0]),
                ("a text", "0x1"),
            )
        ),
    ),
    Statement(
        "2.1 k",
        "`statusReference` is a URL or several",
        keeps=(
            listed("one", status={"statusReference": "https://a.example"}),
            listed("two", status={"statusReference": ["https://a.example"] * 2}),
        ),
        breaks=(
            malformed("no URL", "statusReference", "no-url"),
            malformed("a number among them", "statusReference", ["https://a.example", 5]),
        ),
    ),
    Statement(
        "2.1 l",
        "messages are for developers, and not shown to those who use a product",
        Level.SHOULD,
        not_here="a message stays among the arguments of its reason; no sentence of the product prints it",
    ),
    # 2.2 BitstringStatusListCredential
    Statement(
        "2.2 a",
        "a list is a conforming credential",
        keeps=(listed("as published"),),
        breaks=(
            listed("without context", REFUSED, "status-list-not-verified", document={"@context": []}),
            listed("without issuer", REFUSED, "status-list-not-verified", document={"issuer": ABSENT}),
            listed("without subject", REFUSED, "status-list-not-verified", document={"credentialSubject": ABSENT}),
        ),
    ),
    Statement(
        "2.2 b",
        "its `id`, when there, is its address",
        Level.MAY,
        keeps=(listed("none", document={"id": ABSENT}), listed("its address")),
        breaks=(listed("another", REFUSED, "status-list-unusable", document={"id": "https://a.example/status/2"}),),
    ),
    Statement(
        "2.2 c",
        "its type includes BitstringStatusListCredential",
        keeps=(listed("as published"),),
        breaks=(listed("another", REFUSED, "status-malformed", document={"type": ["VerifiableCredential", "StatusList2021Credential"]}),),
    ),
    Statement(
        "2.2 d",
        "its period of validity counts",
        keeps=(listed("within"),),
        breaks=(
            listed(
                "over",
                REFUSED,
                "status-list-not-verified",
                document={"validFrom": "2026-01-01T00:00:00Z", "validUntil": "2026-11-22T00:00:00Z"},
            ),
            listed("to come", REFUSED, "status-list-not-verified", document={"validFrom": "2026-12-01T00:00:00Z"}),
        ),
    ),
    Statement(
        "2.2 e",
        "its subject is a BitstringStatusList",
        keeps=(listed("as published"),),
        breaks=(
            listed("another", REFUSED, "status-malformed", subject={"type": "StatusList2021"}),
            listed("none", REFUSED, "status-malformed", subject={"type": ABSENT}),
        ),
    ),
    Statement(
        "2.2 f",
        "`statusPurpose` of a list is one or more texts",
        keeps=(listed("one"), listed("two", subject={"statusPurpose": ["revocation", "suspension"]})),
        breaks=tuple(
            listed(repr(value), REFUSED, "status-malformed", subject={"statusPurpose": value})
            for value in (ABSENT, [], 5, ["revocation", 5])
        ),
    ),
    Statement(
        "2.2 g",
        "the named purposes mean what they are named for",
        keeps=(
            listed("refresh, set", status={"statusPurpose": "refresh"}, subject={"statusPurpose": "refresh", "encodedList": SET}),
            listed("revocation, not set"),
        ),
        breaks=(
            listed("revocation, set", REFUSED, "revoked", subject={"encodedList": SET}),
            listed(
                "suspension, set",
                REFUSED,
                "suspended",
                status={"statusPurpose": "suspension"},
                subject={"statusPurpose": "suspension", "encodedList": SET},
            ),
        ),
    ),
    Statement(
        "2.2 h",
        "`encodedList` is GZIP in multibase base64url without padding",
        keeps=(listed("as published"),),
        breaks=(
            listed("none", REFUSED, "status-malformed", subject={"encodedList": ABSENT}),
            listed("no multibase", REFUSED, "status-encoding", subject={"encodedList": encoded(no_status())[1:]}),
            listed("padded", REFUSED, "status-encoding", subject={"encodedList": encoded(no_status()) + "="}),
            listed("base58", REFUSED, "status-encoding", subject={"encodedList": "z" + encoded(no_status())[1:]}),
            listed("zlib", REFUSED, "status-compression", subject={"encodedList": _word(zlib.compress(no_status()))}),
        ),
    ),
    Statement(
        "2.2 i",
        "the list is at least 16 KB long",
        keeps=(listed("just as long"),),
        breaks=(
            listed("a byte less", REFUSED, "status-list-short", subject={"encodedList": _word(gzip.compress(no_status()[:-1], mtime=0))}),
        ),
    ),
    Statement(
        "2.2 j",
        "the first entry is the left-most bit",
        keeps=(listed("the second, beside it", status={"statusListIndex": "1"}, subject={"encodedList": FIRST_SET}),),
        breaks=(listed("the first", REFUSED, "revoked", status={"statusListIndex": "0"}, subject={"encodedList": FIRST_SET}),),
    ),
    Statement(
        "2.2 k",
        "`ttl` is in milliseconds",
        keeps=(listed("a minute", subject={"ttl": 60_000}),),
        breaks=(
            listed("a text", REFUSED, "status-malformed", subject={"ttl": "60000"}),
            listed("negative", REFUSED, "status-malformed", subject={"ttl": -1}),
        ),
    ),
    # 3 Algorithms
    Statement(
        "3 a",
        "what is malformed raises MALFORMED_VALUE_ERROR",
        keeps=(listed("as issued"),),
        breaks=(malformed("a true index", "statusListIndex", True),),
    ),
    Statement(
        "3.1 a",
        "a list is generated, secured and published at its address",
        keeps=(listed("as published"),),
        breaks=(
            listed(
                "nobody signed it",
                OPEN,
                "status-list-not-verified",
                published=json.dumps(list_credential(ADDRESS, ISSUER, ["revocation"], no_status(), NOW, NOW + timedelta(days=1))),
            ),
        ),
    ),
    Statement(
        "3.1 b",
        "lists are published where nobody tracks who asks",
        Level.SHOULD,
        not_here="a matter of how the publisher serves them; the guide says so",
    ),
    Statement(
        "3.2 a",
        "a list that cannot be had raises STATUS_RETRIEVAL_ERROR",
        keeps=(listed("as published"),),
        breaks=(listed("not at hand", OPEN, "not-at-hand", status={"statusListCredential": "https://a.example/status/9", "id": ABSENT}),),
    ),
    Statement(
        "3.2 b",
        "a list whose proof fails raises STATUS_VERIFICATION_ERROR",
        keeps=(listed("as published"),),
        breaks=(
            listed(
                "its signature altered",
                REFUSED,
                "status-list-not-verified",
                published=token(list_credential(ADDRESS, ISSUER, ["revocation"], no_status(), NOW, NOW + timedelta(days=1)))[:-8]
                + "AAAAAAAA",
            ),
        ),
    ),
    Statement(
        "3.2 c",
        "the purpose of the entry is one of the list's",
        keeps=(listed("one of two", subject={"statusPurpose": ["suspension", "revocation"]}),),
        breaks=(listed("none of them", REFUSED, "status-purpose", subject={"statusPurpose": "suspension"}),),
    ),
    Statement(
        "3.2 d",
        "fewer entries than 131,072 raise STATUS_LIST_LENGTH_ERROR",
        keeps=(listed("two bits each", status={"statusSize": 2, "statusMessage": FOUR}, subject={"encodedList": WIDE}),),
        breaks=(listed("two bits each in half the room", REFUSED, "status-list-short", status={"statusSize": 2, "statusMessage": FOUR}),),
    ),
    Statement(
        "3.2 e",
        "an entry outside of the list raises RANGE_ERROR",
        keeps=(listed("the last", status={"statusListIndex": str(LEAST_ENTRIES - 1)}),),
        breaks=(
            listed("one further", REFUSED, "status-index", status={"statusListIndex": str(LEAST_ENTRIES)}),
            listed("far away", REFUSED, "status-index", status={"statusListIndex": "9" * 40}),
        ),
    ),
    Statement(
        "3.2 f",
        "a server that gives a list as of a moment takes it as `timestamp`",
        Level.MAY,
        not_here="not offered: the test server refuses the parameter with STATUS_RETRIEVAL_ERROR, which is tested there",
    ),
    Statement(
        "3.2 g",
        "a verifier keeps the lists that it read, and asks again when they are old",
        Level.SHOULD,
        keeps=(listed("read an hour ago", read=NOW - timedelta(hours=1)),),
        breaks=(
            listed("read two days ago", OPEN, "status-stale", read=NOW - timedelta(days=2)),
            listed("past its `ttl`", OPEN, "status-stale", subject={"ttl": 60_000}, read=NOW - timedelta(minutes=2)),
        ),
    ),
    Statement(
        "3.2 h",
        "who publishes a list may be another than the issuer, and then the verifier must trust both",
        Level.MAY,
        keeps=(listed("the issuer's own"),),
        breaks=(
            listed(
                "of somebody who was not named for it",
                OPEN,
                "status-publisher",
                published=token(list_credential(ADDRESS, HOLDER, ["revocation"], no_status(), NOW, NOW + timedelta(days=1)), did=HOLDER),
            ),
        ),
    ),
    Statement(
        "3.3 a",
        "a new list has 16 KB of zeros, and is compressed and encoded",
        keeps=(listed("as published"),),
        breaks=(listed("not compressed", REFUSED, "status-compression", subject={"encodedList": _word(no_status())}),),
    ),
    Statement(
        "3.4 a",
        "a list is decoded and expanded",
        keeps=(listed("by another library", subject={"encodedList": _word(gzip.compress(no_status()))}),),
        breaks=(listed("cut off", REFUSED, "status-compression", subject={"encodedList": encoded(no_status())[:-8]}),),
    ),
    Statement(
        "3.5 a",
        "an error of HTTP has a `type` under the namespace of status lists, a title and a detail",
        not_here="a matter of the server, and tested there",
    ),
    Statement(
        "3.6 a",
        "a list is secured as the credentials are that it speaks of",
        Level.SHOULD,
        not_here="a matter of the issuer; the test server does it, and is tested for it",
    ),
)
