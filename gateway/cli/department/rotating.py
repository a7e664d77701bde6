"""``gateway department rotate-secret``: a new secret in place, the old one taken until it is ended."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.department import texts
from gateway.cli.department.made import Name
from gateway.cli.department.made import make as made_of
from gateway.cli.terminal.exits import Exit, Failed
from gateway.installation.secrets import Secrets, new_secret
from gateway.installation.settings import load_settings


def rotate_secret(
    name: Name,
    secret: Annotated[str, typer.Argument(help=texts.ROTATED_HELP, metavar="SECRET")],
    file: Annotated[Path | None, typer.Argument(help=texts.ROTATED_FILE_HELP, metavar="[FILE]")] = None,
    *,
    make: Annotated[bool, typer.Option("--make", help=texts.MAKE_HELP)] = False,
    end: Annotated[bool, typer.Option("--end", help=texts.END_HELP)] = False,
) -> None:
    """Put a new secret of a department in place. Callbacks by the one before are taken until --end.

    Raises Failed for a wrong request, ConfigError when the folder cannot be written.
    """
    if (file is not None) + make + end != 1:
        raise Failed(Exit.USAGE, texts.ONE_OF_THREE)
    settings = load_settings()
    adapter = made_of(settings, name).department
    known = adapter.secret_names
    if secret not in known:
        raise Failed(Exit.NO, texts.no_secret(name, secret, ", ".join(known)))
    secrets = Secrets(settings.secrets_folder)
    if end:
        if not secrets.end_previous(name, secret):
            raise Failed(Exit.NO, texts.no_secret_before(secret))
        typer.echo(texts.SECRET_REMOVED, err=True)
        return
    value = new_secret().decode() if make else _read(file)
    secrets.rotate(name, secret, value, keep=adapter.calls_back)
    if make:
        typer.echo(value)
    after = texts.change_over(f"gateway department rotate-secret {name} {secret} --end")
    typer.echo(after if adapter.calls_back else texts.SECRET_IN_PLACE, err=True)


def _read(file: Path | None) -> str:
    try:
        text = sys.stdin.read() if str(file) == "-" else Path(str(file)).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Failed(Exit.USAGE, texts.unreadable_secret(file, type(error).__name__)) from error
    if not text.strip():
        raise Failed(Exit.USAGE, texts.empty_secret(file))
    return text.strip()
