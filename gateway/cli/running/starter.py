"""``gateway init``: a configuration folder to start from."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer

import gateway
from gateway.cli.terminal.exits import Exit, Failed
from gateway.cli.terminal.words import say


def starter_folder() -> Path:
    """Give the configuration that comes with the gateway: inside the wheel, or beside the package in a source tree."""
    package = Path(gateway.__file__).parent
    packed = package / "starter"
    return packed if packed.is_dir() else package.parent / "config"


def init(folder: Annotated[Path, typer.Argument(help="Made when there is none; must be empty · 新目录", metavar="DIR")]) -> None:
    """Make a configuration folder to start from: five departments as sandboxes, six services · 生成起步配置."""
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise Failed(Exit.NO, f"{folder} 不是空目录，未做任何改动", f"{folder} is not an empty folder: nothing was changed")
        shutil.copytree(starter_folder(), folder, dirs_exist_ok=True)
    except OSError as error:
        raise Failed(Exit.UNREACHABLE, f"无法写入 {folder}:{error.strerror}", f"{folder} cannot be written: {error.strerror}") from error
    typer.echo(
        say(
            f"{folder} 已就绪。下一步：GATEWAY_CONFIG={folder} gateway check，然后 gateway serve --sandbox",
            f"{folder} is ready. Next: GATEWAY_CONFIG={folder} gateway check, then gateway serve --sandbox",
        )
    )
