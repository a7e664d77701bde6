"""Accounts: the administrator lists and makes them, and changes and ends one and its sessions, all in the administrator's own name.

One's own account is only shown: so whoever administers cannot shut everybody out by mistake, since somebody is left who administers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gateway.api.http.route import path_id
from gateway.cases.rights import Act
from gateway.people import one_time_codes
from gateway.people.roles import ALONE, OF_A_DEPARTMENT, WITH_CODE
from gateway.texts.refusals import Refused, conflict
from gateway.web.console.accounts import texts
from gateway.web.console.screens import View, action, screen
from gateway.web.qr import qr_code
from gateway.web.texts import role_name
from gateway.web.times import moment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gateway.api.http.route import Asked
    from gateway.journal.store.views import AccountView, SessionView
    from gateway.model.service import Text
    from gateway.people.accounts import Accounts, Told
    from gateway.web.staff.forms import Fields

PATH: Final = "/console/accounts"


async def show_all(asked: Asked) -> View:
    """Every account, and the form of a new one."""
    return await _all(asked)


async def create(asked: Asked, fields: Fields) -> View:
    """Make an account, and tell its password, or say all that is wrong with it."""
    values = _typed(fields, "login", "name", "role", "group")
    login, name, role, group = values.values()
    accounts = _accounts(asked)
    wrong = accounts.wrong(name, role, group or None, login=login)
    if not wrong:
        try:
            return _told(asked, await accounts.create(login, name, role, group=group or None, actor=asked.caller.actor))
        except Refused as refused:
            if refused.status != 409:
                raise
            wrong = {"login": refused.said}
    return await _all(asked, typed=values, wrong=wrong)


async def show_one(asked: Asked) -> View:
    """One account with its sessions."""
    return await _one(asked, await _accounts(asked).one(asked.path["id"]))


async def change(asked: Asked, fields: Fields) -> str | View:
    """Give it another name, role or group. A role that signs in with codes brings a secret, which is told."""
    account, accounts = await _other(asked), _accounts(asked)
    values = _typed(fields, "name", "role", "group")
    name, role, group = values.values()
    if wrong := accounts.wrong(name, role, group or None):
        return await _one(asked, account, typed=values, wrong=wrong)
    told = await accounts.change(account.id, role, name=name, group=group or None, actor=asked.caller.actor)
    return _path(account, "changed") if told.secret is None else _told(asked, told)


async def set_password(asked: Asked, _fields: Fields) -> View:
    """Make another password, and tell it."""
    account = await _other(asked)
    return _told(asked, await _accounts(asked).set_password(account.id, actor=asked.caller.actor), again=True)


async def set_code(asked: Asked, fields: Fields) -> str | View:
    """Make another secret of one-time codes and tell it, or take it away."""
    account, wanted = await _other(asked), fields.get("wanted") != "no"
    told = await _accounts(asked).set_code(account.id, wanted=wanted, actor=asked.caller.actor)
    return _told(asked, told, again=True) if wanted else _path(account, "no-code")


async def disable(asked: Asked, _fields: Fields) -> str:
    """Let nobody sign in with it."""
    account = await _other(asked)
    return _path(await _accounts(asked).disable(account.id, actor=asked.caller.actor), "disabled")


async def enable(asked: Asked, _fields: Fields) -> str:
    """Let its person sign in again."""
    account = await _other(asked)
    return _path(await _accounts(asked).enable(account.id, actor=asked.caller.actor), "enabled")


async def end_session(asked: Asked, _fields: Fields) -> str:
    """End one of its sessions."""
    account = await _other(asked)
    await asked.parts.people.sessions.end(asked.path["session"], account_id=account.id, actor=asked.caller.actor)
    return _path(account, "ended")


def _accounts(asked: Asked) -> Accounts:
    return asked.parts.people.accounts


async def _other(asked: Asked) -> AccountView:
    """Give the account of the path. Raises Refused (404), 409 for one's own."""
    if asked.path["id"] == asked.caller.id:
        raise conflict(texts.OWN_ACCOUNT)
    return await _accounts(asked).one(asked.path["id"])


def _path(account: AccountView, said: str) -> str:
    return f"{PATH}/{account.id}?said={said}"


def _typed(fields: Fields, *names: str) -> dict[str, str]:
    return {name: fields.get(name, "").strip() for name in names}


async def _all(asked: Asked, *, typed: Mapping[str, str] | None = None, wrong: Mapping[str, Text] | None = None) -> View:
    lines = [_line(asked, one) for one in await _accounts(asked).all()]
    empty = dict.fromkeys(("login", "name", "role", "group"), "")
    values = {"accounts": lines, "roles": _roles(asked), "typed": typed or empty, "wrong": wrong or {}}
    return View(template="accounts/accounts.html", values=values, status=422 if wrong else 200)


async def _one(
    asked: Asked, account: AccountView, *, typed: Mapping[str, str] | None = None, wrong: Mapping[str, Text] | None = None
) -> View:
    held = {"name": account.name, "role": account.role, "group": account.owner_group or ""}
    values = {
        "account": _line(asked, account),
        "sessions": [_session(one) for one in await asked.parts.people.sessions.of(account.id)],
        "roles": _roles(asked),
        "typed": typed or held,
        "wrong": wrong or {},
        "said": texts.DONE.get(asked.request.query.get("said", "")),
    }
    return View(template="accounts/account.html", values=values, status=422 if wrong else 200)


def _told(asked: Asked, told: Told, *, again: bool = False) -> View:
    """Give the page of what can be seen this once. It is the answer to the form, so that no address leads to it again.

    ``again``: a browser that reloads the page sends the form again, which makes another.
    """
    account, secret = told.account, told.secret
    address = None if secret is None else one_time_codes.address(secret, account.login, asked.parts.centre.name.zh)
    values = {
        "account": _line(asked, account),
        "password": told.password,
        "secret": None if secret is None else one_time_codes.written(secret),
        "address": address,
        "qr": None if address is None else qr_code(address),
        "again": again,
    }
    return View(template="accounts/told.html", values=values)


def _line(asked: Asked, account: AccountView) -> dict[str, object]:
    return {
        "id": account.id,
        "login": account.login,
        "name": account.name,
        "role": _role(asked, account.role),
        "group": account.owner_group,
        "has_code": account.totp is not None,
        "may_lack_code": account.role not in WITH_CODE,
        "created": moment(account.created_at),
        "disabled": None if account.disabled_at is None else moment(account.disabled_at),
        "own": account.id == asked.caller.id,
    }


def _session(one: SessionView) -> dict[str, object]:
    return {"id": one.id, "began": moment(one.began_at), "seen": moment(one.seen_at), "ends": moment(one.ends_at)}


def _role(asked: Asked, role: str) -> Text:
    kind, _, name = role.partition(":")
    department = asked.parts.departments.get(name)
    return role_name(kind, None if department is None else department.config.title)


def _roles(asked: Asked) -> list[tuple[Text, list[tuple[str, Text]]]]:
    """Give the roles that there are, under what they are of."""
    departments = [f"{kind}:{name}" for name in asked.parts.departments for kind in OF_A_DEPARTMENT]
    groups = ((texts.OF_THE_CENTRE, ALONE), (texts.OF_DEPARTMENTS, departments))
    return [(title, [(role, _role(asked, role)) for role in roles]) for title, roles in groups]


_ID: Final = (path_id("id", "account"),)
_ACCOUNTS: Final = Act.ACCOUNTS

PAGES: Final = (
    screen(PATH, show_all, act=_ACCOUNTS, named="accountsPage", summary="Accounts"),
    action(PATH, create, act=_ACCOUNTS, named="newAccountForm", summary="A new account"),
    screen(f"{PATH}/{{id}}", show_one, act=_ACCOUNTS, named="oneAccountPage", summary="An account", parameters=_ID),
    action(f"{PATH}/{{id}}", change, act=_ACCOUNTS, named="accountForm", summary="Another name, role or group", parameters=_ID),
    action(f"{PATH}/{{id}}/password", set_password, act=_ACCOUNTS, named="accountPasswordForm", summary="Another password", parameters=_ID),
    action(f"{PATH}/{{id}}/code", set_code, act=_ACCOUNTS, named="accountCodeForm", summary="Another secret of codes", parameters=_ID),
    action(f"{PATH}/{{id}}/disable", disable, act=_ACCOUNTS, named="disableAccountForm", summary="Disable an account", parameters=_ID),
    action(f"{PATH}/{{id}}/enable", enable, act=_ACCOUNTS, named="enableAccountForm", summary="Enable an account", parameters=_ID),
    action(
        f"{PATH}/{{id}}/sessions/{{session}}/end",
        end_session,
        act=_ACCOUNTS,
        named="endAccountSessionForm",
        summary="End a session of an account",
        parameters=(*_ID, path_id("session", "session")),
    ),
)
