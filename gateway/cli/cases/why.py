"""``gateway why``: the reason for a case's state, and its next event, in words."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any

import typer

from gateway.cli.cases.applications import JsonOption, find
from gateway.cli.terminal.output import Json, awaits_person, console, print_json, time_word
from gateway.cli.terminal.words import say, state_word

#: Nothing more happens to a delivery in one of these.
_ENDED = frozenset({"approved", "rejected", "skipped", "withdrawn"})


def why(
    which: Annotated[str, typer.Argument(help="An application's id or number, or a delivery's id · 办件编号或标识", metavar="ID|NUMBER")],
    *,
    as_json: JsonOption = False,
) -> None:
    """Say why a case stands where it stands and what happens next: itself, then each open delivery · 说明办件为何停在此处、接下来如何."""
    application, deliveries = asyncio.run(_ask(which))
    if as_json:
        print_json({"application": application, "deliveries": deliveries})
        return
    out = console()
    out.print(_of_application(application), markup=False, soft_wrap=True)
    for delivery in deliveries:
        out.print()
        out.print(_of_delivery(delivery), markup=False, soft_wrap=True)


async def _ask(which: str) -> tuple[Json, list[Json]]:
    """Get the application, and its deliveries that are open or told otherwise (or the one that was asked for), in the order of its steps.

    Those that failed come with what their departments said.
    """
    from gateway.cli.terminal.place import with_gateway

    async with with_gateway() as client:
        application = await find(client, which)
        if "deliveries" not in application:
            delivery = application
            return await client.get(f"/v1/applications/{delivery['application_id']}"), [delivery]
        rows: dict[str, Json] = {}
        asked = {"application": application["id"], "limit": "200"}
        while True:
            page = await client.get("/v1/deliveries", asked)
            rows |= {row["id"]: row for row in page["items"]}
            if page["next"] is None:
                break
            asked["cursor"] = page["next"]
        ordered = [rows[d["id"]] for d in application["deliveries"] if d["id"] in rows]
        told = [row for row in ordered if row["state"] not in _ENDED or row["told_otherwise"]]
        return application, [await client.get(f"/v1/deliveries/{row['id']}") if row["problem"] else row for row in told]


def _of_application(a: Mapping[str, Any]) -> str:
    """Its state in a sentence or two."""
    done = sum(1 for d in a["deliveries"] if d["state"] in _ENDED)
    steps = len(a["deliveries"])
    head = say(f"办件 {a['number']}（{a['service']}）", f"Application {a['number']} ({a['service']})")
    ended = time_word(a["ended_at"])
    match a["state"]:
        case "approved" | "rejected" | "withdrawn":
            text = say(f"已于 {ended} 办结：{state_word(a['state'])}。", f" ended at {ended}: {a['state']}. Nothing more happens to it.")
            return head + text + _rejected(a)
        case "returned":
            text = say(
                f"待申请人补正；{steps} 个步骤中 {done} 个已结束。",
                f" waits for the applicant to correct it; {done} of its {steps} steps are over.",
            )
        case _:
            text = say(f"正在办理；{steps} 个步骤中 {done} 个已结束。", f" is in progress; {done} of its {steps} steps are over.")
    text += _rejected(a)
    if a["withdrawal_asked"]:
        text += say("申请人已要求撤回。", " The applicant has asked to take it back.")
    if any(awaits_person(d) for d in a["deliveries"]):
        text += say("需要人工处理。", " A person has to look at it.")
    if a["due_at"]:
        text += say(f"承诺办结：{time_word(a['due_at'])}。", f" Promised by {time_word(a['due_at'])}.")
    return head + text


def _rejected(a: Mapping[str, Any]) -> str:
    steps = ", ".join(a["rejected_steps"])
    return say(f"部门不予办理的步骤：{steps}。", f" Rejected steps: {steps}.") if steps else ""


def _of_delivery(d: Mapping[str, Any]) -> str:
    """Write one paragraph on a delivery: its state, the reason, its next event."""
    head = say(
        f"步骤 {d['step']}（{d['department']}，{state_word(d['state'])}，交办 {d['id']}）：",
        f"Step {d['step']} ({d['department']}, {state_word(d['state'])}, delivery {d['id']}): ",
    )
    text = head + say(f"{d['why']['zh']}{d['next']['zh']}", f"{d['why']['en']} {d['next']['en']}")
    # A failure that is over would contradict the reason just given.
    said = next((a["said"] for a in reversed(d.get("attempts_made", ())) if d["problem"] and a["result"] == d["problem"]), None)
    return text if said is None else text + say(f"\n部门原话：“{said}”", f"\nIn the department's own words: “{said}”")
