"""A person's browser over HTTP, as far as cookies, files and streams go."""

from __future__ import annotations

import gzip
import re
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

import aiohttp

from bench.contest import percentile

#: A file that a page names: its style, its icon, its scripts.
_FILES = re.compile(r'(?:<link [^>]*href|<script [^>]*src|<img [^>]*src)="(/[^"]+)"')
#: What a form carries unseen: its proof, and the version of a draft.
_UNSEEN = re.compile(r'name="(form|version|digest)" value="(\w+)"')


def browser(base: str) -> aiohttp.ClientSession:
    """Open a session that leaves bodies packed as they came and holds as many connections as there are consoles."""
    connector, jar = aiohttp.TCPConnector(limit=0), aiohttp.DummyCookieJar()
    return aiohttp.ClientSession(base, connector=connector, cookie_jar=jar, auto_decompress=False)


@dataclass
class Visitor:
    """Keeps cookies, also those for HTTPS alone, since the gateway of the bench is on this machine."""

    http: aiohttp.ClientSession
    cookies: dict[str, str] = field(default_factory=dict)

    async def sign_in(self, login: str, password: str) -> None:
        """Sign in by the form. Raises RuntimeError where that is refused."""
        await self.send("/sign-in", {"login": login, "password": password, "code": ""})

    async def send(self, path: str, fields: Mapping[str, str], *, to: str = "") -> str:
        """Send a page's form with these fields and what it carries unseen, and give where that leads.

        Goes ``to`` another address where the form names one. Raises RuntimeError where it leads nowhere.
        """
        _, page = await self._get(path)
        sent = {**dict(_UNSEEN.findall(page)), **fields}
        headers = {**self._headers(), "Sec-Fetch-Site": "same-origin"}
        async with self.http.post(to or path, data=sent, headers=headers, allow_redirects=False) as answer:
            self._keep(answer)
            if answer.status != 303:
                raise RuntimeError(f"{to or path}: the form is refused, {answer.status}")
            return answer.headers["Location"]

    async def weigh(self, path: str) -> int:
        """Give the bytes of a page's first view as they are sent: itself, and every file that it names."""
        sent, page = await self._get(path)
        return sent + sum([(await self._get(address))[0] for address in sorted(set(_FILES.findall(page)))])

    async def first_byte_ms(self, path: str, looks: int) -> float:
        """Give the 95th percentile of the time from asking for a page to its first byte."""
        took = []
        for _ in range(looks):
            began = time.perf_counter()
            async with self.http.get(path, headers=self._headers(), allow_redirects=False) as answer:
                await answer.content.readany()
                took.append(time.perf_counter() - began)
                await answer.read()
                _had(path, answer)
        return percentile(tuple(took), 95)

    async def is_there(self, path: str) -> bool:
        """Tell whether there is such a page for this person."""
        async with self.http.get(path, headers=self._headers(), allow_redirects=False) as answer:
            return answer.status == 200

    async def follow(self, path: str) -> AsyncIterator[str]:
        """Give each line of a page's stream as it comes. Raises RuntimeError where there is none."""
        headers = {**self._headers(), "Accept": "text/event-stream"}
        async with self.http.get(path, headers=headers, timeout=aiohttp.ClientTimeout(total=None)) as answer:
            _had(path, answer)
            rest = b""
            async for piece in answer.content.iter_any():  # a line may be longer than a reader of lines takes
                *whole, rest = (rest + piece).split(b"\n")
                for line in whole:
                    yield line.decode()

    async def _get(self, path: str) -> tuple[int, str]:
        """Give the bytes that were sent, and what they say."""
        async with self.http.get(path, headers=self._headers(), allow_redirects=False) as answer:
            body = await answer.read()
            self._keep(answer)
            _had(path, answer)
        packed = answer.headers.get("Content-Encoding") == "gzip"
        return len(body), (gzip.decompress(body) if packed else body).decode()

    def _headers(self) -> dict[str, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"Cookie": cookies, "Accept": "text/html", "Accept-Encoding": "gzip"}

    def _keep(self, answer: aiohttp.ClientResponse) -> None:
        self.cookies |= {name: morsel.value for name, morsel in answer.cookies.items()}


def _had(path: str, answer: aiohttp.ClientResponse) -> None:
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status}, sent to {answer.headers.get('Location', 'nowhere')}")
