"""Generated adapters against PHP's own SoapServer: document and rpc, literal and encoded, SOAP 1.1 and 1.2."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from gateway.model.errors import DepartmentError
from gateway.sdk import Accepted, Approved, AuthFailed, InDoubt, Invalid, Rejected, Unavailable
from tests.foreign import contracts, programs
from tests.foreign.filled_in import RESIDENCE, Adapter, adapters
from tests.foreign.requests import company, deed, residence
from tests.foreign.serving import serving
from tests.ports import free_port, give_back

#: Getting PHP takes its time, once.
pytestmark = pytest.mark.timeout(240)

_SCRIPT = Path(__file__).parent / "php" / "departments.php"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return contracts.lay_out(tmp_path_factory.mktemp("php"))


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[str]:
    try:
        program = programs.php()
    except programs.MissingError as error:
        programs.skip("PHP with its SOAP extension", error)
    port = free_port()
    # As php.ini-production has it.
    settings = [part for one in ("display_errors=0", "log_errors=0", "output_buffering=4096") for part in ("-d", one)]
    with serving(program, *settings, "-S", f"127.0.0.1:{port}", str(_SCRIPT), ready="started", environment={"CONTRACTS": str(folder)}):
        yield f"http://127.0.0.1:{port}"
    give_back(port)


@pytest.fixture(scope="module")
def made(folder: Path) -> Iterator[dict[str, Adapter]]:
    """The adapters, by their contracts."""
    with adapters(folder) as make:
        yield {
            "residence11": make(folder / "residence11.wsdl", "php11", RESIDENCE),
            "residence12": make(folder / "residence12.wsdl", "php12", RESIDENCE),
            "rpc_literal": make(folder / "rpc_literal.wsdl", "php_rpc"),
            "rpc_encoded": make(folder / "rpc_encoded.wsdl", "php_encoded"),
        }


@pytest.fixture(params=["residence11", "residence12"])
def permits(request: pytest.FixtureRequest, made: dict[str, Adapter]) -> Adapter:
    """A document-style adapter, of either version."""
    return made[str(request.param)]


async def test_approved_with_all_that_was_said(permits: Adapter, server: str) -> None:
    outcome = await permits.submit(f"{server}/plain", "register", residence("approve"))
    assert isinstance(outcome, Approved)
    said = outcome.output.model_dump()
    assert said["number"].startswith("居-")
    assert (said["state"], said["note"], said["scan"]) == ("approved", None, b"\x00\xffabc")
    assert said["office"] == "一号窗口 414 1990-01-01 None 12.50 CNY [('身份证', 2), ('户口本', 9)]"


async def test_what_was_sent_is_understood(permits: Adapter, server: str) -> None:
    outcome = await permits.submit(f"{server}/plain", "register", residence("repeat"))
    assert isinstance(outcome, Approved)
    heard = json.loads(outcome.output.model_dump()["note"])
    assert heard[:8] == ["renewal", "测试甲 & <乙>", "414", "1990-01-01", True, None, "12.50", "CNY"]
    assert heard[8:] == ["身份证 2", "户口本 9", "2026-03-02T09:30:00+08:00", "00ff616263"]


@pytest.mark.parametrize("documents", [[], [{"title": "护照", "pages": 1}]])
async def test_lists_of_none_and_one(permits: Adapter, server: str, documents: list[dict[str, object]]) -> None:
    outcome = await permits.submit(f"{server}/plain", "register", residence("approve", document=documents, scan=None))
    assert isinstance(outcome, Approved)
    assert outcome.output.model_dump()["office"].endswith(str([(one["title"], one["pages"]) for one in documents]))


async def test_answers_on_the_merits(permits: Adapter, server: str) -> None:
    assert isinstance(await permits.submit(f"{server}/plain", "register", residence("accept")), Accepted)
    assert await permits.submit(f"{server}/plain", "register", residence("refuse")) == Rejected(code="refused", reason="")
    assert await permits.submit(f"{server}/plain", "register", residence("refusal")) == Rejected(code="E7", reason="缺少身份证明")


@pytest.mark.parametrize(
    ("wish", "error", "code"),
    [
        ("fault of the server", InDoubt, "soap_fault"),
        ("fault of the client", Invalid, "soap_fault"),
        ("fault with a stack trace", InDoubt, "soap_fault"),
        ("exception", InDoubt, "http_500"),
        ("error", InDoubt, "soap_fault"),
        ("exit", InDoubt, "reply_type"),
        ("empty 500", InDoubt, "http_500"),
        ("large", InDoubt, "reply_too_large"),
        ("many", InDoubt, "reply_too_large"),
    ],
)
async def test_every_other_end_is_the_right_error(
    permits: Adapter, server: str, wish: str, error: type[DepartmentError], code: str
) -> None:
    """PHP names the only fault that the contract declares in all of them: none is a refusal for that."""
    with pytest.raises(error) as raised:
        await permits.submit(f"{server}/plain", "register", residence(wish))
    assert raised.value.code == code
    assert "数据库" not in str(raised.value)


async def test_wrong_credentials(permits: Adapter, server: str) -> None:
    with pytest.raises(AuthFailed):
        await permits.submit(f"{server}/plain", "register", residence("approve"), password="other")


@pytest.mark.parametrize("oddity", ["bom", "blank", "warned"])
async def test_what_scripts_print_before_the_envelope(permits: Adapter, server: str, oddity: str) -> None:
    """A byte order mark, blank lines, a warning: the envelope is longer than the length that PHP gives for it, and cut."""
    with pytest.raises(InDoubt):
        await permits.submit(f"{server}/{oddity}", "register", residence("approve"))


@pytest.mark.parametrize("wish", ["exception", "error"])
async def test_a_server_that_shows_its_errors(permits: Adapter, server: str, wish: str) -> None:
    with pytest.raises(InDoubt) as raised:
        await permits.submit(f"{server}/talkative", "register", residence(wish))
    assert "测试甲" not in str(raised.value)
    assert "500152199001010018" not in str(raised.value)


async def test_a_reply_with_a_header_that_nobody_declared(permits: Adapter, server: str) -> None:
    assert isinstance(await permits.submit(f"{server}/plain", "register", residence("undeclared header")), Approved)


async def test_a_probe_sees_that_somebody_answers(permits: Adapter, server: str) -> None:
    async with permits.opened(f"{server}/plain") as department:
        await department.probe()
    async with permits.opened("http://127.0.0.1:1") as department:
        with pytest.raises(Unavailable):
            await department.probe()


async def test_rpc_literal(made: dict[str, Adapter], server: str) -> None:
    adapter = made["rpc_literal"]
    outcome = await adapter.submit(f"{server}/plain", "enter", company("测试公司"))
    assert isinstance(outcome, Approved)
    assert outcome.output.model_dump() == {"number": "测试公司/1.50/2020-02-29/渝中+江北", "taken": False}
    outcome = await adapter.submit(f"{server}/plain", "count", {})
    assert isinstance(outcome, Approved)
    assert outcome.output.model_dump() == {"count": 7}


async def test_rpc_encoded_with_arrays(made: dict[str, Adapter], server: str) -> None:
    adapter = made["rpc_encoded"]
    outcome = await adapter.submit(f"{server}/plain", "transfer", deed("渝-7"))
    assert isinstance(outcome, Approved)
    assert outcome.output.model_dump() == {"certificate": "证-渝-7 乙 & 丙+甲 测试甲 0.5+测试甲 0.5+测试戊 0.25"}
    outcome = await adapter.submit(f"{server}/plain", "transfer", deed("none", owners=[], names=[], sharers=[]))
    assert isinstance(outcome, Approved)
    assert outcome.output.model_dump() == {"certificate": "证-none  "}


@pytest.mark.parametrize(("name", "expected"), [("some", ["测试甲", "测试戊"]), ("none", [])])
async def test_a_reply_that_is_an_array(made: dict[str, Adapter], server: str, name: str, expected: list[str]) -> None:
    adapter = made["rpc_encoded"]
    async with adapter.opened(f"{server}/plain") as department:
        reply = await department.soap.call(adapter.call("owners"), "owners", {"deed": name}, TypeAdapter(list[dict[str, Any]]))
    assert [one["name"] for one in reply] == expected


@pytest.mark.parametrize(
    ("wish", "error"),
    [
        ("fault of the server", InDoubt),
        ("fault of the client", Invalid),
        ("fault with a stack trace", InDoubt),
        ("exception", InDoubt),
        ("error", InDoubt),
        ("exit", InDoubt),
    ],
)
async def test_rpc_ends_in_the_same_errors(made: dict[str, Adapter], server: str, wish: str, error: type[DepartmentError]) -> None:
    for name, operation, request in (("rpc_literal", "enter", company(wish)), ("rpc_encoded", "transfer", deed(wish))):
        with pytest.raises(error):
            await made[name].submit(f"{server}/plain", operation, request)
