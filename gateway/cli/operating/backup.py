"""``gateway backup`` and ``gateway restore``: the journal in one file, and back."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli.operating import texts
from gateway.cli.terminal.exits import Exit, Failed
from gateway.cli.terminal.options import JsonOption
from gateway.cli.terminal.output import console, print_json
from gateway.cli.terminal.words import say, state_word

if TYPE_CHECKING:
    from gateway.journal.backup.backup import BackedUp, BackupRefused
    from gateway.journal.backup.proof import Backup

#: Seconds between two words about how far it is.
_EVERY = 0.2


def backup(
    file: Annotated[Path, typer.Argument(help=texts.BACKUP_FILE_HELP, metavar="FILE")],
    *,
    force: Annotated[bool, typer.Option("--force", help=texts.FORCE_HELP)] = False,
    as_json: JsonOption = False,
) -> None:
    """Back the journal up into one file. The gateway may run or not."""
    from gateway.installation.settings import load_settings
    from gateway.journal.backup.backup import BackupRefused, back_up

    settings = load_settings()
    telling = _Telling()
    try:
        done = back_up(settings.database_url, file, heads=settings.heads_file, force=force, tell=telling)
    except BackupRefused as error:
        raise _failed(error) from error
    finally:
        telling.end()
    if as_json:
        print_json(_backed_up(done))
        return
    said = texts.backed_up(done.file, sum(done.tables.values()), done.bytes, _clock(done.taken_at))
    console().print(said, style="green", markup=False)
    console().print(f"  sha256 {done.sha256}", markup=False)
    console().print(texts.not_in_backup(settings.secrets_folder, settings.config), markup=False)


def restore(
    file: Annotated[Path, typer.Argument(help=texts.RESTORED_FILE_HELP, metavar="FILE")],
    *,
    as_json: JsonOption = False,
) -> None:
    """Restore a backup into an empty journal, with the gateway stopped."""
    from gateway.assembly.app import install
    from gateway.assembly.restoring import restore as restore_journal
    from gateway.installation.settings import load_settings
    from gateway.journal.backup.backup import BackupRefused
    from gateway.journal.backup.proof import prove
    from gateway.telemetry.logs import configure_logs

    settings = load_settings()
    telling = _Telling()
    sink = configure_logs(settings.log_format, "warning", stream=sys.stderr)
    try:
        proven = prove(file, telling)
        doubted = asyncio.run(restore_journal(install(settings), proven, telling))
    except BackupRefused as error:
        raise _failed(error) from error
    except OSError as error:
        raise Failed(Exit.UNREACHABLE, texts.not_restored(error.strerror or error)) from error
    finally:
        sink.close()
        telling.end()
    if as_json:
        print_json({"file": str(file), **_proven(proven), "in_doubt": dict(sorted(doubted.items()))})
        return
    _show_restored(file, proven, doubted)


def _show_restored(file: Path, proven: Backup, doubted: Mapping[str, int]) -> None:
    out = console()
    taken = _clock(proven.taken_at)
    out.print(texts.restored(file, taken), style="green", markup=False)
    states = ", ".join(f"{state_word(state)} {number}" for state, number in sorted(doubted.items()))
    for line in (
        texts.doubted(sum(doubted.values())) + (texts.by_state(states) if states else ""),
        texts.filed_since(taken),
        texts.AFTER_RESTORE,
    ):
        out.print(str(line), markup=False)


def _backed_up(done: BackedUp) -> dict[str, object]:
    said = {"file": str(done.file), "bytes": done.bytes, "sha256": done.sha256, "journal": done.journal, "revision": done.revision}
    return {**said, "taken_at": _time(done.taken_at), "tables": dict(done.tables), "heads": done.heads}


def _proven(proven: Backup) -> dict[str, object]:
    said = {"sha256": proven.sha256, "journal": proven.journal, "revision": proven.revision, "gateway": proven.gateway}
    return {**said, "taken_at": _time(proven.taken_at), "tables": dict(proven.tables), "heads": proven.heads}


def _failed(error: BackupRefused) -> Failed:
    return Failed(Exit.UNREACHABLE if error.code in ("unwritable", "unreadable") else Exit.NO, say(error.zh, error.en))


def _time(at: int) -> str:
    from gateway.model.identifiers import CHINA

    return datetime.fromtimestamp(at / 1_000_000, CHINA).isoformat()


def _clock(at: int) -> str:
    return _time(at)[:19].replace("T", " ")


class _Telling:
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
