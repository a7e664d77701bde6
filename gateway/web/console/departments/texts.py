"""Sentences on departments: how they stand, what waits, and what an operator may do about it."""

from __future__ import annotations

from typing import Final

from gateway.model.service import Text
from gateway.texts.sentences import TextOf

all_work: Final = TextOf[int]("{0} 个部门都正常。", "Departments: {0}, all of them work.")
some_do_not: Final = TextOf[int, int](
    "{0} 个部门，{1} 个现在不办。排着的件都在，恢复后按先后发出。",
    "Departments: {0}. Taking no work now: {1}. What waits is safe, and goes out in order afterwards.",
)
NO_DEPARTMENTS: Final = Text(zh="没有安装部门。", en="No department is installed.")

DEPT_WORKS: Final = Text(zh="正常", en="Works")
DEPT_PAUSED: Final = Text(zh="已暂停", en="Paused")
DEPT_DOWN: Final = Text(zh="不通", en="Down")
PROBED_NOW: Final = Text(zh="试探中", en="Being probed")
DEPT_STOPPED: Final = Text(zh="凭据被拒，已停", en="Stopped: credentials refused")
OUTSIDE_HOURS: Final = Text(zh="未到受理时间", en="Outside its hours")
IN_MAINTENANCE: Final = Text(zh="计划维护", en="Maintenance")
NO_CALENDAR: Final = Text(zh="缺少日历", en="No calendar")
DEPT_NO_ADAPTER: Final = Text(zh="没有适配器", en="No adapter")
USED_UP: Final = Text(zh="当日限额已用完", en="Today's quota is used up")

paused_since: Final = TextOf[Text](
    "运维人员自 {0.zh} 起暂停。不发起任何调用；回调照收；排着的件不计失败。",
    "Paused by an operator since {0.en}. No call is begun, callbacks are taken, and what waits counts as no failure.",
)
refused_since: Final = TextOf[Text, Text](
    "自 {0.zh} 起拒绝我方凭据：{1.zh}。要由运行网关的人更正凭据并运行 gateway reload，之后自动恢复。",
    "It has refused our credentials since {0.en}: {1.en}. Whoever runs the gateway puts the right ones in place and runs `gateway reload`: "
    "it then goes on by itself.",
)
down_since: Final = TextOf[Text, Text]("自 {0.zh} 起不通：{1.zh}。", "Down since {0.en}: {1.en}.")
last_probed: Final = TextOf[str]("{0} 试探过，仍未恢复。", " It was probed at {0}, and is not back.")
probed_at: Final = TextOf[str]("下次试探：{0}。", " Next probe: {0}.")
PROBED_SOON: Final = Text(zh="试探随时开始。", en=" The next probe may begin any moment.")

queue_of: Final = TextOf[int, Text]("{0} 件未了：{1.zh}", "Not finished: {0} ({1.en})")
NOTHING_OPEN: Final = Text(zh="没有未了的件", en="Nothing is unfinished")
dept_counted: Final = TextOf[Text, int]("{0.zh} {1}", "{0.en} {1}")
DEPT_OPEN: Final = Text(zh="件未了", en="not finished")
dept_oldest: Final = TextOf[Text]("最久 {0.zh}", "oldest {0.en}")
DEPT_QUEUE: Final = Text(zh="排队", en="Queue")

DEPT_MANAGE: Final = Text(zh="暂停、限额…", en="Pause, limits…")
DEPT_RESUME_LINK: Final = Text(zh="恢复…", en="Resume…")
DEPT_DETAILS: Final = Text(zh="详情", en="Details")

DEPT_PAUSE: Final = Text(zh="暂停", en="Pause")
DEPT_PAUSE_SAYS: Final = Text(
    zh="立即停止发起任何调用，重启后仍有效，直到恢复。进行中的调用会结束，排着的件都在。",
    en="No call is begun from now on, over restarts, until it is resumed. Calls under way end, and what waits is safe.",
)
DEPT_RESUME: Final = Text(zh="恢复", en="Resume")
DEPT_RESUME_SAYS: Final = Text(zh="排着的件按先后发出。", en="What waits goes out in its order.")
DEPT_PROBE: Final = Text(zh="现在试探", en="Probe now")
DEPT_PROBE_SAYS: Final = Text(
    zh="不等到下次试探：几秒内放出一件到期的件，答复了就恢复。",
    en="Sooner than planned: one call that is due goes out within seconds, and an answer ends it.",
)
PROBE_BROUGHT_BACK: Final = Text(zh="试探成功，部门已恢复。", en="The probe worked: the department is back.")
PROBE_UNDER_WAY: Final = Text(
    zh="正在试探：有到期的件时，几秒内就有结果，显示在这里。",
    en="It is being probed. What comes of it is said here, within seconds once a call is due.",
)
probe_in_vain: Final = TextOf[str]("{0} 试探过，部门仍未恢复。", "It was probed at {0}, and is not back.")
WHICH_CREDENTIALS: Final = Text(zh="要更正的凭据", en="The credentials to put right")
CREDENTIALS_WHO: Final = Text(
    zh="由运行网关的人在网关的机器上更正：在密钥文件夹里的，改好文件后运行 gateway reload；是环境变量的，改好后重启网关。这里只列名称。",
    en="Whoever runs the gateway does that on its machine: a file in the folder of secrets is changed, then `gateway reload` is run. A "
    "variable is changed, and the gateway started again. Only their names are shown.",
)
DEPT_REASON: Final = Text(zh="事由（必填，记入审计）", en="Reason (required, audited)")
DEPT_NO_REASON: Final = Text(zh="请填写事由", en="Give the reason")
DEPT_LIMITS: Final = Text(zh="限额", en="Limits")
DEPT_LIMITS_SAY: Final = Text(zh="每个节点各自计算。留空恢复为配置的数。", en="Of each node. Empty: as configured.")
DEPT_CONCURRENCY: Final = Text(zh="同时调用数", en="Calls at once")
DEPT_RATE: Final = Text(zh="每秒调用数", en="Calls a second")
configured_as: Final = TextOf[Text]("配置为 {0.zh}", "Configured: {0.en}")
NO_LIMIT: Final = Text(zh="不限", en="no limit")
SET_LIMITS: Final = Text(zh="更改限额", en="Change the limits")
limited_by: Final = TextOf[Text, Text, Text]("{0.zh}（配置为 {1.zh}，{2.zh}）", "{0.en} (configured: {1.en}; {2.en})")
by_whom: Final = TextOf[str, Text]("{0} 于 {1.zh} 更改", "changed by {0}, {1.en}")
BY_OPERATIONS: Final = Text(zh="运维人员已更改", en="changed by an operator")

DEPT_HOURS: Final = Text(zh="受理时间", en="Its hours")
dept_until: Final = TextOf[Text, Text]("{0.zh}，至 {1.zh}", "{0.en} until {1.en}")
DEPT_CONNECTION: Final = Text(zh="连接", en="Connection")
failures_in_a_row: Final = TextOf[Text, int]("{0.zh}（连续失败 {1} 次）", "{0.en} (failures in a row: {1})")
DEPT_QUOTA: Final = Text(zh="当日限额", en="Quota of the day")
quota_used: Final = TextOf[int, int]("已用 {0} / {1}", "{0} of {1} used")
DEPT_TIER: Final = Text(zh="适配器等级", en="Adapter's tier")
dept_claims: Final = TextOf[Text, Text]("{0.zh}（自称 {1.zh}，未证实）", "{0.en} (claims {1.en}, which is not shown)")
LACKING: Final = Text(zh="要评为最高的金级，还缺", en="For gold, the highest tier, it lacks")
DEPT_ADAPTER: Final = Text(zh="适配器", en="Adapter")
DEPT_CERTIFICATE: Final = Text(zh="本方证书有效至", en="Our certificate, until")
DEPT_CA: Final = Text(zh="部门 CA 有效至", en="Its CA, until")
DEPT_CREDENTIALS: Final = Text(zh="凭据", en="Credentials")
CREDENTIALS_REFUSED: Final = Text(zh="被部门拒绝", en="Refused by the department")
CREDENTIALS_FINE: Final = Text(zh="未见异常", en="Nothing wrong is known")
DEPT_OFFERS: Final = Text(zh="部门事项", en="What it does")
DEPT_RESEND: Final = Text(zh="没有答复时", en="When a reply is lost")
ONLY_ASKS: Final = Text(zh="只查询", en="a question")
DEPT_ACTS: Final = Text(zh="最近的操作", en="What was done last")
dept_reason: Final = TextOf[str]("事由：{0}", "Reason: {0}")
DEPT_SOMEBODY: Final = Text(zh="旧版本未记录", en="not recorded by that release")

#: Said after something was done, by the word in the address.
DONE: Final = {
    "paused": Text(zh="已暂停。", en="It is paused."),
    "resumed": Text(zh="已恢复。", en="It is resumed."),
    "limited": Text(zh="限额已更改。", en="The limits are changed."),
}
