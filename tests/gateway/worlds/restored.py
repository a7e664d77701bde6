"""A world whose journal is kept, lost and restored, while its departments remember all they did."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gateway.cases.seam import Finish, make_seam
from gateway.journal.backup.backup import back_up
from gateway.journal.backup.proof import prove
from gateway.journal.backup.restore import load
from gateway.journal.store.database import Lock
from gateway.model.outcome import Absent, Found
from tests.gateway.worlds.offices import SETTLE, approved
from tests.gateway.worlds.world import World

TAKEN = 5.0  # seconds from the backup to the loss of the journal


@dataclass
class Story:
    """A world whose journal is kept, lost and restored. ``did`` holds the effects by key, over both lives."""

    world: World
    did: Counter[str] = field(default_factory=Counter)
    taken_at: int = 0
    doubted: dict[str, int] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"sqlite:///{self.world.folder}/journal.db"

    @property
    def kept(self) -> Path:
        return self.world.folder / "kept.backup"

    def count(self) -> None:
        for office in self.world.offices.values():
            self.did.update(call.key for name, call, _ in office.calls if name == "submit")

    def _find(self, call: Any, _asked: Any) -> Any:
        """Answer like a department that can be asked and knows what it did."""
        now = [one.key for office in self.world.offices.values() for name, one, _ in office.calls if name == "submit"]
        return Found(outcome=approved("N-1")) if call.key in self.did or call.key in now else Absent()

    def backup(self) -> None:
        """Keep the journal as it is, with everything under way, while the world goes on with it."""
        self.taken_at = self.world.now
        back_up(self.url, self.kept, heads=self.world.folder / "none")

    async def restore(self, seconds: float = TAKEN) -> None:
        """Lose the journal, put the kept one back, make the seam."""
        self.world.later(seconds)
        await self.world.close()
        for file in self.world.folder.glob("journal.db*"):
            file.unlink()
        with Lock(self.url):
            load(self.url, prove(self.kept))
        self.count()
        await self.world.open()
        for office in self.world.offices.values():
            office.says("find", *[self._find] * 50)
        details = {"sha256": "d" * 64}
        write, reader, casework = self.world.journal.write, self.world.reader, self.world.casework
        self.doubted = await make_seam(write, reader, casework, taken_at=self.taken_at, details=details)
        await self.world.journal.write(Finish())
        assert not self.world.works, "the seam itself sends nothing"

    async def all_done(self) -> Counter[str]:
        """Let everything that moves by itself move, and give every effect by key."""
        for _ in range(4):
            await self.world.run()
            self.world.later(SETTLE + 300)
        await self.world.run()
        self.count()
        for office in self.world.offices.values():
            office.calls.clear()
        return self.did
