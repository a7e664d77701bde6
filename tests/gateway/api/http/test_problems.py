"""Refusals as problem documents."""

from __future__ import annotations

import orjson
import pytest
from aiohttp import web

from gateway.api.document.texts import PROBLEMS
from gateway.api.http.problems import WrongParameters, of_http, problem, title
from gateway.api.http.texts import KINDS
from gateway.cases.intake import malformed
from gateway.model.errors import Located
from gateway.model.service import Text
from gateway.texts.refusals import Refused
from gateway.texts.strict_json import Malformed


def test_a_problem_names_its_kind_and_every_place() -> None:
    refused = Refused("validation", 422, Text(zh="有误", en="Wrong"), errors=[Located("/a", "必填"), Located("", "x")])
    answer = problem(refused, "zh-CN")

    assert (answer.status, answer.content_type, answer.headers["Content-Language"]) == (422, "application/problem+json", "zh-CN")
    assert orjson.loads(answer.text or "") == {
        "type": "/problems/validation",
        "title": "提交的内容不符合要求",
        "status": 422,
        "detail": "有误",
        "errors": [{"pointer": "/a", "detail": "必填"}, {"pointer": "", "detail": "x"}],
    }
    english = orjson.loads(problem(refused, "en").text or "")
    assert (english["type"], english["title"], english["detail"]) == ("/problems/validation", "What was sent is not valid", "Wrong")


def test_parameters_are_named_as_such() -> None:
    answer = problem(WrongParameters([("limit", "1..200")]), "en")
    assert orjson.loads(answer.text or "")["errors"] == [{"parameter": "limit", "detail": "1..200"}]


@pytest.mark.parametrize(("status", "wait", "told"), [(429, None, "1"), (503, 0.2, "1"), (503, 7.1, "8"), (409, 3, "3"), (409, None, None)])
def test_retry_after_is_whole_seconds_and_never_missing_where_it_belongs(status: int, wait: float | None, told: str | None) -> None:
    refused = Refused("overloaded", status, Text(zh="", en=""), retry_after=wait)
    assert problem(refused, "en").headers.get("Retry-After") == told


def test_every_kind_in_the_document_is_explained() -> None:
    assert {kind for kinds, _ in PROBLEMS.values() for kind in kinds} <= set(KINDS)
    assert title("something-new", "en") == "Something new"


def test_what_aiohttp_refuses_is_told_the_same_way() -> None:
    refused, headers = of_http(web.HTTPMethodNotAllowed("PUT", ["GET"]))
    assert (refused.status, headers) == (405, {"Allow": "GET, OPTIONS"})
    assert of_http(web.HTTPNotFound())[0].kind == "not-found"
    assert of_http(web.HTTPRequestEntityTooLarge(1, 2))[0].kind == "too-large"
    assert of_http(web.HTTPExpectationFailed())[0].kind == "expectation-failed"


def test_malformed_json_keeps_its_places() -> None:
    refused = malformed(Malformed((Located("/a", "twice"),)))
    assert (refused.status, refused.errors) == (400, (Located("/a", "twice"),))
