"""``gateway backup``: the journal in one file."""

from __future__ import annotations

import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.operating import texts
from gateway.cli.terminal.exits import Exit, Failed
from gateway.cli.terminal.options import JsonOption
from gateway.cli.terminal.output import console, print_json
from gateway.cli.terminal.words import say
from gateway.installation.settings import load_settings
from gateway.journal.backup.backup import BackedUp, BackupRefused, back_up
from gateway.journal.backup.proof import Backup
from gateway.model.identifiers import CHINA

#: Seconds between two words about how far it is.
_EVERY = 0.2


def backup(
    file: Annotated[Path, typer.Argument(help=texts.BACKUP_FILE_HELP, metavar="FILE")],
    *,
    force: Annotated[bool, typer.Option("--force", help=texts.FORCE_HELP)] = False,
    as_json: JsonOption = False,
) -> None:
    """Back the journal up into one file. The gateway may run or not."""
    settings = load_settings()
    telling = Telling()
    try:
        done = back_up(settings.database_url, file, heads=settings.heads_file, force=force, tell=telling)
    except BackupRefused as error:
        raise failed(error) from error
    finally:
        telling.end()
    if as_json:
        print_json({"file": str(done.file), **described(done, "bytes", "sha256", "journal", "revision")})
        return
    said = texts.backed_up(done.file, sum(done.tables.values()), done.bytes, clock(done.taken_at))
    console().print(said, style="green", markup=False)
    console().print(f"  sha256 {done.sha256}", markup=False)
    console().print(texts.not_in_backup(settings.secrets_folder, settings.config), markup=False)


def described(done: BackedUp | Backup, *names: str) -> dict[str, object]:
    """Give these facts of a backup, and those that are always told, fit for JSON."""
    told = {name: getattr(done, name) for name in names}
    return {**told, "taken_at": _time(done.taken_at), "tables": dict(done.tables), "heads": done.heads}


def failed(error: BackupRefused) -> Failed:
    """Give the end of a command that is refused a backup."""
    return Failed(Exit.UNREACHABLE if error.code in ("unwritable", "unreadable") else Exit.NO, say(error.zh, error.en))


def _time(at: int) -> str:
    return datetime.fromtimestamp(at / 1_000_000, CHINA).isoformat()


def clock(at: int) -> str:
    """Write a time of the journal (microseconds) for people, to the second."""
    return _time(at)[:19].replace("T", " ")


class Telling:
    """The progress, on one line of a terminal's stderr. Elsewhere it is silent, since nobody reads a timer's mail."""

    def __init__(self) -> None:
        self._shown = 0.0
        self._on = sys.stderr.isatty()

    def __call__(self, what: str, count: int) -> None:
        """Show it, a few times a second."""
        if self._on and time.monotonic() - self._shown > _EVERY:
            self._shown = time.monotonic()
            sys.stderr.write(f"\r\x1b[K{what} {count:,}")
            sys.stderr.flush()

    def end(self) -> None:
        """Leave the line as it was found."""
        if self._on and self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
