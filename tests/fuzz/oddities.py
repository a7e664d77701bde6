"""Oddities of HTTP that no document describes, some allowed and some not: odd headers, odd queries, bodies that are hardly JSON."""

from __future__ import annotations

import json
from random import Random
from typing import Any

HEADERS: tuple[tuple[str, str], ...] = (
    ("Accept", "text/event-stream"), ("Accept", "text/event-stream;q=0"), ("Accept", "text/csv"), ("Accept", "application/xml"),
    ("Accept", "*/*;q=0"), ("Accept", ",;q=,"), ("Accept-Language", "en"), ("Accept-Language", "zh;q=0"), ("Accept-Language", "*;q=2"),
    ("Accept-Language", "x" * 5000), ("Accept-Encoding", "identity;q=0"), ("Accept-Encoding", "gzip"), ("Authorization", ""),
    ("Authorization", "Bearer"), ("Authorization", "Basic eDp5"), ("Authorization", "Bearer " + "x" * 500), ("Idempotency-Key", "k" * 256),
    ("Idempotency-Key", "500152199001010018"), ("Idempotency-Key", ""), ("Prefer", "wait=0"), ("Prefer", "wait=1_0"),
    ("Prefer", "wait=-1"), ("Prefer", "respond-async, wait=1;x=y"), ("Prefer", "wait"), ("Last-Event-ID", "x"), ("Last-Event-ID", "9" * 30),
    ("Last-Event-ID", "0"), ("Content-Type", "application/json; charset=gbk"), ("Content-Type", "application/json; charset="),
    ("Content-Type", "application/json; charset=UTF8"), ("Content-Type", "text/plain"), ("Content-Type", ""), ("Content-Encoding", "gzip"),
    ("Content-Encoding", ""), ("Range", "bytes=0-1"), ("If-Modified-Since", "Sat, 28 Nov 2026 00:00:00 GMT"), ("If-None-Match", "*"),
    ("X-Request-Id", "500152199001010018"), ("traceparent", "00-x"), ("traceparent", "ff-" + "a" * 52),
    ("X-HTTP-Method-Override", "DELETE"),
    ("Expect", "100-continue"), ("Expect", "x"), ("Cookie", "a=b; c"), ("Connection", "close"), ("Host", "example.org"),
)  # fmt: skip
_QUERIES = (
    "x=1",
    "limit=",
    "limit=1&limit=2",
    "cursor=",
    "cursor=%00",
    "after=-1",
    "after=99999999999",
    "%ff=%ff",
    "a%",
    "state=APPROVED",
    "limit=１",
)
_BODIES: tuple[bytes, ...] = (
    b"", b" ", b"\xef\xbb\xbf{}", b"\xff\xfe{\x00}\x00", b"null", b"[]", b"0", b'"x"', b"{", b"{}{}", b'{"a":1,"a":2}', b'{"a":\x00}',
    b'{"a":"\\ud800"}', b'{"a":"\xed\xa0\x80"}', b'{"a":1e999}', b'{"a":-0}', b'{"a":NaN}', b'{"a":' + b"9" * 5000 + b"}", b"[" * 10_000,
    b'{"a":' * 3000, b'{"a":' + b"[" * 31 + b"]" * 31 + b"}", b"\xc0\x80", b"{}\n\n", b"/*x*/{}",
    json.dumps({str(n): n for n in range(5000)}).encode(),
    b'{"data":"' + b"x" * 900_000 + b'"}', b" " * 1_100_000, b'{"data":{' + b",".join(b'"%d":{}' % n for n in range(60_000)) + b"}}",
    b'{"data":[' + b",".join([b"{}"] * 200_000) + b"]}", b'{"data":[' + b",".join([b"9007199254740993"] * 50_000) + b"]}",
)  # fmt: skip


def bend(sent: dict[str, Any], dice: Random) -> bool:
    """Make a request odd in one or two ways. Tells whether it now goes elsewhere than the document's call."""
    address = sent["method"], sent["url"].partition("?")[0]
    for _ in range(dice.choice((1, 1, 2))):
        match dice.randrange(8):
            case 0:
                sent["url"] += ("&" if "?" in sent["url"] else "?") + dice.choice(_QUERIES)
            case 1:
                sent["method"] = dice.choice(("HEAD", "OPTIONS", "PUT", "TRACE", "PROPFIND", "GET", "POST"))
            case 2:
                path, mark, query = sent["url"].partition("?")
                sent["url"] = path + dice.choice(("/", "%2F", "%00", "%20", "//", ";x", "/..", "%ff", "%zz")) + mark + query
            case _:
                name, value = dice.choice(HEADERS)
                for same in [one for one in sent["headers"] if one.lower() == name.lower()]:
                    del sent["headers"][same]
                sent["headers"][name] = value
    return (sent["method"], sent["url"].partition("?")[0]) != address


def raw_body(sent: dict[str, Any], dice: Random) -> None:
    """Send raw bytes in place of the generated body."""
    sent.pop("json", None)
    sent["data"] = dice.choice(_BODIES)
    sent["headers"].setdefault("Content-Type", "application/json")
