"""A service ready to run, with its form and steps compiled once and then asked for every application."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from functools import cache, cached_property

from gateway.catalogue.condition import CompiledRule, Condition, ConditionFailed
from gateway.catalogue.definition import DefinitionCheck, DefinitionProblem, Offers, StepCheck, graph_problems
from gateway.catalogue.drawing.fields import DrawnField, drawn
from gateway.catalogue.form import CHANNELS, LEGACY_USCC, Form, FormError, envelope_schema
from gateway.catalogue.parties.check import PartyCheck
from gateway.catalogue.parties.named import CompiledParty
from gateway.catalogue.share import Context, Share, ShareFailed, changed, context
from gateway.catalogue.warned import Warned, legacy_codes, unwritable
from gateway.model import JsonView
from gateway.model.errors import Located
from gateway.model.service import Service, Step, digest_of
from gateway.sdk.department import Operation, Request
from gateway.texts.json_schema import SchemaFields
from gateway.texts.messages import say
from gateway.texts.refusals import Language
from gateway.texts.text_rule import FREE, TEXT_KEYWORD, Place, free_texts, text_problems


class CompiledStep:
    """One step. While its department is missing, ``operation`` is None, ``unavailable`` gives the reason, and no request can be made."""

    def __init__(self, definition: Step, position: int, check: StepCheck, unavailable: str | None) -> None:
        self.definition = definition
        self.name = definition.name
        self.position = position
        self.after = tuple(definition.after)
        self.operation: Operation | None = check.operation
        self.unavailable = unavailable
        #: The paths it may read: ``applicant.name``, ``data.employees[].name``, ``steps.tax.receipt_number``.
        self.sources: tuple[str, ...] = tuple(dict.fromkeys(name for field in check.fields for name in field.sources()))
        self._condition: Condition | None = check.condition
        self._fields = check.fields
        self._share = Share(check.fields, check.operation.request, definition.title) if check.operation else None

    def applies(self, ctx: Context) -> bool:
        """Tell whether the step applies, at its release. Raises ConditionFailed."""
        return self._condition is None or self._condition.true(ctx)

    def applies_at_filing(self, ctx: Context) -> bool | None:
        """Tell whether the step will apply, or None if that depends on outputs still to come. Raises ConditionFailed."""
        return True if self._condition is None else self._condition.foresee(ctx)

    def request(self, ctx: Context) -> Request:
        """Make the operation's request. Raises ShareFailed."""
        if self._share is None:
            raise ShareFailed([Located("", f"step {self.name}: {self.unavailable or 'its department is not available'}")])
        return self._share.request(ctx)

    def check(self, ctx: Context, language: Language) -> list[Located]:
        """Give every error, as far as it shows at filing, that would keep the request from being made later."""
        return [] if self._share is None else self._share.check(ctx, language)

    def warnings(self, ctx: Context, language: Language) -> Iterator[Warned]:
        """Warn of each text that the department's system cannot write."""
        if self._share is not None and self.operation is not None and self.operation.charset is not None:
            yield from unwritable(self._share.texts(ctx), self.operation.charset, self.name, self.definition.title, language)

    def disclosed(self, ctx: Context) -> tuple[str, ...]:
        """Name those of ``sources`` that the application has, for the audit's record of what was disclosed."""
        return () if self._share is None else self._share.disclosed(ctx)

    def changed(self, before: Context, after: Context) -> tuple[str, ...]:
        """Name those of ``sources`` whose values differ between two revisions. If none do, the step is untouched."""
        return changed(self._fields, before, after)

    def pointer(self, field: str) -> str:
        """Lead a field that the department complains about back to the application, or give "" if it is unknown or fed by an output."""
        return "" if self._share is None else self._share.pointer(field)


class CompiledService:
    """A definition with its digest and its steps in order. ``unavailable`` gives the reason for each step that cannot run now."""

    def __init__(
        self,
        definition: Service,
        form: Form,
        steps: Mapping[str, CompiledStep],
        rules: Sequence[CompiledRule],
        parties: Sequence[CompiledParty],
        *,
        canonical: str | None = None,
    ) -> None:
        self.definition = definition
        self.canonical = canonical or definition.canonical()
        self.digest = digest_of(self.canonical)
        self.steps = steps
        self.unavailable: Mapping[str, str] = {name: step.unavailable for name, step in steps.items() if step.unavailable}
        self.rules = tuple(rules)
        self.parties = tuple(parties)
        self._form = form
        self._fields = SchemaFields(definition.form, maps=True)
        self._is_free = free_texts(self._fields)
        self._takes_legacy_codes = LEGACY_USCC in self.canonical
        self._envelope = Form(envelope_schema(definition.codes.channels), "")

    @cached_property
    def drawn_form(self) -> DrawnField:
        """The fields of its form as pages draw them, in the order of its file.

        Raises Undrawable for a definition that is kept from before `gateway check` asked whether it can be drawn.
        """
        return drawn(self.definition.form)

    def check(self, document: JsonView, language: Language, day: date | None = None, *, over: Collection[str] = ()) -> list[Located]:
        """Give every error that keeps an application as submitted from being taken.

        Errors of the form are given alone. Without any, the rules are asked, for ``day`` or today, and then each step that will or may
        apply. Steps in ``over`` are left out, since their departments are told nothing more, and so are fields that outputs will feed.
        """
        found = self.form_problems(document, language)
        if found:
            return found
        ctx = context(document["applicant"], document["data"], {})
        for rule in self.rules:
            found.extend(rule.problems(ctx, language, day))
        for party in self.parties:
            found.extend(_party_problems(party, ctx, language))
        for step in self.steps.values():
            if step.name not in over:
                found.extend(self._step_problems(step, ctx, language))
        return list(dict.fromkeys(found))

    def form_problems(self, document: JsonView, language: Language) -> list[Located]:
        """Give the errors of each text and field on its own."""
        around = {name: value for name, value in document.items() if name != "data"}
        found = [*text_problems(around, "", language), *self._envelope.check(document, language)]
        code = document.get("service")
        if isinstance(code, str) and code != self.definition.code:
            found.append(Located("/service", say("service_other", language, code=self.definition.code)))
        data = document.get("data")
        if isinstance(data, dict):
            found.extend(text_problems(data, "/data", language, self._is_free))
            found.extend(self._form.check(data, language))
        return found

    def warnings(self, document: JsonView, language: Language) -> list[Warned]:
        """Warn of anything that is no error but may cause trouble: texts unknown to a department's charset, and legacy codes."""
        applicant, data = document.get("applicant"), document.get("data")
        if not isinstance(applicant, dict) or not isinstance(data, dict):
            return []
        ctx = context(applicant, data, {})
        found = [one for step in self.steps.values() if may_apply(step, ctx) is not False for one in step.warnings(ctx, language)]
        if self._takes_legacy_codes:
            found.extend(legacy_codes(data, self._fields, language))
        return list(dict.fromkeys(found))

    def _step_problems(self, step: CompiledStep, ctx: Context, language: Language) -> list[Located]:
        try:
            applies = step.applies_at_filing(ctx)
        except ConditionFailed:
            title = step.definition.title
            return [Located("/data", say("condition", language, step=title.en if language == "en" else title.zh))]
        return [] if applies is False else step.check(ctx, language)


def _party_problems(party: CompiledParty, ctx: Context, language: Language) -> Iterator[Located]:
    try:
        party.said(ctx)
    except ConditionFailed:
        title = party.definition.title
        yield Located("/data", say("condition", language, step=title.en if language == "en" else title.zh))


def check_application(
    services: Mapping[str, CompiledService], document: JsonView, language: Language
) -> tuple[CompiledService | None, list[Located]]:
    """Check an application as submitted for one of these services, by code. Gives its service, or None, and every error."""
    code = document.get("service")
    service = services.get(code) if isinstance(code, str) else None
    if service is not None:
        return service, service.check(document, language)
    around = {name: value for name, value in document.items() if name != "data"}  # no form says what its texts may hold
    found = [*text_problems(around, "", language), *_any_envelope().check(document, language)]
    if isinstance(code, str):
        found.insert(0, Located("/service", say("service", language)))
    return None, found


@cache
def _any_envelope() -> Form:
    return Form(envelope_schema(list(CHANNELS.values())), "")


def may_apply(step: CompiledStep, ctx: Context) -> bool | None:
    """Tell whether the step will apply, or None if that is not known yet or this data cannot answer it."""
    try:
        return step.applies_at_filing(ctx)
    except ConditionFailed:  # reported among the errors of the data
        return None


def compile_service(
    definition: Service, departments: Mapping[str, Offers], unavailable: Mapping[str, str], *, canonical: str | None = None
) -> tuple[CompiledService | None, list[DefinitionProblem]]:
    """Compile a definition. Gives the service, or None if its form cannot be used, and every problem.

    A step with a problem or with a department in ``unavailable`` is marked, and the other steps can run. ``canonical`` is the definition as
    the journal keeps it, whose digest it keeps.
    """
    problems = [*graph_problems(definition), *_channel_problems(definition), *_text_keyword_problems(definition.form, ("form",))]
    form = None
    try:
        form = Form(definition.form, "/data")
    except FormError as error:
        problems.append(DefinitionProblem(("form", *error.path), f"is not a JSON Schema (2020-12) that can be used: {error}"))
    if definition.form.get("type") != "object":
        problems.append(DefinitionProblem(("form",), "must have type: object"))
    check = DefinitionCheck(definition, departments, frozenset(unavailable))
    steps: dict[str, CompiledStep] = {}
    for index, step in enumerate(definition.steps):
        found = check.step(index)
        problems.extend(found.problems)
        why = unavailable.get(step.department) or "; ".join(problem.detail for problem in found.problems) or None
        steps.setdefault(step.name, CompiledStep(step, index, found, why))
    rules, found_in_rules = check.rules()
    people = PartyCheck(definition)
    parties, found_in_parties = people.parties()
    problems.extend([*found_in_rules, *found_in_parties, *people.sees()])
    return (None if form is None else CompiledService(definition, form, steps, rules, parties, canonical=canonical)), problems


def _text_keyword_problems(schema: object, place: Place) -> Iterator[DefinitionProblem]:
    """Find every ``x-text`` whose value is not allowed."""
    if isinstance(schema, list):
        for index, part in enumerate(schema):
            yield from _text_keyword_problems(part, (*place, index))
    elif isinstance(schema, dict):
        said = schema.get(TEXT_KEYWORD, FREE)
        if said != FREE and not isinstance(said, dict):  # an object here is a field that is called x-text
            yield DefinitionProblem((*place, TEXT_KEYWORD), f"must be {FREE}, or be left out where a text is one line")
        for name, part in schema.items():
            yield from _text_keyword_problems(part, (*place, name))


def _channel_problems(definition: Service) -> list[DefinitionProblem]:
    known = set(definition.codes.channels) & set(CHANNELS.values())
    return [] if known else [DefinitionProblem(("codes", "channels"), "names no channel, so that nobody could apply")]
