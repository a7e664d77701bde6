"""Each test of the suite has an adapter that breaks it, and that it names; an adapter that is not broken passes it."""

from __future__ import annotations

import dataclasses
import gc
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

import pytest

from gateway.sdk import Call
from gateway.sdk.conformance import Conformance, checks_in
from gateway.sdk.conformance.backend import Backend
from gateway.sdk.demo import WAYS, Broken, BrokenOptions, Succeeds
from gateway.sdk.demo.sandbox import BrokenSandbox
from gateway.sdk.demo.succeeds import Answer
from tests.gateway.sdk.conformance.departments import ForBroken, broken, run


class Unruly(Broken):
    """Its name is none, and it says that it finds without a way to."""

    adapter = "Not a name"


class FetchesFirst(Broken):
    """Asks for something before every call, as for a token."""

    async def ask(self, call: Call, path: str, body: Mapping[str, Any]) -> Answer:
        await Succeeds.probe(self)
        return await super().ask(call, path, body)


#: test of the suite → the ways in which an adapter fails it, and the operation at which
BREAKS: dict[str, tuple[str, str]] = {
    "probe_has_no_effect_and_sees_wrong_credentials": ("probe_files", ""),
    "answer_becomes_the_outcome": ("another_reference", "file"),
    "rejection_is_an_outcome": ("trusts_200", "file"),
    "return_names_our_fields": ("fields_as_theirs", "apply"),
    "unlisted_code_is_in_doubt": ("guesses_codes", "file"),
    "refused_before_sending_is_unavailable": ("refused_in_doubt", "file"),
    "no_connection_in_time_is_unavailable": ("refused_in_doubt", "file"),
    "cut_while_sending_is_in_doubt": ("doubt_as_unavailable", "apply"),
    "lost_after_sending_is_in_doubt": ("doubt_as_unavailable", "file"),
    "failed_call_is_sent_once": ("retries", "apply"),
    "key_goes_with_every_attempt": ("own_key", "file"),
    "repeat_has_one_effect": ("own_key", "file"),
    "repeat_after_a_lost_reply_has_one_effect": ("own_key", "file"),
    "find_says_absent_of_what_never_arrived": ("find_is_unknown", "apply"),
    "find_knows_what_was_done": ("find_is_absent", "apply"),
    "find_that_fails_is_never_absent": ("find_is_absent", "apply"),
    "fresh_connection_is_fresh": ("one_connection", "apply"),
    "hanging_ends_at_the_deadline": ("no_deadline", "file"),
    "dripping_ends_at_the_deadline": ("no_deadline", "file"),
    "html_page_is_in_doubt": ("trusts_200", "file"),
    "error_page_is_in_doubt": ("doubt_as_unavailable", "file"),
    "empty_reply_is_in_doubt": ("trusts_200", "file"),
    "truncated_reply_is_in_doubt": ("doubt_as_unavailable", "file"),
    "wrong_charset_is_in_doubt": ("trusts_200", "file"),
    "dtd_is_in_doubt": ("trusts_200", "file"),
    "fault_in_200_is_in_doubt": ("trusts_200", "file"),
    "redirect_is_not_followed": ("naive", "file"),
    "huge_reply_is_capped": ("naive", "file"),
    "bomb_is_capped": ("naive", "file"),
    "wrong_credentials_are_auth_failed": ("refusals_in_doubt", "file"),
    "too_many_is_busy_for_as_long_as_asked": ("no_retry_after", "file"),
    "closed_office_is_not_processed": ("closed_is_rejected", "file"),
    "cancelled_call_leaves_nothing": ("holds_on", "file"),
    "finished_call_leaves_no_task": ("leaves_a_task", "file"),
    "loop_is_never_blocked": ("blocks", "look_up"),
    "concurrent_calls_stay_apart": ("with_a_shared_call", "apply"),
    "opens_closes_and_opens_again": ("never_closes", ""),
    "errors_hold_nothing_personal": ("id_in_error", "file"),
    "logs_hold_nothing_personal": ("logs", "file"),
    "addresses_and_headers_hold_nothing_personal": ("id_in_address", "file"),
    "only_its_own_request_leaves": ("keeps_people", "file"),
    "poll_tells_what_is_decided": ("poll_approves", "apply"),
    "poll_that_fails_decides_nothing": ("poll_swallows", "apply"),
    "withdraw_takes_back_what_is_open": ("withdraws_blindly", "apply"),
    "withdraw_that_fails_says_nothing": ("withdraws_blindly", "apply"),
    "callback_tells_the_decision": ("callback_approves", "apply"),
    "forged_callback_is_refused": ("unsigned", "apply"),
    "stale_callback_is_refused": ("old_callbacks", "apply"),
    "callback_of_another_is_refused": ("unsigned", "apply"),
    "callback_twice_is_the_same": ("new_callback_ids", "apply"),
}

#: more ways than one to fail the same test
ALSO = [
    ("loop_is_never_blocked", "sync_client", "file"),
    ("hanging_ends_at_the_deadline", "sync_client", "file"),
    ("hanging_ends_at_the_deadline", "naive", "file"),
    ("hanging_ends_at_the_deadline", "doubt_as_unavailable", "file"),
    ("failed_call_is_sent_once", "retries", "look_up"),
    ("opens_closes_and_opens_again", "connects_on_open", ""),
    ("logs_hold_nothing_personal", "prints", "look_up"),
    ("addresses_and_headers_hold_nothing_personal", "id_in_header", "file"),
    ("fresh_connection_is_fresh", "one_connection", "file"),
    ("closed_office_is_not_processed", "trusts_200", "file"),
]


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
@pytest.mark.parametrize(("code", "way", "operation"), [*((code, *how) for code, how in BREAKS.items()), *ALSO])
async def test_a_broken_adapter_is_named(backend: Backend, failing: None, code: str, way: str, operation: str) -> None:
    with pytest.raises(pytest.fail.Exception) as failed:
        await run(broken([way]), code, operation or None, backend)
    said = str(failed.value)
    assert said.startswith(code)
    assert f"docs/conformance.md#{code}" in said
    assert "出了什么问题：" in said
    assert "500152199001010018" not in said


@pytest.mark.parametrize("code", [one.code for one in checks_in(Conformance)])
async def test_an_honest_adapter_passes(backend: Backend, code: str) -> None:
    """The control: what fails above fails for the way in which the adapter is broken."""
    _, operation = BREAKS.get(code, ("", ""))
    await run(ForBroken, code, operation or None, backend)


def test_every_test_of_the_suite_has_an_adapter_that_breaks_it() -> None:
    by_class = {"class_keeps_the_rules", "every_operation_has_a_sample"}  # below: what they look at is no adapter's behaviour
    assert set(BREAKS) | by_class == {one.code for one in checks_in(Conformance)}
    assert {way for way, _ in BREAKS.values()} | {way for _, way, _ in ALSO} == set(WAYS)


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
