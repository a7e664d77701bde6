"""The keys of programs, without the keys: whose they are, when they were last used, when they end."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from gateway.cases.rights import Act
from gateway.installation.tls import now
from gateway.model.code_names import ROLES
from gateway.model.service import Text
from gateway.telemetry.reminders import is_near
from gateway.texts.sentences import joined
from gateway.web.console.configuration import texts
from gateway.web.console.screens import View, screen
from gateway.web.times import moment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gateway.api.http.route import Asked
    from gateway.journal.store.views import KeyView

_COMMANDS: Final = (
    ("gateway key create ROLE --name NAME", texts.TO_MAKE_KEY),
    ("gateway key rotate ID", texts.TO_REPLACE_KEY),
    ("gateway key join ID --group GROUP", texts.TO_JOIN_KEY),
    ("gateway key revoke ID", texts.TO_REVOKE_KEY),
)


async def show(asked: Asked) -> View:
    """Every key, those in force first."""
    found = [_key(asked, one) for one in await asked.parts.insights.keys()]
    found.sort(key=lambda one: one["state"] != "in_force")
    return View(template="configuration/keys.html", values={"keys": found, "commands": _COMMANDS})


def _key(asked: Asked, key: KeyView) -> Mapping[str, object]:
    ends, moment_now = None if key.expires_at is None else datetime.fromtimestamp(key.expires_at / 1_000_000, UTC), now()
    over = ends is not None and ends <= moment_now
    return {
        "id": key.id,
        "name": key.name,
        "role": _role(asked, key.role),
        "group": key.owner_group,
        "made": moment(key.created_at),
        "used": None if key.last_used_at is None else moment(key.last_used_at),
        "ends": None if ends is None else f"{ends:%Y-%m-%d}",
        "near": ends is not None and not over and is_near(ends, moment_now),
        "caller": None if key.caller in (None, key.id) else key.caller,
        "state": "revoked" if key.revoked_at is not None else "over" if over else "in_force",
    }


def _role(asked: Asked, role: str) -> Text:
    kind, _, name = role.partition(":")
    hosted = asked.parts.departments.get(name)
    if hosted is None:
        zh, en = ROLES.get(kind, (role, role))
        return Text(zh=zh, en=en) if not name else Text(zh=role, en=role)
    return joined(texts.OF_DEPARTMENT_KEY, hosted.config.title)


PAGES: Final = (screen("/console/keys", show, act=Act.SEE_KEYS, named="keysPage", summary="The keys, without the keys"),)
