"""Names of this machine's users, as the audit and the log have them.

Who a process runs as comes from the kernel, and cannot be claimed. Whom sudo ran it for is that process's word: only somebody who may do
everything here anyway can give it, so it stands beside the other name and never in its place.
"""

from __future__ import annotations

import os
import pwd
import re
from functools import lru_cache

#: What sudo leaves in the environment of what it runs.
SUDO_USER = "SUDO_USER"
#: The header in which a command says that to the gateway. Over anything but the unix socket it says nothing.
SUDO_FOR = "Gateway-Sudo-User"

_ACTOR = "operator:"
#: What stands in the audit and the log as it is: no control character, and no number that could be a person's.
_NAME = re.compile(r"(?!.*\d{11})[A-Za-z0-9_][A-Za-z0-9_.@\\-]{0,39}\$?")


@lru_cache(maxsize=1000)
def user_name(uid: int) -> str:
    """Give the name of a user, or ``uid-1000`` where there is none, or none that may stand in a log. It may ask a directory service."""
    try:
        name = pwd.getpwuid(uid).pw_name
    except KeyError:
        name = ""
    return name if _NAME.fullmatch(name) else f"uid-{uid}"


def actor(uid: int, sudo_user: str | None = None) -> str:
    """Give who acts as the audit names it: ``operator:gateway``, and ``operator:root(sudo:alice)`` where sudo says for whom."""
    name = user_name(uid)
    if sudo_user is None or sudo_user == name or not _NAME.fullmatch(sudo_user):
        return f"{_ACTOR}{name}"
    return f"{_ACTOR}{name}(sudo:{sudo_user})"


def own_actor() -> str:
    """Give who runs this process."""
    return actor(os.geteuid(), os.environ.get(SUDO_USER))
