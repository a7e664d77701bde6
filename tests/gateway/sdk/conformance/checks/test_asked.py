"""What the suite finds in a REST adapter it finds in one that speaks SOAP: nothing of it looks at how a request is written."""

from __future__ import annotations

import asyncio
import dataclasses
import gc
import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, ClassVar

import pytest

from gateway.sdk import Absent, Accepted, Call, Connection, InDoubt, Outcome, Pending, Rejected, Request
from gateway.sdk.conformance.equipment.backend import Backend
from gateway.sdk.rest import RestClient, probe_call
from plugins.social_security.adapter import SocialSecurity, SocialSecurityOptions
from plugins.social_security.sandbox import SocialSecuritySandbox
from tests.gateway.sdk.conformance.departments import Hasty, run
from tests.plugins.social_security import test_conformance as honest


class Wrong(SocialSecurity):
    """The bureau's adapter with one mistake, ``way``."""

    way: ClassVar[str] = ""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._request: Request | None = None
        self._second = RestClient(connection)

    async def submit(self, call: Call, request: Request) -> Outcome:
        if self.way == "mixes_people":
            self._request = request
            await asyncio.sleep(0)
            request = self._request
        try:
            outcome = await super().submit(call, self._changed(request))
        except InDoubt as error:
            if error.code == "http_409" and self.way == "renames_conflicts":
                return await super().submit(dataclasses.replace(call, key=f"{call.key}-2"), request)
            if error.code == "http_409" and self.way == "accepts_conflicts":
                return Accepted(reference=call.key)
            if error.code == "http_500" and self.way == "fatal_is_rejected":
                return Rejected(code=error.code, reason="")
            raise
        if isinstance(outcome, Rejected) and self.way == "logs_refusals":
            logging.getLogger(__name__).debug("%s", outcome)
        if isinstance(outcome, Rejected) and self.way == "repeats_their_words":
            raise InDoubt("refused", outcome.reason)
        return outcome

    def _changed(self, request: Request) -> Request:
        given: dict[str, Any] = {name: getattr(request, name) for name in type(request).model_fields}
        if self.way == "drops_a_person" and "employees" in given:
            given["employees"] = given["employees"][:1]
        if self.way == "dates_in_utc" and "planned_on" in given:
            given["planned_on"] -= timedelta(days=1)
        return type(request)(**given)

    async def poll(self, call: Call, pending: Sequence[Pending]) -> Mapping[str, Outcome | Absent]:
        outcomes = await super().poll(call, pending)
        if self.way == "forgets_a_client":
            await self._second.open()
            await self._second.reach(probe_call(self.connection))
        if self.way == "polls_by_position":
            return {one.reference: outcome for one, outcome in zip(pending, outcomes.values(), strict=False)}
        return outcomes


FOUND = {
    "accepts_conflicts": ("conflict_is_not_accepted", "retire"),
    "dates_in_utc": ("dates_keep_their_day", "retire"),
    "drops_a_person": ("every_field_leaves", "enroll_employees"),
    "fatal_is_rejected": ("system_failure_is_no_outcome", "retire"),
    "forgets_a_client": ("every_client_is_closed", None),
    "logs_refusals": ("logs_hold_nothing_personal", "retire"),
    "mixes_people": ("concurrent_calls_carry_their_own", "retire"),
    "polls_by_position": ("poll_goes_by_the_reference", "retire"),
    "renames_conflicts": ("failed_call_is_sent_once", "retire"),
    "repeats_their_words": ("errors_hold_nothing_personal", "retire"),
}


@pytest.fixture(scope="module")
def backend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    """The bureau, which is honest."""
    secrets = honest.TestSocialSecurity.held_secrets()
    one = Backend(SocialSecuritySandbox, tmp_path_factory.mktemp("bureau"), secrets, SocialSecurityOptions())
    one.start()
    yield one
    one.stop()


@pytest.mark.filterwarnings("ignore")  # a client that is left open
@pytest.mark.parametrize("way", FOUND)
async def test_a_wrong_soap_adapter_is_named(backend: Backend, way: str) -> None:
    code, operation = FOUND[way]
    wrong = type("ForWrong", (honest.TestSocialSecurity,), {"adapter": type("Wrong", (Wrong,), {"way": way})})
    with pytest.raises(pytest.fail.Exception) as failed:
        await run(wrong, code, operation, backend, Hasty)
    assert str(failed.value).startswith(code)
    gc.collect()


async def test_the_same_adapter_without_a_mistake_passes(backend: Backend) -> None:
    """The control, of what the plugin's own conformance tests do not run: the class in between."""
    right = type("ForRight", (honest.TestSocialSecurity,), {"adapter": Wrong})
    await run(right, "every_field_leaves", "enroll_employees", backend)
    await run(right, "every_client_is_closed", None, backend)
