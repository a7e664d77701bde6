"""Waits for a commit, which end with the process."""

from __future__ import annotations

import asyncio

import pytest

from gateway.api.http.state import Document, Streams
from gateway.journal.writer.commits import Changed
from gateway.texts.refusals import Language, Refused


class _Broken(Changed):
    async def wait(self, seconds: float, /) -> bool:
        raise ValueError(seconds)


async def test_a_commit_ends_the_wait() -> None:
    streams, watched = Streams(limit=1, each=1), Changed(halt=False)
    waiting = asyncio.create_task(streams.changed(watched, 30))
    await asyncio.sleep(0)
    watched.tell()

    assert await waiting is True
    assert await streams.changed(watched, 0.001) is False


async def test_stopping_ends_the_wait_and_lets_go_of_what_is_watched() -> None:
    streams, watched = Streams(limit=1, each=1), Changed(halt=False)
    waiting = asyncio.create_task(streams.changed(watched, 30))
    await asyncio.sleep(0)
    streams.stop()

    assert await waiting is False
    assert streams._waits == set()
    assert await streams.changed(watched, 30) is False


async def test_a_cancelled_wait_and_a_broken_one_are_not_hidden() -> None:
    streams, watched = Streams(limit=1, each=1), Changed(halt=False)
    waiting = asyncio.create_task(streams.changed(watched, 30))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    with pytest.raises(ValueError, match="5"):
        await streams.changed(_Broken(halt=False), 5)


def test_places_are_given_back_however_it_ends() -> None:
    streams = Streams(limit=2, each=2)
    with pytest.raises(KeyError), streams.one("a"):
        raise KeyError
    with streams.one("a"), streams.one("b"), pytest.raises(Refused) as caught, streams.one("c"):
        pass
    assert caught.value.status == 503
    assert streams.open == {}


def test_one_caller_does_not_take_every_place() -> None:
    streams = Streams(limit=3, each=2)
    with streams.one("a"), streams.one("a"):
        with pytest.raises(Refused) as caught, streams.one("a"):
            pass
        assert (caught.value.status, caught.value.retry_after) == (429, 10)
        with streams.one("b"):
            pass


async def test_the_document_is_made_once_a_language_and_again_when_what_it_shows_changes() -> None:
    made: list[Language] = []
    shown = {"passport": 1}

    def make(language: Language) -> bytes:
        made.append(language)
        return f"{language} {shown}".encode()

    document = Document(make, lambda: dict(shown))
    assert set(await asyncio.gather(*(document.body("en") for _ in range(5)))) == {b"en {'passport': 1}"}
    assert await document.body("zh-CN") == b"zh-CN {'passport': 1}"
    assert made == ["en", "zh-CN"]
    shown["passport"] = 2
    assert await document.body("en") == b"en {'passport': 2}"
    assert made == ["en", "zh-CN", "en"]
