"""A whole gateway with its pages, on a real port, and a person with a browser that keeps cookies as browsers do."""

from __future__ import annotations

import html
import os
import re
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest

from gateway.assembly.app import Gateway, install, running
from gateway.installation.settings import load_settings
from gateway.people import passwords
from gateway.people.accounts import Told
from tests.faults.installation import ROOT
from tests.gateway.journal.empty import empty
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
    empty(tmp_path / "var" / "gateway.db")
    settings = load_settings(config=tmp_path / "config", data=tmp_path / "var", port=0, sandbox_port=free_ports(5) - 1)
    async with running(install(settings), dispatch=False) as gateway:
        jar = aiohttp.DummyCookieJar()
        async with aiohttp.ClientSession(
            f"http://127.0.0.1:{gateway.port}", cookie_jar=jar, auto_decompress=False, headers={"Accept-Encoding": "identity"}
        ) as http:
            yield Hall(gateway, http)


WORD = "a long enough password"


@dataclass
class Browser:
    """Keeps cookies, though this is no HTTPS, and sends forms as a page of the gateway's own would."""

    hall: Hall
    cookies: dict[str, str] = field(default_factory=dict)
    page: str = ""

    async def get(self, path: str) -> aiohttp.ClientResponse:
        return await self._kept(await self.hall.get(path, **self.cookie()))

    async def post(self, path: str, fields: dict[str, str], **headers: str) -> aiohttp.ClientResponse:
        sent = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin", **self.cookie(), **headers}
        return await self._kept(await self.hall.http.post(path, data=fields, headers=sent, allow_redirects=False))

    async def sign_in(self, login: str = "li", word: str = WORD, code: str = "", **more: str) -> aiohttp.ClientResponse:
        if (await self.get("/sign-in")).status == 303:  # signed in already: begin as somebody new
            del self.cookies["__Host-session"]
            await self.get("/sign-in")
        return await self.post("/sign-in", {"login": login, "password": word, "code": code, **self.proof(), **more})

    def proof(self) -> dict[str, str]:
        """Give the hidden field of the page as it is."""
        found = re.search(r'name="form" value="([0-9a-f]+)"', self.page)
        return {"form": found[1]} if found else {}

    @property
    def text(self) -> str:
        return html.unescape(re.sub(r"<[^>]+>", " ", self.page))

    def cookie(self) -> dict[str, str]:
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in {"language": "en", **self.cookies}.items())}

    async def _kept(self, answer: aiohttp.ClientResponse) -> aiohttp.ClientResponse:
        self.page = await answer.text()
        for name, morsel in answer.cookies.items():
            if name.startswith("__Host-"):
                assert (morsel["secure"], morsel["httponly"], morsel["path"], morsel["domain"], morsel["samesite"]) == (
                    True,
                    True,
                    "/",
                    "",
                    "Lax",
                )
            self.cookies[name] = morsel.value
            if not morsel.value:
                del self.cookies[name]
        return answer


@pytest.fixture(autouse=True)
def _light(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_MEMORY_KIB", 64)


@pytest.fixture
def browser(hall: Hall) -> Browser:
    return Browser(hall)


@pytest.fixture
async def li(hall: Hall) -> Told:
    """A supervisor's account."""
    return await hall.gateway.parts.people.accounts.create("li", "Li Wei", "supervisor", password=WORD, actor="test")
