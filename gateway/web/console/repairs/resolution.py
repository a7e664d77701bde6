"""The form for what became of a delivery in doubt: whether the department has it, and what it said, as a person found out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gateway.api.cases import deliveries
from gateway.api.http import requests
from gateway.api.http.bodies import fitting
from gateway.cases.rights import Act
from gateway.model.errors import Located
from gateway.model.service import Text
from gateway.sdk.department import Never
from gateway.texts.refusals import Refused, in_language
from gateway.texts.strict_json import Malformed, read_object
from gateway.web.console.repairs import texts
from gateway.web.console.repairs.deeds import RESOLVE
from gateway.web.console.repairs.delivery import PATH, PATH_ID, FormShown, page, refused
from gateway.web.console.screens import View, action, screen
from gateway.web.staff.forms import typed

if TYPE_CHECKING:
    from gateway.api.http.route import Asked
    from gateway.journal.store.views import DeliveryView
    from gateway.model import JsonObject
    from gateway.sdk.department import Operation
    from gateway.texts.refusals import Language
    from gateway.web.staff.forms import Fields

#: The choice of what a department says: word → what it means, and what follows from it.
CHOICES: Final[Mapping[str, tuple[Text, Text]]] = {
    "absent": (texts.ABSENT, texts.ABSENT_HINT),
    "accepted": (texts.ACCEPTED, texts.ACCEPTED_HINT),
    "approved": (texts.APPROVED, texts.APPROVED_HINT),
    "rejected": (texts.REJECTED, texts.REJECTED_HINT),
    "returned": (texts.RETURNED, texts.RETURNED_HINT),
}
#: The field of the choice, and of what goes with it.
SAYS: Final = "/outcome/kind"
_REFERENCE, _CODE, _THEIR_REASON, _OUTPUT = "/outcome/reference", "/outcome/code", "/outcome/reason", "/outcome/output"
#: Types of an output's field that are typed in as they are.
_SCALARS: Final = frozenset({"string", "integer", "number", "boolean"})


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputField:
    """A field of what an approved step gives. ``nested``: it is no single value and is written as JSON."""

    place: str
    title: str
    needed: bool
    nested: bool


async def ask(asked: Asked) -> View:
    """Ask what the department says."""
    return await _page(asked, await deliveries.readable(asked), FormShown(deed=RESOLVE))


async def take(asked: Asked, fields: Fields) -> str | View:
    """Record what became of it."""
    found = await deliveries.readable(asked)
    try:
        said = fitting(requests.Resolution, *_resolution(asked, fields, deliveries.operation_of(asked, found.delivery)))
        outcome = None if said.outcome is None else said.outcome.model_dump(exclude_none=True)
        await asked.parts.repairs.resolve(
            found.delivery.id, caller=asked.caller, happened=said.happened, outcome=outcome, reason=said.reason
        )
    except Refused as problem:
        return await _page(asked, found, refused(asked, RESOLVE, typed(fields), problem))
    return f"/console/cases/{found.application.id}?said=resolved"


async def _page(asked: Asked, found: DeliveryView, form: FormShown) -> View:
    operation = deliveries.operation_of(asked, found.delivery)
    return await page(asked, found, form, choices=choices(operation), outputs=[] if operation is None else outputs(operation))


def choices(operation: Operation | None) -> Mapping[str, tuple[Text, Text]]:
    """Give the choices, with a warning where what was done after all would be done twice."""
    never = operation is not None and isinstance(operation.resend, Never)
    return {**CHOICES, "absent": (texts.ABSENT, texts.ABSENT_NEVER_HINT)} if never else CHOICES


def outputs(operation: Operation) -> list[OutputField]:
    """Give the fields of what the operation gives when it approves."""
    schema = operation.output.model_json_schema()
    needed = schema.get("required", ())
    return [
        OutputField(
            place=f"{_OUTPUT}/{key}",
            title=str(one.get("title", key)),
            needed=key in needed,
            nested=not _SCALARS & _types(one),
        )
        for key, one in schema.get("properties", {}).items()
    ]


def _types(schema: Mapping[str, object]) -> set[object]:
    branches = schema.get("anyOf")
    of_branches = [one.get("type") for one in branches if isinstance(one, Mapping)] if isinstance(branches, list) else []
    return {schema.get("type"), *of_branches}


def _resolution(asked: Asked, fields: Fields, operation: Operation | None) -> tuple[JsonObject, Language, list[Located]]:
    """Give the fields as the body of the API's call, the language, and what is wrong already."""
    says, wrong = fields.get(SAYS, ""), []
    document: JsonObject = {"happened": says != "absent", "reason": fields.get("/reason", "").strip()}
    if says not in CHOICES:
        wrong.append((SAYS, texts.PICK_ONE))
    elif says != "absent":
        outcome: JsonObject = {"kind": says}
        given = {"reference": _REFERENCE, **({"code": _CODE, "reason": _THEIR_REASON} if says in ("rejected", "returned") else {})}
        outcome |= {key: text for key, place in given.items() if (text := fields.get(place, "").strip())}
        if says == "accepted" and "reference" not in outcome:
            wrong.append((_REFERENCE, texts.REFERENCE_NEEDED))
        if says == "approved" and operation is not None:
            outcome["output"], unreadable = _output(fields, operation)
            wrong += unreadable
        document["outcome"] = outcome
    if not document["reason"]:
        document["reason"] = "-"  # said to be missing in words of the form's own
        wrong.append(("/reason", texts.REASON_NEEDED))
    return document, asked.language, [Located(place, in_language(text, asked.language)) for place, text in wrong]


def _output(fields: Fields, operation: Operation) -> tuple[JsonObject, list[tuple[str, Text]]]:
    found: JsonObject = {}
    wrong: list[tuple[str, Text]] = []
    for one in outputs(operation):
        text = fields.get(one.place, "").strip()
        if not text:
            continue
        key = one.place.removeprefix(f"{_OUTPUT}/")
        try:
            found[key] = read_object(b'{"value": %b}' % text.encode())["value"] if one.nested else text
        except Malformed:
            wrong.append((one.place, texts.NOT_JSON))
    return found, wrong


PAGES: Final = (
    screen(f"{PATH}/resolve", ask, act=Act.REPAIR, named="resolvePage", summary="Say what became of a delivery", parameters=PATH_ID),
    action(f"{PATH}/resolve", take, act=Act.REPAIR, named="resolveForm", summary="Say what became of a delivery", parameters=PATH_ID),
)
