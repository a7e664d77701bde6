"""Departments that answer every call after 5 ms, in a process of their own on the core that the gateway does not use."""

from __future__ import annotations

import asyncio
import sys

import uvloop
from aiohttp import web

#: Seconds until a stub answers.
ANSWER = 0.005

_SOAP = (
    b'<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><t:actResponse xmlns:t="urn:onestop:bench:1">'
    b"<t:receipt>R1</t:receipt></t:actResponse></soap:Body></soap:Envelope>"
)


async def _act(request: web.Request) -> web.Response:
    await request.read()
    await asyncio.sleep(ANSWER)
    return web.Response(body=b'{"receipt":"R1"}', content_type="application/json")


async def _act_over_soap(request: web.Request) -> web.Response:
    await request.read()
    await asyncio.sleep(ANSWER)
    return web.Response(body=_SOAP, content_type="text/xml", charset="utf-8")


async def _serve(port: int) -> None:
    app = web.Application(client_max_size=1 << 20)
    app.router.add_post("/act", _act)
    app.router.add_post("/soap", _act_over_soap)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    for number in range(5):
        await web.TCPSite(runner, "127.0.0.1", port + number, backlog=1024).start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(_serve(int(sys.argv[1])))
