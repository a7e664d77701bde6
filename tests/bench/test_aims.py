"""A figure is reached, not reached with what stands in the way, or neither."""

from __future__ import annotations

from bench.aims import Aim, verdicts


def test_what_stands_in_the_way_is_said_of_what_was_not_reached_alone() -> None:
    def said(*, reached: bool | None) -> str:
        return verdicts([Aim(what="this", wanted="1", came="2", reached=reached, else_because="a wall")]).splitlines()[-1]

    assert said(reached=True) == "| this | 1 | 2 | reached |  |"
    assert said(reached=False) == "| this | 1 | 2 | not reached | a wall |"
    assert said(reached=None) == "| this | 1 | 2 |  |  |"
