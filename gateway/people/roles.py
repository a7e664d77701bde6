"""The roles that a person may have, and what each asks of its account."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from gateway.cases.caller import ADMINISTRATOR, AUDITOR, CLERK, HEAD, OFFICER, OPERATOR, SUPERVISOR
from gateway.people import texts
from gateway.texts.refusals import Refused

#: Roles that stand alone, and those of one department (``officer:<department>``).
ALONE: Final = (CLERK, SUPERVISOR, OPERATOR, AUDITOR, ADMINISTRATOR)
OF_A_DEPARTMENT: Final = (OFFICER, HEAD)
#: Roles that see every case, and so sign in with a one-time code beside the password.
WITH_CODE: Final = frozenset({OPERATOR, AUDITOR})


def check_role(role: str, group: str | None, departments: Collection[str]) -> None:
    """Hold a role and a group against the rules. Raises Refused (422) where there is no such role, or a clerk's group is missing."""
    kind, _, department = role.partition(":")
    if role not in ALONE and not (kind in OF_A_DEPARTMENT and department in departments):
        named = [f"{kind}:{name}" for kind in OF_A_DEPARTMENT for name in sorted(departments)]
        raise Refused("validation", 422, texts.no_role(", ".join([*ALONE, *named])))
    if role == CLERK and group is None:
        raise Refused("validation", 422, texts.CLERK_NEEDS_GROUP)
    if role != CLERK and group is not None:
        raise Refused("validation", 422, texts.GROUP_NEEDLESS)
