"""Sentences of the demo departments: their operations, the words of their systems, and the mistakes of an adapter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gateway.model.service import Text

FILING = Text(zh="即办件", en="Filing")
APPLICATION = Text(zh="承诺件", en="Application")
QUESTION = Text(zh="查询", en="Question")

# Words of a department's system, which speaks Chinese alone.
SYSTEM_ERROR = "系统异常"
FOUND = "查询成功"
DONE = "办理成功"
CORRECT = "请更正"
NOT_FIT = "不符合办理条件"

#: By the names of their ways.
MISTAKES: Final[Mapping[str, Text]] = {
    "accepts_conflicts": Text(zh="把 409 当作受理", en="takes a 409 for an acceptance"),
    "another_reference": Text(zh="自己编受理编号", en="numbers its cases itself"),
    "blocks": Text(zh="在事件循环里长时间计算", en="computes for a while in the loop"),
    "callback_approves": Text(zh="把一切回调都当作批准", en="takes every callback for an approval"),
    "closed_is_rejected": Text(zh="把非受理时间当作拒绝", en="takes a closed office for a rejection"),
    "connects_on_open": Text(zh="在 open() 里调用部门", en="calls the department in open()"),
    "counts_in_floats": Text(zh="用二进制浮点数计算金额", en="counts money in binary fractions"),
    "cuts_texts": Text(zh="把长文字截短", en="cuts long texts off"),
    "dates_in_utc": Text(zh="把日期换算成 UTC 的日期", en="sends a day as the UTC day of its midnight"),
    "doubt_as_unavailable": Text(
        zh="把答复丢失报成 Unavailable，于是重复发送", en="calls a lost reply Unavailable, so that it is sent twice"
    ),
    "drops_a_field": Text(zh="漏发请求的一部分", en="leaves a part of the request out"),
    "fatal_is_rejected": Text(zh="把部门系统故障当作拒绝", en="takes a failure of the department's system for a rejection"),
    "fields_as_theirs": Text(zh="用部门的字段名指出问题", en="names fields in the department's words"),
    "find_is_absent": Text(zh="不论部门怎么说、说没说，都给出 Absent", en="says Absent whatever the department says, or does not say"),
    "find_is_unknown": Text(zh="从来查不到", en="never knows"),
    "forgets_a_client": Text(zh="不关闭只有 probe() 才用的客户端", en="does not close a client that only probe() uses"),
    "guesses_codes": Text(zh="把不认识的代码当作拒绝", en="takes a code that it does not know for a rejection"),
    "holds_on": Text(zh="调用被取消后继续进行", en="goes on with a call that was cancelled"),
    "id_in_address": Text(zh="把证件号放进地址", en="puts the ID number into the address"),
    "id_in_error": Text(zh="把证件号写进错误", en="puts the ID number into an error"),
    "id_in_header": Text(zh="把证件号放进请求头", en="puts the ID number into a header"),
    "keeps_people": Text(zh="把前一件的内容一起发出", en="sends along what an earlier case said"),
    "leaves_a_task": Text(zh="启动无人结束的任务", en="begins a task that nobody ends"),
    "logs": Text(zh="把发送的内容写进日志", en="logs what it sends"),
    "logs_refusals": Text(zh="把拒绝的报文写进 DEBUG 日志", en="logs the body of a refusal at DEBUG"),
    "mixes_people": Text(zh="把当前请求存在对象里", en="keeps the present request in the object"),
    "naive": Text(zh="跟随重定向，读取没有上限，也没有期限", en="follows redirects, reads without a cap and without a deadline"),
    "never_closes": Text(zh="close() 之后保留连接", en="keeps its connections after close()"),
    "new_callback_ids": Text(zh="每次给回调一个新的标识", en="gives every callback a new id"),
    "no_deadline": Text(zh="不受期限限制", en="takes as long as it likes"),
    "no_retry_after": Text(zh="忘记部门要求等待的时间", en="forgets for how long the department is busy"),
    "old_callbacks": Text(zh="不论多旧的回调都接受", en="takes callbacks however old they are"),
    "one_connection": Text(zh="总是用同样的连接发送", en="sends everything over the same connections"),
    "own_key": Text(zh="每次尝试都换一个 key", en="makes a new key for every attempt"),
    "poll_approves": Text(zh="把一切决定都当作批准", en="takes every decision for an approval"),
    "poll_swallows": Text(zh="把失败的查询当作没有消息", en="takes a failed poll for one without news"),
    "polls_by_position": Text(zh="按次序把查询到的决定配给办件", en="pairs polled decisions with cases by their position"),
    "prints": Text(zh="把发送的内容打印出来", en="prints what it sends"),
    "probe_files": Text(zh="用一件真的办件来试部门在不在", en="files a case to see whether the department is there"),
    "refusals_in_doubt": Text(zh="不区分凭据错误与其他问题", en="does not tell wrong credentials from other trouble"),
    "refused_in_doubt": Text(zh="没有发出的也报 InDoubt", en="doubts also what was never sent"),
    "remembers_answers": Text(zh="用以前相同查询的答复来回答", en="gives the answer of an earlier question that was alike"),
    "renames_conflicts": Text(zh="遇到 409 换一个 key 再发", en="sends again under a new key after a 409"),
    "repeats_their_words": Text(zh="把部门的话写进错误", en="puts the department's words into an error"),
    "retries": Text(zh="失败后自己重发", en="sends again what failed"),
    "sync_client": Text(zh="使用阻塞式客户端", en="uses a blocking client"),
    "trusts_200": Text(zh="HTTP 200 就当作成功", en="takes HTTP 200 for success"),
    "unsigned": Text(zh="不验证回调", en="does not verify callbacks"),
    "with_a_shared_call": Text(zh="把当前调用存在对象里", en="keeps the present call in the object"),
    "withdraws_blindly": Text(zh="不问部门就说已撤回", en="says Withdrawn without asking"),
}
