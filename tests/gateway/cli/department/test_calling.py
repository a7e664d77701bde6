"""`gateway department call`: one call, everything on the wire shown masked, nothing sent that was not meant."""

from __future__ import annotations

import base64
import io
import os
import sys
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
import pytest

from gateway.cli import main
from gateway.cli.department.veil import leaves
from gateway.installation.host import load_plugins
from tests.gateway.cli.conftest import Command, Running
from tests.gateway.cli.department.conftest import SECRET, Backend, Elsewhere
from tests.plugins.exit_entry.test_adapter import FAMILY, PASSPORT
from tests.plugins.marriage.conftest import COUPLE, REGISTER, SINGLE
from tests.plugins.real_estate.cases import CO_OWNER, HOLDINGS, TRANSFER
from tests.plugins.social_security.conftest import REQUESTS as SOCIAL_SECURITY
from tests.plugins.tax.test_adapter import REQUESTS as TAX

_ANOTHER = pytest.mark.slow("two commands again; the first operation of each department stays")
REQUESTS: dict[str, dict[str, Any]] = {
    "exit_entry": {"update_family_status": FAMILY, "apply_passport": PASSPORT},
    "marriage": {"register": REGISTER, "couple_status": COUPLE, "marital_status": SINGLE},
    "real_estate": {"add_co_owner": CO_OWNER, "register_transfer": TRANSFER, "housing_holdings": HOLDINGS},
    "social_security": SOCIAL_SECURITY,
    "tax": TAX,
}
DEDUCTIONS = TAX["update_deductions"]


def write(folder: Path, request: object) -> Path:
    file = folder / "request.json"
    if isinstance(request, bytes):
        file.write_bytes(request)
        return file
    dumped = request if isinstance(request, Mapping) else request.model_dump(mode="json")  # type: ignore[attr-defined]  # a request model
    file.write_bytes(orjson.dumps(dumped, default=str))
    return file


def switch(running: Running, name: str, fault: Mapping[str, object]) -> None:
    order = urllib.request.Request(f"{running.stage.sandboxes[name]}/_sandbox/faults", data=orjson.dumps(fault))  # noqa: S310  # ours
    urllib.request.urlopen(order).close()  # noqa: S310  # as above


def effects(running: Running, name: str) -> Any:
    with urllib.request.urlopen(f"{running.stage.sandboxes[name]}/_sandbox/ledger") as reply:  # noqa: S310  # the sandbox's own port
        return orjson.loads(reply.read())


def secrets(running: Running, name: str) -> list[str]:
    folder = Path(f"{running.stage.environment['GATEWAY_DATA']}.secrets") / "departments" / name
    found = [file.read_text().strip() for file in folder.iterdir()]
    assert len(found) == len(load_plugins().adapters[name].secret_names)
    return found


@pytest.mark.parametrize(
    ("name", "operation"),
    [
        pytest.param(name, operation, marks=[] if operation == next(iter(requests)) else [_ANOTHER])
        for name, requests in REQUESTS.items()
        for operation in requests
    ],
)
def test_no_value_of_the_request_and_no_secret_is_ever_shown(
    running: Running, command: Command, tmp_path: Path, name: str, operation: str
) -> None:
    file = write(tmp_path, REQUESTS[name][operation])
    told = command("department", "call", name, operation, file, "--json")
    shown = command("department", "call", name, operation, file)
    assert told.code == shown.code == 0, told.out + told.err
    values = [value for _, value in leaves(orjson.loads(file.read_bytes())) if len(value) > 4 or not value.isascii()]
    assert len(values) > 1
    for ran in (told, shown):
        text = ran.out + ran.err
        assert [value for value in [*values, *secrets(running, name)] if value in text] == []
    found: Any = told.json
    (exchange,) = found["exchanges"]
    body = "\n".join(exchange["request"]["body"])
    assert [field for field, _ in leaves(orjson.loads(file.read_bytes())) if f"‹{field}›" in body], "it is seen where each field goes"
    assert exchange["reply"]["status"] == 200
    assert exchange["reply"]["body"]
    assert found["outcome"]["kind"] in ("accepted", "approved")


def test_what_people_see(running: Running, command: Command, tmp_path: Path) -> None:
    ran = command("department", "call", "real_estate", "housing_holdings", write(tmp_path, HOLDINGS))
    lines = [line.strip() for line in ran.out.splitlines()]
    assert lines[0] == f"→ POST {running.stage.sandboxes['real_estate']}/housing-holdings"
    assert "Content-Type: application/json" in lines
    assert "sign: ‹text 64›" in lines
    assert '"qlrzjh": "‹id_number›",' in lines
    assert "← 200" in lines
    assert '"code": "0",' in lines
    assert "outcome  approved" in lines
    assert "output count: ‹number›" in lines


def test_a_document_within_a_text_is_seen_too(running: Running, command: Command, tmp_path: Path) -> None:
    ran = command("department", "call", "marriage", "marital_status", write(tmp_path, SINGLE))
    lines = [line.strip() for line in ran.out.splitlines()]
    assert "<cert_num>‹id_number›</cert_num>" in lines
    assert "<code>0000</code>" in lines


def test_the_outcome_is_shown_to_who_asks_for_it(running: Running, command: Command, tmp_path: Path) -> None:
    file = write(tmp_path, DEDUCTIONS)
    masked: Any = command("department", "call", "tax", "update_deductions", file, "--json").json
    shown: Any = command("department", "call", "tax", "update_deductions", file, "--json", "--show-output").json
    assert masked["outcome"]["output"]["receipt_number"].startswith("‹")
    assert shown["outcome"]["output"]["receipt_number"] == shown["outcome"]["reference"]
    assert not str(shown["outcome"]["reference"]).startswith("‹")
    assert "‹" in orjson.dumps(shown["exchanges"]).decode(), "what went over the wire stays masked"


def test_a_rejection_and_a_return_are_answers_and_exit_1(running: Running, command: Command, tmp_path: Path) -> None:
    file = write(tmp_path, DEDUCTIONS)
    switch(running, "tax", {"fault": "business_error", "times": 1, "reason": "张三不符合条件"})
    rejected = command("department", "call", "tax", "update_deductions", file, "--json")
    switch(running, "tax", {"fault": "returned", "times": 1, "fields": ["idNumber"], "reason": "请更正"})
    returned = command("department", "call", "tax", "update_deductions", file, "--json")
    first, second = rejected.json, returned.json
    assert isinstance(first, dict)
    assert isinstance(second, dict)
    assert (rejected.code, first["outcome"]["kind"], first["outcome"]["code"]) == (1, "rejected", "41")
    assert first["outcome"]["reason"].startswith("‹text")
    assert "张三" not in rejected.out
    assert (returned.code, second["outcome"]["kind"]) == (1, "returned")
    assert second["outcome"]["fields"][0]["field"] in ("id_number", "")


def test_a_lost_reply_is_in_doubt_and_may_be_repeated_under_its_key(running: Running, command: Command, tmp_path: Path) -> None:
    file = write(tmp_path, DEDUCTIONS)
    switch(running, "tax", {"fault": "drop_reply", "times": 1, "operation": "update_deductions"})
    lost = command("department", "call", "tax", "update_deductions", file, "--json")
    told = lost.json
    assert isinstance(told, dict)
    assert (lost.code, told["error"]["kind"], told["error"]["code"]) == (4, "InDoubt", "connection_lost")
    assert told["exchanges"][0]["reply"] is None
    assert f"--key {told['key']}" in told["next"]
    again = command("department", "call", "tax", "update_deductions", file, "--key", told["key"])
    assert again.code == 0
    assert f"key  {told['key']}" in again.out
    assert len([one for one in effects(running, "tax") if one["key"] == told["key"]]) == 1


def test_refused_credentials_exit_1(running: Running, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_TAX_TOKEN", SECRET)
    ran = command("department", "call", "tax", "update_deductions", write(tmp_path, DEDUCTIONS))
    assert ran.code == 1
    assert "AuthFailed" in ran.out
    assert SECRET not in ran.out + ran.err


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b'{"name": 5, "colour": "red"}', ["/id_number: is required", "/colour: there is no such field", "/name: must be a string"]),
        ('{"张三": 1, "n500152199001010018": 2}'.encode(), ["/: there is no such field"]),
        (b'{"name": ', ["/: is not valid JSON (line 1, column"]),
        (b"[]", ["/: must be a JSON object"]),
        (b'{"name": "x", "name": "y"}', ["/name: appears more than once"]),
    ],
)
def test_everything_wrong_with_the_request_is_said_and_nothing_is_sent(
    running: Running, command: Command, tmp_path: Path, body: bytes, says: list[str]
) -> None:
    before = effects(running, "exit_entry")
    ran = command("department", "call", "exit_entry", "apply_passport", write(tmp_path, body))
    assert ran.code == 1
    assert "nothing was sent" in ran.err
    assert [words for words in says if words not in ran.err] == []
    assert "张三" not in ran.err
    assert "500152199001010018" not in ran.err
    assert effects(running, "exit_entry") == before


def test_an_effect_at_a_real_department_is_asked_for(backend: Backend, elsewhere: Elsewhere, command: Command, tmp_path: Path) -> None:
    data = {"code": "00", "message": "ok", "data": {"receiptNumber": "SJ-1", "effectiveOn": "2026-12-01"}}
    backend.answer = (200, "application/json", orjson.dumps(data), {})
    elsewhere(f"http://127.0.0.1:{backend.port}")
    file = write(tmp_path, DEDUCTIONS)
    refused = command("department", "call", "tax", "update_deductions", file)
    assert (refused.code, backend.came) == (2, [])
    assert "--yes" in refused.err
    assert f"127.0.0.1:{backend.port}" in refused.err
    assert command("department", "call", "tax", "update_deductions", file, "--yes").code != 2
    assert len(backend.came) == 1


class Terminal(io.StringIO):
    """A terminal at which somebody has typed."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("typed", ["y\n", "n\n"])
def test_a_person_at_a_terminal_is_asked(
    backend: Backend, elsewhere: Elsewhere, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    elsewhere(f"http://127.0.0.1:{backend.port}")
    monkeypatch.setattr(sys, "stdin", Terminal(typed))
    with pytest.raises(SystemExit):
        main(["department", "call", "tax", "update_deductions", str(write(tmp_path, DEDUCTIONS))])
    assert len(backend.came) == (1 if typed == "y\n" else 0)


def test_a_question_is_asked_anywhere_without_being_asked_for(
    backend: Backend, elsewhere: Elsewhere, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere("sandbox")
    file = Path(os.environ["GATEWAY_CONFIG"]) / "departments" / "real_estate.yaml"
    text = file.read_text(encoding="utf-8").replace("endpoint: sandbox", f"endpoint: http://127.0.0.1:{backend.port}")
    file.write_text(text, encoding="utf-8")
    backend.answer = (200, "application/json", b'{"code": "0", "list": []}', {})
    monkeypatch.setenv("GATEWAY_REAL_ESTATE_APP_SECRET", SECRET)
    monkeypatch.setenv("GATEWAY_REAL_ESTATE_CALLBACK_SECRET", "whsec_" + base64.b64encode(bytes(32)).decode())
    assert command("department", "call", "real_estate", "housing_holdings", write(tmp_path, HOLDINGS)).code == 0
    assert len(backend.came) == 1


def test_codes_under_a_name_that_is_asked_for(running: Running, command: Command, tmp_path: Path) -> None:
    file = write(tmp_path, SOCIAL_SECURITY["update_family"])
    asked = ("department", "call", "social_security", "update_family", file)
    assert "<BAZ003>‹digits 1›</BAZ003>" in command(*asked).out
    shown = command(*asked, "--show", "BAZ003", "--show", "AAC003").out
    assert "<BAZ003>1</BAZ003>" in shown
    assert "<AAC003>‹name›</AAC003>" in shown


def test_a_long_reply_is_cut_for_people_and_whole_for_machines(
    backend: Backend, elsewhere: Elsewhere, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend.answer = (200, "application/json", orjson.dumps([1] * 1000), {})
    elsewhere(f"http://127.0.0.1:{backend.port}")
    monkeypatch.setenv("GATEWAY_LANGUAGE", "zh")
    asked = ("department", "call", "tax", "update_deductions", write(tmp_path, DEDUCTIONS), "--yes")
    shown = command(*asked)
    assert len(shown.out.splitlines()) < 220
    assert "--json 显示全部" in shown.out
    told: Any = command(*asked, "--json").json
    assert len(told["exchanges"][0]["reply"]["body"]) == 1002


def test_what_a_department_repeats_in_a_page_stays_masked(backend: Backend, elsewhere: Elsewhere, command: Command, tmp_path: Path) -> None:
    file = write(tmp_path, DEDUCTIONS)
    values = [value for _, value in leaves(orjson.loads(file.read_bytes())) if len(value) > 4 or not value.isascii()]
    words = f"{SECRET} {' '.join(values)}"
    elsewhere(f"http://127.0.0.1:{backend.port}")
    for kind, body in (
        ("text/html; charset=utf-8", f"<html><body class='{words}'>{words}</body></html>"),
        ("application/json", orjson.dumps({"code": words, "status": values[0], words: [words], "type": SECRET}).decode()),
        ("text/plain", words),
        ("text/xml", f"<code status='{words}'><!-- {words} -->{words}</code>"),
    ):
        backend.answer = (500, kind, body.encode(), {"X-Debug": SECRET, "Location": "/" + SECRET, "Set-Cookie": f"a={SECRET}"})
        ran = command("department", "call", "tax", "update_deductions", file, "--yes")
        assert ran.code == 4
        text = ran.out + ran.err
        assert [value for value in [*values, SECRET] if value in text] == [], kind


def test_a_sandbox_that_does_not_run_says_which_command_starts_it(
    stopped: Path, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GATEWAY_TAX_TOKEN", SECRET)
    ran = command("department", "call", "tax", "update_deductions", write(tmp_path, DEDUCTIONS))
    assert ran.code == 3
    assert "gateway sandbox" in ran.out


def test_what_is_not_there(running: Running, command: Command, tmp_path: Path) -> None:
    file = write(tmp_path, DEDUCTIONS)
    assert "update_deductions" in command("department", "call", "tax", "dance", file).err
    assert command("department", "call", "tax", "dance", file).code == 1
    assert command("department", "call", "water", "dance", file).code == 1
    assert command("department", "call", "tax", "update_deductions", tmp_path / "nowhere.json").code == 2
