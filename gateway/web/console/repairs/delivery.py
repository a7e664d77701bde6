"""One delivery: why it stands where it stands, the calls that were made, and beside them a form where somebody is at one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from gateway.api.cases import deliveries
from gateway.api.cases.parties import definition_of
from gateway.api.http.route import path_id
from gateway.cases.rights import Act, may
from gateway.model import code_names
from gateway.model.case import Case
from gateway.sdk.department import Ask, Safe
from gateway.texts.refusals import Refused, in_language
from gateway.texts.sentences import name
from gateway.web.console.repairs import texts
from gateway.web.console.repairs.deeds import RETRY, deeds, taking_nothing, undone
from gateway.web.console.screens import View, screen
from gateway.web.console.words import (
    delivery_tag,
    department_title,
    for_pages,
    meaning,
    number_groups,
    result,
    service_title,
    short_number,
    word,
)
from gateway.web.times import second

if TYPE_CHECKING:
    from gateway.api.http.route import Asked
    from gateway.api.shapes.models import AttemptShape
    from gateway.journal.store.views import DeliveryView
    from gateway.model.service import Text
    from gateway.sdk.department import Operation

PATH: Final = "/console/deliveries/{id}"
PATH_ID: Final = (path_id("id", "delivery"),)
#: Statuses of a refusal after which a person may send the form again, corrected.
_CORRECTABLE: Final = frozenset({409, 422})
#: The place of what is wrong with a form as a whole.
WHOLE: Final = ""


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing wrong with a form: the field that it is about, none where it is about the whole, and what is expected."""

    field: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FormShown:
    """A form as it is shown again: what was typed, and what is wrong, by the names of its fields (JSON Pointers, as the API has them)."""

    deed: str
    typed: Mapping[str, str] = field(default_factory=dict)
    wrong: tuple[Wrong, ...] = ()
    status: int = 200

    def at(self, place: str) -> str | None:
        """Give what is wrong at a field."""
        return next((one.text for one in self.wrong if one.field == place), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallLine:
    """One call to the department."""

    text: Text
    at: str
    result: Text | None
    detail: str | None
    said: str | None


async def show(asked: Asked) -> View:
    """Show the delivery. Raises Refused (404)."""
    return await page(asked, await deliveries.readable(asked, Act.READ_DELIVERY))


async def page(asked: Asked, found: DeliveryView, form: FormShown | None = None, **more: object) -> View:
    """Make the page of a delivery, with a form and the values that this needs."""
    delivery, case = found.delivery, found.application
    shown = await deliveries.detail(asked)
    definition = await definition_of(asked, case)
    operation = deliveries.operation_of(asked, delivery)
    step = None if definition is None else next((one for one in definition.steps if one.name == delivery.step), None)
    department = department_title(asked, delivery.department)
    siblings = (await asked.parts.insights.siblings({case.id}))[case.id]
    whole = Case(application=case, deliveries={one.step: one for one in siblings})
    found_deeds = [*deeds(asked, case, delivery), *await undone(asked, whole, delivery, shown["acts"])]
    again = any(one.path.endswith(f"/{RETRY}") for one in found_deeds)
    values: dict[str, object] = {
        "delivery": delivery,
        "case_path": f"/console/cases/{case.id}" if may(asked.caller, Act.READ, case) is not None else None,
        "service": service_title(asked, case.service),
        "groups": number_groups(case.number),
        "short": short_number(case.number),
        "step": name(delivery.step) if step is None else step.title,
        "department": department,
        "tag": delivery_tag(delivery.state, case),
        "why": for_pages(shown["why"]),
        "next": for_pages(shown["next"]),
        "problem": None if delivery.problem is None else meaning(delivery.problem),
        "rule": None if operation is None else word(code_names.RESEND_RULES, _rule(operation)),
        "key": delivery.key,
        "first_sent": None if delivery.first_sent_at is None else second(delivery.first_sent_at),
        "last_sent": None if delivery.last_sent_at is None else second(delivery.last_sent_at),
        "calls": [_call(one) for one in reversed(shown["attempts_made"])],
        "deeds": found_deeds,
        "away": again and await taking_nothing(asked, {delivery.department}),
        "form": form,
        **more,
    }
    return View(template="delivery.html", values=values, status=200 if form is None else form.status)


def refused(asked: Asked, deed: str, typed: Mapping[str, str], problem: Refused) -> FormShown:
    """Make the form again of what was refused. Raises the refusal itself where nothing that is typed could help."""
    if problem.status not in _CORRECTABLE:
        raise problem
    wrong = tuple(Wrong(one.pointer, one.detail) for one in problem.errors) or (
        Wrong(WHOLE, in_language(for_pages(problem.said), asked.language)),
    )
    return FormShown(deed=deed, typed=typed, wrong=wrong, status=problem.status)


def _rule(operation: Operation) -> str:
    resend = operation.resend
    return "safe" if isinstance(resend, Safe) else "ask" if isinstance(resend, Ask) else "never"


def _call(one: AttemptShape) -> CallLine:
    text = word(code_names.ACTIONS, one["action"])
    return CallLine(
        text=texts.number_of_call(text, one["number"]) if one["action"] == "submit" else text,
        at=one["started_at"][:19].replace("T", " "),
        result=None if one["result"] is None else result(one["result"]),
        detail=one["detail"],
        said=one.get("said"),
    )


PAGES: Final = (screen(PATH, show, act=Act.READ_DELIVERY, named="deliveryPage", summary="One delivery", parameters=PATH_ID),)
