"""``gateway restore``: the journal back from the file that ``gateway backup`` wrote."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from gateway.assembly.app import install
from gateway.assembly.restoring import restore as restore_journal
from gateway.cli.operating import texts
from gateway.cli.operating.backup import Telling, clock, described, failed
from gateway.cli.terminal.exits import Exit, Failed
from gateway.cli.terminal.options import JsonOption
from gateway.cli.terminal.output import console, print_json
from gateway.cli.terminal.words import state_word
from gateway.installation.settings import load_settings
from gateway.journal.backup.backup import BackupRefused
from gateway.journal.backup.proof import Backup, prove
from gateway.telemetry.logs import configure_logs


def restore(
    file: Annotated[Path, typer.Argument(help=texts.RESTORED_FILE_HELP, metavar="FILE")],
    *,
    as_json: JsonOption = False,
) -> None:
    """Restore a backup into an empty journal, with the gateway stopped."""
    settings = load_settings()
    telling = Telling()
    sink = configure_logs(settings.log_format, "warning", stream=sys.stderr)
    try:
        proven = prove(file, telling)
        doubted = asyncio.run(restore_journal(install(settings), proven, telling))
    except BackupRefused as error:
        raise failed(error) from error
    except OSError as error:
        raise Failed(Exit.UNREACHABLE, texts.not_restored(error.strerror or error)) from error
    finally:
        sink.close()
        telling.end()
    if as_json:
        told = described(proven, "sha256", "journal", "revision", "gateway")
        print_json({"file": str(file), **told, "in_doubt": dict(sorted(doubted.items()))})
        return
    _show(file, proven, doubted)


def _show(file: Path, proven: Backup, doubted: Mapping[str, int]) -> None:
    out = console()
    taken = clock(proven.taken_at)
    out.print(texts.restored(file, taken), style="green", markup=False)
    states = ", ".join(f"{state_word(state)} {number}" for state, number in sorted(doubted.items()))
    out.print(texts.doubted(sum(doubted.values())) + (texts.by_state(states) if states else ""), markup=False)
    out.print(texts.filed_since(taken), markup=False)
    out.print(str(texts.AFTER_RESTORE), markup=False)
