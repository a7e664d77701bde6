"""A department without its adapter gives the reason, which reaches everybody who needs it."""

from __future__ import annotations

import pytest

from gateway.cases.casework import NoAdapter
from gateway.departments.hosted import Hosted, Installed
from tests.gateway.worlds.offices import config
from tests.gateway.worlds.world import World


async def test_why_there_is_no_adapter_is_what_is_told(world: World) -> None:
    case = await world.file("office-never")
    departments = world.casework.departments
    assert isinstance(departments, dict)
    kept, departments["office"] = departments["office"], Hosted(config=config("office"), department=None, problem="cannot be imported")
    with pytest.raises(NoAdapter, match="cannot be imported"):
        world.casework.operation(world.one(case))
    del departments["office"]
    with pytest.raises(NoAdapter, match="office is not installed"):
        world.casework.operation(world.one(case))
    departments["office"] = kept
    assert world.casework.operation(world.one(case))[1].name == "never"


def test_what_is_installed_is_replaced_in_one_step_for_all_who_hold_it() -> None:
    first, second = (Hosted(config=config(name), department=None, problem="none") for name in ("office", "annex"))
    installed = Installed({"office": first})
    names, going = installed.keys(), iter(installed)
    installed.replace({"annex": second})
    assert (list(names), list(going), len(installed), installed["annex"]) == (["annex"], ["office"], 1, second)
    assert "office" not in installed
