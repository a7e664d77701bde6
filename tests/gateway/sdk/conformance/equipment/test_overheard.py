"""Whatever is logged or printed is heard, and nothing of it stays."""

from __future__ import annotations

import logging

import pytest
import structlog

from gateway.sdk.conformance.equipment.overheard import Overheard


def test_everything_is_heard(capsys: pytest.CaptureFixture[str]) -> None:
    overheard = Overheard()
    quiet = logging.getLogger("a.quiet.library")
    quiet.setLevel(logging.ERROR)
    with overheard.listening():
        quiet.debug("%s was sent", "one")
        structlog.get_logger().debug("event", body="two")
        print("three")  # noqa: T201  # what an adapter may do
        quiet.error("failed", exc_info=ValueError("four"))
    assert all(word in overheard.text for word in ("one", "two", "three", "four"))
    assert quiet.level == logging.ERROR
    quiet.error("five")
    print("six")  # noqa: T201  # nobody listens any more
    assert "five" not in overheard.text
    assert "six" not in overheard.text
    printed = capsys.readouterr().out
    assert printed.endswith("six\n")
    assert "three" not in printed
    assert "four" not in printed
