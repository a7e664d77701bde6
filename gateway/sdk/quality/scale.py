"""The rules and their tiers as data: each rule's demand, its verification, and its exemptions."""

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
    claim of ``done`` names its proof. ``how`` and ``how_zh`` describe the check in ``done``.
    """

    name: str
    tier: Tier
    asks: str
    asks_zh: str
    tests: tuple[str, ...] = ()
    done: Check | None = None
    how: str = ""
    how_zh: str = ""
    exempt: Check | None = None
    evidence: bool = False


#: The meaning of each tier.
TIERS: Final = {
    Tier.BRONZE: ("It can do no harm.", "不会造成损害。"),
    Tier.SILVER: ("It means what it says.", "所说即所做。"),
    Tier.GOLD: ("It has been shown on the real thing.", "已在真实系统上验证。"),
}

_BRONZE = (
    QualityRule(
        name="conformance",
        tier=Tier.BRONZE,
        asks="It passes the conformance suite; what is left out says why.",
        asks_zh="通过一致性测试；跳过的测试说明理由。",
        done=checks.conformance,
        how="`conformance.json` is of this adapter and version, of these sources, contract and samples, and whole, without a failure",
        how_zh="`conformance.json` 属于本适配器本版本，与现有源码、接口文件和样例一致，包含全部测试，没有失败",
    ),
    QualityRule(
        name="contract",
        tier=Tier.BRONZE,
        asks="The department's contract lies in `contract/`, in a form that a machine reads.",
        asks_zh="部门的接口约定以机器可读的形式放在 `contract/` 中。",
        done=checks.contract,
        how="a WSDL, XSD, OpenAPI or JSON document is there, and every one parses",
        how_zh="至少有一份 WSDL、XSD、OpenAPI 或 JSON 文件，且都能解析",
    ),
    QualityRule(
        name="typed-operations",
        tier=Tier.BRONZE,
        asks="Every operation has a typed request and output.",
        asks_zh="每个操作的请求和输出都有类型。",
        tests=("answer_becomes_the_outcome",),
        done=checks.typed_operations,
        how="the class keeps the gateway's rules, and no field of a request or an output may be anything",
        how_zh="类符合网关的规则，请求和输出中没有任意类型的字段",
    ),
    QualityRule(
        name="resend-declared",
        tier=Tier.BRONZE,
        asks="Every operation says what a lost reply means, and it is true.",
        asks_zh="每个操作都说明答复丢失意味着什么，且属实。",
        tests=("failed_call_is_sent_once", "key_goes_with_every_attempt"),
        done=checks.resend_declared,
        how="by what is declared: `Safe` was repeated with one effect, `Ask` was found, `Never` went out on a fresh connection",
        how_zh="按声明验证：`Safe` 重发只有一个结果，`Ask` 能够查到，`Never` 使用全新连接",
    ),
    QualityRule(
        name="five-errors",
        tier=Tier.BRONZE,
        asks="Nothing sent is Unavailable, a refusal is told apart, all else is InDoubt; the deadline holds.",
        asks_zh="没有发出即 Unavailable，部门的拒绝分得清，其余一律 InDoubt；遵守期限。",
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
    QualityRule(
        name="credentials",
        tier=Tier.BRONZE,
        asks="Credentials are secrets, never options, and refused ones stop the department.",
        asks_zh="凭据作为密钥而不是选项给出；凭据被拒绝时停用该部门。",
        tests=("wrong_credentials_are_auth_failed",),
        exempt=checks.needs_no_secret,
    ),
    QualityRule(
        name="nothing-personal",
        tier=Tier.BRONZE,
        asks="Nothing about a person reaches errors, logs, addresses or headers.",
        asks_zh="错误、日志、地址和请求头中没有个人信息。",
        tests=("errors_hold_nothing_personal", "logs_hold_nothing_personal", "addresses_and_headers_hold_nothing_personal"),
    ),
    QualityRule(
        name="sandbox",
        tier=Tier.BRONZE,
        asks="It ships a simulated department that answers by the contract and misbehaves on demand.",
        asks_zh="附带按接口约定答复、可按要求出错的模拟部门。",
        done=checks.sandbox,
        how="its plugin gives a sandbox for it",
        how_zh="插件为它提供沙箱",
    ),
)

_SILVER = (
    QualityRule(
        name="filled-in",
        tier=Tier.SILVER,
        asks="Nothing that the generator left to decide is still open.",
        asks_zh="生成器留待决定之处都已填写。",
        done=checks.filled_in,
        how=f"no line of its Python files holds the mark `{checks.MARK}`",
        how_zh=f"Python 文件中没有标记 `{checks.MARK}`",
    ),
    QualityRule(
        name="business-codes",
        tier=Tier.SILVER,
        asks="A refusal on the merits is a rejection with the department's code and reason.",
        asks_zh="部门不予办理时，结果是带有代码和理由的 Rejected。",
        tests=("rejection_is_an_outcome",),
        exempt=checks.freely,
    ),
    QualityRule(
        name="unlisted-codes",
        tier=Tier.SILVER,
        asks="A business code that the contract does not list is a doubt; where it lists none, that says so.",
        asks_zh="接口约定之外的业务代码视为存疑；接口没有列出代码时说明。",
        tests=("unlisted_code_is_in_doubt",),
        exempt=checks.freely,
    ),
    QualityRule(
        name="returned-fields",
        tier=Tier.SILVER,
        asks="What is sent back (补正) names our fields, so that it leads to the applicant's.",
        asks_zh="退回补正时用本请求的字段名指出问题，从而指到申请人填写之处。",
        tests=("return_names_our_fields",),
        exempt=checks.freely,
    ),
    QualityRule(
        name="probe",
        tier=Tier.SILVER,
        asks="`probe()` shows without effect whether address, credentials and contract are right.",
        asks_zh="`probe()` 不产生效果即可看出地址、凭据和接口是否正确。",
        tests=("probe_has_no_effect_and_sees_wrong_credentials",),
        done=checks.probe,
        how="the adapter has a probe of its own",
        how_zh="适配器有自己的 probe()",
    ),
    QualityRule(
        name="readme",
        tier=Tier.SILVER,
        asks="A README says how it is installed and what its answers mean.",
        asks_zh="README 说明如何安装、答复的含义。",
        done=checks.readme,
        how="a README beside it (or its distribution's description) names every operation and every secret",
        how_zh="旁边的 README（或发行包的说明）提到每个操作和每个密钥",
    ),
    QualityRule(
        name="find",
        tier=Tier.SILVER,
        asks="What became of a key can be asked, or it cannot and that says why.",
        asks_zh="可按 key 查询办理情况；不能则说明理由。",
        tests=("find_says_absent_of_what_never_arrived", "find_knows_what_was_done", "find_that_fails_is_never_absent"),
        done=checks.offers("can_find"),
        how="`can_find` says the same",
        how_zh="与 `can_find` 一致",
        exempt=checks.lacks("can_find"),
    ),
    QualityRule(
        name="poll",
        tier=Tier.SILVER,
        asks="Later decisions are fetched, or they are not and that says why.",
        asks_zh="可轮询后来的决定；不能则说明理由。",
        tests=("poll_tells_what_is_decided", "poll_that_fails_decides_nothing"),
        done=checks.offers("can_poll"),
        how="`can_poll` says the same",
        how_zh="与 `can_poll` 一致",
        exempt=checks.lacks("can_poll"),
    ),
    QualityRule(
        name="callback",
        tier=Tier.SILVER,
        asks="Callbacks are verified and read, or there are none and that says why.",
        asks_zh="验证并读取回调；没有则说明理由。",
        tests=(
            "callback_tells_the_decision",
            "forged_callback_is_refused",
            "stale_callback_is_refused",
            "callback_of_another_is_refused",
            "callback_twice_is_the_same",
        ),
        done=checks.offers("calls_back"),
        how="`calls_back` says the same",
        how_zh="与 `calls_back` 一致",
        exempt=checks.lacks("calls_back"),
    ),
    QualityRule(
        name="withdraw",
        tier=Tier.SILVER,
        asks="An open case can be taken back, or it cannot and that says why.",
        asks_zh="未决定的办件可以撤回；不能则说明理由。",
        tests=("withdraw_takes_back_what_is_open", "withdraw_that_fails_says_nothing"),
        done=checks.offers("can_withdraw"),
        how="`can_withdraw` says the same",
        how_zh="与 `can_withdraw` 一致",
        exempt=checks.lacks("can_withdraw"),
    ),
)

_GOLD = (
    QualityRule(
        name="real-system",
        tier=Tier.GOLD,
        asks="Every operation was tried on the department's own test system: done, rejected, sent back, and with its reply lost.",
        asks_zh="每个操作都在部门自己的测试系统上试过：办成、不予办理、退回补正、答复丢失。",
        evidence=True,
    ),
    QualityRule(
        name="reconciled",
        tier=Tier.GOLD,
        asks="What the gateway says was done was counted against the department's own books, and nothing was missing or there twice.",
        asks_zh="网关记录的办理结果已与部门台账核对，不缺不重。",
        evidence=True,
    ),
    QualityRule(
        name="limits-agreed",
        tier=Tier.GOLD,
        asks="The department agreed to the limits that are configured, and took that load.",
        asks_zh="部门认可配置的并发与速率限额，并实际承受过。",
        evidence=True,
    ),
    QualityRule(
        name="runbook",
        tier=Tier.GOLD,
        asks="Operators have a page: whom to call, when it is closed, how credentials are renewed, how a doubt is settled.",
        asks_zh="运维有一页手册：找谁、何时停机、凭据如何更换、存疑如何核实。",
        evidence=True,
    ),
)

#: Every rule, in the order of the tiers. ``conformance`` is first, to tell of an unusable record.
RULES: Final = (*_BRONZE, *_SILVER, *_GOLD)
