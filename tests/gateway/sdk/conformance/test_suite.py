"""Each test of the suite has an adapter that breaks it, and that it names; an adapter that is not broken passes it."""

from __future__ import annotations

import dataclasses
import gc
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

import pytest

from gateway.sdk import Call
from gateway.sdk.conformance import Conformance, checks_in
from gateway.sdk.conformance.equipment.backend import Backend
from gateway.sdk.demo import WAYS, Broken, BrokenOptions, Succeeds
from gateway.sdk.demo.sandbox import BrokenSandbox
from gateway.sdk.demo.succeeds import CaseReply
from tests.gateway.sdk.conformance.departments import ForBroken, Hasty, broken, run


class Unruly(Broken):
    """Its name is none, and it says that it finds without a way to."""

    adapter = "Not a name"


class FetchesFirst(Broken):
    """Asks for something before every call, as for a token."""

    async def ask(self, call: Call, path: str, body: Mapping[str, Any]) -> CaseReply:
        await Succeeds.probe(self)
        return await super().ask(call, path, body)


#: test of the suite, the way in which an adapter fails it, and the operation at which
BREAKS = [(code, way, operation) for way, mistake in WAYS.items() for code, operation in mistake.found_by]
OPERATIONS = {code: operation for code, _, operation in BREAKS}


@pytest.fixture(scope="module")
def backend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    """The department whose adapters are broken."""
    one = Backend(BrokenSandbox, tmp_path_factory.mktemp("department"), ForBroken.held_secrets(), BrokenOptions())
    one.start()
    yield one
    one.stop()


@pytest.fixture
async def failing() -> AsyncIterator[Any]:
    """What a broken adapter left open ends with the test, and its warnings with it."""
    yield
    gc.collect()


@pytest.mark.filterwarnings("ignore")  # a broken adapter leaves sessions, sockets and tasks
@pytest.mark.parametrize(("code", "way", "operation"), BREAKS)
async def test_a_broken_adapter_is_named(backend: Backend, failing: None, code: str, way: str, operation: str) -> None:
    with pytest.raises(pytest.fail.Exception) as failed:
        await run(broken([way]), code, operation or None, backend, Hasty)
    said = str(failed.value)
    assert said.startswith(code)
    assert f"docs/conformance.md#{code}" in said
    assert "出了什么问题：" in said
    assert "500152199001010018" not in said


@pytest.mark.parametrize("code", [one.code for one in checks_in(Conformance)])
async def test_an_honest_adapter_passes(backend: Backend, code: str) -> None:
    """The control: what fails above fails for the way in which the adapter is broken."""
    await run(ForBroken, code, OPERATIONS.get(code) or None, backend)


def test_every_test_of_the_suite_has_an_adapter_that_breaks_it() -> None:
    by_class = {"class_keeps_the_rules", "every_operation_has_a_sample"}  # below: what they look at is no adapter's behaviour
    assert set(OPERATIONS) | by_class == {one.code for one in checks_in(Conformance)}
    assert all(mistake.found_by for mistake in WAYS.values())


async def test_a_class_that_breaks_the_rules_is_named(backend: Backend) -> None:
    with pytest.raises(pytest.fail.Exception, match="lower-case letters"):
        await run(broken([], adapter=Unruly), "class_keeps_the_rules", None, backend)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"samples": {}}, "without a sample: apply, file, look_up"),
        ({"samples": {**ForBroken.samples, "unheard_of": ForBroken.samples["file"]}}, "of no operation: unheard_of"),
        ({"skips": {"unheard_of": "why"}}, "unknown or without a reason: unheard_of"),
        ({"skips": {"dtd_is_in_doubt": " "}}, "unknown or without a reason: dtd_is_in_doubt"),
    ],
)
async def test_settings_that_cannot_be_are_named(backend: Backend, settings: dict[str, Any], said: str) -> None:
    with pytest.raises(pytest.fail.Exception, match=said):
        await run(broken([], **settings), "every_operation_has_a_sample", None, backend)


@pytest.mark.parametrize(
    "code",
    [
        "cut_while_sending_is_in_doubt",
        "lost_after_sending_is_in_doubt",
        "failed_call_is_sent_once",
        "key_goes_with_every_attempt",
        "fresh_connection_is_fresh",
        "hanging_ends_at_the_deadline",
        "cancelled_call_leaves_nothing",
        "html_page_is_in_doubt",
    ],
)
async def test_faults_meet_the_request_that_acts(backend: Backend, code: str) -> None:
    """An adapter that sends something before is not blamed for what befalls the request after it."""
    samples = {name: dataclasses.replace(sample, requests_before=1) for name, sample in ForBroken.samples.items()}
    await run(broken([], adapter=FetchesFirst, samples=samples), code, "file", backend)


@pytest.mark.filterwarnings("ignore")
async def test_the_request_that_acts_is_still_judged(backend: Backend, failing: None) -> None:
    """The control of the test above."""
    samples = {name: dataclasses.replace(sample, requests_before=1) for name, sample in ForBroken.samples.items()}
    with pytest.raises(pytest.fail.Exception, match="one call that failed was sent"):
        await run(broken(["retries"], adapter=FetchesFirst, samples=samples), "failed_call_is_sent_once", "file", backend)


#: Mistakes that the tests named for them find, and no others of the suite.
ALONE = (
    "accepts_conflicts",
    "counts_in_floats",
    "cuts_texts",
    "dates_in_utc",
    "drops_a_field",
    "fatal_is_rejected",
    "forgets_a_client",
    "logs_refusals",
    "mixes_people",
    "polls_by_position",
    "remembers_answers",
    "renames_conflicts",
    "repeats_their_words",
)


@pytest.mark.slow("a dozen adapters meet the whole suite each; that each meets its own test stays")
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("way", ALONE)
async def test_a_mistake_is_named_by_its_own_test_alone(backend: Backend, failing: None, way: str) -> None:
    suite, named = broken([way]), set()
    for one in checks_in(suite):
        for operation in suite.operations_for(one.applies) if one.applies != "once" else [None]:
            try:
                await run(suite, one.code, operation, backend)
            except pytest.fail.Exception:
                named.add(one.code)
            except pytest.skip.Exception:
                continue
    assert named == {code for code, _ in WAYS[way].found_by}
