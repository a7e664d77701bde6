"""Sentences on drafts: what is not kept, who was there before, and what cannot be filed yet."""

from __future__ import annotations

from gateway.model.service import Text
from gateway.texts.sentences import TextOf

NO_DRAFT = Text(
    zh="没有这份草稿：可能已经删除、过期，或不属于您所在的组。",
    en="There is no such draft: it may have been discarded, have expired, or be another group's.",
)
NO_CODE = Text(
    zh="这不是草稿码，或者有一位输错了。草稿码共 10 位，由数字 2 至 9 和大写字母组成，其中没有 I、L、O。请对照纸面逐位核对。",
    en="This is no draft's code, or one character is mistyped. It has ten characters: digits from 2 to 9 and letters, never I, L or O.",
)
QUERY_CODE = Text(
    zh="这是已收件办件的查询码，不是草稿码。请在办件查询处输入。",
    en="This is the query code of a case that was received, not a draft's. Look it up among the cases.",
)
UNFIT = Text(
    zh="有内容无法保存：不是本表的字段，或文字过长。", en="This cannot be kept: it is no field of a form, or its text is too long."
)
TOO_MANY_FIELDS = Text(zh="一次保存的字段过多。", en="These are too many fields to save at once.")
SAVED_MEANWHILE = Text(
    zh="您填写期间，有人保存了同一处的其他内容，见 errors；两份内容都还在，请核对后再保存。",
    en="Somebody has saved something else in the same place meanwhile: see errors. Nothing is lost; compare both and save again.",
)
saved_by = TextOf[str, str]("{0} 于 {1} 保存了其他内容", "{0} saved something else at {1}")
already_filed = TextOf[str]("这份草稿已经提交，办件为 {0}。", "This draft is filed already, as case {0}.")
FORM_CHANGED = Text(
    zh="表单在填写期间更新过。请核对新增和不再适用的内容，再提交。",
    en="The form has changed since the draft was last looked at. See what is new and what no longer fits, then file it.",
)
NO_SERVICE = Text(zh="没有这个事项。", en="There is no such service.")
NO_GROUP = Text(zh="草稿属于窗口人员所在的组；您没有组，不能办理。", en="A draft is a group's: you have none, so you cannot have drafts.")
NO_COLLEAGUE = Text(
    zh="没有这样的同事：需要同组、在岗的窗口人员。", en="There is no such colleague: it has to be an active clerk of the same group."
)
older_nodes = TextOf[str](
    "仍有旧版本节点可能写入：{0}。升级或停止这些节点后才能使用草稿。",
    "Nodes of an older version may still write: {0}. Upgrade or stop them first, then drafts can be kept.",
)
