"""``gateway new-adapter``: the project of an adapter, from a department's contract."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli.terminal.exits import Exit, Failed
from gateway.cli.terminal.output import print_json
from gateway.cli.terminal.words import say

if TYPE_CHECKING:
    from gateway.scaffold.contract.description import DescribedContract
    from gateway.scaffold.project import Written

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_LONGEST = 90


def new_adapter(
    name: Annotated[str, typer.Argument(help="The department's name: lower-case letters, digits, _ · 部门名称", metavar="NAME")],
    *,
    wsdl: Annotated[Path | None, typer.Option(help="A SOAP department's WSDL · WSDL 文件", metavar="FILE")] = None,
    openapi: Annotated[Path | None, typer.Option(help="A REST department's OpenAPI 3 document · OpenAPI 文件", metavar="FILE")] = None,
    rest: Annotated[bool, typer.Option("--rest", help="No contract yet: begin with a small one · 尚无接口文件")] = False,
    operation: Annotated[
        list[str] | None, typer.Option(help="Only this operation of the contract; repeatable · 只要该操作", metavar="OP")
    ] = None,
    read_only: Annotated[
        list[str] | None, typer.Option(help="This operation changes nothing; repeatable · 该操作只查询", metavar="OP")
    ] = None,
    key: Annotated[
        list[str] | None,
        typer.Option(help="This field of the contract carries the key of a repeat; repeatable · 幂等键字段", metavar="FIELD"),
    ] = None,
    into: Annotated[Path | None, typer.Option(help="The folder to write (none: ./NAME) · 写入的目录", metavar="DIR")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON for machines · 输出 JSON")] = False,
) -> None:
    """Write the project of a new adapter, installable and tested as it is, from a contract · 由接口文件生成部门适配器工程.

    In a terminal it asks which operations are wanted when none is named; elsewhere it takes all. Exits 1 when the contract cannot be
    used or the folder is there already; nothing is half done then.
    """
    if not _NAME.fullmatch(name):
        raise Failed(
            Exit.USAGE,
            f"{name} 不能用作名称：只用小写字母、数字和下划线，以字母开头",
            f"{name} cannot be the name: lower-case letters, digits and _ alone, a letter first",
        )
    if sum((wsdl is not None, openapi is not None, rest)) != 1:
        raise Failed(Exit.USAGE, "请给出 --wsdl FILE、--openapi FILE、--rest 之一", "give one of --wsdl FILE, --openapi FILE and --rest")
    contract = _contract(name, wsdl=wsdl, openapi=openapi, only=operation or [], read_only=read_only or [], keys=key or [])
    written = _written(contract, name, into or Path(name))
    if as_json:
        print_json({**asdict(written), "folder": str(written.folder)})
    else:
        _tell(written)


def _contract(
    name: str, *, wsdl: Path | None, openapi: Path | None, only: list[str], read_only: list[str], keys: list[str]
) -> DescribedContract:
    """Read the contract, with the operations that are wanted."""
    from gateway.scaffold.contract.contract_files import UnreadableContractError
    from gateway.scaffold.contract.key_field import take_key_fields
    from gateway.scaffold.openapi import document as openapi_reader
    from gateway.scaffold.starter_contract import starter_contract
    from gateway.scaffold.wsdl import document as wsdl_reader

    try:
        if wsdl is not None:
            chosen = only or _chosen(wsdl_reader.operations_of(wsdl))
            contract = wsdl_reader.read(wsdl, only=chosen, read_only=read_only)
        elif openapi is not None:
            chosen = only or _chosen(openapi_reader.operations_of(openapi))
            contract = openapi_reader.read(openapi, only=chosen, read_only=read_only)
        else:
            with starter_contract(name) as file:
                contract = openapi_reader.read(file, only=only, read_only=read_only)
        take_key_fields(contract, keys)
    except UnreadableContractError as error:
        raise Failed(Exit.NO, f"接口文件不能使用：{error}", f"the contract cannot be used: {error}") from error
    return contract


def _written(contract: DescribedContract, name: str, into: Path) -> Written:
    from gateway.scaffold.contract.contract_files import UnreadableContractError
    from gateway.scaffold.project import TargetExistsError, write

    try:
        return write(contract, name=name, into=into)
    except TargetExistsError as error:
        raise Failed(Exit.NO, f"{into} 已存在且不为空，未做任何改动", str(error)) from error
    except UnreadableContractError as error:
        raise Failed(Exit.NO, f"接口文件不能使用：{error}", f"the contract cannot be used: {error}") from error
    except OSError as error:
        raise Failed(Exit.UNREACHABLE, f"无法写入 {into}:{error.strerror}", f"{into} cannot be written: {error.strerror}") from error


def _chosen(operations: Mapping[str, str]) -> list[str]:
    """Ask the person at the terminal for the operations that they want. Without a terminal or a choice it is all: an empty list."""
    if len(operations) < 2 or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return []
    names = list(operations)
    for number, name in enumerate(names, 1):
        doc = operations[name]
        typer.echo(f"{number:>4}  {name}" + (f"  {doc[:_LONGEST]}" if doc else ""))
    while True:
        said = typer.prompt(
            say("要哪些操作（序号或名称，用逗号分隔；回车表示全部）", "which (numbers or names, comma between; Enter: all)"), default=""
        )
        wanted = [part.strip() for part in said.split(",") if part.strip()]
        found = [names[int(part) - 1] if part.isdigit() and 0 < int(part) <= len(names) else part for part in wanted]
        if not (unknown := [part for part in found if part not in operations]):
            return found
        typer.echo(say(f"没有：{'、'.join(unknown)}", f"there is no {', '.join(unknown)}"))


def _tell(written: Written) -> None:
    folder = written.folder
    typer.echo(say(f"已生成 {folder}（{len(written.files)} 个文件）", f"wrote {folder} ({len(written.files)} files)"))
    red, told = ([gap for gap in written.gaps if gap.red is one] for one in (True, False))
    if told:
        typer.echo(say("接口文件没有说明、或不能生成的：", "what the contract does not tell, or cannot be generated:"))
        for gap in told:
            typer.echo(f"  {gap.where}: {gap.what}")
    if red:
        typer.echo(say("须先补上，否则测试不通过：", "to be done first: until then its tests do not pass:"))
        for gap in red:
            typer.echo(f"  {gap.where}: {gap.what}")
    typer.echo(say("待填写之处（FILL IN）：", "marked to fill in (FILL IN):"))
    for mark in written.marks:
        typer.echo(f"  {folder / mark}")
    typer.echo(
        say(
            f"下一步：cd {folder} && pip install -e '.[testing]' && pytest；然后看 README.md",
            f"next: cd {folder} && pip install -e '.[testing]' && pytest; then read README.md",
        )
    )
    typer.echo(
        say(
            f"要让网关用上它：cp -r {folder}/config/. 配置目录，然后 gateway check",
            f"to let a gateway use it: cp -r {folder}/config/. into its configuration, then gateway check",
        )
    )
