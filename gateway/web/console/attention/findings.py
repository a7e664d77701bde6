"""Issues that a person should know of: each with why, what happens next, and the one thing to do about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from gateway.api.cases import deliveries
from gateway.cases.rights import Act, may
from gateway.catalogue.plan import ancestors
from gateway.model import code_names
from gateway.model.delivery import DeliveryState
from gateway.texts.sentences import name
from gateway.web.console import ages
from gateway.web.console.attention import texts
from gateway.web.console.repairs.deeds import Deed, deeds
from gateway.web.console.words import delivery_tag, department_title, for_pages, meaning, service_title, short_number, word

if TYPE_CHECKING:
    from gateway.api.http.route import Asked
    from gateway.journal.read.attention import Awaited
    from gateway.journal.read.stuck import Stuck
    from gateway.model.delivery import Delivery
    from gateway.model.service import Text

S = DeliveryState

#: Parts of the readiness of which another finding tells more.
_TOLD_ELSEWHERE: Final = frozenset({"departments"})
#: Where a person looks into a part: the page, its act, the words of the button.
_WHERE: Final = {
    "audit": ("/console/audit", Act.READ_AUDIT, texts.SEE_AUDIT),
    "configuration": ("/console/configuration", Act.CONFIGURATION, texts.SEE_CONFIGURATION),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One thing. ``facts`` stand beside its title: which case, how old, how many wait behind it. ``since`` is what it is sorted by."""

    row: str
    since: int
    shape: str
    colour: str
    title: Text
    href: str | None
    number: str | None = None
    facts: list[Text] = field(default_factory=list)
    why: Text
    next: Text
    deed: Deed | None


async def of_deliveries(asked: Asked, waiting: Awaited, now: int) -> list[Issue]:
    """Say of each delivery that waits for a person why, and what happens next."""
    first = [one for one, _ in waiting.first]
    cases = {one.id: case for one, case in waiting.first}
    explained = {one["id"]: one for one in await deliveries.explained(asked, first)}
    siblings = await asked.parts.insights.siblings({one.application_id for one in first}) if first else {}
    return [
        Issue(
            row=one.id,
            since=_since(one),
            shape=delivery_tag(one.state).shape,
            colour=delivery_tag(one.state).shape,
            title=texts.department_is(department_title(asked, one.department), delivery_tag(one.state).text),
            href=f"/console/cases/{one.application_id}",
            number=short_number(cases[one.id].number),
            facts=[service_title(asked, cases[one.id].service), *_facts(one, siblings[one.application_id], now)],
            why=for_pages(explained[one.id]["why"]),
            next=for_pages(explained[one.id]["next"]),
            deed=next(iter(deeds(asked, cases[one.id], one)), None),
        )
        for one in first
    ]


def _since(one: Delivery) -> int:
    return one.doubt_since or one.updated_at


def _facts(one: Delivery, siblings: Sequence[Delivery], now: int) -> list[Text]:
    said = None if one.problem is None else meaning(one.problem)
    facts = [] if said is None else [said]
    facts.append(ages.age(_since(one), now))
    after = ancestors({other.step: other.after for other in siblings})
    behind = sum(one.step in after[other.step] for other in siblings if other.state is S.WAITING)
    return [*facts, texts.waits_behind(behind)] if behind else facts


def of_stuck(asked: Asked, found: Sequence[Stuck], now: int) -> list[Issue]:
    """Say what will never move by itself."""
    return [
        Issue(
            row=f"stuck-{one.delivery_id}",
            since=now,
            shape="stop",
            colour="held",
            title=texts.department_is(department_title(asked, one.department), texts.STUCK),
            href=f"/console/cases/{one.application_id}",
            why=word(code_names.STUCK_KINDS, one.kind.value),
            next=texts.STUCK_NEXT,
            deed=Deed(f"/console/cases/{one.application_id}", texts.OPEN_CASE),
        )
        for one in found
    ]


def of_readiness(asked: Asked, checks: Mapping[str, str | None], now: int) -> list[Issue]:
    """Say which part of the gateway cannot do its work, or will not for long."""
    found = []
    for part, problem in checks.items():
        if problem is None or part in _TOLD_ELSEWHERE:
            continue
        path, act, text = _WHERE.get(part, (None, None, None))
        seen = path is not None and act is not None and text is not None and may(asked.caller, act) is not None
        found.append(
            Issue(
                row=f"part-{part}",
                since=now,
                shape="stop",
                colour="held",
                title=texts.NOT_READY.get(part, name(part)),
                href=path if seen else None,
                why=name(problem),
                next=texts.NOT_READY_NEXT,
                deed=Deed(path, text) if seen and path is not None and text is not None else None,
            )
        )
    return found
