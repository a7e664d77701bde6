"""The sample application of a service (电子样单) as an executable contract: it must pass its own form and make every step's request."""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import TopologicalSorter

from pydantic import ValidationError

from gateway.catalogue.compiled import CompiledService, CompiledStep
from gateway.catalogue.condition import ConditionFailed, with_values
from gateway.catalogue.definition import DefinitionProblem
from gateway.catalogue.share import ShareFailed, context
from gateway.model import JsonView
from gateway.model.errors import Located


def sample_problems(service: CompiledService) -> list[Located]:
    """Give the errors that the service's own checks find in its sample, with pointers into the sample."""
    return service.check(service.definition.sample, "en", service.definition.sample_day)


def unproven_rules(service: CompiledService) -> Iterator[DefinitionProblem]:
    """Report every rule that the sample does not prove to be breakable, since it might never refuse anything."""
    definition = service.definition
    for index, rule in enumerate(service.rules):
        place = ("rules", index, "broken_by")
        try:
            example = with_values(definition.sample, rule.definition.broken_by)
        except LookupError:
            yield DefinitionProblem(place, "a pointer leads to nothing in the sample: what stands above it must be there")
            continue
        if wrong := service.form_problems(example, "en"):
            yield DefinitionProblem(place, f"must pass the form, so that the rule alone is broken: {wrong[0].pointer} {wrong[0].detail}")
        elif not rule.problems(context(example["applicant"], example["data"], {}), "en", definition.sample_day):
            yield DefinitionProblem(place, "the sample with these values keeps the rule: show values that break it")


def rehearse(service: CompiledService) -> Iterator[DefinitionProblem]:
    """Carry the sample through the steps with the outputs it assumes, and report what would fail. The steps must not form a circle."""
    definition = service.definition
    outputs, problems = _outputs(service)
    yield from problems
    for name in definition.sample_outputs:
        if name not in service.steps:
            yield DefinitionProblem(("sample_outputs", name), f"{name} is no step of this service")
    reached: dict[str, JsonView] = {}
    for name in TopologicalSorter({step.name: step.after for step in definition.steps}).static_order():
        step = service.steps[name]
        if step.operation is None or step.definition.department in _broken(service, step):
            continue
        ctx = context(definition.sample["applicant"], definition.sample["data"], reached)
        try:
            if not step.applies(ctx):
                continue
            step.request(ctx)
        except ConditionFailed as error:
            yield DefinitionProblem(("steps", step.position, "when"), f"fails on the sample: {error}")
        except ShareFailed as error:
            for problem in error.problems:
                where = f"{problem.pointer} {problem.detail}" if problem.pointer else problem.detail
                yield DefinitionProblem(("steps", step.position, "share"), f"the sample does not make the request: {where}")
        if name in outputs:
            reached[name] = outputs[name]


def _broken(service: CompiledService, step: CompiledStep) -> frozenset[str]:
    """Give the department of a step if a step it reads from has an unknown operation, and nothing otherwise."""
    parents = {field.split(".")[1] for field in step.sources if field.startswith("steps.")}
    unknown = any(service.steps[parent].operation is None for parent in parents if parent in service.steps)
    return frozenset({step.definition.department}) if unknown else frozenset()


def _outputs(service: CompiledService) -> tuple[dict[str, JsonView], list[DefinitionProblem]]:
    outputs: dict[str, JsonView] = {}
    problems: list[DefinitionProblem] = []
    for name, output in service.definition.sample_outputs.items():
        step = service.steps.get(name)
        if step is None or step.operation is None:
            continue
        try:
            outputs[name] = step.operation.output.model_validate(output).model_dump(mode="json")
        except ValidationError as error:
            problems += (
                DefinitionProblem(("sample_outputs", name, *found["loc"]), found["msg"])
                for found in error.errors(include_url=False, include_input=False, include_context=False)
            )
    return outputs, problems
