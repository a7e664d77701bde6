"""``gateway audit``: prove that the record is as it was, hand the proof on, and act on the audit."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from gateway.cli.operating import texts
from gateway.cli.terminal.exits import Exit, Failed
from gateway.cli.terminal.options import JsonOption, Reason
from gateway.cli.terminal.output import Rows, console, print_json
from gateway.cli.terminal.place import ask
from gateway.cli.terminal.words import say
from gateway.installation.secrets import Secrets, public_of, public_pem
from gateway.installation.settings import load_settings
from gateway.journal.store.database import open_reader
from gateway.journal.verification.export import ExportRefused, verify_export
from gateway.journal.verification.export import export as write
from gateway.journal.verification.findings import VerifyReport
from gateway.journal.verification.verify import verify as verify_audit

app = typer.Typer(no_args_is_help=True)

#: Mismatches that people are shown, where --json has a hundred.
_SHOWN = 20
#: Seconds to accept a long audit as it was found, which means reading all of it.
_LONG = 600.0


@app.command(help=texts.VERIFY_HELP)
def verify(
    export: Annotated[Path | None, typer.Argument(help=texts.VERIFIED_HELP, metavar="[EXPORT]")] = None,
    *,
    public_key: Annotated[Path | None, typer.Option(help=texts.PUBLIC_KEY_HELP, metavar="FILE")] = None,
    heads: Annotated[Path | None, typer.Option(help=texts.HEADS_HELP, metavar="FILE")] = None,
    as_json: JsonOption = False,
) -> None:
    """Verify every entry, every signature, and the tables against the entries. The gateway may run or not."""
    report = _verify(heads, public_key) if export is None else _verify_export(export, public_key)
    if as_json:
        first = asdict(report.first) | {"zh": report.first.zh, "en": report.first.en} if report.first else None
        print_json({"ok": report.ok, "entries": report.entries, "first": first, **asdict(report)})
    else:
        _show(report, exported=export is not None)
    raise typer.Exit(Exit.OK if report.ok else Exit.NO)


@app.command(help=texts.EXPORT_HELP)
def export(file: Annotated[Path, typer.Argument(help=texts.EXPORT_FILE_HELP, metavar="FILE")]) -> None:
    """Write the audit into a file that anybody can verify with the public key. It holds no personal data."""
    settings = load_settings()
    reader = open_reader(settings.database_url)
    try:
        entries = write(reader, settings.heads_file, file)
    except ExportRefused as error:
        raise Failed(Exit.UNREACHABLE, say(error.zh, error.en)) from error
    finally:
        reader.dispose()
    typer.echo(texts.exported(entries, file))


@app.command("public-key", help=texts.PRINT_PUBLIC_KEY_HELP)
def public_key() -> None:
    """Print the public key that the proof begins with: give it to whoever verifies, on another way than the export."""
    typer.echo(public_pem(Secrets(load_settings().secrets_folder).first_key()).decode(), nl=False)


@app.command(help=texts.ACCEPT_HELP)
def accept(
    *,
    reason: Reason,
    lost_key: Annotated[bool, typer.Option("--lost-key", help=texts.LOST_KEY_HELP)] = False,
    as_json: JsonOption = False,
) -> None:
    """Take the audit as it was found, though it is not what was signed: writing goes on."""
    if lost_key:
        folder = load_settings().secrets_folder
        if not folder.is_dir():
            raise Failed(Exit.UNREACHABLE, texts.no_keys(folder))
        Secrets(folder).lost_signing_key()
    found = ask("POST", "/v1/audit/acceptance", body={"reason": reason}, wait=_LONG)["problems"]
    if as_json:
        print_json(found)
        return
    for problem in found:
        typer.echo(f"! {say(problem['zh'], problem['en'])}")
    typer.echo(texts.accepted(len(found)))


@app.command(help=texts.UPGRADE_HELP)
def upgrade() -> None:
    """Have every chain signed, once no node of a version before runs: one that does cannot write any more."""
    typer.echo(texts.upgraded(ask("POST", "/v1/audit/upgrade", wait=_LONG)["chains"]))


@app.command("rotate-key", help=texts.ROTATE_SIGNING_KEY_HELP)
def rotate_key() -> None:
    """Let a new key sign. The old one signs that, so the first public key still verifies all."""
    ask("POST", "/v1/audit/key", wait=_LONG)
    typer.echo(texts.SIGNING_KEY_ROTATED)


def _verify_export(file: Path, public_key: Path | None) -> VerifyReport:
    if public_key is None:
        raise Failed(Exit.USAGE, texts.PUBLIC_KEY_NEEDED)
    try:
        return verify_export(file, _key_in(public_key))
    except ExportRefused as error:
        raise Failed(Exit.UNREACHABLE, say(error.zh, error.en)) from error


def _verify(heads: Path | None, public_key: Path | None) -> VerifyReport:
    settings = load_settings()
    url, heads = settings.database_url, heads or settings.heads_file
    reader = open_reader(url)
    try:
        if public_key is not None:
            return verify_audit(reader, heads, _key_in(public_key), signed=True, url=url)
        folder = settings.secrets_folder
        if not folder.is_dir() or not any(folder.iterdir()):
            raise Failed(Exit.UNREACHABLE, texts.no_keys(folder))
        secrets = Secrets(folder)
        signed = secrets.public_key() is not None  # all of the audit, or but what came after an upgrade
        return verify_audit(reader, heads, secrets.first_key(), secrets.kept_hmac_keys(), signed=signed, url=url)
    finally:
        reader.dispose()


def _key_in(file: Path) -> Ed25519PublicKey:
    try:
        return public_of(file, file.read_bytes())
    except OSError as error:
        raise Failed(Exit.UNREACHABLE, texts.unreadable_key(file)) from error


def _show(report: VerifyReport, *, exported: bool) -> None:
    out = console()
    rows = [(c.chain, c.entries, c.signed, c.hash[:16], c.problem.kind if c.problem else "ok") for c in report.chains]
    out.print(Rows(texts.CHAINS, rows))
    for zh, en in [*((one.zh, one.en) for one in report.restored), *((one.zh, one.en) for one in report.accepted)]:
        out.print(f"! {say(zh, en)}", style="yellow", markup=False)
    for problem in report.problems:
        out.print(f"✗ {say(problem.zh, problem.en)}", style="red", markup=False)
    for mismatch in report.mismatches[:_SHOWN]:
        out.print(f"✗ {say(mismatch.zh, mismatch.en)}", style="red", markup=False)
    if report.mismatch_count > _SHOWN:
        out.print(texts.more_differ(report.mismatch_count - _SHOWN))
    if not exported and not report.commitments_checked:
        out.print(f"! {texts.NO_HMAC_KEY}", style="yellow", markup=False)
    if report.ok:
        tables = "" if exported else texts.TABLES_AGREE
        out.print(texts.verified(report.entries, report.heads_lines, tables, report.seconds), style="green")
