"""The part of a case that each role sees: all that is named, and nothing else of values, states and words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.catalogue.parties.named import value_at
from gateway.catalogue.parties.sees import Seen, case_for, form_for, sees
from gateway.model import JsonObject
from gateway.model.delivery import Delivery, DeliveryState
from gateway.model.service import Service
from tests.gateway.worlds.stand_ins import definition, sample

TITLE = {"zh": "当事人", "en": "Party"}
STEPS = ("tax", "insurance", "police")
ROLES = ("applicant", "seller", "buyer", "firm")
NAMES = ("a", "b", "c")


def service(sees: Mapping[str, Any] | None = None, *, named: bool = True) -> Service:
    """Give a service of three steps whose form is not looked at, with three parties besides the applicant if ``named``."""
    made = {**definition(), "sample": sample(), "sees": sees or {}}
    made["steps"] = [{**made["steps"][0], "name": name} for name in STEPS]
    parties = [{"role": role, "title": TITLE, "kind": "person", "at": f"data.{role}"} for role in ROLES[1:]]
    return Service.model_validate({**made, "parties": parties if named else []})


def leaf(*path: str) -> str:
    """Give the value that stands at a path, by which it is known wherever it comes through."""
    return f"<{'.'.join(path)}>"


def tree(*above: str, depth: int = 2) -> JsonObject:
    names = (*NAMES, *ROLES) if above == ("data",) else NAMES
    return {name: leaf(*above, name) if depth == 1 else tree(*above, name, depth=depth - 1) for name in names}


FORM = {"applicant": tree("applicant", depth=1), "agent": tree("agent", depth=1), "data": tree("data")}


def leaves(node: object) -> Iterator[str]:
    if isinstance(node, Mapping):
        for value in node.values():
            yield from leaves(value)
    elif isinstance(node, str):
        yield node


def said(step: str) -> JsonObject:
    """Give what a department said of a step: words of its own, and what to correct in every place of the form."""
    fields = [{"field": "f", "pointer": "/" + one[1:-1].replace(".", "/"), "message": f"wrong {one}"} for one in sorted(leaves(FORM))]
    general = {"field": "f", "pointer": "", "message": "in general"}
    return {
        "kind": "returned",
        "output": {"o": f"output of {step}"},
        "code": f"code of {step}",
        "reason": f"words of {step}",
        "fields": [*fields, general],
    }


def delivery(step: str, state: DeliveryState) -> Delivery:
    return Delivery(
        id=f"id of {step}", application_id="a", position=0, step=step, department=f"office of {step}", operation="act", required=True,
        after=tuple(one for one in STEPS if one != step), state=state, reference=f"reference of {step}", problem=f"problem of {step}",
        told_otherwise="data.a",
    )  # fmt: skip


PATHS = st.lists(
    st.one_of(
        st.sampled_from(["data", "applicant"]),
        st.builds(lambda *parts: ".".join(("data", *parts)), st.sampled_from(NAMES + ROLES)),
        st.builds(lambda *parts: ".".join(("data", *parts)), st.sampled_from(NAMES + ROLES), st.sampled_from(NAMES)),
        st.builds(lambda part: f"applicant.{part}", st.sampled_from(NAMES)),
    ),
    max_size=4,
)
SIGHTS = st.fixed_dictionaries(
    {
        "steps": st.one_of(st.just("all"), st.lists(st.sampled_from(STEPS), max_size=2)),
        "paths": st.one_of(st.just("all"), PATHS),
    }
)
SEES = st.dictionaries(st.sampled_from(ROLES), SIGHTS)


def named(sees: Mapping[str, Any], roles: set[str]) -> tuple[set[str], list[str]]:
    """Say by the words of ``sees`` alone which steps and paths somebody with these roles may see."""
    steps: set[str] = set()
    paths: list[str] = []
    for role in roles:
        usual: dict[str, Any] = {"steps": "all", "paths": "all"} if role == "applicant" and not sees else {"steps": [], "paths": []}
        sight = sees.get(role, usual)
        steps |= set(STEPS if sight["steps"] == "all" else sight["steps"])
        paths += [role if role == "applicant" else f"data.{role}"]
        paths += ["applicant", "agent", "data"] if sight["paths"] == "all" else sight["paths"]
    return steps, paths


@given(said_of=SEES, roles=st.sets(st.sampled_from(ROLES)), states=st.lists(st.sampled_from(DeliveryState), min_size=3, max_size=3))
def test_what_is_named_comes_through_and_nothing_else(said_of: dict[str, Any], roles: set[str], states: list[DeliveryState]) -> None:
    deliveries = {step: delivery(step, state) for step, state in zip(STEPS, states, strict=True)}
    shown = case_for(service(said_of), roles, form=FORM, deliveries=deliveries, outcomes={step: said(step) for step in STEPS})
    steps, paths = named(said_of, roles)
    within = {one for one in leaves(FORM) if any(one[1:-1] == path or one[1:-1].startswith(f"{path}.") for path in paths)}

    assert set(leaves(shown.form)) == within
    assert all(value_at(shown.form, one[1:-1]) == one for one in within)
    assert {one.step for one in shown.steps} == steps
    assert shown.others == len(STEPS) - len(steps)
    written = orjson.dumps(shown).decode()
    for step in set(STEPS) - steps:
        assert f'"{step}"' not in written
        assert f"of {step}" not in written
    for one in shown.steps:
        assert one.state is deliveries[one.step].state
        assert one.outcome is not None
        assert one.outcome["output"] == {"o": f"output of {one.step}"}
        assert {field["message"] for field in one.outcome["fields"]} == {f"wrong {leaf}" for leaf in within} | {"in general"}
    assert "reference of" not in written
    assert "problem of" not in written


@given(said_of=SEES, roles=st.sets(st.sampled_from(ROLES)), more=st.sets(st.sampled_from(ROLES)))
def test_a_further_role_takes_nothing_away(said_of: dict[str, Any], roles: set[str], more: set[str]) -> None:
    few, many = (form_for(FORM, sees(service(said_of), those)) for those in (roles, roles | more))
    assert set(leaves(few)) <= set(leaves(many))


def test_without_parties_the_applicant_sees_all_and_nobody_else_anything() -> None:
    plain = service(named=False)
    assert form_for(FORM, sees(plain, ["applicant"])) == FORM
    assert sees(plain, ["applicant"]).steps == {*STEPS}
    assert sees(plain, ["buyer", "seller"]) == Seen(steps=frozenset(), paths=frozenset())


def test_a_party_of_whom_nothing_is_said_sees_its_own_object() -> None:
    assert sees(service(), ["buyer"]) == Seen(steps=frozenset(), paths=frozenset({"data.buyer"}))


def test_where_sight_is_said_an_applicant_who_is_not_named_sees_its_own_object() -> None:
    assert sees(service({"buyer": {"steps": "all"}}), ["applicant"]) == Seen(steps=frozenset(), paths=frozenset({"applicant"}))


@pytest.mark.parametrize(
    ("pointer", "shown"),
    [
        ("/data/a", True),
        ("/data/a/b", True),
        ("/data/ab", False),
        ("/data", False),
        ("/data/a.b", False),
        ("/data/c~1d", False),
        ("", False),
    ],
)
def test_a_pointer_is_seen_within_a_path(pointer: str, shown: bool) -> None:  # noqa: FBT001  # a parameter of the test
    assert Seen(steps=frozenset(), paths=frozenset({"data.a"})).shows(pointer) is shown


def test_lists_come_whole_and_what_is_not_there_stays_away() -> None:
    form = {"applicant": {}, "agent": None, "data": {"people": [{"name": "x"}], "none": None}}
    assert form_for(form, Seen(steps=frozenset(), paths=frozenset({"data.people", "data.none", "data.nothing.here", "agent"}))) == {
        "data": {"people": [{"name": "x"}]}
    }
