"""``gateway new-adapter``: the project of an adapter, from a department's contract."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.running import texts
from gateway.cli.terminal import texts as shared
from gateway.cli.terminal.exits import Exit, Failed
from gateway.cli.terminal.options import JsonOption
from gateway.cli.terminal.output import print_json
from gateway.scaffold.contract.contract_files import UnreadableContractError, starter_contract
from gateway.scaffold.contract.description import DescribedContract, take_key_fields
from gateway.scaffold.openapi import document as openapi_reader
from gateway.scaffold.project import TargetExistsError, Written, write
from gateway.scaffold.wsdl import document as wsdl_reader

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_LONGEST = 90


def new_adapter(
    name: Annotated[str, typer.Argument(help=texts.ADAPTER_NAME_HELP, metavar="NAME")],
    *,
    wsdl: Annotated[Path | None, typer.Option(help=texts.WSDL_HELP, metavar="FILE")] = None,
    openapi: Annotated[Path | None, typer.Option(help=texts.OPENAPI_HELP, metavar="FILE")] = None,
    rest: Annotated[bool, typer.Option("--rest", help=texts.REST_HELP)] = False,
    operation: Annotated[list[str] | None, typer.Option(help=texts.ONLY_OPERATION_HELP, metavar="OP")] = None,
    read_only: Annotated[list[str] | None, typer.Option(help=texts.READ_ONLY_HELP, metavar="OP")] = None,
    key: Annotated[list[str] | None, typer.Option(help=texts.KEY_FIELD_HELP, metavar="FIELD")] = None,
    into: Annotated[Path | None, typer.Option(help=texts.INTO_HELP, metavar="DIR")] = None,
    as_json: JsonOption = False,
) -> None:
    """Write the project of a new adapter, installable and tested as it is, from a contract."""
    if not _NAME.fullmatch(name):
        raise Failed(Exit.USAGE, texts.no_name(name))
    if sum((wsdl is not None, openapi is not None, rest)) != 1:
        raise Failed(Exit.USAGE, texts.CONTRACT_NEEDED)
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
        raise Failed(Exit.NO, texts.unusable_contract(error)) from error
    return contract


def _written(contract: DescribedContract, name: str, into: Path) -> Written:
    try:
        return write(contract, name=name, into=into)
    except TargetExistsError as error:
        raise Failed(Exit.NO, texts.exists(into, error)) from error
    except UnreadableContractError as error:
        raise Failed(Exit.NO, texts.unusable_contract(error)) from error
    except OSError as error:
        raise Failed(Exit.UNREACHABLE, shared.unwritable(into, error.strerror)) from error


def _chosen(operations: Mapping[str, str]) -> list[str]:
    """Ask the person at the terminal for the operations that they want. Without a terminal or a choice it is all: an empty list."""
    if len(operations) < 2 or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return []
    names = list(operations)
    for number, name in enumerate(names, 1):
        doc = operations[name]
        typer.echo(f"{number:>4}  {name}" + (f"  {doc[:_LONGEST]}" if doc else ""))
    while True:
        said = typer.prompt(str(texts.ALL_OPERATIONS), default="")
        wanted = [part.strip() for part in said.split(",") if part.strip()]
        found = [names[int(part) - 1] if part.isdigit() and 0 < int(part) <= len(names) else part for part in wanted]
        if not (unknown := [part for part in found if part not in operations]):
            return found
        typer.echo(texts.no_operations(str(shared.COMMA).join(unknown)))


def _tell(written: Written) -> None:
    folder = written.folder
    typer.echo(texts.written(folder, len(written.files)))
    red, told = ([gap for gap in written.gaps if gap.red is one] for one in (True, False))
    if told:
        typer.echo(texts.NOT_GENERATED)
        for gap in told:
            typer.echo(f"  {gap.where}: {gap.what}")
    if red:
        typer.echo(texts.TO_BE_DONE)
        for gap in red:
            typer.echo(f"  {gap.where}: {gap.what}")
    typer.echo(texts.FILL_IN)
    for mark in written.marks:
        typer.echo(f"  {folder / mark}")
    typer.echo(texts.next_steps(folder))
