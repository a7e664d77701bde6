"""pydantic's errors in both languages, without values."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, Field, ValidationError, field_validator

from gateway.catalogue.request_texts import request_text
from gateway.texts.refusals import Language


class Model(BaseModel):
    """One field for each kind of error."""

    text: Annotated[str, Field(min_length=2, max_length=3)] = "ab"
    pattern: Annotated[str, Field(pattern="^a$")] = "a"
    day: date = date(2026, 1, 1)
    price: Annotated[Decimal, Field(gt=0, max_digits=5)] = Decimal(1)
    count: Annotated[int, Field(ge=1, le=3)] = 1
    kind: Literal["a", "b"] = "a"
    people: Annotated[list[int], Field(max_length=1)] = []
    flag: bool = True
    own: str = ""

    @field_validator("own")
    @classmethod
    def refuse(cls, value: str) -> str:
        if value:
            raise ValueError(f"no {value}")
        return value


@pytest.mark.parametrize(
    ("field", "value", "english"),
    [
        ("text", "x", "must have at least 2 characters"),
        ("text", "secret", "must have at most 3 characters"),
        ("text", 5, "must be a string"),
        ("pattern", "secret", "does not have the expected form"),
        ("day", "secret", "must be a day of the calendar, written YYYY-MM-DD"),
        ("price", "secret", "must be a decimal number, such as 1200000.00"),
        ("price", "-1", "must be more than 0"),
        ("price", "1234567", "must be a decimal number, such as 1200000.00"),
        ("count", "secret", "must be an integer"),
        ("count", 0, "must be at least 1"),
        ("count", 4, "must be at most 3"),
        ("kind", "secret", "must be one of: 'a' or 'b'"),
        ("people", [1, 2], "must have at most 1 items"),
        ("people", "secret", "must be a list"),
        ("flag", "secret", "must be true or false"),
        ("own", "secret", "does not fit what “Tax” asks for"),
    ],
)
@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_texts(field: str, value: object, english: str, language: Language) -> None:
    with pytest.raises(ValidationError) as caught:
        Model.model_validate({field: value})
    found = caught.value.errors()[0]
    text = request_text(found["type"], found.get("ctx", {}), "Tax", language)
    assert "secret" not in text
    if language == "en":
        assert text == english
    else:
        assert any("一" <= character <= "鿿" for character in text)
