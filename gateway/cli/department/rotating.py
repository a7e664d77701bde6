"""The rotation of a department's secret in the secrets folder: the new one in place, the old one taken until it is ended."""

from __future__ import annotations

import sys
from pathlib import Path

import typer

from gateway.cli.department import texts
from gateway.cli.terminal.exits import Exit, Failed


def rotate(department: str, name: str, file: Path | None, *, make: bool, end: bool) -> None:
    """Rotate a secret, or end the overlap. Raises Failed for a wrong request, ConfigError when the folder cannot be written."""
    from gateway.cli.department.made import make as made_of
    from gateway.installation.secrets import Secrets, new_secret
    from gateway.installation.settings import load_settings

    if (file is not None) + make + end != 1:
        raise Failed(Exit.USAGE, texts.ONE_OF_THREE)
    settings = load_settings()
    adapter = made_of(settings, department).department
    known = adapter.secret_names
    if name not in known:
        raise Failed(Exit.NO, texts.no_secret(department, name, ", ".join(known)))
    secrets = Secrets(settings.secrets_folder)
    if end:
        if not secrets.end_previous(department, name):
            raise Failed(Exit.NO, texts.no_secret_before(name))
        typer.echo(texts.SECRET_REMOVED, err=True)
        return
    value = new_secret().decode() if make else _read(file)
    secrets.rotate(department, name, value, keep=adapter.calls_back)
    if make:
        typer.echo(value)
    after = texts.change_over(f"gateway department rotate-secret {department} {name} --end")
    typer.echo(after if adapter.calls_back else texts.SECRET_IN_PLACE, err=True)


def _read(file: Path | None) -> str:
    try:
        text = sys.stdin.read() if str(file) == "-" else Path(str(file)).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Failed(Exit.USAGE, texts.unreadable_secret(file, type(error).__name__)) from error
    if not text.strip():
        raise Failed(Exit.USAGE, texts.empty_secret(file))
    return text.strip()
