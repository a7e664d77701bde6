"""WSDLs of every style: each gives a project that passes its own tests as it is, or an error that says where and why."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.scaffold.contract.contract_files import UnreadableContractError
from gateway.scaffold.wsdl.document import read
from tests.gateway.scaffold.projects import conformance, written

ZOO = Path(__file__).parents[1] / "zoo"
_ANOTHER = pytest.mark.slow("a project that runs its own tests in a process of its own; wrapped.wsdl stays")


@pytest.mark.parametrize(
    ("contract", "gaps"),
    [
        ("wrapped.wsdl", ["wrapped.wsdl", "wrapped.wsdl:68", "wrapped.wsdl:70"]),
        pytest.param("bare.wsdl", ["Case._value_1"], marks=_ANOTHER),
        pytest.param("rpc_literal.wsdl", [], marks=_ANOTHER),
        pytest.param("rpc_encoded.wsdl", [], marks=_ANOTHER),
        pytest.param("rpc_without_parts.wsdl", ["rpc_without_parts.wsdl:4"], marks=_ANOTHER),
        pytest.param("choices.wsdl", [], marks=_ANOTHER),
        pytest.param("written_forms.wsdl", ["written_forms.wsdl:60", "written_forms.wsdl:61"], marks=_ANOTHER),
        pytest.param("split/wsdl/service.wsdl", [], marks=_ANOTHER),
    ],
)
def test_a_project_passes_its_own_tests_as_it_is(contract: str, gaps: list[str], tmp_path: Path) -> None:
    project = written(ZOO / contract, "department", tmp_path / "department")
    assert [gap.where for gap in project.gaps] == gaps
    assert re.fullmatch(r"\d+ passed, \d+ skipped in .*", conformance(project.folder))


@_ANOTHER
def test_a_contract_longer_than_a_reply_may_be_passes_its_own_tests(tmp_path: Path) -> None:
    """The probe asks the service's address, where the sandbox shows its WSDL."""
    text = (ZOO / "choices.wsdl").read_text()
    (tmp_path / "long.wsdl").write_text(text.replace("</definitions>", f"<!--{'x' * 346_000}--></definitions>"))
    assert re.fullmatch(r"\d+ passed, \d+ skipped in .*", conformance(written(tmp_path / "long.wsdl", "department", tmp_path / "d").folder))


def test_models_keep_the_rules_of_what_a_type_consists_of(tmp_path: Path) -> None:
    source = (written(ZOO / "wrapped.wsdl", "x", tmp_path / "x").folder / "src/x_adapter/requests.py").read_text()
    clerk = source.partition("class Clerk")[2].partition("class ")[0]
    assert '"""姓名"""' in clerk  # said of the type that it derives from
    assert "by: Annotated[str, Field(max_length=8)] | None" in clerk  # of an attribute in a group of them
    assert "counter: Annotated[int, Field(ge=0, le=255)]" in clerk  # of a built-in type


def test_values_are_written_as_the_contract_wants_them(tmp_path: Path) -> None:
    project = written(ZOO / "written_forms.wsdl", "x", tmp_path / "x")
    assert not any(gap.red for gap in project.gaps)
    source = (project.folder / "src/x_adapter/requests.py").read_text()
    amount = "Annotated[Decimal, Field(ge=0.01, le=999999999.99, decimal_places=2), decimal_places(2)]"
    assert source.count(f"amount: {amount}") == 2  # in the list too
    assert 'list_: Literal["urn:zoo:lists"] | None' in source
    assert "empty: dict[str, Any] = Field(default_factory=dict)" in source  # nobody can fill it in
    sample = json.loads((project.folder / "src/x_adapter/samples/pay/request.json").read_text())
    assert (sample["rate"], sample["reference"]["version"], sample["at"]) == (0.06, 1.5, "2026-03-02T01:30:00Z")
    assert "<paid>1.00</paid>" in (project.folder / "src/x_adapter/samples/pay/reply.xml").read_text().replace("ns0:", "")


def test_operations_have_the_headers_that_are_theirs(tmp_path: Path) -> None:
    """Parts of one name may be of different elements."""
    adapter = (written(ZOO / "written_forms.wsdl", "x", tmp_path / "x").folder / "src/x_adapter/adapter.py").read_text()
    of_stack, of_pay = adapter.partition("def _stack_headers")[2].split("def _pay_headers")
    assert [('"size"' in one, '"who"' in one) for one in (of_stack, of_pay)] == [(True, False), (False, True)]
    assert adapter.count("headers=self._pay_headers(call)") == adapter.count("headers=self._stack_headers(call)") == 1


def test_what_no_service_can_fill_in_is_told(tmp_path: Path) -> None:
    """The trial is of the operation that a form can fill in; where there is none, generation says so."""
    assert "operation: pay" in (written(ZOO / "written_forms.wsdl", "x", tmp_path / "x").folder / "config/services/try-x.yaml").read_text()
    (gap,) = [one for one in written(ZOO / "written_forms.wsdl", "y", tmp_path / "y", only=["stack"]).gaps if "try-y" in one.where]
    assert "stack needs component" in gap.what


def test_items_of_soap_arrays_have_types(tmp_path: Path) -> None:
    source = (written(ZOO / "rpc_encoded.wsdl", "x", tmp_path / "x").folder / "src/x_adapter/requests.py").read_text()
    assert "owners: list[Owner]" in source
    assert "sharers: list[Owner]" in source
    assert "names: list[str]" in source


def changed(contract: str, *changes: tuple[str, str]) -> Callable[[Path], Path]:
    """A contract of the zoo with something wrong in it, made in the folder of a test."""

    def make(folder: Path) -> Path:
        file = folder / Path(contract).name
        text = (ZOO / contract).read_text("utf-8")
        for before, after in changes:
            assert before in text
            text = text.replace(before, after, 1)
        file.write_text(text, "utf-8")
        return file

    return make


def without_a_file(folder: Path) -> Path:
    shutil.copytree(ZOO / "split", folder / "split")
    (folder / "split/xsd/more.xsd").unlink()
    return folder / "split/wsdl/service.wsdl"


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (without_a_file, r"messages\.xsd:6: it refers to \./more\.xsd, which is not there"),
        (changed("rpc_literal.wsdl", ("</types>", "</typse>")), r"rpc_literal\.wsdl:\d+: it is not well-formed XML: .*types"),
        (changed("rpc_literal.wsdl", ("<definitions ", "<!DOCTYPE a><definitions ")), r"rpc_literal\.wsdl:3: it holds a DTD"),
        (
            changed("wrapped.wsdl", ('type="z:Way"', 'type="z:Wya"')),
            r"wrapped\.wsdl:\d+: it refers to the type z:Wya, which is not defined",
        ),
        (changed("wrapped.wsdl", ('ref="z:Place"', 'ref="z:Palce"')), r"wrapped\.wsdl:\d+: it refers to the group z:Palce"),
        (changed("wrapped.wsdl", ('element="z:register"', 'element="z:o"')), r"wrapped\.wsdl:\d+: it refers to the element z:o"),
        (changed("rpc_literal.wsdl", ('type="z:Companies"', 'type="z:C"')), r"rpc_literal\.wsdl:\d+: it refers to the portType z:C"),
        (changed("rpc_literal.wsdl", ('binding="z:Binding"', 'binding="z:B"')), r"rpc_literal\.wsdl:\d+: it refers to the binding z:B"),
        (
            changed("wrapped.wsdl", ('<w:output message="z:registerOut"/>', "")),
            r"wrapped\.wsdl: it has no operation .*register: it is one-way",
        ),
        (lambda _: ZOO / "split/xsd/more.xsd", r"more\.xsd:2: it is no WSDL: its root is schema"),
        (lambda folder: folder / "none.wsdl", r"none\.wsdl: it cannot be read"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(make: Callable[[Path], Path], said: str, tmp_path: Path) -> None:
    file = make(tmp_path)
    with pytest.raises(UnreadableContractError, match=said):
        read(file)


def test_a_broken_message_costs_its_own_operation_alone(tmp_path: Path) -> None:
    contract = read(changed("rpc_literal.wsdl", ('type="z:Answer"', 'type="z:Anwser"'))(tmp_path))
    assert [one.name for one in contract.operations] == ["count"]
    assert [gap.where for gap in contract.gaps] == ["rpc_literal.wsdl:15"]
    assert "z:Anwser" in contract.gaps[0].what


def test_a_wsdl_longer_than_any_reply_is_reached(tmp_path: Path) -> None:
    """A probe asks for the address with GET, which is answered with the whole WSDL."""
    file = tmp_path / "large.wsdl"
    text = (ZOO / "repeated-field-named-list.wsdl").read_text("utf-8")
    file.write_text(text.replace("<types>", f"<!--{'x' * 400_000}--><types>"), "utf-8")
    folder = written(file, "large", tmp_path / "large").folder
    assert re.fullmatch(r"\d+ passed, \d+ deselected in .*", conformance(folder, "-k", "probe"))
