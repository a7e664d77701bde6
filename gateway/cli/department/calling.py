"""One call of one operation, with everything that went over the wire for it."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from pydantic import ValidationError

from gateway.catalogue.request_texts import request_text
from gateway.cli.department import texts
from gateway.cli.department.checks import end_of, place
from gateway.cli.department.exchanges import seen
from gateway.cli.department.made import Made
from gateway.cli.department.veil import Veil, leaves
from gateway.cli.terminal.exits import Exit, Failed
from gateway.cli.terminal.words import chinese, say
from gateway.departments.containment import GRACE
from gateway.model import JsonObject, JsonView
from gateway.model.errors import Busy, DepartmentError, InDoubt, Located, Unavailable
from gateway.model.outcome import Outcome, words
from gateway.sdk.department import Ask, Call, Never, Operation, Request, Safe
from gateway.sdk.http.exchange import Exchange
from gateway.sdk.outcomes import unfit
from gateway.texts.refusals import Language
from gateway.texts.strict_json import Malformed, nameable, pointer_of, read_object

#: A field of a request model, as adapters name it.
_PATH = re.compile(r"[a-z_][a-z_]*[a-z0-9_.]{0,80}|")

#: The command's exit code after each outcome: yes or no.
_EXITS = {"accepted": Exit.OK, "approved": Exit.OK, "rejected": Exit.NO, "returned": Exit.NO}


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """A call as it is told, fit for JSON, and the command's exit code."""

    told: JsonView
    code: Exit


def read_request(operation: Operation, body: bytes) -> Request:
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


async def call(made: Made, operation: Operation, request: Request, heard: list[Exchange], options: CallOptions) -> Called:
    """Call the operation, and tell what went over the wire, as far as it may be shown, and the end."""
    department, connection = made.department, made.department.connection
    sent = _call(made, operation, options.key)
    known = {"call.key": sent.key, "call.callback_url": sent.callback_url or "", **dict(leaves(request.model_dump(mode="json")))}
    veil = Veil(known, (one.get_secret_value() for one in connection.secrets.values()), options.codes)
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
        told["outcome"], told["error"] = None, _error(made, answer, veil, place(bug))
        told["next"] = _next(made, operation, answer, sent.key)
        return Called(told=told, code=_error_exit(answer))
    outcome = cast("Outcome", answer)  # unfit() has seen it
    told["outcome"], told["error"], told["next"] = _outcome(outcome, veil, options.show_output), None, None
    return Called(told=told, code=_EXITS[outcome.kind])


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOptions:
    """The options of a call: its key, further names whose codes are shown, and whether the output's values are."""

    key: str | None = None
    codes: tuple[str, ...] = ()
    show_output: bool = False


def _call(made: Made, operation: Operation, key: str | None) -> Call:
    settings = made.settings
    public = settings.public_url or f"http://{settings.host}:{settings.port}"
    name = made.config.name
    return Call(
        operation=operation.name,
        key=key or f"call-{secrets.token_hex(12)}",
        attempt=1,
        deadline=made.department.connection.deadline,
        traceparent=f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01",
        callback_url=f"{public}/v1/departments/{name}/callbacks" if made.department.calls_back else None,
        fresh_connection=isinstance(operation.resend, Never),
    )


def _outcome(outcome: Outcome, veil: Veil, show: bool) -> JsonObject:  # noqa: FBT001  # an option of the command
    said = words(outcome)
    fields = [(field if _PATH.fullmatch(field) else "‹field›", message) for field, message in said["fields"]]
    return {
        "kind": said["kind"],
        "code": _masked(said["code"], veil, "code", show),
        "reference": _masked(said["reference"], veil, "reference", show),
        "reason": _masked(said["reason"], veil, "reason", show),
        "fields": [{"field": field, "message": _masked(message, veil, "message", show)} for field, message in fields],
        "output": _masked(said["output"], veil, "", show),
    }


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
