"""A draft at the counter, filled in by the forms of its pages as a clerk's browser sends them."""

from __future__ import annotations

from bench.pages.visits import Visitor
from gateway.catalogue.drawing.posted import flat
from gateway.model import JsonObject


async def filled(clerk: Visitor, body: JsonObject) -> str:
    """Begin one and fill it in as this application has it. Gives its id. Raises RuntimeError where a page is shown again."""
    first = await clerk.send("/counter", {"service": str(body["service"])}, to="/counter/begin")
    draft = first.removesuffix("/applicant")
    for step, part in (("applicant", "applicant"), ("form", "data")):
        await clerk.send(f"{draft}/{step}", flat(body[part], f"/{part}"))
    await clerk.send(f"{draft}/documents", {})
    return draft.removeprefix("/counter/")
