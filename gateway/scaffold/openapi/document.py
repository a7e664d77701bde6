"""A reader of OpenAPI 3.0 and 3.1 documents."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from gateway.model import JsonObject, JsonView
from gateway.scaffold.contract.address import http_address
from gateway.scaffold.contract.client_certificates import demanded
from gateway.scaffold.contract.contract_files import UnreadableContractError, openapi_document
from gateway.scaffold.contract.depth import deep
from gateway.scaffold.contract.description import DescribedContract, Gap
from gateway.scaffold.contract.names import vocabulary_of
from gateway.scaffold.contract.places import Places
from gateway.scaffold.openapi.credentials import credentials
from gateway.scaffold.openapi.operations import Operations
from gateway.scaffold.openapi.types import text_of
from gateway.sdk.contracts.openapi_document import DocumentError, modern, operations
from gateway.sdk.contracts.openapi_references import parts
from gateway.sdk.contracts.openapi_repair import Oddity


def read(file: Path, *, only: Collection[str] = (), read_only: Collection[str] = ()) -> DescribedContract:
    """Read the document in ``file``.

    ``only`` names the operations wanted (none: all) by ``operationId`` or ``METHOD /path``, ``read_only`` those that change nothing
    although they are no GET. Raises ``UnreadableContractError`` when it cannot be read, or has no such operation.
    """
    gaps: list[Gap] = []
    files, document, places = _document(file, gaps)
    found = {name: (method, path, item, operation) for name, method, path, item, operation in operations(document)}
    if missing := sorted({*only, *read_only} - set(found)):
        known = ", ".join(sorted(found)) or "none"
        raise UnreadableContractError(file.name, 0, f"it has no operation {', '.join(missing)}; there are: {known}")
    if not found:
        raise _without_operations(file, gaps, places)
    reader = Operations(document, gaps, frozenset(read_only), places, vocabulary_of(files[file.name]))
    wanted = {name: one for name, one in found.items() if not only or name in only}
    with deep(file.name):
        described = [reader.read(name, method, path, operation) for name, (method, path, _, operation) in wanted.items()]
    if not any(described):
        raise _without_operations(file, gaps, places)
    info = document.get("info", {})
    return DescribedContract(
        style="rest",
        title=text_of(info.get("title")) or file.stem,
        doc=text_of(info.get("description")),
        file=file.name,
        files=files,
        operations=[one for one in described if one is not None],
        address=_address(document, gaps, places),
        credentials=credentials(document, [operation for _, _, _, operation in wanted.values()], gaps, places),
        client_certificate=demanded(gaps),
        schema_usable=True,
        gaps=gaps,
    )


def operations_of(file: Path) -> dict[str, str]:
    """Give the names of a document's operations with their summaries."""
    _, document, _ = _document(file, [])
    return {name: text_of(operation.get("summary")) for name, _, _, _, operation in operations(document)}


def _document(file: Path, gaps: list[Gap]) -> tuple[dict[str, bytes], JsonObject, Places]:
    files, document = openapi_document(file)
    places = Places(file.name, files[file.name])
    warnings: list[Oddity] = []
    try:
        with deep(file.name):
            found = modern(document, warnings)
    except DocumentError as error:
        raise UnreadableContractError(file.name, places.line(error.pointer), str(error)) from error
    places.add(found)
    gaps += [
        Gap(where=f"{file.name}:{line}", what=f"{name} stands here again, and counts; the one before it does not")
        for line, name in places.doubled()
    ]
    gaps += [Gap(where=places.at(one.pointer), what=f"{_end_of(one.pointer)}: {one.what}") for one in warnings]
    return files, found, places


def _end_of(pointer: str) -> str:
    """Give the last two names of a place, since the line beside it says the rest."""
    return "/".join(parts(pointer)[-2:])


def _without_operations(file: Path, gaps: list[Gap], places: Places) -> UnreadableContractError:
    """Make the error for a document without any operation that could be called."""
    if gaps:
        line, why = int(gaps[0].where.rpartition(":")[2]), gaps[0].what
    else:
        line, why = places.line("/paths"), "`paths` is empty"
    return UnreadableContractError(file.name, line, f"it has no operations ({why})")


def _address(document: JsonView, gaps: list[Gap], places: Places) -> str:
    """Give a document's address, if it can be called, with the defaults of its variables filled in."""
    servers = document.get("servers") or []
    address = str(servers[0].get("url") or "") if servers else ""
    variables = servers[0].get("variables") if servers else None
    for name, variable in variables.items() if isinstance(variables, Mapping) else ():
        if isinstance(variable, Mapping) and "default" in variable:
            address = address.replace(f"{{{name}}}", str(variable["default"]))
    if address and not (known := http_address(address)):
        gaps.append(places.gap(servers[0], f"{address} is no address that can be called: put the department's into its configuration"))
    return known if address else ""
