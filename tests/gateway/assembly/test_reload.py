"""A reload takes all of the configuration in one step or none of it, and no case under way notices."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from structlog.testing import capture_logs

from gateway.api.http.parts import Difference, Reloaded
from gateway.assembly.app import Gateway, install, running
from gateway.installation.host import load_plugins
from gateway.installation.settings import Settings, load_settings
from gateway.journal.store.database import open_reader
from gateway.journal.verification.verify import verify
from gateway.model.errors import Invalid
from gateway.model.outcome import Accepted, Outcome, Rejected
from gateway.sdk.department import Call, Department, Request
from gateway.sdk.quality import Tier
from gateway.texts.refusals import ConfigurationRefused
from tests.config.unguided import unguided
from tests.faults.installation import ROOT, sample
from tests.gateway.journal.empty import empty
from tests.patience import within
from tests.ports import free_ports

Edit = Callable[..., None]


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name in [name for name in os.environ if name.startswith("GATEWAY_")]:
        monkeypatch.delenv(name)
    shutil.copytree(ROOT / "config", tmp_path / "config")
    empty(tmp_path / "var" / "gateway.db")
    return load_settings(config=tmp_path / "config", data=tmp_path / "var", port=0, sandbox_port=free_ports(5) - 1)


@pytest.fixture
def edit(settings: Settings) -> Edit:
    def change(file: str, old: str, new: str) -> None:
        path = settings.config / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    return change


@pytest.fixture
async def gateway(settings: Settings) -> AsyncIterator[Gateway]:
    """A running gateway whose departments do not answer; its audit verifies at the end."""
    installation = install(settings)
    async with running(installation) as made:
        yield made
    reader, secrets = open_reader(settings.database_url), installation.secrets
    try:
        assert verify(reader, settings.heads_file, secrets.signing_key().public_key(), secrets.hmac_key()).ok
    finally:
        reader.dispose()


@pytest.fixture
async def http(gateway: Gateway, settings: Settings) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession("http://gateway", connector=aiohttp.UnixConnector(str(settings.socket))) as session:
        yield session


async def _file(http: aiohttp.ClientSession, service: str, key: str = "k") -> Any:
    async with http.post("/v1/applications", json=sample(service), headers={"Idempotency-Key": f"{service}-{key}"}) as answer:
        assert answer.status in (200, 202), await answer.text()
        return await answer.json()


async def _get(http: aiohttp.ClientSession, path: str) -> Any:
    async with http.get(path) as answer:
        return await answer.json()


async def _sent(gateway: Gateway, http: aiohttp.ClientSession, case: Any) -> Any:
    """The first delivery of a case, once what its call came to is recorded."""
    async with gateway.journal.commits.watching(case["id"]) as changed:
        while True:
            delivery = (await _get(http, f"/v1/applications/{case['id']}"))["deliveries"][0]
            if delivery["attempts"] and delivery["state"] != "sending":
                return delivery
            await changed.wait(0.5)


async def _entries(http: aiohttp.ClientSession) -> list[Any]:
    return list((await _get(http, "/v1/audit?event=configuration_reloaded"))["items"])


async def test_nothing_changed_changes_nothing(gateway: Gateway, http: aiohttp.ClientSession) -> None:
    adapters = {name: one.department for name, one in gateway.parts.departments.items()}
    report = await gateway.reload.reload(actor="test")
    nothing: Difference = {"added": {}, "changed": {}, "removed": []}
    unchanged: Reloaded = {"services": nothing, "departments": {**nothing, "reopened": []}, "calendar": [], "restart_needed": []}
    assert report == unchanged
    assert {name: one.department for name, one in gateway.parts.departments.items()} == adapters
    assert [entry["actor"] for entry in await _entries(http)] == ["test"]


async def test_a_new_version_of_a_service_is_filed_from_then_on_and_old_cases_stay_with_theirs(
    gateway: Gateway, http: aiohttp.ClientSession, edit: Edit
) -> None:
    old = await _file(http, "passport", "old")
    edit("services/passport.yaml", "promised_working_days: 7", "promised_working_days: 6")
    async with http.post("/v1/configuration/reload") as answer:
        assert answer.status == 200
        report = await answer.json()
    new = await _file(http, "passport", "new")
    assert report["services"]["changed"] == {"passport": new["service_version"]}
    assert new["service_version"] != old["service_version"]
    assert (await _get(http, f"/v1/applications/{old['id']}"))["service_version"] == old["service_version"]
    assert gateway.casework.catalogue.by_digest(old["service_version"]) is not None, "what is under way stays at hand"
    entry = (await _entries(http))[0]
    assert entry["details"]["services"]["changed"] == {"passport": new["service_version"]}


async def test_services_and_days_come_and_go(gateway: Gateway, http: aiohttp.ClientSession, settings: Settings) -> None:
    calendar = settings.config / "calendar" / "2027.yaml"
    calendar.write_text("year: 2027\nsource: a notice\nholidays: []\nworking_days: []\n")
    unguided(settings.config)
    for file in (settings.config / "services").glob("passport.*"):
        file.rename(settings.config / file.name)
    report = await gateway.reload.reload(actor="test")
    assert (report["services"]["removed"], report["calendar"]) == (["passport"], [2027])
    assert "passport" not in {item["code"] for item in (await _get(http, "/v1/services"))["items"]}
    assert gateway.reload.calendar.years == (2026, 2027)
    for file in settings.config.glob("passport.*"):
        file.rename(settings.config / "services" / file.name)
    assert list((await gateway.reload.reload(actor="test"))["services"]["added"]) == ["passport"]
    assert (await _file(http, "passport"))["service"] == "passport"


async def test_what_is_wrong_is_all_told_and_the_last_good_one_holds(
    gateway: Gateway, http: aiohttp.ClientSession, edit: Edit, settings: Settings
) -> None:
    edit("services/passport.yaml", "operation: apply_passport", "operation: apply_pasport")
    edit("departments/tax.yaml", "endpoint: sandbox", "endpoint: nowhere")
    edit("departments/marriage.yaml", "endpoint: sandbox", "endpont: sandbox")
    (settings.config / "calendar" / "2027.yaml").write_text("days: yes\n")
    (settings.config / "gateway.yaml").write_text("colour: blue\n")
    before = dict(gateway.parts.departments), dict(gateway.parts.catalogue.services)
    with capture_logs() as logs:
        async with http.post("/v1/configuration/reload", headers={"Accept-Language": "en"}) as answer:
            assert answer.status == 422
            told = await answer.json()
    files = {Path(error["file"]).name for error in told["errors"]}
    assert files >= {"passport.yaml", "marriage.yaml", "2027.yaml", "gateway.yaml"}
    assert all(error["line"] > 0 for error in told["errors"])
    assert (dict(gateway.parts.departments), dict(gateway.parts.catalogue.services)) == before
    refused = [line["problem"] for line in logs if line["event"] == "configuration_refused"]
    assert len(refused) == len(told["errors"])
    ready = await _get(http, "/readyz")
    assert ready["ready"]
    assert "refused" in ready["checks"]["configuration"]
    assert await _entries(http) == []


async def test_a_warning_ends_with_the_next_good_reload(gateway: Gateway, http: aiohttp.ClientSession, edit: Edit) -> None:
    edit("departments/tax.yaml", "title:", "titel:")
    with pytest.raises(ConfigurationRefused):
        await gateway.reload.reload(actor="test")
    edit("departments/tax.yaml", "titel:", "title:")
    await gateway.reload.reload(actor="test")
    assert (await _get(http, "/readyz"))["checks"]["configuration"] is None


async def test_settings_of_the_gateway_itself_need_a_restart_and_it_is_said(gateway: Gateway, settings: Settings) -> None:
    file = settings.config / "gateway.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("port: 8080", "port: 8099\nlease_seconds: 20", 1), encoding="utf-8")
    assert (await gateway.reload.reload(actor="test"))["restart_needed"] == ["port", "lease_seconds"]


async def test_limits_take_effect_and_what_has_not_changed_keeps_its_adapter(gateway: Gateway, edit: Edit) -> None:
    before = {name: one.department for name, one in gateway.parts.departments.items()}
    edit("departments/tax.yaml", "concurrency: 32", "concurrency: 3")
    edit("departments/marriage.yaml", "title:", "breaker: {failures: 2}\ntitle:")
    report = await gateway.reload.reload(actor="test")
    departments = gateway.parts.departments
    assert (sorted(report["departments"]["changed"]), report["departments"]["reopened"]) == (["marriage", "tax"], ["tax"])
    assert gateway.casework.permits.free("tax") == 3
    assert departments["marriage"].config.breaker.failures == 2
    assert {name for name, one in departments.items() if one.department is not before[name]} == {"tax"}
    assert {one.quality.tier for one in departments.values() if one.quality is not None} == {Tier.SILVER}
    assert all(one.quality is not None for one in departments.values())


class _Slow:
    """Stands in for an adapter's ``submit``: waits to be let go, then does what the adapter does."""

    def __init__(self, department: Department) -> None:
        self.began, self.free, self.closed = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._submit, self._close = department.submit, department.close
        self._outcome: Outcome | None = None
        department.submit = self.submit  # type: ignore[method-assign]  # this one object's
        department.close = self.close  # type: ignore[method-assign]  # the same

    async def submit(self, call: Call, request: Request) -> Outcome:
        self.began.set()
        await self.free.wait()
        assert not self.closed.is_set()
        return await self._submit(call, request)

    async def close(self) -> None:
        self.closed.set()
        await self._close()


async def test_an_adapter_that_is_replaced_is_closed_after_its_calls_and_the_new_one_takes_what_follows(
    gateway: Gateway, http: aiohttp.ClientSession, edit: Edit
) -> None:
    old = gateway.parts.departments["exit_entry"].department
    assert old is not None
    slow = _Slow(old)
    case = await _file(http, "passport")
    await slow.began.wait()
    edit("departments/exit_entry.yaml", "endpoint: sandbox", "endpoint: http://127.0.0.1:9")
    assert (await gateway.reload.reload(actor="test"))["departments"]["reopened"] == ["exit_entry"]
    new = gateway.parts.departments["exit_entry"].department
    assert new is not None
    assert new.connection.endpoint == "http://127.0.0.1:9"
    assert not slow.closed.is_set()
    slow.free.set()
    async with within():
        await slow.closed.wait()
        await _sent(gateway, http, case)


async def test_of_a_department_that_goes_what_is_under_way_is_recorded_and_nothing_more_is_begun(
    gateway: Gateway, http: aiohttp.ClientSession, settings: Settings
) -> None:
    old = gateway.parts.departments["exit_entry"].department
    assert old is not None
    slow = _Slow(old)

    async def accept(call: Call, request: Request) -> Outcome:
        return Accepted(reference="REF-1", check_after=timedelta(hours=1))

    slow._submit = accept
    case = await _file(http, "passport")
    await slow.began.wait()
    away = settings.config / "away"
    away.mkdir()
    (settings.config / "departments" / "exit_entry.yaml").rename(away / "exit_entry.yaml")
    unguided(settings.config)
    services = settings.config / "services"
    for code in [file.stem for file in services.glob("*.yaml") if b"department: exit_entry" in file.read_bytes()]:
        for suffix in (".yaml", ".sample.json"):
            (services / f"{code}{suffix}").rename(away / f"{code}{suffix}")
    report = await gateway.reload.reload(actor="test")
    assert report["departments"]["removed"] == ["exit_entry"]
    assert gateway.casework.permits.free("exit_entry") == 0
    slow.free.set()
    async with within():
        await slow.closed.wait()
        shown = await _sent(gateway, http, case)
    assert (shown["state"], shown["reference"]) == ("deciding", "REF-1"), "what it said is not lost"
    told = await _get(http, "/v1/departments/exit_entry")
    assert (told["enabled"], "no longer in the configuration" in told["problem"]) == (False, True)

    for file in away.iterdir():
        file.rename(settings.config / ("departments" if file.name == "exit_entry.yaml" else "services") / file.name)
    again = await gateway.reload.reload(actor="test")
    assert list(again["departments"]["added"]) == ["exit_entry"]
    new = gateway.parts.departments["exit_entry"]
    assert (new.problem, new.department is not old, gateway.casework.permits.free("exit_entry") > 0) == (None, True, True)


async def test_an_adapter_that_cannot_be_opened_leaves_all_as_it_was(gateway: Gateway, edit: Edit, monkeypatch: pytest.MonkeyPatch) -> None:
    old = dict(gateway.parts.departments)
    tax, marriage = load_plugins().adapters["tax"], load_plugins().adapters["marriage"]
    closed = []

    async def fail(self: Department) -> None:
        raise RuntimeError("500152199001010018")

    close = marriage.close

    async def closing(self: Department) -> None:
        closed.append(self.connection.name)
        await close(self)

    edit("departments/tax.yaml", "concurrency: 32", "concurrency: 3")
    edit("departments/marriage.yaml", "endpoint: sandbox", "endpoint: http://127.0.0.1:9")
    monkeypatch.setattr(tax, "open", fail)
    monkeypatch.setattr(marriage, "close", closing)
    with pytest.raises(ConfigurationRefused) as refused:
        await gateway.reload.reload(actor="test")
    (problem,) = refused.value.problems
    assert problem.file.endswith("tax.yaml")
    assert "cannot be opened: RuntimeError" in problem.detail
    assert "500152199001010018" not in problem.detail
    assert closed == ["marriage"], "what was opened for it is closed again"
    assert dict(gateway.parts.departments) == old
    monkeypatch.undo()


async def test_a_department_can_be_disabled_and_enabled_again(gateway: Gateway, http: aiohttp.ClientSession, edit: Edit) -> None:
    edit("departments/tax.yaml", "endpoint: sandbox", "endpoint: sandbox\nenabled: false")
    await gateway.reload.reload(actor="test")
    assert (await _get(http, "/v1/departments/tax"))["problem"] == "disabled in its configuration"
    async with http.post("/v1/applications", json=sample("house-transfer"), headers={"Idempotency-Key": "h"}) as answer:
        assert answer.status == 503
    edit("departments/tax.yaml", "\nenabled: false", "")
    assert (await gateway.reload.reload(actor="test"))["departments"]["reopened"] == ["tax"]
    assert (await _file(http, "house-transfer"))["service"] == "house-transfer"


async def test_a_secret_that_was_replaced_is_taken(gateway: Gateway, settings: Settings) -> None:
    file = settings.secrets_folder / "departments" / "tax" / "token"
    file.write_text("another")
    report = await gateway.reload.reload(actor="test")
    assert (report["departments"]["changed"], report["departments"]["reopened"]) == ({}, ["tax"])
    department = gateway.parts.departments["tax"].department
    assert department is not None
    assert department.connection.secrets["token"].get_secret_value() == "another"


async def test_another_adapter_that_could_not_end_what_is_under_way_is_refused(gateway: Gateway, edit: Edit) -> None:
    edit("departments/marriage.yaml", "endpoint: sandbox", "endpoint: sandbox\nadapter: tax\noptions: {paasid: onestop-500152}")
    with pytest.raises(ConfigurationRefused) as refused:
        await gateway.reload.reload(actor="test")
    assert any("marriage" in problem.file or "marriage" in problem.detail for problem in refused.value.problems)


async def test_two_at_once_come_one_after_the_other(gateway: Gateway, edit: Edit, http: aiohttp.ClientSession) -> None:
    edit("departments/tax.yaml", "concurrency: 32", "concurrency: 3")
    reports = await asyncio.gather(*(gateway.reload.reload(actor=f"test {n}") for n in range(2)))
    assert [bool(report["departments"]["changed"]) for report in reports] == [True, False]
    assert len(await _entries(http)) == 2


async def test_what_was_replaced_is_closed_once_when_the_gateway_stops(settings: Settings, edit: Edit) -> None:
    closed: list[Department] = []
    async with AsyncExitStack() as stack:
        gateway = await stack.enter_async_context(running(install(settings)))
        first = gateway.parts.departments["tax"].department
        edit("departments/tax.yaml", "concurrency: 32", "concurrency: 3")
        assert first is not None
        gateway.casework.permits.take("tax")  # a call that does not end
        await gateway.reload.reload(actor="test")
        second = gateway.parts.departments["tax"].department
        assert second is not None
        for one in (first, second):
            real = one.close

            async def close(one: Department = one, real: Any = real) -> None:
                closed.append(one)
                await real()

            one.close = close  # type: ignore[method-assign]  # this one object's
    assert sorted(map(id, closed)) == sorted(map(id, (first, second)))


async def test_a_case_that_is_held_under_a_wrong_mapping_is_corrected_reloaded_moved_and_sent(
    gateway: Gateway, http: aiohttp.ClientSession, settings: Settings, edit: Edit
) -> None:
    department = gateway.parts.departments["exit_entry"].department
    assert department is not None
    seen: list[Any] = []

    async def submit(call: Call, request: Request) -> Outcome:
        seen.append(request.model_dump(mode="json"))
        if len(seen) == 1:
            raise Invalid("schema")
        return Rejected(code="R", reason="no")

    department.submit = submit  # type: ignore[method-assign]  # this one object's
    case = await _file(http, "passport")
    held = await _sent(gateway, http, case)
    assert (held["state"], held["problem"]) == ("held", "schema")
    edit("services/passport.yaml", "address: data.address", "address: data.mobile")
    command = [sys.executable, "-m", "gateway.cli"]
    environment = {**os.environ, "GATEWAY_CONFIG": str(settings.config), "GATEWAY_DATA": str(settings.data), "LC_ALL": "C.UTF-8"}
    for arguments in (["reload"], ["move", case["number"], "--reason", "the wrong number"], ["retry", held["id"]]):
        process = await asyncio.create_subprocess_exec(*command, *arguments, env=environment, stdout=asyncio.subprocess.PIPE)
        out, _ = await process.communicate()
        assert process.returncode == 0, (arguments, out)
    async with gateway.journal.commits.watching(case["id"], halt=True) as changed, within():
        while (await _get(http, f"/v1/applications/{case['id']}"))["state"] != "rejected":
            await changed.wait(0.5)
    data = sample("passport")["data"]
    assert [request["address"] for request in seen] == [data["address"], data["mobile"]]
