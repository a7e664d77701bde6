"""The replies that every sandbox may need."""

from __future__ import annotations

import orjson

from gateway.model.errors import Located
from gateway.sdk.sandbox.behaviour import come_back, json_response, problem_response


def test_json_says_its_charset() -> None:
    reply = json_response({"text": "办"})
    assert (reply.content_type, reply.charset, reply.body) == ("application/json", "utf-8", '{"text":"办"}'.encode())


def test_a_problem_lists_every_error() -> None:
    reply = problem_response(400, "wrong", [Located("/a", "x"), Located("/b", "y")])
    assert reply.content_type == "application/problem+json"
    assert isinstance(reply.body, bytes)
    assert [error["pointer"] for error in orjson.loads(reply.body)["errors"]] == ["/a", "/b"]


def test_coming_back_is_rounded_up_to_whole_seconds() -> None:
    assert [come_back(503, "busy", seconds).headers["Retry-After"] for seconds in (0.1, 2, -5)] == ["1", "2", "0"]
