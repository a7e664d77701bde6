"""The rotation of the key of commitments while the gateway runs."""

from __future__ import annotations

import asyncio
import secrets as random
from dataclasses import dataclass

import structlog

from gateway.assembly.writing import Writing
from gateway.installation.secrets import Secrets
from gateway.journal.keys.hmac_keys import HmacKeys, KnowKeys, RotateKey, check_of, facts_of
from gateway.journal.read.reading import patiently

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """The result of a rotation. ``file`` holds the new key. While nodes are ``lacking`` it, the old one stays in use."""

    file: str
    rotated: bool
    keys: int
    lacking: tuple[str, ...]


class HmacRotation:
    """Rotates the key of a running gateway (:class:`gateway.api.http.parts.RotationPart`), one step at a time."""

    def __init__(self, writing: Writing, secrets: Secrets) -> None:
        self._journal, self._reader, self._secrets = writing.journal, writing.reader, secrets
        self._keys: HmacKeys = writing.mac.secrets
        self._turn = asyncio.Lock()

    async def learn(self) -> None:
        """Take the keys that lie in the secrets by now, tell the other nodes, and follow them in which key is in use."""
        before = self._keys.checks
        self._keys.learn(await asyncio.to_thread(self._secrets.hmac_keys))
        if not self._journal.alone and self._keys.checks != before:
            await self._journal.write(KnowKeys(keys=self._keys))
        await self._follow()

    async def rotate(self, *, actor: str) -> Rotation:
        """Make a key, unless an unused one is there, and use it once every node has it. Asked again it goes on from there.

        Raises ConfigError when the secrets cannot be written, JournalUnavailable.
        """
        async with self._turn:
            await self.learn()
            if not self._keys.coming:
                new = random.token_bytes(32)
                await asyncio.to_thread(self._secrets.keep_hmac_key, new, check_of(new)[:16])
                await self.learn()
            new = self._keys.named(self._keys.coming[0])
            file = str(self._secrets.hmac_key_file(check_of(new)[:16]))
            done = await self._journal.write(RotateKey(keys=self._keys, new=new, actor=actor, alone=self._journal.alone))
            await self._follow()
        if not done.lacking:
            log.info("hmac_key_rotated", keys=done.made_anew)
        return Rotation(file=file, rotated=not done.lacking, keys=done.made_anew, lacking=done.lacking)

    async def _follow(self) -> None:
        self._keys.follow(await asyncio.to_thread(patiently, self._reader, facts_of))
