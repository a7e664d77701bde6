"""``gateway audit``: prove that the record is what it was."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli.applications import JsonOption
from gateway.cli.exits import Exit, Failed
from gateway.cli.output import console, print_json, table
from gateway.cli.words import say

if TYPE_CHECKING:
    from gateway.journal.findings import VerifyReport
    from gateway.settings import Settings

app = typer.Typer(no_args_is_help=True, help="The tamper-evident audit · 审计")

#: Mismatches that people are shown; --json has a hundred.
_SHOWN = 20


@app.callback()
def _audit() -> None:
    """The tamper-evident audit · 审计."""


@app.command()
def verify(
    *,
    heads: Annotated[
        Path | None, typer.Option(help="A copy of the signed heads kept elsewhere · 签名链头的另存副本", metavar="FILE")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Verify every entry, the signed heads, and the tables against the entries; the gateway may run or not · 校验审计.

    Exits 0 when nothing is wrong, 1 when something is: the first bad entry is named.
    """
    report = _verify(heads)
    if as_json:
        first = asdict(report.first) | {"zh": report.first.zh, "en": report.first.en} if report.first else None
        print_json({"ok": report.ok, "entries": report.entries, "first": first, **asdict(report)})
    else:
        _show(report)
    raise typer.Exit(Exit.OK if report.ok else Exit.NO)


def _verify(heads: Path | None) -> VerifyReport:
    from gateway.journal.database import open_reader  # noqa: PLC0415  # SQLAlchemy takes a while, which `--help` need not pay
    from gateway.journal.verify import verify as verify_audit  # noqa: PLC0415  # as above
    from gateway.secrets import Secrets  # noqa: PLC0415  # as above
    from gateway.settings import load_settings  # noqa: PLC0415  # as above

    settings = load_settings()
    reader = open_reader(settings.database_url)
    try:
        _require_keys(settings)
        secrets = Secrets(settings.secrets_folder)
        return verify_audit(reader, heads or settings.heads_file, secrets.signing_key(make=False).public_key(), secrets.hmac_key())
    finally:
        reader.dispose()


def _require_keys(settings: Settings) -> None:
    """Refuse to go on without the keys this journal was made with: new ones would be made, and call everything forged."""
    folder = settings.secrets_folder
    if not folder.is_dir() or not any(folder.iterdir()):
        zh = f"{folder} 中没有本机构的密钥,无法证明任何内容:请设置 GATEWAY_SECRETS 指向密钥目录"
        en = f"{folder} does not hold this installation's keys, so nothing can be proven: name their folder in GATEWAY_SECRETS"
        raise Failed(Exit.UNREACHABLE, zh, en)


def _show(report: VerifyReport) -> None:
    out = console()
    rows = [(c.chain, c.entries, c.signed, c.hash[:16], c.problem.kind if c.problem else "ok") for c in report.chains]
    columns = [say("链", "chain"), say("条目", "entries"), say("已签名至", "signed up to"), say("链头", "head"), say("结论", "finding")]
    out.print(table(columns, rows))
    for note in report.restored:
        out.print(f"! {say(note.zh, note.en)}", style="yellow", markup=False)
    for problem in report.problems:
        out.print(f"✗ {say(problem.zh, problem.en)}", style="red", markup=False)
    for mismatch in report.mismatches[:_SHOWN]:
        out.print(f"✗ {say(mismatch.zh, mismatch.en)}", style="red", markup=False)
    if report.mismatch_count > _SHOWN:
        rest = report.mismatch_count - _SHOWN
        out.print(say(f"另有 {rest} 处不符,见 --json", f"{rest} more rows differ: see --json"))
    if report.ok:
        entries, lines, took = report.entries, report.heads_lines, f"{report.seconds:.1f}"
        zh = f"✓ 审计完整:{entries} 条,签名链头 {lines} 行,与各表逐行相符({took} 秒)"
        en = f"✓ verified: {entries} entries, {lines} signed heads, the tables as the entries say ({took} s)"
        out.print(say(zh, en), style="green")
