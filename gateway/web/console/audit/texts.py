"""Sentences of the pages of the audit."""

from __future__ import annotations

from typing import Final

from gateway.model.service import Text
from gateway.texts.sentences import TextOf

AUDIT_LEAD: Final = Text(
    zh="网关做过的每件事都有一条记录，环环相扣并签名；记录里没有个人信息。每个节点的链各自由新到旧。",
    en="An entry of everything that the gateway did, chained and signed, without personal data: newest first in each node's chain.",
)
REASONS_ELSEWHERE: Final = Text(
    zh="人写下的理由是原话，可能提到某人，所以不在这里显示；记录里有对它们的承诺，可以校验。",
    en="Reasons that people gave are in their own words and may name somebody, so they are not shown here. Entries commit to them.",
)
SIGNED_AS_FOUND: Final = Text(
    zh="本节点开始写入时，审计与签名相符。是否每条都完好，要整体校验才知道。",
    en="When this node began to write, the audit was as it was signed. Whether every entry is whole, only a verification of all tells.",
)
AUDIT_IS_FORGED: Final = Text(zh="审计与签名不符，网关已停止写入", en="The audit is not what was signed: the gateway writes nothing")
SIGNED_HEAD: Final = Text(zh="签名链头", en="Signed head")
WHAT_A_HEAD_IS: Final = Text(
    zh="每条记录带着上一条的指纹；每条链最后一条的指纹由网关签名，就是链头。",
    en="Every entry carries the fingerprint of the one before. The last one of each chain, signed by the gateway, is its head.",
)
signed_at: Final = TextOf[str, int]("{0} 签名，共 {1} 条链", "Signed at {0}; chains: {1}")
NO_HEAD_YET: Final = Text(zh="还没有签名的链头。", en="There is no signed head yet.")
KEEP_IT_OUTSIDE: Final = Text(
    zh="请保存在网关之外：被删、被改或被换回旧版的审计，都对不上它。",
    en="Keep it outside the gateway: an audit that was cut, rewritten or rolled back no longer leads to it.",
)
DOWNLOAD_HEAD: Final = Text(zh="下载链头", en="Download the head")
VERIFY_ALL: Final = Text(zh="校验全部审计", en="Verify all of the audit")
verify_lead: Final = TextOf[int](
    "逐条核对哈希、签名和数据表。不超过 {0} 条时在这里进行，需要几秒；更长的请用命令。",
    "Every entry's hash, every signature, and the tables against the entries. Up to {0} entries it is done here within seconds; a longer "
    "audit is for the command.",
)
FILTER_ENTRIES: Final = Text(zh="筛选", en="Filter")
EVENT: Final = Text(zh="事件", en="Event")
ANY_EVENT: Final = Text(zh="全部事件", en="any event")
ACTOR: Final = Text(zh="操作者", en="Who")
ACTOR_RULE: Final = Text(zh="登录名，或记录中的写法（如 gateway）", en="A login, or as entries have it, such as gateway")
OF_CASE: Final = Text(zh="办件", en="Case")
CASE_RULE: Final = Text(zh="办件编号或其后几位", en="Its number, or the end of it")
OF_DEPARTMENT: Final = Text(zh="部门", en="Department")
ANY_DEPARTMENT: Final = Text(zh="全部部门", en="any department")
FROM_DAY: Final = Text(zh="从", en="From")
TO_DAY: Final = Text(zh="到（含当天）", en="To (that day too)")
SHOW_ENTRIES: Final = Text(zh="显示", en="Show")
ALL_ENTRIES: Final = Text(zh="全部记录", en="All entries")
as_csv: Final = TextOf[int]("下载 CSV（最多 {0} 条）", "Download as CSV (up to {0})")
NO_ENTRIES: Final = Text(zh="没有符合条件的记录。", en="No entry fits.")
NONE_SO_FAR: Final = Text(zh="到目前为止没有找到；更早的还没有看。", en="None so far; what is older has not been looked through yet.")
OLDER_ENTRIES: Final = Text(zh="更早的", en="Older ones")
NEWEST_ENTRIES: Final = Text(zh="回到最新", en="Back to the newest")
DETAILS: Final = Text(zh="详情", en="Details")
only_by: Final = TextOf[str]("只看 {0} 的记录", "Only entries of {0}")
PLACE_IN_CHAIN: Final = Text(zh="链和序号", en="Chain and number")
ENTRY_HASH: Final = Text(zh="指纹（哈希）", en="Fingerprint (hash)")

UNKNOWN_EVENT: Final = Text(zh="没有这种事件。", en="There is no such event.")
NO_SUCH_CASE: Final = Text(zh="没有这个办件。", en="There is no such case.")
SEVERAL_CASES: Final = Text(zh="有几个办件以此结尾，请选一个：", en="Several cases end like that. Choose one:")
NO_SUCH_DEPARTMENT: Final = Text(zh="没有这个部门。", en="There is no such department.")
NOT_A_DATE: Final = Text(zh="请写成 2026-11-29 这样的日期。", en="A date is wanted, such as 2026-11-29.")
DAYS_TURNED: Final = Text(zh="结束日期在开始日期之前。", en="It ends before it begins.")
BAD_PLACE: Final = Text(zh="这一页的位置不对，已从最新的开始。", en="That is no place in the audit: begin with the newest.")

IT_IS_WHOLE: Final = Text(zh="审计完好", en="The audit is whole")
IT_IS_NOT_WHOLE: Final = Text(zh="审计有问题", en="Something is wrong with the audit")
whole_of: Final = TextOf[int, int, float](
    "{0} 条记录，{1} 行链头签名，都与数据表相符；用时 {2:.2f} 秒。",
    "Entries: {0}; signed heads: {1}; the tables agree with them. It took {2:.2f} s.",
)
wrong_of: Final = TextOf[int, int](
    "链上的问题 {0} 处，与数据表不符 {1} 处。请保留数据库和链头作为证据，查明谁动过，再决定恢复备份或接受现状。",
    "Problems of chains: {0}; rows that differ: {1}. Keep the database and the heads as evidence, find out who was there, then put a "
    "backup back or accept what is found.",
)
CHAIN: Final = Text(zh="链", en="Chain")
ENTRIES_OF_IT: Final = Text(zh="记录数", en="Entries")
SIGNED_UP_TO: Final = Text(zh="签名到", en="Signed up to")
LAST_HASH: Final = Text(zh="最后一条的指纹（哈希）", en="Fingerprint (hash) of the last")
FOUND: Final = Text(zh="结果", en="Found")
SOUND: Final = Text(zh="完好", en="sound")
WHAT_IS_WRONG: Final = Text(zh="问题", en="What is wrong")
more_differ: Final = TextOf[int]("还有 {0} 处，见命令的输出。", "And {0} more: see the command.")
TO_KNOW: Final = Text(zh="说明", en="To know")
TOO_LONG: Final = Text(zh="审计太长，不在这里校验", en="Too long to be verified here")
too_long_because: Final = TextOf[int](
    "超过 {0} 条：校验会占用正在办事的网关。命令在自己的进程里、用全部处理器校验，网关可以照常运行。请在网关的机器上运行：",
    "It has more than {0} entries, and verifying would take from the gateway that is at work. The command does it in processes of its own "
    "while the gateway goes on. On its machine run:",
)
NOT_READABLE: Final = Text(zh="审计读不出来", en="The audit cannot be read")
COMMITMENTS_UNCHECKED: Final = Text(
    zh="部分早期内容的承诺没有核对：缺少当时的密钥。", en="Commitments to some old contents were not checked: their key is not here."
)
THE_SAME_BY_COMMAND: Final = Text(zh="同样的校验，在网关的机器上：", en="The same on the gateway's machine:")
BACK_TO_AUDIT: Final = Text(zh="回到审计", en="Back to the audit")
