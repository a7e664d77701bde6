"""A department without its adapter gives the reason, which reaches everybody who needs it. So do certificates that end."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta

import pytest

from gateway.cases.casework import NoAdapter
from gateway.departments.hosted import Hosted, Installed, said_of
from gateway.model.service import Text
from gateway.sdk.http.tls import ClientTls
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


NOW = datetime(2026, 12, 1, tzinfo=UTC)


def test_only_what_ends_within_a_month_or_has_ended_is_said() -> None:
    until = {"certificate": NOW + timedelta(days=31), "ca": NOW + timedelta(days=29)}
    tls = ClientTls(ssl.create_default_context(), until=until)
    [warning] = said_of(tls, NOW)
    assert "CA 证书将于 2026-12-30 到期（还有 29 天）" in warning.zh
    assert "the department's CA ends on 2026-12-30 (days left: 29)" in warning.en
    said = said_of(tls, NOW + timedelta(days=40))
    assert ["已于" in one.zh for one in said] == [True, True]
    tls.until, tls.problem = {}, "x: y"
    assert said_of(tls, NOW) == [Text(zh="新放入的证书不可用，仍用原来的：x: y", en="renewed certificates are not taken: x: y")]
