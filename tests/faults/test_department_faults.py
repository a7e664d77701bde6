"""Every fault of a department's reply, for every department: the delivery's fate is right for its operation.

One trial makes them all (each department's in a row, the departments side by side), and each pair is judged by a test of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import pytest

from tests.faults.client import Client, calling, reaches, step
from tests.faults.installation import DEPARTMENTS, Installation, personal, sample

#: For each department: the service, its step, the operation that meets the fault, and the meaning of a lost reply.
TARGETS: dict[str, tuple[str, str, str, Literal["safe", "ask", "never"]]] = {
    "exit_entry": ("passport", "exit_entry", "apply_passport", "never"),
    "marriage": ("newlywed", "marriage", "register", "ask"),
    "real_estate": ("house-transfer", "real_estate", "register_transfer", "ask"),
    "social_security": ("retirement", "social_security", "retire", "safe"),
    "tax": ("company-start", "tax", "activate_invoicing", "safe"),
}
_SOAP = ("marriage", "social_security")


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: the switch, and its meaning: ``doubtful`` (with the effect done or not), an answer, or not processed."""

    order: dict[str, Any]
    means: Literal["doubtful", "nothing", "rejected", "returned", "not_processed", "our_error"] = "doubtful"
    done: bool = False
    departments: tuple[str, ...] = DEPARTMENTS


#: In the order of trial. Those that make the whole department wait come last.
FAULTS = {
    "reset": Fault({"fault": "reset"}),
    "hang": Fault({"fault": "hang"}),
    "late": Fault({"fault": "late", "seconds": 0.3}, done=True),
    "500": Fault({"fault": "500"}),
    "502 page": Fault({"fault": "page_502"}),
    "HTML with 200": Fault({"fault": "html_200"}),
    "SOAP Server fault": Fault({"fault": "soap_fault"}),
    "SOAP fault in a 200": Fault({"fault": "soap_fault", "status": 200}),
    "its system failed": Fault({"fault": "system_error"}),
    "huge": Fault({"fault": "huge", "size": 16 * 2**20}),
    "gzip bomb": Fault({"fault": "gzip_bomb", "size": 64 * 2**20}),
    "500, done": Fault({"fault": "500", "processed": True}, done=True),
    "502 page, done": Fault({"fault": "page_502", "processed": True}, done=True),
    "reply dropped": Fault({"fault": "drop_reply"}, done=True),
    "DTD": Fault({"fault": "dtd"}, done=True),
    "truncated": Fault({"fault": "truncated"}, done=True),
    "truncated, framed": Fault({"fault": "truncated", "framed": True}, done=True),
    "wrong charset": Fault({"fault": "wrong_charset"}, done=True),
    "drip": Fault({"fault": "drip"}, done=True),
    "slow": Fault({"fault": "slow", "seconds": 0.2}, means="nothing", done=True),
    "rejected": Fault({"fault": "business_error"}, means="rejected"),
    "returned": Fault({"fault": "returned"}, means="returned"),
    "SOAP Client fault": Fault({"fault": "soap_fault", "code": "Client"}, means="our_error", departments=_SOAP),
    "429": Fault({"fault": "too_many", "seconds": 1}, means="not_processed"),
}
PAIRS = [(department, name) for department in DEPARTMENTS for name, fault in FAULTS.items() if department in fault.departments]


@dataclass(slots=True)
class Trial:
    """The results: the application and the delivery (as an operator sees it) of each pair, and the effects by key."""

    applications: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    deliveries: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    effects: dict[str, int] = field(default_factory=dict)
    metrics: str = ""
    log: str = ""


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    settings = {"limits": {"deadline_seconds": 1.5}, "breaker": {"failures": 1000, "open_seconds": 0.5}, "poll": {"every_seconds": 0.5}}
    installation = Installation(tmp_path_factory.mktemp("faults"), settings)
    try:
        sandboxes = installation.start("sandbox", "--with-parent")
        gateway = installation.start_gateway()
        sandboxes.wait_for_line("sandboxes ready")
        made = asyncio.run(_try_all(installation))
        for effects in installation.ledgers().values():
            for effect in effects:
                made.effects[effect["key"]] = made.effects.get(effect["key"], 0) + 1
        made.log = gateway.text
        yield made
    finally:
        installation.close()


async def _try_all(installation: Installation) -> Trial:
    made = Trial()
    async with calling(installation) as client, calling(installation, "operator") as operator:
        filed = await asyncio.gather(*(_try_department(installation, client, department) for department in DEPARTMENTS))
        pairs = {pair: application for found in filed for pair, application in found.items()}
        ended = await asyncio.gather(*(client.until(application) for application in pairs.values()))
        for pair, application in zip(pairs, ended, strict=True):
            made.applications[pair] = application
            made.deliveries[pair] = await operator.get(f"/v1/deliveries/{step(application, TARGETS[pair[0]][1])['id']}")
        async with operator.session.get("/metrics") as answer:
            made.metrics = await answer.text()
    return made


async def _try_department(installation: Installation, client: Client, department: str) -> dict[tuple[str, str], str]:
    """File one application a fault, the next once the first attempt of the one before has ended.

    If that attempt is repeated soon, the next application waits for the repeat too.
    """
    service, name, operation, resend = TARGETS[department]
    filed = {}
    # Deliveries sent again only after the settle time come last, so that they do not meet a fault meant for another.
    order_of = sorted(FAULTS.items(), key=lambda named: resend == "ask" and named[1].means == "doubtful" and not named[1].done)
    for fault_name, fault in order_of:
        if department not in fault.departments:
            continue
        order = {**fault.order, "times": 1, "operation": operation}
        await asyncio.to_thread(installation.sandbox, department, "faults", order)
        body = sample(service)
        for optional in ("real_estate", "exit_entry"):
            body["data"].pop(optional, None)
        _, application = await client.file(body, f"{department} {fault_name}")
        await client.first_attempt(application["id"], step(application, name)["id"])
        if resend == "safe" or fault.means == "not_processed":  # its repeat must not take the next one's fault
            await client.until(application["id"], reaches(name, "deciding", "approved", "held", "rejected", "returned"))
        filed[department, fault_name] = application["id"]
    return filed


@pytest.mark.parametrize(("department", "name"), PAIRS)
def test_what_becomes_of_a_delivery_is_right(trial: Trial, department: str, name: str) -> None:
    fault, resend = FAULTS[name], TARGETS[department][3]
    delivery, application = trial.deliveries[department, name], trial.applications[department, name]
    submits = [attempt for attempt in delivery["attempts_made"] if attempt["action"] == "submit"]
    effects = trial.effects.get(f"{delivery['id'].replace('-', '')}-1", 0)
    stands = f"{delivery['state']} after {[(a['action'], a['result'], a['detail']) for a in delivery['attempts_made']]}"
    match fault.means, resend:
        case "doubtful", "never":
            assert delivery["state"] == "in_doubt", stands
            assert application["needs_attention"]
            assert (len(submits), effects) == (1, int(fault.done)), stands
            assert submits[0]["result"] == delivery["problem"]
        case "doubtful", _:
            assert application["state"] == "approved", stands
            assert effects == 1
            # If the department can be asked, finished work is not sent again.
            assert len(submits) == (1 if fault.done and resend == "ask" else 2), stands
        case "nothing", _:
            assert (application["state"], len(submits), effects) == ("approved", 1, 1), stands
        case "not_processed", _:
            assert (application["state"], len(submits), effects) == ("approved", 2, 1), stands
            assert _microseconds(submits[1]["started_at"]) - _microseconds(submits[0]["ended_at"]) >= 1_000_000
        case "our_error", _:
            assert (delivery["state"], len(submits), effects) == ("held", 1, 0), stands
            assert application["needs_attention"]
        case answer, _:
            assert (delivery["state"], len(submits), effects) == (answer, 1, 0), stands
            assert not application["needs_attention"]
            assert delivery["outcome"]["kind"] == answer


def _microseconds(moment: str) -> int:
    return int(datetime.fromisoformat(moment).timestamp() * 1_000_000)


@pytest.mark.slow("reads all that a whole trial told; what becomes of each delivery stays")
def test_nothing_personal_is_told(trial: Trial) -> None:
    assert personal(trial.metrics) == []
    assert personal(trial.log) == []
    for delivery in trial.deliveries.values():
        told = [(attempt["result"], attempt["detail"]) for attempt in delivery["attempts_made"]]
        assert personal(str(told)) == []
