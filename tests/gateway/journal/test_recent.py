"""What the only writer remembers: the last cases as committed, with what departments said."""

from __future__ import annotations

from typing import Any

import orjson

from gateway.journal.draft import Case, Draft, Loaded
from gateway.journal.recent import Recent
from gateway.model.application import Application
from tests.gateway.journal.small import application, delivery

CONNECTION: Any = None


def draft() -> Draft:
    return Draft(loaded=Loaded(), connection=CONNECTION, now=1, node="n", lease_microseconds=1)


def new(one: Application) -> Draft:
    made = draft()
    made.add_case(one, [delivery(one)])
    return made


def said(case: Case, kind: str, *, round_: int = 1) -> Draft:
    """A change of the case by which its department said something."""
    made = draft()
    made.cases[case.application.id] = case
    made.put_payload(case.application.id, "outcome:do", round_, orjson.dumps({"kind": kind}))
    return made


def test_a_case_is_known_with_what_was_said_of_its_present_round() -> None:
    recent, one = Recent(10), application("1")
    recent.keep([new(one)])
    case = recent.known([one.id, "another"])[one.id]
    assert recent.known(["another"]) == {}
    recent.keep([said(case, "approved"), said(case, "rejected", round_=2)])
    view = recent.view(one.id)
    assert view is not None
    assert view.outcomes == {"do": {"kind": "approved"}}


def test_of_one_that_it_has_not_seen_from_its_start_it_gives_no_view() -> None:
    recent, one = Recent(10), application("1")
    case = Case(application=one, deliveries={"do": delivery(one)})
    recent.keep([said(case, "approved")])
    assert recent.known([one.id]) == {one.id: case}
    assert recent.view(one.id) is None


def test_the_longest_unchanged_goes_first_and_forgetting_forgets_all() -> None:
    recent, made = Recent(2), [application(str(number)) for number in range(3)]
    first, second, third = made
    recent.keep([new(first), new(second)])
    recent.keep([said(recent.known([first.id])[first.id], "approved")])
    recent.keep([new(third)])
    assert set(recent.known([one.id for one in made])) == {first.id, third.id}
    recent.forget()
    assert recent.known([one.id for one in made]) == {}
    assert recent.view(first.id) is None


def test_with_no_room_nothing_is_kept() -> None:
    recent, one = Recent(0), application("1")
    recent.keep([new(one)])
    assert recent.known([one.id]) == {}
