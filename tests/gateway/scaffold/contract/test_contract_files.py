"""A contract is collected with every file it refers to; what is missing is told with file and line."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from gateway.scaffold.contract.contract_files import UnreadableContractError, deep, openapi_document, starter_contract, usual, wsdl_files
from gateway.scaffold.openapi import document as openapi

ZOO = Path(__file__).parents[1] / "zoo"


def test_files_beside_and_above_are_collected_by_their_paths() -> None:
    folder, files, roots = wsdl_files(ZOO / "split/wsdl/service.wsdl")
    assert folder == ZOO / "split"
    assert {"wsdl/service.wsdl", "xsd/messages.xsd", "xsd/common/types.xsd"} <= files.keys()
    assert list(files) == list(roots)
    assert files["xsd/messages.xsd"] == (ZOO / "split/xsd/messages.xsd").read_bytes()


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        (
            '<definitions xmlns="http://schemas.xmlsoap.org/wsdl/">\n\n<import location="b.wsdl"/></definitions>',
            3,
            "b.wsdl, which is not there",
        ),
        (
            '<definitions xmlns="http://schemas.xmlsoap.org/wsdl/">\n<import location="https://x.example/b.wsdl"/></definitions>',
            2,
            "nothing is fetched",
        ),
        ("<definitions>\n<a></definitions>", 2, "not well-formed XML"),
        ("", 1, "not well-formed XML"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, text: str, line: int, why: str) -> None:
    file = tmp_path / "a.wsdl"
    file.write_text(text)
    with pytest.raises(UnreadableContractError, match=why) as raised:
        wsdl_files(file)
    assert (raised.value.file, raised.value.line) == ("a.wsdl", line)
    assert str(raised.value).startswith(f"a.wsdl:{line}: ")


def test_no_entity_is_resolved(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s")
    file = tmp_path / "a.wsdl"
    file.write_text(f'<!DOCTYPE d [<!ENTITY e SYSTEM "{tmp_path / "secret"}">]>\n<definitions>&e;</definitions>')
    try:
        _, _, roots = wsdl_files(file)
    except UnreadableContractError:
        return
    assert "".join(str(text) for text in roots["a.wsdl"].itertext()).strip() in {"", "&e;"}


@pytest.mark.parametrize("text", ['{"openapi": "3.1.0"}', "openapi: 3.1.0\n"])
def test_yaml_and_json_are_one(tmp_path: Path, text: str) -> None:
    file = tmp_path / "a"
    file.write_text(text)
    assert openapi_document(file) == ({"a": text.encode()}, {"openapi": "3.1.0"})


def test_what_is_no_text_is_told(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes(b"\xff\xfe\x00\xd8")
    with pytest.raises(UnreadableContractError, match="neither YAML nor JSON"):
        openapi_document(file)
    with pytest.raises(UnreadableContractError, match="cannot be read"):
        openapi_document(tmp_path / "none.yaml")


def down(calls: int) -> int:
    return 0 if calls == 0 else 1 + down(calls - 1)


def test_calls_may_stand_within_each_other_more_deeply() -> None:
    before = sys.getrecursionlimit()
    with deep("a.yaml"):
        assert down(3 * before) == 3 * before
        with usual(), pytest.raises(RecursionError):
            down(3 * before)
    assert sys.getrecursionlimit() == before


def test_what_is_too_deep_is_an_error_of_the_contract() -> None:
    with pytest.raises(UnreadableContractError, match=r"^a\.yaml:1: its parts stand within each other too deeply"), deep("a.yaml"):
        down(100_000)


def test_it_is_read_without_a_gap_and_named_for_the_adapter() -> None:
    with starter_contract("fire") as file:
        contract = openapi.read(file)
    assert contract.title == "Interface of fire"
    assert contract.gaps == []
    assert [(one.name, one.read_only) for one in contract.operations] == [("file_application", False), ("status", True)]
    assert not file.exists()
