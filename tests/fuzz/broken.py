"""The gateway with two faults that generated requests must find: a status that no document has, and a callback that takes too long."""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web

from gateway.api import server
from gateway.cli import main
from tests.fuzz.launched import instrument

if TYPE_CHECKING:
    from gateway.api.http.route import Asked


async def _teapot(_: Asked) -> web.Response:
    return web.Response(status=418)


async def _busy(_: Asked) -> web.Response:
    until = time.thread_time() + 0.2
    while time.thread_time() < until:
        pass
    return web.Response(status=400)


_WRONG = {"getService": _teapot, "listStuckDeliveries": _busy}

if __name__ == "__main__":
    instrument(Path(sys.argv[1]))
    server.ROUTES = tuple(replace(route, handler=_WRONG.get(route.id, route.handler)) for route in server.ROUTES)
    main(["serve", "--with-parent"])
