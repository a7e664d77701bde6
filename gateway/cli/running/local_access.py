"""Sign-ins and keys that `serve --sandbox` prints for whoever sits at this machine: kept in the secrets folder (0600), made once."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson

from gateway.installation.secrets import Secrets, read_secret
from gateway.model import JsonObject, JsonView
from gateway.model.os_user import own_actor
from gateway.people.roles import ALONE, OF_A_DEPARTMENT

if TYPE_CHECKING:
    from pathlib import Path

    from gateway.assembly.app import Gateway
    from gateway.installation.settings import Settings
    from gateway.people.accounts import Accounts

_GROUP = "hall"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInLine:
    """A sign-in for one role."""

    role: str
    login: str
    password: str
    has_code: bool


def kept(file: Path) -> JsonObject:
    """Read what was kept, nothing where the file is missing or cannot be read as JSON."""
    try:
        return dict(orjson.loads(read_secret(file) or b"{}"))
    except (orjson.JSONDecodeError, ValueError):
        return {}


def keep(file: Path, content: JsonView) -> None:
    """Keep it in place of what was there, whole or not at all."""
    draft = file.with_suffix(".new")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_bytes(orjson.dumps(content))
    draft.replace(file)


async def sign_ins(settings: Settings, gateway: Gateway) -> list[SignInLine]:
    """Give a sign-in for each role, made where there is none. An account that somebody has changed or disabled since is left alone."""
    accounts, file = gateway.parts.people.accounts, Secrets(settings.secrets_folder).local_sign_ins()
    accounts.tells_codes = True
    department = next(iter(sorted(gateway.parts.departments)), None)
    roles = [*ALONE, *(f"{kind}:{department}" for kind in OF_A_DEPARTMENT if department is not None)]
    before, there = kept(file), {one.login: one for one in await accounts.all()}
    missing = [role for role in roles if _login(role) not in there]
    made = dict(await asyncio.gather(*(_made(accounts, role) for role in missing)))
    if made:
        keep(file, before := {**before, **made})
        there = {one.login: one for one in await accounts.all()}
    return [
        SignInLine(role=role, login=login, password=before[login]["password"], has_code=account.totp is not None)
        for role in roles
        if (account := there.get(login := _login(role))) is not None
        and account.disabled_at is None
        and before.get(login, {}).get("id") == account.id
        and before[login].get("changed_at") == account.changed_at
    ]


async def _made(accounts: Accounts, role: str) -> tuple[str, JsonObject]:
    login = _login(role)
    told = await accounts.create(login, login, role, group=_GROUP if role == "clerk" else None, actor=own_actor())
    return login, {"id": told.account.id, "password": told.password, "changed_at": told.account.changed_at}


def _login(role: str) -> str:
    return role.partition(":")[0]
