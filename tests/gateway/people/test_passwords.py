"""Passwords are kept as Argon2id, tried in the same time whoever they are of, and never too short."""

from __future__ import annotations

import asyncio

import pytest

from gateway.people import passwords
from gateway.people.passwords import LONGEST, SHORTEST, Passwords, made
from gateway.texts.refusals import Refused


async def test_only_the_kept_password_is_right() -> None:
    tried = Passwords()
    kept = await tried.kept("correct horse battery")
    assert kept.startswith("$argon2id$v=19$")
    assert "correct" not in kept
    assert await tried.is_right(kept, "correct horse battery")
    for wrong in ("correct horse batterx", "", "correct horse battery ", "x" * (LONGEST + 1)):
        assert not await tried.is_right(kept, wrong)
    assert kept != await tried.kept("correct horse battery")


async def test_it_is_the_same_however_a_keyboard_composes_it() -> None:
    tried = Passwords()
    assert await tried.is_right(await tried.kept("密码 Caf\u00e9 1234"), "密码 Cafe\u0301 1234")


async def test_nobodys_password_is_tried_and_never_right(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []
    verify = passwords._is_right

    def noted(kept: str, password: str) -> bool:
        tried.append(kept)
        return verify(kept, password)

    monkeypatch.setattr(passwords, "_is_right", noted)
    assert not await Passwords().is_right(None, "anything at all")
    assert len(tried) == 1
    assert tried[0].startswith("$argon2id$")


@pytest.mark.parametrize("word", ["short", "x" * (SHORTEST - 1), "aaaaaaaaaaaaaaaaaaaaaa", "y1z2" * 51, ""])
async def test_what_is_guessed_or_no_password_is_refused(word: str) -> None:
    with pytest.raises(Refused) as refused:
        await Passwords().kept(word)
    assert refused.value.status == 422
    assert word not in str(refused.value) or not word


async def test_made_ones_are_taken_and_differ() -> None:
    tried = Passwords()
    words = {made() for _ in range(50)}
    assert len(words) == 50
    word = words.pop()
    assert await tried.is_right(await tried.kept(word), word)


async def test_many_are_tried_at_once_and_none_fails() -> None:
    several = [Passwords() for _ in range(4)]
    kept = await several[0].kept("correct horse battery")
    assert all(await asyncio.gather(*(one.is_right(kept, "correct horse battery") for one in several * 25)))


def test_people_are_given_more_than_the_least_that_owasp_asks_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    kept = passwords._kept("correct horse battery")
    assert kept.startswith("$argon2id$v=19$m=65536,t=2,p=1$")
    assert passwords._is_right(kept, "correct horse battery")
