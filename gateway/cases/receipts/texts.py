"""Sentences on receipts: codes that cannot be right, codes and links that lead nowhere, and what cannot be issued."""

from __future__ import annotations

from gateway.model.service import Text
from gateway.texts.sentences import TextOf

NO_CODE = Text(
    zh="这不是查询码：查询码共 10 位，由数字 2 至 9 和大写字母组成，其中没有 I、L、O。请对照收件凭证再输入。",
    en="This is no query code. It has ten characters: digits from 2 to 9 and letters, never I, L or O. Compare it with the receipt.",
)
MISTYPED = Text(
    zh="查询码中有一位输错了（或两位颠倒了）。请对照收件凭证逐位核对后再输入。",
    en="One character of the query code is mistyped, or two are swapped. Compare it with the receipt, character by character.",
)
UNKNOWN = Text(
    zh="没有这个查询码。如果凭证补发过，请用最近一次的查询码；仍查不到时，请到窗口或致电服务中心。",
    en="There is no such query code. If the receipt was issued again, use the latest one; else ask at the counter or telephone the centre.",
)
UNKNOWN_LINK = Text(
    zh="这个链接无效或已被新的凭证取代。请用最近一次收件凭证上的链接或查询码。",
    en="This link leads nowhere, or a later receipt has taken its place. Use the link or the query code of the latest receipt.",
)
MANY_UNKNOWN = Text(
    zh="这里有很多查询码查不到，请过一会儿再试；正确的查询码和链接不受影响。",
    en="Many query codes from here were not found. Try again in a moment; codes that are right, and links, still work.",
)
no_role = TextOf[str]("办件中没有这个角色；有：{0}。", "The case has nobody in this role; it has: {0}.")
TO_CORRECT = Text(zh="无法补发，见 errors。", en="No receipt was issued: see errors.")
OLDER_NODES = Text(
    zh="升级还没有完成：仍有旧版本的节点在运行，暂不能签发查询码。请待所有节点升级后再试。",
    en="An upgrade is under way: a node of an older version still runs, so no query code can be given yet. Try again once all are new.",
)
