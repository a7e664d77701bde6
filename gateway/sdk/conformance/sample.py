"""Samples by an adapter's author, one for each operation: a request that the sandbox takes, and its peculiarities.

They stand in a test class, or as files beside a sandbox that answers from them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import orjson

from gateway.sdk.department import Department, Request
from gateway.sdk.sandbox import SampleReplies

Place = tuple[str | int, ...]

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


def leaves(value: object, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Give every value within dicts and lists with its place, but for None."""
    if isinstance(value, dict | list | tuple):
        for part, one in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(one, (*place, part))
    elif value is not None:
        yield place, value


def texts_in(value: object) -> Iterator[str]:
    """Give every text in a JSON value."""
    return (one for _, one in leaves(value) if isinstance(one, str))


def could_be_personal(text: str) -> bool:
    """Tell whether a text could be a name in Chinese or a long number, unlike codes, dates and words of a contract."""
    if not text.isascii():
        return len(text) >= 2
    return len(text) >= 8 and len(_DIGITS.findall(text)) >= 6 and not _DATE.fullmatch(text)


#: The tests that need a certain answer, each with the file that holds it.
_NEEDS = {"rejection_is_an_outcome": "rejected", "return_names_our_fields": "returned"}


def samples_in(
    folder: Path,
    adapter: type[Department],
    *,
    addressed: Mapping[str, Collection[str]] | None = None,
    more: Mapping[str, Mapping[str, Any]] | None = None,
) -> dict[str, Sample]:
    """Read a sample of each operation from ``<folder>/<operation>/request.json`` and, about other people, ``other.json``.

    ``addressed`` names, by operation, fields that the department's contract puts into the address or a header. They are taken for no
    personal data, and the adapter's author must see to that. ``more`` gives, by operation, the other attributes of a :class:`Sample`
    (``unlisted_code``, ``returned_fields`` …). Raises FileNotFoundError or ``orjson.JSONDecodeError``.
    """
    return {name: replace(sample, **(more or {}).get(name, {})) for name, sample in _samples(folder, adapter, addressed or {})}


def unwritten(folder: Path, adapter: type[Department]) -> dict[str, str]:
    """Give the tests to skip (:attr:`Subject.skips`) because nobody has written yet how the department refuses or sends back."""
    replies = SampleReplies(folder)
    return {
        f"{test}[{operation.name}]": f"todo: write {folder.name}/{operation.name}/{answer}.json (or .xml) as the department answers"
        for operation in adapter.operations
        for test, answer in _NEEDS.items()
        if not replies.has(operation.name, answer)  # type: ignore[arg-type]  # the values of _NEEDS are answers
    }


def _samples(folder: Path, adapter: type[Department], addressed: Mapping[str, Collection[str]]) -> Iterator[tuple[str, Sample]]:
    for operation in adapter.operations:
        place = folder / operation.name
        request = orjson.loads((place / "request.json").read_bytes())
        other = orjson.loads(found.read_bytes()) if (found := place / "other.json").is_file() else None
        yield operation.name, Sample(request=request, other=other, personal=_personal(request, addressed.get(operation.name, ())))


def _personal(request: Mapping[str, Any], addressed: Collection[str]) -> tuple[str, ...]:
    open_ = {text for name in addressed for text in texts_in(request.get(name))}
    return tuple(sorted({text for text in texts_in(dict(request)) if could_be_personal(text)} - open_))
