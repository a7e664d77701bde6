"""The code lists: complete, in both languages, cached."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, get_args, get_type_hints

import pytest
from pydantic import TypeAdapter

from gateway.api.cases.codes import lists
from gateway.api.figures import models as figures
from gateway.api.http.texts import KINDS
from gateway.api.operating import department_models, job_models, node_models
from gateway.api.shapes import act_models
from gateway.api.shapes.texts import FORMATS, WORDS
from gateway.cases import caller
from gateway.cases.casework import CONDITION_FAILED, RESTORED
from gateway.cases.judgement import ABSENT_AFTER_ACCEPTANCE, REFERENCE_UNKNOWN
from gateway.catalogue.form import CHANNELS, ID_TYPES
from gateway.departments import breaker
from gateway.journal.read.stuck import Kind
from gateway.model import code_names
from gateway.model.application import ApplicationState, EndReason
from gateway.model.case import PartyKind
from gateway.model.delivery import Action, DeliveryState, SkipReason
from gateway.model.outcome import Outcome
from gateway.operations.watch.presence import NodeState
from gateway.people.roles import ALONE, OF_A_DEPARTMENT
from gateway.sdk.quality import Tier
from tests.gateway.api import event_names, failure_codes
from tests.gateway.api.conftest import World


def literal(model: Any, member: str) -> tuple[str, ...]:
    values: tuple[str, ...] = get_args(get_type_hints(model)[member])
    return tuple(value for one in values for value in (get_args(one) or (one,)) if isinstance(value, str))


#: Each list and the codes that it names, or a function if the sources have to be read for them.
SOURCES: dict[str, Iterable[str] | Callable[[], Iterable[str]]] = {
    "application_states": ApplicationState,
    "end_reasons": EndReason,
    "delivery_states": DeliveryState,
    "skip_reasons": SkipReason,
    "outcomes": [one.__dataclass_fields__["kind"].default for one in get_args(Outcome)],
    "events": event_names.written,
    "failures": lambda: {*failure_codes.written(), RESTORED, CONDITION_FAILED, REFERENCE_UNKNOWN, ABSENT_AFTER_ACCEPTANCE},
    "party_kinds": get_args(PartyKind),
    "actions": Action,
    "channels": CHANNELS,
    "id_types": ID_TYPES,
    "resend_rules": literal(department_models.OfferedOperation, "resend"),
    "answered_by": literal(department_models.ReconciledDelivery, "answered_by"),
    "availability": literal(department_models.Availability, "state"),
    "breaker_states": (breaker.CLOSED, breaker.OPEN, breaker.HALF_OPEN, breaker.STOPPED),
    "tiers": Tier,
    "job_states": literal(job_models.JobSummary, "state"),
    "acts": literal(act_models.OperatorAct, "act"),
    "node_states": NodeState,
    "node_roles": get_args(node_models.NodeRole),
    "stuck_kinds": Kind,
    "ending_kinds": literal(figures.EndingShape, "kind"),
    "roles": (*caller.PROGRAMS, caller.PARTY, *(role for role in (*ALONE, *OF_A_DEPARTMENT) if role not in caller.PROGRAMS)),
    "problems": KINDS,
    "formats": FORMATS,
    "words": WORDS,
    "departments": ("marriage", "real_estate", "tax"),
    "operations": [f"{name}.{one}" for name in ("marriage", "tax") for one in ("register", "housing_holdings")],
    "services": ("newlywed",),
    "steps": ("newlywed.marriage", "newlywed.tax"),
}


@pytest.mark.parametrize("name", SOURCES)
async def test_a_list_is_complete_and_in_both_languages(world: World, name: str) -> None:
    found = (await world.ask("GET", f"/v1/codes/{name}", None)).json
    source = SOURCES[name]
    assert sorted(item["code"] for item in found["items"]) == sorted(source if isinstance(source, Iterable) else source())
    for text in (found["title"], *(item["meaning"] or item["title"] for item in found["items"])):
        assert re.search("[一-鿿]", text["zh"])
        assert text["en"]


def test_a_job_says_what_it_would_do_and_did_by_names_that_are_listed() -> None:
    described = TypeAdapter(job_models.Job).json_schema()["properties"]["passed_over"]["description"]
    said = {*literal(job_models.RetryProspect, "would"), *re.findall(r"`(\w+)`", described), "released", "moved_on"}
    assert set(code_names.JOB_RESULTS) == said


async def test_there_is_no_other_list(world: World) -> None:
    every = (await world.ask("GET", "/v1/codes", None)).json["items"]
    assert {one["name"] for one in every} == {*SOURCES, "job_results"}
    assert (await world.ask("GET", "/v1/codes/nothing", None)).status == 404


def enumerations(document: dict[str, Any]) -> Iterator[tuple[str, set[str]]]:
    for name, schema in document["components"]["schemas"].items():
        if "enum" in schema:
            yield name, set(schema["enum"])


async def test_every_enumeration_of_an_answer_has_its_names(world: World) -> None:
    """Check every enumeration. Those left out have their names beside them (a service's form) or are explained codes of GB/T 39046."""
    listed = [{item["code"] for item in one["items"]} for one in lists(world.parts)]
    nameless = {name for name, values in enumerations(world.contract.document) if not any(values <= codes for codes in listed)}
    assert nameless == {"CodesAudience", "CodesCaseType", "CodesChannels", "CodesLevel"}


async def test_it_is_asked_for_again_only_when_it_has_changed(world: World) -> None:
    first = await world.ask("GET", "/v1/codes", None)
    tag = first.headers["ETag"]
    assert first.headers["Cache-Control"] == "public, max-age=60"
    for known in (tag, f'"x", {tag}', f"W/{tag}", "*"):
        again = await world.ask("GET", "/v1/codes", None, headers={"If-None-Match": known})
        assert (again.status, again.body, again.headers["ETag"]) == (304, b"", tag)
    assert (await world.ask("GET", "/v1/codes", None, headers={"If-None-Match": '"x"'})).status == 200
    assert (await world.ask("GET", "/v1/codes/roles", None)).headers["ETag"] != tag
