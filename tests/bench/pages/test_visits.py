"""A first view is weighed as it is sent, and what is no page ends the measurement."""

from __future__ import annotations

import gzip

import pytest

from bench.pages.visits import Visitor, browser
from tests.bench.pages.conftest import STYLE, Small


async def test_a_first_view_is_the_page_and_each_file_once_as_they_are_sent(small: Small) -> None:
    small.html = (
        '<!doctype html><link rel="icon" href="/static/icon.svg"><link rel="stylesheet" href="/static/a.css">'
        '<script src="/static/a.js" defer></script><link rel="stylesheet" href="/static/a.css"><a href="/static/other">no file of it</a>'
    )
    async with browser(small.base) as http:
        assert await Visitor(http).weigh("/page") == len(small.html) + 3 * len(gzip.compress(STYLE))
        assert await Visitor(http).first_byte_ms("/page", 3) > 0


async def test_a_page_that_leads_elsewhere_is_not_measured(small: Small) -> None:
    async with browser(small.base) as http:
        for measure in (Visitor(http).weigh("/closed"), Visitor(http).first_byte_ms("/closed", 2)):
            with pytest.raises(RuntimeError, match="/closed: 303, sent to /sign-in"):
                await measure
