"""API keys: made once, kept as a hash, recognised from memory.

A key is ``gw_`` and 43 characters of 256 random bits, so a plain SHA-256 is enough to keep: nothing about it can be guessed.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Collection
from dataclasses import asdict
from typing import Any, Protocol

import structlog

from gateway.journal.baseline import vouched
from gateway.journal.insights import Insights
from gateway.journal.key_macs import KeyMac
from gateway.journal.views import KeyView
from gateway.model.identifiers import new_id
from gateway.routing.caller import AUDITOR, DEPARTMENT, FRONT_END, OPERATOR, Caller
from gateway.routing.refusals import Refused

log = structlog.get_logger()

PREFIX = "gw_"
#: Callers kept in memory; beyond it the oldest is read anew.
REMEMBERED = 10_000
#: Seconds after which a key is read again: another node may have ended it.
_FRESH = 5.0

_KEY = re.compile(r"gw_[A-Za-z0-9_-]{43}")
_NAME = re.compile(r"[^\x00-\x1f\x7f]{1,100}")


class KeyWriter(Protocol):
    """Writes keys to the journal, each with its audit entry, in one commit."""

    async def key_created(self, row: dict[str, Any], /, *, actor: str) -> None:
        """Insert the row (id, name, role, hash, created_at, revoked_at, mac); entry ``key_created`` {key, name, role}."""
        ...

    async def key_revoked(self, key_id: str, at: int, /, *, actor: str) -> bool:
        """Set ``revoked_at`` where it is not set, and take the ``mac`` away; entry ``key_revoked`` {key}.

        False when there was nothing to revoke.
        """
        ...


class Keys:
    """Creates, recognises and revokes API keys."""

    def __init__(self, insights: Insights, writer: KeyWriter, departments: Collection[str], mac: KeyMac) -> None:
        """Take where keys are read and written, the names that ``department:<name>`` may have, and what proves a key to be ours."""
        self._insights = insights
        self._writer = writer
        self._departments = departments
        self._mac = mac
        self._refused: set[str] = set()  # ids of keys that were found not to be ours: said once each
        self._vouched = False
        self._callers: dict[bytes, tuple[Caller, float]] = {}
        self._revocations = 0

    async def create(self, role: str, name: str, *, actor: str) -> tuple[KeyView, str]:
        """Make a key; give its record and the key itself, which cannot be seen again.

        Raises Refused (``validation``) for a role that does not exist or a name that is empty, too long or not printable.
        """
        self._check(role, name)
        key = PREFIX + secrets.token_urlsafe(32)
        row: dict[str, Any] = {"id": new_id(), "name": name, "role": role, "hash": _digest(key).hex(), "created_at": time.time_ns() // 1000}
        row |= {"revoked_at": None, "mac": self._mac(row)}
        await self._writer.key_created(row, actor=actor)
        return KeyView(**row), key

    async def authenticate(self, key: str) -> Caller | None:
        """The caller whose key this is; None when it is unknown or revoked, or was not made by the gateway."""
        return (await self.recognise(key))[0]

    def remembers(self, key: str) -> bool:
        """True of a key that opened lately: its caller is in memory, fresh or not."""
        return _KEY.fullmatch(key) is not None and _digest(key) in self._callers

    async def recognise(self, key: str) -> tuple[Caller | None, str | None]:
        """The caller whose key this is, none when it is unknown, revoked or not made by the gateway; and its id, where there is one."""
        if _KEY.fullmatch(key) is None:
            return None, None
        digest = _digest(key)
        known = self._callers.get(digest)
        now = time.monotonic()
        if known is not None and known[1] > now:
            return known[0], known[0].id
        revocations = self._revocations
        found = await self._insights.key_by_hash(digest.hex())
        if found is None or found.revoked_at is not None or not await self._ours(found):
            self._callers.pop(digest, None)
            return None, None if found is None else found.id
        caller = Caller(id=found.id, name=found.name, role=found.role)
        if revocations == self._revocations:  # else it may have been this one, after it was read
            if len(self._callers) >= REMEMBERED:
                del self._callers[next(iter(self._callers))]
            self._callers[digest] = caller, now + _FRESH
        return caller, caller.id

    async def _ours(self, found: KeyView) -> bool:
        """Whether the gateway made this key as it stands. Until those of before are vouched for they have nothing to prove it by."""
        if found.mac is not None:
            ours = hmac.compare_digest(found.mac, self._mac(asdict(found)))
        else:
            self._vouched = self._vouched or await self._insights.read(vouched)
            ours = not self._vouched
        if not ours and found.id not in self._refused:
            self._refused.add(found.id)
            log.error("key_forged", key=found.id, role=found.role)
        return ours

    async def revoke(self, key_id: str, *, actor: str) -> None:
        """End a key at once. Raises Refused (``not-found``) when there is none, or it was revoked before."""
        revoked = await self._writer.key_revoked(key_id, time.time_ns() // 1000, actor=actor)
        self._revocations += 1
        self._callers = {digest: known for digest, known in self._callers.items() if known[0].id != key_id}
        if not revoked:
            raise Refused(
                "not-found", 404, detail_zh="没有这把密钥,或者它已经作废。", detail_en="There is no such key, or it has been revoked."
            )

    def _check(self, role: str, name: str) -> None:
        kind, _, department = role.partition(":")
        if role not in (FRONT_END, OPERATOR, AUDITOR) and not (kind == DEPARTMENT and department in self._departments):
            roles = ", ".join((FRONT_END, OPERATOR, AUDITOR, *(f"{DEPARTMENT}:{d}" for d in sorted(self._departments))))
            raise Refused(
                "validation", 422, detail_zh=f"没有这个角色,可用:{roles}。", detail_en=f"There is no such role; there are: {roles}."
            )
        if _NAME.fullmatch(name) is None or not name.strip():
            zh, en = "名称须为 1 到 100 个可见字符。", "A name has 1 to 100 printable characters."
            raise Refused("validation", 422, detail_zh=zh, detail_en=en)


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()
