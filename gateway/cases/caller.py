"""Who asks: the holder of an API key, or whoever reaches the unix socket."""

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
    """One caller. ``role`` is ``front-end``, ``department:<name>``, ``operator``, ``auditor`` or ``local``.

    ``local`` comes through the unix socket in the data folder, which its owner alone can open: it may do everything, and ``user`` is who
    that is, as the audit names them. Nobody who brings a key can name one.
    """

    id: str
    name: str
    role: str
    user: str | None = None

    @property
    def actor(self) -> str:
        """Who acts, for the audit and the log: the key by its id, or the user of this machine."""
        return self.user or f"caller:{self.id}"

    @property
    def kind(self) -> str:
        """The role without a department's name: what permissions are given to."""
        return self.role.partition(":")[0]

    @property
    def department(self) -> str | None:
        """The department whose key this is, or none."""
        kind, _, name = self.role.partition(":")
        return name if kind == DEPARTMENT else None


#: Whoever reaches the unix socket, as long as it is not known who that is.
LOCAL_CALLER: Final = Caller(id="local", name="local", role=LOCAL)
