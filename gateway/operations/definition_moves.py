"""The move of a case with a held delivery to its service's current definition: a wrong mapping is corrected, nothing else changes.

The plan stays (the same steps, for the same departments, in the same order), and what a department was told stays what it was told: the
new definition must give it the same request. Anything else is refused with all that is wrong, and nothing has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import orjson
import structlog

from gateway.cases.caller import Caller
from gateway.cases.casework import Casework
from gateway.cases.intake import invalid
from gateway.catalogue.compiled import CompiledService, CompiledStep
from gateway.catalogue.condition import ConditionFailed
from gateway.catalogue.share import Context, ShareFailed
from gateway.journal.payload import FORM
from gateway.journal.read.reasons import keep_case_reason
from gateway.journal.writer.draft import Draft, Needs, NoSuchCase
from gateway.journal.writer.journal import Journal
from gateway.model import JsonObject, JsonView
from gateway.model.application import APPLICATION_ENDED, Application
from gateway.model.case import Case
from gateway.model.delivery import Delivery, DeliveryState, SkipReason
from gateway.model.errors import Located
from gateway.model.service import Text
from gateway.operations import texts
from gateway.texts.refusals import Language, conflict, in_language, not_found

log = structlog.get_logger()

S = DeliveryState
#: With a department, or decided by it: what it was told cannot become something else behind its back.
_TOLD = frozenset({S.SENDING, S.DECIDING, S.APPROVED, S.REJECTED, S.IN_DOUBT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A move's result: the application under its new definition, and the steps that are given another request from now on."""

    application: Application
    steps: tuple[str, ...]


@dataclass(slots=True)
class _Comparison:
    """One case under both definitions: everything that speaks against a move, and what it would change."""

    old: CompiledService
    new: CompiledService
    ctx: Context
    as_told: Callable[[Delivery], Context]
    language: Language
    wrong: list[Located] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)

    def compare(self, case: Case) -> None:
        """Look at the plan first: where it is not the same, steps cannot be held against each other."""
        self._plan(case)
        if not self.wrong:
            for delivery in case.deliveries.values():
                self._step(delivery)

    def _plan(self, case: Case) -> None:
        for name in [name for name in self.old.steps if name not in self.new.steps]:
            self._say("/steps", texts.step_lacking(name))
        for name, step in self.new.steps.items():
            delivery = case.deliveries.get(name)
            if delivery is None:
                self._say(_place(step), texts.step_new(name))
                continue
            planned = (delivery.department, delivery.operation, set(delivery.after), delivery.required)
            if planned != (step.definition.department, step.definition.operation, set(step.after), step.definition.required):
                self._say(_place(step), texts.step_differs(name))

    def _step(self, delivery: Delivery) -> None:
        old, new = self.old.steps[delivery.step], self.new.steps[delivery.step]
        told = delivery.state in _TOLD or delivery.doubt_since is not None
        if old.definition.when != new.definition.when and (told or delivery.state in (S.READY, S.HELD, S.SKIPPED)):
            self._condition(delivery, new)
        if delivery.state in (S.SKIPPED, S.WITHDRAWN) or old.definition.share == new.definition.share:
            return
        fields = _differing(old, new, self.as_told(delivery) if told else self.ctx)
        if not fields:
            return
        if told:
            for name in fields:
                self._say(f"{_place(new)}/share/{name}", texts.told_another(delivery.step, delivery.department, name))
        else:
            self.changed.append(delivery.step)

    def _condition(self, delivery: Delivery, new: CompiledStep) -> None:
        """Require that a begun step still applies and a skipped one still does not: nothing asks that again by itself."""
        if delivery.skip_reason is SkipReason.PARENT_REJECTED or (delivery.state is S.HELD and delivery.attempts == 0):
            return  # never asked, or asked again when it is retried
        skipped = delivery.state is S.SKIPPED
        try:
            fits = new.applies(self.ctx) is not skipped
        except ConditionFailed:
            fits = False
        if not fits:
            self._say(f"{_place(new)}/when", (texts.skipped_applies if skipped else texts.begun_applies_not)(delivery.step))

    def _say(self, pointer: str, wrong: Text) -> None:
        self.wrong.append(Located(pointer, in_language(wrong, self.language)))


def _place(step: CompiledStep) -> str:
    return f"/steps/{step.position}"


def _differing(old: CompiledStep, new: CompiledStep, ctx: Context) -> list[str]:
    """Name the fields of the request that the two fill differently, or map differently where a request cannot be made."""
    try:
        before, after = (step.request(ctx).model_dump(mode="json") for step in (old, new))
    except ShareFailed:
        mine, theirs = old.definition.share, new.definition.share
        return sorted(name for name in mine.keys() | theirs.keys() if mine.get(name) != theirs.get(name))
    return list(_fields(before, after))


def _fields(before: JsonView, after: JsonView, above: str = "") -> Iterator[str]:
    for name in before:
        one, other = before[name], after.get(name)
        if isinstance(one, Mapping) and isinstance(other, Mapping):
            yield from _fields(one, other, f"{above}{name}.")
        elif one != other:
            yield f"{above}{name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Move:
    application_id: str
    caller: Caller
    reason: str
    language: Language
    casework: Casework

    @property
    def needs(self) -> Needs:
        return Needs(cases=(self.application_id,), payload=True)

    def decide(self, draft: Draft) -> Moved:
        try:
            before = draft.case(self.application_id)
        except NoSuchCase as error:
            raise not_found() from error
        application, new = before.application, self._current(before)
        payload = draft.payload(application.id)
        old = self.casework.service(draft, application)
        context = self.casework.context
        ctx = context(before, payload)
        comparison = _Comparison(old, new, ctx, lambda delivery: context(before, payload, delivery), self.language)
        comparison.wrong += new.check(_document(application, payload), self.language)
        comparison.compare(before)
        if comparison.wrong:
            raise invalid(comparison.wrong)
        draft.put_application(application.id, service_digest=new.digest)
        actor = self.caller.actor
        keep_case_reason(draft, self.reason, act="moved", actor=actor, application=application)
        details = {
            "from": old.digest,
            "to": new.digest,
            "changed": comparison.changed,
        }
        self.casework.change_parties(draft, application.id, (old, ctx), (new, ctx))
        settled = draft.settle(application.id, "definition_moved", actor, details, before=before)
        return Moved(application=settled.application, steps=tuple(comparison.changed))

    def _current(self, case: Case) -> CompiledService:
        """Give the definition to move to. Raises Refused when the case stands where nothing is moved."""
        application = case.application
        if application.state in APPLICATION_ENDED or not any(d.state is S.HELD for d in case.deliveries.values()):
            raise conflict(texts.NONE_HELD)
        current = self.casework.catalogue.services.get(application.service)
        if current is None:
            raise conflict(texts.no_service(application.service))
        if current.digest == application.service_digest:
            raise conflict(texts.DEFINITION_CURRENT)
        return current


def _document(application: Application, payload: Mapping[tuple[str, int], bytes]) -> JsonObject:
    """Give the application as it would be submitted now."""
    form = orjson.loads(payload[FORM, application.revision])
    given = {name: form[name] for name in ("applicant", "data", "agent") if form.get(name) is not None}
    return {"service": application.service, "channel": application.channel, **given}


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionMoves:
    """An operator's way to correct what a case was filed under."""

    journal: Journal
    casework: Casework

    async def move(self, application_id: str, *, caller: Caller, reason: str, language: Language) -> None:
        """Move it to its service's current definition. Raises Refused (404, 409, 422 with all that is against it), JournalUnavailable."""
        change = _Move(application_id=application_id, caller=caller, reason=reason, language=language, casework=self.casework)
        moved = await self.journal.write(change)
        log.info(
            "definition_moved", application=application_id, trace_id=moved.application.trace_id, steps=list(moved.steps), actor=caller.actor
        )
