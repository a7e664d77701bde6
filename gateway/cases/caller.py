"""Callers of the gateway: holders of an API key, and processes that reach the unix socket."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

FRONT_END: Final = "front-end"
OPERATOR: Final = "operator"
AUDITOR: Final = "auditor"
LOCAL: Final = "local"
DEPARTMENT: Final = "department"  # the first part of ``department:<name>``


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """One caller, whose ``role`` is ``front-end``, ``department:<name>``, ``operator``, ``auditor`` or ``local``.

    ``local`` comes through the unix socket in the data folder, which only the folder's owner can open. It may do everything, and ``user``
    is the name that the audit records for it. A caller with a key has no ``user``.
    """

    id: str
    name: str
    role: str
    user: str | None = None
    group: str | None = None

    @property
    def actor(self) -> str:
        """The actor named in audit and log: the key by its id, or the user of this machine."""
        return self.user or f"caller:{self.id}"

    @property
    def kind(self) -> str:
        """The role without a department's name, which is what permissions are given to."""
        return self.role.partition(":")[0]

    @property
    def department(self) -> str | None:
        """The department whose key this is, or None."""
        kind, _, name = self.role.partition(":")
        return name if kind == DEPARTMENT else None


#: A process at the unix socket whose user is not known yet.
LOCAL_CALLER: Final = Caller(id="local", name="local", role=LOCAL)
