"""Users of this machine as the audit names them."""

from __future__ import annotations

import os
import pwd

import pytest

from gateway.model.os_user import SUDO_USER, actor, own_actor, user_name

NOBODY_HAS_IT = 2**31 - 7


def test_a_user_is_named_and_one_without_a_name_is_numbered() -> None:
    assert user_name(0) == pwd.getpwuid(0).pw_name
    assert user_name(NOBODY_HAS_IT) == f"uid-{NOBODY_HAS_IT}"


@pytest.mark.parametrize("name", ["500152199001010018", "a\nb", "张伟", "x" * 60, ""])
def test_a_name_that_may_be_personal_or_break_a_line_is_numbered(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Entry:
        pw_name = name

    monkeypatch.setattr(pwd, "getpwuid", lambda _: Entry)
    assert user_name(NOBODY_HAS_IT - 1 - len(name)) == f"uid-{NOBODY_HAS_IT - 1 - len(name)}"


def test_sudo_stands_beside_the_kernels_word_and_never_in_its_place() -> None:
    root = pwd.getpwuid(0).pw_name
    assert actor(0) == f"operator:{root}"
    assert actor(0, "alice") == f"operator:{root}(sudo:alice)"
    assert actor(0, root) == f"operator:{root}"
    assert actor(0, "a b") == f"operator:{root}"
    assert actor(0, "alice) or (sudo:bob") == f"operator:{root}"


def test_this_process_is_who_runs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SUDO_USER, "alice")
    assert own_actor() == actor(os.geteuid(), "alice")
    monkeypatch.delenv(SUDO_USER)
    assert own_actor() == actor(os.geteuid())
