"""Suspensions of services: nothing new is taken of one meanwhile, and what is under way goes on.

Whoever runs the centre says so, with a public notice, from now on or ahead, until a time or until further notice. Several of one service
may overlap: it takes applications again when the last of them is over. They are kept in the journal, hold on this node at once and on the
others as soon as they read the rows again, and end by the clock.

A late entry (补录) of what was handed in before the suspension began is taken: the applicant came in time, and it is no fault of theirs
that systems were down.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import structlog

from gateway.cases.caller import Caller
from gateway.cases.suspending import texts
from gateway.catalogue.catalogue import Catalogue
from gateway.journal.audit.hash_chain import Entry
from gateway.journal.keys.said_by_nodes import unaware_of_suspensions
from gateway.journal.queues import services as kept
from gateway.journal.queues.following import follow
from gateway.journal.read.reasons import keep_suspension_reason
from gateway.journal.store.database import Engine
from gateway.journal.store.views import Suspension
from gateway.journal.writer.draft import Change, Draft
from gateway.journal.writer.journal import Journal
from gateway.model import Details
from gateway.model.errors import Located
from gateway.model.identifiers import CHINA, new_id
from gateway.texts.refusals import Language, Refused, conflict, in_language

log = structlog.get_logger()

#: Microseconds ahead of now that a suspension may begin or end at most.
_FARTHEST: Final = 5 * 366 * 24 * 60 * 60 * 1_000_000


class ServiceSuspended(Refused):
    """The refusal of a new application of a suspended service, with the suspension."""

    def __init__(self, suspension: Suspension, now: int) -> None:
        until, notice = suspension.until, suspension.notice
        said = texts.suspended_openly(notice) if until is None else texts.suspended_until(_written(until), notice)
        super().__init__("service-suspended", 409, said, retry_after=None if until is None else (until - now) / 1_000_000)
        self.suspension = suspension


def _written(at: int) -> str:
    return f"{datetime.fromtimestamp(at // 1_000_000, CHINA):%Y-%m-%d %H:%M}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSuspension:
    """A suspension that is wanted: of which service, from when (None: now) until when (None: further notice), and its notice."""

    service: str
    notice_zh: str
    notice_en: str | None = None
    since: int | None = None
    until: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Suspend(Change[Suspension]):
    """A change that suspends a service. The same said twice, as by a form that is sent twice, is one suspension."""

    wanted: NewSuspension
    reason: str
    caller: Caller

    def decide(self, draft: Draft) -> Suspension:
        if older := unaware_of_suspensions(draft.connection):
            raise conflict(texts.unaware(", ".join(older)))
        said, now = self.wanted, draft.now
        for one in kept.suspensions(draft):
            same = (one.service, one.until, one.notice_zh, one.notice_en) == (said.service, said.until, said.notice_zh, said.notice_en)
            if same and not one.is_over(now) and (one.since == said.since or (said.since is None and one.since <= now)):
                return one
        made = Suspension(
            id=new_id(),
            service=said.service,
            since=now if said.since is None else said.since,
            until=said.until,
            notice_zh=said.notice_zh,
            notice_en=said.notice_en,
            version=1,
        )
        details = _keep(draft, made, None, act="suspended", reason=self.reason, actor=self.caller.actor)
        draft.audit(Entry(event="service_suspended", actor=self.caller.actor, details=details))
        return made


@dataclass(frozen=True, slots=True, kw_only=True)
class _End(Change[list[Suspension]]):
    """A change that gives suspensions of a service another end: ``until``, or now where ``resumed``.

    ``only`` names one of them. None: all that are in force.
    """

    service: str | None
    only: str | None
    reason: str
    caller: Caller
    until: int | None = None
    resumed: bool = False

    def decide(self, draft: Draft) -> list[Suspension]:
        now, changed = draft.now, []
        for one in kept.suspensions(draft):
            if self.service not in (None, one.service) or one.is_over(now):
                continue
            if one.id != self.only if self.only is not None else not one.covers(now):
                continue
            until = now if self.resumed else self.until
            ended = replace(one, until=until, version=one.version + 1)
            if ended.until == one.until:
                changed.append(one)
                continue
            event = "service_resumed" if self.resumed else "suspension_changed"
            act = "resumed" if self.resumed else "end_changed"
            details = _keep(draft, ended, one, act=act, reason=self.reason, actor=self.caller.actor)
            draft.audit(Entry(event=event, actor=self.caller.actor, details=details))
            changed.append(ended)
        return changed


def _keep(draft: Draft, now: Suspension, was: Suspension | None, *, act: str, reason: str, actor: str) -> Details:
    """Keep a suspension and why, and give what the entry says of it."""
    kept.keep_suspension(draft, now, was=was)
    keep_suspension_reason(draft, reason, act=act, actor=actor, suspension=now.id, version=now.version)
    details: Details = {"service": now.service, "suspension": now.id, "since": now.since, "until": now.until}
    if was is not None:
        details["was"] = {"until": was.until}
    return details


class Suspensions:
    """The suspensions as this node knows them, in memory."""

    def __init__(self, journal: Journal, catalogue: Catalogue) -> None:
        """Take the journal to write to, whose clock counts, and the services that there are."""
        self._journal = journal
        self._catalogue = catalogue
        self._known: dict[str, Suspension] = {}
        self._left: Sequence[Suspension] = ()  # those that were not over when something last changed
        self._writing = asyncio.Lock()  # so that the same said twice is seen to be the same

    def clock(self) -> int:
        """Give the time by which they begin and end (microseconds)."""
        return self._journal.now()

    # -- looking
    def now(self, code: str) -> Suspension | None:
        """Give the suspension that holds of a service now, None where it takes applications.

        Of several it is the one that began last, whose notice is the newest word: since the first of them began, and until the time
        from which none holds any more.
        """
        return self._at(code, self._journal.now())

    def all(self) -> dict[str, Suspension]:
        """Give the same for every service that is suspended now, by its code. It need not be in the catalogue."""
        found = {code: self.now(code) for code in sorted({one.service for one in self._left})}
        return {code: one for code, one in found.items() if one is not None}

    def kept(self) -> list[Suspension]:
        """Give every single one that is in force or planned, by service and in the order in which they begin."""
        now = self._journal.now()
        return sorted((one for one in self._left if not one.is_over(now)), key=lambda one: (one.service, one.since, one.id))

    def holds(self, one: Suspension) -> bool:
        """Tell whether this one is in force, and not only planned."""
        return one.covers(self._journal.now())

    def refusal(self, code: str, handed_in_at: int | None = None) -> ServiceSuspended | None:
        """Give the refusal of a new application, None where it may be taken. ``handed_in_at`` is that of a late entry."""
        now = self._journal.now()
        found = self._at(code, now)
        if found is None or (handed_in_at is not None and self._at(code, handed_in_at) is None):
            return None
        return ServiceSuspended(found, now)

    def _at(self, code: str, moment: int) -> Suspension | None:
        of_service = [one for one in self._left if one.service == code]
        holding = [one for one in of_service if one.covers(moment)]
        if not holding:
            return None
        until: int | None = moment
        while until is not None and (further := [one.until for one in of_service if one.covers(until)]):
            until = None if None in further else max(one for one in further if one is not None)
        return replace(max(holding, key=lambda one: (one.since, one.id)), since=min(one.since for one in holding), until=until)

    def wrong_times(self, since: int | None, until: int | None, language: Language) -> list[Located]:
        """Give what is wrong with the times of a new one, under ``/since`` and ``/until``."""
        now = self._journal.now()
        wrong = texts.SINCE_PAST if since is not None and since < now else None
        if since is not None and since > now + _FARTHEST:
            wrong = texts.TOO_FAR
        begins = [] if wrong is None else [Located("/since", in_language(wrong, language))]
        return begins + self.wrong_end(until, now if since is None else since, language)

    def wrong_end(self, until: int | None, since: int, language: Language) -> list[Located]:
        """Give what is wrong with the end of one that begins at ``since``, under ``/until``."""
        now = self._journal.now()
        if until is None or max(now, since) < until <= now + _FARTHEST:
            return []
        wrong = texts.UNTIL_PAST if until <= now else texts.UNTIL_BEFORE if until <= since else texts.TOO_FAR
        return [Located("/until", in_language(wrong, language))]

    # -- saying
    async def suspend(self, wanted: NewSuspension, *, reason: str, caller: Caller, language: Language) -> Suspension:
        """Suspend a service. Raises Refused: 404, 422 for times that cannot be, 409 while an older node runs. Raises JournalUnavailable."""
        if wanted.service not in self._catalogue.services:
            raise Refused("not-found", 404, texts.NO_SERVICE)
        _refuse(self.wrong_times(wanted.since, wanted.until, language))
        async with self._writing:
            made = await self._journal.write(_Suspend(wanted=wanted, reason=reason, caller=caller))
        self.refresh([made], actor=caller.actor)
        return made

    async def change_end(self, one_id: str, until: int | None, *, reason: str, caller: Caller, language: Language) -> Suspension:
        """Give one another end, None for further notice. Raises Refused: 404, 422 for a time that cannot be. Raises JournalUnavailable."""
        found = next((one for one in self.kept() if one.id == one_id), None)
        if found is None:
            raise Refused("not-found", 404, texts.NO_SUSPENSION)
        _refuse(self.wrong_end(until, found.since, language))
        ended = await self._journal.write(_End(service=None, only=one_id, until=until, reason=reason, caller=caller))
        if not ended:
            raise Refused("not-found", 404, texts.NO_SUSPENSION)
        self.refresh(ended, actor=caller.actor)
        return ended[0]

    async def resume(self, code: str, *, only: str | None = None, reason: str, caller: Caller) -> list[Suspension]:
        """End all that hold of a service now, or ``only`` that one, which may be planned and then never begins.

        Raises Refused: 404 where there is no such one, 409 where the service is not suspended. Raises JournalUnavailable.
        """
        if code not in self._catalogue.services and not any(one.service == code for one in self._left):
            raise Refused("not-found", 404, texts.NO_SERVICE)
        ended = await self._journal.write(_End(service=code, only=only, resumed=True, reason=reason, caller=caller))
        if not ended:
            raise conflict(texts.NOT_SUSPENDED) if only is None else Refused("not-found", 404, texts.NO_SUSPENSION)
        self.refresh(ended, actor=caller.actor)
        return ended

    # -- hearing
    def refresh(self, rows: Iterable[Suspension], actor: str | None = None) -> None:
        """Take what the journal says, on the event loop. A row no newer than that which is known changes nothing.

        ``actor`` is who told this node. What another node was told is logged there under its own actor.
        """
        now = self._journal.now()
        for row in rows:
            before = self._known.get(row.id)
            if before is not None and before.version >= row.version:
                continue
            self._known[row.id] = row
            if not row.is_over(now):
                log.warning("service_suspended", service=row.service, since=row.since, until=row.until, actor=actor)
            elif before is not None:
                log.warning("service_resumed", service=row.service, actor=actor)
        self._left = [one for one in self._known.values() if not one.is_over(now)]

    async def read(self, engine: Engine) -> None:
        """Take all that the journal holds."""
        self.refresh(await asyncio.to_thread(kept.read_suspensions, engine))

    async def follow(self, engine: Engine) -> None:
        """Read the journal about once a second for what other nodes were told. Never returns."""
        await follow(lambda: self.read(engine), "services' suspensions")


def _refuse(errors: Sequence[Located]) -> None:
    """Raise Refused (422) where something is wrong."""
    if errors:
        raise Refused("validation", 422, texts.WRONG_TIMES, errors=errors)
