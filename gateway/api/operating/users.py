"""Accounts of people and their sessions, over the unix socket alone, as keys: pages change them in the administrator's name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from gateway.api.http import requests
from gateway.api.http.bodies import read
from gateway.api.http.route import Answer, Route, path_id
from gateway.api.shapes import draft_models, user_models
from gateway.api.shapes.answers import json_answer
from gateway.cases.rights import Act
from gateway.people import one_time_codes

if TYPE_CHECKING:
    from gateway.api.http.route import Asked
    from gateway.people.accounts import Told


async def create(asked: Asked) -> web.Response:
    """Make an account."""
    wanted = await read(asked, requests.WantedUser)
    told = await asked.parts.people.accounts.create(wanted.login, wanted.name, wanted.role, group=wanted.group, actor=asked.caller.actor)
    return _told(asked, told, 201)


async def several(asked: Asked) -> web.Response:
    """Every account."""
    return json_answer({"items": [user_models.user(one) for one in await asked.parts.people.accounts.all()]})


async def change(asked: Asked) -> web.Response:
    """Give an account another role, group or name."""
    wanted = await read(asked, requests.WantedRole)
    told = await asked.parts.people.accounts.change(
        asked.path["id"], wanted.role, group=wanted.group, name=wanted.name, actor=asked.caller.actor
    )
    return _told(asked, told)


async def set_password(asked: Asked) -> web.Response:
    """Make another password."""
    return _told(asked, await asked.parts.people.accounts.set_password(asked.path["id"], actor=asked.caller.actor))


async def set_code(asked: Asked) -> web.Response:
    """Make another secret of one-time codes, or take it away."""
    wanted = await read(asked, requests.WantedCode)
    return _told(asked, await asked.parts.people.accounts.set_code(asked.path["id"], wanted=wanted.wanted, actor=asked.caller.actor))


async def current_code(asked: Asked) -> web.Response:
    """Tell the code of this moment, in a sandbox."""
    return json_answer({"code": await asked.parts.people.accounts.current_code(asked.path["id"])})


async def disable(asked: Asked) -> web.Response:
    """Let nobody sign in with an account."""
    return json_answer(user_models.user(await asked.parts.people.accounts.disable(asked.path["id"], actor=asked.caller.actor)))


async def enable(asked: Asked) -> web.Response:
    """Let its person sign in again."""
    return json_answer(user_models.user(await asked.parts.people.accounts.enable(asked.path["id"], actor=asked.caller.actor)))


async def sessions(asked: Asked) -> web.Response:
    """The sessions of an account."""
    account = await asked.parts.people.accounts.one(asked.path["id"])
    return json_answer({"items": [user_models.session(one) for one in await asked.parts.people.sessions.of(account.id)]})


async def end_session(asked: Asked) -> web.Response:
    """End a session."""
    await asked.parts.people.sessions.end(asked.path["id"], actor=asked.caller.actor)
    return web.Response(status=204)


async def drafts(asked: Asked) -> web.Response:
    """The open drafts of an account."""
    account = await asked.parts.people.accounts.one(asked.path["id"])
    return json_answer({"items": [draft_models.draft(one) for one in await asked.parts.drafts.of_account(account.id)]})


async def hand_over(asked: Asked) -> web.Response:
    """Give an account's open drafts to another clerk."""
    wanted = await read(asked, requests.WantedHandOver)
    account = await asked.parts.people.accounts.one(asked.path["id"])
    return json_answer({"drafts": await asked.parts.drafts.hand_over_all(account.id, wanted.to, actor=asked.caller.actor)})


def _told(asked: Asked, told: Told, status: int = 200) -> web.Response:
    account, secret = told.account, told.secret
    centre = asked.parts.centre.name.zh
    answer: user_models.ToldUser = {
        **user_models.user(account),
        "password": told.password,
        "secret": None if secret is None else one_time_codes.written(secret),
        "address": None if secret is None else one_time_codes.address(secret, account.login, centre),
    }
    return json_answer(answer, status)


_LOCAL = "Over the unix socket alone."
_TOLD = (Answer(status=200, description="As it is now.", model=user_models.ToldUser),)
_SHOWN = (Answer(status=200, description="As it is now.", model=user_models.User),)
_USER = (path_id("id", "account"),)

ROUTES = (
    Route(
        method="POST",
        path="/v1/users",
        handler=create,
        id="createUser",
        tag="users",
        summary="Make an account",
        description="Over the unix socket alone. The password, and the secret of an operator's or auditor's codes, are told this once.",
        act=Act.ACCOUNTS,
        body=requests.WantedUser,
        body_examples={"A clerk": {"login": "li.wei", "name": "李伟", "role": "clerk", "group": "hall"}},
        answers=(Answer(status=201, description="Made.", model=user_models.ToldUser),),
        refusals=(400, 409, 422, 503),
    ),
    Route(
        method="GET",
        path="/v1/users",
        handler=several,
        id="listUsers",
        tag="users",
        summary="Accounts",
        description=_LOCAL,
        act=Act.ACCOUNTS,
        answers=(Answer(status=200, description="Every account, by login.", model=user_models.UsersShape),),
        refusals=(400,),
    ),
    Route(
        method="POST",
        path="/v1/users/{id}/role",
        handler=change,
        id="changeUser",
        tag="users",
        summary="Give an account another role, group or name",
        description="Over the unix socket alone. Another role or group ends its sessions.",
        act=Act.ACCOUNTS,
        parameters=_USER,
        body=requests.WantedRole,
        body_examples={"The centre's supervisor": {"role": "supervisor"}},
        answers=_TOLD,
        refusals=(400, 404, 409, 422, 503),
    ),
    Route(
        method="POST",
        path="/v1/users/{id}/password",
        handler=set_password,
        id="setUserPassword",
        tag="users",
        summary="Make another password",
        description="Over the unix socket alone. It is told this once, and ends the account's sessions.",
        act=Act.ACCOUNTS,
        parameters=_USER,
        answers=_TOLD,
        refusals=(404, 409, 503),
    ),
    Route(
        method="POST",
        path="/v1/users/{id}/code",
        handler=set_code,
        id="setUserCode",
        tag="users",
        summary="Make another secret of one-time codes, or take it away",
        description="Over the unix socket alone. It is told this once, and ends the account's sessions.",
        act=Act.ACCOUNTS,
        parameters=_USER,
        body=requests.WantedCode,
        body_examples={"Another secret": {"wanted": True}},
        answers=_TOLD,
        refusals=(400, 404, 409, 422, 503),
    ),
    Route(
        method="GET",
        path="/v1/users/{id}/code",
        handler=current_code,
        id="userCode",
        tag="users",
        summary="The one-time code of this moment",
        description="Over the unix socket alone, and in sandboxes alone.",
        act=Act.ACCOUNTS,
        parameters=_USER,
        answers=(Answer(status=200, description="The code.", model=user_models.OneTimeCode),),
        refusals=(404, 409),
    ),
    Route(
        method="POST",
        path="/v1/users/{id}/disable",
        handler=disable,
        id="disableUser",
        tag="users",
        summary="Let nobody sign in with an account",
        description="Over the unix socket alone. Its sessions end.",
        act=Act.ACCOUNTS,
        parameters=_USER,
        answers=_SHOWN,
        refusals=(404, 409, 503),
    ),
    Route(
        method="POST",
        path="/v1/users/{id}/enable",
        handler=enable,
        id="enableUser",
        tag="users",
        summary="Let a disabled account's person sign in again",
        description=_LOCAL,
        act=Act.ACCOUNTS,
        parameters=_USER,
        answers=_SHOWN,
        refusals=(404, 409, 503),
    ),
    Route(
        method="GET",
        path="/v1/users/{id}/sessions",
        handler=sessions,
        id="listUserSessions",
        tag="users",
        summary="The sessions of an account",
        description=_LOCAL,
        act=Act.ACCOUNTS,
        parameters=_USER,
        answers=(Answer(status=200, description="Those that last, newest first.", model=user_models.UserSessionsShape),),
        refusals=(404,),
    ),
    Route(
        method="GET",
        path="/v1/users/{id}/drafts",
        handler=drafts,
        id="listUserDrafts",
        tag="users",
        summary="The open drafts of an account",
        description="Over the unix socket alone. Nothing that was typed is told.",
        act=Act.HAND_OVER_DRAFTS,
        parameters=_USER,
        answers=(
            Answer(status=200, description="Those that are neither filed nor expired, newest first.", model=draft_models.DraftsShape),
        ),
        refusals=(404,),
    ),
    Route(
        method="POST",
        path="/v1/users/{id}/drafts/hand-over",
        handler=hand_over,
        id="handOverDrafts",
        tag="users",
        summary="Give an account's open drafts to another clerk",
        description=(
            "Over the unix socket alone. Those are given that are of that clerk's group; an account that is disabled has its drafts still."
        ),
        act=Act.HAND_OVER_DRAFTS,
        parameters=_USER,
        body=requests.WantedHandOver,
        body_examples={"To a colleague": {"to": "wang.fang"}},
        answers=(Answer(status=200, description="How many were given.", model=draft_models.HandedOver),),
        refusals=(400, 404, 422, 503),
    ),
    Route(
        method="DELETE",
        path="/v1/sessions/{id}",
        handler=end_session,
        id="endSession",
        tag="users",
        summary="End a session, on every node within a second",
        description=_LOCAL,
        act=Act.ACCOUNTS,
        parameters=(path_id("id", "session"),),
        answers=(Answer(status=204, description="Ended.", media=()),),
        refusals=(404, 503),
    ),
)
