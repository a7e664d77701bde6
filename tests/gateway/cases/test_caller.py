"""Callers and the meaning of their roles."""

from __future__ import annotations

import pytest

from gateway.cases.caller import LOCAL_CALLER, Caller


@pytest.mark.parametrize(
    ("role", "kind", "department"),
    [
        ("front-end", "front-end", None),
        ("department:tax", "department", "tax"),
        ("operator", "operator", None),
        ("auditor:tax", "auditor", None),
    ],
)
def test_a_role_says_what_may_be_done_and_for_whom(role: str, kind: str, department: str | None) -> None:
    caller = Caller(id="1", name="x", role=role)
    assert (caller.kind, caller.department) == (kind, department)


def test_whoever_reaches_the_socket_is_local() -> None:
    assert (LOCAL_CALLER.id, LOCAL_CALLER.kind, LOCAL_CALLER.department) == ("local", "local", None)
