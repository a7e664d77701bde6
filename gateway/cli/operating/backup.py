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

from gateway.cli.cases.applications import JsonOption
from gateway.cli.terminal.exits import Exit, Failed
from gateway.cli.terminal.output import console, print_json
from gateway.cli.terminal.words import say, state_word

if TYPE_CHECKING:
    from gateway.installation.settings import Settings
    from gateway.journal.backup.backup import BackedUp, BackupRefused
    from gateway.journal.backup.proof import Backup

#: Seconds between two words about how far it is.
_EVERY = 0.2


def backup(
    file: Annotated[Path, typer.Argument(help="The file to write, mode 0600 · 备份文件", metavar="FILE")],
    *,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file · 覆盖已有文件")] = False,
    as_json: JsonOption = False,
) -> None:
    """Back the journal up into one file; the gateway may run or not · 备份账本.

    Keys and secrets are not in it: keep the secrets folder apart. It holds personal data: keep it as you keep the data.
    """
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
    rows = f"{sum(done.tables.values()):,}"
    zh = f"✓ 已备份到 {done.file}:{rows} 行，{done.bytes:,} 字节，时点 {_clock(done.taken_at)}"
    en = f"✓ backed up to {done.file}: {rows} rows, {done.bytes:,} bytes, as of {_clock(done.taken_at)}"
    console().print(say(zh, en), style="green", markup=False)
    console().print(f"  sha256 {done.sha256}", markup=False)
    console().print(_not_in_it(settings), markup=False)


def restore(
    file: Annotated[Path, typer.Argument(help="A file that `gateway backup` wrote · 备份文件", metavar="FILE")],
    *,
    as_json: JsonOption = False,
) -> None:
    """Restore a backup into an empty journal, with the gateway stopped · 恢复账本.

    The whole file is proven first. What may have gone out after the backup is in doubt then, and follows its resend rule; nothing is sent
    before the gateway is started.
    """
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
        zh, en = f"无法恢复：{error.strerror or error}", f"it cannot be restored: {error.strerror or error}"
        raise Failed(Exit.UNREACHABLE, zh, en) from error
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
    zh, en = f"✓ 已恢复 {file}：账本回到 {taken}", f"✓ restored {file}: the journal is as of {taken}"
    out.print(say(zh, en), style="green", markup=False)
    count = sum(doubted.values())
    states = ", ".join(f"{state_word(state)} {number}" for state, number in sorted(doubted.items()))
    zh = f"  {count} 个交办此后可能已经发出，按重发规则处理" + (f":{states}" if states else "")
    en = f"  {count} deliveries may have gone out since: they follow their resend rule" + (f": {states}" if states else "")
    out.print(say(zh, en), markup=False)
    zh = f"  {taken} 之后受理的办件不在其中：部门可能已经收到，请对照日志（application_accepted）与部门核实，不要让窗口盲目重报"
    en = (
        f"  what was filed after {taken} is not in it, and departments may have it: look it up in the logs (application_accepted) "
        "and ask them before a counter files it again"
    )
    out.print(say(zh, en), markup=False)
    zh = "  下一步：gateway audit verify，然后 gateway serve；确保旧的网关不再运行"
    en = "  next: gateway audit verify, then gateway serve; see to it that the old gateway runs nowhere any more"
    out.print(say(zh, en), markup=False)


def _not_in_it(settings: Settings) -> str:
    folder = settings.secrets_folder
    zh = (
        f"  不含密钥：{folder}（hmac.key、audit-signing-key.pem、部门凭据）请另行保管，没有它们就无法打开账本、校验审计和回调；"
        f"配置目录 {settings.config} 也不在内。备份含个人信息，请按数据同等保管"
    )
    en = (
        f"  keys are not in it: keep {folder} apart (hmac.key, audit-signing-key.pem, departments' credentials); without them the "
        f"journal cannot be opened, nor the audit or callbacks verified. Nor is the configuration, {settings.config}. "
        "It holds personal data: keep it as the data"
    )
    return say(zh, en)


def _backed_up(done: BackedUp) -> dict[str, object]:
    said = {"file": str(done.file), "bytes": done.bytes, "sha256": done.sha256, "journal": done.journal, "revision": done.revision}
    return {**said, "taken_at": _time(done.taken_at), "tables": dict(done.tables), "heads": done.heads}


def _proven(proven: Backup) -> dict[str, object]:
    said = {"sha256": proven.sha256, "journal": proven.journal, "revision": proven.revision, "gateway": proven.gateway}
    return {**said, "taken_at": _time(proven.taken_at), "tables": dict(proven.tables), "heads": proven.heads}


def _failed(error: BackupRefused) -> Failed:
    return Failed(Exit.UNREACHABLE if error.code in ("unwritable", "unreadable") else Exit.NO, error.zh, error.en)


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
