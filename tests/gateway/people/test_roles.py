"""A role is one of ours, of a department that there is, with a group where it is a clerk's."""

from __future__ import annotations

import pytest

from gateway.people.roles import check_role
from gateway.texts.refusals import Refused

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
    check_role(role, group, DEPARTMENTS)


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
    with pytest.raises(Refused) as refused:
        check_role(role, group, DEPARTMENTS)
    assert refused.value.status == 422
