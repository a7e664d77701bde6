"""A server of Restate that does not start says why at once."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from bench.peers.restate_server import serving


def test_a_server_that_ends_is_not_waited_for_and_its_last_words_are_kept(tmp_path: Path) -> None:
    program = tmp_path / "restate-server"
    program.write_text("#!/bin/sh\necho 'No space left on device'\nexit 1\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    with pytest.raises(RuntimeError, match=r"is not ready: .*its server said: No space left on device"), serving(program):
        pass
