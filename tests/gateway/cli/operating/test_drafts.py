"""Drafts of a clerk are listed, and given to a colleague. There are none here: :mod:`tests.gateway.api.operating.test_users` has some."""

from __future__ import annotations

from tests.gateway.cli.conftest import Command, Running


def test_drafts_are_listed_and_handed_over(running: Running, command: Command) -> None:
    for login, role, group in (("a.li", "clerk", "hall"), ("b.li", "clerk", "hall"), ("c.li", "supervisor", None)):
        assert command("user", "add", login, role, *(["--group", group] if group else [])).code == 0
    assert command("draft", "list", "a.li", "--json").json == []
    assert "expires" in command("draft", "list", "a.li").out
    told = command("draft", "hand-over", "a.li", "--to", "b.li")
    assert (told.code, "b.li" in told.out) == (0, True)
    assert command("draft", "hand-over", "a.li", "--to", "b.li", "--json").json == {"drafts": 0}
    for to in ("c.li", "nobody"):
        refused = command("draft", "hand-over", "a.li", "--to", to)
        assert (refused.code, refused.out) == (1, "")
    assert command("draft", "list", "nobody").code == 1
