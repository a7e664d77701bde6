"""A whole gateway with its pages, on a real port."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from gateway.assembly.app import Gateway, install, running
from gateway.installation.settings import load_settings
from tests.faults.installation import ROOT
from tests.ports import free_ports


@dataclass
class Hall:
    """The gateway, and a browser's requests to it."""

    gateway: Gateway
    http: aiohttp.ClientSession

    async def get(self, path: str, **headers: str) -> aiohttp.ClientResponse:
        """Ask for a page as a browser does, without following where it leads."""
        asked = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", **headers}
        answer = await self.http.get(path, headers=asked, allow_redirects=False)
        await answer.read()
        return answer


@pytest.fixture
async def hall(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Hall]:
    for name in [name for name in os.environ if name.startswith("GATEWAY_")]:
        monkeypatch.delenv(name)
    shutil.copytree(ROOT / "config", tmp_path / "config")
    settings = load_settings(config=tmp_path / "config", data=tmp_path / "var", port=0, sandbox_port=free_ports(5) - 1)
    async with running(install(settings), dispatch=False) as gateway:
        jar = aiohttp.DummyCookieJar()
        async with aiohttp.ClientSession(f"http://127.0.0.1:{gateway.port}", cookie_jar=jar, auto_decompress=False) as http:
            yield Hall(gateway, http)
