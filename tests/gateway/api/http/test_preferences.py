"""The Accept headers, read alike."""

from __future__ import annotations

import pytest
from aiohttp.test_utils import make_mocked_request
from multidict import CIMultiDict

from gateway.api.http.preferences import best_language, language_of, preferred, weights


@pytest.mark.parametrize(
    ("accept", "language"),
    [
        ("", "zh-CN"),
        ("*", "zh-CN"),
        ("en", "en"),
        ("en-GB,en;q=0.9,zh;q=0.8", "en"),
        ("zh-TW, en;q=0.9", "zh-CN"),
        ("en;q=0.5, zh;q=0.6", "zh-CN"),
        ("fr, en;q=0.1", "en"),
        ("fr", "zh-CN"),
        ("en;q=0", "zh-CN"),
        ("zh;q=0", "en"),
        ("zh;q=0, *", "en"),
        ("zh-CN;q=0, en;q=0", "zh-CN"),  # neither can be had, so the answer is in one of them all the same
        ("*;q=0.5, zh;q=0", "en"),
        ("zh ; q=0.2 , en ; q=0.3", "en"),
        ("EN; Q=1", "en"),
        ("en;q=2", "zh-CN"),  # an unreadable wish counts for nothing
        ("en;q=0.1234", "zh-CN"),
        ("en;q=", "zh-CN"),
        ("en;q=１", "zh-CN"),
        ("en" + "," * 5000, "en"),
    ],
)
def test_the_language_is_the_better_of_two(accept: str, language: str) -> None:
    assert best_language(accept) == language


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("", "a/json"),
        ("*/*", "a/json"),
        ("a/*", "a/json"),
        ("text/html", "a/json"),
        ("a/csv", "a/csv"),
        ("A/CSV", "a/csv"),
        ("a/csv;q=0", "a/json"),
        ("a/csv;q=0.0", "a/json"),
        ("a/json;q=0", "a/json"),
        ("a/json;q=0, a/csv;q=0.1", "a/csv"),
        ("a/json, a/csv", "a/json"),
        ("a/csv, a/json", "a/csv"),
        ("a/csv;q=0.5, a/json;q=0.6", "a/json"),
        ("a/csv;charset=utf-8;q=0.7, a/json;q=0.6", "a/csv"),
        ("xa/csvx", "a/json"),
    ],
)
def test_the_media_type_is_one_that_is_named_and_not_refused(accept: str, media: str) -> None:
    request = make_mocked_request("GET", "/", headers={"Accept": accept})
    assert preferred(request, ("a/json", "a/csv")) == media


def test_a_header_in_two_lines_is_one_list() -> None:
    request = make_mocked_request("GET", "/", headers=CIMultiDict([("Accept-Language", "fr"), ("Accept-Language", "en")]))
    assert language_of(request) == "en"


def test_a_weight_given_twice_is_no_weight() -> None:
    assert weights("en;q=0.1;q=0.2, zh;q=0.3") == {"zh": 0.3}
