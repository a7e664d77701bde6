"""One case: where each of its deliveries stands, what happened when, who did what and why, and what was handed in."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gateway.api.cases import applications, deliveries
from gateway.api.cases.parties import definition_of
from gateway.api.http.route import Parameter, path_id
from gateway.cases.rights import Act, Sight, may
from gateway.catalogue.parties.named import roles_of
from gateway.model import code_names
from gateway.model.application import EndReason
from gateway.model.delivery import ENDED, DeliveryState
from gateway.texts.sentences import listed, name
from gateway.web.answers import counter
from gateway.web.console import ages
from gateway.web.console.cases import texts
from gateway.web.console.cases.feed import failures, feed
from gateway.web.console.cases.handed_in import handed_in
from gateway.web.console.cases.lanes import Bar, Lanes, lanes
from gateway.web.console.cases.rows import done_of
from gateway.web.console.repairs import moves, voiding
from gateway.web.console.repairs import texts as repair_texts
from gateway.web.console.repairs.deeds import RETRY, Deed, deeds, taking_nothing, undone
from gateway.web.console.screens import View, screen
from gateway.web.console.words import (
    Tag,
    case_tags,
    delivery_tag,
    department_title,
    for_pages,
    meaning,
    number_groups,
    service_title,
    short_number,
    voided,
    word,
)
from gateway.web.times import moment, second

if TYPE_CHECKING:
    from gateway.api.http.route import Asked
    from gateway.api.shapes.act_models import ApplicationDetail, OperatorAct
    from gateway.api.shapes.models import ExplainedDelivery, OutcomeShape
    from gateway.api.shapes.party_models import PartyShape
    from gateway.journal.store.views import CaseView
    from gateway.model.delivery import Delivery
    from gateway.model.service import Service, Text

#: Events of a case that its page shows.
_MOST: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class StepLine:
    """One delivery as the case's page shows it."""

    id: str
    title: Text
    department: Text
    tag: Tag
    why: Text
    next: Text
    facts: list[Text]
    problem: Text | None
    outcome: OutcomeShape | None
    told_otherwise: bool
    over: bool
    deeds: list[Deed]
    waits: bool
    bars: list[Bar]
    lane: Text
    took: Text | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseAct:
    """One thing that a person did with the case."""

    text: Text
    about: Text | None
    who: str
    at: Text
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyLine:
    """One party: its roles, and its name as far as it is seen."""

    title: Text
    name: str | None
    kind: Text
    acts_for: str | None


async def show(asked: Asked) -> View:
    """Show the case. Raises Refused (404)."""
    query = asked.request.query
    said, only = query.get("said", ""), query.get("only")
    view = await applications.readable(asked, Act.READ)
    case = view.application
    shown = await applications.detail(asked, view)
    explained = await deliveries.explained(asked, list(view.deliveries.values()))
    events, more = await asked.parts.insights.events(case.id, 0, _MOST)
    definition = await definition_of(asked, case)
    now = time.time_ns() // 1000
    drawn = lanes(events, received=case.received_at, ended=case.ended_at, now=now)
    titles = {one.id: _step_title(one, definition) for one in view.deliveries.values()}
    offered = {one.id: [*deeds(asked, case, one), *await undone(asked, view, one, shown["acts"])] for one in view.deliveries.values()}
    away = await taking_nothing(asked, {one.department for one in view.deliveries.values() if one.state not in ENDED})
    parts = [
        _part(asked, view, one, shown, title=titles[one["id"]], drawn=drawn, offered=offered[one["id"]], away=away, now=now)
        for one in explained
    ]
    lines = feed(events, titles)
    sight, acts_seen = may(asked.caller, Act.READ_FORM, case), may(asked.caller, Act.SEE_ACTS, case)
    values: dict[str, object] = {
        "case": case,
        "title": service_title(asked, case.service),
        "groups": number_groups(case.number),
        "short": short_number(case.number),
        "said": repair_texts.DONE.get(said),
        "tags": case_tags(case, told_otherwise=shown["told_otherwise"]),
        "received": second(case.received_at),
        "due": ages.due(case.due_at, now, asked.parts.intake.calendar) if case.ended_at is None else None,
        "due_at": None if case.due_at is None else moment(case.due_at),
        "ended": None if case.ended_at is None else second(case.ended_at),
        "channel": word(code_names.CHANNELS, case.channel),
        "done": word(code_names.END_REASONS, EndReason.VOIDED)
        if voided(case)
        else texts.done_of(done_of(view.deliveries.values()), len(parts)),
        "steps": parts,
        "ordered": sorted(parts, key=lambda one: one.over),
        "marks": drawn.marks,
        "kinds": {kind: texts.LANE_KINDS[kind] for kind in drawn.kinds},
        "lines": failures(lines) if only == "failures" else lines,
        "only_failures": only == "failures",
        "counted": (len(lines), len(failures(lines))),
        "more": more,
        "done_by": None if acts_seen is None else [_deedline(one, titles) for one in shown["acts"]],
        "sees_reasons": acts_seen is not Sight.NONE,
        "roles": _roles(shown["parties"], definition),
        "form": None if shown["form"] is None or sight is Sight.NONE else handed_in(shown["form"], definition),
        "masked": sight is Sight.MASKED,
        "whole_case": [*counter.offered(asked, view), *moves.offered(asked, view), *voiding.offered(asked, view)],
    }
    return View(template="case.html", values=values)


def _step_title(delivery: Delivery, definition: Service | None) -> Text:
    steps = {} if definition is None else {step.name: step.title for step in definition.steps}
    return steps.get(delivery.step, name(delivery.step))


def _part(
    asked: Asked,
    view: CaseView,
    one: ExplainedDelivery,
    shown: ApplicationDetail,
    *,
    title: Text,
    drawn: Lanes,
    offered: list[Deed],
    away: Collection[str],
    now: int,
) -> StepLine:
    delivery = view.by_id(one["id"])
    department = department_title(asked, delivery.department)
    bars = drawn.bars.get(delivery.id, [])
    return StepLine(
        id=delivery.id,
        title=title,
        department=department,
        tag=delivery_tag(delivery.state, view.application),
        why=_why(asked, view, delivery) or for_pages(one["why"]),
        next=for_pages(one["next"]),
        facts=_facts(delivery, now),
        problem=None if delivery.problem is None or delivery.state in ENDED else meaning(delivery.problem),
        outcome=next(other["outcome"] for other in shown["deliveries"] if other["id"] == delivery.id),
        told_otherwise=delivery.told_otherwise is not None,
        over=delivery.state in ENDED,
        deeds=offered,
        waits=delivery.department in away and any(one.path.endswith(f"/{RETRY}") for one in offered),
        bars=bars,
        lane=texts.lane_of(department, listed(texts.LANE_KINDS[bar.kind] for bar in bars) if bars else texts.NOT_BEGUN),
        took=drawn.took.get(delivery.id),
    )


def _why(asked: Asked, view: CaseView, delivery: Delivery) -> Text | None:
    """Say for what a waiting delivery waits: the steps before it that are not done, by their departments and states in words."""
    if delivery.state is not DeliveryState.WAITING:
        return None
    before = [view.deliveries[step] for step in delivery.after if step in view.deliveries and view.deliveries[step].state not in ENDED]
    return (
        texts.waits_for(listed(texts.lane_of(department_title(asked, one.department), delivery_tag(one.state).text) for one in before))
        if before
        else None
    )


def _facts(delivery: Delivery, now: int) -> list[Text]:
    facts = []
    if delivery.reference is not None:
        facts.append(texts.reference_is(delivery.reference))
    if delivery.attempts:
        facts.append(texts.calls(delivery.attempts))
    if delivery.due_at is not None and delivery.due_at > now and delivery.state not in ENDED | {DeliveryState.SENDING}:
        facts.append(texts.next_at(second(delivery.due_at)))
    if delivery.round > 1:
        facts.append(texts.round_is(delivery.round))
    return facts


def _deedline(one: OperatorAct, titles: Mapping[str, Text]) -> CaseAct:
    return CaseAct(
        text=word(code_names.ACTS, one["act"]),
        about=titles.get(one["delivery_id"] or ""),
        who=one["name"] or one["actor"] or "",
        at=name((one["at"] or "")[:16].replace("T", " ")),
        reason=one["reason"],
    )


def _roles(parties: Sequence[PartyShape], definition: Service | None) -> list[PartyLine]:
    titles = {} if definition is None else {party.role: party.title for party in roles_of(definition)}
    names = {party["id"]: party["name"] for party in parties}
    return [
        PartyLine(
            title=listed(titles.get(role, name(role)) for role in party["roles"]),
            name=party["name"],
            kind=word(code_names.PARTY_KINDS, party["kind"]),
            acts_for=names.get(party["acts_for"]) if party["acts_for"] else None,
        )
        for party in parties
    ]


PAGES: Final = (
    screen(
        "/console/cases/{id}",
        show,
        act=Act.READ,
        named="casePage",
        summary="One case",
        parameters=(path_id("id", "application"), Parameter(name="only", place="query", description="`failures`: of the history alone.")),
    ),
)
