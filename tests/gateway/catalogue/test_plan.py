"""The plan: released and skipped steps on any graph."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.catalogue.condition import ConditionFailed
from gateway.catalogue.plan import Released, Skipped, Undecidable, advance, ancestors, find_cycle
from gateway.model.delivery import Delivery, DeliveryState, SkipReason

S = DeliveryState


def delivery(step: str, *after: str, state: DeliveryState = S.WAITING, skip_reason: SkipReason | None = None) -> Delivery:
    return Delivery(
        id=step,
        application_id="a",
        position=0,
        step=step,
        department="d",
        operation="o",
        required=True,
        after=after,
        state=state,
        skip_reason=skip_reason,
    )


def plan(*deliveries: Delivery, applies: Callable[[str], bool] = lambda _: True) -> dict[str, object]:
    return dict(advance({one.step: one for one in deliveries}, applies))


def test_at_filing_only_what_comes_after_nothing_is_released() -> None:
    assert plan(delivery("a"), delivery("b", "a"), delivery("c")) == {"a": Released("a"), "c": Released("c")}


def test_a_step_that_does_not_apply_releases_those_after_it() -> None:
    moves = plan(delivery("a"), delivery("b", "a"), delivery("c", "b"), applies=lambda step: step == "c")
    assert moves == {
        "a": Skipped("a", SkipReason.NOT_APPLICABLE),
        "b": Skipped("b", SkipReason.NOT_APPLICABLE),
        "c": Released("c"),
    }


@pytest.mark.parametrize("state", [S.REJECTED, S.WITHDRAWN])
def test_what_comes_after_a_rejected_or_withdrawn_step_is_skipped_to_the_end(state: DeliveryState) -> None:
    moves = plan(delivery("a", state=state), delivery("b", "a"), delivery("c", "b"), delivery("d"))
    reason = SkipReason.PARENT_REJECTED
    assert moves == {"b": Skipped("b", reason), "c": Skipped("c", reason), "d": Released("d")}


@pytest.mark.parametrize("state", [S.READY, S.SENDING, S.DECIDING, S.RETURNED, S.IN_DOUBT, S.HELD])
def test_an_open_parent_keeps_its_dependants_waiting(state: DeliveryState) -> None:
    assert plan(delivery("a", state=state), delivery("b", "a")) == {}


def test_a_failing_when_stops_its_own_step_alone() -> None:
    def applies(step: str) -> bool:
        if step == "a":
            raise ConditionFailed("data.x", "TypeError")
        return True

    moves = plan(delivery("a"), delivery("b", "a"), delivery("c"), applies=applies)
    assert isinstance(moves["a"], Undecidable)
    assert moves["c"] == Released("c")
    assert "b" not in moves


ENDS = st.sampled_from([S.APPROVED, S.REJECTED, S.WITHDRAWN, S.HELD, S.IN_DOUBT, S.RETURNED, S.WAITING])


@st.composite
def graphs(draw: st.DrawFn) -> dict[str, Delivery]:
    """Draw steps that only come after earlier ones, in any order, in any states that they can have together."""
    count = draw(st.integers(1, 7))
    steps = {}
    for index in range(count):
        after = draw(st.lists(st.integers(0, index - 1), unique=True, max_size=3)) if index else []
        steps[f"s{index}"] = delivery(f"s{index}", *(f"s{parent}" for parent in after), state=draw(ENDS))
    order = draw(st.permutations(sorted(steps)))
    return {name: steps[name] for name in order}


@given(graphs(), st.sets(st.integers(0, 7)))
def test_on_any_graph_each_move_follows_from_the_parents(deliveries: dict[str, Delivery], inapplicable: set[int]) -> None:
    asked: list[str] = []

    def applies(step: str) -> bool:
        asked.append(step)
        return int(step[1:]) not in inapplicable

    moves = advance(deliveries, applies)
    assert len(asked) == len(set(asked))

    def refused(name: str) -> bool:
        return deliveries[name].state in (S.REJECTED, S.WITHDRAWN) or moves.get(name) == Skipped(name, SkipReason.PARENT_REJECTED)

    def done(name: str) -> bool:
        return deliveries[name].state is S.APPROVED or moves.get(name) == Skipped(name, SkipReason.NOT_APPLICABLE)

    for name, one in deliveries.items():
        if one.state is not S.WAITING:
            assert name not in moves
        elif any(refused(parent) for parent in one.after):
            assert moves[name] == Skipped(name, SkipReason.PARENT_REJECTED)
            assert name not in asked
        elif all(done(parent) for parent in one.after):
            applicable = int(name[1:]) not in inapplicable
            assert moves[name] == (Released(name) if applicable else Skipped(name, SkipReason.NOT_APPLICABLE))
        else:
            assert name not in moves
            assert name not in asked


@given(graphs(), st.data())
def test_every_application_ends_when_its_departments_answer(deliveries: dict[str, Delivery], data: st.DataObject) -> None:
    standing = {name: replace(one, state=S.WAITING) for name, one in deliveries.items()}
    for _ in range(len(standing) + 1):
        for name, move in advance(standing, lambda step: len(step) > 0).items():
            if isinstance(move, Skipped):
                standing[name] = replace(standing[name], state=S.SKIPPED, skip_reason=move.reason)
            else:
                answer = data.draw(st.sampled_from([S.APPROVED, S.REJECTED]))
                standing[name] = replace(standing[name], state=answer)
    assert all(one.state is not S.WAITING for one in standing.values())


@given(graphs())
def test_a_graph_without_a_cycle_has_none_and_one_more_edge_makes_it(deliveries: dict[str, Delivery]) -> None:
    after = {name: list(one.after) for name, one in deliveries.items()}
    assert find_cycle(after) is None
    reached = ancestors(after)
    for name, above in reached.items():
        for parent in above:
            cycle = find_cycle({**after, parent: [*after[parent], name]})
            assert cycle is not None
            assert cycle[0] == cycle[-1]


def test_ancestors_are_transitive_and_survive_cycles_and_unknown_names() -> None:
    assert ancestors({"a": [], "b": ["a"], "c": ["b", "nobody"]})["c"] == {"a", "b"}
    assert ancestors({"a": ["b"], "b": ["a"]})["a"] == {"a", "b"}
    assert find_cycle({"a": ["a"]}) == ["a", "a"]
