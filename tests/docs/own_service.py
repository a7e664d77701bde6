"""The files of the service that ``docs/a-service-of-your-own.md`` has its reader write."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "a-service-of-your-own.md"
_BLOCK = re.compile(r"`mine/services/(?P<name>[^`]+)`:\n\n```(?:yaml|json)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


def write(services: Path) -> None:
    """Write what the page shows into a configuration's folder of services."""
    found = list(_BLOCK.finditer(PAGE.read_text("utf-8")))
    assert [one["name"] for one in found] == ["public-rental.yaml", "public-rental.sample.json"]
    for one in found:
        (services / one["name"]).write_text(one["text"], "utf-8")
