"""``gateway key``: make, list and revoke API keys."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import orjson
import typer

from gateway.cli.applications import JsonOption
from gateway.cli.output import console, print_json, table, time_word
from gateway.cli.words import say

app = typer.Typer(no_args_is_help=True, help="API keys · 访问密钥")


@app.command()
def create(
    role: Annotated[str, typer.Argument(help="front-end, operator, auditor or department:<name> · 角色", metavar="ROLE")],
    *,
    name: Annotated[str | None, typer.Option(help="Whose it is, as others will read it · 名称")] = None,
    as_json: JsonOption = False,
) -> None:
    """Make a key and print it, alone, once: it cannot be seen again · 新建密钥."""
    made = asyncio.run(_call("POST", "/v1/keys", {"role": role, "name": name or role}))
    if as_json:
        print_json(made)
    else:
        typer.echo(made["key"])


@app.command("list")
def list_keys(*, as_json: JsonOption = False) -> None:
    """List keys, without the keys · 列出密钥."""
    found = asyncio.run(_call("GET", "/v1/keys"))["items"]
    if as_json:
        print_json(found)
        return
    columns = ["id", say("角色", "role"), say("名称", "name"), say("创建", "created"), say("作废", "revoked")]
    rows = [(k["id"], k["role"], k["name"], time_word(k["created_at"]), time_word(k["revoked_at"])) for k in found]
    console().print(table(columns, rows))


@app.command()
def revoke(key: Annotated[str, typer.Argument(help="The key's id, from `gateway key list` · 密钥标识", metavar="ID")]) -> None:
    """Revoke a key, at once · 作废密钥."""
    asyncio.run(_call("DELETE", f"/v1/keys/{key}"))


async def _call(method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    from gateway.cli.place import with_gateway  # noqa: PLC0415  # loads the gateway, which `--help` need not

    async with with_gateway() as client:
        return await client.call(method, path, body=None if body is None else orjson.dumps(body))
