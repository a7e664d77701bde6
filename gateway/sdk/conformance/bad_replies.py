"""Replies that are none, made once for every test that sends them in place of an honest one."""

from __future__ import annotations

from gateway.sdk.conformance.proxy import Way

PAGE = "<!DOCTYPE html><html><head><title>系统提示</title></head><body><h1>系统维护中</h1></body></html>".encode()


def http(status: int, body: bytes = b"", kind: str = "text/html; charset=utf-8") -> bytes:
    """A whole reply, after which the connection is closed."""
    head = f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    return head.encode() + body


#: Ends of a call after which nobody knows what the department would have said.
NO_ANSWERS: tuple[tuple[Way, bytes], ...] = (
    ("lose_reply", b""),
    ("cut_reply", b""),
    ("answer", http(200, PAGE)),
    ("answer", http(404, PAGE)),
    ("answer", http(502, PAGE)),
    ("answer", http(200, b"", "application/json")),
    ("answer", http(200, b"", "text/xml; charset=utf-8")),
)
