"""Sentences on receipts of what was handed in."""

from __future__ import annotations

from typing import Final

from gateway.model.service import Text
from gateway.texts.sentences import TextOf

RECEIPT: Final = Text(zh="收件凭证", en="Receipt")
received_at: Final = TextOf[str]("已收件 {0}", "Received {0}")
handed_in_then: Final = TextOf[Text]("补录：申请人于 {0.zh} 递交", "Entered late: handed in on {0.en}")
SCAN_TO_FOLLOW: Final = Text(zh="扫码查进度", en="Scan to follow it")
KEEP_TO_YOURSELF: Final = Text(zh="请勿转给他人", en="Keep it to yourself")
QUERY_CODE_IS: Final = Text(zh="查询码", en="Query code")
or_type_at: Final = TextOf[str]("也可以在 {0} 输入查询码", "Or type the code at {0}")
HAPPENS_NEXT: Final = Text(zh="接下来", en="What happens next")
after_those: Final = TextOf[Text, Text]("{0.zh}办好后，由{1.zh}办理", "by {1.en}, after: {0.en}")
later: Final = TextOf[Text]("稍后由{0.zh}办理", "later, by {0.en}")
IF_IT_APPLIES: Final = Text(zh="（视前面的结果而定）", en=" (depends on the results before)")
goes_now: Final = TextOf[Text]("正在送交{0.zh}", "on its way to {0.en}")
goes_once_open: Final = TextOf[Text]("{0.zh}现在不接收，恢复后自动送达，不用再来", "goes to {0.en} by itself once it takes work again")
OTHERS_AT_WORK: Final = Text(zh="还有其他部门办理的环节，不在本凭证上。", en="Other departments have steps that are not on this receipt.")
due_by: Final = TextOf[Text]("预计最迟 {0.zh}办结", "Expected by {0.en}")
DUE_PROVISIONAL: Final = Text(
    zh="这是收件时暂定的日期，部门受理后以受理之日起算。收件不等于受理。",
    en="Provisional, as of receipt: it counts anew once the department accepts the case. Received is not accepted.",
)
NO_DUE_DAY: Final = Text(zh="办结日期由部门受理后告知。", en="The day is told once the department has accepted it.")
NOT_AGAIN: Final = Text(
    zh="不用再跑一趟。要补正时，查进度的页面会写明补什么。", en="No need to come again. What must be corrected is told where you follow it."
)
reached_at: Final = TextOf[str]("中心按这个号码联系您：{0}", "The centre calls you at {0}")
originals_returned: Final = TextOf[Text]("退还原件：{0.zh}", "Originals returned: {0.en}")
papers_kept: Final = TextOf[Text]("留存：{0.zh}", "Kept: {0.en}")
window_and_clerk: Final = TextOf[str, str]("{0} · {1}", "{0} · {1}")
NEXT_PERSON: Final = Text(zh="下一位", en="Next person")
receipts_for: Final = TextOf[int]("{0} 份凭证，每位当事人一份，请分别交给本人。", "Receipts: {0}, one for each party. Give each its own.")
filed_already_by: Final = TextOf[str, str](
    "这份草稿已由 {0} 于 {1} 提交，没有重复提交。这是那一件的凭证。",
    "{0} filed this draft at {1}. It was not filed twice: this is its receipt.",
)
OPEN_THE_CASE: Final = Text(zh="查看办件", en="Open the case")
NO_RECEIPT_YET: Final = Text(
    zh="系统升级还没有完成，暂时不能签发查询码；办件已经收下。请稍后在此页补打凭证。",
    en="An upgrade is under way, so no query code can be given yet. The case is received: print the receipt here later.",
)
