"""Explanations for a department that takes no work now, for its deliveries and for the department itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.departments.breaker import STOPPED, probed_every
from gateway.departments.openings import Shut
from gateway.operations.explain import texts
from gateway.operations.explain.known import Known, WhyAndNext, act, clock, so_far, taken
from gateway.texts.sentences import joined

if TYPE_CHECKING:
    from gateway.departments.openings import Opening
    from gateway.model.service import Text


def why_shut(title: Text, opening: Opening) -> Text:
    """Explain why the department takes no work now."""
    if opening.missing is not None:
        return texts.no_calendar(title, opening.missing)
    until = clock(opening.until) if opening.until is not None else "-"
    return (texts.maintained if opening.shut is Shut.MAINTENANCE else texts.outside_hours)(title, until)


def why_used_up(title: Text, quota: int, until: int) -> Text:
    """Explain that today's quota of a department is used up."""
    return texts.used_up_until(title, quota, clock(until))


def paused(known: Known, since: int) -> WhyAndNext:
    """Explain that due work waits until the department is resumed, while callbacks from the department are still taken."""
    why, following = texts.paused(known.title, clock(since)), texts.when_resumed(act(known))
    return joined(so_far(known), why), joined(taken(known), following)


def shut(known: Known, opening: Opening) -> WhyAndNext:
    """Explain that due work waits for the department to open, which costs no attempt and is no failure."""
    if opening.shut is Shut.UNKNOWN:
        following = texts.when_calendar_is_there(act(known))
    elif opening.until is None:
        following = texts.when_it_opens(act(known))
    else:
        following = texts.from_opening_on(act(known), clock(max(known.delivery.due_at or 0, opening.until)))
    return joined(so_far(known), why_shut(known.title, opening)), joined(taken(known), following)


def no_adapter(known: Known) -> WhyAndNext:
    """Explain that the queue of a department without an adapter stays, and that nothing is begun."""
    return joined(so_far(known), texts.no_adapter(known.title)), texts.when_adapter_is_there(act(known))


def down(known: Known) -> WhyAndNext:
    """Explain that a department that is down, or refuses our credentials, is probed with single calls, beginning with what is due first."""
    standing = known.standing
    stopped = standing.breaker == STOPPED
    why = (texts.credentials_refused if stopped else texts.unavailable)(known.title, clock(standing.since), standing.problem or "-")
    probe = standing.probe_at
    then = texts.AT_ANY_MOMENT if probe is None or probe <= known.now else texts.at(clock(probe))
    every = f"{probed_every(known.config.breaker, standing.breaker):g}" if known.config else "-"
    following = texts.probed_again(then, every, act(known))
    if stopped:
        following = joined(following, texts.MEND_CREDENTIALS)
    return joined(so_far(known), why), joined(taken(known), following)
