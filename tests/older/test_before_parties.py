"""A journal, its centre's configuration and the document of clients from before parties, groups and accounts, after the upgrade.

``made-by-89d36f52.tar.xz`` was written by that commit, the last with schema 0013: nine cases of invented people in every state, three keys,
the sandboxes' ledgers, and in ``kept.json`` what its API answered. The configuration stays as it was, as it does in a centre.
"""

from __future__ import annotations

import json
import shutil
import sys
import tarfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from gateway.cli.running.starter import starter_folder
from tests import patience
from tests.faults.client import Client, states
from tests.faults.installation import Installation, sample
from tests.foreign import programs

pytestmark = [
    pytest.mark.slow("a gateway with its sandboxes, and generated clients; test_older opens an older journal in make test"),
    pytest.mark.timeout(240),  # getting the generators takes its time, once
]

HERE = Path(__file__).parent
_MADE = HERE / "made-by-89d36f52.tar.xz"
_CLIENTS = HERE.parent / "clients"
_WEI = {"id_type": "111", "id_number": "500152199001010018"}  # who applied for two of the cases


@dataclass
class Upgraded:
    """The old installation, served by the gateway of today."""

    installation: Installation
    folder: Path
    kept: dict[str, Any]

    @asynccontextmanager
    async def calling(self, role: str = "front-end") -> AsyncIterator[Client]:
        """Call as before: with the key of then."""
        headers = {"Authorization": f"Bearer {self.kept['keys'][role]}"}
        async with aiohttp.ClientSession(self.installation.url, headers=headers) as session:
            yield Client(session, {})

    def case(self, name: str) -> str:
        return f"/v1/applications/{self.kept['cases'][name]}"


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Upgraded]:
    folder = tmp_path_factory.mktemp("older")
    installation = Installation(folder)
    shutil.rmtree(installation.config)
    with tarfile.open(_MADE) as archive:
        archive.extractall(folder, filter="data")
    try:
        installation.start_sandboxes()
        installation.start_gateway()
        yield Upgraded(installation, folder, json.loads((folder / "kept.json").read_text()))
        assert installation.verify().ok  # with all that was done to the old cases
    finally:
        installation.close()


def lost(before: Any, now: Any, at: str = "") -> list[str]:
    """Give where something that was answered before is another now, or missing. What came besides is no loss."""
    if isinstance(before, dict) and isinstance(now, dict):
        return [one for name, value in before.items() for one in lost(value, now.get(name, "missing"), f"{at}/{name}")]
    if isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        return [one for number, value in enumerate(before) for one in lost(value, now[number], f"{at}/{number}")]
    return [] if before == now else [f"{at}: {before!r} is {now!r}"]


async def test_what_was_answered_is_answered_still(upgraded: Upgraded) -> None:
    async with upgraded.calling() as front_end:
        for path, before in upgraded.kept["answers"].items():
            assert lost(before, await front_end.get(path)) == [], path
        assert lost({"items": [{"a": 1}]}, {"items": [{"b": 1}]}) == ["/items/0/a: 1 is 'missing'"]  # the control
    assert len(upgraded.kept["answers"]) == 2 * len(upgraded.kept["cases"]) + 1


async def test_the_applicant_is_found_and_the_only_party_of_the_case(upgraded: Upgraded) -> None:
    async with upgraded.calling() as front_end, upgraded.calling("operator") as operator:
        _, found = await front_end.call("POST", "/v1/applications/lookup", _WEI)
        assert lost(upgraded.kept["found"], found) == []
        _, found = await operator.call("POST", "/v1/applications/lookup", _WEI)
        assert {one["id"] for one in found["items"]} >= {one["id"] for one in upgraded.kept["found"]["items"]}
        (party,) = (await front_end.get(upgraded.case("approved")))["parties"]
        assert party["roles"] == ["applicant"]


async def test_a_filing_repeated_is_the_filing_of_then(upgraded: Upgraded) -> None:
    async with upgraded.calling() as front_end:
        for name, body in upgraded.kept["filed"].items():
            status, filed = await front_end.file(body, f"old-{name}")
            assert (status < 300, filed.get("id")) == (True, upgraded.kept["cases"][name]), filed


async def test_an_unchanged_definition_keeps_its_digest(upgraded: Upgraded) -> None:
    async with upgraded.calling() as front_end:
        _, filed = await front_end.file(sample("passport") | upgraded.kept["filed"]["in_doubt"], "new-passport")
        before = upgraded.kept["answers"][upgraded.case("in_doubt")]["service_version"]
        assert filed["service_version"] == before


async def test_a_returned_case_is_corrected(upgraded: Upgraded) -> None:
    body = upgraded.kept["filed"]["returned"]
    revision = {"applicant": body["applicant"], "data": {**body["data"], "price": "630000.00"}}
    headers = {"Idempotency-Key": "new-revision", "Prefer": "wait=30"}
    async with upgraded.calling() as front_end:
        status, revised = await front_end.call("POST", f"{upgraded.case('returned')}/revisions", revision, headers)
        assert (status, revised["state"], revised["revision"]) == (200, "approved", 2), revised
        status, revised = await front_end.call(
            "POST", f"{upgraded.case('corrected')}/revisions", revision, {"Idempotency-Key": "old-revision"}
        )
        assert (status, revised["revision"]) == (200, 2), revised


async def test_what_stood_still_goes_on(upgraded: Upgraded) -> None:
    async with upgraded.calling() as front_end, upgraded.calling("operator") as operator:
        held = _standing(await front_end.get(upgraded.case("held")), "held")
        status, said = await operator.call("POST", f"/v1/deliveries/{held}/retry", {"reason": "the bureau mended it"})
        assert status in (200, 202), said
        doubted = _standing(await front_end.get(upgraded.case("in_doubt")), "in_doubt")
        (effect,) = [
            one for one in upgraded.installation.sandbox("exit_entry", "ledger") if one["key"].startswith(doubted.replace("-", ""))
        ]
        outcome = {"kind": "accepted", "reference": effect["reference"]}
        resolution = {"happened": True, "outcome": outcome, "reason": "duty desk: it is there"}
        status, said = await operator.call("POST", f"/v1/deliveries/{doubted}/resolve", resolution)
        assert status == 200, said
        paused = await operator.get("/v1/departments/social_security")
        assert paused["paused"]
        status, said = await operator.call("PATCH", "/v1/departments/social_security", {"paused": False, "reason": "维护结束"})
        assert status == 200, said
        for name in ("held", "in_doubt", "open"):
            ended = await front_end.until(upgraded.kept["cases"][name], lambda seen: set(seen.values()) <= {"approved", "skipped"})
            assert ended["state"] == "approved", (name, states(ended))


async def test_definitions_of_today_leave_an_old_case_its_own(upgraded: Upgraded) -> None:
    shutil.copytree(starter_folder() / "services", upgraded.installation.config / "services", dirs_exist_ok=True)
    done = patience.run([sys.executable, "-m", "gateway.cli", "reload"], env=upgraded.installation.environment)
    assert done.returncode == 0, done.stdout + done.stderr
    before = upgraded.kept["answers"][upgraded.case("given_up")]["service_version"]
    async with upgraded.calling() as front_end:
        _, filed = await front_end.file(sample("house-transfer"), "new-house")
        assert filed["service_version"] != before
        headers = {"Idempotency-Key": "new-withdrawal", "Prefer": "wait=30"}
        status, withdrawn = await front_end.call("POST", f"{upgraded.case('given_up')}/withdrawal", None, headers)
        assert (status, withdrawn["state"], withdrawn["service_version"]) == (202, "withdrawn", before), withdrawn


def test_a_client_generated_then_files_follows_and_corrects(upgraded: Upgraded, tmp_path: Path) -> None:
    try:
        python = programs.python(_CLIENTS / "requirements.txt")
    except programs.MissingError as error:
        programs.skip("openapi-python-client", error)
    generator = (python.with_name("openapi-python-client"), "generate", "--path", upgraded.folder / "openapi.json", "--meta", "none")
    _run(*generator, "--output-path", tmp_path / "made_client", cwd=tmp_path)
    body = upgraded.kept["filed"]["returned"]
    for name, price in (("wrong", body["data"]["price"]), ("right", "630000.00")):
        (tmp_path / name).write_text(json.dumps({**body, "data": {**body["data"], "price": price}}))
    shutil.copy(_CLIENTS / "with_client_of_then.py", tmp_path)
    order = {"fault": "returned", "times": 1, "operation": "assess_transfer", "code": "51", "fields": ["price"]}
    upgraded.installation.sandbox("tax", "faults", order)
    said = _run(
        python, "with_client_of_then.py", upgraded.installation.url, upgraded.kept["keys"]["front-end"], "wrong", "right", cwd=tmp_path
    )
    assert said.splitlines() == [
        "services 6",
        "filed returned",
        "followed application_accepted True",
        "asked /data/price",
        "corrected approved",
        "listed True",
        "found True",
    ]


def _run(*command: str | Path, cwd: Path) -> str:
    done = patience.run(command, seconds=120, cwd=cwd)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _standing(case: dict[str, Any], state: str) -> str:
    (found,) = [one["id"] for one in case["deliveries"] if one["state"] == state]
    return str(found)
