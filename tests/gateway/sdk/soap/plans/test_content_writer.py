"""What is sent by a content with choices and groups is what was given: the reader of the same content gives it back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from gateway.model.errors import Invalid
from gateway.sdk.soap.contract import SoapContract
from gateway.sdk.soap.document import parse
from gateway.sdk.soap.plans.simple_values import DatePart
from tests.gateway.scaffold.wsdl.test_document import ZOO
from tests.gateway.sdk.soap.contents import contract, enveloped, plain, reply
from tests.gateway.sdk.soap.contracts import Case


def sent(contract: SoapContract, operation: str, arguments: dict[str, Any]) -> list[tuple[str, str | None]]:
    """The elements in a request's Body, with the texts of those that hold none."""
    body = etree.fromstring(contract.build(operation, arguments)[0])[0]
    return [(etree.QName(one).localname, one.text) for one in body.iter() if not len(one)]


@pytest.mark.parametrize("value", [{"one": ""}, {"one": "x"}, {"two": 0}, {"two": 7}, {"one": "x", "two": None}])
def test_a_choice_is_sent_whatever_python_takes_its_value_for(ours: Path, value: dict[str, Any]) -> None:
    [(name, given)] = [(name, one) for name, one in value.items() if one is not None]
    assert sent(Case(ours, "either").contract, "either", value) == [(name, str(given) or None)]


ASKED = {
    "built": "2026",
    "month": "2026-11",
    "day": "---05",
    "period": "P1Y2M",
    "plot": 0,
    "always": False,
    "owner": {"firm": "", "share": 0},
}


def opened() -> SoapContract:
    file = ZOO / "choices.wsdl"
    return SoapContract(file, schema=file, service=None, port=None, security=None)


def test_parts_of_dates_and_durations_are_sent_as_they_are_written() -> None:
    texts = dict(sent(opened(), "register", ASKED))
    assert [texts[name] for name in ("built", "month", "day", "period", "plot", "always")] == [
        "2026",
        "2026-11",
        "---05",
        "P1Y2M",
        "0",
        "false",
    ]
    assert [texts[name] for name in ("firm", "share")] == [None, "0"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"always": None},
        {"always": True, "from": "2026-03-02", "to": "2026-03-02"},
        {"from": "2026-03-02", "always": None},
        {"town": "x"},
        {"plot": None, "town": "x"},
        {"built": "26"},
        {"built": "2026-11"},
        {"month": "2026-13"},
        {"period": "1 day"},
        {"owner": {}},
        {"owner": {"firm": "x", "person": "y"}},
        {"nobody": "x"},
    ],
)
def test_what_fits_no_branch_is_said_and_not_sent(wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        opened().build("register", ASKED | wrong)


@pytest.mark.parametrize("seed", range(12))
def test_values_that_were_read_can_be_written_again(seed: int, tmp_path: Path) -> None:
    """The reply of a generated contract, taken for a request: what is written of its values is read as the same."""
    if (made := contract(seed, tmp_path)) is None:
        pytest.fail("libxml2 takes every one of these")
    file, whole, _ = made
    echo = tmp_path / "echo.wsdl"
    echo.write_text(file.read_text().replace('<part name="p" element="t:ask"/>', '<part name="p" element="t:askResponse"/>'))
    contract_ = SoapContract(echo, schema=echo, service=None, port=None, security=None)
    assert contract_._operations["ask"].request is not None
    for number in range(6):
        node, values, _ = reply(seed * 100 + number, whole)
        if _holds_none(values):  # an element of which nothing is said cannot be told from none
            continue
        read = _texts(contract_.read("ask", parse(enveloped(node))))
        envelope = etree.fromstring(contract_._operations["ask"].envelope.around(contract_._operations["ask"].request.write(read)))
        assert contract_._schema is not None
        assert contract_._schema.mismatch(envelope[0][0]) is None
        assert plain(contract_.read("ask", envelope)) == plain(values)


def _texts(value: Any) -> Any:
    """The values as an adapter has them, and without what is not there: parts of dates are texts."""
    if isinstance(value, dict):
        return {name: _texts(one) for name, one in value.items() if one is not None and one != []}
    return str(value) if isinstance(value, DatePart) else [_texts(one) for one in value] if isinstance(value, list) else value


def _holds_none(value: Any) -> bool:
    if isinstance(value, dict):
        return not value or any(_holds_none(one) for one in value.values())
    return any(_holds_none(one) for one in value) if isinstance(value, list) else value is None
