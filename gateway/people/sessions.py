"""Sessions: a signed-in person's requests recognised by the token that the browser has, until they end.

A token is 256 random bits, kept as its SHA-256. A session ends when its person signs out, when somebody ends it, after half an hour
without use, twelve hours after its beginning, and when what its person may do changes. Every node knows within a second.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import secrets
import time
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Final

import structlog

from gateway.cases.caller import Caller
from gateway.journal.audit.hash_chain import Entry
from gateway.journal.keys.hmac_keys import HmacKeys, facts_of
from gateway.journal.keys.people_macs import ACCOUNT, SESSION
from gateway.journal.queues import accounts
from gateway.journal.read import people
from gateway.journal.store.views import AccountView, SessionView
from gateway.journal.writer.draft import Change, Draft
from gateway.model.errors import JournalUnavailable
from gateway.model.identifiers import new_id
from gateway.people import texts
from gateway.people.roles import WITH_CODE
from gateway.texts.refusals import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from gateway.journal.read.insights import Insights
    from gateway.journal.writer.draft import Write

log = structlog.get_logger()

SECOND: Final = 1_000_000
#: Microseconds without use after which a session has ended, and those that it lasts at most.
IDLE: Final = 30 * 60 * SECOND
LONGEST: Final = 12 * 3600 * SECOND
#: Seconds for which a session is not read again, hence the most that one which was ended lives on.
_FRESH: Final = 0.9
#: Microseconds after which its use is stored anew, and sessions that are kept in memory.
_SEEN_EVERY: Final = 60 * SECOND
_REMEMBERED: Final = 10_000

_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A person who is signed in: as whom, in which session, and the text that every form of that session carries."""

    caller: Caller
    session_id: str
    csrf: str = field(repr=False)


class Sessions:
    """Begins, recognises, lists and ends sessions."""

    def __init__(self, write: Write, insights: Insights, keys: HmacKeys, clock: Callable[[], int]) -> None:
        self._write, self._insights, self._keys, self._clock = write, insights, keys, clock
        self._known: dict[str, tuple[Signed, float]] = {}  # by the token's digest, with the time until which it is believed
        self._changes = 0
        self._told: set[str] = set()  # ids of forged rows, so that each is logged once

    async def begin(self, account: AccountView, *, step: int | None = None) -> str:
        """Begin a session of an account as it was read and proven, in one commit with its entry, and give its token.

        ``step`` is the time step of its one-time code. Raises Refused (401) where the account has changed since, or the code was taken.
        """
        token = secrets.token_urlsafe(32)
        await self._write(_Begin(account=account, step=step, token=_digest(token), keys=self._keys))
        return token

    async def recognise(self, token: str, *, used: bool = True) -> Signed | None:
        """Give whoever is signed in by this token, None where nobody is, or is no more. A page that looks by itself is no use of it."""
        if _TOKEN.fullmatch(token) is None:
            return None
        digest, began, changes = _digest(token), time.monotonic(), self._changes
        known = self._known.get(digest)
        if known is not None and began < known[1]:
            return known[0]
        found = await self._insights.read(lambda c: people.by_token(c, digest))
        if found is None or not await self.holds(*found):
            self._known.pop(digest, None)
            return None
        session, account = found
        user = f"user:{account.login}"
        group = account.owner_group
        fellows = frozenset[str]() if group is None else await self._insights.fellows(group)
        caller = Caller(id=account.id, name=account.name, role=account.role, user=user, group=group, fellows=fellows)
        signed = Signed(caller=caller, session_id=session.id, csrf=csrf_of(token))
        if changes == self._changes:  # otherwise it may have ended after it was read
            if len(self._known) >= _REMEMBERED:
                del self._known[next(iter(self._known))]
            self._known[digest] = signed, began + _FRESH
        if used:
            await self._see(session)
        return signed

    async def of(self, account_id: str) -> list[SessionView]:
        """Give the sessions of an account that last, newest first."""
        owner = await self._insights.read(lambda c: people.by_id(c, account_id))
        found = await self._insights.read(lambda c: people.open_sessions(c, account_id))
        return [] if owner is None else [session for session in found if await self.holds(session, owner)]

    async def end(self, session_id: str, *, actor: str, account_id: str | None = None, own: bool = False) -> None:
        """End a session, of this account where one is named. ``own``: its person signs out.

        Raises Refused (404) where there is none, or it has ended.
        """
        await self._write(_End(session_id=session_id, account_id=account_id, own=own, actor=actor))
        self.forget()

    async def sign_out(self, signed: Signed) -> None:
        """End a person's own session."""
        with contextlib.suppress(Refused):  # it has ended meanwhile: the person is signed out all the same
            await self.end(signed.session_id, actor=signed.caller.actor, account_id=signed.caller.id, own=True)

    def forget(self) -> None:
        """Read every session anew."""
        self._changes += 1
        self._known.clear()

    async def holds(self, session: SessionView, account: AccountView) -> bool:
        """Tell whether a session lasts, and both rows are as the gateway made them."""
        now = self._clock()
        if session.ended_at is not None or now >= session.ends_at or now - session.seen_at >= IDLE:
            return False
        if account.disabled_at is not None or session.began_at < account.changed_at:
            return False
        return await self._genuine(session, account)

    async def _genuine(self, session: SessionView, account: AccountView) -> bool:
        if self._good(session, account):
            return True
        self._keys.follow(await self._insights.read(facts_of))  # another node may have changed the secret since
        if self._good(session, account):
            return True
        if session.id not in self._told and not SESSION.is_good(asdict(session), self._keys.all):  # else the secret was rotated: it ended
            self._told.add(session.id)
            log.error("account_forged", account=account.id, session=session.id)
        return False

    def _good(self, session: SessionView, account: AccountView) -> bool:
        trusted = self._keys.trusted
        return SESSION.is_good(asdict(session), trusted) and ACCOUNT.is_good(asdict(account), trusted)

    async def _see(self, session: SessionView) -> None:
        now = self._clock() // _SEEN_EVERY * _SEEN_EVERY
        if now > session.seen_at:
            with contextlib.suppress(JournalUnavailable):  # it is seen again with the next request
                await self._write(_See(session_id=session.id, at=now))


def csrf_of(token: str) -> str:
    """Give the text for the forms of whoever has this token. It tells nothing of the token, and nobody else can make it."""
    return hashlib.blake2b(key=token.encode(), digest_size=24, person=b"gateway form").hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Begin(Change[None]):
    account: AccountView
    step: int | None
    token: str = field(repr=False)
    keys: HmacKeys

    def decide(self, draft: Draft) -> None:
        was = accounts.by_id(draft, self.account.id)
        if was is None or was.mac != self.account.mac or was.disabled_at is not None:  # the MAC holds all that was proven
            raise not_signed_in()
        if was.totp is not None or was.role in WITH_CODE:
            if self.step is None or (was.totp_step is not None and self.step <= was.totp_step):
                raise not_signed_in()
            accounts.change(draft, was, {"totp_step": self.step})
        self.keys.settle(draft)
        accounts.forget(draft, was.id)
        began = max(draft.now, was.changed_at)  # another node's clock may be ahead
        session = SessionView(
            id=new_id(), account=was.id, token=self.token, began_at=began, ends_at=began + LONGEST, ended_at=None, mac="", seen_at=began
        )
        session = replace(session, mac=SESSION.by(asdict(session), self.keys.first))
        accounts.begin(draft, session)
        details = {"account": was.id, "session": session.id, "role": was.role}
        draft.audit(Entry(event="signed_in", actor=f"user:{was.login}", details=details))


@dataclass(frozen=True, slots=True, kw_only=True)
class _End(Change[None]):
    session_id: str
    account_id: str | None
    own: bool
    actor: str

    def decide(self, draft: Draft) -> None:
        session = accounts.open_session(draft, self.session_id)
        if session is None or self.account_id not in (None, session.account):
            raise Refused("not-found", 404, texts.NO_SESSION)
        accounts.end(draft, session)
        details = {"account": session.account, "session": session.id}
        draft.audit(Entry(event="signed_out" if self.own else "session_ended", actor=self.actor, details=details))


@dataclass(frozen=True, slots=True, kw_only=True)
class _See(Change[None]):
    """A change that keeps when a session was last used. It gives no right, so it has no entry."""

    session_id: str
    at: int

    def decide(self, draft: Draft) -> None:
        accounts.see(draft, self.session_id, self.at)


def not_signed_in() -> Refused:
    """Give the one refusal of a sign-in, whatever was wrong."""
    return Refused("unauthorized", 401, texts.NOT_SIGNED_IN)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
