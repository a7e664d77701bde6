"""Departments on the console's first page: those that stopped, were paused or recover, as findings, and each as a tile with its queue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gateway.model import code_names
from gateway.model.delivery import DeliveryState
from gateway.texts.instants import microseconds
from gateway.texts.sentences import name
from gateway.web.console import ages
from gateway.web.console.attention import texts
from gateway.web.console.attention.findings import Issue
from gateway.web.console.repairs.deeds import Deed
from gateway.web.console.words import Tag, failure, word
from gateway.web.times import second

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gateway.api.operating.department_models import DepartmentShape
    from gateway.model.service import Text

S = DeliveryState

#: States of a queue by what a tile says first, with the words for the number.
_SAID: Final = (
    ((S.HELD,), texts.TILE_HELD, "held"),
    ((S.IN_DOUBT,), texts.TILE_DOUBT, "doubt"),
    ((S.READY, S.SENDING, S.WAITING), texts.TILE_WAITING, ""),
    ((S.DECIDING,), texts.TILE_DECIDING, ""),
)

#: The colour of each shape of a finding.
_COLOURS: Final = {"stop": "held", "run": "run", "pause": "wait"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One department: whether it works, and the number that matters most."""

    name: str
    title: Text
    tag: Tag
    edge: str
    number: int
    text: Text


def for_people(found: Sequence[DepartmentShape], now: int) -> list[Issue]:
    """Give the departments that a person has to see to: they refuse our credentials, or have no adapter."""
    return [_stopped(one, now) if one["adapter"] is not None else _lacking(one, now) for one in found if _is_for_people(one)]


def by_itself(found: Sequence[DepartmentShape], now: int) -> list[Issue]:
    """Give those that come back by themselves."""
    return [
        _down(one, now) for one in found if one["enabled"] and not one["paused"] and not _is_for_people(one) and one["breaker"] != "closed"
    ]


def paused(found: Sequence[DepartmentShape], now: int) -> list[Issue]:
    """Give those that a person paused: they take nothing until somebody resumes them."""
    return [_paused(one, now) for one in found if one["enabled"] and one["paused"]]


def tiles(found: Sequence[DepartmentShape]) -> list[Tile]:
    """Give a tile for each department that is in use."""
    return [_tile(one) for one in found if one["enabled"]]


def _is_for_people(one: DepartmentShape) -> bool:
    return one["enabled"] and not one["paused"] and (one["breaker"] == "stopped" or one["adapter"] is None)


def _stopped(one: DepartmentShape, now: int) -> Issue:
    reason = failure(one["problem"]) if one["problem"] else texts.UNKNOWN_REASON
    return _finding(one, now, Tag("stop", texts.STOPPED), texts.stopped_why(reason), texts.stopped_next(_probe(one, now)))


def _lacking(one: DepartmentShape, now: int) -> Issue:
    why = name(one["problem"]) if one["problem"] else texts.UNKNOWN_REASON
    return _finding(one, now, Tag("stop", texts.NO_ADAPTER), why, texts.NO_ADAPTER_NEXT)


def _down(one: DepartmentShape, now: int) -> Issue:
    reason = failure(one["problem"]) if one["problem"] else texts.UNKNOWN_REASON
    since = microseconds(one["since"] or "")
    why = texts.down_why(second(since if since is not None else now), reason)
    return _finding(one, now, Tag("run", texts.DOWN), why, texts.down_next(_probe(one, now)))


def _paused(one: DepartmentShape, now: int) -> Issue:
    since = microseconds(one["paused_since"] or "")
    act = next((act for act in one["acts"] if act["act"] == "paused"), None)
    who = (act["name"] or act["actor"] if act else None) or texts.SOMEBODY.zh
    reason = (act["reason"] if act else None) or ""
    why = texts.paused_why(second(since if since is not None else now), who, reason)
    return _finding(one, now, Tag("pause", texts.PAUSED), why, texts.PAUSED_NEXT)


def _probe(one: DepartmentShape, now: int) -> Text:
    at = microseconds(one["probe_at"] or "")
    return texts.AT_ONCE if at is None or at <= now else texts.at_time(second(at))


def _finding(one: DepartmentShape, now: int, what: Tag, why: Text, following: Text) -> Issue:
    waiting = sum(one["open"].get(state, 0) for state in (S.READY, S.SENDING, S.IN_DOUBT))
    oldest = microseconds(one["oldest_open_at"] or "")
    facts = texts.queue_waits(waiting, ages.age(oldest, now)) if waiting and oldest is not None else texts.QUEUE_EMPTY
    path = f"/console/departments/{one['name']}"
    return Issue(
        row=f"department-{one['name']}",
        since=microseconds(one["since"] or "") or now,
        shape=what.shape,
        colour=_COLOURS[what.shape],
        title=texts.department_is(one["title"], what.text),
        href=path,
        facts=[facts],
        why=why,
        next=following,
        deed=Deed(path, texts.SEE_DEPARTMENT),
    )


def _tile(one: DepartmentShape) -> Tile:
    number, text, edge = _number(one["open"])
    tag = _standing(one)
    return Tile(
        name=one["name"],
        title=one["title"],
        tag=tag,
        edge={"stop": "held", "run": "back"}.get(tag.shape, edge),
        number=number,
        text=text,
    )


def _standing(one: DepartmentShape) -> Tag:
    if one["paused"]:
        return Tag("pause", texts.PAUSED_TILE)
    if one["adapter"] is None:
        return Tag("stop", texts.NO_ADAPTER_TILE)
    if one["breaker"] != "closed":
        return Tag("stop", texts.TILE_STOPPED) if one["breaker"] == "stopped" else Tag("run", texts.TILE_PROBED)
    if one["availability"]["state"] != "open":
        return Tag("wait", word(code_names.AVAILABILITY, one["availability"]["state"]))
    return Tag("ok", texts.TILE_WORKS)


def _number(queue: Mapping[DeliveryState, int]) -> tuple[int, Text, str]:
    """Give the number of a queue that matters most, with its words and the colour of the tile's edge."""
    for states, text, edge in _SAID:
        if number := sum(queue.get(state, 0) for state in states):
            return number, text, edge
    return 0, texts.TILE_NOTHING, ""
