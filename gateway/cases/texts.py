"""Sentences on what is not taken from a front end or a department."""

from __future__ import annotations

from gateway.model.service import Text
from gateway.texts.sentences import TextOf

# What is filed.
NOT_RECORDED = Text(
    zh="暂时无法登记，什么都没有办理。请稍后用同一个 Idempotency-Key 重试。",
    en="Nothing can be recorded now, and nothing was done. Try again later with the same Idempotency-Key.",
)
to_correct = TextOf[int]("有 {0} 处需要更正，见 errors。", "{0} thing(s) to correct, see errors.")
NOT_JSON = Text(zh="请求正文不是可接受的 JSON，见 errors。", en="The body is not acceptable JSON: see errors.")
OTHER_BODY = Text(
    zh="这个 Idempotency-Key 已用于另一份内容。重发请用原来的内容，新申请请换一个键。",
    en="This Idempotency-Key was used for another body. Repeat the first body, or use a new key for a new application.",
)
step_unavailable = TextOf[str, str, str](
    "环节 {0} 需要的部门 {1} 暂不可用，请稍后再试。", "Step {0} needs department {1}, which is not available: {2}"
)

# Revisions and withdrawals.
WITHDRAWAL_ASKED = Text(
    zh="办件已申请撤回，不能提交新的版本。", en="The application was asked to be taken back: it is not revised any more."
)
NOTHING_TO_CORRECT = Text(
    zh="办件没有被退回补正，也没有因内容而挂起，不能提交新的版本。",
    en="No step was returned for correction or is held for its data: a revision answers that, and there is nothing to answer.",
)
ENDED = Text(zh="办件已经办结，不能撤回。", en="The application has ended: there is nothing to take back.")
ENDED_NOT_VOIDED = Text(zh="办件已经办结，不能作废。", en="The application has ended: there is nothing to void.")
departments_acted = TextOf[str](
    "部门已开始办理：{0}。办件不能再作废，请改为撤回（withdrawal）：尚未发送的不再发送，部门允许的予以撤回。",
    "Already begun for: {0}. It is too late to void the application. Take it back instead (withdrawal): what was not sent is not sent, and "
    "what a department lets go is taken back.",
)
older_nodes = TextOf[str](
    "仍有旧版本节点可能写入：{0}。请先升级或停止这些节点（gateway nodes 可查看；停止后约十分钟不再计入），再办理作废或补录。",
    "Nodes of an older version may still write: {0}. Upgrade or stop them first (gateway nodes shows them, and ten minutes after its "
    "end one no longer counts), then void applications or enter them late.",
)
VOID_REASON = Text(zh="请写明作废的原因。", en="Say why it is voided.")
NONE_TAKEN_BACK = Text(
    zh="各部门都已收到且不允许撤回。", en="Every department has it already and lets none be taken back; wait for their decisions."
)

# Callbacks.
NO_CALLBACKS = Text(zh="没有这个部门，或它不回调。", en="There is no such department, or it does not call back.")
CALLBACK_UNFIT = Text(
    zh="回调真实，但不符合约定的格式，未作任何处理。",
    en="The callback is authentic but does not fit the contract; nothing was done with it.",
)
CALLBACK_NOT_AUTHENTIC = Text(zh="回调未通过验证，未作任何处理。", en="The callback is not authentic; nothing was done with it.")
CALLBACK_UNREADABLE = Text(zh="回调无法读取。", en="The callback cannot be read.")
