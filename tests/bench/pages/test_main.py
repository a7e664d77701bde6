"""``make bench-pages`` measures each page of its list and prints it, here with few cases. No figure fails it."""

from __future__ import annotations

import os
import re
import sys

import pytest

from bench.pages.__main__ import PAGES, WATCHED
from bench.pages.browsing import CHROMIUM
from tests import patience

pytestmark = [
    pytest.mark.slow("two gateways, a browser and fifty consoles; what is measured is tried on a small server beside this"),
    pytest.mark.timeout(500),
]


def test_every_page_is_measured() -> None:
    done = patience.run([sys.executable, "-m", "bench.pages"], seconds=400, env={**os.environ, "COUNT": "200"})
    assert done.returncode == 0, done.stdout + done.stderr
    for page in PAGES:
        place = re.escape("| `") + re.sub(r"\\{\w+\\}", "[^/`]+", re.escape(page.path)) + "`: "
        said = [line for line in done.stdout.splitlines() if re.match(place, line)]
        assert len(said) >= (4 if CHROMIUM else 2), done.stdout
    assert "a form of 60 fields drawn" in done.stdout
    assert "`/board/{screen}` over 200 pictures" in done.stdout
    assert f"consoles of as many people on `{WATCHED.path}`: throughput" in done.stdout
