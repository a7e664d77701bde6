"""The course of a case: what each state reads like, and that nothing of what a party does not see changes the page."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import orjson
import yaml
from hypothesis import given
from hypothesis import strategies as st

from gateway.journal.store.views import CaseView, Event
from gateway.model.application import APPLICATION_ENDED, ApplicationState, EndReason, application_state
from gateway.model.delivery import Delivery, DeliveryState, SkipReason
from gateway.model.service import Service, Text
from gateway.web.citizen import texts
from gateway.web.citizen.course import READS, Course, Followed, course
from tests.faults.installation import ROOT, sample
from tests.gateway.api.sample_cases import NOON, a_delivery, an_application

S = DeliveryState
DAY = 86_400_000_000


def _service(code: str) -> Service:
    definition = yaml.safe_load((ROOT / "config" / "services" / f"{code}.yaml").read_text(encoding="utf-8"))
    return Service.model_validate({**definition, "sample": sample(code)})


TRANSFER, PASSPORT = _service("house-transfer"), _service("passport")
STEPS = [step.name for step in TRANSFER.steps]


def _told(
    service: Service,
    roles: Collection[str],
    states: Mapping[str, DeliveryState],
    *,
    outcomes: Mapping[str, Any] | None = None,
    events: Collection[Event] = (),
    **more: Any,
) -> Followed:
    changes = {name: more.pop(name) for name in ("state", "due_at", "withdrawal_asked", "end_reason", "handed_in_at") if name in more}
    case = an_application(id="case", number="1", caller="caller", trace_id="0", **changes)
    made = {name: _delivery(service, name, state) for name, state in states.items()}
    if "state" not in changes:
        case = case.changed(state=application_state(made.values(), withdrawal_asked=case.withdrawal_asked))
    body = sample(service.code)
    return Followed(
        view=CaseView(application=case, deliveries=made, outcomes=outcomes or {}),
        definition=service,
        roles=roles,
        form={"applicant": body["applicant"], "agent": None, "data": body["data"]},
        events=list(events),
        departments={name: Text(zh=f"{name}局", en=name) for name in ("marriage", "tax", "real_estate", "exit_entry")},
        now=NOON,
        personal=[body],
        **more,
    )


def _delivery(service: Service, name: str, state: DeliveryState) -> Delivery:
    skipped = SkipReason.PARENT_REJECTED if state is S.SKIPPED else None
    case = an_application(id="case")
    return a_delivery(case, name, id=name, department=service.step(name).department, state=state, skip_reason=skipped)


def _event(name: str, at: int, moves: Mapping[str, Any] | None = None) -> Event:
    return Event(no=1, chain="", seq=1, at=at, event=name, actor="test", delivery_id=None, details={"moves": moves or {}})


def _said(shown: Course) -> str:
    """Give all that the page says, in both languages."""
    return orjson.dumps(shown, default=lambda one: one.model_dump()).decode()


def test_every_state_of_a_step_that_is_shown_reads_as_something() -> None:
    assert {*READS} == {*S} - {S.SKIPPED}


@given(
    roles=st.sets(st.sampled_from(["applicant", "seller", "buyer"]), min_size=1),
    states=st.lists(st.sampled_from(S), min_size=3, max_size=3),
    others=st.lists(st.sampled_from(S), min_size=3, max_size=3),
)
def test_what_a_party_does_not_see_changes_nothing_but_the_end(roles: set[str], states: list[S], others: list[S]) -> None:
    seen = {"real_estate"} | ({"marital_status", "tax"} if "seller" in roles else set())
    first = dict(zip(STEPS, states, strict=True))
    second = {name: first[name] if name in seen else other for name, other in zip(STEPS, others, strict=True)}
    outcomes: list[dict[str, Any]] = [
        {name: {"kind": state.value, "reason": f"words of {name} {which}", "fields": []} for name, state in one.items()}
        for which, one in (("first", first), ("second", second))
    ]
    for name in seen:
        outcomes[1][name] = outcomes[0][name]
    one, other = (_told(TRANSFER, roles, made, outcomes=said) for made, said in zip((first, second), outcomes, strict=True))
    shown = course(one)
    assert len(shown.stations) == 1 + len([name for name in seen if first[name] is not S.SKIPPED])
    for name in STEPS:
        if name not in seen:
            assert f"words of {name}" not in _said(shown)
            assert TRANSFER.step(name).title.zh not in _said(shown)
    if not {one.view.application.state, other.view.application.state} & APPLICATION_ENDED:
        assert shown == course(other)


def test_doubt_and_what_is_held_read_as_the_centres_to_settle() -> None:
    shown = course(_told(TRANSFER, ["seller"], dict(zip(STEPS, (S.APPROVED, S.IN_DOUBT, S.HELD), strict=True))))
    assert (shown.glyph, shown.state) == ("run", texts.UNDER_WAY)
    assert [station.said.zh for station in shown.stations[2:]] == ["正在与tax局核实", "中心正在处理"]
    assert shown.counted == (1, 3)


def test_what_to_correct_is_said_with_its_place_and_without_anybodys_data() -> None:
    name, number = sample("house-transfer")["data"]["seller"].values()
    fields = [
        {"field": "price", "pointer": "/data/price", "message": "低于评估价"},
        {"field": "seller.name", "pointer": "/data/seller/name", "message": f"{name}（{number}）与登记不符"},
        {"field": "x", "pointer": "/applicant/name", "message": "another's: out of sight"},
        {"field": "", "pointer": "", "message": "nowhere"},
    ]
    said = {"kind": "returned", "reason": f"请{name}补正", "fields": fields}
    states = dict(zip(STEPS, (S.APPROVED, S.RETURNED, S.WAITING), strict=True))
    shown = course(_told(TRANSFER, ["seller"], states, outcomes={"tax": said}, due_at=NOON + 2 * DAY))
    [correction] = shown.corrections
    assert shown.state == texts.TO_CORRECT
    assert [(place.zh, place.en) for place, _ in correction.places] == [("成交价（元）", "Price (yuan)"), ("卖方 · 姓名", "Seller · Name")]
    assert correction.words is not None
    assert shown.before is not None
    for hidden in (name, number, "out of sight"):
        assert hidden not in _said(shown)
    assert [masked for _, masked in shown.who] == [f"{name[0]}*"]


def test_a_correction_of_what_is_out_of_sight_is_not_told() -> None:
    states = dict(zip(STEPS, (S.APPROVED, S.READY, S.WAITING), strict=True))
    hidden, seen = ({step: [step, "ready", 2]} for step in ("tax", "real_estate"))
    for roles, moves, told in ((["buyer"], hidden, 0), (["buyer"], {**hidden, **seen}, 1), (["seller"], hidden, 1)):
        shown = course(_told(TRANSFER, roles, states, events=[_event("revision_filed", NOON + DAY, moves)]))
        assert [station.title for station in shown.stations].count(texts.CORRECTION) == told, (roles, moves)


def test_a_place_that_is_no_place_reads_as_it_is() -> None:
    said = {"kind": "returned", "reason": "x", "fields": [{"field": "x", "pointer": f"/data/price/{'9' * 5000}", "message": "x"}]}
    states = dict(zip(STEPS, (S.APPROVED, S.RETURNED, S.WAITING), strict=True))
    [correction] = course(_told(TRANSFER, ["seller"], states, outcomes={"tax": said})).corrections
    assert [place.en for place, _ in correction.places] == [f"Price (yuan) · {'9' * 5000}"]


def test_days_are_those_of_the_events() -> None:
    moves = {"tax": ["tax", "approved", 1]}
    events = [_event("outcome_recorded", NOON + DAY, moves), _event("revision_filed", NOON + 2 * DAY)]
    shown = course(_told(TRANSFER, ["seller"], dict(zip(STEPS, (S.APPROVED, S.APPROVED, S.READY), strict=True)), events=events))
    assert [station.said.zh for station in shown.stations] == [
        "11月23日 中心已收件",
        "11月25日 已提交",
        "marriage局 11月23日 办结",
        "tax局 11月24日 办结",
        "正在送交real_estate局",
    ]


def test_what_was_entered_late_was_received_on_the_day_it_was_handed_in() -> None:
    shown = course(_told(PASSPORT, ["applicant"], {"exit_entry": S.READY}, handed_in_at=NOON - 2 * DAY))
    assert shown.stations[0].said.zh == "11月21日 中心已收件"


def test_a_department_that_takes_nothing_is_told_as_a_wait() -> None:
    shown = course(_told(PASSPORT, ["applicant"], {"exit_entry": S.READY}, away=["exit_entry"]))
    assert shown.state == texts.UNDER_WAY
    assert shown.stations[-1].said.zh == "exit_entry局现在不接收，恢复后自动送达"


def test_a_day_that_is_past_is_said_so_and_is_no_day_to_correct_by() -> None:
    shown = course(_told(PASSPORT, ["applicant"], {"exit_entry": S.DECIDING}, due_at=NOON - DAY))
    assert (shown.late, shown.before) == (True, None)


def test_each_end_says_what_next() -> None:
    ends = {
        ApplicationState.APPROVED: (S.APPROVED, "ok", PASSPORT.afterwards),
        ApplicationState.REJECTED: (S.REJECTED, "no", texts.NOT_APPROVED_NEXT),
        ApplicationState.WITHDRAWN: (S.WITHDRAWN, "skip", texts.TAKEN_BACK_NEXT),
    }
    for end, (state, glyph, after) in ends.items():
        shown = course(_told(PASSPORT, ["applicant"], {"exit_entry": state}, state=end, due_at=NOON))
        assert (shown.glyph, shown.next, shown.due, shown.ended) == (glyph, after, None, True)
    voided: dict[str, Any] = {"state": ApplicationState.WITHDRAWN, "end_reason": EndReason.VOIDED}
    shown = course(_told(PASSPORT, ["applicant"], {"exit_entry": S.WITHDRAWN}, **voided))
    assert (shown.state, shown.next, shown.counted) == (texts.VOIDED, texts.VOIDED_NEXT, None)
    assert shown.stations[-1].said.en.startswith("Not handed to")
    asked = course(_told(PASSPORT, ["applicant"], {"exit_entry": S.DECIDING}, withdrawal_asked=True))
    assert (asked.state, asked.ended) == (texts.TAKING_BACK, False)


def test_an_approved_case_tells_of_a_step_that_was_not() -> None:
    wedding = _service("newlywed")
    states = {step.name: S.APPROVED for step in wedding.steps} | {"real_estate": S.REJECTED, "exit_entry": S.SKIPPED}
    said = {"real_estate": {"kind": "rejected", "reason": "产权有争议", "fields": []}}
    told = _told(wedding, ["man"], states, outcomes=said, state=ApplicationState.APPROVED)
    shown = course(told)
    assert shown.next is not None
    assert shown.next.zh.startswith(texts.SOME_NOT_APPROVED.zh)
    assert [station.words for station in shown.stations if station.words] == ["产权有争议"]
    assert len(shown.stations) == 1 + 4, "what was skipped is not there"
