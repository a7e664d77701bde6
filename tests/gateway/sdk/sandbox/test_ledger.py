"""The ledger: on disk before anybody is answered, and the same again after a kill."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from gateway.sdk.sandbox.ledger import Appender, Decision, Effect, Ledger


def effect(number: int, key: str = "k") -> Effect:
    return Effect(key=key, operation="act", reference=f"R{number}", at=datetime.now(UTC), memory={"n": number})


async def test_lines_hold_what_was_done_and_are_read_again(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "new", "d").open()
    await ledger.record(effect(1))
    await ledger.record(effect(2))
    await ledger.decide(ledger.effects[1], Decision(outcome="returned", fields=("a",)))
    await ledger.tell(ledger.effects[1])
    await ledger.close()
    lines = [orjson.loads(line) for line in (tmp_path / "new/d.ledger.jsonl").read_bytes().splitlines()]
    assert [sorted(line) for line in lines] == [["at", "key", "memory", "operation", "reference"]] * 2
    again = Ledger(tmp_path / "new", "d").open()
    assert [e.entry() for e in again.effects] == [e.entry() for e in ledger.effects]
    assert again.by_key["k"] == again.effects[:2]
    assert again.by_reference["R2"] is again.effects[1]
    assert again.effects[1].told
    assert again.effects[1].decision == Decision(outcome="returned", fields=("a",))
    assert (list(again.by_key), list(again.by_reference)) == (["k"], ["R1", "R2"])
    await again.close()


async def test_a_line_is_on_disk_when_record_returns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    real = os.fsync
    path = tmp_path / "d.ledger.jsonl"

    def watched(file: int) -> None:
        synced.append(path.read_bytes().count(b"\n"))
        real(file)

    monkeypatch.setattr(os, "fsync", watched)
    ledger = Ledger(tmp_path, "d").open()
    await ledger.record(effect(1))
    assert synced == [1]
    await ledger.close()


async def test_many_at_once_share_a_sync_and_each_waits_for_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    syncs = 0
    real = os.fsync

    def counted(file: int) -> None:
        nonlocal syncs
        syncs += 1
        real(file)

    monkeypatch.setattr(os, "fsync", counted)
    ledger = Ledger(tmp_path, "d").open()
    await asyncio.gather(*(ledger.record(effect(number)) for number in range(500)))
    assert syncs <= 3
    assert (tmp_path / "d.ledger.jsonl").read_bytes().count(b"\n") == 500
    await ledger.close()


async def test_a_cancelled_caller_does_not_lose_the_line(tmp_path: Path) -> None:
    appender = Appender(tmp_path / "a.jsonl")
    appender.open()
    appending = asyncio.create_task(appender.append({"n": 1}))
    await asyncio.sleep(0)
    appending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await appending
    await appender.close()
    assert (tmp_path / "a.jsonl").read_bytes() == b'{"n":1}\n'


async def test_a_failed_write_reaches_who_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    ledger = Ledger(tmp_path, "d").open()
    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            await ledger.record(effect(1))


async def test_a_torn_last_line_is_taken_away(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path, "d").open()
    await ledger.record(effect(1))
    await ledger.close()
    path = tmp_path / "d.ledger.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"key":"k2","oper')
    again = Ledger(tmp_path, "d").open()
    assert [e.reference for e in again.effects] == ["R1"]
    await again.close()
    assert path.read_bytes() == whole


async def test_a_decision_without_its_effect_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "d.decisions.jsonl").write_bytes(b'{"reference":"R9","told":true}\n')
    ledger = Ledger(tmp_path, "d").open()
    assert ledger.effects == []
    await ledger.close()


async def test_a_ledger_in_use_is_not_shared(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path, "d").open()
    with pytest.raises(BlockingIOError, match="another sandbox"):
        Ledger(tmp_path, "d").open()
    await ledger.close()
