"""The mistakes that :class:`gateway.sdk.demo.broken.Broken` makes on order, and the tests of the conformance suite that find each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from gateway.model.service import Text
from gateway.sdk.demo.texts import MISTAKES


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """A mistake of an adapter. ``found_by`` has the code of a test and the operation at which it fails, if any."""

    text: Text
    found_by: tuple[tuple[str, str], ...]


_FOUND_BY: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "accepts_conflicts": (("conflict_is_not_accepted", "file"),),
    "another_reference": (("answer_becomes_the_outcome", "file"),),
    "blocks": (("loop_is_never_blocked", "look_up"),),
    "callback_approves": (("callback_tells_the_decision", "apply"),),
    "closed_is_rejected": (("closed_office_is_not_processed", "file"),),
    "connects_on_open": (("opens_closes_and_opens_again", ""),),
    "counts_in_floats": (("amounts_keep_their_value", "file"),),
    "cuts_texts": (("texts_leave_whole", "file"),),
    "dates_in_utc": (("dates_keep_their_day", "file"),),
    "doubt_as_unavailable": (
        ("cut_while_sending_is_in_doubt", "apply"),
        ("lost_after_sending_is_in_doubt", "file"),
        ("error_page_is_in_doubt", "file"),
        ("truncated_reply_is_in_doubt", "file"),
        ("hanging_ends_at_the_deadline", "file"),
    ),
    "drops_a_field": (("every_field_leaves", "file"),),
    "fatal_is_rejected": (("system_failure_is_no_outcome", "file"),),
    "fields_as_theirs": (("return_names_our_fields", "apply"),),
    "find_is_absent": (("find_knows_what_was_done", "apply"), ("find_that_fails_is_never_absent", "apply")),
    "find_is_unknown": (("find_says_absent_of_what_never_arrived", "apply"),),
    "forgets_a_client": (("every_client_is_closed", ""),),
    "guesses_codes": (("unlisted_code_is_in_doubt", "file"),),
    "holds_on": (("cancelled_call_leaves_nothing", "file"),),
    "id_in_address": (("addresses_and_headers_hold_nothing_personal", "file"),),
    "id_in_error": (("errors_hold_nothing_personal", "file"),),
    "id_in_header": (("addresses_and_headers_hold_nothing_personal", "file"),),
    "keeps_people": (("only_its_own_request_leaves", "file"),),
    "leaves_a_task": (("finished_call_leaves_no_task", "file"),),
    "logs": (("logs_hold_nothing_personal", "file"),),
    "logs_refusals": (("logs_hold_nothing_personal", "file"),),
    "mixes_people": (("concurrent_calls_carry_their_own", "file"),),
    "naive": (
        ("redirect_is_not_followed", "file"),
        ("huge_reply_is_capped", "file"),
        ("bomb_is_capped", "file"),
        ("hanging_ends_at_the_deadline", "file"),
    ),
    "never_closes": (("opens_closes_and_opens_again", ""),),
    "new_callback_ids": (("callback_twice_is_the_same", "apply"),),
    "no_deadline": (("hanging_ends_at_the_deadline", "file"), ("dripping_ends_at_the_deadline", "file")),
    "no_retry_after": (("too_many_is_busy_for_as_long_as_asked", "file"),),
    "old_callbacks": (("stale_callback_is_refused", "apply"),),
    "one_connection": (("fresh_connection_is_fresh", "apply"), ("fresh_connection_is_fresh", "file")),
    "own_key": (
        ("key_goes_with_every_attempt", "file"),
        ("repeat_has_one_effect", "file"),
        ("repeat_after_a_lost_reply_has_one_effect", "file"),
    ),
    "poll_approves": (("poll_tells_what_is_decided", "apply"),),
    "poll_swallows": (("poll_that_fails_decides_nothing", "apply"),),
    "polls_by_position": (("poll_goes_by_the_reference", "apply"),),
    "prints": (("logs_hold_nothing_personal", "look_up"),),
    "probe_files": (("probe_has_no_effect_and_sees_wrong_credentials", ""),),
    "refusals_in_doubt": (("wrong_credentials_are_auth_failed", "file"),),
    "refused_in_doubt": (("refused_before_sending_is_unavailable", "file"), ("no_connection_in_time_is_unavailable", "file")),
    "remembers_answers": (
        ("every_call_reaches_the_department", "look_up"),
        ("concurrent_calls_carry_their_own", "look_up"),
        ("every_field_leaves", "look_up"),
        ("system_failure_is_no_outcome", "look_up"),
        ("huge_reply_is_capped", "look_up"),
        ("bomb_is_capped", "look_up"),
        ("hanging_ends_at_the_deadline", "look_up"),
        ("dripping_ends_at_the_deadline", "look_up"),
    ),
    "renames_conflicts": (("failed_call_is_sent_once", "file"),),
    "repeats_their_words": (("errors_hold_nothing_personal", "file"),),
    "retries": (("failed_call_is_sent_once", "apply"), ("failed_call_is_sent_once", "look_up")),
    "sync_client": (("cancelled_call_leaves_nothing", "file"), ("loop_is_never_blocked", "file"), ("hanging_ends_at_the_deadline", "file")),
    "trusts_200": (
        ("rejection_is_an_outcome", "file"),
        ("html_page_is_in_doubt", "file"),
        ("empty_reply_is_in_doubt", "file"),
        ("wrong_charset_is_in_doubt", "file"),
        ("dtd_is_in_doubt", "file"),
        ("fault_in_200_is_in_doubt", "file"),
        ("closed_office_is_not_processed", "file"),
    ),
    "unsigned": (("forged_callback_is_refused", "apply"), ("callback_of_another_is_refused", "apply")),
    "with_a_shared_call": (("concurrent_calls_stay_apart", "apply"),),
    "withdraws_blindly": (
        ("other_calls_tell_refusals_too", "apply"),
        ("withdraw_takes_back_what_is_open", "apply"),
        ("withdraw_that_fails_says_nothing", "apply"),
    ),
}
#: The mistakes by the names of their ways.
WAYS: Final = {way: Mistake(text=MISTAKES[way], found_by=found_by) for way, found_by in _FOUND_BY.items()}
