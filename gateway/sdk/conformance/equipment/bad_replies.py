"""Invalid replies, made once for every test that sends them in place of an honest one."""

from __future__ import annotations

import orjson

from gateway.model import JsonObject
from gateway.sdk.conformance.equipment.proxy import Way

PAGE = "<!DOCTYPE html><html><head><title>系统提示</title></head><body><h1>系统维护中</h1></body></html>".encode()


def http(status: int, body: bytes = b"", kind: str = "text/html; charset=utf-8") -> bytes:
    """Make a whole reply, after which the connection is closed."""
    head = f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    return head.encode() + body


def with_status(reply: bytes, status: int) -> bytes:
    """Give a reply with another status, after which the connection is closed."""
    line, _, rest = reply.partition(b"\r\n")
    return b"HTTP/1.1 %d X\r\nConnection: close\r\n" % status + rest if line else b""


def json_of(reply: bytes) -> JsonObject:
    """Give the JSON object in a reply's body, or an empty one where there is none."""
    try:
        said = orjson.loads(reply.partition(b"\r\n\r\n")[2])
    except orjson.JSONDecodeError:
        return {}
    return said if isinstance(said, dict) else {}


def with_json(reply: bytes, **changed: object) -> bytes | None:
    """Add members to the JSON object of a reply, or give None where its body is no such object."""
    said = json_of(reply)
    return http(int(reply[9:12]), orjson.dumps({**said, **changed}), "application/json") if said else None


#: Ends of a call that leave the department's answer unknown.
NO_ANSWERS: tuple[tuple[Way, bytes], ...] = (
    ("lose_reply", b""),
    ("cut_reply", b""),
    ("answer", http(200, PAGE)),
    ("answer", http(404, PAGE)),
    ("answer", http(502, PAGE)),
    ("answer", http(200, b"", "application/json")),
    ("answer", http(200, b"", "text/xml; charset=utf-8")),
)
