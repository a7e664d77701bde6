"""Names of this machine's users, as the audit and the log have them.

The user that a process runs as comes from the kernel and cannot be claimed. The user for whom sudo ran it is that process's own word. Only
somebody who may do everything here anyway can give it, so it stands beside the other name and never in its place.
"""

from __future__ import annotations

import os
import pwd
import re
from functools import lru_cache

#: The variable in which sudo names its caller to whatever it runs.
SUDO_USER = "SUDO_USER"
#: The header in which a command passes that name to the gateway, which believes it over the unix socket alone.
SUDO_FOR = "Gateway-Sudo-User"

_ACTOR = "operator:"
#: A name that may stand in the audit and the log as it is: no control character, and no number that could be a person's.
_NAME = re.compile(r"(?!.*\d{11})[A-Za-z0-9_][A-Za-z0-9_.@\\-]{0,39}\$?")


@lru_cache(maxsize=1000)
def user_name(uid: int) -> str:
    """Give the name of a user, or ``uid-1000`` when it has none that may stand in a log. This may ask a directory service."""
    try:
        name = pwd.getpwuid(uid).pw_name
    except KeyError:
        name = ""
    return name if _NAME.fullmatch(name) else f"uid-{uid}"


def actor(uid: int, sudo_user: str | None = None) -> str:
    """Name who acts, as the audit does: ``operator:gateway``, or ``operator:root(sudo:alice)`` where sudo says for whom."""
    name = user_name(uid)
    if sudo_user is None or sudo_user == name or not _NAME.fullmatch(sudo_user):
        return f"{_ACTOR}{name}"
    return f"{_ACTOR}{name}(sudo:{sudo_user})"


def own_actor() -> str:
    """Name who runs this process, as :func:`actor` does."""
    return actor(os.geteuid(), os.environ.get(SUDO_USER))
