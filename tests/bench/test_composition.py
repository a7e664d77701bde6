"""The page is made from what each command recorded; none loses what another wrote."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bench import page
from bench.composition import write_page
from bench.contest import Round
from bench.page import DOCS
from bench.peers import section
from bench.peers.section import US, Told

_OWN, _PEERS = "of the bare calls'", "## Beside other engines"


def _record(command: str, docs: Path) -> None:
    once = [Round(per_second=100, cpu_ms=1, peak_bytes=1_000_000, alone=(0.01,) * 5, unhurried=(0.01,) * 5)]
    if command == "bench":
        page.record({"bare": once, US: once}, {}, docs)
    else:
        told = {US: Told(engine=US, how="so", applications=1)}
        section.record(section.figures_of({US: once}, told), {}, docs)


@pytest.mark.parametrize("commands", [["bench"], ["bench-peers"], ["bench", "bench-peers"], ["bench-peers", "bench"], []])
def test_a_section_is_there_exactly_when_it_was_measured(tmp_path: Path, commands: list[str]) -> None:
    for command in commands:
        _record(command, tmp_path)
        write_page(tmp_path)
    write_page(tmp_path)
    text = (tmp_path / "performance.md").read_text(encoding="utf-8")
    assert text.startswith("# ")
    assert (_OWN in text) == ("bench" in commands)
    assert (_PEERS in text) == ("bench-peers" in commands)
    assert ("other engines beside this one" in text) == ("bench-peers" not in commands)


def test_the_page_is_what_the_recorded_figures_make(tmp_path: Path) -> None:
    for path in DOCS.glob("performance*.json"):
        shutil.copy(path, tmp_path)
    write_page(tmp_path)
    told = (tmp_path / "performance.md").read_text(encoding="utf-8")
    assert told == (DOCS / "performance.md").read_text(encoding="utf-8"), "make docs writes it anew"
