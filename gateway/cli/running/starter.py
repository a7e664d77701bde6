"""``gateway init``: a configuration folder to start from."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer

import gateway
from gateway.cli.running import texts
from gateway.cli.terminal import texts as shared
from gateway.cli.terminal.exits import Exit, Failed


def starter_folder() -> Path:
    """Give the configuration that comes with the gateway: inside the wheel, or beside the package in a source tree."""
    package = Path(gateway.__file__).parent
    packed = package / "starter"
    return packed if packed.is_dir() else package.parent / "config"


def init(folder: Annotated[Path, typer.Argument(help=texts.NEW_FOLDER_HELP, metavar="DIR")]) -> None:
    """Make a configuration folder to start from: five departments as sandboxes, six services."""
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise Failed(Exit.NO, texts.not_empty(folder))
        shutil.copytree(starter_folder(), folder, dirs_exist_ok=True)
    except OSError as error:
        raise Failed(Exit.UNREACHABLE, shared.unwritable(folder, error.strerror)) from error
    typer.echo(texts.folder_ready(folder))
