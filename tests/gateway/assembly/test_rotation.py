"""The key of commitments is rotated while applications are filed: no request is refused, nothing is filed twice, all is found."""

from __future__ import annotations

import asyncio
import os
import shutil
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import pytest
from sqlalchemy import func, select

from gateway.assembly.app import Gateway, install, running
from gateway.installation.secrets import Secrets
from gateway.installation.settings import Settings, load_settings
from gateway.journal.store import schema
from gateway.journal.store.database import DatabaseRefused, open_reader
from gateway.journal.verification.verify import verify
from tests.faults.installation import ROOT, sample
from tests.gateway.journal.empty import empty
from tests.patience import until, within
from tests.ports import free_ports


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("GATEWAY_")]:
        monkeypatch.delenv(name)


def installed(folder: Path, **more: Any) -> Settings:
    if not (folder / "config").exists():
        shutil.copytree(ROOT / "config", folder / "config")
        if "database" not in more:
            empty(folder / "var" / "gateway.db")
    return load_settings(config=folder / "config", data=folder / "var", port=0, sandbox_port=free_ports(5) - 1, **more)


@dataclass
class Counter:
    """A front end that files with keys of its own, and repeats them."""

    address: str
    token: str
    http: aiohttp.ClientSession
    refused: list[str]

    async def file(self, key: str) -> str:
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": key, "Content-Type": "application/json"}
        async with self.http.post(f"{self.address}/v1/applications", data=orjson.dumps(sample("retirement")), headers=headers) as answer:
            told = await answer.json()
            if answer.status >= 300:
                self.refused.append(f"{answer.status} {told}")
            return str(told.get("id"))

    async def lookup(self) -> set[str]:
        applicant = sample("retirement")["applicant"]
        person = {"id_type": applicant["id_type"], "id_number": applicant["id_number"]}
        url, found = f"{self.address}/v1/applications/lookup?limit=200", set[str]()
        cursor = ""
        while True:
            headers = {"Authorization": f"Bearer {self.token}"}
            async with self.http.post(url + cursor, json=person, headers=headers) as answer:
                page = await answer.json()
            found |= {one["id"] for one in page["items"]}
            if page["next"] is None:
                return found
            cursor = f"&cursor={page['next']}"


async def _counter(stack: AsyncExitStack, gateway: Gateway, token: str) -> Counter:
    http = await stack.enter_async_context(aiohttp.ClientSession())
    return Counter(f"http://127.0.0.1:{gateway.port}", token, http, [])


async def test_it_is_rotated_under_load_and_nothing_is_refused_or_filed_twice(tmp_path: Path) -> None:
    settings = installed(tmp_path)
    async with AsyncExitStack() as stack, within():
        gateway = await stack.enter_async_context(running(install(settings), dispatch=False))
        _, token = await gateway.parts.keys.create("front-end", "hall", actor="local")
        counter = await _counter(stack, gateway, token)
        filed: dict[str, str] = {}
        over = asyncio.Event()

        async def go_on(name: str) -> None:
            number = 0
            while not over.is_set():
                key = f"{name}-{number}"
                first = await counter.file(key)
                assert await counter.file(key) == first
                filed[key] = first
                number += 1

        async def some_more() -> None:
            before = len(filed)
            await asyncio.to_thread(until, lambda: len(filed) >= before + 10)

        async with asyncio.TaskGroup() as group:
            for name in "abcd":
                group.create_task(go_on(name))
            for _ in range(2):
                await some_more()
                done = await gateway.parts.rotation.rotate(actor="local")
                assert done.rotated
                assert done.keys == 1
            await some_more()
            over.set()
        for key, first in filed.items():  # whichever key made its digest
            assert await counter.file(key) == first
        assert counter.refused == []
        assert await counter.lookup() == set(filed.values())
        with open_reader(settings.database_url).connect() as connection:
            assert connection.execute(select(func.count()).select_from(schema.application)).scalar_one() == len(filed)
    secrets = Secrets(settings.secrets_folder, {})
    reader = open_reader(settings.database_url)
    report = verify(reader, settings.heads_file, secrets.first_key(), secrets.kept_hmac_keys())
    reader.dispose()
    assert report.ok, report
    assert len(secrets.kept_hmac_keys()) == 3
    async with running(install(settings), dispatch=False) as again:
        assert (await again.parts.keys.authenticate(token)) is not None
    later = sorted(settings.secrets_folder.glob("hmac-*.key"))
    (settings.secrets_folder / "hmac.key").rename(tmp_path / "away")
    with pytest.raises(DatabaseRefused, match="from before a rotation is missing"):
        async with running(install(settings), dispatch=False):
            pass
    for file in later:
        file.rename(tmp_path / file.name)
    (tmp_path / "away").rename(settings.secrets_folder / "hmac.key")
    with pytest.raises(DatabaseRefused, match="other secrets"):
        async with running(install(settings), dispatch=False):
            pass


async def test_a_key_that_was_proven_by_the_old_one_alone_opens_nothing_after(tmp_path: Path) -> None:
    settings = installed(tmp_path)
    async with running(install(settings), dispatch=False) as gateway:
        keys = gateway.parts.keys
        _, token = await keys.create("operator", "duty", actor="local")
        reader = open_reader(settings.database_url)
        with reader.connect() as connection:
            [before] = connection.execute(select(schema.api_key.c.mac)).scalars()
        assert (await gateway.parts.rotation.rotate(actor="local")).rotated
        with reader.connect() as connection:
            [after] = connection.execute(select(schema.api_key.c.mac)).scalars()
        reader.dispose()
        assert before != after
        keys._callers.clear()  # as a few seconds later
        assert await keys.authenticate(token) is not None
        mac = keys._mac
        [view] = await gateway.parts.insights.keys()
        assert not mac.is_good({**{name: getattr(view, name) for name in view.__dataclass_fields__}, "mac": before})


async def test_nodes_must_have_the_new_key_before_any_uses_it(tmp_path: Path, postgres_url: str) -> None:
    one = installed(tmp_path, database=postgres_url)
    other = load_settings(
        config=tmp_path / "config", data=tmp_path / "var2", secrets=tmp_path / "secrets2", port=0, database=postgres_url,
        log_folder=tmp_path / "log2", sandbox_port=free_ports(5) - 1,
    )  # fmt: skip
    async with AsyncExitStack() as stack, within():
        first = await stack.enter_async_context(running(install(one), dispatch=False))
        shutil.copytree(one.secrets_folder, other.secrets_folder)
        second = await stack.enter_async_context(running(install(other), dispatch=False))
        _, token = await first.parts.keys.create("front-end", "hall", actor="local")
        here, there = await _counter(stack, first, token), await _counter(stack, second, token)
        filed = {key: await here.file(key) for key in ("a", "b")}

        waits = await first.parts.rotation.rotate(actor="local")
        assert (waits.rotated, list(waits.lacking)) == (False, [second.journal.node])
        file = Path(waits.file)
        shutil.copy(file, other.secrets_folder / file.name)
        await second.reload.reload(actor="local")
        done = await first.parts.rotation.rotate(actor="local")
        assert (done.rotated, done.file) == (True, waits.file)

        # The other node has not heard: it finds what there is, and the same key is the same filing on both.
        assert {key: await there.file(key) for key in filed} == filed
        both = await asyncio.gather(*(node.file(f"at-once-{n}") for n in range(10) for node in (here, there)))
        assert len(set(both)) == 10
        _, later = await second.parts.keys.create("front-end", "made there", actor="local")
        assert await first.parts.keys.authenticate(later) is not None
        assert here.refused + there.refused == []
        assert await there.lookup() == set(filed.values()) | set(both)
