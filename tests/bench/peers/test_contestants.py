"""A peer that does not get through is skipped with what it said last, and leaves no process."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest

from bench.contest import AT_ONCE
from bench.peers import contestants
from bench.peers.contestants import PEERS, Peer, run
from bench.peers.environment import SkippedError
from bench.peers.section import WANTED


class _Server:
    """A database that nobody reaches."""

    pid = 0
    data = Path("nowhere")

    @classmethod
    def made(cls, *_: object, **__: object) -> _Server:
        return cls()

    def create(self) -> str:
        return "nothing"

    def url(self, name: str) -> str:
        return name

    def stop(self) -> None:
        """Nothing to stop."""


@pytest.mark.parametrize("peer", [peer for peer in PEERS if peer.engine != "Restate"], ids=lambda peer: peer.name)
def test_a_peer_that_ends_early_is_skipped_with_its_last_words(peer: Peer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho 'ImportError: nothing here' >&2\n")
    python.chmod(python.stat().st_mode | stat.S_IXUSR)
    ground: Any = None
    monkeypatch.setattr(contestants, "PYTHON", python)
    monkeypatch.setattr(contestants, "libraries", lambda: None)
    monkeypatch.setattr(contestants, "Server", _Server)
    with pytest.raises(SkippedError, match="ImportError: nothing here"):
        run(peer, 0, ground)


def test_every_engine_that_figures_are_wanted_against_is_a_contestant() -> None:
    assert {peer.engine for peer in PEERS} == set(WANTED)
    assert len({peer.name for peer in PEERS}) == len(PEERS)
    assert all(peer.applications >= AT_ONCE for peer in PEERS)
    assert all((Path(contestants.__file__).with_name(f"{peer.module}.py")).exists() for peer in PEERS)
