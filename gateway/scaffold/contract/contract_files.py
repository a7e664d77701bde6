"""The files of a contract: the document, every file beside it that it refers to, and the one to begin with where there is none."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import yaml
from lxml import etree

from gateway.model.errors import GatewayError
from gateway.scaffold.contract.dangling import line_of
from gateway.sdk.contracts.openapi_document import parse_document
from gateway.sdk.contracts.wsdl_schema import WSDL, XSD, beside, known_schema, safe_parser

_REFERENCES: Final = {
    f"{{{WSDL}}}import": "location",
    f"{{{XSD}}}import": "schemaLocation",
    f"{{{XSD}}}include": "schemaLocation",
    f"{{{XSD}}}redefine": "schemaLocation",
}


class UnreadableContractError(GatewayError):
    """A contract that cannot be used, with the file, the line (0: none in particular) and the reason."""

    def __init__(self, file: str, line: int, why: str) -> None:
        super().__init__(f"{file}:{line}: {why}" if line else f"{file}: {why}")
        self.file, self.line, self.why = file, line, why


def wsdl_files(file: Path) -> tuple[Path, dict[str, bytes], dict[str, etree._Element]]:
    """Give the folder that holds the WSDL and its references, and the files' bytes and roots by their path within, the WSDL's first.

    Raises :class:`UnreadableContractError` for a file that is missing, is not XML, or lies elsewhere.
    """
    found = dict(_xml_files(file.resolve(), {}))
    if (root := found[file.resolve()]).tag != f"{{{WSDL}}}definitions":
        raise UnreadableContractError(file.name, line_of(root), f"it is no WSDL: its root is {etree.QName(root).localname}")
    common = Path(os.path.commonpath([path.parent for path in found]))
    names = {path: path.relative_to(common).as_posix() for path in found}
    return common, {name: path.read_bytes() for path, name in names.items()}, {names[path]: root for path, root in found.items()}


def _xml_files(path: Path, seen: dict[Path, etree._Element]) -> Iterator[tuple[Path, etree._Element]]:
    if path in seen:
        return
    seen[path] = root = _xml(path)
    yield path, root
    for node in root.iter(*_REFERENCES):
        location = node.get(_REFERENCES[str(node.tag)])
        if not location or known_schema(location) or known_schema(node.get("namespace", "")):
            continue
        if urlsplit(location).scheme:
            raise UnreadableContractError(
                path.name,
                line_of(node),
                f"it refers to {location}: save that beside the file and refer to the copy; nothing is fetched",
            )
        target = beside(path, location).resolve()
        if not target.is_file():
            raise UnreadableContractError(path.name, line_of(node), f"it refers to {location}, which is not there")
        yield from _xml_files(target, seen)


def _xml(path: Path) -> etree._Element:
    content = _content(path)
    try:
        root = etree.fromstring(content, safe_parser())
    except etree.XMLSyntaxError as error:
        raise UnreadableContractError(path.name, error.lineno or 0, f"it is not well-formed XML: {error.msg}") from error
    if root.getroottree().docinfo.doctype:  # type: ignore[union-attr]  # a parsed document has it
        line = content.partition(b"<!DOCTYPE")[0].count(b"\n") + 1
        raise UnreadableContractError(path.name, line, "it holds a DTD, which is never read: take the DOCTYPE out")
    return root


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise UnreadableContractError(file.name, 0, f"it cannot be read ({error.strerror or type(error).__name__})") from error


def openapi_document(file: Path) -> tuple[dict[str, bytes], dict[str, object]]:
    """Read an OpenAPI document, one file of YAML or JSON, and give its bytes by its name, and its content.

    Raises :class:`UnreadableContractError` when it is neither, or no object.
    """
    content = _content(file)
    try:
        document = parse_document(content)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise UnreadableContractError(file.name, line, f"it is neither YAML nor JSON: {error.problem}") from error
    except RecursionError as error:
        raise UnreadableContractError(file.name, 1, "its parts stand within each other too deeply to be read") from error
    except (yaml.YAMLError, UnicodeDecodeError, ValueError) as error:
        raise UnreadableContractError(file.name, 0, f"it is neither YAML nor JSON ({type(error).__name__})") from error
    if not isinstance(document, dict):
        raise UnreadableContractError(file.name, 1, "it is no object: an OpenAPI document is wanted")
    return {file.name: content}, document


#: A recursion limit for a chain of a thousand types, far from what a process's stack can hold.
_CALLS: Final = 12_000


#: Python's default limit, under which other programs import a project.
_USUAL: Final = 1_000


@contextmanager
def deep(file: str) -> Iterator[None]:
    """Raise Python's recursion limit for as long as the block lasts.

    Raises ``UnreadableContractError`` for the file where that is not enough.
    """
    try:
        with _recursion(max(sys.getrecursionlimit(), _CALLS)):
            yield
    except RecursionError as error:
        raise UnreadableContractError(file, 1, "its parts stand within each other too deeply to be described") from error


def usual() -> AbstractContextManager[None]:
    """Lower the recursion limit to the one under which other programs import the project, for as long as the block lasts."""
    return _recursion(min(sys.getrecursionlimit(), _USUAL))


@contextmanager
def _recursion(limit: int) -> Iterator[None]:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(limit)
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


_STARTER = Path(__file__).parents[1] / "templates" / "starter-openapi.yaml"


@contextmanager
def starter_contract(name: str) -> Iterator[Path]:
    """Give a file with the contract, named for the adapter, for as long as the block lasts."""
    with tempfile.TemporaryDirectory(prefix="contract-") as folder:
        file = Path(folder, "openapi.yaml")
        file.write_text(_STARTER.read_text("utf-8").replace("the department", name), "utf-8")
        yield file
