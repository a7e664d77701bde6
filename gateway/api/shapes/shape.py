"""The base of every answer's shape, which is the type of the dictionary and its schema in the document."""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import ConfigDict, Field, with_config
from typing_extensions import TypedDict  # pydantic takes typing's own from Python 3.12 on

Id = Annotated[str, Field(json_schema_extra={"format": "uuid"})]
#: An object that the service, its department or the audit defines, and not the interface.
Foreign = dict[str, Any]
#: As :func:`gateway.api.shapes.answers.rfc3339` writes it.
Moment = Annotated[str, Field(json_schema_extra={"format": "date-time"})]


#: The end of a shape's name where the bare name is taken in the gateway. The document leaves it off.
SUFFIX: Final = "Shape"


def shown_name(shape: type) -> str:
    """Give a shape's name in the document."""
    return shape.__name__.removesuffix(SUFFIX)


@with_config(ConfigDict(model_title_generator=shown_name))
class Shape(TypedDict):
    """An object with these members. A later version may add others, so the document leaves room for them."""
