"""What the departments that ship may be asked: a question with a mistyped number or an empty text is never sent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from gateway.api.cases.queries import Offered
from gateway.questions.queries import read_question
from gateway.texts.refusals import Refused
from tests.config.test_services import DEPARTMENTS

QUERIES = [Offered(name, operation) for name, adapter in DEPARTMENTS.items() for operation in adapter.operations if operation.read_only]


def wrong(query: Offered) -> Iterator[tuple[str, str]]:
    """A field, and what it must not take."""
    for name, field in query.request["properties"].items():
        yield from ((name, text) for text in ("", " ", "x" * 1000))
        if field.get("format") == "cn-id-number":
            right = str(field["examples"][0])
            yield from (
                (name, text) for text in (right[:-1], right[:-1] + "7", right[:6] + "2990" + right[10:], right + " ", "x" + right[1:])
            )


def read(query: Offered, body: Any) -> None:
    read_question(query.operation, orjson.dumps(body), "zh-CN")


def test_there_are_some() -> None:
    assert {query.name for query in QUERIES} == {"RealEstateHousingHoldings", "MarriageCoupleStatus", "MarriageMaritalStatus"}


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_its_example_can_be_asked(query: Offered) -> None:
    assert query.example is not None
    read(query, query.example)
    assert all("x-title-en" in field for field in query.request["properties"].values())


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_what_is_mistyped_empty_or_too_long_is_located(query: Offered) -> None:
    assert query.example is not None
    for name, text in wrong(query):
        body = {**query.example, "request": {**query.example["request"], name: text}}
        with pytest.raises(Refused) as refused:
            read(query, body)
        assert refused.value.status == 422
        assert {error.pointer for error in refused.value.errors} == {f"/request/{name}"}
