"""A request is sent under the contract's names, and what need not be there is not."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from pydantic import Field, ValidationError

from gateway.sdk import Base64, Request, our_names, wire_values


class Person(Request):
    """Somebody."""

    id_number: str = Field(serialization_alias="idNumber")
    mobile: str | None = Field(None, serialization_alias="MOBILE")


class Case(Request):
    """A case."""

    on: date
    amount: Decimal
    people: list[Person] = Field(serialization_alias="Persons")
    by_role: dict[str, Person] = Field(default_factory=dict)
    photo: Base64 | None = None
    ended: date | None = Field(serialization_alias="END")


CASE = Case.model_validate(
    {
        "on": "2026-03-02",
        "amount": "1.50",
        "people": [{"id_number": "1"}],
        "by_role": {"agent": {"id_number": "2"}},
        "photo": "aGk=",
        "ended": None,
    }
)


def test_what_a_contract_complains_about_is_found_by_its_name_there() -> None:
    assert our_names(Case) == {"on": "on", "amount": "amount", "Persons": "people", "by_role": "by_role", "photo": "photo", "END": "ended"}


def test_values_of_python_are_what_zeep_takes() -> None:
    assert wire_values(CASE, "python") == {
        "on": date(2026, 3, 2),
        "amount": Decimal("1.50"),
        "Persons": [{"idNumber": "1"}],
        "by_role": {"agent": {"idNumber": "2"}},
        "photo": b"hi",
        "END": None,
    }


def test_values_of_json_are_what_json_takes() -> None:
    values = wire_values(CASE, "json")
    assert (values["on"], values["photo"], values["END"]) == ("2026-03-02", "aGk=", None)


def test_what_is_no_base64_is_refused_without_repeating_it() -> None:
    with pytest.raises(ValidationError) as refused:
        Case.model_validate({"on": "2026-03-02", "amount": 1, "people": [], "photo": "500152199001010018!", "ended": None})
    assert "500152199001010018" not in str(refused.value)
