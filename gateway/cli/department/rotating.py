"""The rotation of a department's secret in the secrets folder: the new one in place, the old one taken until it is ended."""

from __future__ import annotations

import sys
from pathlib import Path

import typer

from gateway.cli.terminal.exits import Exit, Failed
from gateway.cli.terminal.words import say


def rotate(department: str, name: str, file: Path | None, *, make: bool, end: bool) -> None:
    """Rotate a secret, or end the overlap. Raises Failed for a wrong request, ConfigError when the folder cannot be written."""
    from gateway.cli.department.made import make as made_of
    from gateway.installation.secrets import Secrets, new_secret
    from gateway.installation.settings import load_settings

    if (file is not None) + make + end != 1:
        zh, en = "三者取一：新密钥文件、--make、--end", "one of these: a FILE with the new secret, --make, --end"
        raise Failed(Exit.USAGE, zh, en)
    settings = load_settings()
    adapter = made_of(settings, department).department
    known = adapter.secret_names
    if name not in known:
        raise Failed(
            Exit.NO, f"{department} 没有密钥 {name}；有：{', '.join(known)}", f"{department} has no secret {name}: {', '.join(known)}"
        )
    secrets = Secrets(settings.secrets_folder)
    if end:
        if not secrets.end_previous(department, name):
            raise Failed(Exit.NO, f"{name} 没有仍在接受的旧密钥", f"no secret before {name} is taken")
        _next("旧密钥已移除；请执行 gateway reload（每个节点）", "the one before is gone; now: gateway reload, on each node")
        return
    value = new_secret().decode() if make else _read(file)
    secrets.rotate(department, name, value, keep=adapter.calls_back)
    if make:
        typer.echo(value)
    if not adapter.calls_back:
        zh = "新密钥已就位（对方须已能接受它）；请执行 gateway reload（每个节点）"
        _next(zh, "the new one is in place, and they have to take it by now; on each node: gateway reload")
        return
    after = f"gateway department rotate-secret {department} {name} --end"
    zh = f"新密钥已就位，旧密钥仍可用于验证回调；请执行 gateway reload（每个节点），对方改用新密钥后：{after}"
    en = f"the new one is in place, callbacks by the one before are taken; on each node: gateway reload; once they changed over: {after}"
    _next(zh, en)


def _read(file: Path | None) -> str:
    try:
        text = sys.stdin.read() if str(file) == "-" else Path(str(file)).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Failed(Exit.USAGE, f"{file}：无法读取", f"{file}: cannot be read ({type(error).__name__})") from error
    if not text.strip():
        raise Failed(Exit.USAGE, f"{file}：是空的", f"{file}: is empty")
    return text.strip()


def _next(zh: str, en: str) -> None:
    typer.echo(say(zh, en), err=True)
