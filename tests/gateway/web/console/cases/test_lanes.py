"""Lanes: bars on one scale, in order, none outside of it, and a picture that does not change at each look."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from gateway.journal.store.views import Event
from gateway.model.delivery import DeliveryState
from gateway.web.console.cases.lanes import lanes

S = DeliveryState
BEGIN = 1_795_397_400_000_000
_DAY = 86_400_000_000


def _event(no: int, at: int, **states: DeliveryState) -> Event:
    moves = {key: [key, state.value, 1] for key, state in states.items()}
    return Event(no=no, chain="c", seq=no, at=at, event="case_changed", actor="gateway", delivery_id=None, details={"moves": moves})


def test_a_kind_has_one_bar_for_as_long_as_it_lasts() -> None:
    events = [
        _event(1, BEGIN, tax=S.SENDING, home=S.WAITING),
        _event(2, BEGIN + 1_000_000, tax=S.DECIDING),
        _event(3, BEGIN + 2_000_000, tax=S.DECIDING),
        _event(4, BEGIN + 5_000_000, tax=S.APPROVED, home=S.SENDING),
        _event(5, BEGIN + 6_000_000, home=S.IN_DOUBT),
    ]
    drawn = lanes(events, received=BEGIN, ended=None, now=BEGIN + 10_000_000)
    assert [(bar.kind, bar.goes_on) for bar in drawn.bars["tax"]] == [("call", False), ("decides", False)]
    assert [(bar.kind, bar.goes_on) for bar in drawn.bars["home"]] == [("call", False), ("unknown", True)]
    assert drawn.kinds == ["call", "decides", "unknown"]
    assert drawn.bars["tax"][1].left == drawn.bars["tax"][0].left + drawn.bars["tax"][0].width
    assert (drawn.took["tax"].en, drawn.took["home"].en) == ("5.0 s", "5.0 s so far")


def test_what_takes_days_is_marked_by_days() -> None:
    events = [_event(1, BEGIN, tax=S.DECIDING), _event(2, BEGIN + 4 * _DAY, tax=S.APPROVED)]
    drawn = lanes(events, received=BEGIN, ended=BEGIN + 4 * _DAY, now=BEGIN + 9 * _DAY)
    assert [mark.text for mark in drawn.marks] == ["11-24", "11-25", "11-26"]
    assert drawn.took["tax"].zh == "4 天"


def test_no_events_at_all() -> None:
    assert lanes([], received=BEGIN, ended=BEGIN, now=BEGIN).bars == {}


@given(
    st.lists(st.tuples(st.integers(0, 40 * _DAY), st.sampled_from(list(S)), st.sampled_from("ab")), max_size=30),
    st.integers(0, 400 * _DAY),
    st.booleans(),
)
def test_bars_stand_in_order_within_the_scale(moves: list[tuple[int, DeliveryState, str]], later: int, ended: bool) -> None:  # noqa: FBT001  # drawn
    events = [_event(no, BEGIN + at, **{key: state}) for no, (at, state, key) in enumerate(sorted(moves, key=lambda one: one[0]))]
    last = max([BEGIN, *(one.at for one in events)])
    drawn = lanes(events, received=BEGIN, ended=last if ended else None, now=last + later)
    for bars in drawn.bars.values():
        assert all(0 <= bar.left <= 97 and 0 < bar.width <= 97.1 for bar in bars)
        assert all(one.left <= other.left for one, other in pairwise(bars))
        assert all(one.kind != other.kind or not one.goes_on for one, other in pairwise(bars))
    assert len(drawn.marks) <= 7
    assert all(one.left < other.left for one, other in pairwise(drawn.marks))


@given(st.integers(60_000_000, 400 * _DAY))
def test_an_open_case_looks_the_same_at_most_looks(age: int) -> None:
    events = [_event(1, BEGIN, tax=S.IN_DOUBT)]
    pictures = [lanes(events, received=BEGIN, ended=None, now=BEGIN + age + n * age // 1000).bars for n in range(10)]
    assert sum(one != other for one, other in pairwise(pictures)) <= 3
