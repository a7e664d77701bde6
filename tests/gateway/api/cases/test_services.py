"""The catalogue as a front end sees it."""

from __future__ import annotations

from gateway.api.cases.services import _seen
from gateway.model.service import Constant, ItemsShare, ListShare
from tests.gateway.api.catalogue_stand_ins import SAMPLE
from tests.gateway.api.conftest import World


async def test_the_list_and_one_service(world: World) -> None:
    [listed] = (await world.ask("GET", "/v1/services")).json["items"]
    service = (await world.ask("GET", "/v1/services/newlywed")).json

    assert {key: service[key] for key in listed} == listed
    assert (listed["departments"], listed["available"]) == (["marriage", "tax"], True)
    assert service["sample"] == SAMPLE
    assert service["form"] == {"type": "object", "required": ["married_on"]}
    assert service["steps"][0]["shares"] == [{"field": "name", "source": "applicant.name"}]
    assert service["steps"][1]["shares"] == [{"field": "employees[].name", "source": "data.employees[].name"}]
    assert [option["value"] for option in service["guide"][0]["options"]] == ["add", "leave"]
    assert [one.get("when") for one in service["materials"]] == [None, {"home": ["add"]}]
    for code in ("unknown", "%2e%2e", "newlywed%20"):
        assert (await world.ask("GET", f"/v1/services/{code}")).status == 404


def test_what_is_seen_of_lists_and_of_constants_is_what_comes_from_the_applicant() -> None:
    people = ItemsShare(items=[{"name": "data.man.name", "kind": Constant(value="1")}, "data.number"])
    assert _seen("people", people) == [
        {"field": "people[].name", "source": "data.man.name"},
        {"field": "people[]", "source": "data.number"},
    ]
    staff = ListShare(each="data.staff", item={"name": "name", "role": Constant(value="staff")})
    assert _seen("staff", staff) == [{"field": "staff[].name", "source": "data.staff[].name"}]
    assert _seen("kind", Constant(value=1)) == []
