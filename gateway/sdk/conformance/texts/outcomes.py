"""Sentences of the tests in :mod:`gateway.sdk.conformance.checks.outcomes`."""

from __future__ import annotations

from gateway.model.service import Text
from gateway.sdk.conformance.texts import Demand

# Words of the department, which speaks Chinese alone.
REASON = "不符合办理条件"
CORRECT = "请更正"

ANSWER_BECOMES_THE_OUTCOME = Demand(
    zh="部门受理或办结时，适配器给出 Accepted 或 Approved，类型正确，受理编号与部门台账一致。",
    en="The department's answer to the sample becomes the outcome it means, of the right types, with its own reference.",
    do_zh="把部门的答复读成 Accepted(reference=…) 或 Approved(output=…)，输出用该操作声明的模型。",
    do="read the department's answer into Accepted(reference=…) or Approved(output=…) with the operation's output model.",
)
REJECTION_IS_AN_OUTCOME = Demand(
    zh="部门以业务代码拒绝时，适配器给出 Rejected（带代码和理由），而不是抛出错误或当作成功。",
    en="A refusal on the merits is Rejected with the department's code and reason, never an error and never a success.",
    do_zh="先看答复中的业务代码再读其他内容，即使 HTTP 状态是 200。",
    do="look at the department's business code before anything else in the reply, also where HTTP says 200.",
)
RETURN_NAMES_OUR_FIELDS = Demand(
    zh="部门退回补正时，适配器给出 Returned，指出的字段是本操作请求模型中的字段。",
    en="An application sent back is Returned, and the fields it names are the request's own.",
    do_zh='把部门的字段名换成请求模型中的字段名；不属于本请求的写 ""。',
    do="translate the department's field names into the request's own (\"\" for one that is none of ours).",
)
UNLISTED_CODE_IS_IN_DOUBT = Demand(
    zh="部门给出接口约定之外的业务代码时，什么也证明不了：InDoubt。",
    en="A business code that the contract does not list proves nothing: InDoubt.",
    do_zh="列出有含义的代码，其余一律抛出 InDoubt；在 Sample 中给出 unlisted_code 以便测试。",
    do="list the codes that mean something and raise InDoubt for every other; give Sample an `unlisted_code` so that this is tested.",
)
SYSTEM_FAILURE_IS_NO_OUTCOME = Demand(
    zh="部门说是它自己的系统出错（例如 fatal 标志）时，不是办理结果：抛出 InDoubt、Unavailable 或 Busy，绝不是 Rejected。",
    en="A failure of the department's own system (a flag such as ``fatal``) is no outcome: not processed or a doubt, never Rejected.",
    do_zh="先看表示对方系统故障的标志，再看业务代码，抛出 InDoubt；在沙箱的 broke() 中按接口写出这种答复。",
    do="look for what says that their own system failed before its code, and raise InDoubt; let the sandbox's broke() say it so.",
)

HAS_AN_EFFECT = Text(zh="不应产生效果的操作在台账中留下了记录。", en="what must have no effect has one in the ledger.")
REFERENCE_OF_ANOTHER = Text(zh="受理编号与部门台账不一致。", en="the reference is not the one in the department's ledger.")
SYSTEM_FAILED = Text(zh="部门说它的系统出错", en="the department said that its own system failed")
REFUSED = Text(zh="部门拒绝了申请", en="the department refused the application")
NO_REASON = Text(zh="Rejected 中没有部门给出的理由。", en="the Rejected does not carry the department's reason.")
SENT_BACK = Text(zh="部门退回了申请", en="the department sent the application back")
UNLISTED_CODE = Text(zh="部门给出了接口约定之外的代码", en="the department answered with a code that its contract does not list")
ANSWERED = Text(zh="部门的答复是 {answer}", en="the department answered '{answer}'")
OUTCOME_UNFIT = Text(zh="给出的结果不合规格：{problem}。", en="the outcome does not fit: the adapter {problem}.")
EFFECTS = Text(zh="部门台账中有 {count} 条记录，应为 1 条。", en="the department's ledger has {count} effects of it; it must be 1.")
RETURNED_UNFIT = Text(zh="Returned 不合规格：{problem}。", en="the Returned does not fit: {problem}.")
FIELDS_UNKNOWN = Text(zh="指出的字段不在请求模型中：{fields}。", en="fields that the request does not have: {fields}.")
NO_CODE = Text(zh="没有代码", en="it has no code")
REJECTED_UNFIT = Text(zh="Rejected 不合规格：{problem}。", en="the Rejected does not fit: {problem}.")
FIELDS_OTHERWISE = Text(zh="应指出 {expected}，实为 {named}。", en="it must name {expected}, not {named}.")
FAILURE_IS_OUTCOME = Text(zh="{happened}，适配器却返回了 {end}。", en="{happened}, but the adapter gave {end}.")
