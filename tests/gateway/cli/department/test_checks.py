"""`gateway department probe`: what is wrong with one department is told apart, and nothing is done there."""

from __future__ import annotations

import os
import urllib.request
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.gateway.cli.conftest import Command, Ran, Running
from tests.gateway.cli.department.conftest import SECRET, Backend, Elsewhere
from tests.ports import free_port


def standings(ran: Ran) -> dict[str, str]:
    found: Any = ran.json
    return {one["check"]: one["standing"] for one in found["checks"]}


def detail(ran: Ran, check: str) -> str:
    found: Any = ran.json
    return next(str(one["detail"]) for one in found["checks"] if one["check"] == check)


def effects(running: Running, name: str) -> Any:
    with urllib.request.urlopen(f"{running.stage.sandboxes[name]}/_sandbox/ledger") as reply:  # noqa: S310  # the sandbox's own port
        return orjson.loads(reply.read())


@pytest.mark.parametrize("name", ["exit_entry", "marriage", "real_estate", "social_security", "tax"])
def test_beside_a_running_gateway_all_is_well_and_nothing_is_done(running: Running, command: Command, name: str) -> None:
    before = effects(running, name)
    ran = command("department", "probe", name, "--json")
    assert ran.code == 0, ran.out + ran.err
    assert standings(ran) == {"configuration": "ok", "address": "ok", "tls": "skipped", "adapter": "ok", "department": "ok"}
    assert effects(running, name) == before


def test_one_line_each_in_either_language(running: Running, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    english = command("department", "probe", "tax").out.splitlines()
    monkeypatch.setenv("GATEWAY_LANGUAGE", "zh")
    chinese = command("department", "probe", "tax").out.splitlines()
    assert len(english) == len(chinese) == 5
    assert english[0].startswith("configuration: ok · http://127.0.0.1:")
    assert chinese[0].startswith("配置：正常 · http://127.0.0.1:")


def test_wrong_credentials_name_the_secret_and_never_show_it(running: Running, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_TAX_TOKEN", SECRET)
    ran = command("department", "probe", "tax", "--json")
    assert ran.code == 1
    assert standings(ran)["department"] == "failed"
    assert all(word in detail(ran, "department") for word in ("AuthFailed", "GATEWAY_TAX_TOKEN", "clock"))
    assert SECRET not in ran.out + ran.err


def test_a_sandbox_that_never_ran_says_which_command_starts_it_and_leaves_no_secrets(stopped: Path, command: Command) -> None:
    ran = command("department", "probe", "tax")
    assert ran.code == 1
    assert "gateway sandbox" in ran.out
    assert list(stopped.iterdir()) == []


def test_a_sandbox_that_does_not_run_says_which_command_starts_it(stopped: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_TAX_TOKEN", SECRET)
    ran = command("department", "probe", "tax", "--json")
    assert ran.code == 1
    assert standings(ran) == {
        "configuration": "ok",
        "address": "failed",
        "tls": "skipped",
        "adapter": "skipped",
        "department": "skipped",
    }
    assert "gateway sandbox" in detail(ran, "address")


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ((200, "application/json", b'{"code": "00", "message": "ok"}', {}), (None, "takes our credentials")),
        ((401, "application/json", b"{}", {}), ("http_401", "AuthFailed")),
        ((503, "text/plain", b"", {}), ("http_503", "Unavailable")),
        ((429, "text/plain", b"", {"Retry-After": "30"}), ("http_429", "try again after 30 s")),
        ((400, "application/problem+json", b'{"title": "Bad", "status": 400}', {}), ("http_400", "Invalid")),
        ((502, "text/html", b"<h1>Bad gateway</h1>", {}), ("http_502", "InDoubt")),
        ((200, "text/html", b"<form>Log in</form>", {}), ("reply_type", "a login page")),
        ((200, "application/json", b"{}", {}), ("reply_contract", "InDoubt")),
    ],
)
def test_what_comes_back_is_told_apart(
    backend: Backend, elsewhere: Elsewhere, command: Command, answer: Any, expected: tuple[str | None, str]
) -> None:
    backend.answer, (code, says) = answer, expected
    elsewhere(f"http://127.0.0.1:{backend.port}")
    ran = command("department", "probe", "tax", "--json")
    found: Any = ran.json
    last = found["checks"][-1]
    assert (last["check"], last["code"]) == ("department", code)
    assert says in last["detail"]
    assert ran.code == (0 if code is None else 1)
    assert SECRET not in ran.out + ran.err


def test_a_name_that_does_not_resolve(elsewhere: Elsewhere, command: Command) -> None:
    elsewhere("https://department.invalid")
    ran = command("department", "probe", "tax", "--json")
    assert ran.code == 1
    assert standings(ran)["address"] == "failed"
    assert "department.invalid" in detail(ran, "address")


def test_a_port_where_nobody_listens(elsewhere: Elsewhere, command: Command) -> None:
    port = free_port()
    elsewhere(f"http://127.0.0.1:{port}")
    ran = command("department", "probe", "tax", "--json")
    assert (ran.code, standings(ran)["address"]) == (1, "failed")
    assert f"127.0.0.1:{port}" in detail(ran, "address")
    assert "gateway sandbox" not in ran.out


def test_https_where_http_is_spoken(backend: Backend, elsewhere: Elsewhere, command: Command) -> None:
    elsewhere(f"https://127.0.0.1:{backend.port}")
    ran = command("department", "probe", "tax", "--json")
    assert (ran.code, standings(ran)["tls"], standings(ran)["department"]) == (1, "failed", "failed")


def test_everything_that_is_wrong_with_its_configuration_and_nothing_of_others(elsewhere: Elsewhere, command: Command) -> None:
    elsewhere("ftp://tax.example", "limits: {deadline: 3}")
    config = Path(os.environ["GATEWAY_CONFIG"]) / "departments"
    (config / "marriage.yaml").write_text("title: 5\n", encoding="utf-8")
    ran = command("department", "probe", "tax")
    assert ran.code == 1
    assert "tax.yaml:4: limits.deadline" in ran.out
    assert "marriage.yaml" not in ran.out + ran.err
    assert command("department", "probe", "real_estate").out.startswith("configuration: failed · real_estate: its sandbox")


def test_one_that_is_disabled_can_be_tried_before_it_is_enabled(backend: Backend, elsewhere: Elsewhere, command: Command) -> None:
    elsewhere(f"http://127.0.0.1:{backend.port}", "enabled: false")
    ran = command("department", "probe", "tax", "--json")
    assert ran.code == 0
    assert "enabled: false" in detail(ran, "configuration")


def test_missing_secrets_are_named(elsewhere: Elsewhere, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GATEWAY_TAX_TOKEN")
    elsewhere("https://tax.example")
    ran = command("department", "probe", "tax")
    assert ran.code == 1
    assert "GATEWAY_TAX_TOKEN" in ran.out


def test_one_that_is_not_configured(stopped: Path, command: Command) -> None:
    ran = command("department", "probe", "water")
    assert ran.code == 1
    assert all(word in ran.err for word in ("water", "tax", "marriage"))
