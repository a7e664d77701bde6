"""The rules and their tiers as data: each rule's demand, its verification, and its exemptions."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from gateway.model.service import Text
from gateway.sdk.quality import checks, texts
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
    claim of ``done`` names its proof. ``how`` describes the check in ``done``.
    """

    name: str
    tier: Tier
    asks: Text
    tests: tuple[str, ...] = ()
    done: Check | None = None
    how: Text | None = None
    exempt: Check | None = None
    evidence: bool = False


#: The meaning of each tier.
TIERS: Final = {Tier.BRONZE: texts.BRONZE, Tier.SILVER: texts.SILVER, Tier.GOLD: texts.GOLD}


def _rule(
    tier: Tier,
    name: str,
    *tests: str,
    done: Check | None = None,
    how: Text | None = None,
    exempt: Check | None = None,
    evidence: bool = False,
) -> QualityRule:
    told = how or texts.HOW.get(name)
    return QualityRule(name=name, tier=tier, asks=texts.ASKS[name], tests=tests, done=done, how=told, exempt=exempt, evidence=evidence)


def _ability(name: str, flag: str, *tests: str) -> QualityRule:
    """Make the rule of an ability, from which only an adapter is exempt that says that it lacks it."""
    how = texts.says_the_same(flag)
    return _rule(Tier.SILVER, name, *tests, done=checks.offers(flag), how=how, exempt=checks.lacks(flag))


_BRONZE = (
    _rule(Tier.BRONZE, "conformance", done=checks.conformance),
    _rule(Tier.BRONZE, "contract", done=checks.contract),
    _rule(Tier.BRONZE, "typed-operations", "answer_becomes_the_outcome", done=checks.typed_operations),
    _rule(Tier.BRONZE, "resend-declared", "failed_call_is_sent_once", "key_goes_with_every_attempt", done=checks.resend_declared),
    _rule(
        Tier.BRONZE,
        "five-errors",
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
    _rule(Tier.BRONZE, "credentials", "wrong_credentials_are_auth_failed", exempt=checks.needs_no_secret),
    _rule(
        Tier.BRONZE,
        "nothing-personal",
        "errors_hold_nothing_personal",
        "logs_hold_nothing_personal",
        "addresses_and_headers_hold_nothing_personal",
    ),
    _rule(Tier.BRONZE, "sandbox", done=checks.sandbox),
)

_SILVER = (
    _rule(Tier.SILVER, "filled-in", done=checks.filled_in),
    _rule(Tier.SILVER, "business-codes", "rejection_is_an_outcome", exempt=checks.freely),
    _rule(Tier.SILVER, "unlisted-codes", "unlisted_code_is_in_doubt", exempt=checks.freely),
    _rule(Tier.SILVER, "returned-fields", "return_names_our_fields", exempt=checks.freely),
    _rule(Tier.SILVER, "probe", "probe_has_no_effect_and_sees_wrong_credentials", done=checks.probe),
    _rule(Tier.SILVER, "readme", done=checks.readme),
    _ability("find", "can_find", "find_says_absent_of_what_never_arrived", "find_knows_what_was_done", "find_that_fails_is_never_absent"),
    _ability("poll", "can_poll", "poll_tells_what_is_decided", "poll_that_fails_decides_nothing"),
    _ability(
        "callback",
        "calls_back",
        "callback_tells_the_decision",
        "forged_callback_is_refused",
        "stale_callback_is_refused",
        "callback_of_another_is_refused",
        "callback_twice_is_the_same",
    ),
    _ability("withdraw", "can_withdraw", "withdraw_takes_back_what_is_open", "withdraw_that_fails_says_nothing"),
)

_GOLD = tuple(_rule(Tier.GOLD, name, evidence=True) for name in ("real-system", "reconciled", "limits-agreed", "runbook"))

#: Every rule, in the order of the tiers. ``conformance`` is first, to tell of an unusable record.
RULES: Final = (*_BRONZE, *_SILVER, *_GOLD)
