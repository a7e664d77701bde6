"""Sentences on services that are suspended."""

from __future__ import annotations

from typing import Final

from gateway.model.service import Text
from gateway.texts.sentences import TextOf

suspended_until: Final = TextOf[str, Text](
    "本事项暂停受理，预计 {0} 恢复。公告：{1.zh}", "This service takes no applications until {0}. Notice: {1.en}"
)
suspended_openly: Final = TextOf[Text](
    "本事项暂停受理，恢复时间另行通知。公告：{0.zh}", "This service takes no applications until further notice. Notice: {0.en}"
)
NO_SERVICE: Final = Text(zh="没有这个事项。", en="There is no such service.")
NO_SUSPENSION: Final = Text(zh="没有这次暂停，或它已结束。", en="There is no such suspension, or it has ended.")
NOT_SUSPENDED: Final = Text(
    zh="本事项现在没有暂停受理。取消尚未开始的暂停，请指明是哪一次。",
    en="This service is not suspended now. To call off one that has not begun, say which.",
)
WRONG_TIMES: Final = Text(zh="时间有误，见 errors。", en="The times cannot be: see errors.")
SINCE_PAST: Final = Text(zh="开始时间已过：不填即从现在开始", en="that is past: leave it out to begin now")
UNTIL_PAST: Final = Text(zh="截止时间已过：要现在结束请恢复受理", en="that is past: to end it now, resume the service")
UNTIL_BEFORE: Final = Text(zh="截止时间须晚于开始时间", en="the end comes after the beginning")
TOO_FAR: Final = Text(zh="不能晚于五年以后", en="that is more than five years away")
unaware: Final = TextOf[str](
    "仍有旧版本节点可能受理：{0}。请先升级或停止这些节点（gateway nodes 可查看；停止后约十分钟不再计入），再暂停事项。",
    "Nodes of an older version would go on taking applications: {0}. Upgrade or stop them first (gateway nodes shows them, and ten minutes "
    "after its end one no longer counts), then suspend the service.",
)
