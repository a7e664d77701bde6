"""Texts of a known kind for requests: each is checked before a department is asked, and explained in the document.

A text of no kind given here has at least a greatest length (``Annotated[str, Field(max_length=…)]``, a pattern, a ``Literal``). A query
takes no other.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any, LiteralString

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from gateway.model.identifiers import id_number_problem, is_mobile, is_unit_number, is_uscc

__all__ = ["IdNumber", "Line", "Mobile", "Name", "UnitNumber", "Uscc", "decimal_places"]


def _id_number(value: str) -> str:
    if (problem := id_number_problem(value)) is not None:
        raise PydanticCustomError("cn-id-number", "is not a valid ID number (GB 11643)", {"problem": str(problem)})
    return value


def _being(name: LiteralString, fits: Callable[[str], bool]) -> AfterValidator:
    def check(value: str) -> str:
        if not fits(value):
            raise PydanticCustomError(name, "does not have the expected format")
        return value

    return AfterValidator(check)


#: Hints that explain the pattern of a line.
_EDGES: dict[str, Any] = {"x-hint-zh": "一行文字，首尾没有空格", "x-hint-en": "one line, without space around it"}


def padded(value: Decimal, least: int) -> Decimal:
    """Give a number with at least so many decimal places."""
    places = value.as_tuple().exponent
    return Decimal(f"{value:.{least}f}") if isinstance(places, int) and -places < least else value


def decimal_places(least: int) -> AfterValidator:
    """Ask for at least so many decimal places, for a department whose contract wants ``100`` written as ``100.00``."""
    return AfterValidator(lambda value: padded(value, least))


def _format(name: str, english: str) -> dict[str, Any]:
    return {"format": name, "x-title-en": english}


#: A citizen's ID number (GB 11643): 18 characters with a real date of birth and the right check digit.
IdNumber = Annotated[
    str,
    AfterValidator(_id_number),
    Field(title="公民身份号码", examples=["500152199001010018"], json_schema_extra=_format("cn-id-number", "ID number")),
]
#: A unified social credit code (GB 32100).
Uscc = Annotated[
    str,
    _being("cn-uscc", is_uscc),
    Field(
        title="统一社会信用代码",
        examples=["91500152MA00000158"],
        json_schema_extra=_format("cn-uscc", "Unified social credit code"),
    ),
]
#: A mobile number of mainland China.
Mobile = Annotated[
    str,
    _being("cn-mobile", is_mobile),
    Field(title="手机号码", examples=["13800000000"], json_schema_extra=_format("cn-mobile", "Mobile number")),
]
#: A real-estate unit number of 28 characters.
UnitNumber = Annotated[
    str,
    _being("cn-unit-number", is_unit_number),
    Field(
        title="不动产单元号",
        examples=["500152001001GB00001F00010001"],
        json_schema_extra=_format("cn-unit-number", "Real-estate unit number"),
    ),
]
#: The name of a person or an organisation, without space around it.
Name = Annotated[
    str,
    Field(
        title="姓名或名称",
        min_length=1,
        max_length=100,
        pattern=r"^\S(.*\S)?$",
        examples=["张伟"],
        json_schema_extra={"x-title-en": "Name", **_EDGES},
    ),
]
#: Any text on one line: 1 to 200 characters, without space around it.
Line = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^\S(.*\S)?$", json_schema_extra=_EDGES)]
