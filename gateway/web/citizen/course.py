"""The course of a case as one of its parties reads it: where it stands, who has it, what the party must do, what comes afterwards.

It is cut to what the service lets the party's roles see (:mod:`gateway.catalogue.parties.sees`): a step out of sight is neither shown nor
counted, and a return of such a step is not told. Names are a surname and a star, and a department's words are masked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from gateway.api.cases.texts import PLACES
from gateway.api.shapes.masking import masked_sentence
from gateway.catalogue.parties.named import roles_of, said_of
from gateway.catalogue.parties.sees import StepSeen, case_for
from gateway.catalogue.share import context
from gateway.journal.store.views import CaseView, Event
from gateway.model import JsonView
from gateway.model.application import APPLICATION_ENDED, ApplicationState
from gateway.model.delivery import DeliveryState
from gateway.model.identifiers import mask_name
from gateway.model.service import Service, Text
from gateway.texts.json_schema import Schema, SchemaFields
from gateway.texts.sentences import TextOf, joined, listed, name
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
#: What happened to a case, by the audit's names.
_CORRECTED: Final = "revision_filed"
_VOIDED: Final = "application_voided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
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
class Stage:
    """One thing that happened, happens or will happen. ``glyph`` is a shape of the pages, ``words`` a department's own."""

    glyph: str
    title: Text
    said: Text
    words: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What one department wants corrected: in its own words, and each place of the form with what is wrong there."""

    said: Text
    words: str | None = field(repr=False)
    places: Sequence[tuple[Text, str]] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """The page of a party. ``counted`` are the steps that are done and all, where the party sees them all."""

    service: Text
    number: str
    who: Sequence[tuple[Text, str]] = field(repr=False)  # roles, and the masked name in them
    glyph: str
    state: Text
    ended: bool
    counted: tuple[int, int] | None
    due: Text | None
    late: bool
    corrections: Sequence[Correction]
    before: Text | None  # the day by which a correction is best made
    stages: Sequence[Stage]
    next: Text | None


def course(told: Told) -> Course:
    """Tell the course of a case."""
    seen = case_for(told.definition, told.roles, form=told.form, deliveries=told.view.deliveries, outcomes=told.view.outcomes)
    steps = [step for step in seen.steps if step.state is not S.SKIPPED]
    case, since = told.view.application, _since(told)
    glyph, state = _state(told, steps)
    ended = case.state in APPLICATION_ENDED
    due = None if ended or case.due_at is None else weekday(case.due_at)
    late = due is not None and case.due_at is not None and case.due_at < told.now
    corrections = [_correction(told, step, since[step.step]) for step in steps if step.state is S.RETURNED]
    return Course(
        service=told.definition.title,
        number=case.number,
        who=_who(told),
        glyph=glyph,
        state=state,
        ended=ended,
        counted=_counted(steps) if steps and not seen.others else None,
        due=due,
        late=late,
        corrections=corrections,
        before=None if late else due,
        stages=[*_begun(told), *(_stage(told, step, since[step.step]) for step in steps)],
        next=_next(told, steps),
    )


def _counted(steps: Collection[StepSeen]) -> tuple[int, int]:
    return sum(step.state in (S.APPROVED, S.REJECTED, S.WITHDRAWN) for step in steps), len(steps)


def _since(told: Told) -> dict[str, int]:
    """Give since when each step has been where it is: the last move that an event tells of."""
    at = {step: delivery.updated_at for step, delivery in told.view.deliveries.items()}
    for event in told.events:
        at |= {step: event.at for step, _, _ in (event.details.get("moves") or {}).values()}
    return at


def _voided(told: Told) -> bool:
    return any(event.event == _VOIDED for event in told.events)


def _state(told: Told, steps: Collection[StepSeen]) -> tuple[str, Text]:
    """Say where it stands. A return of what the party does not see leaves it under way."""
    case = told.view.application
    match case.state:
        case ApplicationState.APPROVED:
            return "ok", texts.DONE
        case ApplicationState.REJECTED:
            return "no", texts.NOT_APPROVED
        case ApplicationState.WITHDRAWN:
            return "skip", texts.VOIDED if _voided(told) else texts.TAKEN_BACK
    if case.withdrawal_asked:
        return "run", texts.TAKING_BACK
    returned = any(step.state is S.RETURNED for step in steps)
    return ("back", texts.TO_CORRECT) if returned else ("run", texts.UNDER_WAY)


def _next(told: Told, steps: Collection[StepSeen]) -> Text | None:
    """Say what comes once it has ended, or will."""
    match told.view.application.state:
        case ApplicationState.REJECTED:
            return texts.NOT_APPROVED_NEXT
        case ApplicationState.WITHDRAWN:
            return texts.VOIDED_NEXT if _voided(told) else texts.TAKEN_BACK_NEXT
        case ApplicationState.APPROVED if any(step.state is S.REJECTED for step in steps):
            after = told.definition.afterwards
            return texts.SOME_NOT_APPROVED if after is None else joined(texts.SOME_NOT_APPROVED, name(" "), after)
    return told.definition.afterwards


def _begun(told: Told) -> Iterator[Stage]:
    """Tell of the receipt, and of each correction."""
    yield Stage(glyph="ok", title=texts.RECEIVED, said=texts.received_on(day(told.view.application.received_at)))
    for event in told.events:
        if event.event == _CORRECTED:
            yield Stage(glyph="ok", title=texts.CORRECTION, said=texts.corrected_on(day(event.at)))


def _stage(told: Told, step: StepSeen, since: int) -> Stage:
    glyph, said = READS[step.state]
    if step.state in (S.READY, S.SENDING) and step.department in told.away:
        said = texts.goes_later
    return Stage(
        glyph=glyph,
        title=told.definition.step(step.step).title,
        said=said(_title(told, step), day(since)),
        words=_words(told, step) if step.state is S.REJECTED else None,
    )


def _title(told: Told, step: StepSeen) -> Text:
    """Give the department's title, or its name where it is installed no more."""
    return told.departments.get(step.department, name(step.department))


def _correction(told: Told, step: StepSeen, since: int) -> Correction:
    outcome = step.outcome or {}
    fields: Iterable[Mapping[str, str]] = [one for one in outcome.get("fields") or () if one["pointer"]]
    whole = outcome.get("reason")  # which many departments repeat at each field
    return Correction(
        said=texts.returned_on(_title(told, step), day(since)),
        words=_words(told, step),
        places=[
            (_place(told.definition, one["pointer"]), (one["message"] != whole and masked_sentence(one["message"], told.personal)) or "")
            for one in fields
        ],
    )


def _words(told: Told, step: StepSeen) -> str | None:
    """Give the department's own words, masked as operators see them: whoever finds the receipt reads them."""
    return masked_sentence((step.outcome or {}).get("reason"), told.personal)


def _place(definition: Service, pointer: str) -> Text:
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
        titles.append(name(str(int(part) + 1)) if below is None and part.isdecimal() else title_of(form, schema or {}, part))
    return Text(zh=WITHIN.join(one.zh for one in titles), en=WITHIN.join(one.en for one in titles))


def _who(told: Told) -> list[tuple[Text, str]]:
    """Give the party's surname, with the roles in which it is named so."""
    ctx = context(told.form.get("applicant") or {}, told.form.get("data") or {}, {})
    titles: dict[str, list[Text]] = {}
    for party in roles_of(told.definition):
        said = said_of(party, ctx) if party.role in told.roles else None
        if said is not None and said.name:
            titles.setdefault(said.name, []).append(party.title)
    return [(listed(several), _surname(whole)) for whole, several in titles.items()]


def _surname(whole: str) -> str:
    """Give the surname and one star, which does not say how long the rest is."""
    shown = mask_name(whole).rstrip("*")
    return f"{shown}*"
