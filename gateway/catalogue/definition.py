"""The check of a service's definition against the departments, before any application exists, with every problem by its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from gateway.catalogue.condition import CompiledRule, Condition, ConditionRefused, place_of
from gateway.catalogue.form import PERSON_SCHEMA
from gateway.catalogue.plan import ancestors, find_cycle
from gateway.catalogue.share import Field, Fixed, Parts, ShareRefused, Source, fields_of
from gateway.model.service import Rule, Service, Step
from gateway.sdk.department import Operation
from gateway.texts.json_schema import ITEM, Schema, SchemaFields

Place = tuple[str | int, ...]


class Offers(Protocol):
    """A department as far as the catalogue must know it. An adapter class will do."""

    @property
    def operations(self) -> tuple[Operation, ...]:
        """The operations it offers."""
        ...


@dataclass(frozen=True, slots=True)
class DefinitionProblem:
    """A problem in a definition. ``place`` holds the keys and positions that lead to it from the top."""

    place: Place
    detail: str


@dataclass(frozen=True, slots=True)
class StepCheck:
    """A step as far as it could be compiled, with its problems."""

    operation: Operation | None
    condition: Condition | None
    fields: tuple[Field, ...]
    problems: tuple[DefinitionProblem, ...]


def graph_problems(service: Service) -> Iterator[DefinitionProblem]:
    """Report repeated step names, entries of ``after`` that are no step, and steps that wait for each other in a circle."""
    names = [step.name for step in service.steps]
    for index, step in enumerate(service.steps):
        if step.name in names[:index]:
            yield DefinitionProblem(("steps", index, "name"), f"there is another step {step.name}: give each its own name")
        for position, parent in enumerate(step.after):
            if parent not in names:
                yield DefinitionProblem(("steps", index, "after", position), f"{parent} is no step of this service")
    cycle = find_cycle({step.name: step.after for step in service.steps})
    if cycle is not None:
        yield DefinitionProblem(("steps", names.index(cycle[0]), "after"), f"these steps wait for each other: {' → '.join(cycle)}")


class DefinitionCheck:
    """Checks the steps of one service. Nothing is checked against departments that are not known."""

    def __init__(self, service: Service, departments: Mapping[str, Offers], unknown_departments: frozenset[str]) -> None:
        self._service = service
        self._departments = departments
        self._unknown = unknown_departments
        self._ancestors = ancestors({step.name: step.after for step in service.steps})
        self._form = SchemaFields(service.form)
        self._applicant = SchemaFields(PERSON_SCHEMA)
        self._outputs = {
            step.name: SchemaFields(operation.output.model_json_schema(mode="serialization")) for step, operation in self._known()
        }
        self._conditional = {step.name for step in service.steps if step.when}

    def step(self, index: int) -> StepCheck:
        """Check the step at that position."""
        step = self._service.steps[index]
        problems: list[DefinitionProblem] = []
        operation = None
        try:
            operation = self._operation(step)
        except _NotOffered as error:
            problems.append(DefinitionProblem(("steps", index, error.key), str(error)))
        condition = None
        if step.when is not None:
            try:
                condition = Condition(step.when)
                problems.extend(DefinitionProblem(("steps", index, "when"), detail) for detail in self._condition_problems(step, condition))
            except ConditionRefused as refused:
                problems.append(DefinitionProblem(("steps", index, "when"), str(refused)))
        fields: list[Field] = []
        request = SchemaFields(operation.request.model_json_schema()) if operation else None
        for target, field in fields_of(step.share):
            if isinstance(field, ShareRefused):
                problems.append(DefinitionProblem(("steps", index, "share", target), str(field)))
                continue
            fields.append(field)
            problems.extend(
                DefinitionProblem(("steps", index, "share", target), detail) for detail in self._field_problems(step, field, request)
            )
        if request is not None:
            problems.extend(
                DefinitionProblem(("steps", index, "share"), detail)
                for detail in _unmapped(request, request.root, [f.target for f in fields])
            )
            problems.extend(DefinitionProblem(("steps", index, "share"), detail) for detail in _list_unmapped(request, fields))
        return StepCheck(operation, condition, tuple(fields), tuple(problems))

    def rules(self) -> tuple[list[CompiledRule], list[DefinitionProblem]]:
        """Compile the rules. Gives those that can be used, and the problems of the others."""
        rules: list[CompiledRule] = []
        problems: list[DefinitionProblem] = []
        names = [rule.name for rule in self._service.rules]
        for index, definition in enumerate(self._service.rules):
            found = [DefinitionProblem(("name",), f"there is another rule {definition.name}")] if definition.name in names[:index] else []
            found += self._pointer_problems(definition)
            try:
                rule = CompiledRule(definition)
                found += self._rule_problems(rule)
                rules += [] if found else [rule]
            except ConditionRefused as refused:
                found.append(DefinitionProblem(("must",), str(refused)))
            problems += (DefinitionProblem(("rules", index, *one.place), one.detail) for one in found)
        return rules, problems

    def _rule_problems(self, rule: CompiledRule) -> Iterator[DefinitionProblem]:
        for path in sorted(rule.condition.paths):
            if path[0] == "steps":
                yield DefinitionProblem(("must",), f"may not read {'.'.join(path)}: nothing is decided when a rule is judged")
            elif problem := self._given(without_items(path))[1]:
                yield DefinitionProblem(("must",), problem)
        if rule.asks_the_day and self._service.sample_day is None:
            yield DefinitionProblem(("must",), "asks for today(): say as sample_day on which day the sample is handed in")

    def _pointer_problems(self, rule: Rule) -> Iterator[DefinitionProblem]:
        named: list[tuple[Place, str]] = [(("pointers", index), pointer) for index, pointer in enumerate(rule.pointers)]
        named += ((("broken_by", pointer), pointer) for pointer in rule.broken_by)
        for place, pointer in named:
            path = place_of(pointer)
            if path is None:
                yield DefinitionProblem(place, "is no JSON Pointer into applicant or data, such as /data/man/id_number")
            elif problem := self._given(path)[1]:
                yield DefinitionProblem(place, problem)

    def _known(self) -> Iterator[tuple[Step, Operation]]:
        for step in self._service.steps:
            try:
                operation = self._operation(step)
            except _NotOffered:
                continue
            if operation is not None:
                yield step, operation

    def _operation(self, step: Step) -> Operation | None:
        if step.department in self._departments:
            operations = {operation.name: operation for operation in self._departments[step.department].operations}
            if step.operation not in operations:
                raise _NotOffered(
                    "operation", f"{step.department} has no operation {step.operation}; it has {', '.join(sorted(operations))}"
                )
            return operations[step.operation]
        if step.department in self._unknown:
            return None
        installed = ", ".join(sorted({*self._departments, *self._unknown})) or "none"
        raise _NotOffered("department", f"{step.department} is no department of this installation; there are: {installed}")

    def _condition_problems(self, step: Step, condition: Condition) -> Iterator[str]:
        for path in sorted(condition.paths):
            _, problem = self._source(step, without_items(path))
            if problem:
                yield problem

    def _given(self, path: Parts) -> tuple[tuple[SchemaFields, Schema] | None, str | None]:
        """Give the schema of the value at a path into the application as filed, or the problem with that path."""
        view = self._form if path[0] == "data" else self._applicant
        schema = view.at(path[1:])
        if schema is None:
            return None, f"{'.'.join(path)} is not in {'the form' if path[0] == 'data' else 'what an applicant gives'}"
        return (view, schema), None

    def _source(self, step: Step, path: Parts) -> tuple[tuple[SchemaFields, Schema] | None, str | None]:
        """Give the schema of the value at a path, or the problem with that path, or neither if nothing is known of it."""
        if path[0] != "steps":
            return self._given(path)
        if path[1] not in self._ancestors[step.name]:
            return None, f"{'.'.join(path)}: {step.name} does not come after a step {path[1]}, so that output would not be there"
        outputs = self._outputs.get(path[1])
        if outputs is None or len(path) < 3:
            return None, None
        schema = outputs.at(path[2:])
        if schema is None:
            given = ", ".join(sorted(outputs.root.get("properties", {})))
            return None, f"{'.'.join(path)} is not among what that operation gives: {given}"
        return (outputs, schema), None

    def _read(self, step: Step, source: Source, above: Parts = ()) -> tuple[tuple[SchemaFields, Schema] | None, str | None]:
        """Give the schema of what a source yields, made from the value itself for a constant."""
        if isinstance(source, Fixed):
            constant: Schema = {"const": source.constant}
            return (SchemaFields(constant), constant), None
        return self._source(step, (*above, *source.parts))

    def _field_problems(self, step: Step, field: Field, request: SchemaFields | None) -> Iterator[str]:
        source, problem = self._read(step, field.source)
        if problem:
            yield problem
        target = request.at(_declared(field.target)) if request else None
        if request is not None and target is None:
            yield f"the operation's request has no field {'.'.join(field.target)}"
        if field.item is not None:
            yield from self._item_problems(step, field, request)
            return
        if source is None or request is None or target is None:
            return
        yield from _misfits(*source, request, target)
        yield from self._conditional_problems(step, field, request)

    def _conditional_problems(self, step: Step, field: Field, request: SchemaFields) -> Iterator[str]:
        """Report required fields fed by a step that may not apply, unless this step's own ``when`` guards against that."""
        origin = field.source.output_of
        if origin is None or origin not in self._conditional:
            return
        required = field.target[-1] in request.required(request.at(_declared(field.target[:-1])) or {})
        guarded = step.when is not None and (step.when == self._service.step(origin).when or f"steps.{origin}" in step.when)
        if required and not guarded:
            yield f"{origin} may not apply, and then this required field has no value: let the when of {step.name} ask for steps.{origin}"

    def _item_problems(self, step: Step, field: Field, request: SchemaFields | None) -> Iterator[str]:
        source, problem = self._source(step, field.source.parts)
        if source and "array" not in source[0].types(source[1]):
            yield f"{'.'.join(field.source.parts)} is not a list"
            return
        for item in field.item or ():
            found, problem = self._read(step, item.source, (*field.source.parts, ITEM))
            if problem:
                yield problem
            target = request.at((*field.target, ITEM, *item.target)) if request else None
            if request is not None and target is None:
                yield f"the operation's request has no field {'.'.join(item.target)} in {'.'.join(field.target)}"
            if found and request and target is not None:
                yield from (f"item {'.'.join(item.target)}: {misfit}" for misfit in _misfits(*found, request, target))


def without_items(path: Parts) -> Parts:
    """Drop list items from the end of a path, since a condition may read lists and single values alike."""
    while path[-1] == ITEM:
        path = path[:-1]
    return path


class _NotOffered(Exception):
    def __init__(self, key: str, detail: str) -> None:
        super().__init__(detail)
        self.key = key


def _misfits(source: SchemaFields, given: Schema, request: SchemaFields, wanted: Schema) -> Iterator[str]:
    """Report why values of one schema may not fit another, as far as types, listed values and dates tell."""
    gives, takes = source.types(given), request.types(wanted)
    if "object" in gives or ("array" in gives and "object" in source.types(source.at_item(given) or {})):
        yield "would hand over a whole object: name each field (of a list by each and item), so that nothing unnamed is shared"
        return
    if not gives <= takes:
        yield f"gives {_or(gives)}, the operation takes {_or(takes)}"
        return
    listed, allowed = source.values(given), request.values(wanted)
    if allowed is not None and (listed is None or not all(value in allowed for value in listed)):
        yield f"may give other values than the operation takes: {', '.join(map(str, allowed))}"
    if "date" in request.named(wanted, "format") and "date" not in source.named(given, "format") and "const" not in given:
        yield "must have format: date, since the operation takes a day"


def _unmapped(request: SchemaFields, schema: Schema, targets: list[Parts], above: Parts = ()) -> Iterator[str]:
    """Name the required fields of the request that no entry feeds."""
    for name in sorted(request.required(schema)):
        path = (*above, name)
        if path in targets:
            continue
        if any(target[: len(path)] == path for target in targets):
            yield from _unmapped(request, request.at(_declared(path)) or {}, targets, path)
        else:
            yield f"does not say where {'.'.join(path)} comes from, which the operation requires"


def _declared(target: Parts) -> Parts:
    """Give the target as the request's schema declares it, with list positions replaced by :data:`ITEM`."""
    return tuple(ITEM if part.isdecimal() else part for part in target)


def _list_unmapped(request: SchemaFields, fields: list[Field]) -> Iterator[str]:
    placed = [field.target for field in fields if any(part.isdecimal() for part in field.target)]
    for item in dict.fromkeys(target[: _position(target) + 1] for target in placed if not target[-1].isdecimal()):
        yield from _unmapped(request, request.at(_declared(item)) or {}, placed, item)
    for field in fields:
        wanted = request.at((*field.target, ITEM))
        if field.item is not None and wanted is not None:
            mapped = {item.target[0] for item in field.item}
            for name in sorted(request.required(wanted) - mapped):
                yield f"does not say where {name} of each item of {'.'.join(field.target)} comes from, which the operation requires"


def _position(target: Parts) -> int:
    return next(index for index, part in enumerate(target) if part.isdecimal())


def _or(types: frozenset[str]) -> str:
    return " or ".join(sorted(types)) if len(types) < 6 else "any type"
