"""The rules and their tiers as data: the verification of each rule, and its exemptions. Sentences about them are in ``texts.py``."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from gateway.sdk.quality import checks
from gateway.sdk.quality.checks import Check


class Tier(StrEnum):
    """How far an adapter is; each asks for what the one before it does, and more."""

    NONE = "none"
    BRONZE = "bronze"
    SILVER = "silver"
    GOLD = "gold"

    @property
    def rank(self) -> int:
        """Give its place, from 0."""
        return list(Tier).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityRule:
    """One rule. A claim of ``done`` is held to ``tests`` (of the conformance suite, each passed for some operation) and to ``done``.

    ``exempt`` gives the objection to an exemption (None: nobody is exempt). ``evidence`` marks a rule that no machine can verify, so that a
    claim of ``done`` names its proof.
    """

    name: str
    tier: Tier
    tests: tuple[str, ...] = ()
    done: Check | None = None
    exempt: Check | None = None
    evidence: bool = False


_BRONZE = (
    QualityRule(name="conformance", tier=Tier.BRONZE, done=checks.conformance),
    QualityRule(name="contract", tier=Tier.BRONZE, done=checks.contract),
    QualityRule(name="typed-operations", tier=Tier.BRONZE, tests=("answer_becomes_the_outcome",), done=checks.typed_operations),
    QualityRule(
        name="resend-declared",
        tier=Tier.BRONZE,
        tests=("failed_call_is_sent_once", "key_goes_with_every_attempt"),
        done=checks.resend_declared,
    ),
    QualityRule(
        name="five-errors",
        tier=Tier.BRONZE,
        tests=(
            "refused_before_sending_is_unavailable",
            "no_connection_in_time_is_unavailable",
            "cut_while_sending_is_in_doubt",
            "lost_after_sending_is_in_doubt",
            "too_many_is_busy_for_as_long_as_asked",
            "html_page_is_in_doubt",
            "error_page_is_in_doubt",
            "empty_reply_is_in_doubt",
            "truncated_reply_is_in_doubt",
            "hanging_ends_at_the_deadline",
        ),
    ),
    QualityRule(name="credentials", tier=Tier.BRONZE, tests=("wrong_credentials_are_auth_failed",), exempt=checks.needs_no_secret),
    QualityRule(
        name="nothing-personal",
        tier=Tier.BRONZE,
        tests=("errors_hold_nothing_personal", "logs_hold_nothing_personal", "addresses_and_headers_hold_nothing_personal"),
    ),
    QualityRule(name="sandbox", tier=Tier.BRONZE, done=checks.sandbox),
)

_SILVER = (
    QualityRule(name="filled-in", tier=Tier.SILVER, done=checks.filled_in),
    QualityRule(name="business-codes", tier=Tier.SILVER, tests=("rejection_is_an_outcome",), exempt=checks.freely),
    QualityRule(name="unlisted-codes", tier=Tier.SILVER, tests=("unlisted_code_is_in_doubt",), exempt=checks.freely),
    QualityRule(name="returned-fields", tier=Tier.SILVER, tests=("return_names_our_fields",), exempt=checks.freely),
    QualityRule(name="probe", tier=Tier.SILVER, tests=("probe_has_no_effect_and_sees_wrong_credentials",), done=checks.probe),
    QualityRule(name="readme", tier=Tier.SILVER, done=checks.readme),
    QualityRule(
        name="find",
        tier=Tier.SILVER,
        tests=("find_says_absent_of_what_never_arrived", "find_knows_what_was_done", "find_that_fails_is_never_absent"),
        done=checks.offers("can_find"),
        exempt=checks.lacks("can_find"),
    ),
    QualityRule(
        name="poll",
        tier=Tier.SILVER,
        tests=("poll_tells_what_is_decided", "poll_that_fails_decides_nothing"),
        done=checks.offers("can_poll"),
        exempt=checks.lacks("can_poll"),
    ),
    QualityRule(
        name="callback",
        tier=Tier.SILVER,
        tests=(
            "callback_tells_the_decision",
            "forged_callback_is_refused",
            "stale_callback_is_refused",
            "callback_of_another_is_refused",
            "callback_twice_is_the_same",
        ),
        done=checks.offers("calls_back"),
        exempt=checks.lacks("calls_back"),
    ),
    QualityRule(
        name="withdraw",
        tier=Tier.SILVER,
        tests=("withdraw_takes_back_what_is_open", "withdraw_that_fails_says_nothing"),
        done=checks.offers("can_withdraw"),
        exempt=checks.lacks("can_withdraw"),
    ),
)

_GOLD = (
    QualityRule(name="real-system", tier=Tier.GOLD, evidence=True),
    QualityRule(name="reconciled", tier=Tier.GOLD, evidence=True),
    QualityRule(name="limits-agreed", tier=Tier.GOLD, evidence=True),
    QualityRule(name="runbook", tier=Tier.GOLD, evidence=True),
)

#: Every rule, in the order of the tiers. ``conformance`` is first, to tell of an unusable record.
RULES: Final = (*_BRONZE, *_SILVER, *_GOLD)
