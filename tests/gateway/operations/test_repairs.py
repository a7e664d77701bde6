"""Acts of a person on deliveries that cannot move by themselves: by the resend rule, with a reason, or not at all."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.model.errors import InDoubt, Invalid
from gateway.model.outcome import Absent, Accepted, Returned
from gateway.texts.refusals import Refused
from tests.gateway.worlds.offices import MAN, REMEMBERED, approved
from tests.gateway.worlds.world import FRONT, OPERATOR, World

LOST = InDoubt("timeout")


async def stuck(world: World, kind: str, *answers: Any) -> str:
    name = "office"
    world.offices[name].says("submit", *answers)
    case = await world.file(f"{name}-{kind}")
    await world.run()
    return case


async def retry(world: World, case: str) -> None:
    await world.repairs.retry(world.one(case).id, caller=OPERATOR)


async def resolve(world: World, case: str, *, happened: bool, reason: str = "they said so", **outcome: Any) -> None:
    await world.repairs.resolve(world.one(case).id, caller=OPERATOR, happened=happened, outcome=outcome or None, reason=reason)


async def test_a_held_one_without_doubt_is_sent_again(world: World) -> None:
    case = await stuck(world, "never", Invalid("schema"))
    assert world.one(case).state == "held"
    await retry(world, case)
    await world.run()
    assert world.one(case).state == "approved"
    assert world.events(case).count("delivery_retried") == 1


async def test_one_in_doubt_that_must_never_be_repeated_is_not(world: World) -> None:
    case = await stuck(world, "never", LOST)
    before = world.case(case)
    with pytest.raises(Refused) as refused:
        await retry(world, case)
    assert refused.value.status == 409
    assert world.case(case) == before


async def test_one_in_doubt_that_can_be_asked_about_is_asked_first(world: World) -> None:
    case = await stuck(world, "ask", LOST)
    world.later(3600)
    world.offices["office"].says("find", InDoubt("timeout"))
    await retry(world, case)
    await world.run()
    assert (world.one(case).state, world.offices["office"].count("submit")) == ("in_doubt", 1)


async def test_a_safe_one_is_sent_again_as_long_as_it_is_remembered(world: World) -> None:
    case = await stuck(world, "safe", LOST, LOST)
    await retry(world, case)
    await world.run()
    assert world.offices["office"].count("submit") == 2
    world.later(REMEMBERED)
    with pytest.raises(Refused, match="conflict"):
        await retry(world, case)


async def test_what_its_condition_held_is_asked_again_not_sent_past_it(world: World) -> None:
    case = await world.file("picky", {"own": "y"})
    await world.run()
    assert world.states(case) == ["approved", "held"]
    await world.repairs.retry(world.one(case, "odd").id, caller=OPERATOR)
    await world.run()
    assert world.states(case) == ["approved", "held"]
    assert not world.offices["annex"].calls


async def test_what_the_department_had_accepted_is_never_sent_blindly(world: World) -> None:
    case = await stuck_absent(world)
    delivery = world.one(case)
    assert (delivery.state, delivery.problem, delivery.doubt_since) == ("held", "absent_after_acceptance", world.now)
    await resolve(world, case, happened=True, kind="rejected", code="R9", reason="said on the phone")
    assert world.one(case).state == "rejected"


async def stuck_absent(world: World) -> str:
    world.offices["caller"].says("submit", Accepted(reference="REF-1"))
    world.offices["caller"].says("find", Absent())
    case = await world.file("caller-never")
    await world.run()
    world.later(600)
    await world.run()
    return case


@pytest.mark.parametrize("state", ["sending", "approved", "deciding", "returned"])
async def test_what_moves_by_itself_or_has_ended_is_left_alone(world: World, state: str) -> None:
    answers = {"deciding": Accepted(reference="REF-1"), "returned": Returned(code="B", reason="again")}
    if state in answers:
        world.offices["office"].says("submit", answers[state])
    case = await world.file("office-safe")
    if state != "sending":
        await world.run()
    before = world.case(case)
    for doing in (retry(world, case), resolve(world, case, happened=False)):
        with pytest.raises(Refused) as refused:
            await doing
        assert refused.value.status == 409
    assert world.case(case) == before
    assert not {"delivery_retried", "delivery_resolved"} & set(world.events())


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        ({"kind": "approved", "output": {"number": "N-7"}}, "approved"),
        ({"kind": "accepted", "reference": "REF-7"}, "deciding"),
        ({"kind": "rejected", "reason": MAN["id_number"]}, "rejected"),
        ({"kind": "returned", "code": "B"}, "returned"),
    ],
)
async def test_a_person_says_what_became_of_it(world: World, outcome: dict[str, Any], state: str) -> None:
    case = await stuck(world, "never", LOST)
    kind = outcome.pop("kind")
    await world.repairs.resolve(
        world.one(case).id, caller=OPERATOR, happened=True, outcome={"kind": kind, **outcome}, reason=f"asked about {MAN['id_number']}"
    )
    assert (world.one(case).state, world.one(case).doubt_since) == (state, None)
    assert world.events(case)[-1] == "delivery_resolved"


async def test_what_does_not_fit_an_output_is_placed_by_a_pointer_and_repeats_no_name(world: World) -> None:
    case = await stuck(world, "never", LOST)
    with pytest.raises(Refused) as refused:
        await resolve(world, case, happened=True, kind="approved", output={"a b/~": 1, MAN["id_number"]: 2, "number": 3})

    assert sorted(error.pointer for error in refused.value.errors) == ["/outcome/output", "/outcome/output", "/outcome/output/number"]
    assert MAN["id_number"] not in repr(refused.value.errors)


async def test_what_did_not_happen_is_sent_again(world: World) -> None:
    case = await stuck(world, "never", LOST)
    await resolve(world, case, happened=False)
    await world.run()
    assert (world.one(case).state, world.offices["office"].count("submit")) == ("approved", 2)


async def test_what_did_not_happen_and_was_taken_back_is_not_sent(world: World) -> None:
    case = await stuck(world, "never", LOST)
    await world.revisions.withdraw(case, caller=OPERATOR.__class__(id="local", name="local", role="local"), reason=None)
    await resolve(world, case, happened=False)
    await world.run()
    assert (world.one(case).state, world.offices["office"].count("submit")) == ("withdrawn", 1)


@pytest.mark.parametrize(
    "outcome", [{}, {"kind": "accepted"}, {"kind": "approved", "output": {}}, {"kind": "rejected", "code": 5}, {"kind": "lost"}]
)
async def test_an_outcome_that_is_none_changes_nothing(world: World, outcome: dict[str, Any]) -> None:
    case = await stuck(world, "never", LOST)
    before = world.case(case)
    with pytest.raises(Refused) as refused:
        await world.repairs.resolve(world.one(case).id, caller=OPERATOR, happened=True, outcome=outcome or None, reason="r")
    assert refused.value.status == 422
    assert world.case(case) == before


async def test_a_reason_is_required_and_an_unknown_delivery_not_found(world: World) -> None:
    case = await stuck(world, "never", LOST)
    with pytest.raises(Refused, match="validation"):
        await resolve(world, case, happened=False, reason=" ")
    with pytest.raises(Refused, match="not-found"):
        await world.repairs.retry("0190a000-0000-7000-8000-000000000abc", caller=OPERATOR)


async def mistyped(world: World, kind: str = "never") -> str:
    """Give a delivery that is polled under a reference mistyped by an operator."""
    case = await stuck(world, kind, LOST)
    await resolve(world, case, happened=True, kind="accepted", reference="REF-8")
    return case


async def test_the_reference_of_another_operations_delivery_is_refused(world: World) -> None:
    world.offices["office"].says("submit", Accepted(reference="REF-1"))
    await world.file("office-safe")
    await world.run()
    case = await stuck(world, "never", LOST)
    with pytest.raises(Refused) as refused:
        await resolve(world, case, happened=True, kind="accepted", reference="REF-1")
    assert (refused.value.status, world.one(case).state, world.one(case).reference) == (409, "in_doubt", None)
    assert "REF-1 is the reference of another delivery" in str(refused.value)


async def asked(world: World, seconds: float = 60) -> None:
    world.later(seconds)
    await world.run()


async def test_what_its_polls_are_refused_for_is_held_and_not_waited_for_for_ever(world: World) -> None:
    case = await mistyped(world)
    world.offices["office"].says("poll", Invalid("http_404", "no such case"))
    await asked(world)
    held = world.one(case)
    assert (held.state, held.problem, held.reference, held.due_at) == ("held", "http_404", "REF-8", None)
    assert held.doubt_since == world.now
    assert world.case(case).application.needs_attention
    await resolve(world, case, happened=True, kind="accepted", reference="REF-7")
    world.offices["office"].says("poll", lambda _, pending: {pending[0].reference: approved()})
    await asked(world)
    assert (world.one(case).state, world.one(case).reference) == ("approved", "REF-7")
    assert world.offices["office"].count("submit") == 1


async def test_a_reference_that_is_not_known_is_held_when_that_is_said_twice(world: World) -> None:
    case = await mistyped(world)
    world.offices["office"].says("poll", {"REF-8": Absent()}, {"REF-8": Absent()})
    await asked(world)
    assert (world.one(case).state, world.one(case).problem) == ("deciding", "reference_unknown")
    await asked(world)
    assert (world.one(case).state, world.one(case).problem) == ("held", "reference_unknown")


async def test_one_that_was_not_known_yet_goes_on(world: World) -> None:
    case = await mistyped(world)
    world.offices["office"].says("poll", {"REF-8": Absent()}, {}, {"REF-8": Absent()}, {"REF-8": approved()})
    for _ in range(4):
        await asked(world)
    assert world.one(case).state == "approved"


@pytest.mark.parametrize("kind", ["safe", "ask", "never"])
async def test_a_retry_of_what_was_accepted_asks_again_and_sends_nothing(world: World, kind: str) -> None:
    world.offices["office"].says("poll", Invalid("http_404"), lambda _, pending: {pending[0].reference: approved()})
    case = await stuck(world, kind, Accepted(reference="REF-1"))
    await asked(world, 7200)  # a `safe` one's key is forgotten by now
    assert world.one(case).state == "held"
    await retry(world, case)
    await world.run()
    assert (world.one(case).state, world.offices["office"].count("submit")) == ("approved", 1)


@pytest.mark.parametrize(
    ("code", "state"), [("reply_contract", "held"), ("http_409", "held"), ("http_503", "deciding"), ("timeout", "deciding")]
)
async def test_what_is_answered_in_the_same_wrong_way_time_after_time_is_held(world: World, code: str, state: str) -> None:
    case = await mistyped(world)
    world.offices["office"].says("poll", *[InDoubt(code)] * 3)  # as often as a submit may fail
    for _ in range(2):
        await asked(world)
        assert world.one(case).state == "deciding"
    await asked(world)
    assert (world.one(case).state, world.one(case).problem) == (state, code)


async def test_failures_that_are_not_the_same_are_not_added_up(world: World) -> None:
    case = await mistyped(world)
    answers = [InDoubt("reply_contract"), InDoubt("reply_json")] * 3
    world.offices["office"].says("poll", *answers, {})
    for _ in range(len(answers) + 1):
        await asked(world)
    assert (world.one(case).state, world.one(case).problem) == ("deciding", None)


async def test_a_question_by_key_that_is_refused_is_held_with_its_doubt(world: World) -> None:
    world.offices["office"].says("find", Invalid("http_400"))
    case = await stuck(world, "ask", LOST)
    await asked(world)
    held = world.one(case)
    assert (held.state, held.problem, held.doubt_since is not None) == ("held", "http_400", True)
    world.offices["office"].says("find", Absent())
    await retry(world, case)
    await world.run()
    assert (world.one(case).state, world.offices["office"].count("submit")) == ("approved", 2)


async def test_a_withdrawal_that_is_refused_is_held_and_asked_for_again_by_a_retry(world: World) -> None:
    world.offices["office"].says("submit", Accepted(reference="REF-1"))
    case = await world.file("office-never")
    await world.run()
    await world.revisions.withdraw(case, caller=FRONT, reason=None)
    world.offices["office"].says("withdraw", Invalid("http_405"))
    await world.run()
    assert (world.one(case).state, world.one(case).problem) == ("held", "http_405")
    await retry(world, case)
    await world.run()
    assert (world.one(case).state, world.offices["office"].count("withdraw")) == ("withdrawn", 2)
