"""``gateway department call``: one call of one operation, with everything that went over the wire for it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import secrets
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, cast

import typer
from pydantic import ValidationError

from gateway.catalogue.request_texts import request_text
from gateway.cli.department import texts
from gateway.cli.department.checks import end_of, place
from gateway.cli.department.exchanges import as_lines, seen
from gateway.cli.department.made import Made, Name, make
from gateway.cli.department.veil import Veil, leaves
from gateway.cli.terminal import texts as shared
from gateway.cli.terminal.exits import Exit, Failed
from gateway.cli.terminal.options import JsonOption, read
from gateway.cli.terminal.output import print_json
from gateway.cli.terminal.words import chinese, say
from gateway.departments.containment import GRACE
from gateway.installation.settings import load_settings
from gateway.model import JsonObject, JsonView
from gateway.model.errors import Busy, DepartmentError, InDoubt, Located, Unavailable
from gateway.model.outcome import Outcome, words
from gateway.sdk.department import Ask, Call, Never, Operation, Request, Safe
from gateway.sdk.http.exchange import Exchange
from gateway.sdk.outcomes import unfit
from gateway.telemetry.logs import configure_logs
from gateway.texts.refusals import Language
from gateway.texts.strict_json import Malformed, nameable, pointer_of, read_object

#: A field of a request model, as adapters name it.
_PATH = re.compile(r"[a-z_][a-z_]*[a-z0-9_.]{0,80}|")

#: The command's exit code after each outcome: yes or no.
_EXITS = {"accepted": Exit.OK, "approved": Exit.OK, "rejected": Exit.NO, "returned": Exit.NO}

#: Lines of one body that people are shown.
_MOST_LINES = 200


def call(
    name: Name,
    operation: Annotated[str, typer.Argument(help=texts.OPERATION_HELP, metavar="OPERATION")],
    file: Annotated[Path, typer.Argument(help=texts.REQUEST_HELP, metavar="FILE")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help=texts.YES_HELP)] = False,
    key: Annotated[str | None, typer.Option(help=texts.KEY_HELP)] = None,
    show: Annotated[list[str] | None, typer.Option(help=texts.SHOW_HELP)] = None,
    show_output: Annotated[bool, typer.Option("--show-output", help=texts.SHOW_OUTPUT_HELP)] = False,
    as_json: JsonOption = False,
) -> None:
    """Call one operation of one department and show what went over the wire, masked, and what it came to."""
    with contextlib.closing(configure_logs("auto", "critical", stream=sys.stderr)):  # the command itself tells every problem
        heard: list[Exchange] = []
        made = make(load_settings(), name, listener=heard.append)
        called = _operation(made, operation)
        request = _read_request(called, read(file))
        if not (made.sandbox or called.read_only or yes):
            _ask(made, called, file)
        told, code = asyncio.run(_call(made, called, request, heard, key=key, codes=show or (), show_output=show_output))
    print_json(told) if as_json else _tell(told)
    raise typer.Exit(code)


def _operation(made: Made, name: str) -> Operation:
    try:
        return made.department.operation(name)
    except KeyError:
        known = ", ".join(one.name for one in made.department.operations)
        raise Failed(Exit.NO, texts.no_operation(made.config.name, name, known)) from None


def _read_request(operation: Operation, body: bytes) -> Request:
    """Read the request in a file. Raises Failed with every error in it, each with its place."""
    language: Language = "zh-CN" if chinese() else "en"
    try:
        document = read_object(body, language)
    except Malformed as error:
        raise _refused(error.problems) from None  # the cause would hold the values
    try:
        return operation.request.model_validate(document)
    except ValidationError as error:
        title = say(operation.title_zh, operation.title_en)
        problems = [_located(one, title, language) for one in error.errors(include_url=False, include_input=False)]
    raise _refused(problems)


def _located(one: JsonView, title: str, language: Language) -> Located:
    """Give one of pydantic's errors with its place. A name that is not ours is repeated only where it can hold nothing personal."""
    parts = [str(part) for part in one["loc"]]
    unknown = one["type"] == "extra_forbidden"
    if unknown and not nameable(parts[-1]):
        parts.pop()
    pointer = pointer_of(parts)
    if unknown:
        return Located(pointer, str(texts.NO_FIELD))
    return Located(pointer, request_text(one["type"], one.get("ctx", {}), title, language))


def _refused(problems: Iterable[Located]) -> Failed:
    places = "".join(f"\n  {one.pointer or '/'}: {one.detail}" for one in problems)
    return Failed(Exit.NO, texts.request_refused(places))


def _ask(made: Made, operation: Operation, file: Path) -> None:
    """Have a person at the terminal say yes. Raises Failed when nobody does."""
    at = made.department.connection.endpoint
    if str(file) != "-" and sys.stdin.isatty() and typer.confirm(texts.go_on(operation.name, at)):
        return
    raise Failed(Exit.USAGE, texts.not_confirmed(operation.name, at))


async def _call(
    made: Made, operation: Operation, request: Request, heard: list[Exchange], *, key: str | None, codes: Sequence[str], show_output: bool
) -> tuple[JsonObject, Exit]:
    """Call the operation. Give what went over the wire, as far as it may be shown, and its end, fit for JSON, and the exit code.

    ``codes`` are further names whose codes are shown. ``show_output`` unmasks the outcome.
    """
    department, connection, settings = made.department, made.department.connection, made.settings
    public = settings.public_url or f"http://{settings.host}:{settings.port}"
    sent = Call(
        operation=operation.name,
        key=key or f"call-{secrets.token_hex(12)}",
        attempt=1,
        deadline=connection.deadline,
        traceparent=f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01",
        callback_url=f"{public}/v1/departments/{made.config.name}/callbacks" if department.calls_back else None,
        fresh_connection=isinstance(operation.resend, Never),
    )
    known = {"call.key": sent.key, "call.callback_url": sent.callback_url or "", **dict(leaves(request.model_dump(mode="json")))}
    veil = Veil(known, (one.get_secret_value() for one in connection.secrets.values()), codes)
    act = department.query if operation.read_only else department.submit
    answer, bug = await end_of(connection.deadline + GRACE, department, "open", department.open)
    try:
        if not isinstance(answer, DepartmentError):
            answer, bug = await end_of(
                connection.deadline, department, operation.name, lambda: act(sent, request), lambda outcome: unfit(outcome, operation)
            )
    finally:
        await end_of(connection.deadline, department, "close", department.close)
    told: JsonObject = {"department": made.config.name, "operation": operation.name, "key": sent.key}
    told["exchanges"] = [seen(one, veil, sent.key) for one in heard]
    if isinstance(answer, DepartmentError):
        error, following = _error(made, answer, veil, place(bug)), _next(made, operation, answer, sent.key)
        return {**told, "outcome": None, "error": error, "next": following}, _error_exit(answer)
    outcome = cast("Outcome", answer)  # unfit() has seen it
    return {**told, "outcome": _outcome(outcome, veil, show_output), "error": None, "next": None}, _EXITS[outcome.kind]


def _outcome(outcome: Outcome, veil: Veil, show: bool) -> JsonObject:  # noqa: FBT001  # an option of the command
    said = words(outcome)
    masked = {name: _masked(said[name], veil, name, show) for name in ("code", "reference", "reason")}
    fields = [
        {"field": field if _PATH.fullmatch(field) else "‹field›", "message": _masked(message, veil, "message", show)}
        for field, message in said["fields"]
    ]
    return {"kind": said["kind"], **masked, "fields": fields, "output": _masked(said["output"], veil, "", show)}


def _masked(value: object, veil: Veil, name: str, show: bool) -> Any:  # noqa: ANN401, FBT001  # any JSON, and an option of the command
    if value is None or show:
        return value
    if isinstance(value, Mapping):
        return {key: _masked(child, veil, key, show) for key, child in value.items()}
    if isinstance(value, list):
        return [_masked(child, veil, name, show) for child in value]
    return veil.value(value, name)


def _error(made: Made, error: DepartmentError, veil: Veil, at: str) -> JsonObject:
    names = made.department.secret_names
    return {
        "kind": type(error).__name__,
        "code": veil.sentence(error.code),
        "detail": veil.sentence(error.detail),
        "retry_after": error.retry_after if isinstance(error, Busy) else None,
        "words": texts.error_words(error, bug=at, secrets=names, name=made.config.name, clean=veil.sentence),
    }


def _error_exit(error: DepartmentError) -> Exit:
    if isinstance(error, Unavailable | Busy):
        return Exit.UNREACHABLE
    return Exit.OPEN if isinstance(error, InDoubt) else Exit.NO


def _next(made: Made, operation: Operation, error: DepartmentError, key: str) -> str | None:
    """Tell the next thing to do: start a sandbox, or what the operation's resend rule says after a lost reply."""
    if made.sandbox and error.code == "not_connected":
        return str(texts.START)
    if not isinstance(error, InDoubt):
        return None
    match operation.resend:
        case Safe():
            return texts.may_repeat(key)
        case Ask():
            return texts.ask_first(key)
        case _:
            return texts.never_repeat(key)


def _tell(told: JsonView) -> None:
    for one in told["exchanges"]:
        lines = as_lines(one)
        more = len(lines) - _MOST_LINES
        typer.echo("\n".join(lines[:_MOST_LINES]))
        if more > 0:
            typer.echo(texts.more_lines(more))
    if not told["exchanges"]:
        typer.echo(texts.NOTHING_SENT)
    typer.echo(f"key  {told['key']}")
    if told["outcome"] is not None:
        _tell_outcome(told["outcome"])
    else:
        typer.echo(f"{texts.ERROR}  {told['error']['words']}")
    if told["next"]:
        typer.echo(f"{shared.NEXT}  {told['next']}")


def _tell_outcome(outcome: JsonView) -> None:
    typer.echo(f"{texts.OUTCOME}  {outcome['kind']}")
    for name in ("code", "reference", "reason"):
        if outcome[name] is not None:
            typer.echo(f"  {name}: {outcome[name]}")
    for one in outcome["fields"]:
        typer.echo(f"  field {one['field'] or '-'}: {one['message']}")
    for name, value in (outcome["output"] or {}).items():
        typer.echo(f"  output {name}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}")
