"""Each party that an application has, and what it says of it."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.catalogue.condition import ConditionFailed
from gateway.catalogue.parties.named import CompiledParty, all_said, roles_of, said_of, value_at
from gateway.catalogue.share import context
from gateway.model.service import PartyRole, Service
from tests.gateway.worlds.stand_ins import MAN, WOMAN, definition, sample

TITLE = {"zh": "当事人", "en": "Party"}


def party(**more: Any) -> PartyRole:
    return PartyRole.model_validate({"role": "buyer", "title": TITLE, "kind": "person", "at": "data.buyer", **more})


CTX = context(
    MAN,
    {
        "buyer": {**WOMAN, "id": {"kind": "553", "no": "9"}},
        "firm": {"name": "某公司", "uscc": "91500152MA00000158"},
        "count": 1,
        "odd": [WOMAN],
    },
    {},
)


@pytest.mark.parametrize(
    ("more", "identity"),
    [
        ({}, f"111|{WOMAN['id_number']}"),
        ({"id_type": {"value": "414"}}, f"414|{WOMAN['id_number']}"),
        ({"id_type": "id.kind", "id_number": "id.no"}, "553|9"),
        ({"id_number": "nothing"}, None),
        ({"id_type": "nothing"}, None),
        ({"at": "data.firm", "kind": "organization"}, "uscc|91500152MA00000158"),
        ({"at": "applicant"}, f"111|{MAN['id_number']}"),
    ],
)
def test_an_identity_is_made_of_type_and_number(more: dict[str, Any], identity: str | None) -> None:
    said = said_of(party(**more), CTX)
    assert said is not None
    assert said.identity == identity
    assert said.name in (WOMAN["name"], MAN["name"], "某公司")


@pytest.mark.parametrize("at", ["data.nobody", "data.odd", "data.buyer.name", "data.count.more"])
def test_where_no_object_stands_there_is_no_party(at: str) -> None:
    assert said_of(party(at=at), CTX) is None


def test_a_party_is_there_when_its_condition_holds() -> None:
    assert [one.role for one in all_said([CompiledParty(party(when="data.firm")), CompiledParty(party(when="data.nothing"))], CTX)] == [
        "buyer"
    ]
    with pytest.raises(ConditionFailed):
        CompiledParty(party(when="!(data.count) || length(data.count) > `1`")).said(CTX)


def test_neither_name_nor_identity_is_written_where_a_record_is() -> None:
    written = repr(said_of(party(), CTX))
    assert WOMAN["id_number"] not in written
    assert WOMAN["name"] not in written


def test_the_applicant_has_a_role_whether_named_or_not() -> None:
    made = {**definition(), "sample": sample()}
    own = {"role": "applicant", "title": TITLE, "kind": "person", "at": "applicant", "must_be_present": True}
    assert [one.role for one in roles_of(Service.model_validate(made))] == ["applicant"]
    [named] = roles_of(Service.model_validate({**made, "parties": [own]}))
    assert named.must_be_present


def test_a_path_leads_through_objects_alone() -> None:
    assert value_at({"a": {"b": [1]}}, "a.b") == [1]
    assert value_at({"a": [{"b": 1}]}, "a.b") is None
