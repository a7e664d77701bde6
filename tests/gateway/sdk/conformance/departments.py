"""The suite for the demo departments, and one test of it run by itself."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from typing import Any

from gateway.sdk.conformance import Conformance, Sample
from gateway.sdk.conformance.check import check_of
from gateway.sdk.conformance.equipment.backend import Backend
from gateway.sdk.conformance.equipment.stage import Stage
from gateway.sdk.demo import Broken, BrokenOptions, Refuses, Succeeds
from gateway.sdk.demo.sandbox import BrokenSandbox, RefusesSandbox, SucceedsSandbox

PERSON = {"name": "测试甲", "id_number": "500152199001010018"}


def secret(first: int) -> str:
    """A webhook secret."""
    return "whsec_" + base64.b64encode(bytes(range(first, first + 32))).decode()


class ForSucceeds(Conformance):
    """Everything is offered, so that no test is left out."""

    adapter = Succeeds
    sandbox = SucceedsSandbox
    secrets = {"token": "t", "callback_secret": secret(0)}
    other_secrets = {"callback_secret": secret(1)}
    samples = {
        "file": Sample(
            request={**PERSON, "purpose": "办事", "wished_on": "2026-11-20", "fee": "20.00"},
            returned_fields={"idNumber": "id_number", "unheardOf": ""},
            unlisted_code="99",
        ),
        "apply": Sample(request={**PERSON, "wished_on": "2026-11-20", "fee": "20.00"}, returned_fields={"idNumber": "id_number"}),
        "look_up": Sample(request=PERSON),
    }


class ForRefuses(ForSucceeds):
    """What is filed or asked is rejected, what is applied for is sent back."""

    adapter = Refuses
    sandbox = RefusesSandbox
    samples = {
        "file": Sample(request=PERSON, expects="rejected", returned_fields={"idNumber": "id_number"}),
        "apply": Sample(request=PERSON, expects="returned"),
        "look_up": Sample(request=PERSON, expects="rejected"),
    }


class ForBroken(ForSucceeds):
    """Broken in no way as it stands."""

    adapter = Broken
    sandbox = BrokenSandbox
    options = BrokenOptions()


def broken(ways: Iterable[str], **more: Any) -> type[Conformance]:
    """The suite for an adapter that is broken in these ways; ``more`` are other settings of the class."""
    return type("ForThese", (ForBroken,), {"options": BrokenOptions(ways=frozenset(ways)), **more})


class Hasty(Stage):
    """Waits no longer than an adapter that is broken on order is worth."""

    deadline, grace = 1.0, 0.2


async def run(suite: type[Conformance], code: str, operation: str | None, backend: Backend, stage_of: type[Stage] = Stage) -> None:
    """One test of the suite, as pytest runs it."""
    test = getattr(suite(), f"test_{code}")
    await backend.begin()
    stage = stage_of(suite, backend, check_of(test), operation)
    await stage.adapter.open()
    try:
        await (test(stage) if operation is None else test(stage, operation))
    finally:
        await stage.adapter.close()
        await backend.end()
