"""The roles that a person may have, and what each asks of its account."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from gateway.cases.caller import ADMINISTRATOR, AUDITOR, CLERK, HEAD, OFFICER, OPERATOR, SUPERVISOR
from gateway.people import texts

if TYPE_CHECKING:
    from gateway.model.service import Text

#: Roles that stand alone, and those of one department (``officer:<department>``).
ALONE: Final = (CLERK, SUPERVISOR, OPERATOR, AUDITOR, ADMINISTRATOR)
OF_A_DEPARTMENT: Final = (OFFICER, HEAD)
#: Roles that see every case, and so sign in with a one-time code beside the password.
WITH_CODE: Final = frozenset({OPERATOR, AUDITOR})


def wrong_role(role: str, group: str | None, departments: Collection[str]) -> dict[str, Text]:
    """Give what may not be: a ``role`` that there is not, a clerk without a ``group``, somebody else with one."""
    kind, _, department = role.partition(":")
    if role not in ALONE and not (kind in OF_A_DEPARTMENT and department in departments):
        named = [f"{kind}:{name}" for kind in OF_A_DEPARTMENT for name in sorted(departments)]
        return {"role": texts.no_role(", ".join([*ALONE, *named]))}
    if role == CLERK and group is None:
        return {"group": texts.CLERK_NEEDS_GROUP}
    return {"group": texts.GROUP_NEEDLESS} if role != CLERK and group is not None else {}
