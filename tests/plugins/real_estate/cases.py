"""What the tests of the registry share: its account, the requests, and where its callbacks arrive."""

from __future__ import annotations

import asyncio
import base64
from typing import Self

from aiohttp import web

from plugins.real_estate.adapter import RealEstateOptions
from plugins.real_estate.requests import AddCoOwner, HousingHoldings, RegisterTransfer
from tests.patience import within

OPTIONS = RealEstateOptions(app_key="onestop")
CALLBACK_SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
SECRETS = {"app_secret": "an app secret & more=", "callback_secret": CALLBACK_SECRET}

CO_OWNER = AddCoOwner(
    certificate_number="渝(2018)潼南区不动产权第000000001号",
    unit_number="500152001001GB00001F00010001",
    owner_name="测试甲",
    owner_id_number="500152199001010018",
    co_owner_name="测试乙",
    co_owner_id_number="500152198512310026",
    marriage_certificate_number="J500152-2026-000001",
)
TRANSFER = RegisterTransfer(
    certificate_number="渝(2018)潼南区不动产权第000000002号",
    unit_number="500152001001GB00002F00020001",
    seller_name="测试甲",
    seller_id_number="500152199001010018",
    buyer_name="测试丙",
    buyer_id_number="999999199001010016",
    contract_number="HT-1",
    tax_receipt_number="SW20261123-000001",
)

HOLDINGS = HousingHoldings(name="测试丙", id_number="999999199001010016", purpose="购房资格核查", asked_by="窗口一")


class Inbox:
    """A caller's address for callbacks: keeps what arrives, answers as told."""

    def __init__(self) -> None:
        self.arrived: asyncio.Queue[tuple[dict[str, str], bytes]] = asyncio.Queue()
        self.statuses: list[int] = []  # of the next answers; 200 when there is none left
        self.url = ""
        self._runner: web.AppRunner | None = None
        self._port = 0

    async def take(self) -> tuple[dict[str, str], bytes]:
        """The next callback: header names in lower case, and the body."""
        async with within():
            return await self.arrived.get()

    async def _receive(self, request: web.Request) -> web.Response:
        self.arrived.put_nowait(({name.lower(): value for name, value in request.headers.items()}, await request.read()))
        return web.json_response({"code": "0"}, status=self.statuses.pop(0) if self.statuses else 200)

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/callbacks", self._receive)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{self._port}/callbacks"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
