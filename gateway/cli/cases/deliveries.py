"""``gateway deliveries``, ``gateway retry`` and ``gateway resolve``: find what is stuck, and repair it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import orjson
import typer

from gateway.cli.cases import texts
from gateway.cli.cases.jobs import retry_many
from gateway.cli.terminal import texts as shared
from gateway.cli.terminal.exits import Exit, Failed
from gateway.cli.terminal.options import JsonOption, Reason
from gateway.cli.terminal.output import console, deliveries_table, print_json, show_delivery
from gateway.cli.terminal.place import ask, speak
from gateway.model import JsonObject

DepartmentOption = Annotated[str | None, typer.Option(help=texts.DEPARTMENT_HELP)]
OperationOption = Annotated[str | None, typer.Option(help=texts.OPERATION_HELP)]
ServiceOption = Annotated[str | None, typer.Option(help=texts.SERVICE_HELP)]


def deliveries(
    *,
    department: DepartmentOption = None,
    state: Annotated[str | None, typer.Option(help=texts.STATE_HELP)] = None,
    application: Annotated[str | None, typer.Option(help=texts.APPLICATION_ID_HELP)] = None,
    operation: OperationOption = None,
    service: ServiceOption = None,
    problem: Annotated[str | None, typer.Option(help=texts.FAILURE_HELP)] = None,
    told_otherwise: Annotated[bool, typer.Option("--told-otherwise", help=texts.TOLD_OTHERWISE_HELP)] = False,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help=texts.MOST_HELP)] = 50,
    as_json: JsonOption = False,
) -> None:
    """List deliveries, newest first, each with what happens next or what to do."""
    wanted = {
        "department": department,
        "state": state,
        "application": application,
        "operation": operation,
        "service": service,
        "problem": problem,
        "told_otherwise": "true" if told_otherwise else None,
    }
    asked = {name: value for name, value in wanted.items() if value is not None}
    page = speak(lambda client: client.pages("/v1/deliveries", asked, limit))
    if as_json:
        print_json(page["items"])
        return
    out = console()
    out.print(deliveries_table(page["items"], with_application=True, with_next=True))
    if page["next"] is not None:
        out.print(texts.only_first(limit))


DeliveryId = Annotated[str, typer.Argument(help=texts.DELIVERY_HELP, metavar="DELIVERY")]


def retry(
    delivery: Annotated[str | None, typer.Argument(help=texts.RETRIED_HELP, metavar="DELIVERY")] = None,
    *,
    all_: Annotated[bool, typer.Option("--all", help=texts.ALL_HELP)] = False,
    state: Annotated[list[str] | None, typer.Option(help=texts.RETRIED_STATE_HELP)] = None,
    department: DepartmentOption = None,
    operation: OperationOption = None,
    service: ServiceOption = None,
    problem: Annotated[str | None, typer.Option(help=texts.RETRIED_FAILURE_HELP)] = None,
    updated_after: Annotated[str | None, typer.Option(help=texts.UPDATED_AFTER_HELP)] = None,
    updated_before: Annotated[str | None, typer.Option(help=texts.UPDATED_BEFORE_HELP)] = None,
    received_after: Annotated[str | None, typer.Option(help=texts.RECEIVED_AFTER_HELP)] = None,
    received_before: Annotated[str | None, typer.Option(help=texts.RECEIVED_BEFORE_HELP)] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=texts.DRY_RUN_HELP)] = False,
    reason: Annotated[str | None, typer.Option(help=shared.REASON_HELP)] = None,
    key: Annotated[str | None, typer.Option(help=texts.JOB_KEY_HELP)] = None,
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help=texts.FOLLOW_JOB_HELP)] = True,
    as_json: JsonOption = False,
) -> None:
    """Send again, by the resend rule of each: one delivery, or as a job all that fit (see --dry-run first)."""
    asked = {
        "state": state or None,
        "department": department,
        "operation": operation,
        "service": service,
        "problem": problem,
        "updated_after": updated_after,
        "updated_before": updated_before,
        "received_after": received_after,
        "received_before": received_before,
    }
    wanted = {name: value for name, value in asked.items() if value is not None}
    if delivery is not None:
        if all_ or wanted or dry_run:
            raise Failed(Exit.USAGE, texts.DELIVERY_OR_FILTER)
        said = {} if reason is None else {"reason": reason}
        _shown(ask("POST", f"/v1/deliveries/{delivery}/retry", body=said), as_json=as_json)
        return
    if not (all_ or wanted):
        raise Failed(Exit.USAGE, texts.NOTHING_NAMED)
    retry_many(wanted, dry_run=dry_run, reason=reason, key=key, wait=wait, as_json=as_json)


def resolve(
    delivery: DeliveryId,
    *,
    happened: Annotated[bool, typer.Option("--happened", help=texts.HAPPENED_HELP)] = False,
    did_not_happen: Annotated[bool, typer.Option("--did-not-happen", help=texts.DID_NOT_HAPPEN_HELP)] = False,
    reason: Annotated[str, typer.Option(help=texts.KNOWN_HELP)],
    outcome: Annotated[Path | None, typer.Option(help=texts.OUTCOME_HELP, metavar="FILE")] = None,
    as_json: JsonOption = False,
) -> None:
    """Say what became of a delivery in doubt or held."""
    if happened == did_not_happen:
        raise Failed(Exit.USAGE, texts.HAPPENED_OR_NOT)
    body: JsonObject = {"happened": happened, "reason": reason}
    if outcome is not None:
        try:
            body["outcome"] = orjson.loads(outcome.read_bytes())
        except (OSError, orjson.JSONDecodeError) as error:
            raise Failed(Exit.USAGE, texts.no_json(outcome)) from error
    _shown(ask("POST", f"/v1/deliveries/{delivery}/resolve", body=body), as_json=as_json)


def unresolve(delivery: DeliveryId, *, reason: Reason, as_json: JsonOption = False) -> None:
    """Take back what was said of a delivery, as long as nothing came of it, so that it can be resolved rightly."""
    _shown(ask("POST", f"/v1/deliveries/{delivery}/unresolve", body={"reason": reason}), as_json=as_json)


def _shown(delivery: JsonObject, *, as_json: bool) -> None:
    print_json(delivery) if as_json else show_delivery(delivery)
