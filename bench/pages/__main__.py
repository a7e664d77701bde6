"""``make bench-pages``: prints what pages weigh, how soon they come, how still they stand, what forms, screens and consoles cost."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp

from bench.aims import verdicts
from bench.backlog import pause, serving
from bench.backlog_rows import SAMPLE, fill
from bench.contest import CONTESTANT, departments, line, start
from bench.node import HERE
from bench.pages import boards, browsing, consoles, drafts
from bench.pages.boards import DAY, Day
from bench.pages.browsing import Felt
from bench.pages.consoles import Cost
from bench.pages.drawing import SIXTY, draw
from bench.pages.figures import Measured, aims
from bench.pages.visits import Visitor, browser
from bench.processes import cpu_seconds, held_bytes
from gateway.cases.casework import mac_by
from gateway.installation.secrets import Secrets
from tests.ports import free_ports

#: Cases in the journal whose pages are looked at, the looks at each, and consoles open at once. A small journal is tried with fewer.
COUNT = int(os.environ.get("COUNT", "100000"))
_LOOKS, _CONSOLES = max(10, min(100, COUNT // 50)), max(5, min(50, COUNT // 50))
#: Filings of one round of throughput, and rounds.
_FILINGS, _ROUNDS = max(20, min(1500, COUNT // 50)), 3
#: Pictures of the screen in the hall: a whole day's unless a small journal is tried.
_PICTURES = max(100, min(DAY, COUNT))


@dataclass(frozen=True, slots=True)
class Page:
    """A page, and the role that it is for (none: everybody). ``{case}`` stands for the newest case, ``{draft}`` for the clerk's draft."""

    path: str
    role: str = ""


BOARD = "/board/hall"
PAGES = (
    Page("/"),
    Page("/services/one"),
    Page("/t"),
    Page("/guide"),
    Page(f"/guide/{SIXTY}"),
    Page("/kiosk"),
    Page(f"/kiosk/services/{SIXTY}"),
    Page(BOARD),
    Page("/counter", "clerk"),
    Page("/counter/{draft}/check", "clerk"),
    Page("/counter/{draft}/applicant", "clerk"),
    Page("/counter/{draft}/form", "clerk"),
    Page("/account", "supervisor"),
    Page("/console", "supervisor"),
    Page("/console/cases", "supervisor"),
    Page("/console/cases/{case}", "supervisor"),
    Page("/console/book", "supervisor"),
    Page("/console/departments", "supervisor"),
    Page("/console/jobs", "supervisor"),
    Page("/console/trends", "supervisor"),
)
#: A clerk is one of a group.
_GROUP: Mapping[str, Mapping[str, str]] = {"clerk": {"group": "hall"}}
#: The page that the consoles have open: one that shows each filing, as a case or as one more.
WATCHED = Page("/console", "supervisor")


def main() -> None:
    """Measure with a long journal, then with an empty one, and print."""
    with tempfile.TemporaryDirectory() as folder:
        sent, first, felt, day = asyncio.run(_long(Path(folder) / "var"))
    print("the long journal done", file=sys.stderr)
    with departments({1}) as stubs, tempfile.TemporaryDirectory() as folder, _node(Path(folder) / "var", stubs, CONTESTANT) as place:
        cost = asyncio.run(_consoles(place))
    measured = Measured(
        cases=COUNT, bytes_sent=sent, first_byte_ms=first, felt=felt, watched=WATCHED.path, consoles=_CONSOLES, cost=cost,
        drawn=draw(), board=day,
    )  # fmt: skip
    print(verdicts(list(aims(measured))))


async def _long(data: Path) -> tuple[dict[str, int], dict[str, float], dict[str, Felt] | None, Day]:
    """Give the bytes, the first bytes and what is felt of each page, and the screen's day, in a journal of so many open cases."""
    stubs = free_ports(5)
    with _node(data, stubs):
        pass
    secrets = Secrets(data.with_name("secrets"))
    fill(data / "gateway.db", COUNT, mac_by(secrets.hmac_key()), secrets.signing_key())
    async with serving(stubs) as department:
        with _node(data, stubs) as place:
            async with _calling(place, "operator") as operator:
                await pause(operator, department)
                async with operator.get("/v1/applications?limit=1") as reply:
                    newest = (await reply.json())["items"][0]["id"]
            async with browser(place["base"]) as http:
                people = dict(zip(roles := _roles(PAGES), await _people(place, http, roles), strict=True))
                draft = await drafts.filled(people["clerk"], json.loads((HERE / f"config/services/{SIXTY}.sample.json").read_text()))
                pages = {page.path.format(case=newest, draft=draft): people.get(page.role, Visitor(http)) for page in PAGES}
                sent = {path: await visitor.weigh(path) for path, visitor in pages.items()}
                first = {path: await visitor.first_byte_ms(path, _LOOKS) for path, visitor in pages.items()}
                drawn = await boards.drawn(Visitor(http), BOARD, _PICTURES, partial(held_bytes, place["pid"]))
            views = [(path, visitor.cookies) for path, visitor in pages.items()]
            felt = await asyncio.to_thread(_felt, place, views)
            shown = await asyncio.to_thread(boards.shown, place["base"] + BOARD, _PICTURES) if browsing.CHROMIUM else None
            return sent, first, felt, Day(pictures=_PICTURES, shown=shown, drawn=drawn)


def _felt(place: Mapping[str, Any], views: Sequence[tuple[str, Mapping[str, str]]]) -> dict[str, Felt] | None:
    def file() -> None:
        headers = {"Authorization": f"Bearer {place['key']}", "Content-Type": "application/json", "Idempotency-Key": str(uuid4())}
        wanted = urllib.request.Request(f"{place['base']}/v1/applications", SAMPLE.read_bytes(), headers)  # noqa: S310  # our own gateway
        with urllib.request.urlopen(wanted) as answer:  # noqa: S310  # as above
            answer.read()

    return browsing.feel(place["base"], views, file) if browsing.CHROMIUM else None


async def _consoles(place: Mapping[str, Any]) -> Cost:
    async with browser(place["base"]) as http, _calling(place, "key") as caller, _calling(place, "operator") as operator:

        async def still() -> None:
            for number in range(1, 6):
                async with operator.patch(f"/v1/departments/stub_{number}", json={"paused": True, "reason": "bench"}) as reply:
                    reply.raise_for_status()

        visitors = await _people(place, http, [WATCHED.role] * _CONSOLES)
        used = partial(cpu_seconds, [place["pid"]])
        return await consoles.cost(caller, visitors, WATCHED.path, filings=_FILINGS, rounds=_ROUNDS, used=used, still=still)


def _roles(pages: Sequence[Page]) -> list[str]:
    return sorted({page.role for page in pages} - {""})


async def _people(place: Mapping[str, Any], http: aiohttp.ClientSession, roles: Sequence[str]) -> list[Visitor]:
    """Make an account for each role, and sign each person in."""
    connector = aiohttp.UnixConnector(path=place["socket"])
    visitors = []
    async with aiohttp.ClientSession("http://gateway", connector=connector) as local:
        for role in roles:
            login = f"bench-{uuid4().hex[:12]}"
            async with local.post("/v1/users", json={"login": login, "name": login, "role": role, **_GROUP.get(role, {})}) as reply:
                reply.raise_for_status()
                password = (await reply.json())["password"]
            visitors.append(Visitor(http))
            await visitors[-1].sign_in(login, password)
    return visitors


def _calling(place: Mapping[str, Any], key: str) -> aiohttp.ClientSession:
    headers = {"Authorization": f"Bearer {place[key]}", "Content-Type": "application/json"}
    return aiohttp.ClientSession(place["base"], headers=headers, connector=aiohttp.TCPConnector(limit=0))


@contextmanager
def _node(data: Path, stubs: int, cores: set[int] | None = None) -> Iterator[dict[str, Any]]:
    process: subprocess.Popen[str] = start("bench.node", str(data), str(stubs), "", "0", cores=cores)
    try:
        place = json.loads(line(process))
        yield {**place, "base": f"http://127.0.0.1:{place['port']}", "socket": str(data / "gateway.sock"), "pid": process.pid}
    finally:
        process.communicate("\n")


if __name__ == "__main__":
    main()
