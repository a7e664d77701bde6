"""``gateway audit``: prove that the record is as it was, hand the proof on, and act on the audit."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import orjson
import typer

from gateway.cli.cases.applications import JsonOption
from gateway.cli.terminal.exits import Exit, Failed
from gateway.cli.terminal.output import Json, console, print_json, table
from gateway.cli.terminal.words import say

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    from gateway.installation.secrets import Secrets
    from gateway.installation.settings import Settings
    from gateway.journal.verification.findings import VerifyReport

app = typer.Typer(no_args_is_help=True, help="The tamper-evident audit · 审计")

#: Mismatches that people are shown, where --json has a hundred.
_SHOWN = 20
#: Seconds to accept a long audit as it was found, which means reading all of it.
_LONG = 600.0


@app.callback()
def _audit() -> None:
    """The tamper-evident audit · 审计."""


@app.command()
def verify(
    export: Annotated[
        Path | None, typer.Argument(help="A file of `gateway audit export`; none: this journal · 导出文件", metavar="[EXPORT]")
    ] = None,
    *,
    public_key: Annotated[
        Path | None, typer.Option(help="The installation's first public key; no secret is read then · 公钥", metavar="FILE")
    ] = None,
    heads: Annotated[
        Path | None, typer.Option(help="A copy of the signed heads kept elsewhere · 签名链头的另存副本", metavar="FILE")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Verify every entry, every signature, and the tables against the entries; the gateway may run or not · 校验审计.

    An export is verified with its public key alone. Exits 0 when nothing is wrong, 1 when something is: the first bad entry is named.
    """
    report = _verify(heads, public_key) if export is None else _verify_export(export, public_key)
    if as_json:
        first = asdict(report.first) | {"zh": report.first.zh, "en": report.first.en} if report.first else None
        print_json({"ok": report.ok, "entries": report.entries, "first": first, **asdict(report)})
    else:
        _show(report, exported=export is not None)
    raise typer.Exit(Exit.OK if report.ok else Exit.NO)


@app.command()
def export(file: Annotated[Path, typer.Argument(help="The file to write · 导出文件", metavar="FILE")]) -> None:
    """Write the audit into a file that anybody can verify with the public key; it holds no personal data · 导出审计."""
    from gateway.installation.settings import load_settings
    from gateway.journal.store.database import open_reader
    from gateway.journal.verification.export import ExportRefused
    from gateway.journal.verification.export import export as write

    settings = load_settings()
    reader = open_reader(settings.database_url)
    try:
        entries = write(reader, settings.heads_file, file)
    except ExportRefused as error:
        raise Failed(Exit.UNREACHABLE, error.zh, error.en) from error
    finally:
        reader.dispose()
    zh = f"✓ 已导出 {entries} 条到 {file}；校验：gateway audit verify {file} --public-key 公钥文件"
    en = f"✓ {entries} entries in {file}; to verify: gateway audit verify {file} --public-key FILE"
    typer.echo(say(zh, en))


@app.command("public-key")
def public_key() -> None:
    """Print the public key that the proof begins with: give it to whoever verifies, on another way than the export · 打印公钥."""
    from gateway.installation.secrets import Secrets, public_pem
    from gateway.installation.settings import load_settings

    typer.echo(public_pem(Secrets(load_settings().secrets_folder).first_key()).decode(), nl=False)


@app.command()
def accept(
    *,
    reason: Annotated[str, typer.Option(help="Why; kept and audited · 原因")],
    lost_key: Annotated[
        bool, typer.Option("--lost-key", help="The signing key is lost for good: begin with a new one · 签名密钥已丢失")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Take the audit as it was found, though it is not what was signed: writing goes on · 按现状认可审计.

    What was wrong is an entry, and every later proof shows it.
    """
    if lost_key:
        _lose_key()
    found = asyncio.run(_call("acceptance", {"reason": reason}))["problems"]
    if as_json:
        print_json(found)
        return
    for problem in found:
        typer.echo(f"! {say(problem['zh'], problem['en'])}")
    typer.echo(say(f"已认可，含 {len(found)} 处问题", f"accepted, with {len(found)} problems"))


@app.command()
def upgrade() -> None:
    """Have every chain signed, once no node of a version before runs: one that does cannot write any more · 全部签名."""
    done = asyncio.run(_call("upgrade"))["chains"]
    typer.echo(say(f"已全部签名；补签 {done} 条链", f"all of the audit is signed from here on; {done} chains were not"))


@app.command("rotate-key")
def rotate_key() -> None:
    """Let a new key sign; the old one signs that, so the first public key still verifies all · 更换签名密钥."""
    asyncio.run(_call("key"))
    zh = "新密钥已启用。请备份密钥目录；其他节点换上新的 audit-signing-key.pem 与 audit-handovers.json 后重启"
    en = (
        "the new key signs from here on. Back the secrets folder up; give other nodes the new audit-signing-key.pem and "
        "audit-handovers.json and start them anew"
    )
    typer.echo(say(zh, en))


async def _call(act: str, body: Json | None = None) -> Json:
    from gateway.cli.terminal.place import with_gateway

    async with with_gateway() as client:
        return await client.call("POST", f"/v1/audit/{act}", body=None if body is None else orjson.dumps(body), wait=_LONG)


def _lose_key() -> None:
    from gateway.installation.secrets import Secrets
    from gateway.installation.settings import load_settings

    settings = load_settings()
    if not settings.secrets_folder.is_dir():
        raise _no_keys(settings)
    Secrets(settings.secrets_folder).lost_signing_key()


def _verify_export(file: Path, public_key: Path | None) -> VerifyReport:
    from gateway.journal.verification.export import ExportRefused, verify_export

    if public_key is None:
        zh, en = "校验导出文件需要公钥：--public-key FILE", "an export is verified with a public key: name it with --public-key FILE"
        raise Failed(Exit.USAGE, zh, en)
    try:
        return verify_export(file, _key_in(public_key))
    except ExportRefused as error:
        raise Failed(Exit.UNREACHABLE, error.zh, error.en) from error


def _verify(heads: Path | None, public_key: Path | None) -> VerifyReport:
    from gateway.installation.secrets import Secrets
    from gateway.installation.settings import load_settings
    from gateway.journal.store.database import open_reader
    from gateway.journal.verification.verify import verify as verify_audit

    settings = load_settings()
    url, heads = settings.database_url, heads or settings.heads_file
    reader = open_reader(url)
    try:
        if public_key is not None:
            return verify_audit(reader, heads, _key_in(public_key), signed=True, url=url)
        secrets = Secrets(settings.secrets_folder)
        key, signed = _first_key(secrets, settings)
        return verify_audit(reader, heads, key, secrets.kept_hmac_keys(), signed=signed, url=url)
    finally:
        reader.dispose()


def _first_key(secrets: Secrets, settings: Settings) -> tuple[Ed25519PublicKey, bool]:
    """Read the key that the proof begins with, and whether all of the audit is signed, without making either."""
    folder = settings.secrets_folder
    if not folder.is_dir() or not any(folder.iterdir()):
        raise _no_keys(settings)
    return secrets.first_key(), secrets.public_key() is not None


def _key_in(file: Path) -> Ed25519PublicKey:
    from gateway.installation.secrets import public_of

    try:
        return public_of(file, file.read_bytes())
    except OSError as error:
        raise Failed(Exit.UNREACHABLE, f"{file}：无法读取公钥", f"{file}: the public key cannot be read") from error


def _no_keys(settings: Settings) -> Failed:
    folder = settings.secrets_folder
    zh = f"{folder} 中没有本机构的密钥，无法证明任何内容：请设置 GATEWAY_SECRETS 指向密钥目录，或用 --public-key 指定公钥"
    en = (
        f"{folder} does not hold this installation's keys, so nothing can be proven: name their folder in GATEWAY_SECRETS, "
        "or the public key with --public-key"
    )
    return Failed(Exit.UNREACHABLE, zh, en)


def _show(report: VerifyReport, *, exported: bool) -> None:
    out = console()
    rows = [(c.chain, c.entries, c.signed, c.hash[:16], c.problem.kind if c.problem else "ok") for c in report.chains]
    columns = [say("链", "chain"), say("条目", "entries"), say("已签名至", "signed up to"), say("链头", "head"), say("结论", "finding")]
    out.print(table(columns, rows))
    for zh, en in [*((one.zh, one.en) for one in report.restored), *((one.zh, one.en) for one in report.accepted)]:
        out.print(f"! {say(zh, en)}", style="yellow", markup=False)
    for problem in report.problems:
        out.print(f"✗ {say(problem.zh, problem.en)}", style="red", markup=False)
    for mismatch in report.mismatches[:_SHOWN]:
        out.print(f"✗ {say(mismatch.zh, mismatch.en)}", style="red", markup=False)
    if report.mismatch_count > _SHOWN:
        rest = report.mismatch_count - _SHOWN
        out.print(say(f"另有 {rest} 处不符，见 --json", f"{rest} more rows differ: see --json"))
    if not exported and not report.commitments_checked:
        zh, en = "内容未与承诺核对：没有 hmac.key", "contents were not held against their commitments: there is no hmac.key here"
        out.print(f"! {say(zh, en)}", style="yellow", markup=False)
    if report.ok:
        entries, lines, took = report.entries, report.heads_lines, f"{report.seconds:.1f}"
        told = ("", "") if exported else ("，与各表逐行相符", ", the tables as the entries say")
        zh = f"✓ 审计完整：{entries} 条，签名链头 {lines} 行{told[0]}（{took} 秒）"
        en = f"✓ verified: {entries} entries, {lines} signed heads{told[1]} ({took} s)"
        out.print(say(zh, en), style="green")
