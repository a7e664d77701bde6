"""Samples by an adapter's author, one for each operation: a request that the sandbox takes, and its peculiarities."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import orjson

from gateway.sdk.department import Request

#: People who do not exist. Samples are about some of them, and a second case is about others.
_OTHERS = {
    "500152199001010018": "999999198802290025",
    "500152198512310026": "999999199001010016",
    "999999199001010016": "500152198512310026",
    "999999198802290025": "500152199001010018",
    "测试甲": "测试戊",
    "测试乙": "测试己",
    "测试丙": "测试庚",
    "测试丁": "测试辛",
    "91500152MA0000007D": "91500152MA00000158",
}
_OTHER = re.compile("|".join(_OTHERS))
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_DIGITS = re.compile(r"\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A request of one operation.

    ``other`` is a second one about other people (none: the fake people in ``request`` are exchanged for others). ``personal`` are the
    values that must never show (none: every text in ``request`` that could be a name or a number). ``returned_fields`` are the department's
    names of some fields and ours. ``unlisted_code`` is a business code that its contract does not list. ``expects`` is the sandbox's answer
    (none: ``accepted`` where it decides later, else ``approved``). ``requests_before`` is the number of requests before the one that acts
    (one that fetches a token, for instance). ``sandbox_operation`` is the operation's name at the sandbox, if it is another.
    """

    request: Mapping[str, Any] | Request
    other: Mapping[str, Any] | Request | None = None
    personal: tuple[str, ...] | None = None
    returned_fields: Mapping[str, str] = field(default_factory=dict)
    unlisted_code: str | None = None
    expects: Literal["accepted", "approved", "rejected", "returned"] | None = None
    requests_before: int = 0
    sandbox_operation: str | None = None

    def made(self, model: type[Request]) -> Request:
        """Give the request itself. Raises pydantic's ValidationError when it does not fit ``model``."""
        return self.request if isinstance(self.request, Request) else model.model_validate(self.request)

    def another(self, model: type[Request]) -> Request | None:
        """Give a request about other people, or None when it names nobody who can be exchanged."""
        if self.other is not None:
            return self.other if isinstance(self.other, Request) else model.model_validate(self.other)
        first = self.made(model).model_dump(mode="json")
        return None if (changed := exchanged(first)) == first else model.model_validate_json(orjson.dumps(changed))

    def personal_in(self, request: Request) -> frozenset[str]:
        """Give the values of a request that must never show."""
        texts = set(texts_in(request.model_dump(mode="json")))
        return frozenset(texts & set(self.personal) if self.personal is not None else filter(could_be_personal, texts))


def exchanged(value: object) -> Any:  # noqa: ANN401  # JSON
    """Exchange the fake people in a JSON value for others."""
    return orjson.loads(_OTHER.sub(lambda found: _OTHERS[found[0]], orjson.dumps(value).decode()))


def texts_in(value: object) -> Iterator[str]:
    """Give every text in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from texts_in(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts_in(one)


def could_be_personal(text: str) -> bool:
    """Tell whether a text could be a name in Chinese or a long number, unlike codes, dates and words of a contract."""
    if not text.isascii():
        return len(text) >= 2
    return len(text) >= 8 and len(_DIGITS.findall(text)) >= 6 and not _DATE.fullmatch(text)
