"""The effects of a sandbox, on disk: one line an effect, never changed, written before the reply leaves.

``<name>.ledger.jsonl`` holds the effects alone, so that its lines can be counted. ``<name>.decisions.jsonl`` holds the later decisions.
Both outlive a killed process, so that the next start knows all that was answered.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Self

import orjson
from pydantic import AwareDatetime, BaseModel, ConfigDict

from gateway.model import JsonObject


class Decision(BaseModel):
    """The decision of a case. ``fields`` are the contract's own names of the fields to correct (``returned``)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    outcome: Literal["approved", "rejected", "returned", "withdrawn"] = "approved"
    code: str | None = None
    reason: str | None = None
    fields: tuple[str, ...] = ()
    at: AwareDatetime | None = None


@dataclass(slots=True, kw_only=True, eq=False)
class Effect:
    """An effect at the department, and its memory of it.

    ``memory`` is the data that the sandbox needs to answer about the effect later (JSON-ready). ``decision`` stays None while a case is
    open. ``told`` is true once a callback about it was acknowledged.
    """

    key: str
    operation: str
    reference: str
    at: datetime
    memory: dict[str, Any] = field(default_factory=dict)
    decision: Decision | None = None
    told: bool = False

    def entry(self) -> dict[str, str]:
        """Give the entry for ``GET /_sandbox/ledger``."""
        return {"key": self.key, "operation": self.operation, "reference": self.reference, "at": self.at.isoformat()}


class Appender:
    """A file of JSON lines that only grows. All waiting lines are written together and synced once (group commit)."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = -1
        self._waiting: list[bytes] = []
        self._handed_in = 0  # lines in all
        self._on_disk = 0
        self._writing: asyncio.Task[None] | None = None

    def open(self) -> list[Any]:
        """Open the file and give its lines. Raises ``BlockingIOError`` when another process has it open.

        A last line that a kill cut short is taken away, because nobody was answered for it.
        """
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(self._file)
            raise BlockingIOError(f"{self._path} is in use by another sandbox process: stop that one first") from error
        content = self._path.read_bytes()
        whole = content[: content.rfind(b"\n") + 1]
        os.ftruncate(self._file, len(whole))
        return [orjson.loads(line) for line in whole.splitlines()]

    async def append(self, line: JsonObject) -> None:
        """Add a line, and return when it is safely on disk. The line is written even if the caller is cancelled."""
        self._waiting.append(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))
        self._handed_in += 1
        await self.settled()

    async def settled(self) -> None:
        """Return when all that was handed in so far is on disk."""
        mine = self._handed_in
        while self._on_disk < mine:
            if self._writing is None:
                self._writing = asyncio.create_task(self._write_all())
            await asyncio.shield(self._writing)

    async def close(self) -> None:
        """Write the waiting lines, then close the file."""
        await self.settled()
        os.close(self._file)

    async def _write_all(self) -> None:
        lines, self._waiting = self._waiting, []
        try:
            await asyncio.to_thread(self._write, b"".join(lines))
            self._on_disk += len(lines)
        finally:
            self._writing = None

    def _write(self, content: bytes) -> None:
        view = memoryview(content)
        while view:
            view = view[os.write(self._file, view) :]
        os.fsync(self._file)


class Ledger:
    """The effects of one sandbox, on disk and by key and reference."""

    def __init__(self, folder: Path, name: str) -> None:
        self._effects_file = Appender(folder / f"{name}.ledger.jsonl")
        self._decisions_file = Appender(folder / f"{name}.decisions.jsonl")
        self.effects: list[Effect] = []
        self.by_key: dict[str, list[Effect]] = {}  # each in the order in which they were done
        self.by_reference: dict[str, Effect] = {}

    def open(self) -> Self:
        """Read the effects of an earlier process. Raises ``BlockingIOError`` when one still runs."""
        for line in self._effects_file.open():
            self._know(Effect(**{**line, "at": datetime.fromisoformat(line["at"])}))
        for line in self._decisions_file.open():
            effect = self.by_reference.get(line["reference"])
            if effect is None:
                continue  # killed between the two files: nobody was answered, so there is no such case
            if "told" in line:
                effect.told = True
            else:
                effect.decision = Decision.model_validate(line["decision"])
        return self

    async def close(self) -> None:
        """Write the waiting lines, then close both files."""
        await self._effects_file.close()
        await self._decisions_file.close()

    async def record(self, effect: Effect) -> None:
        """Add an effect, which is known at once, and on disk when this returns."""
        self._know(effect)
        await self._effects_file.append({**effect.entry(), "memory": effect.memory})

    async def decide(self, effect: Effect, decision: Decision) -> None:
        """Note the decision of an effect, which is known at once, and on disk when this returns."""
        effect.decision = decision
        await self._decisions_file.append({"reference": effect.reference, "decision": decision.model_dump(mode="json")})

    async def tell(self, effect: Effect) -> None:
        """Note that a callback about an effect was acknowledged."""
        effect.told = True
        await self._decisions_file.append({"reference": effect.reference, "told": True})

    async def settled(self) -> None:
        """Return when all effects known now are on disk."""
        await self._effects_file.settled()

    def _know(self, effect: Effect) -> None:
        self.effects.append(effect)
        self.by_key.setdefault(effect.key, []).append(effect)
        self.by_reference[effect.reference] = effect
