"""Tests that a department is sent the whole request, unchanged, and nothing of another call."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

import pytest
from pydantic import BaseModel

from gateway.model.outcome import Accepted, Approved, Found
from gateway.sdk.conformance import texts
from gateway.sdk.conformance.check import check
from gateway.sdk.conformance.checks.deciding import parsed
from gateway.sdk.conformance.equipment import sent
from gateway.sdk.conformance.equipment.proxy import SeenRequest
from gateway.sdk.conformance.equipment.stage import Stage
from gateway.sdk.conformance.equipment.varied import named, varied, with_value
from gateway.sdk.conformance.sample import Place, leaves
from gateway.sdk.conformance.subject import Subject
from gateway.sdk.department import Callback, Pending, Request
from gateway.sdk.sandbox import CHINA

T = TypeVar("T")

_OF_EACH = 10
#: The time zones furthest apart. A day that is right in both is right everywhere (POSIX counts west of Greenwich).
_ZONES = ("EAST-14", "WEST+11")
#: Amounts that a binary fraction or a rounding changes, whether they are sent in yuan or in fen.
_AMOUNTS = ("83512.29", "1021.29", "64.15")
#: Characters that every department's system can write (GB 2312).
_LONG = (
    "天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏闰余成岁律吕调阳云腾致雨露结为霜金生丽水玉出昆冈剑号巨阙珠称夜光果珍李柰菜重芥姜"
    "海咸河淡鳞潜羽翔龙师火帝鸟官人皇始制文字乃服衣裳推位让国有虞陶唐"
)


class AskedChecks(Subject):
    """A request leaves as it was asked: each field of it, of this call alone, and unchanged."""

    @check("each")
    async def test_every_field_leaves(self, stage: Stage, operation: str) -> None:
        key, request = stage.key(), self.request(operation)
        cases = list(varied(request))
        bases = {id(one): one for one in (request, *(case.request for case in cases))}
        before = {number: await self._sent(stage, operation, one, key) for number, one in bases.items()}
        if not before[id(request)]:
            stage.wrong(texts.NOT_SENT)
        tried = [[await self._sent(stage, operation, other, key) for other in case.others] for case in cases]
        after = {number: await self._sent(stage, operation, one, key) for number, one in bases.items()}
        if sent.chance(before[id(request)], after[id(request)]):
            pytest.skip("every_field_leaves: something in the body is encrypted or signed, so that its fields cannot be told apart")
        lasting = {
            number: sent.tokens(before[number]) & sent.tokens(after[number]) for number in bases
        }  # a value that is new in each call says nothing
        dropped = [
            case.place
            for case, others in zip(cases, tried, strict=True)
            if (left := [one for one in others if one]) and not any(lasting[id(case.request)] - sent.tokens(one) for one in left)
        ]
        if dropped:
            names = ", ".join(dropped)
            stage.wrong(texts.VALUES_NOT_SENT, places=names)

    @check("each")
    async def test_concurrent_calls_carry_their_own(self, stage: Stage, operation: str) -> None:
        second = self.sample(operation).another(self.operation(operation).request)
        if second is None:
            pytest.skip("concurrent_calls_carry_their_own: nobody in the sample can be exchanged (only_its_own_request_leaves says it)")
        requests = (self.request(operation), second)
        alone = [await self._sent(stage, operation, request, stage.key()) for request in requests]
        personal = [self.sample(operation).personal_in(request) for request in requests]
        own = [_often(personal[who] - personal[1 - who], alone[who]) for who in (0, 1)]
        if not own[0] or not own[1]:
            pytest.skip("concurrent_calls_carry_their_own: nothing that tells two applicants apart can be seen in what leaves")
        calls = [stage.call(operation) for _ in range(2 * _OF_EACH)]
        before = len(stage.proxy.seen)
        await asyncio.gather(*(stage.end(operation, call, request=requests[number % 2]) for number, call in enumerate(calls)))
        seen = stage.proxy.seen[before:]
        lacking = sum(_often(times, seen) != {value: _OF_EACH * often for value, often in times.items()} for times in own)
        strange = sum(bool(_often(own[1 - number % 2], _with_key(seen, call.key))) for number, call in enumerate(calls))
        if lacking or strange:
            stage.wrong(texts.VALUES_MIXED, calls=len(calls))

    @check("each")
    async def test_every_call_reaches_the_department(self, stage: Stage, operation: str) -> None:
        for _ in range(2):
            call, before = stage.call(operation), len(stage.proxy.seen)
            end = await stage.end(operation, call)
            if not stage.proxy.seen[before:]:
                stage.wrong(texts.REPEATED_QUESTION_NOT_SENT)
            effects = await stage.effects(call.key)
            if effects and getattr(end, "reference", None) not in {None, effects[0].reference}:
                stage.wrong(texts.CASE_OF_ANOTHER)

    @check("each")
    async def test_texts_leave_whole(self, stage: Stage, operation: str) -> None:
        request = self.request(operation)
        for place, value in leaves(request.model_dump(mode="json")):
            longer = (f"{value}{_LONG[:length]}" for length in (len(_LONG), 60, 30, 15))
            taken = [(text, one) for text in longer if isinstance(value, str) and (one := with_value(request, place, text)) is not None]
            for text, one in taken[:1]:
                left = sent.whole(await self._sent(stage, operation, one, stage.key()))
                if sent.stands(text[: len(value) + 3], left) and not sent.stands(text[-5:], left):
                    stage.wrong(texts.CUT_OFF, place=named(place))

    @check("each")
    async def test_dates_keep_their_day(self, stage: Stage, operation: str) -> None:
        request = self.request(operation)
        days = [(place, date.fromisoformat(value)) for place, value in leaves(request.model_dump(mode="json")) if _is_day(value)]
        for zone in _ZONES:
            with _zone(zone):
                told = await self._decided(stage, operation, request)
                for place, day in days:
                    if sent.is_moved(day, told.left) and await self._moves_too(stage, operation, place, day):
                        stage.wrong(texts.DAY_SENT_OTHERWISE, place=named(place))
                for name, value in told.values(date):
                    if sent.is_moved(_in_china(value), told.came):
                        stage.wrong(texts.DAY_READ_OTHERWISE, name=name)

    @check("each")
    async def test_amounts_keep_their_value(self, stage: Stage, operation: str) -> None:
        request = self.request(operation)
        places = [place for place, value in leaves(request.model_dump()) if isinstance(value, Decimal | float)]
        changed = [one for place in places for amount in _AMOUNTS if (one := with_value(request, place, amount)) is not None]
        for one in changed or [request]:
            told = await self._decided(stage, operation, one)
            for place, value in leaves(one.model_dump()):
                if isinstance(value, Decimal | float) and sent.is_inexact(Decimal(str(value)), told.left):
                    stage.wrong(texts.AMOUNT_SENT_OTHERWISE, place=named(place))
            for name, value in told.values(Decimal):
                if sent.is_inexact(value, told.came):
                    stage.wrong(texts.AMOUNT_READ_OTHERWISE, name=name)

    async def _sent(self, stage: Stage, operation: str, request: Request, key: str) -> list[SeenRequest]:
        """Give the requests that leave for one request of ours."""
        before = len(stage.proxy.seen)
        await stage.end(operation, stage.call(operation, key), request=request)
        return stage.proxy.seen[before:]

    async def _moves_too(self, stage: Stage, operation: str, place: Place, day: date) -> bool:
        """Tell whether another day in its place is moved as well, so that the shifted one does not stand there by chance."""
        other = day + timedelta(days=40)
        request = with_value(self.request(operation), place, other.isoformat())
        return request is None or sent.is_moved(other, _bodies(await self._sent(stage, operation, request, stage.key())))

    async def _decided(self, stage: Stage, operation: str, request: Request) -> _Told:
        """Submit or ask, have the case approved where it is decided later, and collect the decision in every way that there is."""
        adapter, call, before = stage.adapter, stage.call(operation), len(stage.proxy.seen)
        ends: list[Any] = [await stage.end(operation, call, request=request)]
        left, posted = _bodies(stage.proxy.seen[before:]), b""
        if isinstance(ends[0], Accepted) and await stage.effects(call.key):
            await stage.decide(call.key, "approved")
            pending = Pending(key=call.key, reference=ends[0].reference, operation=operation)
            if adapter.calls_back and (arrived := await stage.there(stage.backend.inbox.take())) is not None:
                posted = arrived[1]
                ends.append(parsed(adapter, arrived))
            if adapter.can_poll:
                polled = await stage.end_of(lambda: adapter.poll(stage.call(operation), [pending]))
                ends += polled.values() if isinstance(polled, Mapping) else ()
        if adapter.can_find and not self.operation(operation).read_only:
            ends.append(await stage.end_of(lambda: adapter.find(call, request)))
        outcomes = [end.outcome if isinstance(end, Callback | Found) else end for end in ends]
        came = b"\n".join([posted, *(one.reply.partition(b"\r\n\r\n")[2] for one in stage.proxy.seen[before:])])
        return _Told(tuple(one.output for one in outcomes if isinstance(one, Approved)), left, came)


@dataclass(frozen=True, slots=True)
class _Told:
    """The outputs of one case, with the bodies that left and came for it."""

    outputs: tuple[BaseModel, ...]
    left: bytes
    came: bytes

    def values(self, kind: type[T]) -> Iterator[tuple[str, T]]:
        """Give the values of a kind in the outputs, with their names."""
        for output in self.outputs:
            for place, value in leaves(output.model_dump()):
                if isinstance(value, kind):
                    yield named(place), value


def _bodies(seen: Iterable[SeenRequest]) -> bytes:
    """Give the addresses and bodies that left, without headers."""
    return b"\n".join(one.head.partition(b"\r\n")[0] + b"\n" + one.body for one in seen)


def _often(values: Iterable[str], seen: Sequence[SeenRequest]) -> dict[str, int]:
    """Count, for each value that left, the requests that hold it."""
    found = {value: sum(sent.stands(value, one.head + one.body) for one in seen) for value in values}
    return {value: often for value, often in found.items() if often}


def _with_key(seen: Iterable[SeenRequest], key: str) -> list[SeenRequest]:
    return [one for one in seen if key.encode() in one.head + one.body]


def _is_day(value: object) -> bool:
    try:
        return isinstance(value, str) and len(value) == 10 and bool(date.fromisoformat(value))
    except ValueError:
        return False


def _in_china(value: date) -> date:
    """Give the day of a moment by China's clocks, or a day as it is."""
    if not isinstance(value, datetime):
        return value
    return value.date() if value.tzinfo is None else value.astimezone(CHINA).date()


@contextlib.contextmanager
def _zone(name: str) -> Iterator[None]:
    """Move the process to another time zone."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = name
    time.tzset()
    try:
        yield
    finally:
        os.environ.pop("TZ")
        if before is not None:
            os.environ["TZ"] = before
        time.tzset()
