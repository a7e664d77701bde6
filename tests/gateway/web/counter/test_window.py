"""The window of a browser: its name is kept in a cookie, in any script, and what can be no name counts as none."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from gateway.web.counter.window import named, remember, window_of


@pytest.mark.parametrize("name", ["综合窗口 3", "Counter 3", "A-12", "3"])
def test_a_name_is_remembered_and_read(name: str) -> None:
    answer = web.Response()
    remember(answer, name, secure=True)
    cookie = answer.cookies["window"]
    assert (cookie["httponly"], cookie["secure"], cookie["samesite"]) == (True, True, "Lax")
    assert window_of(make_mocked_request("GET", "/counter", headers={"Cookie": f"window={cookie.value}"})) == name


@pytest.mark.parametrize("typed", ["", " ", "<b>3</b>", "窗" * 21, "张三；500152199001010018", "a;b"])
def test_what_is_no_name_is_none(typed: str) -> None:
    assert named(typed) is None
    assert window_of(make_mocked_request("GET", "/counter", headers={"Cookie": f"window={quote(typed)}"})) is None


def test_spaces_are_made_single() -> None:
    assert named("  综合窗口   3 ") == "综合窗口 3"
