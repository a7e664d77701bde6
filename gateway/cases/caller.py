"""Callers of the gateway: holders of an API key, and processes that reach the unix socket."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

FRONT_END: Final = "front-end"
OPERATOR: Final = "operator"
AUDITOR: Final = "auditor"
LOCAL: Final = "local"
DEPARTMENT: Final = "department"  # the first part of ``department:<name>``
#: Roles of people alone, who are signed in. Those of one department end with its name, too (``officer:<name>``).
CLERK: Final = "clerk"
OFFICER: Final = "officer"
HEAD: Final = "head"
SUPERVISOR: Final = "supervisor"
ADMINISTRATOR: Final = "administrator"
#: Whoever holds the receipt of a party, and follows that case by its code or link.
PARTY: Final = "party"

#: Roles of programs: of keys, and of the machine itself.
PROGRAMS: Final = (FRONT_END, DEPARTMENT, OPERATOR, AUDITOR, LOCAL)
_OF_A_DEPARTMENT: Final = frozenset({DEPARTMENT, OFFICER, HEAD})


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """One caller, whose ``role`` is a key's (``front-end``, ``department:<name>``, ``operator``, ``auditor``), ``local``, or a person's.

    ``local`` comes through the unix socket in the data folder, which only the folder's owner can open. It may do everything, and ``user``
    is the name that the audit records for it. A caller with a key has no ``user``. The cases of its ``group`` are its own, and those that
    its ``fellows`` there filed while they were groups of their own. Without a group its own are those that it filed. A party has the one
    case that it is ``party_to``.
    """

    id: str
    name: str
    role: str
    user: str | None = None
    group: str | None = None
    fellows: frozenset[str] = frozenset()
    party_to: str | None = None

    @property
    def actor(self) -> str:
        """The actor named in audit and log: the key or the party by its id, or the user of this machine."""
        return self.user or f"{'party' if self.role == PARTY else 'caller'}:{self.id}"

    @property
    def kind(self) -> str:
        """The role without a department's name, which is what permissions are given to."""
        return self.role.partition(":")[0]

    @property
    def department(self) -> str | None:
        """The department whose key this is, or whose people this is one of, or None."""
        kind, _, name = self.role.partition(":")
        return name if kind in _OF_A_DEPARTMENT else None


#: A process at the unix socket whose user is not known yet.
LOCAL_CALLER: Final = Caller(id="local", name="local", role=LOCAL)
