"""The digest of a day: what came and ended, how each department fared, what needs somebody now."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from gateway.api.figures.digest import digested, yesterday
from gateway.cases.rights import Act
from gateway.model import code_names
from gateway.web.console.digest import texts
from gateway.web.console.screens import View, screen
from gateway.web.console.words import word
from gateway.web.times import said_at

if TYPE_CHECKING:
    from gateway.api.figures.models import DepartmentDayShape, DigestShape
    from gateway.api.http.route import Asked
    from gateway.model.service import Text

_HOURS: Final = 24


async def show(asked: Asked) -> View:
    """Show the day that the address names, yesterday unless it does."""
    typed = asked.request.query.get("day", "")
    try:
        day = date.fromisoformat(typed) if typed else yesterday()
    except ValueError:
        return View(template="digest/digest.html", values=_values(await digested(asked, yesterday()), wrong=True), status=422)
    return View(template="digest/digest.html", values=_values(await digested(asked, day)))


def _values(found: DigestShape, *, wrong: bool = False) -> dict[str, object]:
    cases = found["cases"]
    ended = cases["approved"] + cases["rejected"] + cases["withdrawn"]
    return {
        "day": found["day"],
        "wrong": texts.DIGEST_NOT_A_DAY if wrong else None,
        "headline": texts.digest_of(found["day"], cases["received"], ended),
        "hours": texts.digest_hours(found["hours_counted"]) if found["hours_counted"] < _HOURS else None,
        "cases": _of_the_day(found),
        "now": _of_now(found),
        "departments": [_department(one) for one in found["departments"]],
        "endings": [
            (word(code_names.ENDING_KINDS, one["kind"]), one["of"], one["name"], said_at(one["until"])) for one in found["endings"]
        ],
    }


def _of_the_day(found: DigestShape) -> list[tuple[Text, object]]:
    cases = found["cases"]
    return [
        (texts.DIGEST_APPROVED, cases["approved"]),
        (texts.DIGEST_REJECTED, cases["rejected"]),
        (texts.DIGEST_WITHDRAWN, cases["withdrawn"]),
        (texts.DIGEST_ON_TIME, texts.on_time_of_promised(cases["on_time"], cases["promised"])),
    ]


def _of_now(found: DigestShape) -> list[tuple[Text, object]]:
    now, jobs = found["now"], found["jobs"]
    oldest = now["oldest_received_at"]
    return [
        (texts.DIGEST_OPEN, now["in_progress"]),
        (texts.DIGEST_RETURNED, now["returned"]),
        (texts.DIGEST_LATE, now["past_due"]),
        *([] if oldest is None else [(texts.DIGEST_OLDEST, said_at(oldest))]),
        (texts.DIGEST_HELD, now["held"]),
        (texts.DIGEST_DOUBT, now["in_doubt"]),
        (texts.DIGEST_JOBS, texts.begun_and_running(jobs["begun"], jobs["running"])),
        (texts.DIGEST_AUDIT, texts.DIGEST_SOUND if found["audit_problem"] is None else texts.DIGEST_BROKEN),
    ]


def _department(one: DepartmentDayShape) -> dict[str, object]:
    figures = one["figures"]
    slowest = figures["p95_seconds"]
    return {
        "name": one["department"],
        "title": one["title"],
        "counts": [figures["sent"] + figures["sent_again"], figures["failed"], figures["approved"], figures["rejected"]],
        "slowest": "–" if slowest is None else f"{slowest:.2f} s",
        "open": one["open"],
    }


PAGES: Final = (screen("/console/digest", show, act=Act.SEE_DIGEST, named="digestPage", summary="A day in figures"),)
