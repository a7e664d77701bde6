"""A reader of OpenAPI 3.0 and 3.1 documents: their operations, their address, and the credentials of requests."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from gateway.model import JsonObject, JsonView
from gateway.scaffold.contract.contract_files import UnreadableContractError, deep, openapi_document
from gateway.scaffold.contract.description import CLIENT_CERTIFICATE, Credential, DescribedContract, Gap, http_address
from gateway.scaffold.contract.names import Names, vocabulary_of
from gateway.scaffold.contract.places import Places
from gateway.scaffold.openapi.operations import Operations
from gateway.scaffold.openapi.types import text_of
from gateway.sdk.contracts.openapi_document import DocumentError, modern, operations
from gateway.sdk.contracts.openapi_references import parts, resolved
from gateway.sdk.contracts.openapi_repair import Oddity, is_token


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
        credentials=_credentials(document, [operation for _, _, _, operation in wanted.values()], gaps, places),
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
    gaps += [  # the last two names of a place, since the line beside it says the rest
        Gap(where=places.at(one.pointer), what=f"{'/'.join(parts(one.pointer)[-2:])}: {one.what}") for one in warnings
    ]
    return files, found, places


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


def _credentials(document: JsonView, described: list[JsonView], gaps: list[Gap], places: Places) -> tuple[Credential, ...]:
    """Give the credentials of the first way to be let in. Schemes that cannot be generated become gaps."""
    schemes = document.get("components", {}).get("securitySchemes", {})
    wanted: dict[str, None] = {}
    for operation in described:
        ways = operation.get("security", document.get("security")) or []
        wanted |= dict.fromkeys(ways[0] if ways else ())
    found: dict[str, Credential] = {}  # by their place, since two cannot go into one header
    names = Names()
    for name in wanted:
        scheme = _scheme(document, schemes.get(name))
        place = scheme or schemes or document
        header = scheme.get("name")
        match scheme.get("type"), str(scheme.get("scheme", "")).lower(), scheme.get("in"):
            case "http", "bearer", _:
                found.setdefault("authorization", Credential(kind="bearer"))
            case "http", "basic", _:
                found.setdefault("authorization", Credential(kind="basic", secrets=("username", "password")))
            case "apiKey", _, "header" if isinstance(header, str) and is_token(header):
                secrets = (names.named(name, otherwise="key"),)
                found.setdefault(header.lower(), Credential(kind="header", header=header, secrets=secrets))
            case "apiKey", _, "query" if isinstance(header, str) and header:
                secrets = (names.named(name, otherwise="key"),)
                found.setdefault(f"?{header}", Credential(kind="query", header=header, secrets=secrets))
                gaps.append(places.gap(place, f"the key {name} goes into the address, which is logged along the way"))
            case "oauth2" | "openIdConnect", _, _:
                found.setdefault("authorization", Credential(kind="bearer"))
                gaps.append(
                    places.gap(place, f"{name} is {scheme['type']}: the token is a secret that somebody renews; fetch it if need be")
                )
            case "mutualTLS", _, _:
                gaps.append(places.gap(place, CLIENT_CERTIFICATE))
            case kind, _, _:
                what = (
                    f"the security scheme {name} ({kind or 'not declared'}) cannot be generated: fill it in where adapter.py says FILL IN"
                )
                gaps.append(places.gap(place, what))
    return tuple(found.values())


def _scheme(document: JsonView, declared: object) -> JsonView:
    try:
        found = resolved(document, declared)
    except KeyError:
        return {}
    return found if isinstance(found, Mapping) else {}
