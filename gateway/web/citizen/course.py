"""The course of a case as one of its parties reads it: where it stands, who has it, what the party must do, what comes afterwards.

It is cut to what the service lets the party's roles see (:mod:`gateway.catalogue.parties.sees`): a step out of sight is neither shown nor
counted, and a return of such a step is not followed. Names are a surname and a star, and a department's words are masked.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from gateway.api.cases.texts import PLACES
from gateway.api.shapes.masking import masked_sentence
from gateway.cases.answering.asked import ask_of
from gateway.catalogue.parties.named import roles_of, said_of
from gateway.catalogue.parties.sees import CaseFor, StepSeen, case_for, sees
from gateway.catalogue.share import context
from gateway.journal.store.views import CaseView, Event
from gateway.model import JsonView
from gateway.model.application import APPLICATION_ENDED, ApplicationState, EndReason
from gateway.model.delivery import DeliveryState
from gateway.model.identifiers import mask_name
from gateway.model.service import Service, Text
from gateway.texts.json_schema import Schema, SchemaFields
from gateway.texts.sentences import TextOf, joined, listed, name
from gateway.web import texts as shared
from gateway.web.citizen import texts
from gateway.web.citizen.samples import WITHIN, title_of
from gateway.web.times import day, weekday

S = DeliveryState

#: A step in each state as it is read: its glyph, and what is said of its department and of the day since when. In doubt and held are the
#: centre's to settle, and read so. One that was skipped is not shown.
READS: Final[Mapping[DeliveryState, tuple[str, TextOf[Text, Text]]]] = {
    S.WAITING: ("wait", texts.not_there_yet),
    S.READY: ("wait", texts.on_its_way),
    S.SENDING: ("wait", texts.on_its_way),
    S.DECIDING: ("run", texts.with_since),
    S.IN_DOUBT: ("run", texts.being_checked),
    S.HELD: ("run", texts.centre_deals),
    S.RETURNED: ("back", texts.returned_on),
    S.APPROVED: ("ok", texts.done_on),
    S.REJECTED: ("no", texts.refused_on),
    S.WITHDRAWN: ("skip", texts.taken_back_on),
}
#: A correction, as the audit calls it.
_CORRECTED: Final = "revision_filed"
#: The place of an item in a list. A department may say any number, and one too long is none.
_ITEM: Final = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """All that is known of a case when its course is told, ``roles`` being those of the party.

    ``departments`` are titles by name, ``away`` those that take nothing at the moment. ``personal`` is masked in departments' words.
    """

    view: CaseView
    definition: Service
    roles: Collection[str]
    form: JsonView = field(repr=False)
    events: Sequence[Event]
    departments: Mapping[str, Text]
    now: int
    away: Collection[str] = ()
    personal: Sequence[JsonView] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """One thing that happened, happens or will happen. ``glyph`` is a shape of the pages, ``words`` a department's own."""

    glyph: str
    title: Text
    said: Text
    words: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToCorrect:
    """A return by one department: its own words, and each place of the form with what is wrong there."""

    said: Text
    words: str | None = field(repr=False)
    places: Sequence[tuple[Text, str]] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """The page of a party. ``counted`` are the steps that are done and all, where the party sees them all and it was not voided."""

    service: Text
    number: str
    who: Sequence[tuple[Text, str]] = field(repr=False)  # roles, and the masked name in them
    glyph: str
    state: Text
    ended: bool
    counted: tuple[int, int] | None
    due: Text | None
    late: bool
    corrections: Sequence[ToCorrect]
    answerable: bool  # by this party, on the phone
    for_others: bool  # something that is asked is not in the party's sight
    before: Text | None  # the day by which a correction is best made
    stations: Sequence[Station]
    next: Text | None


def course(followed: Followed) -> Course:
    """Tell the course of a case."""
    seen = case_for(
        followed.definition, followed.roles, form=followed.form, deliveries=followed.view.deliveries, outcomes=followed.view.outcomes
    )
    steps = [step for step in seen.steps if step.state is not S.SKIPPED]
    case, since = followed.view.application, _since(followed)
    asked = ask_of(
        case,
        followed.view.deliveries,
        followed.view.outcomes,
        definition=followed.definition,
        form=followed.form,
        seen=sees(followed.definition, followed.roles),
    )
    glyph, state = _state(followed, steps)
    ended = case.state in APPLICATION_ENDED
    due = None if ended or case.due_at is None else weekday(case.due_at)
    late = due is not None and case.due_at is not None and case.due_at < followed.now
    corrections = [_correction(followed, step, since[step.step]) for step in steps if step.state is S.RETURNED]
    return Course(
        service=followed.definition.title,
        number=case.number,
        who=_who(followed),
        glyph=glyph,
        state=state,
        ended=ended,
        counted=_counted(steps) if steps and not seen.others and not _voided(followed) else None,
        due=due,
        late=late,
        corrections=corrections,
        answerable=bool(asked.fields),
        for_others=bool(asked.elsewhere),
        before=None if late else due,
        stations=[*_begun(followed, seen), *(_station(followed, step, since[step.step]) for step in steps)],
        next=_next(followed, steps),
    )


def _counted(steps: Collection[StepSeen]) -> tuple[int, int]:
    return sum(step.state in (S.APPROVED, S.REJECTED) for step in steps), len(steps)


def _since(followed: Followed) -> dict[str, int]:
    """Give since when each step has been where it is: the last move that an event tells of."""
    at = {step: delivery.updated_at for step, delivery in followed.view.deliveries.items()}
    for event in followed.events:
        at |= {step: event.at for step, _, _ in (event.details.get("moves") or {}).values()}
    return at


def _voided(followed: Followed) -> bool:
    return followed.view.application.end_reason is EndReason.VOIDED


def _state(followed: Followed, steps: Collection[StepSeen]) -> tuple[str, Text]:
    """Say where it stands. A return of what the party does not see leaves it under way."""
    case = followed.view.application
    match case.state:
        case ApplicationState.APPROVED:
            return "ok", texts.DONE
        case ApplicationState.REJECTED:
            return "no", texts.NOT_APPROVED
        case ApplicationState.WITHDRAWN:
            return "skip", texts.VOIDED if _voided(followed) else texts.TAKEN_BACK
    if case.withdrawal_asked:
        return "run", texts.TAKING_BACK
    returned = any(step.state is S.RETURNED for step in steps)
    return ("back", texts.TO_CORRECT) if returned else ("run", texts.UNDER_WAY)


def _next(followed: Followed, steps: Collection[StepSeen]) -> Text | None:
    """Say what comes once it has ended, or will."""
    match followed.view.application.state:
        case ApplicationState.REJECTED:
            return texts.NOT_APPROVED_NEXT
        case ApplicationState.WITHDRAWN:
            return texts.VOIDED_NEXT if _voided(followed) else texts.TAKEN_BACK_NEXT
        case ApplicationState.APPROVED if any(step.state is S.REJECTED for step in steps):
            after = followed.definition.afterwards
            return texts.SOME_NOT_APPROVED if after is None else joined(texts.SOME_NOT_APPROVED, name(" "), after)
    return followed.definition.afterwards


def _begun(followed: Followed, seen: CaseFor) -> Iterator[Station]:
    """Tell of the receipt, and of each correction that moved a step in sight: another would tell of one that is out of sight."""
    case = followed.view.application
    at = case.received_at if case.handed_in_at is None else case.handed_in_at  # what was entered late came to the centre on that day
    yield Station(glyph="ok", title=shared.RECEIVED, said=texts.received_on(day(at)))
    for event in followed.events:
        if event.event == _CORRECTED and (not seen.others or _moved(event) & {step.step for step in seen.steps}):
            yield Station(glyph="ok", title=texts.CORRECTION, said=texts.corrected_on(day(event.at)))


def _moved(event: Event) -> set[str]:
    return {step for step, _, _ in (event.details.get("moves") or {}).values()}


def _station(followed: Followed, step: StepSeen, since: int) -> Station:
    glyph, said = READS[step.state]
    if step.state in (S.READY, S.SENDING) and step.department in followed.away:
        said = texts.goes_later
    if step.state is S.WITHDRAWN and _voided(followed):
        said = texts.not_handed_over
    return Station(
        glyph=glyph,
        title=followed.definition.step(step.step).title,
        said=said(_title(followed, step), day(since)),
        words=_words(followed, step) if step.state is S.REJECTED else None,
    )


def _title(followed: Followed, step: StepSeen) -> Text:
    """Give the department's title, or its name where it is installed no more."""
    return followed.departments.get(step.department, name(step.department))


def _correction(followed: Followed, step: StepSeen, since: int) -> ToCorrect:
    outcome = step.outcome or {}
    fields: Iterable[Mapping[str, str]] = [one for one in outcome.get("fields") or () if one["pointer"]]
    whole = outcome.get("reason")  # which many departments repeat at each field
    return ToCorrect(
        said=texts.returned_on(_title(followed, step), day(since)),
        words=_words(followed, step),
        places=[
            (
                place_of(followed.definition, one["pointer"]),
                (one["message"] != whole and masked_sentence(one["message"], followed.personal)) or "",
            )
            for one in fields
        ],
    )


def _words(followed: Followed, step: StepSeen) -> str | None:
    """Give the department's own words, masked as operators see them: whoever finds the receipt reads them."""
    return masked_sentence((step.outcome or {}).get("reason"), followed.personal)


def place_of(definition: Service, pointer: str) -> Text:
    """Say where in the form that is, by the titles that lead there."""
    first, *parts = (part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:])
    if first in PLACES:
        return PLACES[first]
    form = SchemaFields(definition.form)
    schema: Schema | None = form.root
    titles = []
    for part in parts:
        below = None if schema is None else form.at_name(schema, part)
        schema = below if below is not None or schema is None else form.at_item(schema)
        titles.append(name(str(int(part) + 1)) if below is None and _ITEM.fullmatch(part) else title_of(form, schema or {}, part))
    return Text(zh=WITHIN.join(one.zh for one in titles), en=WITHIN.join(one.en for one in titles))


def _who(followed: Followed) -> list[tuple[Text, str]]:
    """Give the party's surname, with the roles in which it is named so."""
    ctx = context(followed.form.get("applicant") or {}, followed.form.get("data") or {}, {})
    titles: dict[str, list[Text]] = {}
    for party in roles_of(followed.definition):
        said = said_of(party, ctx) if party.role in followed.roles else None
        if said is not None and said.name:
            titles.setdefault(said.name, []).append(party.title)
    return [(listed(several), _surname(whole)) for whole, several in titles.items()]


def _surname(whole: str) -> str:
    """Give the surname and one star, which does not say how long the rest is."""
    shown = mask_name(whole).rstrip("*")
    return f"{shown}*"
