"""``gateway key``: make, list, rotate and revoke API keys."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Annotated

import orjson
import typer

from gateway.cli.cases.applications import JsonOption
from gateway.cli.terminal.exits import Exit, Failed
from gateway.cli.terminal.output import Json, console, print_json, table, time_word
from gateway.cli.terminal.words import say

app = typer.Typer(no_args_is_help=True, help="API keys · 访问密钥")

Expires = Annotated[
    str | None,
    typer.Option(help="When it ends: 90d, 12h, 2027-01-01 (from then on, Beijing time) or RFC 3339 · 到期时间", metavar="WHEN"),
]

_CHINA = timezone(timedelta(hours=8))
_SPAN = re.compile(r"([1-9][0-9]{0,4})([dh])")


@app.command()
def create(
    role: Annotated[str, typer.Argument(help="front-end, operator, auditor or department:<name> · 角色", metavar="ROLE")],
    *,
    name: Annotated[str | None, typer.Option(help="Whose it is, as others will read it · 名称")] = None,
    expires: Expires = None,
    as_json: JsonOption = False,
) -> None:
    """Make a key and print it, alone, once: it cannot be seen again · 新建密钥."""
    _tell(asyncio.run(_call("POST", "/v1/keys", {"role": role, "name": name or role, **_ends(expires)})), as_json=as_json)


@app.command()
def rotate(
    key: Annotated[str, typer.Argument(help="The old key's id, from `gateway key list` · 旧密钥标识", metavar="ID")],
    *,
    overlap: Annotated[str, typer.Option(help="How long both work: 7d, 12h, 0h · 新旧并用多久", metavar="SPAN")] = "7d",
    expires: Expires = None,
    as_json: JsonOption = False,
) -> None:
    """Make the key that takes a key's place and print it, alone, once; both work for a while · 更换密钥.

    It is the same caller: what the old key filed stays its own. `gateway key revoke ID` ends the old one before.
    """
    wanted = {"overlap_seconds": int(_span(overlap).total_seconds()), **_ends(expires)}
    _tell(asyncio.run(_call("POST", f"/v1/keys/{key}/successor", wanted)), as_json=as_json)


@app.command("list")
def list_keys(*, as_json: JsonOption = False) -> None:
    """List keys, without the keys · 列出密钥."""
    found = asyncio.run(_call("GET", "/v1/keys"))["items"]
    if as_json:
        print_json(found)
        return
    columns = ["id", say("角色", "role"), say("名称", "name"), say("创建", "created"), say("最近使用", "last used"), say("到期", "expires")]
    rows = [
        (k["id"], k["role"], k["name"], time_word(k["created_at"]), time_word(k["last_used_at"])[:16], _end(k), time_word(k["revoked_at"]))
        for k in found
    ]
    console().print(table([*columns, say("作废", "revoked")], rows))


@app.command()
def revoke(key: Annotated[str, typer.Argument(help="The key's id, from `gateway key list` · 密钥标识", metavar="ID")]) -> None:
    """Revoke a key, at once · 作废密钥."""
    asyncio.run(_call("DELETE", f"/v1/keys/{key}"))


def _tell(made: Json, *, as_json: bool) -> None:
    if as_json:
        print_json(made)
    else:
        typer.echo(made["key"])


def _end(key: Json) -> str:
    """Give a key's end, with the days left where it is near."""
    if key["expires_at"] is None:
        return ""
    left = datetime.fromisoformat(key["expires_at"]) - datetime.now(UTC)
    if left <= timedelta(0):
        return time_word(key["expires_at"]) + say("（已到期）", " (over)")
    if left < timedelta(days=1):
        return time_word(key["expires_at"]) + say("（不足一天）", " (less than a day left)")
    soon = say(f"（还有 {left.days} 天）", f" ({left.days} days left)") if left <= timedelta(days=30) else ""
    return time_word(key["expires_at"]) + soon


def _ends(text: str | None) -> dict[str, str]:
    """Give the request's ``expires_at``, where an end is wanted."""
    if text is None:
        return {}
    if _SPAN.fullmatch(text):
        return {"expires_at": (datetime.now(UTC) + _span(text)).isoformat(timespec="seconds")}
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise _unreadable(text) from None
    return {"expires_at": (moment if moment.tzinfo else moment.replace(tzinfo=_CHINA)).isoformat(timespec="seconds")}


def _span(text: str) -> timedelta:
    found = _SPAN.fullmatch(text)
    if text in ("0", "0d", "0h"):
        return timedelta(0)
    if found is None:
        raise _unreadable(text)
    return timedelta(days=int(found[1])) if found[2] == "d" else timedelta(hours=int(found[1]))


def _unreadable(text: str) -> Failed:
    zh = f"{text}：看不懂这个时间；写作 90d、12h、2027-01-01 或 2027-01-01T09:00:00+08:00"
    return Failed(Exit.USAGE, zh, f"{text} is no time: write 90d, 12h, 2027-01-01 or 2027-01-01T09:00:00+08:00")


async def _call(method: str, path: str, body: Json | None = None) -> Json:
    from gateway.cli.terminal.place import with_gateway

    async with with_gateway() as client:
        return await client.call(method, path, body=None if body is None else orjson.dumps(body))
