"""What a configuration may say of when a department takes work, and what is said of what it may not."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from gateway.model.department import DepartmentConfig, Hours, Planned, Weekly, weekdays


def config(**more: Any) -> DepartmentConfig:
    return DepartmentConfig.model_validate({"name": "tax", "title": {"zh": "税", "en": "Tax"}, "endpoint": "sandbox", **more})


@pytest.mark.parametrize(
    ("days", "which"),
    [("mon-fri", {0, 1, 2, 3, 4}), ("sat,sun", {5, 6}), ("fri-mon", {4, 5, 6, 0}), ("daily", set(range(7))), ("mon, wed-thu", {0, 2, 3})],
)
def test_days_of_the_week(days: str, which: set[int]) -> None:
    assert weekdays(days) == which


@pytest.mark.parametrize("days", ["", "monday", "mon-", "-fri", "working", "mon;tue", "mon-fri-sun"])
def test_what_names_no_days_is_refused(days: str) -> None:
    with pytest.raises(ValueError, match="days of the week are wanted"):
        weekdays(days)


def test_all_of_it() -> None:
    made = config(
        hours=[{"days": "working", "from": "09:00", "to": "12:00"}, {"days": "mon-fri", "from": "22:00", "to": "02:00"}],
        maintenance=[
            {"from": "2026-12-05T22:00:00+08:00", "to": "2026-12-05T20:00:00Z"},
            {"days": "sun", "from": "01:00", "to": "24:00"},
        ],
        quota=200,
    )
    assert [one.span for one in made.hours] == [(540, 720), (1320, 1560)]
    planned, weekly = made.maintenance
    assert isinstance(planned, Planned)
    assert planned.ends == datetime(2026, 12, 5, 20, tzinfo=UTC)
    assert isinstance(weekly, Weekly)
    assert not isinstance(weekly, Hours)
    assert weekly.span == (60, 1440)
    assert config().quota is None


@pytest.mark.parametrize(
    ("wrong", "where", "what"),
    [
        ({"hours": [{"days": "mon-fri", "from": "9:00", "to": "17:00"}]}, ("hours", 0, "from"), "such as 09:00"),
        ({"hours": [{"days": "workdays", "from": "09:00", "to": "17:00"}]}, ("hours", 0, "days"), "or working"),
        ({"hours": [{"weekdays": "mon-fri", "from": "09:00", "to": "17:00"}]}, ("hours", 0, "days"), "required"),
        ({"hours": {"days": "mon-fri"}}, ("hours",), "list"),
        ({"maintenance": [{"days": "working", "from": "01:00", "to": "02:00"}]}, ("maintenance", 0, "weekly", "days"), "days of the week"),
        (
            {"maintenance": [{"from": "2026-12-05T22:00:00", "to": "2026-12-06T02:00:00+08:00"}]},
            ("maintenance", 0, "planned", "from"),
            "with its offset",
        ),
        ({"maintenance": [{"from": 1, "to": "2026-12-06T02:00:00+08:00"}]}, ("maintenance", 0, "planned", "from"), "with its offset"),
        (
            {"maintenance": [{"from": "2026-12-06T02:00:00+08:00", "to": "2026-12-06T02:00:00+08:00"}]},
            ("maintenance", 0, "planned"),
            "later than",
        ),
        ({"maintenance": [{"from": "2026-02-30T02:00:00+08:00", "to": "x"}]}, ("maintenance", 0, "planned", "from"), "day"),
        ({"maintenance": [{"days": "daily", "from": "00:00", "to": "24:00"}]}, ("maintenance",), "no minute of a week"),
        (
            {
                "hours": [{"days": "working", "from": "09:00", "to": "10:00"}],
                "maintenance": [{"days": "sun-fri", "from": "08:00", "to": "11:00"}],
            },
            ("maintenance",),
            "no minute of a week",
        ),
        ({"quota": 0}, ("quota",), "greater than or equal to 1"),
    ],
)
def test_what_is_wrong_is_named_in_its_place(wrong: dict[str, Any], where: tuple[str | int, ...], what: str) -> None:
    with pytest.raises(ValidationError) as raised:
        config(**wrong)
    told = {one["loc"]: one["msg"] for one in raised.value.errors()}
    assert where in told
    assert what in told[where]
