"""``gateway secrets``: the installation's own key of commitments."""

from __future__ import annotations

import asyncio

import typer

from gateway.cli.cases.applications import JsonOption
from gateway.cli.terminal.exits import Exit
from gateway.cli.terminal.output import Json, print_json
from gateway.cli.terminal.words import say

app = typer.Typer(no_args_is_help=True, help="The installation's own secrets · 本机构的密钥")


@app.callback()
def group() -> None:
    """A group, though it has one command yet."""


@app.command("rotate-hmac-key")
def rotate_hmac_key(*, as_json: JsonOption = False) -> None:
    """Let a new key make commitments, indexes, digests and MACs; what the one before made is found as before · 更换 hmac.key.

    With several nodes: copy the new file to each and `gateway reload` there, then run it again. Exits 0 when the new key makes.
    """
    done = asyncio.run(_call())
    if as_json:
        print_json(done)
    elif done["rotated"]:
        zh = f"新密钥已启用：{done['file']}；重新签过 {done['keys']} 把访问密钥。请备份密钥目录，旧密钥文件须保留"
        en = f"the new key makes from here on: {done['file']}; API keys with a new MAC: {done['keys']}. Back it up; keep the old file"
        typer.echo(say(zh, en))
    else:
        nodes = ", ".join(done["lacking"])
        zh = f"尚未更换：节点 {nodes} 还没有新密钥。请把 {done['file']} 复制到它们的密钥目录，在那里执行 gateway reload，然后再次执行本命令"
        en = (
            f"nothing has changed yet: nodes {nodes} lack the new key. Copy {done['file']} into their secrets folders, `gateway reload` "
            "there, then run this again"
        )
        typer.echo(say(zh, en))
    raise typer.Exit(Exit.OK if done["rotated"] else Exit.NO)


async def _call() -> Json:
    from gateway.cli.terminal.place import with_gateway

    async with with_gateway() as client:
        return await client.call("POST", "/v1/secrets/hmac-key")
