"""Tests that a department's answers become the outcomes that they mean."""

from __future__ import annotations

import re
from typing import Any

import pytest

from gateway.model.errors import Busy, InDoubt, Invalid, Unavailable
from gateway.model.outcome import Accepted, Approved, Rejected, Returned
from gateway.sdk.conformance.check import check
from gateway.sdk.conformance.equipment.bad_replies import http, json_of, with_json
from gateway.sdk.conformance.equipment.stage import Stage, said
from gateway.sdk.conformance.subject import Subject
from gateway.sdk.department import Request
from gateway.sdk.outcomes import unfit

_KINDS: dict[str, type[Any]] = {"accepted": Accepted, "approved": Approved, "rejected": Rejected, "returned": Returned}

_FATAL = re.compile("fatal|sys(?:tem)?_?(?:err|fail)", re.IGNORECASE)


class OutcomeChecks(Subject):
    """Answers are outcomes, never errors."""

    @check(
        "each",
        "部门受理或办结时，适配器给出 Accepted 或 Approved，类型正确，受理编号与部门台账一致。",
        do="read the department's answer into Accepted(reference=…) or Approved(output=…) with the operation's output model.",
        do_zh="把部门的答复读成 Accepted(reference=…) 或 Approved(output=…)，输出用该操作声明的模型。",
    )
    async def test_answer_becomes_the_outcome(self, stage: Stage, operation: str) -> None:
        """The department's answer to the sample becomes the outcome it means, of the right types, with its own reference."""
        expected = self.expects(operation)
        call = stage.call(operation)
        end = await stage.must(
            _KINDS[expected], operation, call=call, zh=f"部门的答复是 {expected}", en=f"the department answered '{expected}'"
        )
        if (problem := unfit(end, self.operation(operation))) is not None:
            stage.wrong(zh=f"给出的结果不合规格：{problem}。", en=f"the outcome does not fit: the adapter {problem}.")
        effects = await stage.effects(call.key)
        if self.acts(operation) and len(effects) != 1:
            stage.wrong(
                zh=f"部门台账中有 {len(effects)} 条记录，应为 1 条。",
                en=f"the department's ledger has {len(effects)} effects of it; it must be 1.",
            )
        if not self.acts(operation) and effects:
            stage.wrong(zh="不应产生效果的操作在台账中留下了记录。", en="what must have no effect has one in the ledger.")
        if effects and end.reference is not None and end.reference != effects[0].reference:
            stage.wrong(zh="受理编号与部门台账不一致。", en="the reference is not the one in the department's ledger.")

    @check(
        "each",
        "部门以业务代码拒绝时，适配器给出 Rejected（带代码和理由），而不是抛出错误或当作成功。",
        do="look at the department's business code before anything else in the reply, also where HTTP says 200.",
        do_zh="先看答复中的业务代码再读其他内容，即使 HTTP 状态是 200。",
    )
    async def test_rejection_is_an_outcome(self, stage: Stage, operation: str) -> None:
        """A refusal on the merits is Rejected with the department's code and reason, never an error and never a success."""
        await stage.fault("business_error", operation, reason="不符合办理条件")
        end = await stage.must(Rejected, operation, zh="部门拒绝了申请", en="the department refused the application")
        if (problem := unfit(end, self.operation(operation))) is not None or not end.code:
            stage.wrong(zh=f"Rejected 不合规格：{problem or '没有代码'}。", en=f"the Rejected does not fit: {problem or 'it has no code'}.")
        if "不符合办理条件" not in end.reason:
            stage.wrong(zh="Rejected 中没有部门给出的理由。", en="the Rejected does not carry the department's reason.")

    @check(
        "each",
        "部门退回补正时，适配器给出 Returned，指出的字段是本操作请求模型中的字段。",
        do="translate the department's field names into the request's own (\"\" for one that is none of ours).",
        do_zh='把部门的字段名换成请求模型中的字段名；不属于本请求的写 ""。',
    )
    async def test_return_names_our_fields(self, stage: Stage, operation: str) -> None:
        """An application sent back is Returned, and the fields it names are the request's own."""
        names = self.sample(operation).returned_fields
        await stage.fault("returned", operation, reason="请更正", fields=tuple(names))
        end = await stage.must(Returned, operation, zh="部门退回了申请", en="the department sent the application back")
        if (problem := unfit(end, self.operation(operation))) is not None:
            stage.wrong(zh=f"Returned 不合规格：{problem}。", en=f"the Returned does not fit: {problem}.")
        named = [problem.field for problem in end.fields]
        request = self.request(operation)
        if strange := [name for name in named if name and not _has(request, name)]:
            stage.wrong(
                zh=f"指出的字段不在请求模型中：{'、'.join(strange)}。", en=f"fields that the request does not have: {', '.join(strange)}."
            )
        if names and named != list(names.values()):
            stage.wrong(zh=f"应指出 {list(names.values())}，实为 {named}。", en=f"it must name {list(names.values())}, not {named}.")

    @check(
        "each",
        "部门给出接口约定之外的业务代码时，什么也证明不了：InDoubt。",
        do="list the codes that mean something and raise InDoubt for every other; give Sample an `unlisted_code` so that this is tested.",
        do_zh="列出有含义的代码，其余一律抛出 InDoubt；在 Sample 中给出 unlisted_code 以便测试。",
    )
    async def test_unlisted_code_is_in_doubt(self, stage: Stage, operation: str) -> None:
        """A business code that the contract does not list proves nothing: InDoubt."""
        code = self.sample(operation).unlisted_code
        if code is None:
            pytest.skip("unlisted_code_is_in_doubt: the sample names no code that the contract does not list")
        await stage.fault("business_error", operation, code=code)
        await stage.must(
            InDoubt, operation, zh="部门给出了接口约定之外的代码", en="the department answered with a code that its contract does not list"
        )

    @check(
        "each",
        "部门说是它自己的系统出错（例如 fatal 标志）时，不是办理结果：抛出 InDoubt、Unavailable 或 Busy，绝不是 Rejected。",
        do="look for what says that their own system failed before its code, and raise InDoubt; let the sandbox's broke() say it so.",
        do_zh="先看表示对方系统故障的标志，再看业务代码，抛出 InDoubt；在沙箱的 broke() 中按接口写出这种答复。",
    )
    async def test_system_failure_is_no_outcome(self, stage: Stage, operation: str) -> None:
        """A failure of the department's own system (a flag such as ``fatal``) is no outcome: not processed or a doubt, never Rejected."""
        await stage.fault("system_error", operation)
        zh, en = "部门说它的系统出错", "the department said that its own system failed"
        await stage.must((InDoubt, Unavailable, Busy, Invalid), operation, zh=zh, en=en)
        for flagged in await self._flagged(stage, operation):
            await stage.proxy_does("answer", operation, answer=flagged, forward=False)
            end = await stage.end(operation)
            if isinstance(end, Rejected | Returned):  # an adapter that does not know the flag may take the rest as it is
                stage.wrong(zh=f"{zh}，适配器却返回了 {said(end)}。", en=f"{en}, but the adapter gave {said(end)}.")

    async def _flagged(self, stage: Stage, operation: str) -> list[bytes]:
        """Give replies with such a flag: alone, in a success, beside an unknown code, and in a refusal whose own flag is down."""
        replies = [http(status, b'{"fatal":true,"message":"ABEND"}', "application/json") for status in (200, 500)]
        for code in dict.fromkeys((self.sample(operation).unlisted_code, None, "")):
            await stage.no_fault()
            if code != "":
                await stage.fault("business_error", operation, code=code)
            before = len(stage.proxy.seen)
            await stage.end(operation)
            reply = next((one.reply for one in reversed(stage.proxy.seen[before:])), b"")
            flags = ["fatal"] if code is not None else _flags(reply)
            if flags and (flagged := with_json(reply, **dict.fromkeys(flags, True))) is not None:
                replies.append(flagged)
        return replies


def _flags(reply: bytes) -> list[str]:
    """Give the members of a JSON object that would say, were they true, that the system behind it failed."""
    return [name for name, value in json_of(reply).items() if value is False and _FATAL.search(name)]


def _has(value: object, path: str) -> bool:
    """Tell whether a dotted path leads somewhere in a request."""
    for part in path.split("."):
        if isinstance(value, Request):
            if part not in type(value).model_fields:
                return False
            value = getattr(value, part)
        elif isinstance(value, list | tuple):
            if not (part.isdigit() and int(part) < len(value)):
                return False
            value = value[int(part)]
        else:
            return False
    return True
