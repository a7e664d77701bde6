"""``gateway why``: the reason for a case's state, and its next event, in words."""

from __future__ import annotations

from gateway.cli.cases import texts
from gateway.cli.cases.applications import Which, find
from gateway.cli.terminal.client import Client
from gateway.cli.terminal.options import JsonOption
from gateway.cli.terminal.output import awaits_person, console, print_json, time_word
from gateway.cli.terminal.place import speak
from gateway.cli.terminal.words import say, state_word
from gateway.model import JsonObject, JsonView

#: Nothing more happens to a delivery in one of these.
_ENDED = frozenset({"approved", "rejected", "skipped", "withdrawn"})


def why(which: Which, *, as_json: JsonOption = False) -> None:
    """Say why a case stands where it stands and what happens next: itself, then each open delivery."""
    application, deliveries = speak(lambda client: _ask(client, which))
    if as_json:
        print_json({"application": application, "deliveries": deliveries})
        return
    out = console()
    out.print(_of_application(application), markup=False, soft_wrap=True)
    for delivery in deliveries:
        out.print()
        out.print(_of_delivery(delivery), markup=False, soft_wrap=True)


async def _ask(client: Client, which: str) -> tuple[JsonObject, list[JsonObject]]:
    """Get the application, and its deliveries that are open or told otherwise (or the one that was asked for), in the order of its steps.

    Those that failed come with what their departments said.
    """
    application = await find(client, which)
    if "deliveries" not in application:
        delivery = application
        return await client.get(f"/v1/applications/{delivery['application_id']}"), [delivery]
    page = await client.pages("/v1/deliveries", {"application": application["id"]})
    rows = {row["id"]: row for row in page["items"]}
    ordered = [rows[d["id"]] for d in application["deliveries"] if d["id"] in rows]
    told = [row for row in ordered if row["state"] not in _ENDED or row["told_otherwise"]]
    return application, [await client.get(f"/v1/deliveries/{row['id']}") if row["problem"] else row for row in told]


def _of_application(a: JsonView) -> str:
    """Its state in a sentence or two."""
    done = sum(1 for d in a["deliveries"] if d["state"] in _ENDED)
    steps = len(a["deliveries"])
    text = texts.case(a["number"], a["service"])
    rejected = texts.rejected(", ".join(a["rejected_steps"])) if a["rejected_steps"] else ""
    match a["state"]:
        case "approved" | "rejected" | "withdrawn":
            how = str(texts.VOIDED) if a["end_reason"] == "voided" else state_word(a["state"])
            return text + texts.has_ended(time_word(a["ended_at"]), how) + rejected
        case "returned":
            text += texts.waits_for_applicant(done, steps)
        case _:
            text += texts.in_progress(done, steps)
    text += rejected
    if a["withdrawal_asked"]:
        text += str(texts.APPLICANT_WITHDRAWS)
    if any(awaits_person(d) for d in a["deliveries"]):
        text += str(texts.PERSON_NEEDED)
    if a["due_at"]:
        text += texts.promised_by(time_word(a["due_at"]))
    return text


def _of_delivery(d: JsonView) -> str:
    """One paragraph: where it stands, why, what next."""
    text = texts.step(d["step"], d["department"], state_word(d["state"]), d["id"]) + say(
        f"{d['why']['zh']}{d['next']['zh']}", f"{d['why']['en']} {d['next']['en']}"
    )
    # Words of a failure that is over would contradict what was just said.
    said = next((a["said"] for a in reversed(d.get("attempts_made", ())) if d["problem"] and a["result"] == d["problem"]), None)
    return text if said is None else text + texts.own_words(said)
