"""Departments on the first page: those for a person apart from those that come back by themselves, each with why and when."""

from __future__ import annotations

from typing import Any, cast

from gateway.api.operating.department_models import DepartmentShape
from gateway.model.delivery import DeliveryState
from gateway.model.service import Text
from gateway.web.console.attention.standings import by_itself, for_people, paused, tiles

NOW = 1_795_397_400_000_000
S = DeliveryState


def a_department(name: str, **changes: Any) -> DepartmentShape:
    values: dict[str, Any] = {
        "name": name,
        "title": Text(zh=name, en=name.title()),
        "enabled": True,
        "problem": None,
        "adapter": name,
        "breaker": "closed",
        "since": None,
        "probe_at": None,
        "paused": False,
        "paused_since": None,
        "availability": {"state": "open", "until": None, "why": None},
        "open": {},
        "oldest_open_at": None,
        "acts": [],
    }
    return cast("DepartmentShape", {**values, **changes})


def test_who_has_to_see_to_what() -> None:
    down = {"since": "2026-11-23T09:00:00.000+08:00", "probe_at": "2026-11-23T09:31:00.000+08:00"}
    act = {"act": "paused", "name": "li", "actor": "user:li", "reason": "对方维护", "at": None, "delivery_id": None, "job_id": None}
    waiting = {"open": {S.READY: 3, S.DECIDING: 5}, "oldest_open_at": "2026-11-23T09:10:00.000+08:00"}
    found = [
        a_department("tax", breaker="stopped", problem="http_401", **down, **waiting),
        a_department("marriage", breaker="open", problem="not_connected", **down),
        a_department("home", paused=True, paused_since="2026-11-23T08:00:00.000+08:00", breaker="stopped", acts=[act]),
        a_department("bare", adapter=None, problem="its package is not installed"),
        a_department("off", enabled=False, adapter=None),
        a_department("fine"),
    ]
    stopped, bare = for_people(found, NOW)
    assert (stopped.title.en, stopped.colour, stopped.shape) == ("Tax: stopped, credentials refused", "held", "stop")
    assert "http_401" in stopped.why.en
    assert stopped.next.en == "It goes on by itself once the credentials are right; probed again at 23 Nov 09:31:00."
    assert [fact.en for fact in stopped.facts] == ["3 waiting · oldest 20 min"]
    assert bare.why.en == "its package is not installed"
    (down_one,) = by_itself(found, NOW)
    assert "no connection to the department (not_connected)" in down_one.why.en
    assert (down_one.colour, [fact.en for fact in down_one.facts]) == ("run", ["nothing waiting"])
    (home,) = paused(found, NOW)
    assert home.next.en.startswith("It does not resume by itself")
    assert home.why.zh == "11月23日 08:00:00 由 li 暂停。对方维护"


def test_a_tile_says_the_number_that_matters_most() -> None:
    found = [
        a_department("a", open={S.HELD: 2, S.READY: 9}),
        a_department("b", open={S.READY: 2, S.WAITING: 1}, breaker="half_open"),
        a_department("c", open={S.DECIDING: 4}, availability={"state": "closed", "until": None, "why": None}),
        a_department("d", paused=True),
        a_department("e", adapter=None),
        a_department("off", enabled=False),
    ]
    made = tiles(found)
    assert [(one.number, one.text.en) for one in made] == [(2, "held"), (3, "waiting"), (4, "being decided"), (0, "open"), (0, "open")]
    assert [one.tag.text.en for one in made] == ["works", "probing", "closed", "paused", "no adapter"]
    assert [one.edge for one in made] == ["held", "back", "", "", "held"]
