"""API keys: made once, stored as a hash, recognised from memory, and succeeded by another before they end.

A key is ``gw_`` and 43 characters of 256 random bits. Nothing about it can be guessed, so a plain SHA-256 suffices for storage.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import time
from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import structlog

from gateway.cases.caller import AUDITOR, DEPARTMENT, FRONT_END, OPERATOR, Caller
from gateway.departments.retries import SECOND
from gateway.journal.keys.hmac_keys import KeyMac, facts_of
from gateway.journal.read.insights import Insights
from gateway.journal.store.records import Row
from gateway.journal.store.views import KeyView
from gateway.journal.verification.baseline import vouched
from gateway.model.application import GROUP_NAME
from gateway.model.identifiers import new_id
from gateway.operations import texts
from gateway.operations.keys.changes import JournalKeys
from gateway.texts.refusals import Refused

if TYPE_CHECKING:
    from prometheus_client import Counter

log = structlog.get_logger()

PREFIX = "gw_"
#: Callers kept in memory. Beyond that the oldest is dropped and read anew.
REMEMBERED = 10_000
#: Seconds after which a key is read again, because another node may have ended it.
_FRESH = 5.0

#: Longest life of a key (microseconds). Anything more is a slip, and would one day lie beyond the calendar.
_LONGEST = 100 * 366 * 86400 * SECOND

_KEY = re.compile(r"gw_[A-Za-z0-9_-]{43}")
_GROUP = re.compile(GROUP_NAME)
_NAME = re.compile(r"[^\x00-\x1f\x7f]{1,100}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """A key seen lately, trusted without reading until ``fresh_until`` (the loop's clock). It ends at ``expires_at`` (microseconds)."""

    caller: Caller
    key_id: str
    fresh_until: float
    expires_at: int | None


class Keys:
    """Creates, recognises, succeeds and revokes API keys."""

    def __init__(
        self, insights: Insights, writer: JournalKeys, departments: Collection[str], mac: KeyMac, *, expired: Counter | None = None
    ) -> None:
        """Take the reader and the writer of keys, the names allowed in ``department:<name>``, and the MAC that proves a key to be ours.

        ``expired`` counts requests with a key that has ended.
        """
        self._insights = insights
        self._writer = writer
        self._departments = departments
        self._mac = mac
        self._expired = expired
        self._refused: set[str] = set()  # ids of forged or expired keys, so that each is logged once
        self._vouched = False
        self._callers: dict[bytes, _Known] = {}
        self._changes = 0
        self.warning: str | None = None  # about keys that end soon, set by :class:`gateway.operations.keys.watch.KeyWatch`
        self._used: dict[str, int] = {}  # last use of each key by the minute, until it is stored

    async def create(
        self, role: str, name: str, *, actor: str, expires_at: int | None = None, group: str | None = None
    ) -> tuple[KeyView, str]:
        """Make a key. Gives its record and the key itself, which cannot be seen again.

        Raises Refused (``validation``) for a role that does not exist, a name that is empty, too long or not printable, a group that is
        badly named or no front end's, or an end that has passed, and (``conflict``) for a group while an older node may write.
        """
        self._check(role, name)
        if group is not None:
            _check_group(group, role)
        _in_the_future(expires_at)
        row, key = _made(expires_at)
        row |= {"name": name, "role": role, "caller": None, "owner_group": group}
        return KeyView(**await self._writer.key_created(row, actor=actor)), key

    async def succeed(self, key_id: str, *, actor: str, overlap: int, expires_at: int | None = None) -> tuple[KeyView, str]:
        """Make a successor of a key for the same caller, who can go on repeating what was filed with the old one.

        Both work for ``overlap`` seconds, then the old one ends. Raises Refused (``not-found``) if no such key works.
        """
        _in_the_future(expires_at)
        row, key = _made(expires_at)
        made = await self._writer.key_succeeded(key_id, row, _now() + overlap * SECOND, actor=actor)
        self._forget(key_id)
        if made is None:
            raise _no_such_key()
        return KeyView(**made), key

    async def join(self, key_id: str, group: str, *, actor: str) -> KeyView:
        """Put a key and those that it succeeded into a group, with the cases that they filed as a group of their own.

        Raises Refused (``validation``) for a badly named group, (``not-found``) if no front end has such a key, and (``conflict``) while an
        older node may write.
        """
        _check_group(group, FRONT_END)
        joined = await self._writer.key_joined(key_id, group, actor=actor)
        self._forget()
        if joined is None:
            raise _no_such_key()
        return joined

    async def authenticate(self, key: str) -> Caller | None:
        """Give the caller of a key, or None if it is unknown, revoked, expired or not made by the gateway."""
        return (await self.recognise(key))[0]

    def remembers(self, key: str) -> bool:
        """Tell whether the caller of this key is in memory, however long ago it was read."""
        return _KEY.fullmatch(key) is not None and _digest(key) in self._callers

    async def recognise(self, key: str) -> tuple[Caller | None, str | None]:
        """Give the caller of a key as :meth:`authenticate` does, and the id of the key if there is such a key."""
        if _KEY.fullmatch(key) is None:
            return None, None
        digest = _digest(key)
        known = self._callers.get(digest)
        if known is not None and known.fresh_until > time.monotonic() and not _over(known.expires_at):
            self._use(known.key_id)
            return known.caller, known.key_id
        changes = self._changes
        found = await self._insights.key_by_hash(digest.hex())
        if found is None or found.revoked_at is not None or not await self._ours(found) or self._is_over(found):
            self._callers.pop(digest, None)
            return None, None if found is None else found.id
        caller = await self._caller(found)
        if changes == self._changes:  # otherwise this key may have changed after it was read
            if len(self._callers) >= REMEMBERED:
                del self._callers[next(iter(self._callers))]
            until = time.monotonic() + _FRESH
            self._callers[digest] = _Known(caller=caller, key_id=found.id, fresh_until=until, expires_at=found.expires_at)
        self._use(found.id)
        return caller, found.id

    async def as_now(self, key_id: str) -> Caller | None:
        """Give the caller of a key as it is in the journal at this moment, or None if the key opens nothing any more.

        It is for what goes on after its request was let in, and counts as no use of the key.
        """
        found = await self._insights.key(key_id)
        if found is None or found.revoked_at is not None or _over(found.expires_at) or not await self._ours(found):
            return None
        return await self._caller(found)

    async def _caller(self, found: KeyView) -> Caller:
        group = found.owner_group
        fellows = frozenset[str]() if group is None else await self._insights.fellows(group)
        return Caller(id=found.caller or found.id, name=found.name, role=found.role, group=group, fellows=fellows)

    def _is_over(self, found: KeyView) -> bool:
        """Tell whether the key has ended. Counts each use of an ended key, and logs the first."""
        if not _over(found.expires_at):
            return False
        if self._expired is not None:
            self._expired.inc()
        if found.id not in self._refused:
            self._refused.add(found.id)
            log.warning("expired_key_used", key=found.id, role=found.role)
        return True

    async def _ours(self, found: KeyView) -> bool:
        """Tell whether the gateway made this key as it stands. Old keys have no MAC and are believed until they are vouched for."""
        if found.mac is not None:
            ours = self._mac.is_good(row := asdict(found))
            if not ours:  # another node may have changed the secret since
                self._mac.secrets.follow(await self._insights.read(facts_of))
                ours = self._mac.is_good(row)
        else:
            self._vouched = self._vouched or await self._insights.read(vouched)
            ours = not self._vouched
        if not ours and found.id not in self._refused:
            self._refused.add(found.id)
            log.error("key_forged", key=found.id, role=found.role)
        return ours

    async def revoke(self, key_id: str, *, actor: str) -> None:
        """End a key at once. Raises Refused (``not-found``) if there is none or it was revoked before."""
        revoked = await self._writer.key_revoked(key_id, _now(), actor=actor)
        self._forget(key_id)
        if not revoked:
            raise _no_such_key()

    def _forget(self, key_id: str | None = None) -> None:
        """Read this key anew, or every one."""
        self._changes += 1
        self._callers = {digest: known for digest, known in self._callers.items() if key_id not in (None, known.key_id)}

    # -- last use
    def _use(self, key_id: str) -> None:
        self._used[key_id] = int(time.time()) // 60 * 60 * SECOND

    async def keep_uses(self) -> None:
        """Store the uses since the last call. Raises JournalUnavailable, and then stores them the next time."""
        used, self._used = self._used, {}
        if not used:
            return
        try:
            await self._writer.keys_used(used)
        except BaseException:
            self._used = {**used, **self._used}
            raise

    async def follow(self) -> None:
        """Learn which secret makes MACs, in case another node has changed it."""
        if self._mac.secrets.coming:
            self._mac.secrets.follow(await self._insights.read(facts_of))

    async def ending(self) -> list[KeyView]:
        """Give the keys that have an end, except those that were revoked, have a successor, or ended more than a day ago."""
        last = {key.caller or key.id: key for key in reversed(await self._insights.keys()) if key.revoked_at is None}
        return [key for key in last.values() if (key.expires_at or 0) > _now() - 86400 * SECOND]  # of each caller its newest key

    def _check(self, role: str, name: str) -> None:
        kind, _, department = role.partition(":")
        if role not in (FRONT_END, OPERATOR, AUDITOR) and not (kind == DEPARTMENT and department in self._departments):
            roles = ", ".join((FRONT_END, OPERATOR, AUDITOR, *(f"{DEPARTMENT}:{d}" for d in sorted(self._departments))))
            raise Refused("validation", 422, texts.no_role(roles))
        if _NAME.fullmatch(name) is None or not name.strip():
            raise Refused("validation", 422, texts.NAME_UNFIT)


def _made(expires_at: int | None) -> tuple[Row, str]:
    """Make a new key and the part of its row that depends on nothing else."""
    key = PREFIX + secrets.token_urlsafe(32)
    row: Row = {"id": new_id(), "hash": _digest(key).hex(), "created_at": _now(), "revoked_at": None, "expires_at": expires_at}
    return row, key


def _now() -> int:
    return time.time_ns() // 1000


def _over(expires_at: int | None) -> bool:
    return expires_at is not None and expires_at <= _now()


def _in_the_future(expires_at: int | None) -> None:
    if _over(expires_at):
        raise Refused("validation", 422, texts.END_PAST)
    if expires_at is not None and expires_at > _now() + _LONGEST:
        raise Refused("validation", 422, texts.END_TOO_LATE)


def _check_group(group: str, role: str) -> None:
    if _GROUP.fullmatch(group) is None:
        raise Refused("validation", 422, texts.GROUP_UNFIT)
    if role != FRONT_END:
        raise Refused("validation", 422, texts.GROUP_NEEDLESS)


def _no_such_key() -> Refused:
    return Refused("not-found", 404, texts.NO_KEY)


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()
