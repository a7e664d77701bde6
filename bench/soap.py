"""``python -m bench.soap``: CPU a SOAP call by plan against zeep's way, in turns, over the plugins' contracts."""
# ruff: noqa: SLF001  # looks into the client to take its plans away, and to measure its parts

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import uvloop
from aiohttp import web
from multidict import CIMultiDict, CIMultiDictProxy
from pydantic import SecretStr, TypeAdapter

from bench.contest import line, start
from bench.soap_calls import CALLS, reply
from gateway.sdk import Call, Connection, Options
from gateway.sdk.http.exchange import Reply
from gateway.sdk.soap import SoapClient, UsernameToken
from gateway.sdk.soap.client import _read
from tests.ports import free_ports

_ROUNDS, _TIMES = 5, 200
_PLUGINS = Path(__file__).parents[1] / "plugins"
_ANY: TypeAdapter[object] = TypeAdapter(object)
_TEXT_XML = {"Content-Type": "text/xml; charset=utf-8"}
_CALL = Call(operation="bench", key="k-1", attempt=1, deadline=9, traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")


async def _serve(port: int) -> None:
    """Run the departments, which send a canned reply by the operation that is named in the address."""
    replies = {f"/{contract}/{name}": reply(contract, name) for contract, of in CALLS.items() for name in of}

    async def answer(request: web.Request) -> web.Response:
        await request.read()
        found = next(body for path, body in replies.items() if request.path.startswith(path))
        return web.Response(body=found, headers=_TEXT_XML)

    app = web.Application()
    app.router.add_post("/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    print("ready", flush=True)
    await asyncio.Event().wait()


async def _client(contract: str, operation: str, port: int, *, by_plan: bool) -> SoapClient:
    endpoint = f"http://127.0.0.1:{port}/{contract}/{operation}"
    connection = Connection(
        name="bench", endpoint=endpoint, secrets={}, options=Options(), deadline=9, max_reply_bytes=1 << 20, concurrency=1
    )
    folder = _PLUGINS / contract / "contract"
    secured = contract == "social_security"
    token = UsernameToken(username=SecretStr("window"), password=SecretStr("secret"), digest=True) if secured else None
    client = SoapClient(
        connection, wsdl=folder / f"{contract}.wsdl", schema=folder / f"{contract}.xsd" if secured else None, security=token
    )
    await client.open()
    assert client._contract is not None  # noqa: S101  # it is open
    for bound in client._contract._operations.values() if not by_plan else ():
        bound.request = bound.reply = None
    return client


def _cpu_ms(work: Callable[[], object]) -> float:
    before = time.process_time()
    for _ in range(_TIMES):
        work()
    return 1000 * (time.process_time() - before) / _TIMES


async def _measured(client: SoapClient, contract: str, operation: str) -> tuple[float, float, float]:
    """Give the CPU milliseconds of building a request, of reading a reply, and of the whole call over a socket."""
    arguments, bound = CALLS[contract][operation][0], client._contract
    assert bound is not None  # noqa: S101  # it is open
    answer = Reply(200, CIMultiDictProxy(CIMultiDict(_TEXT_XML)), reply(contract, operation))
    build = _cpu_ms(lambda: bound.build(operation, arguments))
    read = _cpu_ms(lambda: _read(bound, operation, answer, _ANY, ()))
    before = time.process_time()
    for _ in range(_TIMES):
        await client.call(_CALL, operation, arguments, _ANY)
    return build, read, 1000 * (time.process_time() - before) / _TIMES


async def _compare(port: int) -> None:
    print(f"{'CPU ms a call: zeep, by plan, ratio':34}{'build':>21}{'read':>21}{'whole call':>21}")
    for contract, operation in ((contract, operation) for contract, of in CALLS.items() for operation in of):
        clients = [await _client(contract, operation, port, by_plan=by_plan) for by_plan in (False, True)]
        rounds = [[await _measured(client, contract, operation) for client in clients] for _ in range(_ROUNDS)]
        cells = ""
        for part in range(3):
            zeep, plan = (statistics.median(one[way][part] for one in rounds) for way in range(2))
            cells += f"{zeep:8.3f}{plan:7.3f}{statistics.median(one[1][part] / one[0][part] for one in rounds):6.2f}"
        print(f"{contract + ' ' + operation:34}{cells}")
        for client in clients:
            await client.close()


def main() -> None:
    """Start the departments, measure in turns, print."""
    port = free_ports(1)
    departments = start("bench.soap", str(port))
    try:
        line(departments)
        uvloop.run(_compare(port))
    finally:
        departments.terminate()
        departments.communicate()


if __name__ == "__main__":
    uvloop.run(_serve(int(sys.argv[1]))) if sys.argv[1:] else main()
