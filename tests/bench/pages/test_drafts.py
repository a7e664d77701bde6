"""A draft is filled in by the pages of the counter, step by step, and a form that is refused ends it."""

from __future__ import annotations

import pytest

from bench.pages.drafts import filled
from bench.pages.visits import Visitor, browser
from tests.bench.pages.conftest import Small

BODY = {"service": "sixty", "applicant": {"name": "王芳"}, "data": {"first": {"name": "王芳"}}}


async def test_each_step_is_sent_with_what_its_page_carries_and_its_part_of_the_application(small: Small) -> None:
    small.html = '<input type="hidden" name="form" value="0a"><input type="hidden" name="version" value="3">'
    unseen = {"form": "0a", "version": "3"}
    async with browser(small.base) as http:
        assert await filled(Visitor(http), BODY) == "d1"
    assert small.sent == [
        ("/counter/begin", {**unseen, "service": "sixty"}),
        ("/counter/d1/applicant", {**unseen, "/applicant/name": "王芳"}),
        ("/counter/d1/form", {**unseen, "/data/first/name": "王芳"}),
        ("/counter/d1/documents", unseen),
    ]


async def test_a_step_that_is_shown_again_ends_it(small: Small) -> None:
    small.refuses = "/counter/d1/form"
    async with browser(small.base) as http:
        with pytest.raises(RuntimeError, match="/counter/d1/form: the form is refused, 422"):
            await filled(Visitor(http), BODY)
