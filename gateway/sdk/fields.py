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

from gateway.model import JsonSchema
from gateway.model.identifiers import id_number_problem, is_mobile, is_unit_number, is_uscc
from gateway.model.service import Text
from gateway.sdk import texts

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
_EDGES: JsonSchema = {"x-hint-zh": texts.LINE.zh, "x-hint-en": texts.LINE.en}


def padded(value: Decimal, least: int) -> Decimal:
    """Give a number with at least so many decimal places."""
    places = value.as_tuple().exponent
    return Decimal(f"{value:.{least}f}") if isinstance(places, int) and -places < least else value


def decimal_places(least: int) -> AfterValidator:
    """Ask for at least so many decimal places, for a department whose contract wants ``100`` written as ``100.00``."""
    return AfterValidator(lambda value: padded(value, least))


def _formatted(name: str, title: Text, example: str) -> Any:  # noqa: ANN401  # as pydantic's Field
    return Field(title=title.zh, examples=[example], json_schema_extra={"format": name, "x-title-en": title.en})


#: A citizen's ID number (GB 11643): 18 characters with a real date of birth and the right check digit.
IdNumber = Annotated[str, AfterValidator(_id_number), _formatted("cn-id-number", texts.ID_NUMBER, "500152199001010018")]
#: A unified social credit code (GB 32100).
Uscc = Annotated[str, _being("cn-uscc", is_uscc), _formatted("cn-uscc", texts.USCC, "91500152MA00000158")]
#: A mobile number of mainland China.
Mobile = Annotated[str, _being("cn-mobile", is_mobile), _formatted("cn-mobile", texts.MOBILE, "13800000000")]
#: A real-estate unit number of 28 characters.
UnitNumber = Annotated[
    str, _being("cn-unit-number", is_unit_number), _formatted("cn-unit-number", texts.UNIT_NUMBER, "500152001001GB00001F00010001")
]
#: The name of a person or an organisation, without space around it.
Name = Annotated[
    str,
    Field(
        title=texts.NAME.zh,
        min_length=1,
        max_length=100,
        pattern=r"^\S(.*\S)?$",
        examples=["张伟"],
        json_schema_extra={"x-title-en": texts.NAME.en, **_EDGES},
    ),
]
#: Any text on one line: 1 to 200 characters, without space around it.
Line = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^\S(.*\S)?$", json_schema_extra=_EDGES)]
