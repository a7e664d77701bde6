"""A role is one of ours, of a department that there is, with a group where it is a clerk's."""

from __future__ import annotations

import pytest

from gateway.people.roles import wrong_role

DEPARTMENTS = {"tax", "exit_entry"}


@pytest.mark.parametrize(
    ("role", "group"),
    [
        ("clerk", "hall"),
        ("officer:tax", None),
        ("head:exit_entry", None),
        *((role, None) for role in ("supervisor", "operator", "auditor")),
    ],
)
def test_roles_that_there_are(role: str, group: str | None) -> None:
    assert wrong_role(role, group, DEPARTMENTS) == {}


@pytest.mark.parametrize(
    ("role", "group"),
    [
        ("clerk", None),
        ("officer", None),
        ("officer:", None),
        ("officer:police", None),
        ("clerk:tax", "hall"),
        ("local", None),
        ("front-end", None),
        ("", None),
        ("operator", "hall"),
        ("Auditor", None),
    ],
)
def test_roles_that_there_are_not(role: str, group: str | None) -> None:
    [value] = wrong_role(role, group, DEPARTMENTS)
    assert value == ("group" if role in ("clerk", "operator") else "role")
