"""Sentences of the scale: the meaning of each tier, the demand of each rule, and how a claim to keep it is checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gateway.model.service import Text
from gateway.sdk.quality.checks import MARK

BRONZE = Text(zh="不会造成损害。", en="It can do no harm.")
SILVER = Text(zh="所说即所做。", en="It means what it says.")
GOLD = Text(zh="已在真实系统上验证。", en="It has been shown on the real thing.")

#: The demands, by the names of the rules.
ASKS: Final[Mapping[str, Text]] = {
    "conformance": Text(zh="通过一致性测试；跳过的测试说明理由。", en="It passes the conformance suite; what is left out says why."),
    "contract": Text(
        zh="部门的接口约定以机器可读的形式放在 `contract/` 中。",
        en="The department's contract lies in `contract/`, in a form that a machine reads.",
    ),
    "typed-operations": Text(zh="每个操作的请求和输出都有类型。", en="Every operation has a typed request and output."),
    "resend-declared": Text(
        zh="每个操作都说明答复丢失意味着什么，且属实。", en="Every operation says what a lost reply means, and it is true."
    ),
    "five-errors": Text(
        zh="没有发出即 Unavailable，部门的拒绝分得清，其余一律 InDoubt；遵守期限。",
        en="Nothing sent is Unavailable, a refusal is told apart, all else is InDoubt; the deadline holds.",
    ),
    "credentials": Text(
        zh="凭据作为密钥而不是选项给出；凭据被拒绝时停用该部门。",
        en="Credentials are secrets, never options, and refused ones stop the department.",
    ),
    "nothing-personal": Text(
        zh="错误、日志、地址和请求头中没有个人信息。", en="Nothing about a person reaches errors, logs, addresses or headers."
    ),
    "sandbox": Text(
        zh="附带按接口约定答复、可按要求出错的模拟部门。",
        en="It ships a simulated department that answers by the contract and misbehaves on demand.",
    ),
    "filled-in": Text(zh="生成器留待决定之处都已填写。", en="Nothing that the generator left to decide is still open."),
    "business-codes": Text(
        zh="部门不予办理时，结果是带有代码和理由的 Rejected。",
        en="A refusal on the merits is a rejection with the department's code and reason.",
    ),
    "unlisted-codes": Text(
        zh="接口约定之外的业务代码视为结果不明；接口没有列出代码时说明。",
        en="A business code that the contract does not list is a doubt; where it lists none, that says so.",
    ),
    "returned-fields": Text(
        zh="退回补正时用本请求的字段名指出问题，从而指到申请人填写之处。",
        en="What is sent back (补正) names our fields, so that it leads to the applicant's.",
    ),
    "probe": Text(
        zh="`probe()` 不产生效果即可看出地址、凭据和接口是否正确。",
        en="`probe()` shows without effect whether address, credentials and contract are right.",
    ),
    "readme": Text(zh="README 说明如何安装、答复的含义。", en="A README says how it is installed and what its answers mean."),
    "find": Text(zh="可按 key 查询办理情况；不能则说明理由。", en="What became of a key can be asked, or it cannot and that says why."),
    "poll": Text(zh="可轮询后来的决定；不能则说明理由。", en="Later decisions are fetched, or they are not and that says why."),
    "callback": Text(zh="验证并读取回调；没有则说明理由。", en="Callbacks are verified and read, or there are none and that says why."),
    "withdraw": Text(zh="未决定的办件可以撤回；不能则说明理由。", en="An open case can be taken back, or it cannot and that says why."),
    "real-system": Text(
        zh="每个操作都在部门自己的测试系统上试过：办成、不予办理、退回补正、答复丢失。",
        en="Every operation was tried on the department's own test system: done, rejected, sent back, and with its reply lost.",
    ),
    "reconciled": Text(
        zh="网关记录的办理结果已与部门台账核对，不缺不重。",
        en="What the gateway says was done was counted against the department's own books, and nothing was missing or there twice.",
    ),
    "limits-agreed": Text(
        zh="部门认可配置的并发与速率限额，并实际承受过。", en="The department agreed to the limits that are configured, and took that load."
    ),
    "runbook": Text(
        zh="运维有一页手册：找谁、何时停机、凭据如何更换、结果不明的如何核实。",
        en="Operators have a page: whom to call, when it is closed, how credentials are renewed, how a doubt is settled.",
    ),
}
#: The checks of a claim to keep a rule.
HOW: Final[Mapping[str, Text]] = {
    "conformance": Text(
        zh="`conformance.json` 属于本适配器本版本，与现有源码、接口文件和样例一致，包含全部测试，没有失败",
        en="`conformance.json` is of this adapter and version, of these sources, contract and samples, and whole, without a failure",
    ),
    "contract": Text(
        zh="至少有一份 WSDL、XSD、OpenAPI 或 JSON 文件，且都能解析",
        en="a WSDL, XSD, OpenAPI or JSON document is there, and every one parses",
    ),
    "typed-operations": Text(
        zh="类符合网关的规则，请求和输出中没有任意类型的字段",
        en="the class keeps the gateway's rules, and no field of a request or an output may be anything",
    ),
    "resend-declared": Text(
        zh="按声明验证：`Safe` 重发只有一个结果，`Ask` 能够查到，`Never` 使用全新连接",
        en="by what is declared: `Safe` was repeated with one effect, `Ask` was found, `Never` went out on a fresh connection",
    ),
    "sandbox": Text(zh="插件为它提供沙箱", en="its plugin gives a sandbox for it"),
    "filled-in": Text(zh=f"Python 文件中没有标记 `{MARK}`", en=f"no line of its Python files holds the mark `{MARK}`"),
    "probe": Text(zh="适配器有自己的 probe()", en="the adapter has a probe of its own"),
    "readme": Text(
        zh="旁边的 README（或发行包的说明）提到每个操作和每个密钥",
        en="a README beside it (or its distribution's description) names every operation and every secret",
    ),
}


def says_the_same(ability: str) -> Text:
    return Text(zh=f"与 `{ability}` 一致", en=f"`{ability}` says the same")
