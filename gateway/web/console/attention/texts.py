"""Sentences of the console's first page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gateway.model.service import Text
from gateway.texts.sentences import TextOf

# The finding, as the page's headline.
NOTHING_AT_ALL: Final = Text(zh="没有要您处理的", en="Nothing for you to mend")
for_you_alone: Final = TextOf[int]("{0} 处要您处理", "{0} for you to mend")
by_itself_alone: Final = TextOf[int]("没有要您处理的，{0} 处正在自动恢复", "Nothing for you to mend, {0} recovering by itself")
both_kinds: Final = TextOf[int, int]("{0} 处要您处理，{1} 处正在自动恢复", "{0} for you to mend, {1} recovering by itself")
open_and_overdue: Final = TextOf[int, int]("在途 {0} 件，都在账上，{1} 件已超期。", "Cases under way: {0}, all of them safe; overdue: {1}.")
open_in_time: Final = TextOf[int]("在途 {0} 件，都在账上，没有超期。", "Cases under way: {0}, all of them safe, none overdue.")

FOR_YOU: Final = Text(zh="要您处理", en="For you")
NOTHING_FOR_YOU: Final = Text(
    zh="没有结果不明、挂起的环节，部门的凭据也都有效。有了会立即出现在这里。",
    en="No step is in doubt or held, and every department takes our credentials. Whatever needs you will stand here at once.",
)
more_of_them: Final = TextOf[int](
    "还有 {0} 处，按时间先后，处理完上面的就会出现。", "{0} more, in order of age: they come up as these are mended."
)
BY_ITSELF: Final = Text(zh="自动恢复中，无需操作", en="Recovering by itself")
PAUSED_BY_PEOPLE: Final = Text(zh="由人暂停，有人恢复才继续", en="Paused by a person, until somebody resumes it")
DEPARTMENTS_HERE: Final = Text(zh="部门", en="Departments")
ALL_WITH_CONTROLS: Final = Text(zh="全部与操作", en="All, with controls")
DUE_NEXT: Final = Text(zh="将到期", en="Due next")
BY_DEADLINE: Final = Text(zh="按办结期限先后", en="by deadline")
NOTHING_DUE: Final = Text(zh="没有在途的办件。", en="No case is under way.")
NONE_OF_YOURS: Final = Text(zh="近期到期的办件里没有您这一组的。", en="None of the cases that are due soon is your group's.")
ALL_OPEN: Final = Text(zh="全部在途", en="All under way")

department_is: Final = TextOf[Text, Text]("{0.zh}：{1.zh}", "{0.en}: {1.en}")
waits_behind: Final = TextOf[int]("本件还有 {0} 个环节在等它", "steps of the case that wait for it: {0}")
queue_waits: Final = TextOf[int, Text]("{0} 件在等 · 最久 {1.zh}", "{0} waiting · oldest {1.en}")
QUEUE_EMPTY: Final = Text(zh="没有在等的", en="nothing waiting")

STOPPED: Final = Text(zh="已停用，凭据被拒绝", en="stopped, credentials refused")
stopped_why: Final = TextOf[Text](
    "部门拒绝我方凭据：{0.zh}。继续敲门可能锁定账号，因此已停止发送，件件都在队列里。",
    "It refuses our credentials: {0.en}. Knocking on might lock the account, so nothing is sent; every case is safe in the queue.",
)
stopped_next: Final = TextOf[Text](
    "更正凭据后自动继续；{0.zh}再试探一次。", "It goes on by itself once the credentials are right; probed again {0.en}."
)
NO_ADAPTER: Final = Text(zh="没有可用的适配器", en="has no adapter")
NO_ADAPTER_NEXT: Final = Text(
    zh="按上述原因更正配置或适配器后重新加载；在此之前，件件都在队列里。",
    en="Mend the configuration or the adapter as it says, then reload. Until then every case is safe in the queue.",
)
DOWN: Final = Text(zh="连不上，自动恢复中", en="unreachable, recovering by itself")
down_why: Final = TextOf[Text, Text]("自 {0.zh} 起：{1.zh}。", "Since {0.en}: {1.en}.")
down_next: Final = TextOf[Text](
    "无需操作：{0.zh}再试探，恢复后按先后顺序发出。", "Nothing to do: probed again {0.en}, then the queue goes out in order."
)
at_time: Final = TextOf[Text]("{0.zh} ", "at {0.en}")
AT_ONCE: Final = Text(zh="马上", en="at once")
UNKNOWN_REASON: Final = Text(zh="原因不明", en="for no reason that is known")
PAUSED: Final = Text(zh="由人暂停", en="paused by a person")
paused_why: Final = TextOf[Text, str, str]("{0.zh} 由 {1} 暂停。{2}", "Paused on {0.en} by {1}. {2}")
PAUSED_NEXT: Final = Text(
    zh="不会自动恢复：在部门页恢复之前什么都不发，之后按先后顺序发出。",
    en="It does not resume by itself: nothing is sent until somebody resumes it on its page; then the queue goes out in order.",
)
SOMEBODY: Final = Text(zh="某人", en="somebody")
asked_about: Final = TextOf[int]("{0} 个结果不明的环节正在向部门查询", "{0} in doubt are being asked about")
ASKED_WHY: Final = Text(zh="这些部门可以查询是否收到，网关会自动查清。", en="Their departments can be asked, and the gateway does.")
ASKED_NEXT: Final = Text(zh="无需操作：查清后自动继续。", en="Nothing to do: each goes on by what the department says.")

STUCK: Final = Text(zh="停滞", en="stuck")
STUCK_NEXT: Final = Text(
    zh="这是网关的缺陷：请打开办件再送一次，并把办件编号报给维护人员。",
    en="That is a defect of the gateway: open the case, send the step again, and tell those who maintain it.",
)
NOT_READY: Final[Mapping[str, Text]] = {
    "journal": Text(zh="账本写不进去", en="The journal cannot be written"),
    "audit": Text(zh="审计与签名不符", en="The audit is not as it was signed"),
    "departments": Text(zh="部门不可用", en="Departments cannot be used"),
    "catalogue": Text(zh="事项目录不可用", en="The catalogue cannot be used"),
    "configuration": Text(zh="配置没有生效", en="The configuration was refused"),
    "certificates": Text(zh="证书快到期", en="Certificates end soon"),
    "keys": Text(zh="密钥快到期", en="Keys end soon"),
}
NOT_READY_NEXT: Final = Text(
    zh="按上述原因处理；处理好后这一条自动消失。", en="Mend it as it says; it goes from here by itself when it is."
)

OPEN_CASE: Final = Text(zh="打开办件", en="Open the case")
SEE_DEPARTMENT: Final = Text(zh="看部门", en="See the department")
SEE_AUDIT: Final = Text(zh="看审计", en="See the audit")
SEE_CONFIGURATION: Final = Text(zh="看配置", en="See the configuration")
TILE_WAITING: Final = Text(zh="在等", en="waiting")
TILE_DOUBT: Final = Text(zh="结果不明", en="in doubt")
TILE_HELD: Final = Text(zh="待人工", en="held")
TILE_DECIDING: Final = Text(zh="部门办理中", en="being decided")
TILE_NOTHING: Final = Text(zh="在途", en="open")
TILE_STOPPED: Final = Text(zh="已停用", en="stopped")
TILE_PROBED: Final = Text(zh="试探中", en="probing")
TILE_WORKS: Final = Text(zh="正常", en="works")
PAUSED_TILE: Final = Text(zh="已暂停", en="paused")
NO_ADAPTER_TILE: Final = Text(zh="没有适配器", en="no adapter")
